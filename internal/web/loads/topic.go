package loads

import (
	"embed"
	"slices"

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
		Templates:  templates,
		Routes:     slices.Concat(s.uploadRoutes(), s.loadRoutes(), s.withdrawRoutes()),
		Operations: s.loadOperations(),
		Parameters: loadsParameters,
		Navigation: []kit.NavigationEntry{{Name: "loads", Path: "/loads", Right: access.LoadsRead}},
		BodyLimits: []func(*fiber.Ctx) int{uploadBody},
		Views:      []kit.ViewedPage{{Path: "/loads", List: "loads"}},
	}
}
