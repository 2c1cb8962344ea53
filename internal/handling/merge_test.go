package handling

import (
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// TestMoneyIsNotClosedByWords: an issue about the 760 yuan of B, one for each of two reasons, and a complaint without money
// of the same unit; what is merged stays outstanding until data say otherwise, and the case is there for nobody twice.
func TestMoneyIsNotClosedByWords(t *testing.T) {
	q := fixture.Computed(t)
	d := issuesAt(q)
	chen, scope := somebody("chen", access.Inspector, "320000"), filter.Regions("320000")
	open := func(reason string) ledger.Issue {
		t.Helper()
		issue, err := d.OpenFromCase(t.Context(), chen, 1, queries.InCounty{Unit: fixture.B}, reason)
		if err != nil {
			t.Fatal(err)
		}
		return issue
	}
	rate, capped := open("rate_not_applied"), open("base_over_cap")
	words := draft("费率没有下调")
	words.Unit, words.Region, words.Bureau = fixture.B, "320104", "320104"
	complaint, err := d.Open(t.Context(), chen, words)
	if err != nil {
		t.Fatal(err)
	}
	other, err := d.OpenFromCase(t.Context(), chen, 1, queries.InCounty{Unit: fixture.D})
	if err != nil {
		t.Fatal(err)
	}
	county := somebody("wu", access.Inspector, "320506")
	for name, c := range map[string]struct {
		into string
		by   access.Principal
		code string
	}{
		"into words":           {complaint.Number, chen, "ledger_merge_other"},
		"into another unit's":  {other.Number, chen, "ledger_merge_other"},
		"into itself":          {rate.Number, chen, "ledger_merge_itself"},
		"by another county":    {capped.Number, county, "desk_no_issue"},
		"into what is nowhere": {"320104-2019-009999", chen, "desk_no_issue"},
	} {
		if _, err := d.Merge(t.Context(), c.by, rate.ID, rate.Seq, c.into, "同一事项"); problem.Code(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	if _, err := d.Merge(t.Context(), chen, complaint.ID, complaint.Seq, rate.Number, "同一事项"); err != nil {
		t.Fatal(err)
	}
	if err := d.mergeError(t, chen, rate, capped); err != nil {
		t.Fatal(err)
	}
	sums := func(id string, want ledger.Sums, state ledger.State) {
		t.Helper()
		if shown, err := d.Issue(t.Context(), scope, id); err != nil || shown.Sums != want || shown.State != state {
			t.Errorf("%s, %+v, %v; want %s, %+v", shown.State, shown.Sums, err, state, want)
		}
	}
	sums(rate.ID, ledger.Sums{}, ledger.Merged)
	sums(capped.ID, ledger.Sums{Found: 76000, Outstanding: 76000}, ledger.Registered)
	if _, err := d.OpenFromCase(t.Context(), chen, 1, queries.InCounty{Unit: fixture.B}, "rate_not_applied"); problem.Code(err) != "desk_case_open" {
		t.Errorf("registered twice: %v", err)
	}
	counts, err := d.Counts(t.Context(), scope, IssueFilter{Unit: fixture.B})
	if err != nil || len(counts) != 1 || counts[0].Issues != 3 || counts[0].Found != 76000 || counts[0].Outstanding != 76000 {
		t.Errorf("%+v, %v", counts, err)
	}
	balanced := func(when string) {
		t.Helper()
		b, err := d.Balance(t.Context())
		if err != nil || len(b.Wrong) != 0 || !b.Balanced() || b.Found != 156000 {
			t.Errorf("%s: %+v, %v", when, b, err)
		}
	}
	balanced("merged")

	// The rate is declared anew, the base is not; then the rest is refunded.
	fixture.Load(t, q, fixture.RecordsHeader+line("05-B1", fixture.B, "normal", "20000", "15000", "0.16", "2400"))
	fixture.Recompute(t, q, fixture.Pack(t))
	if b, err := d.Balance(t.Context()); err != nil || len(b.Wrong) != 1 || b.Wrong[0] != (Imbalance{capped.Number, "records"}) {
		t.Errorf("not measured yet, and %+v, %v", b, err)
	}
	if m, err := d.Measure(t.Context(), 2); err != nil || m != (Measured{Run: 2, Issues: 2, Changed: 1}) {
		t.Errorf("%+v, %v", m, err)
	}
	sums(capped.ID, ledger.Sums{Found: 76000, Corrected: 60000, Outstanding: 16000}, ledger.Registered)
	balanced("a part came back")

	// Another pack says that the base was right: nobody has given anything back.
	files := fixture.PackFiles()
	files["bases.csv"].Data = []byte("area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on\n" +
		",,,2018-01,,3000,15000,,,,,文0,2026-11-01\n,,,2019-05,,3500,15000,,,base,,文2,2026-11-01\n")
	fixture.Recompute(t, q, fixture.PackOf(t, files))
	if m, err := d.Measure(t.Context(), 3); err != nil || m != (Measured{Run: 3, Issues: 2, Changed: 1, Reassessed: 1}) {
		t.Errorf("%+v, %v", m, err)
	}
	sums(capped.ID, ledger.Sums{Found: 76000, Corrected: 60000, Reassessed: 16000}, ledger.Registered)
	sums(other.ID, ledger.Sums{Found: 80000, Outstanding: 80000}, ledger.Registered)
	balanced("reassessed")
	fixture.Recompute(t, q, fixture.Pack(t))
	if m, err := d.Measure(t.Context(), 4); err != nil || m != (Measured{Run: 4, Issues: 2, Changed: 1, Reassessed: 1}) {
		t.Errorf("%+v, %v", m, err)
	}
	sums(capped.ID, ledger.Sums{Found: 76000, Corrected: 60000, Outstanding: 16000}, ledger.Registered)
	fixture.Load(t, q, fixture.RecordsHeader+line("05-B8", fixture.B, "refund", "0", "0", "0.16", "160"))
	fixture.Recompute(t, q, fixture.Pack(t))
	if m, err := d.Measure(t.Context(), 5); err != nil || m != (Measured{Run: 5, Issues: 2, Changed: 1, Cured: 1}) {
		t.Errorf("%+v, %v", m, err)
	}
	sums(capped.ID, ledger.Sums{Found: 76000, Corrected: 76000}, ledger.Proven)
	balanced("all came back")
}

// mergeError merges an issue into another.
func (d *Issues) mergeError(t *testing.T, p access.Principal, issue, into ledger.Issue) error {
	t.Helper()
	fresh, err := d.Issue(t.Context(), filter.Everything(), issue.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Merge(t.Context(), p, issue.ID, fresh.Seq, into.Number, "同一事项")
	return err
}

// TestAMergeThatACrashEndedIsFinished: the first of its two steps stands alone.
func TestAMergeThatACrashEndedIsFinished(t *testing.T) {
	q := fixture.Computed(t)
	d := issuesAt(q)
	chen := somebody("chen", access.Inspector, "320000")
	var two [2]ledger.Issue
	for i, reason := range []string{"rate_not_applied", "base_over_cap"} {
		var err error
		if two[i], err = d.OpenFromCase(t.Context(), chen, 1, queries.InCounty{Unit: fixture.B}, reason); err != nil {
			t.Fatal(err)
		}
	}
	sums := two[0].Sums
	if _, err := d.act(t.Context(), chen, two[0].ID, two[0].Seq, ledger.Merge, "同一事项", ledger.Data{Into: two[1].ID, Sums: &sums}); err != nil {
		t.Fatal(err)
	}
	if b, err := d.Balance(t.Context()); err != nil || len(b.Wrong) != 1 || b.Wrong[0] != (Imbalance{two[0].Number, "merged"}) {
		t.Errorf("%+v, %v", b, err)
	}
	for range 2 {
		if _, err := d.Measure(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := d.Balance(t.Context()); err != nil || len(b.Wrong) != 0 || b.Found != 76000 || b.Outstanding != 76000 {
		t.Errorf("%+v, %v", b, err)
	}
}
