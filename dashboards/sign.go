package dashboards

// What stands where there is no figure is decided here, for pages, charts and files alike. Nought is a figure and written as
// one; no place of a figure is left blank. In JSON what is not applicable or not there yet is null, and what is not shown is
// left out beside "suppressed": true. docs/zh/terms.md names the signs.
const (
	NotApplicable = "—" // it has no meaning here: a share of nothing, a total of what does not add up, a name that nobody gave
	NoData        = "…" // it is not there yet
	Concealed     = "*" // it is there, and not shown, because it would tell what a single person earns
)

// Signs are all of them.
var Signs = []string{NotApplicable, NoData, Concealed}

// Shown is what a page shows of a cell.
func (c Cell) Shown() string {
	if c.Text == "" {
		return NotApplicable
	}
	return c.Text
}

// InFile is what a file holds of a cell: its figure, or the sign that the page shows instead.
func (c Cell) InFile() string {
	if c.Raw == "" {
		return c.Shown()
	}
	return c.Raw
}
