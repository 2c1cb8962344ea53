package dashboards

import (
	"slices"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/money"
	"jianfu/queries"
)

// mostRanked is how many members a ranking draws; its table has all of them.
const mostRanked = 40

// fewRanked is how many a ranking may have to stand beside one card; a longer one stands beside two.
const fewRanked = 14

// Few tells whether the ranking is a short one.
func (m *Member) Few() bool { return len(m.Ranked) <= fewRanked }

// cuts are where the axis of shares may begin, in tenths of a percent.
var cuts = []int64{950, 900, 800, 700, 500, 0}

// cutBelow is the highest cut below all shares, so that shares that lie close together can be told apart.
func cutBelow(shares []int64) int64 {
	for _, cut := range cuts {
		if !slices.ContainsFunc(shares, func(n int64) bool { return n <= cut }) {
			return cut
		}
	}
	return 0
}

// ranking draws the member and its like as bars by the chosen measure; nil where there is nobody to compare with.
func (s standing) ranking() *Block {
	if len(s.rows) < 2 {
		return nil
	}
	p, by := s.p, s.f.Rank
	rows, places := s.fromTheWorst(by)
	block := &Block{ID: "ranking", Title: p.T("web.members.ranking." + by), Table: s.table(rows, places)}
	if place := s.place(by); place != "" {
		block.Lead = p.T("web.members.lead.ranking", "name", s.of.member(s.f.By, noIndustry(s.f.Key)), "place", place)
	}
	drawn := s.drawn(rows)
	if len(drawn) < len(rows) {
		block.Note = p.T("web.members.note.most", "most", mostRanked)
	}
	chart := &Chart{
		ID: "ranking", Height: heightFor(max(len(drawn), 8), 27, 60), Names: map[string]string{}, Tips: map[string]Tip{},
		Description: p.T("web.members.aria.ranking", "title", block.Title, "count", len(rows), "lead", block.Lead),
	}
	var keys []string
	var data []opts.BarData
	var shares []int64
	var most money.Fen
	for _, i := range drawn {
		r := rows[i]
		keys = append(keys, r.Key)
		name := s.of.member(s.f.By, r.Key)
		chart.Names[r.Key] = name
		if places[i] > 0 {
			chart.Names[r.Key] = strconv.Itoa(places[i]) + "  " + name
		}
		if s.conceals(r) {
			chart.Tips[r.Key] = s.concealedTip(name)
			data = append(data, opts.BarData{Value: 0, Label: endLabel(Concealed, colourQuiet)})
			continue
		}
		chart.Tips[r.Key] = s.memberTip(name, r)
		if !s.isOwn(r) {
			chart.lead(r.Key, s.of.link.to(s.f.By, r.Key))
		}
		data = append(data, s.bar(by, r))
		if measures["rate"].applies(r.Sums) {
			shares = append(shares, permille(r.Delivered, r.Entitled))
		}
		most = max(most, largest(s.value(by, r.Sums)))
	}
	axis := valueAxis(fnMoney)
	chart.Unit = chartUnit(p, most)
	if by == "rate" {
		axis = valueAxis(fnPercent)
		axis.Max = max(1000, (slices.Max(append(shares, 0))+49)/50*50)
		if cut := cutBelow(shares); cut > 0 {
			axis.Min = cut
			for i := range data {
				if data[i].Label.Formatter == Concealed {
					data[i].Value = cut // at nought it would lie outside, and its sign with it
				}
			}
			block.Note += p.T("web.note.cut_axis", "from", strconv.FormatInt(cut/10, 10)+"%")
		}
		chart.Unit = Unit{}
	} else if by == "change" {
		axis, chart.Unit = valueAxis(fnPercent), Unit{}
	} else {
		for i := range data {
			if label := data[i].Label; label.Formatter == "" {
				label.Formatter = chart.Unit.Text(money.Fen(data[i].Value.(int64)))
			}
		}
	}
	top := "8"
	if by == "rate" {
		top = "28" // above the bars stands what the dashed line is
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(common(chart.Description, "axis", false),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "76", Top: top, Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(nameAxis(map[bool]int{true: 200, false: 132}[s.f.By == queries.ByIndustry])),
	)...)
	bar.SetXAxis(keys).XYReversal()
	bar.AddSeries(p.T("web.members.ranking."+by), data, append(append(barStyle("", colourQuietBar), charts.WithSeriesId("ranking")), s.level(by)...)...)
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

// Colours of a ranking: the member stands out among its like.
const colourQuietBar = "var(--c-kin)"

// drawn are the places of the rows that are drawn: the first ones, and the member wherever it stands.
func (s standing) drawn(rows []queries.MemberRow) []int {
	var drawn []int
	for i, r := range rows {
		if i < mostRanked || s.isOwn(r) {
			drawn = append(drawn, i)
		}
	}
	return drawn
}

// value is what a ranking by amounts draws.
func (s standing) value(by string, r queries.Sums) money.Fen { return amountBy(by, r) }

// amountBy is the amount that members are ranked or cells are shaded by.
func amountBy(by string, r queries.Sums) money.Fen {
	switch by {
	case "due":
		return r.Due()
	case "real":
		return r.Real()
	case "undercharged":
		return r.Undercharged
	}
	return r.Overcharged
}

// bar is one member's; the label of an amount is left to the unit that all share.
func (s standing) bar(by string, r queries.MemberRow) opts.BarData {
	colour, text := colourReal, colourQuiet
	if by == "overcharged" {
		colour = colourShortfall
	} else if by == "undercharged" {
		colour = colourUnder
	}
	data := opts.BarData{Value: fen(s.value(by, r.Sums)), Label: endLabel("", text)}
	if by == "rate" {
		data = opts.BarData{Value: noValue, Label: endLabel(rate(s.p, r.Delivered, r.Entitled), text)}
		if r.Entitled > 0 {
			data.Value = max(0, permille(r.Delivered, r.Entitled))
		}
	}
	if by == "change" {
		data = opts.BarData{Value: noValue, Label: endLabel(change(s.p, r.Old, r.Charged), text)}
		if r.Old > 0 {
			data.Value = permille(r.Real(), r.Old)
		}
	}
	if s.isOwn(r) || s.f.Key == "" {
		data.ItemStyle = &opts.ItemStyle{Color: colour}
	}
	if s.isOwn(r) {
		data.Label.Color, data.Label.FontWeight = colourText, "bold"
	}
	return data
}

// level draws what the whole has across a ranking of shares.
func (s standing) level(by string) []charts.SeriesOpts {
	whole := s.whole
	if s.f.Key == "" {
		whole = &s.o.Total.Sums
	}
	if by != "rate" || whole == nil || whole.Entitled <= 0 {
		return nil
	}
	return []charts.SeriesOpts{
		charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{Name: s.p.T("web.members.whole"), XAxis: permille(whole.Delivered, whole.Entitled)}),
		charts.WithMarkLineStyleOpts(opts.MarkLineStyle{
			Symbol:    []string{"none", "none"},
			LineStyle: &opts.LineStyle{Color: colourText, Type: "dashed", Width: 1},
			Label:     &opts.Label{Show: opts.Bool(true), Position: "start", Color: colourQuiet, FontSize: 12, Formatter: s.p.T("web.members.whole") + " " + rate(s.p, whole.Delivered, whole.Entitled)},
		}),
	}
}

// table is the ranking's: the place by the chosen measure, then the figures of every member.
func (s standing) table(rows []queries.MemberRow, places []int) Table {
	p, total := s.p, s.of.o.Total
	t := Table{ID: "ranking", Title: p.T("web.members.ranking." + s.f.Rank), Unit: tableUnit(p, total.Old)}
	word := map[string]string{queries.ByRegion: "region", queries.ByIndustry: "industry", queries.BySize: "size"}[s.f.By]
	t.Columns = append([]Column{
		{"key", p.T("web.column.code"), KindCode},
		{word, p.T("web.column." + word), KindText},
		{"place", p.T("web.members.column.place"), KindCount},
		{"units", p.T("web.column.units"), KindCount},
	}, s.burdenColumns()...)
	var sum queries.Burden
	for i, r := range rows {
		name := textCell(s.of.member(s.f.By, r.Key))
		if !s.isOwn(r) {
			name = name.to(s.of.link.to(s.f.By, r.Key))
		}
		place := Cell{Text: NotApplicable}
		if places[i] > 0 {
			place = countCell(uint64(places[i])) //nolint:gosec // a rank
		}
		cells := append([]Cell{textCell(r.Key), name, place, countCell(r.Units).to(s.of.link.to(s.f.By, r.Key, "total", ""))}, s.burdenCells(t.Unit, r.Sums)...)
		if s.conceals(r) {
			t.Sums, cells = CheckHidden, concealed(cells, 2)
		}
		t.Rows = append(t.Rows, cells)
		sum = queries.Burden{Old: sum.Old + r.Old, New: sum.New + r.New, Charged: sum.Charged + r.Charged}
	}
	t.Total = append([]Cell{textCell(""), textCell(p.T("web.total")), {Text: NotApplicable}, countCell(total.Units).to(s.of.link.to("total", ""))}, s.burdenCells(t.Unit, total.Sums)...)
	t.check(sum == total.Burden)
	return t
}
