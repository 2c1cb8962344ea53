package notice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// ofStep says whom a step is told to, and why. Whoever made the step is not told of it.
var ofStep = map[ledger.Action]struct {
	kind Kind
	whom func(p people, s queries.IssueStep) []string
}{
	ledger.Assign:   {Assigned, func(_ people, s queries.IssueStep) []string { return []string{s.Handler} }},
	ledger.Return:   {Returned, func(_ people, s queries.IssueStep) []string { return []string{s.RegisteredBy} }},
	ledger.Reopen:   {Reopened, holders},
	ledger.Relapse:  {Reopened, holders},
	ledger.Escalate: {Received, func(p people, s queries.IssueStep) []string { return p.at(s.Bureau, access.IssuesWrite) }},
	ledger.AskExtension: {ExtensionAsked, func(p people, s queries.IssueStep) []string {
		return p.at(s.Bureau, access.IssuesApprove)
	}},
	ledger.GrantExtension:  {ExtensionDecided, holders},
	ledger.RefuseExtension: {ExtensionDecided, holders},
}

// holders are who handles an issue and who answers for it.
func holders(_ people, s queries.IssueStep) []string { return []string{s.Handler, s.Owner} }

// ofSteps are the notices that follow from what was done with issues lately.
func (n *Notices) ofSteps(ctx context.Context, p people, now time.Time) ([]queries.Notice, error) {
	var actions []string
	for action := range ofStep {
		actions = append(actions, string(action))
	}
	slices.Sort(actions)
	steps, err := n.q.IssueSteps(ctx, now.Add(-lookBack), actions)
	if err != nil {
		return nil, err
	}
	var found []queries.Notice
	for _, s := range steps {
		told := []string{s.By}
		tell := func(kind Kind, accounts []string) {
			for _, account := range accounts {
				if slices.Contains(told, account) || !p.sees(account, s.Region) {
					continue
				}
				told = append(told, account)
				found = append(found, queries.Notice{Account: account, Notice: identifier.Of(account, string(kind), s.Issue, fmt.Sprint(s.Seq)), Kind: string(kind),
					Issue: s.Issue, Number: s.Number, Title: s.Title, Region: s.Region, By: s.By})
			}
		}
		if rule, ok := ofStep[ledger.Action(s.Action)]; ok {
			tell(rule.kind, rule.whom(p, s))
		}
		tell(Mentioned, s.Mentions)
	}
	return found, nil
}

// ofClocks are the notices that follow from what is due, and how many issues have a clock that cannot be read.
func (n *Notices) ofClocks(ctx context.Context, p people, now time.Time) (found []queries.Notice, uncounted int, err error) {
	if now.Before(workday.DateOf(now).Start().Add(opening)) {
		return nil, 0, nil
	}
	issues, err := n.q.RunningIssues(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, i := range issues {
		clock, err := n.limits.Clock(i, n.calendar, now)
		if problem.Code(err) == "workday_no_year" {
			uncounted++
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		for kind, accounts := range n.due(p, i, clock) {
			for _, account := range accounts {
				if !p.sees(account, i.Region) {
					continue
				}
				found = append(found, queries.Notice{Account: account, Kind: string(kind), Issue: i.ID, Number: i.Number, Title: i.Title, Region: i.Region,
					Due: uint32(clock.Due), By: ledger.System, //nolint:gosec // eight digits
					Notice: identifier.Of(account, string(kind), i.ID, workday.DateOf(i.ClockFrom).String(), clock.Due.String())})
			}
		}
	}
	slices.SortFunc(found, func(a, b queries.Notice) int { return strings.Compare(a.Notice, b.Notice) })
	return found, uncounted, nil
}

// due says who is told of an issue's clock, by kind.
func (n *Notices) due(p people, i ledger.Issue, clock ledger.Clock) map[Kind][]string {
	told := map[Kind][]string{}
	switch {
	case clock.Pace == ledger.OnTime && clock.Left == 1:
		told[DueSoon] = p.inCharge(i)
	case clock.Pace == ledger.DueToday:
		told[DueToday] = p.inCharge(i)
	case clock.Pace == ledger.Overdue:
		told[Overdue] = p.inCharge(i)
		if after := n.limits.Of(i).EscalateAfter; after > 0 && -clock.Left >= after && i.Bureau != nation {
			told[Supervise] = p.at(above(i.Bureau), access.IssuesApprove)
		}
	}
	return told
}

// inCharge are who handles an issue and who answers for it; where that is nobody who could do anything, such as one that a
// rule opened and nobody accepted, those who write in the ledger at its bureau.
func (p people) inCharge(i ledger.Issue) []string {
	var accounts []string
	for _, account := range []string{i.Handler, i.Owner} {
		if !slices.Contains(accounts, account) && p.sees(account, i.Region) {
			accounts = append(accounts, account)
		}
	}
	if len(accounts) == 0 {
		accounts = p.at(i.Bureau, access.IssuesWrite)
	}
	return accounts
}
