package whatif

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/audit"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// The parameters of a what-if, besides insurance, payer and region; at is its first month.
const (
	paramAlso     = "also"     // changes before this one, each as policy.Move writes it; its area is checked against the scope
	paramThrough  = "through"  // last month
	paramSure     = "sure"     // 1: an implausible value is meant
	paramLook     = "look"     // 1: only fill in the form, with what is in force
	paramTarget   = "target"   // what is moved: rate, floor or cap; without it nothing is computed
	paramWay      = "way"      // how: set, points, percent or average
	paramValue    = "value"    // to or by how much, as people write it: 15, -1, 4000
	paramStarts   = "starts"   // from which month on
	paramScenario = "scenario" // number of a scenario that there is
)

// whatIfAnswer is what the three forms of the what-if page are made from.
type whatIfAnswer struct {
	view.Asked
	also     []policy.Move // the changes before
	move     policy.Move
	value    string // as it was typed
	months   period.Range
	inForce  policy.InForce    // where the change would move it
	doubtful bool              // the value is asked for once more
	pending  bool              // it was not computed yet, and is only computed when the form is sent
	shown    *queries.Scenario // nil while nothing is asked
	effects  queries.Effects   // as the reader may see them
	hidden   dashboards.Hidden
	received *dashboards.Received // of the cut in the same months; nil where it is not known
	contents *dashboards.WhatIf
	saved    []queries.Scenario // that the reader may see
}

// askWhatIf reads the address, finds what was computed of it before, or computes it where that may be, and reads its effects.
// What cannot be computed is a problem for whoever asks; the answer then holds the form all the same.
func (s pages) askWhatIf(c *fiber.Ctx, compute bool) (whatIfAnswer, error) {
	base, err := s.Ask(c, "/policy/what-if", queries.Narrow{})
	a := whatIfAnswer{Asked: base}
	if err != nil {
		return a, err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), kit.ComputeTimeout)
	defer cancel()
	if a.saved, err = s.savedScenarios(ctx, a.Scope); err != nil {
		return a, err
	}
	asks, err := a.read(c, kit.AskerOf(c).Principal.Regions())
	if a.move.From != 0 && s.Config.WhatIfs != nil { // the form says what is in force, also beside what cannot be used
		if inForce, unknown := s.Config.WhatIfs.InForce(ctx, a.move, a.also...); unknown == nil {
			a.inForce = inForce
		} else if err == nil {
			err = unknown
		}
	}
	if err == nil && asks && c.Query(paramSure) != "1" && a.inForce.Implausible(a.move) {
		a.doubtful = true
		err = problem.New("what_if_implausible", "how", dashboards.HowInWords(a.Printer, a.move), "now", dashboards.InForceInWords(a.Printer, a.move, a.inForce))
	}
	if err != nil {
		return a, kit.Status(fiber.StatusBadRequest, a.inWords(err))
	}
	switch id := c.Query(paramScenario); {
	case id != "":
		err = s.openScenario(ctx, c, &a, id)
	case asks && s.Config.WhatIfs == nil:
		err = kit.Status(fiber.StatusNotFound, problem.New("what_if_gone"))
	case asks && compute:
		err = s.computeScenario(ctx, c, &a)
	case asks:
		err = s.findComputed(ctx, c, &a)
	}
	if err != nil || a.shown == nil {
		return a, err
	}
	return a, s.readEffects(ctx, c, &a)
}

// targetWords are the words of what can be moved, wayWords those of how.
func targetWords() []string { return asTexts(policy.Targets) }
func wayWords() []string    { return asTexts(policy.Ways) }

func asTexts[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, item := range list {
		all[i] = string(item)
	}
	return all
}

// policyRegion is where a reader tries something out unless another region is named: the first of their own.
func policyRegion(regions []string) string {
	if len(regions) > 0 {
		return regions[0]
	}
	return ""
}

// savedScenarios are those that somebody keeps, as far as the reader may see the area that they change.
func (s pages) savedScenarios(ctx context.Context, scope filter.Scope) ([]queries.Scenario, error) {
	if s.Config.WhatIfs == nil {
		return nil, nil
	}
	all, err := s.Config.WhatIfs.Scenarios(ctx)
	var kept []queries.Scenario
	for _, one := range all {
		if one.Saved != nil && allAllowed(scope, one.Moves) {
			kept = append(kept, one)
		}
	}
	return kept, err
}

// findScenario is the scenario of a number, if the reader may see every area that it changes; no other answer tells whether there is one.
func (s pages) findScenario(ctx context.Context, scope filter.Scope, number string) (queries.Scenario, error) {
	gone := kit.Status(fiber.StatusNotFound, problem.New("what_if_gone"))
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil || n == 0 || s.Config.WhatIfs == nil {
		return queries.Scenario{}, gone
	}
	found, err := s.Config.WhatIfs.Scenario(ctx, queries.FirstScenario+uint32(n)-1)
	if problem.Code(err) == "what_if_gone" || err == nil && !allAllowed(scope, found.Moves) {
		return queries.Scenario{}, gone
	}
	return found, err
}

// openScenario shows a scenario that there is; the form takes its change.
func (s pages) openScenario(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer, number string) error {
	found, err := s.findScenario(ctx, a.Scope, number)
	if err != nil {
		return err
	}
	if err := view.MayTry(c, found.Moves); err != nil {
		return err
	}
	last := len(found.Moves) - 1
	a.shown, a.also, a.move, a.months, a.value = &found, found.Moves[:last], found.Moves[last], found.Months, found.Moves[last].Value()
	if a.inForce, err = s.Config.WhatIfs.InForce(ctx, a.move, a.also...); err != nil && !kit.ForUser(err) {
		return err
	}
	a.St.Extra = url.Values{paramScenario: {number}}
	a.St.Narrow.Insurance = ""
	return nil
}

// findComputed shows what was computed before of what the address asks for; of what was not, the form waits to be sent.
func (s pages) findComputed(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) error {
	if err := view.MayTry(c, a.moves()); err != nil {
		return err
	}
	found, there, err := s.Config.WhatIfs.Find(ctx, a.months, a.moves()...)
	if err != nil {
		return whatIfStatus(a.inWords(err))
	}
	if a.pending = !there; there {
		a.shown = &found
	}
	return nil
}

// computeScenario computes what the address asks for, or finds it, and notes who had it computed.
func (s pages) computeScenario(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) error {
	if err := view.MayTry(c, a.moves()); err != nil {
		return err
	}
	found, fresh, err := s.Config.WhatIfs.Compute(ctx, a.months, a.moves()...)
	if err != nil {
		return whatIfStatus(a.inWords(err))
	}
	a.shown = &found
	if fresh && s.Config.Audit != nil {
		entry := audit.By(kit.AskerOf(c).Principal, audit.ScenarioComputed, strconv.FormatUint(uint64(found.Number()), 10), "change",
			dashboards.MovesInWords(i18n.For(i18n.Chinese), found.Moves), "month", found.Months, "run", found.BaseRun, "area", policy.CommonArea(found.Moves))
		return s.Config.Audit.Append(c.UserContext(), entry)
	}
	return nil
}

// whatIfStatus is the status of a what-if that cannot be computed: later, or not like this.
func whatIfStatus(err error) error {
	switch code := problem.Code(err); {
	case code == "what_if_busy" || code == "what_if_store_busy":
		return kit.Status(fiber.StatusServiceUnavailable, err)
	case strings.HasPrefix(code, "what_if_") && code != "what_if_differs" || code == "policy_tie":
		return kit.Status(fiber.StatusBadRequest, err)
	}
	return err
}

// readEffects reads what a scenario changes for the reader: of the area of the change and the reader's scope, whatever
// else the address narrows it to.
func (s pages) readEffects(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) error {
	v := a.View
	v.Window, v.Comparison, v.Narrow.Insurance = a.shown.Months, policy.WhatIfComparison, ""
	area := policy.CommonArea(a.shown.Moves)
	if inside := filter.Regions(area); v.Narrow.Region == "" || !inside.Allows(v.Narrow.Region) { // outside of it nothing changes
		if v.Narrow.Region = area; v.Narrow.Region == "000000" {
			v.Narrow.Region = ""
		}
	}
	if bothPayers(a.shown.Moves) {
		v.Payers = contribution.Payers
	}
	a.View = v
	e, err := cache.Kept(ctx, s.Kept, cache.Question{Kind: "what-if", Run: a.shown.ID, Scope: a.Scope, View: v}, func(ctx context.Context) (queries.Effects, uint32, error) {
		e, err := s.Config.WhatIfs.Effects(ctx, *a.shown, a.Scope, v)
		return e, a.shown.ID, err
	})
	if err != nil {
		return err
	}
	decided, err := s.hiddenFromScenario(ctx, c, a)
	if err != nil {
		return err
	}
	if a.effects, a.hidden, err = dashboards.ConcealEffects(e, decided...); err != nil {
		return err
	}
	if a.received, err = s.receivedCut(ctx, c, a); err != nil {
		return err
	}
	a.contents = dashboards.NewWhatIf(*a.shown, a.effects, a.hidden, a.received, a.deeper, a.Printer)
	return nil
}

// deeper is where a mark leads: the same scenario, narrowed to a region, industry or size.
func (a *whatIfAnswer) deeper(marks ...string) string {
	st := a.St
	for i := 0; i+1 < len(marks); i += 2 {
		switch marks[i] {
		case "region":
			st.Narrow.Region = marks[i+1]
		case "section":
			st.Narrow.Industry = marks[i+1]
		case "size":
			st.Narrow.Size = marks[i+1]
		}
	}
	return st.URL(a.Path)
}

// whatIfPage is GET /policy/what-if. It computes nothing: a link that somebody follows, which another site may have written,
// would keep the store at work and stand in the audit log in the reader's name.
func (s pages) whatIfPage(c *fiber.Ctx) error {
	a, err := s.askWhatIf(c, false)
	return s.sendWhatIf(c, a, err)
}

// computeWhatIf is POST /policy/what-if: what the form asks for is computed, or found, and shown at an address of its own.
func (s pages) computeWhatIf(c *fiber.Ctx) error {
	if a := kit.AskerOf(c); a.Principal.ViewingAs() {
		return s.Denied(c, a, "own")
	}
	if err := s.asAddress(c); err != nil {
		return err
	}
	a, err := s.askWhatIf(c, true)
	if err != nil {
		return s.sendWhatIf(c, a, err)
	}
	st := a.St
	switch {
	case a.shown != nil:
		st.Narrow.Insurance, st.Extra = "", url.Values{paramScenario: {strconv.FormatUint(uint64(a.shown.Number()), 10)}}
	case c.Query(paramLook) != "":
		st.Extra.Set(paramLook, "1")
	}
	return c.Redirect(st.URL(a.Path), fiber.StatusSeeOther)
}

// asAddress lets the fields of a form be read and checked as parameters of an address are, beside those of the address that
// the form is sent to. The proof is none of them.
func (s pages) asAddress(c *fiber.Ctx) error {
	query := c.Request().URI().QueryArgs()
	for name, value := range c.Context().PostArgs().All() {
		if string(name) != kit.ProofField {
			query.AddBytesKV(name, value)
		}
	}
	c.Request().URI().SetQueryStringBytes(query.QueryString())
	return s.CheckRegions(c, kit.AskerOf(c), kit.ScopeOf(c))
}

// sendWhatIf shows the page; what cannot be computed is said above the form.
func (s pages) sendWhatIf(c *fiber.Ctx, a whatIfAnswer, err error) error {
	if problem.Code(err) == "no_run" {
		return s.NoFigures(c, "what-if", a.Asked, err)
	}
	problem := ""
	if err != nil {
		if f, ok := kit.ProblemOf(err); !ok || !strings.HasPrefix(f.Code, "what_if_") || f.Code == "what_if_gone" {
			return err
		}
		problem = a.Printer.Error(err)
		c.Status(kit.StatusOf(err))
	}
	page := s.whatIfContents(c, a)
	page.Problem = problem
	return s.Pages.Send(c, a.St.Lang, "what_if", page)
}

// whatIfDownload is /download/what-if/<table>.csv and .xlsx.
func (s pages) whatIfDownload(c *fiber.Ctx) error {
	a, err := s.askWhatIf(c, byProgram(c))
	if err != nil {
		return err
	}
	p := a.Printer
	if a.shown == nil {
		return kit.Status(fiber.StatusNotFound, problem.New("what_if_gone"))
	}
	id, _ := view.FormatOf(c)
	table, found := a.contents.Table(id)
	switch {
	case a.contents.Withheld:
		return kit.Status(fiber.StatusForbidden, problem.New("web_withheld", "least", a.hidden.Least))
	case !found:
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	a.Stamp.Comparisons = []queries.Comparison{{ID: policy.WhatIfComparison, Title: a.contents.Change}}
	a.Stamp.Run = a.shown.BaseRun
	note := strings.TrimSpace(p.T("web.what_if.banner") + " " + p.T("web.what_if.based_on", "number", a.shown.Number(), "run", a.shown.BaseRun,
		"at", dashboards.Moment(a.shown.ComputedAt)) + " " + a.contents.Note)
	return s.TakeTable(c, a.Asked, a.contents.Title, a.contents.Place, note, table)
}

// byProgram tells whether a request that reads may compute besides: only one with a token, which no browser sends by itself.
func byProgram(c *fiber.Ctx) bool {
	return kit.AskerOf(c).Token != "" && c.Method() != fiber.MethodHead
}

// saveScenario is POST /policy/what-if/save.
func (s pages) saveScenario(c *fiber.Ctx) error {
	return s.changeScenario(c, audit.ScenarioSaved, "scenario_saved", func(ctx context.Context, a kit.Asker, one queries.Scenario) error {
		name, note := strings.TrimSpace(kit.Form(c, "name")), strings.TrimSpace(kit.Form(c, "note"))
		if name == "" || len([]rune(name)) > 60 || len([]rune(note)) > 500 {
			return problem.New("what_if_name")
		}
		return s.Config.WhatIfs.Save(ctx, one.ID, queries.Saved{Name: name, Note: note, Account: a.Account.Account, Author: a.Account.Name, At: s.Config.Now()})
	})
}

// deleteScenario is POST /policy/what-if/delete.
func (s pages) deleteScenario(c *fiber.Ctx) error {
	return s.changeScenario(c, audit.ScenarioDeleted, "scenario_deleted", func(ctx context.Context, _ kit.Asker, one queries.Scenario) error {
		if one.Saved == nil {
			return problem.New("what_if_gone")
		}
		return s.Config.WhatIfs.Drop(ctx, one.ID)
	})
}

// changeScenario does something to a scenario that is the asker's own or nobody's, after the audit log has it, and says so on the page.
func (s pages) changeScenario(c *fiber.Ctx, action audit.Action, done string, change func(context.Context, kit.Asker, queries.Scenario) error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	a := kit.AskerOf(c)
	if a.Principal.ViewingAs() {
		return s.Denied(c, a, "own")
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	one, err := s.findScenario(ctx, kit.ScopeOf(c), kit.Form(c, paramScenario))
	if err != nil {
		return err
	}
	if one.Saved != nil && one.Saved.Account != a.Account.Account {
		return kit.Status(fiber.StatusUnprocessableEntity, problem.New("what_if_not_yours", "author", one.Saved.Author))
	}
	number := strconv.FormatUint(uint64(one.Number()), 10)
	act := func(ctx context.Context) error { return change(ctx, a, one) }
	if err := s.Recorded(c, act, action, number, "name", kit.Form(c, "name"), "area", policy.CommonArea(one.Moves)); err != nil {
		if kit.ForUser(err) {
			err = kit.Status(fiber.StatusUnprocessableEntity, err)
		}
		return err
	}
	st.Extra = url.Values{kit.ParamDone: {done}}
	if action == audit.ScenarioSaved {
		st.Extra.Set(paramScenario, number)
	}
	return c.Redirect(st.URL("/policy/what-if"), fiber.StatusSeeOther)
}
