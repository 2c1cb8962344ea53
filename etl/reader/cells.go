package reader

import (
	"bytes"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"jianfu/internal/creditcode"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// line is a record being read: its cells, and the problem if there is one. A worker uses one line again and again.
type line struct {
	row       row
	raw       []byte // with the line end
	number    uint64
	encoding  encoding
	delimiter byte
	layout    layout
	person    int // index of the column whose values nobody may see, or -1
	rejects   []Reject
}

func newLine(f *File) line {
	l := line{encoding: f.encoding, delimiter: f.delimiter, layout: f.layout, person: -1}
	if f.Kind == KindContributions {
		l.person = f.layout.at[recordPerson]
	}
	return l
}

// cell is the text of a column as it stands in the file, empty where the file lacks the column.
func (l *line) cell(column int) []byte {
	at := l.layout.at[column]
	if at < 0 {
		return nil
	}
	return l.row.cell(at)
}

// eachLine calls read for every record of data that has as many cells as the header, and counts.
func (l *line) eachLine(data []byte, number uint64, counts *Counts, read func() bool) {
	l.number, l.rejects = number, l.rejects[:0]
	*counts = Counts{}
	for len(data) > 0 {
		length, end := l.row.nextRecord(data, l.delimiter)
		l.raw = data[:length]
		switch {
		case end == misquoted:
			l.rejectQuotes()
			counts.Rejected++
		case len(l.row.ends) == 1 && l.row.blank() || len(l.row.ends) > 1 && len(l.row.cell(0)) == 0 && l.row.blank():
			counts.Blank++
		case len(l.row.ends) != len(l.layout.names):
			l.rejectWidth()
			counts.Rejected++
		case read():
			counts.Accepted++
		default:
			counts.Rejected++
		}
		l.number++
		if l.row.folded { // it may hold line ends of its own
			l.number += uint64(bytes.Count(l.raw[:length-1], []byte{'\n'})) //nolint:gosec // a count
		}
		data = data[length:]
	}
	counts.Read = counts.Accepted + counts.Rejected
}

// text decodes a cell and trims it; ok is false, and the line rejected, where the bytes are no text.
func (l *line) text(column int) (text []byte, ok bool) {
	decoded, ok := l.encoding.decode(l.cell(column))
	if !ok {
		return nil, l.reject(column, "encoding", "encoding", l.encoding.String())
	}
	return bytes.TrimFunc(decoded, invisible), true
}

// invisible is what surrounds the cells of some exports: spaces of every kind, tabs, zero-width marks.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' || r == '\u200b'
}

// code is text for cells that are no free text: half-width, and without the ="…" or the apostrophe by which
// spreadsheets keep long numbers as text.
func (l *line) code(column int) (text []byte, ok bool) {
	if text = l.cell(column); plain(text) {
		return text, true
	}
	if text, ok = l.text(column); !ok || plain(text) {
		return text, ok
	}
	text = bytes.TrimFunc(norm.NFKC.Bytes(text), invisible)
	if n := len(text); n > 3 && text[0] == '=' && text[1] == '"' && text[n-1] == '"' {
		text = bytes.TrimFunc(text[2:n-1], invisible)
	}
	return bytes.TrimLeft(text, "'"), true
}

// plain tells whether a cell is what code would make of it: printable ASCII without spaces.
func plain(cell []byte) bool {
	for _, c := range cell {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return len(cell) == 0 || cell[0] != '=' && cell[0] != '\''
}

// required is code for a cell that must not be empty.
func (l *line) required(column int) (text []byte, ok bool) {
	text, ok = l.code(column)
	if ok && len(text) == 0 {
		return nil, l.reject(column, "value_missing")
	}
	return text, ok
}

// word looks a cell up in a code list; unknown is the reject's code.
func word[T any](l *line, column int, list words[T], unknown string) (value T, ok bool) {
	if value, ok = list[string(l.cell(column))]; ok {
		return value, true
	}
	text, ok := l.required(column)
	if !ok {
		return value, false
	}
	if value, ok = list[strings.ToLower(strings.ReplaceAll(string(text), " ", ""))]; ok {
		return value, true
	}
	return value, l.reject(column, unknown)
}

// wordOr is word for a column that may be absent or empty.
func wordOr[T any](l *line, column int, list words[T], unknown string, otherwise T) (value T, ok bool) {
	if value, ok = list[string(l.cell(column))]; ok {
		return value, true
	}
	if l.missing(column) {
		return otherwise, true
	}
	return word(l, column, list, unknown)
}

// missing tells whether an optional column is absent or its cell holds nothing.
func (l *line) missing(column int) bool {
	cell := l.cell(column)
	if len(cell) == 0 {
		return true
	}
	if cell[0] > ' ' && cell[0] < utf8.RuneSelf && cell[0] != '=' && cell[0] != '\'' {
		return false
	}
	decoded, ok := l.encoding.decode(cell)
	return ok && len(bytes.TrimFunc(decoded, invisible)) == 0
}

// scientific is what a spreadsheet makes of a code that is all digits.
var scientific = regexp.MustCompile(`^[0-9](\.[0-9]+)?[Ee]\+?[0-9]+$`)

// unit reads a unit's credit code without its check character being looked at.
func (l *line) unit(column int) (id [creditcode.Length]byte, ok bool) {
	if id, ok = creditcode.Normalise(l.cell(column)); ok {
		return id, true
	}
	text, ok := l.required(column)
	if !ok {
		return id, false
	}
	if id, ok = creditcode.Normalise(text); ok {
		return id, true
	}
	if scientific.Match(text) {
		return id, l.reject(column, "unit_id_spreadsheet")
	}
	if n := utf8.RuneCount(text); n != creditcode.Length {
		return id, l.reject(column, "unit_id_length", "found", n)
	}
	place, character := creditcode.WrongCharacter(string(text))
	return id, l.reject(column, "unit_id_character", "place", place, "character", character)
}

// checked refuses a credit code with a wrong check character.
func (l *line) checked(column int, id [creditcode.Length]byte) bool {
	expected, found := creditcode.CheckCharacter(id), id[creditcode.Length-1]
	if expected == found {
		return true
	}
	return l.reject(column, "unit_id_check", "expected", string(expected), "found", string(found))
}

func (l *line) period(column int) (period.Period, bool) {
	if p, ok := period.ParseBytes(l.cell(column)); ok {
		return p, true
	}
	text, ok := l.required(column)
	if !ok {
		return 0, false
	}
	if p, ok := period.ParseBytes(withoutTime(text)); ok {
		return p, true
	}
	return 0, l.reject(column, "period_invalid")
}

// withoutTime cuts the time of day off, which exports of databases put behind a date.
func withoutTime(text []byte) []byte {
	if i := bytes.IndexAny(text, " T"); i > 0 && bytes.IndexByte(text[i:], ':') > 0 {
		return text[:i]
	}
	return text
}

// day reads a date as days since 1970-01-01; 0 where there is none.
func (l *line) day(column int) (uint16, bool) {
	if l.missing(column) {
		return 0, true
	}
	text, ok := l.code(column)
	if !ok {
		return 0, false
	}
	year, month, day, ok := period.ParseDate(withoutTime(text))
	if ok && day > 0 {
		date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if days := date.Unix() / 86400; date.Day() == day && days >= 0 && days <= math.MaxUint16 {
			return uint16(days), true
		}
	}
	return 0, l.reject(column, "date_invalid")
}

// amount reads yuan; an optional column that is absent or empty is zero.
func (l *line) amount(column int, optional bool) (money.Fen, bool) {
	if fen, ok := money.ParseBytes(l.cell(column)); ok {
		return fen, true
	}
	if optional && l.missing(column) {
		return 0, true
	}
	text, ok := l.required(column)
	if !ok {
		return 0, false
	}
	if fen, ok := money.ParseBytes(text); ok {
		return fen, true
	}
	return 0, l.reject(column, amountProblem(text))
}

// amountProblem tells why a text is no amount: too many decimals, too many digits, or not a number at all.
func amountProblem(text []byte) string {
	whole, fraction, _ := bytes.Cut(text, []byte{'.'})
	_, isNumber := money.ParseRateBytes(text)
	digits := bytes.TrimLeft(whole, "+-")
	long := len(digits) > 12 && len(whole)-len(digits) <= 1 && len(bytes.Trim(digits, "0123456789")) == 0 &&
		len(bytes.Trim(fraction, "0123456789")) == 0
	switch {
	case !isNumber && !long || text[len(text)-1] == '%':
		return "amount_not_number"
	case len(bytes.TrimRight(fraction, "0")) > 2:
		return "amount_decimals"
	}
	return "amount_too_large"
}

// rate reads a share of wages between 0 and 1; an optional column that is absent or empty is zero.
func (l *line) rate(column int, optional bool) (money.Rate, bool) {
	rate, ok := money.ParseRateBytes(l.cell(column))
	if !ok {
		if optional && l.missing(column) {
			return 0, true
		}
		text, ok := l.required(column)
		if !ok {
			return 0, false
		}
		if rate, ok = money.ParseRateBytes(bytes.ReplaceAll(text, []byte{' '}, nil)); !ok {
			return 0, l.reject(column, "rate_not_number")
		}
	}
	switch {
	case rate < 0:
		return 0, l.reject(column, "rate_negative")
	case rate > 100*money.One:
		return 0, l.reject(column, "rate_above_one")
	case rate > money.One:
		return 0, l.reject(column, "rate_percent_forgotten", "percent", rate.String()+"%", "fraction", (rate / 100).String())
	}
	return rate, true
}

// count reads a whole number; a point with zeros behind it is allowed, since spreadsheets write it.
func (l *line) count(column int, invalid string) (int64, bool) {
	text, ok := l.required(column)
	if !ok {
		return 0, false
	}
	fen, ok := money.ParseBytes(text)
	if !ok || fen%100 != 0 {
		return 0, l.reject(column, invalid)
	}
	return int64(fen / 100), true
}
