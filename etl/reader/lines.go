package reader

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Why not encoding/csv, the obvious choice: in a second of processor time it cuts 1.4 million contribution lines, and
// nextRecord 10 million (BenchmarkSplitting); reading them whole, with every value parsed, does 1.5 million
// (BenchmarkParsing) and would do half of that. The load is measured against the engine's own CSV reader, so it must not
// wait for the splitting. Lines without a quote, nearly all, are cut at the delimiter; a record with a quote goes
// through quotedRecord, which follows RFC 4180 as encoding/csv does (FuzzSplitting holds the two against each other).
//
// All cuts are made in the bytes of the file, before decoding: comma, semicolon, tab, quote and line end are ASCII, and
// in GB18030 none of them is ever the second, third or fourth byte of a character.

// maxRecord bounds a record with quotes. A quote that is never closed would otherwise swallow the rest of the file; so
// it costs one line, and reading goes on behind it.
const maxRecord = 64 << 10

// row is one record cut into cells. Cell i lies in data behind the end of cell i-1 and one more byte.
type row struct {
	data   []byte
	ends   []int32
	text   []byte // where a record with quotes is unfolded; data then points here
	folded bool   // the record has quotes
}

func (r *row) cell(i int) []byte {
	start := int32(0)
	if i > 0 {
		start = r.ends[i-1] + 1
	}
	return r.data[start:r.ends[i]]
}

// blank tells whether no cell holds anything: an empty line, or the commas that a spreadsheet leaves of one.
func (r *row) blank() bool {
	return r.emptyFrom(0)
}

// emptyFrom tells whether the cells from one on hold nothing.
func (r *row) emptyFrom(first int) bool {
	for i := first; i < len(r.ends); i++ {
		if len(bytes.TrimSpace(r.cell(i))) > 0 {
			return false
		}
	}
	return true
}

// splitPlain cuts a line that has no quotes. It looks at eight bytes at a time, which halves its share of the load.
func (r *row) splitPlain(line []byte, delimiter byte) {
	const low = 0x7f7f7f7f7f7f7f7f
	pattern := uint64(delimiter) * 0x0101010101010101
	r.data = line
	ends := r.ends[:0]
	i := 0
	for ; i+8 <= len(line); i += 8 {
		differs := binary.LittleEndian.Uint64(line[i:]) ^ pattern
		// The top bit of each byte that does not differ, exactly: no carry goes from one byte to the next.
		found := ^((differs&low + low) | differs | low)
		for ; found != 0; found &= found - 1 {
			ends = append(ends, int32(i+bits.TrailingZeros64(found)/8)) //nolint:gosec // a line is shorter than a chunk
		}
	}
	for ; i < len(line); i++ {
		if line[i] == delimiter {
			ends = append(ends, int32(i)) //nolint:gosec // a line is shorter than a chunk
		}
	}
	r.ends = append(ends, int32(len(line))) //nolint:gosec // a line is shorter than a chunk
}

func (r *row) add(text []byte) {
	if r != nil {
		r.text = append(r.text, text...)
	}
}

// closeCell ends the cell whose text was added; the byte behind it stands for the delimiter.
func (r *row) closeCell() {
	if r != nil {
		r.ends = append(r.ends, int32(len(r.text))) //nolint:gosec // at most maxRecord
		r.text = append(r.text, 0)
	}
}

// outcome is what looking for the end of a record found.
type outcome uint8

const (
	whole      outcome = iota
	unfinished         // the record may end behind the data at hand
	misquoted          // a quote where none may be, or one that is not closed; the record is its first line then
)

// nextRecord cuts the first record off data, which starts at a record's start, into r and returns its length with the
// line end. data ends at a record's end.
func (r *row) nextRecord(data []byte, delimiter byte) (length int, end outcome) {
	line := data
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		line = data[:i]
		length = i + 1
	} else {
		length = len(data)
	}
	if r.folded = bytes.IndexByte(line, '"') >= 0; r.folded {
		return quotedRecord(data, delimiter, true, r)
	}
	r.splitPlain(withoutReturn(line), delimiter)
	return length, whole
}

// withoutReturn drops the carriage return of a Windows line end.
func withoutReturn(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// quotedRecord finds the end of the record that data starts with, and unfolds its cells into r unless r is nil. final
// says that nothing comes behind data. Both the cutting of the file into chunks and the reading of a chunk ask this
// function, so they cannot disagree on where a record ends.
func quotedRecord(data []byte, delimiter byte, final bool, r *row) (length int, end outcome) {
	if r != nil {
		r.text, r.ends = r.text[:0], r.ends[:0]
	}
	window, last := data, final // last: nothing comes behind the window
	if len(window) > maxRecord {
		window, last = window[:maxRecord], false
	}
	for i := 0; ; i++ { // one cell a turn; i ends up on the delimiter behind it
		if i < len(window) && window[i] == '"' {
			i, end = quotedCell(window, i+1, last, r)
		} else {
			start := i
			for i < len(window) && window[i] != delimiter && window[i] != '\n' {
				if window[i] == '"' {
					return firstLine(data, final, misquoted)
				}
				i++
			}
			cell := window[start:i]
			if i == len(window) || window[i] == '\n' {
				cell = withoutReturn(cell)
			}
			r.add(cell)
			end = whole
		}
		if end != whole {
			return firstLine(data, final, end)
		}
		r.closeCell()
		switch {
		case i < len(window) && window[i] == delimiter:
		case i+1 < len(window) && window[i] == '\r' && window[i+1] == '\n':
			i++
			fallthrough
		case i < len(window) && window[i] == '\n':
			if r != nil {
				r.data = r.text
			}
			return i + 1, whole
		case last && (i == len(window) || i+1 == len(window) && window[i] == '\r'):
			if r != nil {
				r.data = r.text
			}
			return len(window), whole
		case i == len(window) || i+1 == len(window) && window[i] == '\r':
			return firstLine(data, final, unfinished)
		default: // text behind the closing quote
			return firstLine(data, final, misquoted)
		}
	}
}

// quotedCell reads from behind an opening quote and returns the place behind the closing one.
func quotedCell(window []byte, i int, last bool, r *row) (behind int, end outcome) {
	for {
		q := bytes.IndexByte(window[i:], '"')
		if q < 0 {
			if last {
				return 0, misquoted
			}
			return 0, unfinished
		}
		if r != nil {
			part := window[i : i+q]
			if bytes.IndexByte(part, '\r') >= 0 {
				part = bytes.ReplaceAll(part, []byte("\r\n"), []byte("\n"))
			}
			r.add(part)
		}
		i += q + 1
		if i == len(window) || window[i] != '"' {
			return i, whole
		}
		r.add(window[i : i+1])
		i++
	}
}

// firstLine is the answer for a record that is not whole. One that reaches past maxRecord is misquoted; what is
// misquoted ends with its first line, if that is at hand.
func firstLine(data []byte, final bool, end outcome) (int, outcome) {
	if end == unfinished && len(data) <= maxRecord {
		if !final {
			return 0, unfinished
		}
		end = misquoted
	}
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, misquoted
	}
	if final {
		return len(data), misquoted
	}
	return 0, unfinished
}

// wholeRecords returns how much of data, which starts at a record's start, holds only whole records.
func wholeRecords(data []byte, delimiter byte) int {
	from := 0
	for {
		quote := bytes.IndexByte(data[from:], '"')
		if quote < 0 {
			return from + bytes.LastIndexByte(data[from:], '\n') + 1
		}
		start := from + bytes.LastIndexByte(data[from:from+quote], '\n') + 1
		length, end := quotedRecord(data[start:], delimiter, false, nil)
		if end == unfinished {
			return start
		}
		from = start + length
	}
}
