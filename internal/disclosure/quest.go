package disclosure

import (
	"container/heap"
	"slices"
)

// quest looks for the cheapest way from one node to another along which money can be thought to move: down from a column to
// a row, up from a row to a column.
type quest struct {
	*solver
	at      set        // the times at which there must be somebody all along
	scope   pair       // rows and columns outside of these members are left out
	of      target     // what the movement is to change; only its ends lead there
	up      bool       // what goes this way goes against it, and must be about enough persons with it
	lenient bool       // or not
	alone   bool       // no crossing between the ends
	crossed []crossing // what the way that was found crosses
}

// path returns the steps of the cheapest way.
func (q *quest) path(start, goal int) ([]step, bool) {
	cost := map[int]int64{start: 0}
	came := map[int]leg{}
	done := map[int]bool{}
	open := &nodes{{node: start}}
	for open.Len() > 0 {
		here := heap.Pop(open).(reached).node
		if done[here] {
			continue
		}
		done[here] = true
		if here == goal {
			return q.walk(came, start, goal), true
		}
		q.legs(here, start, goal, func(next leg) {
			total := cost[here] + next.cost
			if old, ok := cost[next.to]; !done[next.to] && (!ok || total < old) {
				next.from = here
				cost[next.to], came[next.to] = total, next
				heap.Push(open, reached{next.to, total})
			}
		})
	}
	return nil, false
}

// leg is one part of a way: along an edge, or, where edge is -1, across.
type leg struct {
	from, to, edge int
	cost           int64
	across         crossing
}

func (q *quest) walk(came map[int]leg, start, goal int) (steps []step) {
	for node := goal; node != start; node = came[node].from {
		if one := came[node]; one.edge >= 0 {
			steps = append(steps, step{one.edge, one.from < len(q.rows)})
		} else {
			q.crossed = append(q.crossed, one.across)
		}
	}
	return steps
}

// legs are where one can go from a node.
func (q *quest) legs(here, start, goal int, visit func(leg)) {
	up := here < len(q.rows)
	for _, i := range q.solver.at[here] {
		e := &q.edges[i]
		to := e.row
		if up {
			to = e.column
		}
		if !q.under(e.row, q.scope.x) || !q.under(e.column, q.scope.y) || !q.loose() && !q.at.within(e.there) || q.avoid(i, start, goal) || up == q.up && !q.enoughAt(i) {
			continue
		}
		cost := int64(1)
		for _, n := range e.cells { // of which those that hold the scope do not change
			if c := &q.cells[n]; !c.hidden && c.x.Level > q.scope.x.Level && c.y.Level > q.scope.y.Level {
				cost += c.cost
			}
		}
		visit(leg{to: to, edge: i, cost: cost})
	}
	for _, one := range q.crossings[here] {
		if q.at.within(one.at) && !(q.alone && (here == start && one.to == goal || here == goal)) {
			visit(leg{to: one.to, edge: -1, cost: 1, across: one})
		}
	}
}

// avoid tells whether an edge lies in what is to change: of a cell all do, of a member of one axis those that are not at the
// ends of the way.
func (q *quest) avoid(i, start, goal int) bool {
	if !q.in(i, q.of.pair) {
		return false
	}
	e := &q.edges[i]
	return !q.alone || e.row != start && e.column != start && e.row != goal && e.column != goal
}

// enoughAt tells whether an edge is about enough persons with what is to change, at all times.
func (q *quest) enoughAt(i int) bool {
	if q.lenient || q.edges[i].least >= unitsAPerson*q.least && q.at.within(q.edges[i].there) {
		return true
	}
	return !slices.ContainsFunc(q.at.all(), func(t int) bool { return !q.enough(q.of, i, t) })
}

// nodes are those reached, the cheapest first.
type nodes []reached

type reached struct {
	node int
	cost int64
}

func (n nodes) Len() int { return len(n) }
func (n nodes) Less(i, j int) bool {
	return n[i].cost < n[j].cost || n[i].cost == n[j].cost && n[i].node < n[j].node
}
func (n nodes) Swap(i, j int) { n[i], n[j] = n[j], n[i] }
func (n *nodes) Push(x any)   { *n = append(*n, x.(reached)) }
func (n *nodes) Pop() any {
	last := (*n)[len(*n)-1]
	*n = (*n)[:len(*n)-1]
	return last
}
