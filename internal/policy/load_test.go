package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/internal/contribution"
	"jianfu/internal/problem"
)

const (
	goodRate = "320000,pension,employer,,,,2018-05,,0.19,,,"
	goodBase = "320000,,,2018-07,,3125,19935,,,,"
)

// whatIsWrong writes findings as "severity file:line column code", one a line.
func whatIsWrong(list []Finding) string {
	var lines []string
	for _, f := range list {
		lines = append(lines, fmt.Sprintf("%s %s:%d %s %s", f.Severity, f.File, f.Line, f.Column, f.Code))
	}
	return strings.Join(lines, "\n")
}

func TestWhatIsWrongWithAPack(t *testing.T) {
	with := func(yaml, rates, bases string) fstest.MapFS {
		if yaml == "" {
			yaml = oneMeasure
		}
		return source(yaml, rates, bases)
	}
	raw := func(name, text string) fstest.MapFS {
		fsys := with("", goodRate+" "+ratesOfM1, goodBase)
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
		return fsys
	}
	without := func(name string) fstest.MapFS {
		fsys := with("", goodRate, goodBase)
		delete(fsys, name)
		return fsys
	}
	rate := func(row string) fstest.MapFS { return with("", goodRate+" "+ratesOfM1+" "+row, goodBase) }
	base := func(row string) fstest.MapFS { return with("", goodRate+" "+ratesOfM1, goodBase+" "+row) }
	tests := []struct {
		name string
		fsys fstest.MapFS
		want string
	}{
		{"nothing", rate(""), ""},
		{"a missing file", without(BasesFile), "error bases.csv:0  policy_file_missing"},
		{"an empty file", raw(RatesFile, ""), "error rates.csv:0  policy_file_empty"},
		{"a quote that does not close", raw(RatesFile, rateHeader+"\"320000,pension\n"), "error rates.csv:2  policy_csv"},
		{"a manifest that is no YAML", raw(PackFile, "id: [\n"), "error pack.yaml:1  policy_yaml"},
		{"a key of the manifest that nobody reads", with(oneMeasure+"roundings: {}\n", goodRate+" "+ratesOfM1, goodBase),
			"warning pack.yaml:7  policy_yaml_unknown_key"},
		{"an unknown column", raw(BasesFile, "area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on,remark\n"),
			"warning bases.csv:1 remark policy_unknown_column"},
		{"a column twice", raw(RatesFile, strings.Replace(rateHeader, "size", "payer", 1)), "error rates.csv:1 payer policy_column_twice\nwarning rates.csv:1 size policy_column_missing"},
		{"a column missing that must be there", raw(RatesFile, "area,insurance,from,rate\n"), "error rates.csv:1 payer policy_column_missing"},
		{"more cells than columns", raw(RatesFile, rateHeader+goodRate+",文,2026-11-01,x,y\n"), "error rates.csv:2  policy_too_many_cells"},
		{"a rate of 16", rate("320000,pension,employee,,,,2018-05,,16,,,"), "error rates.csv:4 rate policy_rate_out_of_range"},
		{"a rate below zero", rate("320000,pension,employee,,,,2018-05,,-0.1,,,"), "error rates.csv:4 rate policy_rate_out_of_range"},
		{"a rate in letters", rate("320000,pension,employee,,,,2018-05,,x,,,"), "error rates.csv:4 rate policy_bad_rate"},
		{"a rate that would have to be rounded", rate("320000,pension,employee,,,,2018-05,,0.1234567,,,"), "error rates.csv:4 rate policy_rate_decimals"},
		{"a rate and a factor", rate("320000,pension,employee,,,,2018-05,,0.1,0.5,,"), "error rates.csv:4 rate policy_rate_or_factor"},
		{"neither rate nor factor", rate("320000,pension,employee,,,,2018-05,,,,,"), "error rates.csv:4 rate policy_rate_or_factor"},
		{"a factor in the baseline", rate("320000,pension,employee,,,,2018-05,,,0.5,,"), "error rates.csv:4 factor policy_factor_in_baseline"},
		{"a factor above one", rate("320000,pension,employer,,,,2018-05,2019-04,,1.5,m1,"), "warning rates.csv:4 factor policy_factor_raises"},
		{"a month 2019-13", rate("320000,pension,employee,,,,2019-13,,0.1,,,"), "error rates.csv:4 from policy_bad_month"},
		{"no first month", rate("320000,pension,employee,,,,,,0.1,,,"), "error rates.csv:4 from policy_from_missing"},
		{"a last month before the first", rate("320000,pension,employee,,,,2019-05,2019-04,0.1,,,"), "error rates.csv:4 to policy_to_before_from"},
		{"an unknown insurance", rate("320000,pensions,employee,,,,2018-05,,0.1,,,"), "error rates.csv:4 insurance policy_bad_word"},
		{"an unknown payer", rate("320000,pension,state,,,,2018-05,,0.1,,,"), "error rates.csv:4 payer policy_bad_word"},
		{"an unknown unit kind", rate("320000,pension,employee,firm,,,2018-05,,0.1,,,"), "error rates.csv:4 unit_kind policy_bad_word"},
		{"an unknown size", rate("320000,pension,employee,,tiny,,2018-05,,0.1,,,"), "error rates.csv:4 size policy_bad_word"},
		{"risk class nine", rate("320000,pension,employee,,,9,2018-05,,0.1,,,"), "error rates.csv:4 risk_class policy_bad_risk_class"},
		{"an area of two digits", rate("32,pension,employee,,,,2018-05,,0.1,,,"), "error rates.csv:4 area policy_bad_area"},
		{"a measure that the manifest does not list", rate("320000,pension,employee,,,,2018-05,,0.1,,m9,"), "error rates.csv:4 measure policy_row_unknown_measure"},
		{"an elective cell that is neither yes nor no", rate("320000,pension,employer,,,,2018-05,,0.1,,m1,maybe"), "error rates.csv:4 elective policy_bad_word"},
		{"an elective row without a measure", rate("320000,unemployment,employer,,,,2018-05,,0.01,,,yes"), "error rates.csv:4 elective policy_elective_without_measure"},
		{"several faults in one row", rate("32,pensions,employee,,,,2018-05,,16,,,"), "error rates.csv:4 area policy_bad_area\nerror rates.csv:4 insurance policy_bad_word\nerror rates.csv:4 rate policy_rate_out_of_range"},
		{"a floor above the cap", base("320100,,,2018-07,,3,2,,,,"), "error bases.csv:3 floor policy_floor_above_cap"},
		{"a floor below zero", base("320100,,,2018-07,,-3,2,,,,"), "error bases.csv:3 floor policy_bad_amount"},
		{"a rounding that is none", base("320100,,,2018-07,,1,2,up,,,"), "error bases.csv:3 rounding policy_bad_word"},
		{"a row without its document", raw(RatesFile, rateHeader+goodRate+",,2026-11-01\n320000,pension,employer,,,,2019-05,,0.16,,m1,,文,2026-11-01\n"), "error rates.csv:2 document_no policy_document_missing"},
		{"a row that nobody has checked", raw(RatesFile, rateHeader+goodRate+",文,\n320000,pension,employer,,,,2019-05,,0.16,,m1,,文,2026-11-01\n"), "error rates.csv:2 checked_on policy_check_date_missing"},
		{"a check date that is no day", raw(RatesFile, rateHeader+goodRate+",文,yesterday\n"), "error rates.csv:2 checked_on policy_bad_date"},
		{"the same row twice", rate(goodRate), "error rates.csv:4  policy_rows_overlap"},
		{"the same keys in months that overlap", rate("320000,pension,employer,,,,2020-01,2020-12,0.18,,,"), "error rates.csv:4  policy_rows_overlap"},
		{"limits that overlap", base("320000,,,2019-01,,3125,19935,,,,"), "error bases.csv:3  policy_rows_overlap"},
		{"equally many keys that can meet", rate("320000,pension,,enterprise,,,2018-05,,0.18,,,"), "error rates.csv:4  policy_rows_tie"},
		{"limits with equally many keys that can meet", base("320000,pension,,2018-07,,1,2,,,, 320000,,enterprise,2018-07,,1,2,,,,"), "error bases.csv:4  policy_rows_tie"},
		{"equally many keys that never meet", rate("320000,pension,employer,enterprise,,,2018-05,,0.18,,, 320000,pension,employer,institution,,,2018-05,,0.18,,,"), ""},
		{"a tie that a row with more keys settles",
			rate("320000,unemployment,employer,,,,2018-05,,0.01,,, 320000,unemployment,employer,enterprise,,,2018-05,,0.02,,, 320000,unemployment,employer,,small,,2018-05,,0.02,,, 320000,unemployment,employer,enterprise,small,,2018-05,,0.02,,,"), ""},
		{"a tie that is settled in some months only",
			rate("320000,unemployment,employer,,,,2018-05,,0.01,,, 320000,unemployment,employer,enterprise,,,2018-05,,0.02,,, 320000,unemployment,employer,,small,,2018-05,,0.02,,, 320000,unemployment,employer,enterprise,small,,2018-05,2018-12,0.02,,,"),
			"error rates.csv:6  policy_rows_tie"},
		{"an elective row beside a plain one with the same keys", rate("320000,pension,employer,,,,2019-05,,0.14,,m1,yes"), "error rates.csv:4  policy_rows_overlap"},
		{"a measure without rows, and in no comparison", with(oneMeasure[:strings.Index(oneMeasure, "comparisons")]+`  - {id: m2, title: 二, document_no: 文}
comparisons:
  - {id: c, title: 口径, old: [], new: [m1]}
`, goodRate+" "+ratesOfM1, goodBase), "warning pack.yaml:5  policy_measure_not_compared\nwarning pack.yaml:5  policy_measure_without_row"},
		{"a measure without a document", with(strings.Replace(oneMeasure, "文1", "", 1), goodRate+" "+ratesOfM1, goodBase), "error pack.yaml:4 document_no policy_document_missing"},
		{"a new policy that drops an old measure", with(strings.Replace(oneMeasure, "old: [], new: [m1]", "old: [m1], new: []", 1), goodRate+" "+ratesOfM1, goodBase),
			"error pack.yaml:6 new policy_new_without_old"},
		{"a comparison of an unknown measure", with(strings.Replace(oneMeasure, "new: [m1]", "new: [m1, m7]", 1), goodRate+" "+ratesOfM1, goodBase),
			"error pack.yaml:6 measure policy_row_unknown_measure"},
		{"a pack without comparisons", with("id: p\ntitle: p\nmeasures:\n  - {id: m1, title: 一, document_no: 文1}\n", goodRate+" "+ratesOfM1, goodBase),
			"error pack.yaml:0 comparisons policy_no_comparison"},
		{"a level that is none", with(oneMeasure+"rounding: {default: {level: city}}\n", goodRate+" "+ratesOfM1, goodBase), "error pack.yaml:7 level policy_bad_word"},
		{"months without a rate", rate("320000,unemployment,employer,,,,2018-05,2019-04,0.01,,, 320000,unemployment,employer,,,,2019-07,,0.01,,,"),
			"warning rates.csv:4  policy_gap"},
		{"a rate that only the new policy has after the old one ended", rate("320000,unemployment,employer,,,,2018-05,2019-04,0.01,,, 320000,unemployment,employer,,,,2019-05,,0.005,,m1,"),
			"warning rates.csv:4  policy_gap"},
		{"a risk class that is missing", rate("320000,work_injury,employer,,,1,2018-05,,0.01,,, 320000,work_injury,employer,,,2,2018-05,,0.01,,,"),
			"warning rates.csv:4  policy_gap"},
		{"rules of a bureau's own", raw(RulesFile, "id,thresholds,text_zh\namount,50;500,金额\n,,\nuncovered,-,\n"), ""},
		{"a rule that there is not", raw(RulesFile, "id,thresholds\namount,50\namounts,50\n"), "error rules.csv:3 id detection_rule_unknown"},
		{"a threshold that is none", raw(RulesFile, "id,thresholds,weight\nmonths,3;1,\nsmall,,200\n"),
			"error rules.csv:2 thresholds detection_threshold_order\nerror rules.csv:3 weight detection_weight"},
		{"the same rule twice", raw(RulesFile, "id,thresholds\nuncovered,5\nuncovered,6\n"), "error rules.csv:3 id policy_id_twice"},
		{"rules without ids", raw(RulesFile, "rule,thresholds\nuncovered,5\n"), "error rules.csv:1 id policy_column_missing\nwarning rules.csv:1 rule policy_unknown_column"},
		{"rules that are empty", raw(RulesFile, ""), "error rules.csv:0  policy_file_empty"},
		{"a percentage without its sign", rate("320000,unemployment,employer,,,,2018-05,,0.5,,,"), "warning rates.csv:4 rate policy_rate_implausible"},
		{"a measure that raises the rate by half and more", rate("320100,pension,employer,,,,2019-05,,0.291,,m1,"), "warning rates.csv:4 rate policy_rate_rises"},
		{"a measure that raises the rate a little", rate("320100,pension,employer,,,,2019-05,,0.2,,m1,"), ""},
		{"a cap of fifty floors", base("320100,,,2018-07,,3368,168420,,,,"), "warning bases.csv:3 cap policy_limits_apart"},
		{"a cap that is hardly above the floor", base("320100,,,2018-07,,3368,6735,,,,"), "warning bases.csv:3 cap policy_limits_apart"},
		{"limits that are three times those before", raw(BasesFile, baseHeader+"320000,,,2018-07,2019-06,3125,19935,,,,,文,2026-11-01\n320000,,,2019-07,,9375,59805,,,,,文,2026-11-01\n"), "warning bases.csv:3 floor policy_limit_jumps"},
		{"a cap that is not three average wages", base("320100,,,2018-07,,3368,15842,,5614,,"), "warning bases.csv:3 cap policy_cap_not_of_average"},
		{"a floor that is more than the average wage allows", base("320100,,,2018-07,,3668,16842,,5614,,"), "warning bases.csv:3 floor policy_floor_not_of_average"},
		{"limits of the average wage", base("320100,,,2018-07,,3368,16842,,5614,,"), ""},
		{"months without limits", raw(BasesFile, baseHeader+"320000,,,2018-07,2019-04,3125,19935,,,,,文,2026-11-01\n320000,,,2019-07,,3368,16842,,,,,文,2026-11-01\n"), "warning bases.csv:2  policy_limit_gap"},
		{"limits that end before the rates do", raw(BasesFile, baseHeader+"320000,,,2018-07,2019-04,3125,19935,,,,,文,2026-11-01\n"), "warning bases.csv:2  policy_limit_gap"},
		{"limits that begin after the rates do", raw(BasesFile, baseHeader+"320000,,,2018-12,,3125,19935,,,,,文,2026-11-01\n"), ""},
		{"a city row that the province's row carries", rate("320100,pension,employer,,,,2019-05,2020-04,,0.8,m1,"), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list := CheckFolder(test.fsys)
			if got := whatIsWrong(list); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
			_, err := Load(test.fsys)
			for _, f := range list {
				if err != nil && errors.Unwrap(err).(*problem.Error).Code == f.Code {
					return
				}
			}
			if err != nil {
				t.Errorf("load says %v, check does not", err)
			}
		})
	}
}

const oneMeasure = `id: test
title: 测试
measures:
  - {id: m1, title: 一, document_no: 文1}
comparisons:
  - {id: all, title: 全部, old: [], new: [m1], default: true}
`

const ratesOfM1 = "320000,pension,employer,,,,2019-05,,0.16,,m1,"

// What a spreadsheet makes of a table reads as the same pack: GB18030 or a byte order mark, CRLF, dates with slashes,
// percent signs, thousands separators, lines of commas at the end.
func TestASpreadsheetsTablesAreRead(t *testing.T) {
	fsys := source(oneMeasure, goodRate+" "+ratesOfM1, goodBase)
	rates := rateHeader + "320000,pension,employer,,,,2018/5/1,,19%,,,,人社部发〔2018〕25号,2026/11/1\r\n" +
		"320000,pension,employer,,,,2019/5/1,,16.00%,,m1,否,国办发〔2019〕13号,2026/11/1\r\n,,,,,,,,,,,,,\r\n"
	encoded, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(rates))
	if err != nil {
		t.Fatal(err)
	}
	fsys[RatesFile] = &fstest.MapFile{Data: encoded}
	fsys[BasesFile] = &fstest.MapFile{Data: []byte("\xef\xbb\xbf" + baseHeader + `320000,,,2018-07,,"3,125.00","19,935.00",,,,,文,2026-11-01` + "\n")}
	pack := mustLoad(t, fsys)
	terms, err := pack.Terms(nanjing, 201905, contribution.Pension, []string{"m1"})
	if err != nil {
		t.Fatal(err)
	}
	share := terms.Share(contribution.Employer)
	if share.Rate != 160_000 || share.Rows[0].DocumentNo != "国办发〔2019〕13号" || share.Rows[0].CheckedOn != "2026-11-01" {
		t.Errorf("rate row %+v", share.Rows[0])
	}
	if terms.Limit.Floor != 312_500 || terms.Limit.Cap != 1_993_500 {
		t.Errorf("limits %v %v", terms.Limit.Floor, terms.Limit.Cap)
	}
	if found := whatIsWrong(pack.Check()); found != "" {
		t.Errorf("check says %s", found)
	}
}

func TestTheHashDependsOnEveryFile(t *testing.T) {
	base := mustLoad(t, source(oneMeasure, goodRate+" "+ratesOfM1, goodBase)).Hash
	seen := map[string]bool{base: true}
	for _, name := range fileNames {
		fsys := source(oneMeasure, goodRate+" "+ratesOfM1, goodBase)
		switch name {
		case RulesFile:
			fsys[name] = &fstest.MapFile{Data: []byte("id,thresholds\nrounding,1")}
		case DeferralsFile:
			fsys[name] = &fstest.MapFile{Data: []byte("area,insurance,payer,from,who\n000000,pension,employer,2022-04,企业")}
		default:
			fsys[name] = &fstest.MapFile{Data: append(fsys[name].Data, '\n')}
		}
		hash := mustLoad(t, fsys).Hash
		if seen[hash] {
			t.Errorf("another %s, the same hash", name)
		}
		seen[hash] = true
	}
	if again := mustLoad(t, source(oneMeasure, goodRate+" "+ratesOfM1, goodBase)).Hash; again != base {
		t.Error("the same files, another hash")
	}
}

func TestAPackIsFoundByIdOrFolder(t *testing.T) {
	if pack, err := Open(""); err != nil || pack.ID != DefaultID {
		t.Errorf("the default pack: %v", err)
	}
	if pack, err := Open("../../testdata/jiangsu-mini/policy"); err != nil || len(pack.Rates) != 20 {
		t.Errorf("a folder: %v", err)
	}
	for _, name := range []string{"nowhere", "load.go", "../policy/load.go"} {
		if _, err := Open(name); problem.Code(err) != "policy_unknown_pack" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Builtin("../policy"); problem.Code(err) != "policy_unknown_pack" {
		t.Errorf("a path is no id: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	good := source(threeMeasures, goodRate+" "+ratesOfM1, goodBase)
	f.Add(good[PackFile].Data, good[RatesFile].Data, good[BasesFile].Data)
	f.Add([]byte("id: x\ncomparisons: [{id: c}]"), []byte("\xef\xbb\xbf"+rateHeader+",,,,,,2019-01,,1e9,,,,,\n"), []byte("\"\n"))
	f.Add([]byte("rounding: {areas: [{area: 51}]}"), []byte("area,insurance,payer,from,rate\n\xff\xfe,,,201901,0.1"), []byte(baseHeader))
	f.Fuzz(func(t *testing.T, manifest, rates, bases []byte) {
		pack, err := Parse(map[string][]byte{PackFile: manifest, RatesFile: rates, BasesFile: bases})
		if err != nil {
			if problem.Code(err) != "policy_unfit" {
				t.Fatalf("%v", err)
			}
			return
		}
		pack.Check()
		for _, comparison := range pack.Comparisons {
			for _, scenario := range comparison.Steps() {
				terms, err := pack.Terms(nanjing, 201905, contribution.WorkInjury, scenario)
				if err == nil && (terms.Share(contribution.Employer).Rate < 0 || terms.Limit.HasFloor && terms.Limit.HasCap && terms.Limit.Floor > terms.Limit.Cap) {
					t.Fatalf("%+v", terms)
				}
			}
		}
	})
}

// boastful is a folder whose files say of themselves that they are empty.
type boastful struct{ fstest.MapFS }

func (f boastful) Stat(name string) (fs.FileInfo, error) {
	return fstest.MapFS{name: {}}.Stat(name)
}

func TestAFileIsAsLargeAsItIsAndNotAsItSays(t *testing.T) {
	files := boastful{fstest.MapFS{PackFile: {Data: bytes.Repeat([]byte("#"), maxFileSize+1)}}}
	found := CheckFolder(files)
	if !slices.ContainsFunc(found, func(f Finding) bool { return f.File == PackFile && f.Code == "policy_file_too_large" }) {
		t.Errorf("found %+v", found)
	}
}
