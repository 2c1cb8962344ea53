package queries_test

import (
	"fmt"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/queries"
)

// figuresOfCase are the figures of one of the cases under testdata/cases, with its default view.
func figuresOfCase(t *testing.T, name string) (*queries.Figures, queries.View) {
	t.Helper()
	f, err := fixture.ComputedCase(t, name).Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	view, err := f.Complete(queries.View{})
	if err != nil {
		t.Fatal(err)
	}
	return f, view
}

// causesOf writes the causes of a unit's case and of its page, added up.
func causesOf(t *testing.T, f *queries.Figures, view queries.View, id string) (ofCase, ofPage string) {
	t.Helper()
	cases, err := f.CasesOf(t.Context(), everything, id)
	if err != nil || len(cases) != 1 {
		t.Fatal(cases, err)
	}
	for _, c := range cases[0].Causes {
		ofCase += fmt.Sprint(c.ID, " ", c.Amount, ";")
	}
	u, found, err := f.Unit(t.Context(), everything, view, id)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	for _, cause := range burden.Causes {
		sum, said := money.Fen(0), false
		for _, c := range u.Causes {
			if c.Cause == cause {
				sum, said = sum+c.Amount, true
			}
		}
		if said {
			ofPage += fmt.Sprint(cause, " ", sum, ";")
		}
	}
	return ofCase, ofPage
}

// Two months of class 3, 10,000 × (0.0105 − 0.007) = 35.00 each. The factor 1.5 adds them.
func TestWhatAFactorAddsIsTheSameEverywhere(t *testing.T) {
	f, view := figuresOfCase(t, "sum-02-float-up-amount")
	ofCase, ofPage := causesOf(t, f, view, "913201020000000028")
	if want := "float_up 70.00;"; ofCase != want || ofPage != want {
		t.Errorf("the case says %q, the page %q, want %q", ofCase, ofPage, want)
	}
}

// Guangzhou, July 2019: the floor adds (3,803 − 3,500) × 14 % = 42.42 for A, whether or not the cap takes 138.60 off B.
func TestAFloorThatRisesIsAddedUpPersonByPerson(t *testing.T) {
	f, view := figuresOfCase(t, "sum-06-floor-rise-netted")
	for _, id := range []string{"914401060000000047", "91440106000000005A"} {
		ofCase, ofPage := causesOf(t, f, view, id)
		if want := "floor_rise 42.42;"; ofCase != want || ofPage != want {
			t.Errorf("%s: the case says %q, the page %q, want %q", id, ofCase, ofPage, want)
		}
	}
}

// Forty persons with 180,880.16 together, within the limits: 19 % are 34,367.23 and 16 % are 28,940.83.
func TestASummaryRowIsRoundedOnce(t *testing.T) {
	f, view := figuresOfCase(t, "sum-A1-summary-row-rounding")
	var lines []string
	err := f.Burdens(t.Context(), everything, view, func(l *queries.BurdenLine) error {
		lines = append(lines, fmt.Sprint(l.Payer, " ", l.Old, " ", l.New, " ", l.Charged))
		return nil
	})
	if got := strings.Join(lines, ", "); err != nil || got != "employer 34367.23 28940.83 28940.83" {
		t.Errorf("%s, %v", got, err)
	}
	cases, err := f.CasesOf(t.Context(), everything, "91320102000000007P")
	if err != nil || len(cases) != 1 || len(cases[0].Reasons) != 0 || cases[0].Shortfall() != 0 {
		t.Errorf("%+v, %v", cases, err)
	}
}

// Shares of 0, 0.2, 0.4, 0.6, 0.8 and 1: the median is 0.5, and what is ten points and more below it is marked.
func TestTheMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle(t *testing.T) {
	f, view := figuresOfCase(t, "sum-07-median-of-an-even-number")
	cases, err := f.Cases(t.Context(), everything, queries.CaseFilter{All: true}, queries.CaseSort{By: "unit_id"}, queries.CasePage{Most: 10})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cases {
		if c.Peers.Median == nil {
			t.Fatalf("%s has no median of %d", c.Name, c.Peers.Units)
		}
		got = append(got, fmt.Sprint(c.Peers.Own, "/", *c.Peers.Median, " ", c.Peers.Below))
	}
	if text := strings.Join(got, ", "); text != "0/0.5 true, 0.2/0.5 true, 0.4/0.5 true, 0.6/0.5 false, 0.8/0.5 false, 1/0.5 false" {
		t.Error(text)
	}
	u, _, err := f.Unit(t.Context(), everything, view, cases[0].UnitID)
	// Charged 1,900, 1,840, 1,780, 1,720, 1,660 and 1,600 for a person each.
	if err != nil || u.Peers.Median == nil || *u.Peers.Median != 1750_00 {
		t.Errorf("a person costs %v, %v", u.Peers.Median, err)
	}
}

// The small world has fewer than five units of a kind: no median is shown of them.
func TestThereIsNoMedianOfFewerThanFive(t *testing.T) {
	f, err := fixture.Computed(t).Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	view, err := f.Complete(queries.View{})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{fixture.A, fixture.B, fixture.C, fixture.D} {
		u, _, err := f.Unit(t.Context(), everything, view, id)
		if err != nil || u.Peers.Units == 0 || u.Peers.Median != nil {
			t.Errorf("%s: %+v, %v", id, u.Peers, err)
		}
		cases, err := f.CasesOf(t.Context(), everything, id)
		if err != nil || cases[0].Peers.Median != nil || cases[0].Peers.Below {
			t.Errorf("%s: %+v, %v", id, cases[0].Peers, err)
		}
	}
}

// The medical rate stands in the measure that only vs-april has in its old policy: both records count there, one of them in
// vs-lapsed.
func TestWhatIsUncoveredIsCountedForEachComparison(t *testing.T) {
	q := fixture.ComputedCase(t, "sum-05-uncovered-of-any-comparison")
	f, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for comparison, want := range map[string]queries.RunCounts{"vs-april": {Records: 2}, "vs-lapsed": {Records: 1, Uncovered: 1}} {
		if got := f.Run.Counts(comparison); got != want {
			t.Errorf("%s: the run has %+v, want %+v", comparison, got, want)
		}
		view, err := f.Complete(queries.View{Comparison: comparison})
		if err != nil {
			t.Fatal(err)
		}
		o, err := q.Overview(t.Context(), everything, view)
		if err != nil || o.Stamp.Records != want.Records || o.Stamp.Uncovered != want.Uncovered || o.Uncovered.Records != want.Uncovered {
			t.Errorf("%s: the stamp has %d and %d, the overview %+v; %v", comparison, o.Stamp.Records, o.Stamp.Uncovered, o.Uncovered, err)
		}
		part, err := f.Stamp(t.Context(), filter.Regions("320104"))
		if err != nil || part.For(comparison).Uncovered != 0 {
			t.Errorf("who sees a part is told of the whole: %+v, %v", part, err)
		}
	}
	if f.Run.RunCounts != (queries.RunCounts{Records: 2}) {
		t.Errorf("the run counts %+v", f.Run.RunCounts)
	}
}
