package web

import (
	"jianfu/internal/access"
	"slices"
)

// figuresTopic is the overview and the pages of regions, industries and sizes.
func (s *Server) figuresTopic() topic {
	return topic{
		routes:     slices.Concat(s.overviewRoutes(), s.memberRoutes()),
		operations: append([]operation{{apiRoot + "/overview", figures, s.overviewAPI, overviewJSON{}, and(viewing, paramVersus)}}, s.memberOperations()...),
		parameters: figuresParameters,
		navigation: []navigationEntry{
			{"overview", "/", access.FiguresAggregate},
			{"regions", "/regions", access.FiguresAggregate},
			{"industries", "/industries", access.FiguresAggregate},
			{"sizes", "/sizes", access.FiguresAggregate},
		},
		views: []viewedPage{
			{path: "/", list: "overview", months: true},
			{path: "/regions", list: "regions", own: true, months: true},
			{path: "/regions/:code", list: "regions", own: true, months: true},
			{path: "/industries", list: "industries", own: true, months: true},
			{path: "/industries/:industry", list: "industries", own: true, months: true},
			{path: "/sizes", list: "sizes", own: true, months: true},
			{path: "/sizes/:size", list: "sizes", own: true, months: true},
		},
	}
}
