package enginetest_test

import (
	"testing"

	"jianfu/internal/engine/enginetest"
	"jianfu/internal/store"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// TestWhatWasWrittenIsNotAnsweredFromMemory asks the same again and again, beside writes to what is read and to what is not,
// through views and functions too, and counts how often the engine was asked.
func TestWhatWasWrittenIsNotAnsweredFromMemory(t *testing.T) {
	dir := enginetest.Dir(t)
	enginetest.Remember(t, dir)
	db, err := store.Open(t.Context(), store.Options{Data: dir, Engine: enginetest.Limits})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	do := func(sql string) {
		t.Helper()
		if err := db.Exec(t.Context(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	number := func(sql string, p store.Params) uint64 {
		t.Helper()
		row, err := store.One[struct {
			N uint64 `ch:"n"`
		}](t.Context(), db, sql, p)
		if err != nil {
			t.Fatal(err)
		}
		return row.N
	}
	asked := func() uint64 { return number("SELECT value AS n FROM system.events WHERE event = 'SelectQuery'", nil) }
	for _, sql := range []string{"CREATE TABLE one (n UInt64) ENGINE = MergeTree ORDER BY n", "CREATE TABLE other (n UInt64) ENGINE = MergeTree ORDER BY n",
		"CREATE FUNCTION times AS (a, b) -> a * b", "CREATE VIEW sums AS SELECT times(sum(n), 2) AS n FROM one", "INSERT INTO one VALUES (1)"} {
		do(sql)
	}
	const sums, twice, drawn = "-- Of one and other.\nSELECT times(n, 1) AS n FROM sums", "SELECT sum(n) * {by:UInt64} AS n FROM one", "SELECT toUInt64(rand() > 0) + sum(n) * 0 AS n FROM one"
	for i, c := range []struct {
		write      string
		sums, more uint64 // what is in the view, and how often the engine is asked for it and for another parameter
	}{
		{"SELECT 1", 2, 2},
		{"SELECT 1", 2, 0},
		{"INSERT INTO other VALUES (5)", 2, 0},
		{"INSERT INTO one VALUES (2)", 6, 2},
		{"SELECT 1", 6, 0},
		{"INSERT INTO one SELECT n FROM other", 16, 2},
		{"DELETE FROM one WHERE n = 5", 6, 2},
		{"CREATE OR REPLACE FUNCTION times AS (a, b) -> a * b * 10", 60, 2},
		{"CREATE OR REPLACE VIEW sums AS SELECT sum(n) AS n FROM other", 50, 2},
		{"TRUNCATE TABLE other", 0, 2},
	} {
		do(c.write)
		before := asked()
		for range 3 {
			if got := number(sums, nil); got != c.sums {
				t.Errorf("%d: after %s the sum is %d, want %d", i, c.write, got, c.sums)
			}
			number(twice, store.Params{"by": 7})
		}
		if more := asked() - before - 1; more != c.more {
			t.Errorf("%d: after %s the engine was asked %d times, want %d", i, c.write, more, c.more)
		}
	}
	before := asked()
	if number(twice, store.Params{"by": 1}) == number(twice, store.Params{"by": 3}) {
		t.Error("another parameter has the same answer")
	}
	number(drawn, nil)
	number(drawn, nil)
	if more := asked() - before - 1; more != 4 {
		t.Errorf("two parameters, and twice what is drawn: asked %d times, want 4", more)
	}
}
