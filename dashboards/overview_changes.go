package dashboards

import (
	"cmp"
	"slices"
	"strconv"

	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Against is how a figure moved from one window to another: both in words, and the change with its arrow and word.
type Against struct {
	Months string
	Text   string
	Word   string
	Tone   Tone
	Hover  string // the exact amounts
	Why    string // why there is no change, or what not to conclude from it
}

// tenths writes tenths of a percent without its sign: 12 is "1.2".
func tenths(n int64) string {
	return strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10)
}

// lastMonths are the last month of the window and the one before it; why says what is missing where the data do not have both.
func (b builder) lastMonths() (now, before side, why string) {
	to := b.o.View.Window.To
	if to == 0 {
		return now, before, NoData
	}
	month := func(m period.Period) (of side) {
		i := slices.IndexFunc(b.o.ByPeriod, func(r queries.PeriodRow) bool { return r.Period == m })
		switch {
		case why != "":
		case len(b.o.Stamp.Missing(period.Range{From: m, To: m})) > 0:
			why = b.p.T("web.against.no_data", "month", Month(b.p, m))
		case b.hidden.Month(m):
			why = b.p.T("web.versus.hidden")
		case i < 0:
			why = b.p.T("web.against.no_records", "month", Month(b.p, m))
		default:
			r := b.o.ByPeriod[i]
			of = side{queries.MemberRow{Sums: r.Sums, Units: r.Units, Headcount: r.Headcount}, period.Range{From: m, To: m}, 1}
		}
		return of
	}
	now, before = month(to), month(to.Add(-1))
	return now, before, why
}

// compare adds to each card how it stands beside the other window or, where the reader chose none, in the last month of the
// window beside the month before.
func (b builder) compare(cards []KPI) []KPI {
	now, before, why := b.lastMonths()
	if b.versus != nil {
		now, before, why = b.versus.side(b.versus.Own, b.o.Total), b.versus.side(b.versus.Window, b.versus.Figures.Total), b.versus.Why(b.p)
	}
	for i := range cards {
		against := Against{Text: NotApplicable, Why: why}
		if why == "" {
			against = b.against(cards[i].ID, now, before)
		}
		against.Months = b.windowsOf(cards[i].ID)
		cards[i].Against = &against
	}
	return cards
}

// windowsOf names the windows that a card is compared by.
func (b builder) windowsOf(card string) string {
	to := b.o.View.Window.To
	switch {
	case b.versus != nil && b.versus.Monthly() && b.versus.compares() && slices.Contains(addedUp, card):
		return b.p.T("web.against.window.monthly", "window", Window(b.p, b.versus.Window))
	case b.versus != nil:
		return b.p.T("web.against.window", "window", Window(b.p, b.versus.Window))
	case to == 0:
		return ""
	}
	return b.p.T("web.against", "month", Month(b.p, to), "before", b.monthBeside(to.Add(-1), to))
}

// addedUp are the cards whose months add up to their figure; those of others do not, because a unit counts once and what it was
// charged too much in one month another may take back.
var addedUp = []string{"due", "real", "old", "new", "charged", "shortfall"}

// monthBeside writes a month that stands beside another, without the year where it is the same.
func (b builder) monthBeside(m, beside period.Period) string {
	if m.Year() == beside.Year() {
		return monthName(b.p, m)
	}
	return Month(b.p, m)
}

func (b builder) against(card string, now, before side) Against {
	amount := func(of func(side) money.Fen, good int) Against {
		return b.amountAgainst(now.each(of(now)), before.each(of(before)), good)
	}
	if now.months != before.months && slices.Contains([]string{"overcharged", "undercharged", "units"}, card) {
		return Against{Text: NotApplicable, Why: b.p.T("web.versus.not_added")}
	}
	switch card {
	case "rate":
		return b.rateAgainst(now, before)
	case "due":
		a := amount(func(s side) money.Fen { return s.Due() }, 0)
		a.Why = b.beforeCut(before)
		return a
	case "real":
		return amount(func(s side) money.Fen { return s.Real() }, 1)
	case "old":
		return amount(func(s side) money.Fen { return s.Old }, 0)
	case "new":
		return amount(func(s side) money.Fen { return s.New }, 0)
	case "charged":
		return amount(func(s side) money.Fen { return s.Charged }, 0)
	case "shortfall":
		return amount(func(s side) money.Fen { return s.Shortfall() }, 0)
	case "overcharged":
		return amount(func(s side) money.Fen { return s.Overcharged }, -1)
	case "undercharged":
		return amount(func(s side) money.Fen { return s.Undercharged }, -1)
	case "per_person":
		x, known := queries.PerPerson(now.Charged, now.Headcount)
		y, too := queries.PerPerson(before.Charged, before.Headcount)
		if !known || !too {
			return Against{Text: NotApplicable}
		}
		return b.amountAgainst(x, y, 0)
	}
	diff := int64(now.Units) - int64(before.Units) //nolint:gosec // counts of units
	text := b.moved(diff, b.p.T("web.against.units", "units", count(uint64(abs64(diff)))), 0)
	if diff != 0 && before.Units > 0 {
		text.Text += b.p.T("web.against.share", "share", percent(b.p, money.Fen(abs64(diff)), money.Fen(before.Units))) //nolint:gosec // counts
	}
	return text
}

// rateAgainst is the change of the share that arrived, in percentage points.
func (b builder) rateAgainst(now, before side) Against {
	if now.Entitled > 0 && before.Entitled > 0 {
		return b.pointsAgainst(now.Delivered, now.Entitled, before.Delivered, before.Entitled, 1)
	}
	none := now
	if now.Entitled > 0 {
		none = before
	}
	return Against{Text: NotApplicable, Why: cmp.Or(b.beforeCut(none), b.p.T("web.against.no_due", "window", Window(b.p, none.window)))}
}

// beforeCut says of months before the policy began that nothing was due in them; "" where that is not why.
func (b builder) beforeCut(s side) string {
	if s.Entitled != 0 || s.Due() != 0 || s.window.To >= b.o.Stamp.FirstEffect {
		return ""
	}
	return b.p.T("web.against.before_cut", "month", Month(b.p, b.o.Stamp.FirstEffect))
}

// amountAgainst is the change of an amount; good is 1 where more is good news, -1 where less is, 0 where neither.
func (b builder) amountAgainst(now, before money.Fen, good int) Against {
	diff := now - before
	a := b.moved(int64(diff), b.inUnit(abs(diff)), good)
	if diff != 0 && before > 0 {
		a.Text += b.p.T("web.against.share", "share", percent(b.p, abs(diff), before))
	}
	a.Hover = b.p.T("web.against.exact", "before", exact(before), "now", exact(now))
	return a
}

// pointsAgainst is the change of a share, in percentage points.
func (b builder) pointsAgainst(part, whole, partBefore, wholeBefore money.Fen, good int) Against {
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
		return Against{Text: arrow(diff) + text, Word: b.p.T("web.against.up"), Tone: toneOfMove(diff, good)}
	}
	return Against{Text: arrow(diff) + text, Word: b.p.T("web.against.down"), Tone: toneOfMove(diff, good)}
}

// toneOfMove tells what news a change is; good is 1 where more is good news, -1 where less is, 0 where neither.
func toneOfMove(diff int64, good int) Tone {
	switch {
	case diff > 0:
		return tones[good+1]
	case diff < 0:
		return tones[1-good]
	}
	return ToneNone
}

// tones are the news of a rise, by whether less, neither or more is good.
var tones = []Tone{ToneIncrease, ToneNone, ToneReduction}
