package burden

import (
	"fmt"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/policy"
)

// Treatment is what a record counts as.
type Treatment string

// The treatments.
const (
	Computed  Treatment = "computed"  // counts in old, new and charged
	Duplicate Treatment = "duplicate" // charges a person again: charged only
	Refunded  Treatment = "refund"    // charged only
	Uncovered Treatment = "uncovered" // neither payer has a rate: in no burden
)

// Trace explains one record step by step, as its page shows it.
type Trace struct {
	Treatment Treatment       `json:"treatment"`
	Rounding  policy.Rounding `json:"rounding"`
	// Estimate marks a summary record, whose wage counts as the same for all its persons.
	Estimate bool `json:"estimate"`
	// Scenarios holds the calculation under the old policy first, then with one added measure more each; the last is
	// the new policy. A refund, a duplicate or an uncovered record has them too: what it would owe by itself.
	Scenarios []Calculation `json:"scenarios"`
	// Charges explains what each payer was charged, by contribution.Payers.
	Charges []ChargeTrace `json:"charges"`
}

// Old is the calculation under the old policy.
func (t *Trace) Old() *Calculation { return &t.Scenarios[0] }

// New is the calculation under the new policy.
func (t *Trace) New() *Calculation { return &t.Scenarios[len(t.Scenarios)-1] }

// Calculation is one record under one scenario: wage → floor and cap → rounding → rate → product → amount.
type Calculation struct {
	Added    string       `json:"added"` // the measure that this scenario adds to the one before; "" for the old policy
	Measures []string     `json:"measures"`
	Covered  bool         `json:"covered"`
	Base     BaseTrace    `json:"base"`
	Shares   []ShareTrace `json:"shares"` // by contribution.Payers
}

// BaseTrace is how the wage became the base. Amounts that may have more than two decimals are texts of yuan.
type BaseTrace struct {
	Wage      money.Fen    `json:"wage"`
	Headcount uint32       `json:"headcount"`
	PerHead   string       `json:"per_head"` // wage ÷ headcount, to eight decimals
	Limit     policy.Limit `json:"-"`        // with the row that decided
	Raised    bool         `json:"raised"`   // to the floor
	Lowered   bool         `json:"lowered"`  // to the cap
	Limited   string       `json:"limited"`  // per head after floor and cap, to eight decimals
	Whole     string       `json:"whole"`    // headcount × that, exact
	Base      money.Fen    `json:"base"`     // the same, rounded
}

// ShareTrace is how the base became what one payer owes.
type ShareTrace struct {
	Payer       contribution.Payer `json:"-"`
	HasRate     bool               `json:"has_rate"`     // false: this payer owes nothing
	Rows        []*policy.RateRow  `json:"rows"`         // the row that set the rate, then the factor rows
	FloatFactor money.Rate         `json:"float_factor"` // of work injury; else 1
	Rate        money.Rate         `json:"rate"`         // row × float factor × factors, rounded to six decimals
	Product     string             `json:"product"`      // base × rate, exact
	Amount      money.Fen          `json:"amount"`       // rounded as the area does, by itself
}

// ChargeTrace is how what was charged differs from what the new policy asks, in steps that add up.
type ChargeTrace struct {
	Payer        contribution.Payer `json:"-"`
	DeclaredBase money.Fen          `json:"declared_base"`
	DeclaredRate money.Rate         `json:"declared_rate"`
	Charged      money.Fen          `json:"charged"`
	AtDeclared   money.Fen          `json:"at_declared"`    // declared base × declared rate
	AtPolicyRate money.Fen          `json:"at_policy_rate"` // declared base × policy rate
	Owed         money.Fen          `json:"owed"`           // policy base × policy rate; zero for a refund or duplicate
	Shortfall    money.Fen          `json:"shortfall"`      // charged − owed
	Reasons      []ReasonAmount     `json:"reasons"`        // those with an amount; they add up to the shortfall
}

// Explain traces one record of a unit, the unit in the registration that holds in the record's month. Whether the
// record is a duplicate depends on the unit's other records, see Duplicates. Where an area rounds once a unit, the
// amounts here are those of the record by itself; the difference shows in the unit's line as the reason "rounding".
func Explain(p *policy.Pack, comparison policy.Comparison, unit contribution.Unit, record contribution.Record, isDuplicate bool) (Trace, error) {
	g, err := newGroup(p, comparison, unit, groupKey{record.Period, record.Insurance})
	if err != nil {
		return Trace{}, fmt.Errorf("explain record %s: %w", record.ID, err)
	}
	return g.explain(unit, &record, isDuplicate), nil
}

// ExplainEach traces the records of one unit, one after the other, each by the registration that holds in its month; of a
// month and insurance what holds is looked up once. The duplicates are those of Duplicates; a trace is the callback's until it returns.
func ExplainEach(p *policy.Pack, comparison policy.Comparison, versions []contribution.Unit, records []contribution.Record, duplicates map[string]bool,
	each func(i int, trace *Trace),
) error {
	type held struct {
		*group
		unit contribution.Unit
	}
	groups := map[groupKey]held{}
	for i := range records {
		record := &records[i]
		key := groupKey{record.Period, record.Insurance}
		g, known := groups[key]
		if !known {
			unit, registered := VersionFor(versions, record.Period)
			if !registered {
				return fmt.Errorf("explain record %s: the unit has no registration", record.ID)
			}
			found, err := newGroup(p, comparison, unit, key)
			if err != nil {
				return fmt.Errorf("explain record %s: %w", record.ID, err)
			}
			g = held{found, unit}
			groups[key] = g
		}
		trace := g.explain(g.unit, record, duplicates[record.ID])
		each(i, &trace)
	}
	return nil
}

// explain traces a record of the group.
func (g *group) explain(unit contribution.Unit, record *contribution.Record, isDuplicate bool) Trace {
	trace := Trace{Treatment: g.treatment(record, isDuplicate), Rounding: g.rounding, Estimate: record.Headcount > 1}
	steps, added := g.comparison.Steps(), g.comparison.Added()
	for i := range steps {
		calculation := g.calculation(record, unit, g.terms[i])
		calculation.Measures = steps[i]
		if i > 0 {
			calculation.Added = added[i-1]
		}
		trace.Scenarios = append(trace.Scenarios, calculation)
	}
	for _, payer := range contribution.Payers {
		trace.Charges = append(trace.Charges, g.charge(record, payer, trace.Treatment))
	}
	return trace
}

func (g *group) treatment(r *contribution.Record, duplicate bool) Treatment {
	switch {
	case !g.covered():
		return Uncovered
	case r.EntryType == contribution.Refund:
		return Refunded
	case duplicate:
		return Duplicate
	}
	return Computed
}

// calculation is the record under one scenario.
func (g *group) calculation(r *contribution.Record, unit contribution.Unit, terms policy.Terms) Calculation {
	l := limit(r.Wage, r.Headcount, terms.Limit)
	c := Calculation{
		Covered: terms.Covered,
		Base: BaseTrace{
			Wage: r.Wage, Headcount: max(r.Headcount, 1), PerHead: l.perHead.String(), Limit: terms.Limit,
			Raised: l.raised, Lowered: l.lowered, Limited: l.between.String(), Whole: l.whole.String(), Base: l.base,
		},
	}
	for _, payer := range contribution.Payers {
		share := terms.Share(payer)
		trace := ShareTrace{
			Payer: payer, HasRate: share.HasRate, Rows: share.Rows, FloatFactor: money.One, Rate: share.Rate,
			Product: yuan(l.base).Mul(fraction(share.Rate)).String(),
			Amount:  amountOf(l.base, share.Rate, g.rounding.Amount),
		}
		if r.Insurance == contribution.WorkInjury {
			trace.FloatFactor = unit.FloatFactor
		}
		c.Shares = append(c.Shares, trace)
	}
	return c
}

// charge explains the charge of one payer; an uncovered record has no reasons, for nothing is known that it owes.
func (g *group) charge(r *contribution.Record, payer contribution.Payer, treatment Treatment) ChargeTrace {
	rate, charged := declared(r, payer)
	terms := g.newTerms()
	policyRate := terms.Share(payer).Rate
	c := ChargeTrace{
		Payer: payer, DeclaredBase: r.Base, DeclaredRate: rate, Charged: charged,
		AtDeclared:   amountOf(r.Base, rate, g.rounding.Amount),
		AtPolicyRate: amountOf(r.Base, policyRate, g.rounding.Amount),
	}
	if treatment == Uncovered {
		return c
	}
	if treatment == Computed {
		c.Owed = amountOf(limit(r.Wage, r.Headcount, terms.Limit).base, policyRate, g.rounding.Amount)
	}
	reasons := g.reasonsOf(r, payer, treatment == Duplicate)
	c.Shortfall, c.Reasons = charged-c.Owed, reasons.list()
	return c
}
