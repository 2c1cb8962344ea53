package disclosure

import "slices"

// Table is what is hidden of the members of two axes at once. A shared axis has one level.
type Table struct {
	x, y    *Line
	least   int64
	crowds  map[pair]crowd
	squares map[pair]square // by the members whose parts cross
}

// pair is a member of each axis.
type pair struct{ x, y Member }

// square is a rectangle of hidden cells: these rows crossed with these columns.
type square struct{ rows, columns map[Member]bool }

// NewTable decides on the members of two axes at once, after each by itself.
func NewTable(x, y *Line, least int64, counts []Count) *Table {
	t := &Table{x: x, y: y, least: least, crowds: map[pair]crowd{}, squares: map[pair]square{}}
	times := clock{}
	times.of(counts)
	for _, count := range counts {
		own := times.crowd(count)
		for level := 1; level <= len(x.axis.cuts); level++ {
			row := x.axis.At(level, count.X)
			for across := 1; across <= len(y.axis.cuts); across++ {
				cell := pair{row, y.axis.At(across, count.Y)}
				if t.crowds[cell] == nil {
					t.crowds[cell] = slices.Clone(own)
				} else {
					t.crowds[cell].add(own, 0, false)
				}
			}
		}
	}
	for _, p := range x.wholes() {
		for _, q := range y.wholes() {
			if !t.Hidden(p, q) {
				t.decide(p, q)
			}
		}
	}
	t.crowds = nil // from here on, what is hidden is known
	return t
}

// Hidden tells whether what belongs to a member of each axis is hidden: by itself, or because of what it is a part of.
func (t *Table) Hidden(x, y Member) bool {
	if t.x.Hidden(x) || t.y.Hidden(y) {
		return true
	}
	for row := x; row.Level > 0; row = t.x.axis.above(row) {
		for column := y; column.Level > 0; column = t.y.axis.above(column) {
			s, ok := t.squares[pair{t.x.axis.above(row), t.y.axis.above(column)}]
			if ok && s.rows[row] && s.columns[column] {
				return true
			}
		}
	}
	return false
}

// block is the part of a table in which the parts of one member cross those of another, while it is decided on. Rows and
// columns that are hidden in what they are parts of are hidden all along.
type block struct {
	*Table
	rows, columns         []Member
	wholeRow, wholeColumn map[Member]bool
	square
}

// decide hides what must be hidden where the parts of two members cross.
func (t *Table) decide(p, q Member) {
	b := &block{Table: t, wholeRow: map[Member]bool{}, wholeColumn: map[Member]bool{}, square: square{map[Member]bool{}, map[Member]bool{}}}
	for _, row := range t.x.parts[p] {
		hidden := t.Hidden(row, q)
		if hidden || q.Level == 0 || t.crowds[pair{row, q}] != nil {
			b.rows = append(b.rows, row)
			b.wholeRow[row] = hidden
		}
	}
	for _, column := range t.y.parts[q] {
		hidden := t.Hidden(p, column)
		if hidden || p.Level == 0 || t.crowds[pair{p, column}] != nil {
			b.columns = append(b.columns, column)
			b.wholeColumn[column] = hidden
		}
	}
	for _, row := range b.rows {
		for _, column := range b.columns {
			if !b.wholeRow[row] && !b.wholeColumn[column] && len(t.crowds[pair{row, column}].few(t.least)) > 0 {
				b.square.rows[row], b.square.columns[column] = true, true
			}
		}
	}
	for b.grow() {
	}
	if len(b.square.rows) > 0 {
		t.squares[pair{p, q}] = b.square
	}
}

// grow makes the rectangle larger by what a row, a column or a corner with something hidden needs; it returns false when
// nothing is needed any more.
func (b *block) grow() bool {
	across, down := sight{b, false}, sight{b, true}
	return across.lines() || down.lines() || across.corner() || down.corner()
}

// sight is a block seen by its rows or, turned, by its columns, which are then its lines.
type sight struct {
	*block
	turned bool
}

// names are the lines, those hidden all along, and those of the rectangle.
func (s sight) names() (all []Member, whole, square map[Member]bool) {
	if s.turned {
		return s.columns, s.wholeColumn, s.square.columns
	}
	return s.rows, s.wholeRow, s.square.rows
}

func (s sight) other() sight { return sight{s.block, !s.turned} }

func (s sight) crowd(line, across Member) crowd {
	if s.turned {
		return s.crowds[pair{across, line}]
	}
	return s.crowds[pair{line, across}]
}

// shared tells whether what stands in one line may be the same persons.
func (s sight) shared() bool {
	if s.turned {
		return s.x.axis.shared
	}
	return s.y.axis.shared
}

// lines looks whether the hidden cells of each line are several, and together about enough persons, and else adds to the
// rectangle.
func (s sight) lines() bool {
	lines, whole, square := s.names()
	all, wholeAcross, squareAcross := s.other().names()
	for _, line := range lines {
		if whole[line] {
			continue
		}
		var hidden []Member
		for _, across := range all {
			if wholeAcross[across] || square[line] && squareAcross[across] {
				hidden = append(hidden, across)
			}
		}
		if len(hidden) == 0 || len(hidden) == len(all) {
			continue // together they are the whole line, which is about enough
		}
		few := together(len(hidden), s.shared(), func(i int) crowd { return s.crowd(line, hidden[i]) }).few(s.least)
		if len(few) == 0 && len(hidden) > 1 {
			continue
		}
		if !square[line] && len(squareAcross) > 0 { // perhaps what the rectangle crosses is enough
			square[line] = true
			return true
		}
		if s.widen(line, few) {
			square[line] = true
			return true
		}
	}
	return false
}

// widen takes the smallest cell of a line at which somebody is counted at one of the times, and what crosses the line
// there, into the rectangle.
func (s sight) widen(line Member, times []int) bool {
	all, wholeAcross, squareAcross := s.other().names()
	var best Member
	for _, across := range all {
		cell := s.crowd(line, across)
		if wholeAcross[across] || squareAcross[across] || len(times) > 0 && !cell.at(times) {
			continue
		}
		if best.Level == 0 || cell.size() < s.crowd(line, best).size() {
			best = across
		}
	}
	if best.Level > 0 {
		squareAcross[best] = true
	}
	return best.Level > 0
}

// corner looks at where the lines with something hidden in them cross what is hidden all along. Their sum follows from
// those of the lines and of what crosses them, and so must be about enough persons too.
func (s sight) corner() bool {
	lines, whole, square := s.names()
	all, wholeAcross, squareAcross := s.other().names()
	of := func(line Member) crowd {
		return together(len(all), s.shared(), func(i int) crowd {
			if !wholeAcross[all[i]] {
				return nil
			}
			return s.crowd(line, all[i])
		})
	}
	few := together(len(lines), s.other().shared(), func(i int) crowd {
		if !square[lines[i]] && !whole[lines[i]] {
			return nil
		}
		return of(lines[i])
	}).few(s.least)
	if len(few) == 0 {
		return false
	}
	var best Member
	var least crowd
	for _, line := range lines {
		if cell := of(line); !square[line] && !whole[line] && cell.at(few) && (best.Level == 0 || cell.size() < least.size()) {
			best, least = line, cell
		}
	}
	if best.Level == 0 || len(squareAcross) == 0 && !s.widen(best, nil) {
		return false // these are all lines there are: together they are what the whole has there, which is about enough
	}
	square[best] = true
	return true
}
