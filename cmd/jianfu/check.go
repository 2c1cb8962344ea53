package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/etl"
	"jianfu/etl/reader"
	"jianfu/internal/declaration"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/internal/tabular"
	"jianfu/internal/web"
	"jianfu/queries"
)

// shownFindings is how many lines, rejects and persons each a check prints; --out writes all of them.
const shownFindings = 50

// checkRequest is what the flags of `check` ask for.
type checkRequest struct {
	file, units string
	comparison  string
	out, format string
	encoding    string
	bom         bool
}

func newCheckCommand(a *app) *cobra.Command {
	r := &checkRequest{}
	cmd := &cobra.Command{
		Use:   "check " + a.T("declaration.argument.file"),
		Short: a.T("declaration.check.short"),
		Long:  a.T("declaration.check.long"),
		Example: "  jianfu check declaration-2019-05.csv\n" +
			"  jianfu check declaration-2019-05.csv --units units.csv --out findings.xlsx --format xlsx",
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(tabular.Formats, r.format) {
				return misused(cmd, "export_format", "format", r.format, "known", strings.Join(tabular.Formats, ", "))
			}
			r.file = args[0]
			return a.check(cmd.Context(), r)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&r.units, "units", "", a.T("declaration.flag.units"))
	flags.StringVar(&r.comparison, "comparison", "", a.T("etl.flag.comparison"))
	flags.StringVar(&r.out, "out", "", a.T("declaration.flag.out"))
	flags.StringVar(&r.format, "format", "csv", a.T("etl.flag.format"))
	flags.StringVar(&r.encoding, "encoding", "", a.T("etl.flag.encoding"))
	flags.BoolVar(&r.bom, "bom", false, a.T("etl.flag.bom"))
	return cmd
}

// check checks a file and shows what it found.
func (a *app) check(ctx context.Context, r *checkRequest) error {
	result, err := a.checked(ctx, r)
	if err != nil {
		return err
	}
	for i := range result.Rejects {
		result.Rejects[i].Message = dashboards.DeclarationReject(&result.Rejects[i], a.printer)
	}
	rows := uint64(0)
	if r.out != "" {
		write := func(w io.Writer) (err error) {
			rows, err = a.writeFindings(w, r, &result)
			return err
		}
		if r.out == "-" {
			err = write(a.out)
		} else {
			err = tabular.File(r.out, write)
		}
		if err != nil {
			return err
		}
	}
	if r.out != "-" {
		err = a.result(result, func(w io.Writer) {
			a.printDeclaration(w, &result)
			if r.out != "" {
				fmt.Fprintln(w, a.T("declaration.written", "file", r.out, "count", a.number(rows)))
			}
		})
	}
	if err == nil && !result.Clean {
		err = errDifferences
	}
	return err
}

// checked is the check itself: by the registrations of a file, without the store, or by those of the store.
func (a *app) checked(ctx context.Context, r *checkRequest) (none declaration.Result, err error) {
	o := etl.DeclarationOptions{Scope: filter.Everything(), Comparison: r.comparison, Now: time.Now().In(period.Beijing),
		Open: func(options reader.Options) (*reader.File, error) {
			options.Encoding = r.encoding
			return reader.Open(r.file, options)
		}}
	if r.units != "" {
		if o.Units, err = etl.RegistrationsIn(ctx, r.units); err != nil {
			return none, err
		}
		if o.Pack, err = a.pack(); err != nil {
			return none, err
		}
		return etl.CheckDeclaration(ctx, nil, o)
	}
	db, q, err := a.open(ctx)
	if err != nil {
		return none, err
	}
	defer db.Close() //nolint:errcheck // only read
	if o.Pack, err = a.packOf(ctx, q); err != nil {
		return none, err
	}
	return etl.CheckDeclaration(ctx, q, o)
}

// printDeclaration says in words what was found.
func (a *app) printDeclaration(w io.Writer, r *declaration.Result) {
	fmt.Fprintln(w, dashboards.DeclarationVerdict(r, a.printer))
	for i := range r.Lines[:min(len(r.Lines), shownFindings)] {
		a.printLine(w, dashboards.NewDeclaredLine(&r.Lines[i], a.printer))
	}
	a.printMore(w, len(r.Lines))
	for i := range r.Rejects[:min(len(r.Rejects), shownFindings)] {
		x := &r.Rejects[i]
		fmt.Fprintln(w, "  "+a.rejectText(&queries.Reject{Line: x.Line, Column: x.Column, Value: x.Value, Code: x.Code, Details: x.Details}))
	}
	a.printMore(w, len(r.Rejects))
	page := dashboards.NewDeclaration(r, a.printer)
	for _, row := range page.Persons.Rows[:min(len(page.Persons.Rows), shownFindings)] {
		fmt.Fprintln(w, "  "+a.T("declaration.person.line", "change", row[0].Text, "month", row[1].Text, "insurance", row[2].Text, "record", row[3].Text))
	}
	a.printMore(w, len(page.Persons.Rows))
	for _, u := range r.Units[:min(len(r.Units), shownFindings)] {
		fmt.Fprintln(w, a.sumText("declaration.unit", u.Totals, "unit", strings.TrimSpace(u.Name+" "+u.UnitID)))
	}
	a.printMore(w, len(r.Units))
	if len(r.Units) > 1 {
		fmt.Fprintln(w, a.sumText("declaration.total", r.Totals))
	}
	for _, note := range page.Notes {
		fmt.Fprintln(w, note)
	}
}

func (a *app) printLine(w io.Writer, l dashboards.DeclaredLine) {
	for _, s := range l.Rows {
		for _, why := range s.Why {
			text := why.Text
			if why.Document != "" {
				text = a.T("declaration.line.document", "text", text, "document", why.Document)
			}
			fmt.Fprintln(w, "  "+a.T("declaration.line", "line", l.Line, "record", l.Record, "month", l.Month, "insurance", l.Insurance, "payer", s.Payer, "text", text))
		}
		if s.Amount.Right != "" && len(s.Why) > 1 {
			fmt.Fprintln(w, "    "+a.T("declaration.line.right", "declared", s.Amount.Declared, "right", s.Amount.Right, "difference", s.Difference))
		}
	}
}

// printMore says how many more there are than were printed.
func (a *app) printMore(w io.Writer, all int) {
	if all > shownFindings {
		fmt.Fprintln(w, "  "+a.count("declaration.more", uint64(all-shownFindings)))
	}
}

func (a *app) sumText(key string, totals []declaration.PayerTotal, namesAndValues ...any) string {
	s := declaration.Both(totals)
	return a.T(key, append(namesAndValues, "charged", dashboards.Exact(s.Charged), "new", dashboards.Exact(s.New), "shortfall", dashboards.Exact(s.Shortfall),
		"old", dashboards.Exact(s.Old), "due", dashboards.Exact(s.Due))...)
}

// findingColumns are those of the file of findings: a row for each payer of a line with something to look at, for each line that
// would be refused and for each person who is new or missing.
var findingColumns = []string{"kind", "line", "record_id", "unit_id", "period", "insurance", "entry_type", "payer", "base", "right_base", "rate", "right_rate",
	"amount", "right_amount", "difference", "reasons", "rate_document", "base_document", "twin", "column", "value", "message"}

// writeFindings writes the file.
func (a *app) writeFindings(w io.Writer, r *checkRequest, result *declaration.Result) (uint64, error) {
	file := exportRequest{format: r.format, bom: r.bom, book: a.book("check", nil, queries.View{}, "both")}
	return file.write(w, findingColumns, func(row func(...any) error) error {
		for i := range result.Lines {
			if err := a.lineRows(&result.Lines[i], row); err != nil {
				return err
			}
		}
		for _, x := range result.Rejects {
			if err := row("reject", x.Line, "", "", "", "", "", "", nil, nil, nil, nil, nil, nil, nil, x.Code, "", "", "", x.Column, x.Value, x.Message); err != nil {
				return err
			}
		}
		for _, u := range result.Units {
			for _, one := range []struct {
				kind string
				list []declaration.PersonChange
			}{{"person_new", u.New}, {"person_missing", u.Missing}} {
				for _, p := range one.list {
					if err := row(one.kind, lineOrNone(p.Line), p.RecordID, u.UnitID, p.Period.String(), p.Insurance, "normal", "", nil, nil, nil, nil, nil, nil, nil, "", "", "", "", "", "", ""); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// lineOrNone is a line of the file; nothing for what stands in the store.
func lineOrNone(line uint64) any {
	if line == 0 {
		return nil
	}
	return line
}

// lineRows writes the rows of a line, one a payer.
func (a *app) lineRows(l *declaration.LineResult, row func(...any) error) error {
	twin := ""
	if l.Twin != nil {
		twin = l.Twin.RecordID
	}
	for _, said := range dashboards.NewDeclaredLine(l, a.printer).Rows {
		s := said.Of
		right := []any{nil, nil, nil, nil}
		rateDocument, baseDocument := "", ""
		if s.Right != nil {
			right = []any{s.Right.Base, s.Right.Rate.String(), s.Right.Amount, s.Difference}
			rateDocument, baseDocument = s.Right.RateDocument, s.Right.BaseDocument
		}
		var texts []string
		for _, why := range said.Why {
			texts = append(texts, why.Text)
		}
		err := row("line", l.Line, l.RecordID, l.UnitID, l.Period.String(), l.Insurance, l.EntryType, s.Payer.String(), s.Declared.Base, right[0], s.Declared.Rate.String(), right[1],
			s.Declared.Amount, right[2], right[3], dashboards.DeclarationReasons(l, s), rateDocument, baseDocument, twin, "", "", strings.Join(texts, a.T("web.list_separator")))
		if err != nil {
			return err
		}
	}
	return nil
}

// mostDeclared is how many lines a declaration may have that is checked over the web; the command takes any number.
const mostDeclared = 200_000

// checks gives the web server what checks declarations: by the pack of the published run, or the one that the flags name.
func (a *app) checks(q *queries.Queries) web.Checks {
	return func(ctx context.Context, scope filter.Scope, d web.DeclaredFile) (declaration.Result, error) {
		pack, err := a.packOf(ctx, q)
		if err != nil {
			return declaration.Result{}, err
		}
		open := reader.OpenContent
		if d.JSONLines {
			open = reader.OpenJSONLines
		}
		return etl.CheckDeclaration(ctx, q, etl.DeclarationOptions{Scope: scope, Pack: pack, Comparison: d.Comparison, Most: mostDeclared, Now: time.Now().In(period.Beijing),
			Open: func(o reader.Options) (*reader.File, error) { return open(d.Name, d.Content, o) }})
	}
}
