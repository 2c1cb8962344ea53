package accounts

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// usersContents is the contents of the list of accounts.
type usersContents struct {
	kit.Frame
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
func (s pages) usersPage(c *fiber.Ctx) error { return s.sendUsers(c, "", "") }

// sendUsers shows the list, with a password that was just made.
func (s pages) sendUsers(c *fiber.Ctx, holder, password string) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, p := kit.AskerOf(c), i18n.For(st.Lang)
	accounts, err := s.Config.Accounts.Accounts(ctx, a.Principal)
	if err != nil {
		return err
	}
	page := usersContents{Frame: s.Frame(c, "users", "/admin/users", st, p, p.T("web.users")), MayChange: a.Principal.Can(access.UsersWrite), Holder: holder, Password: password}
	page.Alone = page.MayChange && !slices.ContainsFunc(accounts, func(one auth.Account) bool {
		return one.Account != a.Account.Account && !one.Disabled && !one.Unconfirmed() && slices.Contains(one.Roles, access.SysAdmin)
	})
	for _, one := range accounts {
		page.Users = append(page.Users, userRow{one.Account, one.Name, kit.RoleNames(p, one.Roles), kit.RegionNames(p, one.Regions), userState(p, one),
			dashboards.Moment(one.ChangedAt), dashboards.NewNames(p).Actor(one.ChangedBy), page.AtAccount("/admin/users/edit", one.Account), one.Disabled})
	}
	return s.Pages.Send(c, st.Lang, "users", page)
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
	kit.Frame
	User      auth.Account
	New, Self bool
	State     string
	Roles     []kit.Option
	Regions   regionChoice
	MayViewAs bool
	Sessions  []sessionRow
	Tokens    []tokenRow
	Reason    string

	GivenBy    string // who alone gave it its password or rights, while somebody else has to confirm it; "" else
	MayConfirm bool
}

// newUserPage is GET /admin/users/new.
func (s pages) newUserPage(c *fiber.Ctx) error { return s.sendNewUser(c, nil) }

func (s pages) sendNewUser(c *fiber.Ctx, problem error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	p := i18n.For(st.Lang)
	page := userForm{Frame: s.Frame(c, "users", "/admin/users/new", st, p, p.T("web.user.new")), New: true, Roles: roleOptions(p, kit.Forms(c, "role")),
		Regions: userRegions(p, kit.Forms(c, "regions"))}
	page.User.Account, page.User.Name = kit.Shortened(kit.Form(c, kit.ParamAccount)), kit.Shortened(kit.Form(c, "name"))
	page.Failed(c, p, problem)
	return s.Pages.Send(c, st.Lang, "user", page)
}

// regionChoice is a tree from which regions are chosen.
type regionChoice struct {
	Title, Note string
	Nodes       []view.RegionNode
}

// userRegions is the tree for an account.
func userRegions(p *i18n.Printer, chosen []string) regionChoice {
	return regionChoice{p.T("web.user.regions"), p.T("web.user.regions.rule"), view.RegionTree(p, []string{"000000"}, chosen)}
}

func roleOptions(p *i18n.Printer, chosen []string) []kit.Option {
	var options []kit.Option
	for _, role := range access.Roles {
		options = append(options, kit.Option{Value: string(role), Text: p.T("role." + string(role)), Selected: slices.Contains(chosen, string(role))})
	}
	return options
}

// grantOf reads the roles and regions of a form.
func grantOf(c *fiber.Ctx) (roles []access.Role, regions []string, err error) {
	roles = []access.Role{}
	for _, word := range kit.Forms(c, "role") {
		roles = append(roles, access.Role(word))
	}
	regions, err = access.ReadRegions(strings.Join(kit.Forms(c, "regions"), ","))
	return roles, regions, err
}

// createUser is POST /admin/users/new: the first password is made here, shown once, and must be changed.
func (s pages) createUser(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	roles, regions, err := grantOf(c)
	if err != nil {
		return s.sendNewUser(c, err)
	}
	password := auth.GeneratePassword()
	created, err := s.Config.Accounts.Create(ctx, kit.AskerOf(c).Principal, auth.NewAccount{Account: kit.Form(c, kit.ParamAccount), Name: kit.Form(c, "name"),
		Roles: roles, Regions: regions, Password: password, MustChange: true})
	if err != nil {
		if !kit.ForUser(err) {
			return err
		}
		return s.sendNewUser(c, err)
	}
	return s.sendUsers(c, created.Account, password)
}

// editUserPage is GET /admin/users/edit?account=….
func (s pages) editUserPage(c *fiber.Ctx) error { return s.sendUser(c, c.Query(kit.ParamAccount), nil) }

func (s pages) sendUser(c *fiber.Ctx, account string, problem error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, p := kit.AskerOf(c), i18n.For(st.Lang)
	user, err := s.Config.Accounts.Account(ctx, a.Principal, account)
	if err != nil {
		return err
	}
	sessions, err := s.Config.Accounts.Sessions(ctx, a.Principal, user.Account)
	if err != nil {
		return err
	}
	tokens, err := s.Config.Accounts.Tokens(ctx, a.Principal, user.Account)
	if err != nil {
		return err
	}
	st.Extra = map[string][]string{kit.ParamAccount: {user.Account}}
	page := userForm{Frame: s.Frame(c, "users", "/admin/users/edit", st, p, p.T("web.user.edit", "name", user.Name)), User: user, State: userState(p, user),
		Self: user.Account == a.Account.Account, Roles: roleOptions(p, kit.Words(user.Roles)), Regions: userRegions(p, user.Regions),
		MayViewAs: a.Principal.Can(access.ViewAs) && user.Account != a.Account.Account && !user.Disabled, Reason: kit.Shortened(kit.Form(c, kit.ParamReason))}
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
	page.Failed(c, p, problem)
	return s.Pages.Send(c, st.Lang, "user", page)
}

// userDone leads back to the page of an account, or shows there why something could not be done.
func (s pages) userDone(c *fiber.Ctx, account, done string, err error) error {
	if err != nil {
		if !kit.ForUser(err) || problem.Code(err) == "account_unknown" || problem.Code(err) == "access_denied" {
			return err
		}
		return s.sendUser(c, account, err)
	}
	return s.Back(c, "/admin/users/edit", done, kit.ParamAccount, account)
}

// changeUser is POST /admin/users/edit.
func (s pages) changeUser(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	account, name := kit.Form(c, kit.ParamAccount), kit.Form(c, "name")
	change := auth.Change{Name: &name}
	if account != kit.AskerOf(c).Account.Account { // nobody changes what they may do themselves, and the form does not ask
		roles, regions, err := grantOf(c)
		if err != nil {
			return s.userDone(c, account, "", err)
		}
		change.Roles, change.Regions = roles, regions
	}
	_, err := s.Config.Accounts.Change(ctx, kit.AskerOf(c).Principal, account, change)
	return s.userDone(c, account, "user_changed", err)
}

// changeUserState is POST /admin/users/state: it disables or enables an account.
func (s pages) changeUserState(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	account, disabled := kit.Form(c, kit.ParamAccount), kit.Form(c, "disabled") == "yes"
	done := "user_enabled"
	if disabled {
		done = "user_disabled"
	}
	_, err := s.Config.Accounts.Change(ctx, kit.AskerOf(c).Principal, account, auth.Change{Disabled: &disabled})
	return s.userDone(c, account, done, err)
}

// resetUserPassword is POST /admin/users/password: the new password is made here, shown once, and must be changed.
func (s pages) resetUserPassword(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	account, password := kit.Form(c, kit.ParamAccount), auth.GeneratePassword()
	if err := s.Config.Accounts.ResetPassword(ctx, kit.AskerOf(c).Principal, account, password, true); err != nil {
		return s.userDone(c, account, "", err)
	}
	return s.sendUsers(c, account, password)
}

// confirmUser is POST /admin/users/confirm: a second administrator has asked the owner of an account for the code that is
// shown to him.
func (s pages) confirmUser(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	account := kit.Form(c, kit.ParamAccount)
	return s.userDone(c, account, "user_confirmed", s.Config.Accounts.Confirm(ctx, kit.AskerOf(c).Principal, account, kit.Form(c, "code")))
}

// signUserOut is POST /admin/users/sign-out: it ends all sessions of an account.
func (s pages) signUserOut(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	account := kit.Form(c, kit.ParamAccount)
	return s.userDone(c, account, "user_signed_out", s.Config.Accounts.SignOutEverywhere(ctx, kit.AskerOf(c).Principal, account))
}

// viewAs is POST /view-as: from now on the administrator sees what an account sees.
func (s pages) viewAs(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, account := kit.AskerOf(c), kit.Form(c, kit.ParamAccount)
	if err := s.Config.Accounts.StartViewAs(ctx, a.Visit, account, kit.Form(c, kit.ParamReason)); err != nil {
		return s.userDone(c, account, "", err)
	}
	visit, err := s.Config.Accounts.Visit(ctx, a.ID, s.Client(c))
	if err != nil {
		return err
	}
	return s.Back(c, s.HomeOf(kit.Asker{Visit: visit}), "")
}

// stopViewAs is POST /view-as/stop.
func (s pages) stopViewAs(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if err := s.Config.Accounts.EndViewAs(ctx, kit.AskerOf(c).Visit); err != nil {
		return err
	}
	return s.Back(c, "/admin/users", "view_as_ended")
}
