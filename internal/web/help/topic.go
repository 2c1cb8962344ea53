package help

import (
	"embed"
	"slices"

	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// helpPages is the users' documentation and the description of the JSON interface. It knows what all topics offer.
type helpPages struct {
	pages
	offered   kit.Topic
	described map[string]apiDescription // by language
}

//go:embed *.html
var templates embed.FS

// Topic is what they add to the server.
func Topic(k *view.Kit) kit.Topic {
	s := pages{k}

	h := &helpPages{pages: s}
	return kit.Topic{
		Templates: templates,
		Routes: slices.Concat(h.docsRoutes(), []kit.Route{
			kit.Reading("/api", nil, h.apiReadable).By(kit.Anybody),
		}),
		Operations: []kit.Operation{{Path: kit.APIRoot + "/openapi.json", Handler: h.apiDocument}},
		Ready:      h.read,
	}
}

// read describes what is offered. An error is one of the build: a reply that cannot be described.
func (h *helpPages) read(all kit.Topic) (err error) {
	h.offered = all
	h.described, err = newAPIDescriptions(all, h.Config.Version)
	return err
}
