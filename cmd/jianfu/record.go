package main

import (
	"context"
	"fmt"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/queries"
)

// record writes into the audit log what a command has done, in the name of whoever runs it.
func (a *app) record(ctx context.Context, q *queries.Queries, entries ...audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if err := audit.New(q, time.Now).Append(ctx, entries...); err != nil {
		return fmt.Errorf("record what was done: %w", err)
	}
	return nil
}

// did is an entry of the audit log about what the command line did.
func did(action audit.Action, object string, namesAndValues ...any) audit.Entry {
	return audit.By(access.CommandLine(osUser()), action, object, namesAndValues...)
}
