// Package preparation prepares reports: it fills the tables, writes what goes with them on paper, and keeps the whole. The
// command line asks for it.
package preparation

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/chart"
	"jianfu/internal/filter"
	"jianfu/internal/handling"
	"jianfu/internal/official"
	"jianfu/internal/paper"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Preparer prepares reports of a store.
type Preparer struct {
	q      *queries.Queries
	issues *handling.Issues
	draw   func() (*chart.Drawer, error)
	least  int64 // persons below which figures are concealed
	now    func() time.Time
}

// New makes a preparer. The kit draws the charts; it is unpacked when the first is drawn.
func New(q *queries.Queries, issues *handling.Issues, kit func() chart.Kit, least int64, now func() time.Time) *Preparer {
	return &Preparer{q, issues, sync.OnceValues(func() (*chart.Drawer, error) { return chart.New(kit()) }), least, now}
}

// Order is what is to be prepared.
type Order struct {
	Set          *report.Set
	View         queries.View
	Scope        filter.Scope // what the report is about
	Conceal      bool         // leaves out figures about few persons, as for readers who may not see records
	Mask         bool         // leaves out names and codes of typical units
	Organisation string       // "" names the bureau of the scope
	PreparedBy   string       // as it is printed
	Waivers      []report.Waiver
}

// Stage is how far a preparation is.
type Stage string

// The stages, in order.
const (
	Tables Stage = "tables" // figures are read and checked
	Words  Stage = "words"  // forms, report in words and brief are laid out
	Files  Stage = "files"  // files are written and kept
)

// Stages lists them.
var Stages = []Stage{Tables, Words, Files}

// Make makes the report with its papers. Where a check failed and is not waived, it comes without papers, and no file of it can
// be had.
func (p *Preparer) Make(ctx context.Context, o Order, at func(Stage)) (*report.Report, error) {
	at(Tables)
	issues := p.issuesOf(o.Scope)
	request := report.Request{View: o.View, Scope: o.Scope, Organisation: o.Organisation, PreparedBy: o.PreparedBy, Mask: o.Mask, Waivers: o.Waivers, Issues: issues, Now: p.now()}
	if o.Conceal {
		behind, err := p.q.PersonsBehind(ctx, o.Scope)
		if err != nil {
			return nil, err
		}
		request.Decisions, request.WholeScope = dashboards.NewRunDecisions(p.least, behind), true
	}
	made, err := report.Make(ctx, p.q, o.Set, request)
	if err != nil || len(made.Failed()) > 0 {
		return made, err
	}
	at(Words)
	counts, err := issues(ctx, made.Head.Window, "")
	if err != nil {
		return nil, err
	}
	handled := dashboards.Handled{}
	if all := counts[""]; len(all) > 0 {
		handled = all[0]
	}
	return made, p.attach(made, &handled)
}

// issuesOf counts the issues of a scope that were registered in a window.
func (p *Preparer) issuesOf(scope filter.Scope) report.CountIssues {
	return func(ctx context.Context, window period.Range, dimensions ...string) (map[string][]queries.IssueCount, error) {
		last := workday.DateOf(firstDay(window.To.Next()).Start().Add(-time.Hour))
		return p.issues.CountsOf(ctx, scope, handling.IssueFilter{From: firstDay(window.From), To: last}, dimensions...)
	}
}

// firstDay is the first day of a month.
func firstDay(m period.Period) workday.Date { return workday.Date(int32(m)*100 + 1) } //nolint:gosec // a date

// attach writes the papers: the forms, the report in words and the brief, each to be edited and to be printed.
func (p *Preparer) attach(r *report.Report, handled *dashboards.Handled) error {
	draw, err := p.draw()
	if errors.Is(err, chart.ErrNoKit) {
		return problem.Wrap(err, "chart_kit")
	}
	if err != nil {
		return err
	}
	frame := paper.Frame{Signature: r.Head.Organisation, Author: r.Head.Organisation, Date: dateOf(r), Made: r.Head.ComputedAt}
	narrative, err := paper.Report(dashboards.NewNarrative(r.Reading(), handled, r.Printer()), frame, draw, r.Printer())
	if err != nil {
		return err
	}
	papers := map[string]official.Document{
		"forms": forms(r), "narrative": narrative, "brief": paper.Brief(dashboards.NewBrief(r.Reading(), r.Printer()), frame, r.Printer()),
	}
	for _, name := range report.Papers {
		for _, ending := range []string{"html", "docx"} {
			content, err := paper.Formats[ending](papers[name])
			if err != nil {
				return err
			}
			r.Attach(r.Printer().T("report.paper."+name), ending, content)
		}
	}
	return nil
}

// dateOf is the day of the preparation as documents have it.
func dateOf(r *report.Report) string {
	day := workday.DateOf(r.Head.At)
	return r.Printer().T("report.paper.date", "year", day.Year(), "month", int(day/100%100), "day", int(day%100))
}

// forms are the tables on their sheets, each from a page of its own, after a cover that says what they are of and how the
// checks went.
func forms(r *report.Report) official.Document {
	p, h := r.Printer(), r.Head
	d := official.Document{Language: p.Language(), Title: h.Title, Subtitle: h.Organisation + "　" + h.Period, Author: h.Organisation, Made: h.ComputedAt}
	about := official.Table{Columns: []official.Column{{Title: p.T("report.paper.about"), Weight: 1}, {Title: p.T("report.paper.content"), Weight: 3}}}
	for _, line := range r.About() {
		about.Rows = append(about.Rows, official.Row{Cells: []string{line[0], line[1]}})
	}
	checks := official.Table{Columns: []official.Column{{Title: p.T("report.check.what"), Weight: 5}, {Title: p.T("report.check.outcome"), Weight: 1}}}
	for _, line := range r.CheckLines() {
		text, outcome := line.Title, p.T("report.check.passed")
		if !line.Passed {
			text, outcome = strings.TrimSpace(line.Title+" "+line.Remark), p.T("report.check.failed")
		}
		checks.Rows = append(checks.Rows, official.Row{Cells: []string{text, outcome}, Total: !line.Passed})
	}
	d.Blocks = append(d.Blocks, about)
	for _, s := range r.Sheets() {
		d.Blocks = append(d.Blocks, official.Turn{Landscape: true}, form(s))
	}
	d.Blocks = append(d.Blocks, official.Turn{}, official.Heading{Level: 1, Text: p.T("report.sheet.checks")}, checks)
	return d
}

// form is a table as a statistical form has it.
func form(s report.Sheet) official.Table {
	t := official.Table{ID: report.Anchor(s.ID, ""), Title: s.Title, Form: s.Form, Left: s.Left, Right: s.Right, Foot: []string{s.Signatures},
		Notes: append([]string{s.Definition, s.Counterfactual, s.Against}, s.Notes...)}
	for i, title := range s.Columns {
		c := official.Column{Title: title, Weight: 3, Figure: i > 1}
		if i == 1 {
			c.Weight = 6
		}
		t.Columns = append(t.Columns, c)
	}
	for _, row := range s.Rows {
		t.Rows = append(t.Rows, official.Row{ID: report.Anchor(s.ID, strconv.Itoa(row.Line)), Cells: row.Cells, Total: row.Total})
	}
	return t
}
