package audit

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// childVariable makes this test program append to the log of the directory that it names, as another process would.
const childVariable = "JIANFU_AUDIT_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" && len(os.Args) == 1 {
		if err := appendAsChild(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	enginetest.Main(m)
}

func appendAsChild(dir string) error {
	db, err := store.Open(context.Background(), store.Options{Data: dir, Engine: enginetest.Limits})
	if err != nil {
		return err
	}
	log := New(queries.New(db), time.Now)
	for i := range 15 {
		if err := log.Append(context.Background(), Entry{Actor: "child", Action: SignIn, Object: fmt.Sprint(i)}); err != nil {
			return err
		}
	}
	return db.Close()
}

// open opens the store of a directory, with its schema.
func open(t *testing.T, dir string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Data: dir, Engine: enginetest.Limits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := queries.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

// clock starts on a fixed day and goes on by a second at every look.
func clock() func() time.Time {
	at, mutex := time.Date(2019, 5, 20, 9, 0, 0, 123_456_789, time.UTC), sync.Mutex{}
	return func() time.Time {
		mutex.Lock()
		defer mutex.Unlock()
		at = at.Add(time.Second)
		return at
	}
}

func verified(t *testing.T, log *Log) Verdict {
	t.Helper()
	v, err := log.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheChainSurvivesRestartsAndManyWriters(t *testing.T) {
	dir := enginetest.Dir(t)
	db := open(t, dir)
	log := New(queries.New(db), clock())
	if v := verified(t, log); v.Entries != 0 || v.Break != "" || v.Anchored {
		t.Errorf("an empty log: %+v", v)
	}

	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), program)
	child.Env = append(os.Environ(), childVariable+"="+dir)
	var said bytes.Buffer
	child.Stdout, child.Stderr = &said, &said
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	second := New(queries.New(open(t, dir)), clock())
	var wait sync.WaitGroup
	for i := range 12 {
		for _, l := range []*Log{log, second} {
			wait.Go(func() {
				hostile := "\x00\xff'\\\t\n{x:String}; DROP TABLE audit --" + strings.Repeat("长", 300)
				e := Entry{Actor: "wang", Action: UnitViewed, Object: hostile, Scope: []string{"3205", "3206"},
					Details: map[string]string{"b": fmt.Sprint(i), "a": "it's", "": hostile}, Reason: "复核"}
				if err := l.Append(context.Background(), e, Entry{Actor: "wang", Action: SignOut}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wait.Wait()
	if err := child.Wait(); err != nil {
		t.Fatalf("the other process: %v\n%s", err, said.String())
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	v := verified(t, New(queries.New(open(t, dir)), clock()))
	if want := uint64(2*12*2 + 15); v.Break != "" || v.Entries != want || v.Seq != want || !v.Anchored {
		t.Errorf("after a restart: %+v, want %d entries", v, want)
	}
}

func TestEveryWayToTamperIsFound(t *testing.T) {
	db := open(t, enginetest.Dir(t))
	q := queries.New(db)
	change := func(column string) string {
		return "ALTER TABLE audit UPDATE " + column + " WHERE seq = 3 SETTINGS mutations_sync = 2"
	}
	forged := queries.AuditEntry{Seq: 6, At: time.Unix(0, 0), Actor: "x", Scope: []string{}, Details: map[string]string{}, Prev: origin}
	forged.Hash = hashOf(&forged)
	for name, c := range map[string]struct {
		sql   string
		entry *queries.AuditEntry
		kept  string // what is written over the kept head; "-" removes it
		want  string
		at    uint64
	}{
		"nothing was done":             {"", nil, "", "", 0},
		"another actor":                {change("actor = 'zhao'"), nil, "", BreakAltered, 3},
		"another time":                 {change("at = at + 1"), nil, "", BreakAltered, 3},
		"another reason":               {change("reason = 'r'"), nil, "", BreakAltered, 3},
		"another detail":               {change("details = map('a', '2')"), nil, "", BreakAltered, 3},
		"a value moved to its name":    {change("details = map('a1', '')"), nil, "", BreakAltered, 3},
		"another scope":                {change("scope = ['3206']"), nil, "", BreakAltered, 3},
		"another hash":                 {change("hash = repeat('a', 64)"), nil, "", BreakAltered, 3},
		"another entry before it":      {change("prev = repeat('a', 64)"), nil, "", BreakAltered, 3},
		"an entry taken out":           {"DELETE FROM audit WHERE seq = 3", nil, "", BreakMissing, 3},
		"the first entry taken out":    {"DELETE FROM audit WHERE seq = 1", nil, "", BreakMissing, 1},
		"the end cut off":              {"DELETE FROM audit WHERE seq > 3", nil, "", BreakCut, 4},
		"everything cut off":           {"DELETE FROM audit WHERE seq > 0", nil, "", BreakCut, 1},
		"an entry that does not link":  {"", &forged, "", BreakUnlinked, 6},
		"an entry with a taken number": {"INSERT INTO audit SELECT * FROM audit WHERE seq = 2", nil, "", BreakDouble, 2},
		"another chain":                {"", nil, "4 " + strings.Repeat("b", 64) + "\n", BreakReplaced, 4},
		"another chain as long":        {"", nil, "5 " + strings.Repeat("b", 64) + "\n", BreakReplaced, 5},
		"the kept head removed":        {"", nil, "-", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(db.Data(), headName)
			if err := db.Exec(t.Context(), "TRUNCATE TABLE audit", nil); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			log := New(q, clock())
			for i := range 5 {
				e := Entry{Actor: "wang", Action: SignIn, Object: fmt.Sprint(i), Scope: []string{"3205"}, Details: map[string]string{"a": "1"}}
				if err := log.Append(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
			whole := verified(t, log)
			if c.sql != "" {
				if err := db.Exec(t.Context(), c.sql, nil); err != nil {
					t.Fatal(err)
				}
			}
			if c.entry != nil {
				if err := q.AppendAudit(t.Context(), []queries.AuditEntry{*c.entry}); err != nil {
					t.Fatal(err)
				}
			}
			switch c.kept {
			case "":
			case "-":
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
			default:
				if err := os.WriteFile(file, []byte(c.kept), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			v := verified(t, log)
			if v.Break != c.want || v.At != c.at {
				t.Fatalf("broken %q at %d, want %q at %d", v.Break, v.At, c.want, c.at)
			}
			if v.Anchored == (c.kept == "-") {
				t.Errorf("anchored %v", v.Anchored)
			}
			// What goes on is written, and does not hide what was done.
			if err := log.Append(t.Context(), Entry{Actor: "wang", Action: SignOut}); err != nil {
				t.Fatal(err)
			}
			v = verified(t, log)
			wantBreak, wantAt := c.want, c.at
			if wantBreak == BreakCut {
				wantBreak = BreakMissing
			}
			if wantBreak == BreakReplaced { // the head is past it now; the note elsewhere still shows it
				wantBreak, wantAt = "", 0
				if c.at == 5 {
					wantBreak, wantAt = BreakUnlinked, 6
				}
			}
			if v.Break != wantBreak || v.At != wantAt {
				t.Errorf("after one more entry: broken %q at %d, want %q at %d", v.Break, v.At, wantBreak, wantAt)
			}
			if c.kept == "-" {
				page, _, err := log.Search(t.Context(), everywhere, queries.AuditSearch{Actions: []string{string(AnchorMissing)}, Rows: 5})
				if err != nil || len(page) != 1 {
					t.Errorf("that the head was removed stands in %d entries: %v", len(page), err)
				}
			}
			if c.want == "" && c.kept == "" && (whole.Seq != 5 || v.Seq != 6) {
				t.Errorf("%+v, then %+v", whole, v)
			}
		})
	}
}

// everywhere is an auditor of everything.
var everywhere = access.New(access.Grant{Account: "audit", Roles: []access.Role{access.Auditor}, Regions: []string{"000000"}})

func TestSearch(t *testing.T) {
	db := open(t, enginetest.Dir(t))
	log := New(queries.New(db), clock())
	reader := func(role access.Role, regions ...string) access.Principal {
		return access.New(access.Grant{Account: "reader", Roles: []access.Role{role}, Regions: regions})
	}
	suzhou := access.New(access.Grant{Account: "wang", Roles: []access.Role{access.Inspector}, Regions: []string{"320500"}})
	both := access.New(access.Grant{Account: "li", Roles: []access.Role{access.Inspector}, Regions: []string{"320506", "320600"}})
	admin := access.New(access.Grant{Account: "root", Roles: []access.Role{access.SysAdmin}}).From(access.Origin{Session: "s", Address: "192.0.2.7"})
	seen, err := admin.ViewAs(access.Grant{Account: "wang", Roles: []access.Role{access.Inspector}, Regions: []string{"320500"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []Entry{
		{Action: SignInFailed, Address: "192.0.2.9"}, // 1: nobody's
		By(suzhou, UnitViewed, "u1"),                 // 2
		By(both, UnitViewed, "u1"),                   // 3
		By(admin, AccountCreated, "zhao", "roles", "auditor"),
		By(seen, UnitViewed, "u2"),                                         // 5
		By(suzhou, Exported, "cases", "rows", 12).Because("核查 2019 年 5 月"), // 6
		By(access.CommandLine("root"), Recomputed, "1"),                    // 7
	} {
		if err := log.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	minute := func(s int) time.Time { return time.Date(2019, 5, 20, 9, 0, s, 0, time.UTC) }
	for name, c := range map[string]struct {
		reader access.Principal
		search queries.AuditSearch
		want   string
		more   bool
		code   string
	}{
		"everything, newest first":                        {everywhere, queries.AuditSearch{Rows: 9}, "7 6 5 4 3 2 1", false, ""},
		"a page knows that there is more":                 {everywhere, queries.AuditSearch{Rows: 3}, "7 6 5", true, ""},
		"the next page":                                   {everywhere, queries.AuditSearch{Rows: 3, Before: 5}, "4 3 2", true, ""},
		"the last page":                                   {everywhere, queries.AuditSearch{Rows: 3, Before: 2}, "1", false, ""},
		"an actor, also where somebody used its eyes":     {everywhere, queries.AuditSearch{Rows: 9, Actor: "wang"}, "6 5 2", false, ""},
		"who really acted":                                {everywhere, queries.AuditSearch{Rows: 9, Actor: "root"}, "5 4", false, ""},
		"actions":                                         {everywhere, queries.AuditSearch{Rows: 9, Actions: []string{"exported", "sign_in_failed"}}, "6 1", false, ""},
		"an object":                                       {everywhere, queries.AuditSearch{Rows: 9, Object: "u1"}, "3 2", false, ""},
		"a window of time, its end exclusive":             {everywhere, queries.AuditSearch{Rows: 9, From: minute(3), To: minute(5)}, "4 3", false, ""},
		"an actor that is SQL":                            {everywhere, queries.AuditSearch{Rows: 9, Actor: "' OR 1=1 --"}, "", false, ""},
		"a city's auditor sees what its people did":       {reader(access.Auditor, "320500"), queries.AuditSearch{Rows: 9}, "6 5 2", false, ""},
		"two cities' auditor also who acted in both":      {reader(access.Auditor, "320500", "320600"), queries.AuditSearch{Rows: 9}, "6 5 3 2", false, ""},
		"an auditor without regions sees nothing":         {reader(access.Auditor), queries.AuditSearch{Rows: 9}, "", false, ""},
		"an inspector is refused":                         {reader(access.Inspector, "000000"), queries.AuditSearch{Rows: 9}, "", false, "access_denied"},
		"an administrator is refused":                     {reader(access.SysAdmin, "000000"), queries.AuditSearch{Rows: 9}, "", false, "access_denied"},
		"nobody is refused":                               {access.Principal{}, queries.AuditSearch{Rows: 9}, "", false, "access_denied"},
		"a page of no rows has one":                       {everywhere, queries.AuditSearch{}, "7", true, ""},
		"a page of too many rows has as many as it takes": {everywhere, queries.AuditSearch{Rows: 1 << 30}, "7 6 5 4 3 2 1", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			page, more, err := log.Search(t.Context(), c.reader, c.search)
			if problem.Code(err) != c.code || err != nil && c.code == "" {
				t.Fatalf("error %v, want code %q", err, c.code)
			}
			var found []string
			for _, e := range page {
				found = append(found, fmt.Sprint(e.Seq))
			}
			if got := strings.Join(found, " "); got != c.want || more != c.more {
				t.Errorf("found %s, more %v; want %s, %v", got, more, c.want, c.more)
			}
		})
	}
	t.Run("who acts through another's eyes stands in the entry with both names", func(t *testing.T) {
		page, _, err := log.Search(t.Context(), everywhere, queries.AuditSearch{Rows: 1, Object: "u2"})
		if err != nil || page[0].Actor != "root" || page[0].ViewAs != "wang" || page[0].Address != "192.0.2.7" || page[0].Session != "s" {
			t.Errorf("%+v, %v", page, err)
		}
	})
	t.Run("an export holds what a search finds", func(t *testing.T) {
		var out bytes.Buffer
		table, err := tabular.NewTable(&out, "csv", Columns)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := log.Export(t.Context(), everywhere, queries.AuditSearch{Actor: "wang"}, table)
		if err != nil || rows != 3 || table.Close() != nil {
			t.Fatalf("%d rows, %v", rows, err)
		}
		lines := strings.Split(out.String(), "\n")
		want := "6,2019-05-20T09:00:06.123Z,wang,,,,exported,cases,3205,rows=12,核查 2019 年 5 月,"
		if len(lines) != 5 || !strings.HasPrefix(lines[1], want) {
			t.Errorf("%s\nwant %s", out.String(), want)
		}
		if _, err := log.Export(t.Context(), reader(access.SysAdmin, "000000"), queries.AuditSearch{}, table); problem.Code(err) != "access_denied" {
			t.Errorf("an administrator exports: %v", err)
		}
	})
}

func TestWhatWasNotWrittenIsSaid(t *testing.T) {
	db := open(t, enginetest.Dir(t))
	log := New(queries.New(db), clock())
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := log.Append(t.Context(), Entry{Actor: "wang", Action: SignIn}); problem.Code(err) != "audit_not_written" {
		t.Errorf("with the store closed: %v", err)
	}
	if err := log.Append(t.Context()); err != nil {
		t.Errorf("no entries: %v", err)
	}
}

func TestAReasonMustSaySomething(t *testing.T) {
	for text, want := range map[string]string{"  复核  苏州 名单 \n": "复核 苏州 名单", "复核": "", "": "", "   x   ": "", strings.Repeat("长", 501): ""} {
		got, err := Reason(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q gives %q, %v", text, got, err)
		}
	}
}

func TestEveryActionAndBreakHasATextInBothLanguages(t *testing.T) {
	for _, language := range i18n.Languages {
		p := i18n.For(language)
		for _, action := range Actions {
			if !p.Has("audit.action." + string(action)) {
				t.Errorf("%s: action %s has no text", language, action)
			}
		}
		for _, how := range []string{BreakMissing, BreakAltered, BreakUnlinked, BreakDouble, BreakCut, BreakReplaced} {
			if !p.Has("audit.break." + how) {
				t.Errorf("%s: break %s has no text", language, how)
			}
		}
		for _, column := range Columns {
			if !p.Has("audit.column." + column) {
				t.Errorf("%s: column %s has no text", language, column)
			}
		}
	}
}
