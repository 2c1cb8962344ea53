package dashboards

import (
	"cmp"
	"slices"

	"jianfu/internal/money"
)

// Finding is one sentence about an overview, made by a rule. Figures stand between Strong marks; Link leads to the cells
// that it is about.
type Finding struct {
	ID   string
	Text string
	Link string
	Tone Tone
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
			one := scored{Finding{ID: r.id, Tone: ToneReduction, Link: b.link.to(f.marks...)}, r.topic, min(max(f.score, 0), 1000)}
			one.Text = b.p.T("web.finding."+cmp.Or(f.text, r.id), f.values...)
			if one.Link == "" {
				one.Link = "#" + f.block + "-title"
			}
			if r.risk {
				one.Tone = ToneIncrease
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

// bold is a figure of a sentence.
func bold(text string) string { return StrongStart + text + StrongEnd }

// amount is an amount of a sentence, in its own unit.
func (b builder) amount(f money.Fen) string { return bold(figureUnit(b.p, abs(f)).WithName(f)) }

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
