package notice

import (
	"context"
	"fmt"

	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/queries"
)

// ofFigures are the notices that follow from the figures of a new run. Once they are told, settle notes that the run was looked at.
func (n *Notices) ofFigures(ctx context.Context, p people) (found []queries.Notice, settle func(context.Context) error, err error) {
	crossings, settle, err := n.alerts.Check(ctx, p.confirmed)
	if err != nil { // what could be looked at is told, and issues are; the next round tries again
		n.log.Error("alerts", "error", err)
	}
	for _, c := range crossings {
		facts, err := c.Told.Facts()
		if err != nil {
			return nil, settle, err
		}
		account := c.Principal.Account()
		found = append(found, queries.Notice{Account: account, Notice: identifier.Of(account, string(Alert), c.Alert, fmt.Sprint(c.Told.Run), stamped(c.Before)), Kind: string(Alert),
			Issue: c.Alert, By: ledger.System, Rights: c.Rights, Regions: c.Principal.Regions(), Address: c.Told.Address(), Facts: facts})
	}
	return found, settle, nil
}
