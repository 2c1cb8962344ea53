package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/period"
	"jianfu/queries"
)

// keepRuns is how many runs `jianfu runs drop` keeps unless told otherwise.
const keepRuns = 12

// newRunsCommand shows the recomputes and frees the space of old ones.
func newRunsCommand(a *app) *cobra.Command {
	return group(&cobra.Command{
		Use:   "runs",
		Short: a.T("runs.short"),
		Long:  a.T("runs.long"),
	}, newRunsListCommand(a), newRunsPublishCommand(a), newRunsDropCommand(a))
}

// heldRun is a run with the space that its own rows take.
type heldRun struct {
	queries.RunEntry
	Bytes uint64 `json:"bytes"`
}

func newRunsListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: a.T("runs.list.short"),
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			db, q, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			runs, err := q.Runs(cmd.Context())
			if err != nil {
				return err
			}
			held, err := q.HeldByRuns(cmd.Context())
			if err != nil {
				return err
			}
			bytes := map[uint32]uint64{}
			for _, h := range held {
				bytes[h.RunID] += h.Bytes
			}
			list := []heldRun{}
			for _, r := range runs {
				list = append(list, heldRun{r, bytes[r.ID]})
			}
			waiting, err := q.WaitingRuns(cmd.Context())
			if err != nil {
				return err
			}
			return a.result(list, func(w io.Writer) {
				for _, h := range waiting {
					a.printHeld(w, h.ID, h.Reasons)
				}
				a.printRuns(w, list)
			})
		},
	}
}

func (a *app) printRuns(w io.Writer, runs []heldRun) {
	if len(runs) == 0 {
		fmt.Fprintln(w, a.T("problem.no_run"))
	}
	for _, r := range runs {
		state := "runs.state." + r.State
		switch {
		case r.Current:
			state = "runs.state.current"
		case r.Dropped:
			state = "runs.state.dropped"
		}
		fmt.Fprintln(w, a.T("runs.line", "run", r.ID, "state", a.T(state), "at", r.FinishedAt.Local().Format("2006-01-02 15:04"),
			"pack", r.PackID, "from", period.Period(r.DataFrom), "to", period.Period(r.DataTo), "records", a.number(r.Records), "size", megabytes(r.Bytes)))
	}
}

// megabytes writes a size.
func megabytes(bytes uint64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)) }

// runNumber reads the number of a run.
func runNumber(cmd *cobra.Command, text string) (uint32, error) {
	number, err := strconv.ParseUint(text, 10, 32)
	if err != nil || number == 0 {
		return 0, misused(cmd, "run_number", "value", text)
	}
	return uint32(number), nil
}

func newRunsPublishCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "publish " + a.T("runs.argument.run"),
		Short:   a.T("runs.publish.short"),
		Long:    a.T("runs.publish.long"),
		Example: "  jianfu runs publish 12",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			number, err := runNumber(cmd, args[0])
			if err != nil {
				return err
			}
			return a.alone(cmd.Context(), func(q *queries.Queries) error {
				issues, err := a.handling(q)
				if err != nil {
					return err
				}
				run, err := etl.PublishHeld(cmd.Context(), q, access.CommandLine(osUser()), number)
				if err != nil {
					return err
				}
				measured, err := measure(cmd.Context(), issues, number)
				if err != nil {
					return err
				}
				return a.result(map[string]any{"run": run.ID, "issues": measured}, func(w io.Writer) {
					fmt.Fprintln(w, a.T("runs.published", "run", run.ID, "pack", run.PackTitle, "records", a.number(run.Records)))
					a.printMeasured(w, measured)
				})
			})
		},
	}
}

// dropHeld is `jianfu runs drop N`: it gives up a run that is held.
func (a *app) dropHeld(cmd *cobra.Command, text string) error {
	number, err := runNumber(cmd, text)
	if err != nil {
		return err
	}
	return a.alone(cmd.Context(), func(q *queries.Queries) error {
		if err := etl.DropHeld(cmd.Context(), q, access.CommandLine(osUser()), number, time.Now); err != nil {
			return err
		}
		return a.result(map[string]any{"run": number}, func(w io.Writer) { fmt.Fprintln(w, a.T("runs.held_dropped", "run", number)) })
	})
}

func newRunsDropCommand(a *app) *cobra.Command {
	var keep int
	cmd := &cobra.Command{
		Use:     "drop [" + a.T("runs.argument.run") + "]",
		Short:   a.T("runs.drop.short"),
		Long:    a.T("runs.drop.long"),
		Example: "  jianfu runs drop\n  jianfu runs drop --keep 3\n  jianfu runs drop 12",
		Args:    arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if len(args) > 0 {
				return a.dropHeld(cmd, args[0])
			}
			if keep < 1 {
				return misused(cmd, "runs_keep", "keep", keep)
			}
			return a.alone(cmd.Context(), func(q *queries.Queries) error {
				dropped, err := etl.DropRuns(cmd.Context(), q, access.CommandLine(osUser()), keep, time.Now)
				if err != nil {
					return err
				}
				return a.result(dropped, func(w io.Writer) {
					fmt.Fprintln(w, a.T("runs.dropped", "runs", orNone(numbers(dropped.Runs)), "kept", orNone(numbers(dropped.Kept)), "size", megabytes(dropped.Bytes)))
				})
			})
		},
	}
	cmd.Flags().IntVar(&keep, "keep", keepRuns, a.T("runs.flag.keep"))
	return cmd
}

// numbers writes numbers with blanks between.
func numbers(list []uint32) string { return strings.Trim(fmt.Sprint(list), "[]") }
