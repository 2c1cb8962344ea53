package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/handling"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// sampleSize is how many units a recompute computes once more, record by record in Go.
const sampleSize = 200

func newRecomputeCommand(a *app) *cobra.Command {
	var from, to month
	var publish bool
	limits := map[string]int{}
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
			hold, err := holdOf(cmd, limits)
			if err != nil {
				return err
			}
			if publish {
				hold = nil
			}
			db, q, err := a.openToChange(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close() //nolint:errcheck // everything is stored by then
			issues, err := a.handling(q)
			if err != nil {
				return err
			}
			release, err := db.Lock(cmd.Context(), a.sayWaiting)
			if err != nil {
				return err
			}
			defer release()
			pack, err := a.packOf(cmd.Context(), q)
			if err != nil {
				return err
			}
			bar := a.progress(a.T("etl.recompute.title"), 0)
			result, err := etl.Recompute(cmd.Context(), q, etl.RecomputeOptions{
				Pack:     pack,
				Window:   window,
				Program:  version,
				By:       access.CommandLine(osUser()),
				Hold:     hold,
				Sample:   sampleSize,
				Now:      time.Now,
				Progress: bar.Report,
			})
			if problem.Code(err) == "recompute_differs" {
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
			return a.recomputed(cmd.Context(), q, issues, result)
		},
	}
	cmd.Flags().Var(&from, "from", a.T("etl.flag.from"))
	cmd.Flags().Var(&to, "to", a.T("etl.flag.to"))
	cmd.Flags().BoolVar(&publish, "publish", false, a.T("etl.flag.publish"))
	cmd.Flags().StringToIntVar(&limits, "hold", nil, a.T("etl.flag.hold"))
	return cmd
}

// recomputed writes into issues what the run shows of them, and prints what was done. A run that is held is shown to nobody,
// so that nothing is measured by it.
func (a *app) recomputed(ctx context.Context, q *queries.Queries, issues *handling.Issues, result etl.Recomputed) error {
	if len(result.Held) > 0 {
		err := a.result(recomputed{Recomputed: result}, func(w io.Writer) { a.printHeld(w, result.Run.ID, result.Held) })
		return errors.Join(err, errDifferences)
	}
	measured, err := measure(ctx, issues, result.Run.ID)
	if err != nil {
		return err
	}
	waiting, err := q.WaitingRuns(ctx)
	if err != nil {
		return err
	}
	err = a.result(recomputed{result, measured}, func(w io.Writer) {
		a.printRun(w, result)
		a.printMeasured(w, measured)
		a.printNewerPack(w, result.Run)
		for _, h := range waiting {
			fmt.Fprintln(w, a.T("runs.waits", "run", h.ID))
		}
	})
	if err == nil && len(waiting)+len(result.Gaps)+len(result.Unknown) > 0 {
		err = errDifferences
	}
	return err
}

// packOf is the policy pack to recompute with: the one that is named, or else that of the published run, as the store has
// it; of a store without one the pack that ships.
func (a *app) packOf(ctx context.Context, q *queries.Queries) (*policy.Pack, error) {
	if a.policy == "" {
		run, ok, err := q.CurrentRun(ctx)
		if err != nil {
			return nil, err
		}
		if ok {
			return q.PackOf(ctx, run)
		}
	}
	return a.pack()
}

// printNewerPack says that the program has another version of the pack that the store goes on with.
func (a *app) printNewerPack(w io.Writer, run queries.Run) {
	if a.policy != "" || !slices.Contains(policy.BuiltinIDs(), run.PackID) {
		return
	}
	if shipped, err := policy.Builtin(run.PackID); err == nil && shipped.Hash != run.PackHash {
		fmt.Fprintln(w, a.T("etl.recompute.other_pack", "pack", run.PackID))
	}
}

// holdOf is by how much a run may differ: the standard, and what the flag says otherwise.
func holdOf(cmd *cobra.Command, limits map[string]int) (*etl.Hold, error) {
	hold := etl.StandardHold
	by := map[string]*int{"first": &hold.First, "uncovered": &hold.Uncovered, "fewer": &hold.Fewer, "totals": &hold.Totals}
	for name, percent := range limits {
		limit, known := by[name]
		if !known || percent < 0 || percent > 100 {
			return nil, misused(cmd, "hold_limit", "name", name, "value", percent, "known", strings.Join(slices.Sorted(maps.Keys(by)), ", "))
		}
		*limit = percent
	}
	return &hold, nil
}

// printHeld says that a run is held, why, and what can be done.
func (a *app) printHeld(w io.Writer, run uint32, reasons []queries.HoldReason) {
	fmt.Fprintln(w, a.T("runs.held", "run", run))
	for _, text := range dashboards.HoldReasons(a.printer, reasons) {
		fmt.Fprintln(w, "  "+text)
	}
	if slices.ContainsFunc(reasons, func(r queries.HoldReason) bool { return r.Code == "uncovered_part" }) {
		fmt.Fprintln(w, a.T("runs.held.coverage"))
	}
	fmt.Fprintln(w, a.T("runs.held.how", "run", run))
}

func (a *app) printRun(w io.Writer, r etl.Recomputed) {
	if r.Unchanged {
		fmt.Fprintln(w, a.T("etl.recompute.unchanged", "run", r.Run.ID))
		return
	}
	fmt.Fprintln(w, a.T("etl.recompute.done", "run", r.Run.ID, "months", strings.Join(r.Months, " "),
		"pack", r.Run.PackTitle, "records", a.number(r.Run.Records), "seconds", fmt.Sprintf("%.1f", r.Took.Seconds())))
	fmt.Fprintln(w, a.count("etl.recompute.checked", r.Run.SampleChecked))
	differ := slices.ContainsFunc(r.Comparisons, func(c etl.Counted) bool { return c.Uncovered != r.Run.Uncovered })
	if !differ && r.Run.Uncovered > 0 {
		fmt.Fprintln(w, a.count("etl.recompute.uncovered", r.Run.Uncovered))
	}
	for _, c := range r.Comparisons {
		if differ && c.Uncovered > 0 {
			fmt.Fprintln(w, a.count("etl.recompute.uncovered_of", c.Uncovered, "comparison", c.Comparison, "title", c.Title))
		}
	}
	if r.Run.Estimates > 0 {
		fmt.Fprintln(w, a.count("etl.recompute.estimates", r.Run.Estimates))
	}
	for _, g := range r.Gaps {
		fmt.Fprintln(w, a.printer.Error(g.Fault()))
	}
	for _, e := range r.Unknown {
		fmt.Fprintln(w, a.count("etl.recompute.unknown_election", e.Units, "election", e.Election, "pack", r.Run.PackTitle))
	}
}
