package policy

import (
	"jianfu/internal/contribution"
	"jianfu/internal/period"
)

// Held is what held for one class of units in one month under the scenarios of one comparison.
type Held struct {
	Comparison Comparison `json:"comparison"`
	Steps      []HeldStep `json:"steps"` // the old policy, then one added measure more each; the last is the new policy
}

// HeldStep is one scenario.
type HeldStep struct {
	Added    string     `json:"added"` // "" for the old policy
	Measures []string   `json:"measures"`
	Terms    []HeldTerm `json:"terms"` // by insurance, in the order asked for
}

// HeldTerm is what held for one insurance.
type HeldTerm struct {
	Insurance contribution.Insurance
	Terms     Terms
}

// Show resolves a class in a month for insurances under every scenario of every comparison.
func (p *Pack) Show(c Class, m period.Period, insurances []contribution.Insurance) ([]Held, error) {
	var all []Held
	for _, comparison := range p.Comparisons {
		held := Held{Comparison: comparison}
		added := comparison.Added()
		for i, scenario := range comparison.Steps() {
			step := HeldStep{Measures: scenario}
			if i > 0 {
				step.Added = added[i-1]
			}
			for _, ins := range insurances {
				terms, err := p.Terms(c, m, ins, scenario)
				if err != nil {
					return nil, err
				}
				step.Terms = append(step.Terms, HeldTerm{ins, terms})
			}
			held.Steps = append(held.Steps, step)
		}
		all = append(all, held)
	}
	return all, nil
}
