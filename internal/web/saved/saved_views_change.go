package saved

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/problem"
	"jianfu/internal/typed"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// How many views of a page an account can keep, and how long their names are.
const (
	LongestName = 30 // characters
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
func (s pages) changeViews(done string, change func(context.Context, viewChange) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a, here := kit.AskerOf(c), kit.Form(c, kit.FieldHere)
		if !auth.CheckAddressProof(a.ID, here, kit.Form(c, kit.FieldHereProof)) {
			return kit.Status(fiber.StatusBadRequest, problem.New("web_view_address"))
		}
		path, _, _ := strings.Cut(here, "?")
		page, ok := s.ViewedAs(path)
		if !ok {
			return kit.Status(fiber.StatusBadRequest, problem.New("web_view_address"))
		}
		ctx, cancel := kit.Asking(c)
		defer cancel()
		v := viewChange{account: a.Account.Account, list: page.List, newName: typed.Line(kit.Form(c, fieldNewName)),
			view: queries.SavedFilter{Name: typed.Line(kit.Form(c, fieldView)), Address: page.Kept(here), SavedAt: s.Config.Now()}}
		var err error
		if v.kept, err = s.Config.Queries.SavedFilters(ctx, v.account, v.list); err != nil {
			return err
		}
		act := func(ctx context.Context) error { return change(ctx, v) }
		if err := s.Recorded(c, act, audit.SettingsChanged, "views", "list", v.list, "view", v.view.Name, "new_name", v.newName, "event", done); err != nil {
			if kit.ForUser(err) {
				err = kit.Status(fiber.StatusUnprocessableEntity, err)
			}
			return err
		}
		s.SavedViews.Forget(kit.ViewsKey(v.account, v.list))
		to := page.Opened(v.view.Address, path, s.Here(c))
		if kit.Form(c, fieldFailed) == kit.Yes {
			to = page.Plain(path, s.Here(c))
		}
		return c.Redirect(kit.Joined(to, kit.ParamDone+"="+done), fiber.StatusSeeOther)
	}
}

// checkViewName refuses names that cannot be given to a view.
func checkViewName(v viewChange, name string) error {
	switch {
	case name == "" || utf8.RuneCountInString(name) > LongestName:
		return problem.New("web_view_name", "most", LongestName)
	case v.has(name):
		return problem.New("web_view_taken", "name", name)
	}
	return nil
}

// saveView is POST /views/save: what the page shows, under a new name.
func (s pages) saveView(ctx context.Context, v viewChange) error {
	if err := checkViewName(v, v.view.Name); err != nil {
		return err
	}
	if len(v.kept) >= kit.MostViews {
		return problem.New("web_views_full", "most", kit.MostViews)
	}
	return s.Config.Queries.SaveFilter(ctx, v.account, v.list, v.view)
}

// replaceView is POST /views/replace: what the page shows takes the place of what a view was.
func (s pages) replaceView(ctx context.Context, v viewChange) error {
	if !v.has(v.view.Name) {
		return problem.New("web_view_gone", "name", v.view.Name)
	}
	return s.Config.Queries.SaveFilter(ctx, v.account, v.list, v.view)
}

// renameView is POST /views/rename. What the view is stays.
func (s pages) renameView(ctx context.Context, v viewChange) error {
	i := slices.IndexFunc(v.kept, func(one queries.SavedFilter) bool { return one.Name == v.view.Name })
	if i < 0 {
		return problem.New("web_view_gone", "name", v.view.Name)
	}
	if err := checkViewName(v, v.newName); err != nil {
		return err
	}
	return s.Config.Queries.RenameFilter(ctx, v.account, v.list, v.kept[i], v.newName, v.view.SavedAt)
}

// dropView is POST /views/drop.
func (s pages) dropView(ctx context.Context, v viewChange) error {
	if !v.has(v.view.Name) {
		return problem.New("web_view_gone", "name", v.view.Name)
	}
	return s.Config.Queries.DropFilter(ctx, v.account, v.list, v.view.Name, v.view.SavedAt)
}
