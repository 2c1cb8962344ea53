package report

import (
	"math/big"
	"strconv"
	"strings"

	"jianfu/dashboards"
)

// exact is a figure as CSV and JSON have it, in its column's unit with no digit lost; ok is false where there is none. A share is
// in percent, rounded half away from zero to the column's decimals.
func (c Shown) exact(v value) (text string, ok bool) {
	switch {
	case v.hidden || v.none || v.apart:
		return "", false
	case c.figure.kind == share:
		return percent(v, c.Decimals), true
	case c.figure.kind == amount:
		return shifted(v.n, places[c.Unit]), true
	}
	return strconv.FormatInt(v.n, 10), true
}

// shifted is a whole number with its point moved to the left, without noughts at the end.
func shifted(n int64, by int) string {
	digits, sign := strconv.FormatInt(n, 10), ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		digits, sign = rest, "-"
	}
	if len(digits) <= by {
		digits = strings.Repeat("0", by+1-len(digits)) + digits
	}
	whole, fraction := digits[:len(digits)-by], strings.TrimRight(digits[len(digits)-by:], "0")
	if fraction != "" {
		return sign + whole + "." + fraction
	}
	return sign + whole
}

// rounded is a figure as it is printed: digits in threes, rounded half away from zero to the column's decimals.
func (c Shown) rounded(v value) string {
	switch {
	case v.hidden:
		return dashboards.Concealed
	case v.none || v.apart:
		return dashboards.NotApplicable
	case c.figure.kind == share:
		return percent(v, c.Decimals)
	}
	by := 0
	if c.figure.kind == amount {
		by = places[c.Unit]
	}
	return dashboards.Grouped(fixed(big.NewInt(v.n), power(by), c.Decimals))
}

// percent is a share of two numbers in percent.
func percent(v value, decimals int) string {
	return fixed(new(big.Int).Mul(big.NewInt(v.n), big.NewInt(100)), big.NewInt(v.of), decimals)
}

func power(of int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(of)), nil) }

// fixed is n ÷ of with decimals, rounded half away from zero.
func fixed(n, of *big.Int, decimals int) string {
	text := new(big.Rat).SetFrac(n, of).FloatString(decimals)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-")
	}
	return text
}
