package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/fault"
	"jianfu/internal/i18n"
)

// usersContents is the contents of the list of accounts.
type usersContents struct {
	frame
	Users            []userRow
	MayChange        bool
	Alone            bool   // no second administrator can confirm what the reader does
	Password, Holder string // a password that was just made for somebody, shown once
}

type userRow struct {
	Account, Name, Roles, Regions, State, Changed, ChangedBy, Edit string
	Disabled                                                       bool
}

// usersPage is GET /admin/users.
func (s *Server) usersPage(c *fiber.Ctx) error { return s.sendUsers(c, "", "") }

// sendUsers shows the list, with a password that was just made.
func (s *Server) sendUsers(c *fiber.Ctx, holder, password string) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := asking(c)
	defer cancel()
	a, p := askerOf(c), i18n.For(st.lang)
	accounts, err := s.config.Accounts.Accounts(ctx, a.Principal)
	if err != nil {
		return err
	}
	page := usersContents{frame: s.frame(c, "users", "/admin/users", st, p, p.T("web.users")), MayChange: a.Principal.Can(access.UsersWrite), Holder: holder, Password: password}
	page.Alone = page.MayChange && !slices.ContainsFunc(accounts, func(one auth.Account) bool {
		return one.Account != a.Account.Account && !one.Disabled && !one.Unconfirmed() && slices.Contains(one.Roles, access.SysAdmin)
	})
	for _, one := range accounts {
		page.Users = append(page.Users, userRow{one.Account, one.Name, roleNames(p, one.Roles), regionNames(p, one.Regions), userState(p, one),
			dashboards.Moment(one.ChangedAt), dashboards.NewNames(p).Actor(one.ChangedBy), page.AtAccount("/admin/users/edit", one.Account), one.Disabled})
	}
	return s.pages.send(c, st.lang, "users", page)
}

// userState puts the state of an account into words.
func userState(p *i18n.Printer, a auth.Account) string {
	switch {
	case a.Disabled:
		return p.T("web.user.disabled")
	case a.MustChange:
		return p.T("web.user.must_change")
	case a.Unconfirmed():
		return p.T("web.user.unconfirmed")
	}
	return p.T("web.user.active")
}

// userForm is the contents of the pages that make and change an account.
type userForm struct {
	frame
	User      auth.Account
	New, Self bool
	State     string
	Roles     []option
	Regions   regionChoice
	MayViewAs bool
	Sessions  []sessionRow
	Tokens    []tokenRow
	Reason    string

	GivenBy    string // who alone gave it its password or rights, while somebody else has to confirm it; "" else
	MayConfirm bool
}

// newUserPage is GET /admin/users/new.
func (s *Server) newUserPage(c *fiber.Ctx) error { return s.sendNewUser(c, nil) }

func (s *Server) sendNewUser(c *fiber.Ctx, problem error) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	p := i18n.For(st.lang)
	page := userForm{frame: s.frame(c, "users", "/admin/users/new", st, p, p.T("web.user.new")), New: true, Roles: roleOptions(p, forms(c, "role")),
		Regions: userRegions(p, forms(c, "regions"))}
	page.User.Account, page.User.Name = shortened(form(c, paramAccount)), shortened(form(c, "name"))
	page.failed(c, p, problem)
	return s.pages.send(c, st.lang, "user", page)
}

// regionChoice is a tree from which regions are chosen.
type regionChoice struct {
	Title, Note string
	Nodes       []regionNode
}

// userRegions is the tree for an account.
func userRegions(p *i18n.Printer, chosen []string) regionChoice {
	return regionChoice{p.T("web.user.regions"), p.T("web.user.regions.rule"), regionTree(p, []string{"000000"}, chosen)}
}

func roleOptions(p *i18n.Printer, chosen []string) []option {
	var options []option
	for _, role := range access.Roles {
		options = append(options, option{Value: string(role), Text: p.T("role." + string(role)), Selected: slices.Contains(chosen, string(role))})
	}
	return options
}

// grantOf reads the roles and regions of a form.
func grantOf(c *fiber.Ctx) (roles []access.Role, regions []string, err error) {
	roles = []access.Role{}
	for _, word := range forms(c, "role") {
		roles = append(roles, access.Role(word))
	}
	regions, err = access.ReadRegions(strings.Join(forms(c, "regions"), ","))
	return roles, regions, err
}

// createUser is POST /admin/users/new: the first password is made here, shown once, and must be changed.
func (s *Server) createUser(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	roles, regions, err := grantOf(c)
	if err != nil {
		return s.sendNewUser(c, err)
	}
	password := auth.GeneratePassword()
	created, err := s.config.Accounts.Create(ctx, askerOf(c).Principal, auth.NewAccount{Account: form(c, paramAccount), Name: form(c, "name"),
		Roles: roles, Regions: regions, Password: password, MustChange: true})
	if err != nil {
		if !said(err) {
			return err
		}
		return s.sendNewUser(c, err)
	}
	return s.sendUsers(c, created.Account, password)
}

// editUserPage is GET /admin/users/edit?account=….
func (s *Server) editUserPage(c *fiber.Ctx) error { return s.sendUser(c, c.Query(paramAccount), nil) }

func (s *Server) sendUser(c *fiber.Ctx, account string, problem error) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := asking(c)
	defer cancel()
	a, p := askerOf(c), i18n.For(st.lang)
	user, err := s.config.Accounts.Account(ctx, a.Principal, account)
	if err != nil {
		return err
	}
	sessions, err := s.config.Accounts.Sessions(ctx, a.Principal, user.Account)
	if err != nil {
		return err
	}
	tokens, err := s.config.Accounts.Tokens(ctx, a.Principal, user.Account)
	if err != nil {
		return err
	}
	st.extra = map[string][]string{paramAccount: {user.Account}}
	page := userForm{frame: s.frame(c, "users", "/admin/users/edit", st, p, p.T("web.user.edit", "name", user.Name)), User: user, State: userState(p, user),
		Self: user.Account == a.Account.Account, Roles: roleOptions(p, words(user.Roles)), Regions: userRegions(p, user.Regions),
		MayViewAs: a.Principal.Can(access.ViewAs) && user.Account != a.Account.Account && !user.Disabled, Reason: shortened(form(c, paramReason))}
	page.GivenBy, page.MayConfirm = strings.Join(user.GivenBy, p.T("web.list_separator")), !slices.Contains(user.GivenBy, a.Account.Account)
	for _, one := range sessions {
		page.Sessions = append(page.Sessions, sessionRow{one.ID, p.T("web.method." + one.Method), one.Address, browserOf(p, one.Agent),
			dashboards.Moment(one.CreatedAt), dashboards.Moment(one.TouchedAt), false})
	}
	for _, one := range tokens {
		if row := s.tokenRow(p, one); row.Live {
			page.Tokens = append(page.Tokens, row)
		}
	}
	page.failed(c, p, problem)
	return s.pages.send(c, st.lang, "user", page)
}

// userDone leads back to the page of an account, or shows there why something could not be done.
func (s *Server) userDone(c *fiber.Ctx, account, done string, err error) error {
	if err != nil {
		if !said(err) || fault.Code(err) == "account_unknown" || fault.Code(err) == "access_denied" {
			return err
		}
		return s.sendUser(c, account, err)
	}
	return s.back(c, "/admin/users/edit", done, paramAccount, account)
}

// changeUser is POST /admin/users/edit.
func (s *Server) changeUser(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	account, name := form(c, paramAccount), form(c, "name")
	change := auth.Change{Name: &name}
	if account != askerOf(c).Account.Account { // nobody changes what they may do themselves, and the form does not ask
		roles, regions, err := grantOf(c)
		if err != nil {
			return s.userDone(c, account, "", err)
		}
		change.Roles, change.Regions = roles, regions
	}
	_, err := s.config.Accounts.Change(ctx, askerOf(c).Principal, account, change)
	return s.userDone(c, account, "user_changed", err)
}

// changeUserState is POST /admin/users/state: it disables or enables an account.
func (s *Server) changeUserState(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	account, disabled := form(c, paramAccount), form(c, "disabled") == "yes"
	done := "user_enabled"
	if disabled {
		done = "user_disabled"
	}
	_, err := s.config.Accounts.Change(ctx, askerOf(c).Principal, account, auth.Change{Disabled: &disabled})
	return s.userDone(c, account, done, err)
}

// resetUserPassword is POST /admin/users/password: the new password is made here, shown once, and must be changed.
func (s *Server) resetUserPassword(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	account, password := form(c, paramAccount), auth.GeneratePassword()
	if err := s.config.Accounts.ResetPassword(ctx, askerOf(c).Principal, account, password, true); err != nil {
		return s.userDone(c, account, "", err)
	}
	return s.sendUsers(c, account, password)
}

// confirmUser is POST /admin/users/confirm: a second administrator has asked the owner of an account for the code that is
// shown to him.
func (s *Server) confirmUser(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	account := form(c, paramAccount)
	return s.userDone(c, account, "user_confirmed", s.config.Accounts.Confirm(ctx, askerOf(c).Principal, account, form(c, "code")))
}

// signUserOut is POST /admin/users/sign-out: it ends all sessions of an account.
func (s *Server) signUserOut(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	account := form(c, paramAccount)
	return s.userDone(c, account, "user_signed_out", s.config.Accounts.SignOutEverywhere(ctx, askerOf(c).Principal, account))
}

// viewAs is POST /view-as: from now on the administrator sees what an account sees.
func (s *Server) viewAs(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	a, account := askerOf(c), form(c, paramAccount)
	if err := s.config.Accounts.StartViewAs(ctx, a.Visit, account, form(c, paramReason)); err != nil {
		return s.userDone(c, account, "", err)
	}
	visit, err := s.config.Accounts.Visit(ctx, a.id, s.client(c))
	if err != nil {
		return err
	}
	return s.back(c, s.homeOf(asker{Visit: visit}), "")
}

// stopViewAs is POST /view-as/stop.
func (s *Server) stopViewAs(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	if err := s.config.Accounts.EndViewAs(ctx, askerOf(c).Visit); err != nil {
		return err
	}
	return s.back(c, "/admin/users", "view_as_ended")
}
