package dashboards

import (
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/queries"
)

// RecordHistory is the table of the versions of a record, oldest first; nil where there is but one and it counts.
func RecordHistory(versions []queries.RecordVersion, p *i18n.Printer) *Table {
	if len(versions) < 2 && (len(versions) == 0 || versions[0].State == "counts") {
		return nil
	}
	names := NewNames(p)
	t := Table{ID: "history", Title: p.T("web.record.history"), Unit: newUnit(p, 100, "yuan"), Columns: []Column{
		{"load", p.T("web.unit.column.load"), KindText}, {"file", p.T("web.unit.column.file"), KindText}, {"line", p.T("web.record.history.line"), KindCount},
		{"loaded_at", p.T("web.stamp.loaded_at"), KindText}, {"period", p.T("web.column.period"), KindText}, {"insurance", p.T("web.column.insurance"), KindText},
		{"wage", p.T("web.unit.column.wage"), KindMoney}, {"base", p.T("web.record.column.base"), KindMoney}, {"employer_amount", p.T("web.record.column.employer_amount"), KindMoney},
		{"employee_amount", p.T("web.record.column.employee_amount"), KindMoney}, {"received_amount", p.T("web.record.column.received_amount"), KindMoney}, {"state", p.T("web.record.history.state"), KindText}}}
	for _, v := range versions {
		state := p.T("web.record.history." + v.State)
		if w := v.Withdrawn; w != nil {
			state = p.T("web.record.history.withdrawn_by", "at", Moment(w.At), "by", names.Actor(w.Account), "reason", w.Reason)
		}
		t.Rows = append(t.Rows, []Cell{textCell(p.T("web.unit.load", "load", v.Load)), textCell(v.File), countCell(uint64(v.Line)), textCell(Moment(v.LoadedAt)), textCell(Month(p, period.Period(v.Period))),
			textCell(names.Word("insurance")(v.Insurance)), t.Unit.cell(v.Wage), t.Unit.cell(v.Base), t.Unit.cell(v.EmployerAmount), t.Unit.cell(v.EmployeeAmount), t.Unit.cell(v.ReceivedAmount), textCell(state)})
	}
	return &t
}
