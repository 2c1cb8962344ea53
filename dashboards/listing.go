package dashboards

import (
	"slices"

	"jianfu/internal/i18n"
)

// listing is a list of things of a kind, column by column: what a column is called, what it holds, and what its cell says of a
// thing. Pages and files show the same columns; there is nothing else to be kept in step when one comes or goes.
type listing[R, C any] []listColumn[R, C]

type listColumn[R, C any] struct {
	key  string
	kind Kind
	cell func(R) C
}

// keys are the names of the columns, in their order.
func (l listing[R, C]) keys() []string {
	keys := make([]string, len(l))
	for i, c := range l {
		keys[i] = c.key
	}
	return keys
}

// chosen are the named columns, in the order of the list; the first is always there.
func (l listing[R, C]) chosen(keys []string) (some listing[R, C]) {
	for i, c := range l {
		if i == 0 || slices.Contains(keys, c.key) {
			some = append(some, c)
		}
	}
	return some
}

// columns are the heads; their titles stand in the catalogue below a name.
func (l listing[R, C]) columns(p *i18n.Printer, below string) []Column {
	columns := make([]Column, len(l))
	for i, c := range l {
		columns[i] = Column{c.key, p.T(below + c.key), c.kind}
	}
	return columns
}

// row are the cells of a thing.
func (l listing[R, C]) row(of R) []C {
	cells := make([]C, len(l))
	for i, c := range l {
		cells[i] = c.cell(of)
	}
	return cells
}
