// Package store is the connection to ClickHouse: the embedded engine of a data directory, or a server, over its native
// protocol or HTTP; clickhouse-go speaks to all of them. It runs statements, streams blocks in, and brings the schema up to date.
// It knows no statement itself: those are in package queries, its only caller besides the commands that open it.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"os"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"jianfu/internal/engine"
	"jianfu/internal/problem"
)

// Options says which ClickHouse to use.
type Options struct {
	Data      string         // data directory: of the embedded engine, and of keys and locks
	DSN       string         // clickhouse://user@host:9000/database, see serverOptions. Empty: the embedded engine
	User      string         // of the server, where DSN names none
	Password  string         // of the server, unless DSN names a file with it
	Restoring bool           // open a directory that is being restored, which is refused else
	Engine    engine.Options // limits of the embedded engine
	Trace     io.Writer      // is told every statement that reads, as a line of JSON; nil for none. See Traced
}

// DB is an open store. It is safe for concurrent use.
type DB struct {
	conn   driver.Conn
	server *clickhouse.Options // nil with the embedded engine
	engine *engine.Handle      // nil with a server
	layout layout
	data   string
	trace  *trace
}

// Pool sizes: pages are short and many; a load and a recompute hold one connection each for minutes.
const (
	maxOpenConns = 16
	maxIdleConns = 8
	acquireWait  = 30 * time.Second
	readTimeout  = 30 * time.Minute // the longest statement is a recompute of one month; pages set their own deadline
)

// Open connects and checks that the engine answers. It changes nothing; call Migrate before the first statement.
func Open(ctx context.Context, o Options) (*DB, error) {
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, problem.Wrap(err, "data_not_writable", "dir", o.Data)
	}
	if unfinished, err := Unfinished(o.Data); err != nil || unfinished && !o.Restoring {
		return nil, problem.Wrap(err, "restore_unfinished", "dir", o.Data)
	}
	db := &DB{data: o.Data, trace: newTrace(o.Trace)}
	options := &clickhouse.Options{}
	if o.DSN == "" {
		handle, err := engine.Open(ctx, o.Data, o.Engine)
		if err != nil {
			return nil, err
		}
		db.engine = handle
		options.Addr = []string{"engine"}
		options.DialContext = func(ctx context.Context, _ string) (net.Conn, error) { return handle.DialContext(ctx) }
		options.Protocol = clickhouse.HTTP
	} else {
		var err error
		if options, err = serverOptions(o); err != nil {
			return nil, err
		}
		db.server = options
	}
	options.MaxOpenConns = maxOpenConns
	options.MaxIdleConns = maxIdleConns
	options.DialTimeout = acquireWait
	options.ReadTimeout = readTimeout
	options.ConnMaxLifetime = time.Hour
	conn, err := clickhouse.Open(options)
	if err != nil {
		return nil, err
	}
	db.conn = conn
	if err := db.check(ctx); err != nil {
		return nil, err
	}
	return db, nil
}

// check asks for a sign of life. Who does not give one is left.
func (db *DB) check(ctx context.Context) error {
	err := db.conn.Ping(ctx)
	if err == nil && db.server != nil {
		err = db.checkVersion()
	}
	switch {
	case err == nil:
		return nil
	case db.server == nil:
		return fmt.Errorf("the engine does not answer: %w", errors.Join(err, db.Close()))
	}
	return errors.Join(db.explained(err), db.Close())
}

// Close leaves the engine; an embedded one ends when its last user has left.
func (db *DB) Close() error {
	err := db.conn.Close()
	if db.engine != nil {
		err = errors.Join(err, db.engine.Close())
	}
	return err
}

// Exec runs a statement that returns no rows.
func (db *DB) Exec(ctx context.Context, sql string, p Params) error {
	return db.explained(db.again(ctx, false, func() error { return db.conn.Exec(with(ctx, p), sql) }))
}

// Select runs a statement that changes nothing and returns its rows as T, a struct whose fields carry `ch:"column"` tags.
func Select[T any](ctx context.Context, db *DB, sql string, p Params) ([]T, error) {
	db.trace.tell(sql, p)
	var rows []T
	err := db.again(ctx, true, func() error {
		rows = nil
		return db.conn.Select(with(ctx, p), &rows, sql)
	})
	return rows, db.explained(err)
}

// One is Select for a statement that returns exactly one row.
func One[T any](ctx context.Context, db *DB, sql string, p Params) (T, error) {
	rows, err := Select[T](ctx, db, sql, p)
	if err == nil && len(rows) != 1 {
		err = fmt.Errorf("one row expected, %d returned", len(rows))
	}
	if err != nil {
		var none T
		return none, err
	}
	return rows[0], nil
}

// Each runs a statement and yields its rows one by one, in flat memory however many there are. The pointer is valid
// until the next row. An error ends the sequence.
func Each[T any](ctx context.Context, db *DB, sql string, p Params) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		db.trace.tell(sql, p)
		var rows driver.Rows
		err := db.again(ctx, true, func() (err error) {
			rows, err = db.conn.Query(with(ctx, p), sql)
			return err
		})
		if err != nil {
			yield(nil, db.explained(err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var row T
			if err := rows.ScanStruct(&row); err != nil {
				yield(nil, err)
				return
			}
			if !yield(&row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, db.explained(err))
		}
	}
}

// Insert writes a few rows of T, a struct whose fields carry `ch:"column"` tags, with one statement
// "INSERT INTO table (columns)". All of them become visible together.
func Insert[T any](ctx context.Context, db *DB, sql string, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	var batch driver.Batch
	err := db.again(ctx, false, func() (err error) {
		batch, err = db.conn.PrepareBatch(ctx, sql)
		return err
	})
	if err != nil {
		return db.explained(err)
	}
	defer func() { _ = batch.Close() }()
	for i := range rows {
		if err := batch.AppendStruct(&rows[i]); err != nil {
			return err
		}
	}
	return db.explained(batch.Send())
}

// InsertOnce is Insert, unless something was written to the table with this token before: then nothing happens, and there
// is no error. Of several that write at once, on whatever machine, one is kept. The table was made with {{.Once}}, and
// remembers the last ten thousand tokens.
func InsertOnce[T any](ctx context.Context, db *DB, sql, token string, rows []T) error {
	return Insert(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplicate": 1, "insert_deduplication_token": token, "async_insert": 0,
	})), db, sql, rows)
}
