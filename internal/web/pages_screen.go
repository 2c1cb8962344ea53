package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/period"
	"jianfu/internal/region"
	"jianfu/queries"
)

const screenPath = "/screen"

func (s *Server) screenRoutes() []route {
	return []route{reading(screenPath, figures, s.screen)}
}

func (s *Server) screenOperations() []operation {
	return []operation{{apiRoot + "/current", figures, s.currentAPI, currentJSON{}, nil}}
}

// screenPage is the contents of the wall: the overview's figures, laid out to be seen from afar.
type screenPage struct {
	figuresFrame
	*dashboards.Overview
	Run      uint32
	Groups   [][]wallPanel // what is shown at once, left and right of the map
	Findings []string      // sentences; figures stand between Strong marks
	Up       string        // the wall one step up, "" at the top
	Approval string
	Approved bool
}

// wallPanel is one of the panels that take turns; the one with the findings has no block.
type wallPanel struct {
	Block *shownBlock
	Title string
}

// screen is GET /screen. Whoever stands before a wall may read it, so it shows nobody more than a reader without records
// may see, whatever the account that it was opened with may.
func (s *Server) screen(c *fiber.Ctx) error {
	a, err := s.ask(c, screenPath, queries.Narrow{})
	if err != nil {
		return s.noFigures(c, "screen", a, err)
	}
	ctx, cancel := asking(c)
	defer cancel()
	o, hidden, err := s.concealedOverview(ctx, c, a)
	if err != nil {
		return err
	}
	a.stamp = o.Stamp
	contents := dashboards.NewOverview(o, hidden, func(marks ...string) string { return screenLink(a, marks...) }, a.printer)
	page := screenPage{
		figuresFrame: s.figuresFrame(c, "screen", a, contents.Title), Overview: contents, Run: a.stamp.Run,
		Approval: s.config.Approval, Approved: s.assets.approved,
	}
	panel := func(block dashboards.Block) wallPanel {
		shown := page.Shown(block, "")
		return wallPanel{&shown, block.Title}
	}
	page.Groups = [][]wallPanel{
		{panel(contents.Regions), panel(contents.Industries)},
		{panel(contents.Sizes), {Title: a.printer.T("web.screen.findings")}},
	}
	page.Findings = append(page.Findings, contents.Headline)
	for _, risk := range contents.Findings.Risks { // what is charged below the policy shows in no block
		if risk.Tone == dashboards.ToneUnder {
			page.Findings = append(page.Findings, risk.Text)
		}
	}
	for _, block := range []dashboards.Block{contents.Regions, contents.Industries, contents.Sizes, contents.Months, contents.Measures, contents.Reasons} {
		if block.Lead != "" {
			page.Findings = append(page.Findings, dashboards.StrongStart+block.Title+dashboards.StrongEnd+a.printer.T("web.colon")+block.Lead)
		}
	}
	if a.view.Narrow != (queries.Narrow{}) {
		page.Up = screenUp(a)
	}
	return s.pages.send(c, a.st.lang, "screen", page)
}

// screenLink is the Linker of the wall: regions, industries and sizes are shown on the wall itself, and nothing leads to
// units.
func screenLink(a asked, marks ...string) string {
	st := a.st
	for i := 0; i+1 < len(marks); i += 2 {
		switch marks[i] {
		case "region", "province", "city", "county":
			st.narrow.Region = marks[i+1]
		case "section", "division", "industry":
			st.narrow.Industry = marks[i+1]
		case "size":
			st.narrow.Size = marks[i+1]
		default:
			return ""
		}
	}
	if st.narrow == a.st.narrow || st.narrow.Industry == "" && a.st.narrow.Industry != "" {
		return ""
	}
	return st.url(screenPath)
}

// screenUp is the wall without the last step down: of an industry or a size first, then of the region's parent, as far as
// the reader sees it.
func screenUp(a asked) string {
	st := a.whole()
	n := &st.narrow
	switch {
	case n.Insurance != "" || n.UnitKind != "" || n.EconomicType != "":
		n.Insurance, n.UnitKind, n.EconomicType = "", "", ""
	case n.Size != "":
		n.Size = ""
	case len(n.Industry) > 1:
		n.Industry = n.Industry[:1]
	case n.Industry != "":
		n.Industry = ""
	default:
		if n.Region = region.Parent(n.Region); !a.scope.Allows(n.Region) || n.Region == a.wholeRegion() {
			n.Region = ""
		}
	}
	return st.url(screenPath)
}

// currentJSON is which figures are current, for programs that wait for the next ones.
type currentJSON struct {
	Run        uint32        `json:"run"`
	ComputedAt time.Time     `json:"computed_at"`
	LoadedAt   time.Time     `json:"loaded_at"`
	DataTo     period.Period `json:"data_to"`
}

// currentAPI is GET /api/v1/current.
func (s *Server) currentAPI(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	stamp, err := s.stamp(ctx, scopeOf(c))
	if err != nil {
		return err
	}
	return c.JSON(currentJSON{stamp.Run, stamp.ComputedAt, stamp.LoadedAt, stamp.DataTo})
}
