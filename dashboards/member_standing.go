package dashboards

import (
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
	whole  *queries.Burden     // of what it is a part of; nil where there is nothing to compare with
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
		s.of = builder{b.p, b.names, f.Parent.Overview, f.Parent.Hidden, f.Parent.Link}
		if total := s.of.o.Total; total.Burden != b.o.Total.Burden && !s.of.hidden.All() {
			s.whole, s.units, s.name = &total.Burden, total.Units, s.of.subject()
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
	applies func(queries.Burden) bool
	higher  func(x, y queries.Burden) int
}

func amountMeasure(of func(queries.Burden) money.Fen) measure {
	return measure{
		func(queries.Burden) bool { return true },
		func(x, y queries.Burden) int { return share(of(x), 1, of(y), 1) },
	}
}

// measures are what members are ranked by; change is how far the burden fell.
var measures = map[string]measure{
	"rate": {
		func(b queries.Burden) bool { return b.Due() > 0 },
		func(x, y queries.Burden) int { return share(x.Real(), x.Due(), y.Real(), y.Due()) },
	},
	"change": {
		func(b queries.Burden) bool { return b.Old > 0 },
		func(x, y queries.Burden) int { return share(x.Real(), x.Old, y.Real(), y.Old) },
	},
	"due":       amountMeasure(queries.Burden.Due),
	"real":      amountMeasure(queries.Burden.Real),
	"shortfall": amountMeasure(queries.Burden.Shortfall),
}

// ranked are the rows by a measure, highest first, equal ones by key; those that it does not apply to, and those that
// are not shown, stand behind. places are their ranks, equal ones sharing theirs, 0 where there is none.
func (s standing) ranked(by string) (rows []queries.MemberRow, places []int) {
	m := measures[by]
	class := func(r queries.MemberRow) int {
		switch {
		case s.conceals(r):
			return 2
		case !m.applies(r.Burden):
			return 1
		}
		return 0
	}
	rows = slices.SortedFunc(slices.Values(s.rows), func(x, y queries.MemberRow) int {
		if a, b := class(x), class(y); a != b || a > 0 {
			return a*4 - b*4 + strings.Compare(x.Key, y.Key)
		}
		if c := m.higher(y.Burden, x.Burden); c != 0 {
			return c
		}
		return strings.Compare(x.Key, y.Key)
	})
	places = make([]int, len(rows))
	for i, r := range rows {
		switch {
		case class(r) > 0 || s.hidden:
		case i > 0 && m.higher(rows[i-1].Burden, r.Burden) == 0:
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
		if s.whole != nil {
			said = append(said, s.beside(kpis[i].ID, own, *s.whole))
		}
		if _, ok := measures[kpis[i].ID]; ok {
			said = append(said, s.place(kpis[i].ID))
		}
		said = slices.DeleteFunc(said, func(text string) bool { return text == "" })
		if len(said) > 0 {
			kpis[i].Notes = append(kpis[i].Notes, strings.Join(said, s.p.T("web.members.and")))
		}
	}
}

// beside puts an indicator beside that of the whole: the share of it, or how far it differs.
func (s standing) beside(id string, own queries.MemberRow, whole queries.Burden) string {
	p := s.p
	partOf := func(part, of money.Fen) string {
		if of <= 0 {
			return ""
		}
		return p.T("web.members.part", "whole", s.name, "share", percent(p, part, of))
	}
	switch id {
	case "rate":
		if whole.Due() <= 0 {
			return ""
		}
		return p.T("web.members.beside", "whole", s.name, "value", rate(p, whole.Real(), whole.Due()))
	case "change":
		return p.T("web.members.beside", "whole", s.name, "value", change(p, whole.Old, whole.Charged))
	case "due":
		return partOf(own.Due(), whole.Due())
	case "real":
		return partOf(own.Real(), whole.Real())
	case "shortfall":
		return partOf(own.Shortfall(), whole.Shortfall())
	case "units":
		return partOf(money.Fen(own.Units), money.Fen(s.units)) //nolint:gosec // counts of units
	}
	return ""
}

// sentence says where the member stands.
func (s standing) sentence() string {
	own := s.o.Total.Burden
	if s.f.Key == "" || s.whole == nil || s.whole.Due() <= 0 || own.Due() <= 0 {
		return ""
	}
	p := s.p
	strong := func(text string) string { return StrongStart + text + StrongEnd }
	difference := permille(own.Real(), own.Due()) - permille(s.whole.Real(), s.whole.Due())
	word := map[bool]string{true: "higher", false: "lower"}[difference > 0]
	if difference == 0 {
		word = "level"
	}
	points := max(difference, -difference)
	sentence := p.T("web.members.standing."+word, "whole", s.name, "rate", rate(p, s.whole.Real(), s.whole.Due()),
		"points", strong(strconv.FormatInt(points/10, 10)+"."+strconv.FormatInt(points%10, 10)))
	if place := s.place("rate"); place != "" {
		sentence += p.T("web.members.standing.place", "place", strong(place))
	}
	sentence += p.T("web.members.standing.share", "whole", s.name, "due", percent(p, own.Due(), s.whole.Due()))
	if own.Shortfall() > 0 && s.whole.Shortfall() > 0 {
		sentence += p.T("web.members.standing.shortfall", "share", percent(p, own.Shortfall(), s.whole.Shortfall()))
	}
	return sentence + p.T("web.full_stop")
}
