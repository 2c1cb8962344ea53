package calendar

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
		Routes:     s.calendarRoutes(),
		Operations: s.calendarOperations(),
		Parameters: calendarParameters,
		Navigation: []kit.NavigationEntry{{Name: "calendar", Path: "/admin/calendar", Right: access.UsersRead}},
	}
}
