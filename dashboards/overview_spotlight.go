package dashboards

import (
	"jianfu/internal/money"
	"jianfu/queries"
)

// Spotlight is a card about those whom the policy is for most of all: small and micro firms, and manufacturing.
type Spotlight struct {
	ID      string
	Title   string
	Link    string // its page
	Lines   []SpotlightLine
	Rate    string
	Against string // the share that arrived beside that of all, in words
	Tone    Tone
}

// SpotlightLine is one figure of a card.
type SpotlightLine struct {
	Name  string
	Value string
	Hover string
	Link  string
	Tone  Tone
}

// manufacturing is the section of GB/T 4754.
const manufacturing = "C"

// memberOf is a member of a dimension that is there and not hidden.
func (b builder) memberOf(dimension, key string, rows []queries.MemberRow) (queries.MemberRow, bool) {
	for _, r := range rows {
		if r.Key == key && r.Old != 0 && !b.hidden.Of(dimension, key) {
			return r, true
		}
	}
	return queries.MemberRow{}, false
}

// smallAndMicro adds up small and micro firms, where the view has both. Units are not added: one that has come from one
// size to the other counts in both.
func (b builder) smallAndMicro() (queries.MemberRow, bool) {
	small, okSmall := b.memberOf("size", "small", b.o.BySize)
	micro, okMicro := b.memberOf("size", "micro", b.o.BySize)
	return queries.MemberRow{Sums: queries.Sums{Burden: small.Add(micro.Burden), Reach: small.Plus(micro.Reach)}}, okSmall && okMicro
}

func (b builder) spotlights() []Spotlight {
	var cards []Spotlight
	if row, ok := b.smallAndMicro(); ok && b.o.View.Narrow.Size == "" {
		card := b.spotlight("small_micro", "", row.Sums)
		for _, size := range []string{"small", "micro"} {
			r, _ := b.memberOf("size", size, b.o.BySize)
			card.Lines = append(card.Lines, SpotlightLine{Name: b.names.Word("size")(size), Value: b.p.T("web.spotlight.units", "units", count(r.Units)), Link: b.link.to("size", size)})
		}
		cards = append(cards, card)
	}
	if row, ok := b.memberOf("section", manufacturing, b.o.ByIndustry); ok && b.o.View.Narrow.Industry == "" {
		card := b.spotlight("manufacturing", b.link.to("section", manufacturing), row.Sums)
		card.Lines = append(card.Lines, SpotlightLine{Name: b.p.T("web.spotlight.all_units"), Value: b.p.T("web.spotlight.units", "units", count(row.Units)),
			Link: b.link.to("section", manufacturing, "total", "")})
		cards = append(cards, card)
	}
	return cards
}

func (b builder) spotlight(id, address string, row queries.Sums) Spotlight {
	p, t := b.p, b.o.Total
	card := Spotlight{ID: id, Title: p.T("web.spotlight." + id), Link: address, Rate: rate(p, row.Delivered, row.Entitled)}
	if row.Entitled > 0 && t.Entitled > 0 {
		switch gap := permille(row.Delivered, row.Entitled) - permille(t.Delivered, t.Entitled); {
		case gap > 0:
			card.Against, card.Tone = p.T("web.spotlight.above", "rate", rate(p, t.Delivered, t.Entitled), "gap", b.points(gap)), ToneReduction
		case gap < 0:
			card.Against, card.Tone = p.T("web.spotlight.below", "rate", rate(p, t.Delivered, t.Entitled), "gap", b.points(gap)), ToneIncrease
		default:
			card.Against = p.T("web.spotlight.equal", "rate", rate(p, t.Delivered, t.Entitled))
		}
	}
	line := func(name string, f money.Fen, tone Tone) {
		card.Lines = append(card.Lines, SpotlightLine{Name: name, Value: b.inUnit(f), Hover: exact(f), Tone: tone})
	}
	line(p.T("web.column.due"), row.Due(), ToneNone)
	line(p.T("web.column.real"), row.Real(), toneOf(row.Real()))
	line(p.T("web.column.overcharged"), row.Overcharged, map[bool]Tone{true: ToneIncrease}[row.Overcharged > 0])
	line(p.T("web.column.undercharged"), row.Undercharged, map[bool]Tone{true: ToneUnder}[row.Undercharged > 0])
	card.Lines = append(card.Lines, SpotlightLine{Name: p.T("web.kpi.change"), Value: change(p, row.Old, row.Charged), Tone: toneOf(row.Real())},
		SpotlightLine{Name: p.T("web.spotlight.share"), Value: rate(p, min(row.Delivered, t.Delivered), t.Delivered)})
	return card
}
