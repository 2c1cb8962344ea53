package reader

import (
	"bytes"
	"context"
	"errors"
	"io"

	"golang.org/x/sync/errgroup"

	"jianfu/internal/problem"
)

// A file goes through three stages side by side: one goroutine reads, decompresses and cuts it into chunks of whole
// records; workers parse chunks; the caller's goroutine hands the results on in the file's order. The chunks are a
// fixed few, used again and again, so memory is flat in the file's size.

// chunk is a piece of the file that starts and ends at record ends, and what parsing it gave.
type chunk[R any] struct {
	data   []byte // whole records
	buffer []byte
	line   uint64 // of the file, where data starts
	result R
	parsed chan struct{}
}

// run reads the file to its end. newParser makes one parser for each worker; deliver gets the results in file order.
func run[R any](ctx context.Context, f *File, newParser func() func(*chunk[R]), deliver func(*R) error) error {
	workers := f.options.Workers
	inFlight := workers + 2 // one being read, one being delivered
	free := make(chan *chunk[R], inFlight)
	for range inFlight {
		free <- &chunk[R]{parsed: make(chan struct{}, 1)}
	}
	todo := make(chan *chunk[R], inFlight)
	order := make(chan *chunk[R], inFlight)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(todo)
		defer close(order)
		return cut(ctx, f, free, func(c *chunk[R]) {
			todo <- c
			order <- c
		})
	})
	for range workers {
		group.Go(func() error {
			parse := newParser()
			for c := range todo {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				parse(c)
				c.parsed <- struct{}{}
			}
			return nil
		})
	}
	group.Go(func() error {
		for c := range order {
			select {
			case <-c.parsed:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := deliver(&c.result); err != nil {
				return err
			}
			free <- c
		}
		return nil
	})
	return group.Wait()
}

// cut reads the file into free chunks and hands each on once it is cut.
func cut[R any](ctx context.Context, f *File, free <-chan *chunk[R], handOn func(*chunk[R])) error {
	line := f.firstLine
	var rest []byte // the start of a record whose end is not read yet
	for final := false; !final; {
		var c *chunk[R]
		select {
		case c = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		if c.buffer == nil {
			c.buffer = make([]byte, f.options.ChunkBytes)
		}
		n := copy(c.buffer, rest)
		read, err := fill(f.content, c.buffer[n:])
		if final = errors.Is(err, io.EOF); err != nil && !final {
			return f.damaged(err)
		}
		data := c.buffer[:n+read]
		whole := len(data)
		if !final {
			if whole = wholeRecords(data, f.delimiter); whole == 0 {
				return problem.New("reader_line_too_long", "file", f.name, "line", line)
			}
		}
		c.data, c.line = data[:whole], line
		line += uint64(bytes.Count(c.data, []byte{'\n'})) //nolint:gosec // a count
		rest = append(rest[:0], data[whole:]...)          // a copy: the chunk may be free again before the next is cut
		handOn(c)
	}
	return f.finish()
}

// fill reads until the buffer is full or the content ends, which io.EOF says. io.ReadFull would not do: it tells the end
// by io.ErrUnexpectedEOF, which is also how a gzip file says that it is cut off.
func fill(content io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var m int
		m, err = content.Read(buffer[n:])
		n += m
	}
	return n, err
}
