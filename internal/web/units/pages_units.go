package units

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/money"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// unitsPage is the contents of the list of units.
type unitsPage struct {
	view.FiguresFrame
	Search      string
	SearchKept  []kit.Option // parameters that the search form keeps
	Wrong       string       // what is wrong with what was searched for, in words
	States      []kit.Link   // the list in each state, with counts where they are known
	KPIs        []dashboards.KPI
	Concealed   string // why figures are missing, in words
	Tick        *tick
	Heads       []kit.ListHead
	Columns     []dashboards.Column
	Rows        [][]dashboards.Cell
	Choice      []kit.Option // of columns
	ColumnsKept []kit.Option
	Range       string
	Pager       []kit.Link
	Whole       string     // where the list is printed whole, "" where the page has all of it
	Takes       []kit.Link // of the download, in each format
	TooMany     string     // why there is none, in words
	Relax       []kit.Link // what to let go of where nothing was found
}

// tick says whether figures agree with those one step up, in words.
type tick struct {
	Good bool
	Text string
}

// unitsAnswer is what the three forms of the list are made from.
type unitsAnswer struct {
	view.Asked
	units   unitsState
	wrong   error // a search that cannot be
	list    queries.UnitList
	total   queries.MemberRow // one step up: what the dashboards show of the same narrowing
	bands   []queries.BandRow // of the same, for all sizes
	reasons []queries.ReasonRow
	least   uint64 // persons; 0 for a reader who may see records
}

// askUnits reads the address of a list and asks the store.
func (s pages) askUnits(c *fiber.Ctx, reason string) (unitsAnswer, error) {
	base, err := s.Ask(c, "/units", queries.Narrow{})
	a := unitsAnswer{Asked: base, least: s.LeastOf(c)}
	if err != nil {
		return a, err
	}
	if a.units, err = readUnits(c, reason); err != nil {
		return a, err
	}
	a.St.Extra = a.units.values(reason)
	ctx, cancel := kit.Asking(c)
	defer cancel()
	f, err := s.FiguresAt(ctx, a.Asked)
	if err != nil {
		return a, err
	}
	search, err := queries.ReadUnitSearch(a.units.search)
	if err != nil {
		a.wrong = err
		return a, nil
	}
	if a.list, err = s.UnitList(ctx, f, a.Asked, a.units.query(search)); err != nil {
		return a, err
	}
	if len(a.list.Rows) == 0 && a.units.page > 1 { // behind the end, as a bookmark of a longer list may be
		a.units.page = 1
		a.St.Extra = a.units.values(reason)
		if a.list, err = s.UnitList(ctx, f, a.Asked, a.units.query(search)); err != nil {
			return a, err
		}
	}
	above, err := cache.Kept(ctx, s.Kept, a.Question("units-total"), func(ctx context.Context) (queries.Divided, uint32, error) {
		divided, err := f.Divide(ctx, a.Scope, a.View, "total")
		return divided, f.Run.ID, err
	})
	if total := above.Members["total"]; err == nil && len(total) > 0 {
		a.total, a.bands = total[0], above.Bands
	}
	if err == nil && a.units.reason != "" {
		a.reasons, err = cache.Kept(ctx, s.Kept, a.Question("units-reasons"), func(ctx context.Context) ([]queries.ReasonRow, uint32, error) {
			rows, err := f.Reasons(ctx, a.Scope, a.View)
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
	p, list := a.Printer, a.list
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
func (s pages) unitsList(c *fiber.Ctx) error {
	a, err := s.askUnits(c, kit.ParamReason)
	if err != nil {
		return s.NoFigures(c, "units", a.Asked, err)
	}
	p := a.Printer
	page := unitsPage{FiguresFrame: s.FiguresFrame(c, "units", a.Asked, p.T("web.units")), Search: a.units.search}
	page.Crumbs = a.Below(p.T("web.units"))
	page.Filter.Chips = append(page.Filter.Chips, a.chips()...)
	for name, values := range a.St.Extra {
		if name != kit.ParamPage {
			page.Filter.Hidden = append(page.Filter.Hidden, kit.Option{Value: values[0], Text: name})
		}
	}
	if len(a.St.Extra) > 0 && page.Filter.Reset == "" {
		page.Filter.Reset = kit.State{Lang: a.St.Lang, Theme: a.St.Theme}.URL("/units")
	}
	page.SearchKept = a.hidden(kit.ParamSearch)
	page.ColumnsKept = a.hidden(kit.ParamColumns)
	if a.wrong != nil {
		page.Wrong = p.Error(a.wrong)
		return s.Pages.Send(c, a.St.Lang, "units", page)
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
		return s.Pages.Send(c, a.St.Lang, "units", page)
	}
	page.fill(&a)
	return s.Pages.Send(c, a.St.Lang, "units", page)
}

// fill makes the table and what surrounds it.
func (page *unitsPage) fill(a *unitsAnswer) {
	p := a.Printer
	table := dashboards.NewUnitTable(a.units.columnsOr(), a.units.reason, a.least, p)
	page.Columns = table.Columns()
	for _, column := range page.Columns {
		page.Heads = append(page.Heads, a.head(column))
	}
	for _, row := range a.list.Rows {
		page.Rows = append(page.Rows, table.Row(row, a.UnitAddress(row.UnitID)))
	}
	first := (a.units.page-1)*a.units.perPage + 1
	page.Range = p.T("web.units.range", "first", dashboards.Count(first), "last", dashboards.Count(first+uint64(len(a.list.Rows))-1), "count", dashboards.Count(a.list.Units))
	page.Pager = kit.Pager(p, a.St, "/units", a.units.page, a.units.perPage, a.list.Units)
	page.Whole = kit.WholeList(a.St, "/units", page.Pager)
	if page.MayTake && a.list.Units > view.MostRowsTaken {
		page.TooMany = p.T("web.units.too_many", "most", dashboards.Count(view.MostRowsTaken))
	} else if page.MayTake && !a.concealed() {
		st := a.St
		u := a.units
		u.page = 1
		st.Extra = u.values(kit.ParamCause)
		page.Takes = kit.Takes(p.T("web.units.download"), st, "/download/units/units")
	}
}

// choose makes the choice of columns.
func (page *unitsPage) choose(a *unitsAnswer) {
	chosen := a.units.columnsOr()
	for _, column := range dashboards.UnitColumns[1:] {
		page.Choice = append(page.Choice, kit.Option{Value: column, Text: a.Printer.T("web.units.column." + column), Selected: slices.Contains(chosen, column)})
	}
}

// chips are the list's own conditions.
func (a *unitsAnswer) chips() []view.Chip {
	p := a.Printer
	without := func(change func(*unitsState)) string {
		u, st := a.units, a.St
		u.page = 1
		change(&u)
		st.Extra = u.values(kit.ParamReason)
		return st.URL("/units")
	}
	var list []view.Chip
	if a.units.search != "" {
		list = append(list, view.Condition(p, p.T("web.search"), kit.Shortened(a.units.search), without(func(u *unitsState) { u.search = "" })))
	}
	if a.units.state != "" {
		list = append(list, view.Condition(p, p.T("web.units.column.state"), p.T("web.state."+a.units.state), without(func(u *unitsState) { u.state = "" })))
	}
	if a.units.wrongly != "" {
		list = append(list, view.Condition(p, p.T("web.column.wrongly"), p.T("web.wrongly."+a.units.wrongly), without(func(u *unitsState) { u.wrongly = "" })))
	}
	if a.units.band != "" {
		list = append(list, view.Condition(p, p.T("web.column.band"), p.T("web.band."+a.units.band), without(func(u *unitsState) { u.band = "" })))
	}
	if a.units.reason != "" {
		list = append(list, view.Condition(p, p.T("web.column.reason"), p.T("web.reason."+a.units.reason), without(func(u *unitsState) {
			if u.reason = ""; u.sort == "reason" {
				u.sort, u.descending = u.usualSort()
			}
		})))
	}
	return list
}

// hidden are the parameters of the address as fields of a form, but one, which the form has itself, and the page.
func (a *unitsAnswer) hidden(own string) []kit.Option { return kit.FieldsOf(a.St, own) }

// states lead to the list in each state. How many units there are is known where nothing else than the view narrows it.
func (a *unitsAnswer) states() []kit.Link {
	p := a.Printer
	counts := map[string]uint64{"": a.total.Units, "full": a.total.States.Full, "partial": a.total.States.Partial, "none": a.total.States.None,
		"increased": a.total.States.Increased, "no_due": a.total.States.NoDue}
	var links []kit.Link
	for _, id := range append([]string{""}, kit.Ids(burden.States)...) {
		u, st := a.units, a.St
		u.state, u.page = id, 1
		st.Extra = u.values(kit.ParamReason)
		text := p.T("web.units.all_states")
		if id != "" {
			text = p.T("web.state." + id)
		}
		if a.units.search+a.units.band+a.units.wrongly+a.units.reason == "" && !a.concealed() {
			text += " " + dashboards.Count(counts[id])
		}
		links = append(links, kit.Link{Text: text, Address: st.URL("/units"), ID: id, Current: id == a.units.state})
	}
	return links
}

// head is the head of a column: its address sorts by it, the largest or the first first, and the other way round the
// second time.
func (a *unitsAnswer) head(column dashboards.Column) kit.ListHead {
	h := kit.ListHead{Kind: string(column.Kind), Title: column.Title}
	by := column.Key
	if by == "explained" {
		by = "reason"
	}
	if !slices.Contains(queries.UnitSorts, by) {
		return h
	}
	u, st := a.units, a.St
	u.page, u.descending = 1, column.Kind != dashboards.KindText
	if u.sort == by {
		u.descending = !a.units.descending
		h.Sorted = map[bool]string{true: "descending", false: "ascending"}[a.units.descending]
	}
	u.sort = by
	st.Extra = u.values(kit.ParamReason)
	h.Address = st.URL("/units")
	return h
}
