package dashboards

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Finding is one sentence about an overview, made by a rule. Figures stand between Strong marks; Link leads to the cells
// that it is about.
type Finding struct {
	ID   string
	Text string
	Link string
	Tone Tone
	Ask  string // of a risk: what its reader is asked to do
	Cell string // where the figures stand: the block and the member
}

// Findings are what a reader should know first: at most three of what works and three of what does not.
type Findings struct {
	Good  []Finding
	Risks []Finding
}

// mostFindings is how many of a kind a page shows.
const mostFindings = 3

// rule makes a sentence where it is true and matters. Its text is web.finding.<id>.
type rule struct {
	id    string
	topic string // of two sentences about the same only the stronger stands
	risk  bool
	find  func(b builder) (found, bool)
}

// found is what a rule found: the values of its text, how strongly it stands beside others, and where it leads.
type found struct {
	score  int64  // 0 to 1000, a share of the whole matter in tenths of a percent where there is one
	text   string // of the rule, "" for its own; a rule may have several
	values []any
	marks  []string // of a Linker
	block  string   // of the page, where the marks lead nowhere for the reader
	tone   Tone     // of a risk, "" for that of all others
}

// findings asks all rules and keeps the strongest of each kind. Rules see nothing of hidden members: of them, the overview
// has no figures any more, and they skip what has none.
func (b builder) findings() Findings {
	type scored struct {
		Finding
		topic string
		score int64
	}
	var good, risks []scored
	if !b.hidden.All() {
		for _, r := range rules {
			f, ok := r.find(b)
			if !ok {
				continue
			}
			one := scored{Finding{ID: r.id, Tone: ToneReduction}, r.topic, min(max(f.score, 0), 1000)}
			if link := b.link.to(f.marks...); link != b.link.to() { // a sentence does not lead to the page that it is on
				one.Link = link
			}
			one.Text = b.p.T("web.finding."+cmp.Or(f.text, r.id), f.values...)
			if one.Link == "" {
				one.Link = "#" + f.block + "-title"
			}
			one.Cell = b.cell(f)
			if r.risk {
				one.Tone = cmp.Or(f.tone, ToneIncrease)
				one.Ask = b.p.T("narrative.ask."+cmp.Or(f.text, r.id), f.values...)
				risks = append(risks, one)
			} else {
				good = append(good, one)
			}
		}
	}
	strongest := func(list []scored) []Finding {
		slices.SortStableFunc(list, func(x, y scored) int { return cmp.Compare(y.score, x.score) }) // equal ones as the rules stand
		kept := []Finding{}
		seen := map[string]bool{}
		for _, one := range list {
			if len(kept) < mostFindings && !seen[one.topic] {
				seen[one.topic] = true
				kept = append(kept, one.Finding)
			}
		}
		return kept
	}
	return Findings{strongest(good), strongest(risks)}
}

// cell names the block that a sentence is about, and in it the member.
func (b builder) cell(f found) string {
	var members []string
	for i := 0; i+1 < len(f.marks); i += 2 {
		switch mark, key := f.marks[i], f.marks[i+1]; mark {
		case "region", "county":
			members = append(members, b.names.Region(key))
		case "section":
			members = append(members, b.names.Industry(key))
		case "month":
			if m, err := period.Parse(key); err == nil {
				members = append(members, Month(b.p, m))
			}
		case "wrongly":
			members = append(members, b.p.T("web.column.undercharged"))
		default:
			members = append(members, b.names.Word(mark)(key))
		}
	}
	block := b.p.T("web.block." + f.block)
	if f.block == "definitions" {
		block = b.p.T("web.definitions")
	}
	if len(members) == 0 {
		return block
	}
	return b.p.T("narrative.cell.member", "block", block, "members", strings.Join(members, b.p.T("web.list_separator")))
}

// bold is a figure of a sentence.
func bold(text string) string { return StrongStart + text + StrongEnd }

// unit is the one in which a page writes its amounts, chosen by its whole: no page says 元 here and 万元 there.
func (b builder) unit() Unit {
	return figureUnit(b.p, largest(b.o.Total.Due(), b.o.Total.Real()))
}

// within is a unit that a chart or a table would have by itself, or the page's where that is smaller: beside a card in 元 a
// chart in 万元 would say the same amount in other figures.
func (b builder) within(u Unit) Unit {
	if page := b.unit(); page.Divisor < u.Divisor {
		return page
	}
	return u
}

// inUnit writes an amount in the page's unit; what is too small for it is said to be below its last digit.
func (b builder) inUnit(f money.Fen) string {
	unit := b.unit()
	if least := money.Fen(unit.Divisor / 100); f != 0 && abs(f)*2 < least {
		return b.p.T("web.amount.below", "amount", unit.WithName(least))
	}
	return unit.WithName(f)
}

// amount is an amount of a sentence.
func (b builder) amount(f money.Fen) string { return bold(b.inUnit(f)) }

// points writes a difference of two shares, both in tenths of a percent.
func (b builder) points(permille int64) string {
	return b.p.T("web.points", "points", tenths(abs64(permille)))
}

func abs64(n int64) int64 { return max(n, -n) }

// share is part ÷ whole of a sentence.
func (b builder) share(part, whole money.Fen) string { return bold(percent(b.p, part, whole)) }

// permilleOf is permille for counts; of nothing it is nothing.
func permilleOf(part, whole uint64) int64 {
	if whole == 0 {
		return 0
	}
	return permille(money.Fen(part), money.Fen(whole)) //nolint:gosec // counts of units
}
