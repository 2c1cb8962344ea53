package queries

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/store"
)

// UnitDifference is why one unit moved, worked out record by record with the rule in Go.
type UnitDifference struct {
	UnitID string
	Name   string
	Months []UnitMonthMove
	// The registrations of the unit do not all lie in the reader's regions: then nothing of what stands behind the
	// months is there.
	Outside bool
	// The unit has more records than are worked out while somebody waits; its months then have no parts.
	TooMany       bool
	Records       []RecordChange
	Registrations []RegistrationChange
	Policy        []PolicyChange // rows that may concern the unit; all packs being equal, none
}

// UnitMonthMove is what two runs give of a unit's month, and the parts of the movement, which add up to it exactly: first the records
// change, then the registration, then the policy, each upon the ones before. What is left is the program's.
type UnitMonthMove struct {
	Period     period.Period
	Before     Burden
	After      Burden
	Added      bool   // the month is only in the later run
	Removed    bool   // the month is only in the earlier run
	Split      bool   // the parts were worked out
	Cause      string // of the month as the list of movements has it, for where they were not; several joined by +
	ByRecords  Burden
	ByRegister Burden
	ByPolicy   Burden
	ByProgram  Burden
	beforeRun  uint32
	afterRun   uint32
}

// Moved is after − before.
func (m *UnitMonthMove) Moved() Burden { return m.After.minus(m.Before) }

func (b Burden) minus(other Burden) Burden {
	return Burden{b.Old - other.Old, b.New - other.New, b.Charged - other.Charged}
}

func (b Burden) plus(other Burden) Burden {
	return Burden{b.Old + other.Old, b.New + other.New, b.Charged + other.Charged}
}

// RecordChange are a unit's records of one month, insurance and load that one run has and the other does not.
type RecordChange struct {
	Period    period.Period
	Insurance contribution.Insurance
	Kind      string // added, replaced (by the load), removed (it came with the load)
	Load      uint32
	Records   int
	Wage      money.Fen // by how much the wages changed
	Charged   money.Fen // by how much the payable amounts changed, both payers
}

// RegistrationChange is a field of a unit's registration that one run has otherwise, for some months.
type RegistrationChange struct {
	Field     string // as in files
	Then, Now string
	Months    []period.Period
}

// PolicyChange is a difference between the packs, with the document of the row.
type PolicyChange struct {
	policy.Change
	DocumentNo string `json:"document_no"`
	Measure    string `json:"-"` // title of the row's measure, "" of none
}

// mostRecords is how many records of a unit are worked out while somebody waits.
const mostRecords = 20_000

//go:embed difference/unit_months.sql
var differenceUnitMonthsSQL string

//go:embed difference/records.sql
var differenceRecordsSQL string

// Unit works out why one unit moved. The view is complete; of its narrowing the insurance counts, and the rest as for any list. No
// month of a unit that did not move, or that the reader must not see, is there.
func (d *Difference) Unit(ctx context.Context, scope filter.Scope, v View, unit string) (UnitDifference, error) {
	u := UnitDifference{UnitID: unit}
	if err := d.unitMonths(ctx, scope, v, &u); err != nil || len(u.Months) == 0 {
		return u, err
	}
	loads, err := d.q.Loads(ctx)
	if err != nil {
		return u, err
	}
	visible := LoadIDs(loads)
	versions, err := d.q.UnitVersions(ctx, filter.Everything(), visible, []string{unit})
	if err != nil {
		return u, err
	}
	for _, version := range versions {
		u.Outside = u.Outside || !scope.Allows(version.RegionCode)
		if scope.Allows(version.RegionCode) {
			u.Name = version.Name
		}
	}
	if u.Outside {
		return u, nil
	}
	w := unitWork{d: d, scope: scope, view: v, visible: visible, unit: &u}
	return u, w.explain(ctx)
}

func (d *Difference) unitMonths(ctx context.Context, scope filter.Scope, v View, u *UnitDifference) error {
	p, err := d.params(ctx, scope, v)
	if err != nil {
		return err
	}
	p["unit"] = u.UnitID
	type row struct {
		Period      uint32    `ch:"period"`
		OldThen     money.Fen `ch:"old_then"`
		NewThen     money.Fen `ch:"new_then"`
		ChargedThen money.Fen `ch:"charged_then"`
		OldNow      money.Fen `ch:"old_now"`
		NewNow      money.Fen `ch:"new_now"`
		ChargedNow  money.Fen `ch:"charged_now"`
		Cause       string    `ch:"why"`
	}
	rows, err := store.Select[row](ctx, d.q.db, differenceUnitMonthsSQL, p)
	if err != nil {
		return err
	}
	moved, err := d.MovedMonths(ctx, v.Window)
	if err != nil {
		return err
	}
	by := map[period.Period]MovedMonth{}
	for _, m := range moved {
		by[m.Period] = m
	}
	for _, r := range rows {
		m := by[period.Period(r.Period)]
		u.Months = append(u.Months, UnitMonthMove{Period: m.Period, Before: Burden{r.OldThen, r.NewThen, r.ChargedThen},
			After: Burden{r.OldNow, r.NewNow, r.ChargedNow}, Added: m.Before == 0, Removed: m.After == 0, Cause: r.Cause, beforeRun: m.Before, afterRun: m.After})
	}
	return nil
}

// unitWork is the work on one unit.
type unitWork struct {
	d       *Difference
	scope   filter.Scope
	view    View
	visible []uint32
	unit    *UnitDifference
}

// known is what a run knew of a unit when it computed a month.
type known struct {
	records  []loadedRecord
	versions []contribution.Unit
}

// loadedRecord is a record with the load that it came with.
type loadedRecord struct {
	contribution.Record
	load uint32
}

// explain goes through the months, together those that the same two runs computed.
func (w *unitWork) explain(ctx context.Context) error {
	groups := map[[2]uint32][]*UnitMonthMove{}
	var runs []uint32
	for i := range w.unit.Months {
		m := &w.unit.Months[i]
		key := [2]uint32{m.beforeRun, m.afterRun}
		groups[key] = append(groups[key], m)
		runs = append(runs, m.beforeRun, m.afterRun)
	}
	rows, err := w.d.q.RunLoads(ctx, runs)
	if err != nil {
		return err
	}
	loads := map[uint32][]uint32{}
	for _, r := range rows {
		loads[r.RunID] = r.Loads
	}
	registrations := map[[3]string][]period.Period{}
	for _, key := range slices.SortedFunc(maps.Keys(groups), func(a, b [2]uint32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }) {
		months := groups[key]
		then, err := w.knownBy(ctx, loads[key[0]], months)
		if err != nil {
			return err
		}
		now, err := w.knownBy(ctx, loads[key[1]], months)
		if err != nil {
			return err
		}
		if w.unit.TooMany {
			return nil
		}
		w.unit.Records = append(w.unit.Records, recordChanges(then.records, now.records)...)
		for _, m := range months {
			for _, c := range registrationChanges(then.versions, now.versions, m.Period) {
				registrations[c] = append(registrations[c], m.Period)
			}
		}
		if err := w.split(then, now, months); err != nil {
			return err
		}
	}
	w.unit.Records = inOrder(w.unit.Records)
	for _, c := range slices.SortedFunc(maps.Keys(registrations), func(a, b [3]string) int { return slices.Compare(a[:], b[:]) }) {
		w.unit.Registrations = append(w.unit.Registrations, RegistrationChange{c[0], c[1], c[2], registrations[c]})
	}
	w.unit.Policy, err = w.policy(ctx)
	return err
}

// knownBy reads what stood in some loads; nothing of none.
func (w *unitWork) knownBy(ctx context.Context, loads []uint32, months []*UnitMonthMove) (known, error) {
	var k known
	if len(loads) == 0 {
		return k, nil
	}
	periods := make([]uint32, len(months))
	for i, m := range months {
		periods[i] = uint32(m.Period)
	}
	type row struct {
		LoadID uint32 `ch:"load_id"`
		recordRow
	}
	rows, err := store.Select[row](ctx, w.d.q.db, differenceRecordsSQL, store.Params{"unit": w.unit.UnitID, "periods": periods,
		"loads": loads, "visible": w.visible, "scope": w.scope.Prefixes(), "most": mostRecords + 1})
	if err != nil {
		return k, err
	}
	w.unit.TooMany = w.unit.TooMany || len(rows) > mostRecords
	for _, r := range rows {
		k.records = append(k.records, loadedRecord{r.record(), r.LoadID})
	}
	k.versions, err = w.d.q.UnitVersions(ctx, w.scope, loads, []string{w.unit.UnitID})
	return k, err
}

// split works out the parts of the months' movements: the burden by what the earlier run knew, then with the later
// records, then with the later registrations too, then with the later policy too.
func (w *unitWork) split(then, now known, months []*UnitMonthMove) error {
	if len(then.versions) == 0 {
		then.versions = now.versions
	}
	if len(now.versions) == 0 {
		now.versions = then.versions
	}
	steps := []struct {
		figures *Figures
		known
	}{
		{w.d.Before, then},
		{w.d.Before, known{now.records, then.versions}},
		{w.d.Before, now},
		{w.d.After, now},
	}
	var sums [4]map[period.Period]Burden
	for i, step := range steps {
		var err error
		if sums[i], err = w.assess(step.figures, step.known); err != nil {
			return err
		}
	}
	for _, m := range months {
		if m.Added || m.Removed {
			continue
		}
		at := func(i int) Burden { return sums[i][m.Period] }
		m.Split = true
		m.ByRecords, m.ByRegister, m.ByPolicy = at(1).minus(at(0)), at(2).minus(at(1)), at(3).minus(at(2))
		m.ByProgram = m.Moved().minus(at(3).minus(at(0)))
	}
	return nil
}

// assess adds up the view's burden of a unit by month.
func (w *unitWork) assess(f *Figures, k known) (map[period.Period]Burden, error) {
	comparison, err := f.Pack.Comparison(w.view.Comparison)
	if err != nil {
		return nil, err
	}
	records := make([]contribution.Record, len(k.records))
	for i, r := range k.records {
		records[i] = r.Record
	}
	assessment, err := burden.Assess(f.Pack, comparison, k.versions, records)
	if err != nil {
		return nil, fmt.Errorf("work out unit %s: %w", w.unit.UnitID, err)
	}
	sums := map[period.Period]Burden{}
	for _, l := range assessment.Lines {
		version, _ := burden.VersionFor(k.versions, l.Period)
		if !slices.Contains(w.view.Payers, l.Payer) || !holds(w.view.Narrow, version, l.Insurance) {
			continue
		}
		sums[l.Period] = sums[l.Period].plus(Burden{l.Old, l.New, l.Charged})
	}
	return sums, nil
}

// holds tells whether a narrowed view has a unit that is registered so, and the insurance.
func holds(n Narrow, u contribution.Unit, insurance contribution.Insurance) bool {
	return n.Holds(u) && (n.Insurance == "" || n.Insurance == insurance.String())
}
