package units

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// unitsDownload is /download/units/units.csv and .xlsx: all units that a list found.
func (s pages) unitsDownload(c *fiber.Ctx) error {
	a, err := s.askUnits(c, kit.ParamCause)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return kit.Status(fiber.StatusBadRequest, a.wrong)
	}
	if a.concealed() {
		return kit.Status(fiber.StatusForbidden, problem.New("web_withheld", "least", a.least))
	}
	p := a.Printer
	table := dashboards.NewUnitTable(slices.Concat(a.units.columnsOr(), []string{"unit_id"}), a.units.reason, a.least, p)
	list := dashboards.Table{ID: "units", Title: p.T("web.units"), Columns: table.Columns()}
	t := view.Taking{ID: "units", Title: p.T("web.units"), AddUp: true, Columns: list.Titles(p.T("web.unit.yuan"))}
	t.File = p.T("web.csv.file", "place", a.Place(), "table", t.Title, "from", a.View.Window.From.Number(), "to", a.View.Window.To.Number(), "run", a.Stamp.Run)
	t.Filters = a.Conditions()
	for _, chip := range a.chips() {
		t.Filters = append(t.Filters, tabular.Line{Name: chip.Name, Value: chip.Text})
	}
	t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	for _, item := range dashboards.Stamp(p, a.Stamp) {
		t.Filters = append(t.Filters, tabular.Line(item))
	}
	if agreement, ok := a.agreement(); ok {
		t.Filters = append(t.Filters, tabular.Line{Name: p.T("web.csv.check"), Value: agreement.Text})
	}
	t.Write = func(file tabular.Table) (int, error) { return s.writeUnits(c, &a, table, file) }
	return s.TakeAway(c, t)
}

// writeUnits writes all units of a list.
func (s pages) writeUnits(c *fiber.Ctx, a *unitsAnswer, table dashboards.UnitTable, file tabular.Table) (rows int, err error) {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	f, err := s.FiguresAt(ctx, a.Asked)
	if err != nil {
		return 0, err
	}
	search, err := queries.ReadUnitSearch(a.units.search)
	if err != nil {
		return 0, err
	}
	query := a.units.query(search)
	query.Skip, query.Most = 0, view.MostRowsTaken+1
	one := dashboards.Table{Columns: table.Columns()}
	err = f.EachUnit(ctx, a.Scope, a.View, query, func(r *queries.UnitRow) error {
		rows++
		one.Rows = [][]dashboards.Cell{table.Row(*r, "")}
		return view.WriteRows(file, one)
	})
	return rows, err
}
