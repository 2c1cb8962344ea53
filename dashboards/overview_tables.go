package dashboards

import (
	"slices"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// burdenColumns are the columns that every table of burdens ends with.
func (b builder) burdenColumns() []Column {
	p := b.p
	return []Column{
		{"old", p.T("web.column.old"), KindMoney},
		{"new", p.T("web.column.new"), KindMoney},
		{"charged", p.T("web.column.charged"), KindMoney},
		{"due", p.T("web.column.due"), KindMoney},
		{"real", p.T("web.column.real"), KindMoney},
		{"overcharged", p.T("web.column.overcharged"), KindMoney},
		{"undercharged", p.T("web.column.undercharged"), KindMoney},
		{"shortfall", p.T("web.column.shortfall"), KindMoney},
		{"rate", p.T("web.column.rate"), KindPercent},
		{"change", p.T("web.column.change"), KindPercent},
	}
}

// burdenCells are the cells of burdenColumns.
func (b builder) burdenCells(unit Unit, row queries.Sums) []Cell {
	real := unit.cell(row.Real())
	real.Tone = toneOf(row.Real())
	over, under := wronglyCells(unit, row.Reach)
	moved := Cell{Text: change(b.p, row.Old, row.Charged), Raw: plainPercent(row.Charged-row.Old, row.Old), Tone: toneOf(row.Real())}
	return []Cell{
		unit.cell(row.Old), unit.cell(row.New), unit.cell(row.Charged), unit.cell(row.Due()), real, over, under, unit.cell(row.Shortfall()),
		arrivedCell(b.p, row.Reach), moved,
	}
}

// wronglyCells are what was charged too much and too little.
func wronglyCells(unit Unit, r queries.Reach) (over, under Cell) {
	over, under = unit.cell(r.Overcharged), unit.cell(r.Undercharged)
	if r.Overcharged > 0 {
		over.Tone = ToneIncrease
	}
	if r.Undercharged > 0 {
		under.Tone = ToneUnder
	}
	return over, under
}

// arrivedCell is the share of the due reductions that arrived.
func arrivedCell(p *i18n.Printer, r queries.Reach) Cell {
	return Cell{Text: rate(p, r.Delivered, r.Entitled), Raw: plainRate(r.Delivered, r.Entitled)}
}

// memberTable is the table of a dimension.
func (b builder) memberTable(d breakdown) Table {
	p, total := b.p, b.o.Total
	t := Table{ID: d.id, Title: p.T("web.block." + d.id), Unit: b.within(tableUnit(p, total.Old))}
	t.Columns = append([]Column{
		{"key", p.T("web.column.code"), KindCode},
		{d.word, p.T("web.column." + d.word), KindText},
	}, d.countColumns(p)...)
	t.Columns = append(append(t.Columns, b.versus.columns(p)...), b.burdenColumns()...)
	if d.states {
		for _, s := range b.statesOf(queries.States{}) {
			t.Columns = append(t.Columns, Column{"state_" + s.id, s.name, KindCount})
		}
	}
	var sum queries.Burden
	for _, r := range d.rows {
		cells := b.memberCells(t.Unit, d, d.names[r.Key], r, d.counts, r.Key)
		if b.hidden.Of(d.counts, r.Key) {
			t.Sums, cells = CheckHidden, concealed(cells, 2)
		}
		t.Rows = append(t.Rows, cells)
		sum = queries.Burden{Old: sum.Old + r.Old, New: sum.New + r.New, Charged: sum.Charged + r.Charged}
	}
	if len(d.rows) > 0 {
		total.Key = ""
		t.Total = b.memberCells(t.Unit, d, p.T("web.total"), total)
		t.check(sum == total.Burden)
	}
	return t
}

// countColumns are the units, where they have a state and so are counted, and the person-months.
func (d breakdown) countColumns(p *i18n.Printer) []Column {
	headcount := Column{"headcount", p.T("web.column.headcount"), KindCount}
	if !d.states {
		return []Column{headcount}
	}
	return []Column{{"units", p.T("web.column.units"), KindCount}, headcount}
}

// check says whether the rows add up to the total. Nothing can be said of rows that are not shown.
func (t *Table) check(equal bool) {
	switch {
	case t.Sums == CheckHidden:
		t.Sums = CheckNone
	case equal:
		t.Sums = CheckEqual
	default:
		t.Sums = CheckWrong
	}
}

// concealed leaves the first cells of a row, which name it, and puts the mark in place of all others.
func concealed(cells []Cell, names int) []Cell {
	for i := range cells[names:] {
		cells[names+i] = Cell{Text: Concealed, Raw: Concealed}
	}
	return cells
}

// memberCells are the cells of a member, which the marks name; a total has none.
func (b builder) memberCells(unit Unit, d breakdown, name string, r queries.MemberRow, marks ...string) []Cell {
	below := func(more ...string) string { return b.link.to(append(slices.Clone(marks), more...)...) }
	named := textCell(name)
	if len(marks) > 0 {
		named = named.to(below())
	}
	cells := []Cell{textCell(r.Key), named}
	if d.states {
		cells = append(cells, countCell(r.Units).to(below("total", "")))
	}
	cells = append(cells, countCell(r.Headcount))
	cells = append(append(cells, b.versus.cells(unit, b.before(d.counts, r, len(marks) == 0))...), b.burdenCells(unit, r.Sums)...)
	if d.states {
		for _, s := range b.statesOf(r.States) {
			cell := countCell(s.count)
			if s.count > 0 {
				cell = cell.to(below("state", s.id))
			}
			if s.count > 0 && (s.id == "none" || s.id == "increased") {
				cell.Tone = ToneIncrease
			}
			cells = append(cells, cell)
		}
	}
	return cells
}

// monthTable lists the months of the window, which add up to its total; those outside of it are on the chart alone.
func (b builder) monthTable() Table {
	p := b.p
	var most money.Fen
	rows := slices.DeleteFunc(slices.Clone(b.o.ByPeriod), func(r queries.PeriodRow) bool { return !b.windowed(r.Period) })
	for _, r := range rows {
		most = max(most, largest(r.Old, r.Charged))
	}
	t := Table{ID: "months", Title: p.T("web.block.months"), Unit: b.within(tableUnit(p, most))}
	t.Columns = append([]Column{
		{"period", p.T("web.column.period"), KindText},
		{"units", p.T("web.column.units"), KindCount},
		{"headcount", p.T("web.column.insured"), KindCount},
	}, b.burdenColumns()...)
	var sum queries.Burden
	for _, r := range rows {
		month := Cell{Text: Month(p, r.Period), Raw: r.Period.String(), Link: b.link.to("month", r.Period.String())}
		cells := []Cell{month, countCell(r.Units).to(b.link.to("month", r.Period.String(), "total", "")), countCell(r.Headcount)}
		cells = append(cells, b.burdenCells(t.Unit, r.Sums)...)
		if b.hidden.Of("month", monthKey(r)) {
			cells = concealed(cells, 1)
			t.Sums = CheckHidden
		}
		t.Rows = append(t.Rows, cells)
		sum = queries.Burden{Old: sum.Old + r.Old, New: sum.New + r.New, Charged: sum.Charged + r.Charged}
	}
	if len(t.Rows) > 0 {
		none := Cell{Text: NotApplicable}
		t.Total = append([]Cell{textCell(p.T("web.total_of", "window", Window(p, b.o.View.Window))), countCell(b.o.Total.Units), none},
			b.burdenCells(t.Unit, b.o.Total.Sums)...)
		t.check(sum == b.o.Total.Burden)
	}
	return t
}

// measureTable leads from the old burden over the measures to the new one.
func (b builder) measureTable() Table {
	p, due, old := b.p, b.o.Total.Due(), b.o.Total.Old
	t := Table{ID: "measures", Title: p.T("web.block.measures"), Unit: b.within(tableUnit(p, b.o.Total.Old))}
	t.Columns = []Column{
		{"measure", p.T("web.column.code"), KindCode},
		{"title", p.T("web.column.measure"), KindText},
		{"effect", p.T("web.column.effect"), KindMoney},
		{"share", p.T("web.column.share_of_old"), KindPercent},
	}
	var sum money.Fen
	for _, m := range b.o.ByMeasure {
		effect := t.Unit.cell(m.Effect)
		effect.Tone = toneOf(m.Effect)
		t.Rows = append(t.Rows, []Cell{textCell(m.Measure), textCell(m.Title), effect,
			{Text: percent(p, m.Effect, old), Raw: plainPercent(m.Effect, old)}})
		sum += m.Effect
	}
	if len(t.Rows) > 0 {
		t.Total = []Cell{textCell(""), textCell(p.T("web.column.due")), t.Unit.cell(due), {Text: percent(p, due, old), Raw: plainPercent(due, old)}}
		t.check(sum == due)
	}
	return t
}

// reasonTable explains the shortfall: what each reason adds and takes away, and its part of all that is added.
func (b builder) reasonTable(rows []queries.ReasonRow, names map[string]string) Table {
	p, shortfall := b.p, b.o.Total.Shortfall()
	var most, sum money.Fen
	for _, r := range rows {
		most, sum = max(most, largest(r.More, r.Less)), sum+r.Amount
	}
	more, less := moreAndLess(rows)
	t := Table{ID: "reasons", Title: p.T("web.block.reasons"), Unit: b.within(tableUnit(p, most))}
	t.Columns = []Column{
		{"reason", p.T("web.column.code"), KindCode},
		{"name", p.T("web.column.reason"), KindText},
		{"units", p.T("web.column.units"), KindCount},
		{"more", p.T("web.column.more"), KindMoney},
		{"share", p.T("web.column.share_of_more"), KindPercent},
		{"less", p.T("web.column.less"), KindMoney},
		{"amount", p.T("web.column.net"), KindMoney},
	}
	cells := func(key string, name, units Cell, more, less, net, all money.Fen) []Cell {
		added, taken := t.Unit.cell(more), t.Unit.cell(less)
		if more > 0 {
			added.Tone = ToneIncrease
		}
		if less > 0 {
			taken.Tone = ToneUnder
		}
		return []Cell{textCell(key), name, units, added, {Text: percent(p, more, all), Raw: plainPercent(more, all)}, taken, t.Unit.cell(net)}
	}
	for _, r := range rows {
		row := cells(r.Reason, textCell(names[r.Reason]).to(b.link.to("reason", r.Reason)), countCell(r.Units), r.More, r.Less, r.Amount, more)
		if r.Reason == MergedReasons {
			row[1], row[2] = textCell(names[r.Reason]), Cell{Text: Concealed, Raw: Concealed}
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 0 {
		t.Total = cells("", textCell(p.T("web.total")), Cell{Text: NotApplicable}, more, less, shortfall, more)
		t.check(sum == shortfall && more-less == shortfall)
	}
	return t
}

// moreAndLess are what all reasons add, and what all take away.
func moreAndLess(rows []queries.ReasonRow) (more, less money.Fen) {
	for _, r := range rows {
		more, less = more+r.More, less+r.Less
	}
	return more, less
}

// stateTable counts units by size and state.
func (b builder) stateTable(rows []queries.MemberRow, names map[string]string) Table {
	p := b.p
	t := Table{ID: "states", Title: p.T("web.block.states")}
	t.Columns = []Column{{"key", p.T("web.column.code"), KindCode}, {"size", p.T("web.column.size"), KindText}, {"units", p.T("web.column.units"), KindCount}}
	for _, s := range b.statesOf(queries.States{}) {
		t.Columns = append(t.Columns, Column{"state_" + s.id, s.name, KindCount})
	}
	cells := func(name string, s queries.States, key string, marks ...string) []Cell {
		below := func(more ...string) string { return b.link.to(append(slices.Clone(marks), more...)...) }
		row := []Cell{textCell(key), textCell(name), countCell(s.Total()).to(below("total", ""))}
		for _, one := range b.statesOf(s) {
			cell := countCell(one.count)
			if one.count > 0 {
				cell = cell.to(below("state", one.id))
			}
			row = append(row, cell)
		}
		return row
	}
	var sum queries.States
	for _, r := range rows {
		row := cells(names[r.Key], r.States, r.Key, "size", r.Key)
		if b.hidden.Of("size", r.Key) {
			t.Sums, row = CheckHidden, concealed(row, 2)
		}
		t.Rows = append(t.Rows, row)
		sum.Full, sum.Partial, sum.None = sum.Full+r.States.Full, sum.Partial+r.States.Partial, sum.None+r.States.None
		sum.Increased, sum.NoDue = sum.Increased+r.States.Increased, sum.NoDue+r.States.NoDue
	}
	if len(rows) > 0 {
		t.Total = cells(p.T("web.total"), b.o.Total.States, "")
		t.check(sum == b.o.Total.States)
	}
	return t
}
