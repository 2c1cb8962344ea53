package dashboards

import (
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// UnitColumns are the columns that a list of units can have, in their order; the first is always there.
var UnitColumns = UnitTable{}.all().keys()

// UsualUnitColumns are those of a list for which nobody has chosen.
var UsualUnitColumns = []string{"name", "unit_id", "region", "industry", "size", "state", "charged", "due", "real", "shortfall"}

// UnitTable writes units as rows of the columns that somebody chose. With a reason, what it explains of a unit's shortfall
// stands last. All amounts are in yuan to the fen, so that page after page reads alike.
type UnitTable struct {
	listing[unitLine, Cell]
	least uint64 // units with fewer persons in a month are named and no more; 0 for a reader who may see persons
	unit  Unit
	names Names
	p     *i18n.Printer
}

// unitLine is a unit of a list, with the address of its page.
type unitLine struct {
	queries.UnitRow
	address string
}

// NewUnitTable is for the named columns, in the order of UnitColumns.
func NewUnitTable(columns []string, reason string, least uint64, p *i18n.Printer) UnitTable {
	t := UnitTable{least: least, unit: newUnit(p, 100, "yuan"), names: NewNames(p), p: p}
	t.listing = t.all().chosen(columns)
	if reason != "" {
		t.listing = append(t.listing, t.figure("explained", KindMoney, func(r unitLine) Cell { return alarming(t.unit.cell(r.Explained), r.Explained) }))
	}
	return t
}

// all are the columns that can be chosen.
func (t UnitTable) all() listing[unitLine, Cell] {
	all := listing[unitLine, Cell]{
		{"name", KindText, func(r unitLine) Cell { return textCell(r.Name).to(r.address) }},
		{"unit_id", KindText, func(r unitLine) Cell { return textCell(r.UnitID) }},
		{dimension.Region, KindText, func(r unitLine) Cell { return textCell(t.names.Region(r.RegionCode)) }},
		{dimension.Industry, KindText, func(r unitLine) Cell { return textCell(t.names.Industry(r.IndustryCode)) }},
	}
	for _, d := range dimension.OfUnits() {
		all = append(all, listColumn[unitLine, Cell]{d.ID, KindText, func(r unitLine) Cell { return textCell(t.names.OfUnit(d, r.Words)) }})
	}
	return append(all,
		t.figure("state", KindText, t.state),
		t.figure("headcount", KindCount, func(r unitLine) Cell { return countCell(r.Headcount) }),
		t.figure("old", KindMoney, func(r unitLine) Cell { return t.unit.cell(r.Old) }),
		t.figure("new", KindMoney, func(r unitLine) Cell { return t.unit.cell(r.New) }),
		t.figure("charged", KindMoney, func(r unitLine) Cell { return t.unit.cell(r.Charged) }),
		t.figure("due", KindMoney, func(r unitLine) Cell { return t.unit.cell(r.Due()) }),
		t.figure("real", KindMoney, func(r unitLine) Cell { return toned(t.unit.cell(r.Real()), toneOf(r.Real())) }),
		t.figure("shortfall", KindMoney, func(r unitLine) Cell { return alarming(t.unit.cell(r.Shortfall()), r.Shortfall()) }),
		t.figure("rate", KindPercent, func(r unitLine) Cell { return reachedCell(t.p, queries.ReachOf(r.Burden)) }),
		t.figure("per_person", KindMoney, t.perPerson))
}

// figure is a column of which a unit with too few persons for the reader says nothing.
func (t UnitTable) figure(key string, kind Kind, cell func(unitLine) Cell) listColumn[unitLine, Cell] {
	return listColumn[unitLine, Cell]{key, kind, func(r unitLine) Cell {
		if t.Conceals(r.UnitRow) {
			return Cell{Text: Concealed, Raw: Concealed}
		}
		return cell(r)
	}}
}

func (t UnitTable) state(r unitLine) Cell {
	cell := textCell(t.p.T("web.state." + r.State))
	if r.State == "none" || r.State == "increased" {
		cell.Tone = ToneIncrease
	}
	return cell
}

func (t UnitTable) perPerson(r unitLine) Cell {
	if each, persons := queries.PerPerson(r.Charged, r.Headcount); persons {
		return t.unit.cell(each)
	}
	return Cell{Text: NotApplicable}
}

// Columns are the table's columns.
func (t UnitTable) Columns() []Column { return t.columns(t.p, "web.units.column.") }

// Conceals tells whether a unit's figures are about too few persons for the reader.
func (t UnitTable) Conceals(r queries.UnitRow) bool { return r.Fewest < t.least }

// Row are the cells of a unit, whose name leads to address.
func (t UnitTable) Row(r queries.UnitRow, address string) []Cell { return t.row(unitLine{r, address}) }

// toned is a cell in a tone.
func toned(c Cell, tone Tone) Cell {
	c.Tone = tone
	return c
}

// alarming is the cell of an amount that is bad news where it is above nought.
func alarming(c Cell, amount money.Fen) Cell {
	if amount > 0 {
		c.Tone = ToneIncrease
	}
	return c
}

// reachedCell is the share of due reductions that arrived.
func reachedCell(p *i18n.Printer, r queries.Reach) Cell {
	return Cell{Text: rate(p, r.Delivered, r.Entitled), Raw: plainRate(r.Delivered, r.Entitled)}
}

// UnitKPIs are the indicators of a list: what all units that were found come to.
func UnitKPIs(list queries.UnitList, p *i18n.Printer) []KPI {
	cards, unit := burdenKPIs(list.Total, p)
	over, under := overAndUnder(list.Total.Reach, unit, p)
	return append([]KPI{{ID: "units", Name: p.T("web.kpi.units"), Value: count(list.Units), Unit: unitNoun(p, "web.unit.units", list.Units), Share: -1,
		Notes: []string{p.T("web.units.headcount", "count", count(list.Headcount))}}}, append(cards, over, under)...)
}

// burdenKPIs are the five amounts of a set of burdens, in one unit.
func burdenKPIs(t queries.Sums, p *i18n.Printer) ([]KPI, Unit) {
	unit := newUnit(p, 100, "yuan") // as the rows of the page have it
	card := func(id string, f money.Fen) KPI {
		return KPI{ID: id, Name: p.T("web.column." + id), Value: unit.Text(f), Unit: unit.Name, Hover: exact(f), Share: -1}
	}
	old, now, charged, due, real := card("old", t.Old), card("new", t.New), card("charged", t.Charged), card("due", t.Due()), card("real", t.Real())
	due.Notes = []string{p.T("web.kpi.due.note", "share", percent(p, t.Due(), t.Old))}
	real.Notes, real.Tone = []string{p.T("web.units.rate", "rate", rate(p, t.Delivered, t.Entitled))}, toneOf(t.Real())
	charged.Notes = []string{p.T("web.units.change", "change", change(p, t.Old, t.Charged))}
	return []KPI{old, now, charged, due, real}, unit
}
