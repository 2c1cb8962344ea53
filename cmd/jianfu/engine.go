package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"jianfu/internal/engine"
)

// newEngineCommand looks after the engine of a data directory. The other commands start and end it by themselves.
func newEngineCommand(a *app) *cobra.Command {
	status := &cobra.Command{
		Use:   "status",
		Short: a.T("cli.engine.status.short"),
		Args:  arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			info, err := engine.Status(a.data)
			if err != nil {
				return err
			}
			return a.result(info, func(w io.Writer) { a.printEngine(w, info) })
		},
	}
	stop := &cobra.Command{
		Use:   "stop",
		Short: a.T("cli.engine.stop.short"),
		Long:  a.T("cli.engine.stop.long"),
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			before, err := engine.Status(a.data)
			if err != nil {
				return err
			}
			if before.Running {
				if err := engine.Stop(cmd.Context(), a.data); err != nil {
					return err
				}
			}
			return a.result(map[string]bool{"stopped": before.Running}, func(w io.Writer) {
				if before.Running {
					fmt.Fprintln(w, a.T("cli.engine.stopped"))
				} else {
					a.printEngine(w, before)
				}
			})
		},
	}
	return group(&cobra.Command{
		Use:   "engine",
		Short: a.T("cli.engine.short"),
		Long:  a.T("cli.engine.long"),
	}, status, stop)
}

func (a *app) printEngine(w io.Writer, info engine.Info) {
	if !info.Running {
		fmt.Fprintln(w, a.T("cli.engine.not_running", "dir", a.data))
		return
	}
	fmt.Fprintln(w, a.T("cli.engine.running", "version", info.Version, "pid", info.PID,
		"since", info.Started.Local().Format(time.DateTime)))
	fmt.Fprintln(w, a.T("cli.engine.use", "queries", info.Queries, "memory", info.Memory>>20,
		"most", info.MaxMemory>>20, "threads", info.Threads))
	fmt.Fprintln(w, a.T("cli.engine.library", "path", info.Library))
}
