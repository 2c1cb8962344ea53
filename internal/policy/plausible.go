package policy

import (
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// plausibleRates are the highest shares of wages that a payer has owed for an insurance anywhere in China, with room above
// them. A rate beyond one is a misprint, mostly a percentage without its sign: 0.5 for 0.5 %.
var plausibleRates = map[contribution.Insurance]map[contribution.Payer]money.Rate{
	contribution.Pension:      {contribution.Employer: 300_000, contribution.Employee: 120_000},
	contribution.Unemployment: {contribution.Employer: 40_000, contribution.Employee: 20_000},
	contribution.WorkInjury:   {contribution.Employer: 60_000, contribution.Employee: 20_000},
	contribution.Medical:      {contribution.Employer: 200_000, contribution.Employee: 50_000},
	contribution.Maternity:    {contribution.Employer: 30_000, contribution.Employee: 20_000},
}

// How far figures of a pack may lie apart before somebody should look.
const (
	mostRise       = 150 // hundredths of what held before that a measure may give
	mostCapToFloor = 10  // the law has 300 % and 60 % of the average wage: 5, and 6 or 7 on the way there
	leastCapFloor  = 2
	mostJump       = 200 // hundredths of the limit that held before, up or down
)

// checkPlausible finds figures that can be read but hardly be meant.
func (p *Pack) checkPlausible(found *findings) {
	for i := range p.Rates {
		p.checkRate(found, &p.Rates[i])
	}
	for i := range p.Bases {
		checkLimits(found, &p.Bases[i])
	}
	p.checkJumps(found)
}

// checkRate holds a rate against the highest that there was, and against what held before its measure.
func (p *Pack) checkRate(found *findings, r *RateRow) {
	if r.IsFactor {
		return
	}
	for ins, payers := range plausibleRates {
		for payer, most := range payers {
			if r.Rate > most && r.Insurance == ins && r.Payer == payer {
				found.warn(RatesFile, r.Line, "rate", "policy_rate_implausible", "value", r.Rate, "insurance", ins, "payer", payer, "most", most)
				return // that it rises too goes without saying
			}
		}
	}
	if r.Measure == "" || r.Insurance == 0 || r.Payer == 0 {
		return
	}
	c := Class{RegionCode: sampleRegion(r.prefix), Kind: r.Kind, Size: r.Size, RiskClass: r.RiskClass, FloatFactor: money.One}
	earlier := uint64(1)<<r.measure - 1 // the baseline and the measures before this one
	before, err := resolveShare(p.rateIndex[r.Insurance][r.Payer], &c, r.From, r.Insurance, earlier, electing(&r.Row, &r.Row))
	if err == nil && before.HasRate && before.Rate > 0 && r.Rate*100 > before.Rate*mostRise {
		found.warn(RatesFile, r.Line, "rate", "policy_rate_rises", "value", r.Rate, "before", before.Rate, "other", before.Rows[0].Line, "measure", r.Measure)
	}
}

// checkLimits holds the limits of a row against each other, and against the average wage from which they were derived: the
// cap is 300 % of it, the floor 60 %, or less while a place is on its way there (国办发〔2019〕13号 third part).
func checkLimits(found *findings, r *BaseRow) {
	if r.HasFloor && r.HasCap && r.Floor > 0 && (r.Cap > r.Floor*mostCapToFloor || r.Cap < r.Floor*leastCapFloor) {
		found.warn(BasesFile, r.Line, "cap", "policy_limits_apart", "floor", r.Floor, "cap", r.Cap)
	}
	average, err := money.Parse(r.AverageWage)
	if err != nil || average <= 0 {
		return
	}
	if r.HasCap && (r.Cap*100 < average*297 || r.Cap*100 > average*303) {
		found.warn(BasesFile, r.Line, "cap", "policy_cap_not_of_average", "value", r.Cap, "average", average, "expected", average*3)
	}
	if r.HasFloor && (r.Floor*100 < average*39 || r.Floor*100 > average*61) {
		found.warn(BasesFile, r.Line, "floor", "policy_floor_not_of_average", "value", r.Floor, "average", average, "expected", average*6/10)
	}
}

// checkJumps finds limits that are more than twice or less than half of those that held there the month before, or that
// would hold in the same month without the row's measure.
func (p *Pack) checkJumps(found *findings) {
	seen := map[int]bool{}
	for _, ins := range contribution.Insurances {
		groups := p.baseIndex[ins]
		for i := range groups {
			for prefix, rows := range groups[i].byArea {
				for _, r := range rows {
					if seen[r.Line] {
						continue
					}
					c := Class{RegionCode: sampleRegion(prefix), Kind: r.Kind}
					all := uint64(1)<<(r.measure+1) - 1
					for _, before := range []struct {
						month  period.Period
						active uint64
					}{{r.From.Add(-1), all}, {r.From, all >> 1}} {
						limit, err := resolveLimit(groups, &c, before.month, ins, before.active, electing(&r.Row, &r.Row))
						if err != nil || limit.Row == nil || limit.Row == r {
							continue
						}
						if column := jump(r, &limit); column != "" {
							seen[r.Line] = true
							found.warn(BasesFile, r.Line, column, "policy_limit_jumps", "floor", r.Floor, "cap", r.Cap, "other", limit.Row.Line,
								"floor_before", limit.Floor, "cap_before", limit.Cap)
							break
						}
					}
				}
			}
		}
	}
}

// jump is the column whose limit is far from the one before.
func jump(r *BaseRow, before *Limit) string {
	far := func(a, b money.Fen) bool { return a*100 > b*mostJump || b*100 > a*mostJump }
	switch {
	case r.HasFloor && before.HasFloor && far(r.Floor, before.Floor):
		return "floor"
	case r.HasCap && before.HasCap && far(r.Cap, before.Cap):
		return "cap"
	}
	return ""
}
