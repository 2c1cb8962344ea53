package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/queries"
)

// withdraw is `jianfu load --withdraw N`: it takes a load back.
func (a *app) withdraw(cmd *cobra.Command, load uint32, reason string) error {
	return a.alone(cmd.Context(), func(q *queries.Queries) error {
		w, err := etl.Withdraw(cmd.Context(), q, access.CommandLine(osUser()), load, reason, time.Now)
		if err != nil {
			return err
		}
		if err := a.result(w, func(out io.Writer) { a.printWithdrawn(out, w) }); err != nil || len(w.Reports) == 0 {
			return err
		}
		return errDifferences
	})
}

func (a *app) printWithdrawn(out io.Writer, w etl.Withdrawn) {
	fmt.Fprintln(out, a.T("etl.withdrawn", "load", w.Load, "file", w.File, "kind", a.T("etl.kind."+w.Kind), "gone", a.number(w.Gone), "back", a.number(w.Back)))
	if len(w.Later) > 0 {
		fmt.Fprintln(out, "  "+a.T("etl.withdrawn.later", "loads", numbers(w.Later)))
	}
	for _, r := range w.Reports {
		fmt.Fprintln(out, "  "+a.T("etl.withdrawn.report", "title", r.Title, "state", a.T("report.step."+r.State), "run", r.Run))
	}
	if w.Shown {
		fmt.Fprintln(out, "  "+a.T("etl.withdrawn.shown"))
	}
}
