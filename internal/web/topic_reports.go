package web

import (
	"regexp"
	"slices"

	"jianfu/internal/access"
)

// reportsTopic is the reports to the State Taxation Administration: their list, one report, its sheets and files.
func (s *Server) reportsTopic() topic {
	return topic{
		routes:     slices.Concat(s.reportRoutes(), s.reportActRoutes()),
		operations: s.reportOperations(),
		parameters: map[string]apiParameter{
			"report":  {form: regexp.MustCompile(`^[0-9a-f]{8,32}$`), example: "1f0c9a3e"},
			paramStep: {choices: stepChoices, any: true},
		},
		navigation: []navigationEntry{{"reports", "/reports", access.ReportsRead}},
	}
}
