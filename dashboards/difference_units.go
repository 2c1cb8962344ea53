package dashboards

import (
	"strings"

	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// causesOf are the causes of a row that has several at once.
func causesOf(cause string) []string { return strings.Split(cause, "+") }

// MovedUnits is the table of units that moved, with their causes; each leads to the page about why.
func MovedUnits(units []queries.UnitMove, link Linker, p *i18n.Printer) Table {
	names := NewNames(p)
	var most money.Fen
	for i := range units {
		most = max(most, mostMoved(moveOf(&units[i])))
	}
	table := Table{ID: "units", Title: p.T("web.block.moved_units"), Unit: tableUnit(p, most)}
	table.Columns = append([]Column{{"name", p.T("web.difference.unit_name"), KindText}, {"unit_id", p.T("web.difference.unit_id"), KindCode},
		{"region", p.T("web.column.region"), KindText}, {"state_before", p.T("web.difference.state_before"), KindText}, {"state_after", p.T("web.difference.state_after"), KindText}}, movedColumns(p)...)
	table.Columns = append(table.Columns, Column{"causes", p.T("web.difference.why"), KindText})
	for i := range units {
		u := &units[i]
		now := textCell(StateName(p, u.Now))
		if u.Now == "increased" || u.Now == "none" {
			now.Tone = ToneIncrease
		}
		row := []Cell{textCell(u.Name).to(link.to("moved", u.UnitID)), textCell(u.UnitID), textCell(names.Region(u.RegionCode)), textCell(StateName(p, u.Then)), now}
		row = append(row, movedCells(table.Unit, u.Before(), u.After())...)
		table.Rows = append(table.Rows, append(row, textCell(causesText(u.Causes, table.Unit, p))))
	}
	return table
}

func moveOf(u *queries.UnitMove) queries.Burden {
	before, after := u.Before(), u.After()
	return queries.Burden{Old: after.Old - before.Old, New: after.New - before.New, Charged: after.Charged - before.Charged}
}

// causesText names the causes of a unit's movement with the part of the real reduction that each has.
func causesText(causes []queries.CauseRow, unit Unit, p *i18n.Printer) string {
	var parts []string
	for _, c := range causes {
		part := CauseName(p, c.Cause)
		if len(causes) > 1 {
			part += " " + unit.moved(c.Burden().Real()).Text
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, p.T("web.cause.next"))
}

// UnitDifference is the contents of the page about why one unit moved.
type UnitDifference struct {
	Title         string
	Name          string
	Outside       string // why what stands behind the months is not shown
	Months        Block
	Records       Block
	Registrations Block
	Policy        Block
}

// Blocks lists the blocks in the page's order.
func (d *UnitDifference) Blocks() []*Block {
	return []*Block{&d.Months, &d.Records, &d.Registrations, &d.Policy}
}

// Table finds a table by its ID.
func (d *UnitDifference) Table(id string) (Table, bool) {
	for _, b := range d.Blocks() {
		if b.Table.ID == id {
			return b.Table, true
		}
	}
	return Table{}, false
}

// NewUnitDifference makes the contents of the page about one unit.
func NewUnitDifference(u queries.UnitDifference, run, against uint32, p *i18n.Printer) *UnitDifference {
	d := &UnitDifference{Name: u.Name, Title: p.T("web.difference.unit_title", "name", orID(u.Name, u.UnitID), "run", run, "against", against)}
	switch {
	case u.Outside:
		d.Outside = p.T("web.difference.outside")
	case u.TooMany:
		d.Outside = p.T("web.difference.too_many")
	}
	d.Months = unitMonths(u, p)
	d.Records = unitRecords(u, p)
	d.Registrations = unitRegistrations(u, p)
	d.Policy = PolicyBlock(p, u.Policy)
	return d
}

func orID(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

// unitMonths splits the movement of each month.
func unitMonths(u queries.UnitDifference, p *i18n.Printer) Block {
	var most money.Fen
	for i := range u.Months {
		most = max(most, mostMoved(u.Months[i].Moved()))
	}
	table := Table{ID: "unit_months", Title: p.T("web.block.unit_months"), Unit: tableUnit(p, most)}
	table.Columns = append([]Column{{"period", p.T("web.column.period"), KindText}, {"part", p.T("web.difference.part"), KindText}}, movedColumns(p)...)
	var sum, parts queries.Burden
	add := func(into *queries.Burden, b queries.Burden) {
		into.Old, into.New, into.Charged = into.Old+b.Old, into.New+b.New, into.Charged+b.Charged
	}
	split := true
	for i := range u.Months {
		m := &u.Months[i]
		row := func(cause string, b queries.Burden) {
			table.Rows = append(table.Rows, append([]Cell{{Text: Month(p, m.Period), Raw: m.Period.String()}, textCell(cause)}, partCells(table.Unit, b)...))
			add(&parts, b)
		}
		add(&sum, m.Moved())
		switch {
		case m.Added:
			row(p.T("web.cause.month_added"), m.Moved())
		case m.Removed:
			row(p.T("web.cause.month_removed"), m.Moved())
		case !m.Split:
			split = false
			row(p.T("web.difference.not_split", "causes", CauseName(p, m.Cause)), m.Moved())
		default:
			for _, part := range []struct {
				id string
				b  queries.Burden
			}{{"records", m.ByRecords}, {"registration", m.ByRegister}, {"policy", m.ByPolicy}, {"program", m.ByProgram}} {
				if part.b != (queries.Burden{}) {
					row(p.T("web.cause."+part.id), part.b)
				}
			}
			if m.Moved() == (queries.Burden{}) {
				row(p.T("web.cause.registration"), queries.Burden{})
			}
		}
	}
	if len(table.Rows) > 0 {
		table.Total = append([]Cell{textCell(p.T("web.total")), textCell("")}, partCells(table.Unit, sum)...)
		table.check(sum == parts)
	}
	block := Block{ID: table.ID, Title: table.Title, Table: table}
	if split {
		block.Note = p.T("web.difference.split_order")
	}
	return block
}

// unitRecords lists which records changed, by month, insurance and load.
func unitRecords(u queries.UnitDifference, p *i18n.Printer) Block {
	names := NewNames(p)
	var most money.Fen
	for _, r := range u.Records {
		most = max(most, largest(r.Wage, r.Charged))
	}
	table := Table{ID: "unit_records", Title: p.T("web.block.unit_records"), Unit: tableUnit(p, most)}
	table.Columns = []Column{{"period", p.T("web.column.period"), KindText}, {"insurance", p.T("web.column.insurance"), KindText}, {"kind", p.T("web.difference.record_kind"), KindText},
		{"load", p.T("web.difference.load"), KindText}, {"records", p.T("web.difference.records"), KindCount}, {"wage", p.T("web.difference.wage"), KindMoney}, {"charged", p.T("web.difference.charged_both"), KindMoney}}
	for _, r := range u.Records {
		table.Rows = append(table.Rows, []Cell{{Text: Month(p, r.Period), Raw: r.Period.String()}, textCell(names.Word("insurance")(r.Insurance.String())), textCell(p.T("web.record_change." + r.Kind)),
			textCell(p.T("web.load.number", "load", r.Load)), countCell(uint64(r.Records)), table.Unit.moved(r.Wage), table.Unit.moved(r.Charged)}) //nolint:gosec // a count
	}
	return Block{ID: table.ID, Title: table.Title, Table: table}
}

// unitRegistrations lists what of the unit's registration changed.
func unitRegistrations(u queries.UnitDifference, p *i18n.Printer) Block {
	names := NewNames(p)
	table := Table{ID: "unit_registrations", Title: p.T("web.block.unit_registrations")}
	table.Columns = []Column{{"field", p.T("web.registration.field"), KindText}, {"before", p.T("web.policy_change.before"), KindText}, {"after", p.T("web.policy_change.after"), KindText}, {"months", p.T("web.column.period"), KindText}}
	value := func(field, text string) Cell {
		switch d, ok := dimension.OfColumn(field); {
		case text == "":
			return Cell{Text: NotApplicable}
		case ok && d.Codes != nil:
			return Cell{Text: text + " " + names.Member(d.ID, text), Raw: text}
		case ok:
			return Cell{Text: names.Member(d.ID, text), Raw: text}
		}
		return textCell(text)
	}
	for _, r := range u.Registrations {
		var months []string
		for _, m := range r.Months {
			months = append(months, m.String())
		}
		table.Rows = append(table.Rows, []Cell{textCell(p.T("web.registration." + r.Field)), value(r.Field, r.Then), value(r.Field, r.Now), textCell(strings.Join(months, " "))})
	}
	return Block{ID: table.ID, Title: table.Title, Table: table}
}
