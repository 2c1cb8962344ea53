package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/exchange"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/report"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// exchanged runs something in the office of packages.
func (a *app) exchanged(ctx context.Context, do func(office *exchange.Office, q *queries.Queries, p access.Principal) error) error {
	db, q, err := a.openToChange(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // what was written stands by then
	return do(exchange.NewOffice(q, time.Now), q, access.CommandLine(osUser()))
}

// reportSet is the set of definitions in a folder; "" for those in the program.
func reportSet(definitions string) (*report.Set, error) {
	if definitions == "" {
		return report.Load(report.Shipped())
	}
	return report.Load(os.DirFS(definitions))
}

func newReportExportCommand(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "export " + a.T("report.argument.id"),
		Short:   a.T("exchange.export.short"),
		Long:    a.T("exchange.export.long"),
		Example: "  jianfu report export 1f0c9a3e --out jiangsu-2019-05.zip",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Lstat(out); !errors.Is(err, fs.ErrNotExist) {
				return problem.New("exchange_there", "file", out)
			}
			return a.exchanged(cmd.Context(), func(office *exchange.Office, q *queries.Queries, p access.Principal) error {
				kept, err := report.NewArchive(q, time.Now).Find(cmd.Context(), p, args[0])
				if err != nil {
					return err
				}
				e, err := office.Export(cmd.Context(), p, kept, func(content []byte) error { return writeWhole(out, content) })
				if err != nil {
					return err
				}
				e.File = out
				return a.result(e, func(w io.Writer) {
					fmt.Fprintln(w, a.T("exchange.exported", "file", out, "size", a.number(uint64(e.Size)), "region", region.Name(e.Region), "fingerprint", exchange.Grouped(e.Fingerprint))) //nolint:gosec // a size
					fmt.Fprintln(w, a.T("exchange.hash", "hash", e.Hash))
				})
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", a.T("exchange.flag.out"))
	require(cmd, "out")
	return cmd
}

// writeWhole writes a file, whole or not at all.
func writeWhole(name string, content []byte) error {
	return tabular.File(name, func(w io.Writer) error { _, err := w.Write(content); return err })
}

func newReportImportCommand(a *app) *cobra.Command {
	var definitions, ours string
	cmd := &cobra.Command{
		Use:     "import " + a.T("exchange.argument.files"),
		Short:   a.T("exchange.import.short"),
		Long:    a.T("exchange.import.long"),
		Example: "  jianfu report import jiangsu-2019-05.zip zhejiang-2019-05.zip",
		Args:    arguments(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := reportSet(definitions)
			if err != nil {
				return err
			}
			return a.exchanged(cmd.Context(), func(office *exchange.Office, _ *queries.Queries, p access.Principal) error {
				if ours, err = ourRegion(office, ours); err != nil {
					return err
				}
				receipts := []exchange.Receipt{}
				var refused []error
				for _, name := range args {
					receipt, err := a.importPackage(cmd.Context(), office, p, name, set, ours)
					if err != nil {
						refused = append(refused, err)
						continue
					}
					receipts = append(receipts, receipt)
				}
				return errors.Join(append([]error{a.result(receipts, func(w io.Writer) { a.printReceipts(w, receipts) })}, refused...)...)
			})
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&definitions, "definitions", "", a.T("report.flag.definitions"))
	cmd.Flags().StringVar(&ours, "region", "", a.T("exchange.flag.region"))
	return cmd
}

// ourRegion is the region that the flags name, or else that of the bureau.
func ourRegion(office *exchange.Office, named string) (string, error) {
	switch {
	case named == "":
		return office.Region()
	case named != exchange.Nation && !region.Known(named):
		return "", problem.New("report_region", "region", named)
	}
	return named, nil
}

// importPackage takes in one file; what it is refused for is said with its name.
func (a *app) importPackage(ctx context.Context, office *exchange.Office, p access.Principal, name string, set *report.Set, ours string) (exchange.Receipt, error) {
	content, err := exchange.ReadFile(name)
	if err != nil {
		return exchange.Receipt{}, err
	}
	receipt, err := office.Receive(ctx, p, content, set, ours)
	var refusal *exchange.Refusal
	if errors.As(err, &refusal) {
		for _, d := range refusal.Differences {
			fmt.Fprintln(a.errOut, "  "+d.Words(a.T))
		}
		a.printFailed(a.errOut, refusal.Failed)
	}
	if problem.Code(err) != "" {
		return receipt, problem.Wrap(err, "exchange_refused", "file", name, "cause", a.printer.Error(err))
	}
	return receipt, err
}

func (a *app) printReceipts(w io.Writer, receipts []exchange.Receipt) {
	for _, r := range receipts {
		key := "exchange.received"
		switch {
		case r.Already:
			key = "exchange.already"
		case r.Older > 0:
			key = "exchange.received_newer"
		}
		fmt.Fprintln(w, a.T(key, "hash", r.Hash[:12], "region", region.Name(r.Region), "organisation", r.Organisation, "title", r.Title, "period", a.windowOfPackage(r.ReceivedPackage),
			"tables", r.Tables, "checks", len(r.Checks), "waived", r.Waived, "older", r.Older, "at", dashboards.Moment(r.ReceivedAt)))
	}
}

func (a *app) windowOfPackage(r queries.ReceivedPackage) string {
	return a.windowOf(queries.KeptReport{From: r.From, To: r.To})
}

func newReportReceivedCommand(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "received [" + a.T("exchange.argument.package") + "]",
		Short:   a.T("exchange.received.short"),
		Long:    a.T("exchange.received.long"),
		Example: "  jianfu report received\n  jianfu report received 4be1c07a93d2 --out jiangsu-2019-05.zip",
		Args:    arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (out == "") != (len(args) == 0) {
				return misused(cmd, "exchange_take")
			}
			return a.exchanged(cmd.Context(), func(office *exchange.Office, q *queries.Queries, p access.Principal) error {
				if out != "" {
					return a.takePackage(cmd.Context(), office, q, p, args[0], out)
				}
				list, err := office.Received(cmd.Context(), p)
				if err != nil {
					return err
				}
				if list == nil {
					list = []queries.ReceivedPackage{}
				}
				return a.result(list, func(w io.Writer) { a.printPackages(w, list) })
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", a.T("exchange.flag.out"))
	return cmd
}

// takePackage writes a package as it was received.
func (a *app) takePackage(ctx context.Context, office *exchange.Office, q *queries.Queries, p access.Principal, hash, out string) error {
	if _, err := os.Lstat(out); !errors.Is(err, fs.ErrNotExist) {
		return problem.New("exchange_there", "file", out)
	}
	found, content, err := office.Find(ctx, p, hash)
	if err != nil {
		return err
	}
	if err := writeWhole(out, content); err != nil {
		return err
	}
	if err := a.record(ctx, q, did(audit.Exported, "report_package", "package", found.Hash, "file", out)); err != nil {
		return err
	}
	return a.result(found, func(w io.Writer) { fmt.Fprintln(w, a.T("exchange.taken", "file", out, "hash", found.Hash)) })
}

func (a *app) printPackages(w io.Writer, list []queries.ReceivedPackage) {
	for _, r := range list {
		fmt.Fprintln(w, a.T("exchange.received.row", "hash", r.Hash[:12], "region", region.Name(r.Region), "organisation", r.Organisation, "period", a.windowOfPackage(r), "title", r.Title,
			"report", report.NumberOf(r.ReportID), "version", r.Version, "signed", dashboards.Moment(r.SignedAt), "at", dashboards.Moment(r.ReceivedAt)))
	}
	if len(list) == 0 {
		fmt.Fprintln(w, a.T("exchange.received.none"))
	}
}
