package web

import (
	"slices"

	"jianfu/dashboards"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// versusJSON is how the figures of a page moved from those of another window.
type versusJSON struct {
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

// versusMemberJSON is a member that is in either window.
type versusMemberJSON struct {
	Key        string           `json:"key" example:"320200"`
	Name       string           `json:"name,omitempty" example:"无锡市"`
	Suppressed bool             `json:"suppressed,omitempty"`
	Before     *sumsJSON        `json:"before"`
	Moved      *versusMovedJSON `json:"moved"`
}

type versusMovedJSON struct {
	RatePoints   *string    `json:"rate_points" example:"-3.2"`
	Due          money.Fen  `json:"due"`
	Real         money.Fen  `json:"real"`
	Overcharged  *money.Fen `json:"overcharged"`
	Undercharged *money.Fen `json:"undercharged"`
}

// versusReply is what the JSON of a page says of the other window; o and h are the page's own figures and what is hidden of
// them. Nil where the page compares with none.
func versusReply(a asked, o queries.Overview, h dashboards.Hidden) *versusJSON {
	v, names := a.versus, dashboards.NewNames(a.printer)
	if v == nil {
		return nil
	}
	reply := &versusJSON{Way: v.Way, From: v.Window.From, To: v.Window.To, Basis: v.Basis(), Note: v.Note(a.printer),
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
		reply.Total = &versusMemberJSON{Before: sumsOf(f.Total.Sums), Moved: movedOf(v.Move(o.Total.Sums, f.Total.Sums))}
	}
	return reply
}

// versusMembers are the members of a dimension in either window, those of the page's own first.
func versusMembers(v *dashboards.Versus, h dashboards.Hidden, dimension string, own, other []queries.MemberRow, name func(string) string) []versusMemberJSON {
	all := []versusMemberJSON{}
	if v.Basis() == dashboards.BasisNone {
		return all
	}
	gone := slices.DeleteFunc(slices.Clone(other), func(before queries.MemberRow) bool {
		return slices.ContainsFunc(own, func(now queries.MemberRow) bool { return now.Key == before.Key })
	})
	for i, now := range slices.Concat(own, gone) {
		m := versusMemberJSON{Key: now.Key, Name: name(now.Key), Suppressed: h.All() || h.Of(dimension, now.Key) || v.Hidden.Of(dimension, now.Key)}
		if before, ok := v.Before(dimension, now.Key); ok && !m.Suppressed {
			m.Before = sumsOf(before.Sums)
			if i < len(own) {
				m.Moved = movedOf(v.Move(now.Sums, before.Sums))
			}
		}
		all = append(all, m)
	}
	return all
}

func movedOf(m dashboards.Moved) *versusMovedJSON {
	moved := &versusMovedJSON{Due: m.Due, Real: m.Real, Overcharged: m.Overcharged, Undercharged: m.Undercharged}
	if m.Points != nil {
		text := dashboards.PointsText(*m.Points)
		moved.RatePoints = &text
	}
	return moved
}
