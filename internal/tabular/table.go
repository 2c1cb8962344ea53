// Package tabular writes figures into files: tables as CSV, XLSX and JSON. Commands and the web server hand it rows; it
// knows no statement and no page. What goes to a file is exact: amounts to the fen, codes as text, and no text that a
// spreadsheet would take for a formula.
package tabular

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"jianfu/internal/money"
	"jianfu/internal/problem"
)

// Table takes rows of one table, one value a column: string, money.Fen, Percent, Number, or a whole number; nil is not applicable,
// which CSV leaves blank and JSON calls null. A file is whole once Close has returned without an error.
type Table interface {
	Row(values ...any) error
	Total(values ...any) error // the last row, of what the rows add up to
	Close() error
}

// Percent is a share as files have it: "98.6%". A sheet holds the number, 0.986, and shows it so.
type Percent string

// Number is a number that is neither an amount nor a share, such as percentage points: "-3.2". A sheet holds the number.
type Number string

// Formats lists the formats of NewTable.
var Formats = []string{"csv", "xlsx", "json"}

// NewTable starts a table in a format. Columns are the names in the file's first row, or the keys of JSON objects.
func NewTable(w io.Writer, format string, columns []string) (Table, error) {
	switch format {
	case "csv":
		return newCSV(w, columns)
	case "xlsx":
		return newSheet(w, Book{}, columns)
	case "json":
		return newObjects(w, columns), nil
	}
	return nil, problem.New("export_format", "format", format, "known", strings.Join(Formats, ", "))
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
	case nil:
		return ""
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

func (t *csvTable) Total(values ...any) error { return t.Row(values...) }

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

// Total writes nothing: programs add up for themselves.
func (t *objectsTable) Total(...any) error { return nil }

func (t *objectsTable) Close() error {
	if t.rows == 0 {
		_, _ = t.w.WriteString("[")
	}
	_, _ = t.w.WriteString("\n]\n")
	return t.w.Flush()
}
