package desk

import (
	"context"
	"slices"
	"strings"

	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
)

// FunnelStep is how many issues have come as far as a step or further, and the money that was found for them.
type FunnelStep struct {
	Step   ledger.State `json:"step"`
	State  string       `json:"state"` // the states that it counts, as a filter takes them
	Issues uint64       `json:"issues"`
	Found  money.Fen    `json:"found"`
}

// funnel are the steps of an issue's way, each with the states that have come no further. Merged issues have left it.
var funnel = [][]ledger.State{
	{ledger.Registered, ledger.Returned},
	{ledger.Accepted, ledger.Assigned, ledger.Escalated},
	{ledger.Handling, ledger.Waiting},
	{ledger.Replied},
	{ledger.Verified},
	{ledger.Closed},
}

// Funnel counts the issues that a filter finds within a scope by how far they have come, from all of them to the closed.
func (d *Desk) Funnel(ctx context.Context, scope filter.Scope, f IssueFilter) ([]FunnelStep, error) {
	counts, err := d.Counts(ctx, scope, f, "state")
	if err != nil {
		return nil, err
	}
	return FunnelOf(counts), nil
}

// FunnelOf makes the steps of counts by state.
func FunnelOf(counts []IssueCount) []FunnelStep {
	steps := make([]FunnelStep, len(funnel))
	for i := range funnel {
		step := FunnelStep{Step: funnel[i][0]}
		states := []string{}
		for _, s := range slices.Concat(funnel[i:]...) {
			states = append(states, string(s))
			for _, c := range counts {
				if c.Key == string(s) {
					step.Issues += c.Issues
					step.Found += c.Found
				}
			}
		}
		step.State = strings.Join(states, ",")
		steps[i] = step
	}
	return steps
}
