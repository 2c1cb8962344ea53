package web

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
)

// need is what somebody must be to be let through to a route.
type need int

const (
	nobody  need = iota // anybody may, signed in or not
	anybody             // whoever signed in, even before the first password is changed and through somebody else's eyes
	oneself             // whoever signed in with a session, for what is their own; not through somebody else's eyes
	rightly             // whoever has all the rights of the route
)

// route is one address: what it needs, and who answers. The first of its rights is what its scope comes from.
type route struct {
	method, path string
	need         need
	rights       []access.Right
	handler      fiber.Handler
	beforeChange bool // open before the first password is changed and the account is confirmed, too
}

// reading is a route that shows something to who has the rights.
func reading(path string, rights []access.Right, handler fiber.Handler) route {
	return route{method: fiber.MethodGet, path: path, need: rightly, rights: rights, handler: handler}
}

// writing is a route that changes something for who has the rights, or hands out a file for a reason that is given.
func writing(path string, rights []access.Right, handler fiber.Handler) route {
	return route{method: fiber.MethodPost, path: path, need: rightly, rights: rights, handler: handler}
}

// by is the route for others than those who have its rights.
func (r route) by(n need) route {
	r.need = n
	return r
}

// early is the route, open before the first password is changed and the account is confirmed, too.
func (r route) early() route {
	r.beforeChange = true
	return r
}

// What pages of figures need.
var (
	figures     = []access.Right{access.FiguresAggregate}
	takeFigures = []access.Right{access.FiguresAggregate, access.Export}
)

// table is everything that can be asked for, beside health checks, static files and the JSON interface, whose routes are
// among the operations. A route that is not in it is not
// there, and one without rights says why: its need is nobody, anybody or oneself.
func (s *Server) table() []route {
	return s.offers.routes
}

// allRoutes is the table with the operations and submissions of the JSON interface.
func (s *Server) allRoutes() []route {
	all := s.table()
	for _, o := range s.operations() {
		all = append(all, o.route(s.offers.parameters))
	}
	for _, sent := range s.submissions() {
		all = append(all, sent.route(s.offers.parameters))
	}
	return all
}

// routes puts the middleware in its order before the table. Health checks and static files, which are the same for
// everybody, stand before limits and sessions.
func (s *Server) routes() {
	s.app.Use(s.recovered, s.numbered, s.observed)
	s.app.Get("/healthz", s.health)
	s.app.Get("/readyz", s.ready)
	s.app.Get("/assets/*", s.asset)

	s.app.Use(s.secretly, s.plain)
	s.app.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed}), limitURL)
	s.app.Use(s.limitAddress, s.known, s.limitAccount, s.taken, s.proven)
	known := s.allRoutes()
	for _, r := range known {
		if r.method == fiber.MethodGet {
			s.app.Get(r.path, s.guard(r), r.handler) // with HEAD
		} else {
			s.app.Add(r.method, r.path, s.guard(r), r.handler)
		}
	}
	s.answered = append(known, route{method: fiber.MethodGet, path: "/healthz"}, route{method: fiber.MethodGet, path: "/readyz"}, route{method: fiber.MethodGet, path: "/assets/*"})
	s.app.Use(s.unanswered)
}

// unanswered says that there is no such address, or that it takes other methods.
func (s *Server) unanswered(c *fiber.Ctx) error {
	if methods := allowed(s.answered, c.Path()); len(methods) > 0 && !slices.Contains(methods, c.Method()) {
		c.Set(fiber.HeaderAllow, strings.Join(methods, ", "))
		return status(fiber.StatusMethodNotAllowed, fault.New("web_not_allowed", "method", shortened(c.Method())))
	}
	return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
}

// allowed are the methods that an address takes, in order; none where there is no such address.
func allowed(routes []route, path string) []string {
	var methods []string
	for _, r := range routes {
		if !fiber.RoutePatternMatch(path, r.path, fiber.Config{StrictRouting: true, CaseSensitive: true}) {
			continue
		}
		methods = append(methods, r.method)
		if r.method == fiber.MethodGet {
			methods = append(methods, fiber.MethodHead)
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

// scopeKey is where the scope of a request lies among its locals.
const scopeKey = "scope"

// scopeOf is what the reader of a request may see: what the guard of its route took from the principal, and the scope
// that sees nothing where there was none.
func scopeOf(c *fiber.Ctx) filter.Scope {
	scope, _ := c.Locals(scopeKey).(filter.Scope)
	return scope
}

// guard lets through to a route who may pass, and gives them the scope of its first right. The bare address of the server is
// everybody's: who may see no figures is led to the first page of their own.
func (s *Server) guard(r route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if r.need == nobody {
			return c.Next()
		}
		a := askerOf(c)
		if !a.signedIn() {
			return s.askToSignIn(c, a)
		}
		if a.MustChange && !r.beforeChange {
			if c.Method() == fiber.MethodGet && !forPrograms(c.Path()) {
				return c.Redirect(s.here(c).url("/account/password"), fiber.StatusSeeOther)
			}
			return status(fiber.StatusForbidden, fault.New("web_password_first"))
		}
		if a.Unconfirmed && !r.beforeChange {
			if c.Method() == fiber.MethodGet && !forPrograms(c.Path()) {
				return c.Redirect(s.here(c).url("/account/confirmation"), fiber.StatusSeeOther)
			}
			return status(fiber.StatusForbidden, fault.New("web_unconfirmed"))
		}
		if r.need == oneself && (a.Token != "" || a.Principal.ViewingAs()) {
			return s.denied(c, a, "own")
		}
		for _, right := range r.rights {
			if !a.Principal.Can(right) {
				if home := s.homeOf(a); c.Path() == "/" && home != "/" && a.Token == "" {
					return c.Redirect(s.here(c).url(home), fiber.StatusSeeOther)
				}
				return s.denied(c, a, right)
			}
		}
		if len(r.rights) > 0 {
			scope := a.Principal.Scope(r.rights[0])
			if err := s.checkRegions(c, a, scope); err != nil {
				return err
			}
			c.Locals(scopeKey, scope)
		}
		return c.Next()
	}
}

// denied records that somebody asked for what they have no right to, and says so.
func (s *Server) denied(c *fiber.Ctx, a asker, right access.Right) error {
	if err := s.recordDenied(c, a, "right", right); err != nil {
		return err
	}
	return status(fiber.StatusForbidden, fault.New("access_denied", "right", right))
}

func (s *Server) recordDenied(c *fiber.Ctx, a asker, namesAndValues ...any) error {
	if s.config.Audit == nil {
		return nil
	}
	return s.config.Audit.Append(c.UserContext(), audit.By(a.Principal, audit.Denied, shortened(c.Path()), namesAndValues...))
}

// regionForm is what a region code looks like.
var regionForm = regexp.MustCompile(`^\d{2}(\d{2}(\d{2})?)?$`)

// regionParameters are the parameters, of the path or the address, that name a region, on whatever page.
var regionParameters = []string{paramRegion, paramArea, "city", "county", "province", "scope", "code"}

// checkRegions refuses an address that names a region outside of the reader's scope. The answer is the same whether the
// region exists, has data, or neither.
func (s *Server) checkRegions(c *fiber.Ctx, a asker, scope filter.Scope) error {
	for key, value := range c.Context().QueryArgs().All() {
		if regionOf, ok := s.offers.regions[string(key)]; ok {
			if err := s.checkRegion(c, a, scope, regionOf(string(value))); err != nil {
				return err
			}
		}
		if !slices.Contains(regionParameters, string(key)) {
			continue
		}
		for code := range strings.SplitSeq(string(value), ",") {
			if err := s.checkRegion(c, a, scope, code); err != nil {
				return err
			}
		}
	}
	for _, name := range regionParameters {
		if code := c.Params(name); code != "" {
			if err := s.checkRegion(c, a, scope, code); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Server) checkRegion(c *fiber.Ctx, a asker, scope filter.Scope, code string) error {
	if regionForm.MatchString(code) && !scope.Allows((code + "0000")[:6]) {
		if err := s.recordDenied(c, a, "region", code); err != nil {
			return err
		}
		return status(fiber.StatusForbidden, fault.New("web_region_hidden"))
	}
	return nil
}

// askToSignIn sends a person to the sign-in page and tells a program that it needs a token.
func (s *Server) askToSignIn(c *fiber.Ctx, a asker) error {
	reading := c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead
	person := !strings.HasPrefix(c.Path(), "/api/") && (!forPrograms(c.Path()) || strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML))
	if !reading || !person {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
		return status(fiber.StatusUnauthorized, fault.New("session_over"))
	}
	st := s.here(c)
	st.extra = url.Values{}
	if next := returnTo(c.OriginalURL()); next != "" && next != "/" {
		st.extra.Set(paramNext, next)
	}
	if a.over {
		st.extra.Set(paramDone, "session_over")
	}
	return c.Redirect(st.url("/login"), fiber.StatusSeeOther)
}

// here is the reader's language and colours alone, for addresses of pages with parameters of their own.
func (s *Server) here(c *fiber.Ctx) state { return stateForError(c) }
