package etl

import (
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// plan says which scenarios of a pack a run computes: the steps of all comparisons, each once. Places count from 1, as
// arrays do in SQL.
type plan struct {
	pack      *policy.Pack
	scenarios [][]string
	targets   []queries.Target // the new scenarios of the comparisons, for both payers
	needed    uint64           // bits of the old scenarios of the comparisons
	floors    []floorStep      // as policy.Pack.FloorSteps has them

	explainsOld bool // the targets are the old scenarios; see explainOld
}

// floorStep is a step at which a floor may rise, by the places of its scenarios.
type floorStep struct{ before, after uint8 }

func newPlan(pack *policy.Pack) (*plan, error) {
	p := &plan{pack: pack}
	var news []uint8
	for _, comparison := range pack.Comparisons {
		for _, scenario := range comparison.Steps() {
			if place(p.scenarios, scenario) == 0 {
				p.scenarios = append(p.scenarios, scenario)
			}
		}
		if len(p.scenarios) > queries.MostScenarios {
			return nil, problem.New("policy_too_many_scenarios", "most", queries.MostScenarios)
		}
		p.needed |= 1 << (place(p.scenarios, comparison.Old) - 1)
		if target := place(p.scenarios, comparison.New); !slices.Contains(news, target) {
			news = append(news, target)
		}
	}
	for _, step := range pack.FloorSteps() {
		p.floors = append(p.floors, floorStep{place(p.scenarios, step.Before), place(p.scenarios, step.After)})
	}
	for _, payer := range contribution.Payers {
		for _, scenario := range news {
			p.targets = append(p.targets, queries.Target{Payer: payer, Scenario: scenario})
		}
	}
	return p, nil
}

// place is where a scenario stands in the list, from 1; 0 where it does not.
func place(scenarios [][]string, scenario []string) uint8 {
	for i, s := range scenarios {
		if slices.Equal(s, scenario) {
			return uint8(i + 1) //nolint:gosec // at most MostScenarios
		}
	}
	return 0
}

// distinctions are what of a unit the pack tells apart; the classes need not be finer.
func (p *plan) distinctions() queries.Distinctions {
	d := queries.Distinctions{Areas: p.pack.AreaPrefixes()}
	for i := range p.pack.Rates {
		row := &p.pack.Rates[i]
		d.Size = d.Size || row.Size != 0
		d.Risk = d.Risk || row.RiskClass != 0
		d.Election = d.Election || row.Elective
	}
	for i := range p.pack.Bases {
		d.Election = d.Election || p.pack.Bases[i].Elective
	}
	return d
}

// product is one multiplication that a scenario asks for: the base that these limits give times this rate.
type product struct {
	floor, top money.Fen // top is the cap, or noCap
	step       money.Fen // to which a base is rounded
	up         bool      // always up, else half up
	rate       money.Rate
}

// noCap stands for no cap: no amount that is read reaches it per head.
const noCap = money.Max

// compile says what holds for a class in a month and for an insurance under all scenarios of the plan, in the form that
// the set-based recompute takes.
func (p *plan) compile(run uint32, c queries.Class, insurance contribution.Insurance) (queries.Terms, error) {
	t := queries.Terms{RunID: run, Period: c.Period, Insurance: int8(insurance), Class: c.Class} //nolint:gosec // five of them
	class := policy.ClassOf(unitOf(c))
	rounding := p.pack.RoundingFor(class.RegionCode)
	t.UnitLevel = rounding.Level == policy.LevelUnit
	step, way := rounding.Amount.Step()
	t.AmountTimes, t.AmountDiv = int64(step), int64(step)*int64(money.One)
	t.AmountAdd = way.Added(t.AmountDiv)
	var products []product
	put := func(wanted product) uint8 {
		at := slices.Index(products, wanted)
		if at < 0 {
			at = len(products)
			products = append(products, wanted)
		}
		return uint8(at + 1) //nolint:gosec // three a scenario at most
	}
	var held []policy.Terms
	for i, scenario := range p.scenarios {
		terms, err := p.pack.Terms(class, period.Period(c.Period), insurance, scenario)
		if err != nil {
			return t, err
		}
		held = append(held, terms)
		if terms.Covered {
			t.Covered |= 1 << i
		}
		limits := limitsOf(terms.Limit)
		owed := [2]uint8{}
		for k, payer := range contribution.Payers {
			if share := terms.Share(payer); share.HasRate {
				limits.rate = share.Rate
				owed[k] = put(limits)
			}
		}
		t.Employer, t.Employee = append(t.Employer, owed[0]), append(t.Employee, owed[1])
		t.Limits = append(t.Limits, max(owed[0], owed[1]))
		if t.Limits[i] == 0 {
			limits.rate = 0
			t.Limits[i] = put(limits)
		}
	}
	for _, step := range p.floors {
		before := held[step.before-1]
		risen, _ := before.Limit.RisesTo(held[step.after-1].Limit)
		limits, owed := limitsOf(risen), [2]uint8{}
		for k, payer := range contribution.Payers {
			if share := before.Share(payer); share.HasRate {
				limits.rate = share.Rate
				owed[k] = put(limits)
			}
		}
		t.Employer, t.Employee = append(t.Employer, owed[0]), append(t.Employee, owed[1])
	}
	t.Simple = !t.UnitLevel && rounding.Amount == policy.AmountFen && p.agree(&t, products)
	for _, x := range products {
		t.Simple = t.Simple && x.step == 1
		up := uint8(0)
		if x.up {
			up = 1
		}
		t.Floor, t.Cap = append(t.Floor, int64(x.floor)), append(t.Cap, int64(x.top))
		t.Low, t.High = append(t.Low, roundTo(x.floor, x.step, x.up)), append(t.High, roundTo(x.top, x.step, x.up))
		t.BaseStep, t.BaseUp = append(t.BaseStep, int64(x.step)), append(t.BaseUp, up)
		t.Rate = append(t.Rate, int64(x.rate))
	}
	return t, nil
}

// agree tells whether all new scenarios ask the same of plain records, and notes what: the rates, in the way of the
// column pattern of contributions, and the limits. A pattern of 0 would say that a record is not plain.
func (p *plan) agree(t *queries.Terms, products []product) bool {
	for i, target := range p.targets {
		pattern := uint64(0)
		for _, owed := range []uint8{t.Employer[target.Scenario-1], t.Employee[target.Scenario-1]} {
			pattern <<= 32
			if owed > 0 {
				pattern |= uint64(products[owed-1].rate) //nolint:gosec // at most a million
			}
		}
		limits := products[t.Limits[target.Scenario-1]-1]
		if i == 0 {
			t.Pattern, t.Lowest, t.Highest = pattern, int64(limits.floor), int64(limits.top)
		}
		if pattern == 0 || pattern != t.Pattern || int64(limits.floor) != t.Lowest || int64(limits.top) != t.Highest {
			return false
		}
	}
	return true
}

func limitsOf(l policy.Limit) product {
	x := product{top: noCap, step: 1}
	if l.HasFloor {
		x.floor = l.Floor
	}
	if l.HasCap {
		x.top = l.Cap
	}
	switch l.Rounding {
	case policy.RoundFen:
	case policy.RoundJiao:
		x.step = 10
	case policy.RoundYuan:
		x.step = 100
	case policy.RoundYuanUp:
		x.step, x.up = 100, true
	}
	return x
}

// roundTo rounds to a multiple of step, half up or up.
func roundTo(amount, step money.Fen, up bool) int64 {
	add := step / 2
	if up {
		add = step - 1
	}
	return int64((amount + add) / step * step)
}
