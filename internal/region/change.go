package region

import (
	_ "embed"
	"slices"
	"strings"

	"jianfu/internal/period"
)

// The counties that came into being, were renamed or grew by others since the edition of regions.csv, in the order of their
// codes: since when, and the codes that they took the place of. Where a county was only parted, before is empty.
//
//go:embed changes.csv
var changesCSV string

// Change says what happened to a county.
type Change struct {
	Code   string
	Name   string
	Since  period.Period
	Before []string // codes whose units have this one since
}

var changes, changed = readChanges(changesCSV)

// readChanges reads the lines behind the header, and finds each by its code and by those that it took the place of.
func readChanges(text string) (list []Change, by map[string]int) {
	by = map[string]int{}
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		cells := strings.Split(strings.TrimSpace(line), ",")
		if i == 0 {
			continue
		}
		since, err := period.Parse(cells[2])
		if err != nil || len(cells) != 4 {
			panic("region: changes.csv: " + line)
		}
		change := Change{Code: cells[0], Name: cells[1], Since: since, Before: strings.FieldsFunc(cells[3], func(r rune) bool { return r == ';' })}
		for _, code := range append([]string{change.Code}, change.Before...) {
			by[code] = len(list)
		}
		list = append(list, change)
	}
	return list, by
}

// ChangeOf is what happened to a county: the change that gave it its code or name, or that took its code away.
func ChangeOf(code string) (Change, bool) {
	i, ok := changed[code]
	if !ok {
		return Change{}, false
	}
	change := changes[i]
	change.Before = slices.Clone(change.Before)
	return change, true
}

// Came tells since when a county has its code; 0 where it is of the edition of regions.csv.
func Came(code string) period.Period {
	if i, ok := changed[code]; ok && changes[i].Code == code && edition[code] == "" {
		return changes[i].Since
	}
	return 0
}
