// Package period is the month a premium is owed for (费款所属期). Every rule of a policy pack and every figure of
// jianfu is dated by it, never by the month in which money moved. All other packages use it; it uses none.
package period

import (
	"fmt"
	"strconv"
)

// Period is one month, written yyyymm as a number: 201905 is May 2019. Zero is no month: "open" at the end of a range
// and "since ever" at its start. Periods compare with < and >.
type Period uint32

const (
	minYear = 1990
	maxYear = 2099
)

// Of returns the period of a year and a month; both must be in range.
func Of(year, month int) Period { return Period(year*100 + month) } //nolint:gosec // years are small

// Parse reads "2019-05", "201905", "2019-05-01", "2019/5", "2019年5月" and the like. The error names the text.
func Parse(text string) (Period, error) {
	p, ok := ParseBytes([]byte(text))
	if !ok {
		return 0, fmt.Errorf("period %q is not a month such as 2019-05", text)
	}
	return p, nil
}

// ParseBytes is Parse for the load path: it allocates nothing.
func ParseBytes(text []byte) (Period, bool) {
	var parts [3]int
	part, digits := 0, 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c >= '0' && c <= '9':
			if digits == 8 {
				return 0, false
			}
			parts[part] = parts[part]*10 + int(c-'0')
			digits++
		case c == '-' || c == '/' || c == '.':
			if digits == 0 || part == 2 {
				return 0, false
			}
			part, digits = part+1, 0
		default:
			skip := unitMark(text[i:])
			if skip == 0 || digits == 0 {
				return 0, false
			}
			i += skip - 1
			if i+1 == len(text) {
				return fromParts(parts, part)
			}
			if part == 2 {
				return 0, false
			}
			part, digits = part+1, 0
		}
	}
	if digits == 0 {
		return 0, false
	}
	return fromParts(parts, part)
}

// unitMark returns the length of a leading 年 or 月, or zero.
func unitMark(text []byte) int {
	if len(text) >= 3 && (string(text[:3]) == "年" || string(text[:3]) == "月" || string(text[:3]) == "日") {
		return 3
	}
	return 0
}

// fromParts turns the numbers that were read, last being the index of the last one, into a period.
func fromParts(parts [3]int, last int) (Period, bool) {
	year, month, day := parts[0], parts[1], parts[2]
	if last == 0 {
		switch {
		case year > 9999999: // 20190501
			year, month, day, last = parts[0]/10000, parts[0]/100%100, parts[0]%100, 2
		default: // 201905
			year, month = parts[0]/100, parts[0]%100
		}
	}
	if year < minYear || year > maxYear || month < 1 || month > 12 {
		return 0, false
	}
	if last == 2 && (day < 1 || day > 31) {
		return 0, false
	}
	return Of(year, month), true
}

// Year and Month take the period apart.
func (p Period) Year() int { return int(p / 100) }

// Month returns 1 to 12.
func (p Period) Month() int { return int(p % 100) }

// Add moves by n months, n may be negative.
func (p Period) Add(n int) Period {
	months := p.Year()*12 + p.Month() - 1 + n
	return Of(months/12, months%12+1)
}

// Next is the following month.
func (p Period) Next() Period { return p.Add(1) }

// Since counts the months from q to p.
func (p Period) Since(q Period) int {
	return (p.Year()-q.Year())*12 + p.Month() - q.Month()
}

// String writes "2019-05", and "" for the zero period.
func (p Period) String() string {
	if p == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", p.Year(), p.Month())
}

// MarshalText writes the period as String does, in JSON too.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what Parse reads; an empty text is the zero period.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = 0
		return nil
	}
	q, err := Parse(string(text))
	if err != nil {
		return err
	}
	*p = q
	return nil
}

// Number is the period as the digits yyyymm, for file names and SQL parameters.
func (p Period) Number() string { return strconv.FormatUint(uint64(p), 10) }

// Range is a window of months, both ends included; a zero end is open.
type Range struct {
	From Period `json:"from"`
	To   Period `json:"to"`
}

// Contains tells whether p lies in the range.
func (r Range) Contains(p Period) bool {
	return (r.From == 0 || p >= r.From) && (r.To == 0 || p <= r.To)
}

// Overlaps tells whether the two ranges share a month.
func (r Range) Overlaps(s Range) bool {
	return (r.To == 0 || s.From <= r.To) && (s.To == 0 || r.From <= s.To)
}

// Months lists the months of a closed range in order.
func (r Range) Months() []Period {
	var months []Period
	for p := r.From; p != 0 && p <= r.To; p = p.Next() {
		months = append(months, p)
	}
	return months
}
