package etl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// markMonths notes what is remarkable about months whose burdens are there; see the table marks.
func (r *recompute) markMonths(ctx context.Context, m queries.Months, classes []queries.Class) error {
	var causes []queries.ClassCause
	first := uint32(r.o.Pack.FirstEffect())
	for _, c := range classes {
		if c.Period < first { // cases look at the months of the policy
			continue
		}
		for _, insurance := range contribution.Insurances {
			found, err := r.plan.causes(r.run.ID, c, insurance)
			if err != nil {
				return err
			}
			causes = append(causes, found...)
		}
	}
	if err := r.q.InsertCauses(ctx, causes); err != nil {
		return fmt.Errorf("write the causes: %w", err)
	}
	return r.q.MarkMonths(ctx, m, r.run, r.o.Pack)
}

// causes says what keeps the due reduction of a class small in a month and for an insurance, by the default comparison and
// for the employer, as internal/burden does for a unit.
func (p *plan) causes(run uint32, c queries.Class, insurance contribution.Insurance) ([]queries.ClassCause, error) {
	comparison := p.pack.DefaultComparison()
	steps := comparison.Steps()
	some := burden.Owed{Floors: make([]money.Fen, len(steps)-1)}
	for i := range some.Floors {
		some.Floors[i] = 1 // whether a unit of the class really owes more, its burdens say
	}
	found, err := burden.CausesOf(p.pack, comparison, unitOf(c), period.Period(c.Period), insurance, contribution.Employer, some)
	if err != nil {
		return nil, err
	}
	var causes []queries.ClassCause
	for _, f := range found {
		cause := queries.ClassCause{RunID: run, Period: c.Period, Insurance: int8(insurance), Class: c.Class, Cause: string(f.Cause)} //nolint:gosec // five of them
		part, whole := f.Share()
		cause.Part, cause.Whole = uint32(part), uint32(whole) //nolint:gosec // rates are not negative and far below 2^32
		if f.Cause == burden.FloorRise {
			i := slices.Index(comparison.Added(), f.Measure)
			cause.Before = place(p.scenarios, steps[i])
			cause.After = p.pack.FloorPlace(len(p.scenarios), policy.Step{Before: steps[i], After: steps[i+1]})
		}
		causes = append(causes, cause)
	}
	return causes, nil
}

// detect writes the cases and findings of the run, and holds the cases against the burdens: their reasons add up to the
// shortfall, unit by unit, and all of them to that of the run.
func (r *recompute) detect(ctx context.Context) ([]Difference, error) {
	before := uint32(0)
	if r.hasLast {
		before = r.last.ID
	}
	if err := r.q.Detect(ctx, r.run, r.o.Pack, before); err != nil {
		return nil, fmt.Errorf("look for cases in run %d: %w", r.run.ID, err)
	}
	unequal, cases, burdens, err := r.q.CheckCases(ctx, r.run, r.o.Pack)
	if err != nil {
		return nil, fmt.Errorf("check the cases of run %d: %w", r.run.ID, err)
	}
	var differences []Difference
	if unequal > 0 {
		differences = append(differences, Difference{What: "cases whose reasons do not add up", InSets: fmt.Sprint(unequal), InGo: "0"})
	}
	if cases != burdens {
		differences = append(differences, Difference{What: "shortfall of the cases", InSets: cases.String(), InGo: burdens.String()})
	}
	return differences, nil
}

// unitOf is a unit as the rule in Go takes it, of a class.
func unitOf(c queries.Class) contribution.Unit {
	return contribution.Unit{
		RegionCode:  c.Area + strings.Repeat("0", 6-len(c.Area)),
		Kind:        contribution.UnitKind(c.UnitKind), //nolint:gosec // Enum8 from 1
		Size:        contribution.Size(c.Size),         //nolint:gosec // Enum8 from 1
		RiskClass:   c.RiskClass,
		FloatFactor: c.FloatFactor,
		Elections:   c.Elections,
	}
}
