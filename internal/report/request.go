package report

import (
	"context"
	"slices"
	"strings"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Request is what a report is asked about, and for whom.
type Request struct {
	View         queries.View          // what is left open is filled in; it is not narrowed: a part of the store is a scope
	Scope        filter.Scope          // what the report is about
	Decisions    *dashboards.Decisions // what must be concealed from its owner; nil where he may see records
	Mask         bool                  // units that the report names have no name and no code in it
	WholeScope   bool                  // the scope is all that the decisions were made about
	Organisation string                // 填报单位; "" names the bureau of the scope
	PreparedBy   string
	Waivers      []Waiver
	Issues       CountIssues // of the ledger; nil where no table of the set needs them
	Now          time.Time
}

// Waiver lets a report be written though a check failed. It is printed.
type Waiver struct {
	Check  string `json:"check"`
	Reason string `json:"reason"`
	By     string `json:"by"`             // account
	Name   string `json:"name,omitempty"` // whose that is, as it is printed
}

// Who is how a waiver is signed.
func (w Waiver) Who() string {
	if w.Name != "" {
		return w.Name
	}
	return w.By
}

// CountIssues counts the issues registered in a window by dimensions of the ledger; "" is all of them.
type CountIssues func(ctx context.Context, window period.Range, dimensions ...string) (map[string][]queries.IssueCount, error)

// Report is a set filled with figures.
type Report struct {
	Set     *Set
	Head    Head
	Tables  []*Table
	Checks  []Outcome
	Changes *Changes // from the version before; nil where it revises none
	Least   int64    // persons below which a figure is concealed; 0 where nothing is

	p        *i18n.Printer
	scope    filter.Scope
	packHash string
	reading  dashboards.Reading
	attached []File
}

// Head says what all tables are about.
type Head struct {
	Title        string
	Organisation string
	Window       period.Range
	Period       string // the window in words
	Comparison   queries.Comparison
	Against      []string // titles of the measures that the old policy has already: they are no reduction
	Version      uint16   // from 1
	Revises      *Before  // the version before; nil of a first one
	Previous     *Before  // the report of the months before; nil where none was signed
	Run          uint32
	Pack         string
	ComputedAt   time.Time
	DataTo       period.Period
	Rejected     uint64 // lines rejected by all loads, of any month; 0 for who sees a part of the store
	Uncovered    uint64 // records of the report's months and region that the old policy has no rate for: in no sum
	LeftOut      uint64 // units that have them
	Estimates    uint64 // summary records of all that was computed; 0 for who sees a part of the store
	PreparedBy   string
	At           time.Time
	Says         string   // what reductions are measured against, where the parts of a sum say it
	Summed       int      // of how many packages the figures are the sum; 0 where they are of a run
	Remarks      []string // on every table
}

// Before is a report that was signed before.
type Before struct {
	ID      string
	Version uint16
	Period  string // in words
	Run     uint32
}

// sources are the figures that a report is filled with. shown is what its owner may see of full.
type sources struct {
	names       dashboards.Names
	p           *i18n.Printer
	figures     *queries.Figures
	view        queries.View
	scope       filter.Scope
	comparison  policy.Comparison
	full        queries.Overview
	shown       queries.Overview
	hidden      dashboards.Hidden
	summary     queries.SummaryRow
	typical     map[string][]queries.ChosenUnit // by table
	masked      bool
	below       map[string]divided // divisions, by section
	comparisons []compared
	issues      map[string][]queries.IssueCount
	past        past
}

// hiddenNothing hides nothing.
var hiddenNothing = dashboards.Hidden{}

// divided is a member divided further.
type divided struct {
	full, shown []queries.MemberRow
	hidden      dashboards.Hidden
}

// compared is the whole under one comparison.
type compared struct {
	comparison policy.Comparison
	total      queries.MemberRow
}

// Make fills the tables of a set. It refuses, with a problem, where there is nothing whole to report: no run, a run that is held,
// files that wait to be computed, or a month without figures. Where a report of the same months, set and scope was signed, it is
// the next version of that, with what has changed and why.
func Make(ctx context.Context, q *queries.Queries, set *Set, r Request) (*Report, error) {
	f, err := q.Figures(ctx)
	if err != nil {
		return nil, err
	}
	if err := Settled(ctx, q); err != nil {
		return nil, err
	}
	s, err := gather(ctx, f, set, r)
	if err != nil {
		return nil, err
	}
	if err := Whole(s.full, f.Run.ID); err != nil {
		return nil, err
	}
	if s.past, err = lookBack(ctx, q, set, s.view, r); err != nil {
		return nil, err
	}
	if r.Decisions != nil {
		s.conceal(r)
		if s.hidden.All() {
			return nil, problem.New("report_concealed", "least", r.Decisions.Least)
		}
	}
	report := &Report{Set: set, Head: s.head(set, r), p: s.p, scope: r.Scope, packHash: s.full.Stamp.PackHash,
		reading: dashboards.Reading{Overview: s.shown, Hidden: s.hidden}}
	full := map[string]*Table{}
	for _, d := range set.Tables {
		full[d.ID] = s.table(d, s.full, hiddenNothing, nil)
	}
	for _, d := range set.Tables {
		t := full[d.ID]
		if r.Decisions != nil {
			t = s.table(d, s.shown, s.hidden, full[d.ID])
			report.Least = r.Decisions.Least
		}
		report.Tables = append(report.Tables, t)
	}
	if s.past.version != nil {
		if err := report.change(ctx, q, s, r, full); err != nil {
			return nil, err
		}
	}
	if report.Checks, err = s.check(ctx, q, report, full); err != nil {
		return nil, err
	}
	if r.Decisions != nil {
		report.concealDifferences()
	}
	return report, report.waive(r.Waivers)
}

// gather reads what the tables need, all of one run.
func gather(ctx context.Context, f *queries.Figures, set *Set, r Request) (s *sources, err error) {
	s = &sources{figures: f, scope: r.Scope, p: i18n.For(set.Language), typical: map[string][]queries.ChosenUnit{}, masked: r.Mask, below: map[string]divided{}}
	s.names = dashboards.NewNames(s.p)
	if s.view, err = f.Complete(r.View); err != nil {
		return nil, err
	}
	if s.comparison, err = f.Pack.Comparison(s.view.Comparison); err != nil {
		return nil, err
	}
	if s.full, err = f.Overview(ctx, r.Scope, s.view); err != nil {
		return nil, err
	}
	s.shown = s.full
	summary, err := f.Summary(ctx, r.Scope, s.view, []string{})
	if err != nil {
		return nil, err
	}
	if len(summary) == 1 {
		s.summary = summary[0]
	}
	for _, d := range set.Tables {
		if err := s.gatherFor(ctx, d, r); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// conceal takes out what the owner of the report must not see. Reasons that the version before had put together stay together.
func (s *sources) conceal(r Request) {
	s.shown, s.hidden = dashboards.Conceal(s.full, dashboards.NewHidden(r.Decisions, r.Scope, s.view.Narrow, r.WholeScope))
	if v := s.past.version; v != nil {
		s.shown.ByReason = v.merge(s.shown.ByReason)
	}
}

// Settled refuses a store in which a run waits for somebody to confirm it.
func Settled(ctx context.Context, q *queries.Queries) error {
	held, err := q.WaitingRuns(ctx)
	if err == nil && len(held) > 0 {
		err = problem.New("report_held", "run", held[0].ID)
	}
	return err
}

// Whole refuses figures that are not all computed, lack a month, are not those of a run, or are none at all.
func Whole(o queries.Overview, run uint32) error {
	if o.Stamp.Run != run {
		return problem.New("report_run_changed")
	}
	if o.Stamp.Waiting != nil {
		return problem.New("report_waiting", "at", dashboards.Moment(o.Stamp.Waiting.LoadedAt))
	}
	if missing := o.Stamp.Missing(o.View.Window); len(missing) > 0 {
		months := make([]string, len(missing))
		for i, m := range missing {
			months[i] = m.String()
		}
		return problem.New("report_months", "months", strings.Join(months, " "))
	}
	if o.Total.Units == 0 {
		return problem.New("report_no_figures", "from", o.View.Window.From, "to", o.View.Window.To)
	}
	return nil
}

// gatherFor reads what one table needs beside the overview.
func (s *sources) gatherFor(ctx context.Context, d *Definition, r Request) error {
	if w := d.Rows.Within; w != nil {
		return s.divide(ctx, w.Member, r)
	}
	switch families[d.Rows.By] {
	case typical:
		return s.choose(ctx, d, r)
	case comparisons:
		return s.compare(ctx)
	case issues:
		return s.count(ctx, d, r)
	}
	return nil
}

// divide reads the divisions of a section.
func (s *sources) divide(ctx context.Context, section string, r Request) error {
	view := s.view
	view.Narrow.Industry = section
	rows, err := s.figures.Members(ctx, s.scope, view, "division")
	of := divided{full: rows, shown: rows}
	if err == nil && r.Decisions != nil {
		var o queries.Overview
		o.View, o.ByIndustry = view, rows
		o, of.hidden = dashboards.Conceal(o, dashboards.NewHidden(r.Decisions, r.Scope, view.Narrow, r.WholeScope))
		of.shown = o.ByIndustry
	}
	s.below[section] = of
	return err
}

// compare reads the whole under each comparison of the pack.
func (s *sources) compare(ctx context.Context) error {
	s.comparisons = nil
	for _, c := range s.figures.Pack.Comparisons {
		if c.ID == s.view.Comparison {
			s.comparisons = append(s.comparisons, compared{c, s.full.Total})
			continue
		}
		view := s.view
		view.Comparison = c.ID
		total, err := s.figures.Members(ctx, s.scope, view, "total")
		if err != nil {
			return err
		}
		if len(total) == 1 {
			s.comparisons = append(s.comparisons, compared{c, total[0]})
		}
	}
	return nil
}

func (s *sources) count(ctx context.Context, d *Definition, r Request) error {
	if r.Issues == nil {
		return problem.New("report_no_ledger", "table", d.ID)
	}
	counts, err := r.Issues(ctx, s.view.Window, "", issueDimension[d.Rows.By])
	if s.issues == nil {
		s.issues = map[string][]queries.IssueCount{}
	}
	for dimension, rows := range counts {
		s.issues[dimension] = rows
	}
	return err
}

func (s *sources) head(set *Set, r Request) Head {
	stamp := s.full.Stamp
	h := Head{
		Version: 1, Revises: s.past.version.before(s.p), Previous: s.past.previous.before(s.p),
		Title: set.Title, Organisation: r.Organisation, Window: s.view.Window, Period: dashboards.Window(s.p, s.view.Window),
		Run: stamp.Run, Pack: stamp.PackTitle, ComputedAt: stamp.ComputedAt, DataTo: stamp.DataTo,
		Rejected: stamp.Rejected, Estimates: stamp.Estimates, PreparedBy: r.PreparedBy, At: r.Now,
	}
	if h.Revises != nil {
		h.Version = h.Revises.Version + 1
	}
	if left := s.full.Uncovered; left != nil {
		h.Uncovered, h.LeftOut = left.Records, left.Units
	}
	if h.Organisation == "" {
		h.Organisation = s.names.Bureau(s.region())
	}
	for _, c := range stamp.Comparisons {
		if c.ID == s.view.Comparison {
			h.Comparison = c
		}
	}
	for _, id := range s.comparison.Old {
		m, _ := s.figures.Pack.Measure(id)
		h.Against = append(h.Against, m.Title)
	}
	return h
}

// region is that of the scope, or of all that there are figures of: a province where they are of one, else the country.
func (s *sources) region() string {
	if s.full.Region != "" {
		return s.full.Region
	}
	var provinces []string
	for _, row := range s.full.ByRegion {
		if len(row.Key) == 6 && !slices.Contains(provinces, row.Key[:2]) {
			provinces = append(provinces, row.Key[:2])
		}
	}
	if len(provinces) == 1 {
		return provinces[0] + "0000"
	}
	return "000000"
}
