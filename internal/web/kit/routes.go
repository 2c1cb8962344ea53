package kit

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/problem"
)

// need is what somebody must be to be let through to a route.
type need int

const (
	Nobody  need = iota // anybody may, signed in or not
	Anybody             // whoever signed in, even before the first password is changed and through somebody else's eyes
	Oneself             // whoever signed in with a session, for what is their own; not through somebody else's eyes
	Rightly             // whoever has all the rights of the route
)

// Route is one address: what it needs, and who answers. The first of its rights is what its scope comes from.
type Route struct {
	Method, Path string
	Need         need
	Rights       []access.Right
	handler      fiber.Handler
	beforeChange bool // open before the first password is changed and the account is confirmed, too
}

// Reading is a route that shows something to who has the rights.
func Reading(path string, rights []access.Right, handler fiber.Handler) Route {
	return Route{Method: fiber.MethodGet, Path: path, Need: Rightly, Rights: rights, handler: handler}
}

// Writing is a route that changes something for who has the rights, or hands out a file for a reason that is given.
func Writing(path string, rights []access.Right, handler fiber.Handler) Route {
	return Route{Method: fiber.MethodPost, Path: path, Need: Rightly, Rights: rights, handler: handler}
}

// By is the route for others than those who have its rights.
func (r Route) By(n need) Route {
	r.Need = n
	return r
}

// Early is the route, open before the first password is changed and the account is confirmed, too.
func (r Route) Early() Route {
	r.beforeChange = true
	return r
}

// What pages of figures need.
var (
	Figures     = []access.Right{access.FiguresAggregate}
	TakeFigures = []access.Right{access.FiguresAggregate, access.Export}
)

// Table is everything that can be asked for, beside health checks, static files and the JSON interface, whose routes are
// among the operations. A route that is not in it is not
// there, and one without rights says why: its need is nobody, anybody or oneself.
func (s *Kit) Table() []Route {
	return s.Offers.Routes
}

// AllRoutes is the table with the operations and submissions of the JSON interface.
func (s *Kit) AllRoutes() []Route {
	all := s.Table()
	for _, o := range s.Operations() {
		all = append(all, o.route(s.Offers.Parameters))
	}
	for _, sent := range s.Submissions() {
		all = append(all, sent.route(s.Offers.Parameters))
	}
	return all
}

// routes puts the middleware in its order before the table. Health checks and static files, which are the same for
// everybody, stand before limits and sessions.
func (s *Kit) routes() {
	s.App.Use(s.recovering(), s.numbered, s.observed, s.recovering())
	s.App.Get("/healthz", s.health)
	s.App.Get("/readyz", s.ready)
	s.App.Get("/assets/*", s.asset)

	s.App.Use(s.secretly, s.plain)
	s.App.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed}), limitURL)
	s.App.Use(s.limitAddress, s.known, s.limitAccount, s.taken, s.proven)
	known := s.AllRoutes()
	for _, r := range known {
		if r.Method == fiber.MethodGet {
			s.App.Get(r.Path, s.guard(r), r.handler) // with HEAD
		} else {
			s.App.Add(r.Method, r.Path, s.guard(r), r.handler)
		}
	}
	s.answered = append(known, Route{Method: fiber.MethodGet, Path: "/healthz"}, Route{Method: fiber.MethodGet, Path: "/readyz"}, Route{Method: fiber.MethodGet, Path: "/assets/*"})
	s.App.Use(s.unanswered)
}

// unanswered says that there is no such address, or that it takes other methods.
func (s *Kit) unanswered(c *fiber.Ctx) error {
	if methods := allowed(s.answered, c.Path()); len(methods) > 0 && !slices.Contains(methods, c.Method()) {
		c.Set(fiber.HeaderAllow, strings.Join(methods, ", "))
		return Status(fiber.StatusMethodNotAllowed, problem.New("web_not_allowed", "method", Shortened(c.Method())))
	}
	return Status(fiber.StatusNotFound, problem.New("web_not_found", "path", Shortened(c.Path())))
}

// allowed are the methods that an address takes, in order; none where there is no such address.
func allowed(routes []Route, path string) []string {
	var methods []string
	for _, r := range routes {
		if !fiber.RoutePatternMatch(path, r.Path, fiber.Config{StrictRouting: true, CaseSensitive: true}) {
			continue
		}
		methods = append(methods, r.Method)
		if r.Method == fiber.MethodGet {
			methods = append(methods, fiber.MethodHead)
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

// ScopeKey is where the scope of a request lies among its locals.
const ScopeKey = "scope"

// ScopeOf is what the reader of a request may see: what the guard of its route took from the principal, and the scope
// that sees nothing where there was none.
func ScopeOf(c *fiber.Ctx) filter.Scope {
	scope, _ := c.Locals(ScopeKey).(filter.Scope)
	return scope
}

// guard lets through to a route who may pass, and gives them the scope of its first right. The bare address of the server is
// everybody's: who may see no figures is led to the first page of their own.
func (s *Kit) guard(r Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if r.Need == Nobody {
			return c.Next()
		}
		a := AskerOf(c)
		if !a.SignedIn() {
			return s.askToSignIn(c, a)
		}
		if a.MustChange && !r.beforeChange {
			if c.Method() == fiber.MethodGet && !forPrograms(c.Path()) {
				return c.Redirect(s.Here(c).URL("/account/password"), fiber.StatusSeeOther)
			}
			return Status(fiber.StatusForbidden, problem.New("web_password_first"))
		}
		if a.Unconfirmed && !r.beforeChange {
			if c.Method() == fiber.MethodGet && !forPrograms(c.Path()) {
				return c.Redirect(s.Here(c).URL("/account/confirmation"), fiber.StatusSeeOther)
			}
			return Status(fiber.StatusForbidden, problem.New("web_unconfirmed"))
		}
		if r.Need == Oneself && (a.Token != "" || a.Principal.ViewingAs()) {
			return s.Denied(c, a, "own")
		}
		for _, right := range r.Rights {
			if !a.Principal.Can(right) {
				if home := s.HomeOf(a); c.Path() == "/" && home != "/" && a.Token == "" {
					return c.Redirect(s.Here(c).URL(home), fiber.StatusSeeOther)
				}
				return s.Denied(c, a, right)
			}
		}
		if len(r.Rights) > 0 {
			scope := a.Principal.Scope(r.Rights[0])
			if err := s.CheckRegions(c, a, scope); err != nil {
				return err
			}
			c.Locals(ScopeKey, scope)
		}
		return c.Next()
	}
}

// Denied records that somebody asked for what they have no right to, and says so.
func (s *Kit) Denied(c *fiber.Ctx, a Asker, right access.Right) error {
	if err := s.recordDenied(c, a, "right", right); err != nil {
		return err
	}
	return Status(fiber.StatusForbidden, problem.New("access_denied", "right", right))
}

func (s *Kit) recordDenied(c *fiber.Ctx, a Asker, namesAndValues ...any) error {
	if s.Config.Audit == nil {
		return nil
	}
	return s.Config.Audit.Append(c.UserContext(), audit.By(a.Principal, audit.Denied, Shortened(c.Path()), namesAndValues...))
}

// regionForm is what a region code looks like.
var regionForm = regexp.MustCompile(`^\d{2}(\d{2}(\d{2})?)?$`)

// RegionParameters are the parameters, of the path or the address, that name a region, on whatever page.
var RegionParameters = []string{ParamRegion, ParamArea, "city", "county", "province", "scope", "code"}

// CheckRegions refuses an address that names a region outside of the reader's scope. The answer is the same whether the
// region exists, has data, or neither.
func (s *Kit) CheckRegions(c *fiber.Ctx, a Asker, scope filter.Scope) error {
	for key, value := range c.Context().QueryArgs().All() {
		if regionOf, ok := s.Offers.Regions[string(key)]; ok {
			if err := s.checkRegion(c, a, scope, regionOf(string(value))); err != nil {
				return err
			}
		}
		if !slices.Contains(RegionParameters, string(key)) {
			continue
		}
		for code := range strings.SplitSeq(string(value), ",") {
			if err := s.checkRegion(c, a, scope, code); err != nil {
				return err
			}
		}
	}
	for _, name := range RegionParameters {
		if code := c.Params(name); code != "" {
			if err := s.checkRegion(c, a, scope, code); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Kit) checkRegion(c *fiber.Ctx, a Asker, scope filter.Scope, code string) error {
	if regionForm.MatchString(code) && !scope.Allows((code + "0000")[:6]) {
		if err := s.recordDenied(c, a, "region", code); err != nil {
			return err
		}
		return Status(fiber.StatusForbidden, problem.New("web_region_hidden"))
	}
	return nil
}

// askToSignIn sends a person to the sign-in page and tells a program that it needs a token.
func (s *Kit) askToSignIn(c *fiber.Ctx, a Asker) error {
	reading := c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead
	person := !strings.HasPrefix(c.Path(), "/api/") && (!forPrograms(c.Path()) || strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML))
	if !reading || !person {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
		return Status(fiber.StatusUnauthorized, problem.New("session_over"))
	}
	st := s.Here(c)
	st.Extra = url.Values{}
	if next := ReturnTo(c.OriginalURL()); next != "" && next != "/" {
		st.Extra.Set(ParamNext, next)
	}
	if a.over {
		st.Extra.Set(ParamDone, "session_over")
	}
	return c.Redirect(st.URL("/login"), fiber.StatusSeeOther)
}

// Here is the reader's language and colours alone, for addresses of pages with parameters of their own.
func (s *Kit) Here(c *fiber.Ctx) State { return stateForError(c) }
