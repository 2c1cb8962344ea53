package dashboards

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/region"
	"jianfu/queries"
)

// Overview is the contents of the first page.
type Overview struct {
	Title    string // subject and region
	Place    string // the region's name
	Headline string // the conclusion in one sentence; figures stand between Strong marks
	Region   string // the region that the page is about, "" for several provinces
	Empty    bool   // no unit has a record in the window
	Withheld bool   // all of it is about too few persons, and nothing is shown
	Deep     bool   // it is narrowed by more at once than this reader is shown, and nothing is shown
	Note     string // what the mark of a figure that is not shown means; "" where there is none
	KPIs     []KPI

	Findings      Findings
	Spotlights    []Spotlight
	SmallAndMicro *queries.Sums // nil where there is no such card
	Events        []EventLine   // of the policy, as the months' chart numbers them

	Months     Block
	Measures   Block
	Regions    Block
	Map        *Chart // beside the regions' bars; nil where they are not one region's parts
	MapLegend  []LegendItem
	Tiles      []Tile
	Treemap    *Chart       // beside the industries' bars
	Classes    []LegendItem // of the tiles and the treemap
	Industries Block
	Sizes      Block
	States     Block
	Insurances Block
	Others     []Block // by what else units are divided by, in the order of dimensions
	Reasons    Block
	Bands      Bands
}

// StrongStart and StrongEnd stand around the figures of a sentence that a page may print bold.
const (
	StrongStart = "\x0e"
	StrongEnd   = "\x0f"
)

// Block is one part of a page: a title, what to read from it, the chart and its table.
type Block struct {
	ID    string
	Title string
	Lead  string // one finding in words, "" where there is none
	Note  string
	Chart *Chart // nil where there is nothing to draw
	Table Table
}

// KPI is one indicator card.
type KPI struct {
	ID    string
	Name  string
	Value string
	Unit  string
	Hover string // the exact amount
	Notes []string
	Tone  Tone
	Word  string  // 减负 or 增负, so that colour is never alone
	Share float32 // 0 to 100, of a bar under the value; negative for none
	Parts []Part  // a bar of several parts

	Against *Against // beside another window or the month before; nil where cards have none
}

// Part is one part of a card's bar, in percent of the whole, with its place from the left.
type Part struct {
	ID          string
	Name        string
	Count       string
	From, Width float32
}

// StampItem is one fact about where the figures come from.
type StampItem struct{ Name, Value string }

// LegendItem is one class of a legend; Class is its colour's number in the style sheet.
type LegendItem struct {
	Class string
	Text  string
}

// Blocks lists the blocks in the page's order.
func (o *Overview) Blocks() []*Block {
	all := []*Block{&o.Months, &o.States, &o.Measures, &o.Reasons, &o.Regions, &o.Industries, &o.Sizes, &o.Insurances}
	for i := range o.Others {
		all = append(all, &o.Others[i])
	}
	return append(all, &o.Bands.Block)
}

// Charts lists the charts that the page draws.
func (o *Overview) Charts() []*Chart {
	var drawn []*Chart
	for _, b := range o.Blocks() {
		if b.Chart != nil {
			drawn = append(drawn, b.Chart)
		}
	}
	for _, beside := range []*Chart{o.Map, o.Treemap} {
		if beside != nil {
			drawn = append(drawn, beside)
		}
	}
	return drawn
}

// Table finds a table by its ID.
func (o *Overview) Table(id string) (Table, bool) {
	for _, b := range o.Blocks() {
		if b.Table.ID == id {
			return b.Table, true
		}
	}
	return Table{}, false
}

// Linker gives the address one step down from a mark, named by pairs of a dimension and a key: ("region", "320100"),
// ("size", "small", "state", "none"). Dimensions are those of queries.Members, and month, state, reason and total. It
// is "" where there is nothing below for the reader. The nil Linker leads nowhere.
type Linker func(marks ...string) string

// to is the address of a mark.
func (l Linker) to(marks ...string) string {
	if l == nil {
		return ""
	}
	return l(marks...)
}

// builder carries what all parts of a page need.
type builder struct {
	p      *i18n.Printer
	names  Names
	o      queries.Overview
	hidden Hidden
	link   Linker
	rank   string // by what regions and industries are ordered, the worst first; "" for the first of Rankings
	versus *Versus
}

// NewOverview makes the contents of the first page in the printer's language, of what Conceal left of the figures.
func NewOverview(o queries.Overview, hidden Hidden, link Linker, p *i18n.Printer) *Overview {
	return NewRankedOverview(Reading{Overview: o, Hidden: hidden, Link: link}, Rankings[0], p)
}

// NewRankedOverview is NewOverview with its regions and industries ordered by one of Rankings.
func NewRankedOverview(r Reading, rank string, p *i18n.Printer) *Overview {
	return builder{p, NewNames(p), r.Overview, r.Hidden, r.Link, rank, r.Versus}.overview()
}

func (b builder) overview() *Overview {
	p, o, hidden := b.p, b.o, b.hidden
	code, _ := b.place()
	place := b.subject()
	page := &Overview{
		Title:    p.T("web.overview.title", "place", place),
		Place:    place,
		Region:   code,
		Empty:    o.Total.Units == 0 && !hidden.All(),
		Withheld: hidden.All(),
		Deep:     hidden.Deep,
		KPIs:     b.compare(b.kpis()),
		Headline: b.headline(place),
	}
	if hidden.Any() {
		page.Note = p.T("web.note.concealed", "least", hidden.Least)
	}
	page.Months = b.months()
	page.Measures = b.measures()
	page.Reasons = b.reasons()
	page.States = b.states()
	page.Regions = b.ranking(b.regionBreakdown())
	page.Map, page.MapLegend = b.regionMap(code)
	page.Tiles, page.Classes = b.tiles(), mapLegend(p)
	page.Industries = b.ranking(b.industryBreakdown())
	page.Treemap = b.treemap(b.industryBreakdown(), "treemap")
	page.Bands = b.bands()
	page.Events = b.eventLines()
	page.Spotlights = b.spotlights()
	if row, ok := b.smallAndMicro(); ok {
		page.SmallAndMicro = &row.Sums
	}
	page.Findings = b.findings()
	page.Others = make([]Block, len(others()))
	for _, d := range dimension.Lists() {
		*page.of(d) = b.ranking(b.wordBreakdown(d.Plural, d, d.Words))
	}
	page.close(b)
	return page
}

// of is the block of a dimension.
func (o *Overview) of(d *dimension.Dimension) *Block {
	switch d {
	case dimension.Regions:
		return &o.Regions
	case dimension.Industries:
		return &o.Industries
	case dimension.Sizes:
		return &o.Sizes
	case dimension.Insurances:
		return &o.Insurances
	}
	return &o.Others[slices.Index(others(), d)]
}

// others are the dimensions of units that have no place of their own on pages.
func others() []*dimension.Dimension {
	return slices.DeleteFunc(dimension.OfUnits(), func(d *dimension.Dimension) bool { return d == dimension.Sizes })
}

// close says of the blocks that would narrow the view by too much at once that they are not shown to this reader.
func (o *Overview) close(b builder) {
	blocks := map[string]*Block{queries.AxisReason: &o.Reasons}
	for _, d := range dimension.All {
		blocks[d.Below] = o.of(d)
	}
	for by, block := range blocks {
		if b.hidden.Closed(by) && !b.hidden.All() {
			*block = Block{ID: block.ID, Title: block.Title, Note: b.p.T("web.note.closed"), Table: block.Table}
		}
	}
	if b.hidden.Closed("size") {
		o.States.Note = b.p.T("web.note.closed")
	}
	if b.hidden.Closed("region") {
		o.Map, o.MapLegend = nil, nil
	}
}

// place is the region whose parts the regions' rows are, and its name; "" where they are parts of several regions.
func (b builder) place() (code, name string) {
	if b.o.Region != "" {
		return b.o.Region, region.NameIn(b.p.Language(), b.o.Region)
	}
	for i, r := range b.o.ByRegion {
		parent := region.Parent(r.Key)
		if parent == "" && r.Key != "" && region.Level(r.Key) == region.Province {
			parent = r.Key
			if len(b.o.ByRegion) > 1 {
				return "", b.p.T("web.nation")
			}
		}
		switch {
		case parent == "" || !region.Known(r.Key):
			continue
		case i == 0 || code == "":
			code = parent
		case code != parent && region.Level(r.Key) == region.County:
			return "", b.severalPlaces()
		case code != parent:
			code = region.ProvinceOf(code)
			if code == "" || region.ProvinceOf(parent) != code {
				return "", b.p.T("web.nation")
			}
		}
	}
	if code == "" {
		return "", b.p.T("web.all_units")
	}
	return code, region.NameIn(b.p.Language(), code)
}

// mostPlaces is how many regions a title names one by one.
const mostPlaces = 3

// severalPlaces names the cities whose counties a reader of some cities sees, and a county that is alone by itself.
func (b builder) severalPlaces() string {
	counties := map[string][]string{}
	for _, r := range b.o.ByRegion {
		if parent := region.Parent(r.Key); parent != "" {
			counties[parent] = append(counties[parent], r.Key)
		}
	}
	var names []string
	for _, parent := range slices.Sorted(maps.Keys(counties)) {
		if len(counties[parent]) == 1 {
			parent = counties[parent][0]
		}
		names = append(names, b.names.Region(parent))
	}
	if len(names) > mostPlaces {
		return b.p.T("web.members.kin.unknown", "count", len(names))
	}
	return strings.Join(names, b.p.T("web.list_separator"))
}

// words are the identifiers of a code list, in its order.
func words[T interface{ String() string }](list []T) []string {
	ids := make([]string, len(list))
	for i, item := range list {
		ids[i] = item.String()
	}
	return ids
}

// breakdown is one way of dividing the whole: its rows in the order of the page, with their names.
type breakdown struct {
	id     string // of the block, the chart and the download
	word   string // of the column and the texts
	counts string // as persons are counted by it
	rows   []queries.MemberRow
	names  map[string]string
	states bool // whether its units have states
	width  int  // of the names in the chart, in pixels
	height int  // of the chart at least
}

func (b builder) regionBreakdown() breakdown {
	d := breakdown{id: "regions", word: "region", counts: "region", states: true, width: 110, height: 520, names: map[string]string{}}
	d.rows = b.worstFirst(byDue(b.o.ByRegion), "region")
	for _, r := range d.rows {
		d.names[r.Key] = b.names.Region(r.Key)
	}
	return d
}

func (b builder) industryBreakdown() breakdown {
	d := breakdown{id: "industries", word: "industry", counts: "section", states: true, width: 200, names: map[string]string{}}
	d.rows = b.worstFirst(byDue(b.o.ByIndustry), "section")
	for _, r := range d.rows {
		d.names[r.Key] = b.names.Industry(r.Key)
	}
	return d
}

// wordBreakdown is a dimension whose members are words of a short code list, in an order.
func (b builder) wordBreakdown(id string, of *dimension.Dimension, order []string) breakdown {
	d := breakdown{id: id, word: of.ID, counts: of.ID, states: !of.Shared, width: 132, rows: ordered(*b.o.Of(of), order), names: map[string]string{}}
	for _, r := range d.rows {
		d.names[r.Key] = b.names.Member(of.ID, r.Key)
	}
	return d
}

// ordered are rows in the order of a list.
func ordered(rows []queries.MemberRow, order []string) []queries.MemberRow {
	return slices.SortedStableFunc(slices.Values(rows), func(x, y queries.MemberRow) int {
		return cmp.Compare(place(order, x.Key), place(order, y.Key))
	})
}

// place is the position in a list, behind its end for what is not in it.
func place(order []string, key string) int {
	if i := slices.Index(order, key); i >= 0 {
		return i
	}
	return len(order)
}

// byKey orders members by their key.
func byKey(rows []queries.MemberRow) []queries.MemberRow {
	return slices.SortedFunc(slices.Values(rows), func(x, y queries.MemberRow) int { return strings.Compare(x.Key, y.Key) })
}

// byDue orders members by due reduction, largest first; equal ones by key.
func byDue(rows []queries.MemberRow) []queries.MemberRow {
	return slices.SortedFunc(slices.Values(rows), func(x, y queries.MemberRow) int {
		return cmp.Or(cmp.Compare(y.Due(), x.Due()), strings.Compare(x.Key, y.Key))
	})
}

// largest is the largest of some amounts, by absolute value.
func largest(amounts ...money.Fen) money.Fen {
	var most money.Fen
	for _, f := range amounts {
		most = max(most, abs(f))
	}
	return most
}

// windowed tells whether a month lies in the page's window.
func (b builder) windowed(m period.Period) bool { return b.o.View.Window.Contains(m) }

// byAmount orders reasons by what they add, largest first, then by what they take away; equal ones by name; what is merged
// of them last.
func byAmount(rows []queries.ReasonRow) []queries.ReasonRow {
	last := func(r queries.ReasonRow) int {
		if r.Reason == MergedReasons {
			return 1
		}
		return 0
	}
	return slices.SortedFunc(slices.Values(rows), func(x, y queries.ReasonRow) int {
		return cmp.Or(cmp.Compare(last(x), last(y)), cmp.Compare(y.More, x.More), cmp.Compare(x.Less, y.Less), strings.Compare(x.Reason, y.Reason))
	})
}
