package dashboards

import (
	"time"

	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/queries"
)

// ReportState puts the state of a report, or a step of its life, into words.
func ReportState(p *i18n.Printer, state string) string { return p.T("report.step." + state) }

// ReportWindow is the period of a report in words.
func ReportWindow(p *i18n.Printer, k queries.KeptReport) string {
	return Window(p, period.Range{From: period.Period(k.From), To: period.Period(k.To)})
}

// Reports is the table of kept reports, in the order given. Links are of a report ("report") and of its run ("run").
func Reports(list []queries.KeptReport, people map[string]string, link Linker, p *i18n.Printer) Table {
	t := Table{ID: "reports", Title: p.T("web.reports")}
	t.Columns = []Column{{"report", p.T("web.report.number"), KindText}, {"period", p.T("web.report.period"), KindText}, {"title", p.T("web.report.title"), KindText},
		{"organisation", p.T("web.report.organisation"), KindText}, {"state", p.T("web.report.state"), KindText}, {"waived", p.T("web.report.waived"), KindCount},
		{"run", p.T("web.run.number"), KindText}, {"prepared_by", p.T("web.report.prepared_by"), KindText}, {"prepared_at", p.T("web.report.prepared_at"), KindText}}
	for i := range list {
		k := &list[i]
		state := textCell(ReportState(p, k.State))
		state.Raw = k.State
		waived := countCell(uint64(k.Waived))
		if k.Waived > 0 {
			waived.Tone = ToneIncrease
		}
		t.Rows = append(t.Rows, []Cell{textCell(k.ID[:8]).to(link.to("report", k.ID)), textCell(ReportWindow(p, *k)), textCell(k.Title), textCell(k.Organisation), state, waived,
			countCell(uint64(k.Run)).to(link.to("run", k.ID)), textCell(PersonName(p, people, k.PreparedBy)), {Text: Moment(k.PreparedAt), Raw: k.PreparedAt.UTC().Format(time.RFC3339)}})
	}
	return t
}

// PersonName is how people call an account: by its name where one is known.
func PersonName(p *i18n.Printer, people map[string]string, account string) string {
	if name := people[account]; name != "" {
		return name
	}
	return NewNames(p).Actor(account)
}
