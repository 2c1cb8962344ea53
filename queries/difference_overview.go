package queries

import (
	"context"
	"slices"

	"jianfu/internal/filter"
	"jianfu/internal/period"
)

// DifferenceOverview is everything about two runs but the list of units.
type DifferenceOverview struct {
	View        View
	Run         uint32
	Against     uint32
	Before      Side
	After       Side
	Months      []MovedMonth // of the window
	Causes      []CauseRow
	Transitions []Transition
	Policy      []PolicyChange
	Persons     Persons // behind the movements
}

// Moved is the movement of the whole view.
func (o *DifferenceOverview) Moved() Burden { return o.After.Total.Burden.minus(o.Before.Total.Burden) }

// MovedUnits is how many units moved.
func (o *DifferenceOverview) MovedUnits() uint64 {
	var units uint64
	for _, t := range o.Transitions {
		units += t.Units
	}
	return units
}

// Overview reads everything about the two runs but the list of units. The view is complete. A run that is given up
// meanwhile is a problem.
func (d *Difference) Overview(ctx context.Context, scope filter.Scope, v View) (DifferenceOverview, error) {
	o := DifferenceOverview{View: v, Run: d.After.Run.ID, Against: d.Before.Run.ID, Policy: d.PolicyChanges()}
	var err error
	if o.Before, o.After, err = d.Sides(ctx, scope, v); err != nil {
		return o, err
	}
	err = together(ctx,
		func(ctx context.Context) (err error) { o.Months, err = d.MovedMonths(ctx, v.Window); return err },
		func(ctx context.Context) (err error) { o.Causes, err = d.Causes(ctx, scope, v); return err },
		func(ctx context.Context) (err error) { o.Transitions, err = d.Transitions(ctx, scope, v); return err },
		func(ctx context.Context) (err error) { o.Persons, err = d.Persons(ctx, scope, v); return err },
	)
	if err != nil {
		return o, err
	}
	return o, d.Alive(ctx)
}

// Stamp is that of the later run, with the comparisons that both have.
func (d *Difference) Stamp(ctx context.Context, scope filter.Scope) (Stamp, error) {
	stamp, err := d.After.Stamp(ctx, scope)
	both := d.Comparisons()
	stamp.Comparisons = slices.DeleteFunc(stamp.Comparisons, func(c Comparison) bool {
		return !slices.ContainsFunc(both, func(b Comparison) bool { return b.ID == c.ID })
	})
	if len(stamp.Comparisons) == 0 && err == nil {
		_, err = d.Complete(View{})
	}
	stamp.DataFrom = min(stamp.DataFrom, period.Period(d.Before.Run.DataFrom)) // months that only the earlier run has, too
	stamp.DataTo = max(stamp.DataTo, period.Period(d.Before.Run.DataTo))
	return stamp, err
}
