package dashboards

import (
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// Difference is the contents of the page that sets one run against another.
type Difference struct {
	Title     string
	Changed   []string // what is different in the policy and the data, in words
	Sentences []string // what moved and why, the figures between Strong marks
	KPIs      []KPI
	Note      string // what the mark of a figure that is not shown means
	Withheld  bool   // all of it is about too few persons
	Same      bool   // nothing moved
	NoMonths  bool   // the runs share every month of the window

	Totals     Block
	Causes     Block
	Months     Block
	Regions    Block
	Industries Block
	Sizes      Block
	States     Block
	Policy     Block
}

// Blocks lists the blocks in the page's order.
func (d *Difference) Blocks() []*Block {
	return []*Block{&d.Totals, &d.Causes, &d.Months, &d.Regions, &d.Industries, &d.Sizes, &d.States, &d.Policy}
}

// Table finds a table by its ID.
func (d *Difference) Table(id string) (Table, bool) {
	for _, b := range d.Blocks() {
		if b.Table.ID == id {
			return b.Table, true
		}
	}
	return Table{}, false
}

// differing carries what all parts of the page need.
type differing struct {
	p      *i18n.Printer
	names  Names
	o      queries.DifferenceOverview
	hidden Hidden
	link   Linker
}

// NewDifference makes the contents of the page. Links lead to the same page narrowed, and of causes and states to units.
func NewDifference(o queries.DifferenceOverview, hidden Hidden, link Linker, p *i18n.Printer) *Difference {
	b := differing{p, NewNames(p), o, hidden, link}
	d := &Difference{
		Title:    p.T("web.difference.title", "run", o.Run, "against", o.Against),
		Withheld: hidden.All(),
		Same:     len(o.Causes) == 0 && !hidden.All(),
		NoMonths: len(o.Months) == 0,
	}
	if hidden.Any() {
		d.Note = p.T("web.note.concealed", "least", hidden.Least)
	}
	d.Changed = b.changed()
	d.Sentences = b.sentences()
	d.KPIs = b.kpis()
	d.Totals, d.Causes, d.States, d.Policy = b.totals(), b.causes(), b.states(), b.policy()
	d.Months = b.members("moved_months", "period", "month", pairedMonths(o.Before.ByPeriod, o.After.ByPeriod), func(key string) string { return Month(p, monthOf(key)) })
	d.Regions = b.members("moved_regions", "region", "region", paired(o.Before.ByRegion, o.After.ByRegion), b.names.Region)
	d.Industries = b.members("moved_industries", "industry", "section", paired(o.Before.ByIndustry, o.After.ByIndustry), b.names.Industry)
	sizes := paired(o.Before.BySize, o.After.BySize)
	d.Sizes = b.members("moved_sizes", "size", "size", inOrderOf(words(contribution.Sizes), sizes), b.names.Word("size"))
	return d
}

// inOrderOf puts rows into the order of a code list.
func inOrderOf(order []string, rows []movedRow) []movedRow {
	var sorted []movedRow
	for _, key := range order {
		for _, r := range rows {
			if r.Key == key {
				sorted = append(sorted, r)
			}
		}
	}
	return sorted
}

// total is the whole view in both runs.
func (b differing) total() movedRow {
	return movedRow{Before: b.o.Before.Total, After: b.o.After.Total}
}

// sentences say how many units moved, by how much, and for which causes.
func (b differing) sentences() []string {
	if b.hidden.All() || len(b.o.Causes) == 0 {
		return nil
	}
	p, moved := b.p, b.total().moved()
	unit := figureUnit(p, largest(moved.Due(), moved.Real(), moved.Shortfall()))
	strong := func(text string) string { return StrongStart + text + StrongEnd }
	list := []string{p.T("web.difference.sentence", "run", b.o.Run, "against", b.o.Against, "units", strong(count(b.o.MovedUnits())),
		"due", strong(unit.signed(moved.Due())), "real", strong(unit.signed(moved.Real())), "shortfall", strong(unit.signed(moved.Shortfall())))}
	for _, c := range b.o.Causes {
		if b.hidden.Of("cause", c.Cause) || b.hidden.Of("moved", "") {
			list = append(list, p.T("web.difference.sentence.hidden", "cause", CauseName(p, c.Cause)))
			continue
		}
		m := c.Burden()
		list = append(list, p.T("web.difference.sentence.cause", "units", strong(count(c.Units)), "cause", CauseName(p, c.Cause),
			"due", unit.signed(m.Due()), "real", unit.signed(m.Real()), "shortfall", unit.signed(m.Shortfall())))
	}
	return list
}

// CauseName puts a cause, or several joined by "+", into words.
func CauseName(p *i18n.Printer, cause string) string {
	var names []string
	for id := range strings.SplitSeq(cause, "+") {
		names = append(names, p.T("web.cause."+id))
	}
	return strings.Join(names, p.T("web.cause.and"))
}

// signed writes an amount in running text with its sign, a plus too.
func (u Unit) signed(f money.Fen) string {
	if f > 0 {
		return strings.Replace(u.sentence, "%s", "+"+u.Text(f), 1)
	}
	return u.WithName(f)
}

// moved is a cell of a movement: with its sign, and no tone. Whether more is good news depends on where it started.
func (u Unit) moved(f money.Fen) Cell {
	cell := u.cell(f)
	if f > 0 {
		cell.Text = "+" + cell.Text
	}
	return cell
}

// kpis are the movements of the main figures.
func (b differing) kpis() []KPI {
	if b.hidden.All() {
		return nil
	}
	p, t := b.p, b.total()
	moved := t.moved()
	list := []KPI{{ID: "units", Name: p.T("web.difference.units"), Value: count(b.o.MovedUnits()), Unit: unitNoun(p, "web.unit.units", b.o.MovedUnits()), Share: -1,
		Notes: []string{p.T("web.difference.of_units", "before", count(t.Before.Units), "after", count(t.After.Units))}}}
	for _, k := range []struct {
		id                   string
		before, after, moved money.Fen
		tone                 Tone
	}{
		{"due", t.Before.Due(), t.After.Due(), moved.Due(), ToneNone},
		{"real", t.Before.Real(), t.After.Real(), moved.Real(), ToneNone},
		{"overcharged", t.Before.Overcharged, t.After.Overcharged, t.After.Overcharged - t.Before.Overcharged, swing(t.Before.Overcharged, t.After.Overcharged)},
		{"undercharged", t.Before.Undercharged, t.After.Undercharged, t.After.Undercharged - t.Before.Undercharged, swing(-t.Before.Undercharged, -t.After.Undercharged)},
	} {
		whole := figureUnit(p, largest(k.before, k.after))
		unit := whole.beside(p, k.moved)
		cell := unit.moved(k.moved)
		list = append(list, KPI{ID: k.id, Name: p.T("web.difference.moved", "figure", p.T("web.column."+k.id)), Value: cell.Text, Unit: unit.Name, Hover: cell.Hover, Tone: k.tone, Word: swingWord(p, k.tone),
			Share: -1, Notes: []string{p.T("web.difference.from_to", "before", whole.WithName(k.before), "after", whole.WithName(k.after))}})
	}
	return list
}

// MovedMember is a member of a dimension in both runs, as the reader may see it.
type MovedMember struct {
	Key, Name     string
	Hidden        bool // then its figures are empty
	Before, After queries.Sums
	Moved         queries.Burden
}

// Members are the members of all dimensions of a difference.
type Members struct {
	Total                              MovedMember
	Months, Regions, Industries, Sizes []MovedMember
}

// MovedMembers lists the members that the page's tables list, in their order, for those who read JSON.
func MovedMembers(o queries.DifferenceOverview, hidden Hidden, p *i18n.Printer) Members {
	names := NewNames(p)
	of := func(rows []movedRow, counts string, name func(string) string) []MovedMember {
		var list []MovedMember
		for _, r := range rows {
			list = append(list, MovedMember{r.Key, name(r.Key), hidden.All() || hidden.Of(counts, r.Key), r.Before.Sums, r.After.Sums, r.moved()})
		}
		return list
	}
	total := movedRow{Before: o.Before.Total, After: o.After.Total}
	months := of(pairedMonths(o.Before.ByPeriod, o.After.ByPeriod), "month", func(key string) string { return Month(p, monthOf(key)) })
	for i := range months {
		months[i].Key = monthOf(months[i].Key).String()
	}
	return Members{Total: MovedMember{Hidden: hidden.All(), Before: total.Before.Sums, After: total.After.Sums, Moved: total.moved()}, Months: months,
		Regions:    of(paired(o.Before.ByRegion, o.After.ByRegion), "region", names.Region),
		Industries: of(paired(o.Before.ByIndustry, o.After.ByIndustry), "section", names.Industry),
		Sizes:      of(inOrderOf(words(contribution.Sizes), paired(o.Before.BySize, o.After.BySize)), "size", names.Word("size"))}
}
