package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/attachment"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/handling"
	"jianfu/internal/ledger"
	"jianfu/internal/notice"
	"jianfu/internal/web/kit"
	"jianfu/internal/workday"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// secret is everybody's password.
const secret = "correct horse battery"

// cheap is a hash for tests.
var cheap = auth.Cost{Memory: 64, Passes: 1, Threads: 1}

// The two regions, each with people and units of its own.
const (
	suzhou  = "320500"
	nanjing = "320100"
)

var regionWords = map[string]string{suzhou: "sz", nanjing: "nj"}

// office is a server on a real store with the small world in it, and an account for each role in each of two regions:
// sz-inspector sees Suzhou, nj-inspector Nanjing.
type office struct {
	t        testing.TB
	q        *queries.Queries
	accounts *auth.Service
	audit    *audit.Log
	server   *Server
}

// open makes the office of a store; change edits the server's configuration.
func openOffice(t testing.TB, q *queries.Queries, change func(*kit.Config)) *office {
	t.Helper()
	o := &office{t: t, q: q, audit: audit.New(q, time.Now)}
	o.accounts = auth.New(q, o.audit, time.Now, auth.Options{Cost: cheap})
	o.server = o.serving(change)
	return o
}

// serving is another server of the same office.
func (o *office) serving(change func(*kit.Config)) *Server {
	o.t.Helper()
	config := kit.Config{Overview: o.q.Overview, Persons: o.q.PersonsBehind, Cross: o.q.Cross, Run: o.q.CurrentNumber, Stamp: o.q.Stamp, Figures: o.q.Figures, WhatIfs: whatIfs(o.q), Checks: checks(o.q), Queries: o.q, Issues: o.issues(), Reports: o.preparing(), Attachments: attachment.New(o.q, fixture.Now), Accounts: o.accounts, Audit: o.audit,
		Ready: func(context.Context) error { return nil }, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&config)
	}
	s, err := New(config)
	if err != nil {
		o.t.Fatal(err)
	}
	return complete(s)
}

// issues deals with the issues of the office, on the day on which the small world was computed.
func (o *office) issues() *handling.Issues {
	return handling.New(o.q, workday.Shipped(), ledger.ShippedLimits(), fixture.Now)
}

// The issues of a staffed office: one of Suzhou, about unit C, with an attachment, and one of Nanjing, about unit A.
const (
	suzhouIssue  = "320505-2020-000001"
	nanjingIssue = "320102-2020-000001"
)

// suzhouFile and nanjingFile are the hashes of what is attached to them.
var suzhouFile, nanjingFile = hashOf(statement(fixture.C)), hashOf(statement(fixture.A))

// statement is what a unit says.
func statement(unit string) string { return unit + "：该单位五月未按新费率征收。" }

func hashOf(text string) string {
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:])
}

// register opens the issues of a staffed office.
func (o *office) register() {
	o.t.Helper()
	d := o.issues()
	for _, one := range []struct{ region, bureau, unit, industry, size string }{{suzhou, "320505", fixture.C, "I6513", "micro"}, {nanjing, "320102", fixture.A, "C3411", "large"}} {
		by := access.New(access.Grant{Account: regionWords[one.region] + "-inspector", Roles: []access.Role{access.Inspector}, Regions: []string{one.region}})
		issue, err := d.Open(o.t.Context(), by, ledger.Data{Source: "hall", Nature: "complaint", Category: "policy", Severity: "normal", Title: regionWords[one.region] + "某人反映费率没有下调",
			Text: "窗口受理。", Contact: regionWords[one.region] + "某人 13800000000", Unit: one.unit, Industry: one.industry, Size: one.size, Region: one.bureau, Bureau: one.bureau, RaisedOn: "2020-01-15"})
		if err != nil {
			o.t.Fatal(err)
		}
		file, err := attachment.New(o.q, fixture.Now).Save(o.t.Context(), "说明.txt", strings.NewReader(statement(one.unit)))
		if err != nil {
			o.t.Fatal(err)
		}
		if _, err := d.Act(o.t.Context(), by, issue.ID, issue.Seq, ledger.Attach, "", ledger.Data{File: &file}); err != nil {
			o.t.Fatal(err)
		}
	}
}

// recomputeTwice makes a store with the small world in it and two runs of it: to the first, a record of D and one of A were charged
// otherwise, by 10 yuan each. The load that corrects them has lines that were rejected too, one of each city and one that names a
// unit of each.
func recomputeTwice(t testing.TB, q *queries.Queries) {
	t.Helper()
	var right, wrong strings.Builder
	for line := range strings.Lines(fixture.Records()) {
		switch {
		case strings.HasPrefix(line, "05-D1"):
			right.WriteString(line)
			wrong.WriteString(strings.Replace(line, ",800,", ",810,", 1))
		case strings.HasPrefix(line, "05-A2"):
			right.WriteString(line)
			wrong.WriteString(strings.Replace(line, ",100,", ",90,", 1))
		}
	}
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	fixture.Load(t, q, fixture.RecordsHeader+wrong.String())
	files := fixture.PackFiles() // by whose rules what one unit of a county has is systemic already
	files["rules.csv"] = &fstest.MapFile{Data: []byte("id,thresholds\ncounty,1;0.01\n")}
	pack := fixture.PackOf(t, files)
	fixture.Recompute(t, q, pack)
	faulty := func(id, unit, wage string) string {
		return id + "," + unit + ",2019-05,pension,normal,p9,1," + wage + ",5000,0.16,800,0.08,400,2019-05-15,,etax\n"
	}
	fixture.Load(t, q, fixture.RecordsHeader+right.String()+faulty("07-1", fixture.A, "x")+faulty("07-2", fixture.C, "y")+faulty("07-3", fixture.B, fixture.D))
	fixture.Recompute(t, q, pack)
}

// staffed is an office with the small world and everybody in it.
func staffed(t *testing.T) *office {
	t.Helper()
	return staffedOn(t, fixture.Copied)
}

// walked is staffed for tests that go to hundreds of addresses, and ask the same of the store at most of them.
func walked(t *testing.T) *office {
	t.Helper()
	return staffedOn(t, fixture.Remembering)
}

func staffedOn(t *testing.T, opened func(testing.TB, string, func(testing.TB, *queries.Queries)) *queries.Queries) *office {
	t.Helper()
	if testing.Short() {
		t.Skip("takes an engine and a minute; the race detector has no eyes in the engine")
	}
	return openOffice(t, opened(t, "staffed", staff), nil)
}

func staff(t testing.TB, q *queries.Queries) {
	t.Helper()
	recomputeTwice(t, q)
	o := openOffice(t, q, nil)
	for region, word := range regionWords {
		for _, role := range access.Roles {
			n := auth.NewAccount{Account: word + "-" + string(role), Name: word + "某人", Roles: []access.Role{role}, Regions: []string{region}, Password: secret}
			if role == access.SysAdmin {
				n.Regions = nil
			}
			if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), n); err != nil {
				t.Fatal(err)
			}
		}
	}
	o.register()
	o.remind("2020-01-20 10:00")
	o.report()
}

// remind tells people what is due at a time in Beijing.
func (o *office) remind(at string) notice.Result {
	o.t.Helper()
	now, err := time.Parse("2006-01-02 15:04 -0700", at+" +0800")
	if err != nil {
		o.t.Fatal(err)
	}
	n, err := notice.New(o.q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { return now }, slog.New(slog.DiscardHandler), notice.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	result, err := n.Round(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return result
}

// browser keeps cookies as a browser does, and the proof of the page that it saw last.
type browser struct {
	o       *office
	server  *Server
	cookies map[string]string
	proof   string
	header  http.Header
}

func (o *office) browser() *browser {
	return &browser{o: o, server: o.server, cookies: map[string]string{}, header: http.Header{"Accept": {"text/html"}}}
}

// send sends a request and keeps what a browser keeps of the answer.
func (b *browser) send(method, address string, fields url.Values) (*http.Response, string) {
	b.o.t.Helper()
	var body io.Reader
	if fields != nil {
		body = strings.NewReader(fields.Encode())
	}
	request := httptest.NewRequest(method, address, body)
	for name, values := range b.header {
		request.Header[name] = values
	}
	if fields != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, text := do(b.o.t, b.server, request)
	for _, cookie := range response.Cookies() {
		if cookie.Value == "" || cookie.MaxAge < 0 || !cookie.Expires.IsZero() && cookie.Expires.Before(time.Now()) {
			delete(b.cookies, cookie.Name)
		} else {
			b.cookies[cookie.Name] = cookie.Value
		}
	}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		if field, ok := parsed(b.o.t, text).Find("input[name=csrf_token]").Attr("value"); ok {
			b.proof = field
		}
	}
	return response, text
}

func (b *browser) get(address string) (*http.Response, string) {
	b.o.t.Helper()
	return b.send(http.MethodGet, address, nil)
}

// post sends a form with the proof; names and values come in turn.
func (b *browser) post(address string, namesAndValues ...string) (*http.Response, string) {
	b.o.t.Helper()
	return b.send(http.MethodPost, address, b.fields(namesAndValues...))
}

// take takes a file away as the page's form does: with a reason, and with the proof of the session.
func (b *browser) take(address string) (*http.Response, string) {
	b.o.t.Helper()
	b.get("/account")
	return b.post(address, "reason", okReason)
}

func (b *browser) fields(namesAndValues ...string) url.Values {
	fields := url.Values{kit.ProofField: {b.proof}}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		fields.Add(namesAndValues[i], namesAndValues[i+1])
	}
	return fields
}

// signedIn is a browser in which somebody has signed in through the form.
func (o *office) signedIn(account string) *browser {
	o.t.Helper()
	b := o.browser()
	b.signIn(account, secret)
	return b
}

func (b *browser) signIn(account, password string) *http.Response {
	b.o.t.Helper()
	b.get("/login")
	response, text := b.post("/login", "username", account, "password", password)
	if response.StatusCode != http.StatusSeeOther {
		b.o.t.Fatalf("%s could not sign in: status %d: %s", account, response.StatusCode, parsed(b.o.t, text).Find(".said").Text())
	}
	return response
}

func parsed(t testing.TB, text string) *goquery.Document {
	t.Helper()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// entries are the audit log's entries of an action, newest first.
func (o *office) entries(action audit.Action) []queries.AuditEntry {
	o.t.Helper()
	auditor := access.New(access.Grant{Account: "x", Roles: []access.Role{access.Auditor}, Regions: []string{"000000"}})
	entries, _, err := o.audit.Search(o.t.Context(), auditor, queries.AuditSearch{Actions: []string{string(action)}, Rows: 100})
	if err != nil {
		o.t.Fatal(err)
	}
	return entries
}

// done are the audit log's entries of an action whose act was done, newest first.
func (o *office) done(action audit.Action) []queries.AuditEntry {
	o.t.Helper()
	failed := map[string]bool{}
	for _, e := range o.entries(audit.Failed) {
		failed[e.Details["entry"]] = true
	}
	return slices.DeleteFunc(o.entries(action), func(e queries.AuditEntry) bool { return failed[strconv.FormatUint(e.Seq, 10)] })
}

// whatIfs are what computes and keeps scenarios in a store, as the command line gives them to the server.
func whatIfs(q *queries.Queries) *kit.WhatIfs {
	return &kit.WhatIfs{Compute: fixture.WhatIfs(q).Compute, Find: fixture.WhatIfs(q).Find, Scenarios: q.Scenarios, Scenario: q.Scenario, Save: q.SaveScenario, Drop: q.DropScenario, InForce: q.InForce,
		Moved: func(ctx context.Context, s queries.Scenario, scope filter.Scope) ([]queries.Moved, error) {
			figures, err := q.ScenarioFigures(ctx, s)
			if err != nil {
				return nil, err
			}
			return figures.Moved(ctx, scope, s)
		},
		Effects: func(ctx context.Context, s queries.Scenario, scope filter.Scope, view queries.View) (queries.Effects, error) {
			figures, err := q.ScenarioFigures(ctx, s)
			if err != nil {
				return queries.Effects{}, err
			}
			return figures.Effects(ctx, scope, view)
		}}
}
