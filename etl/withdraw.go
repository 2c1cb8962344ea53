package etl

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jianfu/etl/reader"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Withdrawn is what became of a load that was withdrawn.
type Withdrawn struct {
	queries.Withdrawal
	File    string                 `json:"file"`
	Later   []uint32               `json:"later_loads"`    // that had replaced records of it; these stand as they are
	Reports []queries.SignedReport `json:"signed_reports"` // with figures that had the load; they stay as they are
	Shown   bool                   `json:"still_shown"`    // the current run has the load, so that figures change with the next
}

// Withdraw takes a load back: its records or registrations count no more, and the versions that they had replaced count again. It is
// done whole or not at all, and may be killed and called again; figures change with the next recompute. The caller holds the store's
// lock.
func Withdraw(ctx context.Context, q *queries.Queries, by access.Principal, load uint32, reason string, now func() time.Time) (Withdrawn, error) {
	reason, err := audit.Reason(reason)
	if err != nil {
		return Withdrawn{}, err
	}
	visible, err := q.Visible(ctx)
	if err != nil {
		return Withdrawn{}, fmt.Errorf("list the loads: %w", err)
	}
	row, err := standing(visible, load)
	if err != nil {
		return Withdrawn{}, err
	}
	w := Withdrawn{File: row.File, Later: []uint32{}, Reports: []queries.SignedReport{},
		Withdrawal: queries.Withdrawal{Load: load, Kind: row.Kind, Account: by.Actor(), Reason: reason, Periods: []uint32{}}}
	switch row.Kind {
	case reader.KindContributions.String():
		err = w.records(ctx, q, row, visible, now())
	case reader.KindUnits.String():
		err = w.units(ctx, q, row, visible, now())
	default:
		err = problem.New("load_withdraw_issues", "load", load)
	}
	if err != nil {
		return w, err
	}
	if err := w.look(ctx, q); err != nil {
		return w, err
	}
	w.At = now()
	entry := audit.By(by, audit.LoadWithdrawn, fmt.Sprint(load), "file", row.File, "hash", row.Hash, "gone", w.Gone, "back", w.Back).Because(reason)
	return w, audit.New(q, time.Now).Do(ctx, entry, func(ctx context.Context) error { return q.PublishWithdrawal(ctx, w.Withdrawal) })
}

// standing finds a load that can be withdrawn.
func standing(visible queries.Visible, load uint32) (queries.Load, error) {
	if i := slices.IndexFunc(visible.Loads, func(l queries.Load) bool { return l.ID == load }); i >= 0 {
		return visible.Loads[i], nil
	}
	if w := visible.Find(load); w != nil {
		return queries.Load{}, problem.New("load_withdrawn", "load", load, "by", w.Account, "at", w.At.Local().Format("2006-01-02 15:04"), "reason", w.Reason)
	}
	return queries.Load{}, problem.New("load_unknown", "load", load)
}

// records works out which records of other loads stand once one of records is withdrawn.
func (w *Withdrawn) records(ctx context.Context, q *queries.Queries, row queries.Load, visible queries.Visible, now time.Time) error {
	others := sharingKeys(withRecords(visible.Loads), row)
	others = slices.DeleteFunc(others, func(id uint32) bool { return id == row.ID })
	var err error
	if w.ID, err = q.NextWithdrawal(ctx, now); err != nil {
		return fmt.Errorf("take the number of a withdrawal: %w", err)
	}
	later, err := q.Unsettle(ctx, &w.Withdrawal, row, others, visible)
	if err != nil {
		return fmt.Errorf("work out what stands without load %d: %w", row.ID, err)
	}
	w.Later = append(w.Later, later...)
	return nil
}

// units sees to it that no record is left without a registration: neither of a unit that nobody else registers, nor of one that a
// later file has confirmed, whose lines were not kept since they said what was there already.
func (w *Withdrawn) units(ctx context.Context, q *queries.Queries, row queries.Load, visible queries.Visible, now time.Time) error {
	var others []uint32
	for _, l := range visible.Loads {
		switch {
		case l.ID == row.ID:
			continue
		case l.ID > row.ID && l.Kind == row.Kind && l.Unchanged > 0:
			return problem.New("load_withdraw_confirmed", "load", row.ID, "later", l.ID, "file", l.File, "lines", l.Unchanged)
		}
		others = append(others, l.ID)
	}
	orphans, err := q.Orphans(ctx, row.ID, others)
	if err != nil {
		return fmt.Errorf("look for units that only load %d registers: %w", row.ID, err)
	}
	if orphans.Units > 0 {
		return problem.New("load_withdraw_orphans", "load", row.ID, "units", orphans.Units, "unit", orphans.Example, "loads", numbers(orphans.Loads))
	}
	w.Gone, w.Periods = row.Accepted, append(w.Periods, 0) // the earliest registration of a unit holds for all months before it too
	if w.ID, err = q.NextWithdrawal(ctx, now); err != nil {
		return fmt.Errorf("take the number of a withdrawal: %w", err)
	}
	return nil
}

// look finds what was made with the load and does not change by itself.
func (w *Withdrawn) look(ctx context.Context, q *queries.Queries) error {
	signed, err := q.SignedWith(ctx, w.Load)
	if err != nil {
		return fmt.Errorf("look for reports with load %d: %w", w.Load, err)
	}
	w.Reports = append(w.Reports, signed...)
	run, ok, err := q.CurrentRun(ctx)
	if err != nil {
		return fmt.Errorf("read the current run: %w", err)
	}
	w.Shown = ok && slices.Contains(run.Loads, w.Load)
	return nil
}
