package web

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/preparation"
	"jianfu/internal/report"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Reports: who reads figures and issues sees them. The walk asks for a report of each city.
func init() {
	const readers = "leadership inspector reporter"
	for _, route := range []string{
		"GET /reports", "GET /reports/:report", "GET /reports/:report/paper/:paper", "GET /download/reports/:table", "POST /download/reports/:table",
		"GET /download/reports/:report/files/:file", "POST /download/reports/:report/files/:file",
		"GET /api/v1/reports", "GET /api/v1/reports/:report", "GET /api/v1/reports/:report/files",
		"GET /reports/preparations/:job", "GET /api/v1/report-preparations", "GET /api/v1/report-preparations/:job",
	} {
		letThrough[route] = readers
	}
	for act, who := range map[string]string{"check": "reporter", "sign": "leadership", "send": "reporter", "withdraw": "reporter"} {
		letThrough["POST /reports/:report/"+act] = who
	}
	for _, route := range []string{"/reports/prepare", "/reports/preparations/:job/waive", "/reports/:report/revise", "/reports/schedules/create", "/reports/schedules/drop"} {
		letThrough["POST "+route] = "reporter"
	}
	maps.Copy(inPath, map[string][]string{":report": {reportsOf[suzhou], reportsOf[nanjing]}, ":paper": {"forms", "brief"}, ":job": {jobsOf[suzhou], jobsOf[nanjing]}})
	tablesOf["/download/reports/:table"] = []string{"reports.csv", "reports.xlsx"}
	apiSamples["report"], apiSamples["job"] = []string{reportsOf[suzhou]}, []string{jobsOf[suzhou]}
}

// reportsOf are the reports of a staffed office: each city's own, of May, prepared by its reporting officer.
var reportsOf = map[string]string{suzhou: "50005000500050005000500050005000", nanjing: "10001000100010001000100010001000"}

// jobsOf are preparations of a staffed office: each city's own, of June, in whose way a check stands.
var jobsOf = map[string]string{suzhou: "50505050505050505050505050505050", nanjing: "10101010101010101010101010101010"}

// reportSet is the set of definitions in the program.
var reportSet = sync.OnceValue(func() *report.Set {
	set, err := report.Load(report.Shipped())
	if err != nil {
		panic(err)
	}
	return set
})

// preparing prepares reports in the background of an office; the store's place is free.
func (o *office) preparing(more ...*report.Set) *preparation.Jobs {
	free := func(context.Context) (func(), error) { return func() {}, nil }
	preparer := preparation.New(o.q, o.issues(), view.ChartKit, 1, fixture.Now)
	return preparation.NewJobs(o.q, preparer, append([]*report.Set{reportSet()}, more...), free, workday.Shipped(), fixture.Now, slog.New(slog.DiscardHandler))
}

// report prepares the reports of a staffed office.
func (o *office) report() {
	o.t.Helper()
	preparer := preparation.New(o.q, o.issues(), view.ChartKit, 1, fixture.Now)
	archive := report.NewArchive(o.q, fixture.Now)
	for region, word := range regionWords {
		by := access.New(access.Grant{Account: word + "-reporter", Roles: []access.Role{access.Reporter}, Regions: []string{region}})
		made, err := preparer.Make(o.t.Context(), preparation.Order{Set: reportSet(), View: queries.View{Window: period.Range{From: 201905, To: 201905}}, Scope: filter.Regions(region),
			Conceal: true, PreparedBy: word + "某人"}, func(preparation.Stage) {})
		if err != nil {
			o.t.Fatal(err)
		}
		kept, err := archive.Keep(o.t.Context(), by, made)
		if err != nil {
			o.t.Fatal(err)
		}
		before := fixture.Now().AddDate(0, -1, 0) // so long ago that nobody is told of it
		job := queries.ReportJob{Job: jobsOf[region], BegunAt: before, Account: by.Account(), Person: word + "某人", Set: reportSet().ID, From: 201906, To: 201906, Region: region, Waivers: "[]"}
		failed := queries.ReportJobStep{Job: job.Job, Seq: 1, Step: preparation.Refused, At: before, Checks: `[{"check":"by-size/sum","table":"by-size","title":"各规模之和等于合计","passed":false,"differences":[{"cell":"C8","row":"合计","column":"应减","says":"2.00","should":"1.00"}]}]`}
		if err := o.q.BeginReportJob(o.t.Context(), job, failed); err != nil {
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
	}{{other, "check", "prepared", "withdraw"}, {leader, "sign", "checked", ""}, {preparer, "send", "signed", "revise"}} {
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

// strict is a set of one form whose check holds of no city of the small world.
func strict(t *testing.T) *report.Set {
	t.Helper()
	set, err := report.Load(fstest.MapFS{
		"report.yaml": {Data: []byte("id: own\ntitle: 本局报表\nlanguage: zh\n")},
		"1.yaml": {Data: []byte("id: sizes\nnumber: 表1\ntitle: 分规模\nrows: {by: size, total: 合计}\ncolumns:\n  - {figure: due, title: 应减, unit: 元}\n  - {figure: old, title: 旧负担, unit: 元}\n" +
			"definition: 单位部分\ncounterfactual: 旧政策\nchecks:\n  - {id: all, title: 全部减免, relation: due = old}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestAReportIsPreparedOnItsPage has reports prepared: one that is whole, one in whose way a check stands until it is waived, and the
// next version of one that was signed.
func TestAReportIsPreparedOnItsPage(t *testing.T) {
	o := staffed(t)
	jobs := o.preparing(strict(t))
	o.server = o.serving(func(c *kit.Config) { c.Reports = jobs })
	preparer, leader := o.signedIn("sz-reporter"), o.signedIn("sz-leadership")
	// begun follows a form to the page of its preparation, once that has ended, as a leader sees it.
	begun := func(response *http.Response, text string) (address string, page *goquery.Document) {
		t.Helper()
		if response.StatusCode != http.StatusSeeOther {
			t.Fatalf("status %d: %s", response.StatusCode, parsed(t, text).Find(".said").Text())
		}
		jobs.Wait()
		address = response.Header.Get("Location")
		if _, text := preparer.get(address); parsed(t, text).Find(".report-state").Length() != 1 {
			t.Error("who asked for it is not shown it")
		}
		_, text = leader.get(address)
		return address, parsed(t, text)
	}
	state := func(page *goquery.Document) string { return page.Find(".report-state").AttrOr("data-state", "") }

	_, text := preparer.get("/reports")
	if page := parsed(t, text); page.Find("#prepare select[name=about_region] option").First().AttrOr("value", "") != suzhou {
		t.Errorf("the form offers %q first", page.Find("#prepare select[name=about_region] option").First().Text())
	}
	asked := []string{"report_set", reportSet().ID, "from_month", "2019-05", "to_month", "2019-05", "about_region", suzhou}
	_, page := begun(preparer.post("/reports/prepare", asked...))
	if state(page) != preparation.Done || page.Find("a[data-report]").Length() != 1 {
		t.Fatalf("it ended as %s: %s", state(page), page.Find(".card").First().Text())
	}
	first := page.Find("a[data-report]").AttrOr("href", "")
	for name, wrong := range map[string][]string{
		"another city":           {"from_month", "2019-05", "to_month", "2019-05", "about_region", nanjing},
		"months the wrong way":   {"from_month", "2019-06", "to_month", "2019-05", "about_region", suzhou},
		"no month":               {"about_region", suzhou},
		"definitions of no name": {"report_set", "none", "from_month", "2019-05", "to_month", "2019-05", "about_region", suzhou},
	} {
		response, text := preparer.post("/reports/prepare", wrong...)
		if response.StatusCode != http.StatusUnprocessableEntity || parsed(t, text).Find(".reports > .said.problem").Length() != 1 {
			t.Errorf("%s: status %d", name, response.StatusCode)
		}
	}

	// A month without figures is said, and leaves nothing.
	_, page = begun(preparer.post("/reports/prepare", "report_set", reportSet().ID, "from_month", "2019-09", "to_month", "2019-09", "about_region", suzhou))
	if state(page) != preparation.Failed || !strings.Contains(page.Find(".job-why").Text(), "2019-09") {
		t.Errorf("a month without figures: %s, %q", state(page), page.Find(".job-why").Text())
	}

	// A check that fails stands in its way until it is waived, with a reason and a name that are printed.
	preparer.get("/reports")
	address, page := begun(preparer.post("/reports/prepare", "report_set", "own", "from_month", "2019-05", "to_month", "2019-05", "about_region", suzhou))
	if state(page) != preparation.Refused || page.Find("form.job-waive").Length() != 0 || page.Find(".job-checks .cells li").Length() == 0 {
		t.Errorf("it ended as %s, with %d cells", state(page), page.Find(".job-checks .cells li").Length())
	}
	_, text = preparer.get(address)
	if parsed(t, text).Find("form.job-waive input[value='sizes/all']").Length() != 1 {
		t.Error("it cannot be waived")
	}
	for _, wrong := range [][]string{{"reason", "退费未完"}, {"check", "sizes/all"}, {"check", "sizes/other", "reason", "退费未完"}} {
		if response, _ := preparer.post(address+"/waive", wrong...); response.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: status %d", wrong, response.StatusCode)
		}
	}
	_, page = begun(preparer.post(address+"/waive", "check", "sizes/all", "reason", "退费未完"))
	if state(page) != preparation.Done {
		t.Fatalf("waived, it ended as %s", state(page))
	}
	waived := page.Find("a[data-report]").AttrOr("href", "")
	if _, text := leader.get(waived + "/paper/forms"); !strings.Contains(text, "事由：退费未完（sz某人）") {
		t.Error("the waiver is not printed with its name")
	}

	// Signed, it has a next version, and not before.
	if response, _ := preparer.post(first + "/revise"); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a revision of what is not signed: status %d", response.StatusCode)
	}
	archive := report.NewArchive(o.q, fixture.Now)
	cli := access.CommandLine("another")
	kept, err := archive.Find(t.Context(), cli, strings.TrimPrefix(first, "/reports/"))
	for _, step := range []report.Step{report.Checked, report.Signed} {
		if err == nil {
			kept, err = archive.Take(t.Context(), cli, kept, step, "")
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	preparer.get(first)
	_, page = begun(preparer.post(first + "/revise"))
	_, text = leader.get(page.Find("a[data-report]").AttrOr("href", ""))
	if page := parsed(t, text); page.Find("#changes").Length() != 1 {
		t.Errorf("the revision has no changes: %s", page.Find("h1").Text())
	}
	if all := o.done(audit.ReportOrdered); len(all) != 5 {
		t.Errorf("the audit log has %d preparations", len(all))
	}
}

// TestSchedulesAreSetUpOnThePage sets up a schedule, shows its next time and gives it up.
func TestSchedulesAreSetUpOnThePage(t *testing.T) {
	o := staffed(t)
	preparer, leader, stranger := o.signedIn("sz-reporter"), o.signedIn("sz-leadership"), o.signedIn("nj-reporter")
	for _, b := range []*browser{preparer, stranger} {
		b.get("/reports")
	}
	form := []string{"counted", "working_day", "day", "3", "which_months", "previous", "about_region", suzhou}
	if response, text := preparer.post("/reports/schedules/create", form...); response.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d: %s", response.StatusCode, parsed(t, text).Find(".said").Text())
	}
	for _, wrong := range [][]string{{"counted", "day", "day", "32"}, {"counted", "week", "day", "3"}, {"counted", "day", "day", "x"}} {
		if response, _ := preparer.post("/reports/schedules/create", append(wrong, "which_months", "previous", "about_region", suzhou)...); response.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: status %d", wrong, response.StatusCode)
		}
	}
	if response, _ := stranger.post("/reports/schedules/create", form...); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("for another city: status %d", response.StatusCode)
	}
	_, text := leader.get("/reports")
	row := parsed(t, text).Find("[data-schedule]")
	if row.Length() != 1 || !strings.Contains(row.Text(), "每月第 3 个工作日") || !strings.Contains(row.Text(), "下次：2020-02-05 08:00") || row.Find("form").Length() != 0 {
		t.Errorf("the leader sees %q", row.Text())
	}
	id := row.AttrOr("data-schedule", "")
	if _, text := stranger.get("/reports"); parsed(t, text).Find("[data-schedule]").Length() != 0 {
		t.Error("another city sees it")
	}
	if response, _ := stranger.post("/reports/schedules/drop", "schedule", id); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another city gives it up: status %d", response.StatusCode)
	}
	if response, _ := preparer.post("/reports/schedules/drop", "schedule", id); response.StatusCode != http.StatusSeeOther {
		t.Errorf("giving it up: status %d", response.StatusCode)
	}
	if _, text := leader.get("/reports"); parsed(t, text).Find("[data-schedule]").Length() != 0 {
		t.Error("it is still there")
	}
	if len(o.done(audit.ReportScheduled)) != 2 {
		t.Error("the audit log does not have both")
	}
}
