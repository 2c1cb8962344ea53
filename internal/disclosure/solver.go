package disclosure

import (
	"cmp"
	"maps"
	"slices"
)

// solver looks for movements of money between the smallest cells of a table that change no sum that is shown. Rows and
// columns are the leaves of the axes; whoever knows which cells are empty knows that no money moves there. A movement goes
// around a circle of cells, up in one and down in the next, along the row and along the column in turn, so that no row and
// no column changes; where members of an axis are hidden, it may cross from one such row to another (swap). What a movement
// changes is hidden, and all else is shown: so nobody can tell the two apart, and nothing that is hidden follows.
type solver struct {
	*Table
	least         int64
	amid          set // the times at which those counted are amid others
	times         clock
	moments       []Time // by their numbers
	rows, columns []Member
	above         [][]Member // of each node, the members it belongs to, itself first and without the top
	edges         []edge
	at            [][]int // of each node, its edges; rows are the first nodes, then columns
	crossings     [][]crossing
	cells         []block
	numbers       map[pair]int // of cells
	moves         []move
	touching      [][]int // of each edge, the moves through it
}

// edge is a smallest cell.
type edge struct {
	row, column int // nodes
	crowd       crowd
	there       set   // the times at which there is somebody
	least       int64 // the fewest that hide somebody at these
	size        int64
	cells       []int // that it belongs to
}

// block is a cell of the table at any levels.
type block struct {
	pair
	crowd  crowd
	cost   int64 // of hiding it
	hidden bool
	few    bool
	edges  []int // that make it up
}

// crossing leads to another node by a swap of an axis, at some times.
type crossing struct {
	to int
	at set
}

// step is an edge of a movement, in which money goes up or down.
type step struct {
	edge int
	up   bool
}

// move is a movement of money at some times.
type move struct {
	steps []step
	at    set
}

func newSolver(t *Table, least int64, counts []Count) *solver {
	s := &solver{Table: t, least: least, times: clock{}, numbers: map[pair]int{}}
	s.times.of(counts)
	s.moments = make([]Time, len(s.times))
	for at, i := range s.times {
		s.moments[i] = at
	}
	s.amid = newSet(len(s.times))
	for _, count := range counts {
		for _, among := range count.Among {
			s.amid.add(s.times[among.At])
		}
	}
	byPair, sizes := map[pair]crowd{}, map[pair]int64{}
	for _, count := range counts {
		p := pair{t.x.axis.At(t.depth, count.X), t.y.axis.At(len(t.y.axis.cuts), count.Y)}
		if byPair[p] == nil {
			byPair[p] = slices.Repeat(crowd{nobody}, len(s.times))
		}
		byPair[p].add(s.times.crowd(count), false) // a shared axis has one level, so that these are always others
		sizes[p] += count.cost()
	}
	rows, columns := map[Member]int{}, map[Member]int{}
	leaves := slices.SortedFunc(maps.Keys(byPair), comparePairs)
	for _, p := range leaves {
		if _, ok := rows[p.x]; !ok {
			rows[p.x] = len(s.rows)
			s.rows, s.above = append(s.rows, p.x), append(s.above, t.x.path(p.x))
		}
	}
	for _, p := range leaves {
		if _, ok := columns[p.y]; !ok {
			columns[p.y] = len(s.rows) + len(s.columns)
			s.columns, s.above = append(s.columns, p.y), append(s.above, t.y.path(p.y))
		}
	}
	if s.loose() {
		leaves = s.fill(byPair)
	}
	s.at, s.touching = make([][]int, len(s.above)), make([][]int, len(leaves))
	for _, p := range leaves {
		s.add(edge{row: rows[p.x], column: columns[p.y], crowd: byPair[p], size: sizes[p]})
	}
	for i := range s.cells {
		c := &s.cells[i]
		c.few = len(c.crowd.few(least)) > 0
		c.hidden = t.x.Hidden(c.x) || t.y.Hidden(c.y)
		c.cost++
	}
	s.crossings = make([][]crossing, len(s.above))
	s.cross(t.x.swaps, rows, false)
	s.cross(t.y.swaps, columns, true)
	return s
}

func comparePairs(a, b pair) int {
	return cmp.Or(cmp.Compare(a.x.Level, b.x.Level), cmp.Compare(a.y.Level, b.y.Level), cmp.Compare(a.x.Key, b.x.Key), cmp.Compare(a.y.Key, b.y.Key))
}

// add takes an edge in, and counts it in all cells that it belongs to.
func (s *solver) add(e edge) {
	i := len(s.edges)
	e.there, e.least = newSet(len(s.times)), 1<<62
	for t, one := range e.crowd {
		if one.there() {
			e.there.add(t)
			e.least = min(e.least, one.hiding())
		}
	}
	for _, row := range s.above[e.row] {
		for _, column := range s.above[e.column] {
			p := pair{row, column}
			n, ok := s.numbers[p]
			if !ok {
				n = len(s.cells)
				s.numbers[p] = n
				s.cells = append(s.cells, block{pair: p, crowd: slices.Repeat(crowd{nobody}, len(s.times))})
			}
			e.cells = append(e.cells, n)
			c := &s.cells[n]
			c.crowd.add(e.crowd, false)
			c.cost += e.size
			c.edges = append(c.edges, i)
		}
	}
	s.edges = append(s.edges, e)
	s.at[e.row], s.at[e.column] = append(s.at[e.row], i), append(s.at[e.column], i)
}

// cross lists the swaps of an axis as ways between its nodes.
func (s *solver) cross(swaps []swap, nodes map[Member]int, turned bool) {
	for _, one := range swaps {
		from, okFrom := nodes[s.node(one.from, turned)]
		to, okTo := nodes[s.node(one.to, turned)]
		if okFrom && okTo && from != to {
			at := s.momentsOf(one.at, from, to)
			s.crossings[from] = append(s.crossings[from], crossing{to, at})
			s.crossings[to] = append(s.crossings[to], crossing{from, at})
		}
	}
}

// node is the leaf of the table that a member belongs to.
func (s *solver) node(m Member, turned bool) Member {
	if turned || m.Level <= s.depth {
		return m
	}
	return s.x.axis.At(s.depth, m.Key)
}

// fill adds those pairs of rows and columns behind which there is nobody, where that is no public knowledge.
func (s *solver) fill(byPair map[pair]crowd) (leaves []pair) {
	for _, row := range s.rows {
		for _, column := range s.columns {
			p := pair{row, column}
			if leaves = append(leaves, p); byPair[p] == nil {
				byPair[p] = slices.Repeat(crowd{nobody}, len(s.times))
			}
		}
	}
	return leaves
}

// depth is how far a table with another axis divides the members of this one.
func (l *Line) depth(loose bool) int {
	depth := len(l.axis.cuts)
	if loose && l.axis.coarse < depth {
		if depth = l.axis.coarse; len(l.Below(Member{}, depth)) < 2 {
			depth++
		}
	}
	return depth
}

// path are a member and those above it, without the top.
func (l *Line) path(m Member) (all []Member) {
	for ; m.Level > 0; m = l.axis.above(m) {
		all = append(all, m)
	}
	return all
}

// momentsOf are those of an axis's times that the table has. Where a table counts the parts of a month otherwise, as that
// of reasons does, they are those of the same month at which there is something in both nodes.
func (s *solver) momentsOf(of []Time, nodes ...int) set {
	months, exact, all := map[uint32]bool{}, true, newSet(len(s.times))
	for _, at := range of {
		if _, ok := s.times[at]; !ok {
			exact = false
		}
		months[at.Month] = true
	}
	for i, at := range s.moments {
		if exact && !slices.Contains(of, at) || !months[at.Month] {
			continue
		}
		if !slices.ContainsFunc(nodes, func(n int) bool { return !s.anything(n, i) }) {
			all.add(i)
		}
	}
	return all
}

// anything tells whether there is something in a row or column at a time.
func (s *solver) anything(node, time int) bool {
	return slices.ContainsFunc(s.at[node], func(i int) bool { return s.edges[i].there.has(time) })
}

// under tells whether a node belongs to a member of its axis.
func (s *solver) under(node int, m Member) bool {
	path := s.above[node]
	return m.Level == 0 || m.Level <= len(path) && path[len(path)-m.Level] == m
}

// in tells whether an edge is in a pair.
func (s *solver) in(i int, p pair) bool {
	return s.under(s.edges[i].row, p.x) && s.under(s.edges[i].column, p.y)
}
