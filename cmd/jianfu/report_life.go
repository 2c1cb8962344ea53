package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/period"
	"jianfu/internal/report"
	"jianfu/queries"
)

// archived runs something on the archive of reports.
func (a *app) archived(ctx context.Context, do func(archive *report.Archive, q *queries.Queries, p access.Principal) error) error {
	db, q, err := a.openToChange(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // what was written stands by then
	return do(report.NewArchive(q, time.Now), q, access.CommandLine(osUser()))
}

// onReport does something with a kept report, by its number or the beginning of it.
func (a *app) onReport(ctx context.Context, id string, do func(archive *report.Archive, q *queries.Queries, p access.Principal, kept report.Kept) error) error {
	return a.archived(ctx, func(archive *report.Archive, q *queries.Queries, p access.Principal) error {
		kept, err := archive.Find(ctx, p, id)
		if err != nil {
			return err
		}
		return do(archive, q, p, kept)
	})
}

// state is a step in words.
func (a *app) state(step string) string { return a.T("report.step." + step) }

func (a *app) windowOf(k queries.KeptReport) string {
	return dashboards.Window(a.printer, period.Range{From: period.Period(k.From), To: period.Period(k.To)})
}

func newReportListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   a.T("report.list.short"),
		Example: "  jianfu report list",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.archived(cmd.Context(), func(archive *report.Archive, _ *queries.Queries, p access.Principal) error {
				list, err := archive.List(cmd.Context(), p)
				if err != nil {
					return err
				}
				if list == nil {
					list = []queries.KeptReport{}
				}
				return a.result(list, func(w io.Writer) { a.printReports(w, list) })
			})
		},
	}
}

func (a *app) printReports(w io.Writer, list []queries.KeptReport) {
	names := dashboards.NewNames(a.printer)
	for _, k := range list {
		fmt.Fprintln(w, a.T("report.list.row", "number", report.NumberOf(k.ID), "state", a.state(k.State), "period", a.windowOf(k), "organisation", k.Organisation,
			"title", k.Title, "version", k.Version, "run", k.Run, "at", dashboards.Moment(k.PreparedAt), "by", names.Actor(k.PreparedBy)))
	}
	if len(list) == 0 {
		fmt.Fprintln(w, a.T("report.list.none"))
	}
}

func newReportShowCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show " + a.T("report.argument.id"),
		Short:   a.T("report.show.short"),
		Example: "  jianfu report show 1f0c9a3e",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onReport(cmd.Context(), args[0], func(archive *report.Archive, _ *queries.Queries, p access.Principal, kept report.Kept) error {
				return a.result(kept, func(w io.Writer) { a.printReport(w, kept) })
			})
		},
	}
}

func (a *app) printReport(w io.Writer, k report.Kept) {
	names := dashboards.NewNames(a.printer)
	fmt.Fprintln(w, a.T("report.show.head", "title", k.Title, "period", a.windowOf(k.KeptReport), "organisation", k.Organisation, "version", k.Version, "run", k.Run))
	fmt.Fprintln(w, a.T("report.show.step", "at", dashboards.Moment(k.PreparedAt), "step", a.state(string(report.Prepared)), "by", names.Actor(k.PreparedBy), "note", ""))
	for _, s := range k.Steps {
		fmt.Fprintln(w, a.T("report.show.step", "at", dashboards.Moment(s.At), "step", a.state(s.Step), "by", names.Actor(s.Account), "note", s.Note))
	}
	for _, o := range k.Checks {
		if o.Waiver != nil {
			fmt.Fprintln(w, a.T("report.note.waiver", "check", o.Check, "reason", o.Waiver.Reason, "by", names.Actor(o.Waiver.By)))
		}
	}
	for i, name := range k.FileNames {
		fmt.Fprintln(w, a.T("report.show.file", "hash", k.FileHashes[i], "name", name, "size", a.number(k.FileSizes[i])))
	}
	fmt.Fprintln(w, a.T("report.show.hash", "hash", k.Hash()))
}

func newReportChangesCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "changes " + a.T("report.argument.id"),
		Short:   a.T("report.changes.short"),
		Example: "  jianfu report changes 1f0c9a3e",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onReport(cmd.Context(), args[0], func(archive *report.Archive, _ *queries.Queries, p access.Principal, kept report.Kept) error {
				changes, err := archive.Changes(cmd.Context(), kept)
				if err != nil {
					return err
				}
				return a.result(changes, func(w io.Writer) { a.printChanges(w, changes) })
			})
		},
	}
}

func (a *app) printChanges(w io.Writer, changes *report.Changes) {
	if changes == nil {
		fmt.Fprintln(w, a.T("report.changes.first"))
		return
	}
	or := func(text *string) string {
		if text == nil {
			return dashboards.NotApplicable
		}
		return *text
	}
	for _, c := range changes.Cells {
		var causes []string
		for _, one := range c.Causes {
			causes = append(causes, a.T("report.cause."+one.Cause)+" "+one.Amount)
		}
		fmt.Fprintln(w, a.T("report.changes.row", "number", c.Number, "cell", c.Cell, "row", c.Row, "column", c.Column, "before", or(c.Then), "after", or(c.Now), "unit", c.Unit,
			"difference", or(c.Difference), "causes", strings.Join(causes, a.T("report.and"))))
	}
	fmt.Fprintln(w, a.T("report.changes.summary", "before", report.NumberOf(changes.Revises), "changed", len(changes.Cells), "compared", changes.Compared))
}

func newReportStepCommand(a *app, name string, step report.Step) *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:     name + " " + a.T("report.argument.id"),
		Short:   a.T("report." + name + ".short"),
		Example: "  jianfu report " + name + " 1f0c9a3e",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onReport(cmd.Context(), args[0], func(archive *report.Archive, _ *queries.Queries, p access.Principal, kept report.Kept) error {
				kept, err := archive.Take(cmd.Context(), p, kept, step, note)
				if err != nil {
					return err
				}
				return a.result(kept, func(w io.Writer) {
					fmt.Fprintln(w, a.T("report.taken", "number", report.NumberOf(kept.ID), "state", a.state(kept.State)))
				})
			})
		},
	}
	cmd.Flags().StringVar(&note, "note", "", a.T("report.flag.note"))
	return cmd
}

func newReportFilesCommand(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "files " + a.T("report.argument.id"),
		Short:   a.T("report.files.short"),
		Example: "  jianfu report files 1f0c9a3e --out may",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onReport(cmd.Context(), args[0], func(archive *report.Archive, q *queries.Queries, p access.Principal, kept report.Kept) error {
				files, err := archive.Files(cmd.Context(), kept)
				if err != nil {
					return err
				}
				if err := report.Write(files, out); err != nil {
					return err
				}
				if err := a.record(cmd.Context(), q, did(audit.Exported, "report", "report", kept.ID, "file", out)); err != nil {
					return err
				}
				return a.result(files, func(w io.Writer) { fmt.Fprintln(w, a.T("report.written", "folder", out, "files", len(files))) })
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", a.T("report.flag.out"))
	require(cmd, "out")
	return cmd
}
