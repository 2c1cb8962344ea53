package dashboards

import (
	"slices"

	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// UnitColumns are the columns that a list of units can have, in their order; the first is always there.
var UnitColumns = slices.Concat([]string{"name", "unit_id", "region", "industry"}, dimension.IDs(dimension.OfUnits()), []string{"state", "headcount", "old", "new", "charged",
	"due", "real", "shortfall", "rate", "per_person"})

// UsualUnitColumns are those of a list for which nobody has chosen.
var UsualUnitColumns = []string{"name", "unit_id", "region", "industry", "size", "state", "charged", "due", "real", "shortfall"}

// unitColumnKinds are the kinds of those columns that are no text.
var unitColumnKinds = map[string]Kind{"headcount": KindCount, "old": KindMoney, "new": KindMoney, "charged": KindMoney, "due": KindMoney, "real": KindMoney,
	"shortfall": KindMoney, "explained": KindMoney, "rate": KindPercent, "per_person": KindMoney}

// UnitTable writes units as rows of the columns that somebody chose. With a reason, what it explains of a unit's shortfall
// stands last. All amounts are in yuan to the fen, so that page after page reads alike.
type UnitTable struct {
	columns []string
	least   uint64 // units with fewer persons in a month are named and no more; 0 for a reader who may see persons
	unit    Unit
	names   Names
	p       *i18n.Printer
}

// NewUnitTable is for the named columns, in the order of UnitColumns.
func NewUnitTable(columns []string, reason string, least uint64, p *i18n.Printer) UnitTable {
	t := UnitTable{least: least, unit: newUnit(p, 100, "yuan"), names: NewNames(p), p: p}
	for _, c := range UnitColumns {
		if c == UnitColumns[0] || slices.Contains(columns, c) {
			t.columns = append(t.columns, c)
		}
	}
	if reason != "" {
		t.columns = append(t.columns, "explained")
	}
	return t
}

// Columns are the table's columns.
func (t UnitTable) Columns() []Column {
	var columns []Column
	for _, c := range t.columns {
		kind := unitColumnKinds[c]
		if kind == "" {
			kind = KindText
		}
		columns = append(columns, Column{c, t.p.T("web.units.column." + c), kind})
	}
	return columns
}

// Conceals tells whether a unit's figures are about too few persons for the reader.
func (t UnitTable) Conceals(r queries.UnitRow) bool { return r.Fewest < t.least }

// Row are the cells of a unit, whose name leads to address.
func (t UnitTable) Row(r queries.UnitRow, address string) []Cell {
	perPerson, persons := queries.PerPerson(r.Charged, r.Headcount)
	var cells []Cell
	for _, c := range t.columns {
		cells = append(cells, t.cell(c, r, address, perPerson, persons))
	}
	return cells
}

func (t UnitTable) cell(column string, r queries.UnitRow, address string, perPerson money.Fen, persons bool) Cell {
	switch column {
	case "name":
		return textCell(r.Name).to(address)
	case "unit_id":
		return textCell(r.UnitID)
	case "region":
		return textCell(t.names.Region(r.RegionCode))
	case "industry":
		return textCell(t.names.Industry(r.IndustryCode))
	case "size":
		return textCell(t.names.UnitSize(r.Size, r.UnitKind))
	}
	if d, ok := dimension.Named(column); ok {
		return textCell(t.names.Member(d.ID, r.Of(d)))
	}
	if t.Conceals(r) {
		return Cell{Text: Concealed, Raw: Concealed}
	}
	switch column {
	case "state":
		cell := textCell(t.p.T("web.state." + r.State))
		if r.State == "none" || r.State == "increased" {
			cell.Tone = ToneIncrease
		}
		return cell
	case "headcount":
		return countCell(r.Headcount)
	case "rate":
		return reachedCell(t.p, queries.ReachOf(r.Burden))
	case "per_person":
		if !persons {
			return Cell{Text: NotApplicable}
		}
		return t.unit.cell(perPerson)
	}
	amount := map[string]money.Fen{"old": r.Old, "new": r.New, "charged": r.Charged, "due": r.Due(), "real": r.Real(), "shortfall": r.Shortfall(), "explained": r.Explained}[column]
	cell := t.unit.cell(amount)
	if column == "real" {
		cell.Tone = toneOf(amount)
	}
	if (column == "shortfall" || column == "explained") && amount > 0 {
		cell.Tone = ToneIncrease
	}
	return cell
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
