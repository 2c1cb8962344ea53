package queries

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jianfu/internal/money"
	"jianfu/internal/policy"
	"jianfu/internal/store"
)

// HoldReason is one thing by which a run differs too much from the one before. Its words are "hold.<code>", with the values.
type HoldReason struct {
	Code   string            `json:"code"`
	Values map[string]string `json:"values,omitempty"`
}

// What became of a held run.
const (
	HeldWaiting   = "held"
	HeldStale     = "stale" // a later run was published meanwhile
	HeldPublished = "published"
	HeldDropped   = "dropped"
)

// HeldRun is a run that waits, or waited, for somebody to confirm it. Nobody is shown its figures until then.
type HeldRun struct {
	Run
	HeldAt  time.Time    `json:"held_at"`
	Reasons []HoldReason `json:"reasons"`
}

type heldRow struct {
	Run
	HeldAt  time.Time `ch:"held_at"`
	Reasons string    `ch:"reasons"`
}

//go:embed run/held_list.sql
var heldListSQL string

// HeldRuns lists all runs that were ever held, newest first; their state is one of the words above.
func (q *Queries) HeldRuns(ctx context.Context) ([]HeldRun, error) {
	rows, err := store.Select[heldRow](ctx, q.db, heldListSQL, nil)
	if err != nil {
		return nil, err
	}
	held := make([]HeldRun, len(rows))
	for i, r := range rows {
		held[i] = HeldRun{Run: r.Run, HeldAt: r.HeldAt}
		if err := json.Unmarshal([]byte(r.Reasons), &held[i].Reasons); err != nil {
			return nil, fmt.Errorf("read why run %d is held: %w", r.ID, err)
		}
	}
	return held, nil
}

// WaitingRuns are the held runs that can be published, newest first.
func (q *Queries) WaitingRuns(ctx context.Context) ([]HeldRun, error) {
	held, err := q.HeldRuns(ctx)
	return slices.DeleteFunc(held, func(h HeldRun) bool { return h.State != HeldWaiting }), err
}

// HoldRun writes the row of a run that is held.
func (q *Queries) HoldRun(ctx context.Context, h HeldRun) error {
	reasons, err := json.Marshal(h.Reasons)
	if err != nil {
		return err
	}
	return store.Insert(ctx, q.db, `INSERT INTO held_runs (run_id, started_at, finished_at, program, pack_id, pack_title, pack_hash,
		first_effect, scenarios, loads, computed, data_from, data_to, records, uncovered, estimates, rule,
		comparisons, comparison_records, comparison_uncovered, comparison_estimates, sample_checked, sample_differs,
		failure, held_at, reasons)`, []heldRow{{h.Run, h.HeldAt, string(reasons)}})
}

// Weight is what a month of a run adds up to under its default comparison, both payers together.
type Weight struct {
	Period  uint32    `ch:"period"`
	Charged money.Fen `ch:"charged_sum"`
	Old     money.Fen `ch:"old_sum"`
	New     money.Fen `ch:"new_sum"`
}

//go:embed run/weights.sql
var weightsSQL string

// Weights are those of a run, published or not, by month. They are for deciding whether it is published.
func (q *Queries) Weights(ctx context.Context, run Run, pack *policy.Pack) ([]Weight, error) {
	f := &Figures{q: q, Run: run, Pack: pack}
	steps, err := f.steps("")
	if err != nil {
		return nil, err
	}
	return store.Select[Weight](ctx, q.db, weightsSQL, store.Params{"run": run.ID, "old": steps[0], "new": steps[len(steps)-1]})
}

// UncoveredPart is a city and insurance for which a pack has no rate.
type UncoveredPart struct {
	City      string `ch:"city"`
	Insurance string `ch:"of_insurance"`
	First     uint32 `ch:"first_month"`
	Last      uint32 `ch:"last_month"`
	Records   uint64 `ch:"lines"`
}

//go:embed run/uncovered_parts.sql
var uncoveredPartsSQL string

// UncoveredParts are the parts with most records that a run's pack has no rate for.
func (q *Queries) UncoveredParts(ctx context.Context, run Run, pack *policy.Pack, rows int) ([]UncoveredPart, error) {
	f := &Figures{q: q, Run: run, Pack: pack}
	steps, err := f.steps("")
	if err != nil {
		return nil, err
	}
	return store.Select[UncoveredPart](ctx, q.db, uncoveredPartsSQL, store.Params{"run": run.ID, "old": steps[0], "rows": rows})
}
