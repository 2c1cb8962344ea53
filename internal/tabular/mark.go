package tabular

import (
	"encoding/csv"
	"io"

	"jianfu/internal/problem"
)

// Line is one line above a table that somebody takes away: what it is, who took it, when, why, of what.
type Line struct{ Name, Value string }

// Book is what a file holds beside its rows. Mark are lines above the columns that say what the file is and who took it
// away; the first is the file's watermark: a sheet shows it in its first row, large and in colour, and at the head of every printed
// page. A workbook has a name for its sheet, and a second sheet, named Notes, with the definitions of what the first shows.
type Book struct {
	Name        string
	Mark        []Line
	Notes       string
	Definitions []Line
}

// NewMarkedTable is NewTable, in CSV or XLSX, of a book. CSV begins with a byte order mark, so that spreadsheet programs
// read Chinese, and holds no definitions.
func NewMarkedTable(w io.Writer, format string, book Book, columns []string) (Table, error) {
	switch format {
	case "csv":
		return newMarkedCSV(w, book.Mark, columns)
	case "xlsx":
		return newSheet(w, book, columns)
	}
	return nil, problem.New("export_format", "format", format, "known", "csv, xlsx")
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
