package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/etl"
	"jianfu/internal/intake"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// preview is `load --dry-run`: what a load would find, without a change.
func (a *app) preview(cmd *cobra.Command, loader *etl.Loader, paths []string) error {
	db, q, err := a.open(cmd.Context())
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	loader.Queries = q
	previews, err := loader.Preview(cmd.Context(), paths)
	if err != nil {
		return err
	}
	if err := a.result(previews, func(w io.Writer) { a.printPreviews(w, previews) }); err != nil {
		return err
	}
	if slices.ContainsFunc(previews, func(p intake.Preview) bool { return p.Rejected > 0 || len(p.Asked) > 0 }) {
		return errDifferences
	}
	return nil
}

func (a *app) printPreviews(w io.Writer, previews []intake.Preview) {
	for i := range previews {
		p := &previews[i]
		found := etl.Loaded{Load: queries.Load{Format: p.Format, Sheet: p.Sheet, Encoding: p.Encoding, Compression: p.Compression}, Found: p.Found}
		fmt.Fprintln(w, a.T("etl.preview.file", "file", p.File, "kind", a.T("etl.kind."+p.Kind), "found", a.foundText(&found)))
		fmt.Fprintln(w, "  "+a.T("etl.preview.columns"))
		for _, c := range p.Columns {
			fmt.Fprintf(w, "    %s → %s (%s)\n", c.Name, c.Chinese, c.Column)
		}
		for _, column := range p.Unknown {
			fmt.Fprintln(w, "  "+a.T("etl.load.unknown_column", "column", column))
		}
		if len(p.Found.OtherSheets) > 0 {
			fmt.Fprintln(w, "  "+a.T("etl.load.other_sheets", "sheets", strings.Join(p.Found.OtherSheets, a.T("etl.comma"))))
		}
		for _, line := range p.First {
			a.printFirst(w, p, line)
		}
		a.printRates(w, p)
		fmt.Fprintln(w, "  "+a.T("etl.preview.counts", "read", a.number(p.Read), "acceptable", a.number(p.Acceptable), "rejected", a.number(p.Rejected)))
		for _, code := range slices.Sorted(maps.Keys(p.Reasons)) {
			fmt.Fprintln(w, "    "+a.T("etl.preview.reason", "reason", dashboards.RejectName(a.printer, code), "lines", a.number(p.Reasons[code])))
		}
		for i := range p.Rejects {
			fmt.Fprintln(w, "    "+a.rejectText(&p.Rejects[i]))
		}
		for _, n := range p.Notes {
			fmt.Fprintln(w, "  "+a.count("load_note."+n.Code, n.Lines))
		}
		for _, err := range p.Asked {
			fmt.Fprintln(w, "  "+a.T("etl.preview.asked", "why", a.printer.Error(err)))
			fmt.Fprintln(w, "    "+a.T("etl.load.allow", "code", strings.TrimPrefix(problem.Code(err), doubtPrefix)))
		}
		if p.SameMonths {
			fmt.Fprintln(w, "  "+a.T("etl.preview.same_months"))
		}
	}
	fmt.Fprintln(w, a.T("etl.preview.nothing"))
}

// printFirst prints a line as it was understood, in the order of the file.
func (a *app) printFirst(w io.Writer, p *intake.Preview, line intake.FirstLine) {
	var values []string
	for _, c := range p.Columns {
		if value := line.Values[c.Column]; value != "" {
			values = append(values, c.Name+"="+value)
		}
	}
	fmt.Fprintln(w, "  "+a.T("etl.preview.line", "line", line.Line, "values", strings.Join(values, "  ")))
}

// shownRates is how many rates of an insurance and month a preview prints.
const shownRates = 6

// printRates prints what each insurance and month adds up to and the rates of its employers, beside the month before.
func (a *app) printRates(w io.Writer, p *intake.Preview) {
	months := p.Months()
	for _, m := range months[:min(len(months), shownTotals)] {
		fmt.Fprintln(w, "  "+a.totalText("etl.load.total", m.LoadTotal, "insurance", a.T("web.insurance."+m.Insurance), "month", period.Period(m.Period)))
		if m.Before != nil {
			fmt.Fprintln(w, "    "+a.totalText("etl.preview.before", m.Before.LoadTotal, "month", period.Period(m.Before.Period)))
		} else {
			fmt.Fprintln(w, "    "+a.T("etl.preview.no_before", "month", period.Period(m.Period).Add(-1)))
		}
		fmt.Fprintln(w, "    "+a.T("etl.preview.rates", "rates", dashboards.RatesText(m.Rates, shownRates, a.printer)))
		if m.Before != nil {
			fmt.Fprintln(w, "    "+a.T("etl.preview.rates_before", "rates", dashboards.RatesText(m.Before.Rates, shownRates, a.printer)))
		}
	}
	if len(months) > shownTotals {
		fmt.Fprintln(w, "  "+a.count("etl.load.more_totals", uint64(len(months)-shownTotals)))
	}
}
