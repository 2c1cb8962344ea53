package queries_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/queries"
)

// chargeKey is a person's month and insurance in a county.
type chargeKey struct {
	in        queries.InCounty
	period    uint32
	insurance string
	person    uint64
}

// chargeSums are what the records of a chargeKey charge too much, and what gives it back.
type chargeSums struct {
	tooMuch          map[string]int64
	refunded, offset int64
	records          uint64
}

// chargesInGo are the charges of records by the rule in Go; keys that are all right are left out.
func chargesInGo(t *testing.T, f *queries.Figures, view queries.View, versions map[string][]contribution.Unit, records []contribution.Record) map[chargeKey]*chargeSums {
	t.Helper()
	comparison, err := f.Pack.Comparison(view.Comparison)
	if err != nil {
		t.Fatal(err)
	}
	duplicates := burden.Duplicates(records)
	sums := map[chargeKey]*chargeSums{}
	for _, r := range records {
		unit, known := burden.VersionFor(versions[r.UnitID], r.Period)
		if !known {
			t.Fatalf("no unit %s", r.UnitID)
		}
		trace, err := burden.Explain(f.Pack, comparison, unit, r, duplicates[r.ID])
		if err != nil {
			t.Fatal(err)
		}
		if trace.Treatment == burden.Uncovered || r.Period < view.Window.From {
			continue
		}
		key := chargeKey{queries.InCounty{Unit: r.UnitID, Region: unit.RegionCode}, uint32(r.Period), r.Insurance.String(), r.Person}
		if sums[key] == nil {
			sums[key] = &chargeSums{tooMuch: map[string]int64{}}
		}
		s := sums[key]
		if trace.Treatment != burden.Refunded {
			s.records++
		}
		for _, reason := range trace.Charges[0].Reasons {
			switch amount := int64(reason.Amount); {
			case trace.Treatment == burden.Refunded:
				s.refunded -= amount
			case amount > 0:
				s.tooMuch[reason.Reason.String()] += amount
			case reason.Reason.String() == "amount_mismatch":
				s.offset -= amount
			}
		}
	}
	maps.DeleteFunc(sums, func(_ chargeKey, s *chargeSums) bool { return len(s.tooMuch) == 0 && s.refunded == 0 && s.offset == 0 })
	return sums
}

// TestChargesInSQLAreThoseInGo: random records under a random pack, then some of them declared anew: what each person is
// charged too much, before and after, is to the fen what the rule in Go says.
func TestChargesInSQLAreThoseInGo(t *testing.T) {
	q, pack, random := fixture.Open(t), fixture.RandomPack(t, 21), fixture.NewRandom(21, 120)
	random.Obey(t, pack)
	fixture.Load(t, q, random.UnitsFile(), random.RecordsFile())
	fixture.Recompute(t, q, pack)
	first := figuresOf(t, q).Run
	changed := *random
	changed.Records = nil
	for i, r := range random.Records {
		if i%5 == 0 {
			r.EmployerAmount += money.Fen(i%7) * 100 * map[bool]money.Fen{true: -1, false: 1}[r.EntryType == contribution.Refund]
			changed.Records = append(changed.Records, r)
		}
	}
	fixture.Load(t, q, changed.RecordsFile())
	fixture.Recompute(t, q, pack)
	f := figuresOf(t, q)
	units := map[string][]contribution.Unit{}
	for _, u := range random.Units {
		units[u.ID] = append(units[u.ID], u)
	}
	ids := slices.Sorted(maps.Keys(units))
	months := []uint32{}
	for _, m := range fixture.Months {
		months = append(months, uint32(m))
	}
	for _, comparison := range pack.Comparisons {
		view, err := f.Complete(queries.View{Comparison: comparison.ID})
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Charges(t.Context(), everything, view, 1, ids)
		if err != nil {
			t.Fatal(err)
		}
		for side, loads := range [][]uint32{first.Loads, f.Run.Loads} {
			records, err := q.SampleRecords(t.Context(), loads, ids, months)
			if err != nil {
				t.Fatal(err)
			}
			want := chargesInGo(t, f, view, units, records)
			seen := 0
			for in, charges := range got {
				for _, c := range charges {
					sums := &chargeSums{tooMuch: map[string]int64{}, refunded: []int64{c.ThenRefunded, c.NowRefunded}[side], offset: []int64{c.ThenOffset, c.NowOffset}[side],
						records: []uint64{c.ThenRecords, c.NowRecords}[side]}
					for n, reason := range c.Reasons {
						if fen := [][]int64{c.ThenFen, c.NowFen}[side][n]; fen != 0 {
							sums.tooMuch[reason] = fen
						}
					}
					key := chargeKey{in, c.Period, c.Insurance, c.Person}
					if len(sums.tooMuch) == 0 && sums.refunded == 0 && sums.offset == 0 {
						if want[key] != nil {
							t.Errorf("%s side %d: %+v: nothing, want %+v", comparison.ID, side, key, want[key])
						}
						continue
					}
					seen++
					if want[key] == nil || fmt.Sprint(*sums) != fmt.Sprint(*want[key]) {
						t.Errorf("%s side %d: %+v: %+v, want %+v", comparison.ID, side, key, sums, want[key])
					}
				}
			}
			if seen != len(want) || seen < 50 {
				t.Errorf("%s side %d: %d charges, want %d", comparison.ID, side, seen, len(want))
			}
		}
	}
}
