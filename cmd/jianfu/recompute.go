package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/etl"
	"jianfu/internal/audit"
	"jianfu/internal/fault"
	"jianfu/internal/period"
)

// sampleSize is how many units a recompute computes once more, record by record in Go.
const sampleSize = 200

func newRecomputeCommand(a *app) *cobra.Command {
	var from, to month
	cmd := &cobra.Command{
		Use:     "recompute",
		Short:   a.T("etl.recompute.short"),
		Long:    a.T("etl.recompute.long"),
		Example: "  jianfu recompute\n  jianfu recompute --policy ./my-pack --from 2019-05 --to 2019-12",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			window := period.Range{From: period.Period(from), To: period.Period(to)}
			if window.To != 0 && window.From > window.To {
				return misused(cmd, "window_reversed", "from", window.From, "to", window.To)
			}
			pack, err := a.pack()
			if err != nil {
				return err
			}
			db, q, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close() //nolint:errcheck // everything is stored by then
			issues, err := a.desk(q)
			if err != nil {
				return err
			}
			release, err := db.Lock(cmd.Context(), a.sayWaiting)
			if err != nil {
				return err
			}
			defer release()
			bar := a.progress(a.T("etl.recompute.title"), 0)
			result, err := etl.Recompute(cmd.Context(), q, etl.RecomputeOptions{
				Pack:     pack,
				Window:   window,
				Program:  version,
				Sample:   sampleSize,
				Now:      time.Now,
				Progress: bar.Report,
			})
			if fault.Code(err) == "recompute_differs" {
				_ = a.result(result, func(w io.Writer) {
					for _, d := range result.Differences {
						fmt.Fprintln(w, d.String())
					}
				})
			}
			if err != nil {
				return err
			}
			bar.Finish()
			if !result.Unchanged {
				entry := did(audit.Recomputed, fmt.Sprint(result.Run.ID), "from", result.Months[0],
					"to", result.Months[len(result.Months)-1], "pack", result.Run.PackID+"@"+result.Run.PackHash)
				if err := a.record(context.WithoutCancel(cmd.Context()), q, entry); err != nil {
					return err
				}
			}
			measured, err := measure(cmd.Context(), issues, result.Run.ID)
			if err != nil {
				return err
			}
			return a.result(recomputed{result, measured}, func(w io.Writer) {
				a.printRun(w, result)
				a.printMeasured(w, measured)
			})
		},
	}
	cmd.Flags().Var(&from, "from", a.T("etl.flag.from"))
	cmd.Flags().Var(&to, "to", a.T("etl.flag.to"))
	return cmd
}

func (a *app) printRun(w io.Writer, r etl.Recomputed) {
	if r.Unchanged {
		fmt.Fprintln(w, a.T("etl.recompute.unchanged", "run", r.Run.ID))
		return
	}
	fmt.Fprintln(w, a.T("etl.recompute.done", "run", r.Run.ID, "months", strings.Join(r.Months, " "),
		"pack", r.Run.PackTitle, "records", a.number(r.Run.Records), "seconds", fmt.Sprintf("%.1f", r.Took.Seconds())))
	fmt.Fprintln(w, a.count("etl.recompute.checked", r.Run.SampleChecked))
	if r.Run.Uncovered > 0 {
		fmt.Fprintln(w, a.count("etl.recompute.uncovered", r.Run.Uncovered))
	}
	if r.Run.Estimates > 0 {
		fmt.Fprintln(w, a.count("etl.recompute.estimates", r.Run.Estimates))
	}
}
