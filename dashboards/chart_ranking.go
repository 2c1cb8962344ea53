package dashboards

import (
	"cmp"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/money"
	"jianfu/queries"
)

// ranking draws a dimension as bars: what arrived of the due reductions, unit by unit, and what was charged too much. At
// the end of each bar stands the share that arrived.
func (b builder) ranking(d breakdown) Block {
	p := b.p
	block := Block{ID: d.id, Title: p.T("web.block." + d.id), Table: b.memberTable(d), Lead: b.rankingLead(d)}
	if len(d.rows) == 0 {
		return block
	}
	var most money.Fen
	for _, r := range d.rows {
		most = max(most, largest(r.Entitled, r.Delivered+r.Overcharged))
	}
	chart := &Chart{
		ID: d.id, Unit: b.within(chartUnit(p, most)), Height: max(d.height, heightFor(len(d.rows), 30, 76)), Names: d.names, Tips: map[string]Tip{},
		Description: p.T("web.aria.ranking", "title", block.Title, "count", len(d.rows), "lead", block.Lead),
	}
	var keys []string
	var arrived, missing []opts.BarData
	for _, r := range d.rows {
		keys = append(keys, r.Key)
		if b.hidden.Of(d.counts, r.Key) {
			chart.Tips[r.Key] = b.concealedTip(d.names[r.Key])
			arrived = append(arrived, opts.BarData{Value: noValue})
			missing = append(missing, opts.BarData{Value: 0, Label: endLabel(Concealed, colourQuiet)})
			continue
		}
		chart.Tips[r.Key] = b.memberTip(d.names[r.Key], r)
		chart.lead(r.Key, b.link.to(d.counts, r.Key))
		arrived = append(arrived, opts.BarData{Value: fen(r.Delivered)})
		missing = append(missing, opts.BarData{
			Value: fen(r.Overcharged), Label: endLabel(rate(p, r.Delivered, r.Entitled), colourQuiet),
		})
	}
	axis := valueAxis(fnMoney)
	axis.Min = 0
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(common(chart.Description, "axis", true),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "64", Top: "36", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(nameAxis(d.width)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	bar.AddSeries(p.T("web.series.delivered"), arrived, append(barStyle("due", colourReal), charts.WithSeriesId("delivered"))...)
	bar.AddSeries(p.T("web.series.overcharged"), missing, append(barStyle("due", colourShortfall), charts.WithSeriesId("overcharged"))...)
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

// rankingLead names the two members of which the smallest share arrived.
func (b builder) rankingLead(d breakdown) string {
	var rows []queries.MemberRow
	for _, r := range d.rows {
		if r.Entitled > 0 {
			rows = append(rows, r)
		}
	}
	if len(rows) < 2 {
		return ""
	}
	slices.SortStableFunc(rows, func(x, y queries.MemberRow) int {
		return cmp.Compare(permille(x.Delivered, x.Entitled), permille(y.Delivered, y.Entitled))
	})
	named := func(r queries.MemberRow) string {
		return d.names[r.Key] + " " + percent(b.p, r.Delivered, r.Entitled)
	}
	return b.p.T("web.lead.ranking", "lowest", named(rows[0]), "next", named(rows[1]))
}

// noValue is how a chart is told that there is nothing to draw.
const noValue = "-"

// concealedTip says that a member's figures are not shown.
func (b builder) concealedTip(title string) Tip {
	return Tip{Title: title, Rows: []TipLine{{Name: b.p.T("web.note.concealed", "least", b.hidden.Least), Value: ""}}}
}

// memberTip is burdenTip with the counts of units.
func (b builder) memberTip(title string, r queries.MemberRow) Tip {
	tip := b.burdenTip(title, r.Sums)
	if r.Units > 0 {
		tip.Rows = append(tip.Rows, TipLine{Name: b.p.T("web.column.units"), Value: count(r.Units)})
	}
	if r.States.None > 0 {
		tip.Rows = append(tip.Rows, TipLine{Name: b.p.T("web.state.none"), Value: count(r.States.None)})
	}
	if r.States.Increased > 0 {
		tip.Rows = append(tip.Rows, TipLine{Name: b.p.T("web.state.increased"), Value: count(r.States.Increased)})
	}
	return tip
}
