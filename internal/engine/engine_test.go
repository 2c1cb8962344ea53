package engine_test

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"

	"jianfu/internal/engine"
	"jianfu/internal/engine/enginetest"
)

func TestMain(m *testing.M) {
	engine.ChildMain()
	if dir, ok := os.LookupEnv(clientVariable); ok {
		useUntilTold(dir)
	}
	enginetest.Main(m)
}

// connect opens clickhouse-go on the engine, as package store does.
func connect(t testing.TB, h *engine.Handle) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Protocol:     clickhouse.HTTP,
		Addr:         []string{"engine"},
		DialContext:  func(ctx context.Context, _ string) (net.Conn, error) { return h.DialContext(ctx) },
		MaxOpenConns: 64,
		DialTimeout:  time.Minute,
		ReadTimeout:  10 * time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func open(t testing.TB) (*engine.Handle, driver.Conn) {
	t.Helper()
	h := enginetest.Open(t)
	return h, connect(t, h)
}

func exec(t testing.TB, conn driver.Conn, sql string) {
	t.Helper()
	if err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%.200s: %.2000v", sql, err)
	}
}

func count(t testing.TB, conn driver.Conn, sql string, args ...any) (n uint64) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%.200s: %.2000v", sql, err)
	}
	return n
}

func codeOf(err error) int32 {
	if e, ok := errors.AsType[*clickhouse.Exception](err); ok {
		return e.Code
	}
	return 0
}

func TestClickHouseGoTalksToTheEngine(t *testing.T) {
	_, conn := open(t)
	if err := conn.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	version, err := conn.ServerVersion()
	if err != nil || version.Version.Major < 26 {
		t.Errorf("server version %v, %v", version, err)
	}
	exec(t, conn, "CREATE TABLE t (id UInt64, name String) ENGINE = MergeTree ORDER BY id")
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t")
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Close()
	for i := range uint64(1000) {
		if err := batch.Append(i, "n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, conn, "SELECT sum(id) FROM t"); n != 499500 {
		t.Errorf("sum %d", n)
	}
	if n := count(t, conn, "SELECT count() FROM t WHERE id > 5000"); n != 0 {
		t.Errorf("count %d", n)
	}
}

func TestServerSideParametersArriveAsTheyWere(t *testing.T) {
	_, conn := open(t)
	texts := []string{"plain", "it's", `back\slash`, "new\nline\ttab\r", "汉字", "", "{x:String}", "a,b"}
	ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"list": "['a','it\\'s','汉字']"}))
	var list []string
	if err := conn.QueryRow(ctx, "SELECT {list:Array(String)}").Scan(&list); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "it's", "汉字"}, list); diff != "" {
		t.Error(diff)
	}
	for _, text := range texts {
		var back string
		if err := conn.QueryRow(t.Context(), "SELECT {text:String}", clickhouse.Named("text", text)).Scan(&back); err != nil || back != text {
			t.Errorf("%q came back as %q, %v", text, back, err)
		}
	}
	var back []string
	if err := conn.QueryRow(t.Context(), "SELECT {texts:Array(String)}", clickhouse.Named("texts", texts)).Scan(&back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(texts, back); diff != "" {
		t.Error(diff)
	}
}

func TestManyConnectionsAtOnce(t *testing.T) {
	_, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id")
	var all sync.WaitGroup
	for worker := range uint64(32) {
		all.Go(func() {
			for i := range uint64(20) {
				if i%5 == 0 {
					if err := conn.Exec(t.Context(), "INSERT INTO t SELECT number FROM numbers(10)"); err != nil {
						t.Error(err)
						return
					}
				}
				var n uint64
				if err := conn.QueryRow(t.Context(), "SELECT {a:UInt64} + {b:UInt64}", clickhouse.Named("a", worker*1000), clickhouse.Named("b", i)).Scan(&n); err != nil || n != worker*1000+i {
					t.Errorf("%d, %v", n, err)
					return
				}
			}
		})
	}
	all.Wait()
	if n := count(t, conn, "SELECT count() FROM t"); n != 32*4*10 {
		t.Errorf("%d rows", n)
	}
}

func TestErrorsComeWithTheirCode(t *testing.T) {
	_, conn := open(t)
	for name, c := range map[string]struct {
		sql      string
		settings clickhouse.Settings
		code     int32
	}{
		"an unknown table":           {sql: "SELECT * FROM missing", code: 60},
		"a syntax error":             {sql: "SELEC 1", code: 62},
		"a division by zero":         {sql: "SELECT intDiv(1, 0)", code: 153},
		"an unknown setting":         {sql: "SELECT 1", settings: clickhouse.Settings{"max_thread": 1}, code: 115},
		"a setting that cannot be":   {sql: "SELECT 1", settings: clickhouse.Settings{"max_threads": "many"}, code: 27},
		"too little memory":          {sql: "SELECT groupArray(number) FROM numbers(100000000)", settings: clickhouse.Settings{"max_memory_usage": 50_000_000}, code: 241},
		"too little time":            {sql: "SELECT max(sipHash64(number)) FROM numbers(1000000000000)", settings: clickhouse.Settings{"max_execution_time": 1}, code: 159},
		"an insert into nothing":     {sql: "INSERT INTO missing SELECT 1", code: 60},
		"a part that is not spoken":  {sql: "SELECT 1", settings: clickhouse.Settings{"session_id": "x"}, code: 48},
		"two statements in one":      {sql: "SELECT 1; SELECT 2", code: 62},
		"an error after many blocks": {sql: "SELECT throwIf(number = 5000000, 'late') FROM numbers(10000000)", code: 395},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if c.settings != nil {
				ctx = clickhouse.Context(ctx, clickhouse.WithSettings(c.settings))
			}
			rows, err := conn.Query(ctx, c.sql)
			if err == nil {
				for rows.Next() {
				}
				err = rows.Err()
				rows.Close()
			}
			if code := codeOf(err); code != c.code {
				t.Errorf("code %d, want %d: %v", code, c.code, err)
			}
			if err != nil && strings.Contains(err.Error(), "\x00") {
				t.Errorf("the message holds data: %q", err)
			}
		})
	}
	if err := conn.Exec(t.Context(), "INSERT INTO missing SELECT 1"); codeOf(err) != 60 {
		t.Error(err)
	}
	if err := conn.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
