package world

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/policy"
)

// drawnPack is a random pack on its way.
type drawnPack struct {
	rng          *rand.Rand
	plain        bool // one comparison, rounding to the fen for each person, as the law of most provinces is
	measures     []string
	rates, bases strings.Builder
}

// RandomPack draws a pack from a seed: one to four measures; rows for areas, kinds, sizes and risk classes that nest so
// that no two tie; rates, factors and rows that must be elected; insurances that nothing covers, or only a measure does;
// floors and caps that may be absent; all roundings; comparisons that share scenarios or do not. Every other pack is
// plain in comparisons and roundings.
func RandomPack(t testing.TB, seed uint64) *policy.Pack {
	t.Helper()
	d := &drawnPack{rng: rand.New(rand.NewPCG(seed, 2)), plain: seed%2 == 0} //nolint:gosec // tests want the same draw each time
	d.measures = measureIDs[:1+d.rng.IntN(len(measureIDs))]
	manifest := d.manifest()
	d.rates.WriteString("area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective\n")
	d.bases.WriteString("area,insurance,unit_kind,from,to,floor,cap,rounding,measure,elective\n")
	for _, measure := range append([]string{""}, d.measures...) {
		d.rateRows(measure)
		d.baseRows(measure)
	}
	pack, err := policy.Load(fstest.MapFS{
		policy.PackFile:  {Data: []byte(manifest)},
		policy.RatesFile: {Data: []byte(d.rates.String())},
		policy.BasesFile: {Data: []byte(d.bases.String())},
	})
	if err != nil {
		t.Fatalf("seed %d: %v\n%s\n%s\n%s", seed, err, manifest, d.rates.String(), d.bases.String())
	}
	return pack
}

func (d *drawnPack) manifest() string {
	var b strings.Builder
	b.WriteString("id: random\ntitle: 随机\nmeasures:\n")
	for _, m := range d.measures {
		fmt.Fprintf(&b, "  - {id: %s, title: 措施%s, document_no: 文}\n", m, m)
	}
	b.WriteString("comparisons:\n")
	if d.plain {
		fmt.Fprintf(&b, "  - {id: c, title: 对比, old: [], new: [%s]}\n", strings.Join(d.measures, ", "))
		return b.String()
	}
	for n := range 1 + d.rng.IntN(4) {
		order := slices.Clone(d.measures)
		d.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		old := d.rng.IntN(len(order) + 1)
		end := old + d.rng.IntN(len(order)-old+1)
		fmt.Fprintf(&b, "  - {id: c%d, title: 对比, old: [%s], new: [%s]}\n", n, strings.Join(order[:old], ", "), strings.Join(order[:end], ", "))
	}
	level := func() string { return pick(d.rng, "person", "unit") }
	amount := func() string { return pick(d.rng, "fen", "fen", "jiao_up", "fen_down", "jiao", "yuan", "yuan_up") }
	fmt.Fprintf(&b, "rounding:\n  default: {level: %s, amount: %s}\n  areas:\n", level(), amount())
	fmt.Fprintf(&b, "    - {area: '440000', level: %s, amount: %s}\n", level(), amount())
	fmt.Fprintf(&b, "    - {area: '320500', level: %s}\n    - {area: '320102', amount: %s}\n", level(), amount())
	return b.String()
}

// windows draws the months of the rows of one place: for ever, or cut at a month, or from one month on.
func (d *drawnPack) windows() [][2]string {
	switch d.rng.IntN(4) {
	case 0:
		return [][2]string{{"2018-01", "2019-03"}, {"2019-04", ""}}
	case 1:
		return [][2]string{{pick(d.rng, "2019-04", "2019-05"), ""}}
	}
	return [][2]string{{"2018-01", ""}}
}

// places draws areas, each once; the empty one is often there.
func (d *drawnPack) places() []string {
	var list []string
	for _, area := range []string{"", "", "320000", "440000", "320100", "320505", "440300"} {
		if d.rng.IntN(3) == 0 && !slices.Contains(list, area) {
			list = append(list, area)
		}
	}
	return list
}

func (d *drawnPack) elective(measure string) string {
	if measure != "" && d.rng.IntN(4) == 0 {
		return "yes"
	}
	return ""
}

// rateRows writes the rate rows of a measure. Within an insurance, payer and area, a row with more keys has those of
// the row with fewer.
func (d *drawnPack) rateRows(measure string) {
	for _, insurance := range contribution.Insurances {
		payers := []string{"employer", "employee"}
		if d.rng.IntN(6) == 0 {
			payers = []string{""}
		}
		for _, payer := range payers {
			if insurance == contribution.WorkInjury && payer == "employee" {
				continue
			}
			chance := 2
			if measure == "" {
				chance = 5
			}
			if d.rng.IntN(6) >= chance {
				continue
			}
			for _, area := range d.places() {
				keys := [3]string{}
				for depth := range 1 + d.rng.IntN(4) {
					switch depth {
					case 1:
						keys[1] = pick(d.rng, contribution.Sizes...).String()
					case 2:
						keys[0] = pick(d.rng, contribution.UnitKinds...).String()
					case 3:
						keys[2] = fmt.Sprint(1 + d.rng.IntN(8))
					}
					elective := d.elective(measure)
					for _, w := range d.windows() {
						fmt.Fprintf(&d.rates, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", area, insurance, payer, keys[0], keys[1], keys[2],
							w[0], w[1], d.rateOrFactor(measure), measure, elective)
					}
				}
			}
		}
	}
}

func (d *drawnPack) rateOrFactor(measure string) string {
	if measure != "" && d.rng.IntN(3) == 0 {
		return "," + money.Rate(pick[int64](d.rng, 0, 500_000, 800_000, 333_333, 1_000_000, 1_250_000)).String()
	}
	if d.rng.IntN(3) == 0 {
		return money.Rate(d.rng.Int64N(300_000)).String() + ","
	}
	return money.Rate(pick[int64](d.rng, 0, 2_000, 4_150, 5_000, 80_000, 160_000, 190_000, 200_000)).String() + ","
}

// baseRows writes the limits of a measure.
func (d *drawnPack) baseRows(measure string) {
	insurances := []string{""}
	if d.rng.IntN(3) == 0 {
		insurances = []string{"pension", "work_injury", "medical"}
	}
	for _, insurance := range insurances {
		for _, area := range d.places() {
			kind := ""
			for depth := range 1 + d.rng.IntN(2) {
				if depth == 1 {
					kind = pick(d.rng, contribution.UnitKinds...).String()
				}
				elective := d.elective(measure)
				for _, w := range d.windows() {
					floor, top := pick(d.rng, edges...), pick(d.rng, edges...)
					if floor > top {
						floor, top = top, floor
					}
					low, high := floor.String(), top.String()
					if d.rng.IntN(4) == 0 {
						low = ""
					}
					if d.rng.IntN(4) == 0 {
						high = ""
					}
					rounding := pick(d.rng, "", "fen", "jiao", "yuan", "yuan_up")
					if d.plain {
						rounding = ""
					}
					fmt.Fprintf(&d.bases, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", area, insurance, kind, w[0], w[1], low, high, rounding,
						measure, elective)
				}
			}
		}
	}
}
