package auth

import (
	"slices"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/problem"
)

func TestColleaguesAreThoseWhoHaveTheRightThere(t *testing.T) {
	o := staffed(t)
	o.create("county", access.Inspector, "320505")
	o.create("elsewhere", access.Inspector, "320100")
	o.create("gone", access.Inspector, "320500")
	disabled := true
	_, err := o.Change(t.Context(), cli, "gone", Change{Disabled: &disabled})
	o.must(err)
	inspector := principal("inspector", access.Inspector, "320500")
	for name, c := range map[string]struct {
		by     access.Principal
		right  access.Right
		region string
		want   []string
		code   string
	}{
		"who can be given an issue of the city":         {inspector, access.IssuesWrite, "320500", []string{"inspector"}, ""},
		"of a county, those of the city and the county": {inspector, access.IssuesWrite, "320505", []string{"county", "inspector"}, ""},
		"who may see it":                                 {inspector, access.IssuesRead, "320505", []string{"county", "inspector", "leadership", "reporter"}, ""},
		"of another city nobody is told":                 {inspector, access.IssuesRead, "320100", []string{}, ""},
		"who may not see issues is told of nobody":       {principal("data_admin", access.DataAdmin, "320500"), access.IssuesRead, "320500", nil, "access_denied"},
		"who only reads is not told who handles":         {principal("leadership", access.Leadership, "320500"), access.IssuesWrite, "320500", nil, "access_denied"},
		"a county is not told who handles in all of it":  {principal("county", access.Inspector, "320505"), access.IssuesWrite, "320500", []string{}, ""},
		"of the county it is told of those above it too": {principal("county", access.Inspector, "320505"), access.IssuesWrite, "320505", []string{"county", "inspector"}, ""},
	} {
		found, err := o.Colleagues(t.Context(), c.by, c.right, c.region)
		var accounts []string
		for _, a := range found {
			accounts = append(accounts, a.Account)
		}
		if problem.Code(err) != c.code || !slices.Equal(accounts, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, accounts, err, c.want)
		}
	}
	names, err := o.Names(t.Context(), []string{"inspector", "gone", "nobody", ""})
	if err != nil || len(names) != 2 || names["gone"] != "某人" {
		t.Errorf("names: %v, %v", names, err)
	}
}
