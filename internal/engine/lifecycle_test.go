package engine_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"jianfu/internal/engine"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/problem"
)

// clientVariable makes the test binary a user of the engine in the named directory, as another command of jianfu
// would be; see useUntilTold.
const clientVariable = "JIANFU_ENGINE_TEST_CLIENT"

// useUntilTold opens the directory, prints the engine's process number, and leaves when its input ends.
func useUntilTold(dir string) {
	h, err := engine.Open(context.Background(), dir, enginetest.Limits)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	info, err := engine.Status(dir)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("engine", info.PID)
	_, _ = io.Copy(io.Discard, os.Stdin)
	h.Close()
	os.Exit(0)
}

// client is another process that uses the engine.
type client struct {
	cmd    *osexec.Cmd
	stdin  io.WriteCloser
	engine int
}

func startClient(t *testing.T, dir string) *client {
	t.Helper()
	c := &client{cmd: osexec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), clientVariable+"="+dir)
	c.stdin, _ = c.cmd.StdinPipe()
	out, _ := c.cmd.StdoutPipe()
	c.cmd.Stderr = os.Stderr
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.stdin.Close(); _ = c.cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	number, isEngine := strings.CutPrefix(strings.TrimSpace(line), "engine ")
	if !isEngine {
		t.Fatalf("the client said %q, %v", line, err)
	}
	c.engine, _ = strconv.Atoi(number)
	return c
}

// waitUntil waits for something to become true.
func waitUntil(t *testing.T, what string, within time.Duration, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !true(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, within)
		}
	}
}

func running(dir string) bool {
	i, err := engine.Status(dir)
	return err != nil || i.Running
}

func TestProcessesShareOneEngineUntilTheLastHasLeft(t *testing.T) {
	dir := enginetest.Dir(t)
	var clients [3]*client
	var all sync.WaitGroup
	for i := range clients { // all at once
		all.Go(func() { clients[i] = startClient(t, dir) })
	}
	all.Wait()
	for _, c := range clients {
		if c == nil || c.engine != clients[0].engine {
			t.Fatalf("the clients have engines %v and %v", c, clients[0])
		}
	}
	clients[0].stdin.Close()
	if err := clients[1].cmd.Process.Kill(); err != nil { // dying counts as leaving
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	if !running(dir) {
		t.Fatal("the engine has left its last user")
	}
	if err := clients[2].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the engine ends", 120*time.Second, func() bool { return !running(dir) })
	if err := syscall.Kill(clients[0].engine, 0); err != syscall.ESRCH {
		waitUntil(t, "its process is gone", 20*time.Second, func() bool { return syscall.Kill(clients[0].engine, 0) == syscall.ESRCH })
	}
}

// TestAnEngineWhoseStarterWasKilledServesTheNext: it boots by itself, so who comes meanwhile starts one that must not wait for
// it to end.
func TestAnEngineWhoseStarterWasKilledServesTheNext(t *testing.T) {
	dir := enginetest.Dir(t)
	starter := osexec.Command(os.Args[0]) //nolint:gosec // this very program
	starter.Env = append(os.Environ(), clientVariable+"="+dir)
	if err := starter.Start(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the engine boots", 20*time.Second, func() bool {
		_, err := engine.Status(dir)
		return problem.Code(err) == "engine_silent"
	})
	if err := starter.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = starter.Wait() // it was killed
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	h, err := engine.Open(ctx, dir, enginetest.Limits)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnEngineThatEndsIsFollowedByTheNext(t *testing.T) {
	dir := enginetest.Dir(t)
	o := enginetest.Limits
	o.Linger = time.Millisecond
	for i := range 5 {
		h, err := engine.Open(t.Context(), dir, o)
		if err != nil {
			t.Fatal(err)
		}
		conn := connect(t, h)
		exec(t, conn, "CREATE TABLE IF NOT EXISTS t (id UInt64) ENGINE = MergeTree ORDER BY id")
		exec(t, conn, "INSERT INTO t SELECT 1")
		if n := count(t, conn, "SELECT count() FROM t"); n != uint64(i)+1 {
			t.Errorf("%d rows after %d inserts", n, i+1)
		}
		conn.Close()
		h.Close()
		time.Sleep(time.Duration(i) * 15 * time.Millisecond) // opens at every stage of the last one's end
	}
}

func TestAKilledEngineComesBackWithoutTheInsertThatItWasIn(t *testing.T) {
	h, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id")
	exec(t, conn, "INSERT INTO t SELECT number FROM numbers(1000)")

	reader, writer := io.Pipe()
	inserted := make(chan error, 1)
	go func() { inserted <- conn.InsertFormat(t.Context(), "CSV", "INSERT INTO t", reader) }()
	for i := range 200_000 {
		fmt.Fprintln(writer, i)
	}
	asked := make(chan error, 1)
	go func() {
		asked <- conn.QueryRow(t.Context(), "SELECT max(sipHash64(number)) FROM numbers(1000000000000)").Scan(new(uint64))
	}()
	waitUntil(t, "the query runs", 20*time.Second, func() bool { return status(t, h).Queries == 2 })
	if err := syscall.Kill(status(t, h).PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-asked; err == nil {
		t.Error("the query has an answer")
	}
	writer.CloseWithError(io.ErrUnexpectedEOF)
	if err := <-inserted; err == nil {
		t.Error("the insert was confirmed")
	}
	if n := count(t, conn, "SELECT count() FROM t"); n != 1000 {
		t.Errorf("%d rows", n)
	}
}

func TestAKilledEngineInTheMiddleOfABatch(t *testing.T) {
	h, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64, text String) ENGINE = MergeTree ORDER BY id")
	for round := range 5 {
		batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t")
		if err != nil {
			t.Fatal(err)
		}
		for i := range uint64(300_000) {
			if err := batch.Append(i, "some text"); err != nil {
				t.Fatal(err)
			}
		}
		before := count(t, conn, "SELECT count() FROM t")
		pid := status(t, h).PID
		time.AfterFunc(time.Duration(round)*15*time.Millisecond, func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
		err = batch.Send()
		want := before
		if err == nil {
			want += 300_000
		}
		waitUntil(t, "the engine is killed", 20*time.Second, func() bool { return syscall.Kill(pid, 0) == syscall.ESRCH })
		// A batch whose confirmation was lost may be there, but only whole.
		if n := count(t, conn, "SELECT count() FROM t"); n != want && (err == nil || n != before+300_000) {
			t.Errorf("round %d: %d rows, %d before, %v", round, n, before, err)
		}
	}
}

func TestStopEndsAnEngineInUseAndItsUserStartsItAgain(t *testing.T) {
	h, conn := open(t)
	asked := make(chan error, 1)
	go func() {
		asked <- conn.QueryRow(t.Context(), "SELECT max(sipHash64(number)) FROM numbers(1000000000000)").Scan(new(uint64))
	}()
	waitUntil(t, "the query runs", 20*time.Second, func() bool { return status(t, h).Queries == 1 })
	begun := time.Now()
	if err := engine.Stop(t.Context(), h.Dir()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("it took %v", took)
	}
	if err := <-asked; err == nil {
		t.Error("the query has an answer")
	}
	if i := status(t, h); i.Running {
		t.Errorf("%+v", i)
	}
	if n := count(t, conn, "SELECT toUInt64(7)"); n != 7 {
		t.Error(n)
	}
}

func TestADirectoryMayLieDeep(t *testing.T) {
	dir := filepath.Join(enginetest.Dir(t), strings.Repeat("目录/", 30), "data")
	h, err := engine.Open(t.Context(), dir, enginetest.Limits)
	if err != nil {
		t.Fatal(err)
	}
	conn := connect(t, h)
	if n := count(t, conn, "SELECT toUInt64(7)"); n != 7 {
		t.Error(n)
	}
	h.Close()
	if err := engine.Stop(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
}

func TestTheDirectoryIsItsOwnersAlone(t *testing.T) {
	h, _ := open(t)
	for name, want := range map[string]os.FileMode{".": 0o700, "engine.sock": 0o600, "engine.log": 0o600, "engine.lock": 0o600, "clickhouse": 0o700} {
		info, err := os.Stat(filepath.Join(h.Dir(), name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestWhatStandsInTheWayIsNamed(t *testing.T) {
	enginetest.Need(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := t.TempDir()
	if err := os.WriteFile(filepath.Join(newer, "ENGINE_VERSION"), []byte("99.1.2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		dir     string
		options engine.Options
		code    string
	}{
		"the library is not where it is said to be": {t.TempDir(), engine.Options{Library: "/nowhere/libchdb.so"}, "engine_library_not_there"},
		"the library is none":                       {t.TempDir(), engine.Options{Library: file}, "engine_library_bad"},
		"the directory is a file":                   {file, engine.Options{}, "engine_dir_is_file"},
		"a newer engine wrote the data":             {newer, engine.Options{}, "engine_data_newer"},
		"the directory is /proc":                    {"/proc/jianfu", engine.Options{}, "engine_dir_not_writable"},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := engine.Open(t.Context(), c.dir, c.options)
			if err == nil {
				h.Close()
			}
			if code := problem.Code(err); code != c.code {
				t.Errorf("code %q, want %q: %v", code, c.code, err)
			}
		})
	}
}

func TestATableWhoseDefinitionIsEmptyDoesNotKeepTheEngineFromStarting(t *testing.T) {
	h, conn := open(t)
	exec(t, conn, "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id")
	exec(t, conn, "INSERT INTO t SELECT number FROM numbers(1000)")
	if err := engine.Stop(t.Context(), h.Dir()); err != nil {
		t.Fatal(err)
	}
	// As a full disk or a power failure leaves it.
	empty := filepath.Join(h.Dir(), "clickhouse", "metadata", "default", "lost.sql")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := count(t, conn, "SELECT count() FROM t"); n != 1000 {
		t.Errorf("%d rows", n)
	}
	if log, err := os.ReadFile(filepath.Join(h.Dir(), "engine.log")); err != nil || !strings.Contains(string(log), "lost.sql") {
		t.Errorf("the log does not name it: %q, %v", log, err)
	}
}

func TestAHandleThatWaitsForAnEngineCanBeGivenUp(t *testing.T) {
	dir := enginetest.Dir(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if h, err := engine.Open(ctx, dir, enginetest.Limits); err == nil {
		h.Close()
		t.Error("opened in a millisecond")
	}
	waitUntil(t, "the engine that nobody waited for ends", 20*time.Second, func() bool { return !running(dir) })
}

func TestManyQueriesLeaveMemoryFlat(t *testing.T) {
	h, conn := open(t)
	rounds, each := 10, 1000
	if testing.Short() {
		rounds = 3
	}
	exec(t, conn, "CREATE TABLE t (id UInt64, text String) ENGINE = MergeTree ORDER BY id")
	exec(t, conn, "INSERT INTO t SELECT number, toString(number) FROM numbers(100000)")
	var settled uint64
	for round := range rounds {
		var all sync.WaitGroup
		for worker := range 4 {
			all.Go(func() {
				for i := range each / 4 {
					sql := "SELECT {m:UInt64} + 1"
					if i%10 == 0 {
						sql = "SELECT count() FROM t WHERE id <= {m:UInt64}"
					}
					var n uint64
					if err := conn.QueryRow(t.Context(), sql, clickhouse.Named("m", worker*each+i)).Scan(&n); err != nil || n != uint64(worker*each+i+1) {
						t.Errorf("%d, %v", n, err)
						return
					}
					if i%50 == 0 {
						if err := conn.Exec(t.Context(), "SELECT * FROM missing"); codeOf(err) != 60 {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		memory := status(t, h).Memory
		t.Logf("after %d queries the engine holds %d MB", (round+1)*each, memory>>20)
		if round == 1 {
			settled = memory
		}
		if round > 1 && memory > settled+150<<20 {
			t.Errorf("memory grew from %d to %d MB", settled>>20, memory>>20)
		}
	}
}

func TestAConnectionThatSaysNothingHoldsNothingUp(t *testing.T) {
	h, conn := open(t)
	var silent []net.Conn
	for range 50 {
		c, err := h.DialContext(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		silent = append(silent, c)
	}
	if err := conn.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	for _, c := range silent {
		c.Close()
	}
}
