package handling

import (
	"context"
	"fmt"
	"slices"

	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Measured is what a run showed of the issues about what units were charged too much.
type Measured struct {
	Run        uint32 `json:"run"`
	Issues     int    `json:"issues"`     // that it could say something of
	Changed    int    `json:"changed"`    // of which another amount is outstanding, or was found, than before
	Cured      int    `json:"cured"`      // of which changed records leave nothing outstanding
	Relapsed   int    `json:"relapsed"`   // which have come back
	Reassessed int    `json:"reassessed"` // of which another pack or rule makes another amount
	Untouched  int    `json:"untouched"`  // that it says nothing of, because it lacks data of their units
}

// Measure writes into the histories of issues what a published run shows of them: what changed records have given back or
// charge besides, and, apart from it, what the same records come to under another pack. What has not changed is not written.
// It may be called again for the same run, and finishes what a call that was killed began.
func (d *Issues) Measure(ctx context.Context, run uint32) (Measured, error) {
	m := Measured{Run: run}
	if err := d.q.MendIssues(ctx); err != nil {
		return m, err
	}
	if err := d.finishMerges(ctx); err != nil {
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
		view, known, err := measuredView(figures, c)
		if err != nil {
			return m, err
		}
		if !known {
			continue
		}
		if err := d.measureAll(ctx, figures, view, &m); err != nil {
			return m, fmt.Errorf("measure issues by run %d: %w", run, err)
		}
	}
	return m, nil
}

// measuredView is what issues under a comparison are measured by; not known where the run's pack has it no more.
func measuredView(figures *queries.Figures, c queries.IssueComparison) (view queries.View, known bool, err error) {
	from := period.Period(c.From)
	view = queries.View{Comparison: c.ID, Window: period.Range{From: from, To: max(from, period.Period(figures.Run.DataTo))}}
	view, err = figures.Complete(view)
	if problem.Code(err) == "policy_unknown_comparison" {
		return view, false, nil
	}
	return view, err == nil, err
}

// unitsAtOnce is of how many units the issues are measured at once.
const unitsAtOnce = 500

// measureAll measures the issues of a comparison.
func (d *Issues) measureAll(ctx context.Context, figures *queries.Figures, view queries.View, m *Measured) error {
	for behind := ""; ; {
		issues, err := d.q.IssuesWithMoney(ctx, view.Comparison, behind, unitsAtOnce)
		if err != nil || len(issues) == 0 {
			return err
		}
		behind = issues[len(issues)-1].Unit
		if err := d.measureIssues(ctx, figures, view, issues, m); err != nil {
			return err
		}
	}
}

// measureIssues measures all issues of some units under a comparison. Where somebody acts on one meanwhile, those of its unit
// are looked at once more.
func (d *Issues) measureIssues(ctx context.Context, figures *queries.Figures, view queries.View, issues []ledger.Issue, m *Measured) error {
	for range attempts {
		shown, err := d.shares(ctx, figures, view, issues)
		if err != nil {
			return err
		}
		var again []string
		for _, s := range shown {
			err := d.measureOne(ctx, figures.Run.ID, s, m)
			if problem.Code(err) == "ledger_changed" {
				again = append(again, s.issue.Unit)
			} else if err != nil {
				return err
			}
		}
		if len(again) == 0 {
			return nil
		}
		if issues, err = d.withMoney(ctx, slices.Compact(again), view.Comparison); err != nil {
			return err
		}
	}
	return problem.New("ledger_changed", "seq", 1, "last", 1)
}

// shown is an issue with what a run shows of it.
type shown struct {
	issue ledger.Issue
	share share
	known bool // the run has data of all its months
}

// shares works out what a run shows of all issues of some units under a comparison; the issues are by unit and county, and
// then as they were registered. Each is compared with the records that its own last measuring saw.
func (d *Issues) shares(ctx context.Context, figures *queries.Figures, view queries.View, issues []ledger.Issue) ([]shown, error) {
	units, seen := []string{}, map[uint32][]string{}
	for _, i := range issues {
		units = append(units, i.Unit)
		seen[i.MeasuredRun] = append(seen[i.MeasuredRun], i.Unit)
	}
	months, err := figures.BurdenedMonths(ctx, filter.Everything(), view, slices.Compact(units))
	if err != nil {
		return nil, err
	}
	charges := map[uint32]map[queries.InCounty][]queries.Charge{}
	for run, units := range seen {
		if charges[run], err = figures.Charges(ctx, filter.Everything(), view, run, slices.Compact(units)); err != nil {
			return nil, err
		}
	}
	var all []shown
	for len(issues) > 0 {
		in := queries.InCounty{Unit: issues[0].Unit, Region: issues[0].Region}
		n := slices.IndexFunc(issues, func(i ledger.Issue) bool { return i.Unit != in.Unit || i.Region != in.Region })
		if n < 0 {
			n = len(issues)
		}
		claims, err := claimsOf(issues[:n])
		if err != nil {
			return nil, err
		}
		shares := map[uint32][]share{}
		for k, i := range issues[:n] {
			if shares[i.MeasuredRun] == nil {
				shares[i.MeasuredRun] = allot(claims, charges[i.MeasuredRun][in])
			}
			all = append(all, shown{i, shares[i.MeasuredRun][k], figures.Run.ID >= i.MeasuredRun && hasAll(months[in], i.Months)})
		}
		issues = issues[n:]
	}
	return all, nil
}

// hasAll tells whether there are burdens of all months of an issue.
func hasAll(there []uint32, months []string) bool {
	return !slices.ContainsFunc(months, func(month string) bool {
		m, err := period.Parse(month)
		return err != nil || !slices.Contains(there, uint32(m))
	})
}

// measureOne writes what a run shows of an issue, if it is another thing than before. The problem ledger_changed says that
// somebody else acted on the issue first.
func (d *Issues) measureOne(ctx context.Context, run uint32, s shown, m *Measured) error {
	if !s.known {
		m.Untouched++
		return nil
	}
	m.Issues++
	issue, changed := s.issue, false
	for _, step := range s.steps(run) {
		action, data := step(issue)
		if action == "" {
			continue
		}
		event, next, err := issue.Do(ledger.Actor{Account: ledger.System}, ledger.Event{Action: action, At: d.clocked(issue.ChangedAt), Data: data})
		if err != nil {
			return fmt.Errorf("issue %s: %w", issue.Number, err)
		}
		if err := d.write(ctx, audit.Program(audit.IssueChanged, next.Number, next.Region), event, next); err != nil {
			if problem.Code(err) == "ledger_changed" {
				m.Issues--
			}
			return err
		}
		issue, changed = next, true
		m.count(action)
	}
	if changed {
		m.Changed++
	}
	return nil
}

// steps are what a run shows of an issue, each as of the issue before it; no action where it shows nothing new. What the
// records of before come to under the pack of today comes first, so that what the records of today give back is measured by
// today's pack, and a measuring that ended between the two goes on where it ended.
func (s shown) steps(run uint32) []func(ledger.Issue) (ledger.Action, ledger.Data) {
	return []func(ledger.Issue) (ledger.Action, ledger.Data){
		func(i ledger.Issue) (ledger.Action, ledger.Data) {
			less := i.Held() - s.share.was + s.share.reassessed
			if less == 0 {
				return "", ledger.Data{}
			}
			sums := i.Reassess(less)
			return ledger.Reassess, ledger.Data{Run: run, Sums: &sums}
		},
		func(i ledger.Issue) (ledger.Action, ledger.Data) {
			found, corrected := s.share.found, s.share.corrected-s.share.undone
			if short := -(i.Corrected + corrected); short > 0 { // what was given back before it was found
				found, corrected = found+short, corrected+short
			}
			if run <= i.MeasuredRun || found == 0 && corrected == 0 {
				return "", ledger.Data{}
			}
			sums := i.Sums.Measure(found, corrected)
			data := ledger.Data{Run: run, Sums: &sums, Months: s.share.months}
			if len(data.Months) > 0 {
				data.To = data.Months[len(data.Months)-1]
			}
			switch {
			case sums.Outstanding > 0 && !i.State.Open():
				return ledger.Relapse, data
			case sums.Outstanding == 0 && i.Outstanding > 0 && i.State.Open():
				return ledger.Cure, data
			}
			return ledger.Measure, data
		},
	}
}

func (m *Measured) count(action ledger.Action) {
	switch action {
	case ledger.Cure:
		m.Cured++
	case ledger.Relapse:
		m.Relapsed++
	case ledger.Reassess:
		m.Reassessed++
	}
}
