package queries

import (
	"context"

	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Reconciliation follows lines and amounts from the files to the figures. Who sees it sees the whole store.
type Reconciliation struct {
	Loads        int
	Read         uint64 // lines of all files
	Accepted     uint64
	Rejected     uint64
	Unchanged    uint64
	UnevenLoads  []uint32 // whose own lines do not add up
	Run          uint32   // the current run; 0 while nothing has been computed
	Waiting      []uint32 // loads that came after it
	Withdrawn    []uint32 // loads that it knows and that were withdrawn after it
	Records      uint64   // contribution records accepted by the loads that the run knows
	Replaced     uint64   // of these, those that later ones of them took the place of
	Back         uint64   // records that were there already, and that count since the load before was withdrawn
	Payable      money.Fen
	ReplacedOut  money.Fen
	Burdens      RunTotal
	Cells        RunTotal
	UnitMonths   RunTotal
	Uncovered    RunTotal
	MonthsBehind bool // the run left months as an earlier run computed them, with fewer loads
}

// LinesAddUp: read = accepted + rejected + unchanged, in each load and in all.
func (r *Reconciliation) LinesAddUp() bool {
	return r.Read == r.Accepted+r.Rejected+r.Unchanged && len(r.UnevenLoads) == 0
}

// Live is how many records the run has to show.
func (r *Reconciliation) Live() uint64 { return r.Records - r.Replaced + r.Back }

// Computed is how many records it shows.
func (r *Reconciliation) Computed() uint64 { return r.Burdens.Records + r.Uncovered.Records }

// LivePayable is what the run has to show as charged.
func (r *Reconciliation) LivePayable() money.Fen { return r.Payable - r.ReplacedOut }

// Charged is what it shows as charged.
func (r *Reconciliation) Charged() money.Fen { return r.Burdens.Charged + r.Uncovered.Charged }

// RecordsAddUp: every live record is computed, or listed as uncovered.
func (r *Reconciliation) RecordsAddUp() bool { return r.Live() == r.Computed() }

// AmountsAddUp: what was charged is what the files say.
func (r *Reconciliation) AmountsAddUp() bool { return r.LivePayable() == r.Charged() }

// TablesAddUp: what pages read are the same sums.
func (r *Reconciliation) TablesAddUp() bool {
	return r.Cells.Charged == r.Burdens.Charged && r.UnitMonths.Charged == r.Burdens.Charged &&
		r.Cells.Owed == r.Burdens.Owed && r.UnitMonths.Owed == r.Burdens.Owed
}

// Good tells whether everything adds up.
func (r *Reconciliation) Good() bool {
	return r.LinesAddUp() && (r.Run == 0 || r.RecordsAddUp() && r.AmountsAddUp() && r.TablesAddUp())
}

// Reconcile follows the lines of all visible loads to the figures of the current run. It adds up the whole store, so that
// its caller asks it for nobody who sees only a part.
func (q *Queries) Reconcile(ctx context.Context) (Reconciliation, error) {
	var r Reconciliation
	visible, err := q.Visible(ctx)
	if err != nil {
		return r, err
	}
	loads := visible.Loads
	run, ok, err := q.CurrentRun(ctx)
	if err != nil {
		return r, err
	}
	used := map[uint32]bool{}
	for _, id := range run.Loads {
		used[id] = true
	}
	r.Loads = len(loads)
	for _, l := range loads {
		r.Read, r.Accepted, r.Rejected, r.Unchanged = r.Read+l.Read, r.Accepted+l.Accepted, r.Rejected+l.Rejected, r.Unchanged+l.Unchanged
		if l.Read != l.Accepted+l.Rejected+l.Unchanged {
			r.UnevenLoads = append(r.UnevenLoads, l.ID)
		}
		if ok && !used[l.ID] {
			r.Waiting = append(r.Waiting, l.ID)
		}
	}
	if !ok {
		return r, nil
	}
	for _, l := range visible.Ended {
		if used[l.ID] {
			r.Withdrawn = append(r.Withdrawn, l.ID)
		}
	}
	r.Run = run.ID
	for _, l := range visible.Ever() {
		if used[l.ID] && l.Kind == "contributions" {
			r.Records, r.Payable = r.Records+l.Accepted, r.Payable+l.Payable
		}
	}
	since, err := q.Balance(ctx, run.Loads)
	if err != nil {
		return r, err
	}
	r.Replaced, r.Back, r.ReplacedOut = since.Out, since.Back, since.Less.Payable
	totals, err := q.RunTotals(ctx, run.ID)
	r.Burdens, r.Cells, r.UnitMonths, r.Uncovered = totals["burdens"], totals["cells"], totals["unit_months"], totals["uncovered"]
	if err == nil {
		r.MonthsBehind, err = q.behind(ctx, run, visible)
	}
	return r, err
}

// behind tells whether a run shows a month as an earlier one computed it, before a load came that has records of that month
// or registers units: then its figures cannot be those of all files.
func (q *Queries) behind(ctx context.Context, run Run, visible Visible) (bool, error) {
	months, err := q.RunPeriods(ctx, run.ID)
	if err != nil {
		return false, err
	}
	var runs []uint32
	for _, m := range months {
		runs = append(runs, m.ComputedBy)
	}
	rows, err := q.RunLoads(ctx, runs)
	if err != nil {
		return false, err
	}
	knew := map[uint32]map[uint32]bool{}
	for _, r := range rows {
		knew[r.RunID] = map[uint32]bool{}
		for _, id := range r.Loads {
			knew[r.RunID][id] = true
		}
	}
	of := map[uint32]interface{ Touches(period.Period) bool }{}
	for _, l := range visible.Ever() {
		of[l.ID] = l
	}
	for _, w := range visible.Withdrawals {
		of[w.ID] = w
	}
	for _, m := range months {
		for _, id := range run.Loads {
			if said := of[id]; said != nil && !knew[m.ComputedBy][id] && said.Touches(period.Period(m.Period)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// Touches tells whether a load has something to say of a month.
func (l Load) Touches(month period.Period) bool {
	for _, p := range l.Periods {
		if m := period.Period(p); m == month || l.Kind == "units" && m <= month {
			return true
		}
	}
	return false
}
