package auth

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

func principal(account string, role access.Role, regions ...string) access.Principal {
	return access.New(access.Grant{Account: account, Roles: []access.Role{role}, Regions: regions})
}

func TestNewAccountsAreChecked(t *testing.T) {
	o := staffed(t)
	roles := func(r ...access.Role) []access.Role { return r }
	suzhou := []string{"320500"}
	for name, c := range map[string]struct {
		by   access.Principal
		n    NewAccount
		code string
	}{
		"an inspector makes none":                {principal("inspector", access.Inspector, "320500"), NewAccount{Account: "new", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "access_denied"},
		"an auditor makes none":                  {principal("auditor", access.Auditor, "000000"), NewAccount{Account: "new", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "access_denied"},
		"nobody makes none":                      {access.Principal{}, NewAccount{Account: "new", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "access_denied"},
		"a name that is taken":                   {cli, NewAccount{Account: "inspector", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "account_taken"},
		"a name that is taken, in capitals":      {cli, NewAccount{Account: " Inspector ", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "account_taken"},
		"a name with a space":                    {cli, NewAccount{Account: "wang fang", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "account_name"},
		"a name like the command line's":         {cli, NewAccount{Account: "cli:root", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "account_name"},
		"a name that is markup":                  {cli, NewAccount{Account: "<img>", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "account_name"},
		"no name":                                {cli, NewAccount{Account: "", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "account_name"},
		"a name of a person that is a story":     {cli, NewAccount{Account: "new", Name: strings.Repeat("长", 61), Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "account_long_name"},
		"no role":                                {cli, NewAccount{Account: "new", Regions: suzhou, Password: password}, "role_missing"},
		"a role that there is not":               {cli, NewAccount{Account: "new", Roles: roles("boss"), Regions: suzhou, Password: password}, "role_unknown"},
		"an administrator who inspects":          {cli, NewAccount{Account: "new", Roles: roles(access.SysAdmin, access.Inspector), Regions: suzhou, Password: password}, "role_alone"},
		"an auditor who loads":                   {cli, NewAccount{Account: "new", Roles: roles(access.DataAdmin, access.Auditor), Regions: suzhou, Password: password}, "role_alone"},
		"an inspector without regions":           {cli, NewAccount{Account: "new", Roles: roles(access.Inspector), Password: password}, "regions_missing"},
		"an inspector whose regions are none":    {cli, NewAccount{Account: "new", Roles: roles(access.Inspector), Regions: []string{"", "x"}, Password: password}, "regions_missing"},
		"a short password":                       {cli, NewAccount{Account: "new", Roles: roles(access.Inspector), Regions: suzhou, Password: "short"}, "password_short"},
		"no password":                            {cli, NewAccount{Account: "new", Roles: roles(access.Inspector), Regions: suzhou}, "password_short"},
		"an administrator without regions":       {cli, NewAccount{Account: "admin2", Roles: roles(access.SysAdmin), Password: password}, ""},
		"an inspector who also reports":          {principal("sysadmin", access.SysAdmin), NewAccount{Account: "both@example.com", Roles: roles(access.Inspector, access.Reporter), Regions: []string{"320506", "320500"}, Password: password}, ""},
		"through another's eyes none is made":    {viewing(t), NewAccount{Account: "new", Roles: roles(access.Inspector), Regions: suzhou, Password: password}, "access_denied"},
		"a name of a person is not asked for":    {cli, NewAccount{Account: "nameless", Roles: roles(access.Leadership), Regions: suzhou, Password: password}, ""},
		"the password is what the name is like":  {cli, NewAccount{Account: "zhangsanfeng", Roles: roles(access.Leadership), Regions: suzhou, Password: "ZhangSanFeng1"}, "password_is_name"},
		"the same name as one that was disabled": {cli, NewAccount{Account: "reporter", Roles: roles(access.Leadership), Regions: suzhou, Password: password}, "account_taken"},
	} {
		t.Run(name, func(t *testing.T) {
			created, err := o.Create(t.Context(), c.by, c.n)
			if problem.Code(err) != c.code || err != nil && c.code == "" {
				t.Fatalf("error %v, want the problem %q", err, c.code)
			}
			if err == nil && (created.Account != c.n.Account || created.Name == "" || created.CreatedBy != c.by.Account()) {
				t.Errorf("%+v", created)
			}
		})
	}
	accounts, err := o.Accounts(t.Context(), cli)
	if err != nil || len(accounts) != 9 || !slices.IsSortedFunc(accounts, func(a, b Account) int { return strings.Compare(a.Account, b.Account) }) {
		t.Errorf("%d accounts, %v: %+v", len(accounts), err, accounts)
	}
}

// viewing is an administrator who looks through another administrator's eyes.
func viewing(t *testing.T) access.Principal {
	t.Helper()
	p, err := principal("sysadmin", access.SysAdmin).ViewAs(access.Grant{Account: "other", Roles: []access.Role{access.SysAdmin}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestChangesHoldAtOnceAndAreRecorded(t *testing.T) {
	o := staffed(t)
	admin := principal("sysadmin", access.SysAdmin)
	yes, no, name := true, false, "王芳"
	session, _ := o.signedIn("inspector")

	for step, c := range []struct {
		account string
		change  Change
		code    string
	}{
		{"inspector", Change{Name: &name}, ""},
		{"inspector", Change{}, ""},
		{"inspector", Change{Roles: []access.Role{access.Inspector, access.SysAdmin}}, "role_alone"},
		{"inspector", Change{Regions: []string{}}, "regions_missing"},
		{"nobody", Change{Name: &name}, "account_unknown"},
		{"sysadmin", Change{Disabled: &yes}, "account_self"},
		{"sysadmin", Change{Roles: []access.Role{access.Inspector}, Regions: []string{"000000"}}, "account_self"},
		{"sysadmin", Change{Name: &name}, ""},
	} {
		if _, err := o.Change(t.Context(), admin, c.account, c.change); problem.Code(err) != c.code || err != nil && c.code == "" {
			t.Errorf("step %d: %v, want %q", step, err, c.code)
		}
	}
	v := o.visit(session)
	if v.Principal.Name() != name {
		t.Errorf("the session still says %s", v.Principal.Name())
	}
	if _, err := o.Change(t.Context(), cli, "sysadmin", Change{Disabled: &yes}); problem.Code(err) != "account_last_keeper" {
		t.Errorf("the last administrator is disabled: %v", err)
	}
	if _, err := o.Change(t.Context(), cli, "sysadmin", Change{Roles: []access.Role{access.Auditor}, Regions: []string{"000000"}}); problem.Code(err) != "account_last_keeper" {
		t.Errorf("the last administrator becomes an auditor: %v", err)
	}

	changed, err := o.Change(t.Context(), admin, "inspector", Change{Regions: []string{"320600"}})
	o.must(err)
	if !slices.Equal(changed.Regions, []string{"320600"}) || changed.ChangedBy != "sysadmin" {
		t.Errorf("%+v", changed)
	}
	_, err = o.Visit(t.Context(), session, here)
	refused(t, err, "session_over") // new regions want a new sign-in
	o.confirm("inspector", cli)     // new regions want a second person
	session, v = o.signedIn("inspector")
	if got := v.Principal.Scope(access.FiguresUnit).Prefixes(); !slices.Equal(got, []string{"3206"}) {
		t.Errorf("the scope is %q", got)
	}

	// Another process disables the account of somebody who is at work.
	_, err = o.another().Change(t.Context(), cli, "inspector", Change{Disabled: &yes})
	o.must(err)
	_, err = o.Visit(t.Context(), session, here)
	refused(t, err, "session_over")
	_, _, err = o.SignIn(t.Context(), "inspector", password, here)
	refused(t, err, "account_disabled")
	_, _, err = o.SignIn(t.Context(), "inspector", "not the password", here)
	refused(t, err, "sign_in_failed")
	_, err = o.Change(t.Context(), cli, "inspector", Change{Disabled: &no})
	o.must(err)
	_, err = o.Visit(t.Context(), session, here)
	refused(t, err, "session_over") // and stays over
	o.signedIn("inspector")

	want := []string{"account_created", "account_changed", "account_changed", "account_confirmed", "account_disabled", "account_enabled"}
	got := slices.DeleteFunc(o.actions(queries.AuditSearch{Object: "inspector"}), func(a string) bool { return strings.HasPrefix(a, "sign_in") })
	if !slices.Equal(got, want) {
		t.Errorf("recorded: %q, want %q", got, want)
	}
}

func TestManyProcessesChangeOneAccountAndLoseNothing(t *testing.T) {
	o := staffed(t)
	services := []*Service{o.Service, o.another(), o.another()}
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			name := strings.Repeat("名", i+1)
			if _, err := services[i%3].Change(context.Background(), cli, "reporter", Change{Name: &name}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := o.actions(queries.AuditSearch{Object: "reporter"}); len(got) != 13 {
		t.Errorf("%d entries: %q", len(got), got)
	}
	rows, err := o.q.Accounts(t.Context())
	o.must(err)
	for _, row := range rows {
		if row.Account == "reporter" && row.Version != 13 {
			t.Errorf("after twelve changes the version is %d", row.Version)
		}
	}
	for _, s := range services {
		account, err := s.Account(t.Context(), cli, "reporter")
		if first, _ := o.Account(t.Context(), cli, "reporter"); err != nil || account.Name != first.Name {
			t.Errorf("one says %s and another %s, %v", account.Name, first.Name, err)
		}
	}
}

func TestWhoMayKnowOfAccounts(t *testing.T) {
	o := staffed(t)
	o.create("nantong", access.Inspector, "320600")
	for name, c := range map[string]struct {
		by   access.Principal
		want string
		code string
	}{
		"an administrator knows all":                 {principal("sysadmin", access.SysAdmin), "auditor data_admin inspector leadership nantong reporter sysadmin", ""},
		"an auditor of everything knows all":         {principal("auditor", access.Auditor, "000000"), "auditor data_admin inspector leadership nantong reporter sysadmin", ""},
		"an auditor of a city knows the city's":      {principal("auditor2", access.Auditor, "320600"), "nantong", ""},
		"an auditor knows itself":                    {principal("auditor", access.Auditor, "320600"), "auditor nantong", ""},
		"an inspector knows of none":                 {principal("inspector", access.Inspector, "000000"), "", "access_denied"},
		"an auditor through an administrator's eyes": {viewing(t), "auditor data_admin inspector leadership nantong reporter sysadmin", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.code == "none" {
				c.want, c.code = "", "" // it reads accounts, but only its own are in the regions that it has not
			}
			accounts, err := o.Accounts(t.Context(), c.by)
			var names []string
			for _, a := range accounts {
				names = append(names, a.Account)
			}
			if got := strings.Join(names, " "); got != c.want || problem.Code(err) != c.code {
				t.Errorf("got %q, %v; want %q, %q", got, err, c.want, c.code)
			}
		})
	}
}

func TestThePermissionMatrix(t *testing.T) {
	o := staffed(t)
	yes := true
	_, err := o.Change(t.Context(), cli, "reporter", Change{Disabled: &yes})
	o.must(err)
	rows, err := o.Matrix(t.Context(), principal("auditor", access.Auditor, "000000"))
	o.must(err)
	for _, row := range rows {
		want := access.RightsOf(row.Roles...)
		if row.Disabled {
			want = []access.Right{}
		}
		if !slices.Equal(row.Rights, want) {
			t.Errorf("%s: %v, want %v", row.Account.Account, row.Rights, want)
		}
	}
	if len(rows) != len(access.Roles) {
		t.Errorf("%d rows", len(rows))
	}
	var out bytes.Buffer
	table, err := tabular.NewTable(&out, "csv", MatrixColumns())
	o.must(err)
	n, err := o.ExportMatrix(t.Context(), principal("auditor", access.Auditor, "000000"), table)
	o.must(err)
	o.must(table.Close())
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if n != len(access.Roles) || len(lines) != n+1 || !strings.HasPrefix(lines[5], "reporter,某人,disabled,reporter,320500,") {
		t.Errorf("%d rows:\n%s", n, out.String())
	}
	_, err = o.ExportMatrix(t.Context(), principal("sysadmin", access.SysAdmin), table)
	refused(t, err, "access_denied")
}

func TestTheFirstAccountIsMadeWithTheOneTimeLink(t *testing.T) {
	o := empty(t)
	token, err := o.OfferSetup(t.Context())
	o.must(err)
	old := token
	token, err = o.OfferSetup(t.Context())
	o.must(err)
	finish := func(token string, from Client, password string) (string, error) {
		return o.FinishSetup(t.Context(), token, "admin", "管理员", password, from)
	}
	for name, c := range map[string]struct {
		token string
		from  Client
		code  string
	}{
		"from another machine":          {token, here, "setup_closed"},
		"with no address":               {token, Client{}, "setup_closed"},
		"with the link before":          {old, local, "setup_closed"},
		"with no link":                  {"", local, "setup_closed"},
		"with a password that is short": {token, local, "password_short"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := finish(c.token, c.from, "short")
			refused(t, err, c.code)
		})
	}
	o.clock.pass(59 * time.Minute)
	o.must(o.CheckSetup(token, local))
	o.clock.pass(time.Minute)
	refused(t, o.CheckSetup(token, local), "setup_closed")
	token, err = o.OfferSetup(t.Context())
	o.must(err)
	other := o.another()
	otherToken, err := other.OfferSetup(t.Context())
	o.must(err)

	id, err := finish(token, local, password)
	o.must(err)
	v := o.visit(id)
	if !v.Principal.Can(access.UsersWrite) || v.Account.CreatedBy != setupActor {
		t.Errorf("%+v", v)
	}
	_, err = finish(token, local, password)
	refused(t, err, "setup_closed")
	_, err = other.FinishSetup(t.Context(), otherToken, "admin2", "", password, local)
	refused(t, err, "setup_closed")
	if token, err := o.OfferSetup(t.Context()); token != "" || err != nil {
		t.Errorf("a second link is offered: %q, %v", token, err)
	}
	if got := o.actions(queries.AuditSearch{Object: "admin"}); !slices.Equal(got, []string{"setup", "sign_in"}) {
		t.Errorf("recorded: %q", got)
	}
}

func TestEveryFaultHasAText(t *testing.T) {
	// The keys written out in the code are found by the test of i18n; these are put together.
	for _, language := range i18n.Languages {
		for _, code := range []string{"sign_in_failed", "account_disabled"} {
			if !i18n.For(language).Has("problem." + code) {
				t.Errorf("%s: %s", language, code)
			}
		}
	}
}
