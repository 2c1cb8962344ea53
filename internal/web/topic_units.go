package web

import "jianfu/internal/access"

// unitsTopic is the list of units, one unit, its records, and the way of each record.
func (s *Server) unitsTopic() topic {
	return topic{
		routes:     s.unitRoutes(),
		operations: s.unitOperations(),
		parameters: unitsParameters,
		navigation: []navigationEntry{{"units", "/units", access.FiguresUnit}},
		views: []viewedPage{
			{path: "/units", list: "units", months: true},
			{path: "/units/:id", list: "unit", months: true},
			{path: "/units/:id/records", list: "records", months: true},
		},
	}
}
