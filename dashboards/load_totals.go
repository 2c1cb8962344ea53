package dashboards

import (
	"strings"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// LoadTotals is the table of what the lines of a load add up to, by insurance and month, to the fen.
func LoadTotals(totals []queries.LoadTotal, p *i18n.Printer) Table {
	t := Table{ID: "totals", Title: p.T("web.block.load_totals"), Unit: Unit{Divisor: 100, Decimals: 2}}
	t.Columns = []Column{{"insurance", p.T("web.column.insurance"), KindText}, {"period", p.T("web.column.period"), KindText}, {"part", p.T("web.load.total_part"), KindText},
		{"records", p.T("control.records"), KindCount}, {"headcount", p.T("control.headcount"), KindCount}, {"wage", p.T("control.wage"), KindMoney}, {"base", p.T("control.base"), KindMoney},
		{"employer_amount", p.T("control.employer_amount"), KindMoney}, {"employee_amount", p.T("control.employee_amount"), KindMoney},
		{"received_amount", p.T("control.received_amount"), KindMoney}}
	figures := func(s queries.LoadTotal) []Cell {
		return []Cell{countCell(s.Records), countCell(s.Headcount), t.Unit.cell(s.Wage), t.Unit.cell(s.Base), t.Unit.cell(s.EmployerAmount), t.Unit.cell(s.EmployeeAmount), t.Unit.cell(s.ReceivedAmount)}
	}
	var sum queries.LoadTotal
	for _, s := range totals {
		part := p.T("web.load.accepted")
		if s.Unchanged {
			part = p.T("web.load.unchanged")
		}
		t.Rows = append(t.Rows, append([]Cell{textCell(p.T("web.insurance." + s.Insurance)), textCell(Month(p, period.Period(s.Period))), textCell(part)}, figures(s)...))
		sum.Add(s)
	}
	if len(totals) > 1 {
		t.Total = append([]Cell{textCell(p.T("web.total")), textCell(""), textCell("")}, figures(sum)...)
	}
	return t
}

// DeclaredTotals is the table of what the source of a load says, beside what was found.
func DeclaredTotals(declared []queries.DeclaredTotal, p *i18n.Printer) Table {
	t := Table{ID: "declared", Title: p.T("web.block.declared_totals")}
	t.Columns = []Column{{"of", p.T("web.load.declared_of"), KindText}, {"measure", p.T("web.load.declared_measure"), KindText}, {"declared", p.T("web.load.declared"), KindMoney},
		{"found", p.T("web.load.found"), KindMoney}, {"difference", p.T("web.load.declared_difference"), KindMoney}, {"verdict", p.T("web.reconciliation.verdict"), KindText}}
	for _, d := range declared {
		verdict := Cell{Text: "✓ " + p.T("web.reconciliation.equal"), Raw: "equal", Tone: ToneReduction}
		if !d.Equal() {
			verdict = Cell{Text: "✗ " + p.T("web.reconciliation.unequal"), Raw: "unequal", Tone: ToneIncrease}
		}
		figure := func(f money.Fen) Cell { return Cell{Text: DeclaredFigure(d, f), Raw: d.Figure(f)} }
		t.Rows = append(t.Rows, []Cell{textCell(DeclaredOf(d, p)), textCell(p.T("control." + d.Measure)), figure(d.Declared), figure(d.Found), figure(d.Found - d.Declared), verdict})
	}
	return t
}

// DeclaredOf names what a figure of the source is of: all of a file, a month, an insurance.
func DeclaredOf(d queries.DeclaredTotal, p *i18n.Printer) string {
	var words []string
	if d.Insurance != "" {
		words = append(words, p.T("web.insurance."+d.Insurance))
	}
	if d.Period != 0 {
		words = append(words, Month(p, period.Period(d.Period)))
	}
	if len(words) == 0 {
		return p.T("control.all")
	}
	return strings.Join(words, " ")
}

// DeclaredFigure writes a figure of the source: lines and persons as whole numbers, amounts to the fen.
func DeclaredFigure(d queries.DeclaredTotal, f money.Fen) string {
	if d.Counts() {
		return Unit{Divisor: 100}.Text(f)
	}
	return exact(f)
}

// LoadVerdict says what the figures of a load were compared with, and whether they agree. Without the source's own figures nothing
// more can be said than that they are as read.
func LoadVerdict(declared []queries.DeclaredTotal, p *i18n.Printer) (text string, agrees bool) {
	unequal := 0
	for _, d := range declared {
		if !d.Equal() {
			unequal++
		}
	}
	switch {
	case len(declared) == 0:
		return p.T("load.undeclared"), true
	case unequal == 0:
		return p.N("load.declared_equal", len(declared)), true
	}
	return p.N("load.declared_unequal", unequal, "of", len(declared)), false
}
