package policy

import (
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
)

// InForce is what the new policy of the default comparison gives where a change would move it: each value once, from the
// lowest to the highest. There are several where areas or kinds of units differ. Units that elected nothing are looked at.
type InForce struct {
	Rates  []money.Rate // of a rate
	Limits []money.Fen  // of a floor or a cap
}

// InForce looks up what is in force in the month from which on a change would hold.
func (p *Pack) InForce(c Move) (InForce, error) {
	m := &mover{pack: p, change: c, active: p.activeMask(p.DefaultComparison().New), prefix: areaPrefix(c.Area)}
	var f InForce
	var err error
	if c.Target == MoveRate {
		f.Rates, err = m.ratesInForce()
	} else {
		f.Limits, err = m.limitsInForce()
	}
	return f, err
}

func (m *mover) ratesInForce() ([]money.Rate, error) {
	c := m.change
	groups := m.pack.rateIndex[c.Insurance][c.Payer]
	within, _ := rowsOf(groups, func(g *rateGroup) map[string][]*RateRow { return g.byArea }, func(r *RateRow) *Row { return &r.Row }, m.prefix)
	var rates []money.Rate
	for _, area := range m.areas(within) {
		for _, class := range rateClasses(groups) {
			class.RegionCode = sampleRegion(areaPrefix(area))
			share, err := resolveShare(groups, &class, c.From, c.Insurance, m.active, 0)
			if err != nil {
				return nil, err
			}
			if share.HasRate {
				rates = append(rates, share.Rate)
			}
		}
	}
	return distinct(rates), nil
}

func (m *mover) limitsInForce() ([]money.Fen, error) {
	c := m.change
	insurances := contribution.Insurances
	if c.Insurance != 0 {
		insurances = []contribution.Insurance{c.Insurance}
	}
	var limits []money.Fen
	for _, ins := range insurances {
		groups := m.pack.baseIndex[ins]
		within, _ := rowsOf(groups, func(g *baseGroup) map[string][]*BaseRow { return g.byArea }, func(r *BaseRow) *Row { return &r.Row }, m.prefix)
		for _, area := range m.areas(within) {
			for _, kind := range kindsOf(within) {
				class := Class{RegionCode: sampleRegion(areaPrefix(area)), Kind: kind}
				limit, err := resolveLimit(groups, &class, c.From, ins, m.active, 0)
				switch {
				case err != nil:
					return nil, err
				case c.Target == MoveFloor && limit.HasFloor:
					limits = append(limits, limit.Floor)
				case c.Target == MoveCap && limit.HasCap:
					limits = append(limits, limit.Cap)
				}
			}
		}
	}
	return distinct(limits), nil
}

// Implausible tells whether a change is more likely a slip than a proposal: it makes a value more than double of what is
// in force, or less than half of it, or puts one where there is none. 17 points more of a rate of 16 % are, and so is a
// rate of 0.16 % that was meant as 0.16. What cannot be at all is not for asking: computing says why.
func (f InForce) Implausible(c Move) bool {
	if c.Target == MoveRate {
		for _, now := range f.Rates {
			if c.Way == ByPoints && (now+c.Rate < 0 || now+c.Rate > money.One) {
				return false
			}
		}
		return implausible(f.Rates, func(now money.Rate) money.Rate {
			if c.Way == ByPoints {
				return now + c.Rate
			}
			return c.Rate
		})
	}
	return implausible(f.Limits, func(now money.Fen) money.Fen {
		switch c.Way {
		case SetTo:
			return c.Amount
		case ByPercent:
			return share(now, money.One+c.Rate)
		default: // of the average wage, which is another yardstick: the law's own shares are 60 % and 300 %
			if c.Target == MoveFloor && c.Rate <= money.One || c.Target == MoveCap && c.Rate >= money.One {
				return now
			}
			return 0
		}
	})
}

// implausible tells whether a change leads out of the range from half the lowest to double the highest value in force.
func implausible[T money.Rate | money.Fen](inForce []T, changed func(T) T) bool {
	if len(inForce) == 0 {
		return true
	}
	low, high := slices.Min(inForce), slices.Max(inForce)
	return changed(low)*2 < low || changed(high) > high*2
}
