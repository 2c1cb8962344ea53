package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/fault"
	"jianfu/internal/i18n"
)

// accountContents is the contents of the page about oneself.
type accountContents struct {
	frame
	Roles, Regions string
	Rights         []string
	Sessions       []sessionRow
	Tokens         []tokenRow
	MayHaveTokens  bool
	HasPassword    bool
	TokenRights    []option
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
func (s *Server) accountPage(c *fiber.Ctx) error { return s.sendAccount(c, "", nil) }

// sendAccount shows the page about oneself, with a token that was just made, or why something could not be done.
func (s *Server) sendAccount(c *fiber.Ctx, newToken string, problem error) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := asking(c)
	defer cancel()
	a, p := askerOf(c), i18n.For(st.lang)
	sessions, err := s.config.Accounts.Sessions(ctx, a.Principal, a.Account.Account)
	if err != nil {
		return err
	}
	tokens, err := s.config.Accounts.Tokens(ctx, a.Principal, a.Account.Account)
	if err != nil {
		return err
	}
	page := accountContents{frame: s.frame(c, "account", "/account", st, p, p.T("web.account")), NewToken: newToken,
		Roles: roleNames(p, a.Account.Roles), Regions: regionNames(p, a.Account.Regions),
		Narrower:      regionChoice{p.T("web.token.regions"), p.T("web.token.regions_none"), regionTree(p, a.Principal.Regions(), forms(c, "regions"))},
		MayHaveTokens: a.Principal.Can(access.Tokens), HasPassword: a.Account.HasPassword}
	for _, right := range a.Principal.Rights() {
		page.Rights = append(page.Rights, p.T("right."+string(right)))
	}
	may := auth.TokenRights(a.Account.Roles...)
	usual := auth.UnlessNamed(may)
	for _, right := range may {
		chosen := slices.Contains(forms(c, "right"), string(right))
		if problem == nil {
			chosen = slices.Contains(usual, right)
		}
		page.TokenRights = append(page.TokenRights, option{Value: string(right), Text: p.T("right." + string(right)), Selected: chosen})
	}
	for _, one := range sessions {
		page.Sessions = append(page.Sessions, sessionRow{one.ID, p.T("web.method." + one.Method), one.Address, browserOf(p, one.Agent),
			dashboards.Moment(one.CreatedAt), dashboards.Moment(one.TouchedAt), one.ID == a.Session})
	}
	for _, one := range tokens {
		page.Tokens = append(page.Tokens, s.tokenRow(p, one))
	}
	if problem != nil {
		page.Problem, page.Label = p.Error(problem), shortened(form(c, "label"))
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.pages.send(c, st.lang, "account", page)
}

func (s *Server) tokenRow(p *i18n.Printer, t auth.Token) tokenRow {
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
		row.Regions = regionNames(p, t.Regions)
	}
	switch {
	case t.Revoked:
		row.State = p.T("web.token.revoked")
	case !s.config.Now().Before(t.ExpiresAt):
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
	frame
	Code, Given string
}

// confirmationPage is GET /account/confirmation: the code that its owner tells a second administrator.
func (s *Server) confirmationPage(c *fiber.Ctx) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := asking(c)
	defer cancel()
	a, p := askerOf(c), i18n.For(st.lang)
	code, given, err := s.config.Accounts.Confirmation(ctx, a.Visit)
	if err != nil {
		return err
	}
	if code == "" { // confirmed meanwhile, or the first password comes before
		return c.Redirect(st.url(s.homeOf(a)), fiber.StatusSeeOther)
	}
	page := confirmationContents{frame: s.frame(c, "confirmation", "/account/confirmation", st, p, p.T("web.confirmation")), Code: code,
		Given: strings.Join(given, p.T("web.list_separator"))}
	return s.pages.send(c, st.lang, "confirmation", page)
}

// passwordForm is the contents of the page that changes one's password.
type passwordForm struct {
	frame
	First bool // the first password, which must be changed before anything else
}

// passwordPage is GET /account/password.
func (s *Server) passwordPage(c *fiber.Ctx) error { return s.sendPassword(c, nil) }

func (s *Server) sendPassword(c *fiber.Ctx, problem error) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	p := i18n.For(st.lang)
	page := passwordForm{frame: s.frame(c, "password", "/account/password", st, p, p.T("web.password.change")), First: askerOf(c).MustChange}
	if problem != nil {
		page.Problem = p.Error(problem)
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.pages.send(c, st.lang, "password", page)
}

// changePassword is POST /account/password. All other sessions end; this one gets a new id.
func (s *Server) changePassword(c *fiber.Ctx) error {
	a := askerOf(c)
	if form(c, "password") != form(c, "password_again") {
		return s.sendPassword(c, fault.New("password_mismatch"))
	}
	ctx, cancel := asking(c)
	defer cancel()
	id, err := s.config.Accounts.ChangePassword(ctx, a.Visit, form(c, "password_now"), form(c, "password"), s.client(c))
	if err != nil {
		if !said(err) {
			return err
		}
		if fault.Code(err) == "sign_in_failed" {
			err = fault.New("web_password_wrong")
		}
		return s.sendPassword(c, err)
	}
	if err := s.begun(ctx, c, id, a.Account.Account); err != nil {
		return err
	}
	a.MustChange = false
	a.Principal = access.New(a.Account.Grant())
	return s.back(c, s.homeOf(a), "password_changed")
}

// signOutEverywhere is POST /account/sign-out-everywhere: this session ends too.
func (s *Server) signOutEverywhere(c *fiber.Ctx) error {
	a := askerOf(c)
	ctx, cancel := asking(c)
	defer cancel()
	if err := s.config.Accounts.SignOutEverywhere(ctx, a.Principal, a.Account.Account); err != nil {
		return err
	}
	s.dropCookie(c, sessionCookie)
	return s.back(c, "/login", "signed_out_everywhere")
}

// endSession is POST /account/sessions/end.
func (s *Server) endSession(c *fiber.Ctx) error {
	a := askerOf(c)
	ctx, cancel := asking(c)
	defer cancel()
	if err := s.config.Accounts.EndSession(ctx, a.Principal, a.Account.Account, form(c, "session")); err != nil {
		return s.sendAccountProblem(c, err)
	}
	return s.back(c, "/account", "session_ended")
}

// createToken is POST /account/tokens. The token's text is on the answer and nowhere else.
func (s *Server) createToken(c *fiber.Ctx) error {
	a := askerOf(c)
	days, err := strconv.Atoi(form(c, "days"))
	if err != nil {
		days = 0 // out of range, and refused as such
	}
	n := auth.NewToken{Label: form(c, "label"), Days: days}
	for _, word := range forms(c, "right") {
		n.Rights = append(n.Rights, access.Right(word))
	}
	if regions := forms(c, "regions"); len(regions) > 0 {
		if n.Regions, err = access.ReadRegions(strings.Join(regions, ",")); err != nil {
			return s.sendAccountProblem(c, err)
		}
	}
	if len(n.Rights) == 0 {
		return s.sendAccountProblem(c, fault.New("token_nothing"))
	}
	ctx, cancel := asking(c)
	defer cancel()
	text, _, err := s.config.Accounts.CreateToken(ctx, a.Principal, a.Account.Account, n)
	if err != nil {
		return s.sendAccountProblem(c, err)
	}
	return s.sendAccount(c, text, nil)
}

// revokeToken is POST /account/tokens/revoke.
func (s *Server) revokeToken(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	a := askerOf(c)
	own, err := s.config.Accounts.Tokens(ctx, a.Principal, a.Account.Account)
	if err != nil {
		return err
	}
	id := form(c, "token")
	if !slices.ContainsFunc(own, func(t auth.Token) bool { return t.ID == id }) {
		return s.sendAccountProblem(c, fault.New("token_unknown", "token", shortened(id)))
	}
	if err := s.config.Accounts.RevokeToken(ctx, a.Principal, id); err != nil {
		return s.sendAccountProblem(c, err)
	}
	return s.back(c, "/account", "token_revoked")
}

// sendAccountProblem shows the page again with what went wrong, where its reader can do something about it.
func (s *Server) sendAccountProblem(c *fiber.Ctx, err error) error {
	if !said(err) || statusOfAccounts(err) == fiber.StatusForbidden {
		return err
	}
	return s.sendAccount(c, "", err)
}
