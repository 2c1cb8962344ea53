// Package workbook reads the cells of XLSX workbooks, row by row, with what each cell is: text, a number or a date.
// etl/reader makes lines of them.
//
// Why not excelize, which internal/tabular writes with: its row iterator gives texts alone, so that a code that the
// spreadsheet holds as a number, whose digits are lost, cannot be told from one that it holds as text; GetCellType holds a
// whole sheet in memory; and the iterator ends without an error where the XML of a sheet is damaged, so that the rows behind
// are lost without a word. Here a sheet is read as a stream and is whole or an error.
package workbook

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// Limits bound what a workbook may cost: a small file can unfold to a huge one.
type Limits struct {
	Unzipped int64         // bytes of XML of all parts that are read
	Strings  int64         // bytes of the texts that cells share, which are kept in memory
	Element  int64         // bytes of XML of a row, or of a text that cells share
	Rows     int           // of a sheet
	Columns  int           // of a row
	Time     time.Duration // from opening to the last row
}

// Usual are the limits for files that people bring: what a spreadsheet can hold, and the memory that a load may take.
var Usual = Limits{Unzipped: 4 << 30, Strings: 256 << 20, Element: 64 << 20, Rows: 1 << 20, Columns: 1 << 10, Time: time.Hour}

// Sent are the limits for what somebody sends and waits for.
var Sent = Limits{Unzipped: 512 << 20, Strings: 64 << 20, Element: 16 << 20, Rows: 1 << 20, Columns: 1 << 10, Time: time.Minute}

// The errors that say more than that a workbook is damaged.
var (
	ErrNoWorkbook = errors.New("no workbook")                              // a zip of something else
	ErrBinary     = errors.New("a binary workbook")                        // .xlsb
	ErrOpen       = errors.New("an OpenDocument file")                     // .ods
	ErrTooLarge   = errors.New("the workbook unfolds to more than it may") // one of Limits
	ErrTooLong    = errors.New("reading took longer than it may")
)

// Sheet is a sheet of a workbook.
type Sheet struct {
	Name   string
	Hidden bool
	part   string
}

// Book is an opened workbook.
type Book struct {
	Sheets []Sheet // with cells, in the order of their tabs

	limits   Limits
	parts    map[string]*zip.File
	unzipped int64 // read so far
	element  int64 // of it since the row or text at hand began
	until    time.Time
	shared   texts
	dates    []bool // by style: whether it shows a number as a date
	from1904 bool
	stale    bool // results of formulas are to be worked out anew when the workbook is opened: those in it may be old
}

// Open reads what all sheets share. archive must stay open while rows are read.
func Open(archive *zip.Reader, limits Limits) (*Book, error) {
	b := &Book{limits: limits, parts: map[string]*zip.File{}, until: time.Now().Add(limits.Time)}
	for _, f := range archive.File {
		name := strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")
		if b.parts[name] != nil {
			return nil, fmt.Errorf("the part %s stands in the workbook twice", name)
		}
		b.parts[name] = f
	}
	main, err := b.main()
	if err != nil {
		return nil, err
	}
	related, err := b.relations(main)
	if err != nil {
		return nil, err
	}
	if err := b.readSheets(main, related); err != nil {
		return nil, err
	}
	for _, r := range related {
		switch path.Base(r.kind) {
		case "sharedStrings":
			err = b.readShared(r.part)
		case "styles":
			err = b.readStyles(r.part)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// main finds the part that lists the sheets.
func (b *Book) main() (string, error) {
	related, err := b.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range related {
		if path.Base(r.kind) != "officeDocument" {
			continue
		}
		switch {
		case strings.HasSuffix(r.part, ".bin"):
			return "", ErrBinary
		case b.parts[r.part] != nil && strings.HasPrefix(r.part, "xl/"):
			return r.part, nil
		}
	}
	if b.parts["mimetype"] != nil && b.parts["content.xml"] != nil {
		return "", ErrOpen
	}
	return "", ErrNoWorkbook
}

// relation says that a part needs another.
type relation struct{ id, kind, part string }

// relations lists what a part needs; "" stands for the workbook as a whole.
func (b *Book) relations(of string) ([]relation, error) {
	name := path.Join(path.Dir(of), "_rels", path.Base(of)+".rels")
	if of == "" {
		name = "_rels/.rels"
	}
	if b.parts[name] == nil {
		return nil, nil
	}
	var related []relation
	err := b.elements(name, func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && attribute(e, "TargetMode") != "External" {
			target := attribute(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join(path.Dir(of), target)
			}
			related = append(related, relation{attribute(e, "Id"), attribute(e, "Type"), strings.TrimPrefix(path.Clean(target), "/")})
		}
		return nil
	})
	return related, err
}

// readSheets lists the sheets. Those of charts and macros have no cells.
func (b *Book) readSheets(main string, related []relation) error {
	return b.elements(main, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			b.from1904 = truth(attribute(e, "date1904"))
		case "calcPr":
			b.stale = truth(attribute(e, "fullCalcOnLoad"))
		case "sheet":
			for _, r := range related {
				if r.id == attribute(e, "id") && path.Base(r.kind) == "worksheet" {
					b.Sheets = append(b.Sheets, Sheet{Name: attribute(e, "name"), Hidden: strings.HasSuffix(strings.ToLower(attribute(e, "state")), "hidden"), part: r.part})
				}
			}
		}
		return nil
	})
}

// truth reads a yes or no.
func truth(text string) bool { return text == "1" || text == "true" }

// attribute is the value of an attribute, whatever its namespace.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// elements calls each for every start of an element of a part. It may read on to the element's end.
func (b *Book) elements(part string, each func(*xml.Decoder, xml.StartElement) error) error {
	content, err := b.open(part)
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // it was only read
	decoder := xml.NewDecoder(content)
	for {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", part, err)
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := each(decoder, start); err != nil {
				return fmt.Errorf("read %s: %w", part, err)
			}
		}
	}
}

// open opens a part, within the limits.
func (b *Book) open(part string) (io.ReadCloser, error) {
	file := b.parts[part]
	if file == nil {
		return nil, fmt.Errorf("the part %s is missing", part)
	}
	b.element = 0
	content, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", part, err)
	}
	return &bounded{content, b}, nil
}

// bounded reads a part and counts its bytes with those of the others.
type bounded struct {
	io.ReadCloser
	book *Book
}

func (r *bounded) Read(into []byte) (int, error) {
	n, err := r.ReadCloser.Read(into)
	r.book.unzipped += int64(n)
	r.book.element += int64(n)
	switch {
	case r.book.unzipped > r.book.limits.Unzipped, r.book.element > r.book.limits.Element:
		return 0, ErrTooLarge
	case time.Now().After(r.book.until):
		return 0, ErrTooLong
	}
	return n, err
}
