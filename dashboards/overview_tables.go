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
		{"shortfall", p.T("web.column.shortfall"), KindMoney},
		{"rate", p.T("web.column.rate"), KindPercent},
		{"change", p.T("web.column.change"), KindPercent},
	}
}

// burdenCells are the cells of burdenColumns.
func (b builder) burdenCells(unit Unit, row queries.Burden) []Cell {
	real, shortfall := unit.cell(row.Real()), unit.cell(row.Shortfall())
	real.Tone = toneOf(row.Real())
	if row.Shortfall() > 0 {
		shortfall.Tone = ToneIncrease
	}
	moved := Cell{Text: change(b.p, row.Old, row.Charged), Raw: plainPercent(row.Charged-row.Old, row.Old), Tone: toneOf(row.Real())}
	return []Cell{
		unit.cell(row.Old), unit.cell(row.New), unit.cell(row.Charged), unit.cell(row.Due()), real, shortfall,
		{Text: rate(b.p, row.Real(), row.Due()), Raw: plainRate(row.Real(), row.Due())}, moved,
	}
}

// memberTable is the table of a dimension.
func (b builder) memberTable(d dimension) Table {
	p, total := b.p, b.o.Total
	t := Table{ID: d.id, Title: p.T("web.block." + d.id), Unit: tableUnit(p, total.Old)}
	t.Columns = append([]Column{
		{"key", p.T("web.column.code"), KindCode},
		{d.word, p.T("web.column." + d.word), KindText},
	}, d.countColumns(p)...)
	t.Columns = append(t.Columns, b.burdenColumns()...)
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
func (d dimension) countColumns(p *i18n.Printer) []Column {
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
func (b builder) memberCells(unit Unit, d dimension, name string, r queries.MemberRow, marks ...string) []Cell {
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
	cells = append(cells, b.burdenCells(unit, r.Burden)...)
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

// monthTable lists all months with data; its total is the window's.
func (b builder) monthTable() Table {
	p := b.p
	var most money.Fen
	for _, r := range b.o.ByPeriod {
		most = max(most, largest(r.Old, r.Charged))
	}
	t := Table{ID: "months", Title: p.T("web.block.months"), Unit: tableUnit(p, most)}
	t.Columns = append([]Column{
		{"period", p.T("web.column.period"), KindText},
		{"units", p.T("web.column.units"), KindCount},
		{"headcount", p.T("web.column.insured"), KindCount},
	}, b.burdenColumns()...)
	var sum queries.Burden
	for _, r := range b.o.ByPeriod {
		month := Cell{Text: Month(p, r.Period), Raw: r.Period.String(), Link: b.link.to("month", r.Period.String())}
		cells := []Cell{month, countCell(r.Units).to(b.link.to("month", r.Period.String(), "total", "")), countCell(r.Headcount)}
		cells = append(cells, b.burdenCells(t.Unit, r.Burden)...)
		if b.hidden.Of("month", monthKey(r)) {
			cells = concealed(cells, 1)
			if b.windowed(r.Period) {
				t.Sums = CheckHidden
			}
		}
		t.Rows = append(t.Rows, cells)
		if b.windowed(r.Period) {
			sum = queries.Burden{Old: sum.Old + r.Old, New: sum.New + r.New, Charged: sum.Charged + r.Charged}
		}
	}
	if len(t.Rows) > 0 {
		none := Cell{Text: NotApplicable}
		t.Total = append([]Cell{textCell(p.T("web.total_of", "window", Window(p, b.o.View.Window))), countCell(b.o.Total.Units), none},
			b.burdenCells(t.Unit, b.o.Total.Burden)...)
		t.check(sum == b.o.Total.Burden)
	}
	return t
}

// measureTable leads from the old burden over the measures to the new one.
func (b builder) measureTable() Table {
	p, due := b.p, b.o.Total.Due()
	t := Table{ID: "measures", Title: p.T("web.block.measures"), Unit: tableUnit(p, b.o.Total.Old)}
	t.Columns = []Column{
		{"measure", p.T("web.column.code"), KindCode},
		{"title", p.T("web.column.measure"), KindText},
		{"effect", p.T("web.column.effect"), KindMoney},
		{"share", p.T("web.column.share_of_due"), KindPercent},
	}
	var sum money.Fen
	for _, m := range b.o.ByMeasure {
		effect := t.Unit.cell(m.Effect)
		effect.Tone = toneOf(m.Effect)
		t.Rows = append(t.Rows, []Cell{textCell(m.Measure), textCell(m.Title), effect,
			{Text: percent(p, m.Effect, due), Raw: plainPercent(m.Effect, due)}})
		sum += m.Effect
	}
	if len(t.Rows) > 0 {
		t.Total = []Cell{textCell(""), textCell(p.T("web.column.due")), t.Unit.cell(due), {Text: percent(p, due, due), Raw: plainPercent(due, due)}}
		t.check(sum == due)
	}
	return t
}

// reasonTable explains the shortfall.
func (b builder) reasonTable(rows []queries.ReasonRow, names map[string]string) Table {
	p, shortfall := b.p, b.o.Total.Shortfall()
	var most money.Fen
	for _, r := range rows {
		most = max(most, abs(r.Amount))
	}
	t := Table{ID: "reasons", Title: p.T("web.block.reasons"), Unit: tableUnit(p, most)}
	t.Columns = []Column{
		{"reason", p.T("web.column.code"), KindCode},
		{"name", p.T("web.column.reason"), KindText},
		{"units", p.T("web.column.units"), KindCount},
		{"amount", p.T("web.column.amount"), KindMoney},
		{"share", p.T("web.column.share_of_shortfall"), KindPercent},
	}
	var sum money.Fen
	for _, r := range rows {
		amount := t.Unit.cell(r.Amount)
		if amount.Tone = ToneReduction; r.Amount > 0 {
			amount.Tone = ToneIncrease
		}
		cells := []Cell{textCell(r.Reason), textCell(names[r.Reason]).to(b.link.to("reason", r.Reason)), countCell(r.Units), amount,
			{Text: percent(p, r.Amount, shortfall), Raw: plainPercent(r.Amount, shortfall)}}
		if b.hidden.Of("reason", r.Reason) {
			t.Sums, cells = CheckHidden, concealed(cells, 2)
		}
		t.Rows = append(t.Rows, cells)
		sum += r.Amount
	}
	if len(t.Rows) > 0 {
		t.Total = []Cell{textCell(""), textCell(p.T("web.column.shortfall")), {Text: NotApplicable}, t.Unit.cell(shortfall),
			{Text: percent(p, shortfall, shortfall), Raw: plainPercent(shortfall, shortfall)}}
		t.check(sum == shortfall)
	}
	return t
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
