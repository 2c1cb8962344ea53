package dashboards

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/money"
)

// step is one bar of the waterfall, lying between two amounts.
type step struct {
	key, name, colour string
	from, to          money.Fen
	label             string
	value             money.Fen
}

// measures leads from the old burden over the effect of each measure to the new burden, and from there over what was
// charged too much and too little to the charged one.
func (b builder) measures() Block {
	p, t := b.p, b.o.Total
	block := Block{ID: "measures", Title: p.T("web.block.measures"), Table: b.measureTable()}
	if t.Old == 0 {
		return block
	}
	unit := b.within(figureUnit(p, largest(t.Due(), t.Overcharged)))
	steps := b.steps(unit)
	block.Lead = b.measuresLead()
	chart := &Chart{
		ID: "measures", Unit: unit, Height: heightFor(len(steps), 40, 60), Names: map[string]string{}, Tips: map[string]Tip{},
		Description: p.T("web.aria.measures", "old", unit.WithName(t.Old), "new", unit.WithName(t.New), "charged", unit.WithName(t.Charged), "lead", block.Lead),
	}
	floor := b.floor(steps)
	if floor > 0 {
		block.Note = p.T("web.note.cut_axis", "from", unit.whole().WithName(floor))
	}
	var keys []string
	var hidden, shown []opts.BarData
	for _, s := range steps {
		low, high := min(s.from, s.to), max(s.from, s.to)
		keys = append(keys, s.key)
		chart.Names[s.key] = s.name
		chart.Tips[s.key] = Tip{Title: s.name, Rows: []TipLine{{Name: p.T("web.exact_amount"), Value: exact(s.value), Mark: s.colour}}}
		hidden = append(hidden, opts.BarData{Value: fen(low)})
		shown = append(shown, opts.BarData{
			Value: fen(high - low), ItemStyle: &opts.ItemStyle{Color: s.colour}, Label: endLabel(s.label, colourText),
		})
	}
	bar := charts.NewBar()
	axis := valueAxis(fnMoney)
	axis.Min = fen(floor)
	bar.SetGlobalOptions(append(common(chart.Description, "axis", false),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "148", Top: "8", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(wrappedNames(215)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	bar.AddSeries("", hidden, append(barStyle("step", "transparent"), charts.WithSeriesId("hidden"))...)
	bar.AddSeries(p.T("web.block.measures"), shown, barStyle("step", colourReal)...)
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

// steps are the bars in order. A measure that raises the burden goes the other way, in the colour of increases.
func (b builder) steps(unit Unit) []step {
	p, t := b.p, b.o.Total
	total := func(key string, f money.Fen, colour string) step {
		return step{key: key, name: p.T("web.column." + key), colour: colour, to: f, value: f, label: unit.Text(f)}
	}
	steps := []step{total("old", t.Old, colourOld)}
	at := t.Old
	for _, m := range b.o.ByMeasure {
		colour, arrow := colourReal, "↓ "
		if m.Effect < 0 {
			colour, arrow = colourShortfall, "↑ "
		}
		steps = append(steps, step{
			key: "measure:" + m.Measure, name: m.Title, colour: colour, from: at, to: at - m.Effect, value: m.Effect,
			label: arrow + unit.Text(abs(m.Effect)) + " (" + percent(p, abs(m.Effect), t.Old) + ")",
		})
		at -= m.Effect
	}
	steps = append(steps, total("new", t.New, colourNew))
	steps = append(steps, step{
		key: "overcharged", name: p.T("web.column.overcharged"), colour: colourShortfall, from: t.New, to: t.New + t.Overcharged, value: t.Overcharged,
		label: "↑ " + unit.Text(t.Overcharged) + " (" + percent(p, t.Overcharged, t.Old) + ")",
	})
	if t.Undercharged > 0 {
		steps = append(steps, step{
			key: "undercharged", name: p.T("web.column.undercharged"), colour: colourUnder, from: t.New + t.Overcharged, to: t.Charged, value: t.Undercharged,
			label: "↓ " + unit.Text(t.Undercharged) + " (" + percent(p, t.Undercharged, t.Old) + ")",
		})
	}
	return append(steps, total("charged", t.Charged, colourCharged))
}

// floor is where the axis starts, so that effects that are small beside the whole can be seen: a round number below
// the lowest step that leaves about as much again as the steps cover; zero where they cover much of the whole.
func (b builder) floor(steps []step) money.Fen {
	low, high := b.o.Total.Old, b.o.Total.Old
	for _, s := range steps {
		if s.to > 0 {
			low = min(low, s.to)
		}
		high = max(high, s.to)
	}
	cut := low - (high - low)
	if cut < high/4 {
		return 0
	}
	round := money.Fen(1)
	for high/round >= 20 {
		round *= 10
	}
	if cut/round*round < high/4 {
		round /= 2
	}
	return cut / round * round
}

// measuresLead names the measure with the largest effect.
func (b builder) measuresLead() string {
	var most int
	for i, m := range b.o.ByMeasure {
		if m.Effect > b.o.ByMeasure[most].Effect {
			most = i
		}
	}
	if len(b.o.ByMeasure) == 0 || b.o.ByMeasure[most].Effect <= 0 {
		return ""
	}
	m := b.o.ByMeasure[most]
	return b.p.T("web.lead.measures", "measure", m.Title, "share", percent(b.p, m.Effect, b.o.Total.Old))
}
