package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"jianfu/etl/sample"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

func newSampleCommand(a *app) *cobra.Command {
	options := sample.Options{}
	months := monthRange{From: period.Of(2019, 1), To: period.Of(2019, 12)}
	cmd := &cobra.Command{
		Use:     "sample",
		Short:   a.T("sample.short"),
		Long:    a.T("sample.long"),
		Example: "jianfu sample --out sample\njianfu sample --out sample --province 51 --units 20000 --months 2019-03..2019-09 --seed 7",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Months = period.Range(months)
			if a.policy != "" {
				folder, err := policy.Find(a.policy)
				if err != nil {
					return err
				}
				options.Policy = folder
			}
			bar := a.progress(a.T("sample.progress"), int64(options.Units)*int64(len(options.Months.Months())))
			options.Progress = bar.Report
			result, err := sample.Make(cmd.Context(), options)
			if err != nil {
				return err
			}
			bar.Finish()
			return a.result(result, func(w io.Writer) { a.printSample(w, result) })
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&options.Dir, "out", "", a.T("sample.flag.out"))
	flags.StringVar(&options.Province, "province", "32", a.T("sample.flag.province"))
	flags.IntVar(&options.Units, "units", sample.DefaultUnits, a.T("sample.flag.units"))
	flags.Var(&months, "months", a.T("sample.flag.months"))
	flags.Uint64Var(&options.Seed, "seed", 1, a.T("sample.flag.seed"))
	flags.BoolVar(&options.Dirty, "dirty", false, a.T("sample.flag.dirty"))
	require(cmd, "out")
	return cmd
}

func (a *app) printSample(w io.Writer, r sample.Result) {
	fmt.Fprintln(w, a.T("sample.done", "units", a.printer.Number(int64(r.Units)), "faulty", a.printer.Number(int64(r.Faulty)),
		"records", a.printer.Number(r.Records), "from", r.From.String(), "to", r.To.String(), "dir", r.Dir))
	fmt.Fprintln(w, a.T("sample.next"))
	fmt.Fprintf(w, "  jianfu load %s/units.csv %s/contributions-*.csv\n", r.Dir, r.Dir)
	fmt.Fprintf(w, "  jianfu recompute --policy %s\n", r.Policy)
}

// monthRange is a flag that names months from and to, such as --months 2019-01..2019-12, or a single one.
type monthRange period.Range

// String writes the months as Set reads them.
func (r *monthRange) String() string {
	if r.From == 0 {
		return ""
	}
	return r.From.String() + ".." + r.To.String()
}

// Type names the kind of value for the flag parser.
func (r *monthRange) Type() string { return "months" }

// Set reads the months.
func (r *monthRange) Set(text string) error {
	first, last, two := strings.Cut(text, "..")
	if !two {
		last = first
	}
	from, err := period.Parse(strings.TrimSpace(first))
	to, toErr := period.Parse(strings.TrimSpace(last))
	if err = errors.Join(err, toErr); err != nil {
		return err
	}
	*r = monthRange{From: from, To: to}
	return nil
}
