package handling

import (
	"fmt"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/queries"
)

// declared is a person's pension record of a month: wage and base 5,000, so that 800 are right.
func declared(unit, key, month, person, entry, rate, amount string) string {
	return fmt.Sprintf("%s-%s,%s,2019-%s,pension,%s,%s,1,5000,5000,%s,%s,0.08,400,2019-07-15,,etax\n", unit[15:], key, unit, month, entry, person, rate, amount)
}

// TestNobodyElsesErrorCorrectsAnIssue: units of three persons and two months, all charged 800 but for what is said; what
// comes in too low of others leaves the issue as it is.
func TestNobodyElsesErrorCorrectsAnIssue(t *testing.T) {
	q := fixture.Computed(t)
	d := issuesAt(q)
	unit := func(n int) string { return fixture.UnitID(100 + n) }
	units, first, then := "unit_id,name,region_code,industry_code,unit_kind,size\n", fixture.RecordsHeader, fixture.RecordsHeader
	for n := range 6 {
		units += fmt.Sprintf("%s,第%d户,320505,C3411,enterprise,small\n", unit(n), n)
		for _, month := range []string{"05", "06"} {
			for _, person := range []string{"p0", "p1", "p2"} {
				rate, amount := "0.16", "800"
				switch {
				case n == 2 || n == 4 && person == "p0" && month == "05" || n == 5 && person == "p0" && month == "05":
					rate, amount = "0.19", "950"
				case n == 1 && person == "p1" && month == "05":
					rate, amount = "0.02", "100"
				}
				first += declared(unit(n), "5-"+month+person, month, person, "normal", rate, amount)
			}
		}
	}
	for _, n := range []int{0, 1, 3} { // p0 is charged twice
		first += declared(unit(n), "6-05p0", "05", "p0", "normal", "0.16", "800")
	}
	fixture.Load(t, q, units, first)
	fixture.Recompute(t, q, fixture.Pack(t))
	var codes []string
	for n := range 6 {
		codes = append(codes, unit(n))
	}
	opened := openedAt(t, d, somebody("chen", access.Inspector, "320000"), 2, codes...)
	for n, want := range []ledger.Sums{{Found: 80000, Outstanding: 80000}, {Found: 80000, Outstanding: 80000}, {Found: 90000, Outstanding: 90000},
		{Found: 80000, Outstanding: 80000}, {Found: 15000, Outstanding: 15000}, {Found: 15000, Outstanding: 15000}} {
		if opened[n].Sums != want {
			t.Errorf("unit %d: %+v, want %+v", n, opened[n].Sums, want)
		}
	}

	then += declared(unit(0), "5-05p2", "05", "p2", "normal", "0.16", "0") + // p2 comes in at nothing
		declared(unit(1), "5-05p2", "05", "p2", "normal", "0.02", "100") + // p2 comes in at 2 %
		declared(unit(2), "5-06p1", "06", "p1", "normal", "0.19", "0") + // p1's June is offset: 950 for the 300 of both months
		declared(unit(3), "7-05p1", "05", "p1", "refund", "0.16", "800") + // p1 is refunded
		declared(unit(3), "8-06p0", "06", "p0", "refund", "0.16", "800") + // and p0 for another month
		declared(unit(4), "4-05p0", "05", "p0", "normal", "0.16", "800") + // p0 is declared anew under another key, the first stands
		declared(unit(5), "5-05p0", "05", "p0", "normal", "0.16", "800") // p0 is declared anew under the same key
	fixture.Load(t, q, then)
	fixture.Recompute(t, q, fixture.Pack(t))
	if m, err := d.Measure(t.Context(), 3); err != nil || m.Cured != 1 || m.Relapsed != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	for n, want := range []struct {
		sums  ledger.Sums
		state ledger.State
	}{
		{ledger.Sums{Found: 80000, Outstanding: 80000}, ledger.Registered},
		{ledger.Sums{Found: 80000, Outstanding: 80000}, ledger.Registered},
		{ledger.Sums{Found: 90000, Corrected: 30000, Outstanding: 60000}, ledger.Registered},
		{ledger.Sums{Found: 80000, Outstanding: 80000}, ledger.Registered},
		{ledger.Sums{Found: 15000, Reassessed: 15000}, ledger.Registered},
		{ledger.Sums{Found: 15000, Corrected: 15000}, ledger.Proven},
	} {
		shown, err := d.Issue(t.Context(), filter.Everything(), opened[n].ID)
		if err != nil || shown.Sums != want.sums || shown.State != want.state {
			t.Errorf("unit %d: %s, %+v, %v, want %s, %+v", n, shown.State, shown.Sums, err, want.state, want.sums)
		}
	}
	if b, err := d.Balance(t.Context()); err != nil || len(b.Wrong) != 0 || !b.Balanced() {
		t.Errorf("%+v, %v", b, err)
	}
	// What is charged for another reason now is a case of its own.
	again, err := d.OpenFromCase(t.Context(), somebody("chen", access.Inspector, "320000"), 3, queries.InCounty{Unit: unit(4)})
	if err != nil || again.Found != 95000 || !strings.HasPrefix(again.Reasons[0].Reason, "duplicate") {
		t.Errorf("%+v, %v", again, err)
	}
}
