package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/fixture"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/internal/web/saved"
	"jianfu/queries"
)

// withoutViews are pages with conditions and no views, each with why.
var withoutViews = map[string]string{
	"/search":                           "one search leads on to one thing",
	"/policy/what-if":                   "what-ifs are saved themselves",
	"/units/:id/answer":                 "a letter to one unit",
	"/units/:id/records/:load/:line":    "one record",
	"/runs/:run/difference/units/:unit": "one unit of two runs",
	"/screen":                           "has no controls but its own",
	"/findings/:finding":                "one finding",
	"/api":                              "its forms are for trying out",
}

// TestEveryPageWithConditionsHasViews opens every page of the table: one with a form of conditions has the control.
func TestEveryPageWithConditionsHasViews(t *testing.T) {
	o := staffed(t)
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	people := []*browser{o.signedIn("sz-inspector"), o.signedIn("sz-data_admin"), o.signedIn("sz-auditor"), o.signedIn("sz-sysadmin")}
	with := 0
	for _, r := range o.server.Table() {
		if r.Method != http.MethodGet || r.Need == kit.Nobody || strings.HasPrefix(r.Path, "/download/") || withoutViews[r.Path] != "" {
			continue
		}
		address := strings.NewReplacer(":finding", suzhouFinding, ":number", suzhouIssue, ":load", recordOf[suzhou].load, ":run", "2", ":unit", fixture.C).Replace(r.Path)
		for _, b := range people {
			response, body := b.get(filled(address, suzhou)[0])
			if response.StatusCode != http.StatusOK {
				continue
			}
			document := parsed(t, body)
			conditions, control := document.Find("main form[method=get]").Length() > 0, document.Find("main .head .saved-views").Length()
			if conditions != (control == 1) {
				t.Errorf("%s: has conditions: %v, and %d controls for views; see the views of its topic", r.Path, conditions, control)
			}
			with += control
			break
		}
	}
	if with != len(o.server.Offers.Views) {
		t.Errorf("%d pages have views, and the topics have %d", with, len(o.server.Offers.Views))
	}
}

// hereOf are the fields with which the page at an address gives it out.
func hereOf(b *browser, address string) []string {
	_, body := b.get(address)
	document := parsed(b.o.t, body)
	return []string{kit.FieldHere, document.Find("main [name=here]").AttrOr("value", ""), kit.FieldHereProof, document.Find("main [name=here_proof]").AttrOr("value", "")}
}

// viewLinks are the views of the page at an address: names and where they lead.
func viewLinks(b *browser, address string) map[string]string {
	_, body := b.get(address)
	views := map[string]string{}
	parsed(b.o.t, body).Find(".views-list a").Each(func(_ int, s *goquery.Selection) { views[s.Text()] = s.AttrOr("href", "") })
	return views
}

func TestAViewOpensWhatWasSaved(t *testing.T) {
	o := staffed(t)
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	inspector, data, auditor := o.signedIn("sz-inspector"), o.signedIn("sz-data_admin"), o.signedIn("sz-auditor")
	for _, c := range []struct {
		b                   *browser
		saved, seen, opened string // what is shown when it is saved, the page on which it is found, and where it leads
	}{
		{inspector, "/?size=small&rank=real&lang=en", "/", "/?size=small&rank=real"},
		{inspector, "/regions/320500?from=2019-04&to=2019-05&payer=both", "/regions", "/regions/320500?from=2019-04&payer=both"},
		{inspector, "/industries/I?size=micro", "/industries/H", "/industries/I?size=micro"},
		{inspector, "/sizes/small?payer=both", "/sizes", "/sizes/small?payer=both"},
		{inspector, "/units?q=91&page=1&sort=-due&columns=name,due", "/units?size=small", "/units?columns=name%2Cdue&q=91&sort=-due"},
		{inspector, "/units/" + fixture.C + "?payer=both", "/units/" + fixture.D, "/units/" + fixture.D + "?payer=both"},
		{inspector, "/units/" + fixture.C + "/records?insurance=pension", "/units/" + fixture.D + "/records", "/units/" + fixture.D + "/records?insurance=pension"},
		{inspector, "/cases?state=increased&size=small&page=3&sample=random&count=1&seed=7", "/cases", "/cases?size=small&state=increased"},
		{inspector, "/issues?status=open&severity=normal&per_page=10", "/issues", "/issues?per_page=10&severity=normal&status=open"},
		{inspector, "/issues/statistics?status=open", "/issues/statistics", "/issues/statistics?status=open"},
		{inspector, "/runs/2/difference?against=1&by=due", "/runs/2/difference", ""},
		{data, "/loads?kind=contributions&order=lines", "/loads", "/loads?kind=contributions&order=lines"},
		{auditor, "/admin/audit?action=sign_in&before=5", "/admin/audit", "/admin/audit?action=sign_in"},
	} {
		name := "视图 " + strconv.Itoa(len(c.saved))
		here := hereOf(c.b, c.saved)
		response, body := c.b.post("/views/save", append(here, "view", name)...)
		if response.StatusCode != http.StatusSeeOther {
			t.Errorf("%s was not saved: status %d: %s", c.saved, response.StatusCode, parsed(t, body).Find("main").Text())
			continue
		}
		link := viewLinks(c.b, c.seen)[name]
		if c.opened != "" && link != c.opened {
			t.Errorf("%s is opened as %q, want %q", c.saved, link, c.opened)
		}
		response, body = c.b.get(link)
		if current := parsed(t, body).Find(".views-list a[aria-current]").Text(); response.StatusCode != http.StatusOK || current != name {
			t.Errorf("%s: status %d, and the page shows %q", link, response.StatusCode, current)
		}
	}
}

func TestMonthsOfAViewMoveOnUnlessTheyWereChosen(t *testing.T) {
	b := staffed(t).signedIn("sz-inspector")
	for address, want := range map[string]string{
		"/units": "随最新数据", "/units?from=2019-05&to=2019-05": "随最新数据", "/units?from=2019-04": "到最新月份",
		"/units?from=2019-04&to=2019-04": "月份仍是 2019年4月", "/cases": "只有本人可见",
	} {
		_, body := b.get(address)
		if text := parsed(t, body).Find(".views-box").Text(); !strings.Contains(text, want) {
			t.Errorf("%s says %q, want %q", address, text, want)
		}
	}
}

func TestViewsAreTheAccountsOwn(t *testing.T) {
	o := staffed(t)
	n := auth.NewAccount{Account: "sz-second", Name: "陆嘉", Roles: []access.Role{access.Inspector}, Regions: []string{suzhou}, Password: secret}
	if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), n); err != nil {
		t.Fatal(err)
	}
	b, second := o.signedIn("sz-inspector"), o.signedIn("sz-second")
	refused := func(b *browser, path string, want int, fields ...string) {
		t.Helper()
		if response, _ := b.post(path, fields...); response.StatusCode != want {
			t.Errorf("%s %q: status %d, want %d", path, fields, response.StatusCode, want)
		}
	}
	names := func(b *browser) string {
		var all []string
		for name, address := range viewLinks(b, "/cases") {
			all = append(all, name+" "+address)
		}
		slices.Sort(all)
		return strings.Join(all, "; ")
	}
	small, all := hereOf(b, "/cases?size=small"), hereOf(b, "/cases")
	refused(b, "/views/save", 303, append(small, "view", "  小型\u200b  单位 ")...)
	if got := names(b); got != "小型 单位 /cases?size=small" {
		t.Errorf("kept is %q", got)
	}
	refused(b, "/views/save", 422, append(all, "view", "小型 单位")...)
	refused(b, "/views/save", 422, append(all, "view", " ")...)
	refused(b, "/views/save", 422, append(all, "view", strings.Repeat("长", saved.LongestName+1))...)
	refused(b, "/views/replace", 303, append(all, "view", "小型 单位")...)
	if got := names(b); got != "小型 单位 /cases" {
		t.Errorf("replaced, kept is %q", got)
	}
	refused(b, "/views/rename", 303, append(small, "view", "小型 单位", "new_name", "全部")...)
	refused(b, "/views/rename", 422, append(small, "view", "小型 单位", "new_name", "别的")...)
	if got := names(b); got != "全部 /cases" {
		t.Errorf("renamed, kept is %q", got)
	}
	if got := names(second); got != "" {
		t.Errorf("another sees %q", got)
	}
	refused(second, "/views/drop", 422, append(hereOf(second, "/cases"), "view", "全部")...)
	refused(second, "/views/save", 400, append(small, "view", "别人的地址")...)
	refused(b, "/views/drop", 303, append(all, "view", "全部")...)
	if got := names(b); got != "" {
		t.Errorf("dropped, kept is %q", got)
	}
	for i := range kit.MostViews {
		refused(b, "/views/save", 303, append(small, "view", strconv.Itoa(i))...)
	}
	refused(b, "/views/save", 422, append(small, "view", "再一个")...)
	if entries := o.done(audit.SettingsChanged); len(entries) != 4+kit.MostViews || entries[0].Details["view"] != "29" || entries[0].Details["list"] != "cases" {
		t.Errorf("the audit log has %d entries, the last %+v", len(entries), entries[0])
	}
	if response, _ := b.send(http.MethodPost, "/views/drop", url.Values{kit.FieldHere: {small[1]}, kit.FieldHereProof: {small[3]}, "view": {"1"}}); response.StatusCode != http.StatusForbidden {
		t.Errorf("without a proof of the form: status %d", response.StatusCode)
	}
}

func TestOnlyAddressesOfOurPagesAreKept(t *testing.T) {
	b := staffed(t).signedIn("sz-inspector")
	here := hereOf(b, "/cases?size=small&reason=x&csrf_token=y&evil=1&done=view_saved")
	if here[1] != "/cases?size=small" {
		t.Errorf("the page gives out %q", here[1])
	}
	for _, address := range []string{"/cases?size=micro", "https://elsewhere.example/", "//elsewhere.example/", "/download/cases/cases.csv", "/logout", "/units?size=small",
		"/cases?size=small&reason=x", "/cases?size=small&evil=1", ""} {
		if response, _ := b.post("/views/save", kit.FieldHere, address, kit.FieldHereProof, here[3], "view", "坏"); response.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: status %d", address, response.StatusCode)
		}
	}
	if views := viewLinks(b, "/cases"); len(views) != 0 {
		t.Errorf("kept are %v", views)
	}
}

func TestAViewThatNoLongerFitsSaysSo(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	for list, address := range map[string]string{"units": "region=" + nanjing, "cases": "state=former", "regions": "/regions/" + nanjing + "?size=small"} {
		if err := o.q.SaveFilter(t.Context(), "sz-inspector", list, queries.SavedFilter{Name: "旧视图", Address: address, SavedAt: fixture.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	for page, want := range map[string]int{"/units": http.StatusForbidden, "/cases": http.StatusBadRequest, "/regions": http.StatusForbidden} {
		link := viewLinks(b, page)["旧视图"]
		response, body := b.get(link)
		document := parsed(t, body)
		form := document.Find("form[action^='/views/drop']")
		if response.StatusCode != want || !strings.Contains(document.Find("main").Text(), "旧视图") || form.Find("a").AttrOr("href", "") != page {
			t.Fatalf("%s: status %d, %s", link, response.StatusCode, document.Find("main").Text())
		}
		var fields []string
		form.Find("input[name]").Each(func(_ int, s *goquery.Selection) {
			if name := s.AttrOr("name", ""); name != kit.ProofField {
				fields = append(fields, name, s.AttrOr("value", ""))
			}
		})
		response, _ = b.post("/views/drop", fields...)
		if to := response.Header.Get("Location"); to != page+"?done=view_dropped" {
			t.Errorf("%s: dropped, and led to %q with status %d", page, to, response.StatusCode)
		}
		if len(viewLinks(b, page)) != 0 {
			t.Errorf("%s: it is still there", page)
		}
	}
	if _, body := b.get("/units?region=" + nanjing); strings.Contains(parsed(t, body).Find("main").Text(), "视图") {
		t.Error("an address that no view has is called one")
	}
}
