package runs

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/burden"
	"jianfu/internal/creditcode"
	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// The parameters of the difference of two runs.
const (
	paramRun     = "run"     // number of a run, a part of the path
	paramAgainst = "against" // number of the run that the one in the path is set against; left out, the one before it
	paramBy      = "by"      // figure by whose movement units are sorted
	paramThen    = "then"    // state of units in the run that is set against
	paramNow     = "now"     // state of units in the run of the path
	paramWhy     = "why"     // cause of units' movements, or several joined by +
)

var (
	byChoices    = []string{"movement", "real", "due", "shortfall", "old", "new", "charged"}
	movedStates  = append(kit.Ids(burden.States), dashboards.StateAbsent)
	movedPerPage = 50
)

// statusOfRun gives what is wrong with two runs its status.
func statusOfRun(err error) error {
	switch problem.Code(err) {
	case "run_unknown", "run_dropped":
		return kit.Status(fiber.StatusNotFound, err)
	case "difference_of_one", "difference_no_comparison", "difference_comparison":
		return kit.Status(fiber.StatusBadRequest, err)
	}
	return err
}

// differenceAnswer is what the forms of a difference are made from.
type differenceAnswer struct {
	view.Asked
	difference   *queries.Difference
	run, against uint32
	units        movedUnits
}

// movedUnits is what an address says about the list of units.
type movedUnits struct {
	by, then, now, why string
	page               int
}

// askDifference reads the address of a difference: the two runs, and the view as on any page of figures.
func (s pages) askDifference(ctx context.Context, c *fiber.Ctx) (differenceAnswer, error) {
	st, err := kit.StateOf(c)
	if err != nil {
		return differenceAnswer{}, err
	}
	a := differenceAnswer{Asked: view.Asked{St: st, Printer: i18n.For(st.Lang), Scope: kit.ScopeOf(c)}}
	a.Asked.Units = kit.AskerOf(c).Principal.Can(access.FiguresUnit)
	if a.run, err = kit.NumberOf(c, "run"); err != nil {
		return a, err
	}
	a.Path = "/runs/" + c.Params("run") + "/difference"
	if a.against, err = s.againstOf(ctx, c, a.run); err != nil {
		return a, err
	}
	if err = s.takeRuns(ctx, &a); err != nil {
		return a, statusOfRun(err)
	}
	if a.View, err = a.St.View(a.Stamp); err != nil {
		return a, err
	}
	a.Stamp = a.Stamp.For(a.View.Comparison)
	if a.units, err = readMovedUnits(c); err != nil {
		return a, err
	}
	a.St.Extra = a.extra()
	return a, nil
}

// takeRuns takes the two runs and what is said of them. That is kept, as runs do not change; whether they are still there is asked each time.
func (s pages) takeRuns(ctx context.Context, a *differenceAnswer) (err error) {
	more := []string{strconv.FormatUint(uint64(a.against), 10)}
	a.difference, err = cache.Kept(ctx, s.Kept, cache.Question{Kind: "runs", Run: a.run, Scope: filter.Everything(), More: more}, func(ctx context.Context) (*queries.Difference, uint32, error) {
		d, err := s.Config.Queries.Difference(ctx, a.run, a.against)
		return d, a.run, err
	})
	if err != nil {
		return err
	}
	if err := a.difference.Alive(ctx); err != nil {
		return err
	}
	a.Stamp, err = cache.Kept(ctx, s.Kept, cache.Question{Kind: "stamp of runs", Run: a.run, Scope: a.Scope, More: more}, func(ctx context.Context) (queries.Stamp, uint32, error) {
		stamp, err := a.difference.Stamp(ctx, a.Scope)
		return stamp, a.run, err
	})
	return err
}

// againstOf is the number of the run to compare with: that of the address, or the one before.
func (s pages) againstOf(ctx context.Context, c *fiber.Ctx, run uint32) (uint32, error) {
	if text := c.Query(paramAgainst); text != "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return 0, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_number", "name", paramAgainst, "value", kit.Shortened(text)))
		}
		return uint32(n), nil
	}
	runs, err := s.Config.Queries.Runs(ctx)
	if err != nil {
		return 0, err
	}
	known := false
	for _, r := range runs {
		known = known || r.ID == run && r.State == "published"
		if r.ID < run && r.Readable() && known {
			return r.ID, nil
		}
	}
	if !known {
		return 0, kit.Status(fiber.StatusNotFound, problem.New("run_unknown", "run", run))
	}
	return 0, kit.Status(fiber.StatusNotFound, problem.New("difference_first", "run", run))
}

// readMovedUnits reads which units are listed, and in which order.
func readMovedUnits(c *fiber.Ctx) (movedUnits, error) {
	u := movedUnits{by: byChoices[0], page: 1}
	for _, one := range []struct {
		into    *string
		name    string
		choices []string
	}{{&u.by, paramBy, byChoices}, {&u.then, paramThen, movedStates}, {&u.now, paramNow, movedStates}} {
		value := c.Query(one.name)
		if value == "" {
			continue
		}
		if !slices.Contains(one.choices, value) {
			return u, kit.Status(fiber.StatusBadRequest, kit.BadChoice(one.name, value, one.choices))
		}
		*one.into = value
	}
	if u.why = c.Query(paramWhy); u.why != "" && !slices.Contains(causeChoices, u.why) {
		return u, kit.Status(fiber.StatusBadRequest, kit.BadChoice(paramWhy, u.why, causeChoices))
	}
	if text := c.Query(kit.ParamPage); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > kit.LastPage {
			return u, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_integer", "name", kit.ParamPage, "value", kit.Shortened(text), "least", 1, "most", kit.LastPage))
		}
		u.page = n
	}
	return u, nil
}

// causeChoices are the causes that units' months move for.
var causeChoices = []string{"month_added", "month_removed", "records", "registration", "policy", "records+registration", "records+policy",
	"registration+policy", "records+registration+policy", "program"}

// extra are the page's own parameters, defaults left out.
func (a differenceAnswer) extra() url.Values {
	extra := url.Values{paramAgainst: {strconv.FormatUint(uint64(a.against), 10)}}
	for _, one := range [][3]string{{paramBy, a.units.by, byChoices[0]}, {paramThen, a.units.then, ""}, {paramNow, a.units.now, ""}, {paramWhy, a.units.why, ""}, {kit.ParamPage, strconv.Itoa(a.units.page), "1"}} {
		if one[1] != one[2] {
			extra.Set(one[0], one[1])
		}
	}
	return extra
}

// state is the address's state with a changed choice of units.
func (a differenceAnswer) state(change func(*movedUnits)) kit.State {
	change(&a.units)
	a.St.Extra = a.extra()
	return a.St
}

// query is the list of units that the address asks for, with one row more to know whether there are more.
func (a differenceAnswer) query() queries.UnitPage {
	inStore := map[string]string{"": queries.AnyState, dashboards.StateAbsent: ""}
	word := func(state string) string {
		if in, ok := inStore[state]; ok {
			return in
		}
		return state
	}
	page := queries.UnitPage{Then: word(a.units.then), Now: word(a.units.now), Cause: a.units.why,
		Skip: uint64((a.units.page - 1) * movedPerPage), Most: uint64(movedPerPage) + 1} //nolint:gosec // a page from 1
	if a.units.by != byChoices[0] {
		page.Sort = a.units.by
	}
	return page
}

// link leads from a mark to the same difference narrowed, to its units, or to why one of them moved.
func (a differenceAnswer) link(marks ...string) string {
	st, list := a.state(func(u *movedUnits) { *u = movedUnits{by: u.by, page: 1} }), ""
	narrow := &st.Narrow
	for i := 0; i+1 < len(marks); i += 2 {
		switch key := marks[i+1]; marks[i] {
		case "region":
			narrow.Region = key
		case "section":
			narrow.Industry = cmp.Or(key, dimension.Nothing)
		case "size":
			narrow.Size = key
		case "month":
			if month, err := strconv.Atoi(key); err != nil || kit.ParseMonth(&st, strconv.Itoa(month/100)+"-"+key[4:]) != nil {
				return ""
			}
		case "moved":
			st = a.state(func(u *movedUnits) { *u = movedUnits{by: byChoices[0], page: 1} })
			st.Narrow = queries.Narrow{}
			return st.URL(a.Path + "/units/" + url.PathEscape(key))
		case "cause":
			list = "#units"
			st.Extra.Set(paramWhy, key)
		case "then", "now":
			list = "#units"
			st.Extra.Set(marks[i], key)
		}
	}
	if list != "" && !a.Asked.Units {
		return ""
	}
	if here := a.state(func(u *movedUnits) { *u = movedUnits{by: u.by, page: 1} }); st.URL(a.Path) == here.URL(a.Path) {
		return "" // it is where the reader is
	}
	return st.URL(a.Path) + list
}

// overview is everything but the units, as the reader may see it.
func (s pages) differenceOf(ctx context.Context, c *fiber.Ctx, a differenceAnswer) (*dashboards.Difference, queries.DifferenceOverview, dashboards.Hidden, error) {
	against := strconv.FormatUint(uint64(a.against), 10)
	o, err := cache.Kept(ctx, s.Kept, cache.Question{Kind: "difference", Run: a.run, Scope: a.Scope, View: a.View, More: []string{against}}, func(ctx context.Context) (queries.DifferenceOverview, uint32, error) {
		o, err := a.difference.Overview(ctx, a.Scope, a.View)
		return o, a.run, err
	})
	if err != nil {
		return nil, o, dashboards.Hidden{}, statusOfRun(err)
	}
	var hidden dashboards.Hidden
	if !kit.AskerOf(c).Principal.Can(access.FiguresRecord) {
		after, err := s.HiddenOf(ctx, c, a.Asked, a.difference.After.PersonsBehind)
		if err != nil {
			return nil, o, hidden, err
		}
		earlier := a.Asked
		earlier.Stamp.Run = a.against
		before, err := s.HiddenOf(ctx, c, earlier, a.difference.Before.PersonsBehind)
		if err != nil {
			return nil, o, hidden, err
		}
		if o, hidden, err = dashboards.ConcealDifference(o, before, after, s.Config.LeastPersons); err != nil {
			return nil, o, hidden, err
		}
	}
	return dashboards.NewDifference(o, hidden, a.link, a.Printer), o, hidden, nil
}

// differenceContents is the contents of the page of a difference.
type differenceContents struct {
	view.FiguresFrame
	*dashboards.Difference
	Months    string // those that the runs do not share, in words
	Others    []kit.Option
	Carried   []kit.Option // parameters that the choice of the other run keeps
	Units     *dashboards.Table
	UnitsTake string
	By        []kit.Link
	Chosen    []view.Chip // how the list of units is narrowed
	Pager     []kit.Link
	Range     string
	take      string
}

// Show is a block as the templates take it, with this page's downloads.
func (d differenceContents) Show(block dashboards.Block, class string) kit.ShownBlock {
	return kit.ShownBlock{Block: block, Class: class, Download: d.Here.URL(d.take + block.Table.ID + ".csv"), HasCharts: d.HasCharts, MayTake: d.MayTake}
}

// differencePage is GET /runs/:run/difference.
func (s pages) differencePage(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askDifference(ctx, c)
	if err != nil {
		return err
	}
	contents, o, _, err := s.differenceOf(ctx, c, a)
	if err != nil {
		return err
	}
	p := a.Printer
	page := differenceContents{FiguresFrame: s.FiguresFrame(c, "runs", a.Asked, contents.Title), Difference: contents, take: "/download" + a.Path + "/"}
	page.Frame.Here = a.St
	page.Crumbs = append(runCrumbs(a.St, p, a.run), kit.Link{Text: p.T("web.difference.crumb", "against", a.against), Current: true})
	page.Filter.Hidden = append(page.Filter.Hidden, kit.Option{Text: paramAgainst, Value: strconv.FormatUint(uint64(a.against), 10)})
	plain := kit.State{Lang: a.St.Lang, Theme: a.St.Theme, Extra: url.Values{paramAgainst: {strconv.FormatUint(uint64(a.against), 10)}}}
	if page.Filter.Reset = plain.URL(a.Path); page.Filter.Reset == a.St.URL(a.Path) {
		page.Filter.Reset = ""
	}
	var months []uint32
	for _, m := range o.Months {
		months = append(months, uint32(m.Period))
	}
	page.Months = dashboards.MonthsText(p, months)
	if page.Others, err = s.otherRuns(ctx, p, a); err != nil {
		return err
	}
	page.Carried = page.Filter.Hidden[:len(page.Filter.Hidden)-1]
	if a.Asked.Units {
		if err := s.listMoved(ctx, a, &page); err != nil {
			return err
		}
	}
	return s.Pages.Send(c, a.St.Lang, "difference", page)
}

// otherRuns are the runs that this one can be set against.
func (s pages) otherRuns(ctx context.Context, p *i18n.Printer, a differenceAnswer) ([]kit.Option, error) {
	runs, err := s.Config.Queries.Runs(ctx)
	var others []kit.Option
	for _, r := range runs {
		if r.Readable() && r.ID != a.run {
			others = append(others, kit.Option{Value: strconv.FormatUint(uint64(r.ID), 10), Selected: r.ID == a.against,
				Text: p.T("web.difference.other", "run", r.ID, "at", dashboards.Moment(r.FinishedAt), "pack", r.PackID)})
		}
	}
	return others, err
}

// listMoved fills in the page's list of units.
func (s pages) listMoved(ctx context.Context, a differenceAnswer, page *differenceContents) error {
	p := a.Printer
	units, err := s.movedUnits(ctx, a)
	if err != nil {
		return err
	}
	more := len(units) > movedPerPage
	units = units[:min(len(units), movedPerPage)]
	table := dashboards.MovedUnits(units, a.link, p)
	page.Units = &table
	page.UnitsTake = a.St.URL("/download" + a.Path + "/units/units.csv")
	first := (a.units.page-1)*movedPerPage + 1
	if len(units) > 0 {
		page.Range = p.T("web.rows_range", "from", first, "to", first+len(units)-1)
	}
	if a.units.page > 1 {
		page.Pager = append(page.Pager, kit.Link{ID: "prev", Text: p.T("web.pager.previous"), Address: a.state(func(u *movedUnits) { u.page-- }).URL(a.Path) + "#units"})
	}
	if more {
		page.Pager = append(page.Pager, kit.Link{ID: "next", Text: p.T("web.pager.next"), Address: a.state(func(u *movedUnits) { u.page++ }).URL(a.Path) + "#units"})
	}
	for _, by := range byChoices {
		page.By = append(page.By, kit.Link{Text: p.T("web.difference.by." + by), Current: by == a.units.by, Address: a.state(func(u *movedUnits) { u.by, u.page = by, 1 }).URL(a.Path) + "#units"})
	}
	page.Chosen = a.chosen()
	return nil
}

// movedUnits are the units of one page of the list, and one more where there are more.
func (s pages) movedUnits(ctx context.Context, a differenceAnswer) ([]queries.UnitMove, error) {
	query := a.query()
	more := []string{strconv.FormatUint(uint64(a.against), 10), query.Sort, query.Then, query.Now, query.Cause, strconv.FormatUint(query.Skip, 10)}
	units, err := cache.Kept(ctx, s.Kept, cache.Question{Kind: "moved units", Run: a.run, Scope: a.Scope, View: a.View, More: more}, func(ctx context.Context) ([]queries.UnitMove, uint32, error) {
		units, err := a.difference.Units(ctx, a.Scope, a.View, query)
		if err == nil {
			err = a.difference.Alive(ctx)
		}
		return units, a.run, err
	})
	return units, statusOfRun(err)
}

// chosen says how the list of units is narrowed, each to be taken back.
func (a differenceAnswer) chosen() []view.Chip {
	p := a.Printer
	var chips []view.Chip
	add := func(name, text string, change func(*movedUnits)) {
		chips = append(chips, view.Chip{Name: name, Text: text, Remove: a.state(func(u *movedUnits) { change(u); u.page = 1 }).URL(a.Path) + "#units"})
	}
	stateText := func(word string) string {
		if word == dashboards.StateAbsent {
			word = ""
		}
		return dashboards.StateName(p, word)
	}
	if a.units.why != "" {
		add(p.T("web.difference.cause"), dashboards.CauseName(p, a.units.why), func(u *movedUnits) { u.why = "" })
	}
	if a.units.then != "" {
		add(p.T("web.difference.state_before"), stateText(a.units.then), func(u *movedUnits) { u.then = "" })
	}
	if a.units.now != "" {
		add(p.T("web.difference.state_after"), stateText(a.units.now), func(u *movedUnits) { u.now = "" })
	}
	return chips
}

// differenceDownload is /download/runs/:run/difference/<table>.csv and .xlsx.
func (s pages) differenceDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askDifference(ctx, c)
	if err != nil {
		return err
	}
	contents, _, hidden, err := s.differenceOf(ctx, c, a)
	if err != nil {
		return err
	}
	id, _ := view.FormatOf(c)
	table, found := contents.Table(id)
	if !found {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	if contents.Withheld {
		return kit.Status(fiber.StatusForbidden, problem.New("web_withheld", "least", hidden.Least))
	}
	return s.TakeTable(c, a.Asked, contents.Title, a.Printer.T("web.run.no", "run", a.run), contents.Note, table)
}

// movedUnitsDownload is /download/runs/:run/difference/units/units.csv and .xlsx: all units that the page lists in parts.
func (s pages) movedUnitsDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askDifference(ctx, c)
	if err != nil {
		return err
	}
	p := a.Printer
	head := dashboards.MovedUnits(nil, nil, p)
	t := view.Taking{ID: "units", Title: p.T("web.difference.title", "run", a.run, "against", a.against) + " " + head.Title, Columns: head.Titles(p.T("web.unit.yuan")), Filters: a.Conditions()}
	for _, chosen := range a.chosen() {
		t.Filters = append(t.Filters, tabular.Line{Name: chosen.Name, Value: chosen.Text})
	}
	for _, item := range dashboards.Stamp(p, a.Stamp) {
		t.Filters = append(t.Filters, tabular.Line(item))
	}
	t.Write = func(file tabular.Table) (int, error) {
		query := a.query()
		query.Skip, query.Most = 0, view.MostRowsTaken+1
		units, err := a.difference.Units(ctx, a.Scope, a.View, query)
		if err == nil {
			err = a.difference.Alive(ctx)
		}
		if err != nil {
			return 0, statusOfRun(err)
		}
		table := dashboards.MovedUnits(units, nil, p)
		return len(table.Rows), view.WriteRows(file, table)
	}
	return s.TakeAway(c, t)
}

// askMovedUnit reads the address of why one unit moved: the whole unit, whatever the list was narrowed to.
func (s pages) askMovedUnit(ctx context.Context, c *fiber.Ctx) (differenceAnswer, queries.UnitDifference, error) {
	a, err := s.askDifference(ctx, c)
	if err != nil {
		return a, queries.UnitDifference{}, err
	}
	a.St.Narrow, a.View.Narrow = queries.Narrow{}, queries.Narrow{}
	unit := c.Params("unit")
	missing := kit.Status(fiber.StatusNotFound, problem.New("difference_unit", "run", a.run, "against", a.against))
	if !creditcode.Valid(unit) {
		return a, queries.UnitDifference{}, missing
	}
	u, err := cache.Kept(ctx, s.Kept, cache.Question{Kind: "moved unit", Run: a.run, Scope: a.Scope, View: a.View, More: []string{strconv.FormatUint(uint64(a.against), 10), unit}},
		func(ctx context.Context) (queries.UnitDifference, uint32, error) {
			u, err := a.difference.Unit(ctx, a.Scope, a.View, unit)
			if err == nil {
				err = a.difference.Alive(ctx)
			}
			return u, a.run, err
		})
	if err == nil && len(u.Months) == 0 { // it did not move, is another region's, or is not there: the same to who asks
		err = missing
	}
	if err != nil {
		return a, u, statusOfRun(err)
	}
	a.Path += "/units/" + unit
	entry := audit.By(kit.AskerOf(c).Principal, audit.UnitViewed, unit, "run", a.run, "against", a.against)
	return a, u, s.Config.Audit.Append(c.UserContext(), entry)
}

// movedUnitContents is the contents of the page about why one unit moved.
type movedUnitContents struct {
	view.FiguresFrame
	*dashboards.UnitDifference
	UnitID   string
	UnitPage string
	take     string
}

// Show is a block as the templates take it, with this page's downloads.
func (d movedUnitContents) Show(block dashboards.Block, class string) kit.ShownBlock {
	return kit.ShownBlock{Block: block, Class: class, Download: d.Here.URL(d.take + block.Table.ID + ".csv"), HasCharts: d.HasCharts, MayTake: d.MayTake}
}

// movedUnitPage is GET /runs/:run/difference/units/:unit.
func (s pages) movedUnitPage(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, u, err := s.askMovedUnit(ctx, c)
	if err != nil {
		return err
	}
	p := a.Printer
	contents := dashboards.NewUnitDifference(u, a.run, a.against, p)
	page := movedUnitContents{FiguresFrame: s.FiguresFrame(c, "runs", a.Asked, contents.Title), UnitDifference: contents, UnitID: u.UnitID, take: "/download" + a.Path + "/"}
	page.Frame.Here = a.St
	page.Crumbs = append(runCrumbs(a.St, p, a.run), view.LinkTo(p.T("web.difference.crumb", "against", a.against), a.St.URL("/runs/"+c.Params("run")+"/difference")), kit.Link{Text: u.UnitID, Current: true})
	page.Filter.Choices, page.Filter.Hidden = nil, append(page.Filter.Hidden, kit.Option{Text: paramAgainst, Value: strconv.FormatUint(uint64(a.against), 10)})
	page.UnitPage = a.UnitAddress(u.UnitID)
	return s.Pages.Send(c, a.St.Lang, "moved_unit", page)
}

// movedUnitDownload is /download/runs/:run/difference/units/:unit/<table>.csv and .xlsx.
func (s pages) movedUnitDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, u, err := s.askMovedUnit(ctx, c)
	if err != nil {
		return err
	}
	contents := dashboards.NewUnitDifference(u, a.run, a.against, a.Printer)
	id, _ := view.FormatOf(c)
	table, found := contents.Table(id)
	if !found {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	return s.TakeTable(c, a.Asked, contents.Title, u.UnitID, contents.Outside, table)
}
