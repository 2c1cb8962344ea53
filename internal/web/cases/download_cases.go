package cases

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// casesDownload is /download/cases/cases.csv and .xlsx: all cases that a list found.
func (s pages) casesDownload(c *fiber.Ctx) error {
	a, err := s.askCases(c)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return kit.Status(fiber.StatusBadRequest, a.wrong)
	}
	p := a.Printer
	table := dashboards.NewCaseTable(slices.Concat(a.cases.columnsOr(), []string{"unit_id"}), nil, p) // a file names its units by their codes
	columns := dashboards.Table{Columns: table.Columns()}
	t := view.Taking{ID: "cases", Title: p.T("web.cases"), AddUp: true, Columns: columns.Titles(p.T("web.unit.yuan"))}
	t.File = p.T("web.csv.file", "place", a.Place(), "table", t.Title, "from", a.View.Window.From.Number(), "to", a.View.Window.To.Number(), "run", a.Stamp.Run)
	t.Filters = a.Conditions()
	for _, chip := range a.chips() {
		t.Filters = append(t.Filters, tabular.Line{Name: chip.Name, Value: chip.Text})
	}
	t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	for _, item := range dashboards.Stamp(p, a.Stamp) {
		t.Filters = append(t.Filters, tabular.Line(item))
	}
	t.Write = func(file tabular.Table) (rows int, err error) {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		for page := (queries.CasePage{Most: casesAtOnce}); ; page.Skip += page.Most {
			list, err := a.figures.Cases(ctx, a.Scope, a.filter, a.cases.order(), page)
			if err != nil {
				return rows, err
			}
			one := dashboards.Table{Columns: columns.Columns}
			for i := range list {
				one.Rows = append(one.Rows, table.Plain(&list[i]))
			}
			if err := view.WriteRows(file, one); err != nil {
				return rows, err
			}
			if rows += len(list); uint64(len(list)) < page.Most {
				return rows, nil
			}
		}
	}
	return s.TakeAway(c, t)
}

// casesAtOnce is how many cases are read at once for a file.
const casesAtOnce = 20_000
