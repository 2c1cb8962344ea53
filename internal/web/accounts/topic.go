package accounts

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
		Templates: templates,
		Routes:    s.accountRoutes(),
		Navigation: []kit.NavigationEntry{
			{Name: "users", Path: "/admin/users", Right: access.UsersRead},
			{Name: "permissions", Path: "/admin/permissions", Right: access.UsersRead},
			{Name: "audit", Path: "/admin/audit", Right: access.AuditRead},
		},
		Views:    []kit.ViewedPage{{Path: "/admin/audit", List: "audit"}},
		Fleeting: []string{paramBefore, paramCheck},
	}
}

// accountRoutes are signing in, one's own account, and keeping accounts and the audit log.
func (s pages) accountRoutes() []kit.Route {
	rights := func(all ...access.Right) []access.Right { return all }
	users, change := rights(access.UsersRead), rights(access.UsersWrite)
	return []kit.Route{
		kit.Reading("/login", nil, s.signInPage).By(kit.Nobody).Early(),
		kit.Writing("/login", nil, s.signIn).By(kit.Nobody).Early(),
		kit.Reading("/login/oidc", nil, s.signOn).By(kit.Nobody).Early(),
		kit.Reading("/login/oidc/callback", nil, s.signedOn).By(kit.Nobody).Early(),
		kit.Reading("/setup", nil, s.setupPage).By(kit.Nobody).Early(),
		kit.Writing("/setup", nil, s.setup).By(kit.Nobody).Early(),
		kit.Writing("/logout", nil, s.signOut).By(kit.Anybody).Early(),

		kit.Reading("/account", nil, s.accountPage).By(kit.Oneself),
		kit.Reading("/account/password", nil, s.passwordPage).By(kit.Oneself).Early(),
		kit.Writing("/account/password", nil, s.changePassword).By(kit.Oneself).Early(),
		kit.Reading("/account/confirmation", nil, s.confirmationPage).By(kit.Oneself).Early(),
		kit.Writing("/account/sign-out-everywhere", nil, s.signOutEverywhere).By(kit.Oneself),
		kit.Writing("/account/sessions/end", nil, s.endSession).By(kit.Oneself),
		kit.Writing("/account/tokens", rights(access.Tokens), s.createToken),
		kit.Writing("/account/tokens/revoke", nil, s.revokeToken).By(kit.Oneself),

		kit.Reading("/admin/users", users, s.usersPage),
		kit.Reading("/admin/users/new", change, s.newUserPage),
		kit.Writing("/admin/users/new", change, s.createUser),
		kit.Reading("/admin/users/edit", change, s.editUserPage),
		kit.Writing("/admin/users/edit", change, s.changeUser),
		kit.Writing("/admin/users/state", change, s.changeUserState),
		kit.Writing("/admin/users/password", change, s.resetUserPassword),
		kit.Writing("/admin/users/confirm", change, s.confirmUser),
		kit.Writing("/admin/users/sign-out", change, s.signUserOut),
		kit.Writing("/view-as", rights(access.ViewAs), s.viewAs),
		kit.Writing("/view-as/stop", nil, s.stopViewAs).By(kit.Anybody),

		kit.Reading("/admin/audit", rights(access.AuditRead), s.auditPage),
		kit.Reading("/download/audit/:table", rights(access.AuditRead, access.Export), s.auditDownload),
		kit.Writing("/download/audit/:table", rights(access.AuditRead, access.Export), s.auditDownload),
		kit.Reading("/admin/permissions", users, s.permissionsPage),
		kit.Reading("/download/permissions/:table", rights(access.UsersRead, access.Export), s.permissionsDownload),
		kit.Writing("/download/permissions/:table", rights(access.UsersRead, access.Export), s.permissionsDownload),
	}
}
