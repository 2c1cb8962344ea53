package queries_test

import (
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/handling"
	"jianfu/internal/ledger"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// TestCasesShowTheirIssues opens an issue about a case and deals with it: the case shows it with its state, the filters
// follow, and who may not see the issue's region sees none.
func TestCasesShowTheirIssues(t *testing.T) {
	q := fixture.Computed(t)
	f := figuresOf(t, q)
	now := time.Date(2019, 6, 3, 4, 0, 0, 0, time.UTC)
	d := handling.New(q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { now = now.Add(time.Minute); return now })
	person := func(account string) access.Principal {
		return access.New(access.Grant{Account: account, Name: account, Roles: []access.Role{access.Inspector}, Regions: []string{"320500"}})
	}
	issue, err := d.Open(t.Context(), person("chen"), ledger.Data{Source: "hall", Nature: "complaint", Category: "policy", Severity: "normal",
		Title: "重复征收", Unit: fixture.D, Region: "320506", Bureau: "320500", RaisedOn: "2019-06-03"})
	if err != nil {
		t.Fatal(err)
	}
	expect := func(when string, state ledger.State, open bool, none, opened, closed int) {
		t.Helper()
		c, found, err := f.CaseOf(t.Context(), everything, fixture.D, "")
		if err != nil || !found || len(c.Issues) != 1 || c.Issues[0].ID != issue.ID || c.Issues[0].Number != issue.Number || c.Issues[0].State != state || c.Issues[0].Open != open {
			t.Errorf("%s: %+v, %v, %v", when, c.Issues, found, err)
		}
		for filter, want := range map[string]int{"none": none, "open": opened, "closed": closed} {
			list, err := f.Cases(t.Context(), everything, queries.CaseFilter{Issue: filter}, queries.CaseSort{}, queries.CasePage{Most: 10})
			if err != nil || len(list) != want {
				t.Errorf("%s: %d cases with issues %s, %v, want %d", when, len(list), filter, err, want)
			}
			if totals, err := f.CaseTotals(t.Context(), everything, queries.CaseFilter{Issue: filter}); err != nil || int(totals.Cases) != want {
				t.Errorf("%s: the totals with issues %s are %+v, %v", when, filter, totals, err)
			}
		}
	}
	expect("registered", ledger.Registered, true, 2, 1, 0)
	act := func(by string, action ledger.Action, words string) {
		t.Helper()
		if issue, err = d.Act(t.Context(), person(by), issue.ID, issue.Seq, action, words, ledger.Data{}); err != nil {
			t.Fatal(action, err)
		}
	}
	act("chen", ledger.Accept, "")
	act("chen", ledger.Handle, "")
	act("chen", ledger.Reply, "已经更正")
	expect("replied", ledger.Replied, true, 2, 1, 0)
	act("lu", ledger.Verify, "")
	expect("verified", ledger.Verified, false, 2, 0, 1)

	// An issue of another region about the same unit is not for those of this one.
	c, found, err := f.CaseOf(t.Context(), filter.Regions("320506"), fixture.D, "")
	if err != nil || !found || len(c.Issues) != 1 {
		t.Errorf("the county sees %+v, %v, %v", c.Issues, found, err)
	}
	list, err := f.Cases(t.Context(), filter.Regions("320100"), queries.CaseFilter{All: true}, queries.CaseSort{}, queries.CasePage{Most: 10})
	for i := range list {
		if len(list[i].Issues) > 0 || list[i].UnitID == fixture.D {
			t.Errorf("another city sees %+v", list[i])
		}
	}
	if err != nil || len(list) != 2 {
		t.Errorf("%d cases, %v", len(list), err)
	}
}
