package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"jianfu/internal/fault"
)

// Line is one line above a table that somebody takes away: what it is, who took it, when, why, of what.
type Line struct{ Name, Value string }

// NewMarkedTable is NewTable, in CSV or XLSX, with lines above the columns that say what the file is and who took it
// away. The first is the file's watermark: a sheet shows it in its first row, large and in colour, and at the head of every printed page.
// CSV begins with a byte order mark, so that spreadsheet programs read Chinese.
func NewMarkedTable(w io.Writer, format string, mark []Line, columns []string) (Table, error) {
	switch format {
	case "csv":
		return newMarkedCSV(w, mark, columns)
	case "xlsx":
		return newSheet(w, mark, columns)
	}
	return nil, fault.New("export_format", "format", format, "known", "csv, xlsx")
}

func newMarkedCSV(w io.Writer, mark []Line, columns []string) (*csvTable, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	t := &csvTable{w: csv.NewWriter(w)}
	t.w.UseCRLF = true
	for _, line := range mark {
		if err := t.Row(line.Name, line.Value); err != nil {
			return nil, err
		}
	}
	if err := t.w.Write([]string{""}); err != nil {
		return nil, err
	}
	return t, t.w.Write(columns)
}

// longestHeader is how long the head of a printed page may be, in the format's own count.
const longestHeader = 240

// writeMark writes the lines above the columns.
func (t *sheetTable) writeMark(mark []Line) error {
	if len(mark) == 0 {
		return nil
	}
	watermark, err := t.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14, Color: "B8460F"}})
	if err != nil {
		return err
	}
	for i, line := range mark {
		name, value := any(harmless(line.Name)), any(harmless(line.Value))
		if i == 0 {
			name, value = excelize.Cell{StyleID: watermark, Value: name}, excelize.Cell{StyleID: watermark, Value: value}
		}
		if err := t.stream.SetRow(fmt.Sprintf("A%d", i+1), []any{name, value}); err != nil {
			return err
		}
	}
	head := strings.ReplaceAll(mark[0].Name+" "+mark[0].Value, "&", "&&")
	for utf8.RuneCountInString(head) > longestHeader {
		head = string([]rune(head)[:longestHeader-1])
	}
	return t.book.SetHeaderFooter("Sheet1", &excelize.HeaderFooterOptions{OddHeader: "&L" + head, OddFooter: "&R&P / &N"})
}
