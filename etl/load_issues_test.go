package etl_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/etl"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/queries"
)

// issueLines are four issues, one of them twice, and three lines that are none.
func issueLines() string {
	return "来源,标题,统一社会信用代码,行政区划代码,诉求性质,类别,严重程度,提出日期,联系方式,内容\n" +
		"12366,五月费率没有下调," + fixture.B + ",320104,投诉,政策落实,重,2019-06-03,王先生 025-0000,单位反映 5 月仍按 20% 扣费\n" +
		"办税服务厅,不会填报,,320505,,,,,,\n" +
		"办税服务厅,不会填报,,320505,,,,,,\n" +
		"座谈会,建议公开基数,,320104,意见建议,其他,一般,2019/6/5,,\"第一行\n第二行\"\n" +
		"12345,系统打不开," + fixture.C + ",320505,投诉,信息系统,紧急,2019-06-05,,\n" +
		"微博,看到的,,320104,,,,,,\n" +
		"来信,地区不对,,329999,,,,,,\n" +
		"来信,还没有到的日子,,320104,,,,2030-01-01,,\n"
}

// noClocks counts no working day.
var noClocks = queries.IssueClockwork{}

func registeredIssues(t *testing.T, q *queries.Queries) []ledger.Issue {
	t.Helper()
	ids, _, err := q.Issues(t.Context(), filter.Everything(), queries.IssueFilter{}, noClocks, queries.IssueSort{}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	issues, err := q.LastIssues(t.Context(), filter.Everything(), ids)
	if err != nil {
		t.Fatal(err)
	}
	return issues
}

func TestIssuesAreLoaded(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units())
	first := fixture.Load(t, q, issueLines())[0]
	if first.Kind != "issues" || first.Read != 8 || first.Accepted != 4 || first.Rejected != 3 || first.Unchanged != 1 {
		t.Errorf("%+v", first)
	}
	issues := registeredIssues(t, q)
	var numbers []string
	for _, i := range issues {
		numbers = append(numbers, i.Number)
	}
	if got := strings.Join(numbers, " "); got != "320104-2020-000001 320104-2020-000002 320505-2020-000001 320505-2020-000002" {
		t.Errorf("numbers %s", got)
	}
	at := issues[0].RegisteredAt
	want := ledger.Issue{
		ID: issues[0].ID, Number: "320104-2020-000001", Seq: 1, State: ledger.Registered, Source: "hotline_12366", Nature: "complaint", Category: "policy",
		Severity: "high", Title: "五月费率没有下调", Text: "单位反映 5 月仍按 20% 扣费", Unit: fixture.B, Region: "320104", Industry: "F5211", Size: "small",
		Contact: "王先生 025-0000", RaisedOn: "2019-06-03", Bureau: "320104", Home: "320104", RegisteredBy: ledger.System, Owner: ledger.System, RegisteredAt: at, ClockFrom: time.Date(2019, 6, 2, 16, 0, 0, 0, time.UTC),
		ChangedAt: at, Links: []ledger.Link{{To: "load", ID: "2"}},
	}
	if !reflect.DeepEqual(issues[0], want) {
		t.Errorf("got  %+v\nwant %+v", issues[0], want)
	}
	if i := issues[1]; i.Text != "第一行\n第二行" || i.RaisedOn != "2019-06-05" || i.Nature != "suggestion" {
		t.Errorf("%+v", i)
	}
	if i := issues[2]; i.Nature != "consult" || i.Category != "other" || i.Severity != "normal" || i.RaisedOn == "" || i.Unit != "" {
		t.Errorf("%+v", i)
	}
	var codes []string
	err := q.Rejects(t.Context(), []uint32{first.ID}, 10, func(r *queries.Reject) error {
		codes = append(codes, r.Column+" "+r.Value+" "+r.Code)
		return nil
	})
	if got := strings.Join(codes, "; "); err != nil || got != "来源 微博 issue_source_unknown; 行政区划代码 329999 issue_region_unknown; 提出日期 2030-01-01 issue_raised_later" {
		t.Errorf("%s, %v", got, err)
	}
}

// The same file is known by its contents, the same lines by what they say, in whatever encoding and under whatever header.
func TestLoadingIssuesAgainChangesNothing(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units())
	fixture.Load(t, q, issueLines())
	if again := fixture.Load(t, q, issueLines())[0]; !again.Already {
		t.Errorf("%+v", again)
	}
	other := strings.Replace(issueLines(), "来源,标题,统一社会信用代码,行政区划代码,诉求性质,类别,严重程度,提出日期,联系方式,内容",
		"source,title,unit_id,region_code,nature,category,severity,raised_on,contact,text", 1) + "visit,来访问费率,,320505,,,,,,\n"
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(other)
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write([]byte(encoded)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "issues.csv.gz")
	if err := os.WriteFile(path, zipped.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	loader := etl.Loader{Queries: q, Now: fixture.Now}
	loaded, err := loader.Load(t.Context(), []string{path})
	if err != nil || loaded[0].Read != 9 || loaded[0].Accepted != 1 || loaded[0].Unchanged != 5 || loaded[0].Rejected != 3 {
		t.Errorf("%+v, %v", loaded, err)
	}
	if n := len(registeredIssues(t, q)); n != 5 {
		t.Errorf("%d issues", n)
	}
}

// TestALoadOfIssuesThatIsKilledLeavesAllOrNone kills the program at its stages, and the engine at any moment.
func TestALoadOfIssuesThatIsKilledLeavesAllOrNone(t *testing.T) {
	dir := enginetest.Dir(t)
	q := fixture.OpenAt(t, dir)
	fixture.Load(t, q, fixture.Units())
	file := fixture.File(t, "issues.csv", issueLines())
	for _, d := range []doom{{AtHour: 1}, {AtProgress: 1}, {AtHour: 3}, {AtHour: 5}} {
		d.Data, d.Files = dir, []string{file}
		dies(t, d)
		if n := len(registeredIssues(t, q)); n != 0 {
			t.Errorf("%+v: %d issues", d, n)
		}
	}
	const many = 3000
	var lines strings.Builder
	lines.WriteString("source,title,region_code,text\n")
	for n := range many {
		fmt.Fprintf(&lines, "hall,第 %d 个问题,320104,%s\n", n, strings.Repeat("字", 100))
	}
	path := fixture.File(t, "many.csv", lines.String())
	loader := etl.Loader{Queries: q, Now: fixture.Now}
	for wait, loaded := 20*time.Millisecond, false; !loaded; wait *= 2 {
		killed := make(chan struct{})
		timer := time.AfterFunc(wait, func() { defer close(killed); enginetest.Kill(t, dir) })
		_, err := loader.Load(t.Context(), []string{path})
		if !timer.Stop() {
			<-killed
		}
		loaded = err == nil
		found, err := q.CountIssues(t.Context(), filter.Everything(), queries.IssueFilter{}, noClocks)
		switch {
		case err != nil:
			t.Fatal(err)
		case len(found) == 0 && !loaded:
		case len(found) == 1 && found[0].Issues == many:
		default:
			t.Errorf("killed after %v: %+v", wait, found)
		}
	}
	fixture.Load(t, q, issueLines())
	found, err := q.CountIssues(t.Context(), filter.Everything(), queries.IssueFilter{}, noClocks)
	if err != nil || len(found) != 1 || found[0].Issues != many+4 {
		t.Errorf("%+v, %v", found, err)
	}
}
