package whatif

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/region"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// whatIfContents is the contents of the what-if page: the form, what the change does once something is asked, and the
// scenarios that are kept.
type whatIfContents struct {
	view.FiguresFrame
	Result   *dashboards.WhatIf // nil while nothing is asked
	Form     whatIfForm
	Asked    []dashboards.StampItem // what the result is of
	Scenario string                 // its number
	Stale    bool                   // another run has been published since
	Again    string                 // address that computes it on the current run
	Pending  bool                   // what the form holds is computed when it is sent
	Sure     string                 // address that confirms a value that is asked for once more
	Author   string                 // who keeps it; "" where nobody does
	MaySave  bool
	Saved    []savedScenario
}

// whatIfForm is the form, filled in.
type whatIfForm struct {
	Action                                                           string
	Targets, Ways, Insurances, Payers, Areas, Starts, Months, Hidden []kit.Option
	Through                                                          []kit.Option
	Value                                                            string
	InForce                                                          string // what is in force where the change would move it, in words
	Changes                                                          []formChange
	Another                                                          string // address of a form for one more change; "" where there are enough
	Also                                                             []string
}

// formChange is a change of the scenario and where it is taken out of it; "" where it is the only one.
type formChange struct{ Text, Without string }

// savedScenario is a row of the list of scenarios.
type savedScenario struct {
	Number, Name, Note, Change, Month, Run, Author, At, Address string
	Own, Current                                                bool
}

func (s pages) whatIfContents(c *fiber.Ctx, a whatIfAnswer) whatIfContents {
	p, me := a.Printer, kit.AskerOf(c)
	page := whatIfContents{FiguresFrame: s.FiguresFrame(c, "what-if", a.Asked, p.T("web.what_if.title")), Result: a.contents, Form: a.form(me.Principal.Regions())}
	page.Window = ""
	for i := range page.Pages { // it belongs to the policy page
		page.Pages[i].Current = page.Pages[i].Address == page.At("/policy")
	}
	page.Crumbs = a.whatIfCrumbs(page.Frame)
	for _, one := range a.saved {
		page.Saved = append(page.Saved, savedScenario{
			Number: strconv.FormatUint(uint64(one.Number()), 10), Name: one.Saved.Name, Note: one.Saved.Note, Change: dashboards.MovesInWords(p, one.Moves),
			Month: dashboards.Window(p, one.Months), Run: strconv.FormatUint(uint64(one.BaseRun), 10), Author: one.Saved.Author, At: dashboards.Moment(one.Saved.At),
			Address: scenarioState(a.St, one).URL(a.Path), Own: one.Saved.Account == me.Account.Account && !me.Principal.ViewingAs(),
			Current: a.shown != nil && a.shown.ID == one.ID,
		})
	}
	page.Pending = a.pending
	if a.doubtful {
		page.Sure = a.confirmed()
	}
	if a.shown == nil || a.contents == nil {
		return page
	}
	one := *a.shown
	page.Scenario = strconv.FormatUint(uint64(one.Number()), 10)
	page.Stale = one.BaseRun != a.Stamp.Run
	page.Again = a.asking(a.moves()).URL(a.Path)
	page.MaySave = one.Saved == nil && !me.Principal.ViewingAs()
	if one.Saved != nil {
		page.Author = p.T("web.what_if.kept_by", "name", one.Saved.Name, "author", one.Saved.Author, "at", dashboards.Moment(one.Saved.At))
	}
	page.Asked = []dashboards.StampItem{
		{Name: p.T("web.what_if.asked.month"), Value: dashboards.Window(p, one.Months)},
		{Name: p.T("web.what_if.asked.region"), Value: narrowedRegion(a)},
		{Name: p.T("web.filter.payer"), Value: p.T("web.payer_long." + payersWord(a.View.Payers))},
		{Name: p.T("web.what_if.asked.run"), Value: p.T("web.what_if.run", "run", one.BaseRun)},
		{Name: p.T("web.what_if.asked.took"), Value: p.T("web.what_if.seconds", "seconds", strconv.FormatFloat(one.Took.Seconds(), 'f', 1, 64))},
	}
	for _, n := range dimension.All[1:] {
		if key := a.View.Narrow.Value(n); key != "" {
			page.Asked = append(page.Asked, dashboards.StampItem{Name: p.T("web.filter." + n.ID), Value: view.NarrowedTo(p, n.ID, key)})
		}
	}
	return page
}

// narrowedRegion names the region that the effects are of: the reader's part of it, where they see only a part.
func narrowedRegion(a whatIfAnswer) string {
	switch code := a.View.Narrow.Region; {
	case !region.Known(code):
		return a.Printer.T("web.nation")
	case a.Printer.Language() == i18n.Chinese:
		return region.FullName(code)
	default:
		return region.NameIn(a.Printer.Language(), code)
	}
}

// whatIfCrumbs lead to the policy page and, where the effects are narrowed, back to the whole change.
func (a whatIfAnswer) whatIfCrumbs(f kit.Frame) []kit.Link {
	crumbs := []kit.Link{{Text: a.Printer.T("web.nav.policy"), Address: f.At("/policy")}, {Text: a.Printer.T("web.what_if.title"), Address: f.At("/policy/what-if")}}
	if a.shown != nil && a.contents != nil {
		whole := a.St
		whole.Narrow = queries.Narrow{Insurance: a.St.Narrow.Insurance}
		crumbs = append(crumbs, kit.Link{Text: a.contents.Change, Address: whole.URL(a.Path)})
		at := whole
		for _, n := range dimension.Paged() {
			key := a.View.Narrow.Value(n)
			if key == "" || n.ID == kit.ParamRegion && key == policy.CommonArea(a.shown.Moves) {
				continue
			}
			*n.Field(&at.Narrow) = key
			crumbs = append(crumbs, kit.Link{Text: view.NarrowedTo(a.Printer, n.ID, key), Address: at.URL(a.Path)})
		}
	}
	crumbs[len(crumbs)-1].Current = true
	return crumbs
}

// scenarioState is the address of a scenario that is kept, seen as whose share it moves.
func scenarioState(st kit.State, one queries.Scenario) kit.State {
	st.Narrow, st.Payer = queries.Narrow{}, ""
	if last := one.Moves[len(one.Moves)-1]; last.Payer == contribution.Employee {
		st.Payer = last.Payer.String()
	}
	st.Extra = map[string][]string{paramScenario: {strconv.FormatUint(uint64(one.Number()), 10)}}
	return st
}

// payersWord is the word of the shares that a view adds up.
func payersWord(payers []contribution.Payer) string {
	if len(payers) > 1 {
		return kit.PayerChoices[2]
	}
	return payers[0].String()
}

// form is the page's form as it was asked.
func (a whatIfAnswer) form(regions []string) whatIfForm {
	p, names := a.Printer, dashboards.NewNames(a.Printer)
	f := whatIfForm{Action: a.Path, Value: a.value, Hidden: kit.LanguageAndTheme(a.St)}
	for _, target := range policy.Targets {
		f.Targets = append(f.Targets, kit.Option{Value: string(target), Text: p.T("web.what_if.target." + string(target)), Selected: target == a.move.Target})
	}
	for _, way := range policy.Ways {
		f.Ways = append(f.Ways, kit.Option{Value: string(way), Text: p.T("web.what_if.way." + string(way)), Selected: way == a.move.Way})
	}
	f.Insurances = append(f.Insurances, kit.Option{Value: "", Text: p.T("web.what_if.all_insurances"), Selected: a.move.Insurance == 0})
	for _, ins := range contribution.Insurances {
		f.Insurances = append(f.Insurances, kit.Option{Value: ins.String(), Text: names.Word("insurance")(ins.String()), Selected: ins == a.move.Insurance})
	}
	for _, payer := range kit.PayerChoices {
		f.Payers = append(f.Payers, kit.Option{Value: payer, Text: p.T("web.payer." + payer), Selected: payer == a.St.PayerWord()})
	}
	if a.Scope.Allows("000000") {
		f.Areas = append(f.Areas, kit.Option{Value: "000000", Text: p.T("web.nation"), Selected: a.move.Area == "000000"})
	}
	f.Areas = append(f.Areas, view.RegionOptions(p, a.move.Area, regions)...)
	months := (period.Range{From: min(a.Stamp.DataFrom, a.months.From), To: max(a.Stamp.DataTo, a.months.To)}).Months()
	for i := len(months) - 1; i >= 0; i-- {
		m := months[i]
		f.Months = append(f.Months, kit.Option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == a.months.From})
		f.Through = append(f.Through, kit.Option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == a.months.To})
		f.Starts = append(f.Starts, kit.Option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == a.move.From})
	}
	f.InForce = dashboards.InForceInWords(p, a.move, a.inForce)
	a.changes(&f)
	return f
}

// changes fills in the changes of the scenario: those before the one in the form and, once they have been computed, all.
func (a whatIfAnswer) changes(f *whatIfForm) {
	list := a.also
	if a.shown != nil {
		list = a.moves()
		if len(list) < policy.MostMoves {
			f.Another = a.another()
		}
	}
	for i, move := range list {
		change := formChange{Text: dashboards.MoveInWords(a.Printer, move)}
		if a.shown != nil && len(list) > 1 {
			change.Without = a.without(i)
		} else if a.shown == nil {
			change.Without = a.formAfter(slices.Delete(slices.Clone(list), i, i+1))
		}
		f.Changes = append(f.Changes, change)
	}
	for _, move := range a.also {
		f.Also = append(f.Also, move.String())
	}
}

// hiddenFromScenario is what the reader must not see of a scenario's effects, by several decisions: those on the figures that it
// starts from, of each insurance whose rate it moves, and those on what it moves. None where he may see records.
func (s pages) hiddenFromScenario(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) (all []dashboards.Hidden, err error) {
	if kit.AskerOf(c).Principal.Can(access.FiguresRecord) {
		return nil, nil
	}
	insurances := []string{""}
	for _, move := range a.shown.Moves {
		if move.Target == policy.MoveRate && !slices.Contains(insurances, move.Insurance.String()) {
			insurances = append(insurances, move.Insurance.String())
		}
	}
	for _, insurance := range insurances {
		of := a.Asked
		of.View.Narrow.Insurance = insurance
		hidden, err := s.HiddenFromReaders(ctx, c, of)
		if err != nil {
			return nil, err
		}
		all = append(all, hidden)
	}
	scope := a.AccountScope(c)
	moved, err := cache.Kept(ctx, s.Kept, cache.Question{Kind: "moved", Run: a.shown.ID, Scope: scope}, func(ctx context.Context) ([]*dashboards.Decisions, uint32, error) {
		moved, err := s.Config.WhatIfs.Moved(ctx, *a.shown, scope)
		return dashboards.NewMovedDecisions(s.Config.LeastPersons, moved), a.shown.ID, err
	})
	for _, decisions := range moved {
		all = append(all, a.HiddenBy(c, decisions, a.View.Narrow))
	}
	return all, err
}
