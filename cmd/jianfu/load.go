package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/etl"
	"jianfu/etl/reader"
	"jianfu/internal/access"
	"jianfu/internal/config"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// shownRejects is how many rejected lines a load prints; `export rejects` writes all of them.
const shownRejects = 10

// loadResult is what `load --json` prints of one file.
type loadResult struct {
	etl.Loaded
	Reasons map[string]uint64 `json:"reject_reasons"`
	first   []queries.Reject
}

func newLoadCommand(a *app) *cobra.Command {
	var allow []string
	encoding, control, mapping, dry := "", "", "", false
	withdrawn, reason := uint32(0), ""
	command := &cobra.Command{
		Use:     "load " + a.T("etl.argument.files"),
		Short:   a.T("etl.load.short"),
		Long:    a.T("etl.load.long"),
		Example: "  jianfu load units.csv contributions-2019-05.csv\n  jianfu --data /srv/jianfu load *.csv.gz --json",
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("withdraw") {
				return arguments(0, 0)(cmd, args)
			}
			return arguments(1, -1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("withdraw") {
				return a.withdraw(cmd, withdrawn, reason)
			}
			for _, code := range allow {
				if !slices.Contains(etl.Doubts, doubtPrefix+code) {
					return problem.New("load_allow_unknown", "value", code, "known", allowWords())
				}
			}
			var columns map[string]string
			if mapping != "" {
				var err error
				if columns, err = config.ReadColumns(mapping); err != nil {
					return err
				}
			}
			if dry {
				return a.preview(cmd, &etl.Loader{Encoding: encoding, Columns: columns, Now: time.Now}, args)
			}
			db, q, err := a.openToChange(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close() //nolint:errcheck // everything is stored by then
			var bar *progress
			shown := ""
			loader := etl.Loader{Queries: q, By: access.CommandLine(osUser()), Encoding: encoding, Control: control, Columns: columns, Now: time.Now, Progress: func(file string, done, total int64) {
				if file != shown {
					bar, shown = a.progress(a.T("etl.load.title", "file", file), total), file
				}
				bar.Report(done, total)
			}}
			loader.Waiting = a.sayWaiting
			for _, code := range allow {
				loader.Allow = append(loader.Allow, doubtPrefix+code)
			}
			loaded, err := loader.Load(cmd.Context(), args)
			if err != nil {
				return err
			}
			// The files are in by now, even if the user breaks off.
			ctx := context.WithoutCancel(cmd.Context())
			rejected, err := a.showLoads(ctx, q, loaded)
			if err == nil && rejected {
				err = errDifferences
			}
			return err
		},
	}
	command.Flags().StringSliceVar(&allow, "allow", nil, a.T("etl.flag.allow", "known", allowWords()))
	command.Flags().StringVar(&encoding, "encoding", "", a.T("etl.flag.encoding"))
	command.Flags().BoolVar(&dry, "dry-run", false, a.T("etl.flag.dry_run"))
	command.Flags().StringVar(&mapping, "mapping", "", a.T("etl.flag.mapping"))
	command.Flags().Uint32Var(&withdrawn, "withdraw", 0, a.T("etl.flag.withdraw"))
	command.Flags().StringVar(&reason, "reason", "", a.T("etl.flag.withdraw_reason"))
	command.Flags().StringVar(&control, "control", "", a.T("etl.flag.control"))
	return command
}

// doubtPrefix stands before the words of --allow in the codes of doubts.
const doubtPrefix = "load_"

// allowWords are the words that --allow takes.
func allowWords() string {
	words := make([]string, len(etl.Doubts))
	for i, code := range etl.Doubts {
		words[i] = strings.TrimPrefix(code, doubtPrefix)
	}
	return strings.Join(words, ", ")
}

// alone does something to the store while nothing else changes it.
func (a *app) alone(ctx context.Context, do func(q *queries.Queries) error) (err error) {
	db, q, err := a.openToChange(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	release, err := db.Lock(ctx, a.sayWaiting)
	if err != nil {
		return err
	}
	defer release()
	return do(q)
}

// sayWaiting says why nothing happens yet.
func (a *app) sayWaiting() {
	if !a.json {
		fmt.Fprintln(a.errOut, a.T("etl.waiting"))
	}
}

// showLoads prints what became of files, and tells whether there are rejects or notes to look at.
func (a *app) showLoads(ctx context.Context, q *queries.Queries, loaded []etl.Loaded) (rejected bool, err error) {
	results := make([]loadResult, len(loaded))
	for i, l := range loaded {
		results[i] = loadResult{Loaded: l}
		rejected = rejected || l.Rejected > 0 || slices.ContainsFunc(l.Declared, func(d queries.DeclaredTotal) bool { return !d.Equal() }) || slices.ContainsFunc(l.Notes, func(n queries.LoadNote) bool { return n.Code != reader.LinesAbove.String() })
		if results[i].Reasons, err = q.RejectReasons(ctx, l.ID); err != nil {
			return rejected, fmt.Errorf("count the rejects of load %d: %w", l.ID, err)
		}
		err := q.Rejects(ctx, []uint32{l.ID}, shownRejects, func(r *queries.Reject) error {
			results[i].first = append(results[i].first, *r)
			return nil
		})
		if err != nil {
			return rejected, fmt.Errorf("read the rejects of load %d: %w", l.ID, err)
		}
	}
	return rejected, a.result(results, func(w io.Writer) { a.printLoads(w, results) })
}

func (a *app) printLoads(w io.Writer, results []loadResult) {
	for _, r := range results {
		if r.Already {
			fmt.Fprintln(w, a.T("etl.load.already", "file", r.File, "load", r.ID))
			if r.Rejected > 0 {
				fmt.Fprintln(w, "  "+a.count("etl.load.rejected_before", r.Rejected))
			}
			if len(r.Declared) > 0 {
				a.printDeclared(w, r.Declared)
			}
			continue
		}
		fmt.Fprintln(w, a.T("etl.load.done", "file", r.File, "load", r.ID, "kind", a.T("etl.kind."+r.Kind), "found", a.foundText(&r.Loaded),
			"read", a.number(r.Read), "accepted", a.number(r.Accepted), "rejected", a.number(r.Rejected),
			"unchanged", a.number(r.Unchanged), "replaced", a.number(r.Replaced)))
		a.printTotals(w, r.Totals)
		a.printDeclared(w, r.Declared)
		if len(r.Found.OtherSheets) > 0 {
			fmt.Fprintln(w, "  "+a.T("etl.load.other_sheets", "sheets", strings.Join(r.Found.OtherSheets, a.T("etl.comma"))))
		}
		for _, n := range r.Notes {
			fmt.Fprintln(w, "  "+a.count("load_note."+n.Code, n.Lines))
		}
		for _, column := range r.UnknownColumns {
			fmt.Fprintln(w, "  "+a.T("etl.load.unknown_column", "column", column))
		}
		for i := range r.first {
			fmt.Fprintln(w, "  "+a.rejectText(&r.first[i]))
		}
		if r.Rejected > uint64(len(r.first)) {
			fmt.Fprintln(w, "  "+a.count("etl.load.more_rejects", r.Rejected-uint64(len(r.first))))
		}
	}
}

// foundText says how a file was read.
func (a *app) foundText(l *etl.Loaded) string {
	words := []string{l.Format}
	switch l.Format {
	case reader.FormatCSV:
		words = append(words, l.Encoding, a.T("etl.delimiter."+delimiterNames[l.Found.Delimiter]))
	case reader.FormatXLSX:
		words = append(words, a.T("etl.load.sheet", "sheet", l.Sheet))
	}
	if l.Compression != "none" {
		words = append(words, l.Compression)
	}
	if l.Found.HeaderLine > 1 {
		words = append(words, a.T("etl.load.header_line", "line", l.Found.HeaderLine))
	}
	return strings.Join(words, a.T("etl.comma"))
}

var delimiterNames = map[string]string{",": "comma", ";": "semicolon", "\t": "tab"}

// count is a text that names a number, in the form that goes with it.
func (a *app) count(key string, n uint64, namesAndValues ...any) string {
	return a.printer.N(key, int(n), namesAndValues...) //nolint:gosec // counts
}

func (a *app) number(n uint64) string { return a.printer.Number(int64(n)) } //nolint:gosec // counts

// rejectText says in one line where a line was rejected and why.
func (a *app) rejectText(r *queries.Reject) string {
	return a.T("etl.reject.line", "line", r.Line, "column", r.Column, "value", r.Value, "reason", a.rejectReason(r))
}

// rejectReason is the reason in the user's language.
func (a *app) rejectReason(r *queries.Reject) string {
	var values []any
	for name, value := range r.Details {
		values = append(values, name, value)
	}
	return a.T("reject."+r.Code, values...)
}
