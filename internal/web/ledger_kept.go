package web

import (
	"context"
	"fmt"

	"jianfu/internal/access"
	"jianfu/internal/desk"
	"jianfu/internal/filter"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// keptOfLedger is kept for what depends on issues: the answer holds until any issue changes, or the day does, by which
// clocks count. The ledger's state is read before the store is asked, so that an answer is never older than its key.
func keptOfLedger[T any](ctx context.Context, s *Server, q question, ask func(context.Context) (T, uint32, error)) (T, error) {
	version, err := s.config.Queries.IssuesVersion(ctx)
	if err != nil {
		var none T
		return none, err
	}
	q.More = append(q.More, version, workday.DateOf(s.config.Now()).String())
	return kept(ctx, s.kept, q, ask)
}

// issuesListed is a page of a list of issues.
type issuesListed struct {
	rows  []desk.Row
	found desk.IssuesFound
}

// listIssues is desk.List, kept.
func (s *Server) listIssues(ctx context.Context, scope filter.Scope, f desk.IssueFilter, sort desk.IssueSort, page desk.Page) ([]desk.Row, desk.IssuesFound, error) {
	q := question{Kind: "issues", Scope: scope, More: []string{fmt.Sprintf("%#v %#v %#v", f, sort, page)}}
	listed, err := keptOfLedger(ctx, s, q, func(ctx context.Context) (listed issuesListed, run uint32, err error) {
		listed.rows, listed.found, err = s.config.Desk.List(ctx, scope, f, sort, page)
		return listed, 0, err
	})
	return listed.rows, listed.found, err
}

// issueCounts is desk.CountsOf, kept.
func (s *Server) issueCounts(ctx context.Context, scope filter.Scope, f desk.IssueFilter, dimensions ...string) (map[string][]queries.IssueCount, error) {
	q := question{Kind: "issue-counts", Scope: scope, More: append([]string{fmt.Sprintf("%#v", f)}, dimensions...)}
	return keptOfLedger(ctx, s, q, func(ctx context.Context) (map[string][]queries.IssueCount, uint32, error) {
		counts, err := s.config.Desk.CountsOf(ctx, scope, f, dimensions...)
		return counts, 0, err
	})
}

// issueAges is desk.Ageing, kept.
func (s *Server) issueAges(ctx context.Context, scope filter.Scope, f desk.IssueFilter) ([]queries.IssueCount, error) {
	q := question{Kind: "issue-ages", Scope: scope, More: []string{fmt.Sprintf("%#v", f)}}
	return keptOfLedger(ctx, s, q, func(ctx context.Context) ([]queries.IssueCount, uint32, error) {
		counts, err := s.config.Desk.Ageing(ctx, scope, f)
		return counts, 0, err
	})
}

// minding is desk.Mine, kept.
func (s *Server) minding(ctx context.Context, who access.Principal) (desk.Mine, error) {
	approves := fmt.Sprint(who.Can(access.IssuesApprove))
	q := question{Kind: "issues-mine", Scope: who.Scope(access.IssuesRead), More: []string{who.Account(), approves}}
	return keptOfLedger(ctx, s, q, func(ctx context.Context) (desk.Mine, uint32, error) {
		mine, err := s.config.Desk.Mine(ctx, who)
		return mine, 0, err
	})
}
