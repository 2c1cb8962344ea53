package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/openapi"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/queries"
)

// amounts are all texts of a JSON value that are amounts.
func amounts(value any, into map[string]bool) {
	switch v := value.(type) {
	case string:
		into[v] = true
	case []any:
		for _, one := range v {
			amounts(one, into)
		}
	case map[string]any:
		for _, one := range v {
			amounts(one, into)
		}
	}
}

// exact is what an amount looks like, on a page and in JSON.
var exact = regexp.MustCompile(openapi.MoneyPattern)

// shown tells whether an operation has the figures of a page.
func (o *office) shown(operation kit.Operation) bool {
	return slices.ContainsFunc(o.server.Table(), func(r kit.Route) bool { return r.Method == http.MethodGet && kit.Twin(r.Path) == operation.Path })
}

// differencePath is the address of what two runs give differently.
var differencePath = regexp.MustCompile(`/runs/\d+/difference(\?|$)`)

// compare looks for the amounts of a page in what the JSON at the address answered, and counts them.
func (o *office) compare(b *browser, address, answered string) int {
	o.t.Helper()
	var answer any
	if err := json.Unmarshal([]byte(answered), &answer); err != nil {
		o.t.Fatal(err)
	}
	said := map[string]bool{}
	amounts(answer, said)
	if differencePath.MatchString(address) { // its units come in pages and have an operation of their own
		path, query, _ := strings.Cut(address, "?")
		if response, body := b.get(path + "/units?" + query); response.StatusCode == http.StatusOK {
			var units any
			if err := json.Unmarshal([]byte(body), &units); err != nil {
				o.t.Fatal(err)
			}
			amounts(units, said)
		}
	}
	shown := strings.TrimPrefix(address, kit.APIRoot)
	if rest, ok := strings.CutPrefix(shown, "/overview"); ok {
		shown = "/" + rest
	}
	response, body := b.get(shown)
	if response.StatusCode != http.StatusOK {
		o.t.Errorf("%s answers and %s has status %d", address, shown, response.StatusCode)
		return 0
	}
	count, document := 0, parsed(o.t, body)
	link := document.Find(`link[rel="alternate"]`).AttrOr("href", "")
	if !sameAddress(link, address) {
		if response, linked := b.get(link); link == "" || response.StatusCode != http.StatusOK || linked != answered {
			o.t.Errorf("%s names %q as its JSON, which is not what %s answers", shown, link, address)
		}
	}
	document.Find("table[data-table] tbody data[value]").Each(func(_ int, cell *goquery.Selection) {
		if value := cell.AttrOr("value", ""); exact.MatchString(value) {
			count++
			if !said[value] {
				o.t.Errorf("%s shows %s in table %s, column %s; its JSON does not say it", shown, value,
					cell.Closest("table").AttrOr("data-table", ""), cell.Closest("td").AttrOr("data-column", ""))
			}
		}
	})
	return count
}

// sameAddress tells whether two addresses ask for the same, in whatever order of parameters.
func sameAddress(a, b string) bool {
	one, err := url.Parse(a)
	other, otherErr := url.Parse(b)
	return err == nil && otherErr == nil && one.Path == other.Path && one.Query().Encode() == other.Query().Encode()
}

// dimensionsOf are the lists of the overview and the dimensions of "jianfu export summary" that they are by.
var dimensionsOf = func() map[string]string {
	all := map[string]string{}
	for _, d := range dimension.All {
		all["by_"+d.ID] = d.ID
	}
	all["by_region"] = "county"
	return all
}()

// summedMember is a member as both the JSON and the export give it.
type summedMember struct {
	Key               string
	Old, New, Charged money.Fen
	Units, Headcount  uint64
	Reduced           uint64
}

// TestTheJSONSaysWhatTheCommandLineExports: one calculation serves page, interface and "jianfu export summary".
func TestTheJSONSaysWhatTheCommandLineExports(t *testing.T) {
	o := staffed(t)
	figures, err := o.q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := o.signedIn("sz-inspector")
	for _, query := range []string{"", "?payer=both", "?payer=employee&comparison=rate-only", "?from=2019-04&to=2019-05", "?from=2019-05&to=2019-05&payer=both"} {
		_, body := b.get(kit.APIRoot + "/overview" + query)
		var reply struct {
			View struct {
				From, To          period.Period
				Comparison, Payer string
			}
		}
		var lists map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &reply); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(body), &lists); err != nil {
			t.Fatal(err)
		}
		payers := map[string][]contribution.Payer{"employer": {contribution.Employer}, "employee": {contribution.Employee}, "both": contribution.Payers}[reply.View.Payer]
		view := queries.View{Window: period.Range{From: reply.View.From, To: reply.View.To}, Comparison: reply.View.Comparison, Payers: payers}
		for list, dimension := range dimensionsOf {
			rows, err := figures.Summary(t.Context(), filter.Regions(suzhou), view, []string{dimension})
			if err != nil {
				t.Fatal(err)
			}
			want := []summedMember{}
			for _, r := range rows {
				if dimension == "insurance" { // where the overview counts no units
					r.Units, r.UnitsReduced = 0, 0
				}
				want = append(want, summedMember{r.Keys[0], r.Old, r.New, r.Charged, r.Units, r.Headcount, r.UnitsReduced})
			}
			if got := membersOf(t, lists[list]); len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("%s %s:\n got %v\nwant %v", query, list, got, want)
			}
		}
	}
}

// membersOf reads a list of the overview, in the order of keys.
func membersOf(t *testing.T, text []byte) []summedMember {
	t.Helper()
	var rows []struct {
		Key               string
		Old, New, Charged money.Fen
		Units             *uint64
		Headcount         uint64
		States            *queries.States
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	all := []summedMember{}
	for _, r := range rows {
		member := summedMember{Key: r.Key, Old: r.Old, New: r.New, Charged: r.Charged, Headcount: r.Headcount}
		if r.Units != nil && r.States != nil {
			member.Units, member.Reduced = *r.Units, r.States.Full+r.States.Partial
		}
		all = append(all, member)
	}
	slices.SortFunc(all, func(a, b summedMember) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// TestTheInterfaceKeepsItsRules: what the document says of every answer holds for those that are not figures, too.
func TestTheInterfaceKeepsItsRules(t *testing.T) {
	o := staffed(t)
	_, text := readDocument(t, serving(t, nil), i18n.English)
	refusal, err := compiler(t, text).Compile(pointer("components", "schemas", "Refusal"))
	if err != nil {
		t.Fatal(err)
	}
	inspector, nobody := o.signedIn("sz-inspector"), o.browser()
	inspector.get("/account") // for the proof
	wrongToken := o.browser()
	wrongToken.header.Set("Authorization", "Bearer jf_made_up")
	for name, c := range map[string]struct {
		b               *browser
		method, address string
		fields          url.Values
		status          int
		code            string
	}{
		"no such address":       {inspector, http.MethodGet, "/api/v1/none", nil, 404, "web_not_found"},
		"no such version":       {inspector, http.MethodGet, "/api/v2/overview", nil, 404, "web_not_found"},
		"nobody":                {nobody, http.MethodGet, "/api/v1/overview", nil, 401, "session_over"},
		"nobody, document":      {nobody, http.MethodGet, "/api/v1/openapi.json", nil, 401, "session_over"},
		"a token there is not":  {wrongToken, http.MethodGet, "/api/v1/overview", nil, 401, "token_refused"},
		"a foreign region":      {inspector, http.MethodGet, "/api/v1/overview?region=" + nanjing, nil, 403, "web_region_hidden"},
		"the wrong role":        {o.signedIn("sz-sysadmin"), http.MethodGet, "/api/v1/overview", nil, 403, "access_denied"},
		"writing":               {inspector, http.MethodPost, "/api/v1/overview", inspector.fields(), 405, "web_not_allowed"},
		"a parameter too many":  {inspector, http.MethodGet, "/api/v1/overview?form=2019-05", nil, 400, "web_unknown_parameter"},
		"a parameter twice":     {inspector, http.MethodGet, "/api/v1/overview?payer=both&payer=both", nil, 400, "web_repeated_parameter"},
		"a wrong month":         {inspector, http.MethodGet, "/api/v1/overview?from=2019-13", nil, 400, "web_bad_month"},
		"a month without data":  {inspector, http.MethodGet, "/api/v1/overview?from=2001-01", nil, 400, "web_month_outside"},
		"an unknown comparison": {inspector, http.MethodGet, "/api/v1/overview?comparison=none", nil, 400, "web_unknown_comparison"},
		"a long address":        {inspector, http.MethodGet, "/api/v1/overview?from=" + strings.Repeat("1", kit.LongestURL), nil, 400, "web_url_too_long"},
	} {
		for _, language := range i18n.Languages {
			address := c.address + map[bool]string{true: "&", false: "?"}[strings.Contains(c.address, "?")] + "lang=" + language
			response, body := c.b.send(c.method, address, c.fields)
			refused(t, refusal, name, language, response, body, c.status, c.code)
		}
	}
	response, body := inspector.get(kit.APIRoot + "/overview")
	ruled(t, "the overview", response)
	request := httptest.NewRequest(http.MethodHead, kit.APIRoot+"/overview", nil)
	request.AddCookie(&http.Cookie{Name: kit.SessionCookie, Value: inspector.cookies[kit.SessionCookie]})
	if head, _ := do(t, o.server, request); head.StatusCode != http.StatusOK || body == "" {
		t.Errorf("HEAD: status %d", head.StatusCode)
	}
	o.server.Accounts = limits.NewMeter(0, 1) // nothing may be asked for any more
	response, body = inspector.get(kit.APIRoot + "/overview?lang=en")
	refused(t, refusal, "too fast", i18n.English, response, body, http.StatusTooManyRequests, "web_too_fast")
	if response.Header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
}

// refused holds an answer that is none against what the document says of it: status, form, code, number, and a message in
// the language that was asked for.
func refused(t *testing.T, schema *jsonschema.Schema, name, language string, response *http.Response, body string, status int, code string) {
	t.Helper()
	ruled(t, name, response)
	valid(t, schema, name, body)
	var refusal kit.RefusalJSON
	if err := json.Unmarshal([]byte(body), &refusal); err != nil {
		t.Fatal(err)
	}
	problem := refusal.Error
	if response.StatusCode != status || problem.Code != code || problem.Request != response.Header.Get("X-Request-Id") {
		t.Errorf("%s: status %d, %+v; want %d, %s", name, response.StatusCode, problem, status, code)
	}
	if chinese := strings.ContainsFunc(problem.Message, func(r rune) bool { return unicode.Is(unicode.Han, r) }); problem.Message == "" || chinese != (language == i18n.Chinese) {
		t.Errorf("%s, %s: %q", name, language, problem.Message)
	}
}

// ruled holds what every answer bears: JSON, its number, kept by nobody, and for no page of another site.
func ruled(t *testing.T, name string, response *http.Response) {
	t.Helper()
	h := response.Header
	if h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" || h.Get("X-Request-Id") == "" {
		t.Errorf("%s: headers %v", name, h)
	}
	for header := range h {
		if strings.HasPrefix(header, "Access-Control-") {
			t.Errorf("%s: %s lets pages of other sites read", name, header)
		}
	}
}
