package cases

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// confirmPage asks whether issues are to be registered, and says what would stand in them.
type confirmPage struct {
	kit.Frame
	Back, Action string
	Run          uint32
	Drafts       []draftedIssue
	Refused      []openedIssue
	Total        string
}

// draftedIssue is an issue that would be registered.
type draftedIssue struct {
	Choice, Unit, Name, Address, Bureau, Window, Severity, Found string
	Reasons                                                      []draftedReason
}

type draftedReason struct{ Name, Amount string }

// confirmOpening shows what would be registered for some units. Nothing is registered yet.
func (s pages) confirmOpening(ctx context.Context, c *fiber.Ctx, a *casesAnswer, units []string) error {
	p := a.Printer
	cases := make([]queries.InCounty, len(units))
	for i, unit := range units {
		cases[i] = chosenCase(unit)
	}
	drafts, err := s.Config.Issues.DraftFromCases(ctx, kit.AskerOf(c).Principal, a.figures.Run.ID, cases)
	if err != nil {
		return err
	}
	if len(drafts) == 1 && drafts[0].Err != nil {
		return kit.Status(statusOfOpening(drafts[0].Err), drafts[0].Err)
	}
	page := confirmPage{Frame: s.Frame(c, "cases", "/cases", a.St, p, p.T("web.cases.confirm")), Back: a.St.URL("/cases"), Action: a.St.URL("/cases/issues"), Run: a.figures.Run.ID}
	if len(units) == 1 {
		page.Back = a.UnitAddress(cases[0].Unit)
	}
	names := dashboards.NewNames(p)
	var total money.Fen
	for i, d := range drafts {
		address := a.UnitAddress(d.In.Unit)
		if d.Err != nil {
			page.Refused = append(page.Refused, openedIssue{Unit: d.In.Unit, Address: address, Why: p.Error(d.Err)})
			continue
		}
		total += d.Data.Found
		one := draftedIssue{Choice: units[i], Unit: d.In.Unit, Name: d.Data.Title, Address: address, Bureau: names.Bureau(d.Data.Bureau),
			Severity: names.Word("issue_severity")(string(d.Data.Severity)), Found: dashboards.Exact(d.Data.Found)}
		from, to := draftedMonths(d.Data)
		one.Window = dashboards.Window(p, period.Range{From: from, To: to})
		for _, r := range d.Data.Reasons {
			one.Reasons = append(one.Reasons, draftedReason{names.Word("reason")(r.Reason), dashboards.Exact(r.Amount)})
		}
		page.Drafts = append(page.Drafts, one)
	}
	page.Total = dashboards.Exact(total)
	return s.Pages.Send(c, a.St.Lang, "cases_confirm", page)
}

// draftedMonths are the first and the last month in which something was charged too much.
func draftedMonths(d ledger.Data) (from, to period.Period) {
	if len(d.Months) > 0 {
		from, _ = period.Parse(slices.Min(d.Months))
		to, _ = period.Parse(slices.Max(d.Months))
	}
	return from, to
}
