package detection

import (
	"slices"

	"jianfu/internal/ledger"
	"jianfu/internal/money"
)

// Facts are what the severity of a case is made of.
type Facts struct {
	Amount   money.Fen // the larger of the shortfall or undercharge, without its sign, and what was made up for after the cut
	Months   int       // in which too much was charged
	Persons  int       // in the month with the most
	Small    bool      // a small or micro firm
	Repeated int       // earlier runs that found it already
}

// Part is what one rule adds to a score.
type Part struct {
	Rule   string `json:"rule"`
	Points int    `json:"points"`
	Most   int    `json:"most"`
}

// Score is how severe a case is, from 0 to 100, and what makes it so. Each severity rule gives its weight times the share
// of its thresholds that the fact reaches, cut to whole points.
func (r Rules) Score(f Facts) (score int, level ledger.Severity, parts []Part) {
	facts := map[string]int64{
		"amount": int64(f.Amount), "months": int64(f.Months) * 100, "persons": int64(f.Persons) * 100, "repeated": int64(f.Repeated) * 100,
	}
	if f.Small {
		facts["small"] = 100
	}
	for _, rule := range r.All(Severity) {
		part := Part{Rule: rule.ID, Points: rule.Weight * reached(rule.Thresholds, facts[rule.ID]) / len(rule.Thresholds), Most: rule.Weight}
		parts = append(parts, part)
		score += part.Points
	}
	score = min(score, 100)
	rule, _ := r.Rule("level")
	return score, ledger.Severities[reached(rule.Thresholds, int64(score)*100)], parts
}

// reached counts the thresholds that a fact is not below.
func reached(thresholds []Decimal, fact int64) int {
	at := slices.IndexFunc(thresholds, func(t Decimal) bool { return fact < int64(t) })
	if at < 0 {
		return len(thresholds)
	}
	return at
}
