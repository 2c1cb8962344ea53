package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"go/parser"
	"go/token"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/queries"
)

// TestAccountsOnTheWeb shares one store among what signs in, because each store starts an engine.
func TestAccountsOnTheWeb(t *testing.T) {
	t.Parallel()
	o := walked(t)
	for name, test := range map[string]func(*testing.T, *office){
		"signing in renews the session's id and none from outside is taken": fixation,
		"a form needs the proof of its own session":                         forgery,
		"the first password is changed before anything else":                firstPassword,
		"an administrator sees what another sees, and does nothing":         lookThrough,
		"a link takes nothing away and writes nothing":                      links,
		"tokens open the interface and downloads, and no page":              tokens,
		"a file is taken away with a reason, marked and recorded":           takeaway,
		"hostile names are harmless in files":                               hostileFiles,
		"SQL and long addresses in every parameter do nothing":              hostileParameters,
		"only a trusted proxy is believed":                                  proxies,
		"accounts are kept on the page":                                     upkeep,
		"nobody alone makes an account and uses it":                         confirmed,
		"nobody learns who has an account elsewhere, or keeps them out":     strangers,
		"a large body is taken from a live session alone, few at once":      largeBodies,
		"where to go after signing in is a page of our own":                 whereTo,
	} {
		t.Run(name, func(t *testing.T) {
			o.t = t
			o.server = o.serving(nil)
			test(t, o)
		})
	}
}

func fixation(t *testing.T, o *office) {
	b := o.browser()
	b.cookies[kit.SessionCookie] = "chosen-by-somebody-else"
	b.get("/login")
	anonymous := b.proof
	b.signIn("sz-inspector", secret)
	first := b.cookies[kit.SessionCookie]
	if first == "" || first == "chosen-by-somebody-else" || b.cookies[kit.FormCookie] != "" {
		t.Errorf("cookies after signing in: %v", b.cookies)
	}
	if response, _ := b.send(http.MethodPost, "/logout", url.Values{kit.ProofField: {anonymous}}); response.StatusCode != http.StatusForbidden {
		t.Errorf("the proof from before signing in still counts: %d", response.StatusCode)
	}
	b.get("/login")
	if response, _ := b.post("/login", "username", "sz-inspector", "password", secret); response.StatusCode != http.StatusSeeOther || b.cookies[kit.SessionCookie] == first {
		t.Error("signing in again keeps the id")
	}
	old := o.browser()
	old.cookies[kit.SessionCookie] = first
	if response, _ := old.get("/"); response.StatusCode != http.StatusSeeOther {
		t.Errorf("the id from before still works: %d", response.StatusCode)
	}
}

func forgery(t *testing.T, o *office) {
	mine, other := o.signedIn("sz-inspector"), o.signedIn("nj-inspector")
	mine.get("/account")
	other.get("/account")
	create := func(b *browser, proof string) int {
		fields := b.fields("label", "x", "days", "1", "right", "figures.aggregate")
		fields.Set(kit.ProofField, proof)
		response, _ := b.send(http.MethodPost, "/account/tokens", fields)
		return response.StatusCode
	}
	before := len(o.entries(audit.RequestForged))
	for name, proof := range map[string]string{"none": "", "another session's": other.proof, "made up": strings.Repeat("A", 86), "damaged": mine.proof[1:] + "A"} {
		if status := create(mine, proof); status != http.StatusForbidden {
			t.Errorf("%s: status %d", name, status)
		}
	}
	if n := len(o.entries(audit.RequestForged)) - before; n != 4 {
		t.Errorf("%d forged requests were recorded, want 4", n)
	}
	if status := create(mine, mine.proof); status != http.StatusOK {
		t.Errorf("its own: status %d", status)
	}
	mine.header.Set("Sec-Fetch-Site", "cross-site")
	if status := create(mine, mine.proof); status != http.StatusForbidden {
		t.Errorf("from another site: status %d", status)
	}
	mine.header.Del("Sec-Fetch-Site")
	mine.header.Set(kit.ProofHeader, mine.proof)
	if status := create(mine, ""); status != http.StatusOK {
		t.Errorf("in the header: status %d", status)
	}
	mine.header.Del(kit.ProofHeader)
	session, proof := mine.cookies[kit.SessionCookie], mine.proof
	if response, _ := mine.post("/logout"); response.StatusCode != http.StatusSeeOther || mine.cookies[kit.SessionCookie] != "" {
		t.Error("not signed out")
	}
	mine.cookies[kit.SessionCookie] = session
	if status := create(mine, proof); status != http.StatusForbidden && status != http.StatusUnauthorized {
		t.Errorf("after signing out: status %d", status)
	}
	for _, address := range []string{"/logout", "/account/sign-out-everywhere"} { // nothing changes on GET
		if response, _ := other.get(address); response.StatusCode < 400 {
			t.Errorf("GET %s: %d", address, response.StatusCode)
		}
	}
}

func firstPassword(t *testing.T, o *office) {
	_, err := o.accounts.Create(t.Context(), access.CommandLine("test"), auth.NewAccount{Account: "newcomer", Name: "新人",
		Roles: []access.Role{access.Inspector}, Regions: []string{suzhou}, Password: secret, MustChange: true})
	if err != nil {
		t.Fatal(err)
	}
	b := o.browser()
	if to := b.signIn("newcomer", secret).Header.Get("Location"); to != "/account/password" {
		t.Errorf("signing in leads to %s", to)
	}
	for _, address := range []string{"/", "/account", "/admin/users"} {
		if response, _ := b.get(address); response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/account/password" {
			t.Errorf("%s: %d", address, response.StatusCode)
		}
	}
	if response, _ := b.get("/api/v1/overview"); response.StatusCode != http.StatusForbidden {
		t.Errorf("the interface is open: %d", response.StatusCode)
	}
	b.get("/account/password")
	for name, fields := range map[string][]string{
		"a wrong one now":    {"password_now", "wrong", "password", "violin harbour moss", "password_again", "violin harbour moss"},
		"a short one":        {"password_now", secret, "password", "short", "password_again", "short"},
		"two different ones": {"password_now", secret, "password", "violin harbour moss", "password_again", "violin harbour mist"},
	} {
		if response, _ := b.post("/account/password", fields...); response.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
	}
	before := b.cookies[kit.SessionCookie]
	response, _ := b.post("/account/password", "password_now", secret, "password", "violin harbour moss", "password_again", "violin harbour moss")
	if response.StatusCode != http.StatusSeeOther || b.cookies[kit.SessionCookie] == before {
		t.Fatalf("status %d, or the id is the old one", response.StatusCode)
	}
	if response, _ := b.get("/"); response.StatusCode != http.StatusOK {
		t.Errorf("after the change: %d", response.StatusCode)
	}
}

func lookThrough(t *testing.T, o *office) {
	b := o.signedIn("sz-sysadmin")
	b.get("/admin/users/edit?account=nj-inspector")
	if response, _ := b.post("/view-as", "account", "nj-inspector", "reason", ""); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", response.StatusCode)
	}
	if response, _ := b.post("/view-as", "account", "nj-inspector", "reason", "核对反映的问题"); response.StatusCode != http.StatusSeeOther {
		t.Fatalf("with a reason: %d", response.StatusCode)
	}
	response, body := b.get("/")
	document := parsed(t, body)
	if response.StatusCode != http.StatusOK || !strings.Contains(document.Find(".view-as").Text(), "nj-inspector") || !strings.Contains(body, "玄武") {
		t.Errorf("status %d, banner %q", response.StatusCode, document.Find(".view-as").Text())
	}
	if document.Find("a.download, .print").Length() != 0 {
		t.Error("downloads are offered")
	}
	for _, address := range []string{"/download/overview/regions.csv?reason=nothing+much", "/admin/users", "/account", "/admin/audit"} {
		if response, _ := b.get(address); response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", address, response.StatusCode)
		}
	}
	b.get("/")
	if response, _ := b.post("/account/tokens", "label", "x", "days", "1", "right", "figures.aggregate"); response.StatusCode != http.StatusForbidden {
		t.Errorf("a token was made: %d", response.StatusCode)
	}
	if response, _ := b.post("/view-as/stop"); response.StatusCode != http.StatusSeeOther {
		t.Errorf("stopping: %d", response.StatusCode)
	}
	if response, _ := b.get("/regions"); response.StatusCode != http.StatusForbidden {
		t.Errorf("the administrator still sees figures: %d", response.StatusCode)
	}
	if len(o.entries(audit.ViewAsStarted)) == 0 || len(o.entries(audit.ViewAsEnded)) == 0 {
		t.Error("nothing was recorded")
	}
}

func tokens(t *testing.T, o *office) {
	b := o.signedIn("sz-inspector")
	b.get("/account")
	_, body := b.post("/account/tokens", "label", "月报", "days", "30", "right", "figures.aggregate", "right", "figures.record", "right", "export")
	text := strings.TrimSpace(parsed(t, body).Find(".once").Text())
	if !strings.HasPrefix(text, auth.TokenPrefix) {
		t.Fatalf("the token is %q", text)
	}
	if _, again := b.get("/account"); strings.Contains(again, text) {
		t.Error("the token is shown twice")
	}
	program := o.browser()
	program.header = http.Header{"Authorization": {"Bearer " + text}}
	for address, want := range map[string]int{
		"/api/v1/overview": 200,
		"/download/overview/regions.csv?reason=monthly+report": 200,
		"/download/overview/regions.csv":                       400,
		"/api/v1/overview?region=" + nanjing:                   403,
		"/":                                                    303,
		"/account":                                             303,
		"/download/audit/audit.csv?reason=monthly+report": 403,
	} {
		if response, _ := program.get(address); response.StatusCode != want {
			t.Errorf("%s: status %d, want %d", address, response.StatusCode, want)
		}
	}
	program.header.Set("Authorization", "Bearer "+auth.TokenPrefix+"made-up")
	if response, _ := program.get("/api/v1/overview"); response.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(response.Header.Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("a token that there is not: %d", response.StatusCode)
	}
	id := parsed(t, body).Find("button[name=token]").AttrOr("value", "")
	b.get("/account")
	b.post("/account/tokens/revoke", "token", id)
	program.header.Set("Authorization", "Bearer "+text)
	if response, _ := program.get("/api/v1/overview"); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a revoked token: %d", response.StatusCode)
	}
}

const okReason = "核对五月数字"

func takeaway(t *testing.T, o *office) {
	b := o.signedIn("sz-inspector")
	response, body := b.get("/download/overview/regions.csv")
	if response.StatusCode != http.StatusBadRequest || parsed(t, body).Find("textarea[name=reason]").Length() == 0 {
		t.Errorf("without a reason: %d", response.StatusCode)
	}
	before := len(o.entries(audit.Exported))
	response, body = b.post("/download/overview/regions.csv?from=2019-05&to=2019-05", "reason", okReason)
	for _, words := range []string{"\ufeff内部资料,", "sz某人", "费款所属期,2019年5月", "地区范围,苏州市", "事由," + okReason, "行数,2", "\r\n320505,", "2600.00"} {
		if !strings.Contains(body, words) {
			t.Errorf("the file lacks %q:\n%s", words, body)
		}
	}
	if got := response.Header.Get("Content-Disposition"); !strings.Contains(got, `filename="regions.csv"`) || !strings.Contains(got, "filename*=UTF-8''%E8%8B%8F") {
		t.Errorf("Content-Disposition is %q", got)
	}
	response, body = b.post("/download/overview/regions.xlsx", "reason", okReason)
	book, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", response.StatusCode, err)
	}
	if mark, _ := book.GetCellValue(book.GetSheetName(0), "B1"); !strings.Contains(mark, "sz-inspector") {
		t.Errorf("the sheet is marked %q", mark)
	}
	if head, err := book.GetHeaderFooter(book.GetSheetName(0)); err != nil || !strings.Contains(head.OddHeader, "sz-inspector") {
		t.Errorf("printed pages are headed %+v, %v", head, err)
	}
	entries := o.entries(audit.Exported)
	if len(entries)-before != 2 {
		t.Fatalf("%d exports were recorded, want 2", len(entries)-before)
	}
	e := entries[1]
	if e.Actor != "sz-inspector" || e.Object != "regions" || e.Reason != okReason || e.Details["rows"] != "2" || e.Details["scope"] != suzhou || !strings.Contains(e.Details["filters"], "2019年5月") {
		t.Errorf("recorded: %+v", e)
	}
	auditor := o.signedIn("sz-auditor")
	for _, address := range []string{"/download/audit/audit.csv", "/download/audit/audit.xlsx", "/download/permissions/permissions.csv", "/download/permissions/permissions.xlsx"} {
		auditor.get("/admin/audit")
		if response, body := auditor.post(address, "reason", okReason); response.StatusCode != http.StatusOK || len(body) < 200 {
			t.Errorf("%s: status %d", address, response.StatusCode)
		}
	}
	_, body = auditor.get("/admin/audit?check=yes&action=exported")
	if document := parsed(t, body); document.Find(".chain .good").Length() != 1 || !strings.Contains(document.Find("table").Text(), okReason) {
		t.Error("the page does not show the chain whole, and the export")
	}
	page := parsed(t, second(b.get("/")))
	if mark := page.Find(".watermark").Text(); !strings.Contains(mark, "sz某人 sz-inspector") {
		t.Errorf("prints are marked %q", mark)
	}
}

func second(_ *http.Response, body string) string { return body }

func hostileFiles(t *testing.T, o *office) {
	hostile := []string{`=HYPERLINK("http://evil","x")`, `</script><img src=x onerror=alert(1)>`, "@SUM(A1)", "+A1", "\t=1"}
	o.server = o.serving(func(c *kit.Config) {
		c.Overview = func(ctx context.Context, scope filter.Scope, view queries.View) (queries.Overview, error) {
			overview, err := o.q.Overview(ctx, scope, view)
			for i, name := range hostile {
				overview.ByRegion = append(overview.ByRegion, queries.MemberRow{Key: name, Sums: queries.Sums{Burden: queries.Burden{Old: 1}}})
				overview.ByReason = append(overview.ByReason, queries.ReasonRow{Reason: name, Units: uint64(i + 1), Amount: -1})
			}
			return overview, err
		}
	})
	b := o.signedIn("sz-inspector")
	if _, body := b.get("/"); strings.Contains(body, "<img src=x") {
		t.Error("the page holds markup from data")
	}
	_, body := b.post("/download/overview/reasons.csv", "reason", okReason)
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i, cell := range row {
			if i < 2 && cell != "" && strings.ContainsRune("=+@\t", rune(cell[0])) {
				t.Errorf("CSV: %q is a formula to a spreadsheet", cell)
			}
		}
	}
	_, body = b.post("/download/overview/reasons.xlsx", "reason", okReason)
	book, err := excelize.OpenReader(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for r := range sheet {
		for column := range sheet[r] {
			name, err := excelize.CoordinatesToCellName(column+1, r+1)
			if err != nil {
				t.Fatal(err)
			}
			if formula, err := book.GetCellFormula(book.GetSheetName(0), name); err != nil || formula != "" {
				t.Errorf("XLSX: %s holds the formula %q, %v", name, formula, err)
			}
		}
	}
}

func hostileParameters(t *testing.T, o *office) {
	injection := "'; DROP TABLE accounts; --"
	long := strings.Repeat("y", 5000)
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9) // nobody asks as fast
	for _, account := range []string{"", "sz-inspector", "sz-sysadmin", "sz-auditor"} {
		b := o.browser()
		if account != "" {
			b = o.signedIn(account)
		}
		for _, route := range routesOf(o.server) {
			method, path, _ := strings.Cut(route, " ")
			if method == http.MethodPost || !expects(route, roleOf(account)) {
				continue
			}
			address := addresses(path, suzhou)[0]
			for _, name := range parameters {
				if response, _ := b.get(address + "?" + name + "=" + url.QueryEscape(injection)); response.StatusCode >= 500 {
					t.Errorf("%s?%s: %d", address, name, response.StatusCode)
				}
			}
			if response, _ := b.get(address + "?x=" + long); response.StatusCode != http.StatusBadRequest && !strings.HasPrefix(path, "/assets") && path != "/healthz" && path != "/readyz" {
				t.Errorf("%s with 5,000 characters: %d", address, response.StatusCode)
			}
		}
	}
	for _, path := range []string{"/../etc/passwd", "/assets/../server.go", "/assets/%2e%2e/%2e%2e/go.mod", "//login", "/admin/../admin/users", "/%00", "/admin/users/", "/ADMIN/USERS",
		"/download/overview/../../../etc/passwd", "/download/overview/%2e%2e%2f%2e%2e%2fgo.mod", "/assets/app.css%00.js", "/.git/config", "/assets//etc/passwd"} {
		if response, body := o.browser().get(path); response.StatusCode == http.StatusOK || strings.Contains(body, "root:") || strings.Contains(body, "module jianfu") {
			t.Errorf("%s: %d", path, response.StatusCode)
		}
	}
	o.signedIn("sz-inspector") // the accounts are all there
}

// roleOf is the role of an account of the office, told by its name.
func roleOf(account string) access.Role {
	_, role, _ := strings.Cut(account, "-")
	return access.Role(role)
}

func proxies(t *testing.T, o *office) {
	for name, c := range map[string]struct {
		proxies []netip.Prefix
		tls     bool
		secure  bool
	}{
		"nobody is believed":    {nil, false, false},
		"another proxy is":      {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, false, false},
		"this proxy is":         {[]netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")}, false, true},
		"the listener does TLS": {nil, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			o.t, o.server = t, o.serving(func(config *kit.Config) { config.Proxies, config.TLS = c.proxies, c.tls })
			b := o.browser()
			b.header.Set("X-Forwarded-Proto", "https")
			b.header.Set("X-Forwarded-For", "203.0.113.9, 198.51.100.7")
			b.header.Set("X-Forwarded-Host", "evil.example")
			response, _ := b.get("/login")
			if got := response.Header.Get("Strict-Transport-Security") != ""; got != c.secure {
				t.Errorf("HSTS: %v", got)
			}
			for _, cookie := range response.Cookies() {
				if cookie.Secure != c.secure || strings.HasPrefix(cookie.Name, "__Host-") != c.secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
					t.Errorf("cookie %s", cookie.Raw)
				}
			}
			b.post("/login", "username", "sz-inspector", "password", "wrong")
			want := "198.51.100.7"
			if c.proxies == nil || !c.secure {
				want = "0.0.0.0"
			}
			if got := o.entries(audit.SignInFailed)[0].Address; got != want {
				t.Errorf("the failure came from %q, want %q", got, want)
			}
		})
	}
}

func upkeep(t *testing.T, o *office) {
	b := o.signedIn("sz-sysadmin")
	b.get("/admin/users/new")
	response, body := b.post("/admin/users/new", "account", "li.na", "name", "李娜", "role", "reporter", "regions", "3205")
	document := parsed(t, body)
	password := strings.TrimSpace(document.Find(".once").Text())
	if response.StatusCode != http.StatusOK || len(password) < 10 {
		t.Fatalf("status %d, password %q: %s", response.StatusCode, password, document.Find(".said").Text())
	}
	li := o.browser()
	if to := li.signIn("li.na", password).Header.Get("Location"); to != "/account/password" {
		t.Errorf("the first sign-in leads to %s", to)
	}
	for address, fields := range map[string][]string{
		"/admin/users/edit":     {"account", "li.na", "name", "李娜娜", "role", "leadership", "role", "reporter", "regions", suzhou},
		"/admin/users/sign-out": {"account", "li.na"},
		"/admin/users/state":    {"account", "li.na", "disabled", "yes"},
	} {
		if response, body := b.post(address, fields...); response.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d %s", address, response.StatusCode, parsed(t, body).Find(".said").Text())
		}
	}
	if response, _ := li.get("/account/password"); response.StatusCode != http.StatusSeeOther {
		t.Errorf("who was disabled is still there: %d", response.StatusCode)
	}
	for name, c := range map[string]struct {
		address string
		fields  []string
		status  int
	}{
		"one's own roles":                   {"/admin/users/state", []string{"account", "sz-sysadmin", "disabled", "yes"}, 422},
		"an account that there is not":      {"/admin/users/password", []string{"account", "nobody"}, 404},
		"an administrator with another job": {"/admin/users/new", []string{"account", "x.y", "name", "x", "role", "sysadmin", "role", "inspector", "regions", "32"}, 422},
		"a name that is taken":              {"/admin/users/new", []string{"account", "li.na", "name", "x", "role", "reporter", "regions", "32"}, 422},
		"a region that is none":             {"/admin/users/new", []string{"account", "x.y", "name", "x", "role", "reporter", "regions", "苏州"}, 422},
	} {
		if response, _ := b.post(c.address, c.fields...); response.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", name, response.StatusCode, c.status)
		}
	}
}

func whereTo(t *testing.T, o *office) {
	for next, want := range map[string]string{
		"/?payer=both": "/?payer=both", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/", "/logout": "/", "javascript:alert(1)": "/",
		"/login?next=/login": "/", "/\t/evil.example": "/", "/download/overview/regions.csv": "/",
	} {
		b := o.browser()
		b.get("/login?next=" + url.QueryEscape(next))
		response, _ := b.post("/login", "username", "sz-inspector", "password", secret, "next", next)
		if to := response.Header.Get("Location"); to != want {
			t.Errorf("%q leads to %q, want %q", next, to, want)
		}
	}
	response, _ := o.browser().get("/?payer=both")
	if to := response.Header.Get("Location"); to != "/login?next=%2F%3Fpayer%3Dboth" {
		t.Errorf("who has not signed in is led to %q", to)
	}
}

// TestTheFirstAccountIsMadeOnThisMachineAlone needs a store without accounts.
func TestTheFirstAccountIsMadeOnThisMachineAlone(t *testing.T) {
	o := openOffice(t, fixture.Open(t), nil)
	token, err := o.accounts.OfferSetup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if response, _ := o.browser().get("/setup?token=" + token); response.StatusCode != http.StatusNotFound { // from 0.0.0.0
		t.Errorf("from elsewhere: %d", response.StatusCode)
	}
	address, stop := o.listen(nil)
	defer stop()
	for name, c := range map[string]struct {
		path, header string
		status       int
	}{
		"another token":   {"/setup?token=x", "", 404},
		"through a proxy": {"/setup?token=" + token, "X-Forwarded-For", 404},
		"from here":       {"/setup?token=" + token, "", 200},
	} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, address+c.path, nil)
		if c.header != "" {
			request.Header.Set(c.header, "127.0.0.1")
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", name, response.StatusCode, c.status)
		}
	}
}

// listen serves on a real listener; change edits the server below.
func (o *office) listen(change func(*Server)) (address string, stop func()) {
	o.t.Helper()
	if change != nil {
		change(o.server)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		o.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- o.server.Serve(ctx, listener) }()
	return "http://" + listener.Addr().String(), func() {
		cancel()
		http.DefaultClient.CloseIdleConnections()
		<-ended
	}
}

// TestTheListenerRefusesWhatIsTooLargeOrTooSlow needs no store.
func TestTheListenerRefusesWhatIsTooLargeOrTooSlow(t *testing.T) {
	o := &office{t: t, server: serving(t, nil)}
	address, stop := o.listen(func(s *Server) { s.App.Server().ReadTimeout = 400 * time.Millisecond })
	defer stop()
	response, err := http.Post(address+"/login", "application/x-www-form-urlencoded", strings.NewReader(strings.Repeat("x", 1<<20)))
	if err == nil {
		_ = response.Body.Close()
		if response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("a megabyte: status %d", response.StatusCode)
		}
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/login", nil)
	request.Header.Set("Cookie", strings.Repeat("c", 20<<10))
	if response, err = http.DefaultClient.Do(request); err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 20 KiB: status %d", response.StatusCode)
	}
	connection, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := connection.Write([]byte("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nuser")); err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	_ = connection.SetReadDeadline(started.Add(10 * time.Second))
	_, _ = bufio.NewReader(connection).ReadString(0) // until the server has had enough
	if waited := time.Since(started); waited > 5*time.Second {
		t.Errorf("a client that stops in the middle is waited for %v", waited)
	}
	if s := serving(t, nil).App.Server(); s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxRequestBodySize > 1<<20 {
		t.Errorf("timeouts %v %v %v, body %d", s.ReadTimeout, s.WriteTimeout, s.IdleTimeout, s.MaxRequestBodySize)
	}
}

// TestNothingOfFibersOwnGuardsIsUsed settles what fiber's own tests left open with this version of fasthttp: whether
// files that are sent are cached as they should, and whether its form tokens go away. We use neither, nor the rest.
func TestNothingOfFibersOwnGuardsIsUsed(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range parsed.Imports {
			if path := strings.Trim(imported.Path.Value, `"`); strings.Contains(path, "/middleware/") && !strings.HasSuffix(path, "/middleware/compress") {
				t.Errorf("%s imports %s", file, path)
			}
		}
		for _, call := range []string{".SendFile(", ".Static(", ".Download(", "c.Format(", ".BodyParser(", ".IsFromLocal(", ".IP()", ".IPs()", ".Protocol()", ".Hostname()", ".Secure()", ".BaseURL("} {
			if bytes.Contains(source, []byte(call)) {
				t.Errorf("%s calls %s", file, call)
			}
		}
	}
	s := serving(t, nil)
	request := httptest.NewRequest(http.MethodGet, s.Assets.Address("app.css"), nil)
	request.Header.Set("If-Modified-Since", time.Now().UTC().Format(http.TimeFormat))
	response, body := do(t, s, request)
	if response.StatusCode != http.StatusOK || body == "" || !strings.Contains(response.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("a static file: status %d, %s", response.StatusCode, response.Header.Get("Cache-Control"))
	}
}

func TestAnOfficeBehindOneProxyIsNotLockedOut(t *testing.T) {
	now := time.Now()
	person, office := limits.NewMeter(limits.AccountBurst, limits.AccountRate), limits.NewMeter(limits.AddressBurst, limits.AddressRate)
	held := 0
	for range 200 { // colleagues, each opening ten pages at once
		for range 10 {
			if office.Take("192.0.2.1", now) > 0 {
				held++
			}
		}
	}
	if held > 0 {
		t.Errorf("%d of an office's requests were held up", held)
	}
	for i := range limits.AccountBurst + 1 {
		if wait := person.Take("somebody", now); (wait > 0) != (i == limits.AccountBurst) {
			t.Fatalf("request %d waits %v", i, wait)
		}
	}
	if person.Take("somebody else", now) > 0 || person.Take("somebody", now.Add(time.Second)) > 0 {
		t.Error("another account is held up, or the same a second later")
	}
	for i := range limits.MostMetered + 10 {
		person.Take(time.Duration(i).String(), now)
	}
	if person.Buckets.Len() != limits.MostMetered {
		t.Errorf("%d keys", person.Buckets.Len())
	}
}
