package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"jianfu/internal/audit"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
)

// bomb is a body of some kilobytes that unpacks to 128 MiB, packed once more where twice is said.
func bomb(t *testing.T, twice bool) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	zeros := make([]byte, 1<<20)
	for range 128 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !twice {
		return packed.String()
	}
	var again bytes.Buffer
	w = gzip.NewWriter(&again)
	if _, err := w.Write(packed.Bytes()); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return again.String()
}

func TestAPackedBodyIsRefusedBeforeAnybodyUnpacksIt(t *testing.T) {
	s := serving(t, nil)
	once, twice := bomb(t, false), bomb(t, true)
	for name, test := range map[string]struct {
		method, address, kind, body string
		encodings                   []string
	}{
		"a form of somebody unknown":      {"POST", "/login", "application/x-www-form-urlencoded", once, []string{"gzip"}},
		"a form with a file":              {"POST", "/issues/1/attach", "multipart/form-data; boundary=x", once, []string{"gzip"}},
		"packed twice":                    {"POST", "/api/v1/issues", "application/json", twice, []string{"gzip, gzip"}},
		"packed twice, in two lines":      {"POST", "/api/v1/issues", "application/json", twice, []string{"gzip", "gzip"}},
		"said to be plain first":          {"POST", "/api/v1/issues", "application/json", once, []string{"identity", "gzip"}},
		"in another spelling":             {"POST", "/login", "application/x-www-form-urlencoded", once, []string{"X-GZip"}},
		"in another way":                  {"POST", "/login", "application/x-www-form-urlencoded", once, []string{"br"}},
		"in a way that there is not":      {"POST", "/login", "application/x-www-form-urlencoded", once, []string{"rot13"}},
		"with a question that has a body": {"GET", "/login", "application/x-www-form-urlencoded", once, []string{"gzip"}},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequest(test.method, test.address, strings.NewReader(test.body))
			request.Header.Set("Content-Type", test.kind)
			request.Header["Content-Encoding"] = test.encodings
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			response, _ := do(t, s, request)
			runtime.ReadMemStats(&after)
			if response.StatusCode != http.StatusUnsupportedMediaType {
				t.Errorf("status %d", response.StatusCode)
			}
			if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 32 {
				t.Errorf("it took %d MiB", took)
			}
		})
	}
	request := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader("username=x"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Content-Encoding", "identity")
	if response, _ := do(t, s, request); response.StatusCode == http.StatusUnsupportedMediaType {
		t.Error("a plain body that says so is refused")
	}
}

// wire is a connection to a server, on which a test says what it likes.
type wire struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, address string) *wire {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	_ = connection.SetDeadline(time.Now().Add(30 * time.Second))
	return &wire{t, connection, bufio.NewReader(connection)}
}

func (w *wire) say(format string, values ...any) {
	w.t.Helper()
	if _, err := fmt.Fprintf(w, format, values...); err != nil {
		w.t.Fatal(err)
	}
}

// hear is the status of the next answer.
func (w *wire) hear() int {
	w.t.Helper()
	response, err := http.ReadResponse(w.r, nil)
	if err != nil {
		w.t.Fatalf("no answer: %v", err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.StatusCode
}

// TestHowMuchOfABodyIsTaken needs no store: nobody has signed in.
func TestHowMuchOfABodyIsTaken(t *testing.T) {
	s := serving(t, nil)
	s.Identify = (&kit.Kit{}).Identified // which knows nobody
	o := &office{t: t, server: s}
	address, stop := o.listen(func(served *Server) { served.Identify = s.Identify })
	defer stop()
	const form = "Content-Type: application/x-www-form-urlencoded\r\n"
	large := strings.Repeat("x", kit.LargestForm+1)
	for name, test := range map[string]struct {
		request string
		want    int
	}{
		"a form with a file, with any cookie of the right name": {"POST /issues/1/attach HTTP/1.1\r\nHost: x\r\nCookie: " + kit.SessionCookie +
			"=made-up\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 10000000\r\n\r\n" + strings.Repeat("x", 9000), 413},
		"long words of nobody":              {"POST /issues/new HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 100000\r\n\r\n" + strings.Repeat("x", 9000), 413},
		"a size beyond all sense":           {"POST /login HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 9000000000000000000\r\n\r\n" + strings.Repeat("x", 9000), 413},
		"no size said, and too much sent":   {"POST /login HTTP/1.1\r\nHost: x\r\n" + form + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(large), large), 413},
		"no size said, and little sent":     {"POST /login HTTP/1.1\r\nHost: x\r\n" + form + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 403},
		"a chunk that is no chunk":          {"POST /login HTTP/1.1\r\nHost: x\r\n" + form + "Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n", 400},
		"a question with a body":            {"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 200},
		"a question with a body, of a page": {"GET /login HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 5\r\n\r\nhello", 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := dial(t, address)
			w.say("%s", test.request)
			if got := w.hear(); got != test.want {
				t.Fatalf("status %d, want %d", got, test.want)
			}
			if test.want == 200 || test.want == 403 { // what follows on the connection is read from its own beginning
				w.say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
				if got := w.hear(); got != 200 {
					t.Errorf("the next one: status %d", got)
				}
			}
		})
	}
}

// largeBodies is a test of TestAccountsOnTheWeb: a file is taken from who signed in, and not too many at once.
func largeBodies(t *testing.T, o *office) {
	b := o.signedIn("sz-inspector")
	b.get("/issues/" + suzhouIssue)
	address, stop := o.listen(nil)
	defer stop()
	begin := func(session string, size int) *wire {
		w := dial(t, address)
		w.say("POST /issues/%s/attach HTTP/1.1\r\nHost: x\r\nCookie: %s=%s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s",
			suzhouIssue, kit.SessionCookie, session, size, strings.Repeat("x", 9000))
		return w
	}
	held := func() int {
		o.server.Uploads.Mutex.Lock()
		defer o.server.Uploads.Mutex.Unlock()
		return o.server.Uploads.Held["sz-inspector"]
	}
	size := kit.LargestUpload
	waiting := []*wire{begin(b.cookies[kit.SessionCookie], size), begin(b.cookies[kit.SessionCookie], size)}
	for deadline := time.Now().Add(20 * time.Second); held() < 2*size && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if got := begin(b.cookies[kit.SessionCookie], size).hear(); got != http.StatusTooManyRequests {
		t.Errorf("a third file at once: status %d", got)
	}
	if got := begin(b.cookies[kit.SessionCookie], size+1).hear(); got != http.StatusRequestEntityTooLarge {
		t.Errorf("more than the largest: status %d", got)
	}
	if response, _ := b.get("/issues/" + suzhouIssue); response.StatusCode != http.StatusOK {
		t.Errorf("a page meanwhile: status %d", response.StatusCode)
	}
	for _, w := range waiting {
		_ = w.Close()
	}
	for deadline := time.Now().Add(20 * time.Second); held() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if left := held(); left != 0 {
		t.Errorf("%d bytes are still held for who has gone", left)
	}
	over := b.cookies[kit.SessionCookie]
	if response, _ := b.post("/logout"); response.StatusCode != http.StatusSeeOther {
		t.Fatalf("signing out: status %d", response.StatusCode)
	}
	if got := begin(over, size).hear(); got != http.StatusRequestEntityTooLarge {
		t.Errorf("with a session that has ended: status %d", got)
	}
}

func TestThereIsRoomForEverybody(t *testing.T) {
	r := limits.NewRoom(10, 25)
	for i, step := range []struct {
		who  string
		size int
		want bool
	}{{"a", 6, true}, {"a", 5, false}, {"a", 4, true}, {"b", 10, true}, {"c", 6, false}, {"c", 5, true}, {"d", 1, false}} {
		if got := r.Take(step.who, step.size); got != step.want {
			t.Errorf("step %d: %v", i, got)
		}
	}
	r.Give("a", 6)
	if !r.Take("d", 6) || r.Take("d", 1) {
		t.Error("what was given back is not there, or more")
	}
	r.Give("a", 4)
	r.Give("b", 10)
	r.Give("c", 5)
	r.Give("d", 6)
	if len(r.Held) != 0 || r.Sum != 0 {
		t.Errorf("left: %v, %d", r.Held, r.Sum)
	}
}

// links is a test of TestAccountsOnTheWeb: whoever sends somebody a link neither takes a file away through them nor writes
// words of theirs into the audit log. A program with a token may ask for a file by its address.
func links(t *testing.T, o *office) {
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9) // it asks for more than anybody does
	b := o.signedIn("sz-inspector")
	before := len(o.entries(audit.Exported))
	tried := 0
	for _, route := range routesOf(o.server) {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodGet || !strings.HasPrefix(path, "/download/") || !strings.Contains(letThrough[route], "inspector") {
			continue
		}
		for _, address := range filled(path, suzhou) {
			address += "?reason=" + url.QueryEscape(okReason)
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				response, _ := b.send(method, address, nil)
				if response.StatusCode < 400 || response.Header.Get("Content-Disposition") != "" {
					t.Errorf("%s %s: status %d", method, address, response.StatusCode)
				}
			}
			tried++
		}
	}
	if tried < 20 {
		t.Errorf("only %d addresses were tried", tried)
	}
	response, body := b.get("/download/overview/regions.csv?reason=" + url.QueryEscape("别人写的事由"))
	if page := parsed(t, body); response.StatusCode != http.StatusBadRequest || page.Find("textarea[name=reason]").Text() != "" || page.Find("form[method=post] input[name="+kit.ProofField+"]").Length() == 0 {
		t.Errorf("a link with a reason: status %d, and the form holds %q", response.StatusCode, parsed(t, body).Find("textarea[name=reason]").Text())
	}
	if response, _ := b.post("/download/overview/regions.csv?reason=" + url.QueryEscape("别人写的事由")); response.StatusCode != http.StatusBadRequest {
		t.Errorf("a form to an address with a reason: status %d", response.StatusCode)
	}
	if n := len(o.entries(audit.Exported)) - before; n != 0 {
		t.Errorf("%d exports were recorded", n)
	}
}

func TestNobodyComesPastTheProxy(t *testing.T) {
	s := serving(t, nil)
	s.Config.ProxiedOnly = true
	if response, _ := do(t, s, httptest.NewRequest(http.MethodGet, "/login", nil)); response.StatusCode != http.StatusForbidden {
		t.Errorf("past the proxy: status %d", response.StatusCode)
	}
	if response, _ := do(t, s, httptest.NewRequest(http.MethodGet, "/healthz", nil)); response.StatusCode != http.StatusOK {
		t.Errorf("a health check: status %d", response.StatusCode)
	}
	s.Config.Proxies = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")} // where requests of tests come from
	if response, _ := do(t, s, httptest.NewRequest(http.MethodGet, "/login", nil)); response.StatusCode == http.StatusForbidden {
		t.Error("through the proxy nobody is let in either")
	}
}
