package web

import (
	"slices"

	"jianfu/internal/access"
)

// loadsTopic is what was loaded: the list, one load, and what was rejected of it.
func (s *Server) loadsTopic() topic {
	return topic{
		routes:     slices.Concat(s.loadRoutes(), s.withdrawRoutes()),
		operations: s.loadOperations(),
		parameters: loadsParameters,
		navigation: []navigationEntry{{"loads", "/loads", access.LoadsRead}},
		views:      []viewedPage{{path: "/loads", list: "loads"}},
	}
}
