package web

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/queries"
)

func (s *Server) overviewRoutes() []route {
	return []route{
		reading("/", figures, s.overview),
		reading("/download/overview/:table", takeFigures, s.overviewDownload),
		writing("/download/overview/:table", takeFigures, s.overviewDownload),
	}
}

// overviewPage is the contents of the first page.
type overviewPage struct {
	figuresFrame
	*dashboards.Overview
	Approval string
	Approved bool
	Views    []link // how regions are shown; the current one is View
	View     string
	Ranks    []link // by what regions and industries can be ordered
	Strip    strip
}

// paramView is how the overview shows regions: on a map where there are boundaries, as tiles, or as bars alone.
const paramView = "view"

var regionViews = []string{"map", "tiles", "bars"}

// readView reads how regions are to be shown; "" leaves it to the page.
func readView(c *fiber.Ctx) (string, error) {
	view := c.Query(paramView)
	if view != "" && !slices.Contains(regionViews, view) {
		return "", status(fiber.StatusBadRequest, badChoice(paramView, view, regionViews))
	}
	return view, nil
}

// views are the choices between the ways in which regions can be shown, and which one is. A map needs boundaries.
func (s *Server) views(a overviewAnswer, drawn *dashboards.Chart) (current string, links []link) {
	mapped := drawn != nil && s.assets.boundaries(drawn.Map) != ""
	if current = a.region; current == "" || current == "map" && !mapped {
		if current = "tiles"; mapped {
			current = "map"
		}
	}
	for _, view := range regionViews {
		if view == "map" && !mapped {
			continue
		}
		st := a.st
		st.extra = withValue(st.extra, paramView, view)
		links = append(links, link{Text: a.printer.T("web.view." + view), Address: st.url("/") + "#regions-title", ID: view, Current: view == current})
	}
	return current, links
}

// rankings are the choices by what regions and industries are ordered.
func (a overviewAnswer) rankings() []link {
	var links []link
	for i, rank := range dashboards.Rankings {
		st := a.st
		st.extra = withValue(st.extra, paramRank, map[bool]string{false: rank}[i == 0])
		links = append(links, link{Text: a.printer.T("web.column." + rank), Address: st.url("/"), ID: rank, Current: rank == a.rank})
	}
	return links
}

// overviewAnswer is what the three forms of the overview (page, download, JSON) are made from.
type overviewAnswer struct {
	asked
	overview queries.Overview
	hidden   dashboards.Hidden // what this reader must not see of it; the overview holds none of it any more
	region   string            // how regions are to be shown, "" for as fits
	rank     string            // by what regions and industries are ordered
}

// askOverview reads the address and asks the store.
func (s *Server) askOverview(c *fiber.Ctx) (overviewAnswer, error) {
	a, err := s.ask(c, "/", queries.Narrow{})
	if err != nil {
		return overviewAnswer{asked: a}, err
	}
	view, err := readView(c)
	if err != nil {
		return overviewAnswer{asked: a}, err
	}
	if view != "" {
		a.st.extra = url.Values{paramView: {view}}
	}
	rank := cmp.Or(c.Query(paramRank), dashboards.Rankings[0])
	if !slices.Contains(dashboards.Rankings, rank) {
		return overviewAnswer{asked: a}, status(fiber.StatusBadRequest, badChoice(paramRank, rank, dashboards.Rankings))
	}
	if rank != dashboards.Rankings[0] {
		a.st.extra = withValue(a.st.extra, paramRank, rank)
	}
	ctx, cancel := asking(c)
	defer cancel()
	o, hidden, err := s.overviewOf(ctx, c, a)
	a.stamp = o.Stamp
	if err == nil {
		err = s.compare(ctx, c, &a)
	}
	return overviewAnswer{a, o, hidden, view, rank}, err
}

// contents are those of the page.
func (a overviewAnswer) contents() *dashboards.Overview {
	return dashboards.NewRankedOverview(dashboards.Reading{Overview: a.overview, Hidden: a.hidden, Link: a.link, Versus: a.versus}, a.rank, a.printer)
}

// overview is GET /.
func (s *Server) overview(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return s.noFigures(c, "overview", a.asked, err)
	}
	contents := a.contents()
	page := overviewPage{
		figuresFrame: s.figuresFrame(c, "overview", a.asked, contents.Title),
		Overview:     contents,
		Approval:     s.config.Approval,
		Approved:     s.assets.approved,
	}
	page.View, page.Views = s.views(a, contents.Map)
	page.Ranks = a.rankings()
	for _, name := range []string{paramView, paramRank} {
		if value := a.st.extra.Get(name); value != "" {
			page.Filter.Hidden = append(page.Filter.Hidden, option{Value: value, Text: name})
		}
	}
	ctx, cancel := asking(c)
	defer cancel()
	if page.Strip, err = s.strip(ctx, c, a.asked); err != nil {
		return err
	}
	return s.pages.send(c, a.st.lang, "overview", page)
}
