package kit

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

// ViewedPage is a page that has views.
type ViewedPage struct {
	Path   string // of its route
	List   string // of the pages that have their views in common, as the store knows them
	Own    bool   // whether what the path names belongs to the view; else a view fits whatever unit the page is about
	Months bool   // whether the page can be narrowed to months
}

// The fields with which a page hands out its address.
const (
	FieldHere      = "here"
	FieldHereProof = "here_proof"
)

// savedViews is the control of a page's views.
type savedViews struct {
	List      []savedView
	Current   string // name of the view that the page shows, "" where it shows none
	Here      string // the page's address as it would be kept, and the proof of it
	HereProof string
	Months    string // what becomes of the months when the view is opened later, "" for pages without
	Most      int
	Heading   string // of the page, which a subscription is called by unless its reader says otherwise
	Done      string // what has just been done, in words
}

// Full tells whether there is no room for another.
func (v *savedViews) Full() bool { return len(v.List) >= v.Most }

// savedView is a view with its address for this reader.
type savedView struct {
	Name, Address string
	Current       bool
}

// ViewedAs is the page with views that has an address: by its route's path, which is its own, or by one that it matches.
func (s *Kit) ViewedAs(path string) (ViewedPage, bool) {
	for _, page := range s.Offers.Views {
		if page.Path == path || fiber.RoutePatternMatch(path, page.Path, fiber.Config{StrictRouting: true, CaseSensitive: true}) {
			return page, true
		}
	}
	return ViewedPage{}, false
}

// Lasting is the address that a view of the page keeps. It has neither the reader's language nor colours.
func (s *Kit) Lasting(st State, path string) string {
	st.Lang, st.Theme, st.Extra = i18n.Chinese, "", maps.Clone(st.Extra)
	maps.DeleteFunc(st.Extra, func(name string, _ []string) bool { return slices.Contains(s.Offers.Fleeting, name) })
	return st.URL(path)
}

// Kept is what the store keeps of the page's address.
func (page ViewedPage) Kept(address string) string {
	if page.Own {
		return address
	}
	_, parameters, _ := strings.Cut(address, "?")
	return parameters
}

// Opened is the address of what was kept, for a reader on a page of that path.
func (page ViewedPage) Opened(kept, path string, reader State) string {
	parameters := kept
	if page.Own {
		path, parameters, _ = strings.Cut(kept, "?")
	}
	return Joined(State{Lang: reader.Lang, Theme: reader.Theme}.URL(path), parameters)
}

// Plain is the page without conditions; of pages that are narrowed by their path, the one above.
func (page ViewedPage) Plain(path string, reader State) string {
	if page.Own {
		above, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		path = "/" + above
	}
	return State{Lang: reader.Lang, Theme: reader.Theme}.URL(path)
}

// Joined is an address with more parameters.
func Joined(address, parameters string) string {
	switch {
	case parameters == "":
		return address
	case strings.Contains(address, "?"):
		return address + "&" + parameters
	}
	return address + "?" + parameters
}

// monthsInWords says what becomes of the months of a view: what is left at its default moves on with the data.
func (page ViewedPage) monthsInWords(p *i18n.Printer, st State) string {
	switch {
	case !page.Months:
		return ""
	case st.To != 0 && st.From != 0:
		return p.T("web.saved_views.months", "from", dashboards.Month(p, st.From), "to", dashboards.Month(p, st.To))
	case st.To != 0:
		return p.T("web.saved_views.to", "to", dashboards.Month(p, st.To))
	case st.From != 0:
		return p.T("web.saved_views.from", "from", dashboards.Month(p, st.From))
	}
	return p.T("web.saved_views.latest")
}

// savedViewsOf is the control of the page that a request is for; nil for pages without, and for who looks through another's
// eyes, who has no views there.
func (s *Kit) savedViewsOf(c *fiber.Ctx, st State, path string, p *i18n.Printer) *savedViews {
	page, ok := s.ViewedAs(c.Route().Path)
	a := AskerOf(c)
	if !ok || s.Config.Queries == nil || !a.SignedIn() || a.Principal.ViewingAs() || c.Response().StatusCode() >= fiber.StatusBadRequest {
		return nil
	}
	list, err := s.viewsKept(c, a, page.List)
	if err != nil { // a page is shown without them rather than not at all
		s.Config.Log.Warn("saved views were not read", "error", err)
		return nil
	}
	here := s.Lasting(st, path)
	views := &savedViews{Here: here, HereProof: auth.AddressProof(a.ID, here), Months: page.monthsInWords(p, st), Most: MostViews}
	for _, one := range list {
		view := savedView{Name: one.Name, Address: page.Opened(one.Address, path, st), Current: one.Address == page.Kept(here)}
		if view.Current && views.Current == "" {
			views.Current = view.Name
		}
		views.List = append(views.List, view)
	}
	return views
}

// viewsKept are the views of the asker's own of a list, by name.
func (s *Kit) viewsKept(c *fiber.Ctx, a Asker, list string) ([]queries.SavedFilter, error) {
	return s.SavedViews.Get(ViewsKey(a.Account.Account, list), func() ([]queries.SavedFilter, error) {
		ctx, cancel := Asking(c)
		defer cancel()
		return s.Config.Queries.SavedFilters(ctx, a.Account.Account, list)
	})
}

// ViewsKey is the key of an account's views of a list.
func ViewsKey(account, list string) string { return account + " " + list }

// failedView is a view that cannot be opened any more: it has a condition that is no longer there, or that the reader may
// no longer use.
type failedView struct {
	Name, Here, HereProof string
	Plain                 string // the page without conditions
}

// failedViewOf is the view of the asker's own that a request which was refused is for; nil where it is for none.
func (s *Kit) failedViewOf(c *fiber.Ctx, code int) *failedView {
	page, ok := s.ViewedAs(c.Route().Path)
	a := AskerOf(c)
	if !ok || s.Config.Queries == nil || !a.SignedIn() || code < 400 || code >= 500 || a.Principal.ViewingAs() {
		return nil
	}
	asked, err := url.ParseQuery(string(c.Context().QueryArgs().QueryString()))
	if err != nil {
		return nil
	}
	for _, own := range []string{ParamLanguage, ParamTheme} {
		asked.Del(own)
	}
	list, err := s.viewsKept(c, a, page.List)
	if err != nil {
		return nil
	}
	for _, one := range list {
		kept, err := url.Parse(page.Opened(one.Address, c.Path(), State{}))
		if err == nil && kept.Path == c.Path() && kept.Query().Encode() == asked.Encode() {
			here := c.Path()
			return &failedView{Name: one.Name, Here: here, HereProof: auth.AddressProof(a.ID, here), Plain: page.Plain(here, s.Here(c))}
		}
	}
	return nil
}

// MostViews is how many views of a list an account may keep.
const MostViews = 30
