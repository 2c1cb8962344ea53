package check

import (
	"embed"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/declaration"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

//go:embed *.html
var templates embed.FS

// Topic is what they add to the server.
func Topic(k *view.Kit) kit.Topic {
	s := pages{k}

	return kit.Topic{
		Templates: templates,
		Routes:    s.declarationRoutes(),
		Submissions: []kit.Submission{
			{Path: kit.APIRoot + declarationPath, Rights: checkDeclarations, Handler: s.checkAPI, Reply: declaration.Result{},
				Media: []string{mediaCSV, mediaJSONLines, fiber.MIMEOctetStream}, Parameters: []string{kit.ParamComparison}},
		},
		Navigation: []kit.NavigationEntry{{Name: "check", Path: declarationPath, Right: access.DeclarationCheck}},
		BodyLimits: []func(*fiber.Ctx) int{declarationBody},
	}
}

// declarationBody is how much of a declaration is taken, from who may have it checked.
func declarationBody(c *fiber.Ctx) int {
	if a := kit.AskerOf(c); slices.Contains(declarationPaths, c.Path()) && a.SignedIn() && a.Principal.Can(access.DeclarationCheck) {
		return kit.LargestUpload
	}
	return 0
}
