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
}

// NewLine decides on the members of an axis, of which figures about fewer persons than the least are hidden.
func NewLine(axis Axis, least int64, counts []Count) *Line {
	l := &Line{axis: axis, least: least, parts: map[Member][]Member{}, hidden: map[Member]bool{}}
	times, crowds := clock{}, map[Member]crowd{}
	times.of(counts)
	for _, count := range counts {
		own := times.crowd(count)
		for level := len(axis.cuts); level >= 0; level-- {
			m := axis.At(level, count.X)
			if crowds[m] == nil {
				crowds[m] = slices.Clone(own)
				if level > 0 {
					l.parts[axis.above(m)] = append(l.parts[axis.above(m)], m)
				}
				continue
			}
			crowds[m].add(own, 0, axis.shared)
		}
	}
	for _, parts := range l.parts {
		slices.SortFunc(parts, func(a, b Member) int { return cmp.Compare(a.Key, b.Key) })
	}
	if len(crowds[Member{}].few(least)) > 0 {
		l.hidden[Member{}] = true
	}
	for _, whole := range l.wholes() {
		if !l.Hidden(whole) {
			l.decide(l.parts[whole], crowds)
		}
	}
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
func (l *Line) decide(parts []Member, crowds map[Member]crowd) {
	var hidden []Member
	for _, m := range parts {
		if len(crowds[m].few(l.least)) > 0 {
			hidden = append(hidden, m)
			l.hidden[m] = true
		}
	}
	bySize := slices.SortedStableFunc(slices.Values(parts), func(a, b Member) int { return cmp.Compare(crowds[a].size(), crowds[b].size()) })
	for len(hidden) > 0 {
		few := together(len(hidden), l.axis.shared, func(i int) crowd { return crowds[hidden[i]] }).few(l.least)
		if len(few) == 0 && len(hidden) > 1 {
			return
		}
		next := slices.IndexFunc(bySize, func(m Member) bool { return !l.hidden[m] && (len(few) == 0 || crowds[m].at(few)) })
		if next < 0 {
			return // nothing is left beside them: together they are the whole, which is about enough
		}
		hidden = append(hidden, bySize[next])
		l.hidden[bySize[next]] = true
	}
}

// Hidden tells whether a member, or one above it, is hidden.
func (l *Line) Hidden(m Member) bool {
	for m.Level > 0 {
		if l.hidden[m] {
			return true
		}
		m = l.axis.above(m)
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
