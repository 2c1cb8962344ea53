package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"jianfu/internal/audit"
	"jianfu/internal/fault"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// point is the question what a point less of the employers' pension rate would do in May 2019.
const point = "?target=rate&way=points&value=-1&insurance=pension&starts=2019-05&at=2019-05"

// changed is a member as the JSON has it.
type changed struct {
	Suppressed            bool
	Less, More            uint64
	Before, After, Change money.Fen
}

// readWhatIf is the JSON of a what-if.
func readWhatIf(t *testing.T, b *browser, address string) (reply struct {
	Official bool
	Result   *struct {
		Number, Sample uint64
		Total          changed
		ByRegion       []changed `json:"by_region"`
	}
	Saved []scenarioHead
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
	if again := readWhatIf(t, b, "/api/v1/policy/what-if"+point+"&area=320500"); again.Result.Number != 1 {
		t.Errorf("the same question was computed again: %+v", again.Result)
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
	for _, address := range []string{"/policy/what-if" + point + "&area=000000", "/policy/what-if" + point + "&area=320000"} {
		if response, _ := b.get(address); response.StatusCode != http.StatusForbidden && response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", address, response.StatusCode)
		}
	}
	if _, after := b.get("/api/v1/overview?payer=both"); after != official {
		t.Errorf("the overview after a what-if\n%s, before\n%s", after, official)
	}
	_, file := b.get("/download/what-if/regions.csv" + point + "&area=320500&reason=%E6%A0%B8%E5%AF%B9%E6%95%B0%E5%AD%97")
	for _, want := range []string{"推演结果，不计入正式口径", "320505", "-35.00", "2160.00"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file does not hold %s:\n%s", want, file)
		}
	}
}

// TestAWhatIfAboutFewPersonsIsNotShown: Huqiu has one person and Wuzhong two. A reader without records sees neither, and
// not the total either where only the one person's burden changes.
func TestAWhatIfAboutFewPersonsIsNotShown(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-leadership")
	whole := readWhatIf(t, b, "/api/v1/policy/what-if"+point+"&area=320500")
	if whole.Result.Total.Suppressed || whole.Result.Total.Change != -13_500 || !whole.Result.ByRegion[0].Suppressed || !whole.Result.ByRegion[1].Suppressed {
		t.Errorf("%+v", whole.Result)
	}
	for name, question := range map[string]string{
		"a change in Huqiu alone":            point + "&area=320505",
		"narrowed to Huqiu":                  point + "&area=320500&region=320505",
		"a floor that only Huqiu's is below": "?target=floor&way=set&value=3600&starts=2019-05&at=2019-05&area=320500",
	} {
		got := readWhatIf(t, b, "/api/v1/policy/what-if"+question)
		if !got.Result.Total.Suppressed || got.Result.Total.Before != 0 {
			t.Errorf("%s: %+v", name, got.Result.Total)
		}
		response, page := b.get("/policy/what-if" + question)
		if response.StatusCode != http.StatusOK || holds(page, "560.00") || holds(page, "525.00") || holds(page, "576.00") {
			t.Errorf("%s: status %d, and the page shows a person's burden", name, response.StatusCode)
		}
	}
	if response, _ := b.get("/download/what-if/regions.csv" + point + "&area=320505&reason=%E6%A0%B8%E5%AF%B9%E6%95%B0%E5%AD%97"); response.StatusCode != http.StatusForbidden {
		t.Errorf("the file of a withheld change: status %d", response.StatusCode)
	}
}

func TestScenariosAreKeptByWhoSavedThem(t *testing.T) {
	o := staffed(t)
	author, colleague, elsewhere := o.signedIn("sz-reporter"), o.signedIn("sz-inspector"), o.signedIn("nj-inspector")
	author.get("/policy/what-if" + point + "&area=320500")
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
	if saved, deleted := o.entries(audit.ScenarioSaved), o.entries(audit.ScenarioDeleted); len(saved) != 1 || len(deleted) != 1 {
		t.Errorf("audit entries: %+v, %+v", saved, deleted)
	}
}

// TestAWhatIfThatCannotBeComputedSaysWhy: the form stays, with what was typed and the reason above it.
func TestAWhatIfThatCannotBeComputedSaysWhy(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	for question, want := range map[string]string{
		point + "&payer=both":                                "一次只能调整一方",
		strings.Replace(point, "-1", "-99", 1):               "不在 0 到 100% 之间",
		strings.Replace(point, "-1", "x", 1):                 "无法识别",
		strings.Replace(point, "-1", "", 1):                  "请填写调整的数值",
		"?target=rate&way=average&value=60":                  "无法使用",
		"?target=cap&way=average&value=300":                  "没有注明依据的平均工资",
		"?target=rate&value=-1&insurance=medical&at=2019-05": "没有可以调整的费率",
		"?target=rate&value=-1&starts=2019-06&at=2019-05":    "晚于推演月份",
		"?target=rate&value=-1&starts=2019-05&at=2019-08":    "没有 2019-08 的数据",
	} {
		response, page := b.get("/policy/what-if" + question)
		document := parsed(t, page)
		if response.StatusCode != http.StatusBadRequest || !strings.Contains(document.Find(".said.problem").Text(), want) || document.Find("form.what-if-form").Length() != 1 {
			t.Errorf("%s: status %d, %q, want %q", question, response.StatusCode, document.Find(".said.problem").Text(), want)
		}
		if response, _ := b.get("/api/v1/policy/what-if" + question); response.StatusCode != http.StatusBadRequest {
			t.Errorf("the JSON of %s: status %d", question, response.StatusCode)
		}
	}
	for _, code := range []string{"what_if_busy", "what_if_store_busy"} {
		o.server.config.WhatIfs.Compute = func(context.Context, policy.Move, period.Period) (queries.Scenario, bool, error) {
			return queries.Scenario{}, false, fault.New(code)
		}
		response, page := b.get("/policy/what-if" + point)
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
