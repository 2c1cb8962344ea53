package engine

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/ClickHouse/ch-go/proto"
)

// answer sends the reply to a query. The first bytes are held back, so that a query that fails early answers with an
// error as its status; a later error is framed inside the body, as ClickHouse does it.
type answer struct {
	writer http.ResponseWriter
	tag    string // tells the frame of an error from data that looks like one
	held   []byte
	sent   bool
}

// holdBack is how much of a result waits for the first error.
const holdBack = 64 << 10

// begun tells whether anything has been said yet.
func (a *answer) begun() bool { return a.sent || len(a.held) > 0 }

// send hands data to the client; the data may be reused afterwards.
func (a *answer) send(data []byte) error {
	if !a.sent && len(a.held)+len(data) <= holdBack {
		a.held = append(a.held, data...)
		return nil
	}
	if err := a.release(); err != nil {
		return err
	}
	return a.write(data)
}

// release sends what was held back, after the header.
func (a *answer) release() error {
	if a.sent {
		return nil
	}
	a.sent = true
	a.writer.Header().Set("Content-Type", "application/octet-stream")
	a.writer.Header().Set("X-ClickHouse-Exception-Tag", a.tag)
	held := a.held
	a.held = nil
	return a.write(held)
}

func (a *answer) write(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	if _, err := a.writer.Write(data); err != nil {
		return fmt.Errorf("send the result: %w", err)
	}
	return nil
}

// end closes the reply. An error of the engine is told to the client; any other error means that there is no client to
// tell, and breaks the connection so that half a result cannot pass for a whole one.
func (a *answer) end(err error) {
	if err == nil {
		if !a.sent {
			a.writer.Header().Set("Content-Length", strconv.Itoa(len(a.held)))
		}
		err = a.release()
		if err == nil {
			return
		}
	}
	failure, ok := errors.AsType[*exception](err)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	if !a.sent {
		a.sent = true
		header := a.writer.Header()
		header.Set("Content-Type", "text/plain; charset=UTF-8")
		header.Set("X-ClickHouse-Exception-Code", strconv.Itoa(failure.code))
		a.writer.WriteHeader(http.StatusInternalServerError)
		_ = a.write([]byte(failure.text + "\n"))
		return
	}
	text := failure.text
	const longest = 15 << 10 // a frame is 16 KiB at most
	if len(text) > longest {
		text = text[:longest]
	}
	_ = a.write(fmt.Appendf(nil, "\r\n__exception__\r\n%s\r\n%s\n%d %s\r\n__exception__\r\n", a.tag, text, len(text), a.tag))
}

// hello is the answer to clickhouse-go's first question.
type hello struct{ version, timezone string }

// isHello tells whether the statement is that question. It is answered here and not by the engine: clickhouse-go
// decodes this answer by its own protocol revision, which adds to the Native format, and every later answer by the
// revision that this one names. Naming 0 makes plain Native, as the engine writes it, right from then on.
func isHello(sql string) bool {
	return sql == "SELECT displayName(), version(), revision(), timezone()"
}

func (h hello) block(revision int) []byte {
	name, version, zone := new(proto.ColStr), new(proto.ColStr), new(proto.ColStr)
	name.Append("jianfu")
	version.Append(h.version)
	zone.Append(h.timezone)
	named := proto.ColUInt32{0}
	var buffer proto.Buffer
	block := proto.Block{Info: proto.BlockInfo{BucketNum: -1}, Columns: 4, Rows: 1}
	err := block.EncodeBlock(&buffer, revision, []proto.InputColumn{
		{Name: "displayName()", Data: name},
		{Name: "version()", Data: version},
		{Name: "revision()", Data: &named},
		{Name: "timezone()", Data: zone},
	})
	if err != nil { // four columns of one row each
		panic(err)
	}
	return buffer.Buf
}
