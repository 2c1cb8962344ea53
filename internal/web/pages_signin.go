package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/fault"
	"jianfu/internal/i18n"
)

// signInForm is the contents of the sign-in page.
type signInForm struct {
	frame
	Username string
	Next     string
	SignOn   string // address of the bureau's own sign-on, "" without one
	Bureau   string // whom the product works for, "" where nobody has said
}

// signInPage is GET /login.
func (s *Server) signInPage(c *fiber.Ctx) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	return s.sendSignIn(c, st, returnTo(c.Query(paramNext)), "", nil)
}

// sendSignIn shows the form; problem says why somebody was not let in.
func (s *Server) sendSignIn(c *fiber.Ctx, st state, next, username string, problem error) error {
	p := i18n.For(st.lang)
	if next != "" {
		st.extra = url.Values{paramNext: {next}}
	}
	page := signInForm{frame: s.frame(c, "login", "/login", st, p, p.T("web.sign_in")), Username: shortened(username), Next: next,
		Bureau: s.config.Bureau.Name}
	page.Proof = s.proofOf(c)
	if s.config.OIDC != nil {
		page.SignOn = st.url("/login/oidc")
	}
	if problem != nil {
		page.Problem = p.Error(problem)
		c.Status(statusOf(problem))
	}
	return s.pages.send(c, st.lang, "login", page)
}

// signIn is POST /login.
func (s *Server) signIn(c *fiber.Ctx) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := asking(c)
	defer cancel()
	next, username := returnTo(form(c, paramNext)), form(c, "username")
	id, visit, err := s.config.Accounts.SignIn(ctx, username, form(c, "password"), s.client(c))
	if err != nil {
		if !said(err) {
			return err
		}
		if f, ok := faultOf(err); ok && f.Code == "sign_in_held" {
			c.Set(fiber.HeaderRetryAfter, strconv.Itoa(heldFor(f)))
		}
		return s.sendSignIn(c, st, next, username, err)
	}
	if before := askerOf(c); before.Session != "" { // whoever signs in anew leaves nothing behind
		if err := s.config.Accounts.SignOut(ctx, before.Visit); err != nil {
			return err
		}
	}
	return s.welcome(ctx, c, st, asker{Visit: visit, id: id}, next)
}

// welcome gives the browser the new session and leads to where its owner wanted to go.
func (s *Server) welcome(ctx context.Context, c *fiber.Ctx, st state, a asker, next string) error {
	if err := s.begun(ctx, c, a.id, a.Account.Account); err != nil {
		return err
	}
	if next == "" || a.MustChange || a.Unconfirmed {
		next = state{lang: st.lang, theme: st.theme}.url(s.homeOf(a))
	}
	return c.Redirect(next, fiber.StatusSeeOther)
}

// signOut is POST /logout.
func (s *Server) signOut(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	if a := askerOf(c); a.Session != "" {
		if err := s.config.Accounts.SignOut(ctx, a.Visit); err != nil {
			return err
		}
	}
	s.dropCookie(c, sessionCookie)
	return s.back(c, "/login", "signed_out")
}

// signOn is GET /login/oidc: it sends the browser to the bureau's own sign-on.
func (s *Server) signOn(c *fiber.Ctx) error {
	if s.config.OIDC == nil {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	ctx, cancel := asking(c)
	defer cancel()
	address, flow, err := s.config.OIDC.Start(ctx)
	if err != nil {
		return err
	}
	s.setCookie(c, signOnCookie, flow, fiber.CookieSameSiteLaxMode)
	return c.Redirect(address, fiber.StatusSeeOther)
}

// signedOn is GET /login/oidc/callback: where the bureau's own sign-on sends the browser back to.
func (s *Server) signedOn(c *fiber.Ctx) error {
	if s.config.OIDC == nil {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	ctx, cancel := asking(c)
	defer cancel()
	parameters, err := url.ParseQuery(string(c.Context().QueryArgs().QueryString()))
	if err != nil {
		return status(fiber.StatusBadRequest, fault.New("oidc_again"))
	}
	flow := c.Cookies(s.cookieName(c, signOnCookie))
	s.dropCookie(c, signOnCookie)
	id, visit, err := s.config.OIDC.Finish(ctx, flow, parameters, s.client(c))
	if err != nil {
		return err
	}
	return s.welcome(ctx, c, s.here(c), asker{Visit: visit, id: id}, "")
}

// setupForm is the contents of the page that makes the first account.
type setupForm struct {
	frame
	Token, Username, Name string
}

// setupOpen tells whether the one-time link can be used: from this very machine, not through anything in between.
func (s *Server) setupOpen(c *fiber.Ctx, token string) error {
	if forwarded(c) || s.config.Accounts == nil {
		return fault.New("setup_closed")
	}
	from := s.client(c)
	from.Address = remote(c)
	return s.config.Accounts.CheckSetup(token, from)
}

// setupPage is GET /setup?token=….
func (s *Server) setupPage(c *fiber.Ctx) error {
	token := c.Query("token")
	if err := s.setupOpen(c, token); err != nil {
		return err
	}
	return s.sendSetup(c, token, nil)
}

func (s *Server) sendSetup(c *fiber.Ctx, token string, problem error) error {
	st := s.here(c)
	p := i18n.For(st.lang)
	st.extra = url.Values{"token": {token}}
	page := setupForm{frame: s.frame(c, "setup", "/setup", st, p, p.T("web.setup")), Token: token,
		Username: shortened(form(c, "username")), Name: shortened(form(c, "name"))}
	page.Proof = s.proofOf(c)
	if problem != nil {
		page.Problem = p.Error(problem)
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.pages.send(c, st.lang, "setup", page)
}

// setup is POST /setup.
func (s *Server) setup(c *fiber.Ctx) error {
	token, password := form(c, "token"), form(c, "password")
	if err := s.setupOpen(c, token); err != nil {
		return err
	}
	ctx, cancel := asking(c)
	defer cancel()
	if password != form(c, "password_again") {
		return s.sendSetup(c, token, fault.New("password_mismatch"))
	}
	from := s.client(c)
	from.Address = remote(c)
	id, err := s.config.Accounts.FinishSetup(ctx, token, form(c, "username"), form(c, "name"), password, from)
	if err != nil {
		if !said(err) || fault.Code(err) == "setup_closed" {
			return err
		}
		return s.sendSetup(c, token, err)
	}
	if err := s.begun(ctx, c, id, strings.ToLower(strings.TrimSpace(form(c, "username")))); err != nil {
		return err
	}
	return s.back(c, "/admin/users", "setup")
}
