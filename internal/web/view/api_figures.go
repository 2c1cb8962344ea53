package view

import (
	"slices"

	"jianfu/dashboards"
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
	Way            string             `json:"way" example:"year"`
	From           period.Period      `json:"from"`
	To             period.Period      `json:"to"`
	Basis          string             `json:"basis" example:"sums"`
	Note           string             `json:"note"`
	MissingMonths  []period.Period    `json:"missing_months"`
	Total          *versusMemberJSON  `json:"total"` // null where nothing is compared
	ByRegion       []versusMemberJSON `json:"by_region"`
	ByIndustry     []versusMemberJSON `json:"by_industry"`
	BySize         []versusMemberJSON `json:"by_size"`
	ByEconomicType []versusMemberJSON `json:"by_economic_type"`
	ByUnitKind     []versusMemberJSON `json:"by_unit_kind"`
	ByInsurance    []versusMemberJSON `json:"by_insurance"`
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
	members := func(dimension string, own, other []queries.MemberRow, name func(string) string) []versusMemberJSON {
		return versusMembers(v, h, dimension, own, other, name)
	}
	f := v.Figures
	reply.ByRegion = members("region", o.ByRegion, f.ByRegion, names.Region)
	reply.ByIndustry = members("section", o.ByIndustry, f.ByIndustry, names.Industry)
	reply.BySize = members("size", o.BySize, f.BySize, names.Word("size"))
	reply.ByEconomicType = members("economic_type", o.ByEconomicType, f.ByEconomicType, names.Word("economic_type"))
	reply.ByUnitKind = members("unit_kind", o.ByUnitKind, f.ByUnitKind, names.Word("unit_kind"))
	reply.ByInsurance = members("insurance", o.ByInsurance, f.ByInsurance, names.Word("insurance"))
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
