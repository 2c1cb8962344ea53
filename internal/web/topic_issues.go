package web

import (
	"jianfu/internal/access"
	"mime"
	"regexp"

	"github.com/gofiber/fiber/v2"
)

// issuesTopic is the ledger of issues: its lists and counts, one issue, and registering one.
func (s *Server) issuesTopic() topic {
	return topic{
		routes:      s.issueRoutes(),
		operations:  s.issueOperations(),
		submissions: []submission{{path: apiRoot + "/issues", rights: openIssues, handler: s.registerIssue, body: newIssueJSON{}, reply: registeredIssueJSON{}}},
		parameters:  issuesParameters,
		choices:     issuesChoices,
		navigation:  []navigationEntry{{"issues", "/issues", access.IssuesRead}},
		views: []viewedPage{
			{path: "/issues", list: "issues"},
			{path: "/issues/statistics", list: "issue_statistics"},
			{path: "/issues/bureaus", list: "issue_bureaus"},
		},
		bodyLimits: []func(*fiber.Ctx) int{issueBody},
	}
}

// issueForms are the addresses that take long words, and those of an issue a file besides.
var issueForms = regexp.MustCompile(`^/issues/(new|[0-9-]+/[a-z_]+)$`)

// issueBody is how much of a body is taken: of a form with a file, only from somebody whose session lives and who sees issues.
func issueBody(c *fiber.Ctx) int {
	a := askerOf(c)
	if !issueForms.MatchString(c.Path()) || !a.signedIn() {
		return 0
	}
	kind, _, _ := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if kind == fiber.MIMEMultipartForm && a.Principal.Can(access.IssuesRead) {
		return largestUpload
	}
	return largestWords
}
