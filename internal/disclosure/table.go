package disclosure

// Table is what is hidden of the members of two axes at once.
type Table struct {
	x, y   *Line
	hidden map[pair]bool
	depth  int // down to which level the first axis is divided
	open   []opening
}

// pair is a member of each axis.
type pair struct{ x, y Member }

// opening is a pair about too few persons of which nothing could be found that would keep it hidden at some times, and the
// leaves that money should have moved from.
type opening struct {
	pair
	from pair
	at   []Time
}

// mostOpen is how many openings are looked for at most before a table is decided anew.
const mostOpen = 20

// NewTable decides on the members of two axes at once, after each by itself.
func NewTable(x, y *Line, least int64, counts []Count) *Table {
	t := &Table{x: x, y: y, hidden: map[pair]bool{}, depth: x.depth(y.axis.loose)}
	s := newSolver(t, least, counts)
	for _, one := range x.swaps {
		s.swap(one, false)
	}
	for _, one := range y.swaps {
		s.swap(one, true)
	}
	for _, n := range s.targets() {
		if len(t.open) > mostOpen {
			return t // it is decided again anyway
		}
		s.protect(n)
	}
	for _, c := range s.cells {
		if c.hidden {
			t.hidden[c.pair] = true
		}
	}
	return t
}

// Hidden tells whether what belongs to a member of each axis is hidden: by itself, or because of what it is a part of.
func (t *Table) Hidden(x, y Member) bool {
	return t.x.Hidden(x) || t.y.Hidden(y) || t.hidden[pair{x, y}] || x.Level > t.depth
}

// loose tells whether the table may give away what follows from its margins.
func (t *Table) loose() bool { return t.x.axis.loose || t.y.axis.loose }
