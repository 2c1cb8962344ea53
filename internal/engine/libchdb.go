package engine

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// libchdb is the part of the C interface of libchdb.so that the child process calls. The handles are C pointers and
// stay opaque; every result must be destroyed.
type libchdb struct {
	version           func() string
	setSignalHandlers func(enabled int32)
	connect           func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	closeConn         func(conn unsafe.Pointer)
	shutdown          func() int32

	query func(conn unsafe.Pointer, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr,
		names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer
	streamQuery func(conn unsafe.Pointer, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr,
		names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer
	streamFetch  func(conn, stream unsafe.Pointer) unsafe.Pointer
	streamCancel func(conn, stream unsafe.Pointer)

	insert func(conn unsafe.Pointer, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr,
		names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer
	insertAppend  func(stream unsafe.Pointer, data *byte, length uintptr) int32
	insertDone    func(stream unsafe.Pointer) unsafe.Pointer
	insertCancel  func(stream unsafe.Pointer)
	insertError   func(stream unsafe.Pointer) unsafe.Pointer
	insertDestroy func(stream unsafe.Pointer)

	resultBuffer  func(result unsafe.Pointer) unsafe.Pointer
	resultLength  func(result unsafe.Pointer) uintptr
	resultError   func(result unsafe.Pointer) unsafe.Pointer
	resultWritten func(result unsafe.Pointer) uint64
	destroyResult func(result unsafe.Pointer)

	sigaction func(signal int32, set, old unsafe.Pointer) int32
}

// loadLibchdb loads the shared library and finds its functions; a library without one of them is an error, not a
// panic, because the file is the operator's.
func loadLibchdb(path string) (lib *libchdb, err error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	lib = &libchdb{}
	for name, target := range map[string]any{
		"chdb_version":                     &lib.version,
		"chdb_set_signal_handlers_enabled": &lib.setSignalHandlers,
		"chdb_connect":                     &lib.connect,
		"chdb_close_conn":                  &lib.closeConn,
		"chdb_shutdown":                    &lib.shutdown,
		"chdb_query_with_params_n":         &lib.query,
		"chdb_stream_query_with_params_n":  &lib.streamQuery,
		"chdb_stream_fetch_result":         &lib.streamFetch,
		"chdb_stream_cancel_query":         &lib.streamCancel,
		"chdb_stream_insert_with_params_n": &lib.insert,
		"chdb_stream_append":               &lib.insertAppend,
		"chdb_stream_done":                 &lib.insertDone,
		"chdb_stream_cancel_insert":        &lib.insertCancel,
		"chdb_stream_insert_error":         &lib.insertError,
		"chdb_destroy_insert_stream":       &lib.insertDestroy,
		"chdb_result_buffer":               &lib.resultBuffer,
		"chdb_result_length":               &lib.resultLength,
		"chdb_result_error":                &lib.resultError,
		"chdb_result_rows_written":         &lib.resultWritten,
		"chdb_destroy_query_result":        &lib.destroyResult,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", path, err)
		}
		purego.RegisterFunc(target, symbol)
	}
	symbol, err := purego.Dlsym(purego.RTLD_DEFAULT, "sigaction")
	if err != nil {
		return nil, fmt.Errorf("find sigaction: %w", err)
	}
	purego.RegisterFunc(&lib.sigaction, symbol)
	return lib, nil
}

// lastSignal is the highest signal number; numbers that a system does not have are refused by sigaction and left alone.
const lastSignal = 64

// keepSignals runs f and puts every signal handler back as it was: libchdb resets or replaces handlers that the Go
// runtime needs for its own stack growth and preemption.
func (lib *libchdb) keepSignals(f func()) {
	// A struct sigaction takes 152 bytes on Linux and 16 on macOS.
	var saved [lastSignal + 1][256]byte
	var known [lastSignal + 1]bool
	for s := 1; s <= lastSignal; s++ {
		known[s] = lib.sigaction(int32(s), nil, unsafe.Pointer(&saved[s])) == 0
	}
	f()
	for s := 1; s <= lastSignal; s++ {
		if known[s] {
			lib.sigaction(int32(s), unsafe.Pointer(&saved[s]), nil)
		}
	}
}

// open makes one connection of the engine. The first one boots the engine; all name the same path.
func (lib *libchdb) open(args []string) (*engineConn, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]*byte, len(args)+1)
	for i, a := range args {
		argv[i] = unsafe.StringData(a + "\x00")
		pin.Pin(argv[i])
	}
	pin.Pin(&argv[0])
	handle := lib.connect(int32(len(args)), unsafe.Pointer(&argv[0]))
	if handle == nil || *(*unsafe.Pointer)(handle) == nil {
		return nil, errors.New("libchdb refused to connect")
	}
	return &engineConn{lib: lib, handle: handle, conn: *(*unsafe.Pointer)(handle)}, nil
}

// engineConn is one connection of the engine: a session that runs one statement at a time.
type engineConn struct {
	lib          *libchdb
	handle, conn unsafe.Pointer
}

func (c *engineConn) close() { c.lib.closeConn(c.handle) }

// param is one server-side parameter: its name, and its value in ClickHouse's escaped text form.
type param struct{ name, value string }

// pinnedParams lays parameters out as four C arrays.
func pinnedParams(pin *runtime.Pinner, params []param) (names, nameLens, values, valueLens unsafe.Pointer) {
	if len(params) == 0 {
		return nil, nil, nil, nil
	}
	texts := [2][]*byte{make([]*byte, len(params)), make([]*byte, len(params))}
	lens := [2][]uintptr{make([]uintptr, len(params)), make([]uintptr, len(params))}
	for i, p := range params {
		for side, text := range [2]string{p.name, p.value} {
			texts[side][i] = pinnedBytes(pin, text)
			lens[side][i] = uintptr(len(text))
		}
	}
	for side := range texts {
		pin.Pin(&texts[side][0])
		pin.Pin(&lens[side][0])
	}
	return unsafe.Pointer(&texts[0][0]), unsafe.Pointer(&lens[0][0]), unsafe.Pointer(&texts[1][0]), unsafe.Pointer(&lens[1][0])
}

// pinnedBytes is the address of the text's first byte; an empty text still has an address that C may hold.
func pinnedBytes(pin *runtime.Pinner, text string) *byte {
	if text == "" {
		text = "\x00"
	}
	p := unsafe.StringData(text)
	pin.Pin(p)
	return p
}

// query runs a statement to its end and returns its whole output; for statements with small results.
func (c *engineConn) query(sql, format string, params []param) ([]byte, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	names, nameLens, values, valueLens := pinnedParams(&pin, params)
	result := c.lib.query(c.conn, pinnedBytes(&pin, sql), uintptr(len(sql)), pinnedBytes(&pin, format), uintptr(len(format)),
		names, nameLens, values, valueLens, uintptr(len(params)))
	defer c.lib.destroyResult(result)
	if err := c.lib.failure(result); err != nil {
		return nil, err
	}
	return append([]byte(nil), c.lib.bytes(result)...), nil
}

// failure is the error that a result carries, or nil.
func (lib *libchdb) failure(result unsafe.Pointer) error {
	if result == nil {
		return newException("libchdb returned nothing")
	}
	if message := lib.resultError(result); message != nil {
		return newException(textOf(message))
	}
	return nil
}

// bytes is the result's output, valid until the result is destroyed.
func (lib *libchdb) bytes(result unsafe.Pointer) []byte {
	length := lib.resultLength(result)
	if length == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(lib.resultBuffer(result)), length)
}

// textOf copies a C string.
func textOf(p unsafe.Pointer) string {
	n := 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}

// engineStream is the running result of a SELECT.
type engineStream struct {
	conn   *engineConn
	handle unsafe.Pointer
}

// stream starts a SELECT; the caller fetches until the end and closes.
func (c *engineConn) stream(sql, format string, params []param) (*engineStream, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	names, nameLens, values, valueLens := pinnedParams(&pin, params)
	handle := c.lib.streamQuery(c.conn, pinnedBytes(&pin, sql), uintptr(len(sql)), pinnedBytes(&pin, format), uintptr(len(format)),
		names, nameLens, values, valueLens, uintptr(len(params)))
	if err := c.lib.failure(handle); err != nil {
		c.lib.destroyResult(handle)
		return nil, err
	}
	return &engineStream{conn: c, handle: handle}, nil
}

// fetch hands the next piece of output to use, whole blocks of the format, and tells whether there may be more.
func (s *engineStream) fetch(use func([]byte) error) (more bool, err error) {
	chunk := s.conn.lib.streamFetch(s.conn.conn, s.handle)
	defer s.conn.lib.destroyResult(chunk)
	if err := s.conn.lib.failure(chunk); err != nil {
		return false, err
	}
	data := s.conn.lib.bytes(chunk)
	if len(data) == 0 {
		return false, nil
	}
	return true, use(data)
}

// close ends the stream; a stream that was not read to its end is cancelled first.
func (s *engineStream) close(finished bool) {
	if !finished {
		s.conn.lib.streamCancel(s.conn.conn, s.handle)
	}
	s.conn.lib.destroyResult(s.handle)
}

// engineInsert is a running INSERT that takes its data piece by piece.
type engineInsert struct {
	lib    *libchdb
	stream unsafe.Pointer
}

// insert starts an INSERT; sql has no FORMAT clause.
func (c *engineConn) insert(sql, format string, params []param) (*engineInsert, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	names, nameLens, values, valueLens := pinnedParams(&pin, params)
	stream := c.lib.insert(c.conn, pinnedBytes(&pin, sql), uintptr(len(sql)), pinnedBytes(&pin, format), uintptr(len(format)),
		names, nameLens, values, valueLens, uintptr(len(params)))
	in := &engineInsert{lib: c.lib, stream: stream}
	if err := in.failure(); err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

// append hands over the next bytes; it blocks while the engine is behind. False means that the insert has failed.
func (in *engineInsert) append(data []byte) bool {
	if len(data) == 0 {
		return true
	}
	return in.lib.insertAppend(in.stream, &data[0], uintptr(len(data))) == 0
}

// commit ends the data and waits for the engine to have stored it.
func (in *engineInsert) commit() (rows uint64, err error) {
	result := in.lib.insertDone(in.stream)
	defer in.lib.destroyResult(result)
	if err := in.lib.failure(result); err != nil {
		return 0, err
	}
	return in.lib.resultWritten(result), nil
}

// cancel gives the insert up without storing what is still in hand.
func (in *engineInsert) cancel() { in.lib.insertCancel(in.stream) }

func (in *engineInsert) failure() error {
	if message := in.lib.insertError(in.stream); message != nil {
		return newException(textOf(message))
	}
	return nil
}

func (in *engineInsert) close() { in.lib.insertDestroy(in.stream) }
