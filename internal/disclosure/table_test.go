package disclosure

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// month is a count of one month.
func month(x, y string, persons uint64) Count {
	return Count{X: x, Y: y, At: []Time{{Month: 201905}}, Persons: []uint64{persons}}
}

// hiddenOf lists the hidden members of a line.
func hiddenOf(l *Line) string {
	var words []string
	if l.Hidden(Member{}) {
		words = append(words, "all")
	}
	for level := 1; level <= len(l.axis.cuts); level++ {
		for _, m := range l.Below(Member{}, level) {
			if l.Hidden(m) {
				words = append(words, m.Key)
			}
		}
	}
	return strings.Join(words, " ")
}

func TestTheMembersOfOneAxis(t *testing.T) {
	for name, c := range map[string]struct {
		persons []uint64
		shared  bool
		want    string
	}{
		"nothing to hide":                             {[]uint64{10, 20, 30}, false, ""},
		"three are enough":                            {[]uint64{3, 3}, false, ""},
		"the next larger one is hidden with it":       {[]uint64{1, 20, 10}, false, "a c"},
		"money behind which nobody is left":           {[]uint64{0, 20, 10}, false, "a c"},
		"two that hide each other":                    {[]uint64{2, 2, 10}, false, "a b"},
		"two of one person each need a third":         {[]uint64{1, 1, 10, 20}, false, "a b c"},
		"three of one person each do not":             {[]uint64{1, 1, 1, 20}, false, "a b c"},
		"a single part hides everything":              {[]uint64{2}, false, "all a"},
		"two that are the same two persons":           {[]uint64{2, 2, 40}, true, "a b c"},
		"two parts are both hidden, the whole is not": {[]uint64{1, 9}, false, "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			var counts []Count
			for i, n := range c.persons {
				counts = append(counts, month(string(rune('a'+i)), "", n))
			}
			axis := NewAxis()
			if c.shared {
				axis = NewSharedAxis()
			}
			if got := hiddenOf(NewLine(axis, Least, counts)); got != c.want {
				t.Errorf("hidden: %s; want %s", got, c.want)
			}
		})
	}
}

func TestWhatIsHiddenStaysHiddenFurtherDown(t *testing.T) {
	// A province of two cities: one of two persons, one of two counties.
	l := NewLine(NewAxis(2, 4, 6), Least, []Count{month("320102", "", 2), month("320505", "", 50), month("320506", "", 60)})
	if got := hiddenOf(l); got != "3201 3205 320102 320505 320506" {
		t.Errorf("hidden: %s", got)
	}
	// A city that is a county too, as some are coded.
	l = NewLine(NewAxis(2, 4, 6), Least, []Count{month("440300", "", 2), month("440305", "", 5), month("440306", "", 5)})
	if !l.Hidden(Member{3, "440300"}) || l.Hidden(Member{2, "4403"}) {
		t.Errorf("hidden: %s", hiddenOf(l))
	}
}

func TestAMonthOfFewHidesAllMonths(t *testing.T) {
	may, june := Time{Month: 201905}, Time{Month: 201906}
	l := NewLine(NewAxis(), Least, []Count{
		{X: "a", At: []Time{may, june}, Persons: []uint64{50, 2}},
		{X: "b", At: []Time{may}, Persons: []uint64{4}}, // nobody in June, which is no secret and hides nothing
		{X: "c", At: []Time{may, june}, Persons: []uint64{60, 70}},
	})
	if got := hiddenOf(l); got != "a c" {
		t.Errorf("hidden: %s", got)
	}
}

func TestWhoKnowsTheLargestUnitLearnsNothingOfTheOthers(t *testing.T) {
	// Each member has one person beside its largest unit, two, three, and none.
	counts := []Count{month("a", "x", 51), month("b", "x", 52), month("c", "x", 53), month("d", "x", 50), month("e", "x", 500)}
	for i := range counts {
		counts[i].Largest = []uint64{50}
	}
	if got := hiddenOf(NewLine(NewAxis(), Least, counts)); got != "a b" {
		t.Errorf("hidden: %s", got)
	}
	// One that is hidden with another must have more than one unit: its own figures tell the other's.
	if got := hiddenOf(NewLine(NewAxis(), Least, []Count{month("a", "", 1), {X: "b", At: counts[0].At, Persons: []uint64{9}, Largest: []uint64{9}}, month("c", "", 80)})); got != "a b c" {
		t.Errorf("hidden: %s", got)
	}
	for i := range counts {
		counts = append(counts, counts[i])
		counts[len(counts)-1].Y, counts[len(counts)-1].Persons = "y", []uint64{300}
	}
	_, _, both := crossed(NewAxis(), NewAxis(), counts)
	for _, key := range []string{"a", "b"} {
		if !both.Hidden(Member{1, key}, Member{1, "x"}) {
			t.Errorf("%s is shown", key)
		}
	}
	if both.Hidden(Member{1, "e"}, Member{1, "y"}) {
		t.Error("more is hidden than must be")
	}
}

// crossed builds a table of regions by industries.
func crossed(regions, industries Axis, counts []Count) (*Line, *Line, *Table) {
	var down, across []Count
	for _, c := range counts {
		down = append(down, Count{X: c.X, At: c.At, Persons: c.Persons, Largest: c.Largest})
		across = append(across, Count{X: c.Y, At: c.At, Persons: c.Persons, Largest: c.Largest})
	}
	plan := NewPlan(Least, map[string]Axis{"x": regions, "y": industries}, map[[2]string][]Count{{"x", ""}: down, {"y", ""}: across, {"x", "y"}: counts})
	return plan.Lines["x"], plan.Lines["y"], plan.Tables[[2]string{"x", "y"}]
}

func TestTwoAxesHideARectangle(t *testing.T) {
	persons := [][]uint64{{1, 90, 80, 70}, {60, 9, 50, 40}, {30, 20, 95, 85}}
	var counts []Count
	for r, row := range persons {
		for c, n := range row {
			counts = append(counts, month(fmt.Sprint("r", r), fmt.Sprint("c", c), n))
		}
	}
	x, y, both := crossed(NewAxis(), NewAxis(), counts)
	var hidden []string
	for _, row := range x.Below(Member{}, 1) {
		for _, column := range y.Below(Member{}, 1) {
			if both.Hidden(row, column) {
				hidden = append(hidden, row.Key+column.Key)
			}
		}
	}
	if got := strings.Join(hidden, " "); got != "r0c0 r0c1 r2c0 r2c1" {
		t.Errorf("hidden: %s", got)
	}
}

// crowds draws numbers of persons of which many are small.
var crowds = rapid.OneOf(rapid.Uint64Range(0, 4), rapid.Uint64Range(0, 1), rapid.Uint64Range(3, 500))

// province draws the persons of counties by industries, in several months.
func province(t *rapid.T) []Count {
	var counts []Count
	cities, sections := rapid.IntRange(1, 4).Draw(t, "cities"), rapid.IntRange(1, 4).Draw(t, "sections")
	often := rapid.IntRange(0, 3).Draw(t, "often") // of how many cells in four there is somebody
	months := rapid.IntRange(1, 2).Draw(t, "months")
	astray := rapid.Bool().Draw(t, "astray") // the persons are those of some units alone
	for city := range cities {
		for county := range rapid.IntRange(1, 3).Draw(t, "counties") {
			for section := range sections {
				for division := range rapid.IntRange(1, 3).Draw(t, "divisions") {
					c := Count{X: fmt.Sprintf("32%02d%02d", city, county), Y: fmt.Sprintf("%c%02d", 'A'+section, division)}
					for month := range months {
						if rapid.IntRange(0, 3).Draw(t, "there") <= often {
							c.At = append(c.At, Time{Month: uint32(201901 + month)}) //nolint:gosec // small
							n := crowds.Draw(t, "persons")
							c.Persons, c.Largest = append(c.Persons, n), append(c.Largest, n-min(n, crowds.Draw(t, "others"))/2)
						}
						if astray && rapid.Bool().Draw(t, "among") {
							c.Among = append(c.Among, Crowded{Time{Month: uint32(201901 + month)}, rapid.Uint64Range(1, 40).Draw(t, "units")}) //nolint:gosec // small
						}
					}
					if astray {
						c.Largest = nil
					}
					if len(c.At)+len(c.Among) > 0 {
						counts = append(counts, c)
					}
				}
			}
		}
	}
	return counts
}

// only is what a count says of a time.
func (c Count) only(at Time) Count {
	one := Count{X: c.X, Y: c.Y}
	if i := slices.Index(c.At, at); i >= 0 {
		if one.At, one.Persons = []Time{at}, c.Persons[i:i+1]; c.Largest != nil {
			one.Largest = c.Largest[i : i+1]
		}
	}
	for _, among := range c.Among {
		if among.At == at {
			one.Among = append(one.Among, among)
		}
	}
	return one
}

// knows is an attacker who has asked for the figures of all members of two axes at once, at all levels, at one time, and
// knows behind which of them there is nobody: company registers are public.
func knows(x, y *Line, both *Table, counts []Count, at Time) *attacker {
	behind := map[pair]crowd{}
	for _, c := range counts {
		own := clock{at: 0}.crowd(c.only(at))
		if !own[0].there() {
			continue
		}
		for down := range len(x.axis.cuts) + 1 {
			for across := range len(y.axis.cuts) + 1 {
				cell := pair{x.axis.At(down, c.X), y.axis.At(across, c.Y)}
				if behind[cell] == nil {
					behind[cell] = crowd{nobody}
				}
				behind[cell].add(own, false)
			}
		}
	}
	name := func(p pair) string { return fmt.Sprint(p) }
	a := &attacker{persons: map[string]crowd{}, amid: slices.ContainsFunc(counts, func(c Count) bool { return len(c.only(at).Among) > 0 })}
	each := func(visit func(p pair)) {
		for down := range len(x.axis.cuts) + 1 {
			for _, row := range x.Below(Member{}, down) {
				for across := range len(y.axis.cuts) + 1 {
					for _, column := range y.Below(Member{}, across) {
						visit(pair{row, column})
					}
				}
			}
		}
	}
	each(func(p pair) {
		if both.Hidden(p.x, p.y) && behind[p] != nil {
			a.persons[name(p)] = behind[p]
		}
	})
	each(func(p pair) {
		var rows, columns []string
		for _, row := range x.parts[p.x] {
			rows = append(rows, name(pair{row, p.y}))
		}
		for _, column := range y.parts[p.y] {
			columns = append(columns, name(pair{p.x, column}))
		}
		if len(rows) > 0 {
			a.learns(name(p), rows)
		}
		if len(columns) > 0 {
			a.learns(name(p), columns)
		}
	})
	return a
}

// timesOf are all times of some counts.
func timesOf(counts []Count) (all []Time) {
	times := clock{}
	times.of(counts)
	for at := range times {
		all = append(all, at)
	}
	return all
}

// hides tells whether everything about too few persons is hidden.
func hides(t *rapid.T, x, y *Line, both *Table, counts []Count) {
	times := clock{}
	times.of(counts)
	for _, c := range counts {
		if len(times.crowd(c).few(Least)) > 0 && !both.Hidden(x.axis.At(len(x.axis.cuts), c.X), y.axis.At(len(y.axis.cuts), c.Y)) {
			t.Fatalf("%v is shown", c)
		}
	}
}

func TestNothingHiddenFollowsFromAllPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := province(t)
		x, y, both := crossed(NewAxis(2, 4, 6), NewAxis(1, 3), counts)
		hides(t, x, y, both, counts)
		for _, at := range timesOf(counts) {
			if found := knows(x, y, both, counts, at).found(Least); len(found) > 0 {
				t.Fatalf("everybody knows %v of %v at %v", found, counts, at)
			}
		}
	})
}

func TestATableOfAProvinceIsDecidedAtOnce(t *testing.T) {
	var counts []Count
	n := uint64(1)
	for county := range 110 {
		for industry := range 400 {
			n = n*6364136223846793005 + 1442695040888963407
			if n>>33%5 == 0 {
				counts = append(counts, month(fmt.Sprintf("32%02d%02d", county/8, county%8), fmt.Sprintf("%c%02d%02d", 'A'+industry/20, industry/5, industry%5), n>>40%60))
			}
		}
	}
	began := time.Now()
	crossed(NewAxis(2, 4, 6), NewAxis(1, 3, 4, 5), counts)
	took := time.Since(began)
	if t.Logf("a table of %d cells takes %v", len(counts), took); took > 5*time.Second {
		t.Error("too long")
	}
}
