// Package enginetest lends the real engine to the tests of other packages: Main for their TestMain, Dir and Open for a
// data directory of their own. On a laptop without libchdb such tests are skipped; in CI they fail.
package enginetest

import (
	"context"
	"os"
	"testing"
	"time"

	"jianfu/internal/engine"
)

// Main runs a package's tests, or serves as the engine's child:
//
//	func TestMain(m *testing.M) { enginetest.Main(m) }
func Main(m *testing.M) {
	engine.ChildMain()
	os.Exit(m.Run())
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
