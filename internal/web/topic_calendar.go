package web

import "jianfu/internal/access"

// calendarTopic is the calendar of working days.
func (s *Server) calendarTopic() topic {
	return topic{
		routes:     s.calendarRoutes(),
		operations: s.calendarOperations(),
		parameters: calendarParameters,
		navigation: []navigationEntry{{"calendar", "/admin/calendar", access.UsersRead}},
	}
}
