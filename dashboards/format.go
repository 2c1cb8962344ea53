package dashboards

import (
	"math/big"
	"strconv"
	"strings"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// minus is the sign of a negative figure on a page; downloads write the hyphen that spreadsheets read.
const minus = "−"

// Unit is how amounts of one table or chart are written: divided by Divisor (in fen), with Decimals.
type Unit struct {
	Divisor  int64  `json:"divisor"`
	Decimals int    `json:"decimals"`
	Name     string `json:"name"`

	sentence string // an amount in running text, with %s for its figures
}

// unitSteps are the units of a language, largest first; Chinese counts in 万 and 亿, English in thousands and millions.
var unitSteps = map[string][]struct {
	yuan int64
	key  string
}{
	i18n.Chinese: {{100_000_000, "large"}, {10_000, "middle"}, {1, "yuan"}},
	i18n.English: {{1_000_000, "large"}, {1_000, "middle"}, {1, "yuan"}},
}

// unitFor chooses the largest unit of which the largest amount has at least this many.
func unitFor(p *i18n.Printer, largest money.Fen, atLeast int64) Unit {
	steps := unitSteps[p.Language()]
	for _, s := range steps {
		if divisor := s.yuan * 100; abs(largest)/money.Fen(divisor) >= money.Fen(atLeast) {
			return newUnit(p, divisor, s.key)
		}
	}
	return newUnit(p, 100, steps[len(steps)-1].key)
}

func newUnit(p *i18n.Printer, divisor int64, key string) Unit {
	return Unit{Divisor: divisor, Decimals: 2, Name: p.T("web.unit." + key), sentence: p.T("web.amount."+key, "amount", "%s")}
}

// chartUnit and tableUnit choose for marks, which want few digits, and for tables, which want the small rows to show.
func chartUnit(p *i18n.Printer, largest money.Fen) Unit { return unitFor(p, largest, 1) }
func tableUnit(p *i18n.Printer, largest money.Fen) Unit { return unitFor(p, largest, 100) }

// figureUnit chooses for a page's main figures by its due reduction, so that the shortfall, which is a small part of
// it, shows as well.
func figureUnit(p *i18n.Printer, due money.Fen) Unit { return unitFor(p, due, 10) }

// beside is the unit of amounts that stand beside larger ones: theirs, so that one page speaks in one unit, unless one of the
// amounts comes to less than one of it.
func (u Unit) beside(p *i18n.Printer, amounts ...money.Fen) Unit {
	for _, amount := range amounts {
		if amount != 0 && int64(abs(amount)) < u.Divisor {
			return figureUnit(p, largest(amounts...))
		}
	}
	return u
}

func abs(f money.Fen) money.Fen {
	if f < 0 {
		return -f
	}
	return f
}

// Text writes an amount in the unit, digits grouped, rounded half away from zero.
func (u Unit) Text(f money.Fen) string {
	scale := int64(1)
	for range u.Decimals {
		scale *= 10
	}
	whole := divideRounded(int64(abs(f)), scale, u.Divisor)
	text := Grouped(strconv.FormatInt(whole/scale, 10))
	if u.Decimals > 0 {
		fraction := strconv.FormatInt(scale+whole%scale, 10)
		text += "." + fraction[1:]
	}
	if f < 0 && whole != 0 {
		return minus + text
	}
	return text
}

// WithName writes the amount as running text does, "12.34 亿元", "CNY 12.34 million".
func (u Unit) WithName(f money.Fen) string { return strings.Replace(u.sentence, "%s", u.Text(f), 1) }

// whole is the unit without decimals, for round amounts.
func (u Unit) whole() Unit {
	u.Decimals = 0
	return u
}

// divideRounded is a × factor ÷ b for whole numbers that are not negative, rounded half up, without overflow.
func divideRounded(a, factor, b int64) int64 {
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(2*factor))
	product.Add(product, big.NewInt(b))
	return product.Div(product, big.NewInt(2*b)).Int64()
}

// Grouped writes the text of a decimal number with commas between groups of three digits before its point. golang.org/x/text would
// take a number of 17 digits as a float where it has decimals, and takes four times as long, which a page of a thousand cells shows.
func Grouped(text string) string {
	first, point := 0, strings.IndexByte(text, '.')
	if point < 0 {
		point = len(text)
	}
	if strings.HasPrefix(text, "-") {
		first = 1
	}
	grouped := make([]byte, 0, len(text)+len(text)/3)
	for i := range len(text) {
		if i > first && i < point && (point-i)%3 == 0 {
			grouped = append(grouped, ',')
		}
		grouped = append(grouped, text[i])
	}
	return string(grouped)
}

// Exact writes an amount to the fen, its digits in groups of three.
func Exact(f money.Fen) string { return exact(f) }

// exact writes an amount to the fen, for hovering: "1,234.50".
func exact(f money.Fen) string { return Unit{Divisor: 100, Decimals: 2}.Text(f) }

// permille is part ÷ whole in tenths of a percent, rounded half away from zero.
func permille(part, whole money.Fen) int64 {
	n := divideRounded(int64(abs(part)), 1000, int64(abs(whole)))
	if (part < 0) != (whole < 0) {
		return -n
	}
	return n
}

// percent writes part ÷ whole as "96.2%". A share of nothing is not applicable, and what is not quite nothing or not
// quite all is not written as if it were.
func percent(p *i18n.Printer, part, whole money.Fen) string {
	if whole == 0 {
		return NotApplicable
	}
	n := permille(part, whole)
	switch {
	case n == 0 && part != 0:
		return p.T("web.percent.below")
	case n == 1000 && abs(part) < abs(whole):
		return p.T("web.percent.almost_all")
	}
	text := strconv.FormatInt(n/10, 10)
	if n < 0 {
		text = minus + strconv.FormatInt(-n/10, 10)
		n = -n
	}
	return text + "." + strconv.FormatInt(n%10, 10) + "%"
}

// rate is the share of a due reduction that arrived; without one there is none.
func rate(p *i18n.Printer, real, due money.Fen) string {
	if due <= 0 {
		return NotApplicable
	}
	return percent(p, real, due)
}

// plainRate is rate for downloads.
func plainRate(real, due money.Fen) string {
	if due <= 0 {
		return ""
	}
	return plainPercent(real, due)
}

// change writes how far an amount moved from another, with its word and arrow: "↓ 13.5%".
func change(p *i18n.Printer, from, to money.Fen) string {
	switch {
	case from == 0:
		return NotApplicable
	case to < from:
		return "↓ " + percent(p, from-to, from)
	case to > from:
		return "↑ " + percent(p, to-from, from)
	}
	return "0.0%"
}

// plainPercent is percent for downloads: a number with a percent sign, or empty.
func plainPercent(part, whole money.Fen) string {
	if whole == 0 {
		return ""
	}
	n, sign := permille(part, whole), ""
	if n < 0 {
		n, sign = -n, "-"
	}
	return sign + strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10) + "%"
}

// Count writes a number with its digits in groups of three.
func Count(n uint64) string { return count(n) }

func count(n uint64) string { return Grouped(strconv.FormatUint(n, 10)) }

// unitNoun is what a count is of, in the form that goes with it: "unit", "units".
func unitNoun(p *i18n.Printer, key string, n uint64) string {
	return p.N(key, int(n)) //nolint:gosec // a count of units
}

// Month writes a month: "2019年5月", "May 2019".
func Month(p *i18n.Printer, m period.Period) string {
	if m == 0 {
		return NoData
	}
	return p.T("web.year_month", "year", m.Year(), "month", monthName(p, m))
}

func monthName(p *i18n.Printer, m period.Period) string {
	return p.T("web.month." + strconv.Itoa(m.Month()))
}

// Window writes a range of months: "2019年5月—12月", "2018年11月—2019年4月".
func Window(p *i18n.Printer, w period.Range) string {
	switch {
	case w.From == w.To:
		return Month(p, w.From)
	case w.From.Year() == w.To.Year():
		return p.T("web.range.same_year", "year", w.From.Year(), "from", monthName(p, w.From), "to", monthName(p, w.To))
	}
	return p.T("web.range", "from", Month(p, w.From), "to", Month(p, w.To))
}
