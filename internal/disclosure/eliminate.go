package disclosure

import (
	"encoding/binary"
	"math/bits"
)

// What follows from the cells shown is a question about the sums alone: write each sum with what is shown on one side and
// what is hidden on the other, and bring the hidden side into its simplest form (Gauss and Jordan). A row with one hidden
// cell says what that cell is; a row that adds hidden cells up says what they are together. The arithmetic is that of a
// prime of 61 bits, in which the small whole numbers of such tables behave as fractions do.

const prime = 1<<61 - 1

func add(a, b uint64) uint64 {
	if a += b; a >= prime {
		a -= prime
	}
	return a
}

func negative(a uint64) uint64 {
	if a == 0 {
		return 0
	}
	return prime - a
}

func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return add(low&prime, high<<3|low>>61)
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

// matrix are the sums that something is hidden in, a column for each hidden cell.
func (s *search) matrix() (rows [][]uint64, sums []int, columns []int) {
	place := make([]int, len(s.cells))
	for i, cause := range s.hidden {
		if cause != 0 && len(s.cells[i].in) > 0 {
			place[i] = len(columns)
			columns = append(columns, i)
		}
	}
	for at, one := range s.sums {
		var row []uint64
		put := func(i int, value uint64) {
			if s.hidden[i] == 0 {
				return
			}
			if row == nil {
				row = make([]uint64, len(columns))
			}
			row[place[i]] = add(row[place[i]], value)
		}
		put(one.total, prime-1)
		for _, part := range one.parts {
			put(part, 1)
		}
		if row != nil {
			rows, sums = append(rows, row), append(sums, at)
		}
	}
	return rows, sums, columns
}

// work is about how many steps an elimination takes.
func (s *search) work() int {
	rows, _, columns := s.matrix()
	return len(rows) * len(rows) * len(columns)
}

// simplest brings rows into reduced echelon form and returns those that are not empty, with their pivots.
func simplest(rows [][]uint64, columns int) (reduced [][]uint64, pivots []int) {
	for column := 0; column < columns && len(reduced) < len(rows); column++ {
		top := len(reduced)
		found := -1
		for r := top; r < len(rows); r++ {
			if rows[r][column] != 0 {
				found = r
				break
			}
		}
		if found < 0 {
			continue
		}
		rows[top], rows[found] = rows[found], rows[top]
		pivot := rows[top]
		scale := inverse(pivot[column])
		for c := column; c < columns; c++ {
			pivot[c] = times(pivot[c], scale)
		}
		for r, row := range rows {
			if r == top || row[column] == 0 {
				continue
			}
			factor := negative(row[column])
			for c := column; c < columns; c++ {
				if pivot[c] != 0 {
					row[c] = add(row[c], times(factor, pivot[c]))
				}
			}
		}
		reduced, pivots = rows[:top+1], append(pivots, column)
	}
	return reduced, pivots
}

// leak is what can be worked out and should not: a hidden cell, or a sum of hidden cells over too few persons.
type leak struct {
	cells []int
	sum   int // the sum that gives it away by itself; -1 where it takes several
}

// leaks lists what can be worked out and should not.
func (s *search) leaks() (leaks []leak) {
	rows, sums, columns := s.matrix()
	for at, row := range rows { // the sums as they stand
		if cells, plain := positive(row, columns); plain && s.persons(cells, &s.sums[sums[at]]) < s.least {
			leaks = append(leaks, leak{cells, sums[at]})
		}
	}
	reduced, pivots := simplest(rows, len(columns))
	rest := map[string]int{} // what rows have besides their pivots, to the pivot's cell with the fewest persons
	for r, row := range reduced {
		cells, plain := positive(row, columns)
		if len(cells) == 1 || plain && s.persons(cells, nil) < s.least {
			leaks = append(leaks, leak{cells, -1})
			continue
		}
		pivot := columns[pivots[r]]
		if other, ok := rest[besides(row, pivots[r], true)]; ok { // two rows that differ in sign but for their pivots
			if pair := []int{other, pivot}; s.persons(pair, nil) < s.least {
				leaks = append(leaks, leak{pair, -1})
			}
		}
		key := besides(row, pivots[r], false)
		if other, ok := rest[key]; !ok || s.cells[pivot].persons < s.cells[other].persons {
			rest[key] = pivot
		}
	}
	return leaks
}

// positive returns the cells of a row and whether it simply adds them up.
func positive(row []uint64, columns []int) (cells []int, plain bool) {
	plain = true
	for c, value := range row {
		if value != 0 {
			cells = append(cells, columns[c])
			plain = plain && value == 1
		}
	}
	if len(cells) == 1 {
		plain = true // a single cell, with whatever sign
	}
	return cells, plain
}

// persons is how many persons stand behind hidden cells together, or fewer. Where cells may share persons, it is as
// many as behind the largest, or as the total has more than what is shown of it.
func (s *search) persons(cells []int, of *sum) int64 {
	if len(cells) == 1 {
		return -1 // one cell alone must not be known in any case
	}
	var together, largest int64
	overlap := false
	for _, i := range cells {
		together += s.cells[i].persons
		largest = max(largest, s.cells[i].persons)
		overlap = overlap || s.cells[i].overlap
	}
	if !overlap {
		return together
	}
	if of != nil {
		rest := s.cells[of.total].persons
		for _, part := range of.parts {
			if s.hidden[part] == 0 {
				rest -= s.cells[part].persons
			}
		}
		largest = max(largest, rest)
	}
	return largest
}

// besides writes down what a row has besides its pivot, with the other sign on demand.
func besides(row []uint64, pivot int, turned bool) string {
	var text []byte
	for c, value := range row {
		if value == 0 || c == pivot {
			continue
		}
		if turned {
			value = negative(value)
		}
		text = binary.AppendUvarint(text, uint64(c)) //nolint:gosec // a column
		text = binary.LittleEndian.AppendUint64(text, value)
	}
	return string(text)
}
