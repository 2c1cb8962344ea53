package accounts

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
)

// signInForm is the contents of the sign-in page.
type signInForm struct {
	kit.Frame
	Username string
	Next     string
	SignOn   string // address of the bureau's own sign-on, "" without one
	Bureau   string // whom the product works for, "" where nobody has said
}

// signInPage is GET /login.
func (s pages) signInPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	return s.sendSignIn(c, st, kit.ReturnTo(c.Query(kit.ParamNext)), "", nil)
}

// sendSignIn shows the form; problem says why somebody was not let in.
func (s pages) sendSignIn(c *fiber.Ctx, st kit.State, next, username string, problem error) error {
	p := i18n.For(st.Lang)
	if next != "" {
		st.Extra = url.Values{kit.ParamNext: {next}}
	}
	page := signInForm{Frame: s.Frame(c, "login", "/login", st, p, p.T("web.sign_in")), Username: kit.Shortened(username), Next: next,
		Bureau: s.Config.Bureau.Name}
	page.Proof = s.ProofOf(c)
	if s.Config.OIDC != nil {
		page.SignOn = st.URL("/login/oidc")
	}
	if problem != nil {
		page.Problem = p.Error(problem)
		c.Status(kit.StatusOf(problem))
	}
	return s.Pages.Send(c, st.Lang, "login", page)
}

// signIn is POST /login.
func (s pages) signIn(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	next, username := kit.ReturnTo(kit.Form(c, kit.ParamNext)), kit.Form(c, "username")
	id, visit, err := s.Config.Accounts.SignIn(ctx, username, kit.Form(c, "password"), s.Client(c))
	if err != nil {
		if !kit.ForUser(err) {
			return err
		}
		if f, ok := kit.ProblemOf(err); ok && f.Code == "sign_in_held" {
			c.Set(fiber.HeaderRetryAfter, strconv.Itoa(kit.HeldFor(f)))
		}
		return s.sendSignIn(c, st, next, username, err)
	}
	if before := kit.AskerOf(c); before.Session != "" { // whoever signs in anew leaves nothing behind
		if err := s.Config.Accounts.SignOut(ctx, before.Visit); err != nil {
			return err
		}
	}
	return s.welcome(ctx, c, st, kit.Asker{Visit: visit, ID: id}, next)
}

// welcome gives the browser the new session and leads to where its owner wanted to go.
func (s pages) welcome(ctx context.Context, c *fiber.Ctx, st kit.State, a kit.Asker, next string) error {
	if err := s.Begun(ctx, c, a.ID, a.Account.Account); err != nil {
		return err
	}
	if next == "" || a.MustChange || a.Unconfirmed {
		next = kit.State{Lang: st.Lang, Theme: st.Theme}.URL(s.HomeOf(a))
	}
	return c.Redirect(next, fiber.StatusSeeOther)
}

// signOut is POST /logout.
func (s pages) signOut(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if a := kit.AskerOf(c); a.Session != "" {
		if err := s.Config.Accounts.SignOut(ctx, a.Visit); err != nil {
			return err
		}
	}
	s.DropCookie(c, kit.SessionCookie)
	return s.Back(c, "/login", "signed_out")
}

// signOn is GET /login/oidc: it sends the browser to the bureau's own sign-on.
func (s pages) signOn(c *fiber.Ctx) error {
	if s.Config.OIDC == nil {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	address, flow, err := s.Config.OIDC.Start(ctx)
	if err != nil {
		return err
	}
	s.SetCookie(c, kit.SignOnCookie, flow, fiber.CookieSameSiteLaxMode)
	return c.Redirect(address, fiber.StatusSeeOther)
}

// signedOn is GET /login/oidc/callback: where the bureau's own sign-on sends the browser back to.
func (s pages) signedOn(c *fiber.Ctx) error {
	if s.Config.OIDC == nil {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	parameters, err := url.ParseQuery(string(c.Context().QueryArgs().QueryString()))
	if err != nil {
		return kit.Status(fiber.StatusBadRequest, problem.New("oidc_again"))
	}
	flow := c.Cookies(s.CookieName(c, kit.SignOnCookie))
	s.DropCookie(c, kit.SignOnCookie)
	id, visit, err := s.Config.OIDC.Finish(ctx, flow, parameters, s.Client(c))
	if err != nil {
		return err
	}
	return s.welcome(ctx, c, s.Here(c), kit.Asker{Visit: visit, ID: id}, "")
}

// setupForm is the contents of the page that makes the first account.
type setupForm struct {
	kit.Frame
	Token, Username, Name string
}

// setupOpen tells whether the one-time link can be used: from this very machine, not through anything in between.
func (s pages) setupOpen(c *fiber.Ctx, token string) error {
	if kit.Forwarded(c) || s.Config.Accounts == nil {
		return problem.New("setup_closed")
	}
	from := s.Client(c)
	from.Address = kit.Remote(c)
	return s.Config.Accounts.CheckSetup(token, from)
}

// setupPage is GET /setup?token=….
func (s pages) setupPage(c *fiber.Ctx) error {
	token := c.Query("token")
	if err := s.setupOpen(c, token); err != nil {
		return err
	}
	return s.sendSetup(c, token, nil)
}

func (s pages) sendSetup(c *fiber.Ctx, token string, problem error) error {
	st := s.Here(c)
	p := i18n.For(st.Lang)
	st.Extra = url.Values{"token": {token}}
	page := setupForm{Frame: s.Frame(c, "setup", "/setup", st, p, p.T("web.setup")), Token: token,
		Username: kit.Shortened(kit.Form(c, "username")), Name: kit.Shortened(kit.Form(c, "name"))}
	page.Proof = s.ProofOf(c)
	if problem != nil {
		page.Problem = p.Error(problem)
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.Pages.Send(c, st.Lang, "setup", page)
}

// setup is POST /setup.
func (s pages) setup(c *fiber.Ctx) error {
	token, password := kit.Form(c, "token"), kit.Form(c, "password")
	if err := s.setupOpen(c, token); err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if password != kit.Form(c, "password_again") {
		return s.sendSetup(c, token, problem.New("password_mismatch"))
	}
	from := s.Client(c)
	from.Address = kit.Remote(c)
	id, err := s.Config.Accounts.FinishSetup(ctx, token, kit.Form(c, "username"), kit.Form(c, "name"), password, from)
	if err != nil {
		if !kit.ForUser(err) || problem.Code(err) == "setup_closed" {
			return err
		}
		return s.sendSetup(c, token, err)
	}
	if err := s.Begun(ctx, c, id, strings.ToLower(strings.TrimSpace(kit.Form(c, "username")))); err != nil {
		return err
	}
	return s.Back(c, "/admin/users", "setup")
}
