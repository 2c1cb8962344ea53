package policy

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
		Routes:     s.policyRoutes(),
		Operations: s.policyOperations(),
		Parameters: policyParameters,
		Navigation: []kit.NavigationEntry{{Name: "policy", Path: "/policy", Right: access.PolicyRead}},
		Views:      []kit.ViewedPage{{Path: "/policy", List: "policy"}},
	}
}
