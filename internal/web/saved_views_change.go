package web

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/fault"
	"jianfu/internal/typed"
	"jianfu/queries"
)

// How many views of a page an account can keep, and how long their names are.
const (
	longestName = 30 // characters
)

// The fields of the forms of views, beside the page's address.
const (
	fieldView    = "view"     // name of the view
	fieldNewName = "new_name" // that it gets
	fieldFailed  = "failed"   // yes where the view could not be opened
)

// viewChange is what somebody does to a view of his own.
type viewChange struct {
	account, list string
	view          queries.SavedFilter   // by its name; with the address that the page shows
	newName       string                // of a view that is renamed
	kept          []queries.SavedFilter // the account's views of the list
}

// has tells whether there is a view of a name.
func (v viewChange) has(name string) bool {
	return slices.ContainsFunc(v.kept, func(one queries.SavedFilter) bool { return one.Name == name })
}

// changeViews does something to a view of the asker's own and shows the page again.
func (s *Server) changeViews(done string, change func(context.Context, viewChange) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a, here := askerOf(c), form(c, fieldHere)
		if !auth.CheckAddressProof(a.id, here, form(c, fieldHereProof)) {
			return status(fiber.StatusBadRequest, fault.New("web_view_address"))
		}
		path, _, _ := strings.Cut(here, "?")
		page, ok := s.viewedAs(path)
		if !ok {
			return status(fiber.StatusBadRequest, fault.New("web_view_address"))
		}
		ctx, cancel := asking(c)
		defer cancel()
		v := viewChange{account: a.Account.Account, list: page.list, newName: typed.Line(form(c, fieldNewName)),
			view: queries.SavedFilter{Name: typed.Line(form(c, fieldView)), Address: page.kept(here), SavedAt: s.config.Now()}}
		var err error
		if v.kept, err = s.config.Queries.SavedFilters(ctx, v.account, v.list); err != nil {
			return err
		}
		act := func(ctx context.Context) error { return change(ctx, v) }
		if err := s.recorded(c, act, audit.SettingsChanged, "views", "list", v.list, "view", v.view.Name, "new_name", v.newName, "event", done); err != nil {
			if said(err) {
				err = status(fiber.StatusUnprocessableEntity, err)
			}
			return err
		}
		s.savedViews.forget(viewsKey(v.account, v.list))
		to := page.opened(v.view.Address, path, s.here(c))
		if form(c, fieldFailed) == yes {
			to = page.plain(path, s.here(c))
		}
		return c.Redirect(joined(to, paramDone+"="+done), fiber.StatusSeeOther)
	}
}

// checkViewName refuses names that cannot be given to a view.
func checkViewName(v viewChange, name string) error {
	switch {
	case name == "" || utf8.RuneCountInString(name) > longestName:
		return fault.New("web_view_name", "most", longestName)
	case v.has(name):
		return fault.New("web_view_taken", "name", name)
	}
	return nil
}

// saveView is POST /views/save: what the page shows, under a new name.
func (s *Server) saveView(ctx context.Context, v viewChange) error {
	if err := checkViewName(v, v.view.Name); err != nil {
		return err
	}
	if len(v.kept) >= mostViews {
		return fault.New("web_views_full", "most", mostViews)
	}
	return s.config.Queries.SaveFilter(ctx, v.account, v.list, v.view)
}

// replaceView is POST /views/replace: what the page shows takes the place of what a view was.
func (s *Server) replaceView(ctx context.Context, v viewChange) error {
	if !v.has(v.view.Name) {
		return fault.New("web_view_gone", "name", v.view.Name)
	}
	return s.config.Queries.SaveFilter(ctx, v.account, v.list, v.view)
}

// renameView is POST /views/rename. What the view is stays.
func (s *Server) renameView(ctx context.Context, v viewChange) error {
	i := slices.IndexFunc(v.kept, func(one queries.SavedFilter) bool { return one.Name == v.view.Name })
	if i < 0 {
		return fault.New("web_view_gone", "name", v.view.Name)
	}
	if err := checkViewName(v, v.newName); err != nil {
		return err
	}
	return s.config.Queries.RenameFilter(ctx, v.account, v.list, v.kept[i], v.newName, v.view.SavedAt)
}

// dropView is POST /views/drop.
func (s *Server) dropView(ctx context.Context, v viewChange) error {
	if !v.has(v.view.Name) {
		return fault.New("web_view_gone", "name", v.view.Name)
	}
	return s.config.Queries.DropFilter(ctx, v.account, v.list, v.view.Name, v.view.SavedAt)
}
