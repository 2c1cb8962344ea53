package queries_test

import (
	"fmt"
	"reflect"
	"testing"

	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/queries"
)

// narrowed is a view of one member of a dimension.
func narrowed(v queries.View, by, key string) queries.View {
	v.Narrow.Step(by, key)
	return v
}

// TestAMembersOwnPageShowsWhatItsRowShows goes one step down from every row of every dimension, and one more.
func TestAMembersOwnPageShowsWhatItsRowShows(t *testing.T) {
	_, _, f := province(t, 11)
	dimensions := dimension.CommonLevels()
	for _, v := range views(f) {
		for i, by := range dimensions {
			rows, err := f.Members(t.Context(), everything, v, by)
			if err != nil || len(rows) == 0 {
				t.Fatalf("by %s: %d rows, %v", by, len(rows), err)
			}
			for _, row := range rows[:min(len(rows), 4)] {
				name := fmt.Sprint(v.Comparison, v.Payers, " ", by, " ", row.Key)
				below := narrowed(v, by, row.Key)
				total := pageOf(t, f, below, name)
				if by == "insurance" { // its row does not count units, its page does
					row.Units, row.States = total.Units, total.States
				}
				row.Key = ""
				if !reflect.DeepEqual(total, row) {
					t.Errorf("%s: the page says %+v, the row said %+v", name, total, row)
				}
				next := dimensions[(i+3)%len(dimensions)]
				parts, err := f.Members(t.Context(), everything, below, next)
				if err != nil {
					t.Fatal(err)
				}
				var sum queries.Burden
				for _, p := range parts {
					sum.Old, sum.New, sum.Charged = sum.Old+p.Old, sum.New+p.New, sum.Charged+p.Charged
				}
				if sum != total.Burden {
					t.Errorf("%s by %s: %v, want %v", name, next, sum, total.Burden)
				}
			}
		}
	}
}

// pageOf is the total of a view, after months, measures and reasons have been found to add up to it.
func pageOf(t *testing.T, f *queries.Figures, v queries.View, name string) queries.MemberRow {
	t.Helper()
	total, err := f.Members(t.Context(), everything, v, "total")
	if err != nil || len(total) != 1 {
		t.Fatalf("%s: %d totals, %v", name, len(total), err)
	}
	months, err := f.Months(t.Context(), everything, v)
	if err != nil {
		t.Fatal(err)
	}
	var sum queries.Burden
	for _, m := range months {
		sum.Old, sum.New, sum.Charged = sum.Old+m.Old, sum.New+m.New, sum.Charged+m.Charged
	}
	if sum != total[0].Burden {
		t.Errorf("%s: the months add up to %v, want %v", name, sum, total[0].Burden)
	}
	measures, err := f.Measures(t.Context(), everything, v)
	if err != nil {
		t.Fatal(err)
	}
	var due, shortfall money.Fen
	for _, m := range measures {
		due += m.Effect
	}
	reasons, err := f.Reasons(t.Context(), everything, v)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reasons {
		shortfall += r.Amount
	}
	if due != total[0].Due() || shortfall != total[0].Shortfall() {
		t.Errorf("%s: the measures add up to %v and the reasons to %v, want %v and %v", name, due, shortfall, total[0].Due(), total[0].Shortfall())
	}
	return total[0]
}
