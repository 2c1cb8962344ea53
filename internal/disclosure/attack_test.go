package disclosure

import "slices"

// attacker knows the sums that are shown, which sums are the sums of which others, and works out what follows: it brings
// the equations between the figures that it is not shown into their simplest form (Gauss and Jordan). The arithmetic is
// that of Cells.
type attacker struct {
	persons map[string]crowd // of each figure that is not shown and behind which there is somebody
	rows    []map[string]int
	amid    bool // those counted are amid others, so that nobody knows whom a sum is about
}

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

// found are the figures about fewer persons than the least that the attacker works out: single ones, and sums.
func (a *attacker) found(least int64) (all [][]string) {
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
	reduced, _ := simplest(clones(rows), len(names))
	for _, row := range append(slices.Clone(rows), reduced...) {
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
					some = slices.Repeat(crowd{nobody}, len(one))
				}
				some.add(one, false)
			}
		}
		if len(cells) > 1 { // nobody is taken to know the largest unit of several
			some = some.withoutLargest()
		}
		if (plain && !a.amid || len(cells) == 1) && len(some.few(least)) > 0 {
			all = append(all, cells)
		}
	}
	return all
}

func (c crowd) withoutLargest() (all crowd) {
	for _, one := range c {
		all = append(all, throng{all: one.all})
	}
	return all
}

func clones(rows [][]uint64) (all [][]uint64) {
	for _, row := range rows {
		all = append(all, slices.Clone(row))
	}
	return all
}
