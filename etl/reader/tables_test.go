package reader

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"jianfu/etl/reader/workbook"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
)

// sheets writes a workbook as a report would: each sheet by its name and rows.
func sheets(t testing.TB, rows map[string][][]any, change func(*excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	for name, lines := range rows {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, line := range lines {
			if err := f.SetSheetRow(name, "A"+strconv.Itoa(i+1), &line); err != nil {
				t.Fatal(err)
			}
		}
	}
	if rows["Sheet1"] == nil {
		if err := f.DeleteSheet("Sheet1"); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// recordRows are the header and lines of CSV as rows of a sheet, amounts and rates as numbers, the rest as text.
func recordRows(lines ...string) [][]any {
	rows := [][]any{}
	for _, line := range append([]string{englishHeader}, lines...) {
		var row []any
		for i, cell := range strings.Split(strings.TrimSuffix(line, "\n"), ",") {
			if n, err := strconv.ParseFloat(cell, 64); err == nil && i >= recordHeadcount-1 {
				row = append(row, n)
				continue
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

var recordLines = []string{
	englishLine,
	change("record_id", "R2"),
	strings.Replace(change("record_id", "R3"), "P1", "0012", 1),
	change("employer_rate", "16"),
	strings.ReplaceAll(change("record_id", "R5"), "5000.00", "1234.56"),
	change("unit_id", "91320602Y7LLJY1JJK"),
}

func TestAWorkbookIsReadAsTheSameTextIs(t *testing.T) {
	text := open(t, englishHeader+strings.Join(recordLines, ""), Options{})
	want, err := readAll(t, text, registered)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"a workbook":             sheets(t, map[string][][]any{"Sheet1": recordRows(recordLines...)}, nil),
		"a workbook in gzip":     gzipped(sheets(t, map[string][][]any{"Sheet1": recordRows(recordLines...)}, nil)),
		"a workbook in a zip":    packed(t, "缴费明细.xlsx", sheets(t, map[string][][]any{"Sheet1": recordRows(recordLines...)}, nil)),
		"a sheet among others":   sheets(t, map[string][][]any{"说明": {{"填表说明"}}, "数据": recordRows(recordLines...), "空": {}}, nil),
		"a Parquet file":         parquetFile(t, parquetRecords(t)),
		"a Parquet file in zstd": zstandard(parquetFile(t, parquetRecords(t))),
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, content, Options{Hash: true})
			if f.Kind != KindContributions || f.HeaderLine != 1 {
				t.Errorf("kind %v, header in line %d", f.Kind, f.HeaderLine)
			}
			got, err := readAll(t, f, registered)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got.Rejects { // 5000.00 is 5000 in a sheet; all else is equal
				got.Rejects[i].Raw, want.Rejects[i].Raw = "", ""
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("differs from the text:\n%s", diff)
			}
			path := write(t, []byte(content))
			if hash, err := ContentHash(path); err != nil || hash != f.ContentHash() {
				t.Errorf("the hash is %s, not %s: %v", f.ContentHash(), hash, err)
			}
			if done, total := f.Progress(); done != total {
				t.Errorf("%d of %d bytes were read", done, total)
			}
		})
	}
}

func packed(t testing.TB, name, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	part, err := w.Create(name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestACodeThatASheetHoldsAsANumberIsRefusedByName(t *testing.T) {
	for _, c := range []struct {
		column string
		value  any
		shown  string
	}{
		{"unit_id", 913206027777777777, "913206027777778000"},
		{"record_id", 1000001, "1000001"},
		{"person_id", 320602199001011234, ""},
	} {
		rows := recordRows(englishLine)
		at := strings.Split(englishHeader, ",")
		for i := range at {
			if at[i] == c.column {
				rows[1][i] = c.value
			}
		}
		all, err := readAll(t, open(t, sheets(t, map[string][][]any{"Sheet1": rows}, nil), Options{}), registered)
		if err != nil || len(all.Rejects) != 1 {
			t.Fatalf("%s: %+v %v", c.column, all, err)
		}
		r := all.Rejects[0]
		if r.Code != "code_is_number" || r.Column != c.column || r.Value != c.shown || r.Line != 2 || strings.ContainsRune(r.Raw, numberMark) {
			t.Errorf("%+v", r)
		}
		if text := i18n.For("zh").T("reject.code_is_number"); !strings.Contains(text, "文本") {
			t.Error(text)
		}
	}
	if all, err := readAll(t, open(t, parquetFile(t, []map[string]any{{"record_id": 7.0, "unit_id": unitA, "period": "2019-05", "insurance": "pension",
		"wage": 1.0, "base": 1.0, "employer_rate": 0.16, "employer_amount": 0.16}}), Options{}), registered); err != nil || all.Rejects[0].Code != "code_is_number" {
		t.Errorf("%+v %v", all, err)
	}
}

// styled gives a cell of Sheet1 a value and a number format.
func styled(t *testing.T, f *excelize.File, cell string, value any, format string) {
	t.Helper()
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err == nil {
		err = f.SetCellValue("Sheet1", cell, value)
	}
	if err == nil {
		err = f.SetCellStyle("Sheet1", cell, cell, style)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestMonthsAndDatesOfASheetAreUnderstood(t *testing.T) {
	for name, c := range map[string]struct {
		period, received any
		periodAs, as     string
		want             string // the month and the day, or the code of the reject
	}{
		"a month in Chinese":                 {43586.0, 43600.0, `yyyy"年"m"月"`, "yyyy/m/d", "2019-05 2019-05-15"},
		"a month in English":                 {43586.0, 43600.0, `mmm\-yy`, "[$-804]yyyy-mm-dd;@", "2019-05 2019-05-15"},
		"a day with a time":                  {43586.0, 43600.75, `yyyy\-mm`, "yyyy-mm-dd hh:mm:ss", "2019-05 2019-05-15"},
		"a second before midnight":           {43586.0, 43600.99999, `yyyy\-mm`, "yyyy-mm-dd hh:mm:ss", "date_unsure_day"},
		"a day less than half a second away": {43586.0, 43599.999999, `yyyy\-mm`, "yyyy-mm-dd", "2019-05 2019-05-15"},
		"a number that is a month":           {201905, 20190515, "General", "0", "2019-05 2019-05-15"},
		"a number that is no month":          {43586, 43600.0, "General", "yyyy-mm-dd", "date_serial"},
		"a month as text":                    {"2019-05", "2019/5/15", "@", "@", "2019-05 2019-05-15"},
	} {
		t.Run(name, func(t *testing.T) {
			content := sheets(t, map[string][][]any{"Sheet1": recordRows(englishLine)}, func(f *excelize.File) {
				styled(t, f, "C2", c.period, c.periodAs)
				styled(t, f, "N2", c.received, c.as)
			})
			all, err := readAll(t, open(t, content, Options{}), registered)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(all.Rejects) > 0 {
				got = all.Rejects[0].Code
			} else {
				r := all.Records[0]
				got = r.Period.String() + " " + time.Unix(int64(r.ReceivedOn)*86400, 0).UTC().Format(time.DateOnly)
			}
			if got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestWhatAWorkbookShowsIsWhatIsRead(t *testing.T) {
	content := sheets(t, map[string][][]any{"Sheet1": append([][]any{{"2019年5月缴费明细表"}, {"制表单位：", "通州区税务局"}, {}},
		append(recordRows(englishLine, englishLine, englishLine, englishLine), []any{}, []any{"合计", nil, nil, nil, nil, nil, 4, 20000})...)}, func(f *excelize.File) {
		for cell, value := range map[string]any{"A6": "R2", "A7": "R3", "A8": "R4", "I5": 0.1 + 0.2, "H5": 0.1 + 0.2} {
			if err := f.SetCellValue("Sheet1", cell, value); err != nil {
				t.Fatal(err)
			}
		}
		styled(t, f, "J5", 0.16, "0%")
		if err := f.SetCellValue("Sheet1", "K6", nil); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellFormula("Sheet1", "K6", "I6*J6"); err != nil { // a library leaves its result out
			t.Fatal(err)
		}
		if err := f.SetCellRichText("Sheet1", "B7", []excelize.RichTextRun{{Text: "91320602"}, {Text: "Y7LLJY1JJJ"}}); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue("Sheet1", "Q8", "一格备注"); err != nil {
			t.Fatal(err)
		}
		if err := f.MergeCell("Sheet1", "A1", "P1"); err != nil {
			t.Fatal(err)
		}
	})
	f := open(t, content, Options{})
	if f.LinesAbove != 2 || f.HeaderLine != 4 || f.Sheet != "Sheet1" || f.Format != FormatXLSX {
		t.Errorf("%d lines above, header in line %d, sheet %s, %s", f.LinesAbove, f.HeaderLine, f.Sheet, f.Format)
	}
	all, err := readAll(t, f, registered)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, r := range all.Rejects {
		found = append(found, strconv.Itoa(int(r.Line))+" "+r.Code+" "+r.Column+" "+r.Value)
	}
	if diff := cmp.Diff([]string{"6 formula_without_result employer_amount =I6*J6", "8 columns_too_many  ", "10 total_line record_id 合计"}, found); diff != "" {
		t.Error(diff)
	}
	if len(all.Records) != 2 || all.Records[0].Wage != 30 || all.Records[0].EmployerRate.String() != "0.16" {
		t.Errorf("%+v", all.Records)
	}
}

func TestAHeaderOfMergedCellsIsReadAsOne(t *testing.T) {
	upper := []any{"明细序号", "统一社会信用代码", "费款所属期", "险种", "缴费工资", "缴费基数", "单位", nil, "个人", nil, "备注"}
	lower := []any{nil, nil, nil, nil, nil, nil, "费率", "应缴额", "费率", "应缴额", nil}
	line := []any{"R1", unitA, "2019-05", "养老保险", 5000, 5000, 0.16, 800, 0.08, 400, "无"}
	rows := [][]any{{"缴费明细"}, upper, lower, line}
	text := "缴费明细,,,,,,,,,,\n"
	for _, row := range rows[1:] {
		for i, cell := range row {
			if i > 0 {
				text += ","
			}
			switch v := cell.(type) {
			case string:
				text += v
			case int:
				text += strconv.Itoa(v)
			case float64:
				text += strconv.FormatFloat(v, 'f', -1, 64)
			}
		}
		text += "\n"
	}
	for name, content := range map[string]string{"a sheet": sheets(t, map[string][][]any{"Sheet1": rows}, nil), "text": text} {
		f := open(t, content, Options{})
		all, err := readAll(t, f, registered)
		if err != nil || len(all.Records) != 1 || f.LinesAbove != 1 || cmp.Diff(f.UnknownColumns, []string{"备注"}) != "" {
			t.Fatalf("%s: %+v %v, %d above, unknown %v", name, all, err, f.LinesAbove, f.UnknownColumns)
		}
		if r := all.Records[0]; r.EmployerAmount != 80000 || r.EmployeeAmount != 40000 || r.EmployeeRate.String() != "0.08" || all.Lines[0] != 4 {
			t.Errorf("%s: %+v in line %d", name, r, all.Lines[0])
		}
	}
}

func TestAnIssueOfASheetKeepsItsLines(t *testing.T) {
	rows := [][]any{{"来源", "标题", "行政区划代码", "提出日期", "内容"}, {"12366", "一件", 320602, "2019-06-03", "第一行\n第二行, \"引号\""}}
	all, err := readAll(t, open(t, sheets(t, map[string][][]any{"Sheet1": rows}, nil), Options{}), registered)
	if err != nil || len(all.Issues) != 1 || all.Issues[0].Text != "第一行\n第二行, \"引号\"" || all.Issues[0].Region != "320602" {
		t.Errorf("%+v %v", all, err)
	}
}

func TestAWorkbookThatCannotBeReadSaysWhyAndWhatToDo(t *testing.T) {
	whole := sheets(t, map[string][][]any{"Sheet1": recordRows(recordLines...)}, nil)
	for name, c := range map[string]struct {
		content string
		limits  workbook.Limits
		code    string
	}{
		"a binary workbook":       {parts(t, "_rels/.rels", `<Relationships><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>`, "xl/workbook.bin", "x"), workbook.Limits{}, "reader_xlsb"},
		"an OpenDocument sheet":   {parts(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<a/>"), workbook.Limits{}, "reader_ods"},
		"a document of words":     {parts(t, "_rels/.rels", `<Relationships><Relationship Id="1" Type="x/officeDocument" Target="word/document.xml"/></Relationships>`, "word/document.xml", "<a/>"), workbook.Limits{}, "reader_zip"},
		"two workbooks in one":    {parts(t, "一.xlsx", whole, "二.xlsx", whole), workbook.Limits{}, "reader_zip"},
		"lines that share a cell": {sheets(t, map[string][][]any{"Sheet1": recordRows(recordLines...)}, func(f *excelize.File) { _ = f.MergeCell("Sheet1", "C2", "C3") }), workbook.Limits{}, "reader_merged"},
		"an empty workbook":       {sheets(t, map[string][][]any{"Sheet1": {}}, nil), workbook.Limits{}, "reader_empty"},
		"a workbook of prose":     {sheets(t, map[string][][]any{"Sheet1": {{"说明"}}}, nil), workbook.Limits{}, "reader_no_header"},
		"two sheets with tables":  {sheets(t, map[string][][]any{"五月": recordRows(englishLine), "六月": recordRows(englishLine)}, nil), workbook.Limits{}, "reader_several_sheets"},
		"half a workbook":         {whole[:len(whole)/2], workbook.Limits{}, "reader_xlsx"},
		"too large":               {whole, workbook.Limits{Unzipped: 2000, Strings: 1 << 20, Element: 1 << 20, Rows: 1 << 20, Columns: 100, Time: time.Minute}, "reader_too_large"},
		"a row of a megabyte":     {sheets(t, map[string][][]any{"Sheet1": {{strings.Repeat("x", 30000)}}}, nil), workbook.Limits{Unzipped: 1 << 20, Strings: 1 << 20, Element: 8000, Rows: 100, Columns: 100, Time: time.Minute}, "reader_too_large"},
		"too many texts":          {whole, workbook.Limits{Unzipped: 1 << 20, Strings: 10, Element: 1 << 20, Rows: 100, Columns: 100, Time: time.Minute}, "reader_too_large"},
		"too many rows":           {whole, workbook.Limits{Unzipped: 1 << 20, Strings: 1 << 20, Element: 1 << 20, Rows: 2, Columns: 100, Time: time.Minute}, "reader_too_large"},
		"too many columns":        {whole, workbook.Limits{Unzipped: 1 << 20, Strings: 1 << 20, Element: 1 << 20, Rows: 1000, Columns: 3, Time: time.Minute}, "reader_too_large"},
		"too long":                {whole, workbook.Limits{Unzipped: 1 << 20, Strings: 1 << 20, Element: 1 << 20, Rows: 1000, Columns: 100}, "reader_too_long"},
		"a Parquet file of lists": {parquetFile(t, []map[string]any{{"record_id": []string{"R1"}, "unit_id": unitA}}), workbook.Limits{}, "reader_parquet_column"},
		"amounts of 32 bits":      {parquetFile(t, []map[string]any{{"record_id": "R1", "unit_id": unitA, "employer_amount": float32(1234567.89)}}), workbook.Limits{}, "reader_parquet_float"},
		"half a Parquet file":     {parquetFile(t, parquetRecords(t))[:300], workbook.Limits{}, "reader_damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open(write(t, []byte(c.content)), Options{limits: c.limits})
			if err == nil {
				_, err = readAll(t, f, registered)
				f.Close()
			}
			if problem.Code(err) != c.code {
				t.Fatalf("got %v", err)
			}
			checkFault(t, err)
		})
	}
}

// TestWhatASheetHidesIsReadAndSaid: rows, columns and the sheet itself; a remark below the lines may share cells, and so may a title.
func TestWhatASheetHidesIsReadAndSaid(t *testing.T) {
	rows := append(recordRows(recordLines[:3]...), []any{"制表说明"})
	content := sheets(t, map[string][][]any{"Sheet1": rows, "封面": {{"说明"}}}, func(f *excelize.File) {
		cover, _ := f.GetSheetIndex("封面")
		f.SetActiveSheet(cover)
		for _, err := range []error{f.SetRowVisible("Sheet1", 2, false), f.SetColVisible("Sheet1", "C:D", false), f.SetColVisible("Sheet1", "ZZ", false), f.SetSheetVisible("Sheet1", false),
			f.MergeCell("Sheet1", "A"+strconv.Itoa(len(rows)), "C"+strconv.Itoa(len(rows)+3))} {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	f := open(t, content, Options{})
	if _, err := readAll(t, f, registered); err != nil {
		t.Fatal(err)
	}
	var notes Notes
	f.NoteLayout(&notes)
	if notes[RowsHidden] != 1 || notes[ColumnsHidden] != 2 || notes[SheetHidden] != 1 {
		t.Errorf("the notes are %v", notes)
	}
}

// TestSavedResultsThatAreToBeWorkedOutAnewAreNotBelieved: the workbook says so itself.
func TestSavedResultsThatAreToBeWorkedOutAnewAreNotBelieved(t *testing.T) {
	for name, stale := range map[string]bool{"saved by a spreadsheet": false, "to be worked out anew": true} {
		content := damage(t, sheets(t, map[string][][]any{"Sheet1": recordRows(recordLines[0])}, func(f *excelize.File) {
			if err := f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &stale}); err != nil {
				t.Fatal(err)
			}
		}), func(xml string) string { // a formula beside the saved result of an amount
			return regexp.MustCompile(`(<c r="[A-Z]2"[^>]*>)(<v>800</v>)`).ReplaceAllString(xml, "$1<f>I2*J2</f>$2")
		})
		f := open(t, content, Options{})
		all, err := readAll(t, f, registered)
		if err != nil {
			t.Fatal(err)
		}
		if refused := len(all.Rejects) == 1 && all.Rejects[0].Code == "formula_without_result"; refused != stale || len(all.Rejects)+len(all.Records) != 1 {
			t.Errorf("%s: %+v, %+v", name, all.Records, all.Rejects)
		}
	}
}

// parts is a zip of files, given by name and content in turn.
func parts(t testing.TB, namesAndContents ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(namesAndContents); i += 2 {
		part, err := w.Create(namesAndContents[i])
		if err == nil {
			_, err = io.WriteString(part, namesAndContents[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// damage rewrites the first sheet of a workbook.
func damage(t testing.TB, content string, change func(xml string) string) string {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range archive.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "xl/worksheets/sheet1.xml" {
			text = []byte(change(string(text)))
		}
		all = append(all, f.Name, string(text))
	}
	return parts(t, all...)
}

func TestASheetThatIsDamagedLosesNoRowsWithoutAWord(t *testing.T) {
	whole := sheets(t, map[string][][]any{"Sheet1": recordRows(recordLines...)}, nil)
	for name, change := range map[string]func(string) string{
		"a character that XML cannot hold": func(xml string) string { return strings.Replace(xml, "<row r=\"5\"", "\x0b<row r=\"5\"", 1) },
		"an end within the rows":           func(xml string) string { return xml[:strings.Index(xml, "<row r=\"5\"")] },
		"a shared text that is not there":  func(xml string) string { return strings.Replace(xml, "t=\"s\"><v>1<", "t=\"s\"><v>99999<", 1) },
		"rows out of order":                func(xml string) string { return strings.Replace(xml, "<row r=\"5\"", "<row r=\"2\"", 1) },
		"cells out of order":               func(xml string) string { return strings.Replace(xml, "r=\"C3\"", "r=\"A3\"", 1) },
	} {
		f, err := Open(write(t, []byte(damage(t, whole, change))), Options{})
		if err == nil {
			_, err = readAll(t, f, registered)
			f.Close()
		}
		if problem.Code(err) != "reader_damaged" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// parquetRecords are recordLines as a database exports them: dates as dates, amounts as decimals or floating numbers.
func parquetRecords(t testing.TB) []map[string]any {
	t.Helper()
	var rows []map[string]any
	names := strings.Split(strings.TrimSuffix(englishHeader, "\n"), ",")
	for _, line := range recordLines {
		row := map[string]any{}
		for i, cell := range strings.Split(strings.TrimSuffix(line, "\n"), ",") {
			switch n, err := strconv.ParseFloat(cell, 64); {
			case names[i] == "received_on":
				day, err := time.Parse(time.DateOnly, cell)
				if err != nil {
					t.Fatal(err)
				}
				row[names[i]] = day
			case names[i] == "headcount":
				row[names[i]] = int64(n)
			case err == nil && i >= recordHeadcount-1:
				row[names[i]] = n
			default:
				row[names[i]] = cell
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// parquetFile writes rows whose first says the types of all; wage is a decimal.
func parquetFile(t testing.TB, rows []map[string]any) string {
	t.Helper()
	group := parquet.Group{}
	for name, value := range rows[0] {
		switch value.(type) {
		case string:
			group[name] = parquet.Optional(parquet.String())
		case int64:
			group[name] = parquet.Optional(parquet.Int(64))
		case float64:
			group[name] = parquet.Optional(parquet.Leaf(parquet.DoubleType))
			if name == "wage" {
				group[name] = parquet.Optional(parquet.Decimal(2, 18, parquet.Int64Type))
			}
		case float32:
			group[name] = parquet.Optional(parquet.Leaf(parquet.FloatType))
		case time.Time:
			group[name] = parquet.Optional(parquet.Date())
		case []string:
			group[name] = parquet.List(parquet.String())
		}
	}
	schema := parquet.NewSchema("records", group)
	var b bytes.Buffer
	w := parquet.NewWriter(&b, schema, parquet.Compression(&parquet.Snappy))
	for _, row := range rows {
		var values parquet.Row
		for i, path := range schema.Columns() {
			var v parquet.Value
			switch x := row[path[0]].(type) {
			case string:
				v = parquet.ByteArrayValue([]byte(x))
			case int64:
				v = parquet.Int64Value(x)
			case float32:
				v = parquet.FloatValue(x)
			case float64:
				v = parquet.DoubleValue(x)
				if path[0] == "wage" {
					v = parquet.Int64Value(int64(x*100 + 0.5))
				}
			case time.Time:
				v = parquet.Int32Value(int32(x.Unix() / 86400)) //nolint:gosec // a day
			case []string:
				v = parquet.ByteArrayValue([]byte(x[0]))
			}
			leaf, _ := schema.Lookup(path...)
			values = append(values, v.Level(0, leaf.MaxDefinitionLevel, i))
		}
		if _, err := w.WriteRows([]parquet.Row{values}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDecimalsOfParquetAreExact(t *testing.T) {
	for _, c := range []struct {
		value parquet.Value
		scale int32
		want  string
	}{
		{parquet.Int32Value(-5), 2, "-0.05"},
		{parquet.Int64Value(123456), 2, "1234.56"},
		{parquet.Int64Value(7), 0, "7"},
		{parquet.FixedLenByteArrayValue([]byte{0xff, 0xfe}), 1, "-0.2"},
		{parquet.ByteArrayValue([]byte{0x01, 0x00}), 4, "0.0256"},
		{parquet.ByteArrayValue(nil), 2, "0.00"},
	} {
		if got := string(appendDecimal(nil, c.value, c.scale)); got != c.want {
			t.Errorf("%v at scale %d is %s, not %s", c.value, c.scale, got, c.want)
		}
	}
}
