package web

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/region"
	"jianfu/queries"
)

// whatIfContents is the contents of the what-if page: the form, what the change does once something is asked, and the
// scenarios that are kept.
type whatIfContents struct {
	figuresFrame
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
	Targets, Ways, Insurances, Payers, Areas, Starts, Months, Hidden []option
	Through                                                          []option
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

func (s *Server) whatIfContents(c *fiber.Ctx, a whatIfAnswer) whatIfContents {
	p, me := a.printer, askerOf(c)
	page := whatIfContents{figuresFrame: s.figuresFrame(c, "what-if", a.asked, p.T("web.what_if.title")), Result: a.contents, Form: a.form(me.Principal.Regions())}
	page.Window = ""
	for i := range page.Pages { // it belongs to the policy page
		page.Pages[i].Current = page.Pages[i].Address == page.At("/policy")
	}
	page.Crumbs = a.whatIfCrumbs(page.frame)
	for _, one := range a.saved {
		page.Saved = append(page.Saved, savedScenario{
			Number: strconv.FormatUint(uint64(one.Number()), 10), Name: one.Saved.Name, Note: one.Saved.Note, Change: dashboards.MovesInWords(p, one.Moves),
			Month: dashboards.Window(p, one.Months), Run: strconv.FormatUint(uint64(one.BaseRun), 10), Author: one.Saved.Author, At: dashboards.Moment(one.Saved.At),
			Address: scenarioState(a.st, one).url(a.path), Own: one.Saved.Account == me.Account.Account && !me.Principal.ViewingAs(),
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
	page.Stale = one.BaseRun != a.stamp.Run
	page.Again = a.asking(a.moves()).url(a.path)
	page.MaySave = one.Saved == nil && !me.Principal.ViewingAs()
	if one.Saved != nil {
		page.Author = p.T("web.what_if.kept_by", "name", one.Saved.Name, "author", one.Saved.Author, "at", dashboards.Moment(one.Saved.At))
	}
	page.Asked = []dashboards.StampItem{
		{Name: p.T("web.what_if.asked.month"), Value: dashboards.Window(p, one.Months)},
		{Name: p.T("web.what_if.asked.region"), Value: narrowedRegion(a)},
		{Name: p.T("web.filter.payer"), Value: p.T("web.payer_long." + payersWord(a.view.Payers))},
		{Name: p.T("web.what_if.asked.run"), Value: p.T("web.what_if.run", "run", one.BaseRun)},
		{Name: p.T("web.what_if.asked.took"), Value: p.T("web.what_if.seconds", "seconds", strconv.FormatFloat(one.Took.Seconds(), 'f', 1, 64))},
	}
	for _, n := range narrowings[1:] {
		if key := *n.field(&a.view.Narrow); key != "" {
			page.Asked = append(page.Asked, dashboards.StampItem{Name: p.T("web.filter." + n.name), Value: narrowedTo(p, n.name, key)})
		}
	}
	return page
}

// narrowedRegion names the region that the effects are of: the reader's part of it, where they see only a part.
func narrowedRegion(a whatIfAnswer) string {
	switch code := a.view.Narrow.Region; {
	case !region.Known(code):
		return a.printer.T("web.nation")
	case a.printer.Language() == i18n.Chinese:
		return region.FullName(code)
	default:
		return region.NameIn(a.printer.Language(), code)
	}
}

// whatIfCrumbs lead to the policy page and, where the effects are narrowed, back to the whole change.
func (a whatIfAnswer) whatIfCrumbs(f frame) []link {
	crumbs := []link{{Text: a.printer.T("web.nav.policy"), Address: f.At("/policy")}, {Text: a.printer.T("web.what_if.title"), Address: f.At("/policy/what-if")}}
	if a.shown != nil && a.contents != nil {
		whole := a.st
		whole.narrow = queries.Narrow{Insurance: a.st.narrow.Insurance}
		crumbs = append(crumbs, link{Text: a.contents.Change, Address: whole.url(a.path)})
		at := whole
		for _, n := range narrowings[:3] {
			key := *n.field(&a.view.Narrow)
			if key == "" || n.name == paramRegion && key == policy.CommonArea(a.shown.Moves) {
				continue
			}
			*n.field(&at.narrow) = key
			crumbs = append(crumbs, link{Text: narrowedTo(a.printer, n.name, key), Address: at.url(a.path)})
		}
	}
	crumbs[len(crumbs)-1].Current = true
	return crumbs
}

// scenarioState is the address of a scenario that is kept, seen as whose share it moves.
func scenarioState(st state, one queries.Scenario) state {
	st.narrow, st.payer = queries.Narrow{}, ""
	if last := one.Moves[len(one.Moves)-1]; last.Payer == contribution.Employee {
		st.payer = last.Payer.String()
	}
	st.extra = map[string][]string{paramScenario: {strconv.FormatUint(uint64(one.Number()), 10)}}
	return st
}

// payersWord is the word of the shares that a view adds up.
func payersWord(payers []contribution.Payer) string {
	if len(payers) > 1 {
		return payerChoices[2]
	}
	return payers[0].String()
}

// form is the page's form as it was asked.
func (a whatIfAnswer) form(regions []string) whatIfForm {
	p, names := a.printer, dashboards.NewNames(a.printer)
	f := whatIfForm{Action: a.path, Value: a.value, Hidden: languageAndTheme(a.st)}
	for _, target := range policy.Targets {
		f.Targets = append(f.Targets, option{Value: string(target), Text: p.T("web.what_if.target." + string(target)), Selected: target == a.move.Target})
	}
	for _, way := range policy.Ways {
		f.Ways = append(f.Ways, option{Value: string(way), Text: p.T("web.what_if.way." + string(way)), Selected: way == a.move.Way})
	}
	f.Insurances = append(f.Insurances, option{Value: "", Text: p.T("web.what_if.all_insurances"), Selected: a.move.Insurance == 0})
	for _, ins := range contribution.Insurances {
		f.Insurances = append(f.Insurances, option{Value: ins.String(), Text: names.Word("insurance")(ins.String()), Selected: ins == a.move.Insurance})
	}
	for _, payer := range payerChoices {
		f.Payers = append(f.Payers, option{Value: payer, Text: p.T("web.payer." + payer), Selected: payer == a.st.payerWord()})
	}
	if a.scope.Allows("000000") {
		f.Areas = append(f.Areas, option{Value: "000000", Text: p.T("web.nation"), Selected: a.move.Area == "000000"})
	}
	f.Areas = append(f.Areas, regionOptions(p, a.move.Area, regions)...)
	months := (period.Range{From: min(a.stamp.DataFrom, a.months.From), To: max(a.stamp.DataTo, a.months.To)}).Months()
	for i := len(months) - 1; i >= 0; i-- {
		m := months[i]
		f.Months = append(f.Months, option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == a.months.From})
		f.Through = append(f.Through, option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == a.months.To})
		f.Starts = append(f.Starts, option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == a.move.From})
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
		change := formChange{Text: dashboards.MoveInWords(a.printer, move)}
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
func (s *Server) hiddenFromScenario(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) (all []dashboards.Hidden, err error) {
	if askerOf(c).Principal.Can(access.FiguresRecord) {
		return nil, nil
	}
	insurances := []string{""}
	for _, move := range a.shown.Moves {
		if move.Target == policy.MoveRate && !slices.Contains(insurances, move.Insurance.String()) {
			insurances = append(insurances, move.Insurance.String())
		}
	}
	for _, insurance := range insurances {
		of := a.asked
		of.view.Narrow.Insurance = insurance
		hidden, err := s.hiddenFromReaders(ctx, c, of)
		if err != nil {
			return nil, err
		}
		all = append(all, hidden)
	}
	scope := a.accountScope(c)
	moved, err := kept(ctx, s.kept, question{Kind: "moved", Run: a.shown.ID, Scope: scope}, func(ctx context.Context) ([]*dashboards.Decisions, uint32, error) {
		moved, err := s.config.WhatIfs.Moved(ctx, *a.shown, scope)
		return dashboards.NewMovedDecisions(s.config.LeastPersons, moved), a.shown.ID, err
	})
	for _, decisions := range moved {
		all = append(all, a.hiddenBy(c, decisions, a.view.Narrow))
	}
	return all, err
}
