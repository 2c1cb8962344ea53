package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/auth"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// A view is what somebody looks for on a page of figures or in a list again and again: the page's address, kept under a name
// of the account's own. It is the address as the page itself writes it once it has read it, with the page's own parameters
// and no others; the page hands it out with a proof, so that no other address can be kept. To open a view is to go to its
// address, which is read and checked like one that somebody types, under the rights that the reader has by then.

// viewedPage is a page that has views.
type viewedPage struct {
	path   string // of its route
	list   string // of the pages that have their views in common, as the store knows them
	own    bool   // whether what the path names belongs to the view; else a view fits whatever unit the page is about
	months bool   // whether the page can be narrowed to months
}

// The fields with which a page hands out its address.
const (
	fieldHere      = "here"
	fieldHereProof = "here_proof"
)

// savedViews is the control of a page's views.
type savedViews struct {
	List      []savedView
	Current   string // name of the view that the page shows, "" where it shows none
	Here      string // the page's address as it would be kept, and the proof of it
	HereProof string
	Months    string // what becomes of the months when the view is opened later, "" for pages without
	Most      int
	Done      string // what has just been done, in words
}

// Full tells whether there is no room for another.
func (v *savedViews) Full() bool { return len(v.List) >= v.Most }

// savedView is a view with its address for this reader.
type savedView struct {
	Name, Address string
	Current       bool
}

// viewedAs is the page with views that has an address: by its route's path, which is its own, or by one that it matches.
func (s *Server) viewedAs(path string) (viewedPage, bool) {
	for _, page := range s.offers.views {
		if page.path == path || fiber.RoutePatternMatch(path, page.path, fiber.Config{StrictRouting: true, CaseSensitive: true}) {
			return page, true
		}
	}
	return viewedPage{}, false
}

// lasting is the address that a view of the page keeps. It has neither the reader's language nor colours.
func (s *Server) lasting(st state, path string) string {
	st.lang, st.theme, st.extra = i18n.Chinese, "", maps.Clone(st.extra)
	maps.DeleteFunc(st.extra, func(name string, _ []string) bool { return slices.Contains(s.offers.fleeting, name) })
	return st.url(path)
}

// kept is what the store keeps of the page's address.
func (page viewedPage) kept(address string) string {
	if page.own {
		return address
	}
	_, parameters, _ := strings.Cut(address, "?")
	return parameters
}

// opened is the address of what was kept, for a reader on a page of that path.
func (page viewedPage) opened(kept, path string, reader state) string {
	parameters := kept
	if page.own {
		path, parameters, _ = strings.Cut(kept, "?")
	}
	return joined(state{lang: reader.lang, theme: reader.theme}.url(path), parameters)
}

// plain is the page without conditions; of pages that are narrowed by their path, the one above.
func (page viewedPage) plain(path string, reader state) string {
	if page.own {
		above, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		path = "/" + above
	}
	return state{lang: reader.lang, theme: reader.theme}.url(path)
}

// joined is an address with more parameters.
func joined(address, parameters string) string {
	switch {
	case parameters == "":
		return address
	case strings.Contains(address, "?"):
		return address + "&" + parameters
	}
	return address + "?" + parameters
}

// monthsInWords says what becomes of the months of a view: what is left at its default moves on with the data.
func (page viewedPage) monthsInWords(p *i18n.Printer, st state) string {
	switch {
	case !page.months:
		return ""
	case st.to != 0 && st.from != 0:
		return p.T("web.saved_views.months", "from", dashboards.Month(p, st.from), "to", dashboards.Month(p, st.to))
	case st.to != 0:
		return p.T("web.saved_views.to", "to", dashboards.Month(p, st.to))
	case st.from != 0:
		return p.T("web.saved_views.from", "from", dashboards.Month(p, st.from))
	}
	return p.T("web.saved_views.latest")
}

// savedViewsOf is the control of the page that a request is for; nil for pages without, and for who looks through another's
// eyes, who has no views there.
func (s *Server) savedViewsOf(c *fiber.Ctx, st state, path string, p *i18n.Printer) *savedViews {
	page, ok := s.viewedAs(c.Route().Path)
	a := askerOf(c)
	if !ok || s.config.Queries == nil || !a.signedIn() || a.Principal.ViewingAs() || c.Response().StatusCode() >= fiber.StatusBadRequest {
		return nil
	}
	list, err := s.viewsKept(c, a, page.list)
	if err != nil { // a page is shown without them rather than not at all
		s.config.Log.Warn("saved views were not read", "error", err)
		return nil
	}
	here := s.lasting(st, path)
	views := &savedViews{Here: here, HereProof: auth.AddressProof(a.id, here), Months: page.monthsInWords(p, st), Most: mostViews}
	for _, one := range list {
		view := savedView{Name: one.Name, Address: page.opened(one.Address, path, st), Current: one.Address == page.kept(here)}
		if view.Current && views.Current == "" {
			views.Current = view.Name
		}
		views.List = append(views.List, view)
	}
	return views
}

// viewsKept are the views of the asker's own of a list, by name.
func (s *Server) viewsKept(c *fiber.Ctx, a asker, list string) ([]queries.SavedFilter, error) {
	return s.savedViews.get(viewsKey(a.Account.Account, list), func() ([]queries.SavedFilter, error) {
		ctx, cancel := asking(c)
		defer cancel()
		return s.config.Queries.SavedFilters(ctx, a.Account.Account, list)
	})
}

func viewsKey(account, list string) string { return account + " " + list }

// failedView is a view that cannot be opened any more: it has a condition that is no longer there, or that the reader may
// no longer use.
type failedView struct {
	Name, Here, HereProof string
	Plain                 string // the page without conditions
}

// failedViewOf is the view of the asker's own that a request which was refused is for; nil where it is for none.
func (s *Server) failedViewOf(c *fiber.Ctx, code int) *failedView {
	page, ok := s.viewedAs(c.Route().Path)
	a := askerOf(c)
	if !ok || s.config.Queries == nil || !a.signedIn() || code < 400 || code >= 500 || a.Principal.ViewingAs() {
		return nil
	}
	asked, err := url.ParseQuery(string(c.Context().QueryArgs().QueryString()))
	if err != nil {
		return nil
	}
	for _, own := range []string{paramLanguage, paramTheme} {
		asked.Del(own)
	}
	list, err := s.viewsKept(c, a, page.list)
	if err != nil {
		return nil
	}
	for _, one := range list {
		kept, err := url.Parse(page.opened(one.Address, c.Path(), state{}))
		if err == nil && kept.Path == c.Path() && kept.Query().Encode() == asked.Encode() {
			here := c.Path()
			return &failedView{Name: one.Name, Here: here, HereProof: auth.AddressProof(a.id, here), Plain: page.plain(here, s.here(c))}
		}
	}
	return nil
}

const (
	mostViews = 30
)
