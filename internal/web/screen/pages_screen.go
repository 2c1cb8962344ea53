package screen

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/period"
	"jianfu/internal/region"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

const screenPath = "/screen"

func (s pages) screenRoutes() []kit.Route {
	return []kit.Route{kit.Reading(screenPath, kit.Figures, s.screen)}
}

func (s pages) screenOperations() []kit.Operation {
	return []kit.Operation{{Path: kit.APIRoot + "/current", Rights: kit.Figures, Handler: s.currentAPI, Reply: CurrentJSON{}}}
}

// screenPage is the contents of the wall: the overview's figures, laid out to be seen from afar.
type screenPage struct {
	view.FiguresFrame
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
	Block *kit.ShownBlock
	Title string
}

// screen is GET /screen. Whoever stands before a wall may read it, so it shows nobody more than a reader without records
// may see, whatever the account that it was opened with may.
func (s pages) screen(c *fiber.Ctx) error {
	a, err := s.Ask(c, screenPath, queries.Narrow{})
	if err != nil {
		return s.NoFigures(c, "screen", a, err)
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	o, hidden, err := s.ConcealedOverview(ctx, c, a)
	if err != nil {
		return err
	}
	a.Stamp = o.Stamp
	contents := dashboards.NewOverview(o, hidden, func(marks ...string) string { return screenLink(a, marks...) }, a.Printer)
	page := screenPage{
		FiguresFrame: s.FiguresFrame(c, "screen", a, contents.Title), Overview: contents, Run: a.Stamp.Run,
		Approval: s.Config.Approval, Approved: s.Assets.Approved,
	}
	panel := func(block dashboards.Block) wallPanel {
		shown := page.Shown(block, "")
		return wallPanel{&shown, block.Title}
	}
	page.Groups = [][]wallPanel{
		{panel(contents.Regions), panel(contents.Industries)},
		{panel(contents.Sizes), {Title: a.Printer.T("web.screen.findings")}},
	}
	page.Findings = append(page.Findings, contents.Headline)
	for _, risk := range contents.Findings.Risks { // what is charged below the policy shows in no block
		if risk.Tone == dashboards.ToneUnder {
			page.Findings = append(page.Findings, risk.Text)
		}
	}
	for _, block := range []dashboards.Block{contents.Regions, contents.Industries, contents.Sizes, contents.Months, contents.Measures, contents.Reasons} {
		if block.Lead != "" {
			page.Findings = append(page.Findings, dashboards.StrongStart+block.Title+dashboards.StrongEnd+a.Printer.T("web.colon")+block.Lead)
		}
	}
	if a.View.Narrow != (queries.Narrow{}) {
		page.Up = screenUp(a)
	}
	return s.Pages.Send(c, a.St.Lang, "screen", page)
}

// screenLink is the Linker of the wall: regions, industries and sizes are shown on the wall itself, and nothing leads to
// units.
func screenLink(a view.Asked, marks ...string) string {
	st := a.St
	for i := 0; i+1 < len(marks); i += 2 {
		d, ok := dimension.Named(marks[i])
		if !ok || !d.Paged {
			return ""
		}
		*d.Field(&st.Narrow) = marks[i+1]
	}
	if st.Narrow == a.St.Narrow || st.Narrow.Industry == "" && a.St.Narrow.Industry != "" {
		return ""
	}
	return st.URL(screenPath)
}

// screenUp is the wall without the last step down: of an industry or a size first, then of the region's parent, as far as
// the reader sees it.
func screenUp(a view.Asked) string {
	st := a.Whole()
	n := &st.Narrow
	shown := *n // by what has no place on the wall, undone
	for _, d := range dimension.All {
		if !d.Paged {
			*d.Field(&shown) = ""
		}
	}
	switch {
	case shown != *n:
		*n = shown
	case n.Size != "":
		n.Size = ""
	case len(n.Industry) > 1:
		n.Industry = n.Industry[:1]
	case n.Industry != "":
		n.Industry = ""
	default:
		if n.Region = region.Parent(n.Region); !a.Scope.Allows(n.Region) || n.Region == a.WholeRegion() {
			n.Region = ""
		}
	}
	return st.URL(screenPath)
}

// CurrentJSON is which figures are current, for programs that wait for the next ones.
type CurrentJSON struct {
	Run        uint32        `json:"run"`
	ComputedAt time.Time     `json:"computed_at"`
	LoadedAt   time.Time     `json:"loaded_at"`
	DataTo     period.Period `json:"data_to"`
}

// currentAPI is GET /api/v1/current.
func (s pages) currentAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	stamp, err := s.Stamp(ctx, kit.ScopeOf(c))
	if err != nil {
		return err
	}
	return c.JSON(CurrentJSON{stamp.Run, stamp.ComputedAt, stamp.LoadedAt, stamp.DataTo})
}
