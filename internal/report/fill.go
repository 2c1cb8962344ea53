package report

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"jianfu/internal/problem"
	"jianfu/internal/typed"
)

// mostRows is how many rows a table that comes from elsewhere may have: more than there are counties.
const mostRows = 5000

// effectKey begins the key of a column of effects; its measure follows.
const effectKey = "effect:"

// Fill makes tables of figures that were written elsewhere by the same definitions, in their order. What does not fit the
// definition is refused: another column, a row that cannot be, a figure that is none.
func (s *Set) Fill(written []WrittenTable) ([]*Table, error) {
	if len(written) != len(s.Tables) {
		return nil, problem.New("report_fill_tables", "tables", len(written), "want", len(s.Tables))
	}
	var all []*Table
	for i, d := range s.Tables {
		t := &Table{Definition: d}
		if err := t.fill(written[i]); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

func (t *Table) fill(w WrittenTable) error {
	if w.ID != t.ID || !t.fillColumns(w.Columns) {
		return problem.New("report_fill_columns", "table", t.Number)
	}
	if len(w.Rows) > mostRows {
		return problem.New("report_fill_rows", "table", t.Number, "rows", len(w.Rows), "most", mostRows)
	}
	seen := map[[3]string]bool{}
	stage := 0
	for i, row := range w.Rows {
		at := slices.Index(sorts, row.Sort)
		name := [3]string{row.Sort, row.Key}
		if row.Sort == groupRow {
			name[2] = row.Title
		}
		if at < stage || seen[name] || !t.fits(row, i) {
			return problem.New("report_fill_row", "table", t.Number, "row", i+1, "title", row.Title)
		}
		stage, seen[name] = at, true
		cells, err := t.fillCells(row)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, Row{Sort: row.Sort, Key: row.Key, Title: row.Title, Cells: cells})
	}
	if t.Definition.Rows.Total != "" && (len(t.Rows) == 0 || t.Rows[0].Sort != totalRow) {
		return problem.New("report_fill_row", "table", t.Number, "row", 1, "title", t.Definition.Rows.Total)
	}
	t.connect()
	return t.fillShares(w.Rows)
}

// sorts are the sorts of rows in the order in which they stand.
var sorts = []string{totalRow, memberRow, groupRow, partRow}

// memberKey is what keys of members look like; those of chosen units name their rule before a colon. A title is a line.
var memberKey = regexp.MustCompile(`^([0-9]{1,3}:)?[A-Za-z0-9_-]{0,40}$`)

// fits tells whether a row can stand in the table.
func (t *Table) fits(row WrittenRow, at int) bool {
	rows := t.Definition.Rows
	if !memberKey.MatchString(row.Key) || !typed.Clean(row.Title) || strings.ContainsAny(row.Title, "\r\n\t") || utf8.RuneCountInString(row.Title) > longestTitle*2 {
		return false
	}
	switch row.Sort {
	case totalRow:
		return at == 0 && rows.Total != "" && row.Key == "" && row.Title == rows.Total
	case memberRow:
		list := known(rows.By)
		return row.Key == "" || list == nil || slices.Contains(list, row.Key)
	case groupRow:
		return row.Key == "" && slices.ContainsFunc(rows.Groups, func(g Group) bool { return g.Title == row.Title })
	case partRow:
		return rows.Within != nil
	}
	return false
}

// fillColumns wants the columns of the definition, with one for each measure in place of the effects.
func (t *Table) fillColumns(columns []WrittenColumn) bool {
	i := 0
	for _, c := range t.Columns {
		f, _ := figureOf(c.Figure)
		shown := Shown{Key: c.Figure, Title: c.Title, Unit: c.Unit, Decimals: decimals(c), figure: f, of: c.Of}
		if c.Of != "" {
			shown.Key = c.Of + ":" + c.Figure
		}
		if c.Figure != effects {
			if i == len(columns) || columns[i] != (WrittenColumn{shown.Key, shown.Title, shown.Unit}) {
				return false
			}
			t.Shown, i = append(t.Shown, shown), i+1
			continue
		}
		for ; i < len(columns) && strings.HasPrefix(columns[i].Key, effectKey); i++ {
			shown.Key, shown.Title, shown.measure = columns[i].Key, columns[i].Title, strings.TrimPrefix(columns[i].Key, effectKey)
			if columns[i].Unit != c.Unit || shown.measure == "" || slices.ContainsFunc(t.Shown, func(o Shown) bool { return o.Key == shown.Key }) {
				return false
			}
			t.Shown = append(t.Shown, shown)
		}
	}
	return i == len(columns)
}

func (t *Table) fillCells(row WrittenRow) ([]value, error) {
	cells := make([]value, len(t.Shown))
	for i, c := range t.Shown {
		text, ok := row.Figures[c.Key]
		switch {
		case slices.Contains(row.Suppressed, c.Key):
			cells[i] = value{hidden: true}
		case slices.Contains(row.NotSummed, c.Key):
			cells[i] = value{apart: true}
		case ok && text == nil:
			cells[i] = none
		case ok:
			v, good := c.parse(*text)
			if !good {
				return nil, problem.New("report_fill_cell", "table", t.Number, "row", row.Title, "column", c.Title, "value", *text)
			}
			cells[i] = v
		default:
			return nil, problem.New("report_fill_cell", "table", t.Number, "row", row.Title, "column", c.Title, "value", "")
		}
	}
	return cells, nil
}

// plainNumber is how figures are written: no sign but a minus, no spaces, no exponent.
var plainNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,10})?$`)

// parse reads a figure as exact has written it; a share is kept as it stands.
func (c Shown) parse(text string) (value, bool) {
	if !plainNumber.MatchString(text) {
		return none, false
	}
	whole, fraction, _ := strings.Cut(text, ".")
	by := 0
	switch c.figure.kind {
	case share:
		by = c.Decimals
	case amount:
		by = places[c.Unit]
	}
	if len(fraction) > by {
		return none, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", by-len(fraction)), 10, 64)
	if err != nil || n >= exactDigits || n <= -exactDigits {
		return none, false
	}
	if c.figure.kind != share {
		return value{n: n}, c.figure.kind == amount || c.of == ofChange || n >= 0
	}
	return value{n: n, of: int64(100 * math.Pow10(by))}, true
}

// connect tells rows which others they add up, and finds in which columns the members add up to the total.
func (t *Table) connect() {
	var members []int
	for i, r := range t.Rows {
		if r.Sort == memberRow {
			members = append(members, i)
		}
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		switch g := slices.IndexFunc(t.Definition.Rows.Groups, func(g Group) bool { return g.Title == r.Title }); {
		case r.Sort == totalRow:
			r.Of = members
		case r.Sort == groupRow && g >= 0:
			r.Of = slices.DeleteFunc(slices.Clone(members), func(m int) bool { return !slices.Contains(t.Definition.Rows.Groups[g].Of, t.Rows[m].Key) })
		}
	}
	t.adds = make([]bool, len(t.Shown))
	for c := range t.Shown {
		sum, whole := t.sum(members, c)
		t.adds[c] = whole && len(t.Rows) > 0 && t.Rows[0].Sort == totalRow && !t.Rows[0].Cells[c].none && t.Shown[c].figure.kind != share && sum == t.Rows[0].Cells[c].n
	}
	t.divide()
	t.number()
}

// fillShares puts in place of a share as it was printed the two figures that it is of, where the row has them; a share that is not
// theirs is refused.
func (t *Table) fillShares(rows []WrittenRow) error {
	for i := range t.Rows {
		for c, shown := range t.Shown {
			v := &t.Rows[i].Cells[c]
			part, whole, ok := t.shareOf(i, shown)
			if !ok || v.hidden || v.apart || part.hidden || whole.hidden || part.none || whole.none {
				continue
			}
			exact := ratio(part.n, whole.n)
			said, has := shown.exact(*v)
			if want, is := shown.exact(exact); want != said || is != has {
				return problem.New("report_fill_cell", "table", t.Number, "row", rows[i].Title, "column", shown.Title, "value", said)
			}
			*v = exact
		}
	}
	return nil
}

// sharesOf are the figures that a share is of: the second in its own row, or in the row of all.
var sharesOf = map[string]struct {
	part, whole string
	ofTotal     bool
}{
	"delivered_share": {"delivered", "entitled", false},
	"due_share":       {"due", "due", true},
	"real_share":      {"real", "real", true},
	"band_share":      {"band_units", "band_units", true},
}

// shareOf are the two figures that the share in a row is of; ok is false where the table lacks one.
func (t *Table) shareOf(row int, c Shown) (part, whole value, ok bool) {
	of, ok := sharesOf[c.figure.id]
	if !ok || c.of != "" {
		return part, whole, false
	}
	p, w := t.columnsOf(of.part), t.columnsOf(of.whole)
	if len(p) != 1 || len(w) != 1 || len(t.Rows) == 0 || of.ofTotal && t.Rows[0].Sort != totalRow {
		return part, whole, false
	}
	at := row
	if of.ofTotal {
		at = 0
	}
	return t.Rows[row].Cells[p[0]], t.Rows[at].Cells[w[0]], true
}

// Verify makes of the checks of a set those that ask its tables alone. What is concealed is in no check.
func (s *Set) Verify(tables []*Table) (all []Outcome) {
	byID := map[string]*Table{}
	for _, t := range tables {
		byID[t.ID] = t
	}
	for _, d := range s.Tables {
		for _, c := range d.Checks {
			if len(c.Overview)+len(c.Previous) > 0 {
				continue
			}
			o := Outcome{Check: d.ID + "/" + c.ID, Table: d.ID, Title: c.Title, Differences: c.within(byID[d.ID], byID)}
			o.Passed = len(o.Differences) == 0
			all = append(all, o)
		}
	}
	return all
}
