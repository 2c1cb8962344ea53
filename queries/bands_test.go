package queries_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/fixture"
	"jianfu/queries"
)

// TestBandsOfTheSmallWorldAreThoseByHand: in May A's burden falls by 400 of 2,100, B's not at all, C's by 40 of 600, and
// D's rises by 400 of 2,000; each list of a band holds exactly the units that its row counts.
func TestBandsOfTheSmallWorldAreThoseByHand(t *testing.T) {
	f := figures(t, fixture.Computed(t))
	v := may(contribution.Employer)
	d, err := f.Divide(t.Context(), everything, v, "total", "size", "city", "section", "insurance", "increased")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range d.Bands {
		lines = append(lines, fmt.Sprintf("%s/%s %d %d %d", r.Size, r.Band, r.Units, r.Persons, r.Fewest))
		below := v
		below.Narrow.Size = r.Size
		list, err := f.Units(t.Context(), everything, below, queries.UnitQuery{Band: r.Band, Most: 10})
		if err != nil || list.Units != r.Units {
			t.Errorf("%s %s: the list has %d units, the row %d; %v", r.Size, r.Band, list.Units, r.Units, err)
		}
	}
	if got, want := strings.Join(lines, ", "), "/fell_over_10 1 1 1, /fell_to_10 1 1 1, /unchanged 1 1 1, /rose_over_5 1 2 2, "+
		"large/fell_over_10 1 1 1, micro/fell_to_10 1 1 1, small/unchanged 1 1 1, small/rose_over_5 1 2 2"; got != want {
		t.Errorf("bands\n%s\nwant\n%s", got, want)
	}
	if want := []queries.IncreasedRow{{Region: "320506", Section: "H", Units: 1, Fewest: 2}}; !slices.Equal(d.Increased, want) {
		t.Errorf("burdens rose in %+v", d.Increased)
	}
	for _, by := range []string{"total", "size", "city", "section", "insurance"} {
		alone, err := f.Members(t.Context(), everything, v, by)
		if err != nil || !reflect.DeepEqual(alone, d.Members[by]) {
			t.Errorf("by %s: together %+v, alone %+v, %v", by, d.Members[by], alone, err)
		}
	}
	uncovered, err := f.UncoveredIn(t.Context(), everything, v)
	if err != nil || *uncovered != (queries.UncoveredCount{Records: 1, Units: 1}) {
		t.Errorf("uncovered %+v, %v", uncovered, err)
	}
	v.Narrow.Industry = "C"
	if uncovered, err := f.UncoveredIn(t.Context(), everything, v); err != nil || uncovered != nil {
		t.Errorf("uncovered of an industry: %+v, %v", uncovered, err)
	}
}

// TestAViewWithoutAnyRateNamesItsParts: A's medical record is all that there is of medical insurance, and nothing covers it.
func TestAViewWithoutAnyRateNamesItsParts(t *testing.T) {
	f := figures(t, fixture.Computed(t))
	v := may(contribution.Employer)
	if parts, err := f.NothingCovered(t.Context(), everything, v, 20); err != nil || len(parts) != 0 {
		t.Errorf("a view with figures: %v %v", parts, err)
	}
	v.Narrow.Insurance = "medical"
	parts, err := f.NothingCovered(t.Context(), everything, v, 20)
	if got := fmt.Sprint(parts, err); got != "[{320100 medical 201905 201905 1}] <nil>" {
		t.Errorf("medical insurance: %s", got)
	}
}
