package whatif

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// read takes the changes out of the address; what is left out is the employers' pension rate, set to a value, in the reader's
// own region and the last month. It tells whether the address asks for something to be computed.
func (a *whatIfAnswer) read(c *fiber.Ctx, regions []string) (asks bool, err error) {
	a.St.Extra = url.Values{}
	keep := func(name, standard string) string {
		value := c.Query(name)
		if value == "" {
			return standard
		}
		a.St.Extra.Set(name, value)
		return value
	}
	a.move = policy.Move{Target: policy.Target(keep(paramTarget, string(policy.MoveRate))), Way: policy.Way(keep(paramWay, string(policy.SetTo)))}
	asks = c.Query(paramTarget) != "" && c.Query(paramLook) == ""
	a.value = strings.TrimSpace(keep(paramValue, ""))
	keep(paramSure, "")
	a.readWhat()
	if err := a.readAlso(c); err != nil {
		return asks, err
	}
	own := policyRegion(regions)
	if a.move.Area = keep(kit.ParamArea, own); a.move.Area != own && a.move.Area != "000000" && !region.Known(a.move.Area) || !a.Scope.Allows(a.move.Area) {
		return asks, problem.New("web_unknown_region", "value", kit.Shortened(a.move.Area))
	}
	month := func(into *period.Period, name string, standard period.Period) error {
		text := keep(name, standard.String())
		if *into, err = period.Parse(text); err != nil {
			return problem.New("web_bad_month", "name", name, "value", kit.Shortened(text))
		}
		return nil
	}
	if err := month(&a.months.From, kit.ParamAt, a.Stamp.DataTo); err != nil {
		return asks, err
	}
	if err := month(&a.months.To, paramThrough, a.months.From); err != nil {
		return asks, err
	}
	if err := month(&a.move.From, paramStarts, a.months.From); err != nil {
		return asks, err
	}
	if !asks {
		return false, nil
	}
	if a.months.From > a.months.To {
		return asks, problem.New("web_month_order", "from", a.months.From, "to", a.months.To)
	}
	return asks, a.readChange()
}

// readWhat takes whose rate and of which insurance from the address; a limit has no payer, and may be of all insurances.
func (a *whatIfAnswer) readWhat() {
	standard := contribution.Insurance(0)
	if a.move.Target == policy.MoveRate {
		standard, a.move.Payer = contribution.Pension, a.View.Payers[0]
	}
	var named bool
	if a.move.Insurance, named = contribution.ParseInsurance(a.View.Narrow.Insurance); !named {
		a.move.Insurance = standard
	}
}

// readAlso takes the changes before this one from the address. The guard has looked at their areas.
func (a *whatIfAnswer) readAlso(c *fiber.Ctx) error {
	for _, text := range view.QueryAll(c, paramAlso) {
		move, err := policy.ParseMove(text)
		if err != nil {
			return err
		}
		if !a.Scope.Allows(move.Area) || move.Area != "000000" && !region.Known(move.Area) {
			return problem.New("web_unknown_region", "value", kit.Shortened(move.Area))
		}
		a.also = append(a.also, move)
		a.St.Extra.Add(paramAlso, text)
	}
	return nil
}

// readChange takes to or by how much from the address, and checks the whole change.
func (a *whatIfAnswer) readChange() error {
	if !slices.Contains(policy.Targets, a.move.Target) || !slices.Contains(a.move.Target.Ways(), a.move.Way) {
		return a.move.Check()
	}
	if a.value == "" {
		return problem.New("what_if_no_value")
	}
	if a.move.Target == policy.MoveRate && len(a.View.Payers) > 1 {
		return problem.New("what_if_one_payer")
	}
	if err := a.move.SetValue(a.value); err != nil {
		return err
	}
	return a.move.Check()
}

// moves are all changes that the address names, in their order.
func (a *whatIfAnswer) moves() []policy.Move { return append(slices.Clone(a.also), a.move) }

// alsoArea is the area of a change before, as the address names it, for the guard.
func alsoArea(text string) string {
	if parts := strings.Split(text, ":"); len(parts) > 4 {
		return parts[4]
	}
	return ""
}

// allAllowed tells whether a reader may see all areas that changes name.
func allAllowed(scope filter.Scope, moves []policy.Move) bool {
	return !slices.ContainsFunc(moves, func(m policy.Move) bool { return !scope.Allows(m.Area) })
}

// bothPayers tells whether changes move rates of employers and of employees, so that both shares are looked at.
func bothPayers(moves []policy.Move) bool {
	var seen [3]bool
	for _, m := range moves {
		seen[m.Payer] = true
	}
	return seen[contribution.Employer] && seen[contribution.Employee]
}

// inWords is a problem about a what-if with its areas, months and targets as people call them.
func (a whatIfAnswer) inWords(err error) error {
	f, ok := kit.ProblemOf(err)
	if !ok || !strings.HasPrefix(f.Code, "what_if_") {
		return err
	}
	said := *f
	said.Values = slices.Clone(f.Values)
	for i := 0; i+1 < len(said.Values); i += 2 {
		switch value := said.Values[i+1].(type) {
		case period.Period:
			said.Values[i+1] = dashboards.Month(a.Printer, value)
		case string:
			switch said.Values[i] {
			case "area":
				said.Values[i+1] = dashboards.AreaName(a.Printer, value)
			case "target":
				said.Values[i+1] = a.Printer.T("web.what_if.target." + value)
			case "value":
				said.Values[i+1] = kit.Shortened(value)
			}
		}
	}
	return &said
}

// receivedCut is what the same units received of the cut in the same months, by the official figures of the run that the
// scenario starts from; nil where another run has been published since.
func (s pages) receivedCut(ctx context.Context, c *fiber.Ctx, a *whatIfAnswer) (*dashboards.Received, error) {
	if a.shown.BaseRun != a.Stamp.Run {
		return nil, nil
	}
	official := a.Asked
	official.View.Comparison = kit.DefaultComparison(a.Stamp)
	o, hidden, err := s.OverviewOf(ctx, c, official)
	if err != nil {
		return nil, err
	}
	return dashboards.NewReceived(o, hidden), nil
}

// without is the address of the form without one of the changes; the last of those that stay is in the form.
func (a whatIfAnswer) without(i int) string {
	return a.asking(slices.Delete(a.moves(), i, i+1)).URL(a.Path)
}

// another is the address of an empty form for one more change.
func (a whatIfAnswer) another() string {
	return a.formAfter(a.moves())
}

// formAfter is the address of an empty form behind some changes, in the area of the last.
func (a whatIfAnswer) formAfter(moves []policy.Move) string {
	st := a.St
	st.Narrow, st.Payer = queries.Narrow{}, ""
	st.Extra = url.Values{kit.ParamAt: {a.months.From.String()}, paramThrough: {a.months.To.String()}}
	for _, move := range moves {
		st.Extra.Add(paramAlso, move.String())
		st.Extra.Set(kit.ParamArea, move.Area)
	}
	return st.URL(a.Path)
}

// confirmed is the address that asks for the same once more, with the value confirmed.
func (a whatIfAnswer) confirmed() string {
	st := a.asking(a.moves())
	st.Extra.Set(paramSure, "1")
	return st.URL(a.Path)
}

// asking is the address that asks for changes, in the months of this one.
func (a whatIfAnswer) asking(moves []policy.Move) kit.State {
	st := a.St
	st.Narrow = queries.Narrow{}
	last := moves[len(moves)-1]
	st.Extra = url.Values{paramTarget: {string(last.Target)}, paramWay: {string(last.Way)}, paramValue: {last.Value()}, kit.ParamArea: {last.Area},
		paramStarts: {last.From.String()}, kit.ParamAt: {a.months.From.String()}}
	if a.months.To != a.months.From {
		st.Extra.Set(paramThrough, a.months.To.String())
	}
	for _, move := range moves[:len(moves)-1] {
		st.Extra.Add(paramAlso, move.String())
	}
	if last.Insurance != 0 {
		st.Narrow.Insurance = last.Insurance.String()
	}
	if last.Payer != 0 {
		st.Payer = last.Payer.String()
	}
	return st
}
