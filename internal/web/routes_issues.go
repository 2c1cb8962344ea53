package web

import "jianfu/internal/access"

// What pages of the issue ledger need: to see issues, to register them, and to take them away. Who may do what with an
// issue is asked of the ledger, each time.
var (
	issueRights = []access.Right{access.IssuesRead}
	openIssues  = []access.Right{access.IssuesWrite}
	takeIssues  = []access.Right{access.IssuesRead, access.Export}
)

func (s *Server) issueRoutes() []route {
	return []route{
		{reading, "/issues", rightly, issueRights, s.issuesList, false},
		{writing, "/issues/bulk", rightly, openIssues, s.issuesBulk, false},
		{reading, "/download/issues/:table", rightly, takeIssues, s.issuesDownload, false},
		{writing, "/download/issues/:table", rightly, takeIssues, s.issuesDownload, false},
		{reading, "/issues/mine", rightly, issueRights, s.issuesMine, false},
		{reading, "/issues/statistics", rightly, issueRights, s.issueStatistics, false},
		{reading, "/issues/bureaus", rightly, issueRights, s.issueBureaus, false},
		{reading, "/download/issues/statistics/:table", rightly, takeIssues, s.issueCountsDownload, false},
		{writing, "/download/issues/statistics/:table", rightly, takeIssues, s.issueCountsDownload, false},
		{reading, "/download/issues/bureaus/:table", rightly, takeIssues, s.issueCountsDownload, false},
		{writing, "/download/issues/bureaus/:table", rightly, takeIssues, s.issueCountsDownload, false},
		{reading, "/issues/new", rightly, openIssues, s.newIssuePage, false},
		{writing, "/issues/new", rightly, openIssues, s.openIssue, false},
		{reading, "/issues/:number", rightly, issueRights, s.issueShow, false},
		{reading, "/download/issues/:number/files/:hash", rightly, takeIssues, s.issueFile, false},
		{writing, "/download/issues/:number/files/:hash", rightly, takeIssues, s.issueFile, false},
		{writing, "/issues/:number/:action", rightly, issueRights, s.issueAct, false},
	}
}
