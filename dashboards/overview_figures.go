package dashboards

import (
	"time"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// beijing is the time zone of every time on a page; the country has one.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// Moment writes a time to the minute, in Beijing time.
func Moment(t time.Time) string {
	if t.IsZero() {
		return NoData
	}
	return t.In(beijing).Format("2006-01-02 15:04")
}

// kpis are the six cards of the overview. Amounts share one unit.
func (b builder) kpis() []KPI {
	p, t := b.p, b.o.Total
	unit := b.unit()
	amount := func(id string, f money.Fen) KPI {
		return KPI{ID: id, Name: p.T("web.kpi." + id), Value: unit.Text(f), Unit: unit.Name, Hover: exact(f), Share: -1}
	}

	share := KPI{
		ID: "rate", Name: p.T("web.kpi.rate"), Value: rate(p, t.Delivered, t.Entitled), Share: -1,
		Notes: []string{p.T("web.kpi.rate.note", "delivered", unit.WithName(t.Delivered), "entitled", unit.WithName(t.Entitled))},
	}
	if t.Entitled > 0 {
		share.Share = meterOf(t.Delivered, t.Entitled)
	}

	due := amount("due", t.Due())
	due.Notes = []string{p.T("web.kpi.due.note", "share", percent(p, t.Due(), t.Old))}

	real := amount("real", t.Real())
	real.Notes = []string{p.T("web.kpi.real.note", "share", percent(p, t.Real(), t.Old))}
	real.Tone, real.Word = toneOf(t.Real()), b.toneWord(t.Real())
	over, under := overAndUnder(t.Reach, unit, p)

	units := KPI{ID: "units", Name: p.T("web.kpi.units"), Value: count(t.Units), Unit: unitNoun(p, "web.unit.units", t.Units), Share: -1}
	from := float32(0)
	for _, s := range b.statesOf(t.States) {
		part := Part{ID: s.id, Name: s.name, Count: count(s.count), From: from}
		if total := t.States.Total(); total > 0 {
			part.Width = float32(s.count) * 100 / float32(total)
		}
		from += part.Width
		units.Parts = append(units.Parts, part)
	}
	return []KPI{share, due, real, over, under, units}
}

// meterOf is how much of a bar, in percent, a part of a whole above nought fills; only all of it fills the bar.
func meterOf(part, whole money.Fen) float32 {
	n := permille(part, whole)
	if part < whole {
		n = min(n, 999)
	}
	return float32(min(max(n, 0), 1000)) / 10
}

// overAndUnder are the cards of what was charged above the new policy and below it; what one unit was charged too much
// does not pay for what another was charged too little.
func overAndUnder(r queries.Reach, unit Unit, p *i18n.Printer) (over, under KPI) {
	card := func(id string, f money.Fen, units uint64, tone Tone) KPI {
		k := KPI{ID: id, Name: p.T("web.kpi." + id), Value: unit.Text(f), Unit: unit.Name, Hover: exact(f), Share: -1,
			Notes: []string{p.T("web.kpi.at_units", "units", count(units))}}
		if f > 0 {
			k.Tone = tone // its name is the word beside the colour
		}
		return k
	}
	return card("overcharged", r.Overcharged, r.UnitsOvercharged, ToneIncrease), card("undercharged", r.Undercharged, r.UnitsUndercharged, ToneUnder)
}

func toneOf(reduction money.Fen) Tone {
	switch {
	case reduction > 0:
		return ToneReduction
	case reduction < 0:
		return ToneIncrease
	}
	return ToneNone
}

func (b builder) toneWord(reduction money.Fen) string {
	switch toneOf(reduction) {
	case ToneReduction:
		return b.p.T("web.word.reduction")
	case ToneIncrease:
		return b.p.T("web.word.increase")
	}
	return ""
}

// state is one state of units with its count.
type state struct {
	id, name, colour string
	count            uint64
}

// statesOf lists the states in the order of every chart: the good end first.
func (b builder) statesOf(s queries.States) []state {
	all := []state{
		{id: "full", count: s.Full}, {id: "partial", count: s.Partial}, {id: "none", count: s.None},
		{id: "increased", count: s.Increased}, {id: "no_due", count: s.NoDue},
	}
	for i := range all {
		all[i].name = b.p.T("web.state." + all[i].id)
		all[i].colour = "var(--c-state-" + all[i].id + ")"
	}
	return all
}

// headline is the conclusion in one sentence.
func (b builder) headline(place string) string {
	p, t := b.p, b.o.Total
	unit := b.unit()
	strong := func(text string) string { return StrongStart + text + StrongEnd }
	amount := func(f money.Fen) string { return strong(unit.WithName(abs(f))) }
	values := []any{"place", place, "units", strong(count(t.Units)), "due", amount(t.Due()), "real", amount(t.Real()), "rate", strong(rate(p, t.Delivered, t.Entitled))}
	sentence := ""
	switch {
	case t.Due() < 0: // a floor that rose by more than the rates fell
		sentence = p.T("web.overview.headline.rise."+map[bool]string{true: "more", false: "less"}[t.Real() < 0], values...)
		if t.Entitled > 0 {
			sentence += p.T("web.overview.headline.entitled", "entitled", amount(t.Entitled), "rate", strong(rate(p, t.Delivered, t.Entitled)))
		}
	case t.Entitled == 0:
		sentence = p.T("web.overview.headline.no_due", values...)
	case t.Real() < 0:
		sentence = p.T("web.overview.headline.rose", values...)
	default:
		sentence = p.T("web.overview.headline", values...)
	}
	if t.States.None+t.States.Increased == 0 {
		sentence += p.T("web.overview.headline.all_fell")
	} else {
		sentence += p.T("web.overview.headline.not_fell", "none", strong(count(t.States.None)), "increased", strong(count(t.States.Increased)))
	}
	return sentence + b.chargedWrongly()
}

// chargedWrongly ends a headline with what was charged too much and too little, each at how many units.
func (b builder) chargedWrongly() string {
	t := b.o.Total
	part := func(id string, f money.Fen, units uint64) string {
		return b.p.T("web.overview.headline."+id, "amount", b.amount(f), "units", bold(count(units)))
	}
	over, under := part("overcharged", t.Overcharged, t.UnitsOvercharged), part("undercharged", t.Undercharged, t.UnitsUndercharged)
	switch {
	case t.Overcharged > 0 && t.Undercharged > 0:
		return b.p.T("web.overview.headline.both", "over", over, "under", under)
	case t.Overcharged > 0:
		return b.p.T("web.overview.headline.one", "part", over)
	case t.Undercharged > 0:
		return b.p.T("web.overview.headline.one", "part", under)
	}
	return b.p.T("web.overview.headline.neither")
}

// Stamp puts the provenance of a page's figures into words.
func Stamp(p wording, s queries.Stamp) []StampItem {
	month := func(text string) string {
		if text == "" {
			return NoData
		}
		return text
	}
	items := []StampItem{
		{p.T("web.stamp.data_to"), month(s.DataTo.String())},
		{p.T("web.stamp.loaded_at"), Moment(s.LoadedAt)},
		{p.T("web.stamp.run"), p.T("web.stamp.run_value", "run", s.Run, "at", Moment(s.ComputedAt))},
		{p.T("web.stamp.pack"), s.PackTitle},
	}
	if s.Records > 0 { // else the reader sees a part of the store, and these are counts of all of it
		items = append(items, StampItem{p.T("web.stamp.records"), count(s.Records)}, StampItem{p.T("web.stamp.rejected"), count(s.Rejected)})
	}
	if s.Waiting != nil {
		items = append(items, waitingItem(p, s.Waiting))
	}
	if s.Uncovered > 0 {
		items = append(items, StampItem{p.T("web.stamp.uncovered"), count(s.Uncovered)})
	}
	if s.Estimates > 0 {
		items = append(items, StampItem{p.T("web.stamp.estimates"), count(s.Estimates)})
	}
	if s.SampleChecked > 0 {
		items = append(items, StampItem{p.T("web.stamp.sample"), p.T("web.stamp.sample_value", "units", count(s.SampleChecked))})
	}
	return items
}

// StampLine is the stamp in one line: run, pack and check.
func StampLine(p *i18n.Printer, s queries.Stamp) string {
	line := p.T("web.stamp.line", "data_to", Month(p, s.DataTo), "run", s.Run, "at", Moment(s.ComputedAt), "pack", s.PackTitle)
	if s.SampleChecked > 0 {
		line += p.T("web.stamp.line.sample", "units", count(s.SampleChecked))
	}
	return line
}
