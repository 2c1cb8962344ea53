package issues

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/errgroup"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// issueCountsPage is the contents of the statistics of issues, and of how bureaus deal with them.
type issueCountsPage struct {
	kit.Frame
	Tabs    []kit.Link
	Note    string // what is kept from the reader
	KPIs    []dashboards.IssueKPI
	Filter  issuesFilter
	Blocks  []dashboards.Block
	Bureaus *dashboards.Block
	Empty   bool
}

// Class is the width of a block: two stand side by side, and the last takes what is left.
func (p issueCountsPage) Class(i int) string {
	if i == len(p.Blocks)-1 && i%2 == 0 {
		return "w12"
	}
	return "w6"
}

// countedBy are the dimensions of the statistics, in the order in which they are shown; those about money are shown by it.
var countedBy = []struct {
	dimension string
	money     bool
}{
	{"region", true}, {"industry", true}, {"reason", true}, {"size", true}, {"source", false}, {"category", false}, {"handler", false},
}

// issueCounted is what the statistics of issues are made from.
type issueCounted struct {
	issuesState
	total  queries.IssueCount
	steps  []handling.FunnelStep
	ageing []queries.IssueCount            // of what is open, by age and pace
	by     map[string][]queries.IssueCount // by dimension
	names  map[string]string               // of accounts
}

// countIssues reads the address of the statistics and asks the ledger.
func (s pages) countIssues(ctx context.Context, c *fiber.Ctx) (issueCounted, error) {
	read, err := readIssues(c)
	a := issueCounted{issuesState: read, by: map[string][]queries.IssueCount{}}
	if err != nil {
		return a, err
	}
	scope := kit.ScopeOf(c)
	dimensions := []string{"", "state"}
	for _, one := range countedBy {
		dimensions = append(dimensions, one.dimension)
	}
	questions, asked := errgroup.WithContext(ctx)
	questions.Go(func() (err error) { a.by, err = s.IssueCounts(asked, scope, a.filter, dimensions...); return err })
	questions.Go(func() (err error) { a.ageing, err = s.IssueAges(asked, scope, a.filter); return err })
	if err := questions.Wait(); err != nil {
		return a, err
	}
	for _, all := range a.by[""] { // one, or none where nothing was found
		a.total = all
	}
	a.steps = handling.FunnelOf(a.by["state"])
	var accounts []string
	for _, row := range a.by["handler"] {
		accounts = append(accounts, row.Key)
	}
	a.names, err = s.namesOf(ctx, c, accounts, a.accounts())
	return a, err
}

// blocks are the statistics as pages show them: the way of the issues, the age of those that are open, then each dimension.
func (a *issueCounted) blocks() []dashboards.Block {
	b := dashboards.NewIssueCounts(a.names, a.link, a.printer)
	blocks := []dashboards.Block{b.Funnel(a.funnel()), b.Ageing(a.ageing)}
	for _, one := range countedBy {
		if one.money && a.total.Found != 0 {
			blocks = append(blocks, b.Money(one.dimension, a.by[one.dimension], a.total))
		} else {
			blocks = append(blocks, b.By(one.dimension, a.by[one.dimension], a.total))
		}
	}
	return blocks
}

// funnel are the steps as dashboards take them.
func (a *issueCounted) funnel() []dashboards.FunnelStep {
	steps := make([]dashboards.FunnelStep, len(a.steps))
	for i, step := range a.steps {
		steps[i] = dashboards.FunnelStep{Step: string(step.Step), States: step.State, Issues: step.Issues, Found: step.Found}
	}
	return steps
}

// issueStatistics is GET /issues/statistics.
func (s pages) issueStatistics(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.countIssues(ctx, c)
	if err != nil {
		return err
	}
	page := s.countsPage(c, &a.issuesState, a.names, "statistics")
	page.KPIs = dashboards.IssueKPIs(a.total, a.link, a.printer)
	if page.Empty = a.total.Issues == 0; !page.Empty {
		page.Blocks = a.blocks()
	}
	return s.Pages.Send(c, a.st.Lang, "issue_counts", page)
}

func (s pages) countsPage(c *fiber.Ctx, a *issuesState, accounts map[string]string, name string) issueCountsPage {
	p := a.printer
	a.path = "/issues/" + name
	page := issueCountsPage{Frame: s.Frame(c, "issues", a.path, a.st, p, p.T("web.issues."+name)), Filter: s.issuesFilter(c, a, accounts)}
	page.Tabs, page.Note = s.issueTabs(c, p, page.Frame, name), s.concealedIssues(c, p)
	page.PageName = "issues/" + name
	return page
}

// countBureaus reads the address of the page of bureaus and asks the ledger.
func (s pages) countBureaus(ctx context.Context, c *fiber.Ctx) (issueCounted, error) {
	read, err := readIssues(c)
	a := issueCounted{issuesState: read, by: map[string][]queries.IssueCount{}}
	if err != nil {
		return a, err
	}
	if a.by, err = s.IssueCounts(ctx, kit.ScopeOf(c), a.filter, "", "bureau"); err != nil {
		return a, err
	}
	for _, all := range a.by[""] { // one, or none where nothing was found
		a.total = all
	}
	a.names, err = s.namesOf(ctx, c, nil, a.accounts())
	return a, err
}

// issueBureaus is GET /issues/bureaus.
func (s pages) issueBureaus(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.countBureaus(ctx, c)
	if err != nil {
		return err
	}
	page := s.countsPage(c, &a.issuesState, a.names, "bureaus")
	page.KPIs = dashboards.IssueKPIs(a.total, a.link, a.printer)
	if page.Empty = a.total.Issues == 0; !page.Empty {
		block := a.bureaus()
		page.Bureaus = &block
	}
	return s.Pages.Send(c, a.st.Lang, "issue_counts", page)
}

func (a *issueCounted) bureaus() dashboards.Block {
	return dashboards.NewIssueCounts(a.names, a.link, a.printer).Bureaus(a.by["bureau"], a.total)
}

// issueCountsDownload is /download/issues/statistics/<table> and /download/issues/bureaus/<table>.
func (s pages) issueCountsDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	id, _ := view.FormatOf(c)
	var tables []dashboards.Table
	var a issueCounted
	var err error
	if strings.HasPrefix(c.Path(), "/download/issues/bureaus/") {
		if a, err = s.countBureaus(ctx, c); err == nil {
			tables = []dashboards.Table{a.bureaus().Table}
		}
	} else if a, err = s.countIssues(ctx, c); err == nil {
		for _, block := range a.blocks() {
			tables = append(tables, block.Table)
		}
	}
	if err != nil {
		return err
	}
	for _, table := range tables {
		if table.ID == id {
			return s.takeCounts(c, &a, table)
		}
	}
	return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
}

// takeCounts hands out a table of counts as a file.
func (s pages) takeCounts(c *fiber.Ctx, a *issueCounted, table dashboards.Table) error {
	p := a.printer
	t := view.Taking{ID: table.ID, Title: p.T("web.issues") + " " + table.Title, Columns: table.Titles(p.T("web.unit.yuan"))}
	t.Filters = append(s.issueLines(c, &a.issuesState, a.names), tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	if table.Sums != dashboards.CheckNone {
		t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.check"), Value: p.T("web.check." + string(table.Sums))})
	}
	t.Write = func(file tabular.Table) (int, error) { return len(table.Rows), view.WriteRows(file, table) }
	return s.TakeAway(c, t)
}

// minePage is the contents of the page of what waits for the reader.
type minePage struct {
	kit.Frame
	Tabs  []kit.Link
	Tiles []mineTile
	Lists []mineList
}

// mineTile is one number of what waits, which leads to its list.
type mineTile struct {
	ID, Name, Value, Link string
	Tone                  dashboards.Tone
}

// mineList are the first issues of what waits.
type mineList struct {
	ID, Title, All string // All leads to the whole list
	Count          string
	Heads          []kit.ListHead
	Columns        []dashboards.Column
	Rows           []issueRow
}

// Cell is a cell as the templates take it.
func (minePage) Cell(column dashboards.Column, cell dashboards.Cell, row issueRow) shownIssueCell {
	return shownIssueCell{column, cell, row}
}

// mostOfMine is how many issues of a kind the page shows.
const mostOfMine = 20

// mineKinds are what waits for somebody, each a list.
func mineKinds(account string, approves bool) []mineKind {
	kinds := []mineKind{{"own", handling.IssueFilter{Account: account, State: queries.StateOpen}}}
	if approves {
		kinds = append(kinds, mineKind{"asked", handling.IssueFilter{Asked: true, State: queries.StateOpen}})
	}
	return append(kinds, mineKind{"mentions", handling.IssueFilter{Mentioned: account, State: queries.StateOpen}})
}

// mineKind is a list of what waits for somebody.
type mineKind struct {
	id     string
	filter handling.IssueFilter
}

// issuesMine is GET /issues/mine.
func (s pages) issuesMine(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	a := issuesState{st: st, sort: handling.LatestFirst, page: 1, path: "/issues/mine", printer: i18n.For(st.Lang)}
	p, who := a.printer, kit.AskerOf(c).Principal
	mine, err := s.Minding(ctx, who)
	if err != nil {
		return err
	}
	page := minePage{Frame: s.Frame(c, "issues", "/issues/mine", st, p, p.T("web.issues.mine"))}
	page.Tabs = s.issueTabs(c, p, page.Frame, "mine")
	page.Tiles = a.tiles(who, mine)
	for _, kind := range mineKinds(who.Account(), who.Can(access.IssuesApprove)) {
		sort := handling.IssueSort{By: "due"}
		rows, found, err := s.ListIssues(ctx, kit.ScopeOf(c), kind.filter, sort, handling.Page{Most: mostOfMine})
		if err != nil {
			return err
		}
		names, err := s.Config.Accounts.Names(ctx, accountsOf(rows))
		if err != nil {
			return err
		}
		table := dashboards.NewIssueTable(names, a.link, p)
		list := mineList{ID: kind.id, Title: p.T("web.issues.mine." + kind.id), Count: dashboards.Count(found.Issues), Columns: table.Columns()}
		list.All = a.with(func(other *issuesState) { other.filter, other.sort = kind.filter, sort })
		for _, column := range list.Columns {
			list.Heads = append(list.Heads, kit.ListHead{Kind: string(column.Kind), Title: column.Title})
		}
		for _, row := range rows {
			line := lineOf(p, row)
			shown := issueRow{Number: row.Number, Cells: table.Row(line)}
			shown.State, shown.Severity, shown.Pace = table.Marks(line)
			list.Rows = append(list.Rows, shown)
		}
		page.Lists = append(page.Lists, list)
	}
	return s.Pages.Send(c, st.Lang, "issues_mine", page)
}

// tiles are the numbers of what waits; each is that of the list that it leads to.
func (a *issuesState) tiles(who access.Principal, mine handling.Mine) []mineTile {
	own := handling.IssueFilter{Account: who.Account(), State: queries.StateOpen}
	var tiles []mineTile
	add := func(id string, n uint64, urgent bool, change func(*handling.IssueFilter)) {
		f := own
		change(&f)
		tile := mineTile{ID: id, Name: a.printer.T("web.issues.mine." + id), Value: dashboards.Count(n), Link: a.with(func(other *issuesState) { other.filter = f })}
		if urgent && n > 0 {
			tile.Tone = dashboards.ToneIncrease
		}
		tiles = append(tiles, tile)
	}
	add("own", mine.Open.Issues, false, func(*handling.IssueFilter) {})
	add("overdue", mine.Overdue, true, func(f *handling.IssueFilter) { f.Due = "overdue" })
	add("today", mine.DueToday, true, func(f *handling.IssueFilter) { f.Due = "due_today" })
	add("soon", mine.Soon, false, func(f *handling.IssueFilter) { f.Due = "soon" })
	if who.Can(access.IssuesApprove) {
		add("asked", mine.Asked, true, func(f *handling.IssueFilter) { f.Account, f.Asked = "", true })
	}
	add("mentions", mine.Mentions, false, func(f *handling.IssueFilter) { f.Account, f.Mentioned = "", who.Account() })
	return tiles
}
