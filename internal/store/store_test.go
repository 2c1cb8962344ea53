package store_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jianfu/internal/engine/enginetest"
	"jianfu/internal/money"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// TestMain lets this test program serve as the engine that its tests start.
func TestMain(m *testing.M) { enginetest.Main(m) }

func open(t *testing.T, dir string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Data: dir, Engine: enginetest.Limits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

func exec(t *testing.T, db *store.DB, sql string) {
	t.Helper()
	if err := db.Exec(t.Context(), sql, nil); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

type textRow struct {
	Value string `ch:"value"`
}

// text runs a statement that answers one text.
func text(t *testing.T, db *store.DB, sql string, p store.Params) string {
	t.Helper()
	row, err := store.One[textRow](t.Context(), db, sql, p)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return row.Value
}

var hostile = []string{
	"", " ", "'", `\`, `\\`, `\'`, `"`, "`", "a'b", `a\b`, "两\n行", "tab\there", "return\rhere", "nul\x00in", "'; DROP TABLE t; --",
	"{x:String}", "%27", "a+b&c=d%", "emoji 🀄", "\\n", "\\N", "\u2028", "\xff\xfe not UTF-8", "\x7f\x1b[31m", strings.Repeat("长", 5000),
}

// textNeverBecomesSQL sends what would break out of a statement that was put together from text.
func textNeverBecomesSQL(t *testing.T, db *store.DB) {
	t.Helper()
	for _, value := range hostile {
		if got := text(t, db, "SELECT {x:String} AS value", store.Params{"x": value}); got != value {
			t.Errorf("a parameter %q arrives as %q", value, got)
		}
	}
	type arrays struct {
		Texts  []string `ch:"texts"`
		Hash   string   `ch:"hash"`
		Number uint64   `ch:"number"`
	}
	got, err := store.One[arrays](t.Context(), db,
		"SELECT {x:Array(String)} AS texts, '' AS hash, toUInt64(length({x:Array(String)})) AS number", store.Params{"x": hostile})
	if err != nil || !slices.Equal(got.Texts, hostile) {
		t.Errorf("an array of them arrives as %q, %v", got.Texts, err)
	}
	got, err = store.One[arrays](t.Context(), db,
		"SELECT {x:Array(String)} AS texts, '' AS hash, toUInt64(length({x:Array(String)})) AS number", store.Params{"x": []string{}})
	if err != nil || len(got.Texts) != 0 {
		t.Errorf("an empty array arrives as %q, %v", got.Texts, err)
	}
}

func parametersOfAllKinds(t *testing.T, db *store.DB) {
	t.Helper()
	for sql, c := range map[string]struct {
		value any
		want  string
	}{
		"SELECT toString({x:UInt8}) AS value":          {uint8(255), "255"},
		"SELECT toString({x:UInt32}) AS value":         {uint32(math.MaxUint32), "4294967295"},
		"SELECT toString({x:UInt64}) AS value":         {uint64(math.MaxUint64), "18446744073709551615"},
		"SELECT toString({x:Int64}) AS value":          {int64(math.MinInt64), "-9223372036854775808"},
		"SELECT toString({x:Decimal(18, 2)}) AS value": {money.Fen(-123), "-1.23"},
		"SELECT if({x:Bool}, 'yes', 'no') AS value":    {true, "yes"},
		"SELECT if(NOT {x:Bool}, 'no', '') AS value":   {false, "no"},
		"SELECT toString({x:Array(UInt8)}) AS value":   {[]uint8{1, 2}, "[1,2]"},
		"SELECT toString({x:Array(UInt32)}) AS value":  {[]uint32{}, "[]"},
		"SELECT toString({x:Array(Array(UInt8))}) AS value": {[][]uint8{{1}, {}, {2, 3}},
			"[[1],[],[2,3]]"},
	} {
		if got := text(t, db, sql, store.Params{"x": c.value}); got != c.want {
			t.Errorf("%s with %v: %s, want %s", sql, c.value, got, c.want)
		}
	}
	for name, p := range map[string]store.Params{"a value of another type": {"x": "one"}, "a missing value": nil} {
		if err := db.Exec(t.Context(), "SELECT {x:UInt32}", p); store.ErrorCode(err) == 0 {
			t.Errorf("%s: %v has no code of ClickHouse's", name, err)
		}
	}
}

// blocksOfEveryKindOfColumn writes through a Stream and reads back.
func blocksOfEveryKindOfColumn(t *testing.T, db *store.DB) {
	t.Helper()
	exec(t, db, `CREATE TABLE kinds (i8 Enum8('a' = 1, 'b' = -2), u8 UInt8, b Bool, u16 Date, u32 UInt32, u64 UInt64, i32 Decimal(9, 6),
		i64 Decimal(18, 2), f FixedString(3), s String, a Array(LowCardinality(String))) ENGINE = MergeTree ORDER BY u32`)
	stream := db.Stream(t.Context(), "INSERT INTO kinds (i8, u8, b, u16, u32, u64, i32, i64, f, s, a)")
	block := func(first uint32, names ...string) []store.Column {
		n := len(names)
		columns := []store.Column{
			{Name: "i8", Type: "Enum8('a' = 1, 'b' = -2)", Values: slices.Repeat([]int8{-2}, n)},
			{Name: "u8", Type: "UInt8", Values: slices.Repeat([]uint8{255}, n)},
			{Name: "b", Type: "Bool", Values: slices.Repeat([]uint8{1}, n)},
			{Name: "u16", Type: "Date", Values: slices.Repeat([]uint16{18000}, n)},
			{Name: "u32", Type: "UInt32", Values: []uint32{}},
			{Name: "u64", Type: "UInt64", Values: slices.Repeat([]uint64{math.MaxUint64}, n)},
			{Name: "i32", Type: "Decimal(9, 6)", Values: slices.Repeat([]int32{160_000}, n)},
			{Name: "i64", Type: "Decimal(18, 2)", Values: slices.Repeat([]int64{-12_345}, n)},
			{Name: "f", Type: "FixedString(3)", Values: store.Fixed{Size: 3, Bytes: []byte(strings.Repeat("a\x00\n", n))}},
			{Name: "s", Type: "String", Values: names},
			{Name: "a", Type: "Array(String)", Values: slices.Repeat([][]string{{"x", "两"}}, n)},
		}
		numbers := []uint32{}
		for i := range uint32(n) { //nolint:gosec // small
			numbers = append(numbers, first+i)
		}
		columns[4].Values = numbers
		return columns
	}
	for _, b := range [][]store.Column{block(1, hostile...), block(100), block(200, "next")} {
		if err := stream.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Close(); err != nil {
		t.Fatal(err)
	}
	want := `('b',255,true,'2019-04-14',18446744073709551615,0.16,-123.45,'a\0\n',['x','两'])`
	if got := text(t, db, "SELECT DISTINCT toString((i8, u8, b, u16, u64, i32, i64, f, a)) AS value FROM kinds", nil); got != want {
		t.Errorf("read back %s, want %s", got, want)
	}
	var names []string
	for row, err := range store.Each[textRow](t.Context(), db, "SELECT s AS value FROM kinds ORDER BY u32", nil) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, row.Value)
	}
	if want := append(slices.Clone(hostile), "next"); !slices.Equal(names, want) {
		t.Errorf("read back %q", names)
	}
}

func aStreamThatIsRefusedSaysSo(t *testing.T, db *store.DB) {
	t.Helper()
	exec(t, db, "CREATE TABLE numbers_in (n UInt32) ENGINE = MergeTree ORDER BY n")
	for name, sql := range map[string]string{
		"an unknown table":  "INSERT INTO nowhere (n)",
		"an unknown column": "INSERT INTO numbers_in (m)",
	} {
		stream := db.Stream(t.Context(), sql)
		column := store.Column{Name: "n", Type: "UInt32", Values: make([]uint32, 100_000)}
		var err error
		for range 50 { // the refusal comes while the blocks are still being written
			if err = stream.Write([]store.Column{column}); err != nil {
				break
			}
		}
		if closed := stream.Close(); store.ErrorCode(err) == 0 && store.ErrorCode(closed) == 0 {
			t.Errorf("%s: write %v, close %v: neither has a code of ClickHouse's", name, err, closed)
		}
	}
	stream := db.Stream(t.Context(), "INSERT INTO numbers_in (n)")
	if err := stream.Write([]store.Column{{Name: "n", Type: "UInt32", Values: []uint32{1}}}); err != nil {
		t.Fatal(err)
	}
	stream.Abort(errors.New("changed my mind")) // whose rows may or may not be there
	if got := text(t, db, "SELECT toString(count() <= 1) AS value FROM numbers_in", nil); got != "1" {
		t.Error("an INSERT that was given up left rows that were never sent")
	}
}

func rowsAreReadAndWritten(t *testing.T, db *store.DB) {
	t.Helper()
	exec(t, db, "CREATE TABLE rows_in (value String) ENGINE = MergeTree ORDER BY value")
	if err := store.Insert(t.Context(), db, "INSERT INTO rows_in (value)", []textRow{}); err != nil {
		t.Errorf("no rows: %v", err)
	}
	if err := store.Insert(t.Context(), db, "INSERT INTO rows_in (value)", []textRow{{"b"}, {"a"}}); err != nil {
		t.Fatal(err)
	}
	rows, err := store.Select[textRow](t.Context(), db, "SELECT value FROM rows_in ORDER BY value", nil)
	if err != nil || !slices.Equal(rows, []textRow{{"a"}, {"b"}}) {
		t.Errorf("read %v, %v", rows, err)
	}
	if _, err := store.One[textRow](t.Context(), db, "SELECT value FROM rows_in", nil); err == nil || store.ErrorCode(err) != 0 {
		t.Errorf("one row of two: %v", err)
	}
	for range store.Each[textRow](t.Context(), db, "SELECT toString(number) AS value FROM numbers(1000000)", nil) {
		break // leaving early must free the connection
	}
	for _, err := range store.Each[textRow](t.Context(), db,
		"SELECT toString(throwIf(number = 900000, 'mid-stream')) AS value FROM numbers(1000000)", nil) {
		if err != nil && store.ErrorCode(err) != 395 {
			t.Errorf("a statement that fails behind its first rows: %v", err)
		}
	}
	const codeUnknownTable = 60
	if err := db.Exec(t.Context(), "SELECT 1 FROM nowhere", nil); store.ErrorCode(err) != codeUnknownTable {
		t.Errorf("an unknown table: %v", err)
	}
	if store.ErrorCode(errors.New("other")) != 0 || store.ErrorCode(nil) != 0 {
		t.Error("what is no exception of ClickHouse's has a code")
	}
}

var ledger = store.Ledger{
	Create: "CREATE TABLE IF NOT EXISTS ledger {{.On}} (name String, hash String, at DateTime64(6) DEFAULT now64(6)) " +
		"ENGINE = {{.Engine \"MergeTree\"}} ORDER BY name",
	Applied: "SELECT name, hash FROM ledger ORDER BY name",
	Record:  "INSERT INTO ledger (name, hash)",
}

func table(name string) string {
	return "CREATE TABLE " + name + " {{.On}} (n UInt8) ENGINE = {{.Engine \"MergeTree\"}} ORDER BY n"
}

func TestMigrationsRunOnce(t *testing.T) {
	db := open(t, enginetest.Dir(t))
	first := store.Migration{Name: "0001_first", Text: table("a") + "\n---\n" + table("b")}
	second := store.Migration{Name: "0002_second", Text: table("c")}
	migrate := func(want string, migrations ...store.Migration) {
		t.Helper()
		ran, err := db.Migrate(t.Context(), ledger, migrations)
		if got := strings.Join(ran, " "); err != nil || got != want {
			t.Errorf("ran %q, want %q; %v", got, want, err)
		}
	}
	migrate("0001_first", first)
	migrate("", first)
	exec(t, db, "INSERT INTO a VALUES (1)")
	migrate("0002_second", first, second)
	migrate("", first, second)
	if got := text(t, db, "SELECT concat(toString((SELECT count() FROM ledger)), ' ', toString((SELECT count() FROM a))) AS value", nil); got != "2 1" {
		t.Errorf("ledger and table hold %s rows, want 2 1", got)
	}

	if _, err := db.Migrate(t.Context(), ledger, []store.Migration{first}); problem.Code(err) != "schema_newer" {
		t.Errorf("a store of a newer program: %v", err)
	}
	second.Text += " "
	if _, err := db.Migrate(t.Context(), ledger, []store.Migration{first, second}); problem.Code(err) != "schema_changed" {
		t.Errorf("a migration that was changed: %v", err)
	}
}

// Nothing is defined where the schema is current, so that a store whose disk is full can be read.
func TestACurrentSchemaDefinesNothing(t *testing.T) {
	db := open(t, enginetest.Dir(t))
	migrations := []store.Migration{{Name: "0001_first", Text: table("a")}}
	if _, err := db.Migrate(t.Context(), ledger, migrations); err != nil {
		t.Fatal(err)
	}
	without := ledger
	without.Create = "CREATE nothing, which no engine understands"
	if ran, err := db.Migrate(t.Context(), without, migrations); err != nil || len(ran) != 0 {
		t.Errorf("ran %v, %v", ran, err)
	}
}

func TestAMigrationThatWasKilledIsTakenUpAgain(t *testing.T) {
	db := open(t, enginetest.Dir(t))
	broken := store.Migration{Name: "0001_first", Text: table("a") + "\n---\nCREATE TABLE b (n Nonsense) ENGINE = MergeTree ORDER BY n"}
	if ran, err := db.Migrate(t.Context(), ledger, []store.Migration{broken}); err == nil || len(ran) != 0 ||
		!strings.Contains(err.Error(), "0001_first") {
		t.Fatalf("ran %v, %v", ran, err)
	}
	// Table a is there and the migration is not noted, just as if the program had been killed between the two.
	whole := store.Migration{Name: "0001_first", Text: table("a") + "\n---\n" + table("b")}
	if ran, err := db.Migrate(t.Context(), ledger, []store.Migration{whole}); err != nil || len(ran) != 1 {
		t.Fatalf("ran %v, %v", ran, err)
	}
	exec(t, db, "INSERT INTO b VALUES (1)")
}

func TestTwoProgramsMigrateOnce(t *testing.T) {
	dir := enginetest.Dir(t)
	migrations := []store.Migration{{Name: "0001_first", Text: table("a")}, {Name: "0002_second", Text: table("b")}}
	var group sync.WaitGroup
	for range 4 {
		db := open(t, dir)
		group.Go(func() {
			if _, err := db.Migrate(context.Background(), ledger, migrations); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := text(t, open(t, dir), "SELECT toString(count()) AS value FROM ledger", nil); got != "2" {
		t.Errorf("%s migrations are noted", got)
	}
}

func TestOneWriterAtATime(t *testing.T) {
	dir := enginetest.Dir(t)
	a, b := open(t, dir), open(t, dir)
	release, err := a.Lock(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := b.Lock(short, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second writer got in: %v", err)
	}
	entered, told := make(chan error), make(chan struct{})
	go func() {
		release, err := b.Lock(context.Background(), func() { close(told) })
		if err == nil {
			release()
		}
		entered <- err
	}()
	select {
	case err := <-entered:
		t.Errorf("a second writer got in: %v", err)
	case <-told:
	}
	release()
	if err := <-entered; err != nil {
		t.Error(err)
	}
}

func TestManyStatementsAtOnce(t *testing.T) {
	db := open(t, enginetest.Dir(t))
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			row, err := store.One[textRow](context.Background(), db, "SELECT toString(sum(number) + {n:UInt32}) AS value FROM numbers(100000)", store.Params{"n": i})
			if want := fmt.Sprint(4999950000 + i); err != nil || row.Value != want {
				t.Errorf("%d: %s, %v", i, row.Value, err)
			}
		})
	}
	group.Wait()
}
