package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"jianfu/internal/fixture"
)

// computed is a session with the small world, one name of it hostile, loaded and computed.
func computed(t *testing.T) *session {
	t.Helper()
	s := newSession(t)
	units := strings.Replace(fixture.Units(), "虎丘软件", `"=HYPERLINK(""http://x"",""</script>"")"`, 1)
	s.load(exitDone, s.file("units.csv", units), s.file("records.csv", fixture.Records()))
	s.pack = s.packOf(fixture.PackFiles())
	s.must(exitDone, "recompute", "--policy", s.pack)
	return s
}

// packOf writes a policy pack into a folder of its own.
func (s *session) packOf(files fstest.MapFS) string {
	s.t.Helper()
	folder := s.t.TempDir()
	for name, file := range files {
		if err := os.WriteFile(filepath.Join(folder, name), file.Data, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	return folder
}

// export writes a table and reads it back as rows by column name.
func (s *session) export(format string, args ...string) []map[string]string {
	s.t.Helper()
	out := filepath.Join(s.t.TempDir(), "out."+format)
	s.must(exitDone, append([]string{"export", "--format", format, "--out", out}, args...)...)
	switch format {
	case "csv":
		return table(s.t, out)
	case "json":
		return objects(s.t, out)
	}
	return sheet(s.t, out)
}

// objects reads a JSON file as rows by column name.
func objects(t *testing.T, path string) []map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(content), "</script") {
		t.Errorf("%s holds a script as it is", path)
	}
	var list []map[string]any
	if err := json.Unmarshal(content, &list); err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	var rows []map[string]string
	for _, object := range list {
		row := map[string]string{}
		for name, value := range object {
			if row[name] = ""; value != nil {
				row[name] = fmt.Sprint(value)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// sheet reads a workbook as rows by column name.
func sheet(t *testing.T, path string) []map[string]string {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // only read
	lines, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for n, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = ""
			if i < len(line) {
				row[name] = strings.TrimPrefix(line[i], "—") // not applicable: blank in CSV, null in JSON
			}
			cell, _ := excelize.CoordinatesToCellName(i+1, n+2)
			if formula, _ := book.GetCellFormula(book.GetSheetName(0), cell); formula != "" {
				t.Errorf("%s of %s is the formula %s", cell, path, formula)
			}
		}
		rows = append(rows, row)
	}
	if last := len(rows) - 1; last >= 0 && rows[last][lines[0][0]] == "合计" {
		rows = rows[:last] // what the rows add up to
	}
	return rows
}

// TestAWorkbookHasItsTotalAndItsDefinitions: units stand in several rows by insurance, and what was delivered by insurance does
// not add up to what was delivered; the total is that of the whole. By hand: internal/fixture.
func TestAWorkbookHasItsTotalAndItsDefinitions(t *testing.T) {
	s := computed(t)
	for args, want := range map[string]string{
		"burdens --payer employer": "合计|—|—|—|—|52000|7700|6100|7660|1600|40|1560|1520|80",
		"summary --by insurance":   "合计|4|5|7700|6100|7660|1600|40|1560|2|1|1|440|1560|0",
		"summary --by measure":     "合计|4|5|7700|6100|7660|1600|40|1560|2|1|1|440|1560|0",
		"summary --by city,size":   "合计|—|4|5|7700|6100|7660|1600|40|1560|2|1|1|440|1560|0",
		"cases":                    "合计|—|—|—|—|—|7700|6100|7660|1600|40|1560|—",
		"reasons":                  "合计|—|—|—|—|1560",
		"uncovered":                "合计|—|—|—|—|10000|900|200",
		"burdens --from 2019-04 --to 2019-04 --comparison rate-only --payer employee": "合计|—|—|—|—|52000|3090|3090|3090|0|0|0|0",
	} {
		out := filepath.Join(t.TempDir(), "out.xlsx")
		s.must(exitDone, append([]string{"export", "--format", "xlsx", "--out", out}, strings.Fields(args)...)...)
		book, err := excelize.OpenFile(out)
		if err != nil {
			t.Fatal(err)
		}
		sheets := book.GetSheetList()
		lines, err := book.GetRows(sheets[0], excelize.Options{RawCellValue: true})
		if err != nil || strings.Join(lines[len(lines)-1], "|") != want {
			t.Errorf("%s: the last row is %s, want %s; %v", args, strings.Join(lines[len(lines)-1], "|"), want, err)
		}
		if len(sheets) != 2 || sheets[0] == "Sheet1" || sheets[1] != "统计口径" {
			t.Fatalf("%s: the sheets are %q", args, sheets)
		}
		definitions, err := book.GetRows(sheets[1])
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(definitions)
		for _, part := range []string{"费款所属期", "小世界", "第1批", "多征", "落实率", "“0”为零"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: the definitions lack %s", args, part)
			}
		}
		if err := book.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if text := s.must(exitDone, "export", "summary", "--by", "measure", "--format", "json", "--out", "-"); !strings.Contains(text, `"charged":null`) {
		t.Errorf("what is not applicable is no null:\n%s", text)
	}
}

// plain takes off what the formats add: two decimals, and the apostrophe before what would be a formula.
func plain(rows []map[string]string) string {
	var b strings.Builder
	for _, row := range rows {
		for _, name := range slices.Sorted(maps.Keys(row)) {
			value := strings.TrimPrefix(row[name], "'")
			if strings.Contains(value, ".") {
				value = strings.TrimSuffix(strings.TrimRight(value, "0"), ".")
			}
			fmt.Fprintf(&b, "%s=%s ", name, value)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestEveryTableIsTheSameInEveryFormat(t *testing.T) {
	s := computed(t)
	s.load(exitDifferences, s.file("bad.csv", fixture.RecordsHeader+"=1+1,"+fixture.A+",2019-13,pension,normal,,1,1,1,0.1,1,0,0,,1,\n"))
	for args, want := range map[string]int{
		"burdens --payer both":                10,
		"burdens --from 2019-04 --to 2019-05": 10,
		"summary":                             2,
		"summary --by county,size":            4,
		"summary --by measure":                2,
		"cases":                               4,
		"cases --payer employee":              4,
		"reasons --payer both":                5,
		"uncovered":                           1,
		"rejects":                             1,
		"cases --from 2020-01":                0,
		"burdens --comparison rate-only --payer both ": 10,
	} {
		rows := s.export("csv", strings.Fields(args)...)
		if len(rows) != want {
			t.Errorf("%s: %d rows, want %d", args, len(rows), want)
		}
		for _, format := range []string{"json", "xlsx"} {
			if got, want := plain(s.export(format, strings.Fields(args)...)), plain(rows); got != want {
				t.Errorf("%s as %s:\n%s\nas csv:\n%s", args, format, got, want)
			}
		}
	}
	cases := s.export("csv", "cases")
	if name := cases[2]["name"]; name != `'=HYPERLINK("http://x","</script>")` {
		t.Errorf("a name that would be a formula is written %s", name)
	}
	if rejects := s.export("csv", "rejects"); !strings.HasPrefix(rejects[0]["raw"], "'=1+1,") || rejects[0]["file"] != "bad.csv" {
		t.Errorf("a line that would be a formula is written %v", rejects)
	}
}

func TestTheColumnsOfEveryTable(t *testing.T) {
	s := computed(t)
	const sums = "old,new,charged,due,real,shortfall"
	for args, want := range map[string]string{
		"burdens":                        "unit_id,period,insurance,payer,headcount,wage," + sums + ",effect_rate,effect_base",
		"burdens --comparison rate-only": "unit_id,period,insurance,payer,headcount,wage," + sums + ",effect_rate",
		"summary --by region":            "region,units,headcount," + sums + ",units_reduced,units_none,units_increased,delivered,overcharged,undercharged",
		"summary --by industry,state":    "industry,state,units,headcount," + sums + ",units_reduced,units_none,units_increased,delivered,overcharged,undercharged",
		"cases":                          "unit_id,name,region_code,industry_code,size,state," + sums + ",reasons",
		"reasons":                        "unit_id,period,insurance,payer,reason,amount",
		"uncovered":                      "unit_id,period,insurance,region_code,records,wage,employer_charged,employee_charged",
		"rejects":                        "load,file,line,column,value,code,reason,raw",
	} {
		text := s.must(exitDone, append([]string{"export", "--out", "-"}, strings.Fields(args)...)...)
		records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || strings.Join(records[0], ",") != want {
			t.Errorf("%s: %v, %v, want %s", args, records, err, want)
		}
	}
	text := s.must(exitDone, "export", "burdens", "--out", "-", "--payer", "both")
	first, _, _ := strings.Cut(strings.SplitAfterN(text, "\n", 2)[1], "\n")
	if want := fixture.A + ",2019-05,pension,employee,1,10000.00,800.00,800.00,800.00,0.00,0.00,0.00,0.00,0.00"; first != want {
		t.Errorf("the first burden is\n%s, want\n%s", first, want)
	}
	if text := s.must(exitDone, "export", "summary", "--by", "measure", "--out", "-"); !strings.Contains(text,
		"rate,4,5,7700.00,6180.00,,1520.00,,,,,,,,\nbase,4,5,6180.00,6100.00,,80.00,,,,,,,,\n") {
		t.Errorf("by measure:\n%s", text)
	}
}

func TestAMarkIsWrittenForExcelWhenAsked(t *testing.T) {
	s := computed(t)
	for _, c := range []struct {
		args []string
		want bool
	}{{[]string{"--bom"}, true}, {nil, false}, {[]string{"--bom", "--format", "json"}, false}} {
		text := s.must(exitDone, append([]string{"export", "cases", "--out", "-"}, c.args...)...)
		if strings.HasPrefix(text, "\ufeff") != c.want {
			t.Errorf("%v: it begins with %q", c.args, text[:10])
		}
	}
}

func TestAnExportThatCannotBeWrittenLeavesNothing(t *testing.T) {
	s := computed(t)
	dir := t.TempDir()
	for out, part := range map[string]string{
		filepath.Join(dir, "none", "x.csv"): "无法写入",
		dir:                                 "是文件夹",
	} {
		code, stdout, stderr := s.run("export", "cases", "--out", out)
		if code != exitNotDone || stdout != "" || !strings.Contains(stderr, part) || !strings.Contains(stderr, out) {
			t.Errorf("%s: exit %d\n%s%s", out, code, stdout, stderr)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
	for _, args := range [][]string{
		{"export", "summary", "--by", "size,size"}, {"export", "summary", "--by", "size,measure,state"}, {"export", "summary", "--by", ""},
		{"export", "summary", "--by", "city,size,state"}, {"export", "cases", "--format", "pdf"},
	} {
		code, _, stderr := s.run(append(args, "--out", filepath.Join(dir, "x"))...)
		if code != exitNotDone || !strings.Contains(stderr, "用法见") {
			t.Errorf("%v: exit %d, %s", args, code, stderr)
		}
	}
}

func TestAnExportAsJSONSaysWhatWasWritten(t *testing.T) {
	s := computed(t)
	out := filepath.Join(t.TempDir(), "cases.csv")
	text := s.must(exitDone, "export", "cases", "--out", out, "--payer", "both", "--json")
	var answer struct {
		File       string
		Rows, Run  int
		Window     struct{ From, To string }
		Comparison string
		Payers     []string
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.File != out || answer.Rows != 4 || answer.Run != 1 ||
		answer.Window.From != "2019-05" || answer.Window.To != "2019-05" || answer.Comparison != "all" ||
		!slices.Equal(answer.Payers, []string{"employer", "employee"}) {
		t.Errorf("%v\n%s", err, text)
	}
	if text := s.must(exitDone, "export", "cases", "--out", out, "--lang", "en"); text != out+": 4 rows\n" {
		t.Errorf("in English: %s", text)
	}
}
