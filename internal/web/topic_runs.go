package web

import (
	"jianfu/internal/access"
	"slices"
)

// runsTopic is the runs, those that wait to be confirmed, and the difference of two.
func (s *Server) runsTopic() topic {
	return topic{
		routes:     slices.Concat(s.runRoutes(), s.heldRoutes()),
		operations: s.runOperations(),
		parameters: runsParameters,
		navigation: []navigationEntry{{"runs", "/runs", access.PolicyRead}},
		views:      []viewedPage{{path: "/runs/:run/difference", list: "difference", own: true, months: true}},
	}
}
