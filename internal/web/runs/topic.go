package runs

import (
	"embed"
	"slices"

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
		Routes:     slices.Concat(s.runRoutes(), s.heldRoutes()),
		Operations: s.runOperations(),
		Parameters: runsParameters,
		Navigation: []kit.NavigationEntry{{Name: "runs", Path: "/runs", Right: access.PolicyRead}},
		Views:      []kit.ViewedPage{{Path: "/runs/:run/difference", List: "difference", Own: true, Months: true}},
	}
}
