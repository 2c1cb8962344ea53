package etl_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"jianfu/etl"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/workday"
)

// TestTheClockOfABacklogRunsSinceItWasRaised: it was not raised on the day on which somebody loaded it.
func TestTheClockOfABacklogRunsSinceItWasRaised(t *testing.T) {
	limits, calendar := ledger.ShippedLimits(), workday.Shipped()
	text, err := os.ReadFile(fixture.CaseFile(t, "16-issue-clock-of-backlog", "issues.csv"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		change [2]string
		due    string
		pace   ledger.Pace
	}{
		"raised 2 November":          {[2]string{"", ""}, "2026-11-05", ledger.Overdue},
		"raised the working day ago": {[2]string{"2026-11-02", "2026-11-26"}, "2026-12-01", ledger.OnTime},
		"raised on the day":          {[2]string{"2026-11-02", "2026-11-29"}, "2026-12-02", ledger.OnTime},
		"nobody says when":           {[2]string{"2026-11-02", ""}, "2026-12-02", ledger.OnTime},
		"raised in another year":     {[2]string{"2026-11-02", "2025-11-03"}, "2025-11-06", ledger.Overdue},
	} {
		t.Run(name, func(t *testing.T) {
			q := fixture.Open(t)
			loader := etl.Loader{Queries: q, Now: func() time.Time { return now }}
			if _, err := loader.Load(t.Context(), []string{fixture.File(t, "issues.csv", strings.Replace(string(text), c.change[0], c.change[1], 1))}); err != nil {
				t.Fatal(err)
			}
			issues := registeredIssues(t, q)
			if len(issues) != 1 {
				t.Fatalf("%d issues", len(issues))
			}
			clock, err := limits.Clock(issues[0], calendar, now)
			if err != nil || clock.Due.String() != c.due || clock.Pace != c.pace {
				t.Errorf("due %s, %s, %v; want %s, %s", clock.Due, clock.Pace, err, c.due, c.pace)
			}
		})
	}
}

// TestIssuesAreTakenWhereverUnitsAre: in counties that came after the edition of the codes, too.
func TestIssuesAreTakenWhereverUnitsAre(t *testing.T) {
	q := fixture.Open(t)
	loader := etl.Loader{Queries: q, Now: func() time.Time { return time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC) }}
	loaded, err := loader.Load(t.Context(), []string{fixture.CaseFile(t, "12-region-changed", "issues.csv")})
	if err != nil {
		t.Fatal(err)
	}
	taken := map[string]bool{}
	for _, i := range registeredIssues(t, q) {
		taken[i.Region] = true
	}
	reasons, err := q.RejectReasons(t.Context(), loaded[0].ID)
	if err != nil || !taken["320614"] || !taken["320684"] || !taken["330113"] || reasons["issue_region_unknown"] > 0 {
		t.Errorf("taken in %v, rejected %v, %v", taken, reasons, err)
	}
}
