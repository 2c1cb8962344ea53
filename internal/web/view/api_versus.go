package view

import (
	"slices"

	"jianfu/dashboards"
	"jianfu/internal/money"
	"jianfu/queries"
)

// versusMemberJSON is a member that is in either window.
type versusMemberJSON struct {
	Key        string           `json:"key" example:"320200"`
	Name       string           `json:"name,omitempty" example:"无锡市"`
	Suppressed bool             `json:"suppressed,omitempty"`
	Before     *SumsJSON        `json:"before"`
	Moved      *versusMovedJSON `json:"moved"`
}

type versusMovedJSON struct {
	RatePoints   *string    `json:"rate_points" example:"-3.2"`
	Due          money.Fen  `json:"due"`
	Real         money.Fen  `json:"real"`
	Overcharged  *money.Fen `json:"overcharged"`
	Undercharged *money.Fen `json:"undercharged"`
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
			m.Before = SumsOf(before.Sums)
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
