package etl

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// WhatIfs computes scenarios on the live population: some months of the current run once more, by the run's own policy and
// by that with some rates or limits moved, with the same statements as a recompute. One is computed at a time.
type WhatIfs struct {
	Queries *queries.Queries
	Sample  int // units that are computed once more in Go and compared
	Now     func() time.Time
	Lock    func(context.Context) (release func(), err error) // of the store, for who writes; nil where nobody else does

	busy sync.Mutex
}

// How long scenarios stay that nobody saved, and how many of them.
const (
	scenarioStays   = 24 * time.Hour
	scenariosUnkept = 5
)

// Find returns the scenario that computed the same moves in the same months of the current run; found tells whether there is
// one. It computes nothing. What cannot be computed is the same problem as of Compute.
func (w *WhatIfs) Find(ctx context.Context, months period.Range, moves ...policy.Move) (s queries.Scenario, found bool, err error) {
	_, _, asked, err := w.asked(ctx, months, moves)
	if err != nil {
		return s, false, err
	}
	s, _, found, err = w.known(ctx, asked)
	return s, found, err
}

// asked is a scenario that is not computed yet, with the figures that it starts from and its pack.
func (w *WhatIfs) asked(ctx context.Context, months period.Range, moves []policy.Move) (*queries.Figures, *policy.Pack, queries.Scenario, error) {
	figures, err := w.Queries.Figures(ctx)
	if err != nil {
		return nil, nil, queries.Scenario{}, err
	}
	for _, move := range moves {
		if months.To < move.From {
			return nil, nil, queries.Scenario{}, problem.New("what_if_too_late", "from", move.From, "month", months.To)
		}
	}
	pack, err := figures.Pack.WhatIf(moves...)
	if err != nil {
		return nil, nil, queries.Scenario{}, err
	}
	return figures, pack, queries.Scenario{BaseRun: figures.Run.ID, Months: months, Moves: moves, PackHash: pack.Hash}, nil
}

// Compute computes what moves would change in some months of the current run, or returns the scenario that did already;
// fresh tells which. What is cancelled or fails leaves nothing behind. The problem what_if_busy says that another one is
// being computed.
func (w *WhatIfs) Compute(ctx context.Context, months period.Range, moves ...policy.Move) (s queries.Scenario, fresh bool, err error) {
	figures, pack, asked, err := w.asked(ctx, months, moves)
	if err != nil {
		return s, false, err
	}
	if s, _, there, err := w.known(ctx, asked); there || err != nil {
		return s, false, err
	}
	if !w.busy.TryLock() {
		return s, false, problem.New("what_if_busy")
	}
	defer w.busy.Unlock()
	if w.Lock != nil {
		release, err := w.Lock(ctx)
		if err != nil {
			return s, false, err
		}
		defer release()
	}
	s, all, there, err := w.known(ctx, asked) // another may have asked the same a moment ago
	if there || err != nil {
		return s, false, err
	}
	if err := w.clean(ctx, all); err != nil {
		return s, false, err
	}
	s, err = w.compute(ctx, figures, pack, asked)
	return s, err == nil, err
}

// known looks for the scenario that answers a question already, among all that there are.
func (w *WhatIfs) known(ctx context.Context, asked queries.Scenario) (s queries.Scenario, all []queries.Scenario, there bool, err error) {
	if all, err = w.Queries.Scenarios(ctx); err != nil {
		return s, nil, false, fmt.Errorf("list the scenarios: %w", err)
	}
	at := slices.IndexFunc(all, func(s queries.Scenario) bool {
		return s.BaseRun == asked.BaseRun && s.Months == asked.Months && slices.Equal(s.Moves, asked.Moves) && s.PackHash == asked.PackHash
	})
	if at < 0 {
		return s, all, false, nil
	}
	return all[at], all, true, nil
}

// clean removes the scenarios that nobody saved once they are old or many, and what was cut off on its way.
func (w *WhatIfs) clean(ctx context.Context, known []queries.Scenario) error {
	gone, err := w.Queries.UnfinishedScenarios(ctx)
	if err != nil {
		return fmt.Errorf("look for unfinished scenarios: %w", err)
	}
	unkept := 0
	for _, s := range known { // the last one first
		if s.Saved != nil {
			continue
		}
		if unkept++; unkept >= scenariosUnkept || w.Now().Sub(s.ComputedAt) > scenarioStays {
			gone = append(gone, s.ID)
		}
	}
	for _, id := range gone {
		if err := w.Queries.DropScenario(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// compute writes a scenario's rows, checks them and makes it visible.
func (w *WhatIfs) compute(ctx context.Context, figures *queries.Figures, pack *policy.Pack, s queries.Scenario) (_ queries.Scenario, err error) {
	started := w.Now()
	stretches, err := w.stretches(ctx, figures.Run, s.Months)
	if err != nil {
		return s, err
	}
	if s.ID, err = w.Queries.NextScenario(ctx, started); err != nil {
		return s, fmt.Errorf("take a number for the scenario: %w", err)
	}
	defer func() {
		if err != nil {
			if dropErr := w.Queries.DropScenario(context.WithoutCancel(ctx), s.ID); dropErr != nil {
				err = fmt.Errorf("%w; %w", err, dropErr)
			}
		}
	}()
	differences, err := w.computeStretches(ctx, pack, &s, stretches, started)
	if err != nil {
		return s, err
	}
	for _, month := range s.Months.Months() {
		start, err := w.checkStart(ctx, figures, s.ID, month)
		if err != nil {
			return s, err
		}
		differences = append(differences, start...)
	}
	if len(differences) > 0 {
		return s, problem.New("what_if_differs", "count", len(differences), "first", differences[0].String())
	}
	s.ComputedAt, s.Took = started, w.Now().Sub(started)
	return s, w.Queries.InsertScenario(ctx, s, pack)
}

// computeStretches computes months that saw the same loads together, and compares a sample of them.
func (w *WhatIfs) computeStretches(ctx context.Context, pack *policy.Pack, s *queries.Scenario, stretches []queries.Months, started time.Time) ([]Difference, error) {
	var differences []Difference
	for _, months := range stretches {
		r := &recompute{q: w.Queries, o: RecomputeOptions{Pack: pack, Sample: w.Sample, Now: w.Now}, started: started, loads: months.Loads}
		var err error
		if r.plan, err = newPlan(pack); err != nil {
			return nil, err
		}
		r.plan.explainOld()
		months.Run = s.ID
		r.run = queries.Run{ID: s.ID, Scenarios: r.plan.scenarios, Computed: months.Periods}
		if err := r.computeMonths(ctx, months); err != nil {
			return nil, fmt.Errorf("compute scenario %d: %w", s.ID, err)
		}
		var shown []queries.RunPeriod
		for _, month := range months.Periods {
			shown = append(shown, queries.RunPeriod{RunID: s.ID, Period: month, ComputedBy: s.ID})
		}
		if err := w.Queries.InsertRunPeriods(ctx, shown); err != nil {
			return nil, fmt.Errorf("write the months of scenario %d: %w", s.ID, err)
		}
		found, err := r.check(ctx)
		if err != nil {
			return nil, err
		}
		differences = append(differences, found...)
		s.Steps, s.Checked = r.plan.scenarios, max(s.Checked, r.run.SampleChecked)
	}
	return differences, nil
}

// stretches are the months of a range with the loads that were visible to the run whose rows the current run shows for
// them, so that a scenario starts from the very figures that are shown.
func (w *WhatIfs) stretches(ctx context.Context, run queries.Run, months period.Range) ([]queries.Months, error) {
	shown, err := w.Queries.RunPeriods(ctx, run.ID)
	if err != nil {
		return nil, fmt.Errorf("read the months of run %d: %w", run.ID, err)
	}
	by := map[uint32][]uint32{} // months by the run that computed them
	for _, month := range months.Months() {
		at := slices.IndexFunc(shown, func(p queries.RunPeriod) bool { return p.Period == uint32(month) })
		if at < 0 {
			return nil, problem.New("what_if_no_month", "month", month)
		}
		by[shown[at].ComputedBy] = append(by[shown[at].ComputedBy], uint32(month))
	}
	loads, err := w.Queries.RunLoads(ctx, slices.Sorted(maps.Keys(by)))
	if err != nil || len(loads) != len(by) {
		return nil, fmt.Errorf("read the loads of %d runs, found %d: %w", len(by), len(loads), err)
	}
	var all []queries.Months
	for _, l := range loads {
		all = append(all, queries.Months{Periods: by[l.RunID], Loads: l.Loads})
	}
	return all, nil
}

// checkStart compares what the scenario owes in a month without the changes with what the run's new policy says.
func (w *WhatIfs) checkStart(ctx context.Context, figures *queries.Figures, id uint32, month period.Period) ([]Difference, error) {
	official, err := w.Queries.Owed(ctx, figures.Run.ID, month, place(figures.Run.Scenarios, figures.Pack.DefaultComparison().New))
	if err != nil {
		return nil, fmt.Errorf("add up run %d: %w", figures.Run.ID, err)
	}
	start, err := w.Queries.Owed(ctx, id, month, 1)
	if err != nil {
		return nil, fmt.Errorf("add up scenario %d: %w", id, err)
	}
	if start == official {
		return nil, nil
	}
	return []Difference{{What: "without the change, " + month.String(), InSets: strings.Trim(fmt.Sprintf("%v", start), "{}"), InGo: strings.Trim(fmt.Sprintf("%v", official), "{}")}}, nil
}

// explainOld makes the plan explain what was charged against the old scenarios, not the new ones. Most records were
// charged just what the policy in force asks, so that their groups are clean under it; under a policy that somebody only
// thinks of, none would be, and every record would have to be looked at by itself.
func (p *plan) explainOld() {
	p.targets = nil
	for _, payer := range contribution.Payers {
		for _, comparison := range p.pack.Comparisons {
			p.targets = append(p.targets, queries.Target{Payer: payer, Scenario: place(p.scenarios, comparison.Old)})
		}
	}
	p.explainsOld = true
}
