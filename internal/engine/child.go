package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"jianfu/internal/problem"
)

// childVariable names the environment variable that makes a process the engine's child; its value is an order.
const childVariable = "JIANFU_ENGINE_CHILD"

// order is what a parent tells the child that it starts.
type order struct {
	Dir     string
	Library string
	Limits  limits
	Linger  time.Duration
}

// reportFile is the child's end of a pipe on which it says, in one line of JSON, that it answers or why it cannot.
const reportFile = 3

// report is that line. No code means that the engine answers.
type report struct {
	Code   string `json:"code,omitempty"`
	Values []any  `json:"values,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Between, where a test sets it before ChildMain, stands between clients and the engine of a directory.
var Between func(dir string, engine http.Handler) http.Handler

// ChildMain must be the first call of main and of every TestMain: where the environment says that this process is to be
// an engine, it serves and exits; else it returns at once.
func ChildMain() {
	text, ok := os.LookupEnv(childVariable)
	if !ok {
		return
	}
	os.Unsetenv(childVariable)
	var o order
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		err = serveOrder(o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, time.Now().Format(time.RFC3339), err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serveOrder is the child's life: take the directory, boot the engine, answer until nobody is left, put it away.
func serveOrder(o order) error {
	syscall.Umask(0o077)
	preferAsVictim()
	out := os.NewFile(reportFile, "report")
	defer out.Close()
	server, err := startServer(o)
	if errors.Is(err, errServed) {
		tell(out, nil)
		return nil
	}
	if err != nil {
		tell(out, err)
		return err
	}
	listener, err := listen(o.Dir)
	if err != nil {
		tell(out, err)
		server.shutdown()
		return err
	}
	tell(out, nil)
	out.Close()
	return serveUntilLeft(o, server, listener)
}

// held are the locks of this process, which only its end releases: until then threads of the engine may still be writing
// to the directory. They are listed here so that no finalizer closes them.
var held []*os.File

// startServer takes the directory and boots the engine on it.
func startServer(o order) (*server, error) {
	owner, err := takeDirectory(o.Dir)
	if err != nil {
		return nil, err
	}
	held = append(held, owner)
	return bootServer(o)
}

// errServed says that another engine answers in the directory.
var errServed = errors.New("another engine answers in the directory")

// takeDirectory locks the directory for this engine. The one before may still be putting its data away; then it ends. Or it
// was just booting when its starter was killed; then it answers soon, and has a user in whoever started this one.
func takeDirectory(dir string) (*os.File, error) {
	for deadline := time.Now().Add(bootPatience); time.Now().Before(deadline); {
		owner, err := lockWithin(dir, answerPause)
		if !errors.Is(err, context.DeadlineExceeded) {
			return owner, err
		}
		if answers(dir, answerPause) {
			return nil, errServed
		}
	}
	return nil, problem.New("engine_dir_taken", "dir", dir)
}

func lockWithin(dir string, limit time.Duration) (*os.File, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return lockFile(ctx, dir, lockName, unix.LOCK_EX)
}

// answers tells whether an engine answers in the directory.
func answers(dir string, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	conn, err := dial(ctx, dir)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// answerPause is how long a new engine waits for the directory before it looks whether the one before answers.
const answerPause = 250 * time.Millisecond

// bootPatience is how long a new engine waits for the one before it to end.
const bootPatience = 40 * time.Second

// serveUntilLeft answers until the last user has left for good, or somebody asks for the end.
func serveUntilLeft(o order, server *server, listener net.Listener) error {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT)
	handler := http.Handler(server)
	if Between != nil {
		handler = Between(o.Dir, server)
	}
	web := &http.Server{
		Handler: handler,
		// Parameters come in the address, long arrays too.
		MaxHeaderBytes: 64 << 20,
		// A connection that a client forgot is not a user; see users.
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	left := make(chan *os.File, 1)
	go func() { left <- waitUntilLeft(o.Dir, o.Linger) }()
	var err error
	select {
	case <-asked:
	case <-server.stop:
	case users := <-left: // locked alone: who comes now waits until this engine is gone, and starts the next
		held = append(held, users)
	case err = <-failed:
	}
	go func() { // an engine that does not end by itself would keep the directory for ever
		time.Sleep(endPatience)
		fmt.Fprintln(os.Stderr, time.Now().Format(time.RFC3339), "engine did not end in time")
		os.Exit(1)
	}()
	err = errors.Join(err, removeSocket(o.Dir))
	server.cancelAll()
	ctx, cancel := context.WithTimeout(context.Background(), endPatience/3)
	defer cancel()
	if closing := web.Shutdown(ctx); closing != nil {
		err = errors.Join(err, closing, web.Close())
	}
	server.shutdown()
	return err
}

// endPatience is how long an ending engine may take to cancel what runs and to put its data away.
const endPatience = 30 * time.Second

// waitUntilLeft returns when nobody has used the directory for the time of linger, with the users' file locked alone,
// so that nobody begins to use the engine that is about to end.
func waitUntilLeft(dir string, linger time.Duration) *os.File {
	pause := min(linger/4+time.Millisecond, 250*time.Millisecond)
	var since time.Time
	for {
		time.Sleep(pause)
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // one attempt
		alone, err := lockFile(ctx, dir, usersName, unix.LOCK_EX)
		switch {
		case errors.Is(err, context.Canceled):
			since = time.Time{}
		case err != nil: // the directory has been removed under us
			return nil
		case since.IsZero():
			since = time.Now()
			alone.Close()
		case time.Since(since) >= linger:
			return alone
		default:
			alone.Close()
		}
	}
}

// tell sends the report to the parent; a parent that has died meanwhile does not matter.
func tell(out io.Writer, err error) {
	var r report
	if err != nil {
		r = report{Code: "engine_start_failed", Values: []any{"detail", err.Error()}}
		if f, ok := errors.AsType[*problem.Error](err); ok {
			r = report{Code: f.Code, Values: f.Values}
			if f.Cause != nil {
				r.Detail = f.Cause.Error()
			}
		}
	}
	line, err := json.Marshal(r)
	if err != nil {
		line, _ = json.Marshal(report{Code: "engine_start_failed", Detail: err.Error()})
	}
	_, _ = out.Write(append(line, '\n'))
}

// preferAsVictim makes the kernel end the engine, which can be restarted, before the servers that use it when memory
// runs out. Where the system knows no such thing, nothing is lost.
func preferAsVictim() { _ = os.WriteFile("/proc/self/oom_score_adj", []byte("500"), 0) }

// checkVersion refuses data that a newer engine has written, and notes this engine's version where it is the newest.
func checkVersion(dir, version string) error {
	path := filepath.Join(dir, versionName)
	text, err := os.ReadFile(path)
	written := strings.TrimSpace(string(text))
	if err == nil && written != "" {
		switch compareVersions(written, version) {
		case 1:
			return problem.New("engine_data_newer", "dir", dir, "data", written, "engine", version)
		case 0:
			return nil
		}
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, []byte(version+"\n"), 0o600); err != nil {
		return directoryFault(err, dir)
	}
	if err := os.Rename(temporary, path); err != nil {
		return directoryFault(err, dir)
	}
	return nil
}

// compareVersions compares "26.7.3" with "26.10.1" number by number.
func compareVersions(a, b string) int {
	var x, y [4]int
	readVersion(a, &x)
	readVersion(b, &y)
	for i := range x {
		if x[i] != y[i] {
			if x[i] < y[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

func readVersion(text string, numbers *[4]int) {
	n := 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			numbers[n] = numbers[n]*10 + int(c-'0')
		case c == '.' && n < len(numbers)-1:
			n++
		default:
			return
		}
	}
}
