package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/fault"
	"jianfu/queries"
)

// unitAnswer is what the forms of a unit's pages are made from.
type unitAnswer struct {
	asked
	figures *queries.Figures
	unit    queries.Unit
}

// askUnit reads the address of a page about a unit and asks the store. A unit is looked at whole, so that nothing
// narrows the view.
func (s *Server) askUnit(c *fiber.Ctx, below ...string) (unitAnswer, error) {
	id, ok := queries.UnitID(c.Params("id"))
	base, err := s.ask(c, strings.Join(append([]string{"/units/" + id}, below...), "/"), queries.Narrow{})
	a := unitAnswer{asked: base}
	if err != nil {
		return a, err
	}
	a.st.narrow, a.view.Narrow = queries.Narrow{}, queries.Narrow{}
	if !ok {
		return a, noUnit()
	}
	ctx, cancel := asking(c)
	defer cancel()
	if a.figures, err = s.figuresAt(ctx, a.asked); err != nil {
		return a, err
	}
	unit, err := kept(ctx, s.kept, a.question("unit", id), func(ctx context.Context) (*queries.Unit, uint32, error) {
		unit, found, err := a.figures.Unit(ctx, a.scope, a.view, id)
		if !found {
			return nil, a.figures.Run.ID, err
		}
		return &unit, a.figures.Run.ID, err
	})
	if err != nil {
		return a, err
	}
	if unit == nil {
		return a, noUnit()
	}
	a.unit = *unit
	if least := s.leastOf(c); a.unit.Fewest() < least {
		return a, status(fiber.StatusForbidden, fault.New("web_withheld", "least", least))
	}
	if len(below) == 0 {
		a.compare()
	}
	return a, nil
}

// compare looks for the window that the reader compares with among the unit's own months.
func (a *unitAnswer) compare() {
	if a.versus = a.other(nothing); a.versus == nil {
		return
	}
	then := a.unit
	then.View.Window = a.versus.Window
	then.Stored = then.Total()
	a.versus.Figures = dashboards.UnitSums(&then)
}

// unitPage is the contents of a unit's page.
type unitPage struct {
	figuresFrame
	*dashboards.UnitPage
	RecordsAt, AnswerAt string // "" for who may not see records
	Cases               []caseView
}

// crumbs lead from the whole scope to the place and industry of the unit, and to the unit.
func (a *unitAnswer) crumbs(more ...link) []link {
	place := a.asked
	if held, ok := a.unit.Held(); ok {
		place.view.Narrow.Region = held.RegionCode
		if held.IndustryCode != "" {
			place.view.Narrow.Industry = held.IndustryCode[:1]
		}
	}
	crumbs := place.below(a.name())
	for i := range crumbs[:len(crumbs)-1] {
		crumbs[i].Current = false
	}
	for _, l := range more {
		crumbs[len(crumbs)-1].Current = false
		if crumbs[len(crumbs)-1].Address == "" {
			crumbs[len(crumbs)-1].Address = a.unitAddress(a.unit.ID)
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
	return dashboards.NewUnitPage(&a.unit, a.versus, a.lead(records), a.printer)
}

// lead is the linker of a unit's pages: months and insurances lead to its records, its peers to their list.
func (a *unitAnswer) lead(records bool) dashboards.Linker {
	return func(marks ...string) string {
		st := a.st
		st.extra, st.narrow = url.Values{}, queries.Narrow{}
		for i := 0; i+1 < len(marks); i += 2 {
			switch marks[i] {
			case "month":
				st.extra.Set(paramMonth, marks[i+1])
			case "insurance":
				st.narrow.Insurance = marks[i+1]
			case "peers":
				peers := a.unit.Peers
				st.narrow = queries.Narrow{Region: peers.RegionCode, Industry: peers.Section, Size: peers.Size}
				return st.url("/units")
			default:
				return ""
			}
		}
		if !records {
			return ""
		}
		return st.url("/units/" + a.unit.ID + "/records")
	}
}

// unitShow is GET /units/:id.
func (s *Server) unitShow(c *fiber.Ctx) error {
	a, err := s.askUnit(c)
	if err != nil {
		return s.noFigures(c, "units", a.asked, err)
	}
	if err := s.viewed(c, audit.UnitViewed, a.unit.ID); err != nil {
		return err
	}
	records := askerOf(c).Principal.Can(access.FiguresRecord)
	page := unitPage{figuresFrame: s.unitFrame(c, &a, a.name()), UnitPage: a.contents(records), AnswerAt: a.unitAddress(a.unit.ID, "answer")}
	page.Crumbs = a.crumbs()
	if page.Cases, err = s.casesOfUnit(c, &a, page.Proof); err != nil {
		return err
	}
	if records {
		page.RecordsAt = a.unitAddress(a.unit.ID, "records")
	}
	return s.pages.send(c, a.st.lang, "unit", page)
}

// unitFrame is the frame of a page about a unit: there is nothing to narrow it by, and its tables are below its own
// address.
func (s *Server) unitFrame(c *fiber.Ctx, a *unitAnswer, title string) figuresFrame {
	frame := s.figuresFrame(c, "units", a.asked, title)
	frame.name = "unit/" + a.unit.ID
	frame.Filter.Choices = nil
	return frame
}

// unitDownload is /download/unit/:id/<table>.csv and .xlsx.
func (s *Server) unitDownload(c *fiber.Ctx) error {
	a, err := s.askUnit(c)
	if err != nil {
		return err
	}
	id, _ := formatOf(c)
	contents := a.contents(false)
	for _, table := range contents.Tables() {
		if table.ID == id {
			return s.takeTable(c, a.asked, a.name()+" "+a.unit.ID, a.name(), contents.Elsewhere, table)
		}
	}
	return status(fiber.StatusNotFound, fault.New("web_not_found", "path", "/download/unit/…/"+shortened(c.Params("table"))))
}

// answerPage is the contents of the letter to a unit.
type answerPage struct {
	frame
	*dashboards.Answer
	Back string
}

// unitAnswered is GET /units/:id/answer.
func (s *Server) unitAnswered(c *fiber.Ctx) error {
	a, err := s.askUnit(c, "answer")
	if err != nil {
		return s.noFigures(c, "units", a.asked, err)
	}
	if err := s.viewed(c, audit.UnitViewed, a.unit.ID, "page", "answer"); err != nil {
		return err
	}
	page := answerPage{frame: s.frame(c, "units", a.path, a.st, a.printer, a.printer.T("web.answer")), Answer: a.answer(s), Back: a.unitAddress(a.unit.ID)}
	page.Watermark = nil // the letter leaves the house: nobody's name lies across it
	return s.pages.send(c, a.st.lang, "answer", page)
}

func (a *unitAnswer) answer(s *Server) *dashboards.Answer {
	return dashboards.NewAnswer(&a.unit, a.figures.Pack, a.st.payerWord(), dashboards.Bureau(s.config.Bureau), s.config.Now(), a.printer)
}

// recordNumber reads a load's or a line's number out of a path; what is none is 0, which no record has.
func recordNumber(text string) uint32 {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}
