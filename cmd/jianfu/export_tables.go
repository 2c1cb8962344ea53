package main

import (
	"cmp"
	"context"
	"io"
	"slices"

	"jianfu/dashboards"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// write starts a table, lets fill give its rows, and counts them. A workbook is for people: it has the sheet of definitions
// and a row of totals besides, which whole gives where the rows do not simply add up.
func (r *exportRequest) write(w io.Writer, columns []string, fill func(row func(values ...any) error) error, whole ...func() ([]any, error)) (uint64, error) {
	if r.bom && r.format == "csv" {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return 0, err
		}
	}
	table, err := r.table(w, columns)
	if err != nil {
		return 0, err
	}
	rows, sums := uint64(0), tabular.Sums{}
	row := func(values ...any) error {
		rows++
		for i, value := range values {
			if value == nil && r.format == "xlsx" {
				values[i] = dashboards.NotApplicable
			}
		}
		sums.Add(values)
		return table.Row(values...)
	}
	if err := fill(row); err != nil {
		return rows, err
	}
	if r.format == "xlsx" && rows > 0 {
		total := sums.Total(r.book.total, dashboards.NotApplicable)
		for _, of := range whole {
			if total, err = of(); err != nil {
				return rows, err
			}
		}
		if err := table.Total(total...); err != nil {
			return rows, err
		}
	}
	return rows, table.Close()
}

// table is the file, in the format that was asked for.
func (r *exportRequest) table(w io.Writer, columns []string) (tabular.Table, error) {
	if r.format == "xlsx" {
		return tabular.NewMarkedTable(w, r.format, r.book.Book, columns)
	}
	return tabular.NewTable(w, r.format, columns)
}

// exportBook is what a workbook holds beside its rows.
type exportBook struct {
	tabular.Book
	total      string // name of the row of totals
	comparison string // title of what is compared
}

// book is that of an export of a view of figures; of nil, which has none, it is of no view.
func (a *app) book(what string, f *queries.Figures, v queries.View, payer string) exportBook {
	b := exportBook{Book: tabular.Book{Name: a.T("etl.export.sheet." + what), Notes: a.T("web.definitions")}, total: a.T("web.total")}
	if f == nil {
		return b
	}
	if comparison, err := f.Pack.Comparison(v.Comparison); err == nil {
		b.comparison = comparison.Title
	}
	b.Definitions = []tabular.Line{
		{Name: a.T("web.csv.window"), Value: dashboards.Window(a.printer, v.Window)},
		{Name: a.T("web.csv.comparison"), Value: cmp.Or(b.comparison, v.Comparison)},
		{Name: a.T("web.csv.payer"), Value: a.T("web.payer_long." + payer)},
		{Name: a.T("web.stamp.run"), Value: a.T("web.stamp.run_value", "run", f.Run.ID, "at", dashboards.Moment(f.Run.FinishedAt))},
		{Name: a.T("web.stamp.pack"), Value: f.Run.PackTitle},
		{Name: a.T("web.csv.unit"), Value: a.T("web.csv.unit_value")},
	}
	for _, item := range dashboards.Definitions(a.printer) {
		b.Definitions = append(b.Definitions, tabular.Line(item))
	}
	return b
}

func (a *app) exportBurdens(ctx context.Context, f *queries.Figures, v queries.View, r *exportRequest, w io.Writer) (uint64, error) {
	columns := []string{"unit_id", "period", "insurance", "payer", "headcount", "wage", "old", "new", "charged", "due", "real", "shortfall"}
	comparison, err := f.Pack.Comparison(v.Comparison)
	if err != nil {
		return 0, err
	}
	for _, measure := range comparison.Added() {
		columns = append(columns, "effect_"+measure)
	}
	return r.write(w, columns, func(row func(...any) error) error {
		return f.Burdens(ctx, filter.Everything(), v, func(b *queries.BurdenLine) error {
			sums := queries.Burden{Old: b.Old, New: b.New, Charged: b.Charged}
			values := []any{b.UnitID, period.Period(b.Period).String(), b.Insurance, b.Payer, b.Headcount, b.Wage,
				b.Old, b.New, b.Charged, sums.Due(), sums.Real(), sums.Shortfall()}
			for _, effect := range b.Effects {
				values = append(values, money.Fen(effect))
			}
			return row(values...)
		})
	})
}

func (a *app) exportCases(ctx context.Context, f *queries.Figures, v queries.View, r *exportRequest, w io.Writer) (uint64, error) {
	columns := []string{"unit_id", "name", "region_code", "industry_code", "size", "state", "old", "new", "charged", "due",
		"real", "shortfall", "reasons"}
	return r.write(w, columns, func(row func(...any) error) error {
		return f.CaseLines(ctx, filter.Everything(), v, func(c *queries.CaseLine) error {
			sums := queries.Burden{Old: c.Old, New: c.New, Charged: c.Charged}
			return row(c.UnitID, c.Name, c.RegionCode, c.IndustryCode, c.Size, c.State, c.Old, c.New, c.Charged,
				sums.Due(), sums.Real(), sums.Shortfall(), c.Reasons())
		})
	})
}

func (a *app) exportReasons(ctx context.Context, f *queries.Figures, v queries.View, r *exportRequest, w io.Writer) (uint64, error) {
	columns := []string{"unit_id", "period", "insurance", "payer", "reason", "amount"}
	return r.write(w, columns, func(row func(...any) error) error {
		return f.ReasonLines(ctx, filter.Everything(), v, func(l *queries.ReasonLine) error {
			return row(l.UnitID, period.Period(l.Period).String(), l.Insurance, l.Payer, l.Reason, l.Amount)
		})
	})
}

func (a *app) exportUncovered(ctx context.Context, f *queries.Figures, v queries.View, r *exportRequest, w io.Writer) (uint64, error) {
	columns := []string{"unit_id", "period", "insurance", "region_code", "records", "wage", "employer_charged", "employee_charged"}
	return r.write(w, columns, func(row func(...any) error) error {
		return f.Uncovered(ctx, filter.Everything(), v, func(l *queries.UncoveredLine) error {
			return row(l.UnitID, period.Period(l.Period).String(), l.Insurance, l.RegionCode, l.Records, l.Wage,
				l.EmployerCharged, l.EmployeeCharged)
		})
	})
}

func (a *app) exportSummary(ctx context.Context, f *queries.Figures, v queries.View, r *exportRequest, w io.Writer) (uint64, error) {
	by := r.keys()
	columns := append(append([]string{}, by...), "units", "headcount", "old", "new", "charged", "due", "real", "shortfall",
		"units_reduced", "units_none", "units_increased", "delivered", "overcharged", "undercharged")
	figures := func(s *queries.SummaryRow) []any {
		sums := queries.Burden{Old: s.Old, New: s.New, Charged: s.Charged}
		return []any{s.Units, s.Headcount, s.Old, s.New, s.Charged, sums.Due(), sums.Real(), sums.Shortfall(),
			s.UnitsReduced, s.UnitsNone, s.UnitsIncreased, s.Delivered, s.Overcharged, s.Undercharged}
	}
	// whole is the row of totals. A unit may stand in several rows, so that units and what reached them do not add up.
	whole := func() ([]any, error) {
		rows, err := f.Summary(ctx, filter.Everything(), v, nil)
		if err != nil {
			return nil, err
		}
		names := []any{a.T("web.total")}
		for range by[1:] {
			names = append(names, dashboards.NotApplicable)
		}
		return append(names, figures(&rows[0])...), nil
	}
	if slices.Contains(by, "measure") {
		return r.write(w, columns, func(row func(...any) error) error { return a.exportMeasures(ctx, f, v, by, row) }, whole)
	}
	return r.write(w, columns, func(row func(...any) error) error {
		rows, err := f.Summary(ctx, filter.Everything(), v, by)
		if err != nil {
			return err
		}
		for i := range rows {
			var values []any
			for _, key := range rows[i].Keys {
				values = append(values, key)
			}
			if err := row(append(values, figures(&rows[i])...)...); err != nil {
				return err
			}
		}
		return nil
	}, whole)
}

// exportMeasures writes one row a measure, by itself or with the members of another dimension: the burden before it and with
// it. The effects on a member, in the order of the comparison, add up to its due reduction. What was charged and who got it
// belongs to no single measure and is not applicable.
func (a *app) exportMeasures(ctx context.Context, f *queries.Figures, v queries.View, by []string, row func(...any) error) error {
	comparison, err := f.Pack.Comparison(v.Comparison)
	if err != nil {
		return err
	}
	at := slices.Index(by, "measure")
	rows, err := f.Summary(ctx, filter.Everything(), v, slices.Delete(slices.Clone(by), at, at+1))
	if err != nil {
		return err
	}
	write := func(s *queries.SummaryRow, i int, measure string) error {
		var values []any
		for _, key := range slices.Insert(slices.Clone(s.Keys), at, measure) {
			values = append(values, key)
		}
		before, with := money.Fen(s.Steps[i]), money.Fen(s.Steps[i+1])
		return row(append(values, s.Units, s.Headcount, before, with, nil, before-with, nil, nil, nil, nil, nil, nil, nil, nil)...)
	}
	if at == 0 {
		for i, measure := range comparison.Added() {
			for k := range rows {
				if err := write(&rows[k], i, measure); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for k := range rows {
		for i, measure := range comparison.Added() {
			if err := write(&rows[k], i, measure); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *app) exportRejects(ctx context.Context, q *queries.Queries, r *exportRequest, w io.Writer) (uint64, error) {
	loads, err := q.Loads(ctx)
	if err != nil {
		return 0, err
	}
	files := map[uint32]string{}
	for _, l := range loads {
		files[l.ID] = l.File
	}
	columns := []string{"load", "file", "line", "column", "value", "code", "reason", "raw"}
	return r.write(w, columns, func(row func(...any) error) error {
		return q.Rejects(ctx, queries.LoadIDs(loads), queries.AllRejects, func(x *queries.Reject) error {
			return row(x.LoadID, files[x.LoadID], x.Line, x.Column, x.Value, x.Code, a.rejectReason(x), x.Raw)
		})
	})
}
