package report

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
)

// Part is a report that is added to others: of a bureau whose region lies in the row Region of a table by region.
type Part struct {
	Region string
	Tables []*Table // as Fill made them
}

// Origin is where a row of a sum is from: the row of a part, -1 where the part has none.
type Origin struct {
	Part, Row int
}

// Added is a table of a sum with the origins of its rows.
type Added struct {
	*Table
	Origins [][]Origin
}

// DiffersInMeasures lists the tables of a report that have columns of other measures than those of another by the same definitions.
func DiffersInMeasures(tables, other []*Table) (found []FormDifference) {
	for i, t := range tables {
		if theirs, ours := t.measureTitles(), other[i].measureTitles(); theirs != ours {
			found = append(found, FormDifference{Table: t.name(), What: "measures", Theirs: theirs, Ours: ours})
		}
	}
	return found
}

func (t *Table) measureTitles() string {
	var all []string
	for _, c := range t.Shown {
		if c.measure != "" {
			all = append(all, c.measure+" "+c.Title)
		}
	}
	return strings.Join(all, ", ")
}

// Add adds reports up, cell by cell: figures exactly, shares from the sums of the two figures that they are of. A cell that a part
// conceals, or whose row it conceals, is concealed in the sum; what follows from no sum is set apart. Parts have the same columns.
func (s *Set) Add(head Head, parts []Part) (*Report, []Added) {
	r := &Report{Set: s, Head: head, p: s.printer()}
	var all []Added
	for i := range s.Tables {
		tables := make([]*Table, len(parts))
		for n, p := range parts {
			tables[n] = p.Tables[i]
		}
		a := addTables(r, tables, parts)
		r.Tables, all = append(r.Tables, a.Table), append(all, a)
	}
	r.Checks = s.Verify(r.Tables)
	return r, all
}

// added is a row of a sum while it is made.
type added struct {
	Row
	origins []Origin
}

func addTables(r *Report, tables []*Table, parts []Part) Added {
	d := tables[0].Definition
	t := &Table{Definition: d, Shown: tables[0].Shown}
	rows := collect(tables, parts)
	names := &sources{names: dashboards.NewNames(r.p), p: r.p}
	order := arrangement(d, tables)
	for i := range rows {
		if d.Rows.By == "region" && rows[i].Sort == memberRow {
			rows[i].Title = names.title(d.Rows.By, rows[i].Key)
		}
	}
	slices.SortStableFunc(rows, func(x, y added) int { return order(x.Row, y.Row) })
	out := Added{Table: t}
	for _, row := range rows {
		t.Rows, out.Origins = append(t.Rows, row.Row), append(out.Origins, row.origins)
	}
	for i := range t.Rows {
		t.Rows[i].Cells = make([]value, len(t.Shown))
		for c := range t.Shown {
			t.Rows[i].Cells[c] = addCell(tables, out.Origins[i], t.Rows[i], c)
		}
	}
	t.connect()
	if d.Rows.By == "region" && len(d.Rows.Groups) > 0 { // of these regions, not of those below them
		t.group()
		t.connect()
	}
	for len(out.Origins) < len(t.Rows) {
		var of []Origin
		for _, i := range t.Rows[len(out.Origins)].Of {
			of = append(of, out.Origins[i]...)
		}
		out.Origins = append(out.Origins, of)
	}
	t.addShares()
	return out
}

// collect finds the rows of a sum and where each is from. In a table by region the row of all of a part is that of its region;
// units that parts have chosen stand one below the other.
func collect(tables []*Table, parts []Part) (rows []added) {
	at := func(row Row) *added {
		i := slices.IndexFunc(rows, func(o added) bool {
			return o.Sort == row.Sort && o.Key == row.Key && (row.Sort != groupRow || o.Title == row.Title)
		})
		if i < 0 {
			rows = append(rows, added{Row: Row{Sort: row.Sort, Key: row.Key, Title: row.Title}})
			i = len(rows) - 1
		}
		return &rows[i]
	}
	for n, t := range tables {
		for i, row := range t.Rows {
			if len(t.Definition.Rows.Choose) > 0 { // a unit that a part has chosen is no row of another
				row.Key = parts[n].Region + ":" + row.Key
			}
			if t.Definition.Rows.By != "region" {
				a := at(row)
				a.origins = append(a.origins, Origin{n, i})
				continue
			}
			if row.Sort == totalRow {
				for _, to := range []Row{row, {Sort: memberRow, Key: parts[n].Region}} {
					a := at(to)
					a.origins = append(a.origins, Origin{n, i})
				}
			}
		}
	}
	if of := tables[0].Definition.Rows; of.By == "region" || len(of.Choose) > 0 {
		return rows
	}
	for i := range rows {
		for n := range tables {
			if !slices.ContainsFunc(rows[i].origins, func(o Origin) bool { return o.Part == n }) {
				rows[i].origins = append(rows[i].origins, Origin{n, -1})
			}
		}
		slices.SortFunc(rows[i].origins, func(x, y Origin) int { return cmp.Compare(x.Part, y.Part) })
	}
	return rows
}

// arrangement is the order of the rows of a table: as arranged has them.
func arrangement(d *Definition, tables []*Table) func(x, y Row) int {
	list := known(d.Rows.By)
	if families[d.Rows.By] == comparisons {
		for _, t := range tables {
			for _, r := range t.Rows {
				if !slices.Contains(list, r.Key) {
					list = append(list, r.Key)
				}
			}
		}
	}
	place := func(r Row) (stage, listed, empty, code int) {
		stage = slices.Index(sorts, r.Sort)
		if r.Sort == groupRow {
			return stage, slices.IndexFunc(d.Rows.Groups, func(g Group) bool { return g.Title == r.Title }), 0, 0
		}
		if listed = slices.Index(d.Rows.Members, r.Key); listed < 0 || r.Sort != memberRow {
			listed = len(d.Rows.Members)
		}
		return stage, listed, boolean(r.Key == ""), slices.Index(list, r.Key)
	}
	return func(x, y Row) int {
		a, b, c, e := place(x)
		f, g, h, i := place(y)
		return cmp.Or(cmp.Compare(a, f), cmp.Compare(b, g), cmp.Compare(c, h), cmp.Compare(e, i), strings.Compare(x.Key, y.Key))
	}
}

// addCell adds up one figure over the parts. Where a part has no such row it adds nothing, unless the part does not show it.
func addCell(tables []*Table, origins []Origin, row Row, c int) value {
	sum, any, lacking := value{}, false, false
	for _, o := range origins {
		t := tables[o.Part]
		if o.Row < 0 {
			switch {
			case t.withholds(row):
				return value{hidden: true}
			case families[t.Definition.Rows.By] == comparisons:
				return value{apart: true}
			}
			continue
		}
		v := t.Rows[o.Row].Cells[c]
		switch {
		case v.hidden:
			return value{hidden: true}
		case v.apart || v.none && row.Sort == groupRow:
			return v
		case v.none:
			lacking = true
		default:
			sum.n, any = sum.n+v.n, true
		}
	}
	switch {
	case !any:
		return none
	case lacking && tables[0].Shown[c].of != "": // some bureaus have a report before, others have none
		return value{apart: true}
	}
	return sum
}

// withholds tells whether a row that the table lacks may have figures that it does not show: reasons of few are put together, and of
// a member that is concealed no part is listed.
func (t *Table) withholds(row Row) bool {
	within := t.Definition.Rows.Within
	return slices.ContainsFunc(t.Rows, func(r Row) bool {
		merged := t.Definition.Rows.By == "reason" && r.Key == dashboards.MergedReasons
		parted := row.Sort == partRow && within != nil && r.Sort == memberRow && r.Key == within.Member && slices.ContainsFunc(r.Cells, func(v value) bool { return v.hidden })
		return merged || parted
	})
}

// addShares works out the shares of a sum from the figures that they are of.
func (t *Table) addShares() {
	for i := range t.Rows {
		for c, shown := range t.Shown {
			if shown.figure.kind != share {
				continue
			}
			part, whole, ok := t.shareOf(i, shown)
			switch {
			case !ok:
				t.Rows[i].Cells[c] = value{apart: true}
			case part.hidden || whole.hidden:
				t.Rows[i].Cells[c] = value{hidden: true}
			case part.apart || whole.apart:
				t.Rows[i].Cells[c] = value{apart: true}
			case part.none || whole.none:
				t.Rows[i].Cells[c] = none
			default:
				t.Rows[i].Cells[c] = ratio(part.n, whole.n)
			}
		}
	}
}

// printer is that of the language of what is printed.
func (s *Set) printer() *i18n.Printer { return i18n.For(s.Language) }
