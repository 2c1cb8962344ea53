package auth

import (
	"context"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/queries"
)

func TestSessionsEndWhenTheyShould(t *testing.T) {
	o := staffed(t)
	minutes := func(n ...int) (pauses []time.Duration) {
		for _, m := range n {
			pauses = append(pauses, time.Duration(m)*time.Minute)
		}
		return pauses
	}
	var everyTwenty []time.Duration
	for range 35 {
		everyTwenty = append(everyTwenty, 20*time.Minute)
	}
	for name, c := range map[string]struct {
		pauses  []time.Duration // the session is used after each
		restart bool            // before the last use
		over    bool            // at the last use
	}{
		"it is used at once":                            {minutes(0), false, false},
		"a pause just short of the idle time":           {[]time.Duration{30*time.Minute - time.Millisecond}, false, false},
		"a pause of the idle time":                      {minutes(30), false, true},
		"many short pauses":                             {minutes(20, 20, 20, 20), false, false},
		"a pause behind many uses":                      {minutes(20, 20, 30), false, true},
		"uses within one minute do not prolong it much": {[]time.Duration{59 * time.Second, 30 * time.Minute}, false, true},
		"all day long, to the last moment":              {append(slices.Clone(everyTwenty), 20*time.Minute-time.Millisecond), false, false},
		"all day long, and the day is over":             {append(slices.Clone(everyTwenty), 20*time.Minute), false, true},
		"a restart in between":                          {minutes(20, 20), true, false},
		"a restart does not prolong it":                 {minutes(20, 30), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			id, _ := o.signedIn("inspector")
			for i, pause := range c.pauses {
				o.clock.pass(pause)
				last := i == len(c.pauses)-1
				if last && c.restart {
					o.restart()
				}
				_, err := o.Visit(t.Context(), id, here)
				if (err != nil) != (last && c.over) {
					t.Fatalf("use %d: %v", i+1, err)
				}
				if err != nil {
					refused(t, err, "session_over")
				}
			}
			o.clock.pass(24 * time.Hour)
		})
	}
}

func TestASessionIsWrittenOnceAMinuteAtMost(t *testing.T) {
	o := staffed(t)
	id, _ := o.signedIn("inspector")
	other, _ := o.signedIn("reporter")
	for range 300 {
		o.clock.pass(time.Second)
		o.visit(id)
		o.visit(other)
	}
	if got := rowsOf(t, o, "sessions"); got > 2+2*6 {
		t.Errorf("two sessions in five minutes have %d rows", got)
	}
	o.restart()
	sessions, err := o.Sessions(t.Context(), cli, "inspector")
	if err != nil || len(sessions) != 1 || o.clock.now().Sub(sessions[0].TouchedAt) > time.Minute {
		t.Errorf("after a restart: %+v, %v", sessions, err)
	}
}

func rowsOf(t *testing.T, o *office, table string) uint64 {
	t.Helper()
	return countRows(t, o.db, "SELECT count() AS rows FROM "+table)
}

func TestASessionCannotBeFixedGuessedOrKept(t *testing.T) {
	o := staffed(t)
	id, v := o.signedIn("inspector")
	if raw, err := base64.RawURLEncoding.DecodeString(id); err != nil || len(raw) != 32 {
		t.Errorf("the id has %d bytes, %v", len(raw), err)
	}
	for name, wrong := range map[string]string{
		"no id": "", "the public id": v.Session, "what the store holds": digest(id), "another id": newSecret(), "half of it": id[:20],
		"an id that somebody else made": "A" + strings.Repeat("A", 42),
	} {
		if _, err := o.Visit(t.Context(), wrong, here); err == nil {
			t.Errorf("%s opens a session", name)
		}
	}
	again, _ := o.signedIn("inspector")
	if again == id {
		t.Error("two sign-ins have the same id")
	}
	t.Run("signing out ends this one alone", func(t *testing.T) {
		o.must(o.SignOut(t.Context(), o.visit(again)))
		_, err := o.Visit(t.Context(), again, here)
		refused(t, err, "session_over")
		o.visit(id)
		o.restart()
		_, err = o.Visit(t.Context(), again, here)
		refused(t, err, "session_over")
		o.visit(id)
	})
	t.Run("signing out everywhere ends all, also in other processes", func(t *testing.T) {
		second, v := o.signedIn("inspector")
		reporter, reporting := o.signedIn("reporter")
		other := o.another()
		if _, err := other.Visit(t.Context(), second, here); err != nil {
			t.Error(err)
		}
		refused(t, o.SignOutEverywhere(t.Context(), reporting.Principal, "inspector"), "access_denied")
		o.must(o.SignOutEverywhere(t.Context(), v.Principal, "inspector"))
		for _, gone := range []string{id, second} {
			for _, s := range []*Service{o.Service, other} {
				_, err := s.Visit(t.Context(), gone, here)
				refused(t, err, "session_over")
			}
		}
		o.visit(reporter)
		id, _ = o.signedIn("inspector") // in the same millisecond
		o.visit(id)
	})
	t.Run("one of them is ended from a list", func(t *testing.T) {
		second, v := o.signedIn("inspector")
		_, reporting := o.signedIn("reporter")
		list, err := o.Sessions(t.Context(), v.Principal, "inspector")
		if err != nil || len(list) != 2 || list[0].Agent != "Firefox" || list[0].Address != "192.0.2.10" {
			t.Fatalf("%+v, %v", list, err)
		}
		_, err = o.Sessions(t.Context(), reporting.Principal, "inspector")
		refused(t, err, "access_denied")
		refused(t, o.EndSession(t.Context(), reporting.Principal, "inspector", v.Session), "access_denied")
		refused(t, o.EndSession(t.Context(), reporting.Principal, "reporter", v.Session), "session_unknown")
		o.must(o.EndSession(t.Context(), v.Principal, "inspector", v.Session))
		_, err = o.Visit(t.Context(), second, here)
		refused(t, err, "session_over")
		o.visit(id)
	})
	t.Run("more than twenty end the one used longest ago", func(t *testing.T) {
		for range mostSessions {
			o.clock.pass(time.Second)
			o.signedIn("inspector")
		}
		_, err := o.Visit(t.Context(), id, here)
		refused(t, err, "session_over")
		list, err := o.Sessions(t.Context(), cli, "inspector")
		if err != nil || len(list) != mostSessions {
			t.Errorf("%d sessions, %v", len(list), err)
		}
	})
}

func TestTheFirstPasswordMustBeChangedBeforeAnythingElse(t *testing.T) {
	o := staffed(t)
	_, err := o.Create(t.Context(), cli, NewAccount{Account: "new", Roles: []access.Role{access.Inspector}, Regions: []string{"320500"}, Password: password, MustChange: true})
	o.must(err)
	id, v := o.signedIn("new")
	if !v.MustChange || len(v.Principal.Rights()) != 0 || len(v.Principal.Scope(access.FiguresUnit).Prefixes()) != 0 {
		t.Errorf("before: %+v", v)
	}
	second, _ := o.signedIn("new")
	for name, c := range map[string]struct{ old, new, code string }{
		"the old one is wrong":    {"wrong password", "another one entirely", "sign_in_failed"},
		"the new one is the old":  {password, password, "password_same"},
		"the new one is short":    {password, "short", "password_short"},
		"the new one is too well": {password, "Password123", "password_common"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := o.ChangePassword(t.Context(), o.visit(id), c.old, c.new, here)
			refused(t, err, c.code)
		})
	}
	renewed, err := o.ChangePassword(t.Context(), o.visit(id), password, "another one entirely", here)
	o.must(err)
	for _, gone := range []string{id, second} {
		_, err := o.Visit(t.Context(), gone, here)
		refused(t, err, "session_over")
	}
	if v := o.visit(renewed); v.MustChange || !v.Principal.Can(access.FiguresUnit) {
		t.Errorf("after: %+v", v)
	}
	_, _, err = o.SignIn(t.Context(), "new", password, here)
	refused(t, err, "sign_in_failed")

	refused(t, o.ResetPassword(t.Context(), principal("inspector", access.Inspector, "000000"), "new", "yet another one", true), "access_denied")
	refused(t, o.ResetPassword(t.Context(), cli, "nobody", "yet another one", true), "account_unknown")
	o.must(o.ResetPassword(t.Context(), cli, "new", "yet another one", true))
	_, err = o.Visit(t.Context(), renewed, here)
	refused(t, err, "session_over")
	_, v, err = o.SignIn(t.Context(), "NEW ", "yet another one", here)
	if err != nil || !v.MustChange {
		t.Errorf("after a reset: %+v, %v", v, err)
	}
}

func TestAHashOfAnotherCostIsRenewedAtTheNextSignIn(t *testing.T) {
	o := staffed(t)
	id, _ := o.signedIn("inspector")
	dearer := Cost{Memory: 128, Passes: 2, Threads: 1}
	o.Service = New(o.q, o.log, o.clock.now, Options{Cost: dearer})
	for range 2 {
		o.signedIn("inspector")
	}
	rows, err := o.q.Accounts(t.Context())
	o.must(err)
	for _, row := range rows {
		want, version := cheap, uint32(1)
		if row.Account == "inspector" {
			want, version = dearer, 2
		}
		if costOf(row.Password) != want || row.Version != version {
			t.Errorf("%s has the hash %s in version %d", row.Account, row.Password, row.Version)
		}
	}
	o.visit(id) // nobody is signed out for it
}

func TestViewAs(t *testing.T) {
	o := staffed(t)
	id, v := o.signedIn("sysadmin")
	inspector, inspecting := o.signedIn("inspector")
	start := func(v Visit, account, reason string) error { return o.StartViewAs(t.Context(), v, account, reason) }
	refused(t, start(inspecting, "reporter", "核对权限设置"), "access_denied")
	refused(t, start(inspecting, "nobody", "核对权限设置"), "access_denied")
	refused(t, start(v, "nobody", "核对权限设置"), "account_unknown")
	refused(t, start(v, "sysadmin", "核对权限设置"), "view_as_self")
	refused(t, start(v, "inspector", " "), "reason_length")

	o.must(start(v, "inspector", "核对权限设置"))
	v = o.visit(id)
	if v.Principal.Account() != "inspector" || v.Principal.Actor() != "sysadmin" || v.Account.Account != "sysadmin" || !v.Principal.ViewingAs() {
		t.Fatalf("%+v", v)
	}
	if !v.Principal.Can(access.FiguresUnit) || v.Principal.Can(access.IssuesWrite) || v.Principal.Can(access.Export) || v.Principal.Can(access.UsersWrite) {
		t.Errorf("it may %v", v.Principal.Rights())
	}
	refused(t, start(v, "reporter", "核对权限设置"), "access_denied")
	refused(t, o.SignOutEverywhere(t.Context(), v.Principal, "inspector"), "access_denied")
	refused(t, o.EndSession(t.Context(), v.Principal, "inspector", inspecting.Session), "access_denied")
	_, err := o.ChangePassword(t.Context(), v, password, "another one entirely", here)
	refused(t, err, "access_denied")
	_, _, err = o.CreateToken(t.Context(), v.Principal, "inspector", NewToken{Label: "x", Days: 1})
	refused(t, err, "access_denied")
	if v := o.visit(inspector); v.Principal.ViewingAs() {
		t.Error("the inspector's own session is a view")
	}

	o.restart()
	if v = o.visit(id); !v.Principal.ViewingAs() {
		t.Error("a restart ends the view")
	}
	o.clock.pass(29 * time.Minute)
	if v = o.visit(id); !v.Principal.ViewingAs() {
		t.Error("the view ends early")
	}
	o.clock.pass(time.Minute)
	if v = o.visit(id); v.Principal.ViewingAs() || !v.Principal.Can(access.UsersWrite) {
		t.Error("the view goes on for ever")
	}
	o.must(start(v, "inspector", "再次核对"))
	o.must(o.EndViewAs(t.Context(), o.visit(id)))
	if v = o.visit(id); v.Principal.ViewingAs() {
		t.Error("the view goes on")
	}
	o.must(o.EndViewAs(t.Context(), v)) // once more does nothing
	yes := true
	o.must(start(v, "inspector", "再次核对"))
	_, err = o.Change(t.Context(), cli, "inspector", Change{Disabled: &yes})
	o.must(err)
	if v = o.visit(id); v.Principal.ViewingAs() {
		t.Error("a disabled account is looked through")
	}
	want := []string{"sign_in", "view_as_started", "view_as_started", "view_as_ended", "view_as_started"}
	if got := o.actions(queries.AuditSearch{Actor: "sysadmin"}); !slices.Equal(got, want) {
		t.Errorf("recorded: %q, want %q", got, want)
	}
}

func TestSecretsAreNowhereInTheStoreOrTheLog(t *testing.T) {
	o := staffed(t)
	id, v := o.signedIn("inspector")
	text, _, err := o.CreateToken(t.Context(), v.Principal, "inspector", NewToken{Label: "nightly", Days: 30})
	o.must(err)
	_, _, err = o.SignIn(t.Context(), "a password typed as a name", "x", here)
	refused(t, err, "sign_in_failed")
	o.must(o.Close(t.Context()))
	var stored strings.Builder
	for _, table := range []string{"accounts", "sessions", "api_tokens", "audit"} {
		stored.WriteString(dump(t, o.db, table))
	}
	err = filepath.WalkDir(o.db.Data(), func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && (strings.HasPrefix(d.Name(), "a") || strings.Contains(d.Name(), "log")) {
			contents, err := os.ReadFile(file)
			stored.Write(contents)
			return err
		}
		return err
	})
	o.must(err)
	if !strings.Contains(stored.String(), publicID(digest(id))) || !strings.Contains(stored.String(), "$argon2id$") {
		t.Fatal("the store was not read")
	}
	for name, secret := range map[string]string{
		"the session's id": id, "the token's text": text, "the password": password, "what was typed as a name": "typed as a name",
	} {
		if strings.Contains(stored.String(), secret) {
			t.Errorf("%s is stored", name)
		}
	}
}

func TestAnActThatCannotBeRecordedIsNotDone(t *testing.T) {
	o := staffed(t)
	o.must(o.db.Exec(t.Context(), "RENAME TABLE audit TO audit_away", nil))
	_, _, err := o.SignIn(t.Context(), "inspector", password, here)
	refused(t, err, "audit_not_written")
	refused(t, o.SignOutEverywhere(t.Context(), cli, "inspector"), "audit_not_written")
	_, err = o.Create(t.Context(), cli, NewAccount{Account: "new", Roles: []access.Role{access.Inspector}, Regions: []string{"320500"}, Password: password})
	refused(t, err, "audit_not_written")
	o.must(o.db.Exec(t.Context(), "RENAME TABLE audit_away TO audit", nil))
	_, err = o.Account(t.Context(), cli, "new")
	refused(t, err, "account_unknown")
	if rowsOf(t, o, "sessions") != 0 {
		t.Error("a session began")
	}
	o.must(o.db.Exec(t.Context(), "RENAME TABLE accounts TO accounts_away", nil))
	if err := o.SignOutEverywhere(t.Context(), cli, "inspector"); err == nil {
		t.Error("without its table an account is changed")
	}
	o.must(o.db.Exec(t.Context(), "RENAME TABLE accounts_away TO accounts", nil))
	o.signedIn("inspector")
}

func TestManyVisitsAtOnce(t *testing.T) {
	o := staffed(t)
	var ids []string
	for _, account := range []string{"inspector", "reporter", "leadership"} {
		id, _ := o.signedIn(account)
		ids = append(ids, id)
	}
	var wait sync.WaitGroup
	for i := range 30 {
		wait.Go(func() {
			for n := range 20 {
				if n%5 == 0 {
					o.clock.pass(20 * time.Second)
				}
				v, err := o.Visit(context.Background(), ids[i%3], here)
				if err != nil || v.Account.Account != []string{"inspector", "reporter", "leadership"}[i%3] {
					t.Errorf("%d: %v, %v", i, v.Account.Account, err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestProofsOfAddresses(t *testing.T) {
	id := newSecret()
	field := AddressProof(id, "/cases?size=small")
	for name, c := range map[string]struct {
		id, address, field string
		want               bool
	}{
		"its own":            {id, "/cases?size=small", field, true},
		"of another address": {id, "/cases?size=micro", field, false},
		"of another session": {newSecret(), "/cases?size=small", field, false},
		"of a form":          {id, "/cases?size=small", FormProof(id), false},
		"none":               {id, "/cases?size=small", "", false},
	} {
		if got := CheckAddressProof(c.id, c.address, c.field); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if CheckFormProof(id, field) {
		t.Error("the proof of an address is taken for that of a form")
	}
}

func TestFormProofs(t *testing.T) {
	id, other := newSecret(), newSecret()
	field := FormProof(id)
	masked, err := base64.RawURLEncoding.DecodeString(field)
	if err != nil {
		t.Fatal(err)
	}
	masked[3] ^= 1
	for name, c := range map[string]struct {
		id, field string
		want      bool
	}{
		"the session's own":                   {id, field, true},
		"used a second time, by another page": {id, field, true},
		"another of the same session":         {id, FormProof(id), true},
		"of another session":                  {id, FormProof(other), false},
		"of the session before the sign-in":   {newSecret(), field, false},
		"of no session":                       {"", FormProof(""), false},
		"none":                                {id, "", false},
		"the id itself":                       {id, id, false},
		"cut short":                           {id, field[:len(field)-1], false},
		"longer":                              {id, field + "A", false},
		"one bit off":                         {id, base64.RawURLEncoding.EncodeToString(masked), false},
		"not base64":                          {id, strings.Repeat("!", len(field)), false},
		"zeros":                               {id, strings.Repeat("A", len(field)), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := CheckFormProof(c.id, c.field); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
	if FormProof(id) == field || strings.Contains(field, id) {
		t.Error("the field does not change, or holds the id")
	}
	if first, second := NewAnonymousID(), NewAnonymousID(); first == second {
		t.Error("two anonymous ids are the same")
	}
}

func TestThisServiceIsAsFastAsAPageNeeds(t *testing.T) {
	o := staffed(t)
	id, _ := o.signedIn("inspector")
	began := time.Now()
	const visits = 2000
	for range visits {
		o.visit(id)
	}
	if each := time.Since(began) / visits; each > 5*time.Millisecond {
		t.Errorf("a visit takes %v", each)
	} else {
		t.Logf("a visit takes %v", each)
	}
}
