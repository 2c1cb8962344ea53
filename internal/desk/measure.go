package desk

import (
	"context"
	"fmt"
	"slices"

	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Measured is what a run showed of the issues about units' shortfalls.
type Measured struct {
	Run       uint32 `json:"run"`
	Issues    int    `json:"issues"`    // that it could say something of
	Changed   int    `json:"changed"`   // of which another amount is outstanding, or was found, than before
	Cured     int    `json:"cured"`     // of which nothing is outstanding any more
	Relapsed  int    `json:"relapsed"`  // which have come back
	Untouched int    `json:"untouched"` // that it says nothing of: it lacks data of their units, or they are exempted
}

// Measure writes into the histories of issues what a published run shows of them: how much of the shortfall is
// outstanding, that it is cured, or that it has come back. What has not changed is not written. It may be called again
// for the same run, and finishes what a call that was killed began.
func (d *Desk) Measure(ctx context.Context, run uint32) (Measured, error) {
	m := Measured{Run: run}
	if err := d.q.MendIssues(ctx); err != nil {
		return m, err
	}
	comparisons, err := d.q.IssueComparisons(ctx)
	if err != nil || len(comparisons) == 0 {
		return m, err
	}
	figures, err := d.q.FiguresOf(ctx, run)
	if err != nil {
		return m, err
	}
	for _, c := range comparisons {
		view := queries.View{Comparison: c.ID, Window: period.Range{From: period.Period(c.From), To: max(period.Period(c.From), period.Period(figures.Run.DataTo))}}
		if view, err = figures.Complete(view); err != nil {
			if fault.Code(err) == "policy_unknown_comparison" { // this run's pack has it no more
				continue
			}
			return m, err
		}
		if err := d.measureAll(ctx, figures, view, &m); err != nil {
			return m, fmt.Errorf("measure issues by run %d: %w", run, err)
		}
	}
	return m, nil
}

// unitsAtOnce is of how many units the issues are measured at once.
const unitsAtOnce = 2000

// measureAll measures the issues of a comparison.
func (d *Desk) measureAll(ctx context.Context, figures *queries.Figures, view queries.View, m *Measured) error {
	for behind := ""; ; {
		issues, err := d.q.IssuesWithMoney(ctx, view.Comparison, behind, unitsAtOnce)
		if err != nil || len(issues) == 0 {
			return err
		}
		behind = issues[len(issues)-1].Unit
		var units []string
		for _, i := range issues {
			units = append(units, i.Unit)
		}
		lines, err := figures.UnitReasons(ctx, filter.Everything(), view, slices.Compact(units))
		if err != nil {
			return err
		}
		for len(issues) > 0 {
			in := queries.InCounty{Unit: issues[0].Unit, Region: issues[0].Region}
			n := slices.IndexFunc(issues, func(i ledger.Issue) bool { return i.Unit != in.Unit || i.Region != in.Region })
			if n < 0 {
				n = len(issues)
			}
			if err := d.measureUnit(ctx, figures.Run.ID, issues[:n], lines[in], m); err != nil {
				return err
			}
			issues = issues[n:]
		}
	}
}

// measureUnit measures the issues of one unit in a county, the oldest first.
func (d *Desk) measureUnit(ctx context.Context, run uint32, issues []ledger.Issue, lines []queries.UnitReason, m *Measured) error {
	claims, err := claimsOf(issues)
	if err != nil {
		return err
	}
	months := map[string]bool{}
	for _, line := range lines {
		months[period.Period(line.Period).String()] = true
	}
	for i, s := range allot(claims, lines) {
		issue := issues[i]
		if run < issue.MeasuredRun || issue.Exemption != "" || slices.ContainsFunc(issue.Months, func(month string) bool { return !months[month] }) {
			m.Untouched++
			continue
		}
		m.Issues++
		if err := d.measureOne(ctx, run, issue, s, m); err != nil {
			return err
		}
	}
	return nil
}

// measureOne writes what a run shows of an issue, if it is another thing than before. Somebody may act on it meanwhile;
// then it is looked at once more.
func (d *Desk) measureOne(ctx context.Context, run uint32, issue ledger.Issue, s share, m *Measured) error {
	for range attempts {
		action, data := shown(issue, run, s)
		if action == "" {
			return nil
		}
		event, next, err := issue.Do(ledger.Actor{Account: ledger.System}, ledger.Event{Action: action, At: d.clocked(issue.ChangedAt), Data: data})
		if err != nil {
			return fmt.Errorf("issue %s: %w", issue.Number, err)
		}
		err = d.q.AppendIssueEvent(ctx, event, next, identifier())
		switch {
		case err == nil:
			m.count(action)
			return nil
		case fault.Code(err) != "ledger_changed":
			return err
		}
		if issue, _, err = d.replayed(ctx, filter.Everything(), issue.ID); err != nil {
			return err
		}
	}
	return fault.New("ledger_changed", "seq", issue.Seq, "last", issue.Seq)
}

// shown is what a run's share of a shortfall does with an issue; no action where it shows nothing new.
func shown(i ledger.Issue, run uint32, s share) (ledger.Action, ledger.Data) {
	found := s.gross
	for _, r := range i.Reasons { // what had come back before it was found was never found
		found += min(0, r.Amount)
	}
	data := ledger.Data{Run: run, Outstanding: s.outstanding, Found: max(i.Found, s.outstanding, found), Months: s.months}
	if len(s.months) > 0 {
		data.To = s.months[len(s.months)-1]
	}
	switch {
	case run <= i.MeasuredRun || i.Exemption != "":
		return "", data
	case s.outstanding > 0 && (i.State == ledger.Verified || i.State == ledger.Closed):
		return ledger.Relapse, data
	case s.outstanding == i.Outstanding && data.Found == i.Found:
		return "", data
	case s.outstanding == 0 && i.Outstanding > 0 && i.State.Open():
		return ledger.Cure, data
	}
	return ledger.Measure, data
}

func (m *Measured) count(action ledger.Action) {
	m.Changed++
	switch action {
	case ledger.Cure:
		m.Cured++
	case ledger.Relapse:
		m.Relapsed++
	}
}
