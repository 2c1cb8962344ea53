package policy

import (
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
)

// stretch is months with the same rows; To 0 is open.
type stretch = period.Range

// checkGaps finds months inside the pack's span in which an area that has rates for an insurance and payer leaves
// units of some class without one, under the old policy of a comparison: their records would count as uncovered.
func (p *Pack) checkGaps(found *findings) {
	stretches := p.stretches()
	if len(stretches) == 0 {
		return
	}
	seen := map[string]bool{}
	for _, c := range p.Comparisons {
		name := scenarioText(c.Old)
		if seen[name] {
			continue
		}
		seen[name] = true
		active := p.activeMask(c.Old)
		for _, ins := range contribution.Insurances {
			for _, payer := range contribution.Payers {
				for _, area := range rateAreas(p.rateIndex[ins][payer]) {
					p.checkAreaGaps(found, gapQuestion{area, ins, payer, active, name}, stretches)
				}
			}
		}
	}
}

// gapQuestion is one area, insurance and payer under one scenario.
type gapQuestion struct {
	area     rateArea
	ins      contribution.Insurance
	payer    contribution.Payer
	active   uint64
	scenario string
}

// checkAreaGaps reports each run of uncovered months once, with the classes that it touches.
func (p *Pack) checkAreaGaps(found *findings, q gapQuestion, stretches []stretch) {
	groups := p.rateIndex[q.ins][q.payer]
	classes := namedClasses(groups, q.ins)
	covered := make([][]bool, len(classes))
	ever := make([]bool, len(classes))
	anyRisk := false
	for i, c := range classes {
		c.RegionCode = sampleRegion(q.area.prefix)
		covered[i] = make([]bool, len(stretches))
		for s, stretch := range stretches {
			share, err := resolveShare(groups, &c, stretch.From, q.ins, q.active, 0)
			covered[i][s] = err != nil || share.HasRate // a tie is reported elsewhere
			ever[i] = ever[i] || covered[i][s]
		}
		anyRisk = anyRisk || ever[i]
	}
	type run struct{ from, to int }
	touched := map[run][]string{}
	var order []run
	for i, c := range classes {
		// A class with no rate at any time is not insured there, except that a risk class among others is missing.
		if !ever[i] && (!anyRisk || q.ins != contribution.WorkInjury || c.RiskClass == 0) {
			continue
		}
		for s := 0; s < len(stretches); s++ {
			if covered[i][s] {
				continue
			}
			r := run{s, s}
			for r.to+1 < len(stretches) && !covered[i][r.to+1] {
				r.to++
			}
			s = r.to
			if touched[r] == nil {
				order = append(order, r)
			}
			touched[r] = append(touched[r], classText(c))
		}
	}
	for _, r := range order {
		who := strings.Join(touched[r], ", ")
		if len(touched[r]) == len(classes) {
			who = ""
		}
		found.warn(RatesFile, q.area.line, "", "policy_gap", "area", q.area.text, "insurance", q.ins, "payer", q.payer,
			"from", stretches[r.from].From, "to", stretches[r.to].To, "classes", who, "scenario", q.scenario)
	}
}

// stretches cuts the span of rates.csv, from its first month to its last (open if any row is), where rows change.
func (p *Pack) stretches() []stretch {
	var months []period.Period
	last, open := period.Period(0), false
	for i := range p.Rates {
		r := &p.Rates[i]
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
// work injury all eight risk classes count once any is named.
func namedClasses(groups []rateGroup, ins contribution.Insurance) []Class {
	kinds, sizes := map[contribution.UnitKind]bool{}, map[contribution.Size]bool{}
	risks := map[uint8]bool{}
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

// classText writes the keys of a class as a filter, such as "unit_kind=institution risk_class=3".
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
		return "other"
	}
	return strings.Join(parts, " ")
}
