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

// accountRoutes are signing in, one's own account, and keeping accounts and the audit log.
func (s *Server) accountRoutes() []route {
	rights := func(all ...access.Right) []access.Right { return all }
	users, change := rights(access.UsersRead), rights(access.UsersWrite)
	return []route{
		reading("/login", nil, s.signInPage).by(nobody).early(),
		writing("/login", nil, s.signIn).by(nobody).early(),
		reading("/login/oidc", nil, s.signOn).by(nobody).early(),
		reading("/login/oidc/callback", nil, s.signedOn).by(nobody).early(),
		reading("/setup", nil, s.setupPage).by(nobody).early(),
		writing("/setup", nil, s.setup).by(nobody).early(),
		writing("/logout", nil, s.signOut).by(anybody).early(),

		reading("/account", nil, s.accountPage).by(oneself),
		reading("/account/password", nil, s.passwordPage).by(oneself).early(),
		writing("/account/password", nil, s.changePassword).by(oneself).early(),
		reading("/account/confirmation", nil, s.confirmationPage).by(oneself).early(),
		writing("/account/sign-out-everywhere", nil, s.signOutEverywhere).by(oneself),
		writing("/account/sessions/end", nil, s.endSession).by(oneself),
		writing("/account/tokens", rights(access.Tokens), s.createToken),
		writing("/account/tokens/revoke", nil, s.revokeToken).by(oneself),

		reading("/admin/users", users, s.usersPage),
		reading("/admin/users/new", change, s.newUserPage),
		writing("/admin/users/new", change, s.createUser),
		reading("/admin/users/edit", change, s.editUserPage),
		writing("/admin/users/edit", change, s.changeUser),
		writing("/admin/users/state", change, s.changeUserState),
		writing("/admin/users/password", change, s.resetUserPassword),
		writing("/admin/users/confirm", change, s.confirmUser),
		writing("/admin/users/sign-out", change, s.signUserOut),
		writing("/view-as", rights(access.ViewAs), s.viewAs),
		writing("/view-as/stop", nil, s.stopViewAs).by(anybody),

		reading("/admin/audit", rights(access.AuditRead), s.auditPage),
		reading("/download/audit/:table", rights(access.AuditRead, access.Export), s.auditDownload),
		writing("/download/audit/:table", rights(access.AuditRead, access.Export), s.auditDownload),
		reading("/admin/permissions", users, s.permissionsPage),
		reading("/download/permissions/:table", rights(access.UsersRead, access.Export), s.permissionsDownload),
		writing("/download/permissions/:table", rights(access.UsersRead, access.Export), s.permissionsDownload),
	}
}
