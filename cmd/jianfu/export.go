package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jianfu/internal/audit"
	"jianfu/internal/contribution"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// exportRequest is what the flags of `export` ask for.
type exportRequest struct {
	what       string
	from, to   month
	comparison string
	payer      string
	by         string
	format     string
	out        string
	bom        bool
	reason     string // for the audit log
	book       exportBook
}

// exportWriter writes a table of figures and says how many rows it has.
type exportWriter func(ctx context.Context, f *queries.Figures, v queries.View, r *exportRequest, w io.Writer) (uint64, error)

// exportKinds are the tables that can be exported, and how each is written.
var exportKinds = []struct {
	name  string
	write func(a *app) exportWriter
}{
	{"burdens", func(a *app) exportWriter { return a.exportBurdens }},
	{"summary", func(a *app) exportWriter { return a.exportSummary }},
	{"cases", func(a *app) exportWriter { return a.exportCases }},
	{"reasons", func(a *app) exportWriter { return a.exportReasons }},
	{"uncovered", func(a *app) exportWriter { return a.exportUncovered }},
}

func newExportCommand(a *app) *cobra.Command {
	r := &exportRequest{}
	cmd := &cobra.Command{
		Use:   "export " + a.T("etl.argument.export"),
		Short: a.T("etl.export.short"),
		Long:  a.T("etl.export.long"),
		Example: "  jianfu export burdens --from 2019-05 --to 2019-08 --payer both --out burdens.csv\n" +
			"  jianfu export summary --by city,size --format xlsx --out summary.xlsx\n" +
			"  jianfu export rejects --out rejects.csv",
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.what = args[0]
			if err := r.check(cmd); err != nil {
				return err
			}
			return a.export(cmd.Context(), r)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&r.from, "from", a.T("etl.flag.from"))
	flags.Var(&r.to, "to", a.T("etl.flag.to"))
	flags.StringVar(&r.comparison, "comparison", "", a.T("etl.flag.comparison"))
	flags.StringVar(&r.payer, "payer", "employer", a.T("etl.flag.payer"))
	flags.StringVar(&r.by, "by", "city", a.T("etl.flag.by"))
	flags.StringVar(&r.format, "format", "csv", a.T("etl.flag.format"))
	flags.StringVar(&r.out, "out", "", a.T("etl.flag.out"))
	flags.BoolVar(&r.bom, "bom", false, a.T("etl.flag.bom"))
	flags.StringVar(&r.reason, "reason", "", a.T("etl.flag.reason"))
	require(cmd, "out")
	return cmd
}

func (r *exportRequest) check(cmd *cobra.Command) error {
	known := []string{"rejects"}
	for _, kind := range exportKinds {
		known = append(known, kind.name)
	}
	if !slices.Contains(known, r.what) {
		return misused(cmd, "export_kind", "kind", r.what, "known", strings.Join(known, ", "))
	}
	if !slices.Contains(tabular.Formats, r.format) {
		return misused(cmd, "export_format", "format", r.format, "known", strings.Join(tabular.Formats, ", "))
	}
	if r.to != 0 && r.from > r.to {
		return misused(cmd, "window_reversed", "from", period.Period(r.from), "to", period.Period(r.to))
	}
	if _, err := r.payers(); err != nil {
		return misused(cmd, "export_payer", "payer", r.payer)
	}
	parts := r.keys()
	for _, by := range parts {
		if by != "measure" && !slices.Contains(queries.SummaryDimensions, by) {
			return misused(cmd, "export_by", "by", by, "known", strings.Join(queries.SummaryDimensions, ", ")+", measure")
		}
	}
	if len(parts) > 2 || len(parts) == 2 && parts[0] == parts[1] {
		return misused(cmd, "export_by_many", "by", r.by)
	}
	return nil
}

// keys are what a summary is added up by; spaces around them are those of who wrote them.
func (r *exportRequest) keys() []string {
	parts := strings.Split(r.by, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func (r *exportRequest) payers() ([]contribution.Payer, error) { return payersOf(r.payer) }

// payersOf reads --payer.
func payersOf(text string) ([]contribution.Payer, error) {
	if text == "both" {
		return contribution.Payers, nil
	}
	payer, ok := contribution.ParsePayer(text)
	if !ok {
		return nil, problem.New("export_payer", "payer", text)
	}
	return []contribution.Payer{payer}, nil
}

// exportResult is what `export --json` prints.
type exportResult struct {
	File string `json:"file"`
	Rows uint64 `json:"rows"`
	Run  uint32 `json:"run,omitempty"`
	queries.View
}

func (a *app) export(ctx context.Context, r *exportRequest) error {
	db, q, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // only read
	result := exportResult{File: r.out}
	r.book = a.book(r.what, nil, queries.View{}, r.payer)
	write := func(w io.Writer) error { result.Rows, err = a.exportRejects(ctx, q, r, w); return err }
	if r.what != "rejects" {
		figures, err := q.Figures(ctx)
		if err != nil {
			return err
		}
		payers, err := r.payers()
		if err != nil {
			return err
		}
		result.Run = figures.Run.ID
		result.View, err = figures.Complete(queries.View{
			Window:     period.Range{From: period.Period(r.from), To: period.Period(r.to)},
			Comparison: r.comparison,
			Payers:     payers,
		})
		if err != nil {
			return err
		}
		r.book = a.book(r.what, figures, result.View, r.payer)
		for _, kind := range exportKinds {
			if kind.name == r.what {
				write = func(w io.Writer) error {
					var err error
					result.Rows, err = kind.write(a)(ctx, figures, result.View, r, w)
					return err
				}
			}
		}
	}
	if r.out == "-" {
		err = write(a.out)
	} else {
		err = tabular.File(r.out, write)
	}
	if err != nil {
		return err
	}
	entry := did(audit.Exported, r.what, "title", r.book.Name, "file", r.out, "format", r.format, "from", result.Window.From, "to", result.Window.To,
		"comparison", strings.TrimSpace(result.Comparison+" "+r.book.comparison), "payer", r.payer, "by", r.by, "rows", result.Rows, "run", result.Run)
	if err := a.record(ctx, q, entry.Because(r.reason)); err != nil || r.out == "-" {
		return err
	}
	return a.result(result, func(w io.Writer) {
		fmt.Fprintln(w, a.count("etl.export.done", result.Rows, "file", r.out))
	})
}
