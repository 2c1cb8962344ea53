package disclosure

import "slices"

// Axis is one way of dividing everything into members.
type Axis struct {
	cuts   []int // how many characters of a code name a member of each level below the top
	shared bool  // the same persons may stand behind several members
}

// NewAxis is an axis of codes, of which that many characters name a member of each level; without any, whole words do.
func NewAxis(cuts ...int) Axis {
	if len(cuts) == 0 {
		cuts = []int{longestWord}
	}
	return Axis{cuts: cuts}
}

// NewSharedAxis is an axis of whole words that share their persons: insurances, reasons.
func NewSharedAxis() Axis { return Axis{cuts: []int{longestWord}, shared: true} }

const longestWord = 1 << 20

// Member is a member of an axis: its level, from 1, and its code as far as that level goes. The zero Member is the top,
// all of it.
type Member struct {
	Level int
	Key   string
}

// At is the member of a level that a code belongs to.
func (a Axis) At(level int, code string) Member {
	if level == 0 {
		return Member{}
	}
	return Member{level, code[:min(len(code), a.cuts[level-1])]}
}

// Named is the highest member that a code names.
func (a Axis) Named(code string) Member {
	for i, cut := range a.cuts {
		if len(code) <= cut {
			return Member{i + 1, code}
		}
	}
	return a.At(len(a.cuts), code)
}

// above is the member that a member is a part of.
func (a Axis) above(m Member) Member {
	if m.Level <= 1 {
		return Member{}
	}
	return a.At(m.Level-1, m.Key)
}

// Count is how many persons stand behind a part that is not divided further, at each time that there is anything behind
// it at all. X and Y are its codes on the axes of a Table; a Line has X alone. A count that is too high shows too much:
// where the same person may be counted twice, it is the largest number that is certain.
type Count struct {
	X, Y    string
	At      []Time
	Persons []uint64
}

// Time is a month and, where the figures of a month can be had in several parts of which one is the difference of two
// that are shown, the part.
type Time struct {
	Month uint32
	Part  uint64
}

// crowd is the number of persons at each time, -1 where there is nothing at all.
type crowd []int64

// clock numbers times.
type clock map[Time]int

func (c clock) of(counts []Count) {
	for _, count := range counts {
		for _, at := range count.At {
			if _, ok := c[at]; !ok {
				c[at] = len(c)
			}
		}
	}
}

// crowd is that of a count.
func (c clock) crowd(count Count) crowd {
	all := slices.Repeat(crowd{-1}, len(c))
	for i, at := range count.At {
		all.add(crowd{int64(count.Persons[i])}, c[at], false) //nolint:gosec // a count of persons
	}
	return all
}

// add counts others in, from a time on: all of them, or, where they may be the same persons, as many as are certain.
func (c crowd) add(others crowd, from int, shared bool) {
	for i, n := range others {
		switch {
		case n < 0:
		case c[from+i] < 0:
			c[from+i] = n
		case shared:
			c[from+i] = max(c[from+i], n)
		default:
			c[from+i] += n
		}
	}
}

// few are the times at which there are some figures and too few persons.
func (c crowd) few(least int64) (times []int) {
	for i, n := range c {
		if n >= 0 && n < least {
			times = append(times, i)
		}
	}
	return times
}

// at tells whether there is something at one of the times.
func (c crowd) at(times []int) bool {
	return c != nil && slices.ContainsFunc(times, func(i int) bool { return c[i] >= 0 })
}

// size is what hiding costs: the persons of all times.
func (c crowd) size() (sum int64) {
	for _, n := range c {
		sum += max(0, n)
	}
	return sum
}

// together is the crowd of several, each given by its number; nil where nothing is behind any.
func together(n int, shared bool, of func(i int) crowd) crowd {
	var sum crowd
	for i := range n {
		one := of(i)
		switch {
		case one == nil:
		case sum == nil:
			sum = slices.Clone(one)
		default:
			sum.add(one, 0, shared)
		}
	}
	return sum
}
