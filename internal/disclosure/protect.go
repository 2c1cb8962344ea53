package disclosure

import (
	"cmp"
	"slices"
)

// target is what a movement is to change: a cell, or a hidden member of one axis, whose persons its line has counted.
type target struct {
	pair
	crowd crowd // by the table's times
}

// targets are the cells about too few persons, the larger members first.
func (s *solver) targets() (all []int) {
	for n, c := range s.cells {
		if c.few {
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b int) int { return comparePairs(s.cells[a].pair, s.cells[b].pair) })
	return all
}

// protect hides a cell at the times at which it is about too few, with movements that change it: near it first, and then
// farther away; one for all of these times, or else several. Where the table is loose, a movement near it that is against
// too few persons is better than one far away, which hides much more.
func (s *solver) protect(n int) {
	s.cells[n].hidden = true
	modes := []bool{false, true}[:1+boolean(s.loose())]
	for _, scope := range s.scopes(s.cells[n].pair) {
		for _, lenient := range modes {
			left := s.uncovered(n, lenient)
			if left.empty() || s.find(n, scope, left, lenient) {
				return
			}
			for _, t := range left.all() {
				if left.has(t) && s.find(n, scope, setOf(len(s.times), t), lenient) {
					left = s.uncovered(n, lenient)
				}
			}
		}
		if s.uncovered(n, s.loose()).empty() {
			return
		}
	}
	if !s.loose() {
		s.open = append(s.open, s.openingOf(n, s.uncovered(n, false).all()))
	}
}

// openingOf is that of a cell at some times.
func (s *solver) openingOf(n int, times []int) opening {
	o := opening{pair: s.cells[n].pair, at: s.named(times)}
	largest := int64(-1)
	for _, i := range s.cells[n].edges {
		if e := s.edges[i]; e.there.has(times[0]) && e.size > largest {
			largest, o.from = e.size, pair{s.rows[e.row], s.columns[e.column-len(s.rows)]}
		}
	}
	return o
}

// named are times as they are named.
func (s *solver) named(times []int) []Time {
	all := make([]Time, len(times))
	for i, t := range times {
		all[i] = s.moments[t]
	}
	return all
}

// scopes are where to look for movements, from near to far: all over the table last, because what stays within a member of
// either axis leaves its figures alone.
func (s *solver) scopes(p pair) (all []pair) {
	far := map[pair]int{}
	for x, i := s.x.axis.above(p.x), 0; ; x, i = s.x.axis.above(x), i+1 {
		for y, j := s.y.axis.above(p.y), 0; ; y, j = s.y.axis.above(y), j+1 {
			scope := pair{x, y}
			all = append(all, scope)
			if far[scope] = i + j; scope == (pair{}) {
				far[scope] = farthest
			}
			if y.Level == 0 {
				break
			}
		}
		if x.Level == 0 {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b pair) int { return cmp.Compare(far[a], far[b]) })
	return all
}

const farthest = 100

// uncovered are the times at which a cell is about too few and no movement changes it yet, or, unless that is enough, one
// in which what goes the other way is about too few with it.
func (s *solver) uncovered(n int, lenient bool) set {
	c := &s.cells[n]
	left := setOf(len(s.times), c.crowd.few(s.least)...)
	seen := map[int]bool{}
	for _, i := range c.edges {
		for _, m := range s.touching[i] {
			if seen[m] {
				continue
			}
			seen[m] = true
			if net := s.net(s.moves[m].steps, c.pair); net != 0 {
				for _, t := range left.all() {
					if s.moves[m].at.has(t) && (lenient || s.against(s.moves[m].steps, target{c.pair, c.crowd}, net < 0, t)) {
						left.drop(t)
					}
				}
			}
		}
	}
	return left
}

// net is by how much a movement changes a pair.
func (s *solver) net(steps []step, p pair) (net int) {
	for _, one := range steps {
		if s.in(one.edge, p) {
			net += 2*boolean(one.up) - 1
		}
	}
	return net
}

// against tells whether all steps that go one way, but for those in a target, are about enough persons with it at a time.
func (s *solver) against(steps []step, of target, up bool, t int) bool {
	return !slices.ContainsFunc(steps, func(one step) bool { return one.up == up && !s.in(one.edge, of.pair) && !s.enough(of, one.edge, t) })
}

// enough tells whether a target and an edge outside of it are about enough persons together at a time. Where those counted are
// amid others, nobody knows whom a sum of the two is about.
func (s *solver) enough(of target, i, t int) bool {
	if s.amid.has(t) {
		return true
	}
	e := &s.edges[i]
	mine, others := of.crowd[t].hiding(), e.crowd[t].hiding()
	if !s.under(e.row, of.x) && !s.x.axis.shared || !s.under(e.column, of.y) && !s.y.axis.shared { // they are others
		return mine+others >= unitsAPerson*s.least
	}
	return max(mine, others) >= unitsAPerson*s.least
}

// find looks for a movement that changes a cell at some times, and at as many others as it can. A lenient one may be against
// others that are about too few persons with it.
func (s *solver) find(n int, scope pair, at set, lenient bool) bool {
	c := &s.cells[n]
	starts := slices.DeleteFunc(slices.Clone(c.edges), func(i int) bool { return !at.within(s.edges[i].there) })
	slices.SortStableFunc(starts, func(a, b int) int { return cmp.Compare(s.edges[b].size, s.edges[a].size) })
	of := target{c.pair, c.crowd}
	for _, i := range starts[:min(len(starts), 2)] {
		q := quest{solver: s, at: at, scope: scope, of: of, lenient: lenient}
		if steps, ok := q.path(s.edges[i].column, s.edges[i].row); ok {
			steps = append(steps, step{i, true})
			s.take(move{steps, s.longer(steps, q.crossed, of, false, at, s.uncovered(n, lenient), lenient)})
			return true
		}
	}
	return false
}

// longer adds to the times of a movement the others at which it does as well.
func (s *solver) longer(steps []step, crossed []crossing, of target, up bool, at, others set, lenient bool) set {
	at = slices.Clone(at)
	for _, t := range others.all() {
		there := !slices.ContainsFunc(crossed, func(c crossing) bool { return !c.at.has(t) })
		if there && (s.loose() || !slices.ContainsFunc(steps, func(one step) bool { return !s.edges[one.edge].there.has(t) })) &&
			(lenient || s.against(steps, of, up, t)) {
			at.add(t)
		}
	}
	return at
}

// swap makes room for a swap of an axis.
func (s *solver) swap(one swap, turned bool) {
	of, nodes, line, from := target{pair: pair{x: one.few}}, s.rows, s.x, pair{x: one.from}
	if turned {
		of, nodes, line, from = target{pair: pair{y: one.few}}, s.columns, s.y, pair{y: one.from}
	}
	start, goal := slices.Index(nodes, s.node(one.from, turned)), slices.Index(nodes, s.node(one.to, turned))
	if !turned && one.few.Level > s.depth || start >= 0 && start == goal {
		return // it is not divided that far
	}
	if start < 0 || goal < 0 {
		if !s.loose() {
			s.open = append(s.open, opening{of.pair, from, one.at})
		}
		return
	}
	if turned {
		start, goal = start+len(s.rows), goal+len(s.rows)
	}
	of.crowd = slices.Repeat(crowd{{}}, len(s.times))
	for t, at := range s.moments {
		if i, ok := line.times[at]; ok {
			of.crowd[t] = line.crowds[one.few][i]
		}
	}
	left := s.momentsOf(one.at, start, goal)
	for tries := []set{left}; len(tries) > 0; tries = tries[1:] {
		at := tries[0]
		if !at.within(left) || at.empty() {
			continue
		}
		switch moved, ok := s.swapAt(one, of, turned, start, goal, at, left); {
		case ok:
			for _, t := range moved.all() {
				left.drop(t)
			}
		case len(at.all()) > 1:
			for _, t := range at.all() {
				tries = append(tries, setOf(len(s.times), t))
			}
		case !s.loose():
			s.open = append(s.open, opening{of.pair, from, s.named(left.all())})
			return
		}
	}
}

// swapAt makes room for a swap at some times, and at as many others as it can.
func (s *solver) swapAt(one swap, of target, turned bool, start, goal int, at, others set) (set, bool) {
	line := s.x
	if turned {
		line = s.y
	}
	for scope := one.few; scope.Level > 0; {
		scope = line.axis.above(scope)
		q := quest{solver: s, at: at, of: of, up: turned, alone: true, scope: pair{x: scope}}
		if turned {
			q.scope = pair{y: scope}
		}
		if steps, ok := q.path(start, goal); ok {
			m := move{steps, s.longer(steps, q.crossed, of, turned, at, others, false)}
			s.take(m)
			return m.at, true
		}
	}
	return nil, false
}

// take hides what a movement changes.
func (s *solver) take(m move) {
	n := len(s.moves)
	s.moves = append(s.moves, m)
	net := map[int]int{}
	for _, one := range m.steps {
		s.touching[one.edge] = append(s.touching[one.edge], n)
		for _, c := range s.edges[one.edge].cells {
			net[c] += 2*boolean(one.up) - 1
		}
	}
	for c, change := range net {
		if change != 0 {
			s.cells[c].hidden = true
		}
	}
}
