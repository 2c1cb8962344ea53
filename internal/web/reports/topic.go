package reports

import (
	"embed"
	"regexp"
	"slices"

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
		Routes:     slices.Concat(s.preparationRoutes(), s.scheduleRoutes(), s.reportRoutes(), s.reportActRoutes()),
		Operations: slices.Concat(s.reportOperations(), s.preparationOperations()),
		Parameters: map[string]kit.APIParameter{
			"report":  {Form: regexp.MustCompile(`^[0-9a-f]{8,32}$`), Example: "1f0c9a3e"},
			"job":     {Form: regexp.MustCompile(`^[0-9a-f]{32}$`), Example: "1f0c9a3e5b7d4c2f8a6e1d3b5f7092ac"},
			paramStep: {Choices: stepChoices, Any: true},
		},
		Choices:    map[string][]string{"progress": progressChoices()},
		Navigation: []kit.NavigationEntry{{Name: "reports", Path: "/reports", Right: access.ReportsRead}},
	}
}
