// Package disclosure decides which figures must not be shown because they would reveal what a single person earns: sums
// over fewer persons than a least number, and with them as few others as will do, so that nobody works the hidden ones
// out from what is shown. dashboards asks it for whoever has no right to see records; it knows neither people nor pages,
// only how many persons stand behind what.
//
// For the figures that pages can be narrowed to, the decision is made once for all pages and all windows (NewPlan), from the
// persons of every month that there is, so that no two pages and no two windows differ in what they hide. An Axis divides
// everything into members, level by level: regions, industries, sizes. A Line decides on the members of one axis, and a
// Table on the members of two at once, such as the manufacturers of a county; more than two at once nobody is shown who is
// kept from any. The rule is:
//
//   - What is about too few persons in some month is hidden; so is what is about too few beside its largest unit, whose own figures
//     somebody knows.
//   - Among the parts of a line, others are hidden with it until the hidden ones together are about enough persons.
//   - In a table, money is thought to move around: up in one of the smallest cells, down in another of its row, up and down
//     again in other rows, until every row and column is as before. Where such a movement goes only through cells behind
//     which there is somebody, because everybody knows which are empty, and hides what it changes, nobody can tell whether
//     it took place, and so nobody knows any figure that it changes. For every cell about too few persons the cheapest
//     movements are looked for, near it first, at every time at which it is about too few; the figures that they change are
//     hidden, at all levels, and all others are shown. What goes against the cell must be about enough persons with it, so
//     that no sum of the two is known either.
//   - What is hidden of a line may move between its hidden parts, in all tables alike.
//   - Where there is no such movement, because the sums of rows and columns alone give a cell away, one more member of a line
//     is hidden, the smallest that makes room, and all is decided again.
//   - What is about some of the units alone, as what was charged too much is, counts those units' persons, and they are amid
//     the others: nobody knows who they are. Ten units hide as well as a person (Crowded), cells without any such unit may be
//     thought to have some, and a sum of two cells tells nobody whom it is about.
//
// For a page that stands by itself, Cells are a few tables and the sums between them.
package disclosure

import (
	"cmp"
	"fmt"
	"slices"
)

// Least is the usual least number of persons of a cell that is shown.
const Least = 3

// Cause is why a cell is hidden.
type Cause uint8

// The causes.
const (
	Few        Cause = iota + 1 // it is about too few persons
	Complement                  // it would give another away
)

// Cells are the cells of one or several tables and the sums between them. The zero Cells are ready for use.
type Cells struct {
	index map[string]int
	cells []cell
	sums  []sum
}

type cell struct {
	key     string
	persons int64
	blank   bool
	total   bool  // the total of some sum
	in      []int // the sums that it stands in
	overlap bool  // a part of a sum whose parts share persons
}

// sum says that the total is the sum of the parts.
type sum struct {
	total   int
	parts   []int
	overlap bool
}

// Cell adds a cell. Persons is how many different persons stand behind it: not person-months, and where only counts by
// month or insurance are known, their largest, because a count that is too high shows too much. A blank cell has nothing
// behind it at all, every figure of it being zero; it is always shown. A cell that is there already stays as it was, so
// that tables may share cells.
func (c *Cells) Cell(key string, persons int64, blank bool) {
	if c.index == nil {
		c.index = map[string]int{}
	}
	if _, ok := c.index[key]; ok {
		return
	}
	c.index[key] = len(c.cells)
	c.cells = append(c.cells, cell{key: key, persons: persons, blank: blank})
}

// Sum says that a cell is the sum of others, each of other persons than the rest: regions, industries, sizes.
func (c *Cells) Sum(total string, parts ...string) error { return c.sum(false, total, parts) }

// Overlap is Sum where the same persons may stand behind several parts: insurances, months, measures.
func (c *Cells) Overlap(total string, parts ...string) error { return c.sum(true, total, parts) }

func (c *Cells) sum(overlap bool, total string, parts []string) error {
	s := sum{overlap: overlap}
	for _, key := range append([]string{total}, parts...) {
		i, ok := c.index[key]
		if !ok {
			return fmt.Errorf("a sum names the cell %q, which was not added", key)
		}
		s.parts = append(s.parts, i)
	}
	s.total, s.parts = s.parts[0], s.parts[1:]
	at := len(c.sums)
	c.sums = append(c.sums, s)
	c.cells[s.total].total = true
	for _, i := range append([]int{s.total}, s.parts...) {
		c.cells[i].in = append(c.cells[i].in, at)
		c.cells[i].overlap = c.cells[i].overlap || overlap && i != s.total
	}
	return nil
}

// Hidden tells which cells are not shown, by key, and why.
func (c *Cells) Hidden(least int64) map[string]Cause {
	s := &search{Cells: c, least: least, hidden: make([]Cause, len(c.cells))}
	for i, one := range c.cells {
		if !one.blank && one.persons < least {
			s.hidden[i] = Few
		}
	}
	s.protect()
	s.reduce()
	hidden := map[string]Cause{}
	for i, cause := range s.hidden {
		if cause != 0 {
			hidden[c.cells[i].key] = cause
		}
	}
	return hidden
}

// search is one search for what to hide.
type search struct {
	*Cells
	least  int64
	hidden []Cause
}

// protect hides more cells until nothing can be worked out.
func (s *search) protect() {
	for {
		leaks := s.leaks()
		if len(leaks) == 0 {
			return
		}
		before := s.count()
		touched := map[int]bool{} // sums in which something was hidden just now
		for _, leak := range leaks {
			if s.standsIn(leak.cells, touched) {
				continue // perhaps that was enough; the next round tells
			}
			if more, ok := s.cover(leak); ok {
				s.hidden[more] = Complement
				for _, at := range s.cells[more].in {
					touched[at] = true
				}
			}
		}
		if s.count() == before { // nothing near any leak is left to hide: then nothing may be shown at all
			for i, one := range s.cells {
				if !one.blank && s.hidden[i] == 0 {
					s.hidden[i] = Complement
				}
			}
			return
		}
	}
}

// standsIn tells whether one of the cells is in one of the sums.
func (s *search) standsIn(cells []int, sums map[int]bool) bool {
	return slices.ContainsFunc(cells, func(i int) bool {
		return slices.ContainsFunc(s.cells[i].in, func(at int) bool { return sums[at] })
	})
}

func (s *search) count() int {
	n := 0
	for _, cause := range s.hidden {
		if cause != 0 {
			n++
		}
	}
	return n
}

// cover picks the shown cell whose hiding costs least: in the sum that gives the leak away, or else in a sum with the
// leak, or else in a sum with what is hidden near it.
func (s *search) cover(l leak) (best int, ok bool) {
	if l.sum >= 0 {
		if best, _ = s.cheapest([]int{l.sum}); best >= 0 {
			return best, true
		}
	}
	near, seen := slices.Clone(l.cells), map[int]bool{}
	for _, i := range near {
		seen[i] = true
	}
	for len(near) > 0 {
		var sums []int
		for _, i := range near {
			sums = append(sums, s.cells[i].in...)
		}
		best, hidden := s.cheapest(sums)
		if best >= 0 {
			return best, true
		}
		near = slices.DeleteFunc(hidden, func(i int) bool { return seen[i] })
		for _, i := range near {
			seen[i] = true
		}
	}
	return 0, false
}

// cheapest returns the shown cell of some sums whose hiding costs least, -1 where there is none, and the hidden ones.
func (s *search) cheapest(sums []int) (best int, hidden []int) {
	best = -1
	for _, at := range sums {
		for _, i := range append([]int{s.sums[at].total}, s.sums[at].parts...) {
			switch {
			case s.hidden[i] != 0:
				hidden = append(hidden, i)
			case !s.cells[i].blank && (best < 0 || s.cheaper(i, best)):
				best = i
			}
		}
	}
	return best, hidden
}

// cheaper tells whether hiding a costs less than hiding b: parts before totals, then what stands in sums that hide
// something already, then fewer persons.
func (s *search) cheaper(a, b int) bool {
	order := cmp.Or(
		cmp.Compare(boolean(s.cells[a].total), boolean(s.cells[b].total)),
		cmp.Compare(s.untouched(a), s.untouched(b)),
		cmp.Compare(s.cells[a].persons, s.cells[b].persons),
		cmp.Compare(s.cells[a].key, s.cells[b].key),
	)
	return order < 0
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// untouched counts the sums with the cell in which nothing is hidden yet.
func (s *search) untouched(i int) int {
	n := 0
	for _, at := range s.cells[i].in {
		touched := s.hidden[s.sums[at].total] != 0
		for _, part := range s.sums[at].parts {
			touched = touched || s.hidden[part] != 0
		}
		n += boolean(!touched)
	}
	return n
}

// mostWork bounds what reduce spends, in steps of elimination; a page must not wait for a perfect answer.
const mostWork = 200_000_000

// reduce shows again what need not be hidden, the cell with the most persons first, until nothing more can be shown: one
// that is shown may make another one needless.
func (s *search) reduce() {
	for work := 0; s.reduceOnce(&work); {
	}
}

func (s *search) reduceOnce(work *int) (again bool) {
	var extra []int
	for i, cause := range s.hidden {
		if cause == Complement {
			extra = append(extra, i)
		}
	}
	slices.SortFunc(extra, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.cells[b].persons, s.cells[a].persons), cmp.Compare(s.cells[a].key, s.cells[b].key))
	})
	for _, i := range extra {
		if *work += s.work(); *work > mostWork {
			return false
		}
		s.hidden[i] = 0
		if len(s.leaks()) > 0 {
			s.hidden[i] = Complement
			continue
		}
		again = true
	}
	return again
}
