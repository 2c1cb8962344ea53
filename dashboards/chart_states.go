package dashboards

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/queries"
)

// states shows how many units fell in full, partly, not at all or rose: all of them, then by size. Bars are shares, so
// that the few large firms can be compared with the many small ones.
func (b builder) states() Block {
	p := b.p
	d := b.wordBreakdown("states", dimension.Sizes, dimension.Sizes.Words)
	block := Block{ID: "states", Title: p.T("web.block.states"), Note: p.T("web.note.states"), Table: b.stateTable(d.rows, d.names), Lead: b.statesLead()}
	if b.o.Total.States.Total() == 0 {
		return block
	}
	const all = "all"
	within := func(size string) []string {
		if size == all {
			return nil
		}
		return []string{"size", size}
	}
	names := map[string]string{all: p.T("web.all_sizes")}
	rows := []queries.MemberRow{{Key: all, States: b.o.Total.States}}
	for _, r := range d.rows {
		if r.States.Total() > 0 {
			rows = append(rows, r)
			names[r.Key] = d.names[r.Key]
		}
	}
	chart := &Chart{
		ID: "states", Height: max(400, heightFor(len(rows), 48, 92)), Names: names, Tips: map[string]Tip{},
		Description: p.T("web.aria.states", "lead", block.Lead),
	}
	var keys []string
	series := make([][]opts.BarData, len(b.statesOf(queries.States{})))
	for _, r := range rows {
		keys = append(keys, r.Key)
		tip, total := Tip{Title: names[r.Key]}, r.States.Total()
		for i, s := range b.statesOf(r.States) {
			share := percent(p, money.Fen(s.count), money.Fen(total)) //nolint:gosec // a count of units
			tip.Rows = append(tip.Rows, TipLine{Name: s.name, Value: count(s.count) + "  (" + share + ")", Mark: s.colour})
			item := opts.BarData{Value: permille(money.Fen(s.count), money.Fen(total))} //nolint:gosec // a count of units
			if s.count*100 >= total*9 {
				item.Label = &opts.Label{Show: opts.Bool(true), Position: "inside", Formatter: share, Color: "var(--on-state-" + s.id + ")"}
			}
			series[i] = append(series[i], item)
			if s.count > 0 {
				chart.lead(r.Key+"|state_"+s.id, b.link.to(append(within(r.Key), "state", s.id)...))
			}
		}
		chart.Tips[r.Key] = tip
	}
	bar := charts.NewBar()
	axis := valueAxis(fnPercent)
	axis.Max = 1000
	bar.SetGlobalOptions(append(common(chart.Description, "axis", true),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "28", Top: "54", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(nameAxis(96)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	for i, s := range b.statesOf(queries.States{}) {
		bar.AddSeries(s.name, series[i], append(barStyle("units", s.colour), charts.WithSeriesId("state_"+s.id))...)
	}
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

// statesLead says how many units did not get what they were due.
func (b builder) statesLead() string {
	s := b.o.Total.States
	if s.Total() == 0 {
		return ""
	}
	return b.p.T("web.lead.states", "full", count(s.Full), "partial", count(s.Partial), "none", count(s.None), "increased", count(s.Increased))
}

// reasons explains the shortfall: what raised it to the right, what lowered it to the left.
func (b builder) reasons() Block {
	p := b.p
	names := map[string]string{}
	for _, r := range b.o.ByReason {
		names[r.Reason] = b.names.Word("reason")(r.Reason)
	}
	rows := byAmount(b.o.ByReason)
	block := Block{ID: "reasons", Title: p.T("web.block.reasons"), Note: p.T("web.note.reasons"), Table: b.reasonTable(rows, names)}
	if len(rows) == 0 {
		return block
	}
	all, _ := moreAndLess(rows)
	if first := rows[0]; first.Reason != MergedReasons && first.More > 0 {
		block.Lead = p.T("web.lead.reasons", "reason", names[first.Reason], "units", count(first.Units), "amount", b.inUnit(first.More),
			"share", percent(p, first.More, all))
	}
	var most money.Fen
	for _, r := range rows {
		most = max(most, largest(r.More, r.Less))
	}
	unit := b.within(chartUnit(p, most))
	chart := &Chart{
		ID: "reasons", Unit: unit, Height: heightFor(len(rows), 36, 60), Names: names, Tips: map[string]Tip{},
		Description: p.T("web.aria.reasons", "count", len(rows), "lead", block.Lead),
	}
	var keys []string
	var added, taken []opts.BarData
	for _, r := range rows {
		keys = append(keys, r.Reason)
		// The label stands to the right, of a bar to the left too: there the name stands.
		more, less := opts.BarData{Value: fen(r.More)}, opts.BarData{Value: -fen(r.Less)}
		switch {
		case r.Less == 0:
			more.Label = endLabel(unit.Text(r.More), colourText)
		case r.More == 0:
			less.Label = endLabel(unit.Text(-r.Less), colourText)
		default:
			more.Label = endLabel(p.T("web.reasons.label", "more", unit.Text(r.More), "less", unit.Text(r.Less)), colourText)
		}
		added, taken = append(added, more), append(taken, less)
		tip := Tip{Title: names[r.Reason], Unit: b.yuan(), Rows: []TipLine{
			{Name: p.T("web.column.more"), Value: exact(r.More), Mark: colourShortfall},
			{Name: p.T("web.column.less"), Value: exact(r.Less), Mark: colourUnder},
			{Name: p.T("web.column.net"), Value: exact(r.Amount)},
			{Name: p.T("web.column.share_of_more"), Value: percent(p, r.More, all)},
		}}
		if r.Reason == MergedReasons {
			tip.Rows = append(tip.Rows, TipLine{Name: p.T("web.reason.merged.why", "least", b.hidden.Least)})
		} else {
			tip.Rows = append(tip.Rows, TipLine{Name: p.T("web.column.units"), Value: count(r.Units)})
			chart.lead(r.Reason, b.link.to("reason", r.Reason))
		}
		chart.Tips[r.Reason] = tip
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(common(chart.Description, "axis", false),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "132", Top: "8", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(valueAxis(fnMoney)),
		charts.WithYAxisOpts(wrappedNames(170)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	bar.AddSeries(p.T("web.column.less"), taken, append(barStyle("reason", colourUnder), charts.WithSeriesId("less"))...)
	bar.AddSeries(p.T("web.column.more"), added, append(barStyle("reason", colourShortfall), charts.WithSeriesId("reasons"))...)
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}
