package web

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"jianfu/internal/disclosure"
	"jianfu/internal/period"
	"jianfu/queries"
)

// band is that of the change of a unit's burden. There are but two, so that who knows how many units there are knows both of
// them from either.
func (h household) band() string {
	if h.rose {
		return "rose_over_5"
	}
	return "fell_over_10"
}

// addBands counts a unit in the bands of all sizes and of its own.
func (h household) addBands(o *queries.Overview) {
	var persons []uint64
	for month, n := range h.months {
		if o.View.Window.Contains(month) {
			persons = append(persons, n)
		}
	}
	for _, size := range []string{"", h.size} {
		i := slices.IndexFunc(o.ByBand, func(r queries.BandRow) bool { return r.Size == size && r.Band == h.band() })
		if i < 0 {
			i = len(o.ByBand)
			o.ByBand = append(o.ByBand, queries.BandRow{Size: size, Band: h.band()})
		}
		r := &o.ByBand[i]
		r.Units, r.Persons, r.Fewest = r.Units+1, r.Persons+slices.Max(persons), r.Fewest+slices.Min(persons)
	}
}

// countUnits are the units by the members of two axes.
func (all madeUp) countUnits(x, y string) []disclosure.Count {
	single := slices.Clone(all)
	for i := range single {
		single[i].months = map[period.Period]uint64{}
		for month := range all[i].months {
			single[i].months[month] = 1
		}
	}
	counts := single.counts(x, y)
	for i := range counts {
		counts[i] = disclosure.AmongUnits(counts[i])
	}
	return counts
}

// bandSeen is a row of the bands of a page.
type bandSeen struct {
	Size, Band string
	Suppressed bool
	Units      int
}

// noteBands notes how many units are in each band, where a page tells it: also by leaving bands out that have none.
func (a *attack) noteBands(s spot, rows []bandSeen) {
	said, kept := map[string]map[string]int{"": {}}, map[string]int{}
	for _, r := range rows {
		if said[r.Size] == nil {
			said[r.Size] = map[string]int{}
		}
		if r.Suppressed {
			kept[r.Size]++
			continue
		}
		said[r.Size][r.Band] = r.Units
	}
	for size, bands := range said {
		at := s
		if size != "" {
			at.size = "9:" + size
		}
		if nothing := len(bands) == 0 && kept[size] != 1; nothing || at.deep() { // one that is kept back is told by the other
			continue
		}
		a.shown[at] = fmt.Sprint(bands)
	}
}

// lonelyBands are the spots of which some band is about so few persons, in so few units, that they are known by it.
func (a *attack) lonelyBands(all madeUp) map[spot]bool {
	type counted struct{ units, persons uint64 }
	bands, units := map[spot]map[string]*counted{}, map[spot]uint64{}
	for _, h := range all {
		var persons []uint64
		for month, n := range h.months {
			if slices.Contains(a.at, int(month-201904)) {
				persons = append(persons, n)
			}
		}
		if len(persons) == 0 {
			continue
		}
		for _, region := range above(h.region, regionCuts...) {
			for _, industry := range above(h.industry, industryCuts...) {
				for _, size := range above(h.size, 9) {
					s := spot{region, industry, size}
					if bands[s] == nil {
						bands[s] = map[string]*counted{"fell_over_10": {}, "rose_over_5": {}}
					}
					units[s]++
					c := bands[s][h.band()]
					c.units, c.persons = c.units+1, c.persons+slices.Min(persons)
				}
			}
		}
	}
	lonely := map[spot]bool{}
	for s, of := range bands {
		for _, c := range of {
			if c.units > 0 && 10*c.persons+units[s] < 10*disclosure.Least {
				lonely[s] = true
			}
		}
	}
	return lonely
}

// TestStatesAndBandsOfAllPagesTogetherGiveNothingAway is that attack on how many units were reduced how: by state, which every
// figure has beside it, and by band, of all sizes and each, on every page. Who asks knows behind what there is nobody and how
// many units are where, and learns of no spot of so few units and persons that they would be known by it how they did.
func TestStatesAndBandsOfAllPagesTogetherGiveNothingAway(t *testing.T) {
	oneByOne(t)
	shown := map[string]int{}
	for seed := range uint64(4) {
		all := newMadeUp(seed)
		dice := rand.New(rand.NewPCG(seed, 11)) //nolint:gosec // tests want the same draw each time
		for range 3 {
			all = append(all, newMadeUp(dice.Uint64())...)
		}
		for i := range all {
			all[i].rose = dice.IntN(5) == 0
		}
		a := newAttack(t, all)
		for window, at := range map[string][]int{"from=2019-04&to=2019-05": {0, 1}, "from=2019-05&to=2019-05": {1}} {
			for _, a.about = range []string{"states", "bands"} {
				a.window, a.at, a.shown = window, at, map[spot]string{}
				a.askAll()
				shown[a.about] += len(a.shown)
				lonely := a.lonelyBands(all)
				for _, s := range a.follows(a.secrets()) {
					if a.about == "states" && a.few(s) || a.about == "bands" && lonely[s] {
						t.Errorf("seed %d, %s: everybody knows the %s of %v, which is about %v persons", seed, window, a.about, s, a.persons[s])
					}
				}
				for s := range a.shown {
					if a.few(s) || a.about == "bands" && lonely[s] {
						t.Errorf("seed %d, %s: the %s of %v are shown: %s", seed, window, a.about, s, a.shown[s])
					}
				}
			}
		}
	}
	t.Log(shown)
	if shown["states"] == 0 || shown["bands"] == 0 {
		t.Error("nothing was tried")
	}
}
