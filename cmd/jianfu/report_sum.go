package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/exchange"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/queries"
)

// sumRequest is what the flags of `report sum` ask for.
type sumRequest struct {
	month, from, to                      month
	region, comparison, definitions, out string
}

func newReportSumCommand(a *app) *cobra.Command {
	r := &sumRequest{}
	cmd := &cobra.Command{
		Use:     "sum",
		Short:   a.T("exchange.sum.short"),
		Long:    a.T("exchange.sum.long"),
		Example: "  jianfu report sum --month 2019-05\n  jianfu report sum --from 2019-05 --to 2019-12 --region 320000 --out jiangsu",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (r.month != 0) == (r.from != 0 && r.to != 0) || r.month != 0 && (r.from != 0 || r.to != 0) {
				return misused(cmd, "report_window")
			}
			if r.from > r.to {
				return misused(cmd, "window_reversed", "from", period.Period(r.from), "to", period.Period(r.to))
			}
			return a.exchanged(cmd.Context(), func(office *exchange.Office, q *queries.Queries, p access.Principal) error {
				return a.sumReports(cmd, office, q, p, r)
			})
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&r.month, "month", a.T("report.flag.month"))
	flags.Var(&r.from, "from", a.T("report.flag.from"))
	flags.Var(&r.to, "to", a.T("report.flag.to"))
	flags.StringVar(&r.region, "region", "", a.T("exchange.flag.region"))
	flags.StringVar(&r.comparison, "comparison", "", a.T("etl.flag.comparison"))
	flags.StringVar(&r.definitions, "definitions", "", a.T("report.flag.definitions"))
	flags.StringVar(&r.out, "out", "", a.T("report.flag.out"))
	return cmd
}

func (r *sumRequest) window() period.Range {
	if r.month != 0 {
		return period.Range{From: period.Period(r.month), To: period.Period(r.month)}
	}
	return period.Range{From: period.Period(r.from), To: period.Period(r.to)}
}

func (a *app) sumReports(cmd *cobra.Command, office *exchange.Office, q *queries.Queries, p access.Principal, r *sumRequest) error {
	set, err := reportSet(r.definitions)
	if err != nil {
		return err
	}
	code, err := ourRegion(office, r.region)
	if err != nil {
		return err
	}
	sum, err := office.Add(cmd.Context(), p, exchange.Ask{Set: set, Window: r.window(), Comparison: r.comparison, Region: code})
	if err != nil {
		return err
	}
	if sum.Report != nil && len(sum.Report.Failed()) > 0 {
		a.printFailed(a.errOut, sum.Report.Failed())
		return problem.New("report_checks_failed", "failed", len(sum.Report.Failed()))
	}
	if sum.Report != nil && r.out != "" {
		files, err := sum.Files(a.printer)
		if err != nil {
			return err
		}
		if err := report.Write(files, r.out); err != nil {
			return err
		}
		entry := did(audit.Exported, "report_sum", "set", set.ID, "from", r.window().From, "to", r.window().To, "region", code, "file", filepath.Clean(r.out))
		if err := a.record(cmd.Context(), q, entry); err != nil {
			return err
		}
	}
	return a.result(sum, func(w io.Writer) { a.printSum(w, sum, r.out) })
}

func (a *app) printSum(w io.Writer, s *exchange.Sum, out string) {
	names := dashboards.NewNames(a.printer)
	line := func(state string, r queries.ReceivedPackage) {
		fmt.Fprintln(w, a.T("exchange.sum.row", "state", a.T("exchange.state."+state), "region", names.Region(r.Region), "organisation", r.Organisation, "hash", r.Hash[:12],
			"version", r.Version, "signed", dashboards.Moment(r.SignedAt)))
	}
	for _, t := range s.Taken {
		line("taken", t.ReceivedPackage)
	}
	for _, d := range s.Different {
		line("different", d.ReceivedPackage)
		for _, difference := range d.Differences {
			fmt.Fprintln(w, "  "+difference.Words(a.T))
		}
	}
	for _, r := range s.Within {
		line("within", r)
	}
	for _, r := range s.Replaced {
		line("replaced", r)
	}
	if len(s.Missing) > 0 {
		var missing []string
		for _, code := range s.Missing {
			missing = append(missing, names.Region(code))
		}
		fmt.Fprintln(w, a.printer.N("exchange.sum.missing", len(missing), "regions", strings.Join(missing, a.T("report.and"))))
	}
	switch {
	case s.Report == nil:
		fmt.Fprintln(w, a.T("exchange.sum.none"))
	case out == "":
		fmt.Fprintln(w, a.T("exchange.sum.next"))
	default:
		fmt.Fprintln(w, a.T("exchange.sum.written", "folder", out))
	}
}
