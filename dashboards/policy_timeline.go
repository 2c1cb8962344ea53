package dashboards

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// mostTracks is how many lines a timeline draws; the table has all.
const mostTracks = 48

// trackBar is one row of a track on the timeline.
type trackBar struct {
	months period.Range
	label  string // on the bar
	tip    TipLine
	fill   string // name of the colour's token
}

// timelineTrack is one line of the timeline.
type timelineTrack struct {
	title string
	bars  []trackBar
}

// timeline draws the rows of tracks as bars from their first to their last month, and gaps between rates where the check
// sees them, and lists every row.
func (b policyBuilder) timeline(id string, tracks []policy.Track, doubts []policy.Doubt) Block {
	p := b.p
	block := Block{ID: id, Title: p.T("web.policy.block." + id), Note: p.T("web.policy.note." + id)}
	if id == "rates" {
		block.Table = b.rateTable(tracks)
	} else {
		block.Table = b.limitTable(tracks)
	}
	var lines []timelineTrack
	for _, t := range tracks {
		lines = append(lines, b.trackLine(t))
	}
	for _, d := range doubts {
		if d.Insurance != 0 {
			lines = append(lines, timelineTrack{b.keys(policy.Track{Area: d.Area, Insurance: d.Insurance, Payer: d.Payer}), []trackBar{{d.Months, p.T("web.policy.gap"),
				TipLine{Name: b.months(d.Months), Value: p.T("web.policy.gap"), Mark: colourShortfall}, "state-none"}}})
		}
	}
	if len(lines) == 0 {
		block.Lead = p.T("web.policy.no_rows", "area", b.area(b.asked.Area))
		return block
	}
	if len(lines) > mostTracks {
		block.Lead = p.T("web.policy.first_tracks", "shown", mostTracks, "all", len(lines))
		lines = lines[:mostTracks]
	}
	block.Chart = b.timelineChart(id, block.Title, lines)
	return block
}

// keys name for whom a track holds: "养老保险 单位 · 江苏省 · 机关事业单位".
func (b policyBuilder) keys(t policy.Track) string {
	var parts []string
	first := b.p.T("web.policy.all_insurances")
	if t.Insurance != 0 {
		first = b.word("insurance", t.Insurance.String())
	}
	if t.Payer != 0 {
		first += " " + b.word("payer", t.Payer.String())
	}
	parts = append(parts, first)
	if t.Area != "" && filter.AreaPrefix(t.Area) != filter.AreaPrefix(b.asked.Area) {
		parts = append(parts, b.area(t.Area))
	}
	if t.Kind != 0 {
		parts = append(parts, b.word("unit_kind", t.Kind.String()))
	}
	if t.Size != 0 {
		parts = append(parts, b.word("size", t.Size.String()))
	}
	if t.RiskClass != 0 {
		parts = append(parts, b.p.T("web.policy.risk", "class", int(t.RiskClass)))
	}
	return strings.Join(parts, " · ")
}

// trackLine is a track as a line: a bar a row, its document in what hovering shows.
func (b policyBuilder) trackLine(t policy.Track) timelineTrack {
	line := timelineTrack{title: b.keys(t)}
	fill, mark := "state-no_due", colourNeutral
	if t.Measure != "" {
		fill, mark = "state-full", colourReal
		line.title += " · " + b.measure(t.Measure)
	}
	add := func(r policy.Row, label string) {
		line.bars = append(line.bars, trackBar{r.Range(), label, TipLine{Name: b.months(r.Range()) + "　" + label,
			Value: b.p.T("web.policy.tip", "document", orDash(r.DocumentNo), "checked", orDash(r.CheckedOn)), Mark: mark}, fill})
	}
	for _, r := range t.Rates {
		label := r.Rate.Percent()
		if r.IsFactor {
			label = "× " + r.Factor.String()
		}
		if r.Elective {
			label += b.p.T("web.policy.elective_mark")
		}
		add(r.Row, label)
	}
	for _, r := range t.Bases {
		add(r.Row, b.limits(r))
	}
	return line
}

// limits write floor and cap: "3,368 — 16,842".
func (b policyBuilder) limits(r *policy.BaseRow) string {
	floor, ceiling := NotApplicable, NotApplicable
	if r.HasFloor {
		floor = exact(r.Floor)
	}
	if r.HasCap {
		ceiling = exact(r.Cap)
	}
	return b.p.T("web.policy.limits", "floor", floor, "cap", ceiling)
}

// months writes the months of a row: "2019-05 起", "2019-05 至 2020-04".
func (b policyBuilder) months(r period.Range) string {
	if r.To == 0 {
		return b.p.T("web.policy.since", "from", r.From)
	}
	return b.p.T("web.policy.between", "from", r.From, "to", r.To)
}

// timelineChart draws the lines. Months are counted from the first January; bars of one line are stacked with unseen
// ones between them.
func (b policyBuilder) timelineChart(id, title string, lines []timelineTrack) *Chart {
	p := b.p
	first, last := lines[0].bars[0].months.From, max(b.asked.DataTo, b.asked.Month)
	most := 0
	for _, line := range lines {
		for _, bar := range line.bars {
			first, last = min(first, bar.months.From), max(last, bar.months.From, bar.months.To)
		}
		most = max(most, len(line.bars))
	}
	start, years := period.Of(first.Year(), 1), last.Year()-first.Year()+1
	chart := &Chart{ID: id, Height: min(1200, heightFor(len(lines), 36, 60)), Names: map[string]string{}, Tips: map[string]Tip{},
		Description: p.T("web.policy.aria", "title", title, "count", len(lines), "from", first, "to", last)}
	for year := range years + 1 {
		chart.Names[strconv.Itoa(12*year)] = strconv.Itoa(start.Year() + year)
	}
	var keys []string
	spaces, bars := make([][]opts.BarData, most), make([][]opts.BarData, most)
	for i, line := range lines {
		key := "t" + strconv.Itoa(i)
		keys = append(keys, key)
		chart.Names[key] = line.title
		tip := Tip{Title: line.title}
		at := 0
		for k := range most {
			if k >= len(line.bars) {
				spaces[k], bars[k] = append(spaces[k], opts.BarData{Value: 0}), append(bars[k], opts.BarData{Value: 0})
				continue
			}
			bar := line.bars[k]
			from, to := bar.months.From.Since(start), 12*years
			if bar.months.To != 0 {
				to = bar.months.To.Since(start) + 1
			}
			from = max(from, at) // of rows that overlap the later begins where the earlier ends; the findings say so
			to = max(to, from)
			label := &opts.Label{Show: opts.Bool(to-from >= 4), Position: "insideLeft", Formatter: bar.label, Color: "var(--on-" + bar.fill + ")"}
			spaces[k] = append(spaces[k], opts.BarData{Value: from - at})
			bars[k] = append(bars[k], opts.BarData{Value: to - from, Label: label, ItemStyle: &opts.ItemStyle{Color: "var(--c-" + bar.fill + ")", BorderColor: "var(--card)"}})
			tip.Rows = append(tip.Rows, bar.tip)
			at = to
		}
		chart.Tips[key] = tip
	}
	axis := valueAxis(fnName)
	axis.Min, axis.Max = 0, 12*years
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(common(chart.Description, "axis", false),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "24", Top: "8", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(wrappedNames(340)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	for k := range most {
		n := strconv.Itoa(k)
		bar.AddSeries("", spaces[k], append(barStyle("time", "transparent"), charts.WithSeriesId("hidden"+n))...)
		bar.AddSeries("", bars[k], append(barStyle("time", colourNeutral), charts.WithSeriesId("row"+n))...)
	}
	bar.Validate()
	chart.Option = everyYear(bar.JSON())
	return chart
}

// everyYear puts a mark on each January of the axis, which the library's options cannot say.
func everyYear(option map[string]any) map[string]any {
	var axes []map[string]any
	text, err := json.Marshal(option["xAxis"])
	if err != nil || json.Unmarshal(text, &axes) != nil || len(axes) == 0 {
		return option
	}
	axes[0]["interval"] = 12
	option["xAxis"] = axes
	return option
}

// rateTable lists the rows of rates.csv.
func (b policyBuilder) rateTable(tracks []policy.Track) Table {
	p := b.p
	t := Table{ID: "rates", Title: p.T("web.policy.block.rates")}
	t.Columns = []Column{
		{"insurance", p.T("web.column.insurance"), KindText}, {"payer", p.T("web.policy.column.payer"), KindText},
		{"area", p.T("web.column.code"), KindCode}, {"region", p.T("web.column.region"), KindText}, {"unit_kind", p.T("web.column.unit_kind"), KindText},
		{"size", p.T("web.column.size"), KindText}, {"risk_class", p.T("web.policy.column.risk"), KindText},
		{"from", p.T("web.policy.column.from"), KindText}, {"to", p.T("web.policy.column.to"), KindText},
		{"rate", p.T("web.policy.column.rate"), KindPercent}, {"factor", p.T("web.policy.column.factor"), KindText},
		{"measure", p.T("web.column.measure"), KindText}, {"elective", p.T("web.policy.column.elective"), KindText},
		{"document_no", p.T("web.policy.column.document"), KindText}, {"checked_on", p.T("web.policy.column.checked"), KindText},
		{"line", p.T("web.policy.column.line"), b.rowKind()},
	}
	for _, k := range tracks {
		for _, r := range k.Rates {
			risk, rate, factor := textCell(b.p.T("web.policy.any")), Cell{Text: NotApplicable}, Cell{Text: NotApplicable}
			if r.RiskClass != 0 {
				risk = textCell(strconv.Itoa(int(r.RiskClass)))
			}
			if r.IsFactor {
				factor = textCell(r.Factor.String())
			} else {
				rate = Cell{Text: r.Rate.Percent(), Raw: r.Rate.Percent()}
			}
			t.Rows = append(t.Rows, append([]Cell{
				textCell(b.word("insurance", r.Insurance.String())), textCell(b.word("payer", r.Payer.String())), textCell(r.Area), textCell(b.area(r.Area)),
				textCell(b.word("unit_kind", r.Kind.String())), textCell(b.word("size", r.Size.String())), risk,
				textCell(r.From.String()), textCell(b.until(r.To)), rate, factor}, b.provenance(r.Row)...))
		}
	}
	return t
}

// limitTable lists the rows of bases.csv.
func (b policyBuilder) limitTable(tracks []policy.Track) Table {
	p := b.p
	t := Table{ID: "limits", Title: p.T("web.policy.block.limits"), Unit: newUnit(p, 100, "yuan")}
	t.Columns = []Column{
		{"insurance", p.T("web.column.insurance"), KindText}, {"area", p.T("web.column.code"), KindCode}, {"region", p.T("web.column.region"), KindText},
		{"unit_kind", p.T("web.column.unit_kind"), KindText}, {"from", p.T("web.policy.column.from"), KindText}, {"to", p.T("web.policy.column.to"), KindText},
		{"floor", p.T("web.policy.column.floor"), KindMoney}, {"cap", p.T("web.policy.column.cap"), KindMoney},
		{"rounding", p.T("web.policy.column.rounding"), KindText}, {"average_wage", p.T("web.policy.column.average"), KindText},
		{"measure", p.T("web.column.measure"), KindText}, {"elective", p.T("web.policy.column.elective"), KindText},
		{"document_no", p.T("web.policy.column.document"), KindText}, {"checked_on", p.T("web.policy.column.checked"), KindText},
		{"line", p.T("web.policy.column.line"), b.rowKind()},
	}
	for _, k := range tracks {
		for _, r := range k.Bases {
			floor, ceiling := Cell{Text: NotApplicable}, Cell{Text: NotApplicable}
			if r.HasFloor {
				floor = t.Unit.cell(r.Floor)
			}
			if r.HasCap {
				ceiling = t.Unit.cell(r.Cap)
			}
			t.Rows = append(t.Rows, append([]Cell{
				textCell(b.word("insurance", r.Insurance.String())), textCell(r.Area), textCell(b.area(r.Area)), textCell(b.word("unit_kind", r.Kind.String())),
				textCell(r.From.String()), textCell(b.until(r.To)), floor, ceiling, textCell(p.T("policy.rounding." + r.Rounding.String())),
				textCell(orDash(r.AverageWage))}, b.provenance(r.Row)...))
		}
	}
	return t
}

// provenance are the last columns of both tables.
func (b policyBuilder) provenance(r policy.Row) []Cell {
	elective := NotApplicable
	if r.Elective {
		elective = b.p.T("web.policy.yes")
	}
	return []Cell{textCell(b.measure(r.Measure)), textCell(elective), textCell(orDash(r.DocumentNo)), textCell(orDash(r.CheckedOn)), textCell(strconv.Itoa(r.Line))}
}
