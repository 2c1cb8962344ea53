package web

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/money"
	"jianfu/queries"
)

// unitsPage is the contents of the list of units.
type unitsPage struct {
	figuresFrame
	Search      string
	SearchKept  []option // parameters that the search form keeps
	Wrong       string   // what is wrong with what was searched for, in words
	States      []link   // the list in each state, with counts where they are known
	KPIs        []dashboards.KPI
	Concealed   string // why figures are missing, in words
	Tick        *tick
	Heads       []unitsHead
	Columns     []dashboards.Column
	Rows        [][]dashboards.Cell
	Choice      []option // of columns
	ColumnsKept []option
	Range       string
	Pager       []link
	Whole       string // where the list is printed whole, "" where the page has all of it
	Takes       []link // of the download, in each format
	TooMany     string // why there is none, in words
	Relax       []link // what to let go of where nothing was found
}

// tick says whether figures agree with those one step up, in words.
type tick struct {
	Good bool
	Text string
}

// unitsAnswer is what the three forms of the list are made from.
type unitsAnswer struct {
	asked
	units   unitsState
	wrong   error // a search that cannot be
	list    queries.UnitList
	total   queries.MemberRow // one step up: what the dashboards show of the same narrowing
	bands   []queries.BandRow // of the same, for all sizes
	reasons []queries.ReasonRow
	least   uint64 // persons; 0 for a reader who may see records
}

// askUnits reads the address of a list and asks the store.
func (s *Server) askUnits(c *fiber.Ctx, reason string) (unitsAnswer, error) {
	base, err := s.ask(c, "/units", queries.Narrow{})
	a := unitsAnswer{asked: base, least: s.leastOf(c)}
	if err != nil {
		return a, err
	}
	if a.units, err = readUnits(c, reason); err != nil {
		return a, err
	}
	a.st.extra = a.units.values(reason)
	ctx, cancel := asking(c)
	defer cancel()
	f, err := s.figuresAt(ctx, a.asked)
	if err != nil {
		return a, err
	}
	search, err := queries.ReadUnitSearch(a.units.search)
	if err != nil {
		a.wrong = err
		return a, nil
	}
	if a.list, err = s.unitList(ctx, f, a.asked, a.units.query(search)); err != nil {
		return a, err
	}
	if len(a.list.Rows) == 0 && a.units.page > 1 { // behind the end, as a bookmark of a longer list may be
		a.units.page = 1
		a.st.extra = a.units.values(reason)
		if a.list, err = s.unitList(ctx, f, a.asked, a.units.query(search)); err != nil {
			return a, err
		}
	}
	above, err := kept(ctx, s.kept, a.question("units-total"), func(ctx context.Context) (queries.Divided, uint32, error) {
		divided, err := f.Divide(ctx, a.scope, a.view, "total")
		return divided, f.Run.ID, err
	})
	if total := above.Members["total"]; err == nil && len(total) > 0 {
		a.total, a.bands = total[0], above.Bands
	}
	if err == nil && a.units.reason != "" {
		a.reasons, err = kept(ctx, s.kept, a.question("units-reasons"), func(ctx context.Context) ([]queries.ReasonRow, uint32, error) {
			rows, err := f.Reasons(ctx, a.scope, a.view)
			return rows, f.Run.ID, err
		})
	}
	return a, err
}

// concealed tells whether sums are kept back: a reader who may not see persons could take the units of the list from them
// and would have those of the few.
func (a *unitsAnswer) concealed() bool { return a.least > 0 }

// agreement compares the list with the figure that leads to it: all units of the narrowing, those in a state, or those of
// a reason. A search has none above it.
func (a *unitsAnswer) agreement() (tick, bool) {
	p, list := a.printer, a.list
	if a.units.search != "" || a.wrong != nil || a.concealed() {
		return tick{}, false
	}
	wrong := func(units, expected uint64, amount money.Fen) (tick, bool) {
		return tick{Text: p.T("web.units.differs", "units", units, "expected", expected, "amount", amount)}, true
	}
	states := map[string]uint64{"full": a.total.States.Full, "partial": a.total.States.Partial, "none": a.total.States.None,
		"increased": a.total.States.Increased, "no_due": a.total.States.NoDue, "": a.total.Units}
	switch expected := states[a.units.state]; {
	case a.units.reason != "" && a.units.state != "", a.units.band != "" && a.units.reason+a.units.state != "":
		return tick{}, false
	case a.units.wrongly != "" && a.units.band+a.units.reason+a.units.state != "":
		return tick{}, false
	case a.units.wrongly != "":
		above := map[string]uint64{"over": a.total.UnitsOvercharged, "under": a.total.UnitsUndercharged}[a.units.wrongly]
		if list.Units != above {
			return wrong(list.Units, above, 0)
		}
	case a.units.band != "":
		var above queries.BandRow
		for _, r := range a.bands {
			if r.Band == a.units.band {
				above = r
			}
		}
		if list.Units != above.Units {
			return wrong(list.Units, above.Units, 0)
		}
	case a.units.reason != "":
		var above queries.ReasonRow
		for _, r := range a.reasons {
			if r.Reason == a.units.reason {
				above = r
			}
		}
		if list.Units != above.Units || list.Explained != above.Amount {
			return wrong(list.Units, above.Units, list.Explained-above.Amount)
		}
	case list.Units != expected:
		return wrong(list.Units, expected, 0)
	case a.units.state == "" && list.Total.Burden != a.total.Burden:
		return wrong(list.Units, expected, list.Total.Charged-a.total.Charged)
	}
	return tick{Good: true, Text: p.T("web.units.agrees")}, true
}

// unitsList is GET /units.
func (s *Server) unitsList(c *fiber.Ctx) error {
	a, err := s.askUnits(c, paramReason)
	if err != nil {
		return s.noFigures(c, "units", a.asked, err)
	}
	p := a.printer
	page := unitsPage{figuresFrame: s.figuresFrame(c, "units", a.asked, p.T("web.units")), Search: a.units.search}
	page.Crumbs = a.below(p.T("web.units"))
	page.Filter.Chips = append(page.Filter.Chips, a.chips()...)
	for name, values := range a.st.extra {
		if name != paramPage {
			page.Filter.Hidden = append(page.Filter.Hidden, option{Value: values[0], Text: name})
		}
	}
	if len(a.st.extra) > 0 && page.Filter.Reset == "" {
		page.Filter.Reset = state{lang: a.st.lang, theme: a.st.theme}.url("/units")
	}
	page.SearchKept = a.hidden(paramSearch)
	page.ColumnsKept = a.hidden(paramColumns)
	if a.wrong != nil {
		page.Wrong = p.Error(a.wrong)
		return s.pages.send(c, a.st.lang, "units", page)
	}
	page.States = a.states()
	page.choose(&a)
	switch {
	case a.concealed():
		page.Concealed = p.T("web.units.concealed", "least", a.least)
	case len(a.list.Rows) > 0:
		page.KPIs = dashboards.UnitKPIs(a.list, p)
	}
	if t, ok := a.agreement(); ok {
		page.Tick = &t
	}
	if len(a.list.Rows) == 0 {
		if page.Relax, err = s.relaxations(c, &a); err != nil {
			return err
		}
		return s.pages.send(c, a.st.lang, "units", page)
	}
	page.fill(&a)
	return s.pages.send(c, a.st.lang, "units", page)
}

// fill makes the table and what surrounds it.
func (page *unitsPage) fill(a *unitsAnswer) {
	p := a.printer
	table := dashboards.NewUnitTable(a.units.columnsOr(), a.units.reason, a.least, p)
	page.Columns = table.Columns()
	for _, column := range page.Columns {
		page.Heads = append(page.Heads, a.head(column))
	}
	for _, row := range a.list.Rows {
		page.Rows = append(page.Rows, table.Row(row, a.unitAddress(row.UnitID)))
	}
	first := (a.units.page-1)*a.units.perPage + 1
	page.Range = p.T("web.units.range", "first", dashboards.Count(first), "last", dashboards.Count(first+uint64(len(a.list.Rows))-1), "count", dashboards.Count(a.list.Units))
	page.Pager = pager(p, a.st, "/units", a.units.page, a.units.perPage, a.list.Units)
	page.Whole = wholeList(a.st, "/units", page.Pager)
	if page.MayTake && a.list.Units > mostRowsTaken {
		page.TooMany = p.T("web.units.too_many", "most", dashboards.Count(mostRowsTaken))
	} else if page.MayTake && !a.concealed() {
		st := a.st
		u := a.units
		u.page = 1
		st.extra = u.values(paramCause)
		page.Takes = takes(p.T("web.units.download"), st, "/download/units/units")
	}
}

// choose makes the choice of columns.
func (page *unitsPage) choose(a *unitsAnswer) {
	chosen := a.units.columnsOr()
	for _, column := range dashboards.UnitColumns[1:] {
		page.Choice = append(page.Choice, option{Value: column, Text: a.printer.T("web.units.column." + column), Selected: slices.Contains(chosen, column)})
	}
}

// chips are the list's own conditions.
func (a *unitsAnswer) chips() []chip {
	p := a.printer
	without := func(change func(*unitsState)) string {
		u, st := a.units, a.st
		u.page = 1
		change(&u)
		st.extra = u.values(paramReason)
		return st.url("/units")
	}
	var list []chip
	if a.units.search != "" {
		list = append(list, condition(p, p.T("web.search"), shortened(a.units.search), without(func(u *unitsState) { u.search = "" })))
	}
	if a.units.state != "" {
		list = append(list, condition(p, p.T("web.units.column.state"), p.T("web.state."+a.units.state), without(func(u *unitsState) { u.state = "" })))
	}
	if a.units.wrongly != "" {
		list = append(list, condition(p, p.T("web.column.wrongly"), p.T("web.wrongly."+a.units.wrongly), without(func(u *unitsState) { u.wrongly = "" })))
	}
	if a.units.band != "" {
		list = append(list, condition(p, p.T("web.column.band"), p.T("web.band."+a.units.band), without(func(u *unitsState) { u.band = "" })))
	}
	if a.units.reason != "" {
		list = append(list, condition(p, p.T("web.column.reason"), p.T("web.reason."+a.units.reason), without(func(u *unitsState) {
			if u.reason = ""; u.sort == "reason" {
				u.sort, u.descending = u.usualSort()
			}
		})))
	}
	return list
}

// hidden are the parameters of the address as fields of a form, but one, which the form has itself, and the page.
func (a *unitsAnswer) hidden(own string) []option { return fieldsOf(a.st, own) }

// states lead to the list in each state. How many units there are is known where nothing else than the view narrows it.
func (a *unitsAnswer) states() []link {
	p := a.printer
	counts := map[string]uint64{"": a.total.Units, "full": a.total.States.Full, "partial": a.total.States.Partial, "none": a.total.States.None,
		"increased": a.total.States.Increased, "no_due": a.total.States.NoDue}
	var links []link
	for _, id := range append([]string{""}, ids(burden.States)...) {
		u, st := a.units, a.st
		u.state, u.page = id, 1
		st.extra = u.values(paramReason)
		text := p.T("web.units.all_states")
		if id != "" {
			text = p.T("web.state." + id)
		}
		if a.units.search+a.units.band+a.units.wrongly+a.units.reason == "" && !a.concealed() {
			text += " " + dashboards.Count(counts[id])
		}
		links = append(links, link{Text: text, Address: st.url("/units"), ID: id, Current: id == a.units.state})
	}
	return links
}

// head is the head of a column: its address sorts by it, the largest or the first first, and the other way round the
// second time.
func (a *unitsAnswer) head(column dashboards.Column) unitsHead {
	h := unitsHead{Kind: string(column.Kind), Title: column.Title}
	by := column.Key
	if by == "explained" {
		by = "reason"
	}
	if !slices.Contains(queries.UnitSorts, by) {
		return h
	}
	u, st := a.units, a.st
	u.page, u.descending = 1, column.Kind != dashboards.KindText
	if u.sort == by {
		u.descending = !a.units.descending
		h.Sorted = map[bool]string{true: "descending", false: "ascending"}[a.units.descending]
	}
	u.sort = by
	st.extra = u.values(paramReason)
	h.Address = st.url("/units")
	return h
}
