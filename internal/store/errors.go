package store

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/ClickHouse/clickhouse-go/v2"

	"jianfu/internal/engine"
	"jianfu/internal/problem"
)

// again runs what may be run again after it failed. Nothing has begun where nobody listens any more: a pool holds connections of
// HTTP to a host that has gone, and each of them says so once. A read that broke off has changed nothing, and is asked once
// more: the next connection reaches the engine that was started anew, or the next host. A write that broke off may have been
// done, and is left to its caller.
func (db *DB) again(ctx context.Context, reads bool, run func() error) error {
	err := run()
	for range maxIdleConns {
		switch {
		case ctx.Err() != nil:
			return err
		case unheard(err) && db.server != nil:
		case reads && dropped(err):
			reads = false
		default:
			return err
		}
		err = run()
	}
	return err
}

// unheard tells whether nobody took the connection, so that nothing was asked. An error of all hosts is not: each was asked.
func unheard(err error) bool {
	network, ok := errors.AsType[*net.OpError](err)
	if _, all := errors.AsType[*hostError](err); all || !ok {
		return false
	}
	return network.Op == "dial"
}

// dropped tells whether the other end of a connection went away without an answer.
func dropped(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// explained puts what people can do something about, such as a full disk or a server that has gone, into a problem that says
// what; the error stays its cause.
func (db *DB) explained(err error) error {
	if err == nil || problem.Code(err) != "" {
		return err
	}
	if e, ok := errors.AsType[*clickhouse.Exception](err); ok {
		if f := engine.Explain(e.Code, e.Message); f != nil {
			f.Cause = err
			return f
		}
	}
	if db.server == nil {
		return err
	}
	user, hosts := db.server.Auth.Username, strings.Join(db.server.Addr, ", ")
	switch e, _ := errors.AsType[*clickhouse.Exception](err); {
	case e == nil:
	case slices.Contains([]int32{516, 192, 193, 194}, e.Code): // AUTHENTICATION_FAILED, UNKNOWN_USER, WRONG_PASSWORD, REQUIRED_PASSWORD
		return problem.Wrap(err, "clickhouse_denied", "user", user, "hosts", hosts)
	case e.Code == 81: // UNKNOWN_DATABASE
		return problem.Wrap(err, "clickhouse_database", "database", db.server.Auth.Database, "hosts", hosts)
	case e.Code == 497: // ACCESS_DENIED
		return problem.Wrap(err, "clickhouse_rights", "user", user, "detail", e.Message)
	}
	_, network := errors.AsType[*net.OpError](err)
	_, dialled := errors.AsType[*hostError](err)
	if network || dialled || dropped(err) {
		return unreached(db.server, err)
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
