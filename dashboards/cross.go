package dashboards

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/queries"
)

// CrossTable is a heat map: members of one dimension in rows, of another in columns. The colour of a cell is the class of
// the share that arrived, which is the map's; what is written in it is the chosen measure. Its block's table has every
// cell with all measures, for downloads.
type CrossTable struct {
	Block
	Unit     Unit // of the amounts; no name where the cells are shares
	RowTitle string
	Columns  []CrossHead
	Rows     []CrossLine
	Total    CrossLine
	Legend   []LegendItem
}

// CrossHead is a column's member.
type CrossHead struct{ Name, Link string }

// CrossLine is a row: its member, a cell a column, and the row's sum.
type CrossLine struct {
	Name, Link string
	Cells      []HeatCell
	Sum        HeatCell
}

// HeatCell is a cell with the number of its colour; "" is none. Words say all of it.
type HeatCell struct {
	Cell
	Class string
	Words string
}

// crossed is what a crossing is made into a table with.
type crossed struct {
	builder
	cross   Crossing
	by      string // what the cells say
	unit    Unit
	rows    []queries.MemberRow
	columns []queries.MemberRow
	cells   map[[2]string]queries.CrossCell
}

// cross makes the heat map of a view's crossing.
func (b builder) cross(f MemberFigures) *CrossTable {
	p, x := b.p, crossed{builder: b, cross: *f.Cross, by: f.Shade, cells: map[[2]string]queries.CrossCell{}}
	x.rows, x.columns = b.side(x.cross.Rows), b.side(x.cross.Columns)
	var most money.Fen
	for _, c := range x.cross.Cells {
		x.cells[[2]string{c.Row, c.Column}] = c
		most = max(most, largest(x.value(c.Sums)))
	}
	t := &CrossTable{RowTitle: p.T("web.column." + x.cross.Rows)}
	t.ID, t.Title = "cross", p.T("web.members.cross", "rows", p.T("web.column."+x.cross.Rows), "columns", p.T("web.column."+x.cross.Columns), "measure", p.T("web.column."+x.by))
	if x.by != "rate" {
		x.unit = chartUnit(p, most)
		t.Unit = x.unit
	}
	for _, c := range x.columns {
		t.Columns = append(t.Columns, CrossHead{b.short(x.cross.Columns, c.Key), b.shownLink(x.cross.Columns, c.Key)})
	}
	for _, r := range x.rows {
		line := CrossLine{Name: b.member(x.cross.Rows, r.Key), Link: b.shownLink(x.cross.Rows, r.Key)}
		for _, c := range x.columns {
			line.Cells = append(line.Cells, x.cell(r.Key, c.Key))
		}
		line.Sum = x.margin(x.cross.Rows, r)
		t.Rows = append(t.Rows, line)
	}
	t.Total = CrossLine{Name: p.T("web.total")}
	for _, c := range x.columns {
		t.Total.Cells = append(t.Total.Cells, x.margin(x.cross.Columns, c))
	}
	t.Total.Sum = x.heat(p.T("web.total"), b.o.Total.Sums)
	t.Total.Sum.Link = b.link.to("total", "")
	t.Table = x.table(t.Title)
	t.Lead = x.lead()
	t.Legend = mapLegend(p)
	return t
}

// side lists the members of a dimension as a table has them: regions and industries by due reduction, sizes in their order.
func (b builder) side(by string) []queries.MemberRow {
	rows := memberRows(b.o, by)
	if by == queries.BySize {
		return ordered(rows, dimension.Sizes.Words)
	}
	return slices.SortedStableFunc(slices.Values(rows), func(x, y queries.MemberRow) int {
		return cmp.Or(cmp.Compare(y.Due(), x.Due()), strings.Compare(x.Key, y.Key))
	})
}

// short is a member's name in a narrow column.
func (b builder) short(dimension, key string) string {
	name := b.member(dimension, key)
	if dimension != queries.ByRegion {
		return name
	}
	return shortNames(map[string]string{key: name})[key]
}

// shownLink leads to a member's page, unless it is hidden.
func (b builder) shownLink(dimension, key string) string {
	if b.hidden.Of(CountedAs(dimension), key) {
		return ""
	}
	return b.link.to(dimension, key)
}

// value is the amount that a cell says.
func (x crossed) value(r queries.Sums) money.Fen { return amountBy(x.by, r) }

// heat is a cell of a burden.
func (x crossed) heat(name string, r queries.Sums) HeatCell {
	p := x.p
	cell := HeatCell{Cell: Cell{Text: rate(p, r.Delivered, r.Entitled), Raw: plainRate(r.Delivered, r.Entitled)}, Class: "0"}
	if x.by != "rate" {
		cell.Cell = x.unit.cell(x.value(r))
	}
	if r.Entitled > 0 {
		cell.Class = classOf(r.Reach)
	}
	cell.Words = p.T("web.members.cell", "name", name, "due", exact(r.Due()), "real", exact(r.Real()), "over", exact(r.Overcharged), "under", exact(r.Undercharged), "rate", rate(p, r.Delivered, r.Entitled))
	return cell
}

// concealedCell is one that is not shown.
func (x crossed) concealedCell(name string) HeatCell {
	return HeatCell{Cell: Cell{Text: Concealed, Raw: Concealed}, Words: name + x.p.T("web.colon") + x.p.T("web.note.concealed", "least", x.hidden.Least)}
}

// cell is where a row and a column meet; nothing where no unit belongs to both.
func (x crossed) cell(row, column string) HeatCell {
	name := x.p.T("web.members.crossing", "row", x.member(x.cross.Rows, row), "column", x.member(x.cross.Columns, column))
	found, ok := x.cells[[2]string{row, column}]
	switch {
	case x.cross.Concealed(row, column):
		return x.concealedCell(name)
	case !ok:
		return HeatCell{Cell: Cell{Text: NotApplicable}, Words: x.p.T("web.members.nobody", "name", name)}
	}
	cell := x.heat(name, found.Sums)
	if x.link.to(x.cross.Rows, row) != "" && x.link.to(x.cross.Columns, column) != "" {
		cell.Link = x.link.to(x.cross.Rows, row, x.cross.Columns, column)
	}
	return cell
}

// margin is the sum of a row or a column.
func (x crossed) margin(dimension string, r queries.MemberRow) HeatCell {
	name := x.member(dimension, r.Key)
	if x.hidden.Of(CountedAs(dimension), r.Key) {
		return x.concealedCell(name)
	}
	cell := x.heat(name, r.Sums)
	cell.Link = x.link.to(dimension, r.Key)
	return cell
}

// lead names the two cells of which the smallest share arrived, among those that are worth a look.
func (x crossed) lead() string {
	var cells []queries.CrossCell
	even := x.o.Total.Due() / money.Fen(max(1, len(x.cross.Cells)))
	for _, c := range x.cross.Cells {
		if c.Entitled > 0 && c.Due() >= even/20 {
			cells = append(cells, c)
		}
	}
	if len(cells) < 2 {
		return ""
	}
	slices.SortStableFunc(cells, func(a, b queries.CrossCell) int { return share(a.Delivered, a.Entitled, b.Delivered, b.Entitled) })
	named := func(c queries.CrossCell) string {
		return x.p.T("web.members.crossing", "row", x.member(x.cross.Rows, c.Row), "column", x.member(x.cross.Columns, c.Column)) + " " + percent(x.p, c.Delivered, c.Entitled)
	}
	return x.p.T("web.lead.ranking", "lowest", named(cells[0]), "next", named(cells[1]))
}

// table lists every cell with all measures, row by row, and checks that the cells come to the members and to the whole.
func (x crossed) table(title string) Table {
	p := x.p
	t := Table{ID: "cross", Title: title, Unit: tableUnit(p, x.o.Total.Old)}
	t.Columns = append([]Column{
		{"row_key", p.T("web.members.column.code_of", "what", p.T("web.column."+x.cross.Rows)), KindCode},
		{"row", p.T("web.column." + x.cross.Rows), KindText},
		{"column_key", p.T("web.members.column.code_of", "what", p.T("web.column."+x.cross.Columns)), KindCode},
		{"column", p.T("web.column." + x.cross.Columns), KindText},
		{"units", p.T("web.column.units"), KindCount},
		{"headcount", p.T("web.column.headcount"), KindCount},
	}, x.burdenColumns()...)
	for _, s := range x.statesOf(queries.States{}) {
		t.Columns = append(t.Columns, Column{"state_" + s.id, s.name, KindCount})
	}
	for _, r := range x.rows {
		for _, c := range x.columns {
			cell, ok := x.cells[[2]string{r.Key, c.Key}]
			if x.cross.Concealed(r.Key, c.Key) {
				ok, cell = true, queries.CrossCell{Row: r.Key, Column: c.Key}
			}
			if ok {
				t.Rows = append(t.Rows, x.line(t.Unit, cell))
			}
		}
	}
	total := x.o.Total
	t.Total = x.line(t.Unit, queries.CrossCell{Sums: total.Sums, Units: total.Units, Headcount: total.Headcount, States: total.States})
	t.Total[1] = textCell(p.T("web.total"))
	t.Total[3] = textCell("")
	t.Total[4] = t.Total[4].to(x.link.to("total", ""))
	if len(x.cross.Hidden) > 0 || x.hidden.Any() {
		t.Sums = CheckHidden
	}
	t.check(x.addUp())
	return t
}

func (x crossed) line(unit Unit, c queries.CrossCell) []Cell {
	cells := []Cell{textCell(c.Row), textCell(x.member(x.cross.Rows, c.Row)), textCell(c.Column), textCell(x.member(x.cross.Columns, c.Column)), countCell(c.Units), countCell(c.Headcount)}
	cells = append(cells, x.burdenCells(unit, c.Sums)...)
	for _, s := range x.statesOf(c.States) {
		cells = append(cells, countCell(s.count))
	}
	if x.cross.Concealed(c.Row, c.Column) {
		cells = concealed(cells, 4)
	}
	return cells
}

// addUp tells whether the cells come to every row, to every column and to the whole, to the fen.
func (x crossed) addUp() bool {
	plus := func(a, b queries.Burden) queries.Burden {
		return queries.Burden{Old: a.Old + b.Old, New: a.New + b.New, Charged: a.Charged + b.Charged}
	}
	var all queries.Burden
	rows, columns := map[string]queries.Burden{}, map[string]queries.Burden{}
	for _, c := range x.cross.Cells {
		all, rows[c.Row], columns[c.Column] = plus(all, c.Burden), plus(rows[c.Row], c.Burden), plus(columns[c.Column], c.Burden)
	}
	same := func(members []queries.MemberRow, sums map[string]queries.Burden) bool {
		return len(members) == len(sums) && !slices.ContainsFunc(members, func(m queries.MemberRow) bool { return sums[m.Key] != m.Burden })
	}
	return all == x.o.Total.Burden && same(x.rows, rows) && same(x.columns, columns)
}
