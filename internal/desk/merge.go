package desk

import (
	"context"

	"jianfu/internal/access"
	"jianfu/internal/fault"
	"jianfu/internal/ledger"
)

// Merge merges an issue, as it was at step seq, into the one that bears a number (并案); that one says so, too. Both must lie
// in what the principal may see. Whoever saw an older step is told so by the fault ledger_changed and has changed nothing.
func (d *Desk) Merge(ctx context.Context, p access.Principal, id string, seq uint32, into, words string) (ledger.Issue, error) {
	scope := p.Scope(access.IssuesRead)
	target, err := d.Numbered(ctx, scope, into)
	if err != nil {
		return ledger.Issue{}, err
	}
	if !target.State.Open() {
		return ledger.Issue{}, fault.New("desk_merge_ended", "number", target.Number, "state", target.State)
	}
	merged, err := d.Act(ctx, p, id, seq, ledger.Merge, words, ledger.Data{Into: target.ID})
	if err != nil {
		return merged, err
	}
	for { // others may be at work on the other issue; what it takes down stands in nobody's way
		_, err = d.act(ctx, scope, actor(p), target.ID, target.Seq, ledger.Absorb, "", ledger.Data{Into: id})
		switch fault.Code(err) {
		case "ledger_changed":
			if target, err = d.Issue(ctx, scope, target.ID); err != nil {
				return merged, err
			}
		case "ledger_not_now": // it has ended meanwhile; the merged issue names it all the same
			return merged, nil
		default:
			return merged, err
		}
	}
}
