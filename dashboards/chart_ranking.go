package dashboards

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/money"
	"jianfu/queries"
)

// ranking draws a dimension as bars: what arrived of the reduction and what did not, together what was due. At the end
// of each bar stands the share that arrived.
func (b builder) ranking(d dimension) Block {
	p := b.p
	block := Block{ID: d.id, Title: p.T("web.block." + d.id), Table: b.memberTable(d), Lead: b.rankingLead(d)}
	if len(d.rows) == 0 {
		return block
	}
	var most money.Fen
	for _, r := range d.rows {
		most = max(most, largest(r.Due(), r.Real()))
	}
	chart := &Chart{
		ID: d.id, Unit: chartUnit(p, most), Height: max(d.height, heightFor(len(d.rows), 30, 76)), Names: d.names, Tips: map[string]Tip{},
		Description: p.T("web.aria.ranking", "title", block.Title, "count", len(d.rows), "lead", block.Lead),
	}
	var keys []string
	var arrived, missing []opts.BarData
	for _, r := range d.rows {
		keys = append(keys, r.Key)
		chart.Tips[r.Key] = b.memberTip(d.names[r.Key], r)
		arrived = append(arrived, opts.BarData{Value: fen(r.Real())})
		missing = append(missing, opts.BarData{
			Value: fen(max(0, r.Shortfall())), Label: endLabel(percent(p, r.Real(), r.Due()), colourQuiet),
		})
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(common(chart.Description, "axis", true),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "64", Top: "36", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(valueAxis(fnMoney)),
		charts.WithYAxisOpts(nameAxis(d.width)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	bar.AddSeries(p.T("web.series.real"), arrived, append(barStyle("due", colourReal), charts.WithSeriesId("real"))...)
	bar.AddSeries(p.T("web.series.shortfall"), missing, append(barStyle("due", colourShortfall), charts.WithSeriesId("shortfall"))...)
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

// rankingLead names the members of which the smallest and the largest share arrived.
func (b builder) rankingLead(d dimension) string {
	var low, high *queries.MemberRow
	for i := range d.rows {
		r := &d.rows[i]
		if r.Due() <= 0 {
			continue
		}
		rate := permille(r.Real(), r.Due())
		if low == nil || rate < permille(low.Real(), low.Due()) {
			low = r
		}
		if high == nil || rate > permille(high.Real(), high.Due()) {
			high = r
		}
	}
	if low == nil || low == high {
		return ""
	}
	return b.p.T("web.lead.ranking",
		"low", d.names[low.Key], "low_rate", percent(b.p, low.Real(), low.Due()),
		"high", d.names[high.Key], "high_rate", percent(b.p, high.Real(), high.Due()))
}

// memberTip is burdenTip with the counts of units.
func (b builder) memberTip(title string, r queries.MemberRow) Tip {
	tip := b.burdenTip(title, r.Burden)
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
