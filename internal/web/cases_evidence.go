package web

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/audit"
	"jianfu/internal/evidence"
	"jianfu/internal/filter"
	"jianfu/queries"
)

// evidenceOf makes the evidence pack of a unit that stands in a region; whoever may see the region may see all of it.
func evidenceOf(ctx context.Context, f *queries.Figures, unit, region string) ([]byte, error) {
	if len(region) != len("320100") { // a shorter one is more than a county
		return nil, noUnit()
	}
	e, found, err := evidence.Collect(ctx, f, filter.Regions(region), unit)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, noUnit()
	}
	return e.Bytes()
}

// caseEvidence is /download/cases/:id/evidence: the pack as the current run makes it, for a case for which no issue has been
// opened yet; that of an issue is kept with it.
func (s *Server) caseEvidence(c *fiber.Ctx) error {
	a, err := s.askUnit(c)
	if err != nil {
		return err
	}
	held, ok := a.unit.Held()
	if !ok {
		return noUnit()
	}
	ctx, cancel := asking(c)
	defer cancel()
	pack, err := evidenceOf(ctx, a.figures, a.unit.ID, held.RegionCode)
	if err != nil {
		return err
	}
	if err := s.viewed(c, audit.RecordViewed, a.unit.ID, "unit", a.unit.ID, "page", "evidence", "run", a.stamp.Run); err != nil {
		return err
	}
	p := a.printer
	t := taking{id: "evidence/" + a.unit.ID, title: p.T("web.case.evidence.of", "name", a.name()), raw: true}
	return s.takeFile(c, t, evidenceName(a.name(), a.stamp.Run), "application/zip", pack, 1)
}

// evidenceName is what the file of a pack is called.
func evidenceName(unit string, run uint32) string {
	return fmt.Sprintf("取证包-%s-%d.zip", unit, run)
}
