package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// sumCase is a session with one of the cases under testdata/cases, loaded; code is how the contributions go in.
func sumCase(t *testing.T, name string, code int) (s *session, loaded []loadedFile) {
	t.Helper()
	s = newSession(t)
	s.pack = fixture.CaseFile(t, name, "pack")
	s.load(exitDone, fixture.CaseFile(t, name, "units.csv"))
	return s, s.load(code, fixture.CaseFile(t, name, "contributions.csv"))
}

func TestASummaryRecordOwesWhatItsWholeWageOwes(t *testing.T) {
	s, _ := sumCase(t, "sum-A1-summary-row-rounding", exitDone)
	s.must(exitDone, "recompute", "--policy", s.pack)
	text := s.must(exitDone, "export", "burdens", "--out", "-")
	const want = "91320102000000007P,2019-05,pension,employer,40,180880.16,34367.23,28940.83,28940.83,5426.40,5426.40,0.00,5426.40,0.00\n"
	if _, row, _ := strings.Cut(text, "\n"); row != want {
		t.Errorf("the burden is\n%s, want\n%s", row, want)
	}
	if reasons := s.must(exitDone, "export", "reasons", "--out", "-"); strings.Count(reasons, "\n") != 1 {
		t.Errorf("a right declaration has reasons:\n%s", reasons)
	}
}

// The medical record has a rate under the old policy of vs-april, and none under that of vs-lapsed.
func TestARecomputeSaysOfWhichComparisonRecordsAreUncovered(t *testing.T) {
	s, _ := sumCase(t, "sum-05-uncovered-of-any-comparison", exitDone)
	text := s.must(exitDone, "recompute", "--policy", s.pack, "--lang", "en")
	if strings.Contains(text, "--comparison vs-april") || !strings.Contains(text, "1 record has no applicable rate") || !strings.Contains(text, "--comparison vs-lapsed") {
		t.Errorf("the recompute says\n%s", text)
	}
	var result struct {
		Run struct {
			Records   int `json:"records"`
			Uncovered int `json:"uncovered"`
		} `json:"run"`
		Comparisons []struct {
			Comparison string `json:"comparison"`
			Records    int    `json:"records"`
			Uncovered  int    `json:"uncovered"`
		} `json:"comparisons"`
	}
	if err := json.Unmarshal([]byte(s.must(exitDone, "recompute", "--policy", s.pack, "--json")), &result); err != nil {
		t.Fatal(err)
	}
	if result.Run.Records != 2 || result.Run.Uncovered != 0 || len(result.Comparisons) != 2 || result.Comparisons[0].Uncovered != 0 ||
		result.Comparisons[1].Records != 1 || result.Comparisons[1].Uncovered != 1 {
		t.Errorf("as JSON: %+v", result)
	}
	for comparison, want := range map[string]int{"vs-april": 0, "vs-lapsed": 1} {
		if rows := s.export("csv", "uncovered", "--comparison", comparison); len(rows) != want {
			t.Errorf("%s: %d groups are uncovered, want %d", comparison, len(rows), want)
		}
	}
}

func TestARateThatWouldHaveToBeRoundedIsRefused(t *testing.T) {
	s, loaded := sumCase(t, "sum-08-declared-rate-rounded", exitDifferences)
	if loaded[0].Accepted != 0 || loaded[0].Reasons["rate_decimals"] != 1 {
		t.Errorf("loaded %+v", loaded)
	}
	for column, line := range map[string]string{
		"employer_rate": "R1,91320102000000006L,2019-05,pension,normal,A,,100,100,0.1234567,16,0.08,8,,24,\n",
		"employee_rate": "R1,91320102000000006L,2019-05,pension,normal,A,,100,100,0.16,16,8.00001%,8,,24,\n",
	} {
		_, _, stderr := s.run("load", "--lang", "en", s.file(column+".csv", fixture.RecordsHeader+line))
		rows := s.export("csv", "rejects")
		if last := rows[len(rows)-1]; last["column"] != column || last["code"] != "rate_decimals" {
			t.Errorf("%s: rejected %v\n%s", column, last, stderr)
		}
	}
	if got := s.load(exitDifferences, s.file("factor.csv", "unit_id,name,region_code,industry_code,unit_kind,float_factor\n"+fixture.A+",a,320102,,enterprise,1.0000001\n")); got[0].Reasons["rate_decimals"] != 1 {
		t.Errorf("a factor: %+v", got)
	}
}

// The effects of the measures on each county add up to its due reduction, whichever key comes first and however it is written.
func TestASummaryByMeasureAndAnotherKeyAddsUp(t *testing.T) {
	s := computed(t)
	due := map[string]money.Fen{}
	for _, row := range s.export("csv", "summary", "--by", "county") {
		amount, err := money.Parse(row["due"])
		if err != nil {
			t.Fatal(err)
		}
		due[row["county"]] = amount
	}
	for _, by := range []string{"measure,county", "county,measure", " county , measure "} {
		left := map[string]money.Fen{}
		for county, amount := range due {
			left[county] = amount
		}
		rows := s.export("csv", "summary", "--by", by)
		if len(rows) != 2*len(due) {
			t.Fatalf("by %q: %d rows", by, len(rows))
		}
		for _, row := range rows {
			old, _ := money.Parse(row["old"])
			with, _ := money.Parse(row["new"])
			effect, err := money.Parse(row["due"])
			if err != nil || old-with != effect || row["charged"] != "" || row["delivered"] != "" {
				t.Errorf("by %q: %v, %v", by, row, err)
			}
			left[row["county"]] -= effect
		}
		for county, amount := range left {
			if amount != 0 {
				t.Errorf("by %q: the effects on %s miss its due reduction by %s", by, county, amount)
			}
		}
	}
	if text := s.must(exitDone, "export", "summary", "--by", "measure,size", "--out", "-"); !strings.HasPrefix(text, "measure,size,units,headcount,old,new,charged,due,") {
		t.Errorf("by measure and size:\n%s", text)
	}
}

// The pack says 16.5 %, the records were charged at 16 %: what B was charged too much is not made up for by what the other three were
// charged too little, and no more than what is due is delivered. May 2019, employer's part of the small world.
func TestASummarySaysWhatWasChargedBelowTheRate(t *testing.T) {
	s := computed(t)
	files := fixture.PackFiles()
	rates := files["rates.csv"]
	rates.Data = []byte(strings.Replace(string(rates.Data), ",0.16,", ",0.165,", 1))
	s.must(exitDone, "recompute", "--publish", "--policy", s.packOf(files))
	want := map[string][]string{ // by county: delivered, overcharged, undercharged
		"320102": {"350.00", "0.00", "50.00"}, "320104": {"0.00", "690.00", "0.00"},
		"320505": {"22.50", "0.00", "17.50"}, "320506": {"0.00", "750.00", "0.00"},
	}
	for _, row := range s.export("csv", "summary", "--by", "county") {
		if got := []string{row["delivered"], row["overcharged"], row["undercharged"]}; !slices.Equal(got, want[row["county"]]) {
			t.Errorf("%s: %v, want %v", row["county"], got, want[row["county"]])
		}
	}
	if rows := s.export("csv", "summary", "--by", "region"); rows[0]["delivered"] != "372.50" || rows[0]["overcharged"] != "1440.00" || rows[0]["undercharged"] != "67.50" {
		t.Errorf("of all: %v", rows[0])
	}
}

// TestTheDoctorSaysThatAStoreIsNotUpToDate: what it cannot look at because an older program made the store is neither right nor
// wrong nor empty.
func TestTheDoctorSaysThatAStoreIsNotUpToDate(t *testing.T) {
	s, _ := sumCase(t, "sum-05-uncovered-of-any-comparison", exitDone)
	s.must(exitDone, "recompute", "--policy", s.pack)
	db, err := store.Open(t.Context(), store.Options{Data: s.data, Engine: enginetest.Limits})
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"DROP FUNCTION jianfu_in_scope", "DROP TABLE audit SYNC"} {
		if err := db.Exec(t.Context(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	text := s.must(exitDone, "doctor")
	for _, check := range []string{"[注意] 审计日志：", "[注意] 问题台账："} {
		if !strings.Contains(text, check+"数据目录由较早的版本建立") {
			t.Errorf("the doctor does not say %q:\n%s", check, text)
		}
	}
}

// The doctor counts records without a rate by comparison, each of all the records that there are: a record with a rate under one
// comparison and none under another counts once in either.
func TestTheDoctorCountsUncoveredRecordsByComparison(t *testing.T) {
	s, _ := sumCase(t, "sum-05-uncovered-of-any-comparison", exitDone)
	if text := s.must(exitDone, "doctor"); !strings.Contains(text, "无适用费率的明细：尚未测算") {
		t.Errorf("before the first run the doctor says\n%s", text)
	}
	s.must(exitDone, "recompute", "--policy", s.pack)
	for language, want := range map[string][]string{"zh": {"无适用费率的明细：第 1 批测算", "（vs-april）0 条，共 2 条", "（vs-lapsed）1 条，共 2 条"}, "en": {"run 1, by comparison", "(vs-april) 0 of 2 records", "(vs-lapsed) 1 of 2 records"}} {
		text := s.must(exitDone, "doctor", "--lang", language)
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("the doctor does not say %q:\n%s", part, text)
			}
		}
	}
}
