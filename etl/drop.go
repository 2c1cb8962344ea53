package etl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/queries"
)

// Dropped is what DropRuns gave up.
type Dropped struct {
	Runs  []uint32 `json:"runs"`  // whose figures can be read no longer, newest first
	Kept  []uint32 `json:"kept"`  // whose figures can be read, newest first
	Freed []uint32 `json:"freed"` // runs, published, failed or killed, whose own rows are gone, in order
	Bytes uint64   `json:"bytes"` // on disk
}

// DropRuns keeps the figures of the latest published runs, so many of them, the current one always among them, and gives
// up those of all others, but those that a scenario which somebody saved is compared with. The rows of an older run stay as long as a run that is kept shows months of it; those of runs
// that failed or were killed before the current one go. It may be killed at any point and run again: first it notes what
// is given up, which nobody reads from then on, and then frees whatever no kept run needs, of earlier tries too. The
// caller holds the store's lock, so that no run is on its way.
func DropRuns(ctx context.Context, q *queries.Queries, by access.Principal, keep int, now func() time.Time) (Dropped, error) {
	d := Dropped{Runs: []uint32{}, Kept: []uint32{}, Freed: []uint32{}}
	runs, err := q.Runs(ctx)
	if err != nil {
		return d, fmt.Errorf("list the runs: %w", err)
	}
	bases, err := savedBases(ctx, q)
	if err != nil {
		return d, err
	}
	for _, r := range runs {
		switch {
		case !r.Readable():
		case len(d.Kept) < max(keep, 1) || bases[r.ID]:
			d.Kept = append(d.Kept, r.ID)
		default:
			d.Runs = append(d.Runs, r.ID)
		}
	}
	if len(d.Kept) == 0 {
		return d, nil
	}
	needed, err := neededBy(ctx, q, d.Kept)
	if err != nil {
		return d, err
	}
	held, err := q.HeldByRuns(ctx)
	if err != nil {
		return d, fmt.Errorf("look at what runs hold: %w", err)
	}
	held = slices.DeleteFunc(held, func(h queries.Held) bool { return h.RunID >= d.Kept[0] || needed[h.RunID] })
	if len(d.Runs)+len(held) == 0 {
		return d, nil
	}
	for _, h := range held {
		d.Bytes += h.Bytes
		if !slices.Contains(d.Freed, h.RunID) {
			d.Freed = append(d.Freed, h.RunID)
		}
	}
	entry := audit.By(by, audit.RunsDropped, numbers(d.Runs), "kept", numbers(d.Kept), "freed", numbers(d.Freed), "bytes", d.Bytes)
	return d, audit.New(q, time.Now).Do(ctx, entry, func(context.Context) error { return d.free(ctx, q, held, now()) })
}

// numbers writes numbers with blanks between.
func numbers(list []uint32) string { return strings.Trim(fmt.Sprint(list), "[]") }

// free notes which runs are given up, and drops the rows that no kept run needs.
func (d *Dropped) free(ctx context.Context, q *queries.Queries, held []queries.Held, now time.Time) error {
	if err := q.GiveUpRuns(ctx, d.Runs, now); err != nil {
		return fmt.Errorf("give up runs %v: %w", d.Runs, err)
	}
	for _, h := range held {
		if err := q.DropHeld(ctx, h); err != nil {
			return fmt.Errorf("drop run %d in %s: %w", h.RunID, h.Table, err)
		}
	}
	return nil
}

// savedBases are the runs that saved scenarios are compared with. The scenarios' own rows bear numbers far above those of runs, which
// nothing here drops.
func savedBases(ctx context.Context, q *queries.Queries) (map[uint32]bool, error) {
	scenarios, err := q.Scenarios(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the scenarios: %w", err)
	}
	bases := map[uint32]bool{}
	for _, s := range scenarios {
		if s.Saved != nil {
			bases[s.BaseRun] = true
		}
	}
	return bases, nil
}

// neededBy are the runs themselves and those whose months they show.
func neededBy(ctx context.Context, q *queries.Queries, runs []uint32) (map[uint32]bool, error) {
	periods, err := q.PeriodsOfRuns(ctx, runs)
	if err != nil {
		return nil, fmt.Errorf("read the months of runs %v: %w", runs, err)
	}
	needed := map[uint32]bool{}
	for _, p := range periods {
		needed[p.RunID], needed[p.ComputedBy] = true, true
	}
	return needed, nil
}
