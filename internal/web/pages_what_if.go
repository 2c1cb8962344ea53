package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/audit"
	"jianfu/internal/contribution"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/region"
	"jianfu/queries"
)

// WhatIfs computes scenarios and keeps them. The parts that compute know nothing of pages; who builds the server gives
// them.
type WhatIfs struct {
	Compute   func(ctx context.Context, move policy.Move, month period.Period) (s queries.Scenario, fresh bool, err error)
	Scenarios func(ctx context.Context) ([]queries.Scenario, error)
	Scenario  func(ctx context.Context, id uint32) (queries.Scenario, error)
	Effects   func(ctx context.Context, s queries.Scenario, scope filter.Scope, view queries.View) (queries.Effects, error)
	Save      func(ctx context.Context, id uint32, as queries.Saved) error
	Drop      func(ctx context.Context, id uint32) error
}

// The parameters of a what-if, besides insurance, payer and region.
const (
	paramTarget   = "target"   // what is moved: rate, floor or cap; without it nothing is computed
	paramWay      = "way"      // how: set, points, percent or average
	paramValue    = "value"    // to or by how much, as people write it: 15, -1, 4000
	paramArea     = "area"     // where; checked against the reader's scope like a region
	paramStarts   = "starts"   // from which month on
	paramScenario = "scenario" // number of a scenario that there is
)

// computeTimeout bounds a what-if: longer than any province takes, shorter than the server waits to write.
const computeTimeout = 100 * time.Second

// whatIfAnswer is what the three forms of the what-if page are made from.
type whatIfAnswer struct {
	asked
	move     policy.Move
	value    string // as it was typed
	month    period.Period
	shown    *queries.Scenario // nil while nothing is asked
	effects  queries.Effects   // as the reader may see them
	hidden   dashboards.Hidden
	contents *dashboards.WhatIf
	saved    []queries.Scenario // that the reader may see
}

// askWhatIf reads the address, computes what it asks for, or finds what was computed before, and reads its effects. What
// cannot be computed is a fault for whoever asks; the answer then holds the form all the same.
func (s *Server) askWhatIf(c *fiber.Ctx) (whatIfAnswer, error) {
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
	if err != nil {
		return a, status(fiber.StatusBadRequest, err)
	}
	switch id := c.Query(paramScenario); {
	case id != "":
		err = s.openScenario(ctx, &a, id)
	case asks:
		err = s.computeScenario(ctx, c, &a)
	default:
		return a, nil
	}
	if err != nil {
		return a, err
	}
	return a, s.readEffects(ctx, c, &a)
}

// read takes the change out of the address; what is left out is a point less of the employers' pension rate, or five per cent of a limit, in
// the reader's own region and the last month. It tells whether the address asks for something to be computed.
func (a *whatIfAnswer) read(c *fiber.Ctx, regions []string) (asks bool, err error) {
	a.st.extra = url.Values{}
	keep := func(name, standard string) string {
		value := c.Query(name)
		if value == "" {
			return standard
		}
		a.st.extra.Set(name, value)
		return value
	}
	bad := func(name, value string, known ...string) error {
		return fault.New("web_bad_choice", "name", name, "value", shortened(value), "known", strings.Join(known, ", "))
	}
	target, asks := keep(paramTarget, string(policy.MoveRate)), c.Query(paramTarget) != ""
	a.move = policy.Move{Target: policy.Target(target), Payer: a.view.Payers[0]}
	standard, way, value := contribution.Insurance(0), string(policy.ByPercent), "5"
	if a.move.Target == policy.MoveRate {
		standard, way, value = contribution.Pension, string(policy.ByPoints), "-1"
	} else {
		a.move.Payer = 0
	}
	a.move.Way = policy.Way(keep(paramWay, way))
	if a.value = value; c.Context().QueryArgs().Has(paramValue) {
		if a.value = strings.TrimSpace(c.Query(paramValue)); a.value == "" {
			return asks, fault.New("what_if_no_value")
		}
		a.st.extra.Set(paramValue, a.value)
	}
	var ok bool
	if a.move.Insurance, ok = contribution.ParseInsurance(a.view.Narrow.Insurance); !ok {
		a.move.Insurance = standard
	}
	own := policyRegion(regions)
	if a.move.Area = keep(paramArea, own); a.move.Area != own && a.move.Area != "000000" && !region.Known(a.move.Area) {
		return asks, fault.New("web_unknown_region", "value", shortened(a.move.Area))
	}
	if !a.scope.Allows(a.move.Area) {
		return asks, fault.New("web_unknown_region", "value", shortened(a.move.Area))
	}
	month := func(into *period.Period, name string, standard period.Period) error {
		text := keep(name, standard.String())
		if *into, err = period.Parse(text); err != nil {
			return fault.New("web_bad_month", "name", name, "value", shortened(text))
		}
		return nil
	}
	if err := month(&a.month, paramAt, a.stamp.DataTo); err != nil {
		return asks, err
	}
	if err := month(&a.move.From, paramStarts, a.month); err != nil {
		return asks, err
	}
	if !asks {
		return false, nil
	}
	switch {
	case a.move.Target != policy.MoveRate && a.move.Target != policy.MoveFloor && a.move.Target != policy.MoveCap:
		return asks, bad(paramTarget, target, targetWords()...)
	case a.move.Way == policy.SetTo && a.move.Target != policy.MoveRate:
		a.move.Amount, err = money.Parse(a.value)
	default:
		a.move.Rate, err = money.ParseRate(strings.TrimSuffix(strings.TrimSuffix(a.value, "%"), "％") + "%")
	}
	if err != nil {
		return asks, fault.New("what_if_bad_value", "value", shortened(a.value))
	}
	if a.move.Target == policy.MoveRate && len(a.view.Payers) > 1 {
		return asks, fault.New("what_if_one_payer")
	}
	return asks, a.move.Check()
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
		if one.Saved != nil && scope.Allows(one.Move.Area) {
			kept = append(kept, one)
		}
	}
	return kept, err
}

// findScenario is the scenario of a number, if the reader may see the area that it changes; no other answer tells whether there is one.
func (s *Server) findScenario(ctx context.Context, scope filter.Scope, number string) (queries.Scenario, error) {
	gone := status(fiber.StatusNotFound, fault.New("what_if_gone"))
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil || n == 0 || s.config.WhatIfs == nil {
		return queries.Scenario{}, gone
	}
	found, err := s.config.WhatIfs.Scenario(ctx, queries.FirstScenario+uint32(n)-1)
	if fault.Code(err) == "what_if_gone" || err == nil && !scope.Allows(found.Move.Area) {
		return queries.Scenario{}, gone
	}
	return found, err
}

// openScenario shows a scenario that there is; the form takes its change.
func (s *Server) openScenario(ctx context.Context, a *whatIfAnswer, number string) error {
	found, err := s.findScenario(ctx, a.scope, number)
	if err != nil {
		return err
	}
	a.shown, a.move, a.month, a.value = &found, found.Move, found.Month, valueOf(found.Move)
	a.st.extra = url.Values{paramScenario: {number}}
	a.st.narrow.Insurance = ""
	return nil
}

// valueOf writes a change's value as the form takes it.
func valueOf(m policy.Move) string {
	if m.Way == policy.SetTo && m.Target != policy.MoveRate {
		return strings.TrimSuffix(m.Amount.String(), ".00")
	}
	return strings.TrimSuffix(m.Rate.Percent(), "%")
}

// computeScenario computes what the address asks for, or finds it, and notes who had it computed.
func (s *Server) computeScenario(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) error {
	if s.config.WhatIfs == nil {
		return status(fiber.StatusNotFound, fault.New("what_if_gone"))
	}
	found, fresh, err := s.config.WhatIfs.Compute(ctx, a.move, a.month)
	if err != nil {
		return whatIfStatus(err)
	}
	a.shown = &found
	if fresh && s.config.Audit != nil {
		entry := audit.By(askerOf(c).Principal, audit.ScenarioComputed, strconv.FormatUint(uint64(found.Number()), 10), "change",
			dashboards.MoveInWords(i18n.For(i18n.Chinese), found.Move), "month", found.Month, "run", found.BaseRun, "area", found.Move.Area)
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
	v.Window, v.Comparison, v.Narrow.Insurance = period.Range{From: a.shown.Month, To: a.shown.Month}, policy.WhatIfComparison, ""
	inside := filter.Regions(a.move.Area)
	if v.Narrow.Region == "" || !inside.Allows(v.Narrow.Region) { // outside of it nothing changes
		if v.Narrow.Region = a.move.Area; v.Narrow.Region == "000000" {
			v.Narrow.Region = ""
		}
	}
	a.view = v
	e, err := kept(ctx, s.kept, question{Kind: "what-if", Run: a.shown.ID, Scope: a.scope, View: v}, func(ctx context.Context) (queries.Effects, uint32, error) {
		e, err := s.config.WhatIfs.Effects(ctx, *a.shown, a.scope, v)
		return e, a.shown.ID, err
	})
	if err != nil {
		return err
	}
	decided, err := s.hiddenFrom(ctx, c, a.asked)
	if err != nil {
		return err
	}
	if a.effects, a.hidden, err = dashboards.ConcealEffects(e, decided); err != nil {
		return err
	}
	a.contents = dashboards.NewWhatIf(*a.shown, a.effects, a.hidden, a.deeper, a.printer)
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

// whatIfPage is GET /policy/what-if.
func (s *Server) whatIfPage(c *fiber.Ctx) error {
	a, err := s.askWhatIf(c)
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
	a, err := s.askWhatIf(c)
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

// changeScenario does something to a scenario that is the asker's own or nobody's, records it, and says so on the page.
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
	if err := change(ctx, a, one); err != nil {
		if said(err) {
			err = status(fiber.StatusUnprocessableEntity, err)
		}
		return err
	}
	if s.config.Audit != nil {
		entry := audit.By(a.Principal, action, number, "name", form(c, "name"), "area", one.Move.Area)
		if err := s.config.Audit.Append(c.UserContext(), entry); err != nil {
			return err
		}
	}
	st.extra = url.Values{paramDone: {done}}
	if action == audit.ScenarioSaved {
		st.extra.Set(paramScenario, number)
	}
	return c.Redirect(st.url("/policy/what-if"), fiber.StatusSeeOther)
}
