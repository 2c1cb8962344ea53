package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Outcome is what came of a check.
type Outcome struct {
	Check       string       `json:"check"` // <table>/<id>, or loads or revision
	Table       string       `json:"table,omitempty"`
	Title       string       `json:"title"`
	Passed      bool         `json:"passed"`
	Differences []Difference `json:"differences,omitempty"`
	Waiver      *Waiver      `json:"waiver,omitempty"`
}

// Difference is a cell that is not what it should be; without a cell it is about the loads, and Title says what is wrong.
type Difference struct {
	Cell   string `json:"cell,omitempty"` // in the workbook: D7
	Row    string `json:"row,omitempty"`
	Column string `json:"column,omitempty"`
	Says   string `json:"says,omitempty"`
	Should string `json:"should,omitempty"`
	Title  string `json:"title,omitempty"`
}

// Checks that are of no table.
const (
	LoadsCheck    = "loads"    // the figures are those of all that was loaded, and that is all that the sources say
	revisionCheck = "revision" // the difference table adds up
)

// check makes all checks, before anything in the tables is concealed.
func (s *sources) check(ctx context.Context, q *queries.Queries, r *Report, full map[string]*Table) ([]Outcome, error) {
	loads, err := checkLoads(ctx, q, s)
	if err != nil {
		return nil, err
	}
	all := []Outcome{loads}
	if r.Changes != nil {
		all = append(all, r.Changes.check())
	}
	return append(all, s.verify(r.Set, full)...), nil
}

// mostDifferences is how many cells a failed check names.
const mostDifferences = 20

// checkLoads follows lines and amounts from the files to the run. What it says names no figure, so that everybody may know it.
func checkLoads(ctx context.Context, q *queries.Queries, s *sources) (Outcome, error) {
	o := Outcome{Check: LoadsCheck}
	r, err := q.Reconcile(ctx)
	if err != nil {
		return o, err
	}
	declared, err := declaredWhole(ctx, q, s)
	if err != nil {
		return o, err
	}
	for _, part := range []struct {
		key  string
		good bool
	}{
		{"lines", r.LinesAddUp()}, {"records", r.RecordsAddUp()}, {"amounts", r.AmountsAddUp()}, {"tables", r.TablesAddUp()}, {"months", !r.MonthsBehind}, {"declared", declared},
	} {
		if !part.good {
			o.Differences = append(o.Differences, Difference{Title: part.key})
		}
	}
	o.Passed = len(o.Differences) == 0
	return o, nil
}

// declaredWhole tells whether the loads of the report's months hold what their sources say that they do. A month of which a part is
// missing cannot be reported as a whole.
func declaredWhole(ctx context.Context, q *queries.Queries, s *sources) (bool, error) {
	loads, err := q.Loads(ctx)
	if err != nil {
		return false, err
	}
	for _, l := range loads {
		if l.Kind != "contributions" || !slices.ContainsFunc(l.Periods, func(m uint32) bool { return s.view.Window.Contains(period.Period(m)) }) {
			continue
		}
		declared, err := q.DeclaredTotals(ctx, l.ID)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(declared, func(d queries.DeclaredTotal) bool {
			return !d.Equal() && (d.Period == 0 || s.view.Window.Contains(period.Period(d.Period)))
		}) {
			return false, nil
		}
	}
	return true, nil
}

// verify checks the tables, before anything in them is concealed.
func (s *sources) verify(set *Set, tables map[string]*Table) (all []Outcome) {
	for _, d := range set.Tables {
		for _, c := range d.Checks {
			o := Outcome{Check: d.ID + "/" + c.ID, Table: d.ID, Title: c.Title}
			switch t := tables[d.ID]; {
			case len(c.Overview) > 0:
				o.Differences = s.overview(t, c.Overview)
			case len(c.Previous) > 0:
				o.Differences = t.asBefore(c.Previous)
			default:
				o.Differences = c.within(t, tables)
			}
			o.Passed = len(o.Differences) == 0
			all = append(all, o)
		}
	}
	return all
}

// within finds what is against a check that asks the tables of the report alone.
func (c Check) within(t *Table, tables map[string]*Table) []Difference {
	switch {
	case c.Relation != "":
		return t.relate(c.Relation)
	case len(c.Sum) > 0:
		return t.sums(c.Sum)
	}
	return t.same(tables[c.SameAs.Table], c.SameAs.Figures)
}

// columnsOf are the places of a figure: several where it has one for each measure.
func (t *Table) columnsOf(figure string) (at []int) {
	for i, c := range t.Shown {
		if c.figure.id == figure && c.of == "" {
			at = append(at, i)
		}
	}
	return at
}

// side adds up one side of a relation in a row; false where a figure is not applicable there.
func (t *Table) side(row int, terms []term) (sum int64, applies bool) {
	for _, term := range terms {
		for _, c := range t.columnsOf(term.figure) {
			v := t.Rows[row].Cells[c]
			switch {
			case v.none && t.Shown[c].measure != "": // a measure that the comparison does not count has no effect
			case v.none || v.hidden || v.apart:
				return 0, false
			case term.minus:
				sum -= v.n
			default:
				sum += v.n
			}
		}
	}
	return sum, true
}

// conceals tells whether one of the rows does not show its figure.
func (t *Table) conceals(rows []int, column int) bool {
	return slices.ContainsFunc(rows, func(r int) bool { return t.Rows[r].Cells[column].hidden || t.Rows[r].Cells[column].apart })
}

func (t *Table) relate(text string) (found []Difference) {
	r, err := parseRelation(text)
	if err != nil {
		panic(err) // definitions with another text are not loaded
	}
	at := t.columnsOf(r.left[0].figure)
	for row := range t.Rows {
		left, one := t.side(row, r.left)
		right, other := t.side(row, r.right)
		if one && other && len(at) > 0 && !r.holds(left, right) {
			found = append(found, t.differs(row, at[0], left, right))
		}
	}
	return found
}

// sums: rows add up to the total, and parts to their member.
func (t *Table) sums(ids []string) (found []Difference) {
	for _, id := range ids {
		for _, c := range t.columnsOf(id) {
			for i, r := range t.Rows {
				if r.Sort == groupRow || r.Sort == memberRow && len(r.Of) == 0 || r.Sort == partRow {
					continue
				}
				if t.conceals(append([]int{i}, r.Of...), c) {
					continue
				}
				if sum, _ := t.sum(r.Of, c); sum != r.Cells[c].n {
					found = append(found, t.differs(i, c, sum, r.Cells[c].n))
				}
			}
		}
	}
	return found
}

// same: the totals of two tables are equal, column by column.
func (t *Table) same(other *Table, ids []string) (found []Difference) {
	for _, id := range ids {
		for _, c := range t.columnsOf(id) {
			for _, o := range other.columnsOf(id) {
				if t.Shown[c].measure == other.Shown[o].measure && !t.conceals([]int{0}, c) && !other.conceals([]int{0}, o) && t.Rows[0].Cells[c].n != other.Rows[0].Cells[o].n {
					found = append(found, t.differs(0, c, t.Rows[0].Cells[c].n, other.Rows[0].Cells[o].n))
				}
			}
		}
	}
	return found
}

// asBefore: months that the report before has are the same there. One that has moved since needs that report revised first.
func (t *Table) asBefore(ids []string) (found []Difference) {
	if t.previous == nil {
		return nil
	}
	for _, id := range ids {
		for _, c := range t.columnsOf(id) {
			for i := range t.Rows {
				was := t.previous.cells[t.Rows[i].place(t.ID, t.Shown[c])]
				if t.Rows[i].Sort != memberRow || was.text == nil {
					continue
				}
				then, ok := whole(*was.text, was.unit)
				if now, applies := t.Shown[c].measured(t.Rows[i].Cells[c]); ok && applies && now != then {
					found = append(found, t.differs(i, c, now, then))
				}
			}
		}
	}
	return found
}

// check: what the causes of a cell come to is its difference, and that leads from what it showed to what it shows.
func (c *Changes) check() Outcome {
	o := Outcome{Check: revisionCheck}
	for _, cell := range c.Cells {
		if cell.Difference == nil {
			continue
		}
		number := func(text *string) int64 {
			if text == nil {
				return 0
			}
			n, _ := whole(*text, cell.Unit)
			return n
		}
		sum, difference := int64(0), number(cell.Difference)
		for _, a := range cell.Causes {
			sum += number(&a.Amount)
		}
		if sum != difference || number(cell.Now)-number(cell.Then) != difference {
			o.Differences = append(o.Differences, Difference{Cell: cell.Cell, Row: cell.Row, Column: cell.Column, Says: shifted(sum, digitsOf(cell.Unit)), Should: *cell.Difference})
		}
	}
	o.Passed = len(o.Differences) == 0
	return o
}

// overviewFigures are those that another statement answers as well: by month, by measure, or unit by unit as exports do.
var overviewFigures = []string{"old", "new", "charged", "due", "real", "net", effects, "units", "units_reduced", "units_none", "units_increased", "person_months",
	"delivered", "overcharged", "undercharged", "reason_net", "band_units"}

// overview: the total is what other statements say.
func (s *sources) overview(t *Table, ids []string) (found []Difference) {
	for _, id := range ids {
		for _, c := range t.columnsOf(id) {
			if want := s.elsewhere(t.Shown[c]); t.Rows[0].Cells[c].n != want {
				found = append(found, t.differs(0, c, t.Rows[0].Cells[c].n, want))
			}
		}
	}
	return found
}

func (s *sources) elsewhere(c Shown) int64 {
	var months queries.Burden
	for _, m := range s.full.ByPeriod {
		if s.view.Window.Contains(m.Period) {
			months = months.Add(m.Burden)
		}
	}
	switch c.figure.id {
	case "old":
		return int64(months.Old)
	case "new":
		return int64(months.New)
	case "charged":
		return int64(months.Charged)
	case "due":
		return int64(months.Due())
	case "real":
		return int64(months.Real())
	case "net", "reason_net":
		return int64(months.Shortfall())
	case effects:
		i := slices.IndexFunc(s.full.ByMeasure, func(m queries.MeasureRow) bool { return m.Measure == c.measure })
		if i < 0 {
			return 0
		}
		return int64(s.full.ByMeasure[i].Effect)
	case "delivered":
		return int64(s.summary.Delivered)
	case "overcharged":
		return int64(s.summary.Overcharged)
	case "undercharged":
		return int64(s.summary.Undercharged)
	}
	return int64(map[string]uint64{ //nolint:gosec // counts of units
		"units": s.summary.Units, "band_units": s.summary.Units, "units_reduced": s.summary.UnitsReduced, "units_none": s.summary.UnitsNone,
		"units_increased": s.summary.UnitsIncreased, "person_months": s.summary.Headcount,
	}[c.figure.id])
}

// differs names a cell.
func (t *Table) differs(row, column int, says, should int64) Difference {
	k := t.Shown[column].figure.kind
	return Difference{Cell: cellName(row, column), Row: t.Rows[row].Title, Column: t.Shown[column].Title, Says: plain(k, says), Should: plain(k, should)}
}

// plain is a number as lists of differences have it: yuan, or a count.
func plain(k kind, n int64) string {
	if k == amount {
		return money.Fen(n).String()
	}
	return fmt.Sprint(n)
}

// concealDifferences leaves of the cells of failed checks where they stand, as far as the tables show that row, and no figure: what a
// cell should be is made of others, which may be such as are not shown.
func (r *Report) concealDifferences() {
	for i, o := range r.Checks {
		if o.Check == LoadsCheck {
			continue
		}
		r.Checks[i].Differences = nil
		at := slices.IndexFunc(r.Tables, func(t *Table) bool { return t.ID == o.Table })
		for _, d := range o.Differences {
			if at >= 0 && slices.ContainsFunc(r.Tables[at].Rows, func(row Row) bool { return row.Title == d.Row }) {
				r.Checks[i].Differences = append(r.Checks[i].Differences, Difference{Cell: d.Cell, Row: d.Row, Column: d.Column})
			}
		}
	}
}

// waive notes which failed checks are waived. A waiver needs a reason and a check that failed, lest it cover one that fails
// the next time.
func (r *Report) waive(waivers []Waiver) error {
	for _, w := range waivers {
		if strings.TrimSpace(w.Reason) == "" {
			return problem.New("report_waiver_reason", "check", w.Check)
		}
		i := slices.IndexFunc(r.Checks, func(o Outcome) bool { return o.Check == w.Check })
		switch {
		case i < 0:
			var all []string
			for _, o := range r.Failed() {
				all = append(all, o.Check)
			}
			return problem.New("report_waiver_unknown", "check", w.Check, "failed", strings.Join(all, ", "))
		case r.Checks[i].Passed:
			return problem.New("report_waiver_passed", "check", w.Check)
		}
		r.Checks[i].Waiver = &w
	}
	return nil
}

// Failed are the checks that failed and are not waived; with any of them no file is written.
func (r *Report) Failed() (all []Outcome) {
	for _, o := range r.Checks {
		if !o.Passed && o.Waiver == nil {
			all = append(all, o)
		}
	}
	return all
}
