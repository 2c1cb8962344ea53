package handling

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// TestCountsOfSeveralDimensionsAreThoseOfEach: a page that asks for all at once is told what it would be told one by one, and
// nobody, nothing and a bureau alone can be asked for.
func TestCountsOfSeveralDimensionsAreThoseOfEach(t *testing.T) {
	q := fixture.Open(t)
	d := New(q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { return noon })
	random := rand.New(rand.NewPCG(3, 3))
	scope := filter.Regions("320500")
	var events []ledger.Event
	var issues []ledger.Issue
	nobody, only := uint64(0), uint64(0)
	for n := range 400 {
		issue := randomIssue(random, n)
		issue.Handler, issue.Bureau = []string{"", "lu", "chen"}[n%3], []string{"320500", "320505"}[n%2]
		if scope.Allows(issue.Region) && issue.Handler == "" {
			nobody++
		}
		if scope.Allows(issue.Region) && issue.Bureau == "320500" {
			only++
		}
		events = append(events, ledger.Event{Issue: issue.ID, Seq: 1, Action: ledger.Register, At: issue.ChangedAt, By: "chen"})
		issues = append(issues, issue)
	}
	if err := registerAll(t.Context(), q, events, issues); err != nil {
		t.Fatal(err)
	}
	f := IssueFilter{Region: "320500"}
	all, err := d.CountsOf(t.Context(), scope, f, queries.IssueDimensions...)
	if err != nil {
		t.Fatal(err)
	}
	for _, dimension := range queries.IssueDimensions {
		one, err := d.Counts(t.Context(), scope, f, dimension)
		if err != nil || len(one) == 0 || !reflect.DeepEqual(all[dimension], one) {
			t.Errorf("by %q: %+v, one by one %+v, %v", dimension, all[dimension], one, err)
		}
	}
	for name, c := range map[string]struct {
		filter IssueFilter
		want   uint64
	}{
		"nobody handles":   {IssueFilter{Handler: queries.NobodyOrNothing}, nobody},
		"a bureau alone":   {IssueFilter{OnlyBureau: "320500"}, only},
		"with those below": {IssueFilter{Bureau: "320500"}, all[""][0].Issues},
	} {
		rows, found, err := d.List(t.Context(), scope, c.filter, IssueSort{}, Page{Most: 1000})
		if err != nil || found.Issues != c.want || uint64(len(rows)) != c.want {
			t.Errorf("%s: %d issues, want %d, %v", name, found.Issues, c.want, err)
		}
	}
	if _, err := d.CountsOf(t.Context(), scope, f, "colour"); problem.Code(err) != "desk_no_dimension" {
		t.Errorf("a dimension that there is not: %v", err)
	}
}

// TestTheMedianOfAnEvenNumberOfAnswersLiesBetweenTwoDays: answers took 3 and 4, and then 3, 4 and 5 working days.
func TestTheMedianOfAnEvenNumberOfAnswersLiesBetweenTwoDays(t *testing.T) {
	q := fixture.Open(t)
	d := New(q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { return noon })
	monday := time.Date(2019, 6, 10, 2, 0, 0, 0, time.UTC)
	median := func() string {
		t.Helper()
		all, err := d.CountsOf(t.Context(), filter.Everything(), IssueFilter{}, "", "bureau")
		one, other := d.Counts(t.Context(), filter.Everything(), IssueFilter{}, "bureau")
		if err != nil || other != nil || !reflect.DeepEqual(all["bureau"], one) {
			t.Fatalf("%+v, %+v, %v, %v", all, one, err, other)
		}
		if took := all[""][0].Median(); took != nil {
			return took.String()
		}
		return "none"
	}
	for n, want := range []string{"none", "3", "3.5", "4"} {
		issue := ledger.Issue{ID: fmt.Sprintf("%032x", n), Number: fmt.Sprintf("320500-2019-%06d", n), Seq: 1, State: ledger.Registered, Source: "hall", Nature: "complaint", Category: "policy", Severity: "normal",
			Title: "问题", Region: "320505", Bureau: "320500", RegisteredAt: monday, ClockFrom: monday, ChangedAt: monday}
		if n > 0 { // the first waits
			issue.State, issue.RepliedAt = ledger.Replied, monday.AddDate(0, 0, 2+n)
			if n == 3 { // a weekend lies between
				issue.RepliedAt = monday.AddDate(0, 0, 7)
			}
		}
		event := ledger.Event{Issue: issue.ID, Seq: 1, Action: ledger.Register, At: monday, By: "chen"}
		if err := registerAll(t.Context(), q, []ledger.Event{event}, []ledger.Issue{issue}); err != nil {
			t.Fatal(err)
		}
		if got := median(); got != want {
			t.Errorf("after %d answers the median is %s, want %s", n, got, want)
		}
	}
}
