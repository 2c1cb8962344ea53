package auth

import (
	"net/netip"
	"sync"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// clock is a clock that stands still until it is told to go on.
type clock struct {
	mutex sync.Mutex
	at    time.Time
}

func (c *clock) now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.at = c.at.Add(d)
}

// office is a store with an account for each role, and the service in front of it.
type office struct {
	*Service
	t     testing.TB
	clock *clock
	db    *store.DB
	q     *queries.Queries
}

// cheap is a hash for tests.
var cheap = Cost{Memory: 64, Passes: 1, Threads: 1}

// cli is the command line, which may do everything.
var cli = access.CommandLine("root")

// password is everybody's.
const password = "correct horse battery"

// here is where people sit, and there somewhere else.
var (
	here  = Client{Address: netip.MustParseAddr("192.0.2.10"), Agent: "Firefox"}
	there = Client{Address: netip.MustParseAddr("198.51.100.7"), Agent: "curl"}
	local = Client{Address: netip.MustParseAddr("127.0.0.1"), Agent: "Firefox"}
)

// empty opens a store without accounts.
func empty(t *testing.T) *office {
	t.Helper()
	return copied(t, "empty", func(*office) {})
}

// copied opens a store of the test's own with the contents that fill gives it; see enginetest.Copied.
func copied(t *testing.T, name string, fill func(o *office)) *office {
	t.Helper()
	dir := enginetest.Copied(t, name, func(t testing.TB, dir string) {
		o := at(t, dir)
		fill(o)
		o.must(o.Close(t.Context()))
	})
	return at(t, dir)
}

// at opens the store of a directory on a day to come: the engine removes the rows of sessions that are over by its own clock.
func at(t testing.TB, dir string) *office {
	t.Helper()
	o := &office{t: t, clock: &clock{at: time.Date(2040, 5, 21, 9, 0, 0, 0, time.UTC)}}
	o.open(dir)
	return o
}

// open opens the store of a directory, as the start of a server does.
func (o *office) open(dir string) {
	o.t.Helper()
	db, err := store.Open(o.t.Context(), store.Options{Data: dir, Engine: enginetest.Limits})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = db.Close() })
	if _, err := queries.Migrate(o.t.Context(), db); err != nil {
		o.t.Fatal(err)
	}
	o.db, o.q = db, queries.New(db)
	o.Service = o.another()
}

// another is a second service on the same store, as another process has it.
func (o *office) another() *Service {
	return New(o.q, audit.New(o.q, o.clock.now), o.clock.now, Options{Cost: cheap})
}

// restart closes the store and opens it again.
func (o *office) restart() {
	o.t.Helper()
	dir := o.db.Data()
	o.must(o.Close(o.t.Context()))
	o.must(o.db.Close())
	o.open(dir)
}

// staffed is a store with an account for each role, called like it, in Suzhou; the administrator has no regions and the
// auditor sees everything.
func staffed(t *testing.T) *office {
	t.Helper()
	return copied(t, "staffed", func(o *office) {
		for _, role := range access.Roles {
			regions := []string{"320500"}
			switch role {
			case access.SysAdmin:
				regions = nil
			case access.Auditor:
				regions = []string{"000000"}
			}
			o.create(string(role), role, regions...)
		}
	})
}

func (o *office) create(account string, role access.Role, regions ...string) {
	o.t.Helper()
	_, err := o.Create(o.t.Context(), cli, NewAccount{Account: account, Name: "某人", Roles: []access.Role{role}, Regions: regions, Password: password})
	o.must(err)
}

// confirm confirms an account by somebody to whom its owner told the code.
func (o *office) confirm(account string, by access.Principal) {
	o.t.Helper()
	_, v := o.signedIn(account)
	code, _, err := o.Confirmation(o.t.Context(), v)
	o.must(err)
	o.must(o.Confirm(o.t.Context(), by, account, code))
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// signedIn signs somebody in.
func (o *office) signedIn(account string) (id string, v Visit) {
	o.t.Helper()
	id, v, err := o.SignIn(o.t.Context(), account, password, here)
	o.must(err)
	return id, v
}

// visit is a visit that must work.
func (o *office) visit(id string) Visit {
	o.t.Helper()
	v, err := o.Visit(o.t.Context(), id, here)
	o.must(err)
	return v
}

// refused wants a problem.
func refused(t *testing.T, err error, code string) {
	t.Helper()
	if problem.Code(err) != code || err == nil {
		t.Errorf("error %v, want the problem %s", err, code)
	}
}

// actions lists what the audit log says was done, oldest first, and checks that it is whole.
func (o *office) actions(s queries.AuditSearch) (actions []string) {
	o.t.Helper()
	auditor := access.New(access.Grant{Account: "x", Roles: []access.Role{access.Auditor}, Regions: []string{"000000"}})
	s.Rows = 500
	entries, _, err := o.log.Search(o.t.Context(), auditor, s)
	o.must(err)
	for _, e := range entries {
		actions = append([]string{e.Action}, actions...)
	}
	verdict, err := o.log.Verify(o.t.Context())
	o.must(err)
	if verdict.Break != "" {
		o.t.Fatalf("the audit log is broken: %+v", verdict)
	}
	return actions
}

type counted struct {
	Rows uint64 `ch:"rows"`
}

// countRows runs a statement that counts.
func countRows(t *testing.T, db *store.DB, sql string) uint64 {
	t.Helper()
	row, err := store.One[counted](t.Context(), db, sql, nil)
	if err != nil {
		t.Fatal(err)
	}
	return row.Rows
}

type dumped struct {
	Text string `ch:"text"`
}

// dump is everything in a table.
func dump(t *testing.T, db *store.DB, table string) string {
	t.Helper()
	rows, err := store.Select[dumped](t.Context(), db, "SELECT toString(tuple(*)) AS text FROM "+table, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, row := range rows {
		text += row.Text + "\n"
	}
	return text
}
