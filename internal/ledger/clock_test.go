package ledger

import (
	"testing"
	"time"

	"jianfu/internal/problem"
	"jianfu/internal/workday"
)

// at is a moment of a day in Beijing.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("UTC+8", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// The days were counted by hand on the calendars of the State Council's notices.
func TestClocks(t *testing.T) {
	pause := func(from, to string) []Pause {
		p := Pause{From: at(t, from)}
		if to != "" {
			p.To = at(t, to)
		}
		return []Pause{p}
	}
	for name, c := range map[string]struct {
		issue Issue
		now   string
		due   string
		pace  Pace
		left  int
	}{
		"three days over May Day 2019: 05-05 (a Sunday at work), 05-06, 05-07": {
			Issue{Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-04-30 16:00")}, "2019-05-06 09:00", "2019-05-07", OnTime, 1},
		"the last day is due today": {
			Issue{Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-04-30 16:00")}, "2019-05-07 23:00", "2019-05-07", DueToday, 0},
		"the day after is overdue": {
			Issue{Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-04-30 16:00")}, "2019-05-08 00:10", "2019-05-07", Overdue, -1},
		"five days over the prolonged Spring Festival 2020: 01-22, 01-23, 02-03, 02-04, 02-05": {
			Issue{Nature: "consult", ClockFrom: at(t, "2020-01-21 10:00")}, "2020-02-01 09:00", "2020-02-05", OnTime, 3},
		"ten days over October 2019: 09-26, 27, 29, 30, 10-08 to 12, 14": {
			Issue{Nature: "found", Severity: "normal", ClockFrom: at(t, "2019-09-25 10:00")}, "2019-10-01 09:00", "2019-10-14", OnTime, 6},
		"a pause of three working days moves the last day by three": {
			Issue{Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-06-10 10:00"), Pauses: pause("2019-06-11 09:00", "2019-06-14 09:00")},
			"2019-06-14 10:00", "2019-06-18", OnTime, 2},
		"a pause over a weekend moves it by its working days alone": {
			Issue{Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-06-13 10:00"), Pauses: pause("2019-06-14 09:00", "2019-06-17 09:00")},
			"2019-06-17 10:00", "2019-06-19", OnTime, 2},
		"while it waits the last day moves on": {
			Issue{State: Waiting, Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-06-10 10:00"), Pauses: pause("2019-06-11 09:00", "")},
			"2019-06-28 10:00", "2019-07-02", Paused, 2},
		"an extension of five days": {
			Issue{Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-06-10 10:00"), Extended: 5}, "2019-06-14 10:00", "2019-06-20", OnTime, 4},
		"answered on the last day is in time, for ever": {
			Issue{State: Closed, Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-06-10 10:00"), RepliedAt: at(t, "2019-06-13 23:59")},
			"2019-12-01 10:00", "2019-06-13", InTime, 0},
		"answered a day late stays a day late": {
			Issue{State: Closed, Nature: "complaint", Category: "policy", ClockFrom: at(t, "2019-06-10 10:00"), RepliedAt: at(t, "2019-06-14 00:01")},
			"2019-12-01 10:00", "2019-06-13", Late, -1},
		"verified by data without a reply": {
			Issue{State: Verified, Nature: "found", Severity: "urgent", ClockFrom: at(t, "2019-06-10 10:00"), VerifiedAt: at(t, "2019-06-12 08:00")},
			"2019-12-01 10:00", "2019-06-13", InTime, 1},
		"registered on a day off counts from the next": {
			Issue{Nature: "consult", Severity: "low", ClockFrom: at(t, "2019-10-05 10:00")}, "2019-10-06 10:00", "2019-10-08", OnTime, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ShippedLimits().Clock(c.issue, workday.Shipped(), at(t, c.now))
			if err != nil || got.Due.String() != c.due || got.Pace != c.pace || got.Left != c.left {
				t.Errorf("got due %v, %s, %d left, %v; want %s, %s, %d", got.Due, got.Pace, got.Left, err, c.due, c.pace, c.left)
			}
		})
	}
}

func TestAClockIntoAYearWithoutCalendarIsRefused(t *testing.T) {
	_, err := ShippedLimits().Clock(Issue{Nature: "complaint", ClockFrom: at(t, "2026-12-30 10:00")}, workday.Shipped(), at(t, "2026-12-30 11:00"))
	if problem.Code(err) != "workday_no_year" {
		t.Errorf("got %v", err)
	}
}

func TestALimitChangesWithTheIssuesKind(t *testing.T) {
	limits := ShippedLimits()
	for name, c := range map[string]struct {
		issue Issue
		days  int
	}{
		"what nobody thought of":     {Issue{Nature: "found", Category: "other", Severity: "normal"}, 10},
		"a small question":           {Issue{Nature: "consult", Category: "policy", Severity: "low"}, 1},
		"a complaint about manners":  {Issue{Nature: "complaint", Category: "service", Severity: "high"}, 10},
		"a preference not passed on": {Issue{Nature: "complaint", Category: "policy", Severity: "low"}, 3},
		"an urgent finding":          {Issue{Nature: "found", Category: "policy", Severity: "urgent"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := limits.Of(c.issue).Days; got != c.days {
				t.Errorf("got %d, want %d", got, c.days)
			}
		})
	}
}

func TestLimitsAreChecked(t *testing.T) {
	const header = "nature,category,severity,days,escalate_after,source,checked_on\n"
	for name, c := range map[string]struct{ table, code string }{
		"no header":          {",,,10,,x,2026-01-01\n,,,10,,x,2026-01-01\n", "ledger_limits_header"},
		"no default":         {header + "consult,,,10,,x,2026-01-01\n", "ledger_limits_no_default"},
		"an unknown nature":  {header + ",,,10,,x,2026-01-01\nquestion,,,3,,x,2026-01-01\n", "ledger_limits_row"},
		"no days":            {header + ",,,0,,x,2026-01-01\n", "ledger_limits_row"},
		"the same twice":     {header + ",,,10,,x,2026-01-01\n,,,9,,x,2026-01-01\n", "ledger_limits_row"},
		"a column too few":   {header + ",,,10,,x\n", "ledger_limits_unreadable"},
		"escalated at once":  {header + ",,,10,0,x,2026-01-01\n", "ledger_limits_row"},
		"days that are none": {header + ",,,soon,,x,2026-01-01\n", "ledger_limits_row"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadLimits(c.table); problem.Code(err) != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}
