package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/etl"
	"jianfu/internal/audit"
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
	}, newRunsListCommand(a), newRunsDropCommand(a))
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
			return a.result(list, func(w io.Writer) { a.printRuns(w, list) })
		},
	}
}

func (a *app) printRuns(w io.Writer, runs []heldRun) {
	if len(runs) == 0 {
		fmt.Fprintln(w, a.T("fault.no_run"))
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

func newRunsDropCommand(a *app) *cobra.Command {
	var keep int
	cmd := &cobra.Command{
		Use:     "drop",
		Short:   a.T("runs.drop.short"),
		Long:    a.T("runs.drop.long"),
		Example: "  jianfu runs drop\n  jianfu runs drop --keep 3",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if keep < 1 {
				return misused(cmd, "runs_keep", "keep", keep)
			}
			db, q, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			release, err := db.Lock(cmd.Context(), a.sayWaiting)
			if err != nil {
				return err
			}
			defer release()
			dropped, err := etl.DropRuns(cmd.Context(), q, keep, time.Now)
			if err != nil {
				return err
			}
			if len(dropped.Runs)+len(dropped.Freed) > 0 {
				entry := did(audit.RunsDropped, numbers(dropped.Runs), "kept", numbers(dropped.Kept), "freed", numbers(dropped.Freed), "bytes", dropped.Bytes)
				if err := a.record(context.WithoutCancel(cmd.Context()), q, entry); err != nil {
					return err
				}
			}
			return a.result(dropped, func(w io.Writer) {
				fmt.Fprintln(w, a.T("runs.dropped", "runs", orNone(numbers(dropped.Runs)), "kept", orNone(numbers(dropped.Kept)), "size", megabytes(dropped.Bytes)))
			})
		},
	}
	cmd.Flags().IntVar(&keep, "keep", keepRuns, a.T("runs.flag.keep"))
	return cmd
}

// numbers writes numbers with blanks between.
func numbers(list []uint32) string { return strings.Trim(fmt.Sprint(list), "[]") }
