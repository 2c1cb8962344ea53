package disclosure

import "math/bits"

// set is a set of times by their numbers.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func setOf(n int, times ...int) set {
	s := newSet(n)
	for _, t := range times {
		s.add(t)
	}
	return s
}

func (s set) add(t int)      { s[t/64] |= 1 << (t % 64) }
func (s set) drop(t int)     { s[t/64] &^= 1 << (t % 64) }
func (s set) has(t int) bool { return s[t/64]&(1<<(t%64)) != 0 }

// within tells whether all of it is in another one.
func (s set) within(other set) bool {
	for i, word := range s {
		if word&^other[i] != 0 {
			return false
		}
	}
	return true
}

func (s set) empty() bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}

// all lists its times.
func (s set) all() (times []int) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			times = append(times, i*64+bits.TrailingZeros64(word))
		}
	}
	return times
}
