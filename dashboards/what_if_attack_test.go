package dashboards

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/queries"
)

// earner is a person above the cap: where, and in each month in which step the wage lies, 0 for nowhere.
type earner struct {
	region, size string
	step         [2]int
}

// The places, months and steps of earners. A wage behind the last step is moved by all of them.
var (
	earnRegions = []string{"320102", "320104", "320105", "320106"}
	earnSizes   = []string{"large", "small", "micro"}
	earnMonths  = []uint32{201905, 201906}
)

const lastStep = 3

func newEarners(dice *rand.Rand) (all []earner) {
	for range 25 + dice.IntN(500) {
		e := earner{region: earnRegions[dice.IntN(len(earnRegions))], size: earnSizes[dice.IntN(len(earnSizes))]}
		for m := range e.step {
			e.step[m] = dice.IntN(lastStep + 2)
		}
		all = append(all, e)
	}
	return all
}

// atom is what one step in one month moves of the earners of a size in a region; "" is any.
type atom struct {
	region, size string
	month, step  int
}

// behind counts the earners that an atom moves, and those whose wage lies in its step.
func behind(all []earner, a atom) (moved, in uint64) {
	for _, e := range all {
		if a.region != "" && a.region != e.region || a.size != "" && a.size != e.size || e.step[a.month] < a.step {
			continue
		}
		moved++
		if e.step[a.month] == a.step {
			in++
		}
	}
	return moved, in
}

// counted is what queries.Figures.Moved says of the steps up to the last that a cap is moved by, in some months.
func counted(all []earner, steps int, months []int) (moved []queries.Moved) {
	for _, month := range months {
		for step := 1; step <= steps; step++ {
			m := queries.Moved{Month: earnMonths[month], Step: uint32(step), Counts: map[[2]string][]disclosure.Count{}} //nolint:gosec // few
			add := func(x, y, region, size string) {
				of := disclosure.Count{X: region, Y: size}
				if x == "size" {
					of.X, of.Y = size, ""
				}
				n, in := behind(all, atom{region, size, month, step})
				for part, persons := range []uint64{n, in} {
					if persons > 0 {
						of.At, of.Persons = append(of.At, disclosure.Time{Month: m.Month, Part: uint64(part)}), append(of.Persons, persons) //nolint:gosec // few
					}
				}
				if len(of.At) > 0 {
					m.Counts[[2]string{x, y}] = append(m.Counts[[2]string{x, y}], of)
				}
			}
			add("", "", "", "")
			for _, region := range earnRegions {
				add("region", "", region, "")
				for _, size := range earnSizes {
					add("region", "size", region, size)
				}
			}
			for _, size := range earnSizes {
				add("size", "", "", size)
			}
			if len(m.Counts) > 0 {
				moved = append(moved, m)
			}
		}
	}
	return moved
}

// TestManyWhatIfsGiveNobodysWageAway asks, of made-up earners, for caps that are moved by one step, two and three, in each month and
// in both, on every page, and works out by exact elimination what all of it together says: of no region, size, or both, what
// fewer than three persons earn in a step, although everybody knows where nobody is moved.
func TestManyWhatIfsGiveNobodysWageAway(t *testing.T) {
	shown, hidden := 0, 0
	for seed := range uint64(60) {
		all := newEarners(rand.New(rand.NewPCG(seed, 3))) //nolint:gosec // tests want the same draw each time
		var known knowledge
		for steps := 1; steps <= lastStep; steps++ {
			for _, months := range [][]int{{0}, {1}, {0, 1}} {
				decisions := NewMovedDecisions(least, counted(all, steps, months))
				for _, region := range append([]string{""}, earnRegions...) {
					for _, size := range append([]string{""}, earnSizes...) {
						show := func(h Hidden, region, size string, marks ...string) {
							if h.All() || len(marks) > 0 && h.Of(marks...) {
								hidden++
								return
							}
							shown++
							known.learn(all, steps, months, region, size)
						}
						h := effectsShown(t, decisions, queries.Narrow{Region: region, Size: size})
						show(h, region, size)
						if region == "" {
							for _, one := range earnRegions {
								show(h, one, size, "region", one)
							}
						}
						if size == "" {
							for _, one := range earnSizes {
								show(h, region, one, "size", one)
							}
						}
					}
				}
			}
		}
		for _, month := range []int{0, 1} {
			for step := 1; step <= lastStep; step++ {
				for _, region := range append([]string{""}, earnRegions...) {
					for _, size := range append([]string{""}, earnSizes...) {
						n, in := behind(all, atom{region, size, month, step})
						few := n > 0 && n < uint64(least) || in > 0 && in < uint64(least)
						if few && known.tells(all, atom{region, size, month, step}) {
							t.Errorf("seed %d: everybody knows what step %d moves of %q, %q in month %d: %d persons, %d in it", seed, step, region, size, month, n, in)
						}
					}
				}
			}
		}
	}
	t.Logf("%d figures shown, %d hidden", shown, hidden)
	if shown == 0 || hidden == 0 {
		t.Error("nothing was tried")
	}
}

// TestManyWhatIfsOfRatesTellNoBaseOfFew asks, of made-up persons insured at three rates, for a series of rates that all units are set to.
// Each figure is what the bases of its place come to at what is set less what is in force, so that two of them tell their sum and
// their old burden; worked out exactly, all places together tell nobody what the bases of fewer than three persons of one rate are.
func TestManyWhatIfsOfRatesTellNoBaseOfFew(t *testing.T) {
	inForce := []uint64{0, 2, 4, 9} // tenths of a per cent
	shown, hidden := 0, 0
	for seed := range uint64(40) {
		all := newEarners(rand.New(rand.NewPCG(seed, 5))) //nolint:gosec // tests want the same draw each time
		for i := range all {
			all[i].step = [2]int{1 + all[i].step[0]%lastStep, 0}
		}
		moved := queries.Moved{Month: earnMonths[0], Step: 3, Counts: map[[2]string][]disclosure.Count{}}
		of := func(region, size string, rate int) (n uint64) {
			for _, e := range all {
				if (region == "" || region == e.region) && (size == "" || size == e.size) && e.step[0] == rate {
					n++
				}
			}
			return n
		}
		for _, region := range append([]string{""}, earnRegions...) {
			for _, size := range append([]string{""}, earnSizes...) {
				count := disclosure.Count{X: region, Y: size}
				for rate := 1; rate <= lastStep; rate++ {
					if n := of(region, size, rate); n > 0 {
						count.At, count.Persons = append(count.At, disclosure.Time{Month: moved.Month, Part: uint64(rate)}), append(count.Persons, n) //nolint:gosec // few
					}
				}
				axes := [2]string{"region", "size"}
				if region == "" {
					axes, count.X, count.Y = [2]string{"size", ""}, size, ""
				}
				if size == "" {
					axes[1] = ""
				}
				if region == "" && size == "" {
					axes = [2]string{}
				}
				if region != "" && size == "" {
					axes = [2]string{"region", ""}
				}
				if len(count.At) > 0 {
					moved.Counts[axes] = append(moved.Counts[axes], count)
				}
			}
		}
		at := func(region, size string, weight func(rate int) uint64) (v []uint64) {
			for _, r := range earnRegions {
				for _, s := range earnSizes {
					for rate := 1; rate <= lastStep; rate++ {
						here := (region == "" || region == r) && (size == "" || size == s) && of(r, s, rate) > 0
						v = append(v, map[bool]uint64{true: weight(rate)}[here])
					}
				}
			}
			return v
		}
		var known knowledge
		h := NewHidden(NewMovedDecisions(least, []queries.Moved{moved})[0], filter.Regions("320100"), queries.Narrow{}, true)
		for _, region := range append([]string{""}, earnRegions...) {
			for _, size := range append([]string{""}, earnSizes...) {
				marks := append(sizeMark(size), map[bool][]string{true: {"county", region}}[region != ""]...)
				if h.Of(marks...) {
					hidden++
					continue
				}
				shown++
				for _, set := range []uint64{10, 15, 16} {
					known.note(at(region, size, func(rate int) uint64 { return set - inForce[rate] }))
				}
			}
		}
		for _, region := range append([]string{""}, earnRegions...) {
			for _, size := range append([]string{""}, earnSizes...) {
				for rate := 1; rate <= lastStep; rate++ {
					one := at(region, size, func(r int) uint64 { return map[bool]uint64{true: 1}[r == rate] })
					n := of(region, size, rate)
					if n > 0 && n < uint64(least) && !slices.ContainsFunc(known.rest(one), func(x uint64) bool { return x != 0 }) {
						t.Errorf("seed %d: everybody knows the bases of the %d persons of rate %d in %q, %q", seed, n, rate, region, size)
					}
				}
			}
		}
	}
	t.Logf("%d figures shown, %d hidden", shown, hidden)
	if shown == 0 || hidden == 0 {
		t.Error("nothing was tried")
	}
}

// TestAStepThatMovesFewEverywhereIsShownOfCities: ten persons of each of six cities, each in another industry, and one person
// of a seventh. No crossing of them could be shown, and that is no reason to hide the cities.
func TestAStepThatMovesFewEverywhereIsShownOfCities(t *testing.T) {
	moved := queries.Moved{Month: 201905, Step: 1, Counts: map[[2]string][]disclosure.Count{}}
	add := func(x, y, cityCode, industry string, persons uint64) {
		moved.Counts[[2]string{x, y}] = append(moved.Counts[[2]string{x, y}],
			disclosure.Count{X: cityCode, Y: industry, At: []disclosure.Time{{Month: 201905}}, Persons: []uint64{persons}})
	}
	sections := []string{"A01", "B06", "C13", "D44", "E47", "F51", "G54", "H61", "I63", "J66"}
	cities := []string{"320102", "320205", "320303", "320402", "320505", "320602"}
	add("", "", "", "", 61)
	for _, city := range cities {
		add("region", "", city, "", 10)
		for _, section := range sections {
			add("region", "industry", city, section, 1)
		}
	}
	add("region", "", "320705", "", 1)
	add("region", "industry", "320705", "A01", 1)
	for i, section := range sections {
		persons := uint64(6)
		if i == 0 {
			persons = 7
		}
		add("industry", "", section, "", persons)
	}
	hidden := NewHidden(NewMovedDecisions(least, []queries.Moved{moved})[0], filter.Everything(), queries.Narrow{}, true)
	var shown []string
	for _, city := range append(cities, "320705") {
		if !hidden.Of("city", city[:4]+"00") {
			shown = append(shown, city)
		}
	}
	if len(shown) != 5 || hidden.Of("section", "C") || !hidden.Of("city", "320705") || !hidden.Of("city", cities[0], "section", "C") {
		t.Errorf("shown are %v; manufacturing hidden %v", shown, hidden.Of("section", "C"))
	}
}

// effectsShown is what a reader is not shown of a page of a scenario's effects.
func effectsShown(t *testing.T, decisions []*Decisions, narrow queries.Narrow) Hidden {
	t.Helper()
	scope := filter.Regions("320100")
	var decided []Hidden
	for _, d := range decisions {
		decided = append(decided, NewHidden(d, scope, narrow, true))
	}
	many := queries.Effect{Units: 100, Headcount: 1000}
	e := queries.Effects{Total: many}
	row := func(rows *[]queries.Effect, key string) {
		one := many
		one.Key = key
		*rows = append(*rows, one)
	}
	for _, region := range earnRegions {
		if narrow.Region == "" || narrow.Region == region {
			row(&e.ByRegion, region)
		}
	}
	for _, size := range earnSizes {
		if narrow.Size == "" || narrow.Size == size {
			row(&e.BySize, size)
		}
	}
	_, hidden, err := ConcealEffects(e, decided...)
	if err != nil {
		t.Fatal(err)
	}
	return hidden
}

// knowledge is what somebody knows about atoms: sums of them, brought into the form in which each row alone has its first one.
type knowledge struct{ rows [][]uint64 }

// vector is the sum of the atoms of a region and size, "" for any, over steps and months, without those that move nobody.
func vector(all []earner, from, to int, months []int, region, size string) []uint64 {
	var v []uint64
	for _, r := range earnRegions {
		for _, s := range earnSizes {
			for month := range earnMonths {
				for step := 1; step <= lastStep; step++ {
					n, _ := behind(all, atom{r, s, month, step})
					in := n > 0 && step >= from && step <= to && slices.Contains(months, month) && (region == "" || region == r) && (size == "" || size == s)
					v = append(v, map[bool]uint64{true: 1}[in])
				}
			}
		}
	}
	return v
}

// learn notes a sum that is shown.
func (k *knowledge) learn(all []earner, steps int, months []int, region, size string) {
	k.note(vector(all, 1, steps, months, region, size))
}

// note notes a sum of which every part counts so often.
func (k *knowledge) note(sum []uint64) {
	v := k.rest(sum)
	first := slices.IndexFunc(v, func(x uint64) bool { return x != 0 })
	if first < 0 {
		return
	}
	scale := power(v[first], prime-2)
	for i := range v {
		v[i] = product(v[i], scale)
	}
	k.rows = append(k.rows, v)
}

// tells tells whether what an atom is about follows from what is known.
func (k *knowledge) tells(all []earner, a atom) bool {
	v := k.rest(vector(all, a.step, a.step, []int{a.month}, a.region, a.size))
	return !slices.ContainsFunc(v, func(x uint64) bool { return x != 0 })
}

// rest is what is left of a sum after what is known of it is taken away.
func (k *knowledge) rest(v []uint64) []uint64 {
	for _, row := range k.rows {
		first := slices.Index(row, 1)
		if factor := v[first]; factor != 0 {
			for i := range v {
				v[i] = (v[i] + prime - product(row[i], factor)) % prime
			}
		}
	}
	return v
}

const prime = 1<<61 - 1

func product(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return (low&prime + (high<<3 | low>>61)) % prime
}

func power(base, exponent uint64) uint64 {
	result := uint64(1)
	for ; exponent > 0; exponent, base = exponent>>1, product(base, base) {
		if exponent&1 == 1 {
			result = product(result, base)
		}
	}
	return result
}
