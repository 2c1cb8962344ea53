package disclosure

import (
	"math/bits"
	"slices"
)

// attacker knows the sums that are shown, which sums are the sums of which others, and works out what follows: it brings
// the equations between the figures that it is not shown into their simplest form (Gauss and Jordan). The arithmetic is
// that of a prime of 61 bits, in which the small whole numbers of such tables behave as fractions do.
type attacker struct {
	persons map[string]crowd // of each figure that is not shown; nil of one behind which there is nobody
	rows    []map[string]int
}

const prime = 1<<61 - 1

// learns adds the equation that a total is the sum of its parts; shown figures are numbers, and so on the other side.
func (a *attacker) learns(total string, parts []string) {
	row := map[string]int{}
	if _, secret := a.persons[total]; secret {
		row[total]--
	}
	for _, part := range parts {
		if _, secret := a.persons[part]; secret {
			row[part]++
		}
	}
	if len(row) > 0 {
		a.rows = append(a.rows, row)
	}
}

// reasons that hidden figures whose sum is known to be nothing are nothing each, again and again.
func (a *attacker) zeros() {
	for again := true; again; {
		again = false
		for _, row := range a.rows {
			nothing := len(row) > 0
			for name, factor := range row {
				nothing = nothing && factor == 1 && a.persons[name] == nil
			}
			if !nothing {
				continue
			}
			again = true
			for name := range row {
				delete(a.persons, name)
				for _, other := range a.rows {
					delete(other, name)
				}
			}
		}
	}
}

// found are the figures about fewer persons than the least that the attacker works out: single ones, and sums.
func (a *attacker) found(least int64) (all [][]string) {
	a.zeros()
	names := []string{}
	for name := range a.persons {
		names = append(names, name)
	}
	slices.Sort(names)
	place := map[string]int{}
	for i, name := range names {
		place[name] = i
	}
	var rows [][]uint64
	for _, row := range a.rows {
		numbers := make([]uint64, len(names))
		for name, factor := range row {
			numbers[place[name]] = uint64(factor+prime) % prime //nolint:gosec // -1 or 1
		}
		rows = append(rows, numbers)
	}
	for _, row := range append(slices.Clone(rows), simplest(clones(rows), len(names))...) {
		var cells []string
		plain, some := true, crowd(nil)
		for i, value := range row {
			if value == 0 {
				continue
			}
			cells = append(cells, names[i])
			plain = plain && value == 1
			if one := a.persons[names[i]]; one != nil {
				if some == nil {
					some = slices.Repeat(crowd{-1}, len(one))
				}
				some.add(one, 0, false)
			}
		}
		if (plain || len(cells) == 1) && len(some.few(least)) > 0 {
			all = append(all, cells)
		}
	}
	return all
}

func clones(rows [][]uint64) (all [][]uint64) {
	for _, row := range rows {
		all = append(all, slices.Clone(row))
	}
	return all
}

// simplest brings rows into reduced echelon form and returns those that are not empty.
func simplest(rows [][]uint64, columns int) [][]uint64 {
	rank := 0
	for column := 0; column < columns && rank < len(rows); column++ {
		found := slices.IndexFunc(rows[rank:], func(row []uint64) bool { return row[column] != 0 })
		if found < 0 {
			continue
		}
		rows[rank], rows[rank+found] = rows[rank+found], rows[rank]
		scale := inverse(rows[rank][column])
		for c := range columns {
			rows[rank][c] = times(rows[rank][c], scale)
		}
		for r, row := range rows {
			if r == rank || row[column] == 0 {
				continue
			}
			factor := prime - row[column]
			for c := column; c < columns; c++ {
				row[c] = (row[c] + times(factor, rows[rank][c])) % prime
			}
		}
		rank++
	}
	return rows[:rank]
}

func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return (low&prime + (high<<3 | low>>61)) % prime
}

// inverse is a to the power of prime - 2.
func inverse(a uint64) uint64 {
	result := uint64(1)
	for exponent := uint64(prime - 2); exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			result = times(result, a)
		}
		a = times(a, a)
	}
	return result
}
