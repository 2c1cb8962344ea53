package web

import (
	"slices"
)

// helpPages is the users' documentation and the description of the JSON interface. It knows what all topics offer.
type helpPages struct {
	*Server
	offered   topic
	described map[string]apiDescription // by language
}

// helpTopic is the users' documentation and the description of the JSON interface.
func (s *Server) helpTopic() topic {
	h := &helpPages{Server: s}
	return topic{
		routes: slices.Concat(h.docsRoutes(), []route{
			reading("/api", nil, h.apiReadable).by(anybody),
		}),
		operations: []operation{{apiRoot + "/openapi.json", nil, h.apiDocument, nil, nil}},
		ready:      h.read,
	}
}

// read describes what is offered. An error is one of the build: a reply that cannot be described.
func (h *helpPages) read(all topic) (err error) {
	h.offered = all
	h.described, err = newAPIDescriptions(all, h.config.Version)
	return err
}
