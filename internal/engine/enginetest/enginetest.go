// Package enginetest lends the real engine to the tests of other packages: Main for their TestMain, Dir and Open for a
// data directory of their own. On a laptop without libchdb such tests are skipped; in CI they fail.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"jianfu/internal/engine"
)

// Main runs a package's tests, or serves as the engine's child:
//
//	func TestMain(m *testing.M) { enginetest.Main(m) }
func Main(m *testing.M) {
	engine.Between = between
	engine.ChildMain()
	serverMain()
	code := m.Run()
	kept.remove()
	os.Exit(code)
}

// Limits are those of the engines of tests, small because several packages are tested at once.
var Limits = engine.Options{MaxMemory: 2 << 30, Linger: 500 * time.Millisecond}

// Need skips the test where there is no library, and fails it where CI is set in the environment.
func Need(t testing.TB) {
	t.Helper()
	if _, err := engine.FindLibrary(""); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the engine's library is missing, run npm ci: %v", err)
		}
		t.Skipf("the engine's library is missing, run npm ci: %v", err)
	}
}

// Dir is a data directory; an engine that owns it at the end of the test is stopped before the directory is removed.
func Dir(t testing.TB) string {
	t.Helper()
	Need(t)
	dir := t.TempDir()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := engine.Stop(ctx, dir); err != nil {
			t.Errorf("stop the engine: %v", err)
		}
	})
	return dir
}

// stores are the data directories that tests copy instead of filling one each.
type stores struct {
	lock sync.Mutex
	dir  string            // where they lie; empty until the first
	made map[string]string // by name
}

var kept = stores{made: map[string]string{}}

// Copied is a data directory of the test's own with the contents that fill gives it. The first test of the process that asks
// for a name has it filled; all get copies, which takes a tenth of a second where loading and recomputing takes ten. What fill
// opens is closed before the first copy is made.
func Copied(t testing.TB, name string, fill func(t testing.TB, dir string)) string {
	t.Helper()
	Need(t)
	return copyOf(t, kept.filled(t, name, fill))
}

func copyOf(t testing.TB, from string) string {
	t.Helper()
	dir := Dir(t)
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", from+"/.", dir).CombinedOutput(); err != nil {
		t.Fatalf("copy the store %s: %v: %s", from, err, out)
	}
	return dir
}

// CopiedByAll is Copied with a store that all packages fill alike: the first test of all that asks for a name has it filled, where
// the environment names a folder that the packages under test share.
func CopiedByAll(t testing.TB, name string, fill func(t testing.TB, dir string)) string {
	t.Helper()
	shared := os.Getenv(sharedVariable)
	if shared == "" {
		return Copied(t, name, fill)
	}
	Need(t)
	from := filepath.Join(shared, name)
	fillShared(t, from, fill)
	return copyOf(t, from)
}

// sharedVariable names the folder. Whoever makes it removes it when the tests have ended.
const sharedVariable = "JIANFU_TEST_STORES"

// fillShared has a shared store filled, unless it is. Test programs that want it at once wait for the first of them; one that is
// killed leaves nothing that looks like a store.
func fillShared(t testing.TB, at string, fill func(t testing.TB, dir string)) {
	t.Helper()
	lock, err := os.OpenFile(at+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(at); err == nil {
		return
	}
	filling, err := os.MkdirTemp(filepath.Dir(at), "filling-")
	if err != nil {
		t.Fatal(err)
	}
	fillStore(t, filling, fill)
	if err := os.Rename(filling, at); err != nil {
		t.Fatal(err)
	}
}

func (s *stores) filled(t testing.TB, name string, fill func(t testing.TB, dir string)) string {
	t.Helper()
	s.lock.Lock()
	defer s.lock.Unlock()
	if from, made := s.made[name]; made {
		return from
	}
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "jianfu-stores-")
		if err != nil {
			t.Fatal(err)
		}
		s.dir = dir
	}
	from, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		t.Fatal(err)
	}
	fillStore(t, from, fill)
	s.made[name] = from
	return from
}

// fillStore has a directory filled, and leaves it as one that nobody has open.
func fillStore(t testing.TB, dir string, fill func(t testing.TB, dir string)) {
	t.Helper()
	opened := &filling{TB: t}
	defer opened.close()
	fill(opened, dir)
	opened.close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := errors.Join(engine.Stop(ctx, dir), os.RemoveAll(filepath.Join(dir, "engine.sock"))); err != nil {
		t.Fatalf("stop the engine: %v", err)
	}
}

// filling is the test that happens to fill a store; what is opened for that is closed when the store is filled, not when the
// test ends.
type filling struct {
	testing.TB
	undo []func()
}

func (f *filling) Cleanup(undo func()) { f.undo = append(f.undo, undo) }

func (f *filling) close() {
	for len(f.undo) > 0 {
		last := f.undo[len(f.undo)-1]
		f.undo = f.undo[:len(f.undo)-1]
		last()
	}
}

// remove removes them at the end of the process.
func (s *stores) remove() {
	if s.dir != "" {
		if err := os.RemoveAll(s.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// Kill ends the engine of a directory at once, as running out of memory does, and waits until it is gone: one that is dying
// still takes connections, and drops them.
func Kill(t testing.TB, dir string) {
	t.Helper()
	info, err := engine.Status(dir)
	if err == nil && info.Running {
		err = syscall.Kill(info.PID, syscall.SIGKILL)
	}
	if err != nil {
		t.Error(err)
		return
	}
	for range 2000 {
		now, err := engine.Status(dir)
		if err != nil || !now.Running || now.PID != info.PID {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("the engine outlives being killed")
}

// Open opens an engine on a directory of its own, until the end of the test.
func Open(t testing.TB) *engine.Handle {
	t.Helper()
	dir := Dir(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	h, err := engine.Open(ctx, dir, Limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("close the engine: %v", err)
		}
	})
	return h
}
