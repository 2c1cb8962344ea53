package notice

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// post is a mail server that speaks STARTTLS, asks for a password, and keeps what it gets.
type post struct {
	mu      sync.Mutex
	mails   []*netmail.Message
	to      []string
	forget  bool // takes mails and breaks the connection before it says so
	address string
	port    int
	ca      string // file of its certificate
}

// kept are the mails that it got.
func (p *post) kept() []*netmail.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.mails)
}

func (p *post) forgetful(yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget = yes
}

// session is a connection; a recipient at nowhere.example does not exist, and one at busy.example is to be tried later.
type session struct {
	p       *post
	to      string
	entered bool
	conn    *smtp.Conn
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "jianfu" || password != "open sesame" {
			return smtp.ErrAuthFailed
		}
		s.entered = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if _, secured := s.conn.TLSConnectionState(); !secured || !s.entered {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case strings.HasSuffix(to, "@nowhere.example"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	case strings.HasSuffix(to, "@busy.example"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "later"}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	mail, err := netmail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return err
	}
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.mails, s.p.to = append(s.p.mails, mail), append(s.p.to, s.to)
	if s.p.forget {
		_ = s.conn.Conn().Close()
	}
	return nil
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }

// certificate is one for 127.0.0.1, with the file that proves it.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// opensPost starts a mail server, with implicit TLS or with STARTTLS.
func opensPost(t *testing.T, implicit bool) *post {
	t.Helper()
	proof, ca := certificate(t)
	p := &post{ca: ca}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{p: p, conn: c}, nil }))
	server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{proof}}
	server.ErrorLog = quiet{}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := listener.Addr().(*net.TCPAddr)
	p.address, p.port = at.IP.String(), at.Port
	if implicit {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-served; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return p
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// options are those of a mail server.
func (p *post) options(t *testing.T, password, security string) Options {
	t.Helper()
	return Options{Address: "https://jianfu.example/", Mail: &Mail{Server: p.address, Port: p.port, Security: security, User: "jianfu",
		PasswordFile: file(t, "password", password+"\n"), From: "减负系统 <jianfu@tax.example>", Domains: []string{"tax.example", "nowhere.example", "busy.example"}, CAFile: p.ca}}
}

// wishes writes that wu wants mail at an address about some kinds.
func (o *office) wishes(address string, kinds ...Kind) {
	o.t.Helper()
	s := queries.NoticeSettings{Account: "wu", ChangedAt: o.now.UTC(), Mail: address, Language: "zh"}
	for _, k := range kinds {
		s.Kinds = append(s.Kinds, string(k))
	}
	if err := o.q.PutNoticeSettings(o.t.Context(), s); err != nil {
		o.t.Fatal(err)
	}
}

// assigned gives wu an issue of which he is told.
func (o *office) assigned() ledger.Issue {
	o.t.Helper()
	i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
	return o.act("li", i, ledger.Assign, "", ledger.Data{Handler: "wu"})
}

func TestAMailIsSentOnceAndSaysNoMoreThanItMust(t *testing.T) {
	for _, security := range []string{"starttls", "tls"} {
		t.Run(security, func(t *testing.T) {
			o, p := open(t), opensPost(t, security == "tls")
			n := o.notices(p.options(t, "open sesame", security))
			o.wishes("wu@tax.example", Assigned, Overdue)
			i := o.assigned()
			o.act("li", i, ledger.Comment, "请看。", ledger.Data{Mentions: []string{"wu"}})
			if result := o.round(n); result.Told != 2 || result.Sent != 1 || result.Failed+result.Refused != 0 {
				t.Fatalf("%+v", result)
			}
			if result := o.round(n); result.Sent != 0 {
				t.Errorf("sent again: %+v", result)
			}
			if len(p.kept()) != 1 || p.to[0] != "wu@tax.example" {
				t.Fatalf("%d mails, to %v", len(p.kept()), p.to)
			}
			subject, body := decoded(t, p.kept()[0])
			if subject != "减负：1 条提醒" || !strings.Contains(body, "交给您办理："+i.Number) || !strings.Contains(body, "https://jianfu.example/issues/"+i.Number) {
				t.Errorf("%s\n%s", subject, body)
			}
			if strings.Contains(body, i.Title) || strings.Contains(body, "提到") {
				t.Errorf("the mail says too much:\n%s", body)
			}
		})
	}
}

// decoded is what a mail says.
func decoded(t *testing.T, m *netmail.Message) (subject, body string) {
	t.Helper()
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return subject, string(text)
}

func TestAMailThatWasTakenWithoutAWordIsSentAgainAsTheSame(t *testing.T) {
	o, p := open(t), opensPost(t, false)
	n := o.notices(p.options(t, "open sesame", "starttls"))
	o.wishes("wu@tax.example", Assigned)
	o.assigned()
	p.forgetful(true)
	if result := o.round(n); result.Sent != 0 || result.Failed != 1 {
		t.Fatalf("%+v", result)
	}
	p.forgetful(false)
	if result := o.round(n); result.Sent+result.Failed != 0 {
		t.Errorf("tried again at once: %+v", result)
	}
	o.now = o.now.Add(time.Minute)
	if result := o.round(n); result.Sent != 1 {
		t.Errorf("%+v", result)
	}
	if len(p.kept()) != 2 || p.kept()[0].Header.Get("Message-Id") != p.kept()[1].Header.Get("Message-Id") || p.kept()[0].Header.Get("Date") != p.kept()[1].Header.Get("Date") {
		t.Errorf("%d mails, %v", len(p.kept()), p.kept())
	}
}

func TestATryThatDiedIsMadeAgainAfterItsLease(t *testing.T) {
	o, p := open(t), opensPost(t, false)
	o.wishes("wu@tax.example", Assigned)
	o.assigned()
	o.round(o.notices(Options{}))
	pending, err := o.q.PendingNotices(t.Context(), "mail", o.now.Add(-time.Hour))
	if err != nil || len(pending) != 1 {
		t.Fatalf("%+v, %v", pending, err)
	}
	d := queries.NoticeDelivery{Batch: pending[0].Batch, Channel: "mail", Attempt: 1, Step: "sending", At: o.now.UTC(), Nonce: identifier.New()}
	for i, want := range []bool{true, false} { // another server that tries the same loses
		if i == 1 {
			d.Nonce = identifier.New()
		}
		if won, err := o.q.BeginNoticeDelivery(t.Context(), d); err != nil || won != want {
			t.Fatal(won, err)
		}
	}
	n := o.notices(p.options(t, "open sesame", "starttls"))
	o.now = o.now.Add(lease - time.Minute)
	if result := o.round(n); result.Sent != 0 {
		t.Errorf("%+v", result)
	}
	o.now = o.now.Add(time.Minute)
	if result := o.round(n); result.Sent != 1 || len(p.kept()) != 1 {
		t.Errorf("%+v", result)
	}
}

func TestWhatDoesNotComeThrough(t *testing.T) {
	for name, c := range map[string]struct {
		address, password, security  string
		sent, failed, refused, later int // later: failed once more after a minute
	}{
		"a recipient that there is not is not tried again": {"wu@nowhere.example", "open sesame", "starttls", 0, 0, 1, 0},
		"one that is busy is tried again":                  {"wu@busy.example", "open sesame", "starttls", 0, 1, 0, 1},
		"a wrong password is tried again":                  {"wu@tax.example", "guess", "starttls", 0, 1, 0, 1},
		"without TLS the password is not told":             {"wu@tax.example", "open sesame", "none", 0, 1, 0, 1},
		"another domain gets nothing":                      {"wu@elsewhere.example", "open sesame", "starttls", 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			o, p := open(t), opensPost(t, false)
			n := o.notices(p.options(t, c.password, c.security))
			o.wishes(c.address, Assigned)
			o.assigned()
			if r := o.round(n); r.Sent != c.sent || r.Failed != c.failed || r.Refused != c.refused {
				t.Errorf("%+v", r)
			}
			o.now = o.now.Add(time.Minute)
			if r := o.round(n); r.Sent != 0 || r.Failed != c.later || r.Refused != 0 {
				t.Errorf("a minute later: %+v", r)
			}
			if len(p.kept()) != 0 {
				t.Errorf("%d mails", len(p.kept()))
			}
		})
	}
}

func TestACertificateOfNobodyIsNotTrusted(t *testing.T) {
	o, p := open(t), opensPost(t, false)
	options := p.options(t, "open sesame", "starttls")
	options.Mail.CAFile = ""
	o.wishes("wu@tax.example", Assigned)
	o.assigned()
	if r := o.round(o.notices(options)); r.Failed != 1 || len(p.kept()) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestWhoMayNoLongerSeeAnIssueGetsNoMailAboutIt(t *testing.T) {
	o, p := open(t), opensPost(t, false)
	o.wishes("wu@tax.example", Assigned)
	o.assigned()
	o.round(o.notices(Options{})) // told, and not yet sent
	moved := staff[1]
	moved.Regions = []string{"320100"}
	o.put(moved, false)
	if r := o.round(o.notices(p.options(t, "open sesame", "starttls"))); r.Sent != 0 || len(p.kept()) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestMailBeginsWithTheWish(t *testing.T) {
	o, p := open(t), opensPost(t, false)
	o.assigned()
	o.round(o.notices(Options{}))
	o.now = o.now.Add(time.Minute)
	o.wishes("wu@tax.example", Assigned)
	n := o.notices(p.options(t, "open sesame", "starttls"))
	if r := o.round(n); r.Sent != 0 {
		t.Errorf("what was told before: %+v", r)
	}
	o.assigned()
	if r := o.round(n); r.Sent != 1 {
		t.Errorf("what was told after: %+v", r)
	}
	o.now = o.now.Add(time.Minute)
	o.wishes("")
	o.assigned()
	if r := o.round(n); r.Sent != 0 {
		t.Errorf("after it was withdrawn: %+v", r)
	}
}

// receiver is the system behind the webhook; it checks the signature as its documents say.
type receiver struct {
	t      *testing.T
	status int
	calls  []call
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		r.t.Error(err)
	}
	if want := Signature("a shared secret", request.Header.Get(timeHeader), body); request.Header.Get(signatureHeader) != want {
		r.t.Errorf("signed %s, want %s", request.Header.Get(signatureHeader), want)
	}
	var c call
	if err := json.Unmarshal(body, &c); err != nil || c.ID != request.Header.Get(idHeader) {
		r.t.Errorf("%s, %v", body, err)
	}
	r.calls = append(r.calls, c)
	w.WriteHeader(r.status)
}

func TestTheWebhookIsCalledUntilItAnswers(t *testing.T) {
	o := open(t)
	r := &receiver{t: t, status: http.StatusServiceUnavailable}
	server := httptest.NewServer(r)
	defer server.Close()
	n := o.notices(Options{Address: "https://jianfu.example", Webhook: &Webhook{URL: server.URL + "/notices", SecretFile: file(t, "secret", "a shared secret\n")}})
	i := o.assigned()
	tries := 0
	for minute := range 20 {
		if minute == 8 {
			r.status = http.StatusNoContent
		}
		result := o.round(n)
		tries += result.Sent + result.Failed
		o.now = o.now.Add(time.Minute)
	}
	// at once, then after 1, 2, 4 and 8 minutes; the last finds it awake
	if tries != 5 || len(r.calls) != 5 {
		t.Fatalf("%d tries, %d calls", tries, len(r.calls))
	}
	first, last := r.calls[0], r.calls[4]
	if first.ID != last.ID || last.Account != "wu" || len(last.Notices) != 1 || last.Notices[0].Kind != Assigned || last.Notices[0].Issue != i.Number ||
		last.Notices[0].Link != "https://jianfu.example/issues/"+i.Number {
		t.Errorf("%+v\n%+v", first, last)
	}
}

func TestTheWebhookIsNotFollowedElsewhere(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was followed") }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	h, err := newHook(Webhook{URL: server.URL, SecretFile: file(t, "secret", "s")}, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.send(context.Background(), batch{}); err == nil {
		t.Error("the call went through")
	}
}

func TestThePausesGrow(t *testing.T) {
	for tries, want := range map[uint16]time.Duration{1: time.Minute, 2: 2 * time.Minute, 6: 32 * time.Minute, 7: time.Hour, 1000: time.Hour} {
		if got := pause(tries); got != want {
			t.Errorf("after %d tries %v, want %v", tries, got, want)
		}
	}
}

func TestSettingsThatCannotBeAreRefused(t *testing.T) {
	secret := file(t, "secret", "s")
	for name, o := range map[string]Options{
		"no server":                   {Mail: &Mail{From: "a@b.example"}},
		"no sender":                   {Mail: &Mail{Server: "mail"}},
		"a security that there isn't": {Mail: &Mail{Server: "mail", From: "a@b.example", Security: "ssl"}},
		"a password that isn't there": {Mail: &Mail{Server: "mail", From: "a@b.example", User: "u", PasswordFile: "/none"}},
		"certificates that are none":  {Mail: &Mail{Server: "mail", From: "a@b.example", CAFile: secret}},
		"a port that cannot be":       {Mail: &Mail{Server: "mail", From: "a@b.example", Port: 99999}},
		"an address that is none":     {Webhook: &Webhook{URL: "ftp://hook", SecretFile: secret}},
		"a password in the address":   {Webhook: &Webhook{URL: "https://u:p@hook", SecretFile: secret}},
		"an empty secret":             {Webhook: &Webhook{URL: "https://hook", SecretFile: file(t, "empty", " \n")}},
	} {
		if _, err := o.channels(); problem.Code(err) != "notice_setting" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddressesAreChecked(t *testing.T) {
	o := Options{Mail: &Mail{Domains: []string{"tax.example"}}}
	for text, want := range map[string]string{
		"": "", " wu@tax.example ": "", "wu@TAX.example": "", "wu": "notice_bad_address", "Wu <wu@tax.example>": "notice_bad_address",
		"wu@tax.example, li@tax.example": "notice_bad_address", "wu@tax.example\r\nBcc: x@y.example": "notice_bad_address", "wu@gmail.example": "notice_foreign_address",
	} {
		if _, err := o.MailAddress(text); problem.Code(err) != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
