package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jianfu/internal/auth"
	"jianfu/internal/fixture"
	"jianfu/internal/web/issues"
	"jianfu/internal/web/kit"
)

// TestAProgramRegistersAnIssueOnce: with a token of somebody who may write, under a key, and nothing else.
func TestAProgramRegistersAnIssueOnce(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	b.get("/account")
	_, body := b.post("/account/tokens", "label", "12366", "days", "30", "right", "issues.write", "right", "issues.read", "right", "figures.unit")
	token := strings.TrimSpace(parsed(t, body).Find(".once").Text())
	if !strings.HasPrefix(token, auth.TokenPrefix) {
		t.Fatalf("the token is %q", token)
	}
	said := ""
	post := func(key, body string, change func(*http.Request)) (int, issues.RegisteredIssueJSON, string) {
		request := httptest.NewRequest(http.MethodPost, "/api/v1/issues", strings.NewReader(body))
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/json; charset=utf-8")
		request.Header.Set("Idempotency-Key", key)
		if change != nil {
			change(request)
		}
		response, text := do(t, b.server, request)
		var reply issues.RegisteredIssueJSON
		var refused struct{ Error kit.ProblemJSON }
		_, _ = json.Unmarshal([]byte(text), &reply), json.Unmarshal([]byte(text), &refused)
		said = refused.Error.Message
		return response.StatusCode, reply, refused.Error.Code
	}
	issue := `{"source":"hotline_12366","nature":"complaint","category":"policy","severity":"normal","title":"重复征收","text":"五月扣了两次","unit_id":"` + fixture.D + `","raised_on":"2020-01-16"}`
	const key = "12366-2020-01-16-0001"
	code, first, problem := post(key, issue, nil)
	if code != http.StatusCreated || first.Number != "320506-2020-000001" || first.Already || first.Issue != "/api/v1/issues/"+first.Number {
		t.Fatalf("%d, %+v, %s", code, first, problem)
	}
	if code, again, _ := post(key, issue, nil); code != http.StatusOK || again.Number != first.Number || !again.Already {
		t.Errorf("the same again: %d, %+v", code, again)
	}
	nanjingUnit := strings.Replace(issue, fixture.D, fixture.B, 1)
	for name, c := range map[string]struct {
		key, body string
		change    func(*http.Request)
		status    int
		code      string
	}{
		"another issue under the key":   {key, strings.Replace(issue, "两次", "三次", 1), nil, 409, "desk_key_used"},
		"no key":                        {"", issue, nil, 400, "web_idempotency_key"},
		"a key with spaces":             {"a key with spaces", issue, nil, 400, "web_idempotency_key"},
		"no JSON":                       {"key-00000001", "source=hall", nil, 400, "web_json_body"},
		"two values":                    {"key-00000002", issue + issue, nil, 400, "web_json_body"},
		"a field that there is not":     {"key-00000003", `{"colour":"red"}`, nil, 400, "web_json_body"},
		"a form":                        {"key-00000004", issue, func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 415, "web_json_type"},
		"a source that there is not":    {"key-00000005", strings.Replace(issue, "hotline_12366", "weibo", 1), nil, 422, "ledger_unknown_word"},
		"a level that there is not":     {"key-00000012", strings.Replace(issue, `"title"`, `"level":"nation","title"`, 1), nil, 422, "ledger_unknown_word"},
		"as if jianfu had found it":     {"key-00000006", strings.Replace(issue, "hotline_12366", "system", 1), nil, 422, "ledger_missing"},
		"a unit of another city":        {"key-00000007", nanjingUnit, nil, 422, "web_issue_no_unit"},
		"what is no unit":               {"key-00000011", strings.Replace(issue, fixture.D, strings.Repeat("' OR 1=1 --", 9), 1), nil, 422, "web_issue_no_unit"},
		"another city":                  {"key-00000008", `{"source":"hall","nature":"consult","category":"other","severity":"low","title":"x","region":"320104"}`, nil, 403, "desk_region_hidden"},
		"without a token":               {"key-00000009", issue, func(r *http.Request) { r.Header.Del("Authorization") }, 403, "web_not_proven"},
		"with a token that there isn't": {"key-00000010", issue, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+auth.TokenPrefix+"x") }, 401, "token_refused"},
	} {
		if status, _, code := post(c.key, c.body, c.change); status != c.status || code != c.code {
			t.Errorf("%s: %d, %s; want %d, %s", name, status, code, c.status, c.code)
		}
	}
	for body, want := range map[string]string{
		strings.Replace(issue, "重复征收", "", 1):                 "进行“登记”缺少必填内容：标题。",
		`{"colour":"red"}`:                                    `请求正文不是有效的 JSON，或含有未知字段：json: unknown field "colour"`,
		strings.Replace(issue, "2020-01-16", "0001-01-01", 1): "提出日期“0001-01-01”不正确：应形如 2019-06-03，不早于 1990 年，不晚于今天。",
	} {
		if post("key-00000020", body, nil); said != want {
			t.Errorf("said is %q, want %q", said, want)
		}
	}
}
