package handling

import (
	"slices"
	"strings"

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
	{ledger.Verified, ledger.Proven},
	{ledger.Closed},
}

// FunnelOf makes the steps of counts by state: how far issues have come, from all of them to the closed.
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
