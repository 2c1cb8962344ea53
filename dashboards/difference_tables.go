package dashboards

import (
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// movedFigures are the columns of a movement. Of one unit's shortfall it can be said what its movement means; a net over
// several says of nobody whether it is good news.
var movedFigures = []struct {
	id     string
	of     func(queries.Burden) money.Fen
	swings bool
}{
	{"real", queries.Burden.Real, false},
	{"due", queries.Burden.Due, false},
	{"shortfall", queries.Burden.Shortfall, true},
	{"old", func(b queries.Burden) money.Fen { return b.Old }, false},
	{"new", func(b queries.Burden) money.Fen { return b.New }, false},
	{"charged", func(b queries.Burden) money.Fen { return b.Charged }, false},
}

// movedColumns are the names of the movements' columns.
func movedColumns(p *i18n.Printer) []Column {
	var columns []Column
	for _, f := range movedFigures {
		columns = append(columns, Column{"moved_" + f.id, p.T("web.difference.moved", "figure", p.T("web.column."+f.id)), KindMoney})
	}
	return columns
}

// partCells are the cells of a movement over several units, or of a part of one of which it is not known where it started.
func partCells(unit Unit, moved queries.Burden) []Cell {
	var cells []Cell
	for _, f := range movedFigures {
		cells = append(cells, unit.moved(f.of(moved)))
	}
	return cells
}

// movedCells are the cells of one unit's movement from one burden to another.
func movedCells(unit Unit, before, after queries.Burden) []Cell {
	var cells []Cell
	for _, f := range movedFigures {
		cell := unit.moved(f.of(after) - f.of(before))
		if f.swings {
			cell.Tone = swing(f.of(before), f.of(after))
		}
		cells = append(cells, cell)
	}
	return cells
}

// mostMoved is the largest figure of a movement.
func mostMoved(m queries.Burden) money.Fen {
	return largest(m.Old, m.New, m.Charged, m.Due(), m.Real(), m.Shortfall())
}

// totals sets every main figure of both runs side by side.
func (b differing) totals() Block {
	p, t := b.p, b.total()
	table := Table{ID: "moved_total", Title: p.T("web.block.moved_total"), Unit: tableUnit(p, max(mostMoved(t.Before.Burden), mostMoved(t.After.Burden)))}
	table.Columns = []Column{
		{"figure", p.T("web.difference.figure"), KindText},
		{"before", p.T("web.difference.before", "run", b.o.Against), KindMoney},
		{"after", p.T("web.difference.after", "run", b.o.Run), KindMoney},
		{"moved", p.T("web.difference.movement"), KindMoney},
	}
	add := func(id string, before, after money.Fen, tone Tone) {
		row := []Cell{textCell(p.T("web.column." + id)), table.Unit.cell(before), table.Unit.cell(after), table.Unit.moved(after - before)}
		row[3].Tone = tone
		if b.hidden.All() {
			row = concealed(row, 1)
		}
		table.Rows = append(table.Rows, row)
	}
	add("delivered", t.Before.Delivered, t.After.Delivered, arriving(t.Before.Delivered, t.After.Delivered))
	add("overcharged", t.Before.Overcharged, t.After.Overcharged, swing(t.Before.Overcharged, t.After.Overcharged))
	add("undercharged", t.Before.Undercharged, t.After.Undercharged, swing(-t.Before.Undercharged, -t.After.Undercharged))
	for _, f := range movedFigures {
		add(f.id, f.of(t.Before.Burden), f.of(t.After.Burden), ToneNone)
	}
	return Block{ID: table.ID, Title: table.Title, Table: table}
}

// causes splits the movement by its causes.
func (b differing) causes() Block {
	p := b.p
	var most money.Fen
	for _, c := range b.o.Causes {
		most = max(most, mostMoved(c.Burden()))
	}
	table := Table{ID: "causes", Title: p.T("web.block.causes"), Unit: tableUnit(p, most)}
	table.Columns = append([]Column{{"cause", p.T("web.column.code"), KindCode}, {"name", p.T("web.difference.cause"), KindText},
		{"units", p.T("web.column.units"), KindCount}, {"unit_months", p.T("web.difference.unit_months"), KindCount}}, movedColumns(p)...)
	var sum queries.Burden
	for _, c := range b.o.Causes {
		moved := c.Burden()
		row := append([]Cell{textCell(c.Cause), textCell(CauseName(p, c.Cause)).to(b.link.to("cause", c.Cause)), countCell(c.Units), countCell(c.Months)}, partCells(table.Unit, moved)...)
		if b.hidden.All() || b.hidden.Of("moved", "") || b.hidden.Of("cause", c.Cause) {
			table.Sums, row = CheckHidden, concealed(row, 2)
		}
		table.Rows = append(table.Rows, row)
		sum = queries.Burden{Old: sum.Old + moved.Old, New: sum.New + moved.New, Charged: sum.Charged + moved.Charged}
	}
	if len(table.Rows) > 0 && !b.hidden.All() && !b.hidden.Of("moved", "") {
		table.Total = append([]Cell{textCell(""), textCell(p.T("web.total")), {Text: NotApplicable}, {Text: NotApplicable}}, partCells(table.Unit, b.o.Moved())...)
		table.check(sum == b.o.Moved())
	}
	block := Block{ID: "causes", Title: table.Title, Table: table}
	for _, c := range b.o.Causes {
		if c.Cause != "program" && len(causesOf(c.Cause)) > 1 {
			block.Note = p.T("web.difference.together")
		}
	}
	return block
}

// members sets the members of a dimension of both runs side by side.
func (b differing) members(id, word, counts string, rows []movedRow, name func(string) string) Block {
	p := b.p
	var most money.Fen
	for _, r := range rows {
		most = max(most, mostMoved(r.moved()), largest(r.Before.Real(), r.After.Real()))
	}
	table := Table{ID: id, Title: p.T("web.block." + id), Unit: tableUnit(p, most)}
	table.Columns = append([]Column{{"key", p.T("web.column.code"), KindCode}, {word, p.T("web.column." + word), KindText},
		{"real_before", p.T("web.difference.real_before", "run", b.o.Against), KindMoney}, {"real_after", p.T("web.difference.real_after", "run", b.o.Run), KindMoney}}, movedColumns(p)...)
	cells := func(key, name string, r movedRow) []Cell {
		return append([]Cell{textCell(key), textCell(name), table.Unit.cell(r.Before.Real()), table.Unit.cell(r.After.Real())}, partCells(table.Unit, r.moved())...)
	}
	var sum queries.Burden
	for _, r := range rows {
		row := cells(r.Key, name(r.Key), r)
		if b.hidden.All() || b.hidden.Of(counts, r.Key) {
			table.Sums, row = CheckHidden, concealed(row, 2)
		}
		row[1] = row[1].to(b.link.to(counts, r.Key))
		table.Rows = append(table.Rows, row)
		moved := r.moved()
		sum = queries.Burden{Old: sum.Old + moved.Old, New: sum.New + moved.New, Charged: sum.Charged + moved.Charged}
	}
	if len(table.Rows) > 0 && !b.hidden.All() {
		table.Total = cells("", p.T("web.total"), b.total())
		table.check(sum == b.o.Moved())
	}
	return Block{ID: id, Title: table.Title, Table: table}
}

// states counts the units that moved by their states in both runs.
func (b differing) states() Block {
	p := b.p
	table := Table{ID: "moved_states", Title: p.T("web.block.moved_states")}
	table.Columns = []Column{{"state_before", p.T("web.difference.state_before"), KindText}, {"state_after", p.T("web.difference.state_after"), KindText}, {"units", p.T("web.column.units"), KindCount}}
	var sum uint64
	order := []string{"increased", "none", "partial", "full", "no_due", ""}
	for _, then := range order {
		for _, now := range order {
			for _, t := range b.o.Transitions {
				if t.Then == then && t.Now == now {
					table.Rows = append(table.Rows, []Cell{textCell(StateName(p, then)), textCell(StateName(p, now)),
						countCell(t.Units).to(b.link.to("then", stateWord(then), "now", stateWord(now)))})
					sum += t.Units
				}
			}
		}
	}
	if len(table.Rows) > 0 {
		table.Total = []Cell{textCell(p.T("web.total")), textCell(""), countCell(b.o.MovedUnits())}
		table.check(sum == b.o.MovedUnits())
	}
	return Block{ID: table.ID, Title: table.Title, Table: table}
}

// StateName puts a unit's state into words; "" is that of a run that has nothing of it.
func StateName(p *i18n.Printer, state string) string {
	if state == "" {
		return p.T("web.difference.absent")
	}
	return p.T("web.state." + state)
}

// stateWord is a state in addresses, where "" would be no state at all.
func stateWord(state string) string {
	if state == "" {
		return StateAbsent
	}
	return state
}

// StateAbsent is, in addresses, the state of a unit of which a run has nothing.
const StateAbsent = "absent"

// policy lists what differs between the packs.
func (b differing) policy() Block { return PolicyBlock(b.p, b.o.Policy) }

// PolicyBlock lists differences between two packs with their documents.
func PolicyBlock(p *i18n.Printer, changes []queries.PolicyChange) Block {
	table := Table{ID: "policy", Title: p.T("web.block.policy_changes")}
	table.Columns = []Column{{"file", p.T("web.policy_change.file"), KindText}, {"row", p.T("web.policy_change.row"), KindText}, {"column", p.T("web.policy_change.column"), KindText},
		{"before", p.T("web.policy_change.before"), KindText}, {"after", p.T("web.policy_change.after"), KindText}, {"document", p.T("web.policy_change.document"), KindText}}
	for _, c := range changes {
		words := ChangeInWords(p, c)
		column := words.Column
		if column == "" {
			column = p.T("web.policy_change.whole_row")
		}
		table.Rows = append(table.Rows, []Cell{packPlace(p, c), textCell(words.Row), textCell(column), textOrDash(words.Left), textOrDash(words.Right), textOrDash(c.DocumentNo)})
	}
	return Block{ID: table.ID, Title: table.Title, Table: table}
}

// orDash is a text, or the mark of nothing.
func textOrDash(text string) Cell {
	if text == "" {
		return Cell{Text: NotApplicable}
	}
	return textCell(text)
}
