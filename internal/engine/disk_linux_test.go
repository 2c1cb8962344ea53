package engine_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sys/unix"

	"jianfu/internal/engine"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/problem"
)

func TestAFullDiskIsSaidAndSurvived(t *testing.T) {
	enginetest.Need(t)
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=80m"); err != nil {
		t.Skipf("a small disk can only be made as root: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(disk, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join(disk, "data")
	h, err := engine.Open(t.Context(), dir, enginetest.Limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close(); _ = engine.Stop(t.Context(), dir) })
	conn := connect(t, h)
	exec(t, conn, "CREATE TABLE t (id UInt64, text String) ENGINE = MergeTree ORDER BY id")
	exec(t, conn, "INSERT INTO t SELECT number, 'text' FROM numbers(1000)")
	filler := filepath.Join(disk, "filler")
	fill(t, filler)

	for _, sql := range []string{"INSERT INTO t SELECT number, 'more' FROM numbers(1000)", "CREATE TABLE u (id UInt64) ENGINE = MergeTree ORDER BY id"} {
		err := conn.Exec(t.Context(), sql)
		e, ok := errors.AsType[*clickhouse.Exception](err)
		if !ok {
			t.Fatalf("%s: %v", sql, err)
		}
		if f := engine.Explain(e.Code, e.Message); f == nil || f.Code != "engine_storage_full" {
			t.Errorf("%s: %v is explained by %v", sql, err, f)
		}
	}
	// What is stored can be read, by an engine that has to start first, too.
	if err := engine.Stop(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if n := count(t, conn, "SELECT count() FROM t"); n != 1000 {
		t.Errorf("%d rows", n)
	}
	if _, err := engine.Open(t.Context(), filepath.Join(disk, "another"), enginetest.Limits); problem.Code(err) != "engine_disk_full" {
		t.Errorf("a new directory on a full disk: %v", err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	exec(t, conn, "INSERT INTO t SELECT number, 'more' FROM numbers(1000)")
	if n := count(t, conn, "SELECT count() FROM t"); n != 2000 {
		t.Errorf("%d rows", n)
	}
}

// fill writes the file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, piece := range []int{1 << 20, 4 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, piece))
		}
		if !errors.Is(err, unix.ENOSPC) && !errors.Is(err, io.ErrShortWrite) {
			t.Fatal(err)
		}
	}
}
