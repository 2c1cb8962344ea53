package dashboards

import (
	"slices"
	"strconv"

	"jianfu/internal/disclosure"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Concealed stands for a figure that is not shown because it would tell what a single person earns.
const Concealed = "*"

// Hidden are the members of an overview whose figures its reader must not see. The zero Hidden hides nothing.
type Hidden struct {
	cells map[string]disclosure.Cause
	Least int64
}

// Of tells whether a member's figures are hidden. Dimensions are named as in queries.Persons, and "reason".
func (h Hidden) Of(dimension, member string) bool {
	_, hidden := h.cells[dimension+"|"+member]
	return hidden
}

// Month tells whether a month's figures are hidden.
func (h Hidden) Month(m period.Period) bool {
	return h.All() || h.Of("month", strconv.FormatUint(uint64(m), 10))
}

// All tells whether nothing can be shown at all, because all of it is about too few persons.
func (h Hidden) All() bool { return h.Of("total", "") }

// Any tells whether something is hidden, so that a page explains its mark.
func (h Hidden) Any() bool { return len(h.cells) > 0 }

// Conceal takes the figures out of an overview that are about fewer than least persons, and as many others as it takes so
// that nobody works them out. What it returns holds none of them any more, so that no chart, table or download can show
// one by mistake; the overview that it was given stays whole. Of reasons only the units are known, of which each has at
// least one person.
func Conceal(o queries.Overview, persons queries.Persons, least int64) (queries.Overview, Hidden, error) {
	var cells disclosure.Cells
	total := persons.Of("total", "")
	cells.Cell("total|", total, blank(o.Total))
	for _, d := range memberDimensions(&o) {
		var parts []string
		for _, r := range *d.rows {
			key := d.name + "|" + r.Key
			parts = append(parts, key)
			cells.Cell(key, persons.Of(d.name, r.Key), blank(r))
		}
		add := cells.Sum
		if d.name == "insurance" { // one person has several
			add = cells.Overlap
		}
		if err := add("total|", parts...); err != nil {
			return queries.Overview{}, Hidden{}, err
		}
	}
	var months []string
	for _, r := range o.ByPeriod {
		key := "month|" + monthKey(r)
		cells.Cell(key, persons.Of("month", monthKey(r)), blank(queries.MemberRow{Burden: r.Burden, Headcount: r.Headcount}))
		if o.View.Window.Contains(r.Period) {
			months = append(months, key)
		}
	}
	if err := cells.Overlap("total|", months...); err != nil {
		return queries.Overview{}, Hidden{}, err
	}
	cells.Cell("shortfall|", total, blank(o.Total))
	var reasons []string
	for _, r := range o.ByReason {
		key := "reason|" + r.Reason
		reasons = append(reasons, key)
		cells.Cell(key, int64(r.Units), r.Amount == 0) //nolint:gosec // a count of units
	}
	if err := cells.Overlap("shortfall|", reasons...); err != nil {
		return queries.Overview{}, Hidden{}, err
	}
	hidden := Hidden{cells.Hidden(least), least}
	return empty(o, hidden), hidden, nil
}

// empty is a copy of the overview without the hidden figures.
func empty(o queries.Overview, hidden Hidden) queries.Overview {
	all := hidden.All()
	if all {
		o.Total = queries.MemberRow{}
	}
	for _, d := range memberDimensions(&o) {
		*d.rows = slices.Clone(*d.rows)
		for i, r := range *d.rows {
			if all || hidden.Of(d.name, r.Key) {
				(*d.rows)[i] = queries.MemberRow{Key: r.Key}
			}
		}
	}
	o.ByPeriod = slices.Clone(o.ByPeriod)
	for i, r := range o.ByPeriod {
		if all || hidden.Of("month", monthKey(r)) {
			o.ByPeriod[i] = queries.PeriodRow{Period: r.Period}
		}
	}
	o.ByReason = slices.Clone(o.ByReason)
	for i, r := range o.ByReason {
		if all || hidden.Of("reason", r.Reason) {
			o.ByReason[i] = queries.ReasonRow{Reason: r.Reason}
		}
	}
	if all {
		o.ByMeasure = nil
	}
	return o
}

// memberDimension is a dimension of an overview by the name that persons are counted by.
type memberDimension struct {
	name string
	rows *[]queries.MemberRow
}

func memberDimensions(o *queries.Overview) []memberDimension {
	return []memberDimension{
		{"region", &o.ByRegion}, {"section", &o.ByIndustry}, {"size", &o.BySize}, {"economic_type", &o.ByEconomicType},
		{"unit_kind", &o.ByUnitKind}, {"insurance", &o.ByInsurance},
	}
}

// blank tells whether there is nothing behind a row.
func blank(r queries.MemberRow) bool { return r.Burden == queries.Burden{} && r.Headcount == 0 }

func monthKey(r queries.PeriodRow) string { return strconv.FormatUint(uint64(r.Period), 10) }
