package reader

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"jianfu/etl/reader/workbook"
	"jianfu/internal/problem"
)

// A workbook or a Parquet file becomes lines of CSV, so that its values are understood, refused and kept by the very code that
// does so for text. Row 7 of a sheet is line 7. What a line of text cannot say is that a code was a number where it comes
// from, whose last digits or first zeros may be lost; such a cell begins with numberMark.

// The formats of files.
const (
	FormatCSV     = "CSV"
	FormatXLSX    = "XLSX"
	FormatParquet = "Parquet"
)

// numberMark is a control character, which every reading of a cell trims away.
const numberMark = '\x1f'

// table gives the rows of a file that is no text.
type table interface {
	// next returns the cells of the next row and the line that it is, or io.EOF.
	next() (cells []workbook.Cell, line int, err error)
}

// tableLines are the rows of a table as lines.
type tableLines struct {
	table table
	width int // cells that each line has at least
	line  int // that was written last
	text  []byte
	read  int // of text
	err   error
}

func (t *tableLines) Read(into []byte) (int, error) {
	for t.read == len(t.text) {
		if t.err != nil {
			return 0, t.err
		}
		t.text, t.read = t.text[:0], 0
		cells, line, err := t.table.next()
		if t.err = err; err != nil {
			continue
		}
		if !holds(cells) { // a blank line, once another one follows: a sheet may end with a million of them
			continue
		}
		for ; t.line < line-1; t.line++ {
			t.text = append(t.text, '\n')
		}
		t.line = line
		t.text = appendLine(t.text, cells, t.width)
	}
	n := copy(into, t.text[t.read:])
	t.read += n
	return n, nil
}

// holds tells whether a row holds anything.
func holds(cells []workbook.Cell) bool {
	return slices.ContainsFunc(cells, func(c workbook.Cell) bool { return len(c.Value) > 0 })
}

// appendLine writes a row as a line of so many cells, or of more where more hold something. A row without anything is a blank
// line.
func appendLine(text []byte, cells []workbook.Cell, width int) []byte {
	for len(cells) > 0 && len(cells[len(cells)-1].Value) == 0 {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return append(text, '\n')
	}
	for i := range max(width, len(cells)) {
		if i > 0 {
			text = append(text, ',')
		}
		if i < len(cells) {
			text = appendCell(text, cells[i])
		}
	}
	return append(text, '\n')
}

// appendCell writes a cell. The ends of lines within it are carriage returns, so that lines are counted as rows.
func appendCell(text []byte, cell workbook.Cell) []byte {
	value := cell.Value
	if cell.Kind == workbook.Number {
		text = append(text, numberMark)
	}
	if !bytes.ContainsAny(value, "\",\r\n\x1f") {
		return append(text, value...)
	}
	text = append(text, '"')
	for i, c := range value {
		switch {
		case c == '"':
			text = append(text, '"', '"')
		case c == numberMark, c == '\r' && i+1 < len(value) && value[i+1] == '\n':
		case c == '\n':
			text = append(text, '\r')
		default:
			text = append(text, c)
		}
	}
	return append(text, '"')
}

var parquetMagic = []byte("PAR1")

// fromTable turns a workbook or a Parquet file into lines; ok tells whether it is one.
func (f *File) fromTable(content io.Reader) (lines io.Reader, ok bool, err error) {
	start := make([]byte, len(zipMagic))
	n, err := fill(content, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, f.damaged(err)
	}
	content = io.MultiReader(bytes.NewReader(start[:n]), content)
	isZip, isParquet := bytes.Equal(start[:n], zipMagic), bytes.Equal(start[:n], parquetMagic)
	if !isZip && !isParquet {
		return content, false, nil
	}
	at, size := io.ReaderAt(counted{f}), f.Size
	if f.Compression != "none" {
		if at, size, err = f.unpacked(content); err != nil {
			return nil, false, err
		}
	}
	if isParquet {
		lines, err = f.fromParquet(at, size)
		return lines, true, err
	}
	archive, err := zip.NewReader(at, size)
	if err != nil {
		return io.NewSectionReader(at, 0, size), false, nil // no zip that can be read, which is said of the file as it is
	}
	book, err := workbook.Open(archive, f.options.limits)
	switch {
	case errors.Is(err, workbook.ErrNoWorkbook) && !slices.ContainsFunc(archive.File, func(part *zip.File) bool { return strings.HasPrefix(part.Name, "xl/") }):
		return nil, false, problem.New("reader_zip", "file", f.name) // of workbooks, perhaps
	case errors.Is(err, workbook.ErrNoWorkbook):
		return io.NewSectionReader(at, 0, size), false, nil
	case errors.Is(err, workbook.ErrBinary):
		return nil, false, problem.New("reader_xlsb", "file", f.name)
	case errors.Is(err, workbook.ErrOpen):
		return nil, false, problem.New("reader_ods", "file", f.name)
	case err != nil:
		return nil, false, f.damaged(err)
	}
	lines, err = f.fromWorkbook(book)
	return lines, true, err
}

// counted reads the file anywhere and counts what it reads.
type counted struct{ f *File }

func (c counted) ReadAt(into []byte, offset int64) (int, error) {
	n, err := c.f.file.ReadAt(into, offset)
	c.f.count(n)
	return n, err
}

// mostUnpacked is how large a workbook or Parquet file within a compressed one may be. Both are compressed by themselves.
func (f *File) mostUnpacked() int64 { return min(max(50*f.Size, 64<<20), 8<<30) }

// unpacked writes a compressed workbook or Parquet file to disk, since both are read from their ends.
func (f *File) unpacked(content io.Reader) (io.ReaderAt, int64, error) {
	file, err := os.CreateTemp("", "jianfu-*")
	if err != nil {
		return nil, 0, problem.Wrap(err, "reader_no_space", "file", f.name)
	}
	f.closers = append(f.closers, func() {
		_ = file.Close() // it is removed
		_ = os.Remove(file.Name())
	})
	size := int64(0)
	buffer := make([]byte, 1<<20)
	for {
		n, err := content.Read(buffer)
		if size += int64(n); size > f.mostUnpacked() {
			return nil, 0, f.damaged(workbook.ErrTooLarge)
		}
		if _, err := file.Write(buffer[:n]); err != nil {
			return nil, 0, problem.Wrap(err, "reader_no_space", "file", f.name)
		}
		if errors.Is(err, io.EOF) {
			return file, size, nil
		}
		if err != nil {
			return nil, 0, f.damaged(err)
		}
	}
}

// sheetRows are the rows of a sheet as a table.
type sheetRows struct {
	rows *workbook.Rows
	last int // row with anything in it, so far
}

func (s *sheetRows) next() ([]workbook.Cell, int, error) {
	if s.rows.Next() {
		if holds(s.rows.Cells) {
			s.last = s.rows.Number
		}
		return s.rows.Cells, s.rows.Number, nil
	}
	if err := s.rows.Err(); err != nil {
		return nil, 0, err
	}
	return nil, 0, io.EOF
}

// fromWorkbook finds the one sheet with a table and gives its lines.
func (f *File) fromWorkbook(book *workbook.Book) (io.Reader, error) {
	var tables, others []string
	var found workbook.Sheet
	width := 0
	for _, sheet := range book.Sheets {
		top, err := f.top(book, sheet)
		switch {
		case err != nil:
			return nil, err
		case len(top) == 0:
			continue
		}
		known, named := 0, 0
		for i, names := range top {
			if header, n, _ := f.headerOf(top[max(i, 1)-1], names); n > known {
				known, named = n, len(header)
			}
		}
		if known < leastNames {
			others = append(others, sheet.Name)
			continue
		}
		tables = append(tables, sheet.Name)
		found, width = sheet, named
	}
	switch {
	case len(tables) > 1:
		return nil, problem.New("reader_several_sheets", "file", f.name, "sheets", list(tables, "、"))
	case len(tables) == 0 && len(others) == 0:
		return nil, problem.New("reader_empty", "file", f.name)
	case len(tables) == 0: // the first with something in it shows what was found
		found = book.Sheets[slices.IndexFunc(book.Sheets, func(s workbook.Sheet) bool { return s.Name == others[0] })]
	default:
		f.OtherSheets = others
	}
	rows, err := book.Rows(found)
	if err != nil {
		return nil, f.damaged(err)
	}
	f.closers = append(f.closers, rows.Close)
	f.Format, f.Sheet = FormatXLSX, found.Name
	f.sheet, f.hiddenSheet = &sheetRows{rows: rows}, found.Hidden
	return &tableLines{table: f.sheet, width: width}, nil
}

// refuseMerged refuses a sheet with lines that share a cell: it has its value in the first of them alone, and what the others are
// without it is nowhere said.
func (f *File) refuseMerged() error {
	if f.sheet == nil {
		return nil
	}
	for _, merged := range f.sheet.rows.Merged {
		if merged.First > int(f.HeaderLine) && merged.First < f.sheet.last && merged.Column < len(f.Columns) { //nolint:gosec // a row
			return problem.New("reader_merged", "file", f.name, "sheet", f.Sheet, "cells", merged.Place)
		}
	}
	return nil
}

// NoteLayout adds to the notes of a file that was read to its end what its layout says: lines above the header, and what its sheet hides.
func (f *File) NoteLayout(notes *Notes) {
	notes[LinesAbove] = f.LinesAbove
	if f.sheet == nil {
		return
	}
	notes[RowsHidden] = f.sheet.rows.HiddenRows
	for i, hidden := range f.sheet.rows.HiddenColumns {
		if hidden && i < len(f.Columns) {
			notes[ColumnsHidden]++
		}
	}
	if f.hiddenSheet {
		notes[SheetHidden] = 1
	}
}

// top reads the rows of a sheet among which its header is, blank ones left out.
func (f *File) top(book *workbook.Book, sheet workbook.Sheet) ([][]string, error) {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, f.damaged(err)
	}
	defer rows.Close()
	var top [][]string
	for len(top) <= titleLines && rows.Next() {
		var names []string
		for i, cell := range rows.Cells {
			if len(cell.Value) > 0 {
				names = append(append(names, make([]string, i-len(names))...), string(cell.Value))
			}
		}
		if len(names) > 0 {
			top = append(top, names)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, f.damaged(err)
	}
	return top, nil
}
