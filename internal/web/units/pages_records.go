package units

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/audit"
	"jianfu/internal/burden"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// paramMonth is the month of records, 2019-05; without it they are of the window. Pages about policy say what applies in
// it, and compute it.
const paramMonth = "month"

// recordsAnswer is what the forms of a list of records are made from.
type recordsAnswer struct {
	unitAnswer
	query   queries.RecordQuery
	page    uint64
	perPage uint64
	records []queries.UnitRecord
	traces  []burden.Trace
	checks  []queries.RecordCheck // of all that were found, by month and insurance
}

// recordsPage is the contents of a list of records.
type recordsPage struct {
	view.FiguresFrame
	UnitAt       string
	Columns      []dashboards.Column
	Rows         [][]dashboards.Cell
	Range, Count string
	Pager        []kit.Link
	Sums         dashboards.Table
	Elsewhere    string
	Takes        []kit.Link // of the download, in each format
	TooMany      string
}

// askRecords reads the address of a list of records and asks the store; whole asks for all of them, for a file.
func (s pages) askRecords(c *fiber.Ctx, whole bool) (recordsAnswer, error) {
	unit, err := s.askUnit(c, "records")
	a := recordsAnswer{unitAnswer: unit}
	if err != nil {
		return a, err
	}
	asked, err := kit.StateOf(c)
	if err != nil {
		return a, err
	}
	a.St.Extra = url.Values{}
	a.St.Narrow.Insurance, a.query.Insurance, a.query.Window = asked.Narrow.Insurance, asked.Narrow.Insurance, a.View.Window
	if text := c.Query(paramMonth); text != "" {
		month, err := period.Parse(text)
		if err != nil {
			return a, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_month", "name", paramMonth, "value", kit.Shortened(text)))
		}
		a.query.Window = period.Range{From: month, To: month}
		a.St.Extra.Set(paramMonth, month.String())
	}
	if a.page, a.perPage, err = kit.ReadPage(c); err != nil {
		return a, err
	}
	if a.perPage != kit.UnitsPerPage {
		a.St.Extra.Set(kit.ParamPerPage, fmt.Sprint(a.perPage))
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	sums, err := a.figures.RecordSums(ctx, a.Scope, a.unit.ID, a.unit.Months, a.query)
	if err != nil {
		return a, err
	}
	a.checks = queries.CompareRecords(&a.unit, sums)
	if (a.page-1)*a.perPage >= dashboards.Rows(a.checks) {
		a.page = 1
	}
	if a.page > 1 {
		a.St.Extra.Set(kit.ParamPage, fmt.Sprint(a.page))
	}
	a.query.Skip, a.query.Most = (a.page-1)*a.perPage, a.perPage
	if whole {
		a.query.Skip, a.query.Most = 0, view.MostRowsTaken+1
	}
	if a.records, err = a.figures.Records(ctx, a.Scope, a.unit.ID, a.unit.Months, a.query); err != nil {
		return a, err
	}
	a.traces, err = a.figures.ExplainAll(a.View, a.unit.Months, a.records)
	return a, err
}

// recordsViewed records that somebody looked at records of persons.
func (s pages) recordsViewed(c *fiber.Ctx, a *recordsAnswer) error {
	return s.Viewed(c, audit.RecordViewed, a.unit.ID, "unit", a.unit.ID, "from", a.query.Window.From, "to", a.query.Window.To, "insurance", a.query.Insurance,
		"page", a.page, "records", len(a.records))
}

// unitRecords is GET /units/:id/records.
func (s pages) unitRecords(c *fiber.Ctx) error {
	a, err := s.askRecords(c, false)
	if err != nil {
		return s.NoFigures(c, "units", a.Asked, err)
	}
	if err := s.recordsViewed(c, &a); err != nil {
		return err
	}
	p := a.Printer
	back, crumbs := a.UnitAddress(a.unit.ID), a.crumbs(kit.Link{Text: p.T("web.records.crumb"), Current: true})
	a.ofMonth()
	page := recordsPage{FiguresFrame: s.unitFrame(c, &a.unitAnswer, p.T("web.records", "name", a.name())), UnitAt: back}
	page.Crumbs = crumbs
	page.Filter.Beside = []view.Choice{{Name: kit.ParamInsurance, Title: p.T("web.column.insurance"), Any: p.T("web.filter.any"), Options: view.OptionsOf(p, kit.ParamInsurance, a.query.Insurance, nil)}}
	rows := dashboards.NewRecords(a.View.Payers, p)
	page.Columns = rows.Columns()
	for i := range a.records {
		r := &a.records[i]
		page.Rows = append(page.Rows, rows.Row(r, &a.traces[i], a.UnitAddress(a.unit.ID, fmt.Sprintf("records/%d/%d", r.Load, r.Line))))
	}
	all, first := dashboards.Rows(a.checks), a.query.Skip+1
	page.Range = p.T("web.records.range", "first", dashboards.Count(first), "last", dashboards.Count(first+uint64(len(a.records))-1), "count", dashboards.Count(all))
	st := a.St
	st.Extra = kit.WithValue(a.St.Extra, kit.ParamPage, "")
	page.Pager = kit.Pager(p, st, a.Path, a.page, a.perPage, all)
	page.Sums = dashboards.RecordSumsTable(a.checks, a.lead(true), p)
	if a.unit.Elsewhere > 0 {
		page.Elsewhere = p.T("web.unit.elsewhere", "count", a.unit.Elsewhere)
	}
	switch {
	case page.MayTake && all > view.MostRowsTaken:
		page.TooMany = p.T("web.records.too_many", "most", dashboards.Count(view.MostRowsTaken))
	case page.MayTake:
		page.Takes = kit.Takes(p.T("web.records.download"), st, "/download/unit/"+a.unit.ID+"/records/records")
	}
	return s.Pages.Send(c, a.St.Lang, "records", page)
}

// ofMonth lets the page be about the months of its records: a month that was come by, as ?month=2019-06, is the window that the
// page shows, chooses from and keeps, so that there is one choice of months and not two that disagree.
func (a *recordsAnswer) ofMonth() {
	if a.St.Extra.Get(paramMonth) == "" {
		return
	}
	a.View.Window = a.query.Window
	a.St.From, a.St.To = a.query.Window.From, a.query.Window.To
	a.St.Extra = kit.WithValue(a.St.Extra, paramMonth, "")
}

// recordsDownload is /download/unit/:id/records/records.csv and .xlsx.
func (s pages) recordsDownload(c *fiber.Ctx) error {
	a, err := s.askRecords(c, true)
	if err != nil {
		return err
	}
	if err := s.recordsViewed(c, &a); err != nil {
		return err
	}
	p := a.Printer
	rows := dashboards.NewRecords(a.View.Payers, p)
	table := dashboards.Table{ID: "records", Title: p.T("web.records.crumb"), Columns: rows.Columns()}
	for i := range a.records {
		table.Rows = append(table.Rows, rows.Row(&a.records[i], &a.traces[i], ""))
	}
	if len(table.Rows) > 0 {
		table.Total = rows.Total(a.records, a.traces)
	}
	sums := dashboards.RecordSumsTable(a.checks, nil, p)
	t := view.Taking{ID: "records", Title: p.T("web.records", "name", a.name()) + " " + a.unit.ID, Columns: table.Titles(p.T("web.unit.yuan"))}
	t.File = p.T("web.csv.file", "place", a.name(), "table", table.Title, "from", a.query.Window.From.Number(), "to", a.query.Window.To.Number(), "run", a.Stamp.Run)
	t.Filters = a.Conditions()
	t.Filters[0].Value = dashboards.Window(p, a.query.Window)
	if a.query.Insurance != "" {
		t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.column.insurance"), Value: view.NarrowedTo(p, kit.ParamInsurance, a.query.Insurance)})
	}
	t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	for _, item := range dashboards.Stamp(p, a.Stamp) {
		t.Filters = append(t.Filters, tabular.Line(item))
	}
	t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.check"), Value: p.T("web.records.check." + string(sums.Sums))})
	t.Write = func(file tabular.Table) (int, error) { return len(table.Rows), view.WriteRows(file, table) }
	return s.TakeAway(c, t)
}

// tracePage is the contents of the explanation of a record.
type tracePage struct {
	view.FiguresFrame
	*dashboards.Explanation
	RecordsAt string
	History   *dashboards.Table // nil where there is one version
	Case      *caseView         // of the unit, where it is one from which an issue can be registered
}

// traceAnswer is what the forms of an explanation are made from.
type traceAnswer struct {
	unitAnswer
	explained queries.Explained
}

// askTrace reads the address of an explanation and asks the store. A record of another unit, of a month that lies outside
// of the scope, or none at all are answered alike.
func (s pages) askTrace(c *fiber.Ctx) (traceAnswer, error) {
	load, line := recordNumber(c.Params("load")), recordNumber(c.Params("line"))
	unit, err := s.askUnit(c, "records", fmt.Sprint(load), fmt.Sprint(line))
	a := traceAnswer{unitAnswer: unit}
	if err != nil {
		return a, err
	}
	if load == 0 || line == 0 {
		return a, kit.Status(fiber.StatusNotFound, problem.New("record_not_found"))
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	found := false
	if a.explained, found, err = a.figures.Explain(ctx, a.Scope, a.View, a.unit.ID, load, line); err != nil {
		return a, err
	}
	if !found {
		return a, kit.Status(fiber.StatusNotFound, problem.New("record_not_found"))
	}
	return a, s.Viewed(c, audit.RecordViewed, a.explained.Record.ID, "unit", a.unit.ID, "load", load, "line", line)
}

// recordShow is GET /units/:id/records/:load/:line.
func (s pages) recordShow(c *fiber.Ctx) error {
	a, err := s.askTrace(c)
	if err != nil {
		return s.NoFigures(c, "units", a.Asked, err)
	}
	p := a.Printer
	contents := dashboards.NewExplanation(&a.explained, a.figures.Pack, p)
	records := a.lead(true)("month", a.explained.Record.Period.String(), "insurance", a.explained.Record.Insurance.String())
	page := tracePage{FiguresFrame: s.unitFrame(c, &a.unitAnswer, contents.Title), Explanation: contents, RecordsAt: records, History: dashboards.RecordHistory(a.explained.History, p)}
	page.Window = a.name()
	page.Crumbs = a.crumbs(kit.Link{Text: p.T("web.records.crumb"), Address: records}, kit.Link{Text: a.explained.Record.ID, Current: true})
	cases, err := s.casesOfUnit(c, &a.unitAnswer, page.Proof)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(cases, func(v caseView) bool { return v.Writes && v.Section.Money }); i >= 0 {
		page.Case = &cases[i]
	}
	return s.Pages.Send(c, a.St.Lang, "trace", page)
}
