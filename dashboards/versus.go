package dashboards

import (
	"slices"
	"strings"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// How a reader names the window that a page's own is compared with.
const (
	VersusBefore = "before" // as many months, just before (上期)
	VersusYear   = "year"   // the same months a year before (上年同期)
	VersusFree   = "free"   // any other
)

// Versus is the window that a page's own is compared with, and what its reader may see of it. Where the page compares no
// more than its last two months it is nil.
type Versus struct {
	Way         string
	Own, Window period.Range
	Data        period.Range     // the months of the run
	FirstEffect period.Period    // since when there is a cut
	OwnMissing  []period.Period  // months of Own that the run has no data of
	Missing     []period.Period  // those of Window
	Figures     queries.Overview // of Window, as Conceal left it; empty where a month is missing
	Hidden      Hidden
}

// NewVersus compares the window of a view; Figures and Hidden are for who may ask.
func NewVersus(way string, own, window period.Range, s queries.Stamp) *Versus {
	return &Versus{Way: way, Own: own, Window: window, Data: period.Range{From: s.DataFrom, To: s.DataTo}, FirstEffect: s.FirstEffect,
		OwnMissing: s.Missing(own), Missing: s.Missing(window)}
}

// Covered tells whether the run has data of all months of both windows. A month without data is no month in which nothing
// was charged, so that otherwise nothing is compared.
func (v *Versus) Covered() bool { return len(v.OwnMissing) == 0 && len(v.Missing) == 0 }

// Monthly tells whether the windows are of different lengths. Then no sums are compared, but what a month has on average.
func (v *Versus) Monthly() bool { return months(v.Own) != months(v.Window) }

func months(w period.Range) int { return w.To.Since(w.From) + 1 }

// What is compared: sums, what a month has on average, or nothing.
const (
	BasisSums    = "sums"
	BasisMonthly = "monthly"
	BasisNone    = "none"
)

// Basis is what is compared.
func (v *Versus) Basis() string {
	switch {
	case !v.compares():
		return BasisNone
	case v.Monthly():
		return BasisMonthly
	}
	return BasisSums
}

// compares tells whether there is anything to show beside the page's own figures.
func (v *Versus) compares() bool { return v != nil && v.reason() == "" }

// reason is the key of the text that says why nothing is compared, "" where something is.
func (v *Versus) reason() string {
	switch {
	case len(v.Missing) == months(v.Window):
		return "web.versus.no_data"
	case len(v.Missing) > 0:
		return "web.versus.part"
	case len(v.OwnMissing) > 0:
		return "web.versus.own_part"
	case v.Hidden.All():
		return "web.versus.hidden"
	case v.Figures.Total.Units == 0:
		return "web.versus.no_records"
	}
	return ""
}

// Why says why nothing is compared, "" where something is.
func (v *Versus) Why(p *i18n.Printer) string {
	if v.compares() {
		return ""
	}
	return p.T(v.reason(), "way", p.T("web.versus."+v.Way))
}

// Words name the window: 上年同期 2018年5月—12月.
func (v *Versus) Words(p *i18n.Printer) string {
	return p.T("web.versus.words", "way", p.T("web.versus."+v.Way), "window", Window(p, v.Window))
}

// Note says in sentences which windows are compared, how, and what not to conclude from it.
func (v *Versus) Note(p *i18n.Printer) string {
	said := []string{p.T("web.versus.note", "own", Window(p, v.Own), "own_months", months(v.Own), "other", v.Words(p), "other_months", months(v.Window))}
	add := func(key string, values ...any) { said = append(said, p.T(key, values...)) }
	switch {
	case !v.Covered():
		add(v.reason()+".note", "way", p.T("web.versus."+v.Way), "months", listed(p, slices.Concat(v.OwnMissing, v.Missing)), "from", Month(p, v.Data.From), "to", Month(p, v.Data.To))
	case !v.compares():
		add("web.versus.nothing", "why", v.Why(p))
	default:
		v.warn(add, p)
	}
	return strings.TrimSpace(strings.Join(said, ""))
}

// warn adds what a hurried reader would conclude wrongly.
func (v *Versus) warn(add func(key string, values ...any), p *i18n.Printer) {
	if v.Monthly() {
		add("web.versus.monthly")
	}
	if v.Own.Overlaps(v.Window) {
		add("web.versus.overlap")
	}
	if v.Window.From < v.FirstEffect {
		add("web.versus.before_cut", "month", Month(p, v.FirstEffect))
	}
}

// mostListed is how many months are named one by one.
const mostListed = 6

// listed names months, of many only the first and the last.
func listed(p *i18n.Printer, all []period.Period) string {
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > mostListed {
		return p.T("web.versus.months", "first", Month(p, all[0]), "last", Month(p, all[len(all)-1]), "count", len(all))
	}
	var names []string
	for _, m := range all {
		names = append(names, Month(p, m))
	}
	return strings.Join(names, p.T("web.list_separator"))
}

// Moved is how far figures lie from those of the other window. Amounts are a month's where the windows differ in length.
type Moved struct {
	Points       *int64 // of the share that arrived, in tenths of a percentage point; nil where one of the two has none
	Due, Real    money.Fen
	Overcharged  *money.Fen // nil where the windows differ in length: within a window a unit's months cancel out, so that
	Undercharged *money.Fen // the sums of longer ones are no multiple of a month's
}

// Move tells how far the sums of the page's window lie from those of the other.
func (v *Versus) Move(now, before queries.Sums) Moved {
	x, y := v.side(v.Own, queries.MemberRow{Sums: now}), v.side(v.Window, queries.MemberRow{Sums: before})
	m := Moved{Due: x.each(now.Due()) - y.each(before.Due()), Real: x.each(now.Real()) - y.each(before.Real())}
	if now.Entitled > 0 && before.Entitled > 0 {
		points := permille(now.Delivered, now.Entitled) - permille(before.Delivered, before.Entitled)
		m.Points = &points
	}
	if !v.Monthly() {
		over, under := now.Overcharged-before.Overcharged, now.Undercharged-before.Undercharged
		m.Overcharged, m.Undercharged = &over, &under
	}
	return m
}

// PointsText writes tenths of a point as files and programs read them: "-3.2".
func PointsText(n int64) string {
	if n < 0 {
		return "-" + tenths(-n)
	}
	return tenths(n)
}

// Before finds a member in the other window; ok is false where it has no records there, or is not shown.
func (v *Versus) Before(dimension, key string) (before queries.MemberRow, ok bool) {
	if !v.compares() || v.Hidden.Of(dimension, key) {
		return before, false
	}
	for _, d := range memberDimensions(&v.Figures) {
		if d.name != dimension {
			continue
		}
		if i := slices.IndexFunc(*d.rows, func(r queries.MemberRow) bool { return r.Key == key }); i >= 0 {
			return (*d.rows)[i], true
		}
	}
	return before, false
}

// before is how a member of a table, or its total, moved; nil where there is nothing to compare it with.
func (b builder) before(dimension string, now queries.MemberRow, total bool) *Moved {
	if !b.versus.compares() {
		return nil
	}
	before, ok := b.versus.Figures.Total, true
	if !total {
		before, ok = b.versus.Before(dimension, now.Key)
	}
	if !ok {
		return nil
	}
	moved := b.versus.Move(now.Sums, before.Sums)
	return &moved
}

// columns are those of a table of members that say how far each moved; none where nothing is compared.
func (v *Versus) columns(p *i18n.Printer) []Column {
	if !v.compares() {
		return nil
	}
	return []Column{
		{"moved_rate", p.T("web.versus.column.rate"), KindPoints},
		{"moved_due", p.T("web.versus.column.due." + v.Basis()), KindMoney},
		{"moved_real", p.T("web.versus.column.real." + v.Basis()), KindMoney},
		{"moved_overcharged", p.T("web.versus.column.overcharged"), KindMoney},
		{"moved_undercharged", p.T("web.versus.column.undercharged"), KindMoney},
	}[:v.width()]
}

// width is how many columns there are: of windows that differ in length, what does not add up month by month is left out.
func (v *Versus) width() int {
	if v.Monthly() {
		return 3
	}
	return 5
}

// cells are the cells of columns; a member that did not move from anywhere has none.
func (v *Versus) cells(unit Unit, m *Moved) []Cell {
	none := Cell{Text: NotApplicable}
	switch {
	case !v.compares():
		return nil
	case m == nil:
		return slices.Repeat([]Cell{none}, v.width())
	}
	amount := func(f *money.Fen, good int) Cell {
		if f == nil {
			return none
		}
		return Cell{Text: arrow(int64(*f)) + unit.Text(abs(*f)), Raw: f.String(), Hover: exact(*f), Tone: toneOfMove(int64(*f), good)}
	}
	rate := none
	if m.Points != nil {
		rate = Cell{Text: arrow(*m.Points) + tenths(abs64(*m.Points)), Raw: PointsText(*m.Points), Tone: toneOfMove(*m.Points, 1)}
	}
	return []Cell{rate, amount(&m.Due, 0), amount(&m.Real, 1), amount(m.Overcharged, -1), amount(m.Undercharged, -1)}[:v.width()]
}

// arrow stands before the size of a change.
func arrow(diff int64) string {
	switch {
	case diff > 0:
		return "↑ "
	case diff < 0:
		return "↓ "
	}
	return ""
}

// side is a row as one of the two that a change lies between.
type side struct {
	queries.MemberRow
	window period.Range
	months int // by which amounts are divided; 1 where they are compared as they are
}

// each is an amount of a side as it is compared, rounded half away from zero.
func (s side) each(f money.Fen) money.Fen {
	n := money.Fen(divideRounded(int64(abs(f)), 1, int64(s.months)))
	if f < 0 {
		return -n
	}
	return n
}

func (v *Versus) side(window period.Range, row queries.MemberRow) side {
	s := side{row, window, 1}
	if v.Monthly() {
		s.months = months(window)
	}
	return s
}
