package queries_test

import (
	"fmt"
	"testing"

	"jianfu/internal/fixture"
)

func TestFilesAndFiguresReconcile(t *testing.T) {
	q := fixture.Open(t)
	if r, err := q.Reconcile(t.Context()); err != nil || !r.Good() || r.Run != 0 || r.Loads != 0 {
		t.Errorf("an empty store: %+v, %v", r, err)
	}
	q = differing(t)
	fixture.Load(t, q, faulty())
	r, err := q.Reconcile(t.Context())
	if err != nil || !r.Good() || r.MonthsBehind {
		t.Fatalf("%+v, %v", r, err)
	}
	// 4 + 14 lines at first, 1 + 3 before the second run, 1 before the third, and 5 since, of which 4 are rejected.
	if got := fmt.Sprint(r.Loads, " ", r.Read, "=", r.Accepted, "+", r.Rejected, "+", r.Unchanged, " ", r.Waiting); got != "6 28=24+4+0 [6]" {
		t.Errorf("lines %s", got)
	}
	// 14 + 3 + 1 records, of which B's and D's took the place of one each; 23,080 − (4,200 − 3,360) + 960 + 2,400 − 1,200 in all, of
	// which 1,100 is not covered.
	if got := fmt.Sprint(r.Records, "-", r.Replaced, "=", r.Burdens.Records, "+", r.Uncovered.Records, " ", r.LivePayable(), "=", r.Burdens.Charged, "+", r.Uncovered.Charged); got !=
		"18-2=15+1 24400.00=23300.00+1100.00" {
		t.Errorf("records %s", got)
	}
}

// A record with a rate under one comparison and none under another is one record: what is computed and what is uncovered add up to
// the records that were loaded, whatever comparisons there are.
func TestRecordsAreReconciledOnce(t *testing.T) {
	for name, want := range map[string]string{"sum-05-uncovered-of-any-comparison": "2=2+0"} {
		q := fixture.ComputedCase(t, name)
		r, err := q.Reconcile(t.Context())
		if got := fmt.Sprint(r.Live(), "=", r.Burdens.Records, "+", r.Uncovered.Records); err != nil || got != want || !r.Good() {
			t.Errorf("%s: %s, want %s; %v", name, got, want, err)
		}
	}
}
