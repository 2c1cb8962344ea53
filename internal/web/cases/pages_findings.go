package cases

import (
	"context"
	"fmt"
	"regexp"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// findingForm is what the id of a finding looks like.
var findingForm = regexp.MustCompile(`^[0-9a-f]{16}$`)

const findingExample = "0f3a9c1e5b7d2846"

// findingsAnswer is what the forms of the list of findings are made from.
type findingsAnswer struct {
	view.Asked
	figures *queries.Figures
	list    []queries.Finding
}

// findingsPage is the contents of the list of systemic findings.
type findingsPage struct {
	view.FiguresFrame
	Tabs     []kit.Link
	Findings []dashboards.SystemicFinding
	Count    string
}

// askFindings reads the address of the list and asks the store. Like cases, findings are of the default window and comparison.
func (s pages) askFindings(c *fiber.Ctx) (findingsAnswer, error) {
	base, err := s.Ask(c, "/findings", queries.Narrow{})
	a := findingsAnswer{Asked: base}
	if err != nil {
		return a, err
	}
	if err := a.Usual(); err != nil {
		return a, err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if a.figures, err = s.FiguresAt(ctx, a.Asked); err != nil {
		return a, err
	}
	a.list, err = view.KeptOfLedger(ctx, s.Kit, a.Question("findings"), func(ctx context.Context) ([]queries.Finding, uint32, error) {
		list, err := a.figures.Findings(ctx, a.Scope, a.View.Narrow, "")
		return list, a.figures.Run.ID, err
	})
	return a, err
}

// caseTabs lead between the list of cases and that of systemic findings.
func caseTabs(a view.Asked, current string) []kit.Link {
	var tabs []kit.Link
	for _, id := range []string{"cases", "findings"} {
		tabs = append(tabs, kit.Link{Text: a.Printer.T("web.tab." + id), Address: a.At("/" + id), ID: id, Current: id == current})
	}
	return tabs
}

// findingsList is GET /findings.
func (s pages) findingsList(c *fiber.Ctx) error {
	a, err := s.askFindings(c)
	if err != nil {
		return s.NoFigures(c, "findings", a.Asked, err)
	}
	p := a.Printer
	page := findingsPage{FiguresFrame: s.FiguresFrame(c, "cases", a.Asked, p.T("web.systemic")), Tabs: caseTabs(a.Asked, "findings"), Count: dashboards.Count(uint64(len(a.list)))}
	page.Crumbs = a.Below(p.T("web.systemic"))
	for i := range a.list {
		page.Findings = append(page.Findings, dashboards.NewSystemicFinding(&a.list[i], a.figures.Pack.Detection, a.FindingLink, p))
	}
	return s.Pages.Send(c, a.St.Lang, "findings", page)
}

// findingAnswer is what the forms of one finding are made from.
type findingAnswer struct {
	view.Asked
	figures       *queries.Figures
	finding       queries.Finding
	words         dashboards.SystemicFinding
	units         []queries.FindingUnit
	page, perPage uint64
}

// findingPage is the contents of one finding.
type findingPage struct {
	view.FiguresFrame
	Finding dashboards.SystemicFinding
	CasesAt string
	Heads   []kit.ListHead
	Rows    []dashboards.CaseRow
	Range   string
	Pager   []kit.Link
	Takes   []kit.Link
	Writes  bool
	OpenAt  string // address to which units are sent
	IssueAt string // address that opens one issue for the finding
	All     string
	TooMany string
	Issues  []dashboards.CaseLink // about the finding itself
}

// askFinding reads the address of a finding and asks the store. One that lies partly outside of the scope is answered as one
// that is not there.
func (s pages) askFinding(c *fiber.Ctx) (findingAnswer, error) {
	id := c.Params(paramFinding)
	base, err := s.Ask(c, "/findings/"+id, queries.Narrow{})
	a := findingAnswer{Asked: base}
	if err != nil {
		return a, err
	}
	a.St.Narrow = queries.Narrow{}
	if err := a.Usual(); err != nil {
		return a, err
	}
	if a.page, a.perPage, err = kit.ReadPage(c); err != nil {
		return a, err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if a.figures, err = s.FiguresAt(ctx, a.Asked); err != nil {
		return a, err
	}
	found := false
	if findingForm.MatchString(id) {
		list, err := view.KeptOfLedger(ctx, s.Kit, a.Question("finding", id), func(ctx context.Context) ([]queries.Finding, uint32, error) {
			one, found, err := a.figures.FindingOf(ctx, a.Scope, id)
			if !found {
				return nil, a.figures.Run.ID, err
			}
			return []queries.Finding{one}, a.figures.Run.ID, err
		})
		if err != nil {
			return a, err
		}
		if found = len(list) > 0; found {
			a.finding = list[0]
		}
	}
	if !found {
		return a, kit.Status(fiber.StatusNotFound, problem.New("finding_not_found"))
	}
	a.words = dashboards.NewSystemicFinding(&a.finding, a.figures.Pack.Detection, a.FindingLink, a.Printer)
	if (a.page-1)*a.perPage >= uint64(a.finding.Units) {
		a.page = 1
	}
	a.St.Extra = (&casesState{page: a.page, perPage: a.perPage, sort: usualCaseSort, descending: true}).values()
	page := queries.CasePage{Skip: (a.page - 1) * a.perPage, Most: a.perPage}
	a.units, err = view.KeptOfLedger(ctx, s.Kit, a.Question("finding-units", id, fmt.Sprintf("%#v", page)), func(ctx context.Context) ([]queries.FindingUnit, uint32, error) {
		units, err := a.figures.FindingUnits(ctx, a.Scope, id, page)
		return units, a.figures.Run.ID, err
	})
	return a, err
}

// findingShow is GET /findings/:finding.
func (s pages) findingShow(c *fiber.Ctx) error {
	a, err := s.askFinding(c)
	if err != nil {
		return s.NoFigures(c, "findings", a.Asked, err)
	}
	p := a.Printer
	page := findingPage{FiguresFrame: s.FiguresFrame(c, "cases", a.Asked, a.words.Place+" "+a.words.Insurance+" "+a.words.Reason), Finding: a.words}
	page.Crumbs = []kit.Link{{Text: p.T("web.crumb.all"), Address: a.At("/")}, {Text: p.T("web.systemic"), Address: a.At("/findings")}, {Text: a.words.Place + " " + a.words.Reason, Current: true}}
	table := dashboards.NewFindingTable(a.FindingLink, p)
	for _, column := range table.Columns(false) {
		page.Heads = append(page.Heads, kit.ListHead{Kind: string(column.Kind), Title: column.Title})
	}
	for i := range a.units {
		page.Rows = append(page.Rows, table.Row(&a.units[i]))
	}
	all, first := uint64(a.finding.Units), (a.page-1)*a.perPage+1
	page.Range = p.T("web.cases.range", "first", dashboards.Count(first), "last", dashboards.Count(first+uint64(len(a.units))-1), "count", dashboards.Count(all))
	page.Pager = kit.Pager(p, a.St, a.Path, a.page, a.perPage, all)
	list := kit.State{Lang: a.St.Lang, Theme: a.St.Theme, Extra: map[string][]string{paramFinding: {a.finding.ID}, paramEvery: {kit.Yes}}} // some may be no case by themselves
	page.CasesAt, page.OpenAt = list.URL("/cases"), list.URL("/cases/issues")
	page.IssueAt = a.At("/findings/" + a.finding.ID + "/issue")
	if page.MayTake {
		page.Takes = kit.Takes(p.T("web.finding.download"), a.St, "/download/findings/"+a.finding.ID+"/units")
	}
	principal := kit.AskerOf(c).Principal
	page.Writes = principal.Can(access.IssuesWrite) && !principal.ViewingAs()
	if page.All = dashboards.Count(all); all > mostOpened {
		page.All, page.TooMany = "", p.T("web.cases.open.too_many", "most", mostOpened)
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if page.Issues, err = s.issuesOfFinding(ctx, &a); err != nil {
		return err
	}
	return s.Pages.Send(c, a.St.Lang, "finding", page)
}

// findingDownload is /download/findings/:finding/units.csv and .xlsx.
func (s pages) findingDownload(c *fiber.Ctx) error {
	a, err := s.askFinding(c)
	if err != nil {
		return err
	}
	p := a.Printer
	rows := dashboards.NewFindingTable(nil, p)
	columns := dashboards.Table{Columns: rows.Columns(true)}
	title := p.T("web.systemic") + " " + a.words.Place + " " + a.words.Insurance + " " + a.words.Reason
	t := view.Taking{ID: "units", Title: title, Columns: columns.Titles(p.T("web.unit.yuan"))}
	t.File = p.T("web.csv.file", "place", a.words.Place, "table", a.words.Reason, "from", a.finding.From.Number(), "to", a.finding.To.Number(), "run", a.Stamp.Run)
	t.Filters = append(a.Conditions(), tabular.Line{Name: p.T("web.finding"), Value: dashboards.Plain(a.words.Sentence)},
		tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	for _, item := range dashboards.Stamp(p, a.Stamp) {
		t.Filters = append(t.Filters, tabular.Line(item))
	}
	t.Write = func(file tabular.Table) (int, error) {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		units, err := a.figures.FindingUnits(ctx, a.Scope, a.finding.ID, queries.CasePage{Most: view.MostRowsTaken + 1})
		for i := range units {
			columns.Rows = append(columns.Rows, rows.Plain(&units[i]))
		}
		if err != nil {
			return 0, err
		}
		return len(columns.Rows), view.WriteRows(file, columns)
	}
	return s.TakeAway(c, t)
}

// openFromFinding is POST /findings/:finding/issue: one issue for the finding itself, for whoever keeps the rates and systems.
func (s pages) openFromFinding(c *fiber.Ctx) error {
	a, err := s.askFinding(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), openingTime)
	defer cancel()
	open, err := s.issuesOfFinding(ctx, &a)
	if err != nil {
		return err
	}
	for _, one := range open {
		if ledger.State(one.State).Open() {
			return kit.Status(fiber.StatusUnprocessableEntity, problem.New("web_finding_open", "number", one.Number))
		}
	}
	f, w := &a.finding, &a.words
	draft := ledger.Data{
		Source: ledger.FromSystem, Nature: "found", Category: "policy", Severity: "high", Title: findingTitle(&a), Region: f.RegionCode, Bureau: f.RegionCode,
		Text:     dashboards.Plain(w.Sentence) + "\n" + w.Rule + "\n" + w.Look,
		RaisedOn: workday.DateOf(s.Config.Now()).String(), Run: a.Stamp.Run, From: f.From.String(), To: f.To.String(), Link: &ledger.Link{To: "finding", ID: f.ID},
	}
	p := kit.AskerOf(c).Principal
	issue, err := s.Config.Issues.Open(ctx, p, draft)
	if err != nil {
		return kit.Status(statusOfOpening(err), err)
	}
	return c.Redirect(a.At(view.IssuePath(issue.Number)), fiber.StatusSeeOther)
}

// findingTitle is the title of the issue about a finding; its id makes it found again.
func findingTitle(a *findingAnswer) string {
	return i18n.For(i18n.Chinese).T("web.finding.issue.title", "place", a.words.Place, "insurance", a.words.Insurance, "reason", a.words.Reason, "id", a.finding.ID)
}

// issuesOfFinding are the issues that were opened for a finding itself, the last registered first.
func (s pages) issuesOfFinding(ctx context.Context, a *findingAnswer) ([]dashboards.CaseLink, error) {
	rows, _, err := s.ListIssues(ctx, a.Scope, handling.IssueFilter{Text: a.finding.ID}, handling.IssueSort{By: "registered", Descending: true}, handling.Page{Most: mostLinked})
	var links []dashboards.CaseLink
	names := dashboards.NewNames(a.Printer)
	for _, row := range rows {
		links = append(links, dashboards.CaseLink{Number: row.Number, State: string(row.State), Text: names.Word("issue_state")(string(row.State)), Link: a.At(view.IssuePath(row.Number))})
	}
	return links, err
}

// mostLinked is how many issues of a finding its page names.
const mostLinked = 20
