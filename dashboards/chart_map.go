package dashboards

import (
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/i18n"
	"jianfu/internal/region"
	"jianfu/queries"
)

// mapClasses are the classes of the map, by the share of the due reduction that arrived, in tenths of a percent, with
// the number of its colour. They are fixed: a class means the same for a province and for a county, this year and next.
var mapClasses = []struct {
	from  int64
	class string
	text  string
}{
	{990, "5", "web.map.class_5"},
	{970, "4", "web.map.class_4"},
	{950, "3", "web.map.class_3"},
	{900, "2", "web.map.class_2"},
	{-1 << 62, "1", "web.map.class_1"},
}

// mapItem is an area of the map; boundaries are joined by its region code, never by its name.
type mapItem struct {
	Name      string          `json:"name"`
	Value     int64           `json:"value"` // tenths of a percent
	ItemStyle *opts.ItemStyle `json:"itemStyle"`
	Label     *opts.Label     `json:"label"`
}

// regionMap colours the parts of a region by the share of the due reduction that arrived. There is none where the
// parts do not lie in one region.
func (b builder) regionMap(code string) (*Chart, []LegendItem) {
	if len(b.o.ByRegion) == 0 || code == "" && region.Level(b.o.ByRegion[0].Key) != region.Province {
		return nil, nil
	}
	if region.Level(code) == region.County {
		return nil, nil // there is nothing below it to colour
	}
	p, place := b.p, b.names.Region(code)
	if code == "" {
		code, place = "100000", p.T("web.nation")
	}
	d := b.regionBreakdown()
	chart := &Chart{
		ID: "map", Map: code, Height: 520, Names: shortNames(d.names), Tips: map[string]Tip{},
		Description: p.T("web.aria.map", "place", place, "count", len(d.rows), "lead", b.rankingLead(d)),
	}
	var items []mapItem
	for _, r := range d.rows {
		if b.hidden.Of(d.counts, r.Key) {
			chart.Places = append(chart.Places, Place{Key: r.Key, Name: d.names[r.Key], Text: Concealed, Class: "0"})
			chart.Tips[r.Key] = b.concealedTip(d.names[r.Key])
			continue
		}
		chart.Tips[r.Key] = b.memberTip(d.names[r.Key], r)
		chart.lead(r.Key, b.link.to(d.counts, r.Key))
		chart.Places = append(chart.Places, b.mapPlace(d, r))
		if r.Entitled <= 0 {
			continue
		}
		class := classOf(r.Reach)
		items = append(items, mapItem{
			Name: r.Key, Value: permille(r.Delivered, r.Entitled),
			ItemStyle: &opts.ItemStyle{AreaColor: "var(--c-map-" + class + ")", Color: "var(--c-map-" + class + ")"},
			Label:     &opts.Label{Show: opts.Bool(true), Formatter: fnName, Color: "var(--on-map-" + class + ")"},
		})
	}
	drawn := charts.NewMap()
	drawn.RegisterMapType(code)
	drawn.SetGlobalOptions(common(chart.Description, "item", false)...)
	drawn.AddSeries(p.T("web.column.rate"), nil,
		charts.WithItemStyleOpts(opts.ItemStyle{AreaColor: "var(--c-map-0)", BorderColor: "var(--map-line)", BorderWidth: 1}),
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(false)}),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Data = items }),
	)
	drawn.Validate()
	chart.Option = drawn.JSON()
	return chart, mapLegend(p)
}

// Place is a member of a map with its figures in words, for where it has no area on the map.
type Place struct{ Key, Name, Text, Class, Link string }

// mapPlace says of a region what its area would show: which part of the cut arrived, and what was charged too much and too little.
func (b builder) mapPlace(d breakdown, r queries.MemberRow) Place {
	place := Place{Key: r.Key, Name: d.names[r.Key], Class: "0", Link: b.link.to(d.counts, r.Key)}
	if r.Entitled > 0 {
		place.Class = classOf(r.Reach)
	}
	unit := figureUnit(b.p, r.Entitled).beside(b.p, r.Overcharged, r.Undercharged)
	place.Text = b.p.T("web.map.place", "rate", percent(b.p, r.Delivered, r.Entitled), "due", figureUnit(b.p, r.Entitled).WithName(r.Entitled),
		"over", unit.WithName(r.Overcharged), "under", unit.WithName(r.Undercharged))
	return place
}

// mapLegend lists the classes, the best first.
func mapLegend(p *i18n.Printer) []LegendItem {
	var legend []LegendItem
	for _, c := range mapClasses {
		legend = append(legend, LegendItem{Class: c.class, Text: p.T(c.text)})
	}
	return append(legend, LegendItem{Class: "0", Text: p.T("web.map.class_0")})
}

// shortNames leaves 市 away from the names of cities, as maps do.
func shortNames(names map[string]string) map[string]string {
	short := map[string]string{}
	for key, name := range names {
		short[key] = name
		if cut, ok := strings.CutSuffix(name, "市"); ok && len([]rune(cut)) > 1 {
			short[key] = cut
		}
	}
	return short
}

func classOf(r queries.Reach) string {
	n := permille(r.Delivered, r.Entitled)
	for _, c := range mapClasses {
		if n >= c.from {
			return c.class
		}
	}
	return "1"
}
