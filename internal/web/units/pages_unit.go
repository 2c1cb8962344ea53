package units

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// unitAnswer is what the forms of a unit's pages are made from.
type unitAnswer struct {
	view.Asked
	figures *queries.Figures
	unit    queries.Unit
}

// askUnit reads the address of a page about a unit and asks the store. A unit is looked at whole, so that nothing
// narrows the view.
func (s pages) askUnit(c *fiber.Ctx, below ...string) (unitAnswer, error) {
	id, ok := queries.UnitID(c.Params("id"))
	base, err := s.Ask(c, strings.Join(append([]string{"/units/" + id}, below...), "/"), queries.Narrow{})
	a := unitAnswer{Asked: base}
	if err != nil {
		return a, err
	}
	a.St.Narrow, a.View.Narrow = queries.Narrow{}, queries.Narrow{}
	if !ok {
		return a, view.NoUnit()
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if a.figures, err = s.FiguresAt(ctx, a.Asked); err != nil {
		return a, err
	}
	unit, err := cache.Kept(ctx, s.Kept, a.Question("unit", id), func(ctx context.Context) (*queries.Unit, uint32, error) {
		unit, found, err := a.figures.Unit(ctx, a.Scope, a.View, id)
		if !found {
			return nil, a.figures.Run.ID, err
		}
		return &unit, a.figures.Run.ID, err
	})
	if err != nil {
		return a, err
	}
	if unit == nil {
		return a, view.NoUnit()
	}
	a.unit = *unit
	if least := s.LeastOf(c); a.unit.Fewest() < least {
		return a, kit.Status(fiber.StatusForbidden, problem.New("web_withheld", "least", least))
	}
	if len(below) == 0 {
		a.compare()
	}
	return a, nil
}

// compare looks for the window that the reader compares with among the unit's own months.
func (a *unitAnswer) compare() {
	if a.Versus = a.Other(view.Nothing); a.Versus == nil {
		return
	}
	then := a.unit
	then.View.Window = a.Versus.Window
	then.Stored = then.Total()
	a.Versus.Figures = dashboards.UnitSums(&then)
}

// unitPage is the contents of a unit's page.
type unitPage struct {
	view.FiguresFrame
	*dashboards.UnitPage
	RecordsAt, AnswerAt string // "" for who may not see records
	Cases               []caseView
}

// crumbs lead from the whole scope to the place and industry of the unit, and to the unit.
func (a *unitAnswer) crumbs(more ...kit.Link) []kit.Link {
	place := a.Asked
	if held, ok := a.unit.Held(); ok {
		place.View.Narrow.Region = held.RegionCode
		if held.IndustryCode != "" {
			place.View.Narrow.Industry = held.IndustryCode[:1]
		}
	}
	crumbs := place.Below(a.name())
	for i := range crumbs[:len(crumbs)-1] {
		crumbs[i].Current = false
	}
	for _, l := range more {
		crumbs[len(crumbs)-1].Current = false
		if crumbs[len(crumbs)-1].Address == "" {
			crumbs[len(crumbs)-1].Address = a.UnitAddress(a.unit.ID)
		}
		crumbs = append(crumbs, l)
	}
	return crumbs
}

// name is what the unit is called, its code where it is not known.
func (a *unitAnswer) name() string {
	if name := a.unit.Registered().Name; name != "" {
		return name
	}
	return a.unit.ID
}

// contents are those of the unit's page.
func (a *unitAnswer) contents(records bool) *dashboards.UnitPage {
	return dashboards.NewUnitPage(&a.unit, a.Versus, a.lead(records), a.Printer)
}

// lead is the linker of a unit's pages: months and insurances lead to its records, its peers to their list.
func (a *unitAnswer) lead(records bool) dashboards.Linker {
	return func(marks ...string) string {
		st := a.St
		st.Extra, st.Narrow = url.Values{}, queries.Narrow{}
		for i := 0; i+1 < len(marks); i += 2 {
			switch marks[i] {
			case "month":
				st.Extra.Set(paramMonth, marks[i+1])
			case "insurance":
				st.Narrow.Insurance = marks[i+1]
			case "peers":
				peers := a.unit.Peers
				st.Narrow = queries.Narrow{Region: peers.RegionCode, Industry: peers.Section, Size: peers.Size}
				return st.URL("/units")
			default:
				return ""
			}
		}
		if !records {
			return ""
		}
		return st.URL("/units/" + a.unit.ID + "/records")
	}
}

// unitShow is GET /units/:id.
func (s pages) unitShow(c *fiber.Ctx) error {
	a, err := s.askUnit(c)
	if err != nil {
		return s.NoFigures(c, "units", a.Asked, err)
	}
	if err := s.Viewed(c, audit.UnitViewed, a.unit.ID); err != nil {
		return err
	}
	records := kit.AskerOf(c).Principal.Can(access.FiguresRecord)
	page := unitPage{FiguresFrame: s.unitFrame(c, &a, a.name()), UnitPage: a.contents(records), AnswerAt: a.UnitAddress(a.unit.ID, "answer")}
	page.Crumbs = a.crumbs()
	if page.Cases, err = s.casesOfUnit(c, &a, page.Proof); err != nil {
		return err
	}
	if records {
		page.RecordsAt = a.UnitAddress(a.unit.ID, "records")
	}
	return s.Pages.Send(c, a.St.Lang, "unit", page)
}

// unitFrame is the frame of a page about a unit: there is nothing to narrow it by, and its tables are below its own
// address.
func (s pages) unitFrame(c *fiber.Ctx, a *unitAnswer, title string) view.FiguresFrame {
	frame := s.FiguresFrame(c, "units", a.Asked, title)
	frame.PageName = "unit/" + a.unit.ID
	frame.Filter.Choices = nil
	return frame
}

// unitDownload is /download/unit/:id/<table>.csv and .xlsx.
func (s pages) unitDownload(c *fiber.Ctx) error {
	a, err := s.askUnit(c)
	if err != nil {
		return err
	}
	id, _ := view.FormatOf(c)
	contents := a.contents(false)
	for _, table := range contents.Tables() {
		if table.ID == id {
			return s.TakeTable(c, a.Asked, a.name()+" "+a.unit.ID, a.name(), contents.Elsewhere, table)
		}
	}
	return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", "/download/unit/…/"+kit.Shortened(c.Params("table"))))
}

// answerPage is the contents of the letter to a unit.
type answerPage struct {
	kit.Frame
	*dashboards.Answer
	Back string
}

// unitAnswered is GET /units/:id/answer.
func (s pages) unitAnswered(c *fiber.Ctx) error {
	a, err := s.askUnit(c, "answer")
	if err != nil {
		return s.NoFigures(c, "units", a.Asked, err)
	}
	if err := s.Viewed(c, audit.UnitViewed, a.unit.ID, "page", "answer"); err != nil {
		return err
	}
	page := answerPage{Frame: s.Frame(c, "units", a.Path, a.St, a.Printer, a.Printer.T("web.answer")), Answer: a.answer(s), Back: a.UnitAddress(a.unit.ID)}
	page.Watermark = nil // the letter leaves the house: nobody's name lies across it
	return s.Pages.Send(c, a.St.Lang, "answer", page)
}

func (a *unitAnswer) answer(s pages) *dashboards.Answer {
	return dashboards.NewAnswer(&a.unit, a.figures.Pack, a.St.PayerWord(), dashboards.Bureau(s.Config.Bureau), s.Config.Now(), a.Printer)
}

// recordNumber reads a load's or a line's number out of a path; what is none is 0, which no record has.
func recordNumber(text string) uint32 {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}
