package burden

import (
	"math/big"
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// Cause is why a unit's due reduction is small or negative.
type Cause string

// The causes, in the order in which they are shown.
const (
	FloorRise      Cause = "floor_rise"       // 下限上升: a measure raised the floor, and with it what is owed
	AlreadyLowRate Cause = "already_low_rate" // 原费率已低: the old rate was no higher than what the measure lowers to
	FloatUp        Cause = "float_up"         // 浮动上调: the unit's own factor raises its work injury rate
	NotElected     Cause = "not_elected"      // 未申请: a measure that is only for those who ask for it
)

// Causes lists them in order.
var Causes = []Cause{FloorRise, AlreadyLowRate, FloatUp, NotElected}

// CauseFound is a cause in one month and for one insurance and payer, with the figures that show it.
type CauseFound struct {
	Cause     Cause
	Period    period.Period
	Insurance contribution.Insurance
	Payer     contribution.Payer
	Amount    money.Fen // what a risen floor adds to what is owed, or the part of what is owed that the cause speaks of
	Measure   string    // that raised the floor, has nothing to lower, or was not asked for; "" for float_up
	Document  string    // of the row that says so
	Floor     [2]money.Fen
	Rate      [2]money.Rate // the old rate and the measure's; or the lower one, without the unit's own factor or with what was not asked for, and the one in force
}

// Owed is what one payer of a unit owes in a month for an insurance, as far as causes speak of it.
type Owed struct {
	Old, New money.Fen
	Floors   []money.Fen // of each added measure, as in Line
}

// Share is which part of what is owed under the new policy, of the old one for already_low_rate, a cause speaks of, as a
// numerator and a denominator: that by which the rate in force is above the lower one. It is 0 for a risen floor, which is
// added up person by person, and for a measure that was not asked for and lowers limits, not the rate: that would take
// another computation.
func (c *CauseFound) Share() (part, of money.Rate) {
	switch low, high := c.Rate[0], c.Rate[1]; {
	case c.Cause == AlreadyLowRate:
		return 1, 1
	case c.Cause != FloorRise && high > 0:
		return high - low, high
	}
	return 0, 1
}

// Speaks tells whether a cause has something to say: an amount, or that none can be known.
func (c *CauseFound) Speaks() bool {
	part, _ := c.Share()
	return c.Amount > 0 || c.Cause == NotElected && part == 0
}

// CausesOf looks for causes in one month, insurance and payer of a unit, from the registration that held and from what it
// owes.
func CausesOf(p *policy.Pack, comparison policy.Comparison, unit contribution.Unit, m period.Period, ins contribution.Insurance,
	payer contribution.Payer, owed Owed,
) ([]CauseFound, error) {
	g, err := newGroup(p, comparison, unit, groupKey{m, ins})
	if err != nil || !g.covered() || !g.terms[0].Share(payer).HasRate {
		return nil, err
	}
	var found []CauseFound
	add := func(c CauseFound) {
		c.Period, c.Insurance, c.Payer = m, ins, payer
		if part, of := c.Share(); part > 0 {
			amount := owed.New
			if c.Cause == AlreadyLowRate {
				amount = owed.Old
			}
			c.Amount = shareOf(amount, big.NewInt(int64(part)), uint64(of)) //nolint:gosec // a rate above nought
		}
		found = append(found, c)
	}
	added := comparison.Added()
	for i, amount := range owed.Floors {
		before, after := g.terms[i].Limit, g.terms[i+1].Limit
		if g.floors[i] > 0 && amount > 0 {
			add(CauseFound{Cause: FloorRise, Amount: amount, Measure: added[i], Document: after.Row.DocumentNo, Floor: [2]money.Fen{before.Floor, after.Floor}})
		}
	}
	if row := lowestRate(p, comparison, unit, m, ins, payer); row != nil {
		old, now := g.terms[0].Share(payer).Rate, g.newTerms().Shares[payer].Rate
		if old == now && old <= row.Rate {
			add(CauseFound{Cause: AlreadyLowRate, Measure: row.Measure, Document: row.DocumentNo, Rate: [2]money.Rate{old, row.Rate}})
		}
	}
	if share := g.newTerms().Shares[payer]; ins == contribution.WorkInjury && unit.FloatFactor > money.One && share.HasRate {
		class := policy.ClassOf(unit)
		class.FloatFactor = money.One
		plain, err := p.Terms(class, m, ins, comparison.New)
		if err != nil {
			return nil, err
		}
		add(CauseFound{Cause: FloatUp, Document: share.Rows[0].DocumentNo, Rate: [2]money.Rate{plain.Share(payer).Rate, share.Rate}})
	}
	for _, measure := range added {
		if slices.Contains(unit.Elections, measure) {
			continue
		}
		gain, lower, err := g.wouldGain(p, unit, payer, measure)
		if err != nil {
			return nil, err
		}
		if lower {
			add(gain)
		}
	}
	return found, nil
}

// lowestRate is the row with the lowest rate that an added measure has anywhere for units of this kind and size, nil
// where there is none.
func lowestRate(p *policy.Pack, comparison policy.Comparison, unit contribution.Unit, m period.Period, ins contribution.Insurance, payer contribution.Payer) *policy.RateRow {
	var lowest *policy.RateRow
	for i := range p.Rates {
		row := &p.Rates[i]
		if row.IsFactor || row.Elective || !slices.Contains(comparison.Added(), row.Measure) || !row.Range().Contains(m) ||
			row.Insurance != 0 && row.Insurance != ins || row.Payer != 0 && row.Payer != payer ||
			row.Kind != 0 && row.Kind != unit.Kind || row.Size != 0 && row.Size != unit.Size {
			continue
		}
		if lowest == nil || row.Rate < lowest.Rate {
			lowest = row
		}
	}
	return lowest
}

// wouldGain tells whether a unit would have a lower rate, floor or cap under the new policy had it asked for a measure,
// and by which document and rate.
func (g *group) wouldGain(p *policy.Pack, unit contribution.Unit, payer contribution.Payer, measure string) (gain CauseFound, gains bool, err error) {
	class := policy.ClassOf(unit)
	class.Elections = append(slices.Clone(class.Elections), measure)
	terms, err := p.Terms(class, g.period, g.insurance, g.comparison.New)
	if err != nil {
		return CauseFound{}, false, err
	}
	now := g.newTerms()
	gain = CauseFound{Cause: NotElected, Measure: measure}
	share, limit := terms.Share(payer), terms.Limit
	switch {
	case share.HasRate && share.Rate < now.Share(payer).Rate:
		gain.Document, gain.Rate = share.Rows[len(share.Rows)-1].DocumentNo, [2]money.Rate{share.Rate, now.Share(payer).Rate}
		return gain, true, nil
	case limit.Row != nil && (limit.Floor < now.Limit.Floor || limit.HasCap && (!now.Limit.HasCap || limit.Cap < now.Limit.Cap)):
		gain.Document = limit.Row.DocumentNo
		return gain, true, nil
	}
	return CauseFound{}, false, nil
}
