package dashboards

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// treemapItem is a member in a treemap: its area is the due reduction, its colour the class of the share that arrived.
type treemapItem struct {
	Name      string          `json:"name"`
	Value     int64           `json:"value"` // fen
	ItemStyle *opts.ItemStyle `json:"itemStyle"`
	Label     *opts.Label     `json:"label"`
}

// treemap draws what is due to each member of a dimension as areas. Members to which nothing is due have none.
func (b builder) treemap(d breakdown, id string) *Chart {
	chart := &Chart{ID: id, Height: max(480, heightFor(len(d.rows), 30, 76)), Names: map[string]string{}, Tips: map[string]Tip{},
		Description: b.p.T("web.aria.treemap", "count", len(d.rows), "lead", b.rankingLead(d))}
	var items []treemapItem
	for _, r := range b.shown(d) {
		class := classOf(r.Reach)
		items = append(items, treemapItem{Name: r.Key, Value: fen(r.Entitled),
			ItemStyle: &opts.ItemStyle{Color: "var(--c-map-" + class + ")"},
			Label:     &opts.Label{Show: opts.Bool(true), Formatter: fnName, Color: "var(--on-map-" + class + ")"}})
		chart.Names[r.Key] = d.names[r.Key] + "\n" + rate(b.p, r.Delivered, r.Entitled)
		chart.Tips[r.Key] = b.memberTip(d.names[r.Key], r)
		chart.lead(r.Key, b.link.to(d.counts, r.Key))
	}
	if len(items) < 2 {
		return nil
	}
	drawn := charts.NewTreeMap()
	drawn.SetGlobalOptions(common(chart.Description, "item", false)...)
	drawn.AddSeries(b.p.T("web.column.due"), nil, charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Data = items }))
	drawn.Validate()
	chart.Option = drawn.JSON()
	return chart
}

// Tile is a region as a square of its own, where there is no map, or beside it: all of the same size, in the order of
// their codes, so that each has its place.
type Tile struct {
	Name  string
	Rate  string
	Class string
	Hover string
	Link  string
}

func (b builder) tiles() []Tile {
	d := b.regionBreakdown()
	tiles := make([]Tile, 0, len(b.o.ByRegion))
	for _, r := range byKey(b.o.ByRegion) {
		tile := Tile{Name: shortNames(d.names)[r.Key], Class: "0", Rate: Concealed}
		if !b.hidden.Of(d.counts, r.Key) {
			tile.Rate, tile.Link = rate(b.p, r.Delivered, r.Entitled), b.link.to(d.counts, r.Key)
			tile.Hover = b.p.T("web.tile.hover", "name", d.names[r.Key], "due", exact(r.Due()), "real", exact(r.Real()), "over", exact(r.Overcharged), "under", exact(r.Undercharged))
			if r.Entitled > 0 {
				tile.Class = classOf(r.Reach)
			}
		}
		tiles = append(tiles, tile)
	}
	return tiles
}
