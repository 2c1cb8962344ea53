package policy

import (
	"maps"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
)

// stretch is months with the same rows; To 0 is open.
type stretch = period.Range

// checkGaps finds months inside the pack's span in which an area that has rates for an insurance and payer leaves
// units of some class without one, under the old policy of a comparison: their records would count as uncovered. Gaps that
// the rows beside the pack name are known, and listed by its coverage.
func (p *Pack) checkGaps(found *findings, unconfirmed []Unconfirmed) {
	stretches := p.stretches()
	var gaps []*gap
	byKey := map[gap]*gap{}
	asked := map[string]bool{}
	for _, c := range p.Comparisons {
		scenario := scenarioText(c.Old)
		if asked[scenario] {
			continue
		}
		asked[scenario] = true
		active := p.activeMask(c.Old)
		for _, ins := range contribution.Insurances {
			for _, payer := range contribution.Payers {
				for _, area := range rateAreas(p.rateIndex[ins][payer]) {
					for _, g := range p.areaGaps(area, ins, payer, active, stretches) {
						known := byKey[g]
						if known == nil {
							key := g
							known = &g
							byKey[key] = known
							gaps = append(gaps, known)
						}
						known.comparisons = strings.Trim(known.comparisons+", "+c.ID, ", ")
					}
				}
			}
		}
	}
	for _, g := range gaps {
		if declared(unconfirmed, g) {
			continue
		}
		found.warn(RatesFile, g.area.line, "", "policy_gap", "area", g.area.text, "insurance", g.ins, "payer", g.payer,
			"from", g.months.From, "to", g.months.To, "classes", g.classes, "comparisons", g.comparisons)
	}
}

// gap is a run of months without a rate.
type gap struct {
	area        rateArea
	ins         contribution.Insurance
	payer       contribution.Payer
	months      stretch
	classes     string // "" all that the rows tell apart
	comparisons string // ids of those under whose old policy it is one
}

// areaGaps lists each run of uncovered months of an area once, with the classes that it touches.
func (p *Pack) areaGaps(area rateArea, ins contribution.Insurance, payer contribution.Payer, active uint64, stretches []stretch) []gap {
	groups := p.rateIndex[ins][payer]
	classes := namedClasses(groups, ins, nil)
	covered := make([][]bool, len(classes))
	anyEver := false
	for i, c := range classes {
		c.RegionCode = sampleRegion(area.prefix)
		covered[i] = make([]bool, len(stretches))
		for s, stretch := range stretches {
			share, err := resolveShare(groups, &c, stretch.From, ins, active, 0)
			covered[i][s] = err != nil || share.HasRate // a tie is reported elsewhere
		}
		anyEver = anyEver || slices.Contains(covered[i], true)
	}
	touched := map[stretch][]string{}
	var order []stretch
	for i, c := range classes {
		// A class with no rate at any time is not insured there, except that a risk class among others is missing.
		if !slices.Contains(covered[i], true) && (!anyEver || ins != contribution.WorkInjury || c.RiskClass == 0) {
			continue
		}
		for s := 0; s < len(stretches); s++ {
			if covered[i][s] {
				continue
			}
			months := stretches[s]
			for s+1 < len(stretches) && !covered[i][s+1] {
				s++
				months.To = stretches[s].To
			}
			if touched[months] == nil {
				order = append(order, months)
			}
			touched[months] = append(touched[months], classText(c))
		}
	}
	var gaps []gap
	for _, months := range order {
		who := strings.Join(touched[months], ", ")
		if len(touched[months]) == len(classes) {
			who = ""
		}
		gaps = append(gaps, gap{area: area, ins: ins, payer: payer, months: months, classes: who})
	}
	return gaps
}

// stretches cuts the span of rates.csv where its rows change.
func (p *Pack) stretches() []stretch {
	rows := make([]*Row, len(p.Rates))
	for i := range p.Rates {
		rows[i] = &p.Rates[i].Row
	}
	return cutMonths(rows)
}

// cutMonths cuts the span of rows, from their first month to their last (open if any row is), where rows change.
func cutMonths(rows []*Row) []stretch {
	var months []period.Period
	last, open := period.Period(0), false
	for _, r := range rows {
		months = append(months, r.From)
		if r.To == 0 {
			open = true
		} else {
			months = append(months, r.To.Next())
			last = max(last, r.To)
		}
	}
	slices.Sort(months)
	months = slices.Compact(months)
	var list []stretch
	for i, m := range months {
		if !open && m > last {
			break
		}
		s := stretch{From: m}
		if i+1 < len(months) {
			s.To = months[i+1].Add(-1)
		}
		list = append(list, s)
	}
	return list
}

func (p *Pack) activeMask(scenario []string) uint64 {
	active := uint64(1)
	for _, id := range scenario {
		active |= 1 << p.measureIndex[id]
	}
	return active
}

// rateArea is an area that rows name, and the first line that does.
type rateArea struct {
	prefix, text string
	line         int
}

func rateAreas(groups []rateGroup) []rateArea {
	first := map[string]rateArea{}
	for i := range groups {
		for prefix, rows := range groups[i].byArea {
			for _, r := range rows {
				if a, ok := first[prefix]; !ok || r.Line < a.line {
					first[prefix] = rateArea{prefix, r.Area, r.Line}
				}
			}
		}
	}
	areas := make([]rateArea, 0, len(first))
	for _, a := range first {
		areas = append(areas, a)
	}
	slices.SortFunc(areas, func(a, b rateArea) int { return a.line - b.line })
	return areas
}

// namedClasses lists the classes that the rows tell apart: each value that a row names and one that none names. For
// work injury all eight risk classes count once any is named. The unit kinds of alsoKinds count as named.
func namedClasses(groups []rateGroup, ins contribution.Insurance, alsoKinds map[contribution.UnitKind]bool) []Class {
	kinds, sizes := map[contribution.UnitKind]bool{}, map[contribution.Size]bool{}
	risks := map[uint8]bool{}
	maps.Copy(kinds, alsoKinds)
	for i := range groups {
		for _, rows := range groups[i].byArea {
			for _, r := range rows {
				kinds[r.Kind], sizes[r.Size], risks[r.RiskClass] = true, true, true
			}
		}
	}
	delete(risks, 0)
	riskList := []uint8{0}
	if len(risks) > 0 {
		riskList = riskClasses[:8]
		if ins != contribution.WorkInjury {
			riskList = riskClasses
		}
	}
	var classes []Class
	for _, kind := range namedAndOther(kinds, contribution.UnitKinds) {
		for _, size := range namedAndOther(sizes, contribution.Sizes) {
			for _, risk := range riskList {
				classes = append(classes, Class{Kind: kind, Size: size, RiskClass: risk})
			}
		}
	}
	return classes
}

// namedAndOther lists the values in named and, as 0, "any other" where there is one left.
func namedAndOther[T ~uint8](named map[T]bool, all []T) []T {
	var list []T
	for _, v := range all {
		if named[v] {
			list = append(list, v)
		}
	}
	if len(list) < len(all) {
		list = append(list, 0)
	}
	return list
}

// classText writes the keys of a class as a filter, such as "unit_kind=institution risk_class=3", "*" for all others.
func classText(c Class) string {
	var parts []string
	if c.Kind != 0 {
		parts = append(parts, "unit_kind="+c.Kind.String())
	}
	if c.Size != 0 {
		parts = append(parts, "size="+c.Size.String())
	}
	if c.RiskClass != 0 {
		parts = append(parts, "risk_class="+digits(int(c.RiskClass)))
	}
	if len(parts) == 0 {
		return "*" // all others
	}
	return strings.Join(parts, " ")
}
