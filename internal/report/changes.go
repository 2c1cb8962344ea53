package report

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/problem"
	"jianfu/queries"
)

// Causes of a changed cell beside those of queries.Steps.
const (
	issuesCause  = "issues"  // issues that were registered or handled since
	unsplitCause = "unsplit" // shown as a whole, lest it tell of few persons
	unknownCause = "unknown" // the figures of the run before were given up
	programCause = queries.ForProgram
)

// causes are all that a cell can have changed for, in the order in which they are told.
var causes = []string{queries.ForNewData, queries.ForCorrectedData, queries.ForRegistration, queries.ForParameters, queries.ForTogether, programCause, issuesCause, unsplitCause, unknownCause}

// Changes are what a version of a report shows differently from the version before it.
type Changes struct {
	Version  uint16   `json:"version"`
	Revises  string   `json:"revises"` // id of the version before
	RunThen  uint32   `json:"run_before"`
	RunNow   uint32   `json:"run_after"`
	PackThen string   `json:"pack_before"` // hashes
	PackNow  string   `json:"pack_after"`
	Causes   []string `json:"causes"` // those that occur, in the order of their columns
	Cells    []Change `json:"cells"`
	Compared int      `json:"compared"` // cells that both versions show
}

// Change is a cell that both versions show, and differently. Figures are exact, in the unit of the column; of shares in
// percentage points of what is printed. What causes come to adds up to the difference exactly; it has none where one of the
// versions has no figure there, as of a share of nothing.
type Change struct {
	Table      string        `json:"table"`
	Number     string        `json:"number"`
	Sort       string        `json:"sort"`
	Key        string        `json:"key,omitempty"`
	Row        string        `json:"row"`
	Figure     string        `json:"figure"`
	Column     string        `json:"column"`
	Unit       string        `json:"unit"`
	Cell       string        `json:"cell,omitempty"` // in the workbook of the later version
	Then       *string       `json:"before"`
	Now        *string       `json:"after"`
	Difference *string       `json:"difference"`
	Causes     []CauseAmount `json:"causes,omitempty"`
}

// CauseAmount is what a cause comes to.
type CauseAmount struct {
	Cause  string `json:"cause"`
	Amount string `json:"amount"`
}

// Of is what a cause comes to in a cell; "" where nothing.
func (c Change) Of(cause string) string {
	for _, a := range c.Causes {
		if a.Cause == cause {
			return a.Amount
		}
	}
	return ""
}

// Changes reads the difference table of a version; nil of a first one.
func (a *Archive) Changes(ctx context.Context, k Kept) (*Changes, error) {
	if k.Revises == "" {
		return nil, nil
	}
	f, err := keptFile(ctx, a.q, k.KeptReport, func(name string) bool { return name == changesFile })
	if err != nil {
		return nil, err
	}
	var c Changes
	return &c, json.Unmarshal(f.content, &c)
}

// changesFile is the name of the difference table among the files of a version.
const changesFile = "changes.json"

// digitsOf is by how many digits a figure of a unit is kept as a whole number.
func digitsOf(unit string) int {
	if unit == "%" {
		return mostDecimals
	}
	return places[unit]
}

// whole is an exact text as a whole number, its point moved to the right.
func whole(text string, unit string) (int64, bool) {
	digits := digitsOf(unit)
	number, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > digits {
		return 0, false
	}
	n, err := strconv.ParseInt(number+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
	return n, err == nil
}

// measured is a figure as a whole number of what its unit is kept in; false where it is not applicable.
func (c Shown) measured(v value) (int64, bool) {
	if v.none || v.hidden {
		return 0, false
	}
	if c.figure.kind == share {
		return whole(percent(v, c.Decimals), c.Unit)
	}
	return v.n, true
}

// passed are the figures of all cells when some causes were gone through.
type passed struct {
	cause   string
	persons int64
	cells   map[place]int64
	none    map[place]bool // not applicable
}

func passedBy(cause string, persons int64, tables map[string]*Table) passed {
	p := passed{cause, persons, map[place]int64{}, map[place]bool{}}
	for id, t := range tables {
		for _, r := range t.Rows {
			for i, c := range t.Shown {
				if n, ok := c.measured(r.Cells[i]); ok {
					p.cells[r.place(id, c)] = n
				} else {
					p.none[r.place(id, c)] = true
				}
			}
		}
	}
	return p
}

// walk goes from the figures of the version before to those of the report. Where the run of the version before was given up it
// has no step but the last.
func (r *Report) walk(ctx context.Context, q *queries.Queries, s *sources, request Request, full map[string]*Table) ([]passed, error) {
	request.Decisions = nil
	from, err := q.FiguresOf(ctx, s.past.version.kept.Run)
	if code := problem.Code(err); code == "run_dropped" || code == "run_unknown" {
		return []passed{passedBy(unknownCause, 0, full)}, nil
	}
	if err != nil {
		return nil, err
	}
	fill := func(cause string, persons int64, f *queries.Figures) (passed, error) {
		if f.Run.ID == s.figures.Run.ID {
			return passedBy(cause, persons, full), nil
		}
		sources, err := gather(ctx, f, r.Set, request)
		if err != nil {
			return passed{}, err
		}
		tables := map[string]*Table{}
		for _, d := range r.Set.Tables {
			tables[d.ID] = sources.table(d, sources.full, hiddenNothing, nil)
		}
		return passedBy(cause, persons, tables), nil
	}
	first, err := fill(programCause, 0, from)
	if err != nil || from.Run.ID == s.figures.Run.ID {
		return []passed{first}, err
	}
	all := []passed{first}
	compared := []string{s.view.Comparison}
	if slices.ContainsFunc(r.Set.Tables, func(d *Definition) bool { return families[d.Rows.By] == comparisons }) {
		for _, c := range s.figures.Pack.Comparisons {
			if c.ID != s.view.Comparison {
				compared = append(compared, c.ID)
			}
		}
	}
	err = q.Steps(ctx, from.Run.ID, s.figures.Run.ID, r.scope, s.view, compared, func(step queries.Step) error {
		p, err := fill(step.Cause, step.Persons, step.Figures)
		all = append(all, p)
		return err
	})
	return all, err
}

// change makes the difference table of a report that revises another.
func (r *Report) change(ctx context.Context, q *queries.Queries, s *sources, request Request, full map[string]*Table) error {
	then := s.past.version
	steps, err := r.walk(ctx, q, s, request, full)
	if err != nil {
		return err
	}
	c := &Changes{Version: r.Head.Version, Revises: then.kept.ID, RunThen: then.kept.Run, RunNow: r.Head.Run, PackThen: then.kept.PackHash, PackNow: r.packHash, Causes: []string{}, Cells: []Change{}}
	for _, t := range r.Tables {
		if old := then.table(t.ID); old != nil && families[t.Definition.Rows.By] != typical { // who is chosen is no figure
			c.table(t, old, then, steps, r.Least)
		}
	}
	for _, cause := range causes {
		if slices.ContainsFunc(c.Cells, func(cell Change) bool { return cell.Of(cause) != "" }) {
			c.Causes = append(c.Causes, cause)
		}
	}
	r.Changes = c
	return nil
}

// table compares a table with that of the version before, the rows of which that are no more stand last.
func (c *Changes) table(t *Table, old *WrittenTable, then *frozen, steps []passed, least int64) {
	there := map[place]bool{}
	for i, r := range t.Rows {
		for n, shown := range t.Shown {
			at := r.place(t.ID, shown)
			there[at] = true
			cell := Change{Table: t.ID, Number: t.Number, Sort: r.Sort, Key: r.Key, Row: r.Title, Figure: shown.Key, Column: shown.Title, Unit: shown.Unit, Cell: cellName(i, n)}
			now := r.Cells[n]
			text, ok := shown.exact(now)
			if ok {
				cell.Now = &text
			}
			was, had := then.cells[at]
			if now.hidden || was.hidden || shown.of != "" || !had && !old.has(shown.Key) {
				continue
			}
			c.cell(cell, t, was, had, steps, least)
		}
	}
	for _, r := range old.Rows {
		for _, column := range old.Columns {
			at := place{t.ID, r.Sort, rowKey(r.Sort, r.Key, r.Title), column.Key}
			was := then.cells[at]
			if there[at] || was.hidden || was.text == nil || !slices.ContainsFunc(t.Shown, func(s Shown) bool { return s.Key == column.Key && s.of == "" }) {
				continue
			}
			c.cell(Change{Table: t.ID, Number: t.Number, Sort: r.Sort, Key: r.Key, Row: r.Title, Figure: column.Key, Column: column.Title, Unit: column.Unit}, t, was, true, steps, least)
		}
	}
}

func (t *WrittenTable) has(column string) bool {
	return slices.ContainsFunc(t.Columns, func(c WrittenColumn) bool { return c.Key == column })
}

// cell adds a cell if it has changed. A row that one of the versions does not have is nought there, but for its shares.
func (c *Changes) cell(cell Change, t *Table, was printed, had bool, steps []passed, least int64) {
	c.Compared++
	var then, now int64
	var thenOK, nowOK bool
	if had && was.text != nil {
		then, thenOK = whole(*was.text, was.unit)
		cell.Then = was.text
	} else if !had && cell.Unit != "%" {
		thenOK = true
	}
	if cell.Now != nil {
		now, nowOK = whole(*cell.Now, cell.Unit)
	} else if cell.Cell == "" && cell.Unit != "%" { // the row is no more
		nowOK = true
	}
	if thenOK == nowOK && then == now {
		return
	}
	if thenOK && nowOK {
		text := shifted(now-then, digitsOf(cell.Unit))
		cell.Difference = &text
		cell.Causes = t.causesOf(cell, then, now, steps, least)
	}
	c.Cells = append(c.Cells, cell)
}

// causesOf splits the difference of a cell. It is one whole where a step on the way has no figure there, or where the split
// would tell of few persons: beside the total, nobody counts how many persons of a member a cause is about.
func (t *Table) causesOf(cell Change, then, now int64, steps []passed, least int64) (all []CauseAmount) {
	at := place{cell.Table, cell.Sort, rowKey(cell.Sort, cell.Key, cell.Row), cell.Figure}
	amounts, last := map[string]int64{}, then
	for _, s := range steps {
		n, none := s.cells[at], s.none[at]
		_, there := s.cells[at]
		if none || !there && cell.Unit == "%" {
			return []CauseAmount{{unsplitCause, shifted(now-then, digitsOf(cell.Unit))}}
		}
		cause := s.cause
		if families[t.Definition.Rows.By] == issues {
			cause = issuesCause
		}
		amounts[cause] += n - last
		last = n
	}
	if last != now { // what is printed is not what was computed: several rows in one
		return []CauseAmount{{unsplitCause, shifted(now-then, digitsOf(cell.Unit))}}
	}
	if few := slices.ContainsFunc(steps[1:], func(s passed) bool { return s.persons < least }); least > 0 && len(steps) > 2 && (few || cell.Sort != totalRow) {
		return []CauseAmount{{unsplitCause, shifted(now-then, digitsOf(cell.Unit))}}
	}
	for _, cause := range causes {
		if n := amounts[cause]; n != 0 {
			all = append(all, CauseAmount{cause, shifted(n, digitsOf(cell.Unit))})
		}
	}
	return all
}
