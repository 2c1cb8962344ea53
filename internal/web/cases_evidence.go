package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
	region, ok := a.countyOf(c.Query(paramRegion))
	if !ok {
		return noUnit()
	}
	ctx, cancel := asking(c)
	defer cancel()
	pack, err := evidenceOf(ctx, a.figures, a.unit.ID, region)
	if err != nil {
		return err
	}
	if err := s.viewed(c, audit.RecordViewed, a.unit.ID, "unit", a.unit.ID, "page", "evidence", "region", region, "run", a.stamp.Run); err != nil {
		return err
	}
	p := a.printer
	t := taking{id: "evidence/" + a.unit.ID, title: p.T("web.case.evidence.of", "name", a.name()), raw: true}
	return s.takeFile(c, t, evidenceName(a.name(), a.stamp.Run), "application/zip", pack, 1)
}

// countyOf is the county of the unit that an address names, or that lies in the region that it names; without one, or in several,
// that in which the unit stood last. It is not found where the unit had no month there that the reader may see.
func (a *unitAnswer) countyOf(region string) (county string, ok bool) {
	within := a.unit
	within.Months = slices.DeleteFunc(slices.Clone(within.Months), func(m queries.UnitMonth) bool {
		return !strings.HasPrefix(m.Unit.RegionCode, filter.AreaPrefix(region))
	})
	held, ok := within.Held()
	return held.RegionCode, ok
}

// evidenceName is what the file of a pack is called.
func evidenceName(unit string, run uint32) string {
	return fmt.Sprintf("取证包-%s-%d.zip", unit, run)
}
