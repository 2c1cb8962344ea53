package kit

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/problem"
	"jianfu/internal/typed"
)

// The cookies. Over TLS their names begin with __Host-, so that browsers take them from this very host alone, with Secure
// and for every path. The session's id is renewed at every sign-in and never taken from outside; the form cookie holds
// random bits for the proofs of forms before anybody has signed in; the sign-on cookie holds what the bureau's own
// sign-on must bring back; the device cookie, which stays, is by what package auth knows a browser in which somebody has
// signed in before. SameSite is Lax: with Strict, a link in a letter would lead somebody who has signed in to the
// sign-in page, and so would the way back from the bureau's own sign-on. No state changes on GET.
const (
	SessionCookie = "jianfu"
	FormCookie    = "jianfu-form"
	SignOnCookie  = "jianfu-signon"
	DeviceCookie  = "jianfu-device"
	deviceFor     = 180 * 24 * time.Hour
)

// proofField and proofHeader carry the proof that a request that changes something was made by our own page.
const (
	ProofField  = "csrf_token"
	ProofHeader = "X-CSRF-Token"
)

// Asker is who a request acts for.
type Asker struct {
	auth.Visit
	ID   string // of the session or of the form cookie: the secret that proofs of forms are made from
	over bool   // there was a session, and it has ended
}

// SignedIn tells whether somebody has signed in, with a session or a token.
func (a Asker) SignedIn() bool { return a.Account.Account != "" }

// askerKey is where a request's asker lies among its locals.
const askerKey = "asker"

// AskerOf is who the request acts for; nobody before the session was looked at.
func AskerOf(c *fiber.Ctx) Asker {
	a, _ := c.Locals(askerKey).(Asker)
	return a
}

// known finds out who asks and keeps it for the rest of the way.
func (s *Kit) known(c *fiber.Ctx) error {
	if own, ok := insideOf(c); ok {
		c.SetUserContext(own.ctx)
		c.Locals(askerKey, own.asker)
		return c.Next()
	}
	a, err := s.Identify(c)
	if err != nil {
		return err
	}
	c.Locals(askerKey, a)
	return c.Next()
}

// Identified reads the bearer token, where the address takes one, else the session's cookie.
func (s *Kit) Identified(c *fiber.Ctx) (Asker, error) {
	if s.Config.Accounts == nil {
		return Asker{}, nil // a server without accounts knows nobody, and shows nobody anything
	}
	ctx, cancel := Asking(c)
	defer cancel()
	if text, ok := bearer(c); ok {
		visit, err := s.Config.Accounts.Bearer(ctx, text, s.Client(c))
		if err != nil {
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer error="invalid_token"`)
		}
		return Asker{Visit: visit}, err
	}
	id := c.Cookies(s.CookieName(c, SessionCookie))
	if id != "" {
		visit, err := s.Config.Accounts.Visit(ctx, id, s.Client(c))
		if err == nil {
			return Asker{Visit: visit, ID: id}, nil
		}
		if problem.Code(err) != "session_over" {
			return Asker{}, err
		}
		s.DropCookie(c, SessionCookie)
	}
	return Asker{ID: c.Cookies(s.CookieName(c, FormCookie)), over: id != ""}, nil
}

// forPrograms tells whether an address is for programs too: it takes tokens, and answers without a sign-in form.
func forPrograms(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/download/")
}

// bearer is the token of "Authorization: Bearer", on the addresses that take one.
func bearer(c *fiber.Ctx) (string, bool) {
	if !forPrograms(c.Path()) {
		return "", false
	}
	scheme, text, ok := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	return strings.TrimSpace(text), ok && strings.EqualFold(scheme, "Bearer")
}

// proven lets a request that changes something pass only with the proof of its own session. A token needs none: no
// browser sends it by itself; nor does the server itself.
func (s *Kit) proven(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	a := AskerOf(c)
	if _, own := insideOf(c); own || a.Token != "" {
		return c.Next()
	}
	field := c.Get(ProofHeader)
	if field == "" {
		field = Form(c, ProofField)
	}
	site := c.Get("Sec-Fetch-Site")
	if auth.CheckFormProof(a.ID, field) && site != "cross-site" && site != "same-site" {
		return c.Next()
	}
	if !slices.Contains(allowed(s.answered, c.Path()), c.Method()) { // with a proof nothing would be there either
		return s.unanswered(c)
	}
	if a.SignedIn() { // else there is nothing to be gained, and nothing to be recorded without end
		if err := s.Config.Audit.Append(c.UserContext(), audit.By(a.Principal, audit.RequestForged, Shortened(c.Path()))); err != nil {
			return err
		}
	}
	if a.over {
		return Status(fiber.StatusForbidden, problem.New("session_over"))
	}
	return Status(fiber.StatusForbidden, problem.New("web_not_proven"))
}

// ProofOf makes the hidden field of the forms of a page; whoever has neither session nor form cookie gets the latter.
func (s *Kit) ProofOf(c *fiber.Ctx) string {
	a := AskerOf(c)
	if a.ID == "" && a.Token == "" {
		a.ID = auth.NewAnonymousID()
		c.Locals(askerKey, a)
		s.SetCookie(c, FormCookie, a.ID, fiber.CookieSameSiteLaxMode)
	}
	return auth.FormProof(a.ID)
}

// Form is a field of the request's body, without what nobody sees; of a password everything counts. The address is not asked.
func Form(c *fiber.Ctx, name string) string {
	values := Forms(c, name)
	switch {
	case len(values) == 0:
		return ""
	case strings.HasPrefix(name, "password"):
		return values[0]
	}
	return typed.Words(values[0])
}

// Forms is a field that may come several times.
func Forms(c *fiber.Ctx, name string) []string {
	values := []string{}
	for _, value := range c.Context().PostArgs().PeekMulti(name) {
		values = append(values, string(value))
	}
	if multipart, err := c.Context().MultipartForm(); err == nil { // a form that a file may come with
		values = append(values, multipart.Value[name]...)
	}
	return values
}

// CookieName is a cookie's name on this connection.
func (s *Kit) CookieName(c *fiber.Ctx, name string) string {
	if s.OverTLS(c) {
		return "__Host-" + name
	}
	return name
}

// SetCookie sets a cookie that ends with the browser; the server knows by itself when a session is over.
func (s *Kit) SetCookie(c *fiber.Ctx, name, value, sameSite string) {
	c.Cookie(&fiber.Cookie{Name: s.CookieName(c, name), Value: value, Path: "/", HTTPOnly: true, Secure: s.OverTLS(c), SameSite: sameSite, SessionOnly: true})
}

// DropCookie takes a cookie back from a browser.
func (s *Kit) DropCookie(c *fiber.Ctx, name string) {
	c.Cookie(&fiber.Cookie{Name: s.CookieName(c, name), Path: "/", HTTPOnly: true, Secure: s.OverTLS(c), SameSite: fiber.CookieSameSiteLaxMode, Expires: fasthttp.CookieExpireDelete})
}

// Begun gives the browser its new session, and the mark of a browser in which the account has signed in. The form cookie
// goes, and with it every proof that was made before.
func (s *Kit) Begun(ctx context.Context, c *fiber.Ctx, id, account string) error {
	s.SetCookie(c, SessionCookie, id, fiber.CookieSameSiteLaxMode)
	s.DropCookie(c, FormCookie)
	mark, err := s.Config.Accounts.NewDevice(ctx, account)
	if err != nil || mark == "" {
		return err
	}
	c.Cookie(&fiber.Cookie{Name: s.CookieName(c, DeviceCookie), Value: mark, Path: "/", HTTPOnly: true, Secure: s.OverTLS(c),
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(deviceFor.Seconds())})
	return nil
}

// ReturnTo is where to go after signing in: a page of our own by its path, and nothing else.
func ReturnTo(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || len(next) > LongestURL ||
		strings.ContainsFunc(next, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) {
		return ""
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return ""
	}
	for _, away := range []string{"/login", "/logout", "/setup", "/view-as", "/download/", "/api/"} {
		if strings.HasPrefix(u.Path, away) {
			return ""
		}
	}
	return next
}

// StatusOfAccounts is the HTTP status of what package auth refuses.
func StatusOfAccounts(err error) int {
	switch problem.Code(err) {
	case "access_denied", "view_as_self":
		return fiber.StatusForbidden
	case "session_over", "token_refused", "sign_in_failed", "account_disabled":
		return fiber.StatusUnauthorized
	case "sign_in_held":
		return fiber.StatusTooManyRequests
	case "confirm_another":
		return fiber.StatusForbidden
	case "account_unknown", "session_unknown", "token_unknown", "setup_closed":
		return fiber.StatusNotFound
	case "oidc_unreachable":
		return fiber.StatusServiceUnavailable
	case "oidc_again", "oidc_refused", "oidc_no_role":
		return fiber.StatusForbidden
	}
	return 0
}

// ForUser tells whether an error is one that the person at the form can do something about.
func ForUser(err error) bool {
	_, ok := errors.AsType[*problem.Error](err)
	return ok && problem.Code(err) != "audit_not_written"
}

// ProblemOf is the problem in an error.
func ProblemOf(err error) (*problem.Error, bool) { return errors.AsType[*problem.Error](err) }

// HeldFor is how many seconds a problem says to wait.
func HeldFor(f *problem.Error) int {
	for i := 0; i+1 < len(f.Values); i += 2 {
		if seconds, ok := f.Values[i+1].(int); ok && f.Values[i] == "seconds" {
			return seconds
		}
	}
	return 1
}
