package dashboards

import (
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// months is the main chart: old, new and charged burden by month, below it what of each month's reduction arrived. The
// policy's first month is drawn in, and the window is shaded.
func (b builder) months() Block {
	p, rows := b.p, b.o.ByPeriod
	block := Block{ID: "months", Title: p.T("web.block.months"), Note: p.T("web.note.months"), Table: b.monthTable()}
	if len(rows) == 0 {
		return block
	}
	block.Lead = b.monthsLead()
	var most money.Fen
	for _, r := range rows {
		most = max(most, largest(r.Old, r.New, r.Charged))
	}
	chart := &Chart{
		ID: "months", Unit: b.within(chartUnit(p, most)), Height: 440, Names: map[string]string{}, Tips: map[string]Tip{},
		Description: p.T("web.aria.months", "from", Month(p, rows[0].Period), "to", Month(p, rows[len(rows)-1].Period), "lead", block.Lead) + b.eventsInWords(),
	}
	var keys []string
	var old, now, charged []opts.LineData
	var arrived, missing []opts.BarData
	for i, r := range rows {
		key := r.Period.String()
		keys = append(keys, key)
		chart.Names[key] = b.axisMonth(r.Period, i == 0)
		if b.hidden.Of("month", monthKey(r)) {
			chart.Tips[key] = b.concealedTip(Month(p, r.Period))
			gap, none := opts.LineData{Value: noValue}, opts.BarData{Value: noValue}
			old, now, charged = append(old, gap), append(now, gap), append(charged, gap)
			arrived, missing = append(arrived, none), append(missing, none)
			continue
		}
		chart.Tips[key] = b.burdenTip(Month(p, r.Period), r.Sums)
		chart.lead(key, b.link.to("month", key))
		old = append(old, opts.LineData{Value: fen(r.Old)})
		now = append(now, opts.LineData{Value: fen(r.New)})
		charged = append(charged, opts.LineData{Value: fen(r.Charged)})
		arrived = append(arrived, opts.BarData{Value: fen(r.Delivered)})
		missing = append(missing, opts.BarData{Value: fen(r.Overcharged)})
	}

	line := charts.NewLine()
	line.SetGlobalOptions(append(common(chart.Description, "line", true),
		charts.WithGridOpts(
			opts.Grid{Left: "64", Right: "24", Top: "52", Height: "45%"},
			opts.Grid{Left: "64", Right: "24", Top: "72%", Height: "17%"},
		),
		charts.WithAxisPointerOpts(&opts.AxisPointer{Link: []opts.AxisPointerLink{{XAxisIndex: []int{0, 1}}}}),
	)...)
	line.Legend.Type = "scroll" // two rows of it would lie over the axis
	line.ExtendXAxis(b.monthAxis(keys, 1))
	line.ExtendYAxis(amountAxis(p.T("web.axis.reduction", "unit", chart.Unit.Name), 1, false))
	line.SetXAxis(keys)
	line.XAxisList[0] = b.monthAxis(keys, 0)
	line.YAxisList[1].Min = 0
	line.YAxisList[0] = amountAxis(p.T("web.axis.burden", "unit", chart.Unit.Name), 0, true)
	line.AddSeries(p.T("web.series.old"), old, append(lineStyle(colourOld, "dashed"), b.events(keys)...)...)
	line.AddSeries(p.T("web.series.new"), now, lineStyle(colourNew, "solid")...)
	line.AddSeries(p.T("web.series.charged"), charged, lineStyle(colourCharged, "solid")...)

	bar := charts.NewBar()
	bar.AddSeries(p.T("web.series.delivered"), arrived, monthBar(colourReal, "delivered")...)
	bar.AddSeries(p.T("web.series.overcharged"), missing, monthBar(colourShortfall, "overcharged")...)
	line.Overlap(bar)
	line.Validate()
	chart.Option = line.JSON()
	b.tellEvents(chart)
	block.Chart = chart
	return block
}

// tellEvents says in the chart's tips what its lines stand for, and makes them lead to the policy.
func (b builder) tellEvents(chart *Chart) {
	for _, line := range b.eventLines() {
		chart.lead(line.Number, line.Link)
		if tip, ok := chart.Tips[line.Period.String()]; ok {
			for _, text := range line.Texts {
				tip.Rows = append(tip.Rows, TipLine{Name: line.Number + " " + text})
			}
			chart.Tips[line.Period.String()] = tip
		}
	}
}

// eventsInWords are all events in one sentence, "" without any.
func (b builder) eventsInWords() string {
	var told []string
	for _, line := range b.eventLines() {
		told = append(told, line.Month+" "+line.Text(b.p.T("web.list_separator")))
	}
	if len(told) == 0 {
		return ""
	}
	return b.p.T("web.aria.events", "events", strings.Join(told, b.p.T("web.semicolon")))
}

// monthsLead is the month of the window with the lowest share of its reduction arrived.
func (b builder) monthsLead() string {
	var worst *queries.PeriodRow
	for i := range b.o.ByPeriod {
		r := &b.o.ByPeriod[i]
		if b.windowed(r.Period) && r.Entitled > 0 && (worst == nil || permille(r.Delivered, r.Entitled) < permille(worst.Delivered, worst.Entitled)) {
			worst = r
		}
	}
	if worst == nil {
		return ""
	}
	return b.p.T("web.lead.months", "month", Month(b.p, worst.Period), "rate", percent(b.p, worst.Delivered, worst.Entitled))
}

// axisMonth is a month's name on the axis, with the year below the first one and each January.
func (b builder) axisMonth(m period.Period, first bool) string {
	name := b.p.T("web.month_short." + strconv.Itoa(m.Month()))
	if first || m.Month() == 1 {
		return name + "\n" + strconv.Itoa(m.Year())
	}
	return name
}

func (b builder) monthAxis(keys []string, grid int) opts.XAxis {
	axis := opts.XAxis{
		Type: "category", Data: keys, GridIndex: grid,
		AxisLabel: &opts.AxisLabel{Formatter: fnName, Color: colourQuiet, HideOverlap: opts.Bool(true)},
		AxisLine:  &opts.AxisLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: colourLine}},
		AxisTick:  &opts.AxisTick{Show: opts.Bool(false)},
	}
	if grid == 0 {
		axis.AxisLabel = &opts.AxisLabel{Show: opts.Bool(false)}
	}
	return axis
}

// amountAxis is a vertical axis of amounts; one that is cut off at the bottom leaves room for the lines to part.
func amountAxis(name string, grid int, cut bool) opts.YAxis {
	axis := opts.YAxis{
		Type: "value", Name: name, GridIndex: grid, SplitNumber: 4,
		AxisLabel: &opts.AxisLabel{Formatter: fnMoney, Color: colourQuiet},
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: colourLine}},
		AxisLine:  &opts.AxisLine{Show: opts.Bool(false)},
	}
	if cut {
		axis.Scale = opts.Bool(true)
	} else {
		axis.SplitNumber = 2
	}
	return axis
}

func lineStyle(colour, dash string) []charts.SeriesOpts {
	return []charts.SeriesOpts{
		charts.WithLineChartOpts(opts.LineChart{Symbol: "circle", SymbolSize: 6, ShowSymbol: opts.Bool(true)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: colour, Width: 2.5, Type: dash}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: colour}),
	}
}

func monthBar(colour, id string) []charts.SeriesOpts {
	return []charts.SeriesOpts{
		charts.WithSeriesId(id),
		charts.WithBarChartOpts(opts.BarChart{Stack: "reduction", XAxisIndex: 1, YAxisIndex: 1, BarWidth: "46%"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: colour}),
	}
}

// events draws what happened on the time axis: the policy's first month, and the page's window as a shade.
func (b builder) events(keys []string) []charts.SeriesOpts {
	var options []charts.SeriesOpts
	has := func(m period.Period) bool {
		for _, key := range keys {
			if key == m.String() && key != "" {
				return true
			}
		}
		return false
	}
	var marks []opts.MarkLineNameXAxisItem
	for _, line := range b.eventLines() {
		if has(line.Period) {
			marks = append(marks, opts.MarkLineNameXAxisItem{Name: line.Number, XAxis: line.Period.String()})
		}
	}
	if first := b.o.Stamp.FirstEffect; len(marks) == 0 && has(first) {
		marks = append(marks, opts.MarkLineNameXAxisItem{Name: b.p.T("web.event.policy", "month", Month(b.p, first)), XAxis: first.String()})
	}
	if len(marks) > 0 {
		options = append(options,
			charts.WithMarkLineNameXAxisItemOpts(marks...),
			charts.WithMarkLineStyleOpts(opts.MarkLineStyle{
				Symbol:    []string{"none", "none"},
				LineStyle: &opts.LineStyle{Color: colourText, Type: "solid", Width: 1.2},
				Label:     &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Position: "end", Color: colourText, FontWeight: "bold"},
			}))
	}
	if w := b.o.View.Window; has(w.From) && has(w.To) && w.From != w.To {
		options = append(options,
			charts.WithMarkAreaNameXAxisItemOpts(opts.MarkAreaNameXAxisItem{XAxis: w.From.String()}),
			charts.WithMarkAreaStyleOpts(opts.MarkAreaStyle{ItemStyle: &opts.ItemStyle{Color: colourWindow}}))
		options = append(options, charts.WithSeriesOpts(func(s *charts.SingleSeries) {
			s.MarkAreas.Data = []any{[]opts.MarkAreaNameXAxisItem{{XAxis: w.From.String()}, {XAxis: w.To.String()}}}
		}))
	}
	return options
}

// yuan says that amounts are in yuan, which tips write to the fen.
func (b builder) yuan() string { return b.p.T("web.unit_of_table", "unit", b.p.T("web.unit.yuan")) }

// burdenTip is what hovering shows about one set of burdens: exact to the fen.
func (b builder) burdenTip(title string, r queries.Sums) Tip {
	p := b.p
	return Tip{Title: title, Unit: b.yuan(), Rows: []TipLine{
		{Name: p.T("web.series.old"), Value: exact(r.Old), Mark: colourOld},
		{Name: p.T("web.series.new"), Value: exact(r.New), Mark: colourNew},
		{Name: p.T("web.series.charged"), Value: exact(r.Charged), Mark: colourCharged},
		{Name: p.T("web.column.due"), Value: exact(r.Due())},
		{Name: p.T("web.column.real"), Value: exact(r.Real())},
		{Name: p.T("web.column.delivered"), Value: exact(r.Delivered), Mark: colourReal},
		{Name: p.T("web.column.overcharged"), Value: exact(r.Overcharged), Mark: colourShortfall},
		{Name: p.T("web.column.undercharged"), Value: exact(r.Undercharged), Mark: colourUnder},
		{Name: p.T("web.column.rate"), Value: rate(p, r.Delivered, r.Entitled)},
	}}
}
