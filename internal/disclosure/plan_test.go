package disclosure

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// household is some persons of one unit, who are there in some months.
type household struct {
	codes   map[string]string // by axis
	months  []uint32
	persons []uint64
	amid    bool // those counted are of units that are amid others
	counted bool
}

// axesOfPlan are three axes that a province is divided by, and one that shares its persons.
var axesOfPlan = map[string]Axis{"industry": NewAxis(1, 3), "region": NewAxis(2, 4, 6), "size": NewAxis()}

// households draws the units of a province, in many corners of which there are few persons or none.
func households(t *rapid.T) (all []household) {
	code := func(of string, words ...string) string { return rapid.SampledFrom(words).Draw(t, of) }
	amid := rapid.Bool().Draw(t, "amid")
	for range rapid.IntRange(4, 60).Draw(t, "units") {
		h := household{amid: amid, counted: !amid || rapid.IntRange(0, 3).Draw(t, "counted") == 0, codes: map[string]string{
			"region":   code("region", "320102", "320104", "320500", "320505", "320506", "320583", "321302", "440103", "440305"),
			"industry": code("industry", "", "C13", "C14", "C34", "F52", "F51", "H62"),
			"size":     code("size", "large", "medium", "small", "small", "micro")}}
		for _, month := range []uint32{201904, 201905} {
			if rapid.IntRange(0, 5).Draw(t, "there") > 0 {
				h.months = append(h.months, month)
				h.persons = append(h.persons, rapid.SampledFrom([]uint64{0, 1, 1, 2, 3, 8, 40}).Draw(t, "persons"))
			}
		}
		all = append(all, h)
	}
	return all
}

// countBy counts the persons of households by two axes, or by one where the second is "".
func countBy(all []household, x, y string) (counts []Count) {
	at := map[[2]string]int{}
	for _, h := range all {
		key := [2]string{h.codes[x], h.codes[y]}
		if len(h.months) == 0 {
			continue
		}
		if _, ok := at[key]; !ok {
			at[key] = len(counts)
			counts = append(counts, Count{X: key[0], Y: key[1]})
		}
		c := &counts[at[key]]
		for i, month := range h.months {
			if h.amid {
				c.Among = append(c.Among, Crowded{Time{Month: month}, 1})
			}
			if !h.counted {
				continue
			}
			if n := slices.Index(c.At, Time{Month: month}); n >= 0 {
				c.Persons[n], c.Largest[n] = c.Persons[n]+h.persons[i], max(c.Largest[n], h.persons[i])
			} else {
				c.At, c.Persons, c.Largest = append(c.At, Time{Month: month}), append(c.Persons, h.persons[i]), append(c.Largest, h.persons[i])
			}
		}
	}
	for i, amid := range counts {
		if len(amid.Among) > 0 {
			counts[i].Largest = nil
		}
	}
	return counts
}

// planPairs are the axes of a plan alone and by two.
var planPairs = [][2]string{{"industry", ""}, {"region", ""}, {"size", ""}, {"industry", "region"}, {"industry", "size"}, {"region", "size"}}

// TestNothingFollowsFromAllTablesTogether is an attacker who knows every figure that is shown by one axis or two of three, at
// one time, and behind which there is nobody.
func TestNothingFollowsFromAllTablesTogether(t *testing.T) {
	hiddenAll, shownAll, needless := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		all := households(t)
		counts := map[[2]string][]Count{}
		for _, p := range planPairs {
			counts[p] = countBy(all, p[0], p[1])
		}
		plan := NewPlan(Least, axesOfPlan, counts)
		if plan.Lines["size"].hidden[Member{}] {
			return // nothing is shown at all
		}
		for _, month := range []uint32{201904, 201905} {
			at := Time{Month: month}
			a := &attacker{persons: map[string]crowd{}, amid: all[0].amid}
			for _, p := range planPairs {
				if p[1] == "" {
					continue
				}
				x, y := plan.Lines[p[0]], plan.Lines[p[1]]
				name := func(q pair) string {
					switch {
					case q.x.Level == 0 && q.y.Level == 0:
						return "all"
					case q.x.Level == 0:
						return fmt.Sprint(p[1], q.y)
					case q.y.Level == 0:
						return fmt.Sprint(p[0], q.x)
					}
					return fmt.Sprint(p, q)
				}
				one := knows(x, y, plan.Tables[p], counts[p], at)
				rename := map[string]string{}
				for level := range len(x.axis.cuts) + 1 {
					for _, row := range x.Below(Member{}, level) {
						for across := range len(y.axis.cuts) + 1 {
							for _, column := range y.Below(Member{}, across) {
								q := pair{row, column}
								rename[fmt.Sprint(q)] = name(q)
								switch {
								case one.persons[fmt.Sprint(q)] == nil && plan.Tables[p].Hidden(row, column):
									needless++
								case one.persons[fmt.Sprint(q)] != nil:
									hiddenAll++
								default:
									shownAll++
								}
							}
						}
					}
				}
				for key, persons := range one.persons {
					a.persons[rename[key]] = persons
				}
				for _, row := range one.rows {
					renamed := map[string]int{}
					for key, factor := range row {
						renamed[rename[key]] = factor
					}
					a.rows = append(a.rows, renamed)
				}
			}
			if found := a.found(Least); len(found) > 0 {
				t.Fatalf("everybody knows %v at %v of %v", found, at, all)
			}
		}
	})
	t.Logf("%d figures shown or empty, %d hidden, %d empty ones under hidden members", shownAll, hiddenAll, needless)
}

// TestReasonsGiveNothingAwayButWhatTheirMarginsDo is an attacker who knows of cities how much was charged too much, of the
// province how much for each reason, and what is shown of reasons in cities; whether a city has a reason, nobody says.
func TestReasonsGiveNothingAwayButWhatTheirMarginsDo(t *testing.T) {
	shown, hidden := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		var counts []Count
		for city := range rapid.IntRange(2, 6).Draw(t, "cities") {
			for county := range rapid.IntRange(1, 3).Draw(t, "counties") {
				for reason := range 5 {
					if n := rapid.SampledFrom([]uint64{0, 0, 1, 1, 2, 3, 8, 20}).Draw(t, "units"); n > 0 {
						counts = append(counts, month(fmt.Sprintf("32%02d%02d", city, county), string(rune('a'+reason)), n))
					}
				}
			}
		}
		byCounty, byReason := []Count{}, []Count{}
		for _, c := range counts {
			byCounty, byReason = append(byCounty, month(c.X, "", 100)), append(byReason, month(c.Y, "", c.Persons[0]))
		}
		plan := NewPlan(Least, map[string]Axis{"x": NewAxis(2, 4, 6).Coarse(2), "y": NewLooseAxis()},
			map[[2]string][]Count{{"x", ""}: byCounty, {"y", ""}: byReason, {"x", "y"}: counts})
		table := plan.Tables[[2]string{"x", "y"}]
		behind := map[pair]crowd{}
		for _, c := range counts {
			for level := range 3 {
				p := pair{table.x.axis.At(level, c.X), Member{1, c.Y}}
				if behind[p] == nil {
					behind[p] = crowd{nobody}
				}
				behind[p].add(crowd{{all: unitsAPerson * int64(c.Persons[0])}}, false) //nolint:gosec // small
			}
		}
		attack := func(isHidden func(p pair) bool) map[string]bool {
			a := &attacker{persons: map[string]crowd{}}
			cities := table.x.Below(Member{}, 2)
			for _, reason := range table.y.Below(Member{}, 1) {
				for _, city := range append(slices.Clone(cities), Member{}) {
					if p := (pair{city, reason}); isHidden(p) {
						a.persons[fmt.Sprint(p)] = crowd{nobody}
						if behind[p] != nil {
							a.persons[fmt.Sprint(p)] = behind[p]
						}
						hidden++
					} else {
						shown++
					}
				}
			}
			for _, reason := range table.y.Below(Member{}, 1) {
				var parts []string
				for _, city := range cities {
					parts = append(parts, fmt.Sprint(pair{city, reason}))
				}
				a.learns(fmt.Sprint(pair{Member{}, reason}), parts)
			}
			for _, city := range append(slices.Clone(cities), Member{}) {
				var parts []string
				for _, reason := range table.y.Below(Member{}, 1) {
					parts = append(parts, fmt.Sprint(pair{city, reason}))
				}
				a.learns("shortfall", parts)
			}
			alone := map[string]bool{}
			for _, cells := range a.found(Least) {
				if len(cells) == 1 {
					alone[cells[0]] = true
				}
			}
			return alone
		}
		margins := attack(func(p pair) bool { return p.x.Level > 0 || table.y.Hidden(p.y) })
		for cell := range attack(func(p pair) bool { return table.Hidden(p.x, p.y) }) {
			if !margins[cell] {
				t.Fatalf("everybody knows %s of %v", cell, counts)
			}
		}
	})
	t.Logf("%d figures shown, %d hidden", shown, hidden)
}

// TestWhereAnAxisHidesAllMoreOfTheOtherIsHidden: the only unit of Guangdong is the only one in its industry, so that the figure of
// the industry is that of the province, though all provinces are hidden.
func TestWhereAnAxisHidesAllMoreOfTheOtherIsHidden(t *testing.T) {
	april, may := []uint32{201904, 201905}, []uint32{201905}
	unit := func(region, industry, size string, months []uint32, persons ...uint64) household {
		return household{codes: map[string]string{"region": region, "industry": industry, "size": size}, months: months, persons: persons, counted: true}
	}
	all := []household{unit("320500", "", "medium", may, 0), unit("320102", "C13", "medium", april, 0, 1), unit("320102", "", "medium", april, 3, 3),
		unit("320102", "", "large", april, 2, 2), unit("320102", "", "large", april, 8, 2), unit("320102", "", "small", april, 1, 1), unit("440305", "F51", "medium", april, 40, 40)}
	counts := map[[2]string][]Count{}
	for _, p := range planPairs {
		counts[p] = countBy(all, p[0], p[1])
	}
	plan := NewPlan(Least, axesOfPlan, counts)
	for p, table := range plan.Tables {
		if len(table.open) > 0 {
			t.Errorf("%v leaves %v open", p, table.open)
		}
	}
}
