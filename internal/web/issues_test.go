package web

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
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
)

// upload posts a form with a file.
func (b *browser) upload(address, name, contents string, namesAndValues ...string) (*http.Response, string) {
	b.o.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, values := range b.fields(namesAndValues...) {
		for _, value := range values {
			if err := w.WriteField(field, value); err != nil {
				b.o.t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, contents)
	}
	if err != nil || w.Close() != nil {
		b.o.t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, address, &body)
	request.Header.Set("Content-Type", w.FormDataContentType())
	request.Header.Set("Accept", "text/html")
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return do(b.o.t, b.server, request)
}

// issuePageOf is the page of an issue as somebody sees it.
func issuePageOf(b *browser, number string) *goquery.Document {
	b.o.t.Helper()
	response, body := b.get("/issues/" + number)
	if response.StatusCode != http.StatusOK {
		b.o.t.Fatalf("/issues/%s: status %d", number, response.StatusCode)
	}
	return parsed(b.o.t, body)
}

// seqOf is the step that a page shows.
func seqOf(page *goquery.Document) string {
	return page.Find(".history > li").Last().AttrOr("data-seq", "")
}

// another is an inspector of Suzhou besides sz-inspector, and an approver.
func another(o *office) (inspector, leader *browser) {
	o.t.Helper()
	n := auth.NewAccount{Account: "sz-second", Name: "陆嘉", Roles: []access.Role{access.Inspector}, Regions: []string{suzhou}, Password: secret}
	if _, err := o.accounts.Create(o.t.Context(), access.CommandLine("test"), n); err != nil {
		o.t.Fatal(err)
	}
	return o.signedIn("sz-second"), o.signedIn("sz-leadership")
}

// TestAnIssueGoesItsWay deals with an issue from its registration to its closing, through the pages alone.
func TestAnIssueGoesItsWay(t *testing.T) {
	o := staffed(t)
	before := len(o.done(audit.IssueChanged))
	first := o.signedIn("sz-inspector")
	second, leader := another(o)

	_, body := first.get("/issues/new?unit=" + fixture.D)
	if unit := parsed(t, body).Find(".chosen-unit").Text(); !strings.Contains(unit, "吴中餐馆") {
		t.Fatalf("the unit of the address is not chosen: %q", unit)
	}
	response, body := first.post("/issues/new", "open", "1", "source", "hotline_12366", "nature", "complaint", "category", "policy", "severity", "normal",
		"title", "重复征收", "text", "五月扣了两次。", "contact", "王女士 13900000000", "unit", fixture.D, "raised_on", "2020-01-16", "level", "city")
	location := response.Header.Get("Location")
	if response.StatusCode != http.StatusSeeOther || !strings.HasPrefix(location, "/issues/320500-2020-000001?") {
		t.Fatalf("status %d, %s: %s", response.StatusCode, location, parsed(t, body).Find(".said").Text())
	}
	const number = "320500-2020-000001"
	act := func(b *browser, action string, namesAndValues ...string) {
		t.Helper()
		page := issuePageOf(b, number)
		response, body := b.post("/issues/"+number+"/"+action, append([]string{"seq", seqOf(page)}, namesAndValues...)...)
		if response.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: status %d: %s", action, response.StatusCode, parsed(t, body).Find(".said").Text())
		}
	}
	state := func() string {
		return issuePageOf(first, number).Find(".badge[data-state]").AttrOr("data-state", "")
	}
	act(first, "accept")
	act(first, "assign", "handler", "sz-second")
	if got := state(); got != "assigned" {
		t.Fatalf("the issue is %s", got)
	}
	act(second, "handle")
	act(second, "ask_extension", "days", "5", "words", "须向原征收机构调取凭证")
	act(leader, "grant_extension")
	page := issuePageOf(second, number)
	response, body = second.upload("/issues/"+number+"/reply", "退费凭证.pdf", "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "seq", seqOf(page), "words", "已退回重复征收的 800 元")
	if response.StatusCode != http.StatusSeeOther {
		t.Fatalf("reply: status %d: %s", response.StatusCode, parsed(t, body).Find(".said").Text())
	}
	page = issuePageOf(second, number)
	if page.Find("form[action$='/verify']").Length() != 0 {
		t.Error("who replied may verify")
	}
	if file := page.Find(".attachments a"); file.Text() != "退费凭证.pdf" {
		t.Errorf("the attachment is %q", file.Text())
	}
	act(first, "verify")
	act(first, "close")
	page = issuePageOf(first, number)
	var events []string
	page.Find(".history > li").Each(func(_ int, li *goquery.Selection) {
		if event, ok := li.Attr("data-event"); ok {
			events = append(events, event)
		}
	})
	want := []string{"register", "accept", "assign", "handle", "ask_extension", "grant_extension", "attach", "reply", "verify", "close"}
	if !slices.Equal(events, want) || state() != "closed" {
		t.Errorf("the history is %v, the state %s", events, state())
	}
	if contact := page.Text(); !strings.Contains(contact, "王女士") {
		t.Error("who handles issues does not see whom to call")
	}
	if strings.Contains(issuePageOf(leader, number).Text(), "王女士") {
		t.Error("a leader sees whom to call")
	}
	recorded := o.done(audit.IssueChanged)
	recorded = recorded[:len(recorded)-before]
	if len(recorded) != len(want) {
		t.Errorf("the audit log has %d steps of %d", len(recorded), len(want))
	}
	response, body = second.take("/download/issues/" + number + "/files/" + strings.TrimPrefix(page.Find(".attachments abbr").AttrOr("title", ""), "SHA-256 "))
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(body, "%PDF") || response.Header.Get("Content-Type") != "application/pdf" ||
		!strings.Contains(response.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the attachment: status %d, %v, %.20q", response.StatusCode, response.Header, body)
	}
}

// TestOfTwoWhoSawOneIssueTheSecondIsTold: nothing is overwritten and nothing that was typed is lost.
func TestOfTwoWhoSawOneIssueTheSecondIsTold(t *testing.T) {
	o := staffed(t)
	first := o.signedIn("sz-inspector")
	second, _ := another(o)
	seq := seqOf(issuePageOf(first, suzhouIssue))
	issuePageOf(second, suzhouIssue)
	if response, _ := first.post("/issues/"+suzhouIssue+"/comment", "seq", seq, "words", "已联系单位。@sz-second 请看"); response.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d", response.StatusCode)
	}
	response, body := second.post("/issues/"+suzhouIssue+"/return", "seq", seq, "words", "请补充缴费凭证")
	page := parsed(t, body)
	if response.StatusCode != http.StatusConflict {
		t.Fatalf("status %d", response.StatusCode)
	}
	if news := page.Find(".news").Text(); !strings.Contains(news, "已联系单位") {
		t.Errorf("what the other did is not told: %q", news)
	}
	form := page.Find("details[data-action=return]")
	if got := form.Find("textarea").Text(); got != "请补充缴费凭证" {
		t.Errorf("what was typed is %q", got)
	}
	if _, open := form.Attr("open"); !open {
		t.Error("the form is not open")
	}
	if next := form.Find("input[name=seq]").AttrOr("value", ""); next == seq || next != seqOf(page) {
		t.Errorf("the form is of step %s, the page of %s", next, seqOf(page))
	}
	if mentioned := page.Find(".history > li.new .details").Text(); !strings.Contains(mentioned, "陆嘉") {
		t.Errorf("the mention is not shown: %q", mentioned)
	}
	if got := issuePageOf(first, suzhouIssue).Find(".badge").AttrOr("data-state", ""); got != "registered" {
		t.Errorf("the issue is %s", got)
	}
}

func TestWhatAnIssueRefuses(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	leader := o.signedIn("sz-leadership")
	issuePageOf(leader, suzhouIssue)
	page := issuePageOf(b, suzhouIssue)
	at := func(action string) string { return "/issues/" + suzhouIssue + "/" + action }
	for name, c := range map[string]struct {
		b       *browser
		address string
		fields  []string
		status  int
	}{
		"a step that is jianfu's own":         {b, at("cure"), nil, http.StatusNotFound},
		"a step that there is not":            {b, at("delete"), nil, http.StatusNotFound},
		"a step without its number":           {b, at("comment"), []string{"words", "x"}, http.StatusConflict},
		"a step that is not due":              {b, at("verify"), nil, http.StatusUnprocessableEntity},
		"a return without a reason":           {b, at("return"), nil, http.StatusUnprocessableEntity},
		"a merge into itself":                 {b, at("merge"), []string{"into", suzhouIssue, "words", "重复登记"}, http.StatusUnprocessableEntity},
		"a merge into what is not seen":       {b, at("merge"), []string{"into", nanjingIssue, "words", "重复登记"}, http.StatusUnprocessableEntity},
		"a link to a unit that is none":       {b, at("relate"), []string{"link", "unit", "link_id", "91320000000000010X"}, http.StatusUnprocessableEntity},
		"a link to an issue of another city":  {b, at("relate"), []string{"link", "issue", "link_id", nanjingIssue}, http.StatusUnprocessableEntity},
		"an attachment without a file":        {b, at("attach"), nil, http.StatusUnprocessableEntity},
		"a comment by who only reads":         {leader, at("comment"), []string{"words", "同意"}, http.StatusForbidden},
		"an issue of another city":            {b, "/issues/" + nanjingIssue + "/comment", []string{"words", "x"}, http.StatusNotFound},
		"a registration without a source":     {b, "/issues/new", []string{"open", "1", "nature", "consult", "category", "policy", "severity", "low", "title", "x", "issue_region", "320505", "raised_on", "2020-01-15"}, http.StatusUnprocessableEntity},
		"a registration by detection":         {b, "/issues/new", []string{"open", "1", "source", "system", "nature", "consult", "category", "policy", "severity", "low", "title", "x", "issue_region", "320505", "raised_on", "2020-01-15"}, http.StatusUnprocessableEntity},
		"a registration of another city":      {b, "/issues/new", []string{"open", "1", "source", "hall", "nature", "consult", "category", "policy", "severity", "low", "title", "x", "issue_region", "320102", "raised_on", "2020-01-15"}, http.StatusUnprocessableEntity},
		"a registration of tomorrow":          {b, "/issues/new", []string{"open", "1", "source", "hall", "nature", "consult", "category", "policy", "severity", "low", "title", "x", "issue_region", "320505", "raised_on", "2999-01-01"}, http.StatusUnprocessableEntity},
		"a registration of a foreign unit":    {b, "/issues/new", []string{"open", "1", "source", "hall", "nature", "consult", "category", "policy", "severity", "low", "title", "x", "unit", fixture.A, "raised_on", "2020-01-15"}, http.StatusUnprocessableEntity},
		"an issue that there is not":          {b, "/issues/320505-2020-000099/comment", []string{"words", "x"}, http.StatusNotFound},
		"an assignment to a foreign account":  {b, at("assign"), []string{"handler", "nj-inspector"}, http.StatusUnprocessableEntity},
		"an escalation to another city":       {b, at("escalate"), []string{"bureau", "320100", "words", "x"}, http.StatusUnprocessableEntity},
		"words that are longer than the most": {b, at("comment"), []string{"words", strings.Repeat("长", 10_001)}, http.StatusUnprocessableEntity},
	} {
		fields := c.fields
		if name != "a step without its number" {
			fields = append([]string{"seq", seqOf(page)}, fields...)
		}
		response, body := c.b.post(c.address, fields...)
		if response.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d: %s", name, response.StatusCode, c.status, parsed(t, body).Find(".said, .message").Text())
		}
	}
	if response, body := b.upload(at("comment"), "协议.exe", "MZ\x90\x00\x03\x00\x00\x00", "seq", seqOf(page), "words", "见附件"); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a program as an attachment: status %d: %s", response.StatusCode, parsed(t, body).Find(".said").Text())
	}
	if got := seqOf(issuePageOf(b, suzhouIssue)); got != seqOf(page) {
		t.Errorf("something was written: the issue is at step %s, was at %s", got, seqOf(page))
	}
}

// TestAMergedIssueLeadsToTheOtherAndBack merges two issues; each names the other.
func TestAMergedIssueLeadsToTheOtherAndBack(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	b.get("/issues/new")
	b.post("/issues/new", "open", "1", "source", "visit", "nature", "complaint", "category", "policy", "severity", "low", "title", "同一件事", "issue_region", "320505", "raised_on", "2020-01-15")
	const second = "320505-2020-000002"
	seq := seqOf(issuePageOf(b, second))
	if response, body := b.post("/issues/"+second+"/merge", "seq", seq, "into", suzhouIssue, "words", "同一单位同一事项"); response.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d: %s", response.StatusCode, parsed(t, body).Find(".said").Text())
	}
	if page := issuePageOf(b, second); page.Find(".badge").AttrOr("data-state", "") != "merged" || page.Find("a[href='/issues/"+suzhouIssue+"']").Length() == 0 {
		t.Error("the merged issue does not lead to the other")
	}
	if issuePageOf(b, suzhouIssue).Find("a[href='/issues/"+second+"']").Length() == 0 {
		t.Error("the other does not lead back")
	}
	var answer struct {
		Events  []struct{ Action string }
		Contact string
	}
	_, body := b.get("/api/v1/issues/" + suzhouIssue)
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Contact == "" || answer.Events[len(answer.Events)-1].Action != "absorb" {
		t.Errorf("%v: %s", err, body)
	}
	_, body = o.signedIn("sz-leadership").get("/api/v1/issues/" + suzhouIssue)
	if strings.Contains(body, "13800000000") {
		t.Error("the JSON tells a leader whom to call")
	}
}

// TestTheLedgerIsNarrowedAndTakenAway: whatever narrows the list narrows its figures and its file, and each condition can be
// taken back.
func TestTheLedgerIsNarrowedAndTakenAway(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	rows := func(address string) []string {
		t.Helper()
		response, body := b.get(address)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d: %s", address, response.StatusCode, parsed(t, body).Find(".message").Text())
		}
		page := parsed(t, body)
		found := page.Find("table[data-table=issues] tbody tr").Map(func(_ int, row *goquery.Selection) string { return row.AttrOr("data-issue", "") })
		if got := page.Find("[data-kpi=all] data").Text(); got != strconv.Itoa(len(found)) {
			t.Errorf("%s: %d rows, and the figure is %s", address, len(found), got)
		}
		if strings.Contains(address, "?") && page.Find(".chip.changed a").Length() == 0 {
			t.Errorf("%s: no condition can be taken back", address)
		}
		return found
	}
	b.get("/issues/new")
	b.post("/issues/new", "open", "1", "source", "visit", "nature", "consult", "category", "relief", "severity", "low", "title", "咨询", "issue_region", "320506", "raised_on", "2020-01-15")
	const visit = "320506-2020-000001"
	all := []string{visit, suzhouIssue}
	for address, want := range map[string][]string{
		"/issues?sort=severity": nil, "/issues?source=visit": {visit}, "/issues?status=open": all, "/issues?status=done": {}, "/issues?status=registered,accepted": all,
		"/issues?nature=complaint": {suzhouIssue}, "/issues?category=relief": {visit}, "/issues?severity=normal": {suzhouIssue}, "/issues?region=320505": {suzhouIssue},
		"/issues?bureau=320506": {visit}, "/issues?unit=" + fixture.C: {suzhouIssue}, "/issues?who=sz-inspector": all, "/issues?handler=sz-inspector": {}, "/issues?money=none": all,
		"/issues?due=on_time": {suzhouIssue}, "/issues?due=due_today": {visit}, "/issues?due=overdue": {}, "/issues?age=to_7": all, "/issues?q=" + url.QueryEscape("咨询"): {visit}, "/issues?q=320505-2020": {suzhouIssue},
		"/issues?since=2020-01-16&until=2020-01-16": all, "/issues?until=2020-01-15": {}, "/issues?asked=yes": {}, "/issues?mentioned=sz-inspector": {}, "/issues?cause=refund": {},
		"/issues?industry=I": {suzhouIssue}, "/issues?size=micro": {suzhouIssue},
	} {
		if want == nil {
			rows("/issues?source=visit&" + strings.TrimPrefix(address, "/issues?"))
			continue
		}
		got := rows(address)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
	for _, address := range []string{"/issues?source=fax", "/issues?status=open,gone", "/issues?sort=title", "/issues?since=tomorrow", "/issues?bureau=999999", "/issues?unit=1", "/issues?page=0"} {
		if response, _ := b.get(address); response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", address, response.StatusCode)
		}
	}
	response, file := b.take("/download/issues/issues.csv?source=visit")
	if response.StatusCode != http.StatusOK || !strings.Contains(file, visit) || strings.Contains(file, suzhouIssue) || !strings.Contains(file, "来访") {
		t.Errorf("the file: status %d, %s", response.StatusCode, file)
	}
	if strings.Contains(file, "13800000000") {
		t.Error("the file tells whom to call")
	}
}

// TestSeveralIssuesAtOnce: each is dealt with as it was seen, and what is refused says why and holds up no other.
func TestSeveralIssuesAtOnce(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	another(o)
	_, body := b.get("/issues")
	value := parsed(t, body).Find("input[name=issue]").AttrOr("value", "")
	response, body := b.post("/issues/bulk?status=open", "action", "accept", "issue", value, "issue", suzhouIssue+" 1", "issue", nanjingIssue+" 2")
	page := parsed(t, body)
	if response.StatusCode != http.StatusOK || page.Find(".bulk-results .good").Length() != 1 || page.Find(".bulk-results .bad").Length() != 2 {
		t.Fatalf("status %d: %s", response.StatusCode, page.Find(".bulk-results, .message").Text())
	}
	response, body = b.post("/issues/bulk", "action", "assign", "handler", "sz-second", "issue", page.Find("input[name=issue]").AttrOr("value", ""))
	if page = parsed(t, body); response.StatusCode != http.StatusOK || page.Find(".bulk-results .good").Length() != 1 || page.Find("tr[data-issue] .badge").Text() != "已转办" {
		t.Errorf("status %d: %s", response.StatusCode, page.Find(".bulk-results, .message").Text())
	}
	if response, _ = b.post("/issues/bulk", "action", "close", "issue", value); response.StatusCode != http.StatusBadRequest {
		t.Errorf("an action that is not for several: status %d", response.StatusCode)
	}
}
