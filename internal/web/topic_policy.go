package web

import "jianfu/internal/access"

// policyTopic is the policy pack: what holds where, and what it covers.
func (s *Server) policyTopic() topic {
	return topic{
		routes:     s.policyRoutes(),
		operations: s.policyOperations(),
		parameters: policyParameters,
		navigation: []navigationEntry{{"policy", "/policy", access.PolicyRead}},
		views:      []viewedPage{{path: "/policy", list: "policy"}},
	}
}
