package accounts

import (
	"slices"
	"strconv"
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

// accountContents is the contents of the page about oneself.
type accountContents struct {
	kit.Frame
	Roles, Regions string
	Rights         []string
	Sessions       []sessionRow
	Tokens         []tokenRow
	MayHaveTokens  bool
	HasPassword    bool
	TokenRights    []kit.Option
	NewToken       string // the text of a token that was just made; shown once
	Label          string // of the form, as it was typed
	Narrower       regionChoice
}

type sessionRow struct {
	ID, Method, Address, Agent, Began, Used string
	This                                    bool
}

type tokenRow struct {
	ID, Label, Rights, Regions, Created, Expires, Used, State string
	Live                                                      bool
}

// accountPage is GET /account.
func (s pages) accountPage(c *fiber.Ctx) error { return s.sendAccount(c, "", nil) }

// sendAccount shows the page about oneself, with a token that was just made, or why something could not be done.
func (s pages) sendAccount(c *fiber.Ctx, newToken string, problem error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, p := kit.AskerOf(c), i18n.For(st.Lang)
	sessions, err := s.Config.Accounts.Sessions(ctx, a.Principal, a.Account.Account)
	if err != nil {
		return err
	}
	tokens, err := s.Config.Accounts.Tokens(ctx, a.Principal, a.Account.Account)
	if err != nil {
		return err
	}
	page := accountContents{Frame: s.Frame(c, "account", "/account", st, p, p.T("web.account")), NewToken: newToken,
		Roles: kit.RoleNames(p, a.Account.Roles), Regions: kit.RegionNames(p, a.Account.Regions),
		Narrower:      regionChoice{p.T("web.token.regions"), p.T("web.token.regions_none"), view.RegionTree(p, a.Principal.Regions(), kit.Forms(c, "regions"))},
		MayHaveTokens: a.Principal.Can(access.Tokens), HasPassword: a.Account.HasPassword}
	for _, right := range a.Principal.Rights() {
		page.Rights = append(page.Rights, p.T("right."+string(right)))
	}
	may := auth.TokenRights(a.Account.Roles...)
	usual := auth.UnlessNamed(may)
	for _, right := range may {
		chosen := slices.Contains(kit.Forms(c, "right"), string(right))
		if problem == nil {
			chosen = slices.Contains(usual, right)
		}
		page.TokenRights = append(page.TokenRights, kit.Option{Value: string(right), Text: p.T("right." + string(right)), Selected: chosen})
	}
	for _, one := range sessions {
		page.Sessions = append(page.Sessions, sessionRow{one.ID, p.T("web.method." + one.Method), one.Address, browserOf(p, one.Agent),
			dashboards.Moment(one.CreatedAt), dashboards.Moment(one.TouchedAt), one.ID == a.Session})
	}
	for _, one := range tokens {
		page.Tokens = append(page.Tokens, s.tokenRow(p, one))
	}
	if problem != nil {
		page.Problem, page.Label = p.Error(problem), kit.Shortened(kit.Form(c, "label"))
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.Pages.Send(c, st.Lang, "account", page)
}

func (s pages) tokenRow(p *i18n.Printer, t auth.Token) tokenRow {
	row := tokenRow{ID: t.ID, Label: t.Label, Created: dashboards.Moment(t.CreatedAt), Expires: dashboards.Moment(t.ExpiresAt), Used: p.T("web.never")}
	if t.UsedAt.Unix() > 0 {
		row.Used = dashboards.Moment(t.UsedAt)
	}
	var rights []string
	for _, right := range t.Rights {
		rights = append(rights, p.T("right."+string(right)))
	}
	row.Rights, row.Regions = strings.Join(rights, p.T("web.list_separator")), p.T("web.token.regions_own")
	if len(t.Regions) > 0 {
		row.Regions = kit.RegionNames(p, t.Regions)
	}
	switch {
	case t.Revoked:
		row.State = p.T("web.token.revoked")
	case !s.Config.Now().Before(t.ExpiresAt):
		row.State = p.T("web.token.expired")
	default:
		row.State, row.Live = p.T("web.token.live"), true
	}
	return row
}

// browserOf is a browser's name as people know it; what it calls itself is a history of browsers.
func browserOf(p *i18n.Printer, agent string) string {
	for _, known := range []struct{ mark, name string }{
		{"Edg/", "Edge"}, {"QIHU", "360"}, {"360SE", "360"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	} {
		if strings.Contains(agent, known.mark) {
			return known.name
		}
	}
	return p.T("web.unknown_browser")
}

// confirmationContents is the contents of the page that somebody sees whose account nobody else has confirmed yet.
type confirmationContents struct {
	kit.Frame
	Code, Given string
}

// confirmationPage is GET /account/confirmation: the code that its owner tells a second administrator.
func (s pages) confirmationPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, p := kit.AskerOf(c), i18n.For(st.Lang)
	code, given, err := s.Config.Accounts.Confirmation(ctx, a.Visit)
	if err != nil {
		return err
	}
	if code == "" { // confirmed meanwhile, or the first password comes before
		return c.Redirect(st.URL(s.HomeOf(a)), fiber.StatusSeeOther)
	}
	page := confirmationContents{Frame: s.Frame(c, "confirmation", "/account/confirmation", st, p, p.T("web.confirmation")), Code: code,
		Given: strings.Join(given, p.T("web.list_separator"))}
	return s.Pages.Send(c, st.Lang, "confirmation", page)
}

// passwordForm is the contents of the page that changes one's password.
type passwordForm struct {
	kit.Frame
	First bool // the first password, which must be changed before anything else
}

// passwordPage is GET /account/password.
func (s pages) passwordPage(c *fiber.Ctx) error { return s.sendPassword(c, nil) }

func (s pages) sendPassword(c *fiber.Ctx, problem error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	p := i18n.For(st.Lang)
	page := passwordForm{Frame: s.Frame(c, "password", "/account/password", st, p, p.T("web.password.change")), First: kit.AskerOf(c).MustChange}
	if problem != nil {
		page.Problem = p.Error(problem)
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.Pages.Send(c, st.Lang, "password", page)
}

// changePassword is POST /account/password. All other sessions end; this one gets a new id.
func (s pages) changePassword(c *fiber.Ctx) error {
	a := kit.AskerOf(c)
	if kit.Form(c, "password") != kit.Form(c, "password_again") {
		return s.sendPassword(c, problem.New("password_mismatch"))
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	id, err := s.Config.Accounts.ChangePassword(ctx, a.Visit, kit.Form(c, "password_now"), kit.Form(c, "password"), s.Client(c))
	if err != nil {
		if !kit.ForUser(err) {
			return err
		}
		if problem.Code(err) == "sign_in_failed" {
			err = problem.New("web_password_wrong")
		}
		return s.sendPassword(c, err)
	}
	if err := s.Begun(ctx, c, id, a.Account.Account); err != nil {
		return err
	}
	a.MustChange = false
	a.Principal = access.New(a.Account.Grant())
	return s.Back(c, s.HomeOf(a), "password_changed")
}

// signOutEverywhere is POST /account/sign-out-everywhere: this session ends too.
func (s pages) signOutEverywhere(c *fiber.Ctx) error {
	a := kit.AskerOf(c)
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if err := s.Config.Accounts.SignOutEverywhere(ctx, a.Principal, a.Account.Account); err != nil {
		return err
	}
	s.DropCookie(c, kit.SessionCookie)
	return s.Back(c, "/login", "signed_out_everywhere")
}

// endSession is POST /account/sessions/end.
func (s pages) endSession(c *fiber.Ctx) error {
	a := kit.AskerOf(c)
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if err := s.Config.Accounts.EndSession(ctx, a.Principal, a.Account.Account, kit.Form(c, "session")); err != nil {
		return s.sendAccountProblem(c, err)
	}
	return s.Back(c, "/account", "session_ended")
}

// createToken is POST /account/tokens. The token's text is on the answer and nowhere else.
func (s pages) createToken(c *fiber.Ctx) error {
	a := kit.AskerOf(c)
	days, err := strconv.Atoi(kit.Form(c, "days"))
	if err != nil {
		days = 0 // out of range, and refused as such
	}
	n := auth.NewToken{Label: kit.Form(c, "label"), Days: days}
	for _, word := range kit.Forms(c, "right") {
		n.Rights = append(n.Rights, access.Right(word))
	}
	if regions := kit.Forms(c, "regions"); len(regions) > 0 {
		if n.Regions, err = access.ReadRegions(strings.Join(regions, ",")); err != nil {
			return s.sendAccountProblem(c, err)
		}
	}
	if len(n.Rights) == 0 {
		return s.sendAccountProblem(c, problem.New("token_nothing"))
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	text, _, err := s.Config.Accounts.CreateToken(ctx, a.Principal, a.Account.Account, n)
	if err != nil {
		return s.sendAccountProblem(c, err)
	}
	return s.sendAccount(c, text, nil)
}

// revokeToken is POST /account/tokens/revoke.
func (s pages) revokeToken(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a := kit.AskerOf(c)
	own, err := s.Config.Accounts.Tokens(ctx, a.Principal, a.Account.Account)
	if err != nil {
		return err
	}
	id := kit.Form(c, "token")
	if !slices.ContainsFunc(own, func(t auth.Token) bool { return t.ID == id }) {
		return s.sendAccountProblem(c, problem.New("token_unknown", "token", kit.Shortened(id)))
	}
	if err := s.Config.Accounts.RevokeToken(ctx, a.Principal, id); err != nil {
		return s.sendAccountProblem(c, err)
	}
	return s.Back(c, "/account", "token_revoked")
}

// sendAccountProblem shows the page again with what went wrong, where its reader can do something about it.
func (s pages) sendAccountProblem(c *fiber.Ctx, err error) error {
	if !kit.ForUser(err) || kit.StatusOfAccounts(err) == fiber.StatusForbidden {
		return err
	}
	return s.sendAccount(c, "", err)
}
