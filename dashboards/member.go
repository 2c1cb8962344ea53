package dashboards

import (
	"cmp"
	"slices"
	"strconv"

	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/region"
	"jianfu/queries"
)

// Reading is an overview as its reader may see it, with where its marks lead.
type Reading struct {
	Overview queries.Overview
	Hidden   Hidden
	Link     Linker
	Versus   *Versus // what it is compared with; nil for its last two months
}

// MemberFigures is what the page of a member is made from: one region, industry or size, or all members of one of these
// dimensions, compared with each other.
type MemberFigures struct {
	By     string // queries.ByRegion, ByIndustry or BySize
	Key    string // the member; "" for all of them
	Rank   string // by what members are ranked: one of Rankings
	Shade  string // what the cells of the crossing say: one of Ranks
	Own    Reading
	Parent *Reading // of what the member is a part of; nil where its reader sees no more

	Cross    *Crossing // of Own; nil where there is nothing to cross
	Months   *Crossing // of the members of MonthsBy in Own, or of those of By in Parent, by month; nil for none
	MonthsBy string
	MonthsOf *Reading
}

// Member is the contents of the page of a member.
type Member struct {
	*Overview
	Name      string   // the member's, as a part of a sentence
	Standing  string   // where it stands among its like, in a sentence; "" where there is nothing to compare with
	Children  string   // the dimension one level below, "" where there is none
	Ranked    []Ranked // the member and its like, or all members, by rank
	Ranking   *Block
	Cross     *CrossTable
	Multiples *Multiples
	UnitsLink string // the list of its units
	UnitCount string
}

// Ranked is a member with its place among its like; 0 where it has none.
type Ranked struct {
	queries.MemberRow
	Name   string
	Place  int
	Hidden bool
}

// Ranks are what cells can be shaded by; the first is the default.
var Ranks = []string{"rate", "due", "overcharged", "undercharged"}

// NewMember makes the contents of the page in the printer's language, of what concealment left of the figures.
func NewMember(f MemberFigures, p *i18n.Printer) *Member {
	b := builder{p, NewNames(p), f.Own.Overview, f.Own.Hidden, withoutItself(f, f.Own.Link), f.Rank, f.Own.Versus}
	m := &Member{Overview: b.overview(), Name: b.subject()}
	if f.Key == "" {
		m.Title = p.T("web.members.title."+f.By, "place", m.Name)
	}
	m.Place = m.Name
	if m.Withheld || m.Empty {
		return m
	}
	m.UnitsLink, m.UnitCount = b.link.to("total", ""), count(b.o.Total.Units)
	s := b.standing(f)
	m.Standing = s.sentence()
	s.compare(m.KPIs)
	m.Ranking = s.ranking()
	m.Ranked = s.list()
	if f.Cross != nil {
		m.Cross = b.cross(f)
	}
	if f.Months != nil {
		m.Multiples = multiples(f, p)
	}
	return m
}

// Blocks lists the blocks in the page's order.
func (m *Member) Blocks() []*Block {
	blocks := m.Overview.Blocks()
	if m.Ranking != nil {
		blocks = append(blocks, m.Ranking)
	}
	if m.Cross != nil {
		blocks = append(blocks, &m.Cross.Block)
	}
	if m.Multiples != nil {
		blocks = append(blocks, &m.Multiples.Block)
	}
	return blocks
}

// RankingBlock is the ranking as templates take it.
func (m *Member) RankingBlock() Block { return *m.Ranking }

// Table finds a table by its ID.
func (m *Member) Table(id string) (Table, bool) {
	for _, b := range m.Blocks() {
		if b.Table.ID == id {
			return b.Table, true
		}
	}
	return Table{}, false
}

// withoutItself is a Linker that leads nowhere from a member to its own page: a part of a member that its register does
// not name any closer, such as the units of section C without a division, has the member's own code.
func withoutItself(f MemberFigures, link Linker) Linker {
	if link == nil || f.Key == "" {
		return link
	}
	return func(marks ...string) string {
		for i := 0; i+1 < len(marks); i += 2 {
			if dimensionOf(marks[i]) == f.By && cmp.Or(marks[i+1], dimension.Nothing) == f.Key && f.By != queries.BySize {
				return ""
			}
		}
		return link(marks...)
	}
}

// dimensionOf is the dimension that a mark's word belongs to.
func dimensionOf(mark string) string {
	if d, ok := dimension.Named(mark); ok {
		return d.ID
	}
	return mark
}

// memberRows are the members of a dimension that an overview lists, with their figures; of months, those of its window.
func memberRows(o queries.Overview, by string) (rows []queries.MemberRow) {
	if by == queries.ByMonth {
		for _, r := range o.ByPeriod {
			if o.View.Window.Contains(r.Period) {
				rows = append(rows, queries.MemberRow{Key: monthKey(r), Sums: r.Sums})
			}
		}
		return rows
	}
	for _, d := range memberDimensions(&o) {
		if d.name == CountedAs(by) {
			rows = *d.rows
		}
	}
	return rows
}

// HasParts tells whether a member has parts of its own dimension in an overview: a county has none, nor has an industry
// that the register does not divide any further.
func HasParts(o queries.Overview, by, key string) bool {
	if by == queries.BySize {
		return key == ""
	}
	rows := memberRows(o, by)
	return slices.ContainsFunc(rows, func(r queries.MemberRow) bool { return cmp.Or(r.Key, dimension.Nothing) != key })
}

// subject puts what a view is about into words, as a part of a sentence: 南京市制造业小型企业.
func (b builder) subject() string {
	p, n := b.p, b.o.View.Narrow
	_, name := b.place()
	add := func(text string) { name = p.T("web.members.subject", "whole", name, "part", text) }
	switch n.Industry {
	case "":
	case dimension.Nothing:
		add(p.T("web.members.industry.none"))
	default:
		add(b.names.Industry(n.Industry))
	}
	if n.Size != "" {
		add(p.T("web.members.size." + n.Size))
	}
	for _, d := range dimension.Lists() {
		if key := n.Value(d); d != dimension.Sizes && key != "" {
			name = p.T("web.members.subject.more", "whole", name, "part", b.names.Member(d.ID, key))
		}
	}
	return name
}

// noIndustry is the key that rows have for what a page calls "-".
func noIndustry(key string) string {
	if key == dimension.Nothing {
		return ""
	}
	return key
}

// member names a member of a dimension, or a month.
func (b builder) member(by, key string) string {
	if by == queries.ByMonth {
		for _, r := range b.o.ByPeriod {
			if monthKey(r) == key {
				return Month(b.p, r.Period)
			}
		}
	}
	return b.names.Member(by, key)
}

// kin counts members in words, by what they are: 13 个市.
func (b builder) kin(by string, rows []queries.MemberRow) string {
	level := by
	switch by {
	case queries.ByRegion:
		level = tierOf(rows).String()
	case queries.ByIndustry:
		longest := 0
		for _, r := range rows {
			longest = max(longest, len(r.Key))
		}
		level = map[bool]string{true: "section", false: "division"}[longest <= 1]
		if longest > 3 {
			level = "industry"
		}
	}
	return b.p.T("web.members.kin."+level, "count", strconv.Itoa(len(rows)))
}

// tierOf is the level of a list of regions; one that the register names no closer stands among those below it.
func tierOf(rows []queries.MemberRow) region.Tier {
	tier := region.Province
	for _, r := range rows {
		tier = max(tier, region.Level(r.Key))
	}
	return tier
}
