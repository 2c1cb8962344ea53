package engine

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"jianfu/internal/problem"
)

// server answers ClickHouse's HTTP protocol, as far as clickhouse-go speaks it, out of the booted engine.
type server struct {
	lib     *libchdb
	dir     string
	base    *engineConn // keeps the engine booted; runs nothing but the server's own questions
	boot    []string    // arguments that every connection repeats: the path
	limits  limits
	library string
	started time.Time
	hello   hello
	known   map[string]bool // names of settings
	stop    chan struct{}   // closed when somebody asks for the end

	asking   sync.Mutex // base runs one statement at a time
	mutex    sync.Mutex
	running  map[string]context.CancelFunc
	number   uint64
	stopOnce sync.Once
}

// bootServer loads the library and boots the engine on the directory.
func bootServer(o order) (*server, error) {
	lib, err := loadLibchdb(o.Library)
	if err != nil {
		return nil, problem.Wrap(err, "engine_library_bad", "path", o.Library, "package", libraryPackage())
	}
	if err := checkVersion(o.Dir, lib.version()); err != nil {
		return nil, err
	}
	s := &server{lib: lib, dir: o.Dir, limits: o.Limits, library: o.Library, started: time.Now(), known: map[string]bool{},
		stop: make(chan struct{}), running: map[string]context.CancelFunc{}}
	data := filepath.Join(o.Dir, dataName)
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, directoryFault(err, o.Dir)
	}
	if err := removeEmptyDefinitions(data); err != nil {
		return nil, directoryFault(err, o.Dir)
	}
	s.boot = []string{"clickhouse", "--path=" + data}
	args := slices.Concat(s.boot, o.Limits.serverArguments(), o.Limits.querySettings())
	if config, err := writeConfig(o.Dir); err == nil { // on a full disk what is stored can be read, and only backups cannot be made
		args = append(args, "--config-file="+config)
	}
	log := logSize(o.Dir)
	lib.keepSignals(func() {
		lib.setSignalHandlers(0)
		s.base, err = lib.open(args)
	})
	if err != nil {
		return nil, startFault(o.Dir, log)
	}
	if err := s.learn(); err != nil {
		s.base.close()
		return nil, problem.Wrap(err, "engine_start_failed", "detail", err.Error())
	}
	return s, nil
}

// learn asks the engine what the server must know of it.
func (s *server) learn() error {
	settings, err := s.base.query("SELECT name FROM system.settings", "TSVRaw", nil)
	if err != nil {
		return err
	}
	for name := range strings.Lines(string(settings)) {
		s.known[strings.TrimSpace(name)] = true
	}
	greeting, err := s.base.query("SELECT version(), timezone()", "TSVRaw", nil)
	if err != nil {
		return err
	}
	version, zone, _ := strings.Cut(strings.TrimSpace(string(greeting)), "\t")
	s.hello = hello{version: version, timezone: zone}
	return nil
}

// shutdown puts the engine away, once the queries that were cancelled have ended. Where one has not, or where the library
// leaves threads behind (it does as soon as there are MergeTree tables), the end of the process is what ends them; what
// has been inserted is on disk in either case.
func (s *server) shutdown() {
	for patience := time.Now().Add(endPatience / 3); s.queries() > 0; time.Sleep(lockPause) {
		if time.Now().After(patience) {
			return // closing under a query that runs can crash the library
		}
	}
	s.asking.Lock()
	defer s.asking.Unlock()
	s.base.close()
	s.lib.shutdown()
}

// ServeHTTP answers one request.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/", "":
		s.serveQuery(w, r)
	case pingPath:
		_, _ = io.WriteString(w, "Ok.\n")
	case statusPath:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.info())
	case stopPath:
		s.stopOnce.Do(func() { close(s.stop) })
	default:
		http.NotFound(w, r)
	}
}

const (
	pingPath   = "/ping"
	statusPath = "/engine/status"
	stopPath   = "/engine/stop"
)

// info describes the running engine.
func (s *server) info() Info {
	i := Info{Running: true, PID: os.Getpid(), Version: s.hello.version, Library: s.library, Started: s.started,
		Queries: s.queries(), Memory: residentMemory(), MaxMemory: s.limits.Memory, Threads: s.limits.Threads}
	return i
}

// queries is how many run.
func (s *server) queries() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.running)
}

// residentMemory is the memory that this process holds, in bytes, where the system tells.
func residentMemory() uint64 {
	text, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseUint(fields[1], 10, 64)
	return pages * uint64(os.Getpagesize())
}

// ask runs a small statement of the server's own.
func (s *server) ask(sql string, params ...param) (string, error) {
	s.asking.Lock()
	defer s.asking.Unlock()
	text, err := s.base.query(sql, "TSVRaw", params)
	return string(text), err
}

// request is one query as a client sent it.
type request struct {
	sql      string
	data     io.Reader // what an INSERT inserts; nil where the statement holds everything
	format   string    // of the answer
	database string
	settings []string // as arguments of a connection
	params   []param
	id       string // the client's name for the query
	protocol int    // the revision that the client speaks
}

// notSettings are the parts of an address that are neither settings nor parameters of the query.
var notSettings = map[string]bool{
	"query": true, "database": true, "default_format": true, "client_protocol_version": true, "query_id": true,
	"quota_key": true, "user": true, "password": true, "role": true, "stacktrace": true, "buffer_size": true,
}

// notSpoken are the parts of ClickHouse's protocol that this server does not have. They are refused, not passed over,
// because a client that asks for one relies on it.
var notSpoken = map[string]string{
	"compress": "1", "decompress": "1", "wait_end_of_query": "1", "session_id": "", "session_check": "1",
}

const (
	codeNotImplemented = 48
	codeUnknownSetting = 115
	codeBadArguments   = 36
	codeSyntax         = 62
	codeNotEnoughSpace = 243
)

func refuse(code int, format string, values ...any) *exception {
	return &exception{code: code, text: fmt.Sprintf("Code: %d. DB::Exception: ", code) + fmt.Sprintf(format, values...)}
}

// readRequest takes a request apart.
func (s *server) readRequest(r *http.Request) (*request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse(codeBadArguments, "the address cannot be read: %v", err)
	}
	if r.Header.Get("Content-Encoding") != "" || strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return nil, refuse(codeNotImplemented, "the embedded engine takes neither compressed bodies nor external tables")
	}
	q := &request{format: values.Get("default_format"), database: values.Get("database"), id: values.Get("query_id"), sql: values.Get("query")}
	if q.format == "" {
		q.format = "TabSeparated"
	}
	q.protocol, _ = strconv.Atoi(values.Get("client_protocol_version"))
	for name := range values {
		value := values.Get(name)
		switch {
		case notSettings[name]:
		case strings.HasPrefix(name, "param_"):
			q.params = append(q.params, param{name: strings.TrimPrefix(name, "param_"), value: value})
		case s.known[name]:
			q.settings = append(q.settings, "--"+name+"="+value)
		default:
			if unspoken, ok := notSpoken[name]; !ok {
				return nil, refuse(codeUnknownSetting, "Setting %s is neither a builtin setting nor started with the prefix 'SQL_' registered for user-defined settings. (UNKNOWN_SETTING)", name)
			} else if unspoken == "" || value == unspoken || value == "true" {
				return nil, refuse(codeNotImplemented, "the embedded engine does not have %s. (NOT_IMPLEMENTED)", name)
			}
		}
	}
	if q.sql != "" && readStatement(q.sql).verb == "INSERT" {
		q.data = r.Body
		return q, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, largestStatement+1))
	if err != nil {
		return nil, refuse(codeBadArguments, "the statement did not arrive whole: %v", err)
	}
	if len(body) > largestStatement {
		return nil, refuse(codeSyntax, "the statement is longer than %d bytes. (SYNTAX_ERROR)", largestStatement)
	}
	if q.sql != "" && len(body) > 0 {
		q.sql += "\n"
	}
	q.sql += string(body)
	return q, nil
}

// serveQuery runs the request's statement on a connection of its own, so that nothing of one query is left to the next.
// Making one takes a quarter of a millisecond.
func (s *server) serveQuery(w http.ResponseWriter, r *http.Request) {
	a := &answer{writer: w, tag: rand.Text()[:16]}
	q, err := s.readRequest(r)
	if err != nil {
		a.end(err)
		return
	}
	if isHello(q.sql) {
		w.Header().Set("X-ClickHouse-Format", "Native")
		a.end(a.send(s.hello.block(q.protocol)))
		return
	}
	run, err := s.begin(r.Context(), q)
	if err != nil {
		a.end(err)
		return
	}
	w.Header().Set("X-ClickHouse-Query-Id", q.id)
	a.end(run.run(a))
}

// begin makes the connection for a query, and sees to it that the query ends when its client leaves.
func (s *server) begin(ctx context.Context, q *request) (*query, error) {
	ctx, cancel := context.WithCancel(ctx)
	s.mutex.Lock()
	s.number++
	// The engine names its queries itself; this mark in the comment is how one is found among those that run.
	mark := "jianfu-" + strconv.FormatUint(s.number, 10)
	s.running[mark] = cancel
	s.mutex.Unlock()
	run := &query{server: s, request: q, mark: mark, cancel: cancel, gone: ctx.Done(), ended: make(chan struct{})}
	args := slices.Concat(s.boot, s.limits.querySettings(), q.settings, []string{"--log_comment=" + mark})
	conn, err := s.lib.open(args)
	if err != nil {
		run.forget()
		return nil, s.explainSettings(q, err)
	}
	run.conn = conn
	if q.database != "" && q.database != "default" {
		if _, err := conn.query("USE "+quoteName(q.database), "Null", nil); err != nil {
			run.forget()
			conn.close()
			return nil, err
		}
	}
	go run.watch()
	return run, nil
}

// explainSettings finds out why the library refused a connection, about which it says nothing: most likely a setting
// has a value that cannot be.
func (s *server) explainSettings(q *request, err error) error {
	for _, setting := range q.settings {
		name, value, _ := strings.Cut(strings.TrimPrefix(setting, "--"), "=")
		conn, openErr := s.lib.open(s.boot)
		if openErr != nil {
			return newException(err.Error())
		}
		_, setErr := conn.query("SET "+name+" = "+quoteText(value), "Null", nil)
		conn.close()
		if setErr != nil {
			return setErr
		}
	}
	return newException(err.Error())
}

// cancelAll ends every query that runs.
func (s *server) cancelAll() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, cancel := range s.running {
		cancel()
	}
}

func quoteName(name string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(name) + "`"
}

func quoteText(text string) string {
	return "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(text) + "'"
}
