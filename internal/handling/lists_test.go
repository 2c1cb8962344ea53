package handling

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// randomIssue is an issue in some state with some clock; times are whole minutes.
func randomIssue(random *rand.Rand, n int) ledger.Issue {
	pick := func(days int) time.Duration { return time.Duration(random.IntN(days*24*60)) * time.Minute }
	start := time.Date(2017, 11, 1, 0, 0, 0, 0, time.UTC).Add(pick(9*365 + 100))
	if random.IntN(4) > 0 {
		start = noon.Add(-pick(24))
	}
	i := ledger.Issue{
		ID: fmt.Sprintf("%032x", n), Number: fmt.Sprintf("320500-2019-%06d", n), Seq: 1, State: ledger.States[random.IntN(len(ledger.States))],
		Source: ledger.Sources[random.IntN(len(ledger.Sources))], Nature: ledger.Natures[random.IntN(len(ledger.Natures))],
		Category: ledger.Categories[random.IntN(len(ledger.Categories))], Severity: ledger.Severities[random.IntN(len(ledger.Severities))],
		Title: fmt.Sprintf("问题 %d", n), Region: []string{"320505", "320506", "320102"}[random.IntN(3)], Bureau: "320500", Owner: "chen",
		RegisteredAt: start, ClockFrom: start, ChangedAt: start.Add(pick(60)), Extended: max(0, random.IntN(8)-5) * 7,
	}
	at := start
	for range random.IntN(3) {
		p := ledger.Pause{From: at.Add(pick(6))}
		p.To = p.From.Add(pick(12))
		i.Pauses, at = append(i.Pauses, p), p.To
	}
	switch i.State {
	case ledger.Waiting:
		i.Pauses = append(i.Pauses, ledger.Pause{From: at.Add(pick(3))})
	case ledger.Replied, ledger.Closed:
		i.RepliedAt = at.Add(pick(25))
	case ledger.Verified:
		i.VerifiedAt = at.Add(pick(25))
	case ledger.Merged:
		i.ChangedAt = at.Add(pick(25))
	}
	return i
}

// TestListsReadTheClocksThatIssuesHave: what a list finds by its clock is what the ledger says of each issue, also over
// pauses, extensions, holidays and years without a calendar.
func TestListsReadTheClocksThatIssuesHave(t *testing.T) {
	q := fixture.Open(t)
	far, err := workday.Read(fstest.MapFS{"2029.csv": {Data: []byte("date,kind,name,source\n2029-05-01,off,劳动节,x\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, calendar := range []*workday.Calendar{workday.Shipped(), workday.Shipped().With(far)} {
		random := rand.New(rand.NewPCG(5, uint64(len(calendar.Years()))))
		d := New(q, calendar, ledger.ShippedLimits(), func() time.Time { return noon })
		scope := filter.Regions("320500")
		want := map[string]map[string]bool{}
		var events []ledger.Event
		var issues []ledger.Issue
		for n := range 1500 {
			issue := randomIssue(random, n+10_000*len(calendar.Years()))
			issue.Owner = fmt.Sprint(len(calendar.Years()))
			event := ledger.Event{Issue: issue.ID, Seq: 1, Action: ledger.Register, At: issue.ChangedAt, By: "chen"}
			events, issues = append(events, event), append(issues, issue)
			if !scope.Allows(issue.Region) {
				continue
			}
			paces := []string{"uncounted"}
			clock, err := d.limits.Clock(issue, calendar, noon)
			if err == nil {
				paces[0] = string(clock.Pace)
				if clock.Pace == ledger.OnTime && clock.Left <= 2 {
					paces = append(paces, "soon")
				}
			} else if problem.Code(err) != "workday_no_year" {
				t.Fatal(err)
			}
			for _, pace := range paces {
				if want[pace] == nil {
					want[pace] = map[string]bool{}
				}
				want[pace][issue.ID] = true
			}
		}
		if err := registerAll(t.Context(), q, events, issues); err != nil {
			t.Fatal(err)
		}
		for _, pace := range queries.IssuePaces {
			if len(want[pace]) == 0 {
				t.Errorf("no issue is %s; the test shows nothing of it", pace)
			}
			rows, found, err := d.List(t.Context(), scope, IssueFilter{Due: pace, Owner: fmt.Sprint(len(calendar.Years()))}, IssueSort{}, Page{Most: 10_000})
			if err != nil || int(found.Issues) != len(rows) || len(rows) != len(want[pace]) { //nolint:gosec // few
				t.Errorf("%s: %d rows, %d found, %d wanted, %v", pace, len(rows), found.Issues, len(want[pace]), err)
			}
			for _, row := range rows {
				if !want[pace][row.ID] {
					t.Errorf("%s is not %s: %+v", row.Number, pace, row)
				}
			}
		}
	}
}

// registerAll registers issues without an entry in the audit log.
func registerAll(ctx context.Context, q *queries.Queries, events []ledger.Event, issues []ledger.Issue) error {
	steps, err := queries.FirstLedgerSteps(events, issues)
	if err != nil {
		return err
	}
	return q.RegisterIssues(ctx, identifier.New(), steps)
}
