package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// query is one statement that runs, on a connection of its own.
type query struct {
	server  *server
	request *request
	mark    string // finds the query among those that the engine runs
	conn    *engineConn
	cancel  context.CancelFunc
	gone    <-chan struct{} // closed when the client has left or the engine is to end
	ended   chan struct{}   // closed when the statement has ended
}

// leastSpace is what must be free before a definition is changed. On a full disk the library confirms a new table
// although it could not write the definition down. (Rows it refuses by itself.)
const leastSpace = 16 << 20

// run runs the statement, sends what it gives, and gives the connection back.
func (q *query) run(a *answer) error {
	defer q.finish()
	statement := readStatement(q.request.sql)
	if statement.more && statement.verb != "INSERT" {
		// As a ClickHouse server has it; the library would run them all.
		return refuse(codeSyntax, "Multi-statements are not allowed. (SYNTAX_ERROR)")
	}
	if definitions[statement.verb] && freeSpace(q.server.dir) < leastSpace {
		return refuse(codeNotEnoughSpace, "less than %d MiB are free, not enough space to change a definition. (NOT_ENOUGH_SPACE)", leastSpace>>20)
	}
	format := q.request.format
	if statement.format != "" {
		format = statement.format
	}
	switch {
	case q.request.data != nil:
		return q.insert(a, statement)
	case !statement.reads():
		return q.whole(a, q.request.sql, format)
	case concatenable[strings.ToLower(format)]:
		err := q.stream(a, statement.text, format)
		if err != nil && !a.begun() && strings.Contains(err.Error(), "Streaming query is not supported") {
			// "WITH … INSERT": the library says so before it runs anything.
			return q.whole(a, q.request.sql, format)
		}
		return err
	}
	return q.pipe(a, statement.text, format)
}

// definitions are the statements that write definitions. DROP and TRUNCATE are not among them: they make room.
var definitions = map[string]bool{"CREATE": true, "ALTER": true, "RENAME": true, "EXCHANGE": true, "ATTACH": true, "REPLACE": true}

// concatenable are the formats in which the pieces of a result, put one after the other, are the result. The library
// writes each piece of a stream as a document of its own, so the others would repeat their headers.
var concatenable = map[string]bool{
	"native": true, "rowbinary": true, "csv": true, "tsv": true, "tabseparated": true, "tsvraw": true,
	"tabseparatedraw": true, "jsoneachrow": true, "jsonlines": true, "ndjson": true, "jsoncompacteachrow": true,
	"rawblob": true, "lineasstring": true, "null": true,
}

// stream sends a SELECT's result block by block.
func (q *query) stream(a *answer, sql, format string) error {
	stream, err := q.conn.stream(sql, format, q.request.params)
	if err != nil {
		return err
	}
	for {
		more, err := stream.fetch(a.send)
		if err == nil && more {
			continue
		}
		// After an error of the engine its stream has ended; after one of the client it has not.
		_, ended := errors.AsType[*exception](err)
		stream.close(err == nil || ended)
		return err
	}
}

// whole runs a statement whose result is small: everything but a SELECT.
func (q *query) whole(a *answer, sql, format string) error {
	output, err := q.conn.query(sql, format, q.request.params)
	if err != nil {
		return err
	}
	return a.send(output)
}

// pipe sends a SELECT's result in a format that cannot be cut into pieces, through a pipe that the engine takes for a
// file.
func (q *query) pipe(a *answer, sql, format string) error {
	reader, writer, err := os.Pipe()
	if err != nil {
		return refuse(codeBadArguments, "make a pipe: %v", err)
	}
	defer reader.Close()
	sql = fmt.Sprintf("%s\nINTO OUTFILE '/dev/fd/%d' TRUNCATE FORMAT %s", strings.TrimRight(sql, "; \t\r\n"), writer.Fd(), format)
	result := make(chan error, 1)
	go func() {
		_, err := q.conn.query(sql, "Null", q.request.params)
		writer.Close()
		result <- err
	}()
	buffer := make([]byte, 256<<10)
	var sent error
	for {
		n, err := reader.Read(buffer)
		if sent == nil && n > 0 {
			if sent = a.send(buffer[:n]); sent != nil {
				q.cancel() // and read on: the engine must not hang on a full pipe until it notices
			}
		}
		if err != nil {
			break
		}
	}
	if err := <-result; err != nil && sent == nil {
		return err
	}
	return sent
}

// insert runs an INSERT whose data the client sends. The data is handed on as it comes, so that its size does not
// matter. An INSERT that breaks off stores nothing of the block that it was in; ClickHouse stores blocks of about a
// million rows, so of a larger one the blocks before are there. What must be seen whole or not at all therefore becomes
// visible by a row of its own, as loads do.
func (q *query) insert(a *answer, statement statement) error {
	format := statement.format
	if format == "" {
		format = "Values"
	}
	in, err := q.conn.insert(statement.text, format, q.request.params)
	if err != nil {
		q.drain()
		return err
	}
	defer in.close()
	buffer := make([]byte, 1<<20)
	for {
		n, err := io.ReadFull(q.request.data, buffer)
		if n > 0 && !in.append(buffer[:n]) {
			break // commit tells why
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			in.cancel()
			return fmt.Errorf("the data did not arrive whole: %w", err)
		}
	}
	rows, err := in.commit()
	if err != nil {
		q.drain()
		return err
	}
	a.writer.Header().Set("X-ClickHouse-Summary", fmt.Sprintf(`{"written_rows":"%d"}`, rows))
	return nil
}

// drain reads on after a failed insert: a client that is still sending would find its connection broken before it came
// to read the reason. One that sends without end is not waited for.
func (q *query) drain() {
	const patience = 64 << 20
	_, _ = io.CopyN(io.Discard, q.request.data, patience)
}

// watch has the engine cancel the query when its client leaves. The engine may be inside a call of the library then,
// so it is asked from another connection, again and again: the query may not have begun yet.
func (q *query) watch() {
	select {
	case <-q.ended:
		return
	case <-q.gone:
	}
	for {
		_, err := q.server.ask("KILL QUERY WHERE Settings['log_comment'] = {mark:String} ASYNC", param{name: "mark", value: q.mark})
		if err != nil {
			fmt.Fprintln(os.Stderr, time.Now().Format(time.RFC3339), "cancel", q.mark, err)
		}
		select {
		case <-q.ended:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// finish gives the connection back.
func (q *query) finish() {
	close(q.ended)
	q.conn.close()
	q.forget()
}

// forget takes the query off the list.
func (q *query) forget() {
	q.cancel()
	q.server.mutex.Lock()
	delete(q.server.running, q.mark)
	q.server.mutex.Unlock()
}
