package view

import (
	"slices"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// ViewJSON is the view that figures are of.
type ViewJSON struct {
	From       period.Period `json:"from"`
	To         period.Period `json:"to"`
	Comparison string        `json:"comparison"`
	Payer      string        `json:"payer" choice:"payer"`
	queries.Narrow
}

// ViewOf is the view that was asked for.
func ViewOf(a Asked) ViewJSON {
	v := a.View
	return ViewJSON{From: v.Window.From, To: v.Window.To, Comparison: v.Comparison, Payer: a.St.PayerWord(), Narrow: v.Narrow}
}

// BurdenJSON are the amounts of a burden, in yuan.
type BurdenJSON struct {
	Old       money.Fen `json:"old"`
	New       money.Fen `json:"new"`
	Charged   money.Fen `json:"charged"`
	Due       money.Fen `json:"due"`
	Real      money.Fen `json:"real"`
	Shortfall money.Fen `json:"shortfall"`
}

// BurdenOf are the amounts of a burden, with what follows from them.
func BurdenOf(b queries.Burden) *BurdenJSON {
	return &BurdenJSON{Old: b.Old, New: b.New, Charged: b.Charged, Due: b.Due(), Real: b.Real(), Shortfall: b.Shortfall()}
}

// SumsJSON are burdens that several units may have.
type SumsJSON struct {
	BurdenJSON
	queries.Reach
}

// SumsOf are sums with how far the cut got.
func SumsOf(s queries.Sums) *SumsJSON { return &SumsJSON{*BurdenOf(s.Burden), s.Reach} }

// MeasureJSON is what a measure does.
type MeasureJSON = queries.MeasureRow

// VersusJSON is how the figures of a page moved from those of another window.
type VersusJSON struct {
	Way           string            `json:"way" example:"year"`
	From          period.Period     `json:"from"`
	To            period.Period     `json:"to"`
	Basis         string            `json:"basis" example:"sums"`
	Note          string            `json:"note"`
	MissingMonths []period.Period   `json:"missing_months"`
	Total         *versusMemberJSON `json:"total"` // null where nothing is compared
	dimension.By[[]versusMemberJSON]
}

// VersusReply is what the JSON of a page says of the other window; o and h are the page's own figures and what is hidden of
// them. Nil where the page compares with none.
func VersusReply(a Asked, o queries.Overview, h dashboards.Hidden) *VersusJSON {
	v, names := a.Versus, dashboards.NewNames(a.Printer)
	if v == nil {
		return nil
	}
	reply := &VersusJSON{Way: v.Way, From: v.Window.From, To: v.Window.To, Basis: v.Basis(), Note: v.Note(a.Printer),
		MissingMonths: append([]period.Period{}, slices.Concat(v.OwnMissing, v.Missing)...)}
	f := v.Figures
	for _, d := range dimension.All {
		*reply.Of(d) = versusMembers(v, h, d.Below, *o.Of(d), *f.Of(d), func(key string) string { return names.Member(d.ID, key) })
	}
	if reply.Basis != dashboards.BasisNone && !h.All() {
		reply.Total = &versusMemberJSON{Before: SumsOf(f.Total.Sums), Moved: movedOf(v.Move(o.Total.Sums, f.Total.Sums))}
	}
	return reply
}

// CaseJSON is a case with its derived amounts.
type CaseJSON struct {
	queries.Case
	Due       money.Fen `json:"due"`
	Real      money.Fen `json:"real"`
	Shortfall money.Fen `json:"shortfall"`
}

// CaseOf is a case with what follows from its burden.
func CaseOf(c queries.Case) CaseJSON {
	if c.Issues == nil {
		c.Issues = []queries.CaseIssue{}
	}
	return CaseJSON{c, c.Due(), c.Real(), c.Burden.Shortfall()}
}
