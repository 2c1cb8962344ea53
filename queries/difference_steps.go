package queries

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// Why figures differ from those of an earlier run, as a report tells it.
const (
	ForNewData       = "new_data"
	ForCorrectedData = "corrected_data"
	ForRegistration  = "registration"
	ForParameters    = "parameters"
	ForTogether      = "together" // several of them in one month of a unit
	ForProgram       = "program"
)

// Step is one cause on the way from the figures of one run to those of another, and the figures when it was gone through.
type Step struct {
	Cause   string
	Persons int64 // behind it; those of the month that has the fewest
	Figures *Figures
}

//go:embed difference/sorts.sql
var differenceSortsText string

var differenceSortsSQL = Whole(differenceSortsText)

//go:embed difference/between.sql
var differenceBetweenText string

var differenceBetweenSQL = Whole(differenceBetweenText)

// Steps goes from the figures of one run to those of a later one, cause by cause, and calls each after every step, in order, the
// last time with the figures of the later run. So whatever is worked out from figures, its differences between neighbours add up
// to the whole. Between two causes the units' months that moved for the one are taken from the later run, and those that
// moved for the other still from the earlier; these figures are written under a number that no run has, and removed again.
// Where the pack changed on the way, the runs on both sides of the change are steps too, if their figures are still there: then
// what came with new records is not mixed with what came with the pack. The view is complete; comparisons are those whose
// movements count, its own among them.
func (q *Queries) Steps(ctx context.Context, from, to uint32, scope filter.Scope, v View, comparisons []string, each func(Step) error) error {
	runs, err := q.betweenRuns(ctx, from, to)
	if err != nil {
		return err
	}
	for i := 1; i < len(runs); i++ {
		d, err := q.Difference(ctx, runs[i], runs[i-1])
		if err != nil {
			return err
		}
		if err := d.steps(ctx, scope, v, comparisons, each); err != nil {
			return fmt.Errorf("go from run %d to run %d: %w", runs[i-1], runs[i], err)
		}
	}
	return nil
}

// betweenRuns are two runs, with those between them at which the policy pack changed, in order.
func (q *Queries) betweenRuns(ctx context.Context, from, to uint32) ([]uint32, error) {
	list, err := q.Runs(ctx)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(r RunEntry) bool { return !r.Readable() || r.ID < from || r.ID > to })
	slices.SortFunc(list, func(a, b RunEntry) int { return int(a.ID) - int(b.ID) })
	var runs []uint32
	for i, r := range list {
		before := i > 0 && list[i-1].PackHash != r.PackHash
		after := i+1 < len(list) && list[i+1].PackHash != r.PackHash
		if i == 0 || i+1 == len(list) || before || after {
			runs = append(runs, r.ID)
		}
	}
	if len(runs) == 0 || runs[0] != from || runs[len(runs)-1] != to {
		return nil, problem.New("run_dropped", "run", from)
	}
	return runs, nil
}

// sorted is how many persons are behind a sort of causes.
type sorted struct {
	Why     string `ch:"why"`
	Persons uint64 `ch:"persons"`
}

func (s sorted) step(f *Figures) Step {
	return Step{s.Why, int64(s.Persons), f} //nolint:gosec // a count of persons
}

// steps goes through the causes of one pair of runs.
func (d *Difference) steps(ctx context.Context, scope filter.Scope, v View, comparisons []string, each func(Step) error) error {
	var made []uint64
	for _, comparison := range comparisons {
		one := v
		one.Comparison = comparison
		if _, err := d.Complete(one); err != nil { // one of the packs does not have it
			return each(Step{ForTogether, 0, d.After})
		}
		number, err := d.movements(ctx, one)
		if err != nil {
			return err
		}
		made = append(made, number)
	}
	p := store.Params{"run": d.After.Run.ID, "against": d.Before.Run.ID, "made": made, "from": uint32(v.Window.From), "to": uint32(v.Window.To), "scope": scope.Prefixes()}
	sorts, err := store.Select[sorted](ctx, d.q.db, differenceSortsSQL, p)
	switch {
	case err != nil:
		return err
	case len(sorts) == 0: // figures that are no amounts may differ, such as the number of persons
		return each(Step{d.only(), 0, d.After})
	case len(sorts) > 1 && !slices.EqualFunc(d.Before.Run.Scenarios, d.After.Run.Scenarios, slices.Equal):
		return each(Step{ForTogether, 0, d.After})
	case len(sorts) > 1:
		if err := d.between(ctx, v, p, sorts, each); err != nil {
			return err
		}
	}
	return each(sorts[len(sorts)-1].step(d.After))
}

// only is the cause where no amount has moved.
func (d *Difference) only() string {
	switch {
	case !slices.Equal(d.Before.Run.Loads, d.After.Run.Loads):
		return ForNewData
	case d.Before.Run.PackHash != d.After.Run.PackHash:
		return ForParameters
	}
	return ForProgram
}

// between calls each for all causes but the last.
func (d *Difference) between(ctx context.Context, v View, p store.Params, sorts []sorted, each func(Step) error) error {
	release, err := d.q.db.Lock(ctx, nil)
	if err != nil {
		return err
	}
	defer release()
	for i := range sorts[:len(sorts)-1] {
		var waiting []string
		for _, s := range sorts[i+1:] {
			waiting = append(waiting, s.Why)
		}
		if err := d.mixed(ctx, v, p, waiting, func(f *Figures) error { return each(sorts[i].step(f)) }); err != nil {
			return err
		}
	}
	return nil
}

// mixed writes figures in which some causes are still waiting, lets do read them and removes them. The caller holds the lock.
func (d *Difference) mixed(ctx context.Context, v View, p store.Params, waiting []string, do func(f *Figures) error) (err error) {
	id, err := d.q.NextScenario(ctx, time.Now())
	if err != nil {
		return err
	}
	defer func() {
		if dropErr := d.q.DropScenario(context.WithoutCancel(ctx), id); err == nil {
			err = dropErr
		}
	}()
	shown, err := d.q.RunPeriods(ctx, d.After.Run.ID)
	if err != nil {
		return err
	}
	moved, err := d.MovedMonths(ctx, v.Window)
	if err != nil {
		return err
	}
	var months []uint32
	for _, m := range moved {
		months = append(months, uint32(m.Period))
	}
	for i := range shown {
		shown[i].RunID = id
		if slices.Contains(months, shown[i].Period) {
			shown[i].ComputedBy = id
		}
	}
	for _, m := range months { // one that the later run has no more
		if !slices.ContainsFunc(shown, func(s RunPeriod) bool { return s.Period == m }) {
			shown = append(shown, RunPeriod{id, m, id})
		}
	}
	if err := d.q.InsertRunPeriods(ctx, shown); err != nil {
		return err
	}
	p["between"], p["waiting"], p["months"] = id, waiting, months
	if err := d.q.db.Exec(ctx, differenceBetweenSQL, p); err != nil {
		return err
	}
	for _, sql := range []string{unitMonthsSQL, cellsSQL} {
		if err := d.q.db.Exec(ctx, sql, store.Params{"run": id, "periods": months}); err != nil {
			return err
		}
	}
	run := d.After.Run
	run.ID = id
	return do(&Figures{q: d.q, Run: run, Pack: d.After.Pack})
}
