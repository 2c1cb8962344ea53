package view

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/tabular"
)

// TakeTable hands out a table of a page of figures as a file that says by itself what it shows: the page's title, the
// place it is about, the note on figures that are not shown, and the page's conditions in words.
func (s *Kit) TakeTable(c *fiber.Ctx, a Asked, title, place, note string, table dashboards.Table) error {
	p, w := a.Printer, a.View.Window
	id, _ := FormatOf(c)
	t := Taking{ID: id, Title: title + " " + table.Title, short: table.Title, Columns: table.Titles(p.T("web.unit.yuan"))}
	t.File = p.T("web.csv.file", "place", place, "table", table.Title, "from", w.From.Number(), "to", w.To.Number(), "run", a.Stamp.Run)
	t.Filters = a.Conditions()
	t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	for _, item := range dashboards.Stamp(p, a.Stamp) {
		t.Filters = append(t.Filters, tabular.Line(item))
	}
	if table.Sums != dashboards.CheckNone {
		t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.check"), Value: p.T("web.check." + string(table.Sums))})
	}
	if note != "" {
		t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.note"), Value: note})
	}
	t.Write = func(file tabular.Table) (int, error) { return len(table.Rows), WriteRows(file, table) }
	return s.TakeAway(c, t)
}

// Conditions are what a page shows, in words: the window, the comparison, whose share, and everything that narrows it,
// be it by the path or by a parameter.
func (a Asked) Conditions() []tabular.Line {
	p := a.Printer
	lines := []tabular.Line{
		{Name: p.T("web.csv.window"), Value: dashboards.Window(p, a.View.Window)},
		{Name: p.T("web.csv.comparison"), Value: ComparisonOf(a.Stamp, a.View).Title},
		{Name: p.T("web.csv.payer"), Value: p.T("web.payer_long." + a.St.PayerWord())},
	}
	if a.Versus != nil {
		lines = append(lines, tabular.Line{Name: p.T("web.filter.versus"), Value: a.Versus.Words(p)}, tabular.Line{Name: p.T("web.csv.versus_note"), Value: a.Versus.Note(p)})
	}
	narrow := a.View.Narrow
	for _, n := range dimension.All {
		if key := narrow.Value(n); key != "" {
			lines = append(lines, tabular.Line{Name: p.T("web.filter." + n.ID), Value: NarrowedTo(p, n.ID, key)})
		}
	}
	return lines
}

// WriteRows writes a table's rows and its total as a file wants them: amounts as amounts, counts as numbers.
func WriteRows(file tabular.Table, table dashboards.Table) error {
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

// PlainTaking is a table that shows no figures of a view.
func PlainTaking(p *i18n.Printer, id string, table dashboards.Table) Taking {
	return Taking{ID: id, Title: table.Title, Columns: table.Titles(p.T("web.unit.yuan")),
		Write: func(file tabular.Table) (int, error) { return len(table.Rows), WriteRows(file, table) }}
}
