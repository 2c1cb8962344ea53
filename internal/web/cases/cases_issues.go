package cases

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/evidence"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// How many issues can be opened at once, and how long that may take: each is frozen with its evidence.
const (
	mostOpened  = 50
	openingTime = 100 * time.Second
)

// openedPage says what became of the cases for which issues were to be opened.
type openedPage struct {
	kit.Frame
	Back    string
	Opened  []openedIssue
	Refused []openedIssue
}

// openedIssue is an issue that was opened, or why none was; of one that was opened, why it has no evidence.
type openedIssue struct{ Unit, Address, Number, Link, Why string }

// openFromCases is POST /cases/issues: says what would be registered for each of the cases that are chosen, or for all that the
// address finds, and once that is confirmed opens the issues. Of one case the issue is shown at once.
func (s pages) openFromCases(c *fiber.Ctx) error {
	a, err := s.askCases(c)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return kit.Status(fiber.StatusBadRequest, a.wrong)
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), openingTime)
	defer cancel()
	begun := time.Now()
	units := kit.Forms(c, kit.ParamUnit)
	if kit.Form(c, "all") == kit.Yes {
		if units, err = s.unitsFound(ctx, &a); err != nil {
			return err
		}
	}
	units = slices.Compact(slices.Sorted(slices.Values(units)))
	if len(units) == 0 || len(units) > mostOpened {
		return kit.Status(fiber.StatusUnprocessableEntity, problem.New("web_cases_choose", "most", mostOpened))
	}
	if kit.Form(c, "confirmed") != kit.Yes {
		return s.confirmOpening(ctx, c, &a, units)
	}
	if run := kit.Form(c, "run"); run != fmt.Sprint(a.figures.Run.ID) { // other amounts than those that were shown
		return kit.Status(fiber.StatusUnprocessableEntity, problem.New("desk_other_run", "run", kit.Shortened(run), "current", a.figures.Run.ID))
	}
	page := openedPage{Frame: s.Frame(c, "cases", "/cases", a.St, a.Printer, a.Printer.T("web.cases.opened")), Back: a.St.URL("/cases")}
	for _, unit := range units {
		if time.Since(begun) > openingTime/2 { // what was begun is finished; the rest can be sent again
			page.add(openedIssue{Unit: unit, Address: a.UnitAddress(chosenCase(unit).Unit)}, problem.New("web_cases_time"), a.Printer)
			continue
		}
		one, err := s.openFromCase(ctx, c, a.Asked, a.figures, unit)
		if err != nil && !kit.ForUser(err) {
			return err
		}
		if len(units) == 1 && err != nil {
			return kit.Status(statusOfOpening(err), err)
		}
		page.add(one, err, a.Printer)
	}
	if len(units) == 1 && page.Opened[0].Why == "" {
		return c.Redirect(page.Opened[0].Link, fiber.StatusSeeOther)
	}
	return s.Pages.Send(c, a.St.Lang, "cases_opened", page)
}

// unitsFound are the units and counties of all cases that a list found, of a sample those that were drawn.
func (s pages) unitsFound(ctx context.Context, a *casesAnswer) ([]string, error) {
	found, whole, err := a.figures.CaseIDs(ctx, a.Scope, a.filter, mostOpened)
	if err == nil && !whole {
		err = kit.Status(fiber.StatusUnprocessableEntity, problem.New("web_cases_choose", "most", mostOpened))
	}
	var units []string
	for _, one := range found {
		units = append(units, dashboards.CaseChoice(one.Unit, one.Region))
	}
	return units, err
}

func (page *openedPage) add(one openedIssue, err error, p *i18n.Printer) {
	if err != nil {
		one.Why = p.Error(err)
		page.Refused = append(page.Refused, one)
		return
	}
	page.Opened = append(page.Opened, one)
}

// statusOfOpening is the status of an issue that cannot be opened.
func statusOfOpening(err error) int {
	switch problem.Code(err) {
	case "unit_not_found", "desk_no_case":
		return fiber.StatusNotFound
	case "desk_region_hidden", "access_denied":
		return fiber.StatusForbidden
	}
	return fiber.StatusUnprocessableEntity
}

// chosenCase reads what a box or a button says of its case: a unit and, as dashboards.CaseChoice writes it, the county in which
// the case is.
func chosenCase(text string) queries.InCounty {
	unit, region, _ := strings.Cut(text, "-")
	return queries.InCounty{Unit: unit, Region: region}
}

// openFromCase opens an issue for a case of the current run and freezes its evidence with it.
func (s pages) openFromCase(ctx context.Context, c *fiber.Ctx, a view.Asked, f *queries.Figures, chosen string) (openedIssue, error) {
	in := chosenCase(chosen)
	one := openedIssue{Unit: in.Unit, Address: a.UnitAddress(in.Unit)}
	id, ok := queries.UnitID(in.Unit)
	if !ok {
		return one, problem.New("unit_not_found")
	}
	in.Unit = id
	found, ok, err := f.CaseOf(ctx, kit.AskerOf(c).Principal.Scope(access.IssuesWrite), id, in.Region)
	if err != nil {
		return one, err
	}
	if !ok {
		return one, problem.New("unit_not_found")
	}
	one.Unit = found.Name
	issue, err := s.Config.Issues.OpenFromCase(ctx, kit.AskerOf(c).Principal, f.Run.ID, in)
	if err != nil {
		return one, err
	}
	one.Number, one.Link = issue.Number, a.At(view.IssuePath(issue.Number))
	if err = s.freeze(ctx, c, f, issue, found.Name); kit.ForUser(err) { // the issue is there all the same
		one.Why, err = a.Printer.Error(err), nil
	}
	return one, err
}

// freeze makes the evidence pack of an issue as its run shows it, and attaches it.
func (s pages) freeze(ctx context.Context, c *fiber.Ctx, f *queries.Figures, issue ledger.Issue, name string) error {
	pack, found, err := evidence.Pack(ctx, f, issue.Unit, issue.Region)
	if err != nil {
		return err
	}
	if !found {
		return view.NoUnit()
	}
	file, err := s.Config.Attachments.Save(ctx, evidence.FileName(name, f.Run.ID), bytes.NewReader(pack))
	if err != nil {
		return err
	}
	file.Type = evidence.Type
	words := i18n.For(i18n.Chinese).T("web.case.evidence.words", "run", f.Run.ID)
	_, err = s.Config.Issues.Act(ctx, kit.AskerOf(c).Principal, issue.ID, issue.Seq, ledger.Attach, words, ledger.Data{File: &file})
	return err
}
