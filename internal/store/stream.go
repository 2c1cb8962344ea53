package store

import (
	"context"
	"errors"
	"io"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// Column is one column of a block on its way in: the table's column name and type, and the values as a slice of the
// type's plain number ([]int64 for Decimal(18, 2), in units of the last decimal; []int8 for Enum8; []uint16 for Date),
// as []string, [][]string, or Fixed.
type Column struct {
	Name, Type string
	Values     any
}

// Fixed is a column of FixedString(Size) values, one behind the other.
type Fixed struct {
	Size  int
	Bytes []byte
}

// Stream is one INSERT that is being fed block by block, in ClickHouse's own columnar format. Bulk loads use it because
// it neither boxes values nor makes a decimal of each amount.
type Stream struct {
	send  func(proto.Input) error // returns when the values may be used for something else
	end   func(cause error)       // without a cause, the data is whole
	ended chan error              // tells once whether it was stored
}

// Stream starts an INSERT; sql is "INSERT INTO table (columns)". Close ends it and says whether it was stored.
func (db *DB) Stream(ctx context.Context, sql string) *Stream {
	if db.server != nil && db.server.Protocol == clickhouse.Native {
		return db.streamNative(ctx, sql)
	}
	return db.streamHTTP(ctx, sql)
}

// streamHTTP sends the blocks as the body of one request.
func (db *DB) streamHTTP(ctx context.Context, sql string) *Stream {
	reader, writer := io.Pipe()
	s := &Stream{ended: make(chan error, 1), end: func(cause error) { _ = writer.CloseWithError(cause) }}
	go func() {
		err := db.explained(db.conn.InsertFormat(ctx, "Native", sql, reader))
		_ = reader.CloseWithError(errors.Join(err, io.ErrClosedPipe))
		s.ended <- err
	}()
	var block proto.Buffer
	s.send = func(input proto.Input) error {
		block.Reset()
		if err := (proto.Block{Rows: input[0].Data.Rows(), Columns: len(input)}).EncodeRawBlock(&block, 0, input); err != nil {
			return err
		}
		_, err := writer.Write(block.Buf)
		return err
	}
	return s
}

// Write sends one block. Columns must have the same length; it returns when the engine has taken the bytes.
func (s *Stream) Write(columns []Column) error {
	input := make(proto.Input, len(columns))
	rows := 0
	for i, c := range columns {
		data := native(c)
		rows = data.Rows()
		input[i] = proto.InputColumn{Name: c.Name, Data: proto.Alias(data, proto.ColumnType(c.Type))}
	}
	if rows == 0 {
		return nil
	}
	return s.send(input)
}

// Close ends the INSERT and waits until it is stored or refused.
func (s *Stream) Close() error {
	s.end(nil)
	return <-s.ended
}

// Abort gives the INSERT up; what was sent may or may not have been stored.
func (s *Stream) Abort(cause error) {
	s.end(cause)
	<-s.ended
}

func native(c Column) proto.Column {
	switch v := c.Values.(type) {
	case []int8:
		return (*proto.ColInt8)(&v)
	case []uint8:
		return (*proto.ColUInt8)(&v)
	case []uint16:
		return (*proto.ColUInt16)(&v)
	case []uint32:
		return (*proto.ColUInt32)(&v)
	case []uint64:
		return (*proto.ColUInt64)(&v)
	case []int32:
		return (*proto.ColInt32)(&v)
	case []int64:
		return (*proto.ColInt64)(&v)
	case Fixed:
		return &proto.ColFixedStr{Buf: v.Bytes, Size: v.Size}
	case []string:
		column := new(proto.ColStr)
		for _, s := range v {
			column.Append(s)
		}
		return column
	case [][]string:
		column := new(proto.ColStr).Array()
		for _, s := range v {
			column.Append(s)
		}
		return column
	default:
		panic("store: column " + c.Name + " has values of a kind that is not streamed")
	}
}

// InsertFormat feeds an INSERT with data in a format that the engine reads itself. A server reads none over its native protocol.
func (db *DB) InsertFormat(ctx context.Context, format, sql string, data io.Reader) error {
	return db.explained(db.conn.InsertFormat(ctx, format, sql, data))
}
