package store

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// nativeStream feeds an INSERT over the native protocol, on a connection of its own: clickhouse-go boxes values there, the
// library below it does not.
type nativeStream struct {
	blocks chan proto.Input // the next block
	taken  chan struct{}    // told when a block has been sent and its values are free again
	ended  chan struct{}    // closed with the connection
	failed error            // why it ended, once it has
}

func (db *DB) streamNative(ctx context.Context, sql string) *Stream {
	ctx, cancel := context.WithCancelCause(ctx)
	n := &nativeStream{blocks: make(chan proto.Input), taken: make(chan struct{}), ended: make(chan struct{})}
	s := &Stream{ended: make(chan error, 1)}
	go func() {
		n.failed = db.explained(n.run(ctx, db.server, sql))
		close(n.ended)
		cancel(n.failed)
		s.ended <- n.failed
	}()
	s.send = n.send
	var once sync.Once
	s.end = func(cause error) {
		once.Do(func() {
			if cause != nil {
				cancel(cause)
			}
			close(n.blocks)
		})
	}
	return s
}

// send hands a block over and waits until it was sent.
func (n *nativeStream) send(block proto.Input) error {
	select {
	case n.blocks <- block:
	case <-n.ended:
		return errors.Join(n.failed, io.ErrClosedPipe)
	}
	select {
	case <-n.taken:
		return nil
	case <-n.ended:
		return errors.Join(n.failed, io.ErrClosedPipe)
	}
}

// run sends the blocks until there are no more. Without any, nothing is asked of the server.
func (n *nativeStream) run(ctx context.Context, o *clickhouse.Options, sql string) error {
	input, more := n.next(ctx)
	if !more {
		return context.Cause(ctx)
	}
	client, err := connectNative(ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // a broken one is closed already
	err = client.Do(ctx, ch.Query{Body: sql + " VALUES", Input: input, OnInput: func(ctx context.Context) error {
		select {
		case n.taken <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		block, more := n.next(ctx)
		if more {
			copy(input, block)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		input[0].Data = new(proto.ColStr) // no rows: the library would send them once more
		return io.EOF
	}})
	return clickhouseError(err)
}

func (n *nativeStream) next(ctx context.Context) (block proto.Input, more bool) {
	select {
	case block, more = <-n.blocks:
		return block, more && ctx.Err() == nil
	case <-ctx.Done():
		return nil, false
	}
}

// connectNative connects to the first host that answers.
func connectNative(ctx context.Context, o *clickhouse.Options) (client *ch.Client, err error) {
	connect := func(ctx context.Context, host string, o *clickhouse.Options) (clickhouse.DialResult, error) {
		conn, err := o.DialContext(ctx, host)
		if err != nil {
			return clickhouse.DialResult{}, err
		}
		client, err = ch.Connect(ctx, conn, ch.Options{Database: o.Auth.Database, User: o.Auth.Username, Password: o.Auth.Password, Compression: ch.CompressionLZ4})
		if err != nil {
			_ = conn.Close()
		}
		return clickhouse.DialResult{}, clickhouseError(err)
	}
	_, err = firstThatAnswers(ctx, 0, o, connect)
	return client, err
}

// clickhouseError is an exception of the server as clickhouse-go tells it.
func clickhouseError(err error) error {
	if e, ok := ch.AsException(err); ok {
		return &clickhouse.Exception{Code: int32(e.Code), Name: e.Name, Message: e.Message, StackTrace: e.Stack} //nolint:gosec // codes are small
	}
	return err
}
