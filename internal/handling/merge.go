package handling

import (
	"context"
	"fmt"
	"slices"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Merge merges an issue, as it was at step seq, into the one that bears a number (并案); that one says so, too, and takes its
// money over. Both must lie in what the principal may see, and be held by bureaus for which he acts. Whoever saw an older step
// is told so by the problem ledger_changed and has changed nothing.
func (d *Issues) Merge(ctx context.Context, p access.Principal, id string, seq uint32, into, words string) (ledger.Issue, error) {
	scope := p.Scope(access.IssuesRead)
	other, err := d.find(ctx, scope, into)
	if err != nil {
		return ledger.Issue{}, err
	}
	target, _, err := d.replayed(ctx, scope, other)
	if err != nil {
		return ledger.Issue{}, err
	}
	issue, _, err := d.replayed(ctx, scope, id)
	if err != nil {
		return ledger.Issue{}, err
	}
	a := actor(p)
	switch {
	case !target.State.Open():
		return ledger.Issue{}, problem.New("desk_merge_ended", "number", target.Number, "state", target.State)
	case !a.Holds(target):
		return ledger.Issue{}, problem.New("ledger_not_you", "action", ledger.Merge)
	case seq != issue.Seq:
		return issue, problem.New("ledger_changed", "seq", seq, "last", issue.Seq)
	}
	if err := issue.Mergeable(target); err != nil {
		return ledger.Issue{}, err
	}
	data := ledger.Data{Into: target.ID}
	if issue.ByData() {
		if data.Run, err = d.settled(ctx, issue, target); err != nil {
			return ledger.Issue{}, err
		}
		sums := issue.Sums
		data.Sums = &sums
	}
	merged, err := d.act(ctx, p, id, seq, ledger.Merge, words, data)
	if err != nil {
		return merged, err
	}
	return merged, d.handOver(ctx, a, audit.By(p, audit.IssueChanged, ""), merged, data.Run)
}

// settled is the current run, by which both of two issues about a unit's money stand as it shows them: what is added up is
// of the same records.
func (d *Issues) settled(ctx context.Context, two ...ledger.Issue) (uint32, error) {
	figures, err := d.q.Figures(ctx)
	if err != nil {
		return 0, err
	}
	from, err := period.Parse(min(two[0].From, two[1].From))
	if err != nil {
		return 0, err
	}
	view, known, err := measuredView(figures, queries.IssueComparison{ID: two[0].Comparison, From: uint32(from)})
	if err != nil {
		return 0, err
	}
	unsettled := problem.New("desk_merge_unmeasured", "run", figures.Run.ID)
	if !known {
		return 0, unsettled
	}
	issues, err := d.withMoney(ctx, []string{two[0].Unit}, view.Comparison)
	if err != nil {
		return 0, err
	}
	all, err := d.shares(ctx, figures, view, issues)
	if err != nil {
		return 0, err
	}
	for _, s := range all {
		if !slices.ContainsFunc(two, func(i ledger.Issue) bool { return i.ID == s.issue.ID }) {
			continue
		}
		if !s.known || s.share.is != s.issue.Held() {
			return 0, unsettled
		}
	}
	return figures.Run.ID, nil
}

// handOver lets the issue that another was merged into say so, and take over its money. Others may be at work on it; what it
// takes down stands in nobody's way.
func (d *Issues) handOver(ctx context.Context, a ledger.Actor, entry audit.Entry, merged ledger.Issue, run uint32) error {
	data := merged.Handover()
	data.Run = run
	for into, hops := merged.Into, 0; hops < 100; {
		target, _, err := d.replayed(ctx, filter.Everything(), into)
		if err != nil {
			return fmt.Errorf("hand over issue %s: %w", merged.Number, err)
		}
		switch {
		case slices.Contains(target.Absorbed, merged.ID):
			return nil
		case target.State == ledger.Merged: // meanwhile, into a third
			into, hops = target.Into, hops+1
			continue
		}
		event, next, err := target.Do(a, ledger.Event{Action: ledger.Absorb, At: d.clocked(target.ChangedAt), Data: data})
		if err != nil {
			return fmt.Errorf("hand over issue %s: %w", merged.Number, err)
		}
		if err := d.write(ctx, entry, event, next); problem.Code(err) != "ledger_changed" {
			return err
		}
	}
	return problem.New("ledger_merge_itself")
}

// finishMerges hands over the money of merged issues that a crash kept from it.
func (d *Issues) finishMerges(ctx context.Context) error {
	issues, err := d.q.MergedIssues(ctx)
	if err != nil {
		return err
	}
	for _, merged := range issues {
		if merged.Moved == nil {
			continue
		}
		target, _, err := d.replayed(ctx, filter.Everything(), merged.Into)
		if err != nil {
			return err
		}
		before := merged
		before.Sums = *merged.Moved
		if before.Mergeable(target) != nil && target.State != ledger.Merged { // merged by an older program into one that cannot have it: a case without an issue again
			continue
		}
		if err := d.handOver(ctx, ledger.Actor{Account: ledger.System}, audit.Program(audit.IssueChanged, "", merged.Region), merged, 0); err != nil {
			return err
		}
	}
	return nil
}
