package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// casesDownload is /download/cases/cases.csv and .xlsx: all cases that a list found.
func (s *Server) casesDownload(c *fiber.Ctx) error {
	a, err := s.askCases(c)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return status(fiber.StatusBadRequest, a.wrong)
	}
	p := a.printer
	table := dashboards.NewCaseTable(slices.Concat(a.cases.columnsOr(), []string{"unit_id"}), nil, p) // a file names its units by their codes
	columns := dashboards.Table{Columns: table.Columns()}
	t := taking{id: "cases", title: p.T("web.cases"), addUp: true, columns: columns.Titles(p.T("web.unit.yuan"))}
	t.file = p.T("web.csv.file", "place", a.place(), "table", t.title, "from", a.view.Window.From.Number(), "to", a.view.Window.To.Number(), "run", a.stamp.Run)
	t.filters = a.conditions()
	for _, chip := range a.chips() {
		t.filters = append(t.filters, tabular.Line{Name: chip.Name, Value: chip.Text})
	}
	t.filters = append(t.filters, tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	for _, item := range dashboards.Stamp(p, a.stamp) {
		t.filters = append(t.filters, tabular.Line(item))
	}
	t.write = func(file tabular.Table) (rows int, err error) {
		ctx, cancel := asking(c)
		defer cancel()
		for page := (queries.CasePage{Most: casesAtOnce}); ; page.Skip += page.Most {
			list, err := a.figures.Cases(ctx, a.scope, a.filter, a.cases.order(), page)
			if err != nil {
				return rows, err
			}
			one := dashboards.Table{Columns: columns.Columns}
			for i := range list {
				one.Rows = append(one.Rows, table.Plain(&list[i]))
			}
			if err := writeRows(file, one); err != nil {
				return rows, err
			}
			if rows += len(list); uint64(len(list)) < page.Most {
				return rows, nil
			}
		}
	}
	return s.takeAway(c, t)
}

// casesAtOnce is how many cases are read at once for a file.
const casesAtOnce = 20_000
