package main

import (
	"context"
	"io"
	"strings"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/report"
	"jianfu/queries"
)

// write starts a table, lets fill give its rows, and counts them.
func (r *exportRequest) write(w io.Writer, columns []string, fill func(row func(values ...any) error) error) (uint64, error) {
	if r.bom && r.format == "csv" {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return 0, err
		}
	}
	table, err := report.NewTable(w, r.format, columns)
	if err != nil {
		return 0, err
	}
	rows := uint64(0)
	if err := fill(func(values ...any) error { rows++; return table.Row(values...) }); err != nil {
		return rows, err
	}
	return rows, table.Close()
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
	by := strings.Split(r.by, ",")
	columns := append(append([]string{}, by...), "units", "headcount", "old", "new", "charged", "due", "real", "shortfall",
		"units_reduced", "units_none", "units_increased")
	if by[0] == "measure" {
		return r.write(w, columns, func(row func(...any) error) error { return a.exportMeasures(ctx, f, v, row) })
	}
	return r.write(w, columns, func(row func(...any) error) error {
		rows, err := f.Summary(ctx, filter.Everything(), v, by)
		if err != nil {
			return err
		}
		for _, s := range rows {
			sums := queries.Burden{Old: s.Old, New: s.New, Charged: s.Charged}
			var values []any
			for _, key := range s.Keys {
				values = append(values, key)
			}
			values = append(values, s.Units, s.Headcount, s.Old, s.New, s.Charged, sums.Due(), sums.Real(), sums.Shortfall(),
				s.UnitsReduced, s.UnitsNone, s.UnitsIncreased)
			if err := row(values...); err != nil {
				return err
			}
		}
		return nil
	})
}

// exportMeasures writes one row a measure: the burden before it and with it. What was charged and who got it belongs to
// no single measure and stays empty.
func (a *app) exportMeasures(ctx context.Context, f *queries.Figures, v queries.View, row func(...any) error) error {
	total, err := f.Members(ctx, filter.Everything(), v, "total")
	if err != nil || len(total) == 0 {
		return err
	}
	measures, err := f.Measures(ctx, filter.Everything(), v)
	if err != nil {
		return err
	}
	before := total[0].Old
	for _, m := range measures {
		err := row(m.Measure, total[0].Units, total[0].Headcount, before, before-m.Effect, "", m.Effect, "", "", "", "", "")
		if err != nil {
			return err
		}
		before -= m.Effect
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
