package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/audit"
	"jianfu/internal/evidence"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/web/cases"
	"jianfu/internal/web/kit"
)

// namesOf are the units of a list of cases, in order.
func namesOf(document *goquery.Document) string {
	return strings.Join(document.Find("table[data-table=cases] tbody th").Map(func(_ int, s *goquery.Selection) string { return strings.TrimSpace(s.Text()) }), " ")
}

// TestTheListOfCasesInTheSmallWorld goes through the list as its readers do; the figures are worked out in package world.
func TestTheListOfCasesInTheSmallWorld(t *testing.T) {
	o := staffed(t)
	nanjings, suzhous := o.signedIn("nj-inspector"), o.signedIn("sz-inspector")
	for address, want := range map[string]string{
		"/cases?sort=-shortfall":                "秦淮百货 玄武机械厂",
		"/cases?state=none":                     "秦淮百货",
		"/cases?mark=base_over_cap":             "秦淮百货",
		"/cases?mark=uncovered":                 "玄武机械厂",
		"/cases?mark=duplicate_charge":          "",
		"/cases?size=small":                     "秦淮百货",
		"/cases?region=320102":                  "玄武机械厂",
		"/cases?q=QHBH":                         "秦淮百货",
		"/cases?channel=etax&state=none":        "秦淮百货",
		"/cases?issue=open":                     "玄武机械厂",
		"/cases?issue=closed":                   "",
		"/cases?issue=none&sort=-shortfall":     "秦淮百货",
		"/cases?per_page=1&page=2&sort=unit_id": "秦淮百货",
		"/cases?q=" + fixture.D:                 "",
	} {
		response, body := nanjings.get(address)
		if got := namesOf(parsed(t, body)); response.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: status %d, %q, want %q", address, response.StatusCode, got, want)
		}
	}
	_, body := suzhous.get("/cases?state=increased")
	row := parsed(t, body).Find("table[data-table=cases] tbody tr")
	if row.Length() != 1 || row.Find("th").Text() != "吴中餐馆" || row.Find("[data-column=shortfall] data").AttrOr("value", "") != "800.00" ||
		!strings.Contains(row.Find("[data-column=reasons]").Text(), "重复征收 800.00") {
		t.Errorf("the case of D is %q", row.Text())
	}
	for address, status := range map[string]int{"/cases?state=bad": 400, "/cases?mark=bad": 400, "/cases?finding=x": 400, "/cases?sample=random&count=0&seed=1": 400,
		"/cases?sample=random&count=3&seed=x": 400, "/cases?region=320500": 403, "/findings/0f3a9c1e5b7d2846": 404, "/findings/x": 404, "/cases?columns=bad": 400} {
		if response, _ := nanjings.get(address); response.StatusCode != status {
			t.Errorf("%s: status %d, want %d", address, response.StatusCode, status)
		}
	}
	var reply cases.CasesJSON
	_, body = nanjings.get("/api/v1/cases?sort=-shortfall")
	if err := json.Unmarshal([]byte(body), &reply); err != nil || reply.Total != 2 || len(reply.Cases) != 2 || reply.Cases[0].UnitID != fixture.B ||
		reply.Cases[0].Shortfall != 76000 || reply.Totals.Shortfall() != 76000 {
		t.Errorf("the JSON of the list is %s, %v", body, err)
	}
	_, body = nanjings.get("/units/" + fixture.B)
	section := parsed(t, body).Find("#case")
	if got := section.Find("li[data-mark=base_over_cap] .case-amount").Text(); got != "160.00" || section.Find(".sums.ok").Length() != 1 {
		t.Errorf("the unit as a case says %q of the base: %s", got, section.Text())
	}
}

// TestAnIssueIsOpenedFromACaseWithItsEvidence: from the list to the unit, and from there to the issue, are three clicks; the
// evidence stays as it was found, and only who may see records takes it.
func TestAnIssueIsOpenedFromACaseWithItsEvidence(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("nj-inspector")
	_, body := b.get("/cases?sort=-shortfall")
	unit := parsed(t, body).Find("table[data-table=cases] tbody th a").First().AttrOr("href", "")
	_, body = b.get(unit)
	form := parsed(t, body).Find("#case .case-do form")
	_, body = b.post(form.AttrOr("action", ""), "unit", form.Find("input[name=unit]").AttrOr("value", ""))
	form = parsed(t, body).Find("form[action^='/cases/issues']") // which asks
	typed := []string{}
	form.Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		if name := input.AttrOr("name", ""); name != "csrf_token" {
			typed = append(typed, name, input.AttrOr("value", ""))
		}
	})
	response, _ := b.post(form.AttrOr("action", ""), typed...)
	address := response.Header.Get("Location")
	if response.StatusCode != http.StatusSeeOther || !strings.HasPrefix(address, "/issues/320104-") {
		t.Fatalf("status %d, to %q", response.StatusCode, address)
	}
	number := strings.TrimPrefix(address, "/issues/")
	shown, err := o.server.Config.Issues.Numbered(t.Context(), filter.Regions("320104"), number)
	if err != nil || shown.Unit != fixture.B || shown.Found != 76000 || len(shown.Files) != 1 || shown.Files[0].Type != evidence.Type || shown.Run != 2 {
		t.Fatalf("the issue is %+v, %v", shown.Issue, err)
	}
	file := "/download/issues/" + number + "/files/" + shown.Files[0].SHA256
	_, pack := b.post(file, kit.ParamReason, "核对本月数字")
	again := packed(t, pack)
	if !strings.Contains(again["data/case.json"], `"shortfall": "760.00"`) || !strings.Contains(again["index.html"], "秦淮百货") {
		t.Errorf("the pack holds %d files", len(again))
	}
	fixture.Load(t, o.q, fixture.RecordsHeader+refundOfB)
	fixture.Recompute(t, o.q, fixture.Pack(t))
	o.server = o.serving(nil)
	if _, later := b.post(file, kit.ParamReason, "核对本月数字"); later != pack {
		t.Error("the pack is another one after a later run")
	}
	_, fresh := b.post("/download/cases/"+fixture.B+"/evidence", kit.ParamReason, "核对本月数字")
	if !strings.Contains(packed(t, fresh)["data/case.json"], `"shortfall": "0.00"`) {
		t.Error("the pack of the later run does not show the refund")
	}
	if response, _ = b.post("/cases/issues", "unit", fixture.D); response.StatusCode != http.StatusNotFound {
		t.Errorf("a unit of the other city: status %d", response.StatusCode)
	}
	if response, _ := o.signedIn("nj-leadership").take(file); response.StatusCode != http.StatusNotFound { // the unit has one person
		t.Errorf("who may not see records takes the evidence: status %d", response.StatusCode)
	}
	registered := 0
	for _, entry := range o.entries(audit.IssueChanged) {
		if entry.Object == number {
			registered++
		}
	}
	if registered != 2 {
		t.Errorf("the audit log has %d steps of the issue, want its registration and its evidence", registered)
	}
}

// refundOfB pays back what B of the small world was charged too much.
var refundOfB = "05-B9," + fixture.B + ",2019-05,pension,refund,b1,1,0,0,0,-760,0,0,2019-06-20,-760,etax\n"

// packed are the files of a pack.
func packed(t *testing.T, raw string) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader([]byte(raw)), int64(len(raw)))
	if err != nil {
		t.Fatalf("no pack: %v", err)
	}
	files := map[string]string{}
	for _, entry := range archive.File {
		file, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name] = string(content)
	}
	return files
}

func TestIssuesAreOpenedForSeveralCases(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	b.get("/cases")
	response, body := b.post("/cases/issues?sort=unit_id", "unit", fixture.D, "unit", fixture.C, "unit", fixture.B)
	page := parsed(t, body)
	if response.StatusCode != http.StatusOK || page.Find("tr[data-unit]").Length() != 1 || page.Find("tr[data-unit='"+fixture.D+"'] [data-found]").Text() != "800.00" ||
		page.Find("form[action^='/cases/issues'] input[name=unit]").Length() != 1 || strings.Contains(body, "秦淮百货") {
		t.Errorf("asked: status %d: %s", response.StatusCode, page.Find("main").Text())
	}
	if issues, err := o.q.IssuesOfUnits(t.Context(), filter.Everything(), []string{fixture.D}); err != nil || len(issues) != 0 {
		t.Errorf("registered before anybody said so: %+v, %v", issues, err)
	}
	if response, _ = b.post("/cases/issues", "unit", fixture.D, "confirmed", "yes", "run", "7"); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("confirmed with the figures of another run: status %d", response.StatusCode)
	}
	response, body = b.post("/cases/issues?sort=unit_id", "unit", fixture.D, "unit", fixture.C, "unit", fixture.B, "confirmed", "yes", "run", page.Find("input[name=run]").AttrOr("value", ""))
	page = parsed(t, body)
	if response.StatusCode != http.StatusOK || page.Find("a[href^='/issues/320506-']").Length() != 1 || !strings.Contains(page.Text(), "未登记 2 件") {
		t.Errorf("status %d: %s", response.StatusCode, page.Find("main").Text())
	}
	if strings.Contains(body, "秦淮百货") {
		t.Error("the name of a unit of the other city is told")
	}
	if response, body = b.post("/cases/issues", "unit", fixture.D); response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "320506-") {
		t.Errorf("a second issue about the same: status %d", response.StatusCode)
	}
	_, body = b.get("/cases?issue=open")
	if got := namesOf(parsed(t, body)); got != "吴中餐馆" {
		t.Errorf("with an open issue there is %q", got)
	}
	if response, _ = b.post("/cases/issues"); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing chosen: status %d", response.StatusCode)
	}
	if response, _ = o.signedIn("sz-reporter").post("/cases/issues", "unit", fixture.D); response.StatusCode != http.StatusForbidden {
		t.Errorf("a reporter opens an issue: status %d", response.StatusCode)
	}
	issues, err := o.q.IssuesOfUnits(t.Context(), filter.Everything(), []string{fixture.B, fixture.D})
	if err != nil || len(issues) != 1 || issues[0].State != ledger.Registered {
		t.Errorf("%d issues, %v", len(issues), err)
	}
}

func TestASampleOfCasesIsRecordedAndDrawnAgain(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("nj-inspector")
	b.get("/cases")
	response, _ := b.post("/cases/sample", "sample", "random", "count", "1")
	address := response.Header.Get("Location")
	at, err := url.Parse(address)
	if response.StatusCode != http.StatusSeeOther || err != nil || at.Query().Get("seed") == "" {
		t.Fatalf("status %d, to %q", response.StatusCode, address)
	}
	_, body := b.get(address)
	first := namesOf(parsed(t, body))
	if strings.Count(first, " ") != 0 || first == "" || !strings.Contains(parsed(t, body).Find(".sample-words").Text(), at.Query().Get("seed")) {
		t.Errorf("drawn is %q", first)
	}
	if _, body = b.get(address + "&sort=unit_id"); namesOf(parsed(t, body)) != first {
		t.Error("the order of the list draws other units")
	}
	entries := o.entries(audit.SampleDrawn)
	if len(entries) != 1 || entries[0].Details["seed"] != at.Query().Get("seed") || entries[0].Details["way"] != "random" {
		t.Errorf("the audit log has %+v", entries)
	}
	if _, body = b.get("/cases?sample=state&count=2&seed=7&sort=-shortfall"); namesOf(parsed(t, body)) != "秦淮百货 玄武机械厂" {
		t.Errorf("of both states one: %q", namesOf(parsed(t, body)))
	}
}

func TestASystemicFindingHasItsUnitsAndOneIssue(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	_, body := b.get("/findings")
	row := parsed(t, body).Find("table[data-table=findings] tbody tr")
	if row.Length() != 1 || row.AttrOr("data-finding", "") != suzhouFinding || !strings.Contains(row.Text(), "重复征收") {
		t.Errorf("Suzhou has %q", row.Text())
	}
	if response, _ := b.get("/findings/" + nanjingFinding); response.StatusCode != http.StatusNotFound {
		t.Errorf("the finding of the other city: status %d", response.StatusCode)
	}
	_, body = b.get("/findings/" + suzhouFinding)
	if got := namesOf(parsed(t, body)); got != "吴中餐馆" || !strings.Contains(parsed(t, body).Find(".headline").Text(), "800.00") {
		t.Errorf("the finding is of %q", got)
	}
	_, body = b.get("/cases?finding=" + suzhouFinding)
	if got := namesOf(parsed(t, body)); got != "吴中餐馆" {
		t.Errorf("the finding leads to the cases of %q", got)
	}
	response, _ := b.post("/findings/" + suzhouFinding + "/issue")
	number := strings.TrimPrefix(response.Header.Get("Location"), "/issues/")
	shown, err := o.server.Config.Issues.Numbered(t.Context(), filter.Regions("320506"), number)
	if err != nil || shown.Unit != "" || len(shown.Links) != 1 || shown.Links[0] != (ledger.Link{To: "finding", ID: suzhouFinding}) || !strings.Contains(shown.Text, "800.00") {
		t.Errorf("status %d, the issue is %+v, %v", response.StatusCode, shown.Issue, err)
	}
	if issuePageOf(b, number).Find("a[href='/findings/"+suzhouFinding+"']").Length() == 0 {
		t.Error("the issue does not lead back to the finding")
	}
	if response, body = b.post("/findings/" + suzhouFinding + "/issue"); response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, number) {
		t.Errorf("a second one: status %d", response.StatusCode)
	}
	_, body = b.get("/findings/" + suzhouFinding)
	if parsed(t, body).Find(".case-issues a[href='/issues/"+number+"']").Length() != 1 {
		t.Error("the finding does not show its issue")
	}
}
