package auth

import (
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/problem"
	"jianfu/queries"
)

func TestTokensGiveNoMoreThanTheirOwnerHas(t *testing.T) {
	o := staffed(t)
	inspector := principal("inspector", access.Inspector, "320500")
	for name, c := range map[string]struct {
		by     access.Principal
		owner  string
		n      NewToken
		code   string
		rights []access.Right
		scope  []string // for units
	}{
		"all that it can give": {inspector, "inspector", NewToken{Label: "a", Days: 30}, "",
			[]access.Right{access.FiguresAggregate, access.FiguresUnit, access.FiguresRecord, access.IssuesRead, access.ReportsRead, access.DeclarationCheck, access.PolicyRead, access.Export}, []string{"3205"}},
		"fewer rights":                       {inspector, "inspector", NewToken{Label: "a", Days: 30, Rights: []access.Right{access.FiguresAggregate}}, "", []access.Right{access.FiguresAggregate}, []string{}},
		"a part of the regions":              {inspector, "inspector", NewToken{Label: "a", Days: 30, Rights: []access.Right{access.FiguresUnit}, Regions: []string{"320506"}}, "", []access.Right{access.FiguresUnit}, []string{"320506"}},
		"by the command line":                {cli, "reporter", NewToken{Label: "a", Days: 1, Rights: []access.Right{access.ReportsRead}}, "", []access.Right{access.ReportsRead}, []string{}},
		"a right that it has not":            {inspector, "inspector", NewToken{Label: "a", Days: 30, Rights: []access.Right{access.LoadsRead}}, "token_right", nil, nil},
		"a right that is not for tokens":     {inspector, "inspector", NewToken{Label: "a", Days: 30, Rights: []access.Right{access.Tokens}}, "token_right", nil, nil},
		"registering issues, if it is asked": {inspector, "inspector", NewToken{Label: "a", Days: 30, Rights: []access.Right{access.IssuesWrite}}, "", []access.Right{access.IssuesWrite}, []string{}},
		"a right that there is not":          {inspector, "inspector", NewToken{Label: "a", Days: 30, Rights: []access.Right{"all"}}, "token_right", nil, nil},
		"regions that it has not":            {inspector, "inspector", NewToken{Label: "a", Days: 30, Regions: []string{"320600"}}, "token_regions", nil, nil},
		"more than its regions":              {inspector, "inspector", NewToken{Label: "a", Days: 30, Regions: []string{"320000"}}, "token_regions", nil, nil},
		"regions that are none":              {inspector, "inspector", NewToken{Label: "a", Days: 30, Regions: []string{""}}, "token_regions", nil, nil},
		"no label":                           {inspector, "inspector", NewToken{Label: "  ", Days: 30}, "token_label", nil, nil},
		"no end":                             {inspector, "inspector", NewToken{Label: "a"}, "token_days", nil, nil},
		"more than a year":                   {inspector, "inspector", NewToken{Label: "a", Days: 366}, "token_days", nil, nil},
		"somebody else's":                    {inspector, "reporter", NewToken{Label: "a", Days: 30}, "access_denied", nil, nil},
		"an administrator's":                 {principal("sysadmin", access.SysAdmin), "sysadmin", NewToken{Label: "a", Days: 30}, "access_denied", nil, nil},
		"by an administrator for another":    {principal("sysadmin", access.SysAdmin), "inspector", NewToken{Label: "a", Days: 30}, "access_denied", nil, nil},
		"by a token":                         {inspector.From(access.Origin{Token: "t"}), "inspector", NewToken{Label: "a", Days: 30}, "access_denied", nil, nil},
		"an account that has nothing for it": {cli, "auditor", NewToken{Label: "a", Days: 30, Rights: []access.Right{access.AuditRead}}, "token_right", nil, nil},
		"no account":                         {cli, "nobody", NewToken{Label: "a", Days: 30}, "account_unknown", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			text, token, err := o.CreateToken(t.Context(), c.by, c.owner, c.n)
			if problem.Code(err) != c.code || err != nil && c.code == "" {
				t.Fatalf("%v, want %q", err, c.code)
			}
			if err != nil {
				return
			}
			if !strings.HasPrefix(text, "jf_") || len(text) != 46 || strings.Contains(text, token.ID) {
				t.Errorf("the text is %s", text)
			}
			v, err := o.Bearer(t.Context(), text, there)
			if err != nil || v.Token != token.ID || v.Session != "" || v.Principal.Origin().Token != token.ID || v.Account.Account != c.owner {
				t.Fatalf("%+v, %v", v, err)
			}
			if got := v.Principal.Rights(); !slices.Equal(got, c.rights) {
				t.Errorf("it may %v, want %v", got, c.rights)
			}
			if got := v.Principal.Scope(access.FiguresUnit).Prefixes(); !slices.Equal(got, c.scope) {
				t.Errorf("it sees %v, want %v", got, c.scope)
			}
			refused(t, o.SignOutEverywhere(t.Context(), v.Principal, c.owner), "access_denied")
		})
	}
}

func TestTokensEndWhenTheyShould(t *testing.T) {
	o := staffed(t)
	inspector := principal("inspector", access.Inspector, "320500")
	create := func() (string, Token) {
		text, token, err := o.CreateToken(t.Context(), inspector, "inspector", NewToken{Label: "nightly", Days: 30})
		o.must(err)
		return text, token
	}
	bearer := func(text string) error {
		_, err := o.Bearer(t.Context(), text, there)
		return err
	}
	text, token := create()
	session, _ := o.signedIn("inspector")
	for name, wrong := range map[string]string{
		"none": "", "the prefix": "jf_", "without its prefix": text[3:], "its id": token.ID, "a session": session, "the session as a token": "jf_" + session,
		"what the store holds": digest(text), "another letter": text[:45] + "-", "a story": strings.Repeat("jf_", 10_000),
	} {
		if err := bearer(wrong); problem.Code(err) != "token_refused" {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := o.Visit(t.Context(), text, here)
	refused(t, err, "session_over")

	o.clock.pass(30*24*time.Hour - time.Millisecond)
	o.must(bearer(text))
	o.restart()
	o.must(bearer(text))
	o.clock.pass(time.Millisecond)
	refused(t, bearer(text), "token_refused")

	text, token = create()
	o.must(bearer(text))
	other := o.another()
	o.must(func() error { _, err := other.Bearer(t.Context(), text, there); return err }())
	refused(t, o.RevokeToken(t.Context(), principal("reporter", access.Reporter, "320500"), token.ID), "token_unknown")
	refused(t, o.RevokeToken(t.Context(), inspector.From(access.Origin{Token: "t"}), token.ID), "token_unknown")
	o.must(o.RevokeToken(t.Context(), principal("sysadmin", access.SysAdmin), token.ID))
	refused(t, bearer(text), "token_refused")
	_, err = other.Bearer(t.Context(), text, there)
	refused(t, err, "token_refused")
	o.must(o.Close(t.Context()))
	o.must(other.Close(t.Context())) // the late word of its use does not bring it back
	o.restart()
	refused(t, bearer(text), "token_refused")
	refused(t, o.RevokeToken(t.Context(), cli, token.ID), "token_unknown")

	text, _ = create()
	yes, no := true, false
	_, err = o.Change(t.Context(), cli, "inspector", Change{Disabled: &yes})
	o.must(err)
	refused(t, bearer(text), "token_refused")
	_, err = o.Change(t.Context(), cli, "inspector", Change{Disabled: &no, Regions: []string{"320600"}})
	o.must(err)
	v, err := o.Bearer(t.Context(), text, there)
	if err != nil || !slices.Equal(v.Principal.Scope(access.FiguresUnit).Prefixes(), []string{"3206"}) {
		t.Errorf("after the owner moved: %v, %v", v.Principal.Regions(), err)
	}
	_, err = o.Change(t.Context(), cli, "inspector", Change{Roles: []access.Role{access.Leadership}})
	o.must(err)
	v, err = o.Bearer(t.Context(), text, there)
	if err != nil || v.Principal.Can(access.FiguresUnit) || !v.Principal.Can(access.FiguresAggregate) {
		t.Errorf("after the owner became a leader it may %v, %v", v.Principal.Rights(), err)
	}
	o.must(o.ResetPassword(t.Context(), cli, "inspector", "yet another one", true))
	refused(t, bearer(text), "token_refused")
}

func TestTokensAreListedCountedAndRecorded(t *testing.T) {
	o := staffed(t)
	inspector := principal("inspector", access.Inspector, "320500")
	for range mostTokens {
		_, _, err := o.CreateToken(t.Context(), inspector, "inspector", NewToken{Label: "nightly", Days: 1})
		o.must(err)
	}
	_, _, err := o.CreateToken(t.Context(), inspector, "inspector", NewToken{Label: "nightly", Days: 1})
	refused(t, err, "token_many")
	o.clock.pass(24 * time.Hour)
	text, token, err := o.CreateToken(t.Context(), inspector, "inspector", NewToken{Label: "new", Days: 1})
	o.must(err)
	for range 200 {
		o.clock.pass(time.Second)
		_, err = o.Bearer(t.Context(), text, there)
		o.must(err)
	}
	for name, c := range map[string]struct {
		by      access.Principal
		account string
		count   int
		code    string
	}{
		"its owner":                   {inspector, "inspector", mostTokens + 1, ""},
		"an administrator, of one":    {principal("sysadmin", access.SysAdmin), "inspector", mostTokens + 1, ""},
		"an auditor, of all":          {principal("auditor", access.Auditor, "000000"), "", mostTokens + 1, ""},
		"an auditor of another place": {principal("auditor", access.Auditor, "320600"), "", 0, ""},
		"somebody else":               {principal("reporter", access.Reporter, "320500"), "inspector", 0, "access_denied"},
		"its owner, of all":           {inspector, "", 0, "access_denied"},
		"nobody":                      {access.Principal{}, "", 0, "access_denied"},
	} {
		t.Run(name, func(t *testing.T) {
			tokens, err := o.Tokens(t.Context(), c.by, c.account)
			if len(tokens) != c.count || problem.Code(err) != c.code {
				t.Fatalf("%d tokens, %v", len(tokens), err)
			}
			if c.count > 0 && (tokens[0].ID != token.ID || o.clock.now().Sub(tokens[0].UsedAt) > time.Minute || !tokens[1].UsedAt.Equal(never)) {
				t.Errorf("the newest is %+v, then %+v", tokens[0], tokens[1])
			}
		})
	}
	if rows := rowsOf(t, o, "api_tokens"); rows > mostTokens+1+4 {
		t.Errorf("200 seconds of use made %d rows", rows)
	}
	for range 150 {
		_, _ = o.Bearer(t.Context(), "jf_wrong", there)
	}
	got := o.actions(queries.AuditSearch{Actions: []string{"token_refused", "sign_in_held"}})
	if len(got) != addressFree+1 || got[addressFree] != "sign_in_held" {
		t.Errorf("150 wrong tokens make %d entries", len(got))
	}
	if _, err := o.Bearer(t.Context(), text, there); err != nil {
		t.Errorf("a good token at the same address: %v", err)
	}
}
