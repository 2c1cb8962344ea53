package web

import (
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/preparation"
	"jianfu/internal/report"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// Reports: who reads figures and issues sees them. The walk asks for a report of each city.
func init() {
	const readers = "leadership inspector reporter"
	for _, route := range []string{
		"GET /reports", "GET /reports/:report", "GET /reports/:report/paper/:paper", "GET /download/reports/:table", "POST /download/reports/:table",
		"GET /download/reports/:report/files/:file", "POST /download/reports/:report/files/:file",
		"GET /api/v1/reports", "GET /api/v1/reports/:report", "GET /api/v1/reports/:report/files",
	} {
		letThrough[route] = readers
	}
	for act, who := range map[string]string{"check": "reporter", "sign": "leadership", "send": "reporter", "withdraw": "reporter"} {
		letThrough["POST /reports/:report/"+act] = who
	}
	maps.Copy(inPath, map[string][]string{":report": {reportsOf[suzhou], reportsOf[nanjing]}, ":paper": {"forms", "brief"}})
	tablesOf["/download/reports/:table"] = []string{"reports.csv", "reports.xlsx"}
	apiSamples["report"] = []string{reportsOf[suzhou]}
}

// reportsOf are the reports of a staffed office: each city's own, of May, prepared by its reporting officer.
var reportsOf = map[string]string{suzhou: "50005000500050005000500050005000", nanjing: "10001000100010001000100010001000"}

// report prepares the reports of a staffed office.
func (o *office) report() {
	o.t.Helper()
	set, err := report.Load(report.Shipped())
	if err != nil {
		o.t.Fatal(err)
	}
	preparer := preparation.New(o.q, o.issues(), view.ChartKit, 1, fixture.Now)
	archive := report.NewArchive(o.q, fixture.Now)
	for region, word := range regionWords {
		by := access.New(access.Grant{Account: word + "-reporter", Roles: []access.Role{access.Reporter}, Regions: []string{region}})
		made, err := preparer.Make(o.t.Context(), preparation.Order{Set: set, View: queries.View{Window: period.Range{From: 201905, To: 201905}}, Scope: filter.Regions(region),
			Conceal: true, PreparedBy: word + "某人"}, func(preparation.Stage) {})
		if err != nil {
			o.t.Fatal(err)
		}
		kept, err := archive.Keep(o.t.Context(), by, made)
		if err != nil {
			o.t.Fatal(err)
		}
		kept.ID = reportsOf[region] // once more, under a number that tests know
		if err := o.q.KeepReport(o.t.Context(), kept.KeptReport); err != nil {
			o.t.Fatal(err)
		}
	}
}

// TestAReportIsShownAsItWasKept reads a report as its readers do, and tries it as others.
func TestAReportIsShownAsItWasKept(t *testing.T) {
	o := staffed(t)
	own, foreign := "/reports/"+reportsOf[suzhou], "/reports/"+reportsOf[nanjing]
	leader := o.signedIn("sz-leadership")
	kept, err := report.NewArchive(o.q, fixture.Now).Find(t.Context(), access.CommandLine("test"), reportsOf[suzhou])
	if err != nil {
		t.Fatal(err)
	}
	response, text := leader.get(own)
	page := parsed(t, text)
	if response.StatusCode != http.StatusOK || page.Find(".report-life li").Length() != 1 || page.Find("table[data-table=files] tbody tr").Length() != len(kept.FileNames) || !strings.Contains(text, kept.Hash()) {
		t.Errorf("status %d, %d files, hash %v", response.StatusCode, page.Find("table[data-table=files] tbody tr").Length(), strings.Contains(text, kept.Hash()))
	}
	files, err := report.NewArchive(o.q, fixture.Now).Files(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, paper := range report.Papers {
		response, text := leader.get(own + "/paper/" + paper)
		i, there := kept.Paper(paper, "html")
		if !there || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: there %v, status %d", paper, there, response.StatusCode)
		}
		sheets := string(files[i].Content())
		style := regexp.MustCompile(`<link rel="stylesheet" href="[^"]+">`).FindString(text)
		text = strings.Replace(text, style, "", 1)
		above := strings.Index(text, `<nav class="paper-bar"`)
		below := strings.LastIndex(text[:strings.Index(text, `<article class="official">`)], "\n") + 1
		if above < 0 || text[:above]+text[below:] != sheets {
			t.Errorf("%s: without the bar the page is not the file that was kept", paper)
		}
		if policy := response.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "'sha256-") {
			t.Errorf("%s: the policy is %q", paper, policy)
		}
	}
	for i := range kept.FileNames {
		if response, text := leader.take("/download" + own + "/files/" + strconv.Itoa(i+1)); response.StatusCode != http.StatusOK || hashOf(text) != kept.FileHashes[i] {
			t.Errorf("%s: status %d, or it is not what was kept", kept.FileNames[i], response.StatusCode)
		}
	}
	if entries := o.entries(audit.Exported); len(entries) != len(kept.FileNames) {
		t.Errorf("%d exports are in the audit log", len(entries))
	}
	for _, address := range []string{foreign, foreign + "/paper/forms", own + "/paper/other", "/reports/12345678"} {
		if response, _ := leader.get(address); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", address, response.StatusCode)
		}
	}
	if response, _ := leader.take("/download" + foreign + "/files/1"); response.StatusCode != http.StatusNotFound {
		t.Errorf("a file of another city: status %d", response.StatusCode)
	}
	if _, text := leader.get("/reports?step=signed"); parsed(t, text).Find("table[data-table=reports]").Length() != 0 {
		t.Error("reports that are not signed are listed as such")
	}
}

// TestAReportIsCheckedByAnotherAndSignedByALeader walks through the life of a report on its page.
func TestAReportIsCheckedByAnotherAndSignedByALeader(t *testing.T) {
	o := staffed(t)
	second := auth.NewAccount{Account: "sz-second", Name: "sz某人", Roles: []access.Role{access.Reporter}, Regions: []string{suzhou}, Password: secret}
	if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), second); err != nil {
		t.Fatal(err)
	}
	own := "/reports/" + reportsOf[suzhou]
	preparer, other, leader, stranger := o.signedIn("sz-reporter"), o.signedIn("sz-second"), o.signedIn("sz-leadership"), o.signedIn("nj-leadership")
	offered := func(b *browser) string {
		t.Helper()
		_, text := b.get(own)
		return strings.Join(parsed(t, text).Find("form[data-act]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("data-act", "") }), " ")
	}
	refused := func(who string, b *browser, act string, want int) {
		t.Helper()
		if response, _ := b.post(own+"/"+act, "note", "口径有误"); response.StatusCode != want {
			t.Errorf("%s by %s: status %d, want %d", act, who, response.StatusCode, want)
		}
	}
	if got := offered(preparer); got != "withdraw" {
		t.Errorf("who prepared it is offered %q", got)
	}
	refused("the preparer", preparer, "check", http.StatusUnprocessableEntity)
	refused("the leader", leader, "check", http.StatusForbidden)
	refused("the leader before it is checked", leader, "sign", http.StatusUnprocessableEntity)
	stranger.get("/account")
	refused("the leader of another city", stranger, "sign", http.StatusNotFound)
	for _, step := range []struct {
		by    *browser
		act   string
		state string
		then  string // what the one who took it is offered next
	}{{other, "check", "prepared", "withdraw"}, {leader, "sign", "checked", ""}, {preparer, "send", "signed", ""}} {
		if got := offered(step.by); !strings.Contains(got, step.act) {
			t.Errorf("%s is not offered, but %q", step.act, got)
		}
		response, _ := step.by.post(own+"/"+step.act, "state", step.state)
		if response.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: status %d", step.act, response.StatusCode)
		}
		if got := offered(step.by); got != step.then {
			t.Errorf("after %s it is offered %q, want %q", step.act, got, step.then)
		}
	}
	if response, _ := other.post(own+"/withdraw", "state", "prepared", "note", "口径有误"); response.StatusCode != http.StatusConflict {
		t.Errorf("a form that is out of date: status %d", response.StatusCode)
	}
	if len(o.done(audit.ReportChecked))+len(o.done(audit.ReportFrozen))+len(o.done(audit.ReportSent)) != 3 {
		t.Error("the audit log does not have the three steps")
	}
}
