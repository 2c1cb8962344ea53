package units

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/audit"
	"jianfu/internal/evidence"
	"jianfu/internal/filter"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// caseEvidence is /download/cases/:id/evidence: the pack as the current run makes it, for a case for which no issue has been
// opened yet; that of an issue is kept with it.
func (s pages) caseEvidence(c *fiber.Ctx) error {
	a, err := s.askUnit(c)
	if err != nil {
		return err
	}
	region, ok := a.countyOf(c.Query(kit.ParamRegion))
	if !ok {
		return view.NoUnit()
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	pack, found, err := evidence.Pack(ctx, a.figures, a.unit.ID, region)
	if err != nil {
		return err
	}
	if !found {
		return view.NoUnit()
	}
	if err := s.Viewed(c, audit.RecordViewed, a.unit.ID, "unit", a.unit.ID, "page", "evidence", "region", region, "run", a.Stamp.Run); err != nil {
		return err
	}
	p := a.Printer
	t := view.Taking{ID: "evidence/" + a.unit.ID, Title: p.T("web.case.evidence.of", "name", a.name()), Raw: true}
	return s.TakeFile(c, t, evidence.FileName(a.name(), a.Stamp.Run), "application/zip", pack, 1)
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
