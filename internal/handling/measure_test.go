package handling

import (
	"context"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
)

// line is one record of a file of records, of May 2019 unless the key says otherwise.
func line(key, unit, entry, wage, base, rate, amount string) string {
	person := map[string]string{fixture.B: "b1", fixture.D: "d2"}[unit] // who was charged too much
	return key + "," + unit + ",2019-" + key[:2] + ",pension," + entry + "," + person + ",1," + wage + "," + base + "," + rate + "," + amount + ",0.08,0,2019-07-15,,etax\n"
}

// TestIssuesAreClosedByData follows two issues of the small world: B, which was charged 600 by the old rate and 160 on the
// old cap, is declared anew; D, which was charged 800 twice, gets 300 back, then all of it. Then B is charged the old rate
// again in June.
func TestIssuesAreClosedByData(t *testing.T) {
	q := fixture.Computed(t)
	d := issuesAt(q)
	chen, scope := somebody("chen", access.Inspector, "320000"), filter.Regions("320000")
	opened := openedAt(t, d, chen, 1, fixture.B, fixture.D)
	b, dd := opened[0].ID, opened[1].ID
	run := uint32(1)
	is := func(when, id string, state ledger.State, found, outstanding money.Fen, last ledger.Action) {
		t.Helper()
		shown, err := d.Issue(t.Context(), scope, id)
		if err != nil || shown.State != state || shown.Found != found || shown.Outstanding != outstanding ||
			shown.Events[len(shown.Events)-1].Action != last {
			t.Errorf("%s: %s, found %s, outstanding %s, last %s, %v; want %s, %s, %s, %s", when, shown.State, shown.Found, shown.Outstanding,
				shown.Events[len(shown.Events)-1].Action, err, state, found, outstanding, last)
		}
	}
	measure := func(want Measured, records ...string) {
		t.Helper()
		if len(records) > 0 {
			text := fixture.RecordsHeader
			for _, record := range records {
				text += record
			}
			fixture.Load(t, q, text)
			fixture.Recompute(t, q, fixture.Pack(t))
			run++
		}
		want.Run = run
		got, err := d.Measure(t.Context(), run)
		if err != nil || got != want {
			t.Errorf("run %d: %+v, %v, want %+v", run, got, err, want)
		}
	}

	measure(Measured{Issues: 2})
	is("before anything", b, ledger.Registered, 76000, 76000, ledger.Register)

	measure(Measured{Issues: 2, Changed: 1}, line("05-D9", fixture.D, "refund", "0", "0", "0.16", "300"))
	is("a part was refunded", dd, ledger.Registered, 80000, 50000, ledger.Measure)
	is("and nothing of the other's", b, ledger.Registered, 76000, 76000, ledger.Register)

	measure(Measured{Issues: 2, Changed: 2, Cured: 2}, line("05-D8", fixture.D, "refund", "0", "0", "0.16", "500"),
		line("05-B1", fixture.B, "normal", "20000", "14000", "0.16", "2240"))
	is("declared anew", b, ledger.Proven, 76000, 0, ledger.Cure)
	is("refunded", dd, ledger.Proven, 80000, 0, ledger.Cure)
	measure(Measured{Issues: 2})

	verified, err := d.Issue(t.Context(), scope, b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Act(t.Context(), chen, b, verified.Seq, ledger.Close, "", ledger.Data{}); err != nil {
		t.Fatal(err)
	}
	measure(Measured{Issues: 2, Changed: 1, Relapsed: 1}, line("06-B1", fixture.B, "normal", "10000", "10000", "0.2", "2000"))
	is("charged by the old rate again", b, ledger.Handling, 116000, 40000, ledger.Relapse)
	counts, err := d.Counts(t.Context(), scope, IssueFilter{Unit: fixture.B})
	if err != nil || len(counts) != 1 || counts[0].Reopened != 1 || counts[0].Outstanding != 40000 || counts[0].Corrected != 76000 {
		t.Errorf("%+v, %v", counts, err)
	}

	lin := somebody("lin", access.Leadership, "320000")
	open, err := d.Issue(t.Context(), scope, b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Act(t.Context(), lin, b, open.Seq, ledger.Exempt, "六月的差额抵缴以前年度欠费", ledger.Data{Exemption: "arrears_offset"}); err != nil {
		t.Fatal(err)
	}
	measure(Measured{Issues: 2}, line("06-B1", fixture.B, "normal", "10000", "10000", "0.2", "2100"))
	is("a reason that it does not name is not its", b, ledger.Handling, 116000, 0, ledger.Exempt)
	counts, err = d.Counts(t.Context(), scope, IssueFilter{})
	if err != nil || len(counts) != 1 || counts[0].Found != 196000 || counts[0].Exempted != 40000 || counts[0].Outstanding != 0 || counts[0].Corrected != 156000 {
		t.Errorf("%+v, %v", counts, err)
	}
}

// TestAMeasuringThatIsInterruptedIsFinishedByTheNext: it ends behind the first of two issues that a run cures.
func TestAMeasuringThatIsInterruptedIsFinishedByTheNext(t *testing.T) {
	q := fixture.Computed(t)
	d := issuesAt(q)
	opened := openedAt(t, d, somebody("chen", access.Inspector, "320000"), 1, fixture.B, fixture.D)
	fixture.Load(t, q, fixture.RecordsHeader+line("05-D8", fixture.D, "refund", "0", "0", "0.16", "800")+line("05-B1", fixture.B, "normal", "20000", "14000", "0.16", "2240"))
	fixture.Recompute(t, q, fixture.Pack(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := 0
	interrupted := New(q, d.calendar, d.limits, func() time.Time {
		if asked++; asked == 2 { // once for each issue
			cancel()
		}
		return d.now()
	})
	first, err := interrupted.Measure(ctx, 2)
	if err == nil || first.Cured != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := d.Measure(t.Context(), 2)
	if err != nil || second != (Measured{Run: 2, Issues: 2, Changed: 1, Cured: 1}) {
		t.Errorf("%+v, %v", second, err)
	}
	for _, o := range opened {
		shown, err := d.Issue(t.Context(), filter.Regions("320000"), o.ID)
		if err != nil || shown.State != ledger.Proven || len(shown.Events) != 2 {
			t.Errorf("%+v, %v", shown, err)
		}
	}
}
