package access

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
)

func TestTheTableGivesWhatTheRolesAreFor(t *testing.T) {
	for name, c := range map[string]struct {
		role    Role
		may     []Right
		mustNot []Right
	}{
		"leadership sees sums and no unit":           {Leadership, []Right{FiguresAggregate, ReportsRead}, []Right{FiguresUnit, FiguresRecord, IssuesWrite, UsersRead}},
		"an inspector sees units, records and cases": {Inspector, []Right{FiguresUnit, FiguresRecord, IssuesWrite}, []Right{LoadsWrite, PolicyWrite, UsersWrite, AuditRead}},
		"a reporter makes reports":                   {Reporter, []Right{ReportsWrite, FiguresAggregate, Export}, []Right{FiguresUnit, FiguresRecord, LoadsRead}},
		"a data administrator loads and sets policy": {DataAdmin, []Right{LoadsWrite, PolicyWrite}, []Right{FiguresRecord, UsersWrite, AuditRead}},
		"a system administrator sees no data":        {SysAdmin, []Right{UsersWrite, Settings, ViewAs}, []Right{FiguresAggregate, FiguresUnit, FiguresRecord, LoadsRead, Export, AuditRead}},
		"an auditor reads the log and the matrix":    {Auditor, []Right{AuditRead, UsersRead}, []Right{UsersWrite, FiguresAggregate, FiguresUnit, ViewAs}},
	} {
		t.Run(name, func(t *testing.T) {
			rights := RightsOf(c.role)
			for _, right := range c.may {
				if !slices.Contains(rights, right) {
					t.Errorf("%s lacks %s", c.role, right)
				}
			}
			for _, right := range c.mustNot {
				if slices.Contains(rights, right) {
					t.Errorf("%s has %s", c.role, right)
				}
			}
		})
	}
	for _, right := range RightsOf(Auditor) {
		if kind[right] == "write" {
			t.Errorf("the auditor can write: %s", right)
		}
	}
}

func TestEveryRoleAndRightHasATextInBothLanguages(t *testing.T) {
	for _, language := range i18n.Languages {
		p := i18n.For(language)
		for _, role := range Roles {
			if !p.Has("role." + string(role)) {
				t.Errorf("%s: role %s has no text", language, role)
			}
		}
		for _, right := range Rights {
			if !p.Has("right." + string(right)) {
				t.Errorf("%s: right %s has no text", language, right)
			}
		}
	}
}

func TestABrokenTableIsFound(t *testing.T) {
	head := "right,kind,leadership,inspector,reporter,data_admin,sysadmin,auditor\n"
	for name, text := range map[string]string{
		"a role that there is not":    "right,kind,boss\n",
		"a role without a column":     "right,kind,auditor\n",
		"a cell that is not a cross":  head + "export,take,yes,,,,,\n",
		"a right of no known kind":    head + "export,some,x,,,,,\n",
		"a line that is not complete": head + "export,take\n",
	} {
		t.Run(name, func(t *testing.T) {
			keptRights, keptKind, keptGiven := Rights, kind, given
			defer func() { Rights, kind, given = keptRights, keptKind, keptGiven }()
			Rights, kind, given = nil, map[Right]string{}, map[Role]rightSet{}
			if err := readTable(text); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

func principal(role Role, regions ...string) Principal {
	return New(Grant{Account: "wang", Name: "王", Roles: []Role{role}, Regions: regions})
}

func TestAScopeIsGivenForARightAlone(t *testing.T) {
	for name, c := range map[string]struct {
		principal Principal
		right     Right
		want      []string
	}{
		"nobody sees nothing":                              {Principal{}, FiguresAggregate, []string{}},
		"a role without regions sees nothing":              {principal(Inspector), FiguresUnit, []string{}},
		"a region that is none sees nothing":               {principal(Inspector, "", "32", "32050x"), FiguresUnit, []string{}},
		"an inspector sees the region's units":             {principal(Inspector, "320500"), FiguresUnit, []string{"3205"}},
		"a region in another is left out":                  {principal(Inspector, "320506", "320600", "320500"), FiguresUnit, []string{"3205", "3206"}},
		"everywhere covers everything":                     {principal(Inspector, "000000", "320500"), FiguresUnit, []string{""}},
		"leadership has no scope for units":                {principal(Leadership, "320000"), FiguresUnit, []string{}},
		"leadership has one for sums":                      {principal(Leadership, "320000"), FiguresAggregate, []string{"32"}},
		"a system administrator has none":                  {principal(SysAdmin, "000000"), FiguresAggregate, []string{}},
		"an auditor has one for the log alone":             {principal(Auditor, "320000"), AuditRead, []string{"32"}},
		"an auditor has none for sums":                     {principal(Auditor, "320000"), FiguresAggregate, []string{}},
		"the command line sees everything":                 {CommandLine("root"), FiguresRecord, []string{""}},
		"without rights there is no scope":                 {principal(Inspector, "320500").WithoutRights(), FiguresUnit, []string{}},
		"a narrower token sees its part":                   {principal(Inspector, "320500").Narrow([]Right{FiguresUnit}, []string{"320506"}), FiguresUnit, []string{"320506"}},
		"a token for elsewhere sees nothing":               {principal(Inspector, "320500").Narrow([]Right{FiguresUnit}, []string{"320600"}), FiguresUnit, []string{}},
		"a token does not widen":                           {principal(Inspector, "320500").Narrow([]Right{FiguresUnit}, []string{"320000"}), FiguresUnit, []string{}},
		"a token that names no region has those it had":    {principal(Inspector, "320500").Narrow([]Right{FiguresUnit}, nil), FiguresUnit, []string{"3205"}},
		"a token has only the rights that it names":        {principal(Inspector, "320500").Narrow([]Right{FiguresAggregate}, nil), FiguresUnit, []string{}},
		"a token has no right that its owner has not":      {principal(Leadership, "320500").Narrow([]Right{FiguresUnit}, nil), FiguresUnit, []string{}},
		"a token cannot add a right by naming it for ever": {principal(Leadership, "320500").Narrow(Rights, []string{"320500"}), UsersRead, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.principal.Scope(c.right).Prefixes(); !slices.Equal(got, c.want) {
				t.Errorf("the scope is %q, want %q", got, c.want)
			}
		})
	}
}

func TestViewingAsAnotherReadsAndDoesNothingElse(t *testing.T) {
	admin := principal(SysAdmin).From(Origin{Session: "s1", Address: "192.0.2.1"})
	other := Grant{Account: "li", Name: "李", Roles: []Role{Inspector, DataAdmin, SysAdmin}, Regions: []string{"320500"}}
	seen, err := admin.ViewAs(other)
	if err != nil {
		t.Fatal(err)
	}
	if seen.Account() != "li" || seen.Actor() != "wang" || !seen.ViewingAs() || seen.Origin().Session != "s1" {
		t.Errorf("account %s, actor %s, session %s", seen.Account(), seen.Actor(), seen.Origin().Session)
	}
	for _, right := range seen.Rights() {
		if kind[right] != "read" {
			t.Errorf("it may %s", right)
		}
	}
	if !seen.Can(FiguresRecord) || !slices.Equal(seen.Scope(FiguresRecord).Prefixes(), []string{"3205"}) {
		t.Error("it does not see what the other sees")
	}
	if _, err := seen.ViewAs(Grant{Account: "zhao"}); problem.Code(err) != "access_denied" {
		t.Errorf("a third account is looked through: %v", err)
	}
	if _, err := principal(Inspector).ViewAs(other); problem.Code(err) != "access_denied" {
		t.Errorf("an inspector views as another: %v", err)
	}
	if _, err := admin.ViewAs(Grant{Account: "wang"}); problem.Code(err) != "view_as_self" {
		t.Errorf("an administrator views as itself: %v", err)
	}
}

func TestRegionsAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"320500,320600": "320500 320600", "3205， 3206": "320500 320600", "32": "320000", "all": "000000", "全部": "000000",
		"320506、320500": "320500", "": "", "320600 320500": "320500 320600", "000000": "000000",
	} {
		codes, err := ReadRegions(text)
		if err != nil || strings.Join(codes, " ") != want {
			t.Errorf("%q is read as %q, %v; want %q", text, codes, err, want)
		}
	}
	for _, text := range []string{"3", "32050", "3205000", "32050x", "江苏", "320500;DROP", "３２０５００"} {
		if codes, err := ReadRegions(text); problem.Code(err) != "region_code" {
			t.Errorf("%q is read as %q, %v", text, codes, err)
		}
	}
}

func TestRegionsThatAreLeftOutChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[01][012](00|1[01])(00|0[12])`)
		given := rapid.SliceOf(code).Draw(t, "given")
		kept := filter.Regions(Regions(given)...)
		whole := filter.Regions(given...)
		for _, probe := range append(given, rapid.SliceOf(code).Draw(t, "probes")...) {
			if kept.Allows(probe) != whole.Allows(probe) {
				t.Fatalf("%q of %q: %v", probe, given, kept)
			}
		}
		if again := Regions(Regions(given)); !slices.Equal(again, Regions(given)) {
			t.Fatalf("%q becomes %q", Regions(given), again)
		}
	})
}
