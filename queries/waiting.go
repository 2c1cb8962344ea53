package queries

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"jianfu/internal/period"
	"jianfu/internal/store"
)

// Waiting is what was loaded or withdrawn and is not in the figures yet: files whose months the current run computed before they came,
// or before they went.
type Waiting struct {
	Loads     uint64    `json:"loads"`
	Records   uint64    `json:"records"`             // accepted lines of these
	Rejected  uint64    `json:"rejected"`            // rejected lines of these, which are counted among all that were rejected as well
	Withdrawn uint64    `json:"withdrawn,omitempty"` // loads that the figures still have
	LoadedAt  time.Time `json:"loaded_at"`           // or withdrawn
	Part      bool      `json:"part,omitempty"`      // the reader sees a part of the store, and is told no counts of all of it
}

//go:embed load_list/version.sql
var loadsVersionSQL string

// LoadsVersion is a number that grows with every load.
func (q *Queries) LoadsVersion(ctx context.Context) (uint32, error) {
	last, err := store.One[number](ctx, q.db, loadsVersionSQL, nil)
	return last.Number, err
}

// waiting looks for loads that touch a month which was computed without them; nil where there are none. A run over a window
// leaves the other months as they were, so that each month has loads of its own that it knows.
func (f *Figures) waiting(ctx context.Context, visible Visible) (*Waiting, error) {
	shown, err := f.q.RunPeriods(ctx, f.Run.ID)
	if err != nil {
		return nil, err
	}
	var runs []uint32
	for _, p := range shown {
		if !slices.Contains(runs, p.ComputedBy) {
			runs = append(runs, p.ComputedBy)
		}
	}
	known, err := f.q.RunLoads(ctx, runs)
	if err != nil {
		return nil, err
	}
	var found Waiting
	for i := range visible.Loads {
		if l := &visible.Loads[i]; l.waits(shown, known) {
			found.Loads, found.Records, found.Rejected = found.Loads+1, found.Records+l.Accepted, found.Rejected+l.Rejected
			found.LoadedAt = later(found.LoadedAt, l.FinishedAt)
		}
	}
	for _, w := range visible.Withdrawals {
		if w.waits(shown, known) {
			found.Withdrawn, found.LoadedAt = found.Withdrawn+1, later(found.LoadedAt, w.At)
		}
	}
	if found.Loads+found.Withdrawn == 0 {
		return nil, nil
	}
	return &found, nil
}

// waits tells whether a load says something of a month that was computed without it, or brings records of one that the run
// does not show.
func (l *Load) waits(shown []RunPeriod, known []RunLoads) bool {
	for _, p := range shown {
		at := slices.IndexFunc(known, func(k RunLoads) bool { return k.RunID == p.ComputedBy })
		if l.Touches(period.Period(p.Period)) && (at < 0 || !slices.Contains(known[at].Loads, l.ID)) {
			return true
		}
	}
	return l.Kind == "contributions" && slices.ContainsFunc(l.Periods, func(month uint32) bool {
		return !slices.ContainsFunc(shown, func(p RunPeriod) bool { return p.Period == month })
	})
}

// waits tells whether a month was computed with the load that was withdrawn.
func (w *Withdrawal) waits(shown []RunPeriod, known []RunLoads) bool {
	return slices.ContainsFunc(shown, func(p RunPeriod) bool {
		at := slices.IndexFunc(known, func(k RunLoads) bool { return k.RunID == p.ComputedBy })
		return w.Touches(period.Period(p.Period)) && at >= 0 && slices.Contains(known[at].Loads, w.Load) && !slices.Contains(known[at].Loads, w.ID)
	})
}
