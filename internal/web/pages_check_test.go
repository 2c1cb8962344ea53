package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jianfu/etl"
	files "jianfu/etl/reader"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/declaration"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/i18n"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// checks checks declarations by the pack of the published run.
func checks(q *queries.Queries) kit.Checks {
	return func(ctx context.Context, scope filter.Scope, d kit.DeclaredFile) (declaration.Result, error) {
		run, _, err := q.CurrentRun(ctx)
		if err != nil {
			return declaration.Result{}, err
		}
		pack, err := q.PackOf(ctx, run)
		if err != nil {
			return declaration.Result{}, err
		}
		open := files.OpenContent
		if d.JSONLines {
			open = files.OpenJSONLines
		}
		return etl.CheckDeclaration(ctx, q, etl.DeclarationOptions{Scope: scope, Pack: pack, Comparison: d.Comparison, Most: 5,
			Open: func(o files.Options) (*files.File, error) { return open(d.Name, d.Content, o) }})
	}
}

// juneLine is a line of June 2019 of a unit's only person.
func juneLine(unit, base, amount, own string) string {
	return "06-" + unit[9:17] + "," + unit + ",2019-06,pension,normal,d1,1,5000," + base + ",0.16," + amount + ",0.08," + own + ",,,\n"
}

// TestADeclarationIsCheckedOnThePageAndByPrograms: D declares 6,000 for a wage of 5,000, so that 1,000 × 16 % and × 8 % are too much; in
// May it had d2 besides. A is of the other city.
func TestADeclarationIsCheckedOnThePageAndByPrograms(t *testing.T) {
	o := staffed(t)
	before, err := o.q.Loads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := fixture.RecordsHeader + juneLine(fixture.D, "6000", "960", "480") + juneLine(fixture.A, "5000", "800", "400")
	b := o.signedIn("sz-inspector")
	response, body := b.get("/check")
	if response.StatusCode != http.StatusOK || parsed(t, body).Find("textarea#text").Length() != 1 || parsed(t, body).Find(".check-result").Length() != 0 {
		t.Fatalf("the form: status %d", response.StatusCode)
	}
	for name, send := range map[string]func() (*http.Response, string){
		"pasted": func() (*http.Response, string) {
			return b.post("/check", "text", strings.ReplaceAll(text, "\n", "\r\n"))
		},
		"uploaded": func() (*http.Response, string) { return b.upload("/check", "june.csv", text) },
	} {
		response, body := send()
		page := parsed(t, body)
		lines, rejects, persons := page.Find("table[data-list=lines]").Text(), page.Find("table[data-table=rejects]").Text(), page.Find("table[data-table=persons] tbody").Text()
		if response.StatusCode != http.StatusOK || response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, %s", name, response.StatusCode, response.Header.Get("Cache-Control"))
		}
		for _, part := range []string{"6,000.00", "5,000.00", "960.00", "800.00", "+160.00", "+80.00", "基数与规定不符", "文2"} {
			if !strings.Contains(lines, part) {
				t.Errorf("%s: the lines do not say %q: %s", name, part, lines)
			}
		}
		if !strings.Contains(rejects, fixture.A) || strings.Contains(body, "玄武机械厂") || strings.Count(persons, "本月减少") != 1 || !strings.Contains(persons, "05-D2") {
			t.Errorf("%s: rejects %s, persons %s", name, rejects, persons)
		}
		if typed := page.Find("textarea#text").Text(); (name == "pasted") != strings.Contains(typed, "d1") {
			t.Errorf("%s: the form holds %q", name, typed)
		}
	}
	for fields, code := range map[string]string{"": "web", "not a table": "reader"} {
		response, body := b.post("/check", "text", fields)
		if response.StatusCode < 400 || response.StatusCode > 422 || parsed(t, body).Find(".problem[role=alert]").Text() == "" {
			t.Errorf("%q (%s): status %d", fields, code, response.StatusCode)
		}
	}
	if response, body := b.upload("/check", "large.csv", fixture.RecordsHeader+strings.Repeat(juneLine(fixture.D, "5000", "800", "400"), 6)); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("too many lines: %d %s", response.StatusCode, parsed(t, body).Find(".problem").Text())
	}
	if response, _ := o.signedIn("sz-leadership").get("/check"); response.StatusCode != http.StatusForbidden {
		t.Errorf("a leader: status %d", response.StatusCode)
	}
	o.checkedByPrograms(text)
	after, err := o.q.Loads(t.Context())
	if err != nil || len(after) != len(before) {
		t.Errorf("%d loads before, %d after, %v", len(before), len(after), err)
	}
	if entries := o.entries(audit.RecordViewed); len(entries) == 0 || entries[0].Object != "check" || strings.Contains(entries[0].Details["records"], "d1") {
		t.Errorf("the audit log has %+v", entries)
	}
}

// checkedByPrograms sends a declaration with a token.
func (o *office) checkedByPrograms(text string) {
	t := o.t.(*testing.T)
	t.Helper()
	_, document := readDocument(t, serving(t, nil), i18n.Chinese)
	schema, err := compiler(t, document).Compile(pointer("components", "schemas", "Result"))
	if err != nil {
		t.Fatal(err)
	}
	token := func(right access.Right) string {
		token, _, err := o.accounts.CreateToken(t.Context(), access.CommandLine("test"), "sz-inspector", auth.NewToken{Label: "etax", Days: 1, Rights: []access.Right{right}})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	may, mayNot := token(access.DeclarationCheck), token(access.FiguresUnit)
	post := func(token, address, kind, body string) (int, string) {
		request := httptest.NewRequest(http.MethodPost, address, strings.NewReader(body))
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", kind)
		response, text := do(t, o.server, request)
		return response.StatusCode, text
	}
	lines := `{"record_id":"06-D","unit_id":"` + fixture.D + `","period":"2019-06","insurance":"pension","person_id":"d1","wage":5000,"base":6000,"employer_rate":0.16,"employer_amount":960,"employee_rate":0.08,"employee_amount":480}`
	for kind, body := range map[string]string{"text/csv; charset=utf-8": text, "application/x-ndjson": lines, "application/octet-stream": text} {
		status, answer := post(may, "/api/v1/check?lang=en", kind, body)
		var result struct {
			Totals []struct{ Charged, New, Old, Due, Shortfall string }
			Lines  []struct {
				Shares []struct{ Right struct{ Base, Amount string } }
			}
		}
		if err := json.Unmarshal([]byte(answer), &result); err != nil || status != http.StatusOK {
			t.Errorf("%s: status %d, %v: %s", kind, status, err, answer)
			continue
		}
		valid(t, schema, kind, answer)
		if total := result.Totals[0]; total.Charged != "960.00" || total.New != "800.00" || total.Old != "1000.00" || total.Due != "200.00" || total.Shortfall != "160.00" {
			t.Errorf("%s: %+v", kind, total)
		}
		if right := result.Lines[0].Shares[0].Right; right.Base != "5000.00" || right.Amount != "800.00" {
			t.Errorf("%s: %+v", kind, right)
		}
		if strings.Contains(answer, `"d1"`) {
			t.Errorf("%s: the answer names a person: %s", kind, answer)
		}
	}
	for name, c := range map[string]struct {
		token, address, kind, body string
		status                     int
		code                       string
	}{
		"another type":           {may, "/api/v1/check", "application/json", lines, 415, "declaration_type"},
		"no table":               {may, "/api/v1/check", "text/csv", "x", 422, "reader_no_header"},
		"no JSON":                {may, "/api/v1/check", "application/x-ndjson", "{", 422, "reader_json_line"},
		"a header alone":         {may, "/api/v1/check", "text/csv", fixture.RecordsHeader, 422, "declaration_empty"},
		"units":                  {may, "/api/v1/check", "text/csv", fixture.Units(), 422, "declaration_kind"},
		"no such comparison":     {may, "/api/v1/check?comparison=none", "text/csv", text, 422, "policy_unknown_comparison"},
		"a parameter too many":   {may, "/api/v1/check?unit=1", "text/csv", text, 400, "web_unknown_parameter"},
		"a token without rights": {mayNot, "/api/v1/check", "text/csv", text, 403, "access_denied"},
		"too large":              {may, "/api/v1/check", "text/csv", strings.Repeat("x", kit.LargestUpload+1), 413, "http_413"},
	} {
		status, answer := post(c.token, c.address, c.kind, c.body)
		var refused struct{ Error kit.ProblemJSON }
		if err := json.Unmarshal([]byte(answer), &refused); err != nil || status != c.status || refused.Error.Code != c.code {
			t.Errorf("%s: %d %s %v, want %d %s", name, status, refused.Error.Code, err, c.status, c.code)
		}
	}
}
