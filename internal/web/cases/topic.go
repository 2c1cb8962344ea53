package cases

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
		Routes:     s.caseRoutes(),
		Operations: s.caseOperations(),
		Parameters: casesParameters,
		Navigation: []kit.NavigationEntry{{Name: "cases", Path: "/cases", Right: access.FiguresRecord}},
		Views:      []kit.ViewedPage{{Path: "/cases", List: "cases"}},
		Fleeting:   []string{paramSample, paramCount, paramSeed},
	}
}
