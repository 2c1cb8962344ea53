package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/auth"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// get asks the server for an address.
func get(t testing.TB, s *Server, address string) (*http.Response, string) {
	t.Helper()
	return do(t, s, httptest.NewRequest(http.MethodGet, address, nil))
}

func do(t testing.TB, s *Server, request *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := s.App.Test(request, 30_000)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func page(t *testing.T, s *Server, address string) *goquery.Document {
	t.Helper()
	response, body := get(t, s, address)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d", address, response.StatusCode)
	}
	document, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestTheOverviewShowsWhatItSays(t *testing.T) {
	document := page(t, serving(t, nil), "/")
	for selector, want := range map[string]string{
		"h1":                                  "江苏省社会保险费负担变化2019年5月—12月",
		"title":                               "江苏省社会保险费负担变化 · 减负",
		"[data-kpi=rate] .kpi-value":          "96.8%",
		"[data-kpi=due] .kpi-value":           "12.22 亿元",
		"[data-kpi=overcharged] .kpi-name":    "多征",
		"[data-kpi=units] .kpi-value":         "61,204 户",
		".chip:first-of-type":                 "",
		".stamp div:nth-child(1) dd":          "2019-12",
		"table[data-table=regions] tfoot th":  "合计",
		"[aria-labelledby=regions-title] .ok": "分项合计与总计逐分一致",
	} {
		found := document.Find(selector)
		if found.Length() == 0 && want != "" {
			t.Errorf("%s: not on the page", selector)
		} else if got := strings.TrimSpace(found.First().Text()); want != "" && got != want {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	if got, _ := document.Find("html").Attr("lang"); got != "zh-CN" {
		t.Errorf("lang is %q", got)
	}
	if n := document.Find("[data-chart]").Length(); n != 12 {
		t.Errorf("%d charts, want 12", n)
	}
	if n := document.Find("table[data-table]").Length(); n != 11 {
		t.Errorf("%d tables, want 11", n)
	}
	document.Find("[data-chart]").Each(func(_ int, box *goquery.Selection) {
		if label, _ := box.Attr("aria-label"); label == "" {
			t.Error("a chart has no text alternative")
		}
	})
	if n := document.Find("[style], script:not([src]):not([type='application/json']), style").Length(); n != 0 {
		t.Errorf("%d inline styles or scripts", n)
	}
}

func TestTableFiguresAreExactToTheFen(t *testing.T) {
	o := halfJiangsu(t)
	document := page(t, serving(t, nil), "/")
	total := document.Find("table[data-table=regions] tfoot td[data-column=due] data")
	if got, _ := total.Attr("value"); got != o.Total.Due().String() {
		t.Errorf("the due reduction is %s, want %s", got, o.Total.Due())
	}
	if got, _ := total.Attr("title"); !strings.HasSuffix(got, " 元") {
		t.Errorf("hovering shows %q", got)
	}
}

func TestThePageAsksForWhatItsAddressSays(t *testing.T) {
	stamp := halfJiangsu(t).Stamp
	for name, c := range map[string]struct {
		address string
		want    queries.View
	}{
		"nothing is the default": {"/", queries.View{Window: period.Range{From: 201905, To: 201912}, Comparison: "vs-lapsed", Payers: []contribution.Payer{contribution.Employer}}},
		"all of it": {"/?from=2019-06&to=201907&comparison=vs-april&payer=both", queries.View{
			Window: period.Range{From: 201906, To: 201907}, Comparison: "vs-april", Payers: []contribution.Payer{contribution.Employer, contribution.Employee}}},
		"the employees' share": {"/?payer=employee", queries.View{Window: period.Range{From: 201905, To: 201912}, Comparison: "vs-lapsed", Payers: []contribution.Payer{contribution.Employee}}},
		"empty parameters are defaults": {"/?from=&to=&comparison=&payer=&lang=&theme=", queries.View{
			Window: period.Range{From: 201905, To: 201912}, Comparison: "vs-lapsed", Payers: []contribution.Payer{contribution.Employer}}},
	} {
		t.Run(name, func(t *testing.T) {
			var asked queries.View
			s := serverOf(t, func(scope filter.Scope, view queries.View) (queries.Overview, error) {
				asked = view
				if !scope.Allows("320000") {
					t.Error("the scope is not everything")
				}
				return halfJiangsu(t), nil
			}, stamp, nil)
			page(t, s, c.address)
			got, _ := json.Marshal(asked)
			want, _ := json.Marshal(c.want)
			if !bytes.Equal(got, want) {
				t.Errorf("asked for %s, want %s", got, want)
			}
		})
	}
}

func TestLinksKeepTheStateAndDefaultsStayOut(t *testing.T) {
	document := page(t, serving(t, nil), "/?from=2019-06&to=2019-12&payer=both&theme=dark")
	english, _ := document.Find(".switch a[lang=en]").Attr("href")
	if want := "/?from=2019-06&payer=both&lang=en&theme=dark"; english != want {
		t.Errorf("the link to English is %q, want %q", english, want)
	}
	download, _ := document.Find("[aria-labelledby=regions-title] .download[data-format=csv]").Attr("href")
	if want := "/download/overview/regions.csv?from=2019-06&payer=both&theme=dark"; download != want {
		t.Errorf("the download is %q, want %q", download, want)
	}
	var removes []string
	document.Find(".chip a").Each(func(_ int, a *goquery.Selection) { href, _ := a.Attr("href"); removes = append(removes, href) })
	if want := []string{"/?payer=both&theme=dark", "/?from=2019-06&theme=dark"}; strings.Join(removes, " ") != strings.Join(want, " ") {
		t.Errorf("chips lead to %q, want %q", removes, want)
	}
	if theme, _ := document.Find("html").Attr("data-theme"); theme != "dark" {
		t.Errorf("theme is %q", theme)
	}
	if hidden, _ := document.Find("form input[name=theme]").Attr("value"); hidden != "dark" {
		t.Error("the form forgets the theme")
	}
}

func TestBadAddressesAreRefusedInWords(t *testing.T) {
	s := serving(t, nil)
	for name, c := range map[string]struct {
		address string
		status  int
		words   string
	}{
		"a month that does not exist":              {"/?from=2019-13", 400, "2019-13"},
		"a month that is no month":                 {"/?to=%27%3B--", 400, "';--"},
		"months in the wrong order":                {"/?from=2019-08&to=2019-06", 400, "2019-08 晚于"},
		"months beyond the data":                   {"/?from=2018-01", 400, "2019-01 至 2019-12"},
		"a comparison that is not in the pack":     {"/?comparison=nope", 400, "vs-april, vs-lapsed"},
		"a payer that does not exist":              {"/?payer=all", 400, "employer, employee, both"},
		"a language that does not exist":           {"/?lang=fr", 400, "zh, en"},
		"a theme that does not exist":              {"/?theme=pink", 400, "auto, light, dark"},
		"a parameter that comes twice":             {"/?from=2019-05&from=2019-06", 400, "from 出现了 2 次"},
		"an address of five thousand characters":   {"/?comparison=" + strings.Repeat("x", 5000), 400, "5013"},
		"a page that does not exist":               {"/nothing/here", 404, "/nothing/here"},
		"a table that does not exist":              {"/download/overview/secrets.csv", 404, "secrets.csv"},
		"a table in a format that does not exist":  {"/download/overview/regions.exe", 404, "regions.exe"},
		"a static file that does not exist":        {"/assets/app.css", 404, "app.css"},
		"a path that tries to climb":               {"/assets/..%2f..%2fgo.mod", 404, ""},
		"bad text is shown shortened and harmless": {"/?comparison=" + strings.Repeat("%3Cscript%3E", 20), 400, "&lt;script&gt;"},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := get(t, s, c.address)
			if response.StatusCode != c.status {
				t.Errorf("status %d, want %d", response.StatusCode, c.status)
			}
			if strings.Contains(body, "<script>") {
				t.Error("the page repeats markup from the address")
			}
			document, err := goquery.NewDocumentFromReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if document.Find("h1").Text() == "" || document.Find(".request code").Text() == "" {
				t.Error("no heading or no request number")
			}
			if !strings.Contains(body, strings.ReplaceAll(c.words, "'", "&#39;")) {
				t.Errorf("the page does not say %q: %s", c.words, document.Find(".message").Text())
			}
			if response.Header.Get("Content-Security-Policy") != kit.ContentSecurityPolicy {
				t.Error("no content security policy")
			}
		})
	}
}

func TestEveryAnswerBearsTheSecurityHeaders(t *testing.T) {
	s := serving(t, nil)
	for _, address := range []string{"/", "/healthz", "/readyz", "/api/v1/overview", "/login", s.Assets.Address("app.css"), "/none"} {
		response, _ := get(t, s, address)
		for header, want := range map[string]string{
			"Content-Security-Policy":    kit.ContentSecurityPolicy,
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := response.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q", address, header, got)
			}
		}
		if response.Header.Get("Permissions-Policy") == "" || response.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no permissions policy or no request number", address)
		}
		if response.Header.Get("Cross-Origin-Embedder-Policy") != "" || response.Header.Get("Server") != "" {
			t.Errorf("%s: an embedder policy or a server name is sent", address)
		}
		cache := response.Header.Get("Cache-Control")
		if static := strings.HasPrefix(address, "/assets/"); static != strings.Contains(cache, "immutable") || !static && cache != "no-store" {
			t.Errorf("%s: Cache-Control is %q", address, cache)
		}
	}
	if strings.Contains(kit.ContentSecurityPolicy, "unsafe") {
		t.Error("the policy allows something unsafe")
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	s := serving(t, nil)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		request := httptest.NewRequest(method, "/", nil)
		request.Header.Set(kit.ProofHeader, auth.FormProof(everything().ID))
		response, _ := do(t, s, request)
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, allowed %q", method, response.StatusCode, response.Header.Get("Allow"))
		}
	}
	for address, want := range map[string]string{"/login": "GET, HEAD, POST", "/logout": "POST", "/units/91320000000000000X": "GET, HEAD", "/api/v1/issues": "GET, HEAD, POST", "/healthz": "GET, HEAD"} {
		for _, method := range []string{http.MethodPut, http.MethodOptions, http.MethodTrace} {
			for _, proof := range []string{auth.FormProof(everything().ID), ""} {
				request := httptest.NewRequest(method, address, nil)
				request.Header.Set(kit.ProofHeader, proof)
				if response, _ := do(t, s, request); response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != want {
					t.Errorf("%s %s, proof %q: status %d, allowed %q, want %q", method, address, proof, response.StatusCode, response.Header.Get("Allow"), want)
				}
			}
		}
	}
	if response, _ := do(t, s, httptest.NewRequest(http.MethodOptions, "/nowhere", nil)); response.StatusCode != http.StatusNotFound || response.Header.Get("Allow") != "" {
		t.Errorf("an address that there is not: status %d, allowed %q", response.StatusCode, response.Header.Get("Allow"))
	}
	response, body := do(t, s, httptest.NewRequest(http.MethodHead, "/", nil))
	if response.StatusCode != http.StatusOK || body != "" {
		t.Errorf("HEAD: status %d, %d bytes", response.StatusCode, len(body))
	}
}

const hostile = `</script><script>alert(1)</script>`

func TestHostileNamesAreHarmless(t *testing.T) {
	s := serving(t, func(o *queries.Overview) {
		o.ByMeasure[0].Title = hostile
		o.ByMeasure[1].Title = `=HYPERLINK("http://evil","x")`
		o.ByReason[0].Reason = hostile
		o.ByRegion[0].Key = hostile
		o.ByIndustry[0].Key = `"><img src=x onerror=alert(1)>`
		o.Stamp.PackTitle, o.Stamp.Pack = hostile, hostile
		o.Stamp.Comparisons[1].Title = hostile
	})
	response, body := get(t, s, "/")
	if response.StatusCode != http.StatusOK {
		t.Fatalf("status %d", response.StatusCode)
	}
	for _, markup := range []string{"<script>alert", "<img src=x"} {
		if strings.Contains(body, markup) {
			t.Errorf("the page contains %s", markup)
		}
	}
	document, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var chart struct{ Names map[string]string }
	if err := json.Unmarshal([]byte(document.Find("#chart-measures").Text()), &chart); err != nil {
		t.Fatal(err)
	}
	if chart.Names["measure:extension"] != hostile {
		t.Errorf("the chart calls the measure %q", chart.Names["measure:extension"])
	}
	response, _ = get(t, s, "/api/v1/overview")
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("the JSON is sent as %s", kind)
	}
}

func TestTheJSONSaysWhatThePageSays(t *testing.T) {
	s := serving(t, nil)
	_, body := get(t, s, "/api/v1/overview?payer=both")
	var reply struct {
		View     struct{ From, To, Comparison, Payer string }
		Total    struct{ Old, Due, Real, Shortfall string }
		ByRegion []struct {
			Key, Name, Due string
			States         map[string]int
		} `json:"by_region"`
		ByInsurance []struct{ States map[string]int }       `json:"by_insurance"`
		ByReason    []struct{ Reason, Name, Amount string } `json:"by_reason"`
	}
	if err := json.Unmarshal([]byte(body), &reply); err != nil {
		t.Fatal(err)
	}
	o := halfJiangsu(t)
	if reply.Total.Due != o.Total.Due().String() || reply.Total.Shortfall != o.Total.Shortfall().String() {
		t.Errorf("total %+v", reply.Total)
	}
	if reply.View.Payer != "both" || reply.View.From != "2019-05" || reply.View.Comparison != "vs-lapsed" {
		t.Errorf("view %+v", reply.View)
	}
	if r := reply.ByRegion[0]; r.Key != o.ByRegion[0].Key || r.Name != "南京市" || len(r.States) != 5 {
		t.Errorf("region %+v", r)
	}
	if reply.ByInsurance[0].States != nil {
		t.Error("units have states by insurance")
	}
	if reply.ByReason[0].Name != "费率未调整" {
		t.Errorf("reason %+v", reply.ByReason[0])
	}
	response, body := get(t, s, "/api/v1/overview?from=x&lang=en")
	var wrong kit.RefusalJSON
	if err := json.Unmarshal([]byte(body), &wrong); err != nil || response.StatusCode != 400 || wrong.Error.Code != "web_bad_month" || wrong.Error.Request == "" {
		t.Errorf("status %d, %s", response.StatusCode, body)
	}
}

func TestWithoutARunThePageSaysWhatToDo(t *testing.T) {
	s := serverOf(t, nil, queries.Stamp{}, problem.New("no_run"))
	for lang, words := range map[string]string{"zh": "尚无测算结果", "en": "Nothing has been computed yet"} {
		document := page(t, s, "/?lang="+lang)
		if got := document.Find("h1").Text(); got != words {
			t.Errorf("%s: heading %q", lang, got)
		}
		if steps := document.Find(".steps code").Text(); !strings.Contains(steps, "jianfu load") || !strings.Contains(steps, "jianfu recompute") {
			t.Errorf("%s: steps %q", lang, steps)
		}
	}
	response, body := get(t, s, "/api/v1/overview")
	if response.StatusCode != http.StatusNotFound || !strings.Contains(body, `"no_run"`) {
		t.Errorf("JSON: status %d, %s", response.StatusCode, body)
	}
}

func TestMonthsWithoutRecordsSayWhichAreThere(t *testing.T) {
	s := serving(t, func(o *queries.Overview) {
		*o = queries.Overview{Stamp: o.Stamp, View: o.View}
	})
	document := page(t, s, "/?from=2019-06&to=2019-06")
	if got := document.Find(".empty-rows h2").Text(); got != "没有符合条件的数据" {
		t.Errorf("heading %q", got)
	}
	if href, _ := document.Find(".empty-rows a").Attr("href"); href != "/?from=2019-01&to=2019-12" {
		t.Errorf("the way out leads to %q", href)
	}
}

func TestTheServersOwnErrorsShowNoInternals(t *testing.T) {
	for name, fails := range map[string]func() (queries.Overview, error){
		"an error": func() (queries.Overview, error) {
			return queries.Overview{}, errors.New("dial unix /secret/path: refused")
		},
		"a problem with an error behind it": func() (queries.Overview, error) {
			return queries.Overview{}, problem.Wrap(errors.New("Post http://secret"), "audit_not_written")
		},
		"a panic": func() (queries.Overview, error) { panic("secret") },
	} {
		t.Run(name, func(t *testing.T) {
			s := serverOf(t, func(filter.Scope, queries.View) (queries.Overview, error) { return fails() }, halfJiangsu(t).Stamp, nil)
			response, body := get(t, s, "/")
			if response.StatusCode != http.StatusInternalServerError || strings.Contains(body, "secret") || !strings.Contains(body, "请求编号") {
				t.Errorf("status %d: %s", response.StatusCode, body)
			}
		})
	}
	s := serverOf(t, func(filter.Scope, queries.View) (queries.Overview, error) {
		return queries.Overview{}, context.DeadlineExceeded
	}, halfJiangsu(t).Stamp, nil)
	if response, _ := get(t, s, "/"); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("too slow a store gives status %d", response.StatusCode)
	}
}

func TestHealthAndReadiness(t *testing.T) {
	if response, body := get(t, serving(t, nil), "/readyz"); response.StatusCode != 200 || body != "ready\n" {
		t.Errorf("status %d, %q", response.StatusCode, body)
	}
	broken := serverOf(t, nil, queries.Stamp{}, errors.New("down"))
	if response, body := get(t, broken, "/readyz"); response.StatusCode != 503 || strings.Contains(body, "down") {
		t.Errorf("status %d, %q", response.StatusCode, body)
	}
	if response, _ := get(t, broken, "/healthz"); response.StatusCode != 200 {
		t.Errorf("a broken store makes the process unhealthy: %d", response.StatusCode)
	}
}

func TestABuildWithoutChartsShowsItsTables(t *testing.T) {
	s := serving(t, nil)
	delete(s.Assets.ByName, "vendor/echarts.min.js")
	document := page(t, s, "/")
	if document.Find("[data-chart]").Length() != 0 || document.Find("details.data[open]").Length() != 10 {
		t.Error("tables are not open in place of the charts")
	}
	if !strings.Contains(document.Find(".warning").Text(), "make build") {
		t.Error("nothing says why there are no charts")
	}
}

func TestStaticFilesAreServedWithAndWithoutCompression(t *testing.T) {
	s := serving(t, nil)
	address := s.Assets.Address("app.css")
	_, plain := get(t, s, address)
	request := httptest.NewRequest(http.MethodGet, address, nil)
	request.Header.Set("Accept-Encoding", "gzip")
	response, packed := do(t, s, request)
	if response.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed")
	}
	r, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(r)
	if err != nil || string(unpacked) != plain || !strings.Contains(plain, ":root") {
		t.Error("the two differ")
	}
}

func TestApprovedBoundariesReplaceTheDemonstration(t *testing.T) {
	dir := t.TempDir()
	if _, err := New(kit.Config{Boundaries: dir}); problem.Code(err) != "web_boundaries" {
		t.Errorf("an empty folder gives %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "320000.json"), []byte(`{"type":"FeatureCollection","features":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	o := halfJiangsu(t)
	s, err := New(kit.Config{
		Overview:   func(context.Context, filter.Scope, queries.View) (queries.Overview, error) { return o, nil },
		Run:        func(context.Context) (uint32, error) { return o.Stamp.Run, nil },
		Stamp:      func(context.Context, filter.Scope) (queries.Stamp, error) { return o.Stamp, nil },
		Boundaries: dir, Approval: "苏S(2026)001号",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Identify = func(*fiber.Ctx) (kit.Asker, error) { return everything(), nil }
	document := page(t, complete(s), "/")
	if got := document.Find(".map-note").Text(); got != "审图号：苏S(2026)001号" {
		t.Errorf("the map says %q", got)
	}
	if address, _ := document.Find("[data-chart=map]").Attr("data-boundaries"); !strings.HasPrefix(address, "/assets/boundaries/320000.") {
		t.Errorf("boundaries come from %q", address)
	}
	if s.Assets.Boundaries("110000") != "" {
		t.Error("a demonstration map stands beside an approved one")
	}
}

func TestTheServerStopsWhenToldTo(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	s := serving(t, nil)
	go func() { ended <- s.Serve(ctx, listener) }()
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get("http://" + listener.Addr().String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	client.CloseIdleConnections()
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(kit.ShutdownTimeout + 5*time.Second):
		t.Error("still running")
	}
}

func TestARequestHeadThatIsTooLongIsRefusedInWords(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	s := serving(t, nil)
	go func() { _ = s.Serve(ctx, listener) }()
	response, err := http.Get("http://" + listener.Addr().String() + "/?x=" + strings.Repeat("y", 20_000))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge || response.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("status %d", response.StatusCode)
	}
}

func TestKeysMadeAtRunTimeAreInTheCatalogue(t *testing.T) {
	var keys []string
	for _, payer := range kit.PayerChoices {
		keys = append(keys, "web.payer."+payer, "web.payer_long."+payer)
	}
	for _, theme := range kit.ThemeChoices {
		keys = append(keys, "web.theme."+theme)
	}
	for _, code := range []string{"400", "401", "403", "404", "405", "408", "413", "422", "429", "431", "500", "503"} {
		keys = append(keys, "web.error."+code)
	}
	keys = append(keys, "web.check.equal", "web.check.wrong")
	for _, lang := range i18n.Languages {
		for _, key := range keys {
			if !i18n.For(lang).Has(key) {
				t.Errorf("%s: %s has no text", lang, key)
			}
		}
	}
}

func TestNoPageShowsABareKey(t *testing.T) {
	s := serving(t, nil)
	for _, lang := range i18n.Languages {
		for _, address := range []string{"/?lang=" + lang, "/none?lang=" + lang} {
			_, body := get(t, s, address)
			document, err := goquery.NewDocumentFromReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			document.Find("script, link").Remove()
			if text := document.Text(); strings.Contains(text, "web.") || strings.Contains(text, "problem.") {
				t.Errorf("%s shows a bare key: %s", address, text[max(0, strings.Index(text, "web.")-40):])
			}
		}
	}
}

func TestAnAgeIsSaidInWords(t *testing.T) {
	for span, want := range map[time.Duration][2]string{
		-time.Second: {"刚刚", "just now"}, 59 * time.Second: {"刚刚", "just now"}, time.Minute: {"1 分钟", "1 min"}, 59 * time.Minute: {"59 分钟", "59 min"},
		time.Hour: {"1 小时", "1 h"}, 47 * time.Hour: {"47 小时", "47 h"}, 48 * time.Hour: {"2 天", "2 days"},
	} {
		for i, language := range i18n.Languages {
			if got := view.Age(i18n.For(language), span); got != want[i] {
				t.Errorf("%v is %q, want %q", span, got, want[i])
			}
		}
	}
}
