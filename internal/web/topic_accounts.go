package web

import "jianfu/internal/access"

// accountsTopic is signing in, one's own account, accounts and what they may, and the audit log.
func (s *Server) accountsTopic() topic {
	return topic{
		routes: s.accountRoutes(),
		navigation: []navigationEntry{
			{"users", "/admin/users", access.UsersRead},
			{"permissions", "/admin/permissions", access.UsersRead},
			{"audit", "/admin/audit", access.AuditRead},
		},
		views:    []viewedPage{{path: "/admin/audit", list: "audit"}},
		fleeting: []string{paramBefore, paramCheck},
	}
}
