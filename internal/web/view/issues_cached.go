package view

import (
	"context"
	"fmt"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/handling"
	"jianfu/internal/web/cache"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// KeptOfLedger is kept for what depends on issues: the answer holds until any issue changes, or the day does, by which
// clocks count. The ledger's state is read before the store is asked, so that an answer is never older than its key.
func KeptOfLedger[T any](ctx context.Context, s *Kit, q cache.Question, ask func(context.Context) (T, uint32, error)) (T, error) {
	version, err := s.Config.Queries.IssuesVersion(ctx)
	if err != nil {
		var none T
		return none, err
	}
	q.More = append(q.More, version, workday.DateOf(s.Config.Now()).String())
	return cache.Kept(ctx, s.Kept, q, ask)
}

// issuesListed is a page of a list of issues.
type issuesListed struct {
	rows  []handling.Row
	found handling.IssuesFound
}

// ListIssues is handling.List, kept.
func (s *Kit) ListIssues(ctx context.Context, scope filter.Scope, f handling.IssueFilter, sort handling.IssueSort, page handling.Page) ([]handling.Row, handling.IssuesFound, error) {
	q := cache.Question{Kind: "issues", Scope: scope, More: []string{fmt.Sprintf("%#v %#v %#v", f, sort, page)}}
	listed, err := KeptOfLedger(ctx, s, q, func(ctx context.Context) (listed issuesListed, run uint32, err error) {
		listed.rows, listed.found, err = s.Config.Issues.List(ctx, scope, f, sort, page)
		return listed, 0, err
	})
	return listed.rows, listed.found, err
}

// IssueCounts is handling.CountsOf, kept.
func (s *Kit) IssueCounts(ctx context.Context, scope filter.Scope, f handling.IssueFilter, dimensions ...string) (map[string][]queries.IssueCount, error) {
	q := cache.Question{Kind: "issue-counts", Scope: scope, More: append([]string{fmt.Sprintf("%#v", f)}, dimensions...)}
	return KeptOfLedger(ctx, s, q, func(ctx context.Context) (map[string][]queries.IssueCount, uint32, error) {
		counts, err := s.Config.Issues.CountsOf(ctx, scope, f, dimensions...)
		return counts, 0, err
	})
}

// IssueAges is handling.Ageing, kept.
func (s *Kit) IssueAges(ctx context.Context, scope filter.Scope, f handling.IssueFilter) ([]queries.IssueCount, error) {
	q := cache.Question{Kind: "issue-ages", Scope: scope, More: []string{fmt.Sprintf("%#v", f)}}
	return KeptOfLedger(ctx, s, q, func(ctx context.Context) ([]queries.IssueCount, uint32, error) {
		counts, err := s.Config.Issues.Ageing(ctx, scope, f)
		return counts, 0, err
	})
}

// Minding is handling.Mine, kept.
func (s *Kit) Minding(ctx context.Context, who access.Principal) (handling.Mine, error) {
	approves := fmt.Sprint(who.Can(access.IssuesApprove))
	q := cache.Question{Kind: "issues-mine", Scope: who.Scope(access.IssuesRead), More: []string{who.Account(), approves}}
	return KeptOfLedger(ctx, s, q, func(ctx context.Context) (handling.Mine, uint32, error) {
		mine, err := s.Config.Issues.Mine(ctx, who)
		return mine, 0, err
	})
}
