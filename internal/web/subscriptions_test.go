package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/fixture"
	"jianfu/internal/notice"
	"jianfu/internal/subscription"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/internal/workday"
)

// postOffice is a mail server that keeps what it gets.
type postOffice struct {
	mu    sync.Mutex
	mails []posted
	mail  notice.Mail
}

// posted is a mail as it came.
type posted struct {
	to, subject, text string
	files             map[string][]byte
}

type postSession struct {
	p  *postOffice
	to string
}

func (s *postSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *postSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

func (s *postSession) Data(r io.Reader) error {
	message, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		return err
	}
	got := posted{to: s.to, subject: subject, files: map[string][]byte{}}
	kind, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		text, err := io.ReadAll(quotedprintable.NewReader(message.Body))
		got.text = string(text)
		s.p.keep(got)
		return err
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := parts.NextPart() // takes quoted-printable by itself
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.Header.Get("Content-Transfer-Encoding") == "base64" {
			if content, err = base64.StdEncoding.DecodeString(string(bytes.ReplaceAll(content, []byte("\r\n"), nil))); err != nil {
				return err
			}
		}
		_, names, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil {
			got.text = string(content)
			continue
		}
		name, err := new(mime.WordDecoder).DecodeHeader(names["filename"])
		if err != nil {
			return err
		}
		got.files[name] = content
	}
	s.p.keep(got)
	return nil
}

func (*postSession) Reset() {}

func (*postSession) Logout() error { return nil }

func (p *postOffice) keep(m posted) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, m)
}

// taken are the mails that came since it was asked last.
func (p *postOffice) taken() []posted {
	p.mu.Lock()
	defer p.mu.Unlock()
	mails := p.mails
	p.mails = nil
	return mails
}

// opensPostOffice starts a mail server of the house.
func opensPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &postSession{p: p}, nil }))
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := listener.Addr().(*net.TCPAddr)
	p.mail = notice.Mail{Server: at.IP.String(), Port: at.Port, Security: "none", From: "jianfu@tax.example", Domains: []string{"tax.example"}}
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

// subscribed is an office with a mail server, whose subscriptions are sent when a test says so.
type subscribed struct {
	*office
	post   *postOffice
	keeper *subscription.Keeper
}

func openSubscribed(t *testing.T) *subscribed {
	t.Helper()
	s := &subscribed{office: staffed(t), post: opensPostOffice(t)}
	s.server = s.serving(func(c *kit.Config) {
		c.Reminders = notice.Options{Address: "https://jianfu.example", Mail: &s.post.mail}
	})
	s.server.Accounts, s.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	post, err := s.server.Config.Reminders.Post()
	if err != nil {
		t.Fatal(err)
	}
	s.keeper = subscription.New(s.q, s.audit, workday.Shipped(), s.server.Subscribed(), post, "https://jianfu.example", time.Now, slog.New(slog.DiscardHandler))
	return s
}

// sends makes a round.
func (s *subscribed) sends() subscription.Result {
	s.t.Helper()
	result, err := s.keeper.Round(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return result
}

// subscribes presses the button of a page and fills its form in; it returns the subscription's id.
func (s *subscribed) subscribes(b *browser, page string, change ...string) string {
	s.t.Helper()
	_, body := b.get(page)
	button := parsed(s.t, body).Find(".subscribe-here")
	here, proof, name := button.Find("[name=here]").AttrOr("value", ""), button.Find("[name=here_proof]").AttrOr("value", ""), button.Find("[name=name]").AttrOr("value", "")
	response, body := b.post("/subscriptions/new", "here", here, "here_proof", proof, "name", name)
	if form := parsed(s.t, body).Find("form[action^='/subscriptions/create']"); response.StatusCode != http.StatusOK || form.Find("[name=name]").AttrOr("value", "") != name || name == "" {
		s.t.Fatalf("the form of %s: status %d, %q", page, response.StatusCode, name)
	}
	fields := map[string]string{"here": here, "here_proof": proof, "name": name, "every": "run", "weekday": "1", "day": "1", "hour": "8", "mail": "yes", "printed": "yes", "files": "xlsx"}
	for i := 0; i+1 < len(change); i += 2 {
		fields[change[i]] = change[i+1]
	}
	var list []string
	for name, value := range fields {
		list = append(list, name, value)
	}
	if response, body := b.post("/subscriptions/create", list...); response.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("subscribing to %s: status %d: %s", page, response.StatusCode, parsed(s.t, body).Find(".said").Text())
	}
	return s.list(b)[0].ID
}

type ownSubscriptions struct {
	Subscriptions []struct {
		ID   string `json:"subscription"`
		Page string `json:"page_address"`
		Step string `json:"last_step"`
		At   string `json:"subscription_state"`
	} `json:"subscriptions"`
}

// list is what a browser's own JSON says.
func (s *subscribed) list(b *browser) (all []struct {
	ID   string `json:"subscription"`
	Page string `json:"page_address"`
	Step string `json:"last_step"`
	At   string `json:"subscription_state"`
}) {
	s.t.Helper()
	var reply ownSubscriptions
	_, body := b.get("/api/v1/subscriptions")
	if err := json.Unmarshal([]byte(body), &reply); err != nil || len(reply.Subscriptions) == 0 {
		s.t.Fatalf("%s, %v", body, err)
	}
	return reply.Subscriptions
}

// asks has a subscription sent at once, and returns the mails that came.
func (s *subscribed) asks(b *browser, id string) []posted {
	s.t.Helper()
	if response, body := b.post("/subscriptions/send", "subscription", id); response.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("status %d: %s", response.StatusCode, parsed(s.t, body).Find(".said").Text())
	}
	s.sends()
	return s.post.taken()
}

// Of Suzhou, 40 of 440 yuan arrived in May 2019; see package fixture.
func TestASubscribedPageComesByMailAsItsReaderSeesIt(t *testing.T) {
	s := openSubscribed(t)
	b, other := s.signedIn("sz-inspector"), s.signedIn("nj-inspector")
	for _, one := range []*browser{b, other} {
		one.get("/subscriptions")
	}
	if response, _ := b.post("/subscriptions/mail", "mail", "sz@elsewhere.example"); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("mail to elsewhere: status %d", response.StatusCode)
	}
	b.post("/subscriptions/mail", "mail", "sz@tax.example")
	other.post("/subscriptions/mail", "mail", "nj@tax.example")
	id := s.subscribes(b, "/?payer=both")
	otherID := s.subscribes(other, "/?payer=both")
	if got := s.sends(); got != (subscription.Result{}) {
		t.Errorf("before the next run: %+v", got)
	}
	mails := s.asks(b, id)
	if len(mails) != 1 || mails[0].to != "sz@tax.example" || !strings.HasPrefix(mails[0].subject, "减负订阅：") || !strings.Contains(mails[0].text, "https://jianfu.example/?payer=both") {
		t.Fatalf("%+v", mails)
	}
	paper, tables := "", 0
	for name, content := range mails[0].files {
		switch {
		case strings.HasSuffix(name, ".html"):
			paper = string(content)
		case strings.HasSuffix(name, ".xlsx") && bytes.HasPrefix(content, []byte("PK")):
			tables++
		}
	}
	page := parsed(t, paper)
	_, body := b.get("/?payer=both")
	if shown := parsed(t, body).Find(".kpis").Text(); page.Find(".kpis").Text() != shown || !strings.Contains(shown, "1,200.00") || strings.Contains(page.Text(), "南京") || tables < 3 {
		t.Errorf("%d tables; the paper says %s, the page %s", tables, page.Find(".kpis").Text(), shown)
	}
	if loaded := page.Find("script, link, form, input, button, [src]:not([src^='data:']), a[href]:not([href^='https://jianfu.example/'])").Length(); loaded != 0 || page.Find("style").Length() != 1 {
		t.Errorf("%d elements of the paper would load or send something", loaded)
	}
	for _, one := range s.asks(other, otherID) {
		if one.to != "nj@tax.example" || bytes.Contains(one.files[slices.Sorted(keysOf(one.files))[0]], []byte("苏州")) {
			t.Errorf("%s gets another's page", one.to)
		}
	}
	entries := s.done(audit.SubscriptionSent)
	if len(entries) != 2 || entries[0].Actor != "nj-inspector" && entries[0].Actor != "sz-inspector" || entries[0].Details["files"] == "" {
		t.Errorf("%+v", entries)
	}
	if taken := s.done(audit.Exported); len(taken) < tables || !strings.Contains(taken[0].Reason, "订阅") {
		t.Errorf("%d tables were taken away", len(taken))
	}
	_, body = b.get("/notices")
	if text := parsed(t, body).Find(".notice-list li:has(.notice-kind.subscribed) .notice-title").Text(); !strings.Contains(text, "订阅：") {
		t.Errorf("the bell says %q", text)
	}
	if response, _ := other.post("/subscriptions/send", "subscription", id); response.StatusCode != http.StatusNotFound {
		t.Errorf("another sends it: status %d", response.StatusCode)
	}
	if response, _ := b.post("/subscriptions/new", "here", "/units", "here_proof", "x"); response.StatusCode != http.StatusBadRequest {
		t.Errorf("an address of somebody's own making: status %d", response.StatusCode)
	}
}

func keysOf(m map[string][]byte) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

func TestASubscriptionIsItsOwnersAndStopsWithWhatTheyLose(t *testing.T) {
	s := openSubscribed(t)
	b := s.signedIn("sz-inspector")
	b.get("/subscriptions")
	b.post("/subscriptions/mail", "mail", "sz@tax.example")
	units := s.subscribes(b, "/units?size=micro", "name", "只有本人知道的名称")
	if mails := s.asks(b, units); len(mails) != 1 || len(mails[0].files) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	records := s.subscribes(b, "/units/"+fixture.C+"/records")
	if mails := s.asks(b, records); len(mails) != 1 || len(mails[0].files) != 0 || !strings.Contains(mails[0].text, "不附文件") {
		t.Errorf("records of persons leave by mail: %+v", mails)
	}
	region := s.subscribes(b, "/regions/"+suzhou)
	_, body := s.signedIn("sz-sysadmin").get("/admin/subscriptions")
	if listed := parsed(t, body).Find("main table tbody tr"); listed.Length() != 3 || strings.Contains(body, "只有本人知道") || strings.Contains(listed.Text(), "size=") || !strings.Contains(listed.Text(), "单位名单") {
		t.Errorf("an administrator sees %s", listed.Text())
	}
	for _, state := range []string{"paused", "gone", "active"} {
		want := map[bool]int{true: http.StatusNotFound, false: http.StatusSeeOther}[state == "gone"]
		if response, _ := b.post("/subscriptions/state", "subscription", units, "state", state); response.StatusCode != want {
			t.Errorf("%s: status %d", state, response.StatusCode)
		}
	}
	_, body = b.get("/subscriptions/change?subscription=" + units)
	if chosen := parsed(t, body).Find("#every option[selected]").AttrOr("value", ""); chosen != "run" {
		t.Errorf("the form shows %q", chosen)
	}
	if response, _ := b.post("/subscriptions/change", "subscription", units, "name", "名称", "every", "weekly", "weekday", "9", "hour", "8", "mail", "yes", "files", "csv"); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the ninth day of the week: status %d", response.StatusCode)
	}
	b.post("/subscriptions/change", "subscription", units, "name", "名称", "every", "weekly", "weekday", "3", "hour", "8", "mail", "yes", "files", "csv")
	if mails := s.asks(b, units); len(mails) != 1 || len(mails[0].files) != 1 || !strings.HasSuffix(slices.Sorted(keysOf(mails[0].files))[0], ".csv") {
		t.Errorf("after the change: %+v", mails)
	}
	for _, id := range []string{units, region, records} {
		if response, _ := b.post("/subscriptions/send", "subscription", id); response.StatusCode != http.StatusSeeOther {
			t.Fatalf("status %d", response.StatusCode)
		}
	}
	lost := auth.Change{Roles: []access.Role{access.Leadership}, Regions: []string{nanjing}}
	if _, err := s.accounts.Change(t.Context(), access.CommandLine("test"), "sz-inspector", lost); err != nil {
		t.Fatal(err)
	}
	if got := s.sends(); got.Stopped != 3 || got.Sent != 0 {
		t.Errorf("without rights and region: %+v", got)
	}
	for _, mail := range s.post.taken() {
		if !strings.Contains(mail.subject, "已停止") || len(mail.files) != 0 {
			t.Errorf("%+v", mail)
		}
	}
	if got := s.sends(); got != (subscription.Result{}) || len(s.post.taken()) != 0 {
		t.Errorf("it is said again: %+v", got)
	}
	_, body = s.signedIn("sz-inspector").get("/subscriptions")
	if stopped := parsed(t, body).Find(".subscription-stopped"); stopped.Length() != 3 {
		t.Errorf("the page says %s", stopped.Text())
	}
}
