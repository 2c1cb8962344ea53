package disclosure

import (
	"cmp"
	"maps"
	"slices"
)

// Plan is what is hidden of all that can be asked by one or two axes at once.
type Plan struct {
	Lines  map[string]*Line
	Tables map[[2]string]*Table
	Costly bool // more of the axes is hidden so that tables can be shown
}

// NewPlan decides on axes, each by itself, and on pairs of them; counts are by pairs, of which the second is "" for an axis
// alone. Where a table cannot keep something hidden whatever else of it is hidden, because it follows from the members of its axes
// alone, more members of an axis are hidden, and all is decided again.
func NewPlan(least int64, axes map[string]Axis, counts map[[2]string][]Count) Plan {
	plan := Plan{Lines: map[string]*Line{}, Tables: map[[2]string]*Table{}}
	along, stale := map[string]map[Member][]Time{}, map[string]bool{}
	for name := range axes {
		along[name], stale[name] = map[Member][]Time{}, true
	}
	pairs := slices.SortedFunc(maps.Keys(counts), func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for len(stale) > 0 {
		for _, name := range slices.Sorted(maps.Keys(stale)) {
			plan.Lines[name] = newLine(axes[name], least, counts[[2]string{name, ""}], along[name])
		}
		next := map[string]bool{}
		for _, p := range pairs {
			if p[1] == "" || !stale[p[0]] && !stale[p[1]] || next[p[0]] || next[p[1]] { // decided already, or again anyway
				continue
			}
			t := NewTable(plan.Lines[p[0]], plan.Lines[p[1]], least, counts[p])
			plan.Tables[p] = t
			done := map[Member]bool{} // of what more was hidden in this round: that may be enough
			for _, open := range t.open {
				if axis, ok := t.hideMore(open, done); ok {
					next[p[axis]], plan.Costly = true, true
				}
			}
		}
		stale = next
	}
	return plan
}

// aLittle is how much of an axis is hidden one by one, so that tables can be shown: a twentieth. Then all parts of a member are
// hidden at once, because each time everything is decided again.
const aLittle = 20

// hideMore hides more on the axis on which that costs less, where there is too little room for an opening; it tells on which.
// There is nothing to hide where all is hidden.
func (t *Table) hideMore(o opening, done map[Member]bool) (axis int, ok bool) {
	line := t.x
	more, cost := t.x.smallest(o.from.x, o.at)
	if y, costY := t.y.smallest(o.from.y, o.at); y.Level > 0 && (more.Level == 0 || costY < cost) {
		axis, line, more, cost = 1, t.y, y, costY
	}
	if more.Level == 0 && o.from.x.Level == 0 { // of one axis all is hidden: then of the other
		axis, line = 0, t.x
		more, cost = t.x.cheapest(t.x.parts[Member{}], t.x.momentsOf(o.at))
	} else if more.Level == 0 && o.from.y.Level == 0 {
		axis, line = 1, t.y
		more, cost = t.y.cheapest(t.y.parts[Member{}], t.y.momentsOf(o.at))
	}
	whole := line.axis.above(more)
	if more.Level == 0 || done[whole] {
		return axis, false
	}
	done[whole] = true
	for m := range line.along {
		cost += line.sizes[m]
	}
	hidden := []Member{more}
	if cost > line.sizes[Member{}]/aLittle {
		hidden = line.parts[whole]
	}
	for _, m := range hidden {
		line.along[m] = append(line.along[m], o.at...)
	}
	return axis, true
}

// smallest is what is cheapest to hide on an axis with a member at some times, the nearest first, and what that costs; the top
// where all is hidden.
func (l *Line) smallest(m Member, at []Time) (more Member, cost int64) {
	moments := l.momentsOf(at)
	for ; m.Level > 0; m = l.axis.above(m) {
		if lonely := l.lonely(m); l.Hidden(m) && slices.ContainsFunc(moments, func(i int) bool { return !slices.Contains(lonely, i) }) {
			return m, 0 // hidden, but not because of these times
		}
		if more, cost = l.cheapest(l.parts[l.axis.above(m)], moments); more.Level > 0 {
			return more, cost
		}
	}
	return Member{}, 0
}

// momentsOf are the numbers of times that the axis has.
func (l *Line) momentsOf(at []Time) (moments []int) {
	for _, one := range at {
		if i, known := l.times[one]; known {
			moments = append(moments, i)
		}
	}
	return moments
}

// cheapest is the member whose hiding costs least of those that are shown and have something at some times; the top for none.
func (l *Line) cheapest(members []Member, moments []int) (best Member, cost int64) {
	for _, one := range members {
		if !l.Hidden(one) && (len(moments) == 0 || l.crowds[one].at(moments)) && (best.Level == 0 || l.sizes[one] < cost) {
			best, cost = one, l.sizes[one]
		}
	}
	return best, cost
}
