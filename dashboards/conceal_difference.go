package dashboards

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"jianfu/internal/disclosure"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// ConcealDifference takes out of a difference of two runs what its reader must not see: what is hidden of either run, by the
// decisions that hold for all pages, and movements of fewer than least persons, which tell what one person pays as soon as they are about
// one; and as much else as it takes so that nobody works them out. As with Conceal, what it returns holds none of it any
// more. A cell that did not move gives nothing away but what its sides say.
func ConcealDifference(o queries.DifferenceOverview, before, after Hidden, least int64) (queries.DifferenceOverview, Hidden, error) {
	persons := func(dimension, member string) int64 {
		marks := []string{dimension, member}
		if before.All() || after.All() || dimension != "month" && (before.Of(marks...) || after.Of(marks...)) {
			return 0
		}
		if n, moved := o.Persons[[2]string{dimension, member}]; moved {
			return n
		}
		return math.MaxInt32
	}
	var cells disclosure.Cells
	cells.Cell("total|", persons("total", ""), blank(o.Before.Total) && blank(o.After.Total))
	for _, d := range []struct {
		name          string
		before, after []queries.MemberRow
	}{
		{"region", o.Before.ByRegion, o.After.ByRegion},
		{"section", o.Before.ByIndustry, o.After.ByIndustry},
		{"size", o.Before.BySize, o.After.BySize},
	} {
		var parts []string
		for _, r := range paired(d.before, d.after) {
			key := d.name + "|" + r.Key
			parts = append(parts, key)
			cells.Cell(key, persons(d.name, r.Key), blank(r.Before) && blank(r.After))
		}
		if err := cells.Sum("total|", parts...); err != nil {
			return o, Hidden{}, err
		}
	}
	var months []string
	for _, r := range pairedMonths(o.Before.ByPeriod, o.After.ByPeriod) {
		key := "month|" + r.Key
		months = append(months, key)
		cells.Cell(key, persons("month", r.Key), blank(r.Before) && blank(r.After))
	}
	if err := cells.Overlap("total|", months...); err != nil {
		return o, Hidden{}, err
	}
	cells.Cell("moved|", persons("total", ""), len(o.Causes) == 0)
	var causes []string
	for _, c := range o.Causes {
		key := "cause|" + c.Cause
		causes = append(causes, key)
		cells.Cell(key, o.Persons[[2]string{"cause", c.Cause}], c.Movement == queries.Movement{})
	}
	if err := cells.Overlap("moved|", causes...); err != nil {
		return o, Hidden{}, err
	}
	hidden := Hidden{cells: cells.Hidden(least), Least: least}
	return emptyDifference(o, hidden), hidden, nil
}

// emptyDifference is a copy of the difference without the hidden figures.
func emptyDifference(o queries.DifferenceOverview, hidden Hidden) queries.DifferenceOverview {
	all := hidden.All()
	members := func(rows []queries.MemberRow, dimension string) []queries.MemberRow {
		rows = slices.Clone(rows)
		for i, r := range rows {
			if all || hidden.Of(dimension, r.Key) {
				rows[i] = queries.MemberRow{Key: r.Key}
			}
		}
		return rows
	}
	for _, side := range []*queries.Side{&o.Before, &o.After} {
		side.ByRegion, side.ByIndustry, side.BySize = members(side.ByRegion, "region"), members(side.ByIndustry, "section"), members(side.BySize, "size")
		side.ByPeriod = slices.Clone(side.ByPeriod)
		for i, r := range side.ByPeriod {
			if hidden.Month(r.Period) {
				side.ByPeriod[i] = queries.PeriodRow{Period: r.Period}
			}
		}
		if all {
			side.Total = queries.MemberRow{}
		}
	}
	o.Causes = slices.Clone(o.Causes)
	for i, c := range o.Causes {
		if all || hidden.Of("moved", "") || hidden.Of("cause", c.Cause) {
			o.Causes[i] = queries.CauseRow{Cause: c.Cause}
		}
	}
	if all {
		o.Transitions = nil
	}
	o.Persons = nil
	return o
}

// blank tells whether there is nothing behind a row.
func blank(r queries.MemberRow) bool { return r.Sums == queries.Sums{} && r.Headcount == 0 }

// movedRow is a member of a dimension in both runs.
type movedRow struct {
	Key           string
	Before, After queries.MemberRow
}

// moved is by how much the member moved.
func (r movedRow) moved() queries.Burden {
	return queries.Burden{Old: r.After.Old - r.Before.Old, New: r.After.New - r.Before.New, Charged: r.After.Charged - r.Before.Charged}
}

// paired brings the members of both runs together, the largest movement first.
func paired(before, after []queries.MemberRow) []movedRow {
	at := map[string]int{}
	var rows []movedRow
	of := func(key string) *movedRow {
		if _, ok := at[key]; !ok {
			at[key] = len(rows)
			rows = append(rows, movedRow{Key: key})
		}
		return &rows[at[key]]
	}
	for _, r := range after {
		of(r.Key).After = r
	}
	for _, r := range before {
		of(r.Key).Before = r
	}
	size := func(r movedRow) money.Fen {
		m := r.moved()
		return largest(m.Old, m.New, m.Charged)
	}
	slices.SortFunc(rows, func(a, b movedRow) int { return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a.Key, b.Key)) })
	return rows
}

// pairedMonths brings the months of both runs together, in order.
func pairedMonths(before, after []queries.PeriodRow) []movedRow {
	members := func(rows []queries.PeriodRow) []queries.MemberRow {
		list := make([]queries.MemberRow, len(rows))
		for i, r := range rows {
			list[i] = queries.MemberRow{Key: monthKey(r), Sums: r.Sums, Units: r.Units, Headcount: r.Headcount}
		}
		return list
	}
	rows := paired(members(before), members(after))
	slices.SortFunc(rows, func(a, b movedRow) int { return cmp.Compare(a.Key, b.Key) })
	return rows
}

// monthOf reads the month of a row's key.
func monthOf(key string) period.Period {
	n, _ := strconv.ParseUint(key, 10, 32) // written by monthKey
	return period.Period(n)
}
