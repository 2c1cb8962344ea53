package auth

import (
	"slices"
	"testing"

	"jianfu/internal/access"
	"jianfu/queries"
)

// TestNobodyAloneMakesAnAccountAndTakesItsPassword has two administrators, a and b.
func TestNobodyAloneMakesAnAccountAndTakesItsPassword(t *testing.T) {
	o := empty(t)
	o.create("aa", access.SysAdmin)
	o.create("bb", access.SysAdmin)
	a, b := principal("aa", access.SysAdmin), principal("bb", access.SysAdmin)
	created, err := o.Create(t.Context(), a, NewAccount{Account: "wang", Name: "某人", Roles: []access.Role{access.Inspector}, Regions: []string{"320500"},
		Password: password, MustChange: true})
	o.must(err)
	if !slices.Equal(created.GivenBy, []string{"aa"}) || !created.Unconfirmed() {
		t.Errorf("made: %+v", created)
	}
	_, v := o.signedIn("wang")
	if code, _, err := o.Confirmation(t.Context(), v); code != "" || err != nil {
		t.Errorf("a code before the first password was changed: %q, %v", code, err)
	}
	refused(t, o.Confirm(t.Context(), b, "wang", "000000"), "confirm_password_first")
	const own = "violin harbour moss"
	id, err := o.ChangePassword(t.Context(), v, password, own, here)
	o.must(err)
	v = o.visit(id)
	if !v.Unconfirmed || v.MustChange || len(v.Principal.Rights()) != 0 {
		t.Errorf("before it is confirmed: %+v, rights %v", v, v.Principal.Rights())
	}
	code, given, err := o.Confirmation(t.Context(), v)
	o.must(err)
	if len(code) != 6 || !slices.Equal(given, []string{"aa"}) {
		t.Errorf("the code is %q, given by %v", code, given)
	}
	refused(t, o.Confirm(t.Context(), a, "wang", code), "confirm_another")
	refused(t, o.Confirm(t.Context(), principal("wang", access.SysAdmin), "wang", code), "confirm_another")
	refused(t, o.Confirm(t.Context(), b, "wang", "12345"+string('0'+(code[5]-'0'+1)%10)), "confirm_code")
	refused(t, o.Confirm(t.Context(), principal("inspector", access.Inspector, "320500"), "wang", code), "access_denied")
	refused(t, o.Confirm(t.Context(), b, "nobody", code), "account_unknown")
	o.must(o.Confirm(t.Context(), b, "wang", code))
	if v = o.visit(id); v.Unconfirmed || !v.Principal.Can(access.FiguresUnit) {
		t.Errorf("after it is confirmed: %+v", v)
	}
	refused(t, o.Confirm(t.Context(), b, "wang", code), "confirm_none")
	if got := o.actions(queries.AuditSearch{Object: "wang"}); !slices.Contains(got, "account_confirmed") {
		t.Errorf("recorded: %v", got)
	}
}

func TestWhatGivesSomebodyAWayInWantsASecondPerson(t *testing.T) {
	o := empty(t)
	for _, name := range []string{"aa", "bb", "cc"} {
		o.create(name, access.SysAdmin)
	}
	a, b, c := principal("aa", access.SysAdmin), principal("bb", access.SysAdmin), principal("cc", access.SysAdmin)
	o.create("wang", access.Reporter, "320500")
	given := func(account string) []string {
		found, err := o.Account(t.Context(), cli, account)
		o.must(err)
		return found.GivenBy
	}
	change := func(by access.Principal, change Change) {
		_, err := o.Change(t.Context(), by, "wang", change)
		o.must(err)
	}
	name := "王芳"
	change(a, Change{Name: &name})
	if got := given("wang"); len(got) != 0 {
		t.Errorf("a new name wants confirming by others than %v", got)
	}
	change(a, Change{Regions: []string{"320505"}})
	if got := given("wang"); len(got) != 0 {
		t.Errorf("fewer regions want confirming by others than %v", got)
	}
	change(a, Change{Regions: []string{"320500"}})
	if got := given("wang"); !slices.Equal(got, []string{"aa"}) {
		t.Errorf("more regions: %v", got)
	}
	change(b, Change{Roles: []access.Role{access.Inspector}})
	if got := given("wang"); !slices.Equal(got, []string{"aa", "bb"}) {
		t.Errorf("more rights: %v", got)
	}
	_, v := o.signedIn("wang")
	code, _, err := o.Confirmation(t.Context(), v)
	o.must(err)
	for _, by := range []access.Principal{a, b} { // neither alone, whoever of them was the last
		refused(t, o.Confirm(t.Context(), by, "wang", code), "confirm_another")
	}
	o.must(o.Confirm(t.Context(), c, "wang", code))
	o.must(o.ResetPassword(t.Context(), a, "wang", "violin harbour moss", true))
	if got := given("wang"); !slices.Equal(got, []string{"aa"}) {
		t.Errorf("a password that somebody else gave: %v", got)
	}
	o.must(o.ResetPassword(t.Context(), cli, "wang", password, false))
	if got := given("wang"); !slices.Equal(got, []string{"aa"}) {
		t.Errorf("the command line confirms by the way: %v", got)
	}
	o.confirm("wang", cli) // where there is no second administrator
	refused(t, o.ResetPassword(t.Context(), a, "aa", "violin harbour moss", true), "account_self")
	// A second administrator that the first has made is none yet.
	_, err = o.Create(t.Context(), a, NewAccount{Account: "puppet", Name: "某人", Roles: []access.Role{access.SysAdmin}, Password: password})
	o.must(err)
	_, v = o.signedIn("puppet")
	if v.Principal.Can(access.UsersWrite) {
		t.Error("an administrator that nobody has confirmed keeps accounts")
	}
}

func TestTokensEndWithThePasswordAndWithAllSessions(t *testing.T) {
	o := staffed(t)
	inspector := principal("inspector", access.Inspector, "320500")
	token := func() string {
		text, _, err := o.CreateToken(t.Context(), inspector, "inspector", NewToken{Label: "月报", Days: 30})
		o.must(err)
		_, err = o.Bearer(t.Context(), text, here)
		o.must(err)
		return text
	}
	for name, end := range map[string]func() error{
		"the owner changes the password": func() error {
			_, v := o.signedIn("inspector")
			_, err := o.ChangePassword(t.Context(), v, password, "violin harbour moss", here)
			if err == nil {
				err = o.ResetPassword(t.Context(), cli, "inspector", password, false)
			}
			return err
		},
		"somebody resets it":             func() error { return o.ResetPassword(t.Context(), cli, "inspector", password, false) },
		"the owner signs out everywhere": func() error { return o.SignOutEverywhere(t.Context(), inspector, "inspector") },
		"an administrator does":          func() error { return o.SignOutEverywhere(t.Context(), cli, "inspector") },
	} {
		text := token()
		o.must(end())
		if _, err := o.Bearer(t.Context(), text, here); err == nil {
			t.Errorf("%s, and the token still works", name)
		}
	}
	other, _, err := o.CreateToken(t.Context(), principal("reporter", access.Reporter, "320500"), "reporter", NewToken{Label: "月报", Days: 30})
	o.must(err)
	o.must(o.SignOutEverywhere(t.Context(), cli, "inspector"))
	if _, err := o.Bearer(t.Context(), other, here); err != nil {
		t.Errorf("somebody else's token ended too: %v", err)
	}
	text := token()
	o.must(o.ResetPassword(t.Context(), principal("sysadmin", access.SysAdmin), "inspector", password, false))
	if _, err := o.Bearer(t.Context(), text, here); err == nil {
		t.Error("a token of an account that waits to be confirmed works")
	}
}

func TestNamesOfAccountsElsewhereAreNotTold(t *testing.T) {
	o := staffed(t)
	o.create("nanjing", access.Inspector, "320100")
	o.create("wuzhong", access.Inspector, "320506")
	o.create("province", access.Inspector, "320000")
	inspector := principal("inspector", access.Inspector, "320500")
	names, err := o.NamesNear(t.Context(), inspector, []string{"inspector", "nanjing", "wuzhong", "province", "sysadmin", "nobody"})
	o.must(err)
	for account, want := range map[string]bool{"inspector": true, "wuzhong": true, "province": true, "nanjing": false, "sysadmin": false, "nobody": false} {
		if _, told := names[account]; told != want {
			t.Errorf("%s: told %v", account, told)
		}
	}
}
