package disclosure

import (
	"cmp"
	"maps"
	"slices"
)

// Line is what is hidden of the members of one axis.
type Line struct {
	axis   Axis
	least  int64
	parts  map[Member][]Member // sorted
	hidden map[Member]bool     // those decided on; what is below them is hidden too
	along  map[Member][]Time   // what is hidden because a Table could not be shown otherwise, and when
	times  clock
	crowds map[Member]crowd
	sizes  map[Member]int64 // what hiding costs
	swaps  []swap
}

// swap says that money can be thought to move between two leaves of the hidden parts of one member, so that nobody works
// the first out, who is a hidden member about too few persons at some times, or the largest leaf of one. Every Table of the
// axis has to make room for it at these times.
type swap struct {
	few      Member
	from, to Member
	at       []Time
}

// NewLine decides on the members of an axis, of which figures about fewer persons than the least are hidden.
func NewLine(axis Axis, least int64, counts []Count) *Line {
	return newLine(axis, least, counts, nil)
}

func newLine(axis Axis, least int64, counts []Count, along map[Member][]Time) *Line {
	l := &Line{axis: axis, least: least, parts: map[Member][]Member{}, hidden: map[Member]bool{}, along: along, times: clock{}, crowds: map[Member]crowd{}, sizes: map[Member]int64{}}
	l.times.of(counts)
	for _, count := range counts {
		own := l.times.crowd(count)
		for level := len(axis.cuts); level >= 0; level-- {
			m := axis.At(level, count.X)
			l.sizes[m] += count.cost()
			if l.crowds[m] == nil {
				l.crowds[m] = slices.Clone(own)
				if level > 0 {
					l.parts[axis.above(m)] = append(l.parts[axis.above(m)], m)
				}
				continue
			}
			l.crowds[m].add(own, axis.shared)
		}
	}
	for _, parts := range l.parts {
		slices.SortFunc(parts, func(a, b Member) int { return cmp.Compare(a.Key, b.Key) })
	}
	if len(l.crowds[Member{}].few(least)) > 0 {
		l.hidden[Member{}] = true
	}
	for _, whole := range l.wholes() {
		if !l.Hidden(whole) {
			l.decide(l.parts[whole])
		}
	}
	l.makeSwaps()
	return l
}

// wholes are the members that have parts, the top first.
func (l *Line) wholes() []Member {
	return slices.SortedFunc(maps.Keys(l.parts), func(a, b Member) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Key, b.Key))
	})
}

// decide hides those of the parts of a member that are shown, of which some are about too few, and with them the smallest
// that will do.
func (l *Line) decide(parts []Member) {
	var hidden []Member
	for _, m := range parts {
		if len(l.lonely(m)) > 0 {
			hidden = append(hidden, m)
			l.hidden[m] = true
		}
	}
	bySize := slices.SortedStableFunc(slices.Values(parts), func(a, b Member) int { return cmp.Compare(l.sizes[a], l.sizes[b]) })
	for len(hidden) > 0 {
		few := together(len(hidden), l.axis.shared, func(i int) crowd { return l.crowds[hidden[i]] }).few(l.least)
		few = append(few, l.alone(hidden)...)
		if len(few) == 0 && len(hidden) > 1 {
			return
		}
		next := slices.IndexFunc(bySize, func(m Member) bool { return !l.hidden[m] && (len(few) == 0 || l.crowds[m].at(few)) })
		if next < 0 {
			return // nothing is left beside them: together they are the whole, which is about enough
		}
		hidden = append(hidden, bySize[next])
		l.hidden[bySize[next]] = true
	}
}

// lonely are the times at which a member has to be hidden: it is about too few then, or a Table needs it.
func (l *Line) lonely(m Member) []int {
	times := l.crowds[m].few(l.least)
	for _, at := range l.along[m] {
		if i, known := l.times[at]; known && !slices.Contains(times, i) {
			times = append(times, i)
		}
	}
	return times
}

// alone are the times at which a Table needs one of some hidden parts and nobody is behind any of the others.
func (l *Line) alone(hidden []Member) (times []int) {
	for _, m := range hidden {
		for _, at := range l.along[m] {
			i, known := l.times[at]
			beside := func(other Member) bool { return other != m && l.crowds[other][i].there() }
			if known && !slices.ContainsFunc(hidden, beside) {
				times = append(times, i)
			}
		}
	}
	return times
}

// makeSwaps finds for each hidden member about too few persons whom its money can be thought to move to.
func (l *Line) makeSwaps() {
	for _, whole := range l.wholes() {
		if l.Hidden(whole) {
			continue
		}
		var group, leaves []Member
		for _, m := range l.parts[whole] {
			if l.Hidden(m) {
				group = append(group, m)
				leaves = append(leaves, l.leaves(m)...)
			}
		}
		for len(group) > 0 {
			m := group[0]
			group = group[1:]
			group = append(group, l.parts[m]...)
			l.swapsOf(m, leaves)
		}
	}
}

// swapsOf are those of a hidden member, with the largest of the leaves beside it at each time.
func (l *Line) swapsOf(few Member, leaves []Member) {
	moments := make([]Time, len(l.times))
	for at, i := range l.times {
		moments[i] = at
	}
	byPair := map[[2]Member]int{}
	for _, i := range l.lonely(few) {
		from, to := l.largest(few, leaves, i)
		if from.Level == 0 || to.Level == 0 {
			continue
		}
		n, ok := byPair[[2]Member{from, to}]
		if !ok {
			n = len(l.swaps)
			byPair[[2]Member{from, to}] = n
			l.swaps = append(l.swaps, swap{few: few, from: from, to: to})
		}
		l.swaps[n].at = append(l.swaps[n].at, moments[i])
	}
}

// largest are the largest of some leaves at which there is somebody at a time: inside of a member, and outside of it.
func (l *Line) largest(whole Member, leaves []Member, time int) (inside, outside Member) {
	for _, m := range leaves {
		best := &outside
		if l.within(whole, m) {
			best = &inside
		}
		if l.crowds[m][time].there() && (best.Level == 0 || l.sizes[m] > l.sizes[*best]) {
			*best = m
		}
	}
	return inside, outside
}

// leaves are the members that make up another and are divided no further.
func (l *Line) leaves(m Member) (all []Member) {
	if len(l.parts[m]) == 0 {
		return []Member{m}
	}
	for _, part := range l.parts[m] {
		all = append(all, l.leaves(part)...)
	}
	return all
}

// within tells whether a member is another one or a part of it.
func (l *Line) within(whole, m Member) bool {
	for m.Level > whole.Level {
		m = l.axis.above(m)
	}
	return m == whole
}

// Hidden tells whether a member, or one above it, is hidden.
func (l *Line) Hidden(m Member) bool {
	for ; m.Level > 0; m = l.axis.above(m) {
		if l.hidden[m] {
			return true
		}
	}
	return l.hidden[Member{}]
}

// Below are the members of a level that belong to a member, in the order of their codes.
func (l *Line) Below(m Member, level int) []Member {
	all := []Member{m}
	for at := m.Level; at < level; at++ {
		var next []Member
		for _, one := range all {
			next = append(next, l.parts[one]...)
		}
		all = next
	}
	return all
}
