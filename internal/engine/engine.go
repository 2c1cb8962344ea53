// Package engine is the embedded store: libchdb, the real ClickHouse engine as a shared library, in a child process
// that owns a data directory and answers ClickHouse's HTTP protocol on a Unix socket inside it. A process of its own,
// because a crash or an out-of-memory kill of the engine must not take a server down, because the library holds one
// directory per process, and because a second command on the same directory then finds the engine instead of a lock.
//
// The child is this same executable, started anew with an environment variable; ChildMain must therefore come first in
// main. Whoever opens a directory joins its engine or starts one; when the last user has left, by Close or by dying, the
// engine puts its data away and ends. Package store is the only caller in the product: it hands DialContext to
// clickhouse-go. Command `jianfu engine` shows and stops engines.
//
// The library can also listen by itself (SYSTEM START LISTEN, as enginetest does), in native TCP, which would save some 900 lines of
// this package. It was tried and not taken:
//
//   - Who may connect: every user of the machine reaches a port of 127.0.0.1, and is let in by a password alone; without a file of
//     users, by none. The socket lies in a directory of its owner's, and the kernel turns others away before a byte is read. When an
//     engine dies, anybody may listen on its port, and is sent the password, which the native protocol does not hide.
//   - Full disks: the library confirms a table whose definition it could not write. The server here refuses such a statement first.
//   - The end: it listens for as long as a statement that sleeps, until it is killed.
//   - Crashes are alike, a child process either way. So is cancelling over TCP: both ended a long statement within 0.2 s of its client's
//     leaving. Over the library's own HTTP it ran on for 16 s.
//   - Speed, native TCP by this package's HTTP, medians of nine runs by turns on a busy machine of two cores: statements of one row
//     0.57, with forty parameters 0.34, grouping two million rows 1.03, reading a million 0.95, inserting 200,000 0.84. What pages wait
//     for is the grouping; a statement's own price was a millisecond and a half more here.
package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"jianfu/internal/problem"
)

// Options bounds an engine. They count for the one who starts it; who joins a running engine takes it as it is.
type Options struct {
	Library   string        // libchdb.so; empty: look for it, see FindLibrary
	MaxMemory uint64        // bytes; 0: half of what this process may use, container limits counted
	Threads   int           // of one query; 0: every core
	Linger    time.Duration // how long the engine waits for another user after the last has left; 0: three seconds
}

const defaultLinger = 3 * time.Second

// Handle is one user of a data directory's engine. It is safe for concurrent use.
type Handle struct {
	dir     string
	options Options

	mutex sync.Mutex // held while this handle starts an engine
	users *os.File   // locked shared: the engine stays while it is
}

// Open joins the engine that owns the directory, or starts one. The directory is created where it is missing.
func Open(ctx context.Context, dir string, o Options) (*Handle, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, directoryFault(err, dir)
	}
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	users, err := lockFile(ctx, dir, usersName, unix.LOCK_SH)
	if err != nil {
		return nil, err
	}
	h := &Handle{dir: dir, options: o, users: users}
	conn, err := h.DialContext(ctx)
	if err != nil {
		users.Close()
		return nil, err
	}
	conn.Close()
	return h, nil
}

// Close leaves the engine, which ends itself soon after its last user has left. Connections of the handle break then.
func (h *Handle) Close() error { return h.users.Close() }

// Dir is the data directory.
func (h *Handle) Dir() string { return h.dir }

// DialContext connects to the engine. An engine that has died is started again.
func (h *Handle) DialContext(ctx context.Context) (net.Conn, error) {
	conn, err := dial(ctx, h.dir)
	if err == nil || ctx.Err() != nil {
		return conn, err
	}
	h.mutex.Lock() // one of the many connections of this process is enough to start it
	defer h.mutex.Unlock()
	starting, err := lockFile(ctx, h.dir, startName, unix.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer starting.Close()
	if conn, err := dial(ctx, h.dir); err == nil || ctx.Err() != nil {
		return conn, err // another process was quicker
	}
	if err := h.start(ctx); err != nil {
		return nil, err
	}
	conn, err = dial(ctx, h.dir)
	if err != nil {
		return nil, problem.Wrap(err, "engine_silent", "dir", h.dir)
	}
	return conn, nil
}

// start starts an engine and waits until it answers.
func (h *Handle) start(ctx context.Context) error {
	library, err := FindLibrary(h.options.Library)
	if err != nil {
		return err
	}
	o := order{Dir: h.dir, Library: library, Limits: limitsOf(h.options), Linger: h.options.Linger}
	if o.Linger <= 0 {
		o.Linger = defaultLinger
	}
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("describe the engine to start: %w", err)
	}
	log, err := openLog(h.dir)
	if err != nil {
		return err
	}
	defer log.Close()
	written := logSize(h.dir)
	reader, writer, err := os.Pipe()
	if err != nil {
		return problem.Wrap(err, "engine_start_failed", "detail", err.Error())
	}
	defer reader.Close()
	cmd := &exec.Cmd{
		Path:       ownExecutable(),
		Args:       []string{os.Args[0], "engine"}, // what a list of processes shows
		Env:        append(os.Environ(), childVariable+"="+string(text)),
		Stdout:     log,
		Stderr:     log,
		ExtraFiles: []*os.File{writer}, // reportFile
		// Its own session: an interrupt at the terminal is meant for the command, which then leaves in good order.
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	err = cmd.Start()
	writer.Close()
	if err != nil {
		return problem.Wrap(err, "engine_start_failed", "detail", err.Error())
	}
	go func() { _ = cmd.Wait() }() // so that no dead child is left behind while this process lives
	return awaitReport(ctx, reader, h.dir, written)
}

// awaitReport waits for the child to say that it answers.
func awaitReport(ctx context.Context, reader *os.File, dir string, log int64) error {
	stop := context.AfterFunc(ctx, func() { _ = reader.SetReadDeadline(time.Now()) })
	defer stop()
	line, err := bufio.NewReader(reader).ReadBytes('\n')
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var r report
	if err == nil {
		err = json.Unmarshal(line, &r)
	}
	switch {
	case err != nil: // it died without a word
		return startFault(dir, log)
	case r.Code == "":
		return nil
	case r.Detail == "":
		return problem.New(r.Code, r.Values...)
	}
	return problem.Wrap(errors.New(r.Detail), r.Code, r.Values...)
}

// ownExecutable is the program that runs, even where its file has been replaced by a newer one meanwhile.
func ownExecutable() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// Info describes the engine of a data directory.
type Info struct {
	Running   bool      `json:"running"`
	PID       int       `json:"pid,omitempty"`
	Version   string    `json:"version,omitempty"` // of ClickHouse
	Library   string    `json:"library,omitempty"`
	Started   time.Time `json:"started,omitzero"`
	Queries   int       `json:"queries"`    // running now
	Memory    uint64    `json:"memory"`     // held now, bytes
	MaxMemory uint64    `json:"max_memory"` // bytes
	Threads   int       `json:"threads"`    // of one query
}

// Status describes the directory's engine, without starting one and without becoming its user.
func Status(dir string) (Info, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var i Info
	response, err := control(ctx, dir, http.MethodGet, statusPath)
	if err != nil {
		if !locked(dir, lockName) {
			return i, nil
		}
		return i, problem.Wrap(err, "engine_silent", "dir", dir)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&i); err != nil {
		return i, problem.Wrap(err, "engine_silent", "dir", dir)
	}
	return i, nil
}

// Stop ends the directory's engine, if there is one, and waits until it is gone. Queries that run are cancelled. A user
// that is still there, such as a server, starts it again with its next query.
func Stop(ctx context.Context, dir string) error {
	response, err := control(ctx, dir, http.MethodPost, stopPath)
	if err == nil {
		response.Body.Close()
	} else if ctx.Err() != nil {
		return ctx.Err()
	}
	for locked(dir, lockName) {
		select {
		case <-ctx.Done():
			return problem.Wrap(ctx.Err(), "engine_silent", "dir", dir)
		case <-time.After(lockPause):
		}
	}
	return nil
}

// control sends the directory's engine a request that is not a query.
func control(ctx context.Context, dir, method, path string) (*http.Response, error) {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, dir) },
	}}
	request, err := http.NewRequestWithContext(ctx, method, "http://engine"+path, nil)
	if err != nil {
		return nil, err
	}
	return client.Do(request)
}
