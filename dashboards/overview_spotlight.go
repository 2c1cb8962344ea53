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
	return queries.MemberRow{Burden: queries.Burden{Old: small.Old + micro.Old, New: small.New + micro.New, Charged: small.Charged + micro.Charged}}, okSmall && okMicro
}

func (b builder) spotlights() []Spotlight {
	var cards []Spotlight
	if row, ok := b.smallAndMicro(); ok && b.o.View.Narrow.Size == "" {
		card := b.spotlight("small_micro", "", row.Burden)
		for _, size := range []string{"small", "micro"} {
			r, _ := b.memberOf("size", size, b.o.BySize)
			card.Lines = append(card.Lines, SpotlightLine{Name: b.names.Word("size")(size), Value: b.p.T("web.spotlight.units", "units", count(r.Units)), Link: b.link.to("size", size)})
		}
		cards = append(cards, card)
	}
	if row, ok := b.memberOf("section", manufacturing, b.o.ByIndustry); ok && b.o.View.Narrow.Industry == "" {
		card := b.spotlight("manufacturing", b.link.to("section", manufacturing), row.Burden)
		card.Lines = append(card.Lines, SpotlightLine{Name: b.p.T("web.spotlight.all_units"), Value: b.p.T("web.spotlight.units", "units", count(row.Units)),
			Link: b.link.to("section", manufacturing, "total", "")})
		cards = append(cards, card)
	}
	return cards
}

func (b builder) spotlight(id, address string, row queries.Burden) Spotlight {
	p, t := b.p, b.o.Total
	card := Spotlight{ID: id, Title: p.T("web.spotlight." + id), Link: address, Rate: rate(p, row.Real(), row.Due())}
	if row.Due() > 0 && t.Due() > 0 {
		switch gap := permille(row.Real(), row.Due()) - permille(t.Real(), t.Due()); {
		case gap > 0:
			card.Against, card.Tone = p.T("web.spotlight.above", "rate", rate(p, t.Real(), t.Due()), "gap", b.points(gap)), ToneReduction
		case gap < 0:
			card.Against, card.Tone = p.T("web.spotlight.below", "rate", rate(p, t.Real(), t.Due()), "gap", b.points(gap)), ToneIncrease
		default:
			card.Against = p.T("web.spotlight.equal", "rate", rate(p, t.Real(), t.Due()))
		}
	}
	unit := figureUnit(p, row.Due())
	line := func(name string, f money.Fen, tone Tone) {
		card.Lines = append(card.Lines, SpotlightLine{Name: name, Value: unit.WithName(f), Hover: exact(f), Tone: tone})
	}
	line(p.T("web.column.due"), row.Due(), ToneNone)
	line(p.T("web.column.real"), row.Real(), toneOf(row.Real()))
	card.Lines = append(card.Lines, SpotlightLine{Name: p.T("web.kpi.change"), Value: change(p, row.Old, row.Charged), Tone: toneOf(row.Real())},
		SpotlightLine{Name: p.T("web.spotlight.share"), Value: rate(p, row.Real(), t.Real())})
	return card
}
