package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/queries"
)

func (s *Server) overviewRoutes() []route {
	return []route{
		{reading, "/", rightly, figures, s.overview, false},
		{reading, "/download/overview/:table", rightly, takeFigures, s.overviewDownload, false},
		{writing, "/download/overview/:table", rightly, takeFigures, s.overviewDownload, false},
	}
}

// overviewPage is the contents of the first page.
type overviewPage struct {
	figuresFrame
	*dashboards.Overview
	Approval string
	Approved bool
}

// overviewAnswer is what the three forms of the overview (page, download, JSON) are made from.
type overviewAnswer struct {
	asked
	overview queries.Overview
	hidden   dashboards.Hidden // what this reader must not see of it; the overview holds none of it any more
}

// askOverview reads the address and asks the store.
func (s *Server) askOverview(c *fiber.Ctx) (overviewAnswer, error) {
	a, err := s.ask(c, "/", queries.Narrow{})
	if err != nil {
		return overviewAnswer{asked: a}, err
	}
	ctx, cancel := asking(c)
	defer cancel()
	o, hidden, err := s.overviewOf(ctx, c, a)
	a.stamp = o.Stamp
	return overviewAnswer{a, o, hidden}, err
}

// contents are those of the page.
func (a overviewAnswer) contents() *dashboards.Overview {
	return dashboards.NewOverview(a.overview, a.hidden, a.link, a.printer)
}

// overview is GET /.
func (s *Server) overview(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return s.noFigures(c, "overview", a.asked, err)
	}
	contents := a.contents()
	return s.pages.send(c, a.st.lang, "overview", overviewPage{
		figuresFrame: s.figuresFrame(c, "overview", a.asked, contents.Title),
		Overview:     contents,
		Approval:     s.config.Approval,
		Approved:     s.assets.approved,
	})
}
