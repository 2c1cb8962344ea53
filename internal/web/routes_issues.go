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
		reading("/issues", issueRights, s.issuesList),
		writing("/issues/bulk", openIssues, s.issuesBulk),
		reading("/download/issues/:table", takeIssues, s.issuesDownload),
		writing("/download/issues/:table", takeIssues, s.issuesDownload),
		reading("/issues/mine", issueRights, s.issuesMine),
		reading("/issues/statistics", issueRights, s.issueStatistics),
		reading("/issues/bureaus", issueRights, s.issueBureaus),
		reading("/download/issues/statistics/:table", takeIssues, s.issueCountsDownload),
		writing("/download/issues/statistics/:table", takeIssues, s.issueCountsDownload),
		reading("/download/issues/bureaus/:table", takeIssues, s.issueCountsDownload),
		writing("/download/issues/bureaus/:table", takeIssues, s.issueCountsDownload),
		reading("/issues/new", openIssues, s.newIssuePage),
		writing("/issues/new", openIssues, s.openIssue),
		reading("/issues/:number", issueRights, s.issueShow),
		reading("/download/issues/:number/files/:hash", takeIssues, s.issueFile),
		writing("/download/issues/:number/files/:hash", takeIssues, s.issueFile),
		writing("/issues/:number/:action", issueRights, s.issueAct),
	}
}
