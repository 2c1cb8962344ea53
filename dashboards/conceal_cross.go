package dashboards

import "jianfu/queries"

// Crossing is a view added up by two dimensions, as its reader may see it: a cell that is hidden holds no figure any more.
type Crossing struct {
	queries.Cross
	Hidden map[[2]string]bool // the hidden cells, by the keys of their row and column, with figures behind them or without
}

// Concealed tells whether a cell is hidden.
func (c Crossing) Concealed(row, column string) bool { return c.Hidden[[2]string{row, column}] }

// CountedAs names a dimension as hidden members go by it.
func CountedAs(dimension string) string {
	if dimension == queries.ByIndustry {
		return "section"
	}
	return dimension
}

// memberKeys are the members of a dimension that an overview lists.
func memberKeys(o queries.Overview, dimension string) (keys []string) {
	if dimension == queries.ByMonth {
		for _, r := range o.ByPeriod {
			if o.View.Window.Contains(r.Period) {
				keys = append(keys, monthKey(r))
			}
		}
		return keys
	}
	for _, d := range memberDimensions(&o) {
		if d.name != CountedAs(dimension) {
			continue
		}
		for _, r := range *d.rows {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

// ConcealCrossing takes the figures out of a crossing that its reader must not see. o is what Conceal left of the page's
// overview; what hides was made with the crossed dimensions among its needs.
func ConcealCrossing(o queries.Overview, hidden Hidden, c queries.Cross) Crossing {
	concealed := Crossing{Cross: c, Hidden: map[[2]string]bool{}}
	for _, row := range memberKeys(o, c.Rows) {
		for _, column := range memberKeys(o, c.Columns) {
			if hidden.All() || hidden.Of(CountedAs(c.Rows), row, CountedAs(c.Columns), column) {
				concealed.Hidden[[2]string{row, column}] = true
			}
		}
	}
	concealed.Cells = []queries.CrossCell{}
	for _, cell := range c.Cells {
		if !hidden.All() && !hidden.Of(CountedAs(c.Rows), cell.Row, CountedAs(c.Columns), cell.Column) {
			concealed.Cells = append(concealed.Cells, cell)
		}
	}
	return concealed
}
