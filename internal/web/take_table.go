package web

import (
	"jianfu/dashboards"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/tabular"
	"strconv"

	"github.com/gofiber/fiber/v2"
)

// takeTable hands out a table of a page of figures as a file that says by itself what it shows: the page's title, the
// place it is about, the note on figures that are not shown, and the page's conditions in words.
func (s *Server) takeTable(c *fiber.Ctx, a asked, title, place, note string, table dashboards.Table) error {
	p, w := a.printer, a.view.Window
	id, _ := formatOf(c)
	t := taking{id: id, title: title + " " + table.Title, short: table.Title, columns: table.Titles(p.T("web.unit.yuan"))}
	t.file = p.T("web.csv.file", "place", place, "table", table.Title, "from", w.From.Number(), "to", w.To.Number(), "run", a.stamp.Run)
	t.filters = a.conditions()
	t.filters = append(t.filters, tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	for _, item := range dashboards.Stamp(p, a.stamp) {
		t.filters = append(t.filters, tabular.Line(item))
	}
	if table.Sums != dashboards.CheckNone {
		t.filters = append(t.filters, tabular.Line{Name: p.T("web.csv.check"), Value: p.T("web.check." + string(table.Sums))})
	}
	if note != "" {
		t.filters = append(t.filters, tabular.Line{Name: p.T("web.csv.note"), Value: note})
	}
	t.write = func(file tabular.Table) (int, error) { return len(table.Rows), writeRows(file, table) }
	return s.takeAway(c, t)
}

// conditions are what a page shows, in words: the window, the comparison, whose share, and everything that narrows it,
// be it by the path or by a parameter.
func (a asked) conditions() []tabular.Line {
	p := a.printer
	lines := []tabular.Line{
		{Name: p.T("web.csv.window"), Value: dashboards.Window(p, a.view.Window)},
		{Name: p.T("web.csv.comparison"), Value: comparisonOf(a.stamp, a.view).Title},
		{Name: p.T("web.csv.payer"), Value: p.T("web.payer_long." + a.st.payerWord())},
	}
	if a.versus != nil {
		lines = append(lines, tabular.Line{Name: p.T("web.filter.versus"), Value: a.versus.Words(p)}, tabular.Line{Name: p.T("web.csv.versus_note"), Value: a.versus.Note(p)})
	}
	narrow := a.view.Narrow
	for _, n := range narrowings {
		if key := *n.field(&narrow); key != "" {
			lines = append(lines, tabular.Line{Name: p.T("web.filter." + n.name), Value: narrowedTo(p, n.name, key)})
		}
	}
	return lines
}

// writeRows writes a table's rows and its total as a file wants them: amounts as amounts, counts as numbers.
func writeRows(file tabular.Table, table dashboards.Table) error {
	rows := table.Rows
	if len(table.Total) > 0 {
		rows = append(rows[:len(rows):len(rows)], table.Total)
	}
	for at, row := range rows {
		values := make([]any, len(row))
		for i, cell := range row {
			values[i] = cell.InFile()
			switch table.Columns[i].Kind {
			case dashboards.KindMoney:
				if amount, err := money.Parse(cell.Raw); err == nil {
					values[i] = amount
				}
			case dashboards.KindPercent:
				values[i] = tabular.Percent(cell.InFile())
			case dashboards.KindPoints:
				values[i] = tabular.Number(cell.InFile())
			case dashboards.KindCount:
				if n, err := strconv.ParseInt(cell.Raw, 10, 64); err == nil {
					values[i] = n
				}
			}
		}
		write := file.Row
		if at == len(table.Rows) {
			write = file.Total
		}
		if err := write(values...); err != nil {
			return err
		}
	}
	return nil
}

// plainTaking is a table that shows no figures of a view.
func plainTaking(p *i18n.Printer, id string, table dashboards.Table) taking {
	return taking{id: id, title: table.Title, columns: table.Titles(p.T("web.unit.yuan")),
		write: func(file tabular.Table) (int, error) { return len(table.Rows), writeRows(file, table) }}
}
