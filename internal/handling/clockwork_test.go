package handling

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// TestTheKeptClockIsTheOneWorkedOut: whatever changed an issue, the calendar, the limits or the day, what lists read of its clock is
// what the ledger works out.
func TestTheKeptClockIsTheOneWorkedOut(t *testing.T) {
	q := fixture.Open(t)
	now := noon
	calendar, limits := workday.Shipped(), ledger.ShippedLimits()
	d := New(q, calendar, limits, func() time.Time { return now })
	chen := somebody("chen", access.Inspector, "320500")
	due := map[string]bool{}
	agree := func(after string) {
		t.Helper()
		all, _, err := d.List(t.Context(), filter.Everything(), IssueFilter{}, IssueSort{By: "due"}, Page{Most: 100})
		if err != nil {
			t.Fatal(err)
		}
		want, before := map[string][]string{}, workday.Date(0)
		for _, row := range all {
			clock, err := limits.Clock(row.Issue, calendar, now)
			switch {
			case problem.Code(err) == "workday_no_year":
				want["uncounted"] = append(want["uncounted"], row.Number)
				continue
			case err != nil:
				t.Fatal(err)
			case clock.Due < before:
				t.Errorf("after %s, %s, due on %v, is listed behind one due on %v", after, row.Number, clock.Due, before)
			}
			want[string(clock.Pace)] = append(want[string(clock.Pace)], row.Number)
			if clock.Pace == ledger.OnTime && clock.Left <= 2 {
				want["soon"] = append(want["soon"], row.Number)
			}
			before = clock.Due
			if clock.Pace == ledger.OnTime || clock.Pace == ledger.Overdue { // on the last day itself, and on no other
				last := New(q, calendar, limits, func() time.Time { return clock.Due.Start().Add(time.Hour) })
				rows, _, err := last.List(t.Context(), filter.Everything(), IssueFilter{Due: string(ledger.DueToday)}, IssueSort{}, Page{Most: 100})
				if err != nil || !slices.ContainsFunc(rows, func(r Row) bool { return r.ID == row.ID }) {
					t.Errorf("after %s, %s is not due on %v: %v, %v", after, row.Number, clock.Due, rows, err)
				}
			}
			due[row.Number+clock.Due.String()] = true
		}
		for pace := range want {
			rows, _, err := d.List(t.Context(), filter.Everything(), IssueFilter{Due: pace}, IssueSort{By: "due"}, Page{Most: 100})
			var got []string
			for _, row := range rows {
				got = append(got, row.Number)
			}
			if err != nil || !slices.Equal(got, want[pace]) {
				t.Errorf("after %s, %v are listed as %s, and %v are, %v", after, got, pace, want[pace], err)
			}
		}
		left, err := d.q.UnclockedIssues(t.Context(), d.basis(), queries.DayNumber(workday.DateOf(now)), 10)
		if err != nil || len(left) > 0 {
			t.Errorf("after %s, %d issues have no clock, %v", after, len(left), err)
		}
	}
	issue, err := d.Open(t.Context(), chen, draft("问题"))
	if err != nil {
		t.Fatal(err)
	}
	agree("the registration")
	act := func(action ledger.Action, words string, data ledger.Data) {
		t.Helper()
		now = now.Add(26 * time.Hour)
		var err error
		if issue, err = d.Act(t.Context(), chen, issue.ID, issue.Seq, action, words, data); err != nil {
			t.Fatal(action, err)
		}
		agree(string(action))
	}
	act(ledger.Accept, "", ledger.Data{})
	act(ledger.Assign, "转办", ledger.Data{Handler: "chen"})
	act(ledger.Handle, "", ledger.Data{})
	act(ledger.Wait, "等单位", ledger.Data{})
	now = now.Add(4 * 24 * time.Hour)
	agree("days of waiting")
	act(ledger.Resume, "", ledger.Data{})
	act(ledger.Reply, "已退", ledger.Data{})
	act(ledger.Reopen, "又来了", ledger.Data{})
	act(ledger.Assign, "转办", ledger.Data{Handler: "lu"})

	loaded := ledger.Issue{ID: strings.Repeat("a", 32), Number: "320500-2017-000001", Seq: 1, State: ledger.Registered, Source: "hall", Nature: "complaint", Category: "policy",
		Severity: "urgent", Title: "早年", Region: "320505", Bureau: "320500", RegisteredAt: noon.AddDate(-12, 0, 0), ClockFrom: noon.AddDate(-12, 0, 0), ChangedAt: noon}
	event := ledger.Event{Issue: loaded.ID, Seq: 1, Action: ledger.Register, At: noon, By: "chen"}
	if err := registerAll(t.Context(), q, []ledger.Event{event}, []ledger.Issue{loaded}); err != nil {
		t.Fatal(err)
	}
	agree("a load of a year that the calendar does not know")

	days := map[string]bool{}
	for key := range due {
		days[key] = true
	}
	changed, err := workday.Read(fstest.MapFS{"2019.csv": {Data: []byte("date,kind,name,source\n2019-06-13,off,防汛,x\n2019-06-14,off,防汛,x\n2019-06-17,off,防汛,x\n2019-06-18,off,防汛,x\n2019-06-19,off,防汛,x\n")},
		"2007.csv": {Data: []byte("date,kind,name,source\n2007-05-01,off,劳动节,x\n")}})
	if err != nil {
		t.Fatal(err)
	}
	calendar = calendar.With(changed)
	d = New(q, calendar, limits, func() time.Time { return now })
	agree("another calendar")
	if limits, err = ledger.ReadLimits("nature,category,severity,days,escalate_after,source,checked_on\n,,,31,,x,2019-01-01\n"); err != nil {
		t.Fatal(err)
	}
	d = New(q, calendar, limits, func() time.Time { return now })
	agree("other limits")
	now = time.Date(2031, 1, 6, 4, 0, 0, 0, time.UTC)
	agree("a year that has no calendar")
	if len(due) < len(days)+2 {
		t.Errorf("the calendar and the limits moved no day: %v", due)
	}
}
