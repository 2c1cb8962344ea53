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
	notes     Notes
	surplus   int    // see File
	workbook  bool   // it is of one
	today     uint16 // days since 1970-01-01; 0: unknown
}

func newLine(f *File) line {
	l := line{encoding: f.encoding, delimiter: f.delimiter, layout: f.layout, person: -1, surplus: f.surplus, workbook: f.Format == FormatXLSX}
	if !f.Today.IsZero() {
		l.today = dayNumber(f.Today.In(period.Beijing))
	}
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
	l.number, l.rejects, l.notes = number, l.rejects[:0], Notes{}
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
		case len(l.row.ends) != len(l.layout.names) || l.surplus > 0 && !l.row.emptyFrom(len(l.layout.names)-l.surplus):
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
	counts.Notes = l.notes
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

// inNumber rejects a code that is a number where it comes from: a spreadsheet keeps 15 digits of one and no zeros before it.
func (l *line) inNumber(column int) bool {
	if cell := l.cell(column); len(cell) == 0 || cell[0] != numberMark {
		return false
	}
	l.reject(column, "code_is_number")
	return true
}

// scientific is what a spreadsheet makes of a code that is all digits.
var scientific = regexp.MustCompile(`^[0-9](\.[0-9]+)?[Ee]\+?[0-9]+$`)

// unit reads a unit's credit code without its check character being looked at.
func (l *line) unit(column int) (id [creditcode.Length]byte, ok bool) {
	if id, ok = creditcode.Normalise(l.cell(column)); ok {
		return id, true
	}
	if l.inNumber(column) {
		return id, false
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
	year, month, _, problem := period.ParseDate(text)
	if first, last, ranged := cutRange(text); ranged && problem != period.None {
		var lastYear, lastMonth int
		if year, month, _, problem = period.ParseDate(first); problem == period.None {
			lastYear, lastMonth, _, problem = period.ParseDate(last)
		}
		if problem == period.None && (year != lastYear || month != lastMonth) {
			return 0, l.reject(column, "period_spans", "first", period.Of(year, month), "last", period.Of(lastYear, lastMonth))
		}
	}
	if problem != period.None {
		return 0, l.reject(column, datedProblem(problem, "period_invalid"))
	}
	return period.Of(year, month), true
}

// cutRange cuts 2019-05-01至2019-05-31 in two.
func cutRange(text []byte) (first, last []byte, ranged bool) {
	for _, between := range []string{"至", "到", "~", "—", "--"} {
		if first, last, ranged = bytes.Cut(text, []byte(between)); ranged {
			return bytes.TrimSpace(first), bytes.TrimSpace(last), true
		}
	}
	return nil, nil, false
}

// dayNumber is a day as days since 1970-01-01, 0 for one before.
func dayNumber(t time.Time) uint16 {
	days := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400
	return uint16(min(max(days, 0), math.MaxUint16)) //nolint:gosec // just bounded
}

// datedProblem is the reject's code for what is wrong with a date or a month.
func datedProblem(problem period.Problem, otherwise string) string {
	switch problem {
	case period.MonthName:
		return "date_month_name"
	case period.Serial:
		return "date_serial"
	case period.UnsureDay:
		return "date_unsure_day"
	}
	return otherwise
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
	year, month, day, problem := period.ParseDate(text)
	if problem == period.None && day > 0 {
		if days := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400; days >= 0 && days <= math.MaxUint16 {
			return uint16(days), true
		}
	}
	return 0, l.reject(column, datedProblem(problem, "date_invalid"))
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
	digits := bytes.TrimLeft(whole, "+-")
	long := len(digits) > 12 && len(whole)-len(digits) <= 1 && len(bytes.Trim(digits, "0123456789")) == 0 &&
		len(bytes.Trim(fraction, "0123456789")) == 0
	switch {
	case !money.IsNumber(text) && !long || text[len(text)-1] == '%':
		return "amount_not_number"
	case len(bytes.TrimRight(fraction, "0")) > 2:
		return "amount_decimals"
	}
	return "amount_too_large"
}

// rateProblem tells why a text is no rate: too many decimals, or not a number at all.
func rateProblem(text []byte) string {
	if money.IsNumber(text) {
		return "rate_decimals"
	}
	return "rate_not_number"
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
		text = bytes.ReplaceAll(text, []byte{' '}, nil)
		if rate, ok = money.ParseRateBytes(text); !ok {
			return 0, l.reject(column, rateProblem(text))
		}
	}
	switch {
	case rate < 0:
		return 0, l.reject(column, "rate_negative")
	case rate > 100*money.One:
		return 0, l.reject(column, "rate_above_one")
	case rate > money.One:
		return 0, l.rejectPercent(column, rate)
	}
	return rate, true
}

// rejectPercent rejects a rate that is meant in percent and lacks the sign.
func (l *line) rejectPercent(column int, rate money.Rate) bool {
	return l.reject(column, "rate_percent_forgotten", "percent", rate.String()+"%", "fraction", (rate / 100).String())
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
