package queries

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"jianfu/internal/ledger"
	"jianfu/internal/store"
)

// IssueClock is until when an issue has time; see the table issue_clocks.
type IssueClock struct {
	Basis   uint64 `ch:"basis"`
	IssueID string `ch:"issue_id"`
	Seq     uint32 `ch:"seq"`
	AsOf    uint32 `ch:"as_of"`
	DueDay  uint32 `ch:"due_day"`
	Took    int32  `ch:"took"`
}

// Unclocked is an issue whose time is not worked out yet.
type Unclocked struct {
	Seq   uint32
	Issue ledger.Issue
}

//go:embed issue/unclocked.sql
var issueUnclockedSQL string

// UnclockedIssues are some of the issues whose time is not worked out by a calendar and limits, or was for another day.
func (q *Queries) UnclockedIssues(ctx context.Context, basis uint64, today uint32, most uint64) ([]Unclocked, error) {
	type row struct {
		IssueID string `ch:"issue_id"`
		Seq     uint32 `ch:"seq"`
		Issue   string `ch:"issue"`
	}
	rows, err := store.Select[row](ctx, q.db, issueUnclockedSQL, store.Params{"basis": basis, "today": today, "most": most})
	if err != nil {
		return nil, err
	}
	issues := make([]Unclocked, len(rows))
	for i, r := range rows {
		issues[i].Seq = r.Seq
		if err := json.Unmarshal([]byte(r.Issue), &issues[i].Issue); err != nil {
			return nil, fmt.Errorf("read issue %s: %w", r.IssueID, err)
		}
		issues[i].Issue.ID = r.IssueID
		issues[i].Issue.Settle()
	}
	return issues, nil
}

// InsertIssueClocks keeps until when issues have time.
func (q *Queries) InsertIssueClocks(ctx context.Context, clocks []IssueClock) error {
	return store.Insert(ctx, q.db, `INSERT INTO issue_clocks (basis, issue_id, seq, as_of, due_day, took)`, clocks)
}
