package queries

import (
	"context"
	_ "embed"
	"slices"

	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/store"
)

// Behind is how many persons stand behind the members of a run's axes and of two of them at once, at all times that it has:
// by the names of the axes, of which the second is "" for one axis alone, and both are for everything. Reasons stand second.
// Units are as many, by month and comparison.
type Behind struct {
	Run           uint32
	Counts, Units map[[2]string][]disclosure.Count
}

// AxisReason is the axis of reasons; the others are named as the fields of Narrow.
const AxisReason = "reason"

// MostScenarios is how many scenarios a run may have: a set of them is a number with a bit for each, of whose rest behind.sql
// marks times.
const MostScenarios = 50

// The parts of a time that behind.sql marks: the largest unit, all units, and those of which some figures are about them alone,
// in six ways, by payer.
const (
	largestPart = 1 << MostScenarios
	unitsPart   = 1 << (MostScenarios + 1)
	astrayParts = 0xfff << (MostScenarios + 2)
)

// Astray tells whether a time counts some units alone: those that were charged too much or too little, whose burden rose, or that
// got something of what fell.
func Astray(at disclosure.Time) bool { return at.Part&astrayParts != 0 }

//go:embed persons/behind.sql
var personsBehindText string

var personsBehindSQL = Whole(personsBehindText)

//go:embed persons/reasons.sql
var personsReasonsSQL string

// PersonsBehind counts the persons behind everything that the current run can be asked for. No window, payer or comparison
// narrows it: what is decided from it must hold for all of them.
func (q *Queries) PersonsBehind(ctx context.Context, scope filter.Scope) (Behind, error) {
	f, err := q.Figures(ctx)
	if err != nil {
		return Behind{}, err
	}
	return f.PersonsBehind(ctx, scope)
}

// PersonsBehind is that of one run, current or not.
func (f *Figures) PersonsBehind(ctx context.Context, scope filter.Scope) (Behind, error) {
	olds, news := []uint8{}, []uint8{}
	for _, c := range f.Pack.Comparisons {
		steps, err := f.steps(c.ID)
		if err != nil {
			return Behind{}, err
		}
		olds, news = append(olds, steps[0]), append(news, steps[len(steps)-1])
	}
	behind := Behind{Run: f.Run.ID, Counts: map[[2]string][]disclosure.Count{}, Units: map[[2]string][]disclosure.Count{}}
	p := store.Params{"run": f.Run.ID, "scope": scope.Prefixes(), "olds": olds, "news": news}
	if err := f.q.countPersons(ctx, behind, personsBehindSQL, p); err != nil {
		return behind, err
	}
	behind.countUnits(olds)
	behind.crowd()
	return behind, f.q.countPersons(ctx, behind, personsReasonsSQL, store.Params{"run": f.Run.ID, "scope": scope.Prefixes()})
}

// countUnits counts units by month and comparison, from how many there are by what covers them.
func (b Behind) countUnits(olds []uint8) {
	for axes, counts := range b.Counts {
		for _, count := range counts {
			units := map[disclosure.Time]uint64{}
			for i, at := range count.At {
				for n, old := range olds {
					if at.Part&unitsPart != 0 && at.Part&(1<<(old-1)) != 0 {
						units[disclosure.Time{Month: at.Month, Part: uint64(n)}] += count.Persons[i] //nolint:gosec // a place
					}
				}
			}
			of := disclosure.Count{X: count.X, Y: count.Y}
			for at, n := range units {
				of.At, of.Persons = append(of.At, at), append(of.Persons, n)
			}
			if len(units) > 0 {
				b.Units[axes] = append(b.Units[axes], disclosure.AmongUnits(of))
			}
		}
	}
}

// crowd says among how many units those are of which some figures are about them alone, at all times at which there are any.
func (b Behind) crowd() {
	astray := map[disclosure.Time][]disclosure.Time{} // of the same month and cover, by what all its units are counted as
	for _, counts := range b.Counts {
		for _, count := range counts {
			for _, at := range count.At {
				if all := (disclosure.Time{Month: at.Month, Part: at.Part&^astrayParts | unitsPart}); Astray(at) && !slices.Contains(astray[all], at) {
					astray[all] = append(astray[all], at)
				}
			}
		}
	}
	for _, counts := range b.Counts {
		for i := range counts {
			counts[i] = crowded(counts[i], astray)
		}
	}
}

// crowded is a count whose numbers of units, and of persons of the largest, stand where they belong.
func crowded(count disclosure.Count, astray map[disclosure.Time][]disclosure.Time) disclosure.Count {
	of := disclosure.Count{X: count.X, Y: count.Y, Weight: count.Weight}
	largest := map[disclosure.Time]uint64{}
	for i, at := range count.At {
		if at.Part&largestPart != 0 {
			largest[disclosure.Time{Month: at.Month, Part: at.Part &^ largestPart}] = count.Persons[i]
		}
	}
	for i, at := range count.At {
		if at.Part&(unitsPart|largestPart) == 0 {
			of.At, of.Persons, of.Largest = append(of.At, at), append(of.Persons, count.Persons[i]), append(of.Largest, largest[at])
			continue
		}
		for _, way := range astray[at] {
			of.Among = append(of.Among, disclosure.Crowded{At: way, Units: count.Persons[i]})
		}
	}
	return of
}

// countPersons adds what a statement counts.
func (q *Queries) countPersons(ctx context.Context, behind Behind, sql string, p store.Params) error {
	type row struct {
		AxisX   string   `ch:"x_axis"`
		AxisY   string   `ch:"y_axis"`
		X       string   `ch:"x"`
		Y       string   `ch:"y"`
		Months  []uint32 `ch:"months"`
		Parts   []uint64 `ch:"parts"`
		Persons []uint64 `ch:"persons"`
		Weight  int64    `ch:"weight"`
	}
	rows, err := store.Select[row](ctx, q.db, sql, p)
	for _, r := range rows {
		count := disclosure.Count{X: r.X, Y: r.Y, At: make([]disclosure.Time, len(r.Months)), Persons: r.Persons, Weight: r.Weight}
		for at, month := range r.Months {
			count.At[at] = disclosure.Time{Month: month, Part: r.Parts[at]}
		}
		axes := [2]string{r.AxisX, r.AxisY}
		behind.Counts[axes] = append(behind.Counts[axes], count)
	}
	return err
}
