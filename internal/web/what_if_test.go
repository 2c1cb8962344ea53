package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/whatif"
	"jianfu/queries"
)

// point is the question what a point less of the employers' pension rate would do in May 2019.
const point = "?target=rate&way=points&value=-1&insurance=pension&starts=2019-05&at=2019-05"

// changed is a member as the JSON has it.
type changed struct {
	Suppressed            bool
	Less, More            uint64
	Before, After, Change money.Fen
	Received              *whatif.ReceivedJSON
}

// compute sends the form of the what-if page, filled in with a question.
func (b *browser) compute(question string) (*http.Response, string) {
	b.o.t.Helper()
	b.get("/policy/what-if")
	fields, err := url.ParseQuery(strings.TrimPrefix(question, "?"))
	if err != nil {
		b.o.t.Fatal(err)
	}
	fields.Set(kit.ProofField, b.proof)
	return b.send(http.MethodPost, "/policy/what-if", fields)
}

// readWhatIf is the JSON of a what-if.
func readWhatIf(t *testing.T, b *browser, address string) (reply struct {
	Official bool
	Result   *struct {
		Number, Sample uint64
		Total          changed
		ByRegion       []changed `json:"by_region"`
	}
	Saved []whatif.ScenarioHead
}) {
	t.Helper()
	response, body := b.get(address)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d: %s", address, response.StatusCode, body)
	}
	if err := json.Unmarshal([]byte(body), &reply); err != nil {
		t.Fatal(err)
	}
	return reply
}

// TestAWhatIfIsTheReadersPartOfIt: the change of the whole is worked out in etl; Suzhou's part of it is −135 yuan, C 560 to
// 525 and D 1,600 to 1,500, and nobody sees another's part.
func TestAWhatIfIsTheReadersPartOfIt(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	before, official := b.get("/api/v1/overview?payer=both")
	if before.StatusCode != http.StatusOK {
		t.Fatal(official)
	}
	if response, _ := b.compute(point + "&area=320500"); response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/policy/what-if?scenario=1" {
		t.Fatalf("computed: status %d, to %s", response.StatusCode, response.Header.Get("Location"))
	}
	reply := readWhatIf(t, b, "/api/v1/policy/what-if"+point+"&area=320500")
	r := reply.Result
	if reply.Official || r == nil || r.Number != 1 || r.Total.Before != 216_000 || r.Total.After != 202_500 || r.Total.Change != -13_500 || r.Total.Less != 2 || len(r.ByRegion) != 2 {
		t.Fatalf("%+v", reply)
	}
	_, page := b.get("/policy/what-if" + point + "&area=320500")
	document := parsed(t, page)
	for selector, want := range map[string]string{
		".not-official strong":                           "推演结果，不计入正式口径",
		".what-if-result > h2":                           "苏州市养老保险单位费率，自2019年5月起下调 1 个百分点",
		"[data-kpi=change] data":                         "−135.00",
		"table[data-table=regions] tfoot":                "2,160.00",
		"table[data-table=sizes] .sums, .stack .sums":    "",
		"table[data-table=regions] tbody tr:first-child": "吴中区",
	} {
		if got := document.Find(selector).Text(); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	if response, _ := b.compute(point + "&area=320500"); response.Header.Get("Location") != "/policy/what-if?scenario=1" {
		t.Errorf("the same question was computed again: %s", response.Header.Get("Location"))
	}
	if entries := o.entries(audit.ScenarioComputed); len(entries) != 1 || !strings.Contains(entries[0].Details["change"], "苏州市养老保险单位费率") {
		t.Errorf("audit entries: %+v", entries)
	}
	narrow := readWhatIf(t, b, "/api/v1/policy/what-if"+point+"&area=320500&region=320506")
	if narrow.Result.Total.Change != -10_000 {
		t.Errorf("of 吴中: %+v", narrow.Result.Total)
	}
	if response, _ := b.get("/policy/what-if" + point + "&area=320100"); response.StatusCode != http.StatusForbidden {
		t.Errorf("the area of another: status %d", response.StatusCode)
	}
	for _, foreign := range []string{"&area=320100", "&area=320500&region=320102", "&area=320500&also=" + url.QueryEscape("rate:set:pension:employer:320100:2019-05:15")} {
		if response, _ := b.compute(point + foreign); response.StatusCode != http.StatusForbidden {
			t.Errorf("the form with %s: status %d", foreign, response.StatusCode)
		}
	}
	for _, address := range []string{"/policy/what-if" + point + "&area=000000", "/policy/what-if" + point + "&area=320000"} {
		if response, _ := b.get(address); response.StatusCode != http.StatusForbidden && response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", address, response.StatusCode)
		}
	}
	if _, after := b.get("/api/v1/overview?payer=both"); after != official {
		t.Errorf("the overview after a what-if\n%s, before\n%s", after, official)
	}
	_, file := b.take("/download/what-if/regions.csv" + point + "&area=320500")
	for _, want := range []string{"推演结果，不计入正式口径", "320505", "-35.00", "2160.00"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file does not hold %s:\n%s", want, file)
		}
	}
}

// TestAWhatIfSaysWhatReached: of Suzhou's two units C got its 40 yuan, and D, to which 400 were due, was charged 800 too much.
// The net of the two, −360, stands beside what reached, not instead of it. A reader without records sees the sum of
// neither city's part.
func TestAWhatIfSaysWhatReached(t *testing.T) {
	o := staffed(t)
	b, leader := o.signedIn("sz-inspector"), o.signedIn("sz-leadership")
	b.compute(point + "&area=320500")
	r := readWhatIf(t, b, "/api/v1/policy/what-if"+point+"&area=320500").Result
	want := whatif.ReceivedJSON{Real: -360_00, Reach: queries.Reach{Entitled: 440_00, Delivered: 40_00, Overcharged: 800_00, UnitsOvercharged: 1}}
	if r.Total.Received == nil || *r.Total.Received != want || r.ByRegion[0].Received == nil || r.ByRegion[0].Received.Delivered != 40_00 {
		t.Errorf("%+v", r.Total.Received)
	}
	_, page := b.get("/policy/what-if" + point + "&area=320500")
	document := parsed(t, page)
	if total := strings.Join(strings.Fields(document.Find("table[data-table=regions] tfoot").Text()), ""); !strings.HasSuffix(total, "−360.00—40.00800.000.009.1%") {
		t.Errorf("the table's total is %s", total)
	}
	if card := document.Find("[data-kpi=received]").Text(); !strings.Contains(card, "落实率 9.1%：已落实 40.00 元；多征 800.00 元，少征 0.00 元") {
		t.Errorf("the card says %s", card)
	}
	_, file := b.take("/download/what-if/regions.csv" + point + "&area=320500")
	for _, want := range []string{"同期已落实(元),同期多征(元),同期少征(元),同期落实率", ",40.00,800.00,0.00,9.1%"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file does not hold %s:\n%s", want, file)
		}
	}
	leader.compute(point + "&area=320500")
	concealed := readWhatIf(t, leader, "/api/v1/policy/what-if"+point+"&area=320500").Result
	for _, row := range concealed.ByRegion {
		if row.Received != nil {
			t.Errorf("a leader sees %+v", *row.Received)
		}
	}
}

// TestAWhatIfAboutFewPersonsIsNotShown: Huqiu has one person and Wuzhong two. A reader without records sees neither, and
// not the total either where only the one person's burden changes.
func TestAWhatIfAboutFewPersonsIsNotShown(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-leadership")
	b.compute(point + "&area=320500")
	whole := readWhatIf(t, b, "/api/v1/policy/what-if"+point+"&area=320500")
	if whole.Result.Total.Suppressed || whole.Result.Total.Change != -13_500 || !whole.Result.ByRegion[0].Suppressed || !whole.Result.ByRegion[1].Suppressed {
		t.Errorf("%+v", whole.Result)
	}
	for name, question := range map[string]string{
		"a change in Huqiu alone":            point + "&area=320505",
		"narrowed to Huqiu":                  point + "&area=320500&region=320505",
		"a floor that only Huqiu's is below": "?target=floor&way=set&value=4000&starts=2019-05&at=2019-05&area=320500",
	} {
		b.compute(question)
		got := readWhatIf(t, b, "/api/v1/policy/what-if"+question)
		if !got.Result.Total.Suppressed || got.Result.Total.Before != 0 {
			t.Errorf("%s: %+v", name, got.Result.Total)
		}
		response, page := b.get("/policy/what-if" + question)
		if response.StatusCode != http.StatusOK || holds(page, "560.00") || holds(page, "525.00") || holds(page, "576.00") {
			t.Errorf("%s: status %d, and the page shows a person's burden", name, response.StatusCode)
		}
	}
	if response, _ := b.take("/download/what-if/regions.csv" + point + "&area=320505"); response.StatusCode != http.StatusForbidden {
		t.Errorf("the file of a withheld change: status %d", response.StatusCode)
	}
}

// TestNearbyWhatIfsAreRefused: two caps of which one person's wage lies between tell it to the fen, and so may rates of which
// amounts are rounded person by person. Who may not see records tries out what is farther apart, and opens no other.
func TestNearbyWhatIfsAreRefused(t *testing.T) {
	o := staffed(t)
	inspector, leader := o.signedIn("sz-inspector"), o.signedIn("sz-leadership")
	limit := "?starts=2019-05&at=2019-05&area=320500&sure=1&target="
	for question, want := range map[string]int{
		limit + "cap&way=set&value=20000":                                                          http.StatusOK,
		limit + "cap&way=set&value=20001":                                                          http.StatusBadRequest,
		limit + "cap&way=set&value=12500":                                                          http.StatusBadRequest,
		limit + "floor&way=set&value=4000":                                                         http.StatusOK,
		limit + "floor&way=set&value=4001":                                                         http.StatusBadRequest,
		limit + "floor&way=percent&value=1":                                                        http.StatusBadRequest,
		limit + "rate&way=set&value=15.1&insurance=pension":                                        http.StatusOK,
		limit + "rate&way=set&value=15.01&insurance=pension":                                       http.StatusBadRequest,
		limit + "rate&way=set&value=15&insurance=pension&also=" + "cap:set:::320500:2019-05:20001": http.StatusBadRequest,
	} {
		leader.compute(question)
		if response, body := leader.get("/api/v1/policy/what-if" + question); response.StatusCode != want {
			t.Errorf("%s: status %d, want %d: %s", question, response.StatusCode, want, body)
		}
	}
	inspector.compute(limit + "floor&way=set&value=4001")
	fine := readWhatIf(t, inspector, "/api/v1/policy/what-if"+limit+"floor&way=set&value=4001").Result
	if fine == nil || fine.Total.Change == 0 {
		t.Fatalf("an inspector is shown %+v", fine)
	}
	for _, address := range []string{"/policy/what-if", "/api/v1/policy/what-if", "/download/what-if/regions.csv"} {
		response, body := leader.get(fmt.Sprint(address, "?scenario=", fine.Number))
		if response.StatusCode == http.StatusOK || strings.Contains(body, fine.Total.After.String()) {
			t.Errorf("%s opens it: status %d", address, response.StatusCode)
		}
	}
}

func TestScenariosAreKeptByWhoSavedThem(t *testing.T) {
	o := staffed(t)
	author, colleague, elsewhere := o.signedIn("sz-reporter"), o.signedIn("sz-inspector"), o.signedIn("nj-inspector")
	author.compute(point + "&area=320500")
	if response, _ := author.post("/policy/what-if/save", "scenario", "1", "name", " "); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a name: status %d", response.StatusCode)
	}
	response, _ := author.post("/policy/what-if/save", "scenario", "1", "name", "降一个点<b>", "note", "供研究")
	if response.StatusCode != http.StatusSeeOther || !strings.Contains(response.Header.Get("Location"), "scenario=1") {
		t.Fatalf("saving: status %d, %s", response.StatusCode, response.Header.Get("Location"))
	}
	for _, b := range []*browser{author, colleague} {
		_, page := b.get("/policy/what-if?scenario=1")
		row := parsed(t, page).Find("table[data-list=scenarios] tbody tr")
		if !strings.Contains(row.Text(), "降一个点<b>") || row.Find("form").Length() == 1 != (b == author) {
			t.Errorf("the list: %q, with %d buttons", row.Text(), row.Find("form").Length())
		}
	}
	if response, page := elsewhere.get("/policy/what-if?scenario=1"); response.StatusCode != http.StatusNotFound || strings.Contains(page, "降一个点") {
		t.Errorf("another region's scenario: status %d", response.StatusCode)
	}
	if saved := readWhatIf(t, elsewhere, "/api/v1/policy/what-if").Saved; len(saved) != 0 {
		t.Errorf("another region's list: %+v", saved)
	}
	for name, b := range map[string]*browser{"colleague": colleague, "elsewhere": elsewhere} {
		b.get("/policy/what-if")
		for _, address := range []string{"/policy/what-if/delete", "/policy/what-if/save"} {
			response, _ := b.post(address, "scenario", "1", "name", "改名")
			if want := map[string]int{"colleague": http.StatusUnprocessableEntity, "elsewhere": http.StatusNotFound}[name]; response.StatusCode != want {
				t.Errorf("%s: %s: status %d, want %d", name, address, response.StatusCode, want)
			}
		}
	}
	author.get("/policy/what-if")
	if response, _ := author.post("/policy/what-if/delete", "scenario", "1"); response.StatusCode != http.StatusSeeOther {
		t.Errorf("deleting: status %d", response.StatusCode)
	}
	if response, _ := author.get("/policy/what-if?scenario=1"); response.StatusCode != http.StatusNotFound {
		t.Errorf("a deleted scenario: status %d", response.StatusCode)
	}
	if saved, deleted := o.done(audit.ScenarioSaved), o.done(audit.ScenarioDeleted); len(saved) != 1 || len(deleted) != 1 {
		t.Errorf("audit entries: %+v, %+v", saved, deleted)
	}
}

// program is a client that comes with a token of an account.
func (o *office) program(account string) *browser {
	o.t.Helper()
	token, _, err := o.accounts.CreateToken(o.t.Context(), access.CommandLine("test"), account,
		auth.NewToken{Label: "test", Days: 1, Rights: []access.Right{access.FiguresAggregate, access.FiguresRecord, access.PolicyRead, access.Export}})
	if err != nil {
		o.t.Fatal(err)
	}
	return &browser{o: o, server: o.server, cookies: map[string]string{}, header: http.Header{"Authorization": {"Bearer " + token}}}
}

// TestALinkComputesNothing: another site can write a link, and a browser sends the session along with it. What it asks for is
// filled in, and computed once the reader sends the form; programs come with a token, which no browser sends by itself.
func TestALinkComputesNothing(t *testing.T) {
	o := staffed(t)
	b, program := o.signedIn("sz-inspector"), o.program("sz-inspector")
	question := point + "&area=320500"
	computed := func(want int) {
		t.Helper()
		scenarios, err := o.q.Scenarios(t.Context())
		if entries := o.entries(audit.ScenarioComputed); err != nil || len(scenarios) != want || len(entries) != want {
			t.Fatalf("%d scenarios and %d audit entries, want %d; %v", len(scenarios), len(entries), want, err)
		}
	}
	response, page := b.get("/policy/what-if" + question)
	document := parsed(t, page)
	form := document.Find("form.what-if-form")
	if response.StatusCode != http.StatusOK || document.Find(".what-if-result").Length() != 0 || form.AttrOr("method", "") != "post" || form.Find("#what-if-value").AttrOr("value", "") != "-1" ||
		!strings.Contains(document.Find(".said").Text(), "尚未推演") {
		t.Errorf("the link: status %d, %s", response.StatusCode, document.Find(".said").Text())
	}
	for method, fields := range map[string]url.Values{http.MethodGet: nil, http.MethodHead: nil, http.MethodPost: b.fields("reason", okReason)} {
		if response, _ := b.send(method, "/download/what-if/regions.csv"+question, fields); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s of the file: status %d", method, response.StatusCode)
		}
	}
	if response, body := b.get("/api/v1/policy/what-if" + question); response.StatusCode != http.StatusConflict || !strings.Contains(body, "what_if_by_post") {
		t.Errorf("the JSON with a session: status %d, %s", response.StatusCode, body)
	}
	if response, _ := b.send(http.MethodPost, "/policy/what-if"+question, url.Values{}); response.StatusCode != http.StatusForbidden {
		t.Errorf("a form without a proof: status %d", response.StatusCode)
	}
	program.send(http.MethodHead, "/api/v1/policy/what-if"+question, nil)
	computed(0)
	if got := readWhatIf(t, program, "/api/v1/policy/what-if"+question); got.Result == nil || got.Result.Number != 1 {
		t.Errorf("a program gets %+v", got.Result)
	}
	computed(1)
	if _, page = b.get("/policy/what-if" + question); parsed(t, page).Find(".what-if-result > h2").Length() != 1 {
		t.Error("what was computed is not shown at its address")
	}
	look := []string{"target", "rate", "insurance", "medical", "at", "2019-05", "look", "1"}
	if response, _ := b.post("/policy/what-if", look...); response.Header.Get("Location") != "/policy/what-if?insurance=medical&at=2019-05&look=1&target=rate" {
		t.Errorf("looking up what is in force leads to %s", response.Header.Get("Location"))
	}
	computed(1)
}

// TestAWhatIfThatCannotBeComputedSaysWhy: the form stays, with what was typed and the reason above it.
func TestAWhatIfThatCannotBeComputedSaysWhy(t *testing.T) {
	o := staffed(t)
	b, program := o.signedIn("sz-inspector"), o.program("sz-inspector")
	for question, want := range map[string]string{
		point + "&payer=both":                                                  "一次只能调整一方",
		strings.Replace(point, "-1", "-99", 1):                                 "不在 0 到 100% 之间",
		strings.Replace(point, "-1", "x", 1):                                   "无法识别",
		strings.Replace(point, "-1", "", 1):                                    "请填写调整的数值",
		"?target=rate&way=average&value=60":                                    "费率不能按这种方式调整",
		"?target=rate&value=170":                                               "费率须在 0 到 100% 之间，您填写的是 170%",
		"?target=cap&way=average&value=300":                                    "没有注明依据的平均工资",
		"?target=rate&way=points&value=-1&insurance=medical&at=2019-05&sure=1": "没有可以调整的费率",
		"?target=rate&value=15&starts=2019-06&at=2019-05":                      "晚于推演月份",
		"?target=rate&value=15&starts=2019-05&at=2019-08":                      "没有 2019年8月 的数据",
	} {
		response, page := b.compute(question)
		document := parsed(t, page)
		if response.StatusCode != http.StatusBadRequest || !strings.Contains(document.Find(".said.problem").Text(), want) || document.Find("form.what-if-form").Length() != 1 {
			t.Errorf("%s: status %d, %q, want %q", question, response.StatusCode, document.Find(".said.problem").Text(), want)
		}
		if response, _ := program.get("/api/v1/policy/what-if" + question); response.StatusCode != http.StatusBadRequest {
			t.Errorf("the JSON of %s: status %d", question, response.StatusCode)
		}
	}
	for _, code := range []string{"what_if_busy", "what_if_store_busy"} {
		o.server.Config.WhatIfs.Compute = func(context.Context, period.Range, ...policy.Move) (queries.Scenario, bool, error) {
			return queries.Scenario{}, false, problem.New(code)
		}
		response, page := b.compute(point)
		if said := parsed(t, page).Find(".said.problem").Text(); response.StatusCode != http.StatusServiceUnavailable || said == "" {
			t.Errorf("%s: status %d, %q", code, response.StatusCode, said)
		}
	}
}

// TestThePolicyPageShowsThePackOfTheRun with its rows, the comparisons in words, and what applies.
func TestThePolicyPageShowsThePackOfTheRun(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-data_admin")
	_, page := b.get("/policy?at=2019-05&payer=both&insurance=pension")
	document := parsed(t, page)
	for selector, want := range map[string]string{
		".pack h2":                                      "小世界",
		".comparisons article":                          "旧政策：只有基线，不含任何措施。",
		"table[data-table=rates] tbody":                 "16%",
		"table[data-table=limits] tbody tr:last-child":  "2019-05长期3,500.0014,000.00",
		"table[data-table=applies] tbody tr:last-child": "＋ 调基数养老保险个人8%",
		"table[data-table=measures] tbody":              "文2",
	} {
		text := strings.Join(strings.Fields(document.Find(selector).Text()), "")
		if !strings.Contains(text, strings.Join(strings.Fields(want), "")) {
			t.Errorf("%s: %q, want %q", selector, text, want)
		}
	}
	if document.Find(`a[href="/policy/what-if"]`).Length() != 0 {
		t.Error("who sees no figures is offered a what-if")
	}
	_, page = b.get("/policy?at=2019-04&insurance=pension&comparison=rate-only")
	if text := parsed(t, page).Find("table[data-table=applies] tbody").Text(); !strings.Contains(text, "20%") || strings.Contains(text, "16%") {
		t.Errorf("what applied in April: %q", text)
	}
}

// TestAPageWithoutAnyRateSaysForWhatAndHowToBringIt: nothing covers the one record of medical insurance.
func TestAPageWithoutAnyRateSaysForWhatAndHowToBringIt(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("nj-inspector")
	for _, path := range []string{"/?insurance=medical", "/units?insurance=medical", "/regions/320100?insurance=medical"} {
		_, page := b.get(path)
		notice := parsed(t, page).Find(".no-rates")
		if text := strings.Join(strings.Fields(notice.Text()), ""); !strings.Contains(text, "南京市，医疗保险，2019年5月至2019年5月") || !strings.Contains(text, "数据管理岗") {
			t.Errorf("%s says %q", path, text)
		}
		if address, _ := notice.Find("a").Attr("href"); !strings.HasPrefix(address, "/policy") {
			t.Errorf("%s leads to %q", path, address)
		}
	}
	if _, page := b.get("/"); parsed(t, page).Find(".no-rates").Length() != 0 {
		t.Error("a page with figures says that there are none")
	}
}

// TestThePolicyPageTellsWhatThePackCovers, as the pack itself does.
func TestThePolicyPageTellsWhatThePackCovers(t *testing.T) {
	_, page := staffed(t).signedIn("sz-data_admin").get("/policy?insurance=pension")
	rows := parsed(t, page).Find("table[data-table=coverage] tbody tr")
	if text := strings.Join(strings.Fields(rows.First().Text()), ""); !strings.Contains(text, "养老保险") || !strings.Contains(text, "已覆盖") {
		t.Errorf("%d rows, the first %q", rows.Length(), text)
	}
}
