package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
)

// numberInPath is what differs between addresses of the same page.
var numberInPath = regexp.MustCompile(`[0-9A-Z]{2,}(?:-[0-9A-Za-z]+)*|\d`)

// kindOf is an address as a page of its kind: what it is about left out, the names of its parameters kept.
func kindOf(address *url.URL) string {
	var names []string
	for name, values := range address.Query() {
		switch name {
		case kit.ParamLanguage, kit.ParamTheme, kit.ParamSort, kit.ParamPage, kit.ParamFrom, kit.ParamTo: // the same page in another order, colour or window
			continue
		case "kind", "tab":
			name += "=" + values[0]
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return numberInPath.ReplaceAllString(address.Path, "#") + "?" + strings.Join(names, "&")
}

// crawler is somebody who follows every control of every page that they come to.
type crawler struct {
	t       *testing.T
	o       *office
	role    access.Role
	b       *browser
	seen    map[string]bool
	waiting []string
	from    map[string]string
}

// follow takes in an address that a page leads to.
func (w *crawler) follow(from, address string) {
	target, err := url.Parse(address)
	if err != nil || target.Host != "" || !strings.HasPrefix(target.Path, "/") || strings.HasPrefix(target.Path, "/assets/") {
		return
	}
	target.Fragment = ""
	if kind := kindOf(target); !w.seen[kind] {
		w.seen[kind] = true
		w.from[target.String()] = from
		w.waiting = append(w.waiting, target.String())
	}
}

// may tells whether the table of routes lets the role send a form to an address.
func (w *crawler) may(method, address string) bool {
	target, err := url.Parse(address)
	if err != nil {
		return false
	}
	principal := access.New(access.Grant{Account: "x", Roles: []access.Role{w.role}, Regions: []string{suzhou}})
	for _, r := range w.o.server.AllRoutes() {
		pattern := regexp.MustCompile("^" + regexp.MustCompile(`:\w+`).ReplaceAllString(r.Path, `[^/]+`) + "$")
		if r.Method == method && pattern.MatchString(target.Path) {
			return !slices.ContainsFunc(r.Rights, func(right access.Right) bool { return !principal.Can(right) })
		}
	}
	return false
}

// look reads the controls of a page.
func (w *crawler) look(address, body string) {
	document := parsed(w.t, body)
	document.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		w.follow(address, s.AttrOr("href", ""))
	})
	document.Find("form").Each(func(_ int, s *goquery.Selection) {
		method, action := strings.ToUpper(s.AttrOr("method", "get")), s.AttrOr("action", "")
		if action == "" { // the script names it
			return
		}
		if !w.may(method, action) {
			w.t.Errorf("%s: %s has a form that leads to no permission: %s %s", w.role, address, method, action)
		}
	})
}

// TestNoControlLeadsToNoPermission follows every link of every page, as each role, from where the role comes in.
func TestNoControlLeadsToNoPermission(t *testing.T) {
	o := walked(t)
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	for _, role := range access.Roles {
		w := &crawler{t: t, o: o, role: role, b: o.signedIn("sz-" + string(role)), seen: map[string]bool{}, from: map[string]string{}}
		response, _ := w.b.get("/")
		home := "/"
		if response.StatusCode == http.StatusSeeOther {
			home = response.Header.Get("Location")
		}
		w.follow("", home)
		pages := 0
		for len(w.waiting) > 0 && pages < 120 {
			address := w.waiting[0]
			w.waiting, pages = w.waiting[1:], pages+1
			if strings.HasPrefix(address, "/logout") {
				continue
			}
			response, body := w.b.get(address)
			if response.StatusCode == http.StatusForbidden && !strings.Contains(body, "人数过少") {
				t.Errorf("%s: %s leads to no permission at %s", role, w.from[address], address)
			}
			if response.StatusCode == http.StatusOK && strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
				w.look(address, body)
			}
		}
		if pages < 8 {
			t.Errorf("%s: only %d pages are come to", role, pages)
		}
	}
}

// TestALeaderSeesNoChecksumsAndNoRowsOfFiles: what is for who keeps the pack and who looks into records is nothing to leaders.
func TestALeaderSeesNoChecksumsAndNoRowsOfFiles(t *testing.T) {
	o := staffed(t)
	raw := regexp.MustCompile(`[0-9a-f]{64}|(?:rates|bases)\.csv|cli:|@[0-9a-f]{8}|insurance=|area=\d`)
	for _, account := range []string{"sz-leadership", "sz-reporter"} {
		b := o.signedIn(account)
		for _, address := range []string{"/", "/policy", "/regions", "/industries", "/sizes", "/issues", "/runs", "/runs/2", "/runs/2/difference", "/runs/2/difference?against=1", "/policy/what-if"} {
			response, body := b.get(address)
			document := parsed(t, body)
			document.Find("script, style").Remove()
			text := document.Find("main").Text()
			t.Logf("%s %s: status %d, %d characters", account, address, response.StatusCode, len(text))
			if found := raw.FindString(text); found != "" {
				t.Errorf("%s shows %s %q", address, account, found)
			}
		}
	}
	if _, body := o.signedIn("sz-inspector").get("/policy"); !strings.Contains(body, "rates.csv") {
		t.Error("an inspector is not told from which row a rate comes")
	}
}
