package cases

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/detection"
	"jianfu/internal/ledger"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// casesAnswer is what the forms of a list of cases are made from.
type casesAnswer struct {
	view.Asked
	cases   casesState
	wrong   error // a search that cannot be
	figures *queries.Figures
	filter  queries.CaseFilter
	list    []queries.Case
	totals  queries.CaseTotals
	found   uint64       // cases of the list, all pages together
	drawn   *drawnSample // nil where the list is no sample
}

// casesPage is the contents of a list of cases.
type casesPage struct {
	view.FiguresFrame
	Contents    *dashboards.Cases
	Tabs        []kit.Link
	Search      string
	Wrong       string
	Choices     []view.Choice // what narrows the list, beside the frame's own
	MoreChoices []view.Choice // that lie below
	Narrowed    bool          // whether one of those below is made
	Boxes       []kit.Option
	FormKept    []kit.Option // parameters that the form of conditions keeps
	Levels      []kit.Link
	Heads       []kit.ListHead
	Rows        []dashboards.CaseRow
	Choice      []kit.Option // of columns
	ColumnsKept []kit.Option
	Range       string
	Pager       []kit.Link
	Whole       string // where the list is printed whole, "" where the page has all of it
	Takes       []kit.Link
	TooManyRows string // why there is none, in words
	Relax       string // the list without conditions
	Writes      bool   // whether issues can be opened
	OpenAt      string // address to which units are sent
	All         string // how many issues would be opened for all that were found, "" where they are too many
	TooMany     string
	Sample      samplePart
}

// askCases reads the address of a list of cases and asks the store. Cases are of the default window and comparison, and of the
// employer's part; nothing else can be asked for.
func (s pages) askCases(c *fiber.Ctx) (casesAnswer, error) {
	base, err := s.Ask(c, "/cases", queries.Narrow{})
	a := casesAnswer{Asked: base}
	if err != nil {
		return a, err
	}
	if err := a.Usual(); err != nil {
		return a, err
	}
	if a.cases, err = readCases(c); err != nil {
		return a, err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if a.figures, err = s.FiguresAt(ctx, a.Asked); err != nil {
		return a, err
	}
	a.St.Extra = a.cases.values()
	a.filter = a.cases.filter(a.View.Narrow)
	if _, err := queries.ReadUnitSearch(a.cases.search); err != nil {
		a.wrong = err
		return a, nil
	}
	if a.cases.sample != "" {
		if err := s.draw(ctx, &a); err != nil {
			return a, err
		}
	}
	return a, s.readCasesOf(ctx, &a)
}

// readCasesOf asks for a page of the list and for what all of it comes to.
func (s pages) readCasesOf(ctx context.Context, a *casesAnswer) error {
	var err error
	filter := fmt.Sprintf("%#v", a.filter)
	a.totals, err = view.KeptOfLedger(ctx, s.Kit, a.Question("cases-total", filter), func(ctx context.Context) (queries.CaseTotals, uint32, error) {
		totals, err := a.figures.CaseTotals(ctx, a.Scope, a.filter)
		return totals, a.figures.Run.ID, err
	})
	if err != nil {
		return err
	}
	a.found = a.totals.Cases
	if (a.cases.page-1)*a.cases.perPage >= a.found { // behind the end, as a bookmark of a longer list may be
		a.cases.page = 1
		a.St.Extra = a.cases.values()
	}
	sort, page := a.cases.order(), queries.CasePage{Skip: (a.cases.page - 1) * a.cases.perPage, Most: a.cases.perPage}
	a.list, err = view.KeptOfLedger(ctx, s.Kit, a.Question("cases", filter, fmt.Sprintf("%#v %#v", sort, page)), func(ctx context.Context) ([]queries.Case, uint32, error) {
		list, err := a.figures.Cases(ctx, a.Scope, a.filter, sort, page)
		return list, a.figures.Run.ID, err
	})
	return err
}

// order is the list's.
func (u *casesState) order() queries.CaseSort {
	return queries.CaseSort{By: u.sort, Descending: u.descending}
}

// filter is the question to the store.
func (u *casesState) filter(narrow queries.Narrow) queries.CaseFilter {
	f := queries.CaseFilter{Narrow: narrow, State: u.state, Level: u.level, Channel: u.channel, Finding: u.finding, Issue: u.issue,
		Repeated: u.repeated, BelowPeers: u.below, All: u.every, Unit: u.search}
	rule, _ := detection.Shipped.Rule(u.mark)
	switch rule.Kind {
	case detection.Reason:
		f.Reason = u.mark
	case detection.Cause:
		f.Cause = u.mark
	case detection.Risk:
		f.Risk = u.mark
	}
	return f
}

// casesList is GET /cases.
func (s pages) casesList(c *fiber.Ctx) error {
	a, err := s.askCases(c)
	if err != nil {
		return s.NoFigures(c, "cases", a.Asked, err)
	}
	return s.sendCases(c, &a)
}

func (s pages) sendCases(c *fiber.Ctx, a *casesAnswer) error {
	p := a.Printer
	page := casesPage{FiguresFrame: s.FiguresFrame(c, "cases", a.Asked, p.T("web.cases")), Search: a.cases.search}
	page.Crumbs, page.Tabs = a.Below(p.T("web.cases")), caseTabs(a.Asked, "cases")
	page.choose(a)
	if a.wrong != nil {
		page.Wrong = p.Error(a.wrong)
		return s.Pages.Send(c, a.St.Lang, "cases", page)
	}
	page.Contents = dashboards.NewCases(a.totals, a.lead, p)
	page.Levels = a.levels()
	page.Sample = a.samplePart()
	if len(a.list) == 0 {
		page.Relax = kit.State{Lang: a.St.Lang, Theme: a.St.Theme}.URL("/cases")
		return s.Pages.Send(c, a.St.Lang, "cases", page)
	}
	page.fill(a, kit.AskerOf(c))
	return s.Pages.Send(c, a.St.Lang, "cases", page)
}

// lead is where a mark of the list leads: a state, a level or a reason narrows it further.
func (a *casesAnswer) lead(marks ...string) string {
	switch marks[0] {
	case "unit":
		return a.UnitAddress(marks[1])
	case "issue":
		return a.At("/issues/" + marks[1])
	}
	u, st := a.cases, a.St
	u.page = 1
	for i := 0; i+1 < len(marks); i += 2 {
		switch marks[i] {
		case "state":
			u.state = marks[i+1]
		case "level":
			u.level = marks[i+1]
		case "reason", "mark":
			u.mark = marks[i+1]
		case "issues":
			u.issue = marks[i+1]
		}
	}
	st.Extra = u.values()
	return st.URL("/cases")
}

// with is the address of the list with something changed, from its first page.
func (a *casesAnswer) with(change func(*casesState)) string {
	u, st := a.cases, a.St
	u.page = 1
	change(&u)
	st.Extra = u.values()
	return st.URL("/cases")
}

// choose makes the form of conditions and its chips.
func (page *casesPage) choose(a *casesAnswer) {
	p, u := a.Printer, &a.cases
	names := dashboards.NewNames(p)
	list := func(name, title string, known []string, chosen string, text func(string) string) view.Choice {
		one := view.Choice{Name: name, Title: title, Any: p.T("web.filter.any")}
		for _, id := range known {
			one.Options = append(one.Options, kit.Option{Value: id, Text: text(id), Selected: id == chosen})
		}
		return one
	}
	mark := func(id string) string { return dashboards.MarkName(id, p) }
	page.Choices = []view.Choice{
		list(kit.ParamState, p.T("web.cases.column.state"), kit.Ids(burden.States), u.state, names.Word("state")),
		list(paramMark, p.T("web.cases.mark"), marks(), u.mark, mark),
		list(kit.ParamIssue, p.T("web.cases.column.issues"), queries.CaseIssueStates, u.issue, names.Word("case_issue")),
	}
	page.MoreChoices = []view.Choice{
		list(kit.ParamLevel, p.T("web.cases.column.level"), kit.Words(ledger.Severities), u.level, names.Word("issue_severity")),
		list(paramChannel, p.T("web.cases.column.channel"), kit.Ids(contribution.Channels), u.channel, func(id string) string { return dashboards.ChannelName(id, p) }),
	}
	page.Narrowed = page.Filter.Narrowed || u.channel != "" || u.repeated || u.below || u.every
	for _, box := range []struct {
		name   string
		ticked bool
	}{{paramRepeated, u.repeated}, {paramBelow, u.below}, {paramEvery, u.every}} {
		page.Boxes = append(page.Boxes, kit.Option{Value: box.name, Text: p.T("web.cases.only." + box.name), Selected: box.ticked})
	}
	chosen := u.columnsOr()
	for _, column := range dashboards.CaseColumns[1:] {
		page.Choice = append(page.Choice, kit.Option{Value: column, Text: p.T("web.cases.column." + column), Selected: slices.Contains(chosen, column)})
	}
	page.ColumnsKept = a.kept(kit.ParamColumns)
	for _, one := range a.kept("") {
		if slices.Contains([]string{kit.ParamSort, kit.ParamColumns, paramFinding, kit.ParamLanguage, kit.ParamTheme, kit.ParamPerPage}, one.Text) {
			page.FormKept = append(page.FormKept, one)
		}
	}
	page.Filter.Chips = append(page.Filter.Chips, a.chips()...)
	if len(a.St.Extra) > 0 && page.Filter.Reset == "" {
		page.Filter.Reset = a.At("/cases")
	}
}

// kept are the parameters of the address as fields of a form, but one, which the form has itself, and the page.
func (a *casesAnswer) kept(own string) []kit.Option { return kit.FieldsOf(a.St, own) }

// chips are the list's own conditions in words.
func (a *casesAnswer) chips() []view.Chip {
	p, u := a.Printer, &a.cases
	names := dashboards.NewNames(p)
	var list []view.Chip
	add := func(name, text string, drop func(*casesState)) {
		list = append(list, view.Condition(p, name, text, a.with(drop)))
	}
	if u.search != "" {
		add(p.T("web.search"), kit.Shortened(u.search), func(u *casesState) { u.search = "" })
	}
	if u.state != "" {
		add(p.T("web.cases.column.state"), p.T("web.state."+u.state), func(u *casesState) { u.state = "" })
	}
	if u.level != "" {
		add(p.T("web.cases.column.level"), names.Word("issue_severity")(u.level), func(u *casesState) { u.level = "" })
	}
	if u.mark != "" {
		add(p.T("web.cases.mark"), dashboards.MarkName(u.mark, p), func(u *casesState) { u.mark = "" })
	}
	if u.channel != "" {
		add(p.T("web.cases.column.channel"), dashboards.ChannelName(u.channel, p), func(u *casesState) { u.channel = "" })
	}
	if u.finding != "" {
		add(p.T("web.finding"), u.finding, func(u *casesState) { u.finding = "" })
	}
	if u.issue != "" {
		add(p.T("web.cases.column.issues"), names.Word("case_issue")(u.issue), func(u *casesState) { u.issue = "" })
	}
	for _, box := range []struct {
		name   string
		ticked bool
		drop   func(*casesState)
	}{
		{paramRepeated, u.repeated, func(u *casesState) { u.repeated = false }}, {paramBelow, u.below, func(u *casesState) { u.below = false }},
		{paramEvery, u.every, func(u *casesState) { u.every = false }},
	} {
		if box.ticked {
			add(p.T("web.cases.also"), p.T("web.cases.only."+box.name), box.drop)
		}
	}
	if a.drawn != nil {
		add(p.T("web.cases.sample"), a.drawn.words(p), func(u *casesState) { u.sample = "" })
	}
	return list
}

// levels lead to the list of each level, with counts.
func (a *casesAnswer) levels() []kit.Link {
	p, names := a.Printer, dashboards.NewNames(a.Printer)
	counts := map[string]uint64{"": a.totals.Cases}
	for _, row := range a.totals.ByLevel {
		counts[row.Key] = row.Cases
	}
	known := kit.Words(ledger.Severities)
	slices.Reverse(known)
	var links []kit.Link
	for _, id := range append([]string{""}, known...) {
		text := p.T("web.cases.all_levels")
		if id != "" {
			text = names.Word("issue_severity")(id)
		}
		if a.cases.level == "" {
			text += " " + dashboards.Count(counts[id])
		}
		links = append(links, kit.Link{Text: text, Address: a.with(func(u *casesState) { u.level = id }), ID: id, Current: id == a.cases.level})
	}
	return links
}

// fill makes the table and what surrounds it.
func (page *casesPage) fill(a *casesAnswer, asker kit.Asker) {
	p := a.Printer
	table := dashboards.NewCaseTable(a.cases.columnsOr(), a.lead, p)
	for _, column := range table.Columns() {
		page.Heads = append(page.Heads, a.head(column))
	}
	for i := range a.list {
		page.Rows = append(page.Rows, table.Row(&a.list[i]))
	}
	first := (a.cases.page-1)*a.cases.perPage + 1
	page.Range = p.T("web.cases.range", "first", dashboards.Count(first), "last", dashboards.Count(first+uint64(len(a.list))-1), "count", dashboards.Count(a.found))
	page.Pager = kit.Pager(p, a.St, "/cases", a.cases.page, a.cases.perPage, a.found)
	page.Whole = kit.WholeList(a.St, "/cases", page.Pager)
	st := a.St
	u := a.cases
	u.page = 1
	st.Extra = u.values()
	switch {
	case page.MayTake && a.found > view.MostRowsTaken:
		page.TooManyRows = p.T("web.units.too_many", "most", dashboards.Count(view.MostRowsTaken))
	case page.MayTake:
		page.Takes = kit.Takes(p.T("web.cases.download"), st, "/download/cases/cases")
	}
	page.Writes = asker.Principal.Can(access.IssuesWrite) && !asker.Principal.ViewingAs()
	page.OpenAt = st.URL("/cases/issues")
	if page.All = strconv.FormatUint(a.found, 10); a.found > mostOpened {
		page.All, page.TooMany = "", p.T("web.cases.open.too_many", "most", mostOpened)
	}
}

// head is the head of a column, which sorts by it, the largest first, and the other way round the second time.
func (a *casesAnswer) head(column dashboards.Column) kit.ListHead {
	h := kit.ListHead{Kind: string(column.Kind), Title: column.Title}
	by := column.Key
	if by == "level" {
		by = "score"
	}
	if !slices.Contains(queries.CaseSorts, by) {
		return h
	}
	descending := column.Kind != dashboards.KindText || by == "score"
	if a.cases.sort == by {
		descending = !a.cases.descending
		h.Sorted = map[bool]string{true: "descending", false: "ascending"}[a.cases.descending]
	}
	h.Address = a.with(func(u *casesState) { u.sort, u.descending = by, descending })
	return h
}
