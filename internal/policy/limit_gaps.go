package policy

import (
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// limitGap is a run of months in which an area that has had limits has none, though its rates go on.
type limitGap struct {
	area   rateArea
	kind   string
	months stretch
}

// LimitGap is a run of months in which an area has rates and no limits behind months that had some, with all whom it concerns.
type LimitGap struct {
	Area        string        `json:"area"` // as bases.csv has it
	Classes     string        `json:"classes"`
	From        period.Period `json:"from"`
	To          period.Period `json:"to"` // 0: open
	Insurances  []string      `json:"insurances"`
	Comparisons []string      `json:"comparisons"`

	prefix string
	line   int
}

// Touches tells whether wages of a region count without a floor and a cap in a month for it.
func (g LimitGap) Touches(region string, month period.Period) bool {
	return strings.HasPrefix(region, g.prefix) && period.Range{From: g.From, To: g.To}.Contains(month)
}

// Fault is the gap in words.
func (g LimitGap) Fault() *problem.Error {
	return &problem.Error{Code: "policy_limit_gap", Values: g.values()}
}

func (g LimitGap) values() []any {
	return []any{"area", g.Area, "insurances", strings.Join(g.Insurances, ", "), "from", g.From, "to", g.To, "classes", g.Classes,
		"comparisons", strings.Join(g.Comparisons, ", ")}
}

func (p *Pack) checkLimitGaps(found *findings) {
	for _, g := range p.LimitGaps() {
		found.warn(BasesFile, g.line, "", "policy_limit_gap", g.values()...)
	}
}

// LimitGaps finds months under the old and the new policy of each comparison in which wages would count without a floor and a
// cap.
func (p *Pack) LimitGaps() []LimitGap {
	at := map[limitGap]int{}
	var gaps []LimitGap
	for _, comparison := range p.Comparisons {
		for _, scenario := range [][]string{comparison.Old, comparison.New} {
			for _, ins := range contribution.Insurances {
				for _, g := range p.limitGaps(ins, p.activeMask(scenario)) {
					i, known := at[g]
					if !known {
						i = len(gaps)
						at[g] = i
						gaps = append(gaps, LimitGap{Area: g.area.text, Classes: g.kind, From: g.months.From, To: g.months.To, prefix: g.area.prefix, line: g.area.line})
					}
					gaps[i].Insurances = appendNew(gaps[i].Insurances, ins.String())
					gaps[i].Comparisons = appendNew(gaps[i].Comparisons, comparison.ID)
				}
			}
		}
	}
	return gaps
}

func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// limitGaps are the gaps of an insurance's limits in a scenario: stretches without a floor and a cap behind one that has
// some. Before its first limit an area may have had none.
func (p *Pack) limitGaps(ins contribution.Insurance, active uint64) []limitGap {
	groups := p.baseIndex[ins]
	areas, kinds, stretches := p.limitAreas(groups)
	var gaps []limitGap
	for _, area := range areas {
		for _, kind := range namedAndOther(kinds, contribution.UnitKinds) {
			c := Class{RegionCode: sampleRegion(area.prefix), Kind: kind}
			had := false
			for i := 0; i < len(stretches); i++ {
				if p.limited(groups, &c, stretches[i].From, ins, active) {
					had = true
					continue
				}
				months := stretches[i]
				for i+1 < len(stretches) && !p.limited(groups, &c, stretches[i+1].From, ins, active) {
					i++
					months.To = stretches[i].To
				}
				if had && p.rated(&c, months.From, ins, active) {
					gaps = append(gaps, limitGap{area, classText(c), months})
				}
			}
		}
	}
	return gaps
}

// limitAreas are the areas and unit kinds that rows of limits name, and the months between which rows change, to the end of
// the rates.
func (p *Pack) limitAreas(groups []baseGroup) (areas []rateArea, kinds map[contribution.UnitKind]bool, stretches []stretch) {
	first, kinds := map[string]rateArea{}, map[contribution.UnitKind]bool{}
	var rows []*Row
	for i := range groups {
		for prefix, list := range groups[i].byArea {
			for _, r := range list {
				kinds[r.Kind] = true
				rows = append(rows, &r.Row)
				if a, ok := first[prefix]; !ok || r.Line < a.line {
					first[prefix] = rateArea{prefix, r.Area, r.Line}
				}
			}
		}
	}
	delete(kinds, 0)
	for _, a := range first {
		areas = append(areas, a)
	}
	slices.SortFunc(areas, func(a, b rateArea) int { return a.line - b.line })
	for i := range p.Rates {
		rows = append(rows, &p.Rates[i].Row)
	}
	return areas, kinds, cutMonths(rows)
}

// limited tells whether a floor or a cap holds; a tie is reported elsewhere.
func (p *Pack) limited(groups []baseGroup, c *Class, m period.Period, ins contribution.Insurance, active uint64) bool {
	limit, err := resolveLimit(groups, c, m, ins, active, 0)
	return err != nil || limit.HasFloor || limit.HasCap
}

// rated tells whether units of a class owe anything; a factor asks for a risk class, of which any will do.
func (p *Pack) rated(c *Class, m period.Period, ins contribution.Insurance, active uint64) bool {
	of := *c
	if ins == contribution.WorkInjury {
		of.RiskClass = 1
	}
	for _, payer := range contribution.Payers {
		if share, err := resolveShare(p.rateIndex[ins][payer], &of, m, ins, active, 0); err == nil && share.HasRate {
			return true
		}
	}
	return false
}
