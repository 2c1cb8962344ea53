package report

import (
	"fmt"
	"slices"
	"strings"
)

// formula is how a reader of the workbook can follow a figure from others that stand there: totals and groups are sums of their
// rows, and some figures follow from others in their row. "" where it cannot be followed; the value is the same in any case.
func (t *Table) formula(row, column int) string {
	r, c := t.Rows[row], t.Shown[column]
	v := r.Cells[column]
	if v.hidden || v.none || v.apart {
		return ""
	}
	if (r.Sort == totalRow && t.adds[column] || r.Sort == groupRow && c.figure.kind != share) && len(r.Of) > 0 {
		if sum, whole := t.sum(r.Of, column); whole && sum == v.n {
			return "SUM(" + ranges(r.Of, column) + ")"
		}
	}
	return t.follows(row, column)
}

// ranges are cells of a column: D9:D11,D14.
func ranges(rows []int, column int) string {
	rows = slices.Clone(rows)
	slices.Sort(rows)
	var parts []string
	for i := 0; i < len(rows); {
		end := i
		for end+1 < len(rows) && rows[end+1] == rows[end]+1 {
			end++
		}
		part := cellName(rows[i], column)
		if end > i {
			part += ":" + cellName(rows[end], column)
		}
		parts, i = append(parts, part), end+1
	}
	return strings.Join(parts, ",")
}

// follows is a figure's own formula, where all that it names stands in the row in the same unit.
func (t *Table) follows(row, column int) string {
	c := t.Shown[column]
	if c.of != "" {
		return ""
	}
	words := strings.Fields(c.figure.formula)
	unit := ""
	for i, word := range words {
		if strings.Contains("-+/", word) {
			continue
		}
		at := t.columnsOf(word)
		if len(at) != 1 || unit != "" && t.Shown[at[0]].Unit != unit {
			return ""
		}
		v := t.Rows[row].Cells[at[0]]
		if v.hidden || v.none || v.apart {
			return ""
		}
		unit, words[i] = t.Shown[at[0]].Unit, cellName(row, at[0])
	}
	if c.figure.kind == amount && unit != c.Unit {
		return ""
	}
	return strings.Join(words, "")
}

// formulaNotes lists the figures of a table in words, for the sheet of definitions.
func (t *Table) formulaNotes() string {
	var all []string
	for _, c := range t.Shown {
		all = append(all, fmt.Sprintf("%s（%s）", c.Title, c.Unit))
	}
	return strings.Join(all, "、")
}
