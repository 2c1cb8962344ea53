package queries

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// RunEntry is one recompute in the list of all.
type RunEntry struct {
	Run
	Actor   string `ch:"actor" json:"by"`        // who began it; "" where the audit log does not know
	Dropped bool   `ch:"dropped" json:"dropped"` // its figures are given up
	Current bool   `ch:"-" json:"current"`       // readers see it
}

// Readable tells whether the run's figures can be read.
func (r RunEntry) Readable() bool { return r.State == "published" && !r.Dropped }

//go:embed run/list.sql
var runListSQL string

// Runs lists all recomputes that came to an end, newest first. It names no unit; its counts are of the whole store.
func (q *Queries) Runs(ctx context.Context) ([]RunEntry, error) {
	runs, err := store.Select[RunEntry](ctx, q.db, runListSQL, nil)
	if i := slices.IndexFunc(runs, func(r RunEntry) bool { return r.State == "published" }); i >= 0 {
		runs[i].Current = true
	}
	return runs, err
}

// PackOf is the policy pack of a run, as it was.
func (q *Queries) PackOf(ctx context.Context, run Run) (*policy.Pack, error) {
	f, err := q.figuresOf(ctx, run)
	if err != nil {
		return nil, err
	}
	return f.Pack, nil
}

// FiguresOf takes the figures of one run, current or not. The problem run_unknown says that no such run was published, and
// run_dropped that its figures are given up.
func (q *Queries) FiguresOf(ctx context.Context, run uint32) (*Figures, error) {
	runs, err := q.Runs(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(runs, func(r RunEntry) bool { return r.ID == run && r.State == "published" })
	if i < 0 {
		return nil, problem.New("run_unknown", "run", run)
	}
	if runs[i].Dropped {
		return nil, problem.New("run_dropped", "run", run)
	}
	return q.figuresOf(ctx, runs[i].Run)
}

//go:embed run/all_periods.sql
var allPeriodsSQL string

// PeriodsOfRuns lists the months that some runs show, by run and month.
func (q *Queries) PeriodsOfRuns(ctx context.Context, runs []uint32) ([]RunPeriod, error) {
	return store.Select[RunPeriod](ctx, q.db, allPeriodsSQL, store.Params{"runs": runs})
}

//go:embed run/held.sql
var heldSQL string

// Held is the space that a run's own rows take in one table.
type Held struct {
	RunID uint32 `ch:"run_id"`
	Table string `ch:"held_in"`
	Bytes uint64 `ch:"bytes"`
}

// HeldByRuns lists what runs take, finished or killed, by run and table.
func (q *Queries) HeldByRuns(ctx context.Context) ([]Held, error) {
	return store.Select[Held](ctx, q.db, heldSQL, nil)
}

// GiveUpRuns notes that the figures of runs are given up: nobody reads them from now on.
func (q *Queries) GiveUpRuns(ctx context.Context, runs []uint32, now time.Time) error {
	type row struct {
		RunID     uint32    `ch:"run_id"`
		DroppedAt time.Time `ch:"dropped_at"`
	}
	rows := make([]row, len(runs))
	for i, run := range runs {
		rows[i] = row{run, now}
	}
	return store.Insert(ctx, q.db, "INSERT INTO dropped_runs (run_id, dropped_at)", rows)
}

//go:embed run/drop.sql
var dropSQL string

// DropHeld drops a run's own rows in one table. The caller holds the store's lock and knows that no run needs them.
func (q *Queries) DropHeld(ctx context.Context, h Held) error {
	return q.db.Exec(ctx, dropSQL, store.Params{"held_in": h.Table, "run": h.RunID})
}
