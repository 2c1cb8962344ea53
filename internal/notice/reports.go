package notice

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/internal/period"
	"jianfu/internal/preparation"
	"jianfu/internal/region"
	"jianfu/queries"
)

// ofReports are the notices that follow from how the preparation of reports ended lately: of one by schedule, to who has set it up and to
// the reporting officers of the bureau, of one that somebody asked for, to them alone and only where it came to nothing.
func (n *Notices) ofReports(ctx context.Context, p people, now time.Time) (found []queries.Notice, err error) {
	ended, err := n.q.EndedReportJobs(ctx, now.Add(-lookBack), preparation.Ends)
	if err != nil {
		return nil, err
	}
	for _, j := range ended {
		kind, address := ReportFailed, "/reports/preparations/"+j.Job
		if j.Step == preparation.Done {
			kind, address = ReportReady, "/reports/"+j.Report
		}
		accounts := []string{j.Account}
		switch {
		case j.Schedule != "":
			accounts = append(accounts, p.at(j.Region, access.ReportsWrite)...)
		case kind == ReportReady:
			continue
		}
		facts, err := json.Marshal(reportWords(j))
		if err != nil {
			return nil, err
		}
		slices.Sort(accounts)
		for _, account := range slices.Compact(accounts) {
			one, ok := p.of[account]
			if !ok || !one.Scope(access.ReportsRead).Allows(j.Region) || j.Few && !one.Can(access.FiguresRecord) {
				continue
			}
			found = append(found, queries.Notice{Account: account, Notice: identifier.Of(account, string(kind), j.Job), Kind: string(kind), Issue: j.Job, By: ledger.System,
				Rights: []string{string(access.ReportsRead)}, Regions: []string{j.Region}, Address: address, Facts: string(facts)})
		}
	}
	return found, nil
}

// reportWords say in every language which report it is and, where it came to nothing, why.
func reportWords(j queries.EndedReportJob) map[string]string {
	words := map[string]string{}
	for _, language := range i18n.Languages {
		p := i18n.For(language)
		months := period.Period(j.From).String()
		if j.To != j.From {
			months = p.T("notice.report.months", "from", months, "to", period.Period(j.To))
		}
		where := p.T("web.regions.all")
		if region.Known(j.Region) {
			where = region.NameIn(language, j.Region)
		}
		why := preparation.Why(j.Problem, p)
		if why == "" && j.Step != preparation.Done {
			why = p.T("web.report.job." + j.Step)
		}
		words[language] = p.T("notice.report."+j.Step, "months", months, "region", where, "why", why)
	}
	return words
}

// ReportText says what a notice about a report says; "" for any other.
func ReportText(kind, facts string, p *i18n.Printer) string {
	if Kind(kind) != ReportReady && Kind(kind) != ReportFailed {
		return ""
	}
	return preparation.Why(facts, p)
}
