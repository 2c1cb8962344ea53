package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/audit"
	"jianfu/internal/contribution"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/policy"
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
	asked
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
// What cannot be computed is a fault for whoever asks; the answer then holds the form all the same.
func (s *Server) askWhatIf(c *fiber.Ctx, compute bool) (whatIfAnswer, error) {
	base, err := s.ask(c, "/policy/what-if", queries.Narrow{})
	a := whatIfAnswer{asked: base}
	if err != nil {
		return a, err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), computeTimeout)
	defer cancel()
	if a.saved, err = s.savedScenarios(ctx, a.scope); err != nil {
		return a, err
	}
	asks, err := a.read(c, askerOf(c).Principal.Regions())
	if a.move.From != 0 && s.config.WhatIfs != nil { // the form says what is in force, also beside what cannot be used
		if inForce, unknown := s.config.WhatIfs.InForce(ctx, a.move, a.also...); unknown == nil {
			a.inForce = inForce
		} else if err == nil {
			err = unknown
		}
	}
	if err == nil && asks && c.Query(paramSure) != "1" && a.inForce.Implausible(a.move) {
		a.doubtful = true
		err = fault.New("what_if_implausible", "how", dashboards.HowInWords(a.printer, a.move), "now", dashboards.InForceInWords(a.printer, a.move, a.inForce))
	}
	if err != nil {
		return a, status(fiber.StatusBadRequest, a.inWords(err))
	}
	switch id := c.Query(paramScenario); {
	case id != "":
		err = s.openScenario(ctx, c, &a, id)
	case asks && s.config.WhatIfs == nil:
		err = status(fiber.StatusNotFound, fault.New("what_if_gone"))
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
func (s *Server) savedScenarios(ctx context.Context, scope filter.Scope) ([]queries.Scenario, error) {
	if s.config.WhatIfs == nil {
		return nil, nil
	}
	all, err := s.config.WhatIfs.Scenarios(ctx)
	var kept []queries.Scenario
	for _, one := range all {
		if one.Saved != nil && allAllowed(scope, one.Moves) {
			kept = append(kept, one)
		}
	}
	return kept, err
}

// findScenario is the scenario of a number, if the reader may see every area that it changes; no other answer tells whether there is one.
func (s *Server) findScenario(ctx context.Context, scope filter.Scope, number string) (queries.Scenario, error) {
	gone := status(fiber.StatusNotFound, fault.New("what_if_gone"))
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil || n == 0 || s.config.WhatIfs == nil {
		return queries.Scenario{}, gone
	}
	found, err := s.config.WhatIfs.Scenario(ctx, queries.FirstScenario+uint32(n)-1)
	if fault.Code(err) == "what_if_gone" || err == nil && !allAllowed(scope, found.Moves) {
		return queries.Scenario{}, gone
	}
	return found, err
}

// openScenario shows a scenario that there is; the form takes its change.
func (s *Server) openScenario(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer, number string) error {
	found, err := s.findScenario(ctx, a.scope, number)
	if err != nil {
		return err
	}
	if err := mayTry(c, found.Moves); err != nil {
		return err
	}
	last := len(found.Moves) - 1
	a.shown, a.also, a.move, a.months, a.value = &found, found.Moves[:last], found.Moves[last], found.Months, found.Moves[last].Value()
	if a.inForce, err = s.config.WhatIfs.InForce(ctx, a.move, a.also...); err != nil && !said(err) {
		return err
	}
	a.st.extra = url.Values{paramScenario: {number}}
	a.st.narrow.Insurance = ""
	return nil
}

// findComputed shows what was computed before of what the address asks for; of what was not, the form waits to be sent.
func (s *Server) findComputed(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) error {
	if err := mayTry(c, a.moves()); err != nil {
		return err
	}
	found, there, err := s.config.WhatIfs.Find(ctx, a.months, a.moves()...)
	if err != nil {
		return whatIfStatus(a.inWords(err))
	}
	if a.pending = !there; there {
		a.shown = &found
	}
	return nil
}

// computeScenario computes what the address asks for, or finds it, and notes who had it computed.
func (s *Server) computeScenario(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) error {
	if err := mayTry(c, a.moves()); err != nil {
		return err
	}
	found, fresh, err := s.config.WhatIfs.Compute(ctx, a.months, a.moves()...)
	if err != nil {
		return whatIfStatus(a.inWords(err))
	}
	a.shown = &found
	if fresh && s.config.Audit != nil {
		entry := audit.By(askerOf(c).Principal, audit.ScenarioComputed, strconv.FormatUint(uint64(found.Number()), 10), "change",
			dashboards.MovesInWords(i18n.For(i18n.Chinese), found.Moves), "month", found.Months, "run", found.BaseRun, "area", policy.CommonArea(found.Moves))
		return s.config.Audit.Append(c.UserContext(), entry)
	}
	return nil
}

// whatIfStatus is the status of a what-if that cannot be computed: later, or not like this.
func whatIfStatus(err error) error {
	switch code := fault.Code(err); {
	case code == "what_if_busy" || code == "what_if_store_busy":
		return status(fiber.StatusServiceUnavailable, err)
	case strings.HasPrefix(code, "what_if_") && code != "what_if_differs" || code == "policy_tie":
		return status(fiber.StatusBadRequest, err)
	}
	return err
}

// readEffects reads what a scenario changes for the reader: of the area of the change and the reader's scope, whatever
// else the address narrows it to.
func (s *Server) readEffects(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) error {
	v := a.view
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
	a.view = v
	e, err := kept(ctx, s.kept, question{Kind: "what-if", Run: a.shown.ID, Scope: a.scope, View: v}, func(ctx context.Context) (queries.Effects, uint32, error) {
		e, err := s.config.WhatIfs.Effects(ctx, *a.shown, a.scope, v)
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
	a.contents = dashboards.NewWhatIf(*a.shown, a.effects, a.hidden, a.received, a.deeper, a.printer)
	return nil
}

// deeper is where a mark leads: the same scenario, narrowed to a region, industry or size.
func (a *whatIfAnswer) deeper(marks ...string) string {
	st := a.st
	for i := 0; i+1 < len(marks); i += 2 {
		switch marks[i] {
		case "region":
			st.narrow.Region = marks[i+1]
		case "section":
			st.narrow.Industry = marks[i+1]
		case "size":
			st.narrow.Size = marks[i+1]
		}
	}
	return st.url(a.path)
}

// whatIfPage is GET /policy/what-if. It computes nothing: a link that somebody follows, which another site may have written,
// would keep the store at work and stand in the audit log in the reader's name.
func (s *Server) whatIfPage(c *fiber.Ctx) error {
	a, err := s.askWhatIf(c, false)
	return s.sendWhatIf(c, a, err)
}

// computeWhatIf is POST /policy/what-if: what the form asks for is computed, or found, and shown at an address of its own.
func (s *Server) computeWhatIf(c *fiber.Ctx) error {
	if a := askerOf(c); a.Principal.ViewingAs() {
		return s.denied(c, a, "own")
	}
	if err := s.asAddress(c); err != nil {
		return err
	}
	a, err := s.askWhatIf(c, true)
	if err != nil {
		return s.sendWhatIf(c, a, err)
	}
	st := a.st
	switch {
	case a.shown != nil:
		st.narrow.Insurance, st.extra = "", url.Values{paramScenario: {strconv.FormatUint(uint64(a.shown.Number()), 10)}}
	case c.Query(paramLook) != "":
		st.extra.Set(paramLook, "1")
	}
	return c.Redirect(st.url(a.path), fiber.StatusSeeOther)
}

// asAddress lets the fields of a form be read and checked as parameters of an address are, beside those of the address that
// the form is sent to. The proof is none of them.
func (s *Server) asAddress(c *fiber.Ctx) error {
	query := c.Request().URI().QueryArgs()
	for name, value := range c.Context().PostArgs().All() {
		if string(name) != proofField {
			query.AddBytesKV(name, value)
		}
	}
	c.Request().URI().SetQueryStringBytes(query.QueryString())
	return s.checkRegions(c, askerOf(c), scopeOf(c))
}

// sendWhatIf shows the page; what cannot be computed is said above the form.
func (s *Server) sendWhatIf(c *fiber.Ctx, a whatIfAnswer, err error) error {
	if fault.Code(err) == "no_run" {
		return s.noFigures(c, "what-if", a.asked, err)
	}
	problem := ""
	if err != nil {
		if f, ok := faultOf(err); !ok || !strings.HasPrefix(f.Code, "what_if_") || f.Code == "what_if_gone" {
			return err
		}
		problem = a.printer.Error(err)
		c.Status(statusOf(err))
	}
	page := s.whatIfContents(c, a)
	page.Problem = problem
	return s.pages.send(c, a.st.lang, "what_if", page)
}

// whatIfDownload is /download/what-if/<table>.csv and .xlsx.
func (s *Server) whatIfDownload(c *fiber.Ctx) error {
	a, err := s.askWhatIf(c, byProgram(c))
	if err != nil {
		return err
	}
	p := a.printer
	if a.shown == nil {
		return status(fiber.StatusNotFound, fault.New("what_if_gone"))
	}
	id, _ := formatOf(c)
	table, found := a.contents.Table(id)
	switch {
	case a.contents.Withheld:
		return status(fiber.StatusForbidden, fault.New("web_withheld", "least", a.hidden.Least))
	case !found:
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	a.stamp.Comparisons = []queries.Comparison{{ID: policy.WhatIfComparison, Title: a.contents.Change}}
	a.stamp.Run = a.shown.BaseRun
	note := strings.TrimSpace(p.T("web.what_if.banner") + " " + p.T("web.what_if.based_on", "number", a.shown.Number(), "run", a.shown.BaseRun,
		"at", dashboards.Moment(a.shown.ComputedAt)) + " " + a.contents.Note)
	return s.takeTable(c, a.asked, a.contents.Title, a.contents.Place, note, table)
}

// byProgram tells whether a request that reads may compute besides: only one with a token, which no browser sends by itself.
func byProgram(c *fiber.Ctx) bool {
	return askerOf(c).Token != "" && c.Method() != fiber.MethodHead
}

// saveScenario is POST /policy/what-if/save.
func (s *Server) saveScenario(c *fiber.Ctx) error {
	return s.changeScenario(c, audit.ScenarioSaved, "scenario_saved", func(ctx context.Context, a asker, one queries.Scenario) error {
		name, note := strings.TrimSpace(form(c, "name")), strings.TrimSpace(form(c, "note"))
		if name == "" || len([]rune(name)) > 60 || len([]rune(note)) > 500 {
			return fault.New("what_if_name")
		}
		return s.config.WhatIfs.Save(ctx, one.ID, queries.Saved{Name: name, Note: note, Account: a.Account.Account, Author: a.Account.Name, At: s.config.Now()})
	})
}

// deleteScenario is POST /policy/what-if/delete.
func (s *Server) deleteScenario(c *fiber.Ctx) error {
	return s.changeScenario(c, audit.ScenarioDeleted, "scenario_deleted", func(ctx context.Context, _ asker, one queries.Scenario) error {
		if one.Saved == nil {
			return fault.New("what_if_gone")
		}
		return s.config.WhatIfs.Drop(ctx, one.ID)
	})
}

// changeScenario does something to a scenario that is the asker's own or nobody's, after the audit log has it, and says so on the page.
func (s *Server) changeScenario(c *fiber.Ctx, action audit.Action, done string, change func(context.Context, asker, queries.Scenario) error) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	a := askerOf(c)
	if a.Principal.ViewingAs() {
		return s.denied(c, a, "own")
	}
	ctx, cancel := asking(c)
	defer cancel()
	one, err := s.findScenario(ctx, scopeOf(c), form(c, paramScenario))
	if err != nil {
		return err
	}
	if one.Saved != nil && one.Saved.Account != a.Account.Account {
		return status(fiber.StatusUnprocessableEntity, fault.New("what_if_not_yours", "author", one.Saved.Author))
	}
	number := strconv.FormatUint(uint64(one.Number()), 10)
	act := func(ctx context.Context) error { return change(ctx, a, one) }
	if err := s.recorded(c, act, action, number, "name", form(c, "name"), "area", policy.CommonArea(one.Moves)); err != nil {
		if said(err) {
			err = status(fiber.StatusUnprocessableEntity, err)
		}
		return err
	}
	st.extra = url.Values{paramDone: {done}}
	if action == audit.ScenarioSaved {
		st.extra.Set(paramScenario, number)
	}
	return c.Redirect(st.url("/policy/what-if"), fiber.StatusSeeOther)
}
