package report_test

import (
	"errors"
	"sync"
	"testing"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/queries"
)

// people are accounts of Jiangsu, and one of a city of it.
var people = map[string]access.Principal{
	"wang":  access.New(access.Grant{Account: "wang", Roles: []access.Role{access.Reporter}, Regions: []string{"320000"}}),
	"li":    access.New(access.Grant{Account: "li", Roles: []access.Role{access.Reporter}, Regions: []string{"320000"}}),
	"chief": access.New(access.Grant{Account: "chief", Roles: []access.Role{access.Leadership}, Regions: []string{"320000"}}),
	"both":  access.New(access.Grant{Account: "both", Roles: []access.Role{access.Leadership, access.Reporter}, Regions: []string{"320000"}}),
	"city":  access.New(access.Grant{Account: "city", Roles: []access.Role{access.Reporter}, Regions: []string{"320100"}}),
	"data":  access.New(access.Grant{Account: "data", Roles: []access.Role{access.DataAdmin}, Regions: []string{"320000"}}),
	"audit": access.New(access.Grant{Account: "audit", Roles: []access.Role{access.Inspector}, Regions: []string{"000000"}}),
}

// ofProvince is a report of Jiangsu, concealed as its readers see pages, or not.
func ofProvince(t *testing.T, q *queries.Queries, concealed bool) *report.Report {
	t.Helper()
	r := request(201905, 201905)
	r.Scope = filter.Regions("320000")
	if concealed {
		behind, err := q.PersonsBehind(t.Context(), r.Scope)
		if err != nil {
			t.Fatal(err)
		}
		r.Decisions, r.WholeScope = dashboards.NewRunDecisions(2, behind), true
	}
	return made(t, q, shipped(t), r)
}

// testALife leads reports through their lives, and reads one again after the data under it changed.
func testALife(t *testing.T, q *queries.Queries) {
	archive := report.NewArchive(q, fixture.Now)
	keep := func(who string, concealed bool) report.Kept {
		t.Helper()
		kept, err := archive.Keep(t.Context(), people[who], ofProvince(t, q, concealed))
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	take := func(who string, id string, step report.Step, note, code string) {
		t.Helper()
		kept, err := archive.Find(t.Context(), people[who], id)
		if err == nil {
			_, err = archive.Take(t.Context(), people[who], kept, step, note)
		}
		if problem.Code(err) != code {
			t.Errorf("%s by %s: %v, want %q", step, who, err, code)
		}
	}
	if _, err := archive.Keep(t.Context(), people["chief"], ofProvince(t, q, true)); problem.Code(err) != "access_denied" {
		t.Errorf("a leader prepared a report: %v", err)
	}
	kept := keep("both", true)
	before, err := archive.Files(t.Context(), kept)
	if err != nil || len(before) != len(shipped(t).Tables)+2 {
		t.Fatalf("%d files, %v", len(before), err)
	}
	take("chief", kept.ID, report.Signed, "", "report_step")
	take("both", kept.ID, report.Checked, "", "report_own")
	take("chief", kept.ID, report.Checked, "", "access_denied")
	take("data", kept.ID, report.Checked, "", "access_denied")
	take("city", kept.ID, report.Checked, "", "report_unknown")
	take("li", kept.ID[:8], report.Checked, "", "")
	take("both", kept.ID, report.Signed, "", "report_own")
	take("li", kept.ID, report.Signed, "", "access_denied")
	take("li", kept.ID, report.Sent, "", "report_step")
	take("chief", kept.ID, report.Signed, "", "")
	take("li", kept.ID, report.Withdrawn, "过期", "report_step")
	take("both", kept.ID, report.Sent, "", "")
	take("both", kept.ID, report.Sent, "", "report_step")

	other := keep("wang", false)
	take("chief", other.ID, report.Signed, "", "report_unknown") // it shows figures about few persons
	cli := access.CommandLine("root")
	if found, err := archive.Find(t.Context(), cli, other.ID); err != nil || !found.Few {
		t.Errorf("the command line does not find it: %v", err)
	}
	third := keep("wang", true)
	take("wang", third.ID, report.Withdrawn, " ", "report_note")
	take("wang", third.ID, report.Withdrawn, "口径有误", "")

	fourth := keep("wang", true)
	errs := make([]error, 2)
	var together sync.WaitGroup
	for i, who := range []string{"li", "both"} {
		together.Go(func() { _, errs[i] = archive.Take(t.Context(), people[who], fourth, report.Checked, "") })
	}
	together.Wait()
	if err := errors.Join(errs...); problem.Code(err) != "report_changed" || errs[0] != nil && errs[1] != nil {
		t.Errorf("of two who check at once one must win: %v", errs)
	}

	for who, want := range map[string]int{"chief": 3, "li": 3, "city": 0, "audit": 4} {
		if list, err := archive.List(t.Context(), people[who]); err != nil || len(list) != want {
			t.Errorf("%s is shown %d reports, want %d; %v", who, len(list), want, err)
		}
	}

	fixture.Load(t, q, fixture.RecordsHeader+"05-Z1,"+fixture.A+",2019-05,pension,normal,z1,1,9000,9000,0.16,1440,0.08,720,2019-05-15,,etax\n")
	fixture.Recompute(t, q, fixture.Pack(t))
	again, err := archive.Find(t.Context(), people["chief"], kept.ID)
	if err != nil || again.State != "sent" || len(again.Steps) != 3 || again.Hash() != kept.Hash() || len(again.Checks) == 0 {
		t.Fatalf("%+v, %v", again, err)
	}
	after, err := archive.Files(t.Context(), again)
	if err != nil || len(after) != len(before) {
		t.Fatalf("%d files, %v", len(after), err)
	}
	for i := range before {
		if before[i].SHA256 != after[i].SHA256 || before[i].Name != after[i].Name {
			t.Errorf("%s has changed", before[i].Name)
		}
	}
	again.FileHashes[0] = again.FileHashes[1]
	if _, err := archive.Files(t.Context(), again); problem.Code(err) != "report_damaged" {
		t.Errorf("contents of another size were taken for the file: %v", err)
	}
}
