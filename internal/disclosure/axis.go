package disclosure

import "slices"

// Axis is one way of dividing everything into members.
type Axis struct {
	cuts   []int // how many characters of a code name a member of each level below the top
	shared bool  // the same persons may stand behind several members
	loose  bool  // what follows of a table from its margins alone is no secret
	coarse int   // the level down to which a loose axis divides the members of this one
}

// NewAxis is an axis of codes, of which that many characters name a member of each level; without any, whole words do.
func NewAxis(cuts ...int) Axis {
	if len(cuts) == 0 {
		cuts = []int{longestWord}
	}
	return Axis{cuts: cuts, coarse: 1}
}

// Coarse is the axis, of which a loose one divides the members down to that level, or, where there is only one there, to the
// next.
func (a Axis) Coarse(level int) Axis {
	a.coarse = level
	return a
}

// NewSharedAxis is an axis of whole words that share their persons: insurances.
func NewSharedAxis() Axis { return Axis{cuts: []int{longestWord}, shared: true, coarse: 1} }

// NewLooseAxis is a shared axis that divides a figure of its own, which is shown however few are behind it: reasons of the
// shortfall. Where a city has one reason alone, that is the city's shortfall, and there is nothing to conceal about it. Its
// members are never shown to be empty, so that nobody knows which are.
func NewLooseAxis() Axis { return Axis{cuts: []int{longestWord}, shared: true, loose: true, coarse: 1} }

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
	Largest []uint64 // of them, those of the largest unit; nil where nobody knows which units it is about, and so beside Among
	Among   []Crowded
	Weight  int64 // what hiding it costs; 0 is as much as the persons of all times
}

// Crowded is how many units are in a part at a time at which its persons are those of some of them alone, whom nobody can
// tell from the others: units that were charged too much. Whoever is in one of ten units is as safe as behind one person more.
// Where there are such units, it is no public knowledge that nobody is behind the part.
type Crowded struct {
	At    Time
	Units uint64
}

// AmongUnits is a count of units, given in place of persons, for figures that say what became of each: any of them may be the
// one that somebody knows, and nobody knows which it is.
func AmongUnits(units Count) Count {
	of := Count{X: units.X, Y: units.Y, At: units.At, Persons: make([]uint64, len(units.At))}
	for i, at := range units.At {
		of.Among = append(of.Among, Crowded{At: at, Units: units.Persons[i]})
	}
	return of
}

// unitsAPerson is how many units hide as well as a person.
const unitsAPerson = 10

// cost is what hiding a count costs.
func (c Count) cost() (sum int64) {
	if c.Weight > 0 {
		return c.Weight
	}
	for _, n := range c.Persons {
		sum += int64(n) //nolint:gosec // a count of persons
	}
	return sum
}

// Time is a month and, where the figures of a month can be had in several parts of which one is the difference of two
// that are shown, the part.
type Time struct {
	Month uint32
	Part  uint64
}

// throng is who is behind something at a time, counted in units that hide as well as one: unitsAPerson for each person.
// Below zero nobody is, and one less for each unit that may be thought to be: -1 is nothing at all.
type throng struct{ all, largest int64 }

// nobody is behind something of which everybody knows that it is empty.
var nobody = throng{all: -1}

// there tells whether it is no public knowledge that nobody is behind something.
func (t throng) there() bool { return t.all != -1 }

// hiding are the units among which somebody is hidden, whether or not there is anybody.
func (t throng) hiding() int64 { return max(t.all, -1-t.all) }

// few tells whether there are some figures and too few persons, or too few beside the largest unit, where that has so many that its
// own figures are shown, as in the ledger: who takes them away has those of the others.
func (t throng) few(least int64) bool {
	enough, rest := unitsAPerson*least, t.all-t.largest
	return t.all >= 0 && t.all < enough || t.largest >= enough && rest > 0 && rest < enough
}

// with is both together: others, or, where they may be the same persons, as many as are certain.
func (t throng) with(other throng, shared bool) throng {
	sum := throng{t.hiding() + other.hiding(), max(t.largest, other.largest)}
	if shared {
		sum.all = max(t.hiding(), other.hiding())
	}
	if t.all < 0 && other.all < 0 {
		sum.all = -1 - sum.all
	}
	return sum
}

// crowd is who is behind something at each time.
type crowd []throng

// clock numbers times.
type clock map[Time]int

func (c clock) of(counts []Count) {
	add := func(at Time) {
		if _, ok := c[at]; !ok {
			c[at] = len(c)
		}
	}
	for _, count := range counts {
		for _, at := range count.At {
			add(at)
		}
		for _, among := range count.Among {
			add(among.At)
		}
	}
}

// crowd is that of a count.
func (c clock) crowd(count Count) crowd {
	all := slices.Repeat(crowd{nobody}, len(c))
	for i, at := range count.At {
		one := throng{all: unitsAPerson * int64(count.Persons[i])} //nolint:gosec // a count of persons
		if count.Largest != nil {
			one.largest = unitsAPerson * int64(count.Largest[i]) //nolint:gosec // a count of persons
		}
		all[c[at]] = all[c[at]].with(one, false)
	}
	for _, among := range count.Among {
		all[c[among.At]] = all[c[among.At]].with(throng{all: -1 - int64(among.Units)}, false) //nolint:gosec // a count of units
	}
	return all
}

// add counts others in.
func (c crowd) add(others crowd, shared bool) {
	for i, other := range others {
		c[i] = c[i].with(other, shared)
	}
}

// few are the times at which there are some figures and too few persons.
func (c crowd) few(least int64) (times []int) {
	for i, one := range c {
		if one.few(least) {
			times = append(times, i)
		}
	}
	return times
}

// at tells whether there is something at one of the times.
func (c crowd) at(times []int) bool {
	return c != nil && slices.ContainsFunc(times, func(i int) bool { return c[i].there() })
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
			sum.add(one, shared)
		}
	}
	return sum
}
