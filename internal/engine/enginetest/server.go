package enginetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"

	"jianfu/internal/engine"
)

// A Server is a real ClickHouse server with users, on ports of its own: the library's whole program in a child process.
type Server struct {
	TCP, HTTP string // addresses, 127.0.0.1:port
	Dir       string // its data; below it lies "backups", where it may write backups

	process *exec.Cmd
}

// The users of a test's server. The admin may do everything; the reader may read and nothing else.
const (
	Admin         = "jianfu"
	AdminPassword = "it's a secret: /?#"
	Reader        = "reader"
)

// StartServer runs a server until the end of the test.
func StartServer(t testing.TB) *Server {
	t.Helper()
	Need(t)
	library, err := engine.FindLibrary("")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Dir: t.TempDir(), TCP: freeAddress(t), HTTP: freeAddress(t)}
	config := filepath.Join(s.Dir, "config.xml")
	users := filepath.Join(s.Dir, "users.xml")
	write(t, users, usersXML, map[string]string{"Admin": Admin, "Password": AdminPassword, "Reader": Reader})
	write(t, config, configXML, map[string]any{"Dir": s.Dir, "Users": users, "TCP": port(s.TCP), "HTTP": port(s.HTTP)})
	order, err := json.Marshal([]string{library, "clickhouse", "--config-file=" + config, "--path=" + filepath.Join(s.Dir, "data"),
		"--query=SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM numbers(3000000) SETTINGS max_block_size = 1, max_threads = 1 FORMAT Null"})
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	s.process = exec.Command(os.Args[0]) //nolint:gosec // this test program
	s.process.Env = append(os.Environ(), serverVariable+"="+string(order))
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.process.Wait() }()
	t.Cleanup(func() {
		s.Kill()
		err := <-ended
		if t.Failed() {
			t.Logf("the server ended: %v; it said: %s", err, log)
		}
	})
	for range 600 {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the server ended: %v\n%s", err, log)
		case <-time.After(50 * time.Millisecond):
		}
		if listens(s.TCP) && listens(s.HTTP) {
			return s
		}
	}
	t.Fatal("the server does not listen")
	return nil
}

// Exec runs a statement as the administrator.
func (s *Server) Exec(t testing.TB, sql string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.HTTP, strings.NewReader(sql))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(Admin, AdminPassword)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s %v", sql, response.Status, text, err)
	}
}

// Kill ends the server at once.
func (s *Server) Kill() { _ = s.process.Process.Kill() }

func listens(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// freeAddress is an address that nobody listens on now.
func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func write(t testing.TB, path, text string, values any) {
	t.Helper()
	var b strings.Builder
	err := template.Must(template.New(path).Parse(text)).Execute(&b, values)
	if err == nil {
		err = os.WriteFile(path, []byte(b.String()), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

const configXML = `<clickhouse>
    <users_config>{{.Users}}</users_config>
    <backups><allowed_path>{{.Dir}}/</allowed_path></backups>
    <listen_host>127.0.0.1</listen_host>
    <tcp_port>{{.TCP}}</tcp_port>
    <http_port>{{.HTTP}}</http_port>
</clickhouse>
`

const usersXML = `<clickhouse>
    <profiles><default/></profiles>
    <quotas><default/></quotas>
    <users>
        <default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota><access_management>1</access_management></default>
        <{{.Admin}}><password>{{html .Password}}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota><access_management>1</access_management></{{.Admin}}>
        <{{.Reader}}><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota><grants><query>GRANT SELECT ON *.*</query></grants></{{.Reader}}>
    </users>
</clickhouse>
`

// serverVariable makes a process a server; its value are the library and the arguments of the program.
const serverVariable = "JIANFU_TEST_SERVER"

// serverMain is the child's life, where the environment says that this process is to be a server.
func serverMain() {
	text, ok := os.LookupEnv(serverVariable)
	if !ok {
		return
	}
	os.Unsetenv(serverVariable)
	err := serve(text)
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func serve(order string) error {
	var args []string
	if err := json.Unmarshal([]byte(order), &args); err != nil {
		return err
	}
	runtime.LockOSThread()
	signal.Ignore(syscall.SIGPIPE) // a client that has gone is no reason to end
	handle, err := purego.Dlopen(args[0], purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return err
	}
	var run func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	var failure func(result unsafe.Pointer) string
	purego.RegisterLibFunc(&run, handle, "chdb_query_cmdline")
	purego.RegisterLibFunc(&failure, handle, "chdb_result_error")
	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]*byte, len(args)) // the last is C's end of the list
	for i, arg := range args[1:] {
		argv[i] = unsafe.StringData(arg + "\x00")
		pin.Pin(argv[i])
	}
	pin.Pin(&argv[0])
	result := run(int32(len(args)-1), unsafe.Pointer(&argv[0])) //nolint:gosec // a few
	return errors.New("the server ended: " + failure(result))
}
