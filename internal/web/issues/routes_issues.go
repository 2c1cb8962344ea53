package issues

import (
	"jianfu/internal/access"
	"jianfu/internal/web/kit"
)

// What pages of the issue ledger need: to see issues, to register them, and to take them away. Who may do what with an
// issue is asked of the ledger, each time.
var (
	issueRights = []access.Right{access.IssuesRead}
	openIssues  = []access.Right{access.IssuesWrite}
	takeIssues  = []access.Right{access.IssuesRead, access.Export}
)

func (s pages) issueRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/issues", issueRights, s.issuesList),
		kit.Writing("/issues/bulk", openIssues, s.issuesBulk),
		kit.Reading("/download/issues/:table", takeIssues, s.issuesDownload),
		kit.Writing("/download/issues/:table", takeIssues, s.issuesDownload),
		kit.Reading("/issues/mine", issueRights, s.issuesMine),
		kit.Reading("/issues/statistics", issueRights, s.issueStatistics),
		kit.Reading("/issues/bureaus", issueRights, s.issueBureaus),
		kit.Reading("/download/issues/statistics/:table", takeIssues, s.issueCountsDownload),
		kit.Writing("/download/issues/statistics/:table", takeIssues, s.issueCountsDownload),
		kit.Reading("/download/issues/bureaus/:table", takeIssues, s.issueCountsDownload),
		kit.Writing("/download/issues/bureaus/:table", takeIssues, s.issueCountsDownload),
		kit.Reading("/issues/new", openIssues, s.newIssuePage),
		kit.Writing("/issues/new", openIssues, s.openIssue),
		kit.Reading("/issues/:number", issueRights, s.issueShow),
		kit.Reading("/download/issues/:number/files/:hash", takeIssues, s.issueFile),
		kit.Writing("/download/issues/:number/files/:hash", takeIssues, s.issueFile),
		kit.Writing("/issues/:number/:action", issueRights, s.issueAct),
	}
}
