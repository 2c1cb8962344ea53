package web

import (
	"jianfu/internal/access"
	"jianfu/internal/declaration"
	"slices"

	"github.com/gofiber/fiber/v2"
)

// checkTopic is checking a declaration before it is filed.
func (s *Server) checkTopic() topic {
	return topic{
		routes: s.declarationRoutes(),
		submissions: []submission{
			{path: apiRoot + declarationPath, rights: checkDeclarations, handler: s.checkAPI, reply: declaration.Result{},
				media: []string{mediaCSV, mediaJSONLines, fiber.MIMEOctetStream}, parameters: []string{paramComparison}},
		},
		navigation: []navigationEntry{{"check", declarationPath, access.DeclarationCheck}},
		bodyLimits: []func(*fiber.Ctx) int{declarationBody},
	}
}

// declarationBody is how much of a declaration is taken, from who may have it checked.
func declarationBody(c *fiber.Ctx) int {
	if a := askerOf(c); slices.Contains(declarationPaths, c.Path()) && a.signedIn() && a.Principal.Can(access.DeclarationCheck) {
		return largestUpload
	}
	return 0
}
