package report

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"jianfu/dashboards"
	"jianfu/internal/problem"
)

// Where things stand on a table's sheet; the cells that checks name are those of the workbook.
const (
	titleLine  = 1
	headLines  = 7 // title, number, organisation, definition, counterfactual, comparison, columns
	firstLine  = headLines + 1
	firstPlace = 3 // after the code and the title
)

// cellName names the cell of a figure.
func cellName(row, column int) string {
	name, err := excelize.CoordinatesToCellName(firstPlace+column, firstLine+row)
	if err != nil {
		panic(err) // definitions have few columns
	}
	return name
}

// What sheets look like.
const (
	paperA4      = 9
	codeWidth    = 8.0
	titleWidth   = 24.0
	narrowest    = 9.5                   // of a figure's column
	lineHeight   = 17.0                  // points
	chartHeight  = 360                   // pixels
	pixelsPer    = 7.2                   // of a character's width
	besideChart  = 18                    // rows that leave room for a chart on their page
	exactDigits  = 1_000_000_000_000_000 // of a number, that a spreadsheet keeps
	charsPerLine = 1.85                  // how many characters' widths a Chinese character takes
)

// workbook is a file while it is written.
type workbook struct {
	*excelize.File
	report *Report
	styles map[string]int
	err    error // the first
}

// WriteXLSX writes the report as a workbook: one sheet a table, one of definitions, one of checks.
func (r *Report) WriteXLSX(w io.Writer) error {
	b := &workbook{File: excelize.NewFile(), report: r, styles: map[string]int{}}
	defer b.Close() //nolint:errcheck // it lies in memory
	for _, t := range r.Tables {
		b.table(t)
	}
	if r.Changes != nil {
		b.changes(r.Changes)
	}
	b.definitions()
	b.checks()
	b.try(b.DeleteSheet("Sheet1"))
	b.SetActiveSheet(0)
	b.try(b.SetDocProps(&excelize.DocProperties{Title: r.Head.Title, Creator: r.Head.Organisation, Created: stampOf(r.Head.At), Modified: stampOf(r.Head.At)}))
	if b.err != nil {
		return b.err
	}
	content, err := b.WriteToBuffer()
	if err != nil {
		return err
	}
	return numberResults(w, content.Bytes())
}

// numberResults says of the results of formulas that they are numbers: the library says that they are texts, so that programs which
// do not compute formulas would read words.
func numberResults(w io.Writer, content []byte) error {
	from, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	to := zip.NewWriter(w)
	for _, f := range from.File {
		part, err := f.Open()
		if err != nil {
			return err
		}
		text, err := io.ReadAll(part)
		if err = errors.Join(err, part.Close()); err != nil {
			return err
		}
		if strings.HasPrefix(f.Name, "xl/worksheets/") {
			text = bytes.ReplaceAll(text, []byte(` t="str"><f>`), []byte(`><f>`))
		}
		into, err := to.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := into.Write(text); err != nil {
			return err
		}
	}
	return to.Close()
}

func stampOf(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// try keeps the first error.
func (b *workbook) try(err error) {
	if b.err == nil {
		b.err = err
	}
}

// style makes a style once.
func (b *workbook) style(name string, s func() excelize.Style) int {
	if id, ok := b.styles[name]; ok {
		return id
	}
	made := s()
	id, err := b.NewStyle(&made)
	b.try(err)
	b.styles[name] = id
	return id
}

var allBorders = []excelize.Border{{Type: "left", Color: "7F7F7F", Style: 1}, {Type: "right", Color: "7F7F7F", Style: 1}, {Type: "top", Color: "7F7F7F", Style: 1}, {Type: "bottom", Color: "7F7F7F", Style: 1}}

const (
	songFont = "SimSun"
	headFont = "SimHei"
)

// text is the style of words: heading, head, label or note.
func (b *workbook) text(name string) int {
	return b.style(name, func() excelize.Style {
		wrap := &excelize.Alignment{WrapText: true, Vertical: "center"}
		switch name {
		case "heading":
			return excelize.Style{Font: &excelize.Font{Bold: true, Size: 16, Family: headFont}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}}
		case "column":
			return excelize.Style{Font: &excelize.Font{Bold: true, Size: 10, Family: songFont}, Border: allBorders, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EAF1F1"}},
				Alignment: &excelize.Alignment{WrapText: true, Horizontal: "center", Vertical: "center"}}
		case "member", "code":
			format := "@"
			return excelize.Style{Font: &excelize.Font{Size: 10, Family: songFont}, Border: allBorders, Alignment: wrap, CustomNumFmt: &format}
		case "part":
			return excelize.Style{Font: &excelize.Font{Size: 10, Family: songFont}, Border: allBorders, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center", Indent: 1}}
		case "total", "group":
			return excelize.Style{Font: &excelize.Font{Bold: true, Size: 10, Family: songFont}, Border: allBorders, Alignment: wrap}
		case "right":
			return excelize.Style{Font: &excelize.Font{Size: 10, Family: songFont}, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}}
		case "warning":
			return excelize.Style{Font: &excelize.Font{Bold: true, Size: 10, Color: "B8460F", Family: songFont}, Alignment: wrap}
		}
		return excelize.Style{Font: &excelize.Font{Size: 10, Family: songFont}, Alignment: wrap}
	})
}

// number is the style of a figure.
func (b *workbook) number(c Shown, sort string) int {
	format := "#,##0"
	if c.Decimals > 0 {
		format += "." + strings.Repeat("0", c.Decimals)
	}
	if c.figure.kind == share {
		format += "%"
	}
	bold := sort == totalRow || sort == groupRow
	return b.style(fmt.Sprint("number ", format, bold), func() excelize.Style {
		return excelize.Style{Font: &excelize.Font{Bold: bold, Size: 10, Family: songFont}, Border: allBorders, CustomNumFmt: &format,
			Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}}
	})
}

// put writes a text into a cell. Texts are cells of text whatever they begin with, so that none is a formula.
func (b *workbook) put(sheet string, column, line int, text, style string) {
	cell, err := excelize.CoordinatesToCellName(column, line)
	b.try(err)
	b.try(b.SetCellStr(sheet, cell, text))
	b.try(b.SetCellStyle(sheet, cell, cell, b.text(style)))
}

// across writes a text over columns, in as many lines as it needs.
func (b *workbook) across(sheet string, line, from, to int, text, style string, width float64) {
	b.put(sheet, from, line, text, style)
	first, err := excelize.CoordinatesToCellName(from, line)
	b.try(err)
	last, err := excelize.CoordinatesToCellName(to, line)
	b.try(err)
	b.try(b.MergeCell(sheet, first, last))
	b.try(b.SetCellStyle(sheet, first, last, b.text(style)))
	if lines := float64(utf8.RuneCountInString(text)) * charsPerLine / width; lines > 1 {
		b.try(b.SetRowHeight(sheet, line, lineHeight*float64(int(lines)+1)))
	}
}

// paper lays a sheet out: A4, landscape, one page wide, the given lines on every page.
func (b *workbook) paper(sheet string, repeated int) {
	yes, landscape, paper, wide, high := true, "landscape", paperA4, 1, 0
	b.try(b.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}))
	b.try(b.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &wide, FitToHeight: &high}))
	left, top := 0.5, 0.6
	b.try(b.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &left, Right: &left, Top: &top, Bottom: &top, Horizontally: &yes}))
	b.try(b.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L" + strings.ReplaceAll(b.report.stamp(), "&", "&&") + "&R" + "&P / &N"}))
	if repeated > 0 {
		b.try(b.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheet, repeated, repeated), Scope: sheet}))
	}
}

// table writes the sheet of a table.
func (b *workbook) table(t *Table) {
	sheet, p, h := t.Number, b.report.p, b.report.Head
	_, err := b.NewSheet(sheet)
	b.try(err)
	last := firstPlace + len(t.Shown) - 1
	width := codeWidth + titleWidth
	b.try(b.SetColWidth(sheet, "A", "A", codeWidth))
	b.try(b.SetColWidth(sheet, "B", "B", titleWidth))
	for i := range t.Shown {
		name, err := excelize.ColumnNumberToName(firstPlace + i)
		b.try(err)
		b.try(b.SetColWidth(sheet, name, name, t.widthOf(i)))
		width += t.widthOf(i)
	}
	b.across(sheet, titleLine, 1, last, t.Title, "heading", width)
	b.try(b.SetRowHeight(sheet, titleLine, 2*lineHeight))
	half := max(2, last/2)
	for line, pair := range [][2]string{
		{p.T("report.number", "value", t.Number), p.T("report.period", "value", h.Period)},
		{p.T("report.organisation", "value", h.Organisation), p.T("report.unit", "value", t.units())},
	} {
		b.across(sheet, line+2, 1, half, pair[0], "note", width)
		b.across(sheet, line+2, half+1, last, pair[1], "right", width)
	}
	b.across(sheet, 4, 1, last, p.T("report.definition", "value", t.Text), "note", width)
	b.across(sheet, 5, 1, last, p.T("report.counterfactual", "value", t.Counterfactual), "note", width)
	b.across(sheet, 6, 1, last, p.T("report.comparison", "value", b.report.against()), "note", width)
	b.put(sheet, 1, headLines, p.T("report.code"), "column")
	b.put(sheet, 2, headLines, p.T("report.row"), "column")
	for i, c := range t.Shown {
		b.put(sheet, firstPlace+i, headLines, p.T("report.column_head", "title", c.Title, "unit", c.Unit), "column")
	}
	b.try(b.SetRowHeight(sheet, headLines, 4*lineHeight))
	for i, r := range t.Rows {
		b.row(sheet, t, i, r)
	}
	line := firstLine + len(t.Rows)
	for _, note := range b.report.notes(t) {
		style := "note"
		if note.warning {
			style = "warning"
		}
		b.across(sheet, line, 1, last, b.report.p.T("report.note", "text", note.text), style, width)
		line++
	}
	b.across(sheet, line, 1, last, b.report.signatures(), "note", width)
	b.try(b.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: headLines, TopLeftCell: cellName(0, 0), ActivePane: "bottomRight"}))
	b.paper(sheet, headLines)
	b.chart(sheet, t, line+2, width)
}

// widthOf is how wide a column is, in characters: its figures fit.
func (t *Table) widthOf(column int) float64 {
	width := narrowest
	for _, r := range t.Rows {
		width = max(width, float64(utf8.RuneCountInString(t.Shown[column].rounded(r.Cells[column])))+2)
	}
	return width
}

// row writes one line of figures.
func (b *workbook) row(sheet string, t *Table, i int, r Row) {
	style := r.Sort
	b.put(sheet, 1, firstLine+i, r.Code, "code")
	b.put(sheet, 2, firstLine+i, r.Title, style)
	b.try(b.SetRowHeight(sheet, firstLine+i, lineHeight*float64(1+int(float64(utf8.RuneCountInString(r.Title))*charsPerLine/titleWidth))))
	for c, v := range r.Cells {
		cell := cellName(i, c)
		b.try(b.SetCellStyle(sheet, cell, cell, b.number(t.Shown[c], r.Sort)))
		b.figure(sheet, cell, t.Shown[c], v)
		if formula := t.formula(i, c); formula != "" {
			b.try(b.SetCellFormula(sheet, cell, formula))
		}
	}
}

// figure writes a number, or the sign in its place. The nearest number that a spreadsheet has to an amount is the amount again
// once it is rounded to the fen.
func (b *workbook) figure(sheet, cell string, c Shown, v value) {
	switch {
	case v.hidden || v.none || v.apart:
		b.try(b.SetCellStr(sheet, cell, b.report.sign(v)))
	case v.n >= exactDigits || v.n <= -exactDigits:
		b.try(problem.New("report_too_large", "cell", sheet+"!"+cell))
	case c.figure.kind == share:
		b.try(b.SetCellFloat(sheet, cell, float64(v.n)/float64(v.of), -1, 64))
	case c.figure.kind == amount:
		n, err := strconv.ParseFloat(shifted(v.n, places[c.Unit]), 64)
		b.try(err)
		b.try(b.SetCellFloat(sheet, cell, n, -1, 64))
	default:
		b.try(b.SetCellInt(sheet, cell, v.n))
	}
}

// units are those of the table's columns.
func (t *Table) units() string {
	var all []string
	for _, c := range t.Shown {
		if c.Unit != "%" && !slices.Contains(all, c.Unit) {
			all = append(all, c.Unit)
		}
	}
	return strings.Join(all, "、")
}

// chart draws figures of the rows, below the table.
func (b *workbook) chart(sheet string, t *Table, line int, width float64) {
	if t.Chart == nil {
		return
	}
	from, to := t.charted()
	if from < 0 {
		return
	}
	kind := excelize.Col
	if t.Chart.Kind == "bar" {
		kind = excelize.Bar
	}
	var series []excelize.ChartSeries
	colours := []string{"1F6F78", "E08E45", "5B8C5A", "7A6C9D"}
	unit := ""
	for _, id := range t.Chart.Figures {
		for _, c := range t.columnsOf(id) {
			column, _ := excelize.ColumnNumberToName(firstPlace + c)
			unit = t.Shown[c].Unit
			series = append(series, excelize.ChartSeries{
				Name:       fmt.Sprintf("'%s'!$%s$%d", sheet, column, headLines),
				Categories: fmt.Sprintf("'%s'!$B$%d:$B$%d", sheet, firstLine+from, firstLine+to),
				Values:     fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, column, firstLine+from, column, firstLine+to),
				Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colours[len(series)%len(colours)]}},
			})
		}
	}
	height := uint(chartHeight)
	if kind == excelize.Bar {
		height = max(height, uint(60+26*(to-from+1))) //nolint:gosec // rows of a table
	}
	cell, err := excelize.CoordinatesToCellName(1, line)
	b.try(err)
	if len(t.Rows) > besideChart {
		b.try(b.InsertPageBreak(sheet, cell))
	}
	axis := excelize.Font{Size: 10, Color: "404040", Family: songFont}
	b.try(b.AddChart(sheet, cell, &excelize.Chart{
		Type: kind, Series: series, Dimension: excelize.ChartDimension{Width: uint(width * pixelsPer), Height: height},
		Title:  excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: b.report.p.T("report.column", "title", t.Chart.Title, "unit", unit), Font: &excelize.Font{Size: 12, Bold: true, Color: "202020", Family: songFont}}}},
		Legend: excelize.ChartLegend{Position: "bottom"},
		XAxis:  excelize.ChartAxis{ReverseOrder: kind == excelize.Bar, Font: axis, TickLabelPosition: excelize.ChartTickLabelLow},
		YAxis:  excelize.ChartAxis{MajorGridLines: true, Font: axis, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
	}))
}

// mostCharted is how many rows a chart has room for.
const mostCharted = 40

// charted are the rows that a chart shows: the members, which stand together; without any, -1.
func (t *Table) charted() (from, to int) {
	from, to = -1, -1
	for i, r := range t.Rows {
		if r.Sort == memberRow && (from < 0 || i-from < mostCharted) {
			if to = i; from < 0 {
				from = i
			}
		}
	}
	return from, to
}

// line writes a row of a sheet of words.
func (b *workbook) line(sheet string, line int, style string, texts ...string) {
	for i, text := range texts {
		b.put(sheet, i+1, line, text, style)
	}
}

// definitions is the sheet that says what the report is and how its figures are defined.
func (b *workbook) definitions() {
	p, h := b.report.p, b.report.Head
	sheet := p.T("report.sheet.definitions")
	_, err := b.NewSheet(sheet)
	b.try(err)
	b.try(b.SetColWidth(sheet, "A", "A", 22))
	b.try(b.SetColWidth(sheet, "B", "B", 40))
	b.try(b.SetColWidth(sheet, "C", "C", 90))
	b.across(sheet, titleLine, 1, 3, h.Title, "heading", 150)
	line := 2
	for _, pair := range b.report.about() {
		b.put(sheet, 1, line, pair[0], "total")
		b.across(sheet, line, 2, 3, pair[1], "member", 130)
		line++
	}
	line++
	b.line(sheet, line, "column", p.T("report.number_of"), p.T("report.table"), p.T("report.definition_of"))
	for _, t := range b.report.Tables {
		line++
		b.line(sheet, line, "member", t.Number, t.Title, t.Text+"\n"+t.Counterfactual+"\n"+p.T("report.columns", "columns", t.formulaNotes()))
		b.try(b.SetRowHeight(sheet, line, 5*lineHeight))
	}
	line += 2
	for _, d := range dashboards.Definitions(p) {
		b.put(sheet, 1, line, d.Name, "total")
		b.across(sheet, line, 2, 3, d.Value, "member", 130)
		line++
	}
	b.paper(sheet, 0)
}

// checks is the sheet that says which checks were made and what came of them.
func (b *workbook) checks() {
	p := b.report.p
	sheet := p.T("report.sheet.checks")
	_, err := b.NewSheet(sheet)
	b.try(err)
	for column, width := range map[string]float64{"A": 30, "B": 60, "C": 16, "D": 60} {
		b.try(b.SetColWidth(sheet, column, column, width))
	}
	b.line(sheet, 1, "column", p.T("report.check.id"), p.T("report.check.what"), p.T("report.check.outcome"), p.T("report.check.remark"))
	for i, o := range b.report.Checks {
		style, outcome, remark := "member", p.T("report.check.passed"), ""
		if !o.Passed {
			style, outcome, remark = "warning", p.T("report.check.failed"), b.report.remark(o)
		}
		b.line(sheet, i+2, style, o.Check, b.report.title(o), outcome, remark)
	}
	b.try(b.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	b.paper(sheet, 1)
}
