// Package report writes figures into files: tables as CSV, XLSX and JSON. Commands and the web server hand it rows; it
// knows no statement and no page. What goes to a file is exact: amounts to the fen, codes as text, and no text that a
// spreadsheet would take for a formula.
package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"jianfu/internal/fault"
	"jianfu/internal/money"
)

// Table takes rows of one table, one value a column: string, money.Fen, or a whole number. A file is whole once Close
// has returned without an error.
type Table interface {
	Row(values ...any) error
	Close() error
}

// Formats lists the formats of NewTable.
var Formats = []string{"csv", "xlsx", "json"}

// NewTable starts a table in a format. Columns are the names in the file's first row, or the keys of JSON objects.
func NewTable(w io.Writer, format string, columns []string) (Table, error) {
	switch format {
	case "csv":
		return newCSV(w, columns)
	case "xlsx":
		return newSheet(w, nil, columns)
	case "json":
		return newObjects(w, columns), nil
	}
	return nil, fault.New("export_format", "format", format, "known", strings.Join(Formats, ", "))
}

// harmless keeps a spreadsheet from running a text as a formula; signed numbers pass.
func harmless(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if _, err := money.Parse(text); err == nil {
		return text
	}
	return "'" + text
}

func plain(value any) string {
	switch v := value.(type) {
	case string:
		return harmless(v)
	case money.Fen:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}

type csvTable struct {
	w      *csv.Writer
	record []string
}

func newCSV(w io.Writer, columns []string) (*csvTable, error) {
	t := &csvTable{w: csv.NewWriter(w)}
	return t, t.w.Write(columns)
}

func (t *csvTable) Row(values ...any) error {
	t.record = t.record[:0]
	for _, v := range values {
		t.record = append(t.record, plain(v))
	}
	return t.w.Write(t.record)
}

func (t *csvTable) Close() error {
	t.w.Flush()
	return t.w.Error()
}

type objectsTable struct {
	w       *bufio.Writer
	columns [][]byte
	rows    int
}

func newObjects(w io.Writer, columns []string) *objectsTable {
	t := &objectsTable{w: bufio.NewWriter(w)}
	for _, c := range columns {
		t.columns = append(t.columns, []byte(strconv.Quote(c)))
	}
	return t
}

func (t *objectsTable) Row(values ...any) error {
	open := ",\n"
	if t.rows == 0 {
		open = "[\n"
	}
	t.rows++
	_, _ = t.w.WriteString(open) // a bufio.Writer keeps its error until Flush
	for i, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		_ = t.w.WriteByte(separator)
		_, _ = t.w.Write(t.columns[i])
		_ = t.w.WriteByte(':')
		_, _ = t.w.Write(text)
	}
	return t.w.WriteByte('}')
}

func (t *objectsTable) Close() error {
	if t.rows == 0 {
		_, _ = t.w.WriteString("[")
	}
	_, _ = t.w.WriteString("\n]\n")
	return t.w.Flush()
}

// sheetTable is a workbook of one sheet, written row by row. A sheet has an end, unlike the other formats.
type sheetTable struct {
	w      io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	amount int // style of amounts
	row    int
	cells  []any
}

// maxSheetRows is the last row of a sheet.
const maxSheetRows = 1_048_576

// newSheet starts a sheet; the mark stands above the columns and on every printed page.
func newSheet(w io.Writer, mark []Line, columns []string) (*sheetTable, error) {
	t := &sheetTable{w: w, book: excelize.NewFile(), row: 1}
	format := "#,##0.00"
	var err error
	if t.amount, err = t.book.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
		return nil, err
	}
	head, err := t.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if t.stream, err = t.book.NewStreamWriter("Sheet1"); err != nil {
		return nil, err
	}
	if err := t.stream.SetColWidth(1, len(columns), 18); err != nil {
		return nil, err
	}
	if len(mark) > 0 {
		t.row = len(mark) + 2 // and an empty one
	}
	below := fmt.Sprintf("A%d", t.row+1)
	if err := t.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: t.row, TopLeftCell: below, ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	if err := t.writeMark(mark); err != nil {
		return nil, err
	}
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = excelize.Cell{StyleID: head, Value: c}
	}
	return t, t.stream.SetRow(fmt.Sprintf("A%d", t.row), cells)
}

// exactDigits is how many digits of a number a spreadsheet keeps.
const exactDigits = 1_000_000_000_000_000

func (t *sheetTable) Row(values ...any) error {
	if t.row == maxSheetRows {
		return fault.New("export_sheet_full", "rows", maxSheetRows-1)
	}
	t.row++
	t.cells = t.cells[:0]
	for _, v := range values {
		switch v := v.(type) {
		case money.Fen:
			if v >= exactDigits || v <= -exactDigits {
				t.cells = append(t.cells, v.String()) // as text: a number would lose its fen
				continue
			}
			t.cells = append(t.cells, excelize.Cell{StyleID: t.amount, Value: float64(v) / 100}) // exact to 15 digits
		case string:
			t.cells = append(t.cells, harmless(v))
		default:
			t.cells = append(t.cells, v)
		}
	}
	cell, err := excelize.CoordinatesToCellName(1, t.row)
	if err != nil {
		return err
	}
	return t.stream.SetRow(cell, t.cells)
}

func (t *sheetTable) Close() error {
	if err := t.stream.Flush(); err != nil {
		return err
	}
	if err := t.book.Write(t.w); err != nil {
		return err
	}
	return t.book.Close()
}
