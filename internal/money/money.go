// Package money holds amounts in fen (分, a hundredth of a yuan) and rates in millionths, both as whole numbers, and
// reads and writes their decimal text. An amount is never a float, and text with more digits than the unit has is
// refused, never cut.
package money

import (
	"database/sql/driver"
	"fmt"
	"strconv"
)

// Fen is an amount of money in fen; 123 is 1.23 yuan. Sums stay exact up to 9.2 × 10^16 yuan.
type Fen int64

// Max is the largest single amount that is read from outside: ten billion yuan, in fen. Up to it, amount × rate in
// millionths fits 63 bits, which the set-based recompute relies on.
const Max Fen = 1_000_000_000_000

// Rate is a fraction in millionths; 160000 is 0.16 or 16 %. Work-injury factors use it as well, 1200000 being 1.2.
type Rate int64

// One is the rate of 100 %, and the factor that changes nothing.
const One Rate = 1_000_000

// Parse reads an amount in yuan such as "1234.5", "-0.01" or "1,234.50".
func Parse(text string) (Fen, error) {
	f, ok := ParseBytes([]byte(text))
	if !ok {
		return 0, fmt.Errorf("amount %q is not a number of yuan with at most two decimals below ten billion", text)
	}
	return f, nil
}

// ParseBytes is Parse for the load path: it allocates nothing.
func ParseBytes(text []byte) (Fen, bool) {
	n, ok := parseFixed(text, 2, false)
	if !ok || n > int64(Max) || n < -int64(Max) {
		return 0, false
	}
	return Fen(n), true
}

// ParseSum reads a sum of amounts, which knows no Max.
func ParseSum(text []byte) (Fen, bool) {
	n, ok := parseFixed(text, 2, false)
	return Fen(n), ok
}

// ParseTenThousands reads an amount in 万元 with up to six decimals, which is exactly the fen. It knows no Max: a large
// company's revenue exceeds what a single contribution can be.
func ParseTenThousands(text []byte) (Fen, bool) {
	n, ok := parseFixed(text, 6, false)
	return Fen(n), ok
}

// ParseRate reads a fraction such as "0.16" or "16%" of at most six decimals; as a percentage it has four.
func ParseRate(text string) (Rate, error) {
	r, ok := ParseRateBytes([]byte(text))
	if !ok {
		return 0, fmt.Errorf("rate %q is not a fraction such as 0.16 or 16%%, of at most six decimals", text)
	}
	return r, nil
}

// ParseRateBytes is ParseRate for the load path: it allocates nothing.
func ParseRateBytes(text []byte) (Rate, bool) {
	number, places := withoutPercent(text)
	n, ok := parseFixed(number, places, false)
	return Rate(n), ok
}

// IsNumber tells whether a text is a number or a percentage, however many decimals it has: what of it is no rate has too
// many.
func IsNumber(text []byte) bool {
	number, places := withoutPercent(text)
	_, ok := parseFixed(number, places, true)
	return ok
}

// withoutPercent cuts a percent sign off, and says how many decimals are left for millionths.
func withoutPercent(text []byte) (number []byte, places int) {
	if n := len(text); n > 0 && text[n-1] == '%' {
		return text[:n-1], 4
	} else if n >= 3 && string(text[n-3:]) == "％" {
		return text[:n-3], 4
	}
	return text, 6
}

// parseFixed reads a decimal number into units of 10^-places. Digits beyond that must be zero; finer lets them be anything,
// for who only asks whether it is a number. Commas may stand between groups of three digits.
func parseFixed(text []byte, places int, finer bool) (int64, bool) {
	if n, ok := parsePlain(text, places); ok {
		return n, true
	}
	negative := false
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		negative = text[0] == '-'
		text = text[1:]
	}
	const most = (1 << 62) / 10
	var n int64
	digits, decimals, group := 0, 0, -1 // group counts the digits behind a comma
	point := false
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9' && point && decimals >= places:
			if c != '0' && !finer {
				return 0, false
			}
			decimals++
			digits++
		case c >= '0' && c <= '9':
			if n > most {
				return 0, false
			}
			n = n*10 + int64(c-'0')
			digits++
			if point {
				decimals++
			} else if group >= 0 {
				group++
			}
		case c == '.' && !point:
			if group >= 0 && group != 3 {
				return 0, false
			}
			point = true
		case c == ',' && !point:
			if digits == 0 || group >= 0 && group != 3 || group < 0 && digits > 3 {
				return 0, false
			}
			group = 0
		default:
			return 0, false
		}
	}
	if digits == 0 || !point && group >= 0 && group != 3 {
		return 0, false
	}
	for ; decimals < places; decimals++ {
		if n > most {
			return 0, false
		}
		n *= 10
	}
	if negative {
		n = -n
	}
	return n, true
}

// parsePlain reads what nearly every cell of a file looks like, up to twelve digits and a point, three times as fast
// as the loop that knows signs, commas and rounding; what it refuses that loop decides.
func parsePlain(text []byte, places int) (int64, bool) {
	if len(text) == 0 || len(text) > 12 {
		return 0, false
	}
	var n int64
	decimals, point := 0, 0
	for _, c := range text {
		d := c - '0'
		if d <= 9 {
			n = n*10 + int64(d)
			decimals += point
			continue
		}
		if c != '.' || point == 1 {
			return 0, false
		}
		point = 1
	}
	if decimals > places || len(text) == point {
		return 0, false
	}
	return n * powers[places-decimals], true
}

var powers = [...]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}

// String writes yuan with two decimals, "1234.50".
func (f Fen) String() string { return string(f.Append(nil)) }

// Append writes what String writes behind buffer.
func (f Fen) Append(buffer []byte) []byte {
	n := int64(f)
	if n < 0 {
		buffer = append(buffer, '-')
		n = -n
	}
	buffer = strconv.AppendInt(buffer, n/100, 10)
	return append(buffer, '.', byte('0'+n/10%10), byte('0'+n%10))
}

// MarshalText writes the exact yuan; in JSON an amount is a string, so that no reader makes a float of it.
func (f Fen) MarshalText() ([]byte, error) { return f.Append(nil), nil }

// Value writes a Decimal column of two decimals.
func (f Fen) Value() (driver.Value, error) { return f.String(), nil }

// Scan reads a Decimal column of two decimals, or a sum of one, whatever its size.
func (f *Fen) Scan(source any) error {
	text := fmt.Sprint(source)
	n, ok := parseFixed([]byte(text), 2, false)
	if !ok {
		return fmt.Errorf("%q is not an amount in fen", text)
	}
	*f = Fen(n)
	return nil
}

// UnmarshalText reads what MarshalText writes, a sum of whatever size.
func (f *Fen) UnmarshalText(text []byte) error { return f.Scan(string(text)) }

// String writes the shortest exact fraction, "0.16", "0.00576", "1".
func (r Rate) String() string {
	n, sign := int64(r), ""
	if n < 0 {
		n, sign = -n, "-"
	}
	text := fmt.Sprintf("%s%d.%06d", sign, n/int64(One), n%int64(One))
	for text[len(text)-1] == '0' {
		text = text[:len(text)-1]
	}
	if text[len(text)-1] == '.' {
		text = text[:len(text)-1]
	}
	return text
}

// Percent writes the rate as people say it, "16%", "0.576%".
func (r Rate) Percent() string { return (r * 100).String() + "%" }

// Value writes a Decimal column of six decimals.
func (r Rate) Value() (driver.Value, error) { return r.String(), nil }

// Scan reads a Decimal column of six decimals.
func (r *Rate) Scan(source any) error {
	text := fmt.Sprint(source)
	rate, ok := ParseRateBytes([]byte(text))
	if !ok {
		return fmt.Errorf("%q is not a rate in millionths", text)
	}
	*r = rate
	return nil
}

// MarshalText writes the fraction as String does.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRate reads.
func (r *Rate) UnmarshalText(text []byte) error {
	s, err := ParseRate(string(text))
	*r = s
	return err
}
