package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/fault"
	"jianfu/internal/money"
	"jianfu/internal/report"
)

// overviewDownload is /download/overview/<table>.csv and .xlsx: a table of the overview as a file that says by itself
// what it shows.
func (s *Server) overviewDownload(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return err
	}
	p, o := a.printer, a.overview
	contents := dashboards.NewConcealed(o, a.hidden, p)
	id, _ := formatOf(c)
	table, found := contents.Table(id)
	if !found {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	if contents.Withheld {
		return status(fiber.StatusForbidden, fault.New("web_withheld", "least", a.hidden.Least))
	}
	t := taking{id: id, title: contents.Title + " " + table.Title, columns: table.Titles(p.T("web.unit.yuan"))}
	t.file = p.T("web.csv.file", "place", contents.Place, "table", table.Title, "from", o.View.Window.From.Number(),
		"to", o.View.Window.To.Number(), "run", o.Stamp.Run)
	t.filters = []report.Line{
		{Name: p.T("web.csv.window"), Value: contents.Window},
		{Name: p.T("web.csv.comparison"), Value: comparisonOf(o).Title},
		{Name: p.T("web.csv.payer"), Value: p.T("web.payer_long." + a.st.payerWord())},
		{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")},
	}
	for _, item := range contents.Stamp {
		t.filters = append(t.filters, report.Line(item))
	}
	if table.Sums != dashboards.CheckNone {
		t.filters = append(t.filters, report.Line{Name: p.T("web.csv.check"), Value: p.T("web.check." + string(table.Sums))})
	}
	if contents.Note != "" {
		t.filters = append(t.filters, report.Line{Name: p.T("web.csv.note"), Value: contents.Note})
	}
	t.write = func(file report.Table) (int, error) { return len(table.Rows), writeRows(file, table) }
	return s.takeAway(c, t)
}

// figure is a number that is written as it stands, its sign too; text is guarded against being taken for a formula.
type figure string

// writeRows writes a table's rows and its total as a file wants them: amounts as amounts, counts as numbers.
func writeRows(file report.Table, table dashboards.Table) error {
	rows := table.Rows
	if len(table.Total) > 0 {
		rows = append(rows[:len(rows):len(rows)], table.Total)
	}
	for _, row := range rows {
		values := make([]any, len(row))
		for i, cell := range row {
			values[i] = cell.Raw
			switch table.Columns[i].Kind {
			case dashboards.KindMoney:
				if amount, err := money.Parse(cell.Raw); err == nil {
					values[i] = amount
				}
			case dashboards.KindPercent:
				values[i] = figure(cell.Raw)
			case dashboards.KindCount:
				if n, err := strconv.ParseInt(cell.Raw, 10, 64); err == nil {
					values[i] = n
				}
			}
		}
		if err := file.Row(values...); err != nil {
			return err
		}
	}
	return nil
}
