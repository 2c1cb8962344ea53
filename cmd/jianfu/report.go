package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/internal/preparation"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/report"
	"jianfu/internal/web"
	"jianfu/queries"
)

// newReportCommand is the report to the State Taxation Administration.
func newReportCommand(a *app) *cobra.Command {
	return group(&cobra.Command{
		Use:   "report",
		Short: a.T("report.short"),
		Long:  a.T("report.long"),
	}, newReportPrepareCommand(a), newReportListCommand(a), newReportShowCommand(a), newReportChangesCommand(a), newReportFilesCommand(a),
		newReportStepCommand(a, "review", report.Checked), newReportStepCommand(a, "sign", report.Signed), newReportStepCommand(a, "send", report.Sent),
		newReportStepCommand(a, "withdraw", report.Withdrawn), newReportExportCommand(a), newReportImportCommand(a), newReportReceivedCommand(a), newReportSumCommand(a),
		newReportKeysCommand(a), newReportCheckCommand(a), newReportDefinitionsCommand(a),
		newPaperCommand(a, "narrative"), newPaperCommand(a, "brief"))
}

// definitionFinding is what `report check --json` prints of one finding.
type definitionFinding struct {
	Code    string `json:"code"`
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Key     string `json:"key,omitempty"`
	Message string `json:"message"`
}

// definitionsChecked is what `report check --json` prints.
type definitionsChecked struct {
	Folder   string              `json:"folder,omitempty"`
	Tables   int                 `json:"tables"`
	Findings []definitionFinding `json:"findings"`
}

func newReportCheckCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "check [" + a.T("report.argument.folder") + "]",
		Short:   a.T("report.check.short"),
		Long:    a.T("report.check.long"),
		Example: "  jianfu report check\n  jianfu report check ./our-forms",
		Args:    arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			folder, name := report.Shipped(), a.T("report.definitions.shipped")
			result := definitionsChecked{Findings: []definitionFinding{}}
			if len(args) == 1 {
				folder, name, result.Folder = os.DirFS(args[0]), args[0], args[0]
			}
			set, found := report.Examine(folder)
			result.Tables = len(set.Tables)
			for _, f := range found {
				result.Findings = append(result.Findings, definitionFinding{f.Code, f.File, f.Line, f.Key, a.printer.Error(f.Fault())})
			}
			err := a.result(result, func(w io.Writer) { a.printDefinitions(w, name, result) })
			return differences(err, len(found))
		},
	}
}

func (a *app) printDefinitions(w io.Writer, name string, result definitionsChecked) {
	for _, f := range result.Findings {
		place := a.T("report.definitions.place", "file", f.File, "line", f.Line, "key", f.Key)
		fmt.Fprintln(w, a.T("report.definitions.finding", "place", place, "message", f.Message))
	}
	if len(result.Findings) == 0 {
		fmt.Fprintln(w, a.T("report.definitions.clean", "folder", name, "tables", result.Tables))
		return
	}
	fmt.Fprintln(w, a.T("report.definitions.summary", "folder", name, "findings", len(result.Findings)))
}

// newReportDefinitionsCommand writes the definitions in the program into a folder, to be changed.
func newReportDefinitionsCommand(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "definitions",
		Short:   a.T("report.definitions.short"),
		Example: "  jianfu report definitions --out our-forms",
		Args:    arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			files, err := report.FilesOf(report.Shipped())
			if err != nil {
				return err
			}
			if err := report.Write(files, out); err != nil {
				return err
			}
			return a.result(files, func(w io.Writer) { fmt.Fprintln(w, a.T("report.written", "folder", out, "files", len(files))) })
		},
	}
	cmd.Flags().StringVar(&out, "out", "", a.T("report.flag.out"))
	require(cmd, "out")
	return cmd
}

// reportRequest is what the flags of `report prepare` ask for.
type reportRequest struct {
	month, from, to          month
	comparison, region       string
	definitions, out         string
	organisation, preparedBy string
	waive                    []string
	reason                   string
	keep, conceal, mask      bool
}

func newReportPrepareCommand(a *app) *cobra.Command {
	r := &reportRequest{}
	cmd := &cobra.Command{
		Use:   "prepare",
		Short: a.T("report.prepare.short"),
		Long:  a.T("report.prepare.long"),
		Example: "  jianfu report prepare --month 2019-05 --out 2019-05\n" +
			"  jianfu report prepare --from 2019-05 --to 2019-12 --region 320100 --out nanjing",
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if r.out == "" && !r.keep {
				return misused(cmd, "report_target")
			}
			if r.month == 0 && r.from == 0 && r.to == 0 {
				return misused(cmd, "report_no_window")
			}
			if r.month != 0 && (r.from != 0 || r.to != 0) {
				return misused(cmd, "report_window")
			}
			if r.from != 0 && r.to != 0 && r.from > r.to {
				return misused(cmd, "window_reversed", "from", period.Period(r.from), "to", period.Period(r.to))
			}
			if r.region != "" && !region.Known(r.region) {
				return misused(cmd, "report_region", "region", r.region)
			}
			return a.prepareReport(cmd.Context(), r)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&r.month, "month", a.T("report.flag.month"))
	flags.Var(&r.from, "from", a.T("report.flag.from"))
	flags.Var(&r.to, "to", a.T("report.flag.to"))
	flags.StringVar(&r.region, "region", "", a.T("report.flag.region"))
	flags.StringVar(&r.comparison, "comparison", "", a.T("etl.flag.comparison"))
	flags.StringVar(&r.definitions, "definitions", "", a.T("report.flag.definitions"))
	flags.StringVar(&r.organisation, "organisation", "", a.T("report.flag.organisation"))
	flags.StringVar(&r.preparedBy, "prepared-by", "", a.T("report.flag.prepared_by"))
	flags.StringSliceVar(&r.waive, "waive", nil, a.T("report.flag.waive"))
	flags.StringVar(&r.reason, "reason", "", a.T("report.flag.reason"))
	flags.BoolVar(&r.conceal, "conceal", false, a.T("report.flag.conceal"))
	flags.BoolVar(&r.mask, "mask", false, a.T("report.flag.mask"))
	flags.BoolVar(&r.keep, "keep", false, a.T("report.flag.keep"))
	flags.StringVar(&r.out, "out", "", a.T("report.flag.out"))
	return cmd
}

// view is what the report is about; --month is a window of one month.
func (r *reportRequest) view() queries.View {
	v := queries.View{Window: period.Range{From: period.Period(r.from), To: period.Period(r.to)}, Comparison: r.comparison}
	if r.month != 0 {
		v.Window = period.Range{From: period.Period(r.month), To: period.Period(r.month)}
	}
	return v
}

func (r *reportRequest) scope() filter.Scope {
	if r.region == "" {
		return filter.Everything()
	}
	return filter.Regions(r.region)
}

// reportPrepared is what `report prepare --json` prints.
type reportPrepared struct {
	Folder string           `json:"folder,omitempty"`
	Files  []report.File    `json:"files,omitempty"`
	Run    uint32           `json:"run"`
	From   period.Period    `json:"from"`
	To     period.Period    `json:"to"`
	Tables int              `json:"tables"`
	Checks []report.Outcome `json:"checks"`
	ID     string           `json:"id,omitempty"` // of the report that was kept
}

// prepareReport makes the report and writes it, if nothing is against it; else it says which cells are.
func (a *app) prepareReport(ctx context.Context, r *reportRequest) error {
	set, err := reportSet(r.definitions)
	if err != nil {
		return err
	}
	if r.out != "" {
		if err := free(r.out); err != nil {
			return err
		}
	}
	open := a.open
	if r.keep {
		open = a.openToChange
	}
	db, q, err := open(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // what was written stands by then
	made, err := a.makeReport(ctx, q, set, r)
	if err != nil {
		return err
	}
	result := reportPrepared{Run: made.Head.Run, From: made.Head.Window.From, To: made.Head.Window.To, Tables: len(made.Tables), Checks: made.Checks}
	if len(made.Failed()) > 0 {
		err := a.result(result, func(w io.Writer) { a.printFailed(w, made.Failed()) })
		return errors.Join(err, problem.New("report_checks_failed", "failed", len(made.Failed())))
	}
	if result.Files, err = made.Files(); err != nil {
		return err
	}
	if r.keep {
		kept, err := report.NewArchive(q, time.Now).Keep(ctx, access.CommandLine(osUser()), made)
		if err != nil {
			return err
		}
		result.ID = kept.ID
	}
	if r.out != "" {
		if err := a.writeReport(ctx, q, set, r, &result); err != nil {
			return err
		}
	}
	return a.result(result, func(w io.Writer) { a.printPrepared(w, made, result) })
}

// writeReport writes the files of a report into a folder.
func (a *app) writeReport(ctx context.Context, q *queries.Queries, set *report.Set, r *reportRequest, result *reportPrepared) error {
	if err := report.Write(result.Files, r.out); err != nil {
		return err
	}
	result.Folder = r.out
	entry := did(audit.Exported, "report", "set", set.ID, "file", r.out, "from", result.From, "to", result.To, "region", r.region,
		"comparison", r.comparison, "run", result.Run, "waived", strings.Join(r.waive, " "))
	return a.record(ctx, q, entry.Because(r.reason))
}

// free refuses a folder in which something lies before any work is done.
func free(folder string) error {
	entries, err := os.ReadDir(filepath.Clean(folder))
	switch {
	case err == nil && len(entries) > 0:
		return problem.New("report_folder_full", "folder", folder)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return problem.Wrap(err, "export_not_writable", "file", folder)
	}
	return nil
}

func (a *app) makeReport(ctx context.Context, q *queries.Queries, set *report.Set, r *reportRequest) (*report.Report, error) {
	issues, err := a.handling(q)
	if err != nil {
		return nil, err
	}
	order := preparation.Order{Set: set, View: r.view(), Scope: r.scope(), Conceal: r.conceal, Mask: r.mask, Organisation: r.organisation, PreparedBy: r.preparedBy}
	for _, check := range r.waive {
		order.Waivers = append(order.Waivers, report.Waiver{Check: check, Reason: r.reason, By: access.CommandLine(osUser()).Account()})
	}
	return preparation.New(q, issues, web.ChartKit, disclosure.Least, time.Now).Make(ctx, order, func(preparation.Stage) {})
}

func (a *app) printFailed(w io.Writer, failed []report.Outcome) {
	for _, o := range failed {
		title := o.Title
		if o.Check == report.LoadsCheck {
			title = a.T("report.check.loads")
		}
		fmt.Fprintln(w, a.T("report.failed", "check", o.Check, "title", title))
		for _, d := range o.Differences {
			fmt.Fprintln(w, "  "+d.Words(a.T))
		}
	}
}

func (a *app) printPrepared(w io.Writer, made *report.Report, result reportPrepared) {
	waived := 0
	for _, o := range made.Checks {
		if o.Waiver != nil {
			waived++
		}
	}
	key := "report.prepared"
	if waived > 0 {
		key = "report.prepared_waived"
	}
	fmt.Fprintln(w, a.T(key, "title", made.Head.Title, "period", made.Head.Period, "tables", len(made.Tables), "checks", len(made.Checks), "waived", waived))
	if result.Folder != "" {
		fmt.Fprintln(w, a.T("report.written", "folder", result.Folder, "files", len(result.Files)))
	}
	if result.ID != "" {
		fmt.Fprintln(w, a.T("report.kept", "number", report.NumberOf(result.ID)))
	}
}
