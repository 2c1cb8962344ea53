package dashboards

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/queries"
)

// The thresholds of the rules, in tenths of a percent unless they say otherwise. What is below them is not worth a
// leader's time. docs/zh/dashboards.md names them.
const (
	materialEffect  = 100 // of what all measures take off: a measure's part; of what arrived: a region's or an industry's
	materialCharge  = 1   // of what was charged: all that was charged too much, or too little
	materialPart    = 50  // of what was charged too much: a member's part
	materialReason  = 200 // of what all reasons add: a reason's part; of a reason: a region's part
	materialGap     = 5   // percentage points × 10 that a member's share lies below the whole's
	materialRise    = 5   // percentage points × 10 that the share rose over the window
	materialDrop    = 10  // percentage points × 10 that the share fell from one month to the next
	materialBand    = 500 // of the units
	goodRate        = 950 // of the due reduction
	materialCluster = 200 // of the units whose burden rose
	leastCluster    = 3   // units
)

// What a risk weighs that is not a share of anything: units that got nothing or rose weigh by their share of all units,
// tenfold, above a floor, because each of them is a promise that was not kept.
const (
	floorIncreased = 300
	floorNone      = 280
	floorDuplicate = 120
	floorUncovered = 100
	floorUnder     = 150
	weightUnder    = 20
	weightUnits    = 10
	weightGap      = 8
	weightRise     = 20
)

// rules are all rules; of equally strong sentences the earlier stands first.
var rules = []rule{
	{"measure", "measure", false, builder.measureMost},
	{"region_most", "region", false, builder.regionMost},
	{"industry_most", "industry", false, builder.industryMost},
	{"small_micro", "size", false, builder.smallMicro},
	{"rate_rose", "month", false, builder.rateRose},
	{"full", "units", false, builder.fullMost},
	{"fell_most", "units", false, builder.fellMost},
	{"reason", "reason", true, builder.reasonMost},
	{"undercharged", "undercharged", true, builder.underchargedUnits},
	{"region_lowest", "region", true, func(b builder) (found, bool) { return b.lowest(b.regionBreakdown(), "regions") }},
	{"industry_lowest", "industry", true, func(b builder) (found, bool) { return b.lowest(b.industryBreakdown(), "industries") }},
	{"size_lowest", "size", true, builder.sizeLowest},
	{"month_fell", "month", true, builder.monthFell},
	{"cluster", "increased", true, builder.cluster},
	{"increased", "increased", true, builder.increasedUnits},
	{"none", "none", true, builder.noneUnits},
	{"duplicates", "duplicates", true, builder.duplicates},
	{"uncovered", "uncovered", true, builder.uncovered},
}

// measureMost is the measure that gave most.
func (b builder) measureMost() (found, bool) {
	var less money.Fen
	for _, m := range b.o.ByMeasure {
		less += max(0, m.Effect)
	}
	if less == 0 {
		return found{}, false
	}
	most := slices.MaxFunc(b.o.ByMeasure, func(x, y queries.MeasureRow) int { return cmp.Compare(x.Effect, y.Effect) })
	score := permille(most.Effect, less)
	return found{score: score, block: "measures", values: []any{"measure", most.Title, "effect", b.amount(most.Effect), "share", b.share(most.Effect, b.o.Total.Old)}},
		b.o.Total.Due() > 0 && score >= materialEffect
}

func (b builder) regionMost() (found, bool)   { return b.most(b.regionBreakdown(), "regions") }
func (b builder) industryMost() (found, bool) { return b.most(b.industryBreakdown(), "industries") }

// shown are the members that have a due reduction and are not hidden.
func (b builder) shown(d breakdown) []queries.MemberRow {
	return slices.DeleteFunc(slices.Clone(d.rows), func(r queries.MemberRow) bool { return r.Entitled <= 0 || b.hidden.Of(d.counts, r.Key) })
}

// most is the member of several to which most of the reduction went.
func (b builder) most(d breakdown, block string) (found, bool) {
	rows, all := b.shown(d), b.o.Total.Delivered
	if len(rows) < 2 || all == 0 {
		return found{}, false
	}
	most := slices.MaxFunc(rows, func(x, y queries.MemberRow) int {
		return cmp.Or(cmp.Compare(x.Delivered, y.Delivered), strings.Compare(y.Key, x.Key))
	})
	part := min(most.Delivered, all)
	score := permille(part, all)
	return found{score: score, block: block, marks: []string{d.counts, most.Key}, values: []any{"name", d.names[most.Key], "delivered", b.amount(most.Delivered),
		"share", b.share(part, all), "rate", b.share(most.Delivered, most.Entitled)}}, score >= materialEffect
}

// smallMicro says that small and micro firms got theirs.
func (b builder) smallMicro() (found, bool) {
	row, ok := b.smallAndMicro()
	if !ok || row.Entitled == 0 || b.o.Total.Delivered == 0 {
		return found{}, false
	}
	part := min(row.Delivered, b.o.Total.Delivered)
	return found{score: permille(part, b.o.Total.Delivered), block: "sizes", values: []any{"delivered", b.amount(row.Delivered),
		"share", b.share(part, b.o.Total.Delivered), "rate", b.share(row.Delivered, row.Entitled)}}, permille(row.Delivered, row.Entitled) >= goodRate
}

// rateRose compares the last month of the window with its first.
func (b builder) rateRose() (found, bool) {
	months := b.rated()
	if len(months) < 2 {
		return found{}, false
	}
	first, last := months[0], months[len(months)-1]
	rise := permille(last.Delivered, last.Entitled) - permille(first.Delivered, first.Entitled)
	return found{score: rise * weightRise, block: "months", values: []any{"from", Month(b.p, first.Period), "to", Month(b.p, last.Period),
		"before", b.share(first.Delivered, first.Entitled), "after", b.share(last.Delivered, last.Entitled), "rise", bold(b.points(rise))}}, rise >= materialRise
}

// rated are the months of the window in which something was due.
func (b builder) rated() []queries.PeriodRow {
	return slices.DeleteFunc(slices.Clone(b.o.ByPeriod), func(r queries.PeriodRow) bool {
		return !b.windowed(r.Period) || r.Entitled <= 0 || b.hidden.Month(r.Period)
	})
}

func (b builder) fullMost() (found, bool) {
	s := b.o.Total.States
	score := permilleOf(s.Full, s.Total())
	return found{score: score, block: "states", marks: []string{"state", "full"}, values: []any{"units", bold(count(s.Full)),
		"share", bold(percent(b.p, money.Fen(s.Full), money.Fen(s.Total())))}}, score >= materialBand //nolint:gosec // counts of units
}

func (b builder) fellMost() (found, bool) {
	row, ok := b.band("", queries.Bands[0])
	total := b.o.Total.States.Total()
	score := permilleOf(row.Units, total)
	return found{score: score - 1, block: "bands", marks: []string{"band", row.Band}, values: []any{"units", bold(count(row.Units)),
		"share", bold(percent(b.p, money.Fen(row.Units), money.Fen(total)))}}, ok && score >= materialBand //nolint:gosec // counts of units
}

// overcharged is what was charged too much, where it is worth asking why.
func (b builder) overcharged() (money.Fen, bool) {
	t := b.o.Total
	return t.Overcharged, t.Overcharged > 0 && permille(t.Overcharged, max(t.Charged, 1)) >= materialCharge
}

// underchargedUnits are those that were charged less than the policy asks for. It is no good news: the unit is asked for
// it later, and the fund lacks it.
func (b builder) underchargedUnits() (found, bool) {
	t := b.o.Total
	return found{score: floorUnder + permille(t.Undercharged, max(t.Charged, 1))*weightUnder + permilleOf(t.UnitsUndercharged, t.Units)/10, block: "reasons", tone: ToneUnder,
			marks: []string{"wrongly", "under"}, values: []any{"units", bold(count(t.UnitsUndercharged)), "amount", b.amount(t.Undercharged),
				"share", bold(percent(b.p, money.Fen(t.UnitsUndercharged), money.Fen(max(t.Units, 1))))}}, //nolint:gosec // counts of units
		t.Undercharged > 0 && permille(t.Undercharged, max(t.Charged, 1)) >= materialCharge
}

// reasonMost is the reason for which most was charged too much, and where it lies.
func (b builder) reasonMost() (found, bool) {
	_, ok := b.overcharged()
	rows := byAmount(b.o.ByReason)
	if !ok || len(rows) == 0 || rows[0].Reason == MergedReasons || b.hidden.Of(queries.AxisReason, rows[0].Reason) {
		return found{}, false
	}
	most := rows[0]
	all, _ := moreAndLess(rows)
	f := found{score: permille(most.More, max(all, 1)), block: "reasons", marks: []string{"reason", most.Reason}, values: []any{
		"reason", b.names.Word("reason")(most.Reason), "amount", b.amount(most.More), "units", bold(count(most.Units)), "share", b.share(most.More, all)}}
	if f.score < materialReason {
		return f, false
	}
	if place, ok := b.placeOf(most); ok {
		f.text = "reason_place"
		f.marks = []string{"region", place.Region, "reason", most.Reason}
		f.values = append(f.values, "place", b.names.Region(place.Region), "place_share", b.share(min(place.More, most.More), most.More))
	}
	return f, true
}

// placeOf is the region in which most of a reason lies, where it is one of several and has a material part.
func (b builder) placeOf(r queries.ReasonRow) (queries.ReasonPlace, bool) {
	if len(r.ByRegion) < 2 {
		return queries.ReasonPlace{}, false
	}
	most := slices.MaxFunc(r.ByRegion, func(x, y queries.ReasonPlace) int {
		return cmp.Or(cmp.Compare(x.More, y.More), strings.Compare(y.Region, x.Region))
	})
	return most, permille(most.More, max(r.More, 1)) >= materialReason
}

// lowest is the member of which the smallest share arrived, among those with a material part of what was charged
// too much.
func (b builder) lowest(d breakdown, block string) (found, bool) {
	all, ok := b.overcharged()
	rows := slices.DeleteFunc(b.shown(d), func(r queries.MemberRow) bool {
		return r.Overcharged == 0 || permille(r.Overcharged, max(all, 1)) < materialPart
	})
	if !ok || len(rows) == 0 || len(d.rows) < 2 {
		return found{}, false
	}
	low := slices.MinFunc(rows, func(x, y queries.MemberRow) int {
		return cmp.Or(cmp.Compare(permille(x.Delivered, x.Entitled), permille(y.Delivered, y.Entitled)), strings.Compare(x.Key, y.Key))
	})
	gap := permille(b.o.Total.Delivered, b.o.Total.Entitled) - permille(low.Delivered, low.Entitled)
	return found{score: gap*weightGap + permille(low.Overcharged, all)/2, block: block, marks: []string{d.counts, low.Key}, values: []any{
		"name", d.names[low.Key], "rate", b.share(low.Delivered, low.Entitled), "gap", bold(b.points(gap)), "overcharged", b.amount(low.Overcharged)}}, gap >= materialGap
}

func (b builder) sizeLowest() (found, bool) {
	return b.lowest(b.wordBreakdown("sizes", dimension.Sizes, nil), "sizes")
}

// monthFell is the month of the window in which the share fell furthest below that of the month before.
func (b builder) monthFell() (found, bool) {
	months := b.rated()
	var drop int64
	at := 0
	for i := 1; i < len(months); i++ {
		before, now := months[i-1], months[i]
		if fell := permille(before.Delivered, before.Entitled) - permille(now.Delivered, now.Entitled); before.Period.Next() == now.Period && fell > drop {
			drop, at = fell, i
		}
	}
	if drop < materialDrop {
		return found{}, false
	}
	m := months[at]
	return found{score: drop * weightRise, block: "months", marks: []string{"month", m.Period.String()}, values: []any{"month", Month(b.p, m.Period),
		"before", Month(b.p, months[at-1].Period), "drop", bold(b.points(drop)), "rate", b.share(m.Delivered, m.Entitled)}}, true
}

// cluster is the county and industry with the most units whose burden rose.
func (b builder) cluster() (found, bool) {
	total := b.o.Total.States.Increased
	if len(b.o.Increased) < 2 {
		return found{}, false
	}
	most := b.o.Increased[0]
	score := permilleOf(most.Units, total)
	return found{score: score, block: "states", marks: []string{"county", most.Region, "section", most.Section, "state", "increased"}, values: []any{
		"all", bold(count(total)), "units", bold(count(most.Units)), "region", b.names.Region(most.Region), "industry", b.names.Industry(most.Section),
		"share", bold(percent(b.p, money.Fen(most.Units), money.Fen(total)))}}, most.Units >= leastCluster && score >= materialCluster //nolint:gosec // counts
}

func (b builder) increasedUnits() (found, bool) {
	s := b.o.Total.States
	return b.unitsIn("increased", s.Increased, floorIncreased)
}

func (b builder) noneUnits() (found, bool) {
	return b.unitsIn("none", b.o.Total.States.None, floorNone)
}

// unitsIn says how many units are in a state in which none should be.
func (b builder) unitsIn(state string, units uint64, floor int64) (found, bool) {
	total := b.o.Total.States.Total()
	return found{score: floor + permilleOf(units, total)*weightUnits, block: "states", marks: []string{"state", state}, values: []any{
		"units", bold(count(units)), "share", bold(percent(b.p, money.Fen(units), money.Fen(total)))}}, units > 0 //nolint:gosec // counts of units
}

// duplicates are charges that were made twice.
func (b builder) duplicates() (found, bool) {
	at := slices.IndexFunc(b.o.ByReason, func(r queries.ReasonRow) bool { return r.Reason == "duplicate_charge" })
	all, ok := b.overcharged()
	if at < 0 || !ok || b.hidden.Of(queries.AxisReason, "duplicate_charge") {
		return found{}, false
	}
	r := b.o.ByReason[at]
	return found{score: floorDuplicate + min(1000, permille(r.More, all)), block: "reasons", marks: []string{"reason", r.Reason}, values: []any{
		"amount", b.amount(r.More), "units", bold(count(r.Units))}}, r.More > 0
}

// uncovered are records that no rate covers; they are in no figure, so that nothing else on the page tells of them.
func (b builder) uncovered() (found, bool) {
	u := b.o.Uncovered
	if u == nil {
		return found{}, false
	}
	return found{score: floorUncovered + permilleOf(u.Units, b.o.Total.Units)*weightUnits, block: "definitions", values: []any{
		"records", bold(count(u.Records)), "units", bold(count(u.Units))}}, u.Records > 0
}
