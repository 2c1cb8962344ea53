package figures

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

func (s pages) overviewRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/", kit.Figures, s.overview),
		kit.Reading("/download/overview/:table", kit.TakeFigures, s.overviewDownload),
		kit.Writing("/download/overview/:table", kit.TakeFigures, s.overviewDownload),
	}
}

// overviewPage is the contents of the first page.
type overviewPage struct {
	view.FiguresFrame
	*dashboards.Overview
	Approval  string
	Approved  bool
	Views     []kit.Link // how regions are shown; the current one is View
	View      string
	Ranks     []kit.Link // by what regions and industries can be ordered
	CaseLinks caseLinks
}

// paramView is how the overview shows regions: on a map where there are boundaries, as tiles, or as bars alone.
const paramView = "view"

var regionViews = []string{"map", "tiles", "bars"}

// readView reads how regions are to be shown; "" leaves it to the page.
func readView(c *fiber.Ctx) (string, error) {
	view := c.Query(paramView)
	if view != "" && !slices.Contains(regionViews, view) {
		return "", kit.Status(fiber.StatusBadRequest, kit.BadChoice(paramView, view, regionViews))
	}
	return view, nil
}

// views are the choices between the ways in which regions can be shown, and which one is. A map needs boundaries.
func (s pages) views(a overviewAnswer, drawn *dashboards.Chart) (current string, links []kit.Link) {
	mapped := drawn != nil && s.Assets.Boundaries(drawn.Map) != ""
	if current = a.region; current == "" || current == "map" && !mapped {
		if current = "tiles"; mapped {
			current = "map"
		}
	}
	for _, view := range regionViews {
		if view == "map" && !mapped {
			continue
		}
		st := a.St
		st.Extra = kit.WithValue(st.Extra, paramView, view)
		links = append(links, kit.Link{Text: a.Printer.T("web.view." + view), Address: st.URL("/") + "#regions-title", ID: view, Current: view == current})
	}
	return current, links
}

// rankings are the choices by what regions and industries are ordered.
func (a overviewAnswer) rankings() []kit.Link {
	var links []kit.Link
	for i, rank := range dashboards.Rankings {
		st := a.St
		st.Extra = kit.WithValue(st.Extra, paramRank, map[bool]string{false: rank}[i == 0])
		links = append(links, kit.Link{Text: a.Printer.T("web.column." + rank), Address: st.URL("/"), ID: rank, Current: rank == a.rank})
	}
	return links
}

// overviewAnswer is what the three forms of the overview (page, download, JSON) are made from.
type overviewAnswer struct {
	view.Asked
	overview queries.Overview
	hidden   dashboards.Hidden // what this reader must not see of it; the overview holds none of it any more
	region   string            // how regions are to be shown, "" for as fits
	rank     string            // by what regions and industries are ordered
}

// askOverview reads the address and asks the store.
func (s pages) askOverview(c *fiber.Ctx) (overviewAnswer, error) {
	a, err := s.Ask(c, "/", queries.Narrow{})
	if err != nil {
		return overviewAnswer{Asked: a}, err
	}
	view, err := readView(c)
	if err != nil {
		return overviewAnswer{Asked: a}, err
	}
	if view != "" {
		a.St.Extra = url.Values{paramView: {view}}
	}
	rank := cmp.Or(c.Query(paramRank), dashboards.Rankings[0])
	if !slices.Contains(dashboards.Rankings, rank) {
		return overviewAnswer{Asked: a}, kit.Status(fiber.StatusBadRequest, kit.BadChoice(paramRank, rank, dashboards.Rankings))
	}
	if rank != dashboards.Rankings[0] {
		a.St.Extra = kit.WithValue(a.St.Extra, paramRank, rank)
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	o, hidden, err := s.OverviewOf(ctx, c, a)
	a.Stamp = o.Stamp
	if err == nil {
		err = s.Compare(ctx, c, &a)
	}
	return overviewAnswer{a, o, hidden, view, rank}, err
}

// contents are those of the page.
func (a overviewAnswer) contents() *dashboards.Overview {
	return dashboards.NewRankedOverview(dashboards.Reading{Overview: a.overview, Hidden: a.hidden, Link: a.Link, Versus: a.Versus}, a.rank, a.Printer)
}

// overview is GET /.
func (s pages) overview(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return s.NoFigures(c, "overview", a.Asked, err)
	}
	contents := a.contents()
	page := overviewPage{
		FiguresFrame: s.FiguresFrame(c, "overview", a.Asked, contents.Title),
		Overview:     contents,
		Approval:     s.Config.Approval,
		Approved:     s.Assets.Approved,
	}
	page.View, page.Views = s.views(a, contents.Map)
	page.Ranks = a.rankings()
	for _, name := range []string{paramView, paramRank} {
		if value := a.St.Extra.Get(name); value != "" {
			page.Filter.Hidden = append(page.Filter.Hidden, kit.Option{Value: value, Text: name})
		}
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if page.CaseLinks, err = s.caseLinks(ctx, c, a.Asked); err != nil {
		return err
	}
	return s.Pages.Send(c, a.St.Lang, "overview", page)
}
