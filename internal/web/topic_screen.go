package web

import "jianfu/internal/access"

// screenTopic is the wall.
func (s *Server) screenTopic() topic {
	return topic{
		routes:     s.screenRoutes(),
		operations: s.screenOperations(),
		navigation: []navigationEntry{{"screen", screenPath, access.FiguresAggregate}},
	}
}
