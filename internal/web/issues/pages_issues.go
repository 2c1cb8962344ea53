package issues

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/dimension"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// issuesPage is the contents of the list of issues.
type issuesPage struct {
	kit.Frame
	Tabs     []kit.Link
	KPIs     []dashboards.IssueKPI
	Filter   issuesFilter
	Heads    []kit.ListHead
	Columns  []dashboards.Column
	Rows     []issueRow
	Range    string
	Pager    []kit.Link
	Takes    []kit.Link
	Note     string // what is kept from the reader
	TooMany  string
	MayWrite bool
	Bulk     string       // address of what is done with several issues
	Handlers []kit.Option // whom they can be given to
	Results  []bulkResult
	Chosen   map[string]bool
}

// issueRow is a row with what it is marked by.
type issueRow struct {
	Number                string
	Value                 string // number and step, for a form that does something with several
	State, Severity, Pace dashboards.Mark
	Cells                 []dashboards.Cell
}

// issuesFilter is the form above lists and counts of issues.
type issuesFilter struct {
	Action       string
	Search       string
	Since, Until string
	Choices      []view.Choice
	More         []view.Choice
	MoreOpen     bool
	Kept         []kit.Option
	Chips        []view.Chip
	Reset        string
}

// issueTabs lead to the pages of the ledger.
func (s pages) issueTabs(c *fiber.Ctx, p *i18n.Printer, f kit.Frame, current string) []kit.Link {
	var tabs []kit.Link
	for _, page := range []string{"", "mine", "statistics", "bureaus"} {
		path, name := "/issues", "list"
		if page != "" {
			path, name = "/issues/"+page, page
		}
		tabs = append(tabs, kit.Link{Text: p.T("web.issues.tab." + name), Address: f.At(path), ID: name, Current: name == current})
	}
	return tabs
}

// concealedIssues says what of the ledger is kept from the reader; "" where nothing is.
func (s pages) concealedIssues(c *fiber.Ctx, p *i18n.Printer) string {
	least := s.LeastOf(c)
	if least == 0 {
		return ""
	}
	return p.T("web.issues.concealed", "least", least)
}

// issueLines are the conditions of a list or a count, and what is kept from the reader, as downloads bear them.
func (s pages) issueLines(c *fiber.Ctx, a *issuesState, accounts map[string]string) []tabular.Line {
	lines := a.lines(accounts)
	if note := s.concealedIssues(c, a.printer); note != "" {
		lines = append(lines, tabular.Line{Name: a.printer.T("web.csv.concealed"), Value: note})
	}
	return lines
}

// accountsOf are the accounts that issues name.
func accountsOf(issues []handling.Row) []string {
	var accounts []string
	for _, row := range issues {
		accounts = append(accounts, row.Owner, row.Handler)
	}
	return accounts
}

// lineOf is an issue of a list as dashboards take it.
func lineOf(p *i18n.Printer, row handling.Row) dashboards.IssueLine {
	line := dashboards.IssueLine{Issue: row.Issue, Clock: row.Clock}
	if row.Uncounted != nil {
		line.Uncounted = p.Error(row.Uncounted)
	}
	return line
}

// issuesFound is what a list of issues is made from.
type issuesFound struct {
	issuesState
	rows  []handling.Row
	found handling.IssuesFound
	total queries.IssueCount
	names map[string]string // of accounts
}

// findIssues reads the address of a list and asks the ledger.
func (s pages) findIssues(ctx context.Context, c *fiber.Ctx) (issuesFound, error) {
	read, err := readIssues(c)
	a := issuesFound{issuesState: read}
	if err != nil {
		return a, err
	}
	find := func() error {
		a.rows, a.found, err = s.ListIssues(ctx, kit.ScopeOf(c), a.filter, a.sort, handling.Page{Skip: (a.page - 1) * a.perPage, Most: a.perPage})
		return err
	}
	if err := find(); err != nil {
		return a, err
	}
	if len(a.rows) == 0 && a.page > 1 { // behind the end, as a bookmark of a longer list may be
		a.page = 1
		a.st.Extra = a.values()
		if err := find(); err != nil {
			return a, err
		}
	}
	counts, err := s.IssueCounts(ctx, kit.ScopeOf(c), a.filter, "")
	if err != nil {
		return a, err
	}
	for _, count := range counts[""] { // one, or none where nothing was found
		a.total = count
	}
	a.names, err = s.namesOf(ctx, c, accountsOf(a.rows), a.accounts())
	return a, err
}

// issuesList is GET /issues.
func (s pages) issuesList(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.findIssues(ctx, c)
	if err != nil {
		return err
	}
	return s.sendIssues(ctx, c, &a, nil)
}

// sendIssues shows the list; with results, what became of what was done with several.
func (s pages) sendIssues(ctx context.Context, c *fiber.Ctx, a *issuesFound, results []bulkResult) error {
	p := a.printer
	page := issuesPage{Frame: s.Frame(c, "issues", "/issues", a.st, p, p.T("web.issues")), KPIs: dashboards.IssueKPIs(a.total, a.link, p),
		MayWrite: kit.AskerOf(c).Principal.Can(access.IssuesWrite), Bulk: a.at("/issues/bulk", true), Results: results, Filter: s.issuesFilter(c, &a.issuesState, a.names),
		Chosen: map[string]bool{}}
	page.Tabs, page.Note = s.issueTabs(c, p, page.Frame, "list"), s.concealedIssues(c, p)
	table := dashboards.NewIssueTable(a.names, a.link, p)
	page.Columns = table.Columns()
	for _, column := range page.Columns {
		page.Heads = append(page.Heads, a.head(column))
	}
	for _, row := range a.rows {
		line := lineOf(p, row)
		shown := issueRow{Number: row.Number, Value: bulkValue(row.Issue), Cells: table.Row(line)}
		shown.State, shown.Severity, shown.Pace = table.Marks(line)
		page.Rows = append(page.Rows, shown)
	}
	for _, result := range results {
		page.Chosen[result.Number] = result.Problem != ""
	}
	if len(a.rows) > 0 {
		first := (a.page-1)*a.perPage + 1
		page.Range = p.T("web.issues.range", "first", dashboards.Count(first), "last", dashboards.Count(first+uint64(len(a.rows))-1), "count", dashboards.Count(a.found.Issues))
		page.Pager = kit.Pager(p, a.st, "/issues", a.page, a.perPage, a.found.Issues)
		if page.MayTake && a.found.Issues > view.MostRowsTaken {
			page.TooMany = p.T("web.issues.too_many", "most", dashboards.Count(view.MostRowsTaken))
		} else if page.MayTake {
			page.Takes = s.takesIssues(a)
		}
	}
	if page.MayWrite {
		var err error
		if page.Handlers, err = s.handlersOf(ctx, c, a); err != nil {
			return err
		}
	}
	return s.Pages.Send(c, a.st.Lang, "issues", page)
}

// takesIssues are the addresses at which the list can be taken away whole.
func (s pages) takesIssues(a *issuesFound) []kit.Link {
	var links []kit.Link
	for _, format := range []string{"xlsx", "csv"} {
		links = append(links, kit.Link{Text: a.printer.T("web.issues.download"), Address: a.at("/download/issues/issues."+format, true), ID: format})
	}
	return links
}

// sortedBy are the columns that a list can be sorted by.
var sortedBy = map[string]string{"registered": "registered", "due": "due", "found": "found", "corrected": "corrected", "outstanding": "outstanding", "severity": "severity"}

// head is the head of a column; a second click turns the order.
func (a *issuesFound) head(column dashboards.Column) kit.ListHead {
	head := kit.ListHead{Kind: string(column.Kind), Title: column.Title}
	by, ok := sortedBy[column.Key]
	if !ok {
		return head
	}
	next := handling.IssueSort{By: by, Descending: by != "due"}
	if a.sort.By == by {
		next.Descending = !a.sort.Descending
		head.Sorted = map[bool]string{true: "descending", false: "ascending"}[a.sort.Descending]
	}
	head.Address = a.with(func(other *issuesState) { other.sort = next })
	return head
}

// issuesFilter is the form, with what the address says.
func (s pages) issuesFilter(c *fiber.Ctx, a *issuesState, accounts map[string]string) issuesFilter {
	p := a.printer
	f := issuesFilter{Action: a.path, Search: a.filter.Text, Chips: a.conditions(accounts)}
	if a.filter.From != 0 {
		f.Since = a.filter.From.String()
	}
	if a.filter.To != 0 {
		f.Until = a.filter.To.String()
	}
	regions := kit.AskerOf(c).Principal.Regions()
	for _, n := range dimension.Paged() {
		chosen := a.st.Narrow.Value(n)
		f.Choices = append(f.Choices, view.Choice{Name: n.ID, Title: p.T("web.filter." + n.ID), Any: p.T("web.filter.any"), Tree: n.ID != kit.ParamSize,
			Options: view.OptionsOf(p, n.ID, chosen, regions)})
	}
	status := view.Choice{Name: paramStatus, Title: p.T("web.issues.filter.status"), Any: p.T("web.filter.any"), Options: optionsIn(p, "issue_state", statuses, a.filter.State)}
	if a.filter.State != "" && !slices.ContainsFunc(status.Options, func(o kit.Option) bool { return o.Selected }) { // several states, which a chart leads to
		status.Options = append(status.Options, kit.Option{Value: a.filter.State, Text: p.T("web.issues.filter.several"), Selected: true})
	}
	f.Choices = append(f.Choices, status)
	filter := a.filter
	for _, condition := range issueConditions {
		chosen := *condition.field(&filter)
		if condition.known == nil {
			if chosen != "" {
				f.Kept = append(f.Kept, kit.Option{Value: chosen, Text: condition.name})
			}
			continue
		}
		one := view.Choice{Name: condition.name, Title: p.T("web.issues.filter." + condition.name), Any: p.T("web.filter.any"), Options: optionsIn(p, condition.list, condition.known, chosen)}
		for i := range one.Options {
			if one.Options[i].Value == queries.NobodyOrNothing {
				one.Options[i].Text = p.T("web.issues.filter.none")
			}
		}
		if condition.name == paramDue {
			f.Choices = append(f.Choices, one)
			continue
		}
		f.More = append(f.More, one)
		f.MoreOpen = f.MoreOpen || chosen != ""
	}
	f.MoreOpen = f.MoreOpen || f.Since != "" || f.Until != ""
	keep := func(name, value string) {
		if value != "" {
			f.Kept = append(f.Kept, kit.Option{Value: value, Text: name})
		}
	}
	if a.filter.Asked {
		keep(paramAsked, "yes")
	}
	if a.st.Lang != i18n.Chinese {
		keep(kit.ParamLanguage, a.st.Lang)
	}
	keep(kit.ParamTheme, a.st.Theme)
	keep(kit.ParamSort, a.st.Extra.Get(kit.ParamSort))
	if len(f.Chips) > 0 {
		f.Reset = kit.State{Lang: a.st.Lang, Theme: a.st.Theme}.URL(a.path)
	}
	return f
}

// issuesDownload is /download/issues/issues.csv and .xlsx: the ledger as far as a list shows it.
func (s pages) issuesDownload(c *fiber.Ctx) error {
	read, err := readIssues(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a := issuesFound{issuesState: read}
	if a.names, err = s.namesOf(ctx, c, nil, a.accounts()); err != nil {
		return err
	}
	p := a.printer
	table := dashboards.NewIssueTable(a.names, nil, p)
	columns := dashboards.Table{Columns: table.Columns()}
	t := view.Taking{ID: "issues", Title: p.T("web.issues"), Columns: columns.Titles(p.T("web.unit.yuan"))}
	t.Filters = append(s.issueLines(c, &a.issuesState, a.names), tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	t.Write = func(file tabular.Table) (rows int, err error) {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		err = s.Config.Issues.Each(ctx, kit.ScopeOf(c), a.filter, a.sort, func(row handling.Row) error {
			rows++
			names, err := s.Config.Accounts.Names(ctx, accountsOf([]handling.Row{row}))
			if err != nil {
				return err
			}
			one := columns
			one.Rows = [][]dashboards.Cell{dashboards.NewIssueTable(names, nil, p).Row(lineOf(p, row))}
			return view.WriteRows(file, one)
		})
		return rows, err
	}
	return s.TakeAway(c, t)
}

// bulkValue names an issue and the step at which somebody saw it.
func bulkValue(i ledger.Issue) string { return i.Number + " " + seqText(i.Seq) }

// shownIssueCell is a cell with its column and the row that it stands in.
type shownIssueCell struct {
	Column dashboards.Column
	Cell   dashboards.Cell
	Row    issueRow
}

// Cell is a cell as the templates take it.
func (issuesPage) Cell(column dashboards.Column, cell dashboards.Cell, row issueRow) shownIssueCell {
	return shownIssueCell{column, cell, row}
}
