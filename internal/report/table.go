package report

import (
	"cmp"
	"fmt"
	"slices"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// Table is a definition filled with figures.
type Table struct {
	*Definition
	Shown []Shown // its columns
	Rows  []Row   // the total first

	adds     []bool  // by column: its rows add up to the total here
	previous *frozen // what columns are compared with
}

// Shown is a column as it stands in the table.
type Shown struct {
	Key      string // the figure, or effect:<measure>, or previous:<figure> and change:<figure>
	Title    string
	Unit     string
	Decimals int

	figure  figure
	measure string
	of      string // previous or change; "" for the report's own
}

// The sorts of rows.
const (
	totalRow  = "total"
	groupRow  = "group"
	memberRow = "member"
	partRow   = "part" // of the member above it
)

// Row is one line of a table.
type Row struct {
	Sort  string
	Key   string // of the member
	Code  string // as it is printed
	Title string
	Of    []int // the rows that a group or the total adds up, and the parts of a member
	Cells []value
}

// line is a row before its cells are made.
type line struct {
	sort, key, title string
	facts            facts
	hidden           bool
}

// table fills one definition. Of a table that conceals, whole is the one that does not.
func (s *sources) table(d *Definition, o queries.Overview, hidden dashboards.Hidden, whole *Table) *Table {
	t := &Table{Definition: d, previous: s.past.previous}
	s.columns(t)
	lines := s.arranged(d, s.lines(d, o, hidden))
	parts := s.parts(t, lines, whole != nil)
	var total *facts
	if d.Rows.Total != "" {
		all := s.total(d, o, hidden, lines)
		total = &all.facts
		lines = append([]line{all}, lines...)
	}
	add := func(l line) {
		// What was concealed stays so, or what is shown now would tell what was concealed then.
		then := s.past.version
		if whole == nil {
			then = nil
		}
		l.hidden = l.hidden || then.conceals(t.by(l.sort), l, "")
		cells := t.cells(l, total)
		for i, c := range t.Shown {
			cells[i].hidden = cells[i].hidden || then.conceals(t.by(l.sort), l, c.Key)
		}
		t.Rows = append(t.Rows, Row{Sort: l.sort, Key: l.key, Title: l.title, Cells: cells})
	}
	for _, l := range lines {
		add(l)
	}
	t.addUp()
	if whole != nil {
		t.adds = whole.adds
	}
	t.group()
	for _, l := range parts {
		add(l)
	}
	t.divide()
	t.number()
	return t
}

// columns are those of the definition, with one for each measure in place of the effects.
func (s *sources) columns(t *Table) {
	for _, c := range t.Columns {
		f, _ := figureOf(c.Figure)
		shown := Shown{Key: c.Figure, Title: c.Title, Unit: c.Unit, Decimals: decimals(c), figure: f, of: c.Of}
		if c.Of != "" {
			shown.Key = c.Of + ":" + c.Figure
		}
		if c.Figure != effects {
			t.Shown = append(t.Shown, shown)
			continue
		}
		for _, id := range s.measures(t.Definition) {
			m, _ := s.figures.Pack.Measure(id)
			shown.Key, shown.Title, shown.measure = "effect:"+id, s.p.T("report.effect", "measure", m.Title), id
			t.Shown = append(t.Shown, shown)
		}
	}
}

// decimals are those of the column, or else what its unit is printed with.
func decimals(c Column) int {
	switch {
	case c.Decimals != nil:
		return *c.Decimals
	case c.Unit == "元" || c.Unit == "万元" || c.Unit == "%":
		return 2
	case c.Unit == "亿元":
		return 4
	}
	return 0
}

// measures are those that have a column of effects: the comparison's, or, of a table of comparisons, those of any.
func (s *sources) measures(d *Definition) []string {
	if families[d.Rows.By] != comparisons {
		return s.comparison.Added()
	}
	var all []string
	for _, m := range s.figures.Pack.Measures {
		if slices.ContainsFunc(s.figures.Pack.Comparisons, func(c policy.Comparison) bool { return slices.Contains(c.Added(), m.ID) }) {
			all = append(all, m.ID)
		}
	}
	return all
}

// effectsOf are the effects of a row by measure. A row without figures has none of any measure.
func effectsOf(measures []string, row queries.MemberRow) map[string]money.Fen {
	all := map[string]money.Fen{}
	for i, id := range measures {
		all[id] = 0
		if i < len(row.Effects) {
			all[id] = row.Effects[i]
		}
	}
	return all
}

// lines are the rows of a table without its total, in no order.
func (s *sources) lines(d *Definition, o queries.Overview, hidden dashboards.Hidden) (all []line) {
	by := d.Rows.By
	switch families[by] {
	case members, insurances:
		for _, row := range memberRows(o, by) {
			l := s.member(by, row)
			l.hidden = hidden.Of(by, row.Key)
			all = append(all, l)
		}
	case months:
		for _, m := range o.ByPeriod {
			if o.View.Window.Contains(m.Period) {
				row := queries.MemberRow{Key: m.Period.String(), Sums: m.Sums, Units: m.Units, Headcount: m.Headcount}
				all = append(all, line{sort: memberRow, key: row.Key, title: dashboards.Month(s.p, m.Period), facts: facts{member: row}})
			}
		}
	case comparisons:
		for _, c := range s.comparisons {
			all = append(all, line{sort: memberRow, key: c.comparison.ID, title: c.comparison.Title,
				facts: facts{member: c.total, effects: effectsOf(c.comparison.Added(), c.total)}})
		}
	case reasons:
		for _, r := range o.ByReason {
			all = append(all, line{sort: memberRow, key: r.Reason, title: s.names.Word("reason")(r.Reason), facts: facts{reason: r}})
		}
	case bands:
		for _, band := range queries.Bands {
			all = append(all, s.band(o, hidden, band))
		}
	case typical:
		all = s.chosen(d)
	case issues:
		for _, c := range s.issues[issueDimension[by]] {
			all = append(all, line{sort: memberRow, key: c.Key, title: s.issueTitle(by, c.Key), facts: facts{issue: c}})
		}
	}
	return all
}

// memberRows are the rows of an overview by a dimension.
func memberRows(o queries.Overview, by string) []queries.MemberRow {
	d, ok := dimension.Named(by)
	if !ok {
		return nil
	}
	return *o.Of(d)
}

func (s *sources) member(by string, row queries.MemberRow) line {
	if by == "insurance" { // whose units are counted by what they pay there
		row.States = s.full.Insured[row.Key]
		row.Units = row.States.Total()
	}
	return line{sort: memberRow, key: row.Key, title: s.title(by, row.Key), facts: facts{member: row, effects: effectsOf(s.comparison.Added(), row)}}
}

func (s *sources) title(by, key string) string {
	if by == "period" {
		if month, err := period.Parse(key); err == nil {
			return dashboards.Month(s.p, month)
		}
		return key
	}
	if _, ok := issueDimension[by]; ok {
		return s.issueTitle(by, key)
	}
	return s.names.Member(by, key)
}

func (s *sources) issueTitle(by, key string) string {
	if by == "issue_bureau" {
		return s.names.Bureau(key)
	}
	return s.names.Word(by)(key)
}

// band is a band of the change of units' burdens, by size.
func (s *sources) band(o queries.Overview, hidden dashboards.Hidden, band string) line {
	f := facts{bands: map[string]uint64{}, hidden: map[string]bool{}}
	for size := range sizeBand {
		f.hidden[size] = hidden.Band(size, band)
	}
	for _, r := range o.ByBand {
		if r.Band == band {
			f.bands[r.Size] = r.Units
		}
	}
	return line{sort: memberRow, key: band, title: s.names.Word("band")(band), facts: f}
}

// total is the row of all, which is read by itself and not added up from the others, where there is anything to read.
func (s *sources) total(d *Definition, o queries.Overview, hidden dashboards.Hidden, lines []line) line {
	l := line{sort: totalRow, title: d.Rows.Total, facts: facts{total: true, member: o.Total, effects: effectsOf(s.comparison.Added(), o.Total)}}
	switch families[d.Rows.By] {
	case reasons:
		l.facts.reason.Amount = o.Total.Shortfall()
		for _, r := range lines {
			l.facts.reason.More += r.facts.reason.More
			l.facts.reason.Less += r.facts.reason.Less
		}
	case bands:
		l.facts.bands, l.facts.hidden = map[string]uint64{"": o.Total.Units}, map[string]bool{}
		for _, row := range o.BySize {
			l.facts.bands[row.Key], l.facts.hidden[row.Key] = row.Units, hidden.Of("size", row.Key)
		}
	case issues:
		for _, c := range s.issues[""] {
			l.facts.issue = c
		}
	}
	return l
}

// arranged are rows in the order of the table: those that the definition lists, with figures or without, then the others, by
// their list or code; what is not known stands last.
func (s *sources) arranged(d *Definition, lines []line) (all []line) {
	for _, key := range d.Rows.Members {
		i := slices.IndexFunc(lines, func(l line) bool { return l.key == key })
		if i >= 0 {
			all = append(all, lines[i])
			lines = slices.Delete(slices.Clone(lines), i, i+1)
			continue
		}
		if key == dashboards.MergedReasons { // where nothing was merged there is no such row
			continue
		}
		empty := line{sort: memberRow, key: key, title: s.title(d.Rows.By, key)}
		if of := families[d.Rows.By]; of == members || of == insurances {
			empty = s.member(d.Rows.By, queries.MemberRow{Key: key})
		}
		all = append(all, empty)
	}
	list := known(d.Rows.By)
	slices.SortStableFunc(lines, func(x, y line) int {
		if of := families[d.Rows.By]; of == comparisons || of == typical {
			return 0
		}
		return cmp.Or(cmp.Compare(boolean(x.key == ""), boolean(y.key == "")), cmp.Compare(slices.Index(list, x.key), slices.Index(list, y.key)), cmp.Compare(x.key, y.key))
	})
	return append(all, lines...)
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// parts divide a member further, below all others; parts of what is hidden are not shown.
func (s *sources) parts(t *Table, lines []line, conceals bool) (all []line) {
	w := t.Definition.Rows.Within
	at := slices.IndexFunc(lines, func(l line) bool { return w != nil && l.key == w.Member })
	if at < 0 || lines[at].hidden {
		return nil
	}
	of := s.below[w.Member]
	rows := of.full
	if conceals {
		rows = of.shown
	}
	for _, row := range rows {
		l := s.member(w.By, row)
		l.title = s.p.T("report.part", "member", lines[at].title, "part", l.title)
		l.sort, l.hidden = partRow, conceals && of.hidden.Of("section", row.Key)
		all = append(all, l)
	}
	slices.SortFunc(all, func(x, y line) int { return cmp.Compare(x.key, y.key) })
	return all
}

// cells are the figures of a row.
func (t *Table) cells(l line, whole *facts) []value {
	f := l.facts
	f.whole = whole
	if whole == nil {
		f.whole = &facts{}
	}
	cells := make([]value, len(t.Shown))
	for i, c := range t.Shown {
		switch {
		case l.hidden:
			cells[i] = value{hidden: true}
		case c.measure != "":
			effect, has := f.effects[c.measure]
			cells[i] = value{n: int64(effect), none: !has}
		default:
			cells[i] = c.figure.of(&f)
		}
		if c.of != "" {
			cells[i] = t.compared(l, c, cells[i])
		}
	}
	return cells
}

// compared is a figure as the report before has it, or by how much it has changed since: of shares in percentage points of what
// is printed.
func (t *Table) compared(l line, c Shown, now value) value {
	if t.previous == nil {
		return none
	}
	was, had := t.previous.cells[place{t.ComparedWith, l.sort, rowKey(l.sort, l.key, l.title), c.figure.id}]
	if was.hidden {
		return value{hidden: true}
	}
	if !had || was.text == nil {
		return none
	}
	then, ok := whole(*was.text, was.unit)
	if !ok {
		return none
	}
	of := int64(0)
	if c.figure.kind == share {
		of = hundredPercent
	}
	if c.of == ofPrevious {
		return value{n: then, of: of}
	}
	if n, ok := c.measured(now); ok {
		return value{n: n - then, of: of}
	}
	return value{none: now.none, hidden: now.hidden}
}

// hundredPercent is a whole as digitsOf keeps shares.
const hundredPercent = 100_000_000

// by is the dimension of the rows of a sort.
func (t *Table) by(sort string) string {
	if sort == partRow {
		return t.Definition.Rows.Within.By
	}
	return t.Definition.Rows.By
}

// addUp finds in which columns the members add up to the total.
func (t *Table) addUp() {
	t.adds = make([]bool, len(t.Shown))
	if len(t.Rows) == 0 || t.Rows[0].Sort != totalRow {
		return
	}
	for i := range t.Rows[1:] {
		t.Rows[0].Of = append(t.Rows[0].Of, i+1)
	}
	for c := range t.Shown {
		sum, whole := t.sum(t.Rows[0].Of, c)
		t.adds[c] = whole && !t.Rows[0].Cells[c].none && t.Shown[c].figure.kind != share && sum == t.Rows[0].Cells[c].n
	}
}

// divide tells the member that is divided further which rows are its parts.
func (t *Table) divide() {
	w := t.Definition.Rows.Within
	for i := range t.Rows {
		if w != nil && t.Rows[i].Sort == memberRow && t.Rows[i].Key == w.Member {
			for n, r := range t.Rows {
				if r.Sort == partRow {
					t.Rows[i].Of = append(t.Rows[i].Of, n)
				}
			}
		}
	}
}

// sum adds up a column over rows; false where something is hidden or not applicable.
func (t *Table) sum(rows []int, column int) (sum int64, whole bool) {
	for _, r := range rows {
		v := t.Rows[r].Cells[column]
		if v.hidden || v.none || v.apart {
			return 0, false
		}
		sum += v.n
	}
	return sum, true
}

// group makes the rows of several members together. What does not add up over the members of the whole table does not over
// these.
func (t *Table) group() {
	for _, g := range t.Definition.Rows.Groups {
		var of []int
		for i, r := range t.Rows {
			if r.Sort == memberRow && slices.Contains(g.Of, r.Key) {
				of = append(of, i)
			}
		}
		if len(of) == 0 {
			continue
		}
		row := Row{Sort: groupRow, Title: g.Title, Of: of, Cells: make([]value, len(t.Shown))}
		for c := range t.Shown {
			row.Cells[c] = t.groupCell(of, c)
		}
		t.Rows = append(t.Rows, row)
	}
}

// groupCell is the cell of a group.
func (t *Table) groupCell(of []int, column int) value {
	if slices.ContainsFunc(of, func(r int) bool { return t.Rows[r].Cells[column].hidden }) {
		return value{hidden: true}
	}
	c := t.Shown[column]
	if c.figure.kind == share || c.of != "" {
		return t.share(of, c, column)
	}
	sum, whole := t.sum(of, column)
	if !whole || !c.figure.adds && !t.adds[column] {
		return none
	}
	return value{n: sum}
}

// share is a share of a group: of the whole the shares add up, and of something else both sides must.
func (t *Table) share(of []int, c Shown, column int) value {
	if c.of != "" { // groups are not compared
		return none
	}
	switch c.figure.id {
	case "due_share", "real_share":
		v := value{}
		for _, r := range of {
			cell := t.Rows[r].Cells[column]
			if cell.none {
				return none
			}
			v.n, v.of = v.n+cell.n, cell.of
		}
		return v
	case "delivered_share":
		parts, wholes := slices.IndexFunc(t.Shown, func(s Shown) bool { return s.Key == "delivered" }), slices.IndexFunc(t.Shown, func(s Shown) bool { return s.Key == "entitled" })
		if parts < 0 || wholes < 0 || !t.adds[parts] || !t.adds[wholes] {
			return none
		}
		part, _ := t.sum(of, parts)
		whole, _ := t.sum(of, wholes)
		return ratio(part, whole)
	}
	return none
}

// number gives rows the codes that they are printed with: those of the state, or else the number of the row.
func (t *Table) number() {
	for i := range t.Rows {
		r := &t.Rows[i]
		if by := t.Definition.Rows.By; (by == "region" || by == "section") && r.Key != "" {
			r.Code = r.Key
			continue
		}
		r.Code = fmt.Sprintf("%02d", i+1)
	}
}
