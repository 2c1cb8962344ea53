package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"jianfu/dashboards"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// noIssues is an empty ledger.
func noIssues(context.Context, period.Range, ...string) (map[string][]queries.IssueCount, error) {
	return map[string][]queries.IssueCount{}, nil
}

func request(from, to period.Period) report.Request {
	return report.Request{View: queries.View{Window: period.Range{From: from, To: to}}, Scope: filter.Everything(), Issues: noIssues, PreparedBy: "张三", Now: fixture.Now()}
}

func shipped(t *testing.T) *report.Set {
	t.Helper()
	set, err := report.Load(report.Shipped())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// made is a report all of whose checks passed.
func made(t *testing.T, q *queries.Queries, set *report.Set, r report.Request) *report.Report {
	t.Helper()
	m, err := report.Make(t.Context(), q, set, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range m.Failed() {
		t.Errorf("%s does not hold: %+v", o.Check, o.Differences)
	}
	return m
}

// workbook writes a report as a workbook and opens it again.
func workbook(t *testing.T, m *report.Report) *excelize.File {
	t.Helper()
	var content bytes.Buffer
	if err := m.WriteXLSX(&content); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&content)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

// jsonTables reads a report's figures: by table, row (its key, or its title) and column.
func jsonTables(t *testing.T, m *report.Report) map[string]map[string]map[string]*string {
	t.Helper()
	var content bytes.Buffer
	if err := m.WriteJSON(&content); err != nil {
		t.Fatal(err)
	}
	var all struct {
		Tables []struct {
			ID   string
			Rows []struct {
				Key, Title string
				Figures    map[string]*string
			}
		}
	}
	if err := json.Unmarshal(content.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	figures := map[string]map[string]map[string]*string{}
	for _, table := range all.Tables {
		figures[table.ID] = map[string]map[string]*string{}
		for _, row := range table.Rows {
			name := row.Key
			if name == "" {
				name = row.Title
			}
			figures[table.ID][name] = row.Figures
		}
	}
	return figures
}

// testTheSmallWorld has its figures from the sums by hand in internal/fixture, in 万元.
func testTheSmallWorld(t *testing.T, q *queries.Queries) {
	figures := jsonTables(t, made(t, q, shipped(t), request(201905, 201905)))
	for _, want := range []string{
		"overall 合计: units=4 units_reduced=2 old=0.77 new=0.61 due=0.16 effect:rate=0.152 effect:base=0.008 charged=0.766 real=0.004 overcharged=0.156 undercharged=0 entitled=0.16 delivered=0.044 delivered_share=27.50",
		"overall unemployment: units=1 old=0.01 due=0 charged=0.01",
		"overall work_injury: units=0 old=0 due=0",
		"by-region 320100: units=2 units_none=1 due=0.116 real=0.04 overcharged=0.076 due_share=72.50",
		"by-region 320500: units=2 due=0.044 real=-0.036 overcharged=0.08",
		"by-industry C: due=0.04 units=1 real=0.04",
		"by-industry C34: due=0.04 units=1 real=0.04",
		"by-industry F: due=0.076 effect:rate=0.06 effect:base=0.016",
		"by-size small: due=0.116 units=2 overcharged=0.156",
		"by-size medium: due=0 units=0",
		"by-size 中小微企业合计: due=0.12 units=3 delivered=0.004 entitled=0.12 delivered_share=3.33 real=-0.036",
		"by-economic-type private: due=0.08 real=0.004",
		"by-unit-kind self_employed: due=0.04 units=1 units_reduced=0",
		"distribution 合计: band_units=4 band_units_small=2 band_units_large=1",
		"distribution unchanged: band_units=1 band_share=25.00",
		"reasons duplicate_charge: reason_units=1 reason_net=0.08",
		"reasons 合计: reason_net=0.156",
		"issues 合计: issues=0 money_found=0",
		"by-month 2019-05: units=4 old=0.77 real=0.004",
		"counterfactual rate-only: due=0.152 effect:rate=0.152 real=0.004",
	} {
		place, cells, _ := strings.Cut(want, ": ")
		table, row, _ := strings.Cut(place, " ")
		for _, cell := range strings.Fields(cells) {
			name, value, _ := strings.Cut(cell, "=")
			got, ok := figures[table][row][name]
			if !ok || got == nil || *got != value {
				t.Errorf("%s %s %s: got %v, want %s", table, row, name, text(got), value)
			}
		}
	}
	if got, ok := figures["counterfactual"]["rate-only"]["effect:base"]; !ok || got != nil {
		t.Errorf("a measure that a comparison does not count is not applicable; got %v", text(got))
	}
}

type jsonRow struct {
	Title   string
	Figures map[string]*string
}

// jsonOrder are the rows of one table, in order.
func jsonOrder(t *testing.T, m *report.Report, id string) []jsonRow {
	t.Helper()
	var content bytes.Buffer
	if err := m.WriteJSON(&content); err != nil {
		t.Fatal(err)
	}
	var all struct {
		Tables []struct {
			ID   string
			Rows []jsonRow
		}
	}
	if err := json.Unmarshal(content.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	for _, table := range all.Tables {
		if table.ID == id {
			return table.Rows
		}
	}
	t.Fatalf("no table %s", id)
	return nil
}

func text(s *string) string {
	if s == nil {
		return "none"
	}
	return *s
}

// testAWorkbookHoldsTheFiguresToTheFen reads each figure of the workbook again, and computes each formula.
func testAWorkbookHoldsTheFiguresToTheFen(t *testing.T, q *queries.Queries) {
	m := made(t, q, shipped(t), request(201904, 201905))
	book := workbook(t, m)
	numbers, formulas := 0, 0
	for _, table := range m.Tables {
		lines, err := book.GetRows(table.Number, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		if err := m.WriteCSV(&content, table); err != nil {
			t.Fatal(err)
		}
		reader := csv.NewReader(&content)
		reader.FieldsPerRecord = -1
		rows, err := reader.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		rows = rows[len(rows)-len(table.Rows):]
		for i, row := range rows {
			line := lines[7+i]
			if line[0] != row[0] || line[1] != row[1] {
				t.Errorf("%s: the row %v of the sheet is %v of the CSV", table.Number, line[:2], row[:2])
			}
			for c := range table.Shown {
				cell, _ := excelize.CoordinatesToCellName(3+c, 8+i)
				exact, err := strconv.ParseFloat(row[2+c], 64)
				if err != nil { // a sign
					if line[2+c] != row[2+c] {
						t.Errorf("%s %s is %q, the CSV has %q", table.Number, cell, line[2+c], row[2+c])
					}
					continue
				}
				numbers++
				got, err := strconv.ParseFloat(line[2+c], 64)
				if table.Shown[c].Unit == "%" {
					got, exact = math.Round(got*1e4), math.Round(exact*100)
				}
				if err != nil || got != exact {
					t.Errorf("%s %s is %q, the CSV has %q", table.Number, cell, line[2+c], row[2+c])
				}
				formula, _ := book.GetCellFormula(table.Number, cell)
				if formula == "" {
					continue
				}
				formulas++
				computed, err := book.CalcCellValue(table.Number, cell, excelize.Options{RawCellValue: true})
				value, _ := strconv.ParseFloat(computed, 64)
				stored, _ := strconv.ParseFloat(line[2+c], 64)
				if err != nil || math.Abs(value-stored) > 1e-9 {
					t.Errorf("%s %s: %s gives %s, the cell holds %s; %v", table.Number, cell, formula, computed, line[2+c], err)
				}
			}
		}
	}
	if numbers < 300 || formulas < 80 {
		t.Errorf("only %d numbers and %d formulas", numbers, formulas)
	}
}

func testASheetIsLaidOutForPaper(t *testing.T, q *queries.Queries) {
	m := made(t, q, shipped(t), request(201905, 201905))
	book := workbook(t, m)
	if got, want := book.GetSheetList(), len(m.Tables)+2; len(got) != want {
		t.Errorf("sheets %v", got)
	}
	layout, err := book.GetPageLayout("减负统2表")
	if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 {
		t.Errorf("layout %+v, %v", layout, err)
	}
	if panes, err := book.GetPanes("减负统2表"); err != nil || !panes.Freeze || panes.TopLeftCell != "C8" {
		t.Errorf("panes %+v, %v", panes, err)
	}
	cells := ""
	rows, err := book.GetRows("减负统2表")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		cells += strings.Join(row, "|") + "\n"
	}
	for _, part := range []string{"表号：减负统2表", "统计期：2019年5月", "填报单位：江苏省税务局", "计量单位：户、万元", "统计口径：", "对比口径：", "本期口径：全部措施", "制表：张三", "报出日期：2020-01-16", "320100|南京市|2|"} {
		if !strings.Contains(cells, part) {
			t.Errorf("the sheet lacks %q:\n%s", part, cells)
		}
	}
	if kind, err := book.GetCellType("减负统2表", "A9"); err != nil || kind != excelize.CellTypeSharedString {
		t.Errorf("a code is of the type %v, %v", kind, err)
	}
	if format, err := book.GetCellValue("减负统2表", "F9"); err != nil || format != "0.51" { // A 2,100 and B 3,000 yuan
		t.Errorf("an amount is shown as %q, %v", format, err)
	}
}

// folder is the shipped folder as a test changes it.
func folder(t *testing.T, change map[string]func(text string) string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := os.ReadDir("definitions")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join("definitions", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if edit := change[e.Name()]; edit != nil {
			before := string(content)
			if content = []byte(edit(before)); string(content) == before {
				t.Fatalf("nothing was changed in %s", e.Name())
			}
		}
		files[e.Name()] = &fstest.MapFile{Data: content}
	}
	for name, edit := range change {
		if files[name] == nil {
			files[name] = &fstest.MapFile{Data: []byte(edit(""))}
		}
	}
	return files
}

func replaced(from, to string) func(string) string {
	return func(text string) string { return strings.Replace(text, from, to, 1) }
}

func TestABrokenDefinitionIsExplained(t *testing.T) {
	const file = "02-region.yaml"
	for name, c := range map[string]struct {
		file   string
		change func(string) string
		code   string
		key    string
		line   int // 0 for any but none
	}{
		"an unknown key":               {file, replaced("title: 分地区", "titel: 分地区"), "report_unknown_key", "", 3},
		"no YAML":                      {file, replaced("columns:", "columns: ["), "report_yaml", "", 0},
		"an unknown dimension":         {file, replaced("by: region", "by: planet"), "report_choice", "rows.by", 5},
		"a figure of other rows":       {file, replaced("figure: units,", "figure: band_units,"), "report_not_of_rows", "columns[0].figure", 8},
		"an unknown figure":            {file, replaced("figure: units,", "figure: unit,"), "report_choice", "columns[0].figure", 8},
		"a figure twice":               {file, replaced("figure: units_reduced", "figure: units"), "report_member_twice", "columns[1].figure", 9},
		"a unit of another kind":       {file, replaced("缴费单位, unit: 户", "缴费单位, unit: 万元"), "report_choice", "columns[0].unit", 8},
		"too many decimals":            {file, replaced("应减, unit: 万元", "应减, unit: 万元, decimals: 9"), "report_decimals", "columns[4].decimals", 12},
		"no column title":              {file, replaced("title: 实减, ", ""), "report_missing", "columns[7].title", 0},
		"a number that names none":     {file, replaced("减负统2表", "减负[2]表"), "report_number", "number", 2},
		"the id of another":            {file, replaced("id: by-region", "id: overall"), "report_twice", "id", 1},
		"an id with spaces":            {file, replaced("id: by-region", "id: by region"), "report_id", "id", 1},
		"no definition":                {file, replaced("definition: 按", "definition: ''\n#"), "report_missing", "definition", 0},
		"a relation of nothing":        {file, replaced("relation: due = effects", "relation: due + effects"), "report_relation", "checks[1].relation", 0},
		"a relation that always holds": {file, replaced("relation: due = effects", "relation: due - new = due - new"), "report_relation_empty", "checks[1].relation", 0},
		"a relation of no column":      {file, replaced("relation: due = effects", "relation: due = new"), "report_no_column", "checks[1].relation", 0},
		"a relation of shares":         {file, replaced("relation: due = effects", "relation: due_share = effects"), "report_check_share", "checks[1].relation", 0},
		"a sum of what need not add":   {file, replaced("sum: [old,", "sum: [units, old,"), "report_check_adds", "checks[0].sum[0]", 0},
		"a check of two forms":         {file, replaced("relation: due = effects", "relation: due = effects, sum: [due]"), "report_check_form", "checks[1]", 0},
		"no other table":               {file, replaced("table: overall", "table: nothing"), "report_no_table", "checks[5].same_as.table", 0},
		"no column there":              {file, replaced("table: overall, figures: [old", "table: overall, figures: [due_share"), "report_same_column", "checks[5].same_as.figures[0]", 0},
		"nothing else says it":         {file, replaced("overview: [old", "overview: [entitled"), "report_choice", "checks[6].overview[0]", 0},
		"a chart of two units":         {file, replaced("figures: [due, real]}\n", "figures: [due, units]}\n"), "report_chart_units", "chart.figures[1]", 0},
		"a chart of another kind":      {file, replaced("kind: column", "kind: pie"), "report_choice", "chart.kind", 0},
		"a total of comparisons":       {"01-2-counterfactual.yaml", replaced("by: comparison", "by: comparison\n  total: 合计"), "report_no_total", "rows.total", 6},
		"a sum without total":          {"01-2-counterfactual.yaml", replaced("relation: due = old - new", "sum: [due]"), "report_check_total", "checks[0].sum", 0},
		"an unknown member":            {"04-size.yaml", replaced("members: [large", "members: [huge"), "report_choice", "rows.members[0]", 7},
		"a group of one":               {"04-size.yaml", replaced("of: [medium, small, micro]", "of: [micro]"), "report_group_small", "rows.groups[0].of", 9},
		"groups of bands":              {"07-distribution.yaml", replaced("total: 合计", "total: 合计\n  groups: [{title: 下降, of: [fell_to_5, fell_to_10]}]"), "report_no_groups", "rows.groups[0]", 7},
		"regions divided further":      {file, replaced("total: 合计", "total: 合计\n  within: {member: '320100', by: county}"), "report_within", "rows.within", 7},
		"no check at all":              {file, func(text string) string { return text[:strings.Index(text, "checks:")] }, "report_no_checks", "checks", -1},
		"an unknown language":          {"report.yaml", replaced("language: zh", "language: fr"), "report_choice", "language", 0},
		"no report.yaml":               {"report.yaml", nil, "report_no_manifest", "", -1},
	} {
		t.Run(name, func(t *testing.T) {
			files := folder(t, nil)
			if c.change == nil {
				delete(files, c.file)
			} else {
				files = folder(t, map[string]func(string) string{c.file: c.change})
			}
			_, found := report.Examine(files)
			i := slices.IndexFunc(found, func(f report.Finding) bool { return f.Code == c.code && f.Key == c.key && f.File == c.file })
			if i < 0 {
				t.Fatalf("found %+v", found)
			}
			if line := found[i].Line; c.line > 0 && line != c.line || c.line == 0 && line == 0 {
				t.Errorf("line %d of %+v", line, found[i])
			}
			if _, err := report.Load(files); problem.Code(err) != "report_definition" {
				t.Errorf("it was loaded: %v", err)
			}
		})
	}
}

// wrong is the shipped set with a relation that does not hold.
func wrong(t *testing.T) *report.Set {
	t.Helper()
	set, err := report.Load(folder(t, map[string]func(string) string{"02-region.yaml": replaced("relation: due = effects", "relation: due = real")}))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func testAFailedCheckBlocks(t *testing.T, q *queries.Queries) {
	m, err := report.Make(t.Context(), q, wrong(t), request(201905, 201905))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Files(); problem.Code(err) != "report_checks_failed" {
		t.Errorf("files were written: %v", err)
	}
	failed := m.Failed()
	if len(failed) != 1 || failed[0].Check != "by-region/measures" || len(failed[0].Differences) != 3 {
		t.Fatalf("failed %+v", failed)
	}
	if got, want := failed[0].Differences[1], (report.Difference{Cell: "G9", Row: "南京市", Column: "应减", Says: "1160.00", Should: "400.00"}); got != want {
		t.Errorf("the cell is %+v, want %+v", got, want)
	}
	r := request(201905, 201905)
	r.Waivers = []report.Waiver{{Check: "by-region/measures", Reason: "口径说明见附件", By: "cli:lisi"}}
	if m, err = report.Make(t.Context(), q, wrong(t), r); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Files(); err != nil {
		t.Errorf("a waived check still blocks: %v", err)
	}
	book := workbook(t, m)
	for _, sheet := range []string{"减负统2表", "核对"} {
		rows, err := book.GetRows(sheet)
		if err != nil || !slices.ContainsFunc(rows, func(row []string) bool {
			return slices.ContainsFunc(row, func(cell string) bool { return strings.Contains(cell, "口径说明见附件（cli:lisi）") })
		}) {
			t.Errorf("%s does not print the waiver; %v", sheet, err)
		}
	}
	for _, w := range []report.Waiver{{Check: "by-region/measures", Reason: " "}, {Check: "by-region/rows", Reason: "x"}, {Check: "nothing", Reason: "x"}} {
		r.Waivers = []report.Waiver{w}
		if _, err := report.Make(t.Context(), q, wrong(t), r); !strings.HasPrefix(problem.Code(err), "report_waiver") {
			t.Errorf("the waiver %+v was taken: %v", w, err)
		}
	}
}

// TestReports makes reports of the small world. The last test changes it.
func TestReports(t *testing.T) {
	q := fixture.Computed(t)
	for _, one := range []struct {
		name string
		test func(t *testing.T, q *queries.Queries)
	}{
		{"the figures are those worked out by hand", testTheSmallWorld},
		{"a workbook holds the figures to the fen", testAWorkbookHoldsTheFiguresToTheFen},
		{"another reader finds the figures in the workbook", testAnotherReaderFindsTheFigures},
		{"typical units are chosen by rules", testTypicalUnits},
		{"a sheet is laid out for paper", testASheetIsLaidOutForPaper},
		{"a failed check blocks the files and names its cells", testAFailedCheckBlocks},
		{"a report conceals what pages conceal", testAReportConceals},
		{"a folder is written whole or not at all", testAFolderIsWrittenWholeOrNotAtAll},
		{"a report is prepared, checked, signed and sent, and never changes", testALife},
		{"nothing is reported that is not whole", testNothingIsReportedThatIsNotWhole},
	} {
		t.Run(one.name, func(t *testing.T) { one.test(t, q) })
	}
}

func testNothingIsReportedThatIsNotWhole(t *testing.T, q *queries.Queries) {
	refused := func(q *queries.Queries, r report.Request, code string) {
		t.Helper()
		if _, err := report.Make(t.Context(), q, shipped(t), r); problem.Code(err) != code {
			t.Errorf("got %v, want %s", err, code)
		}
	}
	refused(fixture.Open(t), request(201905, 201905), "no_run")
	refused(q, request(201905, 201906), "report_months")
	refused(q, request(201805, 201805), "report_months")
	r := request(201905, 201905)
	r.Scope = filter.Regions("440000")
	refused(q, r, "report_no_figures")
	r = request(201905, 201905)
	r.Issues = nil
	refused(q, r, "report_no_ledger")
	fixture.Load(t, q, strings.NewReplacer("05-A1", "05-A9", "a1", "a9").Replace(fixture.Records()))
	refused(q, request(201905, 201905), "report_waiting")
}

// testAReportConceals: with two persons as the least, the single persons of sections and sizes are not shown,
// in no file and no formula.
func testAReportConceals(t *testing.T, q *queries.Queries) {
	behind, err := q.PersonsBehind(t.Context(), filter.Everything())
	if err != nil {
		t.Fatal(err)
	}
	r := request(201905, 201905)
	r.Decisions, r.WholeScope = dashboards.NewRunDecisions(2, behind), true
	m := made(t, q, shipped(t), r)
	figures := jsonTables(t, m)
	if hidden := figures["by-industry"]["F"]; len(hidden) != 0 {
		t.Errorf("one person's section shows %v", hidden)
	}
	if part, ok := figures["by-industry"]["C34"]; ok && len(part) != 0 {
		t.Errorf("one person's division shows %v", part)
	}
	if total := figures["by-industry"]["合计"]["due"]; total == nil || *total != "0.16" {
		t.Errorf("the total is %v", text(total))
	}
	book := workbook(t, m)
	hidden := dashboards.NewHidden(r.Decisions, r.Scope, queries.Narrow{}, true)
	for i, row := range m.Tables[3].Rows {
		if i == 0 || len(row.Key) != 1 {
			continue
		}
		cell, _ := excelize.CoordinatesToCellName(7, 8+i)
		value, err := book.GetCellValue(m.Tables[3].Number, cell)
		if err != nil || (value == "*") != hidden.Of("section", row.Key) {
			t.Errorf("%s shows %q, pages conceal it: %v; %v", row.Title, value, hidden.Of("section", row.Key), err)
		}
	}
	if formula, _ := book.GetCellFormula(m.Tables[3].Number, "G8"); formula != "" {
		t.Errorf("a total of hidden rows is the formula %s", formula)
	}
	r.Decisions = dashboards.NewRunDecisions(1000, behind)
	if _, err := report.Make(t.Context(), q, shipped(t), r); problem.Code(err) != "report_concealed" {
		t.Errorf("a report of five persons: %v", err)
	}
}

func testAFolderIsWrittenWholeOrNotAtAll(t *testing.T, q *queries.Queries) {
	m := made(t, q, shipped(t), request(201905, 201905))
	files, err := m.Files()
	if err != nil || len(files) != len(m.Tables)+2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	out := filepath.Join(t.TempDir(), "report")
	if err := report.Write(files, out); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(out, files[0].Name)); err != nil {
		t.Error(err)
	}
	if err := report.Write(files, out); problem.Code(err) != "report_folder_full" {
		t.Errorf("a folder was written over: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(out), ".report-*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}
