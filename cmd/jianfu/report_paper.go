package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/internal/audit"
	"jianfu/internal/chart"
	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/handling"
	"jianfu/internal/official"
	"jianfu/internal/paper"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/report"
	"jianfu/internal/tabular"
	"jianfu/internal/web"
	"jianfu/queries"
)

// paperRequest is what the flags of `report narrative` and `report brief` ask for.
type paperRequest struct {
	kind         string // narrative, brief
	month        month
	from, to     month
	comparison   string
	payer        string
	region       string
	leastPersons int64
	out          string
	frame        paper.Frame
	reason       string // for the audit log
}

// paperFormats are the endings that files of documents may have.
var paperFormats = slices.Sorted(maps.Keys(paper.Formats))

// newPaperCommand is a subcommand of `report` that writes a document in words.
func newPaperCommand(a *app, kind string) *cobra.Command {
	r := &paperRequest{kind: kind}
	cmd := &cobra.Command{
		Use:     kind,
		Short:   a.T("report." + kind + ".short"),
		Long:    a.T("report." + kind + ".long"),
		Example: "  jianfu report " + kind + " --month 2019-12 --out report.docx\n  jianfu report " + kind + " --from 2019-05 --to 2019-12 --region 320500 --out report.html",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := r.check(cmd); err != nil {
				return err
			}
			return a.writePaper(cmd.Context(), r)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&r.month, "month", a.T("paper.flag.month"))
	flags.Var(&r.from, "from", a.T("etl.flag.from"))
	flags.Var(&r.to, "to", a.T("etl.flag.to"))
	flags.StringVar(&r.comparison, "comparison", "", a.T("etl.flag.comparison"))
	flags.StringVar(&r.payer, "payer", "employer", a.T("etl.flag.payer"))
	flags.StringVar(&r.region, "region", "", a.T("paper.flag.region"))
	flags.Int64Var(&r.leastPersons, "least-persons", disclosure.Least, a.T("web.flag.least_persons"))
	flags.StringVar(&r.frame.To, "addressee", "", a.T("paper.flag.addressee"))
	flags.StringVar(&r.frame.Signature, "sign", "", a.T("paper.flag.sign"))
	flags.StringVar(&r.frame.Date, "date", "", a.T("paper.flag.date"))
	flags.StringVar(&r.out, "out", "", a.T("paper.flag.out"))
	flags.StringVar(&r.reason, "reason", "", a.T("etl.flag.reason"))
	require(cmd, "out")
	return cmd
}

func (r *paperRequest) check(cmd *cobra.Command) error {
	if _, ok := paper.Formats[r.format()]; !ok {
		return misused(cmd, "paper_format", "file", r.out, "known", "."+strings.Join(paperFormats, ", ."))
	}
	if r.month != 0 {
		if r.from != 0 || r.to != 0 {
			return misused(cmd, "paper_month_and_window")
		}
		r.from, r.to = r.month, r.month
	}
	if r.to != 0 && r.from > r.to {
		return misused(cmd, "window_reversed", "from", period.Period(r.from), "to", period.Period(r.to))
	}
	if _, err := payersOf(r.payer); err != nil {
		return misused(cmd, "export_payer", "payer", r.payer)
	}
	if r.region != "" && !region.Known(r.region) {
		return misused(cmd, "paper_region", "region", r.region)
	}
	return nil
}

// format is the ending of the file's name.
func (r *paperRequest) format() string {
	return strings.ToLower(r.out[strings.LastIndex(r.out, ".")+1:])
}

// paperResult is what `report narrative --json` prints.
type paperResult struct {
	File string `json:"file"`
	Run  uint32 `json:"run"`
	queries.View
}

func (a *app) writePaper(ctx context.Context, r *paperRequest) (err error) {
	db, q, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	reading, err := r.reading(ctx, q)
	if err != nil {
		return err
	}
	d, err := a.layOut(ctx, q, r, reading)
	if err != nil {
		return err
	}
	contents, err := paper.Formats[r.format()](d)
	if err != nil {
		return err
	}
	if err := tabular.File(r.out, func(w io.Writer) error { _, err := w.Write(contents); return err }); err != nil {
		return err
	}
	view := reading.Overview.View
	entry := did(audit.Exported, "report/"+r.kind, "file", r.out, "from", view.Window.From, "to", view.Window.To, "comparison", view.Comparison, "payer", r.payer,
		"region", r.region, "run", reading.Overview.Stamp.Run)
	if err := a.record(ctx, q, entry.Because(r.reason)); err != nil {
		return err
	}
	return a.result(paperResult{r.out, reading.Overview.Stamp.Run, view}, func(w io.Writer) {
		fmt.Fprintln(w, a.T("paper.done", "file", r.out))
	})
}

// reading is what the document is about, without what concerns too few persons: a report leaves the house.
func (r *paperRequest) reading(ctx context.Context, q *queries.Queries) (dashboards.Reading, error) {
	figures, err := q.Figures(ctx)
	if err != nil {
		return dashboards.Reading{}, err
	}
	if err := report.Settled(ctx, q); err != nil {
		return dashboards.Reading{}, err
	}
	payers, err := payersOf(r.payer)
	if err != nil {
		return dashboards.Reading{}, err
	}
	view, err := figures.Complete(queries.View{
		Window: period.Range{From: period.Period(r.from), To: period.Period(r.to)}, Comparison: r.comparison, Payers: payers, Narrow: queries.Narrow{Region: r.region},
	})
	if err != nil {
		return dashboards.Reading{}, err
	}
	overview, err := q.Overview(ctx, filter.Everything(), view)
	if err != nil {
		return dashboards.Reading{}, err
	}
	if err := report.Whole(overview, figures.Run.ID); err != nil || r.leastPersons <= 1 {
		return dashboards.Reading{Overview: overview}, err
	}
	behind, err := figures.PersonsBehind(ctx, filter.Everything())
	if err != nil {
		return dashboards.Reading{}, err
	}
	hidden := dashboards.NewHidden(dashboards.NewRunDecisions(r.leastPersons, behind), filter.Everything(), view.Narrow, true)
	overview, hidden = dashboards.Conceal(overview, hidden)
	return dashboards.Reading{Overview: overview, Hidden: hidden}, nil
}

// layOut makes the document in the user's language.
func (a *app) layOut(ctx context.Context, q *queries.Queries, r *paperRequest, reading dashboards.Reading) (official.Document, error) {
	p, frame := a.printer, r.frame
	frame.Author, frame.Made = frame.Signature, reading.Overview.Stamp.ComputedAt
	if r.kind == "brief" {
		return paper.Brief(dashboards.NewBrief(reading, p), frame, p), nil
	}
	q.ConcealBelow(r.leastPersons)
	d, err := a.handling(q)
	if err != nil {
		return official.Document{}, err
	}
	handled, err := handledIn(ctx, d, r.region)
	if err != nil {
		return official.Document{}, err
	}
	draw, err := chart.New(web.ChartKit())
	if errors.Is(err, chart.ErrNoKit) {
		return official.Document{}, problem.Wrap(err, "chart_kit")
	}
	if err != nil {
		return official.Document{}, err
	}
	return paper.Report(dashboards.NewNarrative(reading, handled, p), frame, draw, p)
}

// handledIn is what became of the issues of a region, "" for all.
func handledIn(ctx context.Context, d *handling.Issues, code string) (*dashboards.Handled, error) {
	counts, err := d.Counts(ctx, filter.Everything().OnlySums(), handling.IssueFilter{Region: code})
	if err != nil || len(counts) == 0 {
		return &dashboards.Handled{}, err
	}
	return &counts[0], nil
}
