package workbook

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is what a cell holds.
type Kind uint8

// The kinds of cells.
const (
	Empty Kind = iota
	Text
	Number  // with at most the 15 digits that a spreadsheet shows and keeps
	Date    // 2019-05-01, with 08:30:00 behind it where it has a time
	Formula // a formula whose result the workbook does not hold, or holds from before it is worked out anew
)

// Cell is one cell. Value is the caller's only until the next row.
type Cell struct {
	Kind  Kind
	Value []byte
}

// Rows goes through the rows of a sheet that the workbook holds, from the top.
type Rows struct {
	Number int    // of the row, from 1
	Cells  []Cell // of the row, from column A on

	HiddenRows    uint64  // with something in them, so far
	HiddenColumns []bool  // from column A on
	Merged        []Range // once the last row was read: cells over several rows, of which the first row alone has the value

	book    *Book
	content io.ReadCloser
	decoder *xml.Decoder
	err     error
	text    []byte // the values of the row, one after another
	inside  bool   // the rows of the sheet have begun
}

// Range is a rectangle of cells that are one.
type Range struct {
	Place       string // B5:B9
	First, Last int    // rows
	Column      int    // the leftmost, from 0
}

// Rows opens a sheet. The caller closes it.
func (b *Book) Rows(sheet Sheet) (*Rows, error) {
	content, err := b.open(sheet.part)
	if err != nil {
		return nil, err
	}
	return &Rows{book: b, content: content, decoder: xml.NewDecoder(content)}, nil
}

// Close gives the sheet back.
func (r *Rows) Close() { _ = r.content.Close() } // it was only read

// Err is what ended the rows before the end of the sheet, or nil.
func (r *Rows) Err() error {
	if r.err == nil || errors.Is(r.err, ErrTooLarge) || errors.Is(r.err, ErrTooLong) {
		return r.err
	}
	return fmt.Errorf("row %d: %w", r.Number, r.err)
}

// Next reads the next row that the sheet has.
func (r *Rows) Next() bool {
	for r.err == nil {
		token, err := r.decoder.RawToken()
		if err != nil {
			r.err = endless(err)
			return false
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Local == "sheetData":
				r.inside = true
			case e.Name.Local == "col" && !r.inside && truth(attribute(e, "hidden")):
				r.hideColumns(e)
			case e.Name.Local == "row" && r.inside:
				r.err = r.readRow(e)
				return r.err == nil
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				r.err = r.readBelow()
				return false
			}
		}
	}
	return false
}

// hideColumns notes columns that the sheet does not show.
func (r *Rows) hideColumns(e xml.StartElement) {
	first, _ := strconv.Atoi(attribute(e, "min"))
	last, _ := strconv.Atoi(attribute(e, "max"))
	for column := max(first, 1); column <= min(last, r.book.limits.Columns); column++ {
		for len(r.HiddenColumns) < column {
			r.HiddenColumns = append(r.HiddenColumns, false)
		}
		r.HiddenColumns[column-1] = true
	}
}

// readBelow reads what a sheet says behind its rows, to its end.
func (r *Rows) readBelow() error {
	for {
		r.book.element = 0
		token, err := r.decoder.RawToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "mergeCell" {
			place := attribute(e, "ref")
			from, to, _ := strings.Cut(place, ":")
			column, ok := columnOf(from)
			first, last := rowOf(from), rowOf(to)
			if ok && first > 0 && last > first {
				r.Merged = append(r.Merged, Range{place, first, last, column})
			}
		}
	}
}

// rowOf is the row of a place such as AB12, 0 where there is none.
func rowOf(place string) int {
	row, _ := strconv.Atoi(strings.TrimLeft(strings.ReplaceAll(place, "$", ""), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return row
}

// endless makes the end of a sheet's part an error: it must not end within the rows.
func endless(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readRow reads a row to its end.
func (r *Rows) readRow(start xml.StartElement) error {
	r.Cells, r.text, r.book.element = r.Cells[:0], r.text[:0], 0
	number := r.Number + 1
	if text := attribute(start, "r"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < number {
			return fmt.Errorf("a row is numbered %q", text)
		}
		number = n
	}
	if r.Number = number; number > r.book.limits.Rows {
		return ErrTooLarge
	}
	for {
		token, err := r.decoder.RawToken()
		if err != nil {
			return endless(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "c" {
				if err := r.readCell(e); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if e.Name.Local == "row" {
				if truth(attribute(start, "hidden")) && slices.ContainsFunc(r.Cells, func(c Cell) bool { return len(c.Value) > 0 }) {
					r.HiddenRows++
				}
				return nil
			}
		}
	}
}

// readCell reads a cell to its end and puts it into its column.
func (r *Rows) readCell(start xml.StartElement) error {
	column := len(r.Cells)
	if place := attribute(start, "r"); place != "" {
		var ok bool
		if column, ok = columnOf(place); !ok || column < len(r.Cells) {
			return fmt.Errorf("a cell is at %q", place)
		}
	}
	if column >= r.book.limits.Columns {
		return ErrTooLarge
	}
	for len(r.Cells) < column {
		r.Cells = append(r.Cells, Cell{})
	}
	cell := Cell{}
	from := len(r.text)
	formula, hasFormula, hasResult := "", false, false
	for {
		token, err := r.decoder.RawToken()
		if err != nil {
			return endless(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "v":
				r.text = r.text[:from]
				if err := r.characters(); err != nil {
					return err
				}
				hasResult = len(r.text) > from || attribute(start, "t") == "str"
				if len(r.text) > from {
					if cell.Kind, err = r.value(start, from); err != nil {
						return err
					}
				}
			case "is":
				text, err := richText(r.decoder.RawToken)
				if err != nil {
					return endless(err)
				}
				r.text, cell.Kind, hasResult = append(r.text[:from], text...), Text, true
			case "f":
				r.text, hasFormula = r.text[:from], true
				if err := r.characters(); err != nil {
					return err
				}
				formula = "=" + string(r.text[from:])
				r.text = r.text[:from]
			}
		case xml.EndElement:
			if e.Name.Local != "c" {
				continue
			}
			if hasFormula && (!hasResult || r.book.stale) {
				r.text, cell.Kind = append(r.text[:from], formula...), Formula
			}
			if cell.Kind != Empty {
				cell.Value = r.text[from:len(r.text):len(r.text)]
			} else {
				r.text = r.text[:from]
			}
			r.Cells = append(r.Cells, cell)
			return nil
		}
	}
}

// characters adds the text up to the end of the element that was begun.
func (r *Rows) characters() error {
	for {
		token, err := r.decoder.RawToken()
		if err != nil {
			return endless(err)
		}
		switch e := token.(type) {
		case xml.CharData:
			r.text = append(r.text, e...)
		case xml.EndElement:
			return nil
		}
	}
}

// value makes what stands in a cell, from a place of the row's text on, what the cell shows.
func (r *Rows) value(cell xml.StartElement, from int) (Kind, error) {
	raw := r.text[from:]
	switch attribute(cell, "t") {
	case "s":
		i, err := strconv.Atoi(string(raw))
		text, there := r.book.shared.at(i)
		if err != nil || !there {
			return Empty, fmt.Errorf("there is no shared text %q", raw)
		}
		r.text = append(r.text[:from], text...)
		if len(text) == 0 {
			return Empty, nil
		}
		return Text, nil
	case "str", "inlineStr":
		r.text = append(r.text[:from], unescape(string(raw))...)
		return Text, nil
	case "b": // a truth is no number, though it is kept as 1
		truth := "FALSE"
		if string(raw) == "1" {
			truth = "TRUE"
		}
		r.text = append(r.text[:from], truth...)
		return Text, nil
	case "e":
		return Text, nil
	case "d":
		return Date, nil
	}
	style, _ := strconv.Atoi(attribute(cell, "s"))
	text, kind := r.book.number(string(raw), style)
	r.text = append(r.text[:from], text...)
	return kind, nil
}

// columnOf is the column of a place such as AB12, from 0.
func columnOf(place string) (int, bool) {
	column, i := 0, 0
	for ; i < len(place) && place[i] >= 'A' && place[i] <= 'Z' && i < 4; i++ {
		column = column*26 + int(place[i]-'A') + 1
	}
	return column - 1, i > 0 && i < len(place)
}

// digits is how many a spreadsheet shows and keeps of a number.
const digits = 15

// number is what a cell with a number shows, without grouping and units.
func (b *Book) number(raw string, style int) (string, Kind) {
	value, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw, Text // no number after all, which the line path says
	}
	if style >= 0 && style < len(b.dates) && b.dates[style] {
		if date, ok := b.date(value); ok {
			return date, Date
		}
	}
	return Plain(value), Number
}

// Plain writes a number of 64 bits as a spreadsheet does that shows all of it: with 15 digits, so that 0.1 + 0.2 is 0.3.
func Plain(value float64) string {
	shown, err := strconv.ParseFloat(strconv.FormatFloat(value, 'e', digits-1, 64), 64)
	if err != nil {
		shown = value
	}
	return strconv.FormatFloat(shown, 'f', -1, 64)
}

// The days of a workbook count from the day before 1900, and count a 29 February 1900 that was none; or from 1904.
var (
	since1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	since1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)

const (
	firstSureDay = 61      // 1 March 1900
	lastDay      = 2958465 // 31 December 9999
	secondsADay  = 24 * 60 * 60
)

// date is a number of days as a date, with a time where it has one that shows.
func (b *Book) date(days float64) (string, bool) {
	if days < firstSureDay || days > lastDay {
		return "", false
	}
	from := since1900
	if b.from1904 {
		from = since1904
	}
	whole := int(days)
	seconds := int((days-float64(whole))*secondsADay + 0.5)
	at := from.AddDate(0, 0, whole).Add(time.Duration(seconds) * time.Second)
	if at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return at.Format("2006-01-02"), true
	}
	return at.Format("2006-01-02 15:04:05"), true
}
