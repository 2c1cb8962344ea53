package dashboards

import (
	"slices"
	"strings"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// MovesInWords says what several changes move, in one sentence.
func MovesInWords(p *i18n.Printer, moves []policy.Move) string {
	var texts []string
	for _, m := range moves {
		texts = append(texts, MoveInWords(p, m))
	}
	return strings.Join(texts, p.T("web.what_if.and"))
}

// InForceInWords says what is in force where a change would move it: "16%", "3,368 元至 3,500 元（各地不同）".
func InForceInWords(p *i18n.Printer, m policy.Move, f policy.InForce) string {
	var low, high string
	var several bool
	switch {
	case m.Target == policy.MoveRate && len(f.Rates) > 0:
		low, high, several = slices.Min(f.Rates).Percent(), slices.Max(f.Rates).Percent(), len(f.Rates) > 1
	case m.Target != policy.MoveRate && len(f.Limits) > 0:
		yuan := func(amount money.Fen) string { return p.T("web.what_if.yuan", "amount", exact(amount)) }
		low, high, several = yuan(slices.Min(f.Limits)), yuan(slices.Max(f.Limits)), len(f.Limits) > 1
	default:
		return p.T("web.what_if.in_force.none")
	}
	if several {
		return p.T("web.what_if.in_force.several", "low", low, "high", high)
	}
	return low
}

// Received is what was received of the cut by the official figures: what should have been saved, and what was.
type Received struct {
	total   queries.MemberRow
	members map[string]queries.MemberRow // by dimension and key
	hidden  Hidden
}

// NewReceived takes what was received out of an overview that is concealed already.
func NewReceived(o queries.Overview, hidden Hidden) *Received {
	r := &Received{total: o.Total, members: map[string]queries.MemberRow{}, hidden: hidden}
	for dimension, rows := range map[string][]queries.MemberRow{"region": o.ByRegion, "section": o.ByIndustry, "size": o.BySize} {
		for _, row := range rows {
			r.members[dimension+"|"+row.Key] = row
		}
	}
	return r
}

// whole is what was received in all; shown tells whether it is known and may be seen.
func (r *Received) whole() (row queries.MemberRow, shown bool) {
	if r == nil || r.hidden.All() {
		return queries.MemberRow{}, false
	}
	return r.total, true
}

// Of is what a member received in all; "" is the key of the whole. known tells whether the official figures have it, shown
// whether the reader may see it.
func (r *Received) Of(dimension, key string) (row queries.MemberRow, known, shown bool) {
	if r == nil {
		return queries.MemberRow{}, false, false
	}
	row, known = r.total, true
	if key != "" {
		row, known = r.members[dimension+"|"+key]
	}
	return row, known, !r.hidden.All() && (key == "" || !r.hidden.Of(dimension, key))
}

// receivedColumns are what a table says of the cut that was received.
func receivedColumns(p *i18n.Printer) []Column {
	return []Column{
		{"received", p.T("web.what_if.column.received"), KindMoney},
		{"of_received", p.T("web.what_if.column.of_received"), KindPercent},
		{"delivered", p.T("web.what_if.column.delivered"), KindMoney},
		{"overcharged", p.T("web.what_if.column.overcharged"), KindMoney},
		{"undercharged", p.T("web.what_if.column.undercharged"), KindMoney},
		{"rate", p.T("web.what_if.column.rate"), KindPercent},
	}
}

// cells are those of receivedColumns of a member, with what its change is of what it received; "" is the total's key.
func (r *Received) cells(p *i18n.Printer, unit Unit, dimension, key string, change money.Fen) []Cell {
	row, known, shown := r.Of(dimension, key)
	sign := NotApplicable
	if !shown {
		sign = Concealed
	}
	if !known || !shown {
		return slices.Repeat([]Cell{textCell(sign)}, len(receivedColumns(p)))
	}
	over, under := wronglyCells(unit, row.Reach)
	return []Cell{unit.cell(row.Real()), {Text: rate(p, abs(change), row.Real()), Raw: plainRate(abs(change), row.Real())},
		unit.cell(row.Delivered), over, under, arrivedCell(p, row.Reach)}
}

// againstTheCut sets the change of the whole against the cut that was received.
func (b whatIfBuilder) againstTheCut() string {
	cut, shown := b.cut.whole()
	if !shown {
		return ""
	}
	moved := b.e.Total.Change()
	if cut.Real() <= 0 {
		return b.p.T("web.what_if.cut.none")
	}
	key := "web.what_if.cut.more"
	if moved > 0 {
		key = "web.what_if.cut.less"
	}
	unit := figureUnit(b.p, cut.Real())
	return b.p.T(key, "real", StrongStart+unit.WithName(cut.Real())+StrongEnd, "share", StrongStart+percent(b.p, abs(moved), cut.Real())+StrongEnd)
}

// receivedKPI is what was received of the cut in the same months, with what it would be with the change.
func (b whatIfBuilder) receivedKPI(cut queries.MemberRow) KPI {
	p := b.p
	unit := figureUnit(p, cut.Real())
	after := cut.Real() - b.e.Total.Change()
	return KPI{ID: "received", Name: p.T("web.what_if.kpi.received"), Value: unit.Text(cut.Real()), Unit: unit.Name, Hover: exact(cut.Real()), Share: -1,
		Notes: []string{p.T("web.what_if.kpi.received.note", "amount", unit.WithName(after)), p.T("web.what_if.kpi.received.reach", "rate", rate(p, cut.Delivered, cut.Entitled),
			"delivered", unit.WithName(cut.Delivered), "over", unit.WithName(cut.Overcharged), "under", unit.WithName(cut.Undercharged))}}
}
