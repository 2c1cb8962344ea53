package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/fault"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// unitsDownload is /download/units/units.csv and .xlsx: all units that a list found.
func (s *Server) unitsDownload(c *fiber.Ctx) error {
	a, err := s.askUnits(c, paramCause)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return status(fiber.StatusBadRequest, a.wrong)
	}
	if a.concealed() {
		return status(fiber.StatusForbidden, fault.New("web_withheld", "least", a.least))
	}
	p := a.printer
	table := dashboards.NewUnitTable(slices.Concat(a.units.columnsOr(), []string{"unit_id"}), a.units.reason, a.least, p)
	list := dashboards.Table{ID: "units", Title: p.T("web.units"), Columns: table.Columns()}
	t := taking{id: "units", title: p.T("web.units"), addUp: true, columns: list.Titles(p.T("web.unit.yuan"))}
	t.file = p.T("web.csv.file", "place", a.place(), "table", t.title, "from", a.view.Window.From.Number(), "to", a.view.Window.To.Number(), "run", a.stamp.Run)
	t.filters = a.conditions()
	for _, chip := range a.chips() {
		t.filters = append(t.filters, tabular.Line{Name: chip.Name, Value: chip.Text})
	}
	t.filters = append(t.filters, tabular.Line{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")})
	for _, item := range dashboards.Stamp(p, a.stamp) {
		t.filters = append(t.filters, tabular.Line(item))
	}
	if agreement, ok := a.agreement(); ok {
		t.filters = append(t.filters, tabular.Line{Name: p.T("web.csv.check"), Value: agreement.Text})
	}
	t.write = func(file tabular.Table) (int, error) { return s.writeUnits(c, &a, table, file) }
	return s.takeAway(c, t)
}

// writeUnits writes all units of a list.
func (s *Server) writeUnits(c *fiber.Ctx, a *unitsAnswer, table dashboards.UnitTable, file tabular.Table) (rows int, err error) {
	ctx, cancel := asking(c)
	defer cancel()
	f, err := s.figuresAt(ctx, a.asked)
	if err != nil {
		return 0, err
	}
	search, err := queries.ReadUnitSearch(a.units.search)
	if err != nil {
		return 0, err
	}
	query := a.units.query(search)
	query.Skip, query.Most = 0, mostRowsTaken+1
	one := dashboards.Table{Columns: table.Columns()}
	err = f.EachUnit(ctx, a.scope, a.view, query, func(r *queries.UnitRow) error {
		rows++
		one.Rows = [][]dashboards.Cell{table.Row(*r, "")}
		return writeRows(file, one)
	})
	return rows, err
}
