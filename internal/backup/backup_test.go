package backup_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/backup"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

var tester = access.CommandLine("tester")

// clock gives each backup a second of its own.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC).Add(time.Duration(c.seconds.Add(1)) * time.Second)
}

func made(t *testing.T, q *queries.Queries, o backup.Options) backup.Made {
	t.Helper()
	m, err := backup.Make(t.Context(), q, audit.New(q, time.Now), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func restore(t *testing.T, from, dir string) (backup.Restored, error) {
	t.Helper()
	return backup.Restore(t.Context(), from, store.Options{Data: dir, Engine: enginetest.Limits}, tester, time.Now)
}

type number struct {
	N uint64 `ch:"n"`
}

func count(t *testing.T, q *queries.Queries, sql string) uint64 {
	t.Helper()
	row, err := store.One[number](t.Context(), q.Store(), sql, nil)
	if err != nil {
		t.Fatal(err)
	}
	return row.N
}

// TestABackupDuringWritesIsOneMoment: every act writes into two tables and the audit log; the restored store has each act whole or
// not at all, and what was done before the backup is there.
func TestABackupDuringWritesIsOneMoment(t *testing.T) {
	q := fixture.Computed(t)
	db, log := q.Store(), audit.New(q, time.Now)
	for _, table := range []string{"acts_a", "acts_z"} {
		if err := db.Exec(t.Context(), "CREATE TABLE "+table+" (n UInt64) ENGINE = MergeTree ORDER BY n", nil); err != nil {
			t.Fatal(err)
		}
	}
	act := func(n int) error {
		return log.Do(t.Context(), audit.By(tester, audit.SettingsChanged, fmt.Sprint(n)), func(ctx context.Context) error {
			return errors.Join(store.Insert(ctx, db, "INSERT INTO acts_a (n)", []number{{uint64(n)}}), store.Insert(ctx, db, "INSERT INTO acts_z (n)", []number{{uint64(n)}}))
		})
	}
	for n := range 3 {
		if err := act(n); err != nil {
			t.Fatal(err)
		}
	}
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := 3; ; n++ {
			select {
			case <-stop:
				stopped <- nil
				return
			case <-time.After(20 * time.Millisecond):
				if err := act(n); err != nil {
					stopped <- err
					return
				}
			}
		}
	}()
	c := &clock{}
	o := backup.Options{To: t.TempDir(), Files: []string{"person.key"}, Now: c.now, Also: []string{fixture.File(t, "jianfu.yaml", "bureau: {}\n")}}
	first := made(t, q, o)
	o.Base = backup.Latest
	second := made(t, q, o)
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if second.Base != first.Folder || second.Bytes >= first.Bytes {
		t.Errorf("the second writes %d bytes on %q, the first %d", second.Bytes, second.Base, first.Bytes)
	}
	b, dir := second, enginetest.Dir(t) // which reads the first as well
	restored, err := restore(t, b.Folder, dir)
	if err != nil {
		t.Fatal(err)
	}
	r := fixture.OpenAt(t, dir)
	a, z := count(t, r, "SELECT count() AS n FROM acts_a"), count(t, r, "SELECT count() AS n FROM acts_z")
	logged := count(t, r, "SELECT count() AS n FROM audit WHERE action = 'settings_changed'")
	if a != z || a != logged || a < 3 || restored.Rows != b.Rows || restored.Run != 1 || restored.Entries < 3 || len(restored.Also) != 1 {
		t.Errorf("%d and %d rows of %d acts; %+v of %+v", a, z, logged, restored, b)
	}
	was, err := os.ReadFile(filepath.Join(db.Data(), "person.key"))
	if err != nil {
		t.Fatal(err)
	}
	if is, err := os.ReadFile(filepath.Join(dir, "person.key")); err != nil || string(is) != string(was) {
		t.Errorf("the key: %v", err)
	}
	if _, err := restore(t, b.Folder, dir); problem.Code(err) != "restore_not_empty" {
		t.Errorf("into a directory with data: %v", err)
	}
}

func sumOf(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// TestADamagedBackupIsNamed, by the file that is not as it was; and a table that differs is found behind the files.
func TestADamagedBackupIsNamed(t *testing.T) {
	q := fixture.Computed(t)
	c := &clock{}
	whole := made(t, q, backup.Options{To: t.TempDir(), Now: c.now}).Folder
	var victim string
	rows := filepath.Join(whole, "rows")
	_ = filepath.WalkDir(rows, func(path string, d os.DirEntry, _ error) error {
		if strings.Contains(path, "burdens") && strings.HasSuffix(path, ".bin") {
			victim = path
		}
		return nil
	})
	text, err := os.ReadFile(victim)
	if err != nil {
		t.Fatal(err)
	}
	put := func(path string, text []byte) {
		t.Helper()
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	named := func(what, file string) {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "new")
		_, err := restore(t, whole, dir)
		if problem.Code(err) != "backup_damaged" || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v does not name %s", what, err, file)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: something was restored", what)
		}
	}
	changed := slices.Clone(text)
	changed[len(changed)/2] ^= 1
	put(victim, changed)
	named("a byte is another", victim)
	if err := os.Remove(victim); err != nil {
		t.Fatal(err)
	}
	named("a file is missing", victim)
	put(victim, text)
	put(filepath.Join(rows, "extra"), nil)
	named("a file is too many", "extra")
	if err := os.Remove(filepath.Join(rows, "extra")); err != nil {
		t.Fatal(err)
	}
	// The files are whole, and the totals say something else: as if the engine had restored less.
	manifest := filepath.Join(whole, "backup.json")
	text, err = os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	sums := filepath.Join(whole, "SHA256SUMS")
	was, err := os.ReadFile(sums)
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.Replace(string(text), `"rows": `, `"rows": 1`, 1)
	put(manifest, []byte(wrong))
	put(sums, []byte(strings.Replace(string(was), sumOf(string(text)), sumOf(wrong), 1)))
	dir := enginetest.Dir(t)
	if _, err := restore(t, whole, dir); problem.Code(err) != "restore_differs" {
		t.Errorf("a total that differs: %v", err)
	}
	if _, err := store.Open(t.Context(), store.Options{Data: dir, Engine: enginetest.Limits}); problem.Code(err) != "restore_unfinished" {
		t.Errorf("a store that was not restored whole is opened: %v", err)
	}
	put(manifest, text)
	put(sums, was)
	if _, err := restore(t, whole, dir); err != nil {
		t.Errorf("begun anew: %v", err)
	}
}

// TestABackupThatWasBrokenOffIsNone, and goes with the next. Of many the oldest go, but for those that others build on.
func TestABackupThatWasBrokenOffIsNone(t *testing.T) {
	q := fixture.Open(t)
	c := &clock{}
	o := backup.Options{To: t.TempDir(), Now: c.now}
	ctx, cancel := context.WithCancel(t.Context())
	log := audit.New(q, time.Now)
	broken := o
	broken.Now = func() time.Time { // in the middle of it
		cancel()
		return c.now()
	}
	if _, err := backup.Make(ctx, q, log, broken); err == nil {
		t.Error("a backup that was broken off says nothing")
	}
	names := func() (list []string) {
		entries, err := os.ReadDir(o.To)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			list = append(list, e.Name())
		}
		return list
	}
	left := filepath.Join(o.To, "20251130T010000Z.partial")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range names() {
		if !strings.HasSuffix(name, ".partial") {
			t.Errorf("%s is taken for whole", name)
		}
		if _, err := restore(t, filepath.Join(o.To, name), filepath.Join(t.TempDir(), "new")); problem.Code(err) != "backup_none" {
			t.Errorf("%s: %v", name, err)
		}
	}
	full := made(t, q, o)
	if got := names(); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
	o.Base, o.Keep = backup.Latest, 1
	made(t, q, o)
	third := made(t, q, o)
	if got := names(); len(got) != 2 || got[0] != filepath.Base(full.Folder) || got[1] != filepath.Base(third.Folder) || len(third.Removed) != 1 {
		t.Errorf("kept %v, removed %v", got, third.Removed)
	}
	o.Base = third.Folder
	if _, err := backup.Make(t.Context(), q, log, o); problem.Code(err) != "backup_base" {
		t.Errorf("changes on changes: %v", err)
	}
	drill := t.TempDir()
	if r, err := backup.Verify(t.Context(), third.Folder, drill, store.Options{Engine: enginetest.Limits}, tester, time.Now); err != nil || r.Tables < 40 {
		t.Errorf("the drill: %+v, %v", r, err)
	}
	if entries, err := os.ReadDir(drill); err != nil || len(entries) > 0 {
		t.Errorf("the drill leaves %v, %v", entries, err)
	}
	o.Base = ""
	fourth := made(t, q, o)
	if got := names(); len(got) != 1 || got[0] != filepath.Base(fourth.Folder) {
		t.Errorf("kept %v", got)
	}
}
