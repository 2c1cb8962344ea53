package search

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// searchRoutes is the search of the header. Each of its groups is looked through with the reader's right to it and in the scope of
// that right, so that it needs none by itself.
func (s pages) searchRoutes() []kit.Route {
	return []kit.Route{kit.Reading("/search", nil, s.search).By(kit.Anybody)}
}

// mostFound is how many of a group are shown; the list of the group's own page shows all.
const mostFound = 8

// searchPage is the contents of what a search found.
type searchPage struct {
	kit.Frame
	Wanted string
	Groups []foundGroup
	Any    bool
}

// foundGroup is what was found of one kind.
type foundGroup struct {
	ID, Title string
	Found     []foundPlace
	All       string // address of the whole list, where there may be more
	Wrong     string // why nothing could be looked for, in words
}

// foundPlace is a place to go to.
type foundPlace struct{ Text, Note, Address string }

// search is GET /search.
func (s pages) search(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	p := i18n.For(st.Lang)
	wanted := strings.TrimSpace(c.Query(kit.ParamSearch))
	if len([]rune(wanted)) > LongestSearch {
		return kit.Status(fiber.StatusBadRequest, problem.New("web_search_long", "limit", LongestSearch))
	}
	page := searchPage{Wanted: wanted}
	if wanted != "" {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		find := finding{pages: s, st: st, p: p, wanted: wanted, who: kit.AskerOf(c).Principal}
		for _, look := range []func(context.Context) (foundGroup, error){find.ofTheBar, find.regions, find.units, find.issues, find.docs} {
			group, err := look(ctx)
			if err != nil {
				return err
			}
			if len(group.Found) > 0 || group.Wrong != "" {
				group.Title = p.T("web.find.group." + group.ID)
				page.Groups = append(page.Groups, group)
				page.Any = page.Any || len(group.Found) > 0
			}
		}
		st.Extra = map[string][]string{kit.ParamSearch: {wanted}}
	}
	page.Frame = s.Frame(c, "search", "/search", st, p, p.T("web.find"))
	return s.Pages.Send(c, st.Lang, "search", page)
}

// LongestSearch is how many characters can be looked for.
const LongestSearch = 100

// finding looks for one text for one reader.
type finding struct {
	pages
	st     kit.State
	p      *i18n.Printer
	wanted string
	who    access.Principal
}

// at is an address in the reader's language and colours.
func (f finding) at(path string, namesAndValues ...string) string {
	st := kit.State{Lang: f.st.Lang, Theme: f.st.Theme, Extra: map[string][]string{}}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		st.Extra[namesAndValues[i]] = []string{namesAndValues[i+1]}
	}
	return st.URL(path)
}

// ofTheBar are the pages of the bar and what-ifs that the reader may open.
func (f finding) ofTheBar(context.Context) (foundGroup, error) {
	group := foundGroup{ID: "pages"}
	wanted := strings.ToLower(f.wanted)
	for _, page := range f.Offers.Navigation {
		title := f.p.T("web.nav." + page.Name)
		if f.who.Can(page.Right) && (strings.Contains(strings.ToLower(title), wanted) || strings.HasPrefix(view.Initials(title), wanted)) {
			group.Found = append(group.Found, foundPlace{Text: title, Address: f.at(page.Path)})
		}
	}
	if title := f.p.T("web.what_if.title"); strings.Contains(strings.ToLower(title), wanted) && !slices.ContainsFunc(view.TryOutRights, func(r access.Right) bool { return !f.who.Can(r) }) {
		group.Found = append(group.Found, foundPlace{Text: title, Address: f.at("/policy/what-if")})
	}
	return group, nil
}

// regions are those of the reader's scope by name, code or initials, from the largest down.
func (f finding) regions(context.Context) (foundGroup, error) {
	group := foundGroup{ID: "regions"}
	if !f.who.Can(access.FiguresAggregate) {
		return group, nil
	}
	scope := f.who.Scope(access.FiguresAggregate)
	wanted := strings.ToLower(f.wanted)
	level := region.Children("")
	for len(level) > 0 && len(group.Found) < mostFound {
		var below []string
		for _, code := range level {
			below = append(below, region.Children(code)...)
			if len(group.Found) < mostFound && scope.Allows(code) && f.meant(code, wanted) {
				group.Found = append(group.Found, foundPlace{Text: region.NameIn(f.p.Language(), code), Note: code, Address: f.at("/regions/" + code)})
			}
		}
		level = below
	}
	return group, nil
}

// meant tells whether a region is the one, or one of those, that the text names.
func (f finding) meant(code, wanted string) bool {
	return strings.Contains(region.Name(code), wanted) || strings.Contains(strings.ToLower(region.NameIn(f.p.Language(), code)), wanted) ||
		len(wanted) >= 2 && (strings.HasPrefix(code, wanted) || strings.HasPrefix(view.Initials(region.Name(code)), wanted))
}

// units are those of the reader's scope by code, name or initials.
func (f finding) units(ctx context.Context) (foundGroup, error) {
	group := foundGroup{ID: "units"}
	if !f.who.Can(access.FiguresUnit) || f.Config.Figures == nil {
		return group, nil
	}
	search, err := queries.ReadUnitSearch(f.wanted)
	if err != nil {
		group.Wrong = f.p.Error(err)
		return group, nil
	}
	list, err := f.unitsIn(ctx, f.who.Scope(access.FiguresUnit), search)
	if problem.Code(err) == "no_run" {
		return group, nil
	}
	names := dashboards.NewNames(f.p)
	for _, unit := range list.Rows {
		group.Found = append(group.Found, foundPlace{Text: unit.Name, Note: unit.UnitID + " · " + names.Region(unit.RegionCode), Address: f.at("/units/" + unit.UnitID)})
	}
	if list.Units > mostFound {
		group.All = f.at("/units", kit.ParamSearch, f.wanted)
	}
	return group, err
}

func (f finding) unitsIn(ctx context.Context, scope filter.Scope, search queries.UnitSearch) (queries.UnitList, error) {
	figures, err := f.Config.Figures(ctx)
	if err != nil {
		return queries.UnitList{}, err
	}
	view, err := figures.Complete(queries.View{})
	if err != nil {
		return queries.UnitList{}, err
	}
	return figures.Units(ctx, scope, view, queries.UnitQuery{Search: search, Sort: "name", Most: mostFound})
}

// issues are those of the reader's scope by number, unit or title.
func (f finding) issues(ctx context.Context) (foundGroup, error) {
	group := foundGroup{ID: "issues"}
	if !f.who.Can(access.IssuesRead) || f.Config.Issues == nil {
		return group, nil
	}
	rows, found, err := f.Config.Issues.List(ctx, f.who.Scope(access.IssuesRead), handling.IssueFilter{Text: f.wanted}, handling.LatestFirst, handling.Page{Most: mostFound})
	for _, row := range rows {
		group.Found = append(group.Found, foundPlace{Text: dashboards.IssueTitle(i18n.For(f.st.Lang), row.Title), Note: row.Number, Address: f.at("/issues/" + row.Number)})
	}
	if found.Issues > mostFound {
		group.All = f.at("/issues", kit.ParamSearch, f.wanted)
	}
	return group, err
}

// docs are the pages of the documentation that speak of the text.
func (f finding) docs(context.Context) (foundGroup, error) {
	group := foundGroup{ID: "docs"}
	for _, hit := range f.Manual.Search(f.st.Lang, f.wanted, mostFound) {
		place := foundPlace{Text: hit.Title, Note: hit.Heading, Address: f.at("/docs/" + hit.Name)}
		if hit.ID != "" {
			place.Address += "#" + hit.ID
		}
		group.Found = append(group.Found, place)
	}
	return group, nil
}
