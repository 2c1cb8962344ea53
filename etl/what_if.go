package etl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"jianfu/internal/contribution"
	"jianfu/internal/fault"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// WhatIfs computes scenarios on the live population: one month of the current run once more, by the run's own policy and
// by that with one rate or limit moved, with the same statements as a recompute. One is computed at a time.
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

// Compute computes what a move would change in a month of the current run, or returns the scenario that did already;
// fresh tells which. What is cancelled or fails leaves nothing behind. The fault what_if_busy says that another one is
// being computed.
func (w *WhatIfs) Compute(ctx context.Context, move policy.Move, month period.Period) (s queries.Scenario, fresh bool, err error) {
	figures, err := w.Queries.Figures(ctx)
	if err != nil {
		return s, false, err
	}
	if month < move.From {
		return s, false, fault.New("what_if_too_late", "from", move.From, "month", month)
	}
	pack, err := figures.Pack.WhatIf(move)
	if err != nil {
		return s, false, err
	}
	asked := queries.Scenario{BaseRun: figures.Run.ID, Month: month, Move: move, PackHash: pack.Hash}
	if s, _, there, err := w.known(ctx, asked); there || err != nil {
		return s, false, err
	}
	if !w.busy.TryLock() {
		return s, false, fault.New("what_if_busy")
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
		return s.BaseRun == asked.BaseRun && s.Month == asked.Month && s.Move == asked.Move && s.PackHash == asked.PackHash
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
	loads, err := w.loads(ctx, figures.Run, s.Month)
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
	r := &recompute{q: w.Queries, o: RecomputeOptions{Pack: pack, Sample: w.Sample, Now: w.Now}, started: started, loads: loads}
	if r.plan, err = newPlan(pack); err != nil {
		return s, err
	}
	r.plan.explainOld()
	r.run = queries.Run{ID: s.ID, Scenarios: r.plan.scenarios, Computed: []uint32{uint32(s.Month)}}
	if err := r.computeMonths(ctx, queries.Months{Run: s.ID, Periods: r.run.Computed, Loads: loads}); err != nil {
		return s, fmt.Errorf("compute scenario %d: %w", s.ID, err)
	}
	shown := queries.RunPeriod{RunID: s.ID, Period: uint32(s.Month), ComputedBy: s.ID}
	if err := w.Queries.InsertRunPeriods(ctx, []queries.RunPeriod{shown}); err != nil {
		return s, fmt.Errorf("write the month of scenario %d: %w", s.ID, err)
	}
	differences, err := r.check(ctx)
	if err != nil {
		return s, err
	}
	start, err := w.checkStart(ctx, figures, s)
	if err != nil {
		return s, err
	}
	if differences = append(differences, start...); len(differences) > 0 {
		return s, fault.New("what_if_differs", "count", len(differences), "first", differences[0].String())
	}
	s.Steps, s.ComputedAt, s.Checked = r.plan.scenarios, started, r.run.SampleChecked
	s.Took = w.Now().Sub(started)
	return s, w.Queries.InsertScenario(ctx, s, pack)
}

// loads are those that were visible to the run whose rows the current run shows for the month, so that a scenario starts
// from the very figures that are shown.
func (w *WhatIfs) loads(ctx context.Context, run queries.Run, month period.Period) ([]uint32, error) {
	shown, err := w.Queries.RunPeriods(ctx, run.ID)
	if err != nil {
		return nil, fmt.Errorf("read the months of run %d: %w", run.ID, err)
	}
	at := slices.IndexFunc(shown, func(p queries.RunPeriod) bool { return p.Period == uint32(month) })
	if at < 0 {
		return nil, fault.New("what_if_no_month", "month", month)
	}
	loads, err := w.Queries.RunLoads(ctx, []uint32{shown[at].ComputedBy})
	if err != nil || len(loads) == 0 {
		return nil, fmt.Errorf("read the loads of run %d: %w", shown[at].ComputedBy, err)
	}
	return loads[0].Loads, nil
}

// checkStart compares what the scenario owes without the change with what the run's new policy says.
func (w *WhatIfs) checkStart(ctx context.Context, figures *queries.Figures, s queries.Scenario) ([]Difference, error) {
	official, err := w.Queries.Owed(ctx, figures.Run.ID, s.Month, place(figures.Run.Scenarios, figures.Pack.DefaultComparison().New))
	if err != nil {
		return nil, fmt.Errorf("add up run %d: %w", figures.Run.ID, err)
	}
	start, err := w.Queries.Owed(ctx, s.ID, s.Month, 1)
	if err != nil {
		return nil, fmt.Errorf("add up scenario %d: %w", s.ID, err)
	}
	if start == official {
		return nil, nil
	}
	return []Difference{{What: "without the change", InSets: strings.Trim(fmt.Sprintf("%v", start), "{}"), InGo: strings.Trim(fmt.Sprintf("%v", official), "{}")}}, nil
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
