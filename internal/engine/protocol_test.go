package engine_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"jianfu/internal/engine"
)

func status(t testing.TB, h *engine.Handle) engine.Info {
	t.Helper()
	i, err := engine.Status(h.Dir())
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestFiveMillionRowsArriveInFlatMemory(t *testing.T) {
	h, conn := open(t)
	const total = 5_000_000
	exec(t, conn, "CREATE TABLE t (id UInt64, name String) ENGINE = MergeTree ORDER BY id")
	exec(t, conn, "INSERT INTO t SELECT number, concat('unit ', toString(number)) FROM numbers(5000000)")
	before := status(t, h).Memory
	rows, err := conn.Query(t.Context(), "SELECT id, name FROM t ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var id, next uint64
	var name string
	var client, server uint64
	for ; rows.Next(); next++ {
		if err := rows.Scan(&id, &name); err != nil {
			t.Fatal(err)
		}
		if id != next {
			t.Fatalf("row %d has id %d", next, id)
		}
		if next%500_000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			client, server = max(client, m.HeapInuse), max(server, status(t, h).Memory)
		}
	}
	if err := rows.Err(); err != nil || next != total {
		t.Fatalf("%d rows, %v", next, err)
	}
	// The rows take some 150 MB.
	if client > 64<<20 {
		t.Errorf("the client held up to %d MB", client>>20)
	}
	if server > before+200<<20 {
		t.Errorf("the engine grew from %d to %d MB", before>>20, server>>20)
	}
}

func TestInsertsOfAnySizeStreamThrough(t *testing.T) {
	h, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64, text String) ENGINE = MergeTree ORDER BY id")
	before := status(t, h).Memory
	reader, writer := io.Pipe()
	const lines = 4_000_000
	go func() {
		var buffer bytes.Buffer
		for i := range lines {
			fmt.Fprintf(&buffer, "%d,\"line %d, with a comma\"\n", i, i)
			if buffer.Len() > 1<<20 || i == lines-1 {
				if _, err := buffer.WriteTo(writer); err != nil {
					return
				}
			}
		}
		writer.Close()
	}()
	if err := conn.InsertFormat(t.Context(), "CSV", "INSERT INTO t (id, text)", reader); err != nil {
		t.Fatal(err)
	}
	if n := count(t, conn, "SELECT count() FROM t"); n != lines {
		t.Errorf("%d rows", n)
	}
	if after := status(t, h).Memory; after > before+500<<20 {
		t.Errorf("the engine grew from %d to %d MB", before>>20, after>>20)
	}
}

func TestAnInsertWhoseDataBreaksOffStoresNothing(t *testing.T) {
	_, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id")
	broken := io.MultiReader(strings.NewReader(strings.Repeat("1\n", 300_000)), failing{})
	if err := conn.InsertFormat(t.Context(), "CSV", "INSERT INTO t", broken); err == nil {
		t.Error("no error")
	}
	wrong := strings.NewReader(strings.Repeat("1\n", 100_000) + "x\n" + strings.Repeat("1\n", 3_000_000))
	if err := conn.InsertFormat(t.Context(), "CSV", "INSERT INTO t", wrong); codeOf(err) != 27 && codeOf(err) != 117 {
		t.Errorf("want code 27 or 117: %v", err)
	}
	if err := conn.InsertFormat(t.Context(), "CSV", "INSERT INTO missing", strings.NewReader(strings.Repeat("1\n", 3_000_000))); codeOf(err) != 60 {
		t.Errorf("want code 60: %v", err)
	}
	time.Sleep(200 * time.Millisecond)
	if n := count(t, conn, "SELECT count() FROM t"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the file ends here") }

func TestBinaryDataComesBackAsItWent(t *testing.T) {
	_, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64, data String) ENGINE = MergeTree ORDER BY id")
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	texts := []string{string(all), "", "\n", "\x00\x00", "a\nb\r\nc", "__exception__\r\n", strings.Repeat(string(all), 5000), "FORMAT Native\n\x00"}
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t (id, data)")
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Close()
	for i, text := range texts {
		if err := batch.Append(uint64(i), text); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), "SELECT data FROM t ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var back []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		back = append(back, text)
	}
	if diff := cmp.Diff(texts, back); diff != "" {
		t.Error(diff)
	}
}

func TestStatementsOfMegabytes(t *testing.T) {
	_, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64, name String) ENGINE = MergeTree ORDER BY id")
	var list strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&list, "%d,", i)
	}
	if n := count(t, conn, "SELECT count() FROM numbers(2000000) WHERE number IN ("+list.String()+"0)"); n != 300_000 {
		t.Errorf("%d rows", n)
	}
	if n := count(t, conn, "SELECT length({text:String})", clickhouse.Named("text", strings.Repeat("长", 1_000_000))); n != 3_000_000 {
		t.Errorf("length %d", n)
	}
	var values strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&values, "(%d, 'unit %d'),", i, i)
	}
	exec(t, conn, "INSERT INTO t VALUES "+strings.TrimSuffix(values.String(), ","))
	if n := count(t, conn, "SELECT count() FROM t"); n != 100_000 {
		t.Errorf("%d rows", n)
	}
}

func TestResultsInEveryFormatAreOneDocument(t *testing.T) {
	_, conn := open(t)
	for format, begin := range map[string]string{
		"CSV": "0,", "CSVWithNames": "\"number\",", "JSON": "{\n", "TSVWithNamesAndTypes": "number\t", "Parquet": "PAR1", "JSONEachRow": "{\"number\"",
	} {
		t.Run(format, func(t *testing.T) {
			stream, err := conn.QueryFormat(t.Context(), format, "SELECT number, 'text' AS text FROM numbers(300000) -- it's text\n;")
			if err != nil {
				t.Fatal(err)
			}
			defer stream.Close()
			data, err := io.ReadAll(stream)
			if err != nil || !strings.HasPrefix(string(data), begin) {
				t.Errorf("%.40q, %v", data, err)
			}
			if n := bytes.Count(data, []byte("number\"")); n > 2 && !strings.HasPrefix(format, "JSON") && format != "Parquet" || bytes.Count(data, []byte("\"meta\"")) > 1 {
				t.Errorf("%d headers", n)
			}
			if format == "CSVWithNames" {
				records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
				if err != nil || len(records) != 300_001 {
					t.Errorf("%d records, %v", len(records), err)
				}
			}
		})
	}
	for _, format := range []string{"CSV", "JSON"} {
		t.Run("a late error in "+format, func(t *testing.T) {
			stream, err := conn.QueryFormat(t.Context(), format, "SELECT throwIf(number = 5000000, 'late') FROM numbers(10000000)")
			if err == nil {
				_, err = io.Copy(io.Discard, stream)
				stream.Close()
			}
			if codeOf(err) != 395 {
				t.Error(err)
			}
		})
	}
}

func TestAQueryEndsWhenItsClientLeaves(t *testing.T) {
	h, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id")
	for name, run := range map[string]func(context.Context) error{
		"before the first row": func(ctx context.Context) error {
			return conn.QueryRow(ctx, "SELECT max(sipHash64(number)) FROM numbers(1000000000000)").Scan(new(uint64))
		},
		"between rows": func(ctx context.Context) error {
			rows, err := conn.Query(ctx, "SELECT number FROM numbers(1000000000000)")
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
			}
			return rows.Err()
		},
		"in a format": func(ctx context.Context) error {
			stream, err := conn.QueryFormat(ctx, "CSVWithNames", "SELECT number FROM numbers(1000000000000)")
			if err != nil {
				return err
			}
			defer stream.Close()
			_, err = io.Copy(io.Discard, stream)
			return err
		},
		"while it inserts": func(ctx context.Context) error {
			return conn.Exec(ctx, "INSERT INTO t SELECT sipHash64(number) FROM numbers(1000000000000) WHERE sipHash64(number) = 1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if err := run(ctx); err == nil {
				t.Error("no error")
			}
			deadline := time.Now().Add(10 * time.Second)
			for count(t, conn, "SELECT count() FROM system.processes") > 1 || status(t, h).Queries > 0 {
				if time.Now().After(deadline) {
					t.Fatal("the query is still running")
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	if n := count(t, conn, "SELECT count() FROM t"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestReadersAndAWriterRunSideBySide(t *testing.T) {
	_, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id")
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- conn.InsertFormat(t.Context(), "CSV", "INSERT INTO t", reader) }()
	fmt.Fprintln(writer, 1)
	for range 20 { // while the insert waits for more
		if n := count(t, conn, "SELECT count() FROM t"); n != 0 {
			t.Errorf("%d rows are seen of an insert that goes on", n)
		}
	}
	fmt.Fprintln(writer, 2)
	writer.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := count(t, conn, "SELECT count() FROM t"); n != 2 {
		t.Errorf("%d rows", n)
	}
}

func TestNothingOfAQueryIsLeftToTheNext(t *testing.T) {
	_, conn := open(t)
	exec(t, conn, "SET max_threads = 1")
	exec(t, conn, "CREATE DATABASE other")
	exec(t, conn, "USE other")
	var threads, database string
	err := conn.QueryRow(t.Context(), "SELECT value, currentDatabase() FROM system.settings WHERE name = 'max_block_size'").Scan(&threads, &database)
	if err != nil || threads == "7" || database != "default" {
		t.Errorf("max_block_size %s in %s, %v", threads, database, err)
	}
	ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 7}))
	err = conn.QueryRow(ctx, "SELECT value, currentDatabase() FROM system.settings WHERE name = 'max_block_size'").Scan(&threads, &database)
	if err != nil || threads != "7" {
		t.Errorf("max_block_size %s, %v", threads, err)
	}
}
