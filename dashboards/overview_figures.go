package dashboards

import (
	"time"

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
	unit := figureUnit(p, t.Due())
	amount := func(id string, f money.Fen) KPI {
		return KPI{ID: id, Name: p.T("web.kpi." + id), Value: unit.Text(f), Unit: unit.Name, Hover: exact(f), Share: -1}
	}

	share := KPI{
		ID: "rate", Name: p.T("web.kpi.rate"), Value: rate(p, t.Real(), t.Due()), Share: -1,
		Notes: []string{p.T("web.kpi.rate.note")},
	}
	if t.Due() > 0 {
		share.Share = float32(min(1000, max(0, permille(t.Real(), t.Due())))) / 10
	}

	due := amount("due", t.Due())
	due.Notes = []string{p.T("web.kpi.due.note", "share", percent(p, t.Due(), t.Old))}

	real := amount("real", t.Real())
	real.Notes = []string{p.T("web.kpi.real.note", "share", percent(p, t.Real(), t.Old))}
	real.Tone, real.Word = toneOf(t.Real()), b.toneWord(t.Real())

	shortfall := amount("shortfall", t.Shortfall())
	shortfall.Notes = []string{p.T("web.kpi.shortfall.note", "share", percent(p, t.Shortfall(), t.Due()))}
	if t.Shortfall() > 0 {
		shortfall.Tone, shortfall.Word = ToneIncrease, p.T("web.word.charged_too_much")
	}

	moved := KPI{
		ID: "change", Name: p.T("web.kpi.change"), Value: change(p, t.Old, t.Charged), Share: -1,
		Notes: []string{p.T("web.kpi.change.note", "old", unit.Text(t.Old), "charged", unit.Text(t.Charged), "unit", unit.Name)},
		Tone:  toneOf(t.Real()), Word: b.toneWord(t.Real()),
	}

	units := KPI{ID: "units", Name: p.T("web.kpi.units"), Value: count(t.Units), Unit: p.T("web.unit.units"), Share: -1}
	from := float32(0)
	for _, s := range b.statesOf(t.States) {
		part := Part{ID: s.id, Name: s.name, Count: count(s.count), From: from}
		if total := t.States.Total(); total > 0 {
			part.Width = float32(s.count) * 100 / float32(total)
		}
		from += part.Width
		units.Parts = append(units.Parts, part)
	}
	return []KPI{share, due, real, shortfall, moved, units}
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
	unit := figureUnit(p, t.Due())
	strong := func(text string) string { return StrongStart + text + StrongEnd }
	if t.Due() <= 0 {
		return p.T("web.overview.headline.no_due", "place", place, "units", strong(count(t.Units)))
	}
	sentence := p.T("web.overview.headline",
		"place", place, "units", strong(count(t.Units)), "due", strong(unit.WithName(t.Due())),
		"real", strong(unit.WithName(t.Real())), "rate", strong(percent(p, t.Real(), t.Due())))
	if t.States.None+t.States.Increased == 0 {
		return sentence + p.T("web.overview.headline.all_fell")
	}
	return sentence + p.T("web.overview.headline.not_fell",
		"none", strong(count(t.States.None)), "increased", strong(count(t.States.Increased)),
		"shortfall", strong(unit.WithName(t.Shortfall())))
}

// Stamp puts the provenance of a page's figures into words.
func Stamp(p interface {
	T(key string, namesAndValues ...any) string
}, s queries.Stamp) []StampItem {
	month := func(text string) string {
		if text == "" {
			return NoData
		}
		return text
	}
	hash := s.PackHash
	if len(hash) > 8 {
		hash = hash[:8]
	}
	items := []StampItem{
		{p.T("web.stamp.data_to"), month(s.DataTo.String())},
		{p.T("web.stamp.loaded_at"), Moment(s.LoadedAt)},
		{p.T("web.stamp.run"), p.T("web.stamp.run_value", "run", s.Run, "at", Moment(s.ComputedAt))},
		{p.T("web.stamp.pack"), s.Pack + " @" + hash},
	}
	if s.Records > 0 { // else the reader sees a part of the store, and these are counts of all of it
		items = append(items, StampItem{p.T("web.stamp.records"), count(s.Records)}, StampItem{p.T("web.stamp.rejected"), count(s.Rejected)})
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
