package units

import (
	"embed"

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
		Routes:     s.unitRoutes(),
		Operations: s.unitOperations(),
		Parameters: unitsParameters,
		Navigation: []kit.NavigationEntry{{Name: "units", Path: "/units", Right: access.FiguresUnit}},
		Views: []kit.ViewedPage{
			{Path: "/units", List: "units", Months: true},
			{Path: "/units/:id", List: "unit", Months: true},
			{Path: "/units/:id/records", List: "records", Months: true},
		},
	}
}
