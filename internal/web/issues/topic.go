package issues

import (
	"embed"
	"mime"
	"regexp"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

//go:embed *.html
var templates embed.FS

// Topic is what they add to the server.
func Topic(k *view.Kit) kit.Topic {
	s := pages{k}

	return kit.Topic{
		Templates:   templates,
		Routes:      s.issueRoutes(),
		Operations:  s.issueOperations(),
		Submissions: []kit.Submission{{Path: kit.APIRoot + "/issues", Rights: openIssues, Handler: s.registerIssue, Body: newIssueJSON{}, Reply: RegisteredIssueJSON{}}},
		Parameters:  issuesParameters,
		Choices:     issuesChoices,
		Navigation:  []kit.NavigationEntry{{Name: "issues", Path: "/issues", Right: access.IssuesRead}},
		Views: []kit.ViewedPage{
			{Path: "/issues", List: "issues"},
			{Path: "/issues/statistics", List: "issue_statistics"},
			{Path: "/issues/bureaus", List: "issue_bureaus"},
		},
		BodyLimits: []func(*fiber.Ctx) int{issueBody},
	}
}

// issueForms are the addresses that take long words, and those of an issue a file besides.
var issueForms = regexp.MustCompile(`^/issues/(new|[0-9-]+/[a-z_]+)$`)

// issueBody is how much of a body is taken: of a form with a file, only from somebody whose session lives and who sees issues.
func issueBody(c *fiber.Ctx) int {
	a := kit.AskerOf(c)
	if !issueForms.MatchString(c.Path()) || !a.SignedIn() {
		return 0
	}
	kind, _, _ := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if kind == fiber.MIMEMultipartForm && a.Principal.Can(access.IssuesRead) {
		return kit.LargestUpload
	}
	return kit.LargestWords
}
