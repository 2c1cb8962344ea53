package reader

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jianfu/internal/creditcode"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Reject is one line that was not accepted.
type Reject struct {
	Line   uint64 // in the file, from 1; of a record with line ends in quotes its first
	Column string // as in the file's header; "" where the whole line is at fault
	Value  string // the cell as it stands, cut at 200 bytes; never a person's number
	Code   string // the reason; its text is "reject." + Code in the catalogue
	Values []any  // names and values for the text, in turn
	Raw    string // the line in UTF-8, cut at 4 kB, with maskedPerson in place of a person's number
}

// column names the column for a reject as the file's header does.
func (l *line) column(column int) string {
	if at := l.layout.at[column]; at >= 0 {
		return l.layout.names[at]
	}
	return ""
}

// reject notes why the line is not accepted, and returns false for the caller to return. A line that only adds up
// others is named so, whichever of its cells was stumbled over.
func (l *line) reject(column int, code string, values ...any) bool {
	r := Reject{Line: l.number, Column: l.column(column), Code: code, Values: values}
	if at := l.layout.at[column]; at != l.person {
		text, _ := l.encoding.decode(l.cell(column))
		r.Value = shorten(strings.TrimFunc(string(text), invisible), 200)
	}
	if l.workbook && strings.HasPrefix(r.Value, "=") {
		r.Code, r.Values = "formula_without_result", nil
	}
	if name, total := l.total(); total != "" {
		r = Reject{Line: l.number, Column: name, Value: total, Code: "total_line"}
	}
	r.Raw = l.masked(0)
	l.rejects = append(l.rejects, r)
	return false
}

// total looks for a cell that starts a line of sums, and returns it with its column.
func (l *line) total() (column, value string) {
	for i := range l.row.ends {
		cell, _ := l.encoding.decode(l.row.cell(i))
		value := strings.Map(func(r rune) rune {
			if invisible(r) || r == ':' || r == '：' {
				return -1
			}
			return unicode.ToLower(r)
		}, string(cell))
		switch value {
		case "合计", "小计", "总计", "共计", "本页合计", "本页小计", "total", "subtotal", "sum":
			if i < len(l.layout.names) {
				column = l.layout.names[i]
			}
			return column, value
		}
	}
	return "", ""
}

// rejectQuotes rejects a line whose quotes do not fit. Commas within them may have moved its cells by some places.
func (l *line) rejectQuotes() {
	l.row.splitPlain(bytes.TrimRight(l.raw, "\r\n"), l.delimiter)
	l.rejects = append(l.rejects, Reject{Line: l.number, Code: "quotes", Raw: l.masked(3)})
}

// rejectWidth rejects a line with too few or too many cells, naming the first column without one.
func (l *line) rejectWidth() {
	expected, found := len(l.layout.names), len(l.row.ends)
	r := Reject{Line: l.number, Code: "columns_too_many", Values: []any{"expected", expected, "found", found}}
	if found < expected {
		r.Code, r.Column = "columns_too_few", l.layout.names[found]
	}
	if name, total := l.total(); total != "" {
		r = Reject{Line: l.number, Column: name, Value: total, Code: "total_line"}
	}
	r.Raw = l.masked(max(expected-found, found-expected))
	l.rejects = append(l.rejects, r)
}

// maskedPerson stands in kept lines for a person's number. A file that holds it was made from such lines, and the numbers
// have to be filled in again: all of its persons would be one.
const maskedPerson = "***"

// rawLimit is how much of a line a reject keeps.
const rawLimit = 4 << 10

// masked is the line in UTF-8 without the person's number, which jianfu keeps only as a keyed hash (design §4). In a
// line with cells too many or too few, it may have moved by as many places as that.
func (l *line) masked(moved int) string {
	if l.person < 0 {
		text, _ := l.encoding.decode(bytes.TrimRight(l.raw, "\r\n"))
		return shorten(strings.ReplaceAll(string(text), string(numberMark), ""), rawLimit)
	}
	var b strings.Builder
	for i := range l.row.ends {
		if i > 0 {
			b.WriteByte(l.delimiter)
		}
		decoded, _ := l.encoding.decode(l.row.cell(i))
		cell := strings.TrimPrefix(string(decoded), string(numberMark))
		away := max(i-l.person, l.person-i)
		if cell != "" && (away == 0 || away <= moved && !harmless(cell)) || identityNumber(cell) {
			cell = maskedPerson
		} else if moved == 0 && strings.ContainsAny(cell, "\"\r\n"+string(rune(l.delimiter))) {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		b.WriteString(cell)
		if b.Len() > rawLimit {
			break
		}
	}
	return shorten(b.String(), rawLimit)
}

// harmless tells whether a cell in a line whose cells have moved is surely no person's number.
func harmless(cell string) bool {
	if _, ok := period.ParseBytes([]byte(cell)); ok || creditcode.Valid(cell) || !strings.ContainsAny(cell, "0123456789") {
		return true
	}
	return money.IsNumber([]byte(cell)) && strings.ContainsAny(cell, ".%")
}

// identityNumber tells a resident identity number, with its year of birth from the seventh digit on.
func identityNumber(cell string) bool {
	cell = strings.TrimFunc(cell, func(r rune) bool { return invisible(r) || strings.ContainsRune(`'="`, r) })
	if len(cell) != 18 || strings.Trim(cell[:17], "0123456789") != "" || creditcode.Valid(cell) {
		return false
	}
	return slices.Contains([]string{"18", "19", "20"}, cell[6:8])
}

// shorten cuts a text between characters.
func shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
