package policy

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// Terms is what holds for a class of units, a month and an insurance under one scenario.
type Terms struct {
	Covered bool              // false: neither payer has an applying rate row
	Shares  [payerSlots]Share // by contribution.Payer; index 0 is unused
	Limit   Limit
}

// Share returns what holds for one payer.
func (t *Terms) Share(payer contribution.Payer) *Share { return &t.Shares[payer] }

// Share is the rate of one payer.
type Share struct {
	HasRate bool
	Rate    money.Rate // after the float factor and the factor rows, rounded half up to six decimals
	Rows    []*RateRow // that decided: the row that set the rate, then the factor rows in order; nil without a rate
}

// Limit is how a wage becomes a base.
type Limit struct {
	HasFloor bool
	HasCap   bool
	Floor    money.Fen
	Cap      money.Fen
	Rounding BaseRounding
	Row      *BaseRow // that decided; nil where none applies: no limits, rounding to the fen
}

// Terms resolves the parameters of a class in a month for an insurance. The scenario is the list of active measures;
// the order in which it names them does not matter, they stack in the pack's order. A tie between two rows and a
// measure that the pack does not have are errors.
func (p *Pack) Terms(c Class, m period.Period, ins contribution.Insurance, scenario []string) (Terms, error) {
	active := uint64(1)
	for _, id := range scenario {
		i, ok := p.measureIndex[id]
		if !ok {
			return Terms{}, problem.New("policy_unknown_measure", "measure", id, "pack", p.ID)
		}
		active |= 1 << i
	}
	elected := uint64(0)
	for _, id := range c.Elections {
		if i, ok := p.measureIndex[id]; ok {
			elected |= 1 << i
		}
	}
	var t Terms
	for _, payer := range contribution.Payers {
		share, err := resolveShare(p.rateIndex[ins][payer], &c, m, ins, active, elected)
		if err != nil {
			return Terms{}, err
		}
		t.Shares[payer] = share
		t.Covered = t.Covered || share.HasRate
	}
	limit, err := resolveLimit(p.baseIndex[ins], &c, m, ins, active, elected)
	t.Limit = limit
	return t, err
}

// resolveShare takes the baseline and each active measure in pack order. A rate sets the value anew; a factor
// multiplies it, and does nothing where no rate has been set.
func resolveShare(groups []rateGroup, c *Class, m period.Period, ins contribution.Insurance, active, elected uint64) (Share, error) {
	var share Share
	for i := range groups {
		group := &groups[i]
		if active&(1<<group.measure) == 0 {
			continue
		}
		row, rival := group.find(c, m, elected)
		switch {
		case rival != nil:
			return Share{}, tie(RatesFile, &row.Row, &rival.Row, c, m, ins)
		case row == nil:
		case !row.IsFactor:
			share.HasRate = true
			share.Rows = append(share.Rows[:0], row)
		case share.HasRate:
			share.Rows = append(share.Rows, row)
		}
	}
	if !share.HasRate {
		return share, nil
	}
	parts := make([]money.Rate, 0, 8)
	parts = append(parts, share.Rows[0].Rate)
	if ins == contribution.WorkInjury {
		parts = append(parts, c.FloatFactor)
	}
	for _, row := range share.Rows[1:] {
		parts = append(parts, row.Factor)
	}
	share.Rate = product(parts)
	return share, nil
}

// resolveLimit takes the last active measure with an applying row; floor, cap and rounding come from it together. Those
// before it are looked at all the same, because a tie is an error wherever it stands.
func resolveLimit(groups []baseGroup, c *Class, m period.Period, ins contribution.Insurance, active, elected uint64) (Limit, error) {
	limit := Limit{Rounding: RoundFen}
	for i := range groups {
		group := &groups[i]
		if active&(1<<group.measure) == 0 {
			continue
		}
		row, rival := group.find(c, m, elected)
		if rival != nil {
			return Limit{}, tie(BasesFile, &row.Row, &rival.Row, c, m, ins)
		}
		if row != nil {
			limit = Limit{
				HasFloor: row.HasFloor,
				HasCap:   row.HasCap,
				Floor:    row.Floor,
				Cap:      row.Cap,
				Rounding: row.Rounding,
				Row:      row,
			}
		}
	}
	return limit, nil
}

// tie is the error that names both rows, the earlier line first.
func tie(file string, a, b *Row, c *Class, m period.Period, ins contribution.Insurance) error {
	if b.Line < a.Line {
		a, b = b, a
	}
	return problem.New("policy_tie", "file", file, "line", a.Line, "other", b.Line,
		"region", c.RegionCode, "period", m, "insurance", ins)
}

// product multiplies fractions exactly and rounds half up to six decimals once, at the end.
func product(parts []money.Rate) money.Rate {
	n, places := uint64(1), 0
	for _, part := range parts {
		if part <= 0 {
			return 0 // an exemption; reading refuses what is negative
		}
		digits, scale := uint64(part), 6
		for scale > 0 && digits%10 == 0 {
			digits, scale = digits/10, scale-1
		}
		high, low := bits.Mul64(n, digits)
		if high != 0 || low > 1<<62 {
			return bigProduct(parts)
		}
		n, places = low, places+scale
	}
	if places < 6 && n > 1<<40 {
		return bigProduct(parts)
	}
	for ; places < 6; places++ {
		n *= 10
	}
	unit := uint64(1)
	for ; places > 6; places-- {
		if unit > 1<<58 {
			return bigProduct(parts)
		}
		unit *= 10
	}
	return money.Rate((n + unit/2) / unit) //nolint:gosec // below 2^63
}

// bigProduct is product for the rare case in which the exact digits do not fit a word.
func bigProduct(parts []money.Rate) money.Rate {
	n, unit := big.NewInt(1), big.NewInt(1)
	one := big.NewInt(int64(money.One))
	for i, part := range parts {
		n.Mul(n, big.NewInt(int64(part)))
		if i > 0 {
			unit.Mul(unit, one)
		}
	}
	half := new(big.Int).Rsh(unit, 1)
	n.Add(n, half).Quo(n, unit)
	if !n.IsInt64() {
		return money.Rate(math.MaxInt64)
	}
	return money.Rate(n.Int64())
}

// buildIndex groups the rows by insurance, payer and measure, so that Terms tests only rows that may apply.
func (p *Pack) buildIndex() {
	for ins := contribution.Pension; int(ins) < insuranceSlots; ins++ {
		for _, payer := range contribution.Payers {
			for measure := 0; measure <= len(p.Measures); measure++ {
				byArea := map[string][]*RateRow{}
				for i := range p.Rates {
					r := &p.Rates[i]
					if r.measure == measure && (r.Insurance == 0 || r.Insurance == ins) && (r.Payer == 0 || r.Payer == payer) {
						byArea[r.prefix] = append(byArea[r.prefix], r)
					}
				}
				if len(byArea) > 0 {
					for _, rows := range byArea {
						slices.SortStableFunc(rows, func(a, b *RateRow) int { return cmp.Compare(b.keys, a.keys) })
					}
					p.rateIndex[ins][payer] = append(p.rateIndex[ins][payer], rateGroup{measure, byArea})
				}
			}
		}
		for measure := 0; measure <= len(p.Measures); measure++ {
			byArea := map[string][]*BaseRow{}
			for i := range p.Bases {
				r := &p.Bases[i]
				if r.measure == measure && (r.Insurance == 0 || r.Insurance == ins) {
					byArea[r.prefix] = append(byArea[r.prefix], r)
				}
			}
			if len(byArea) > 0 {
				for _, rows := range byArea {
					slices.SortStableFunc(rows, func(a, b *BaseRow) int { return cmp.Compare(b.keys, a.keys) })
				}
				p.baseIndex[ins] = append(p.baseIndex[ins], baseGroup{measure, byArea})
			}
		}
	}
}
