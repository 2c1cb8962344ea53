package web

import "jianfu/internal/access"

// casesTopic is the list of cases, samples of it, and systemic findings.
func (s *Server) casesTopic() topic {
	return topic{
		routes:     s.caseRoutes(),
		operations: s.caseOperations(),
		parameters: casesParameters,
		navigation: []navigationEntry{{"cases", "/cases", access.FiguresRecord}},
		views:      []viewedPage{{path: "/cases", list: "cases"}},
		fleeting:   []string{paramSample, paramCount, paramSeed},
	}
}
