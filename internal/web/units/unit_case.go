package units

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// caseView is a unit as a case, on its own page: in each county in which it has one.
type caseView struct {
	Section    *dashboards.CaseSection
	Place      string // "" where there is but one
	Window     string // of the case, which is always the default one
	Writes     bool
	OpenAt     string
	EvidenceAt string
	Proof      string
}

// casesOfUnit are the cases of a unit, for who may see cases.
func (s pages) casesOfUnit(c *fiber.Ctx, a *unitAnswer, proof string) ([]caseView, error) {
	p := kit.AskerOf(c).Principal
	if !view.MayAll(p, view.CaseRights) {
		return nil, nil
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	found, view, err := s.caseOf(ctx, a)
	var views []caseView
	for i := range found {
		one := caseView{
			Section: dashboards.NewCaseSection(&found[i], a.figures.Pack.Detection, a.FindingLink, a.Printer), Window: dashboards.Window(a.Printer, view.Window),
			Writes: p.Can(access.IssuesWrite) && !p.ViewingAs(), OpenAt: a.At("/cases/issues"), Proof: proof,
		}
		if len(found) > 1 {
			one.Place = one.Section.Place
		}
		if p.Can(access.Export) {
			one.EvidenceAt = a.evidenceAt(found[i].RegionCode)
		}
		views = append(views, one)
	}
	return views, err
}

// evidenceAt is the address of the evidence pack of the unit's case in a county.
func (a *unitAnswer) evidenceAt(county string) string {
	st := a.St
	st.Narrow.Region = county
	return st.URL("/download/cases/" + a.unit.ID + "/evidence")
}

// caseOf reads the cases of a unit and the view that they are of.
func (s pages) caseOf(ctx context.Context, a *unitAnswer) ([]queries.Case, queries.View, error) {
	view, err := a.figures.Complete(queries.View{})
	if err != nil {
		return nil, view, err
	}
	found, err := a.figures.CasesOf(ctx, a.Scope, a.unit.ID)
	return found, view, err
}
