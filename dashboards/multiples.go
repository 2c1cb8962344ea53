package dashboards

import (
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// mostMultiples is how many members are drawn side by side; the table has all of them.
const mostMultiples = 24

// Multiples are small charts side by side on the same axes, one for each member: of each month's due reduction, what
// arrived and what did not.
type Multiples struct {
	Block
	Charts []Multiple
	Rest   string // how many more there are, in words; "" for none
	Note   string
}

// Multiple is one small chart. Bars are placed in percent of its width and height.
type Multiple struct {
	Name, Link  string
	Due, Rate   string
	Own         bool // the page's member
	Concealed   bool
	Description string
	Bars        []MultipleBar
	Top, Bottom string // of the axis
	From, To    string // the first month and the last
}

// MultipleBar is one month: how far down from the top what arrived begins, and what did not lies above it.
type MultipleBar struct {
	Left, Width, Top, Height, Short float32
	Mark                            string // what stands in its place: not shown, or nothing due
	Words                           string
}

// Middle is where the mark stands.
func (b MultipleBar) Middle() float32 { return b.Left + b.Width/2 }

// multiples makes the small charts of the members of a crossing by month.
func multiples(f MemberFigures, p *i18n.Printer) *Multiples {
	of := f.MonthsOf
	b := builder{p, NewNames(p), of.Overview, of.Hidden, of.Link, "", nil}
	siblings := of.Overview.View.Narrow != f.Own.Overview.View.Narrow
	if !siblings {
		b.link = withoutItself(f, of.Link)
	}
	months := memberRows(b.o, queries.ByMonth)
	rows := b.byRate(f.MonthsBy)
	if len(months) < 2 || len(rows) < 2 {
		return nil
	}
	cells := map[[2]string]queries.CrossCell{}
	for _, c := range f.Months.Cells {
		cells[[2]string{c.Row, c.Column}] = c
	}
	m := &Multiples{}
	m.ID, m.Title = "by_month", p.T("web.members.multiples."+f.MonthsBy)
	m.Table = b.monthsByMember(f, rows, months, cells)
	bottom := b.bottom(f, rows[:min(len(rows), mostMultiples)], months, cells)
	m.Note = p.T("web.members.note.multiples", "bottom", strconv.FormatInt(bottom/10, 10)+"%")
	for i, r := range rows {
		if own := siblings && r.Key == noIndustry(f.Key); i < mostMultiples || own {
			chart := b.multiple(f, r, months, cells, bottom)
			chart.Own = own
			m.Charts = append(m.Charts, chart)
		}
	}
	if rest := len(rows) - len(m.Charts); rest > 0 {
		m.Rest = p.T("web.members.rest", "count", strconv.Itoa(rest))
	}
	return m
}

// byRate orders members by the share that arrived, smallest first; those without one, and those not shown, stand behind.
func (b builder) byRate(dimension string) []queries.MemberRow {
	rows := memberRows(b.o, dimension)
	class := func(r queries.MemberRow) int {
		switch {
		case b.hidden.Of(CountedAs(dimension), r.Key):
			return 2
		case r.Entitled <= 0:
			return 1
		}
		return 0
	}
	return slices.SortedFunc(slices.Values(rows), func(x, y queries.MemberRow) int {
		if a, c := class(x), class(y); a != c || a > 0 {
			return (a-c)*4 + strings.Compare(x.Key, y.Key)
		}
		if c := share(x.Delivered, x.Entitled, y.Delivered, y.Entitled); c != 0 {
			return c
		}
		return strings.Compare(x.Key, y.Key)
	})
}

// bottom is where the axis of all charts begins.
func (b builder) bottom(f MemberFigures, rows, months []queries.MemberRow, cells map[[2]string]queries.CrossCell) int64 {
	var shares []int64
	for _, r := range rows {
		for _, m := range months {
			if c := cells[[2]string{r.Key, m.Key}]; c.Entitled > 0 && !f.Months.Concealed(r.Key, m.Key) {
				shares = append(shares, permille(c.Delivered, c.Entitled))
			}
		}
	}
	return cutBelow(shares)
}

func (b builder) multiple(f MemberFigures, r queries.MemberRow, months []queries.MemberRow, cells map[[2]string]queries.CrossCell, bottom int64) Multiple {
	p, name := b.p, b.member(f.MonthsBy, r.Key)
	chart := Multiple{
		Name: name, Link: b.shownLink(f.MonthsBy, r.Key), Concealed: b.hidden.Of(CountedAs(f.MonthsBy), r.Key),
		Top: "100%", Bottom: strconv.FormatInt(bottom/10, 10) + "%",
		From: b.o.View.Window.From.String(), To: b.o.View.Window.To.String(),
	}
	if chart.Concealed {
		chart.Due, chart.Rate = Concealed, Concealed
		chart.Description = name + p.T("web.colon") + p.T("web.note.concealed", "least", b.hidden.Least)
		return chart
	}
	unit := chartUnit(p, r.Due())
	chart.Due, chart.Rate = unit.WithName(r.Due()), rate(p, r.Delivered, r.Entitled)
	step := 100 / float32(len(months))
	var words []string
	for i, m := range months {
		c := cells[[2]string{r.Key, m.Key}]
		bar := MultipleBar{Left: (float32(i) + .14) * step, Width: .72 * step}
		month := b.member(queries.ByMonth, m.Key)
		switch {
		case f.Months.Concealed(r.Key, m.Key):
			bar.Mark, bar.Words = Concealed, month+p.T("web.colon")+p.T("web.note.concealed", "least", b.hidden.Least)
		case c.Entitled <= 0:
			bar.Mark, bar.Words = NotApplicable, month+p.T("web.colon")+NotApplicable
		default:
			n := min(1000, max(bottom, permille(c.Delivered, c.Entitled)))
			bar.Height = float32(n-bottom) * 100 / float32(1000-bottom)
			bar.Top, bar.Short = 100-bar.Height, 100-bar.Height
			bar.Words = p.T("web.members.cell", "name", month, "due", exact(c.Due()), "real", exact(c.Real()), "over", exact(c.Overcharged), "under", exact(c.Undercharged), "rate", rate(p, c.Delivered, c.Entitled))
			words = append(words, month+" "+rate(p, c.Delivered, c.Entitled))
		}
		chart.Bars = append(chart.Bars, bar)
	}
	chart.Description = p.T("web.members.aria.multiple", "name", name, "due", chart.Due, "rate", chart.Rate, "months", strings.Join(words, p.T("web.list_separator")))
	return chart
}

// monthsByMember lists every member's months, and checks that they come to the members and to the months.
func (b builder) monthsByMember(f MemberFigures, rows, months []queries.MemberRow, cells map[[2]string]queries.CrossCell) Table {
	p := b.p
	var most money.Fen
	for _, c := range f.Months.Cells {
		most = max(most, largest(c.Old, c.Charged))
	}
	t := Table{ID: "by_month", Title: p.T("web.members.multiples." + f.MonthsBy), Unit: tableUnit(p, most)}
	t.Columns = append([]Column{
		{"key", p.T("web.column.code"), KindCode},
		{f.MonthsBy, p.T("web.column." + f.MonthsBy), KindText},
		{"period", p.T("web.column.period"), KindText},
	}, b.burdenColumns()...)
	wrong := false
	for _, r := range rows {
		var sum queries.Burden
		for _, m := range months {
			c, ok := cells[[2]string{r.Key, m.Key}]
			if !ok && !f.Months.Concealed(r.Key, m.Key) {
				continue
			}
			line := append([]Cell{textCell(r.Key), textCell(b.member(f.MonthsBy, r.Key)), textCell(b.member(queries.ByMonth, m.Key))}, b.burdenCells(t.Unit, c.Sums)...)
			if f.Months.Concealed(r.Key, m.Key) {
				line = concealed(line, 3)
			}
			t.Rows = append(t.Rows, line)
			sum = queries.Burden{Old: sum.Old + c.Old, New: sum.New + c.New, Charged: sum.Charged + c.Charged}
		}
		wrong = wrong || sum != r.Burden
	}
	t.Total = append([]Cell{textCell(""), textCell(p.T("web.total")), textCell(Window(p, b.o.View.Window))}, b.burdenCells(t.Unit, b.o.Total.Sums)...)
	if len(f.Months.Hidden) > 0 || b.hidden.Any() {
		t.Sums = CheckHidden
	}
	t.check(!wrong)
	return t
}
