package dashboards

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/contribution"
	"jianfu/internal/disclosure"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/policy"
	"jianfu/internal/region"
	"jianfu/queries"
)

// WhatIf is what a scenario changes, as its page shows it.
type WhatIf struct {
	Title    string
	Change   string   // what was changed, in words
	Changes  []string // each by itself, where there are several
	Headline string   // the conclusion in one sentence; figures stand between Strong marks
	Place    string
	Empty    bool
	Withheld bool
	Note     string
	KPIs     []KPI

	Regions    Block
	Industries Block
	Sizes      Block
}

// Table finds a table by its ID.
func (w *WhatIf) Table(id string) (Table, bool) {
	for _, b := range []*Block{&w.Regions, &w.Industries, &w.Sizes} {
		if b.Table.ID == id {
			return b.Table, true
		}
	}
	return Table{}, false
}

// NewMovedDecisions decides on what a scenario moves, for each month and step of the grid of limits by itself. A member is
// shown where none of them hides it. So scenarios that move a limit farther show a part of what nearer ones show, and longer
// windows a part of what months show: all that can be had by asking for many is single steps in single months, of each of
// which enough is hidden. A step moves few persons, who are thinly spread over two axes at once: where crossing them would
// cost some of a single one, they are not crossed, so that it stays visible what moves in large cities and industries.
func NewMovedDecisions(least int64, moved []queries.Moved) []*Decisions {
	decisions := make([]*Decisions, len(moved))
	for i, m := range moved {
		costly := false
		if decisions[i], costly = decide(least, m.Counts); !costly {
			continue
		}
		alone := map[[2]string][]disclosure.Count{}
		for axes, counts := range m.Counts {
			if axes[1] == "" {
				alone[axes] = counts
			}
		}
		decisions[i] = NewDecisions(least, alone)
	}
	return decisions
}

// ConcealEffects takes the figures out of effects that the reader must not see: those that any decision hides, of those that
// hold for all pages and of those on what the scenario moves; those of units with fewer persons than they ask for whose burden changes; and as many
// others as it takes so that nobody works them out, and what is paid less and more apart. Whoever may see records is decided nothing
// about, and sees all.
func ConcealEffects(e queries.Effects, decided ...Hidden) (queries.Effects, Hidden, error) {
	if len(decided) == 0 {
		return e, Hidden{}, nil
	}
	hides := func(marks ...string) bool {
		return slices.ContainsFunc(decided, func(h Hidden) bool { return h.Deep || h.Of(marks...) })
	}
	least := decided[0].Least
	var cells disclosure.Cells
	add := func(x queries.Effect, hidden bool, key string) {
		persons := int64(x.Headcount) //nolint:gosec // a count of persons
		if x.Affected > 0 {
			persons = min(persons, int64(x.Affected)) //nolint:gosec // a count of persons
		}
		if hidden { // too few, whatever it counts here
			persons = min(persons, least-1)
		}
		cells.Cell(key, persons, x.Units == 0)
	}
	add(e.Total, hides("total", ""), "total|")
	dimensions := []struct {
		name string
		rows *[]queries.Effect
	}{{"region", &e.ByRegion}, {"section", &e.ByIndustry}, {"size", &e.BySize}}
	for _, d := range dimensions {
		var parts []string
		for _, x := range *d.rows {
			key := d.name + "|" + x.Key
			add(x, hides(d.name, x.Key), key)
			parts = append(parts, key)
		}
		if err := cells.Sum("total|", parts...); err != nil {
			return queries.Effects{}, Hidden{}, err
		}
	}
	hidden := Hidden{cells: cells.Hidden(least), Least: least, Deep: slices.ContainsFunc(decided, func(h Hidden) bool { return h.Deep })}
	e.Total.Falls, e.Total.Rises = 0, 0 // they move with single units, as the change of a whole does not
	if hidden.All() {
		e.Total = queries.Effect{}
	}
	for _, d := range dimensions {
		*d.rows = slices.Clone(*d.rows)
		for i, x := range *d.rows {
			(*d.rows)[i].Falls, (*d.rows)[i].Rises = 0, 0
			if hidden.All() || hidden.Of(d.name, x.Key) {
				(*d.rows)[i] = queries.Effect{Key: x.Key}
			}
		}
		for _, one := range decided {
			for _, key := range one.keys(d.name) { // nor is said behind which of the hidden ones there is anybody
				if !slices.ContainsFunc(*d.rows, func(x queries.Effect) bool { return x.Key == key }) {
					*d.rows, hidden.cells[d.name+"|"+key] = append(*d.rows, queries.Effect{Key: key}), disclosure.Few
				}
			}
		}
	}
	return e, hidden, nil
}

// whatIfBuilder carries what all parts of the page need.
type whatIfBuilder struct {
	p      *i18n.Printer
	names  Names
	e      queries.Effects
	hidden Hidden
	cut    *Received
	link   Linker
}

// NewWhatIf makes the contents of a scenario's page, of what ConcealEffects left of its effects; cut is what was received of
// the cut in the same months, nil where it is not known.
func NewWhatIf(s queries.Scenario, e queries.Effects, hidden Hidden, cut *Received, link Linker, p *i18n.Printer) *WhatIf {
	b := whatIfBuilder{p, NewNames(p), e, hidden, cut, link}
	w := &WhatIf{
		Title:    p.T("web.what_if.title"),
		Change:   MovesInWords(p, s.Moves),
		Place:    AreaName(p, policy.CommonArea(s.Moves)),
		Empty:    e.Total.Units == 0 && !hidden.All(),
		Withheld: hidden.All(),
	}
	if hidden.Any() {
		w.Note = p.T("web.what_if.concealed", "least", hidden.Least)
	}
	if w.Empty || w.Withheld {
		return w
	}
	w.Headline, w.KPIs = b.headline(s), b.kpis()
	w.Regions = b.block("regions", "region", "region", e.ByRegion, b.names.Region)
	w.Industries = b.block("industries", "industry", "section", e.ByIndustry, b.names.Industry)
	bySize := slices.SortedFunc(slices.Values(e.BySize), func(x, y queries.Effect) int {
		order := words(contribution.Sizes)
		return cmp.Compare(place(order, x.Key), place(order, y.Key))
	})
	w.Sizes = b.block("sizes", "size", "size", bySize, b.names.Word("size"))
	return w
}

// AreaName names the area of a change.
func AreaName(p *i18n.Printer, code string) string {
	if code == "000000" {
		return p.T("web.nation")
	}
	return region.NameIn(p.Language(), code)
}

// MoveInWords says what a change moves: "江苏省养老保险单位费率自2019年5月起下调 1 个百分点".
func MoveInWords(p *i18n.Printer, m policy.Move) string {
	names := NewNames(p)
	insurance := p.T("web.what_if.all_insurances")
	if m.Insurance != 0 {
		insurance = names.Word("insurance")(m.Insurance.String())
	}
	what := p.T("web.what_if.of."+string(m.Target), "insurance", insurance)
	if m.Target == policy.MoveRate {
		what = p.T("web.what_if.of.rate", "insurance", insurance, "payer", names.Word("payer")(m.Payer.String()))
	}
	return p.T("web.what_if.change", "area", AreaName(p, m.Area), "what", what, "from", Month(p, m.From), "how", HowInWords(p, m))
}

// HowInWords says to or by how much a change goes: "改为 15%", "下调 1 个百分点".
func HowInWords(p *i18n.Printer, m policy.Move) string {
	direction, size := "up", m.Rate
	if m.Rate < 0 {
		direction, size = "down", -m.Rate
	}
	var how string
	switch m.Way {
	case policy.SetTo:
		value := p.T("web.what_if.yuan", "amount", exact(m.Amount))
		if m.Target == policy.MoveRate {
			value = m.Rate.Percent()
		}
		how = p.T("web.what_if.set", "value", value)
	case policy.ByPoints:
		number := "points."
		if size == money.One/100 {
			number = "point."
		}
		how = p.T("web.what_if."+number+direction, "points", strings.TrimSuffix(size.Percent(), "%"))
	case policy.ByPercent:
		how = p.T("web.what_if.percent."+direction, "percent", size.Percent())
	case policy.OfAverage:
		how = p.T("web.what_if.average", "percent", m.Rate.Percent())
	}
	return how
}

// unit is that of what the change moves.
func (b whatIfBuilder) unit() Unit {
	t := b.e.Total
	return figureUnit(b.p, t.Before).beside(b.p, t.Change(), t.Falls, t.Rises)
}

// apart tells whether the reader may see what is paid less and what is paid more, each by itself.
func (b whatIfBuilder) apart() bool { return b.hidden.Least == 0 }

func (b whatIfBuilder) headline(s queries.Scenario) string {
	p, t := b.p, b.e.Total
	strong := func(text string) string { return StrongStart + text + StrongEnd }
	unit := b.unit()
	month := Window(p, s.Months)
	if t.Less+t.More == 0 {
		return p.T("web.what_if.headline.same", "month", month, "units", strong(count(t.Units)))
	}
	key := "web.what_if.headline.less"
	if t.Change() > 0 {
		key = "web.what_if.headline.more"
	}
	less, more := p.T("web.what_if.headline.units_less", "units", strong(count(t.Less))), p.T("web.what_if.headline.units_more", "units", strong(count(t.More)))
	if b.apart() && t.Less > 0 && t.More > 0 {
		less = p.T("web.what_if.headline.units_fall", "units", strong(count(t.Less)), "amount", strong(unit.WithName(t.Falls)))
		more = p.T("web.what_if.headline.units_rise", "units", strong(count(t.More)), "amount", strong(unit.WithName(t.Rises)))
	}
	return p.T(key, "month", month, "units", strong(count(t.Units)), "amount", strong(unit.WithName(abs(t.Change()))),
		"share", strong(percent(p, abs(t.Change()), t.Before)), "less", less, "more", more) + b.againstTheCut()
}

// kpis are the total change with before and after, and how many units pay less, more, the same.
func (b whatIfBuilder) kpis() []KPI {
	p, t, unit := b.p, b.e.Total, b.unit()
	moved := KPI{ID: "change", Name: p.T("web.what_if.kpi.change"), Value: unit.Text(t.Change()), Unit: unit.Name, Hover: exact(t.Change()), Share: -1,
		Tone: toneOf(-t.Change()), Notes: []string{p.T("web.what_if.kpi.change.note", "change", change(p, t.Before, t.After))}}
	switch {
	case t.Change() < 0:
		moved.Word = p.T("web.word.reduction")
	case t.Change() > 0:
		moved.Word = p.T("web.word.increase")
	}
	whole := figureUnit(p, t.Before)
	owed := func(id string, f money.Fen) KPI {
		return KPI{ID: id, Name: p.T("web.what_if.kpi." + id), Value: whole.Text(f), Unit: whole.Name, Hover: exact(f), Share: -1}
	}
	units := func(id string, n uint64, amount money.Fen, tone Tone) KPI {
		k := KPI{ID: id, Name: p.T("web.what_if.kpi." + id), Value: count(n), Unit: unitNoun(p, "web.unit.units", n), Share: float32(n) * 100 / float32(max(1, t.Units)),
			Notes: []string{p.T("web.what_if.kpi.units.note", "share", percent(p, money.Fen(n), money.Fen(t.Units)))}} //nolint:gosec // counts of units
		if n > 0 {
			k.Tone = tone
		}
		if amount > 0 {
			k.Notes = append(k.Notes, p.T("web.what_if.kpi."+id+".amount", "amount", unit.WithName(amount)))
		}
		return k
	}
	kpis := []KPI{moved}
	if cut, shown := b.cut.whole(); shown {
		kpis = append(kpis, b.receivedKPI(cut))
	}
	return append(kpis, owed("before", t.Before), owed("after", t.After), units("less", t.Less, t.Falls, ToneReduction), units("more", t.More, t.Rises, ToneIncrease), units("same", t.Same, 0, ToneNone))
}

// block is the effect by one dimension, as bars to the left of nothing for who pays less and to the right for who pays
// more, the largest first.
func (b whatIfBuilder) block(id, word, dimension string, rows []queries.Effect, name func(string) string) Block {
	p := b.p
	if dimension != "size" {
		rows = slices.SortedFunc(slices.Values(rows), func(x, y queries.Effect) int {
			return cmp.Or(cmp.Compare(abs(y.Change()), abs(x.Change())), strings.Compare(x.Key, y.Key))
		})
	}
	block := Block{ID: id, Title: p.T("web.what_if.block." + id), Table: b.table(id, word, dimension, rows, name)}
	if len(rows) == 0 {
		return block
	}
	var most money.Fen
	for _, r := range rows {
		most = max(most, abs(r.Change()))
	}
	chart := &Chart{ID: id, Unit: chartUnit(p, most), Height: heightFor(len(rows), 30, 60), Names: map[string]string{}, Tips: map[string]Tip{},
		Description: p.T("web.what_if.aria", "title", block.Title, "count", len(rows))}
	var keys []string
	var bars []opts.BarData
	for _, r := range rows {
		key := r.Key
		keys = append(keys, key)
		chart.Names[key] = name(r.Key)
		if b.hidden.Of(dimension, r.Key) {
			chart.Tips[key] = Tip{Title: name(r.Key), Rows: []TipLine{{Name: p.T("web.what_if.concealed", "least", b.hidden.Least)}}}
			bars = append(bars, opts.BarData{Value: 0, Label: endLabel(Concealed, colourQuiet)})
			continue
		}
		chart.Tips[key] = b.tip(name(r.Key), r)
		chart.lead(key, b.link.to(dimension, r.Key))
		colour := colourReal
		if r.Change() > 0 {
			colour = colourShortfall
		}
		bars = append(bars, opts.BarData{Value: fen(r.Change()), Label: endLabel(change(p, r.Before, r.After), colourQuiet), ItemStyle: &opts.ItemStyle{Color: colour}})
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(common(chart.Description, "axis", false),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "76", Top: "8", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(valueAxis(fnMoney)),
		charts.WithYAxisOpts(nameAxis(190)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	bar.AddSeries(p.T("web.what_if.column.change"), bars, append(barStyle("change", colourReal), charts.WithSeriesId("change"))...)
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

func (b whatIfBuilder) tip(title string, r queries.Effect) Tip {
	p := b.p
	return Tip{Title: title, Unit: p.T("web.unit.yuan"), Rows: []TipLine{
		{Name: p.T("web.what_if.column.before"), Value: exact(r.Before), Mark: colourOld},
		{Name: p.T("web.what_if.column.after"), Value: exact(r.After), Mark: colourNew},
		{Name: p.T("web.what_if.column.change"), Value: exact(r.Change()), Mark: map[bool]string{true: colourShortfall, false: colourReal}[r.Change() > 0]},
		{Name: p.T("web.what_if.column.less"), Value: count(r.Less)},
		{Name: p.T("web.what_if.column.more"), Value: count(r.More)},
	}}
}

func (b whatIfBuilder) table(id, word, dimension string, rows []queries.Effect, name func(string) string) Table {
	p, total := b.p, b.e.Total
	t := Table{ID: id, Title: p.T("web.what_if.block." + id), Unit: tableUnit(p, max(total.Before, total.After))}
	t.Columns = []Column{
		{"key", p.T("web.column.code"), KindCode}, {word, p.T("web.column." + word), KindText},
		{"units", p.T("web.column.units"), KindCount}, {"less", p.T("web.what_if.column.less"), KindCount},
		{"more", p.T("web.what_if.column.more"), KindCount}, {"same", p.T("web.what_if.column.same"), KindCount},
		{"before", p.T("web.what_if.column.before"), KindMoney}, {"after", p.T("web.what_if.column.after"), KindMoney},
	}
	if b.apart() {
		t.Columns = append(t.Columns, Column{"falls", p.T("web.what_if.column.falls"), KindMoney}, Column{"rises", p.T("web.what_if.column.rises"), KindMoney})
	}
	t.Columns = append(t.Columns, Column{"change", p.T("web.what_if.column.change"), KindMoney}, Column{"percent", p.T("web.what_if.column.percent"), KindPercent})
	if b.cut != nil {
		t.Columns = append(t.Columns, receivedColumns(p)...)
	}
	cells := func(key string, named Cell, r queries.Effect) []Cell {
		moved := t.Unit.cell(r.Change())
		moved.Tone = toneOf(-r.Change())
		row := []Cell{textCell(key), named, countCell(r.Units), countCell(r.Less), countCell(r.More), countCell(r.Same), t.Unit.cell(r.Before), t.Unit.cell(r.After)}
		if b.apart() {
			row = append(row, t.Unit.cell(r.Falls), t.Unit.cell(r.Rises))
		}
		row = append(row, moved, Cell{Text: change(p, r.Before, r.After), Raw: plainPercent(r.Change(), r.Before), Tone: moved.Tone})
		if b.cut != nil {
			row = append(row, b.cut.cells(p, t.Unit, dimension, key, r.Change())...)
		}
		return row
	}
	var sum queries.Effect
	for _, r := range rows {
		row := cells(r.Key, textCell(name(r.Key)).to(b.link.to(dimension, r.Key)), r)
		if b.hidden.Of(dimension, r.Key) {
			t.Sums, row = CheckHidden, concealed(row, 2)
		}
		t.Rows = append(t.Rows, row)
		sum.Before, sum.After, sum.Units = sum.Before+r.Before, sum.After+r.After, sum.Units+r.Units
		sum.Less, sum.More, sum.Same = sum.Less+r.Less, sum.More+r.More, sum.Same+r.Same
		sum.Falls, sum.Rises = sum.Falls+r.Falls, sum.Rises+r.Rises
		sum.Headcount, sum.Affected = sum.Headcount+r.Headcount, sum.Affected+r.Affected
	}
	if len(rows) > 0 {
		t.Total = cells("", textCell(p.T("web.total")), total)
		t.check(sum == total)
	}
	return t
}
