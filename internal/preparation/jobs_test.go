package preparation_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/chart"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/period"
	"jianfu/internal/preparation"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/internal/workday"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// bureau is a store with figures of May 2019, a reporting officer of its province, and a clock.
type bureau struct {
	t    *testing.T
	q    *queries.Queries
	now  time.Time
	busy bool   // a load has the store
	held func() // called once the store's place is taken
}

var officer = access.Grant{Account: "fang", Name: "方琳", Roles: []access.Role{access.Reporter}, Regions: []string{"320000"}}

func opened(t *testing.T) *bureau {
	t.Helper()
	b := &bureau{t: t, q: fixture.Computed(t), now: fixture.Now(), held: func() {}}
	b.put(false)
	return b
}

// put writes the officer's account.
func (b *bureau) put(disabled bool) {
	b.t.Helper()
	all, err := b.q.Accounts(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	a := queries.Account{Account: officer.Account, Version: 1, ChangedAt: b.now, CreatedAt: b.now, Name: officer.Name, Roles: []string{string(access.Reporter)}, Regions: officer.Regions, Disabled: disabled}
	for _, there := range all {
		a.Version = there.Version + 1
	}
	if err := b.q.PutAccount(b.t.Context(), a); err != nil {
		b.t.Fatal(err)
	}
}

// server is what prepares reports in one server. No chart can be drawn in it, so that whatever is whole fails at its papers.
func (b *bureau) server() *preparation.Jobs {
	b.t.Helper()
	set, err := report.Load(report.Shipped())
	if err != nil {
		b.t.Fatal(err)
	}
	clock := func() time.Time { return b.now }
	lock := func(context.Context) (func(), error) {
		if b.busy {
			return nil, problem.New("report_store_busy")
		}
		b.held()
		return func() {}, nil
	}
	preparer := preparation.New(b.q, handling.New(b.q, workday.Shipped(), ledger.ShippedLimits(), clock), func() chart.Kit { return chart.Kit{} }, 1, clock)
	return preparation.NewJobs(b.q, preparer, []*report.Set{set}, lock, workday.Shipped(), clock, slog.New(slog.DiscardHandler))
}

func (b *bureau) jobs() []preparation.Job {
	b.t.Helper()
	all, err := b.server().List(b.t.Context(), access.CommandLine("test"), 100)
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

var may = preparation.Asked{Window: period.Range{From: 201905, To: 201905}, Region: "320000"}

func TestOneReportIsPreparedAtATimeAndWaitsForLoads(t *testing.T) {
	b := opened(t)
	here, there := b.server(), b.server()
	p := access.New(officer)
	b.busy = true
	if _, err := here.Begin(t.Context(), p, may); problem.Code(err) != "report_store_busy" {
		t.Errorf("beside a load: %v", err)
	}
	b.busy = false
	b.held = func() {
		if _, err := there.Begin(t.Context(), p, may); problem.Code(err) != "report_job_busy" {
			t.Errorf("beside another: %v", err)
		}
		b.held = func() {}
	}
	if _, err := here.Begin(t.Context(), p, may); err != nil {
		t.Fatal(err)
	}
	here.Wait()
	all := b.jobs()
	if len(all) != 1 || all[0].Step != preparation.Failed || all[0].Why(i18n.For("zh")) == "" || all[0].Why(i18n.For("en")) == all[0].Why(i18n.For("zh")) {
		t.Fatalf("%d, %+v", len(all), all)
	}
	if kept, err := b.q.Reports(t.Context(), filter.Everything(), ""); err != nil || len(kept) != 0 {
		t.Errorf("what failed left %d reports, %v", len(kept), err)
	}
	if list, err := here.List(t.Context(), access.New(access.Grant{Account: "li", Roles: []access.Role{access.Leadership}, Regions: []string{"320500"}}), 10); err != nil || len(list) != 0 {
		t.Errorf("a city sees %d of its province, %v", len(list), err)
	}
	if _, err := here.Begin(t.Context(), access.New(access.Grant{Account: "li", Roles: []access.Role{access.Leadership}, Regions: []string{"320000"}}), may); problem.Code(err) != "access_denied" {
		t.Errorf("by a leader: %v", err)
	}
}

func TestWhatAServerLeftBehindIsMarked(t *testing.T) {
	b := opened(t)
	dead := queries.ReportJob{Job: strings.Repeat("d", 32), BegunAt: b.now, Account: officer.Account, From: 201905, To: 201905, Region: "320000", Waivers: "[]"}
	if err := b.q.BeginReportJob(t.Context(), dead, queries.ReportJobStep{Job: dead.Job, Seq: 1, Step: string(preparation.Tables), At: b.now}); err != nil {
		t.Fatal(err)
	}
	if all := b.jobs(); all[0].Over() {
		t.Fatal("it is over before anybody has looked")
	}
	next := b.server()
	for range 2 { // the second time there is nothing to do
		if err := next.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if all := b.jobs(); all[0].Step != preparation.Interrupted || all[0].Seq != 2 {
		t.Errorf("%s, step %d", all[0].Step, all[0].Seq)
	}
	// What a server is told to stop in ends likewise.
	stopping := b.server()
	b.held = stopping.Close
	if _, err := stopping.Begin(t.Context(), access.New(officer), may); err != nil {
		t.Fatal(err)
	}
	stopping.Close()
	if all := b.jobs(); len(all) != 2 || all[0].Step != preparation.Interrupted && all[1].Seq != 2 {
		t.Errorf("%+v", all)
	}
}

// The small world is of January 16, 2020, a Thursday; the third working day of February 2020 was the fifth, after the prolonged
// holiday.
func TestASchedulePreparesOnceAndCatchesUpWithTheLast(t *testing.T) {
	b := opened(t)
	jobs, p := b.server(), access.New(officer)
	round := func(at string, want int) {
		t.Helper()
		now, err := time.Parse("2006-01-02 15:04 -0700", at+" +0800")
		if err != nil {
			t.Fatal(err)
		}
		b.now = now
		for range 2 {
			if err := jobs.Round(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if all := b.jobs(); len(all) != want {
			t.Fatalf("%s: %d preparations, want %d", at, len(all), want)
		}
	}
	s := queries.ReportSchedule{Months: preparation.PreviousMonth, Region: "320000", Counted: preparation.CalendarDay, Day: 31}
	if err := jobs.SaveSchedule(t.Context(), p, s); err != nil {
		t.Fatal(err)
	}
	all, err := jobs.Schedules(t.Context(), p)
	if err != nil || len(all) != 1 || all[0].Next.UTC().Format("2006-01-02 15:04") != "2020-01-31 00:00" {
		t.Fatalf("%+v, %v", all, err)
	}
	round("2020-01-31 07:59", 0)
	b.busy = true
	round("2020-01-31 08:00", 0)
	b.busy = false
	round("2020-01-31 08:05", 1)
	round("2020-02-29 07:00", 1) // of a month that is shorter, the last day
	round("2020-05-02 09:00", 2) // February to April were missed; April is caught up with
	if last := b.jobs()[0]; last.Due != 20200430 || last.From != 202003 || last.Account != officer.Account || last.Step != preparation.Failed {
		t.Errorf("due %d, of %d, %s", last.Due, last.From, last.Step)
	}
	b.put(true)
	round("2020-05-31 08:00", 3)
	if why := b.jobs()[0].Why(i18n.For("zh")); !strings.Contains(why, "fang") {
		t.Errorf("of an account that is disabled: %q", why)
	}
}
