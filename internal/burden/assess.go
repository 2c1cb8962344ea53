package burden

import (
	"cmp"
	"fmt"
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// Assessment is the burden of one unit.
type Assessment struct {
	Lines     []Line   // by period, insurance and payer; both payers of every group that is covered
	Uncovered []string // ids of the records for which neither payer has a rate, sorted: in no line
}

// Assess computes the lines of one unit from its registrations and its records of any months, in any order.
func Assess(p *policy.Pack, comparison policy.Comparison, versions []contribution.Unit, records []contribution.Record) (Assessment, error) {
	var result Assessment
	groups := map[groupKey][]contribution.Record{}
	for _, r := range records {
		if len(versions) > 0 && r.UnitID != versions[0].ID {
			return result, fmt.Errorf("assess unit %s: record %s is of unit %s", versions[0].ID, r.ID, r.UnitID)
		}
		key := groupKey{r.Period, r.Insurance}
		groups[key] = append(groups[key], r)
	}
	keys := make([]groupKey, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b groupKey) int {
		return cmp.Or(cmp.Compare(a.period, b.period), cmp.Compare(a.insurance, b.insurance))
	})
	for _, key := range keys {
		unit, ok := VersionFor(versions, key.period)
		if !ok {
			return result, fmt.Errorf("assess %d records: the unit has no registration", len(records))
		}
		g, err := newGroup(p, comparison, unit, key)
		if err != nil {
			return result, fmt.Errorf("assess unit %s: %w", unit.ID, err)
		}
		if !g.covered() {
			for _, r := range groups[key] {
				result.Uncovered = append(result.Uncovered, r.ID)
			}
			continue
		}
		result.Lines = append(result.Lines, g.lines(groups[key])...)
	}
	slices.Sort(result.Uncovered)
	return result, nil
}

// VersionFor picks the registration that holds in a month: the latest whose ValidFrom is not after it, or else the
// earliest there is.
func VersionFor(versions []contribution.Unit, m period.Period) (contribution.Unit, bool) {
	var best contribution.Unit
	found := false
	for _, v := range versions {
		holds, better := v.ValidFrom <= m, false
		switch {
		case !found:
			better = true
		case holds:
			better = best.ValidFrom > m || v.ValidFrom > best.ValidFrom
		default:
			better = v.ValidFrom < best.ValidFrom
		}
		if better {
			best, found = v, true
		}
	}
	return best, found
}

// Duplicates returns the ids of the records that charge a person again: of the normal records with a known person,
// those behind the first, by record id, of one unit, person, period and insurance.
func Duplicates(records []contribution.Record) map[string]bool {
	type person struct {
		unitID    string
		number    uint64
		period    period.Period
		insurance contribution.Insurance
	}
	first := map[person]string{}
	duplicates := map[string]bool{}
	for _, r := range records {
		if r.EntryType != contribution.Normal || r.Person == 0 {
			continue
		}
		key := person{r.UnitID, r.Person, r.Period, r.Insurance}
		id, seen := first[key]
		switch {
		case !seen:
			first[key] = r.ID
		case r.ID < id:
			first[key] = r.ID
			duplicates[id] = true
		default:
			duplicates[r.ID] = true
		}
	}
	return duplicates
}

type groupKey struct {
	period    period.Period
	insurance contribution.Insurance
}

// group is a unit's records of one period and insurance: all that share the same terms.
type group struct {
	groupKey
	unitID     string
	comparison policy.Comparison
	rounding   policy.Rounding
	terms      []policy.Terms // one a scenario: the old one, then one measure more each; after them those of risen floors
	floors     []int          // of each added measure: where the terms without it but with its higher floor stand; 0 for none
}

func newGroup(p *policy.Pack, comparison policy.Comparison, unit contribution.Unit, key groupKey) (*group, error) {
	g := &group{groupKey: key, unitID: unit.ID, comparison: comparison, rounding: p.RoundingFor(unit.RegionCode)}
	for _, scenario := range comparison.Steps() {
		terms, err := p.Terms(policy.ClassOf(unit), key.period, key.insurance, scenario)
		if err != nil {
			return nil, err
		}
		g.terms = append(g.terms, terms)
	}
	steps := g.terms
	for i := 1; i < len(steps); i++ {
		at := 0
		if risen, ok := steps[i-1].Limit.RisesTo(steps[i].Limit); ok {
			at = len(g.terms)
			with := steps[i-1]
			with.Limit = risen
			g.terms = append(g.terms, with)
		}
		g.floors = append(g.floors, at)
	}
	return g, nil
}

// covered tells whether either payer has a rate under the old policy; measures only add rows.
func (g *group) covered() bool { return g.terms[0].Covered }

// newTerms is what the new policy says.
func (g *group) newTerms() policy.Terms { return g.terms[len(g.floors)] }

// lines computes the line of each payer.
func (g *group) lines(records []contribution.Record) []Line {
	duplicates := Duplicates(records)
	var lines []Line
	for _, payer := range contribution.Payers {
		line := Line{UnitID: g.unitID, Period: g.period, Insurance: g.insurance, Payer: payer}
		burdens := make([]money.Fen, len(g.terms)) // X0 … Xk, and what is owed with risen floors
		bases := make([]money.Fen, len(g.terms))   // added up, for rounding once a unit
		var reasons reasonSums
		for _, r := range records {
			_, charged := declared(&r, payer)
			line.Charged += charged
			steps := g.reasonsOf(&r, payer, duplicates[r.ID])
			for reason, amount := range steps {
				reasons[reason] += amount
			}
			if !computed(&r, duplicates[r.ID]) {
				continue
			}
			line.Wage += r.Wage
			if r.EntryType == contribution.Normal {
				line.Headcount += uint64(max(r.Headcount, 1))
			}
			if r.Headcount > 1 {
				line.Estimates++
			}
			for i := range g.terms {
				base := limit(r.Wage, r.Headcount, g.terms[i].Limit).base
				bases[i] += base
				burdens[i] += amountOf(base, g.terms[i].Share(payer).Rate, g.rounding.Amount)
			}
		}
		if g.rounding.Level == policy.LevelUnit {
			for i := range g.terms {
				burdens[i] = amountOf(bases[i], g.terms[i].Share(payer).Rate, g.rounding.Amount)
			}
		}
		line.Old, line.New = burdens[0], burdens[len(g.floors)]
		for i, at := range g.floors {
			line.Effects = append(line.Effects, burdens[i]-burdens[i+1])
			floor := money.Fen(0)
			if at > 0 {
				floor = burdens[at] - burdens[i]
			}
			line.Floors = append(line.Floors, floor)
		}
		reasons[RoundingReason] = line.Shortfall() - reasons.total()
		line.Reasons = reasons.list()
		lines = append(lines, line)
	}
	return lines
}

// computed tells whether a record counts in the computed burdens; refunds and duplicates are only charged.
func computed(r *contribution.Record, duplicate bool) bool {
	return r.EntryType != contribution.Refund && !duplicate
}

// declared is what the record says of a payer.
func declared(r *contribution.Record, payer contribution.Payer) (money.Rate, money.Fen) {
	if payer == contribution.Employer {
		return r.EmployerRate, r.EmployerAmount
	}
	return r.EmployeeRate, r.EmployeeAmount
}

// reasonsOf explains the difference between what a record charges and what the new policy asks of it, person by
// person, by steps that telescope: from the charge to the declared base × declared rate, to the declared base × policy
// rate, to the policy base × policy rate.
func (g *group) reasonsOf(r *contribution.Record, payer contribution.Payer, duplicate bool) reasonSums {
	var reasons reasonSums
	rate, charged := declared(r, payer)
	if r.EntryType == contribution.Refund {
		reasons[RefundReason] = charged
		return reasons
	}
	if duplicate {
		reasons[DuplicateCharge] = charged
		return reasons
	}
	terms := g.newTerms()
	policyRate := terms.Share(payer).Rate // zero where this payer owes nothing
	policyBase := limit(r.Wage, r.Headcount, terms.Limit).base
	asDeclared := amountOf(r.Base, rate, g.rounding.Amount)
	atPolicyRate := amountOf(r.Base, policyRate, g.rounding.Amount)
	owed := amountOf(policyBase, policyRate, g.rounding.Amount)

	reasons[AmountMismatch] = charged - asDeclared
	if step := asDeclared - atPolicyRate; step >= 0 {
		reasons[RateNotApplied] = step
	} else {
		reasons[RateBelowPolicy] = step
	}
	reasons[baseReason(r, terms.Limit)] = atPolicyRate - owed
	return reasons
}

// baseReason tells how the declared base breaks the limits; a summary record is held against those of all its heads.
func baseReason(r *contribution.Record, l policy.Limit) Reason {
	n := money.Fen(max(r.Headcount, 1))
	switch {
	case l.HasCap && r.Base > n*l.Cap:
		return BaseOverCap
	case l.HasFloor && r.Base < n*l.Floor:
		return BaseBelowFloor
	}
	return BaseMismatch
}
