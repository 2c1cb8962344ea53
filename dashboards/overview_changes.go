package dashboards

import (
	"slices"
	"strconv"

	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Against is how a figure moved from one month to the next: both months in words, and the change with its arrow and word.
type Against struct {
	Months string
	Text   string
	Word   string
	Tone   Tone
	Hover  string // the exact amounts
}

// tenths writes tenths of a percent without its sign: 12 is "1.2".
func tenths(n int64) string {
	return strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10)
}

// lastMonths are the last month of the window and the one before it, where the data have both.
func (b builder) lastMonths() (now, before queries.PeriodRow, ok bool) {
	to := b.o.View.Window.To
	at := slices.IndexFunc(b.o.ByPeriod, func(r queries.PeriodRow) bool { return r.Period == to })
	if at < 1 || b.o.ByPeriod[at-1].Period != to.Add(-1) || b.hidden.Month(to) || b.hidden.Month(to.Add(-1)) {
		return queries.PeriodRow{}, queries.PeriodRow{}, false
	}
	return b.o.ByPeriod[at], b.o.ByPeriod[at-1], true
}

// compare adds to each card how it stands in the last month of the window against the month before.
func (b builder) compare(cards []KPI) []KPI {
	now, before, ok := b.lastMonths()
	to := b.o.View.Window.To
	months := ""
	if to != 0 {
		months = b.p.T("web.against", "month", Month(b.p, to), "before", b.monthBeside(to.Add(-1), to))
	}
	for i := range cards {
		against := Against{Months: months, Text: NotApplicable}
		if ok {
			against = b.against(cards[i].ID, now, before)
			against.Months = months
		}
		cards[i].Against = &against
	}
	return cards
}

// monthBeside writes a month that stands beside another, without the year where it is the same.
func (b builder) monthBeside(m, beside period.Period) string {
	if m.Year() == beside.Year() {
		return monthName(b.p, m)
	}
	return Month(b.p, m)
}

func (b builder) against(card string, now, before queries.PeriodRow) Against {
	switch card {
	case "rate":
		return b.pointsAgainst(now.Due() > 0 && before.Due() > 0, now.Real(), now.Due(), before.Real(), before.Due(), 1)
	case "due":
		return b.amountAgainst(now.Due(), before.Due(), 0)
	case "real":
		return b.amountAgainst(now.Real(), before.Real(), 1)
	case "shortfall":
		return b.amountAgainst(now.Shortfall(), before.Shortfall(), -1)
	case "change":
		return b.pointsAgainst(now.Old > 0 && before.Old > 0, now.Charged-now.Old, now.Old, before.Charged-before.Old, before.Old, -1)
	}
	diff := int64(now.Units) - int64(before.Units) //nolint:gosec // counts of units
	text := b.moved(diff, b.p.T("web.against.units", "units", count(uint64(abs64(diff)))), 0)
	if diff != 0 && before.Units > 0 {
		text.Text += b.p.T("web.against.share", "share", percent(b.p, money.Fen(abs64(diff)), money.Fen(before.Units))) //nolint:gosec // counts
	}
	return text
}

// amountAgainst is the change of an amount; good is 1 where more is good news, -1 where less is, 0 where neither.
func (b builder) amountAgainst(now, before money.Fen, good int) Against {
	diff := now - before
	a := b.moved(int64(diff), figureUnit(b.p, abs(diff)).WithName(abs(diff)), good)
	if diff != 0 && before > 0 {
		a.Text += b.p.T("web.against.share", "share", percent(b.p, abs(diff), before))
	}
	a.Hover = b.p.T("web.against.exact", "before", exact(before), "now", exact(now))
	return a
}

// pointsAgainst is the change of a share, in percentage points.
func (b builder) pointsAgainst(ok bool, part, whole, partBefore, wholeBefore money.Fen, good int) Against {
	if !ok {
		return Against{Text: NotApplicable}
	}
	diff := permille(part, whole) - permille(partBefore, wholeBefore)
	a := b.moved(diff, b.points(diff), good)
	a.Hover = b.p.T("web.against.shares", "before", percent(b.p, partBefore, wholeBefore), "now", percent(b.p, part, whole))
	return a
}

// moved puts a change into arrow, word and tone.
func (b builder) moved(diff int64, text string, good int) Against {
	switch {
	case diff == 0:
		return Against{Text: b.p.T("web.against.same")}
	case diff > 0:
		return Against{Text: "↑ " + text, Word: b.p.T("web.against.up"), Tone: tones[good+1]}
	}
	return Against{Text: "↓ " + text, Word: b.p.T("web.against.down"), Tone: tones[1-good]}
}

// tones are the news of a rise, by whether less, neither or more is good.
var tones = []Tone{ToneIncrease, ToneNone, ToneReduction}
