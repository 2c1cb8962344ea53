package tabular

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"jianfu/internal/money"
	"jianfu/internal/problem"
)

// sheetTable is a workbook written row by row: the rows' sheet, and one of definitions. A sheet has an end, unlike the
// other formats. Its first rows are held back until the widths of their columns are known.
type sheetTable struct {
	w        io.Writer
	contents Book
	columns  []string
	book     *excelize.File
	stream   *excelize.StreamWriter
	styles   sheetStyles
	sheet    string
	row      int
	held     []heldRow
	widths   []float64
	cells    []any
}

type heldRow struct {
	values []any
	total  bool
}

// What a sheet looks like: printed on A4 across, one page wide.
const (
	maxSheetRows  = 1_048_576 // the last row of a sheet
	longestName   = 31        // of a sheet, in characters
	measuredRows  = 1000      // rows by which the widths are chosen
	narrowest     = 7.0       // of a column, in characters
	widest        = 44.0
	paperA4       = 9
	longestHeader = 240                   // of a printed page, in the format's own count
	exactDigits   = 1_000_000_000_000_000 // how many digits of a number a spreadsheet keeps
)

// sheetStyles are the numbers of the styles in the workbook, each plain and in a total's row.
type sheetStyles struct {
	head, watermark, wrapped int
	text, amount, count      [2]int
	percent                  [3][2]int // by decimals
}

// unnamed are the characters that a sheet's name must not have.
var unnamed = regexp.MustCompile(`[\[\]:*?/\\'\x00-\x1f]`)

// sheetName makes a name of a title.
func sheetName(title, otherwise string) string {
	name := []rune(strings.TrimSpace(unnamed.ReplaceAllString(title, " ")))
	if len(name) > longestName {
		name = name[:longestName]
	}
	if len(name) == 0 {
		return otherwise
	}
	return strings.TrimSpace(string(name))
}

// newSheet starts a workbook; the book's mark stands above the columns and on every printed page.
func newSheet(w io.Writer, contents Book, columns []string) (*sheetTable, error) {
	t := &sheetTable{w: w, contents: contents, columns: columns, book: excelize.NewFile(), row: 1, sheet: sheetName(contents.Name, "Sheet1")}
	if t.sheet != "Sheet1" {
		if err := t.book.SetSheetName("Sheet1", t.sheet); err != nil {
			return nil, err
		}
	}
	if err := t.makeStyles(); err != nil {
		return nil, err
	}
	if err := t.across(t.sheet); err != nil {
		return nil, err
	}
	if len(contents.Mark) > 0 {
		t.row = len(contents.Mark) + 2 // and an empty one
	}
	for _, c := range columns {
		t.widths = append(t.widths, widthOf(c))
	}
	return t, nil
}

func (t *sheetTable) makeStyles() error {
	var wrong error
	style := func(s excelize.Style) int {
		n, err := t.book.NewStyle(&s)
		if err != nil {
			wrong = err
		}
		return n
	}
	of := func(format string) [2]int {
		plain, total := excelize.Style{}, excelize.Style{Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "top", Color: "808080", Style: 1}}}
		if format != "" {
			plain.CustomNumFmt, total.CustomNumFmt = &format, &format
		}
		return [2]int{style(plain), style(total)}
	}
	t.styles = sheetStyles{
		head: style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E3F1F0"}},
			Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}}),
		watermark: style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 14, Color: "B8460F"}}),
		wrapped:   style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}),
		text:      of(""), amount: of("#,##0.00"), count: of("#,##0"),
		percent: [3][2]int{of("0%"), of("0.0%"), of("0.00%")},
	}
	return wrong
}

// across lays a sheet out for paper: A4, landscape, one page wide, numbered.
func (t *sheetTable) across(sheet string) error {
	yes, landscape, paper, wide, high := true, "landscape", paperA4, 1, 0
	if err := t.book.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	if err := t.book.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	head := ""
	if len(t.contents.Mark) > 0 {
		head = "&L" + strings.ReplaceAll(t.contents.Mark[0].Name+" "+t.contents.Mark[0].Value, "&", "&&")
		if utf8.RuneCountInString(head) > longestHeader {
			head = string([]rune(head)[:longestHeader])
		}
	}
	return t.book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddHeader: head, OddFooter: "&L&A&R&P / &N"})
}

// widthOf is how wide a text is, in characters; those of Chinese are two wide.
func widthOf(text string) float64 {
	width := 2.0 // beside the text
	for _, r := range text {
		if unicode.Is(unicode.Han, r) || r >= '\uff00' && r <= '\uffef' || r >= '\u3000' && r <= '\u303f' {
			width += 2
		} else {
			width++
		}
	}
	return width
}

// shownAs is a value as a sheet shows it, for its width.
func shownAs(value any) string {
	if amount, ok := value.(money.Fen); ok {
		text := amount.String()
		return text + strings.Repeat(",", max(0, (len(text)-4)/3))
	}
	return plain(value)
}

// begin writes what stands above the rows, once the widths are known, and then the rows that waited for them.
func (t *sheetTable) begin() error {
	for _, row := range t.held {
		for i, value := range row.values {
			if i < len(t.widths) {
				t.widths[i] = max(t.widths[i], widthOf(shownAs(value)))
			}
		}
	}
	if err := t.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", t.sheet, t.row, t.row), Scope: t.sheet}); err != nil {
		return err
	}
	var err error
	if t.stream, err = t.book.NewStreamWriter(t.sheet); err != nil {
		return err
	}
	for i, width := range t.widths {
		if err := t.stream.SetColWidth(i+1, i+1, min(max(width, narrowest), widest)); err != nil {
			return err
		}
	}
	below := fmt.Sprintf("A%d", t.row+1)
	if err := t.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: t.row, TopLeftCell: below, ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, line := range t.contents.Mark {
		name, value := any(harmless(line.Name)), any(harmless(line.Value))
		if i == 0 {
			name, value = excelize.Cell{StyleID: t.styles.watermark, Value: name}, excelize.Cell{StyleID: t.styles.watermark, Value: value}
		}
		if err := t.stream.SetRow(fmt.Sprintf("A%d", i+1), []any{name, value}); err != nil {
			return err
		}
	}
	cells := make([]any, len(t.columns))
	for i, c := range t.columns {
		cells[i] = excelize.Cell{StyleID: t.styles.head, Value: c}
	}
	if err := t.stream.SetRow(fmt.Sprintf("A%d", t.row), cells); err != nil {
		return err
	}
	held := t.held
	t.held = nil
	for _, row := range held {
		if err := t.put(row.values, row.total); err != nil {
			return err
		}
	}
	return nil
}

func (t *sheetTable) Row(values ...any) error { return t.add(values, false) }

func (t *sheetTable) Total(values ...any) error { return t.add(values, true) }

func (t *sheetTable) add(values []any, total bool) error {
	if t.stream != nil {
		return t.put(values, total)
	}
	t.held = append(t.held, heldRow{append([]any(nil), values...), total})
	if len(t.held) < measuredRows {
		return nil
	}
	return t.begin()
}

// put writes a row below the last.
func (t *sheetTable) put(values []any, total bool) error {
	if t.row == maxSheetRows {
		return problem.New("export_sheet_full", "rows", maxSheetRows-1)
	}
	t.row++
	t.cells = t.cells[:0]
	for _, v := range values {
		t.cells = append(t.cells, t.cell(v, total))
	}
	cell, err := excelize.CoordinatesToCellName(1, t.row)
	if err != nil {
		return err
	}
	return t.stream.SetRow(cell, t.cells)
}

// cell is a value with its style. An amount of more digits than a number keeps is a text, and so is what is no number.
func (t *sheetTable) cell(value any, total bool) any {
	bold := 0
	if total {
		bold = 1
	}
	switch v := value.(type) {
	case money.Fen:
		if v >= exactDigits || v <= -exactDigits {
			return v.String()
		}
		return excelize.Cell{StyleID: t.styles.amount[bold], Value: float64(v) / 100} // exact to 15 digits
	case Percent:
		if share, decimals, ok := v.number(); ok {
			return excelize.Cell{StyleID: t.styles.percent[decimals][bold], Value: share}
		}
		return harmless(string(v))
	case Number:
		if n, err := strconv.ParseFloat(string(v), 64); err == nil {
			return excelize.Cell{StyleID: t.styles.text[bold], Value: n}
		}
		return harmless(string(v))
	case string:
		if total {
			return excelize.Cell{StyleID: t.styles.text[bold], Value: harmless(v)}
		}
		return harmless(v)
	case int64, uint64, int, uint32:
		return excelize.Cell{StyleID: t.styles.count[bold], Value: v}
	}
	return value
}

// number is the share as a number, and how many decimals of its percents are written, two at most.
func (p Percent) number() (number float64, decimals int, ok bool) {
	digits, found := strings.CutSuffix(string(p), "%")
	if !found {
		return 0, 0, false
	}
	share, err := strconv.ParseFloat(digits+"e-2", 64) // the nearest number to the text
	if err != nil {
		return 0, 0, false
	}
	if _, after, has := strings.Cut(digits, "."); has {
		decimals = min(len(after), 2)
	}
	return share, decimals, true
}

// define writes the sheet of definitions.
func (t *sheetTable) define() error {
	if len(t.contents.Definitions) == 0 {
		return nil
	}
	notes := sheetName(t.contents.Notes, "Notes")
	if _, err := t.book.NewSheet(notes); err != nil {
		return err
	}
	if err := t.across(notes); err != nil {
		return err
	}
	stream, err := t.book.NewStreamWriter(notes)
	if err != nil {
		return err
	}
	for column, width := range []float64{26, 100} {
		if err := stream.SetColWidth(column+1, column+1, width); err != nil {
			return err
		}
	}
	for i, line := range t.contents.Definitions {
		cells := []any{excelize.Cell{StyleID: t.styles.head, Value: harmless(line.Name)}, excelize.Cell{StyleID: t.styles.wrapped, Value: harmless(line.Value)}}
		if err := stream.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return err
		}
	}
	return stream.Flush()
}

func (t *sheetTable) Close() error {
	if t.stream == nil {
		if err := t.begin(); err != nil {
			return err
		}
	}
	if err := t.stream.Flush(); err != nil {
		return err
	}
	if err := t.define(); err != nil {
		return err
	}
	if err := t.book.Write(t.w); err != nil {
		return err
	}
	return t.book.Close()
}
