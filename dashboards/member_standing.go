package dashboards

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/money"
	"jianfu/internal/region"
	"jianfu/queries"
)

// standing is where a member stands among its like and within what it is a part of.
type standing struct {
	builder
	f      MemberFigures
	of     builder             // of the figures that the rows are from
	rows   []queries.MemberRow // the member and its like; all members on a page without one
	whole  *queries.Sums       // of what it is a part of; nil where there is nothing to compare with
	units  uint64              // of the whole
	name   string              // of the whole
	hidden bool                // some of its like are not shown, so that nobody knows its place
}

// standing looks for the member's like among the parts of what it is a part of.
func (b builder) standing(f MemberFigures) standing {
	s := standing{builder: b, f: f, of: b}
	if f.Key != "" {
		if f.Parent == nil {
			return s
		}
		s.of = builder{b.p, b.names, f.Parent.Overview, f.Parent.Hidden, f.Parent.Link, b.rank, nil}
		if total := s.of.o.Total; total.Burden != b.o.Total.Burden && !s.of.hidden.All() {
			s.whole, s.units, s.name = &total.Sums, total.Units, s.of.subject()
		}
	}
	rows := memberRows(s.of.o, f.By)
	if f.Key != "" && (!slices.ContainsFunc(rows, func(r queries.MemberRow) bool { return r.Key == noIndustry(f.Key) }) ||
		f.By == queries.ByRegion && region.Level(f.Key) != tierOf(rows)) {
		return s
	}
	for _, r := range rows {
		s.hidden = s.hidden || s.conceals(r)
	}
	s.rows = rows
	return s
}

// conceals tells whether a row is not shown.
func (s standing) conceals(r queries.MemberRow) bool { return s.of.hidden.Of(CountedAs(s.f.By), r.Key) }

// isOwn tells whether a row is the page's member.
func (s standing) isOwn(r queries.MemberRow) bool {
	return s.f.Key != "" && r.Key == noIndustry(s.f.Key)
}

// share compares two shares exactly.
func share(partX, wholeX, partY, wholeY money.Fen) int {
	x := new(big.Int).Mul(big.NewInt(int64(partX)), big.NewInt(int64(wholeY)))
	return x.Cmp(new(big.Int).Mul(big.NewInt(int64(partY)), big.NewInt(int64(wholeX))))
}

// measure is one way of ranking: higher comes first.
type measure struct {
	applies func(queries.Sums) bool
	higher  func(x, y queries.Sums) int
}

func amountMeasure(of func(queries.Sums) money.Fen) measure {
	return measure{
		func(queries.Sums) bool { return true },
		func(x, y queries.Sums) int { return share(of(x), 1, of(y), 1) },
	}
}

// measures are what members are ranked by; change is how far the burden fell.
var measures = map[string]measure{
	"rate": {
		func(b queries.Sums) bool { return b.Entitled > 0 },
		func(x, y queries.Sums) int { return share(x.Delivered, x.Entitled, y.Delivered, y.Entitled) },
	},
	"change": {
		func(b queries.Sums) bool { return b.Old > 0 },
		func(x, y queries.Sums) int { return share(x.Real(), x.Old, y.Real(), y.Old) },
	},
	"due":          amountMeasure(func(b queries.Sums) money.Fen { return b.Due() }),
	"real":         amountMeasure(func(b queries.Sums) money.Fen { return b.Real() }),
	"overcharged":  amountMeasure(func(b queries.Sums) money.Fen { return b.Overcharged }),
	"undercharged": amountMeasure(func(b queries.Sums) money.Fen { return b.Undercharged }),
}

// Rankings are what members are ranked by on pages, the worst first: of which the smallest share arrived, that got least, that were
// charged most too much, whose burden fell least.
var Rankings = []string{"rate", "real", "overcharged", "change"}

// highestIsWorst are the rankings of which the highest stands first.
var highestIsWorst = map[string]bool{"overcharged": true}

// worstFirst orders rows by the builder's ranking; those that it does not apply to or that are not shown stand behind.
func (b builder) worstFirst(rows []queries.MemberRow, counts string) []queries.MemberRow {
	by := cmp.Or(b.rank, Rankings[0])
	m := measures[by]
	last := func(r queries.MemberRow) bool { return b.hidden.Of(counts, r.Key) || !m.applies(r.Sums) }
	return slices.SortedStableFunc(slices.Values(rows), func(x, y queries.MemberRow) int {
		switch {
		case last(x) || last(y):
			return compareBool(last(x), last(y))
		case highestIsWorst[by]:
			return m.higher(y.Sums, x.Sums)
		}
		return m.higher(x.Sums, y.Sums)
	})
}

// compareBool puts false before true.
func compareBool(x, y bool) int {
	return map[bool]int{true: 1}[x] - map[bool]int{true: 1}[y]
}

// fromTheWorst is ranked with the worst first; places are as ranked has them, from the best.
func (s standing) fromTheWorst(by string) (rows []queries.MemberRow, places []int) {
	rows, places = s.ranked(by)
	if highestIsWorst[by] {
		return rows, places
	}
	n := 0
	for n < len(rows) && !s.conceals(rows[n]) && measures[by].applies(rows[n].Sums) {
		n++
	}
	slices.Reverse(rows[:n])
	slices.Reverse(places[:n])
	return rows, places
}

// ranked are the rows by a measure, highest first, equal ones by key; those that it does not apply to, and those that
// are not shown, stand behind. places are their ranks, equal ones sharing theirs, 0 where there is none.
func (s standing) ranked(by string) (rows []queries.MemberRow, places []int) {
	m := measures[by]
	class := func(r queries.MemberRow) int {
		switch {
		case s.conceals(r):
			return 2
		case !m.applies(r.Sums):
			return 1
		}
		return 0
	}
	rows = slices.SortedFunc(slices.Values(s.rows), func(x, y queries.MemberRow) int {
		if a, b := class(x), class(y); a != b || a > 0 {
			return a*4 - b*4 + strings.Compare(x.Key, y.Key)
		}
		if c := m.higher(y.Sums, x.Sums); c != 0 {
			return c
		}
		return strings.Compare(x.Key, y.Key)
	})
	places = make([]int, len(rows))
	for i, r := range rows {
		switch {
		case class(r) > 0 || s.hidden:
		case i > 0 && m.higher(rows[i-1].Sums, r.Sums) == 0:
			places[i] = places[i-1]
		default:
			places[i] = i + 1
		}
	}
	return rows, places
}

// list is the ranking by the chosen measure.
func (s standing) list() []Ranked {
	rows, places := s.ranked(s.f.Rank)
	list := make([]Ranked, len(rows))
	for i, r := range rows {
		list[i] = Ranked{r, s.of.member(s.f.By, r.Key), places[i], s.conceals(r)}
	}
	return list
}

// place is the member's rank in words: 13 个市中第 11 位; "" where it has none.
func (s standing) place(by string) string {
	if len(s.rows) < 2 {
		return ""
	}
	rows, places := s.ranked(by)
	for i, r := range rows {
		if s.isOwn(r) && places[i] > 0 {
			return s.p.T("web.members.place", "kin", s.kin(s.f.By, s.rows), "place", strconv.Itoa(places[i]))
		}
	}
	return ""
}

// compare adds to the indicators what the whole has, and the member's place among its like.
func (s standing) compare(kpis []KPI) {
	if s.f.Key == "" {
		return
	}
	own := s.o.Total
	for i := range kpis {
		var said []string
		if s.whole != nil && besideWhole[kpis[i].ID] {
			said = append(said, s.beside(kpis[i].ID, own, *s.whole))
		}
		none := kpis[i].ID == "overcharged" && own.Overcharged == 0 || kpis[i].ID == "undercharged" && own.Undercharged == 0
		if _, ok := measures[kpis[i].ID]; ok && !none {
			said = append(said, s.place(kpis[i].ID))
		}
		said = slices.DeleteFunc(said, func(text string) bool { return text == "" })
		if len(said) > 0 {
			kpis[i].Notes = append(kpis[i].Notes, strings.Join(said, s.p.T("web.members.and")))
		}
	}
}

// besideWhole are the indicators that say what the whole has. What the page's first sentence says already, and what only repeats the
// whole's own page, is left out.
var besideWhole = map[string]bool{"real": true, "change": true, "undercharged": true}

// beside puts an indicator beside that of the whole: the share of it, or how far it differs.
func (s standing) beside(id string, own queries.MemberRow, whole queries.Sums) string {
	p := s.p
	partOf := func(part, of money.Fen) string {
		if of <= 0 || part < 0 || part > of { // a part of a net sum is no share
			return ""
		}
		return p.T("web.members.part", "whole", s.name, "share", percent(p, part, of))
	}
	switch id {
	case "rate":
		if whole.Entitled <= 0 {
			return ""
		}
		return p.T("web.members.beside", "whole", s.name, "value", rate(p, whole.Delivered, whole.Entitled))
	case "change":
		return p.T("web.members.beside", "whole", s.name, "value", change(p, whole.Old, whole.Charged))
	case "due":
		return partOf(own.Due(), whole.Due())
	case "real":
		return partOf(own.Real(), whole.Real())
	case "overcharged":
		return partOf(own.Overcharged, whole.Overcharged)
	case "undercharged":
		return partOf(own.Undercharged, whole.Undercharged)
	case "units":
		return partOf(money.Fen(own.Units), money.Fen(s.units)) //nolint:gosec // counts of units
	}
	return ""
}

// sentence says where the member stands.
func (s standing) sentence() string {
	own := s.o.Total.Sums
	if s.f.Key == "" || s.whole == nil || s.whole.Entitled <= 0 || own.Entitled <= 0 {
		return ""
	}
	p := s.p
	strong := func(text string) string { return StrongStart + text + StrongEnd }
	difference := permille(own.Delivered, own.Entitled) - permille(s.whole.Delivered, s.whole.Entitled)
	word := map[bool]string{true: "higher", false: "lower"}[difference > 0]
	if difference == 0 {
		word = "level"
	}
	points := max(difference, -difference)
	sentence := p.T("web.members.standing."+word, "whole", s.name, "rate", rate(p, s.whole.Delivered, s.whole.Entitled),
		"points", strong(strconv.FormatInt(points/10, 10)+"."+strconv.FormatInt(points%10, 10)))
	if place := s.place("rate"); place != "" {
		sentence += p.T("web.members.standing.place", "place", strong(place))
	}
	sentence += p.T("web.members.standing.share", "whole", s.name, "due", percent(p, min(own.Entitled, s.whole.Entitled), s.whole.Entitled))
	if own.Overcharged > 0 && own.Overcharged <= s.whole.Overcharged {
		sentence += p.T("web.members.standing.overcharged", "share", percent(p, own.Overcharged, s.whole.Overcharged))
	}
	if own.Undercharged > 0 && own.Undercharged <= s.whole.Undercharged {
		sentence += p.T("web.members.standing.undercharged", "share", percent(p, own.Undercharged, s.whole.Undercharged))
	}
	return sentence + p.T("web.full_stop")
}
