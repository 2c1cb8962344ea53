package desk

import (
	"context"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/world"
	"jianfu/queries"
)

// line is one record of a file of records, of May 2019 unless the key says otherwise.
func line(key, unit, entry, wage, base, rate, amount string) string {
	return key + "," + unit + ",2019-" + key[:2] + ",pension," + entry + ",x,1," + wage + "," + base + "," + rate + "," + amount + ",0.08,0,2019-07-15,,etax\n"
}

// TestIssuesAreClosedByData follows two issues of the small world: B, which was charged 600 by the old rate and 160 on the
// old cap, is declared anew; D, which was charged 800 twice, gets 300 back, then all of it. Then B is charged the old rate
// again in June.
func TestIssuesAreClosedByData(t *testing.T) {
	q := world.Computed(t)
	d := deskAt(q)
	chen, scope := somebody("chen", access.Inspector, "320000"), filter.Regions("320000")
	opened, err := d.OpenFromCases(t.Context(), chen, 1, []string{world.B, world.D})
	if err != nil || opened[0].Err != nil || opened[1].Err != nil {
		t.Fatalf("%+v, %v", opened, err)
	}
	b, dd := opened[0].Issue.ID, opened[1].Issue.ID
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
			text := world.RecordsHeader
			for _, record := range records {
				text += record
			}
			world.Load(t, q, text)
			world.Recompute(t, q, world.Pack(t))
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

	measure(Measured{Issues: 2, Changed: 1}, line("05-D9", world.D, "refund", "0", "0", "0.16", "300"))
	is("a part was refunded", dd, ledger.Registered, 80000, 50000, ledger.Measure)
	is("and nothing of the other's", b, ledger.Registered, 76000, 76000, ledger.Register)

	measure(Measured{Issues: 2, Changed: 2, Cured: 2}, line("05-D8", world.D, "refund", "0", "0", "0.16", "500"),
		line("05-B1", world.B, "normal", "20000", "14000", "0.16", "2240"))
	is("declared anew", b, ledger.Verified, 76000, 0, ledger.Cure)
	is("refunded", dd, ledger.Verified, 80000, 0, ledger.Cure)
	measure(Measured{Issues: 2})

	verified, err := d.Issue(t.Context(), scope, b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Act(t.Context(), chen, b, verified.Seq, ledger.Close, "", ledger.Data{}); err != nil {
		t.Fatal(err)
	}
	measure(Measured{Issues: 2, Changed: 1, Relapsed: 1}, line("06-B1", world.B, "normal", "10000", "10000", "0.2", "2000"))
	is("charged by the old rate again", b, ledger.Handling, 76000, 40000, ledger.Relapse)
	counts, err := d.Counts(t.Context(), scope, IssueFilter{Unit: world.B})
	if err != nil || len(counts) != 1 || counts[0].Reopened != 1 || counts[0].Outstanding != 40000 || counts[0].Corrected != 36000 {
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
	measure(Measured{Issues: 1, Untouched: 1}, line("06-B1", world.B, "normal", "10000", "10000", "0.2", "2100"))
	is("exempted issues are left alone", b, ledger.Handling, 76000, 40000, ledger.Exempt)
	counts, err = d.Counts(t.Context(), scope, IssueFilter{})
	if err != nil || len(counts) != 1 || counts[0].Found != 156000 || counts[0].Exempted != 40000 || counts[0].Outstanding != 0 || counts[0].Corrected != 116000 {
		t.Errorf("%+v, %v", counts, err)
	}
}

// TestAMeasuringThatIsInterruptedIsFinishedByTheNext: it ends behind the first of two issues that a run cures.
func TestAMeasuringThatIsInterruptedIsFinishedByTheNext(t *testing.T) {
	q := world.Computed(t)
	d := deskAt(q)
	opened, err := d.OpenFromCases(t.Context(), somebody("chen", access.Inspector, "320000"), 1, []string{world.B, world.D})
	if err != nil || opened[0].Err != nil || opened[1].Err != nil {
		t.Fatalf("%+v, %v", opened, err)
	}
	world.Load(t, q, world.RecordsHeader+line("05-D8", world.D, "refund", "0", "0", "0.16", "800")+line("05-B1", world.B, "normal", "20000", "14000", "0.16", "2240"))
	world.Recompute(t, q, world.Pack(t))
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
		shown, err := d.Issue(t.Context(), filter.Regions("320000"), o.Issue.ID)
		if err != nil || shown.State != ledger.Verified || len(shown.Events) != 2 {
			t.Errorf("%+v, %v", shown, err)
		}
	}
}

func TestARunWithoutTheDataOfAUnitSaysNothingOfItsIssues(t *testing.T) {
	issue := ledger.Issue{ID: "1", Unit: world.B, Found: 100, Outstanding: 100, Run: 1, MeasuredRun: 1, From: "2019-05", Months: []string{"2019-05", "2019-06"},
		Reasons: []ledger.Reason{{Reason: "rate_not_applied", Amount: 100}}}
	var m Measured
	lines := []queries.UnitReason{{Unit: world.B, Period: 201905}}
	if err := (&Desk{}).measureUnit(t.Context(), 2, []ledger.Issue{issue}, lines, &m); err != nil || m.Untouched != 1 || m.Issues != 0 {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestAShortfallIsDividedAmongIssues(t *testing.T) {
	may := func(reason string, amount money.Fen) queries.UnitReason {
		return queries.UnitReason{Period: 201905, Reason: reason, Amount: amount}
	}
	june := func(reason string, amount money.Fen) queries.UnitReason {
		return queries.UnitReason{Period: 201906, Reason: reason, Amount: amount}
	}
	rate, capped := claim{from: 201905, reasons: []string{"rate_not_applied"}}, claim{from: 201905, reasons: []string{"base_over_cap"}}
	for name, c := range map[string]struct {
		claims []claim
		lines  []queries.UnitReason
		want   []money.Fen // outstanding, of each
	}{
		"each has its own":                     {[]claim{rate, capped}, []queries.UnitReason{may("rate_not_applied", 600), may("base_over_cap", 160)}, []money.Fen{600, 160}},
		"later months count":                   {[]claim{rate}, []queries.UnitReason{may("rate_not_applied", 600), june("rate_not_applied", 50)}, []money.Fen{650}},
		"months before it do not":              {[]claim{{from: 201906, reasons: rate.reasons}}, []queries.UnitReason{may("rate_not_applied", 600), june("rate_not_applied", 50)}, []money.Fen{50}},
		"a refund goes to the oldest first":    {[]claim{rate, capped}, []queries.UnitReason{may("base_over_cap", 160), may("rate_not_applied", 600), may("refund", -700)}, []money.Fen{0, 60}},
		"a refund never gives more than all":   {[]claim{rate, capped}, []queries.UnitReason{may("base_over_cap", 160), may("rate_not_applied", 600), may("refund", -900)}, []money.Fen{0, 0}},
		"a refund of before is not its":        {[]claim{{from: 201906, reasons: rate.reasons}}, []queries.UnitReason{may("refund", -900), june("rate_not_applied", 50)}, []money.Fen{50}},
		"rounding is nobody's":                 {[]claim{rate}, []queries.UnitReason{may("rate_not_applied", 600), may("rounding", -3)}, []money.Fen{600}},
		"what raises it is not given to it":    {[]claim{rate}, []queries.UnitReason{may("rate_not_applied", 600), may("duplicate_charge", 800)}, []money.Fen{600}},
		"what an issue names and is negative":  {[]claim{{from: 201905, reasons: []string{"rate_not_applied", "base_mismatch"}}}, []queries.UnitReason{may("base_mismatch", -700), may("rate_not_applied", 600)}, []money.Fen{0}},
		"two of one reason: the older has it":  {[]claim{rate, rate}, []queries.UnitReason{may("rate_not_applied", 600)}, []money.Fen{600, 0}},
		"the younger has what is before it":    {[]claim{{from: 201906, reasons: rate.reasons}, rate}, []queries.UnitReason{may("rate_not_applied", 600), june("rate_not_applied", 50)}, []money.Fen{50, 600}},
		"a charge too low elsewhere lowers it": {[]claim{rate}, []queries.UnitReason{may("rate_not_applied", 600), june("rate_below_policy", -100)}, []money.Fen{500}},
		"what is exempted is asked for no more": {[]claim{{from: 201905, exempted: 201905, reasons: rate.reasons}, rate},
			[]queries.UnitReason{may("rate_not_applied", 600), june("rate_not_applied", 50)}, []money.Fen{600, 50}},
		"and a refund is for what is not exempted": {[]claim{{from: 201905, exempted: 201905, reasons: rate.reasons}, rate},
			[]queries.UnitReason{may("rate_not_applied", 600), may("refund", -30), june("rate_not_applied", 50)}, []money.Fen{600, 20}},
	} {
		t.Run(name, func(t *testing.T) {
			for i, s := range allot(c.claims, c.lines) {
				if s.outstanding != c.want[i] {
					t.Errorf("%d: got %+v, want %s", i+1, s, c.want[i])
				}
				var sum money.Fen
				for _, r := range s.reasons {
					sum += r.Amount
				}
				if max(0, sum) != s.outstanding {
					t.Errorf("%d: its reasons %+v do not come to %s", i+1, s.reasons, s.outstanding)
				}
			}
		})
	}
}
