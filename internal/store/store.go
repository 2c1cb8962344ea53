// Package store is the connection to ClickHouse: the embedded engine of a data directory or a server, spoken to in the
// same way, through clickhouse-go over HTTP. It runs statements, streams blocks in, and brings the schema up to date.
// It knows no statement itself: those are in package queries, its only caller besides the commands that open it.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"jianfu/internal/engine"
	"jianfu/internal/fault"
)

// Options says which ClickHouse to use.
type Options struct {
	Data   string         // data directory: of the embedded engine, and of keys and locks
	DSN    string         // clickhouse://user:password@host:8123/database; its HTTP port. Empty: the embedded engine
	Engine engine.Options // limits of the embedded engine
	Trace  io.Writer      // is told every statement that reads, as a line of JSON; nil for none. See Traced
}

// DB is an open store. It is safe for concurrent use.
type DB struct {
	conn   driver.Conn
	engine *engine.Handle // nil with a server
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
		return nil, fault.Wrap(err, "data_not_writable", "dir", o.Data)
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
	} else {
		var err error
		if options, err = serverOptions(o.DSN); err != nil {
			return nil, err
		}
	}
	options.Protocol = clickhouse.HTTP
	options.MaxOpenConns = maxOpenConns
	options.MaxIdleConns = maxIdleConns
	options.DialTimeout = acquireWait
	options.ReadTimeout = readTimeout
	options.ConnMaxLifetime = time.Hour
	conn, err := clickhouse.Open(options)
	if err == nil {
		err = conn.Ping(ctx)
	}
	switch {
	case err != nil && db.engine != nil:
		return nil, fmt.Errorf("the engine does not answer: %w", errors.Join(err, db.engine.Close()))
	case err != nil:
		return nil, fault.Wrap(err, "clickhouse_unreachable", "hosts", strings.Join(options.Addr, ", "), "cause", causeOf(err))
	}
	db.conn = conn
	return db, nil
}

// causeOf is why a server was not reached, without the names of all who passed it on.
func causeOf(err error) string {
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return network.Error()
	}
	return err.Error()
}

// serverOptions are those of an address. The driver asks the server by the scheme of its address, which has to be one of the
// web: clickhouse:// is http://, or https:// with secure=true.
func serverOptions(dsn string) (*clickhouse.Options, error) {
	address, err := url.Parse(dsn)
	if err != nil || address.Host == "" {
		return nil, fault.New("clickhouse_dsn") // without the cause, which would tell the password
	}
	query := address.Query()
	secure, _ := strconv.ParseBool(query.Get("secure"))
	switch address.Scheme {
	case "clickhouse", "http":
	case "https":
		secure = true
	default:
		return nil, fault.New("clickhouse_dsn")
	}
	address.Scheme = "http"
	if secure {
		address.Scheme = "https"
		query.Set("secure", "true") // the driver wants it said twice
		address.RawQuery = query.Encode()
	}
	options, err := clickhouse.ParseDSN(address.String())
	if err != nil {
		return nil, fault.New("clickhouse_dsn")
	}
	return options, nil
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
	return explained(db.conn.Exec(with(ctx, p), sql))
}

// Select runs a statement that changes nothing and returns its rows as T, a struct whose fields carry `ch:"column"` tags.
// Where the connection was one to an engine that has ended, it asks once more: the next one reaches the new engine.
func Select[T any](ctx context.Context, db *DB, sql string, p Params) ([]T, error) {
	db.trace.tell(sql, p)
	rows, err := selected[T](ctx, db, sql, p)
	if dropped(err) && ctx.Err() == nil {
		rows, err = selected[T](ctx, db, sql, p)
	}
	return rows, explained(err)
}

func selected[T any](ctx context.Context, db *DB, sql string, p Params) (rows []T, err error) {
	err = db.conn.Select(with(ctx, p), &rows, sql)
	return rows, err
}

// dropped tells whether the other end of a connection went away without an answer.
func dropped(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF)
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
		rows, err := db.conn.Query(with(ctx, p), sql)
		if err != nil {
			yield(nil, explained(err))
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
			yield(nil, explained(err))
		}
	}
}

// Insert writes a few rows of T, a struct whose fields carry `ch:"column"` tags, with one statement
// "INSERT INTO table (columns)". All of them become visible together.
func Insert[T any](ctx context.Context, db *DB, sql string, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	batch, err := db.conn.PrepareBatch(ctx, sql)
	if err != nil {
		return explained(err)
	}
	defer func() { _ = batch.Close() }()
	for i := range rows {
		if err := batch.AppendStruct(&rows[i]); err != nil {
			return err
		}
	}
	return explained(batch.Send())
}

// InsertOnce is Insert, unless something was written to the table with this token before: then nothing happens, and there
// is no error. Of several that write at once, on whatever machine, one is kept. The table was made with {{.Once}}, and
// remembers the last ten thousand tokens.
func InsertOnce[T any](ctx context.Context, db *DB, sql, token string, rows []T) error {
	return Insert(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplicate": 1, "insert_deduplication_token": token, "async_insert": 0,
	})), db, sql, rows)
}

// explained puts an exception of the engine that people can do something about, such as a full disk, into a fault that
// says what; the exception stays its cause.
func explained(err error) error {
	if e, ok := errors.AsType[*clickhouse.Exception](err); ok {
		if f := engine.Explain(e.Code, e.Message); f != nil {
			f.Cause = err
			return f
		}
	}
	return err
}

// ErrorCode is ClickHouse's number of the exception in err's chain, or 0.
func ErrorCode(err error) int {
	if e, ok := errors.AsType[*clickhouse.Exception](err); ok {
		return int(e.Code)
	}
	return 0
}
