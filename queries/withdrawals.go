package queries

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"time"

	"jianfu/internal/period"
	"jianfu/internal/store"
)

// firstWithdrawal is above the numbers of all loads. A list of what counted at a time holds loads and withdrawals, so that rows that
// either of them wrote are found by it.
const firstWithdrawal = 1 << 31

// Withdrawal is the end of a load: it counts no more. Its rows stay, so that figures from before can still be explained.
type Withdrawal struct {
	ID      uint32    `ch:"withdrawal" json:"-"`
	Load    uint32    `ch:"load_id" json:"load"`
	Kind    string    `ch:"kind" json:"kind"` // of the load
	At      time.Time `ch:"withdrawn_at" json:"at"`
	Account string    `ch:"account" json:"by"`
	Reason  string    `ch:"reason" json:"reason"`
	Periods []uint32  `ch:"periods" json:"-"`     // months that it touches, as those of a load
	Gone    uint64    `ch:"gone" json:"gone"`     // records, or registrations, of the load that counted until then
	Back    uint64    `ch:"back" json:"in_force"` // records of other loads that count again
}

// Touches tells whether a withdrawal has something to say of a month.
func (w Withdrawal) Touches(month period.Period) bool {
	return Load{Kind: w.Kind, Periods: w.Periods}.Touches(month)
}

// Visible is what counts of all that was loaded.
type Visible struct {
	Loads       []Load // those that were not withdrawn, oldest first
	Ended       []Load // those that were, oldest first
	Withdrawals []Withdrawal
}

// IDs are the numbers of the loads and of the withdrawals: together they say which records stand.
func (v Visible) IDs() []uint32 { return append(LoadIDs(v.Loads), v.WithdrawalIDs()...) }

// WithdrawalIDs are the numbers of the withdrawals.
func (v Visible) WithdrawalIDs() []uint32 {
	ids := make([]uint32, len(v.Withdrawals))
	for i, w := range v.Withdrawals {
		ids[i] = w.ID
	}
	return ids
}

// Visible lists the loads that count and what was withdrawn.
func (q *Queries) Visible(ctx context.Context) (v Visible, err error) {
	if v.Withdrawals, err = q.Withdrawals(ctx); err != nil {
		return v, err
	}
	ended := map[uint32]bool{}
	for _, w := range v.Withdrawals {
		ended[w.Load] = true
	}
	ever, err := store.Select[Load](ctx, q.db, loadsSQL, store.Params{"withdrawn": true})
	for _, l := range ever {
		if ended[l.ID] {
			v.Ended = append(v.Ended, l)
		} else {
			v.Loads = append(v.Loads, l)
		}
	}
	return v, err
}

// Ever are all loads that were ever visible, oldest first.
func (v Visible) Ever() []Load {
	ever := slices.Concat(v.Loads, v.Ended)
	slices.SortFunc(ever, func(a, b Load) int { return cmp.Compare(a.ID, b.ID) })
	return ever
}

// Find returns the withdrawal of a load; nil where it was not withdrawn.
func (v Visible) Find(load uint32) *Withdrawal {
	for i := range v.Withdrawals {
		if v.Withdrawals[i].Load == load {
			return &v.Withdrawals[i]
		}
	}
	return nil
}

//go:embed load/withdrawals.sql
var withdrawalsSQL string

// Withdrawals lists the loads that were withdrawn, as they were. It names no unit and no region, so that it takes no scope.
func (q *Queries) Withdrawals(ctx context.Context) ([]Withdrawal, error) {
	return store.Select[Withdrawal](ctx, q.db, withdrawalsSQL, nil)
}

// Files are the loads of the run, without the withdrawals before it.
func (r Run) Files() []uint32 {
	return slices.DeleteFunc(slices.Clone(r.Loads), func(id uint32) bool { return id >= firstWithdrawal })
}

// NextWithdrawal takes a number that no withdrawal has taken before, killed ones included. The caller holds the store's lock.
func (q *Queries) NextWithdrawal(ctx context.Context, now time.Time) (uint32, error) {
	number, err := q.NextLoad(ctx, now)
	return firstWithdrawal + number, err
}

//go:embed load/withdraw.sql
var withdrawSQL string

//go:embed load/withdrawn.sql
var withdrawnSQL string

// Unsettle works out what stands once a load of records is withdrawn, and marks it; nothing of it is visible before the withdrawal is
// published. others are the other loads that share keys with it; visible is all that counts, the load included. later are the
// loads that had replaced records of it.
func (q *Queries) Unsettle(ctx context.Context, w *Withdrawal, load Load, others []uint32, visible Visible) (later []uint32, err error) {
	if len(others) > 0 {
		p := store.Params{"withdrawal": w.ID, "load": load.ID, "loads": append(slices.Clone(others), visible.WithdrawalIDs()...), "from_key": load.FirstKey, "to_key": load.LastKey}
		if err := q.db.Exec(ctx, withdrawSQL, p); err != nil {
			return nil, err
		}
	}
	type row struct {
		Gone    uint64   `ch:"gone"`
		Back    uint64   `ch:"back"`
		Periods []uint32 `ch:"periods"`
		Later   []uint32 `ch:"later"`
	}
	found, err := store.One[row](ctx, q.db, withdrawnSQL, store.Params{"withdrawal": w.ID, "load": load.ID, "loads": visible.IDs()})
	w.Gone, w.Back, w.Periods = found.Gone, found.Back, append([]uint32{}, found.Periods...)
	return found.Later, err
}

// PublishWithdrawal makes a withdrawal visible: all of it at once.
func (q *Queries) PublishWithdrawal(ctx context.Context, w Withdrawal) error {
	return store.Insert(ctx, q.db, "INSERT INTO withdrawals (withdrawal, load_id, kind, withdrawn_at, account, reason, periods, gone, back)", []Withdrawal{w})
}

//go:embed load/balance.sql
var balanceSQL string

// Balance is what has changed of records since their own loads counted them.
type Balance struct {
	Out  uint64  `ch:"out_records"`  // accepted, and replaced by later loads since
	Back uint64  `ch:"back_records"` // there already when they were loaded, and standing now that the load before was withdrawn
	Less Amounts `ch:"-"`            // what the two take off the totals that the loads counted
}

// Balance adds up what has changed of the records of some loads, by these and by withdrawals.
func (q *Queries) Balance(ctx context.Context, loads []uint32) (Balance, error) {
	type row struct {
		Balance
		Amounts
	}
	found, err := store.One[row](ctx, q.db, balanceSQL, store.Params{"loads": loads})
	found.Less = found.Amounts
	return found.Balance, err
}

//go:embed load/orphans.sql
var orphansSQL string

// Orphans are the units of which loads hold records and that only one other load registers.
type Orphans struct {
	Units   uint64   `ch:"units"`
	Example string   `ch:"example"`
	Loads   []uint32 `ch:"loads"` // that hold the records
}

// Orphans looks for the units that only a load registers and of which the others hold records. It is for deciding whether the load can
// be withdrawn.
func (q *Queries) Orphans(ctx context.Context, load uint32, others []uint32) (Orphans, error) {
	return store.One[Orphans](ctx, q.db, orphansSQL, store.Params{"load": load, "others": others})
}

//go:embed report/signed_with.sql
var signedWithSQL string

// SignedReport is a report that was signed or sent.
type SignedReport struct {
	ID    string `ch:"id" json:"id"`
	Title string `ch:"title" json:"title"`
	State string `ch:"state" json:"state"`
	Run   uint32 `ch:"run_id" json:"run"`
}

// SignedWith lists the reports that were signed or sent with figures that had a load. It is for who may withdraw the load.
func (q *Queries) SignedWith(ctx context.Context, load uint32) ([]SignedReport, error) {
	return store.Select[SignedReport](ctx, q.db, signedWithSQL, store.Params{"load": load})
}
