package policy

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Check lists what is wrong or doubtful in a pack that could be loaded, in file and line order. A pack with an error
// among the findings should not be used for figures that leave the house.
func (p *Pack) Check() []Finding { return p.check(nil) }

// check is Check for a pack beside which some rows are kept: gaps that they name are known.
func (p *Pack) check(unconfirmed []Unconfirmed) []Finding {
	found := &findings{list: slices.Clone(p.warnings)}
	p.checkRows(found)
	p.checkMeasures(found)
	p.checkTies(found)
	p.checkGaps(found, unconfirmed)
	p.checkLimitGaps(found)
	p.checkPlausible(found)
	sortFindings(found.list)
	return found.list
}

func (p *Pack) checkRows(found *findings) {
	common := func(file string, r *Row) {
		if r.DocumentNo == "" {
			found.fail(file, r.Line, "document_no", "policy_document_missing")
		}
		if r.CheckedOn == "" {
			found.fail(file, r.Line, "checked_on", "policy_check_date_missing")
		}
		if r.Elective && r.Measure == "" {
			found.fail(file, r.Line, "elective", "policy_elective_without_measure")
		}
	}
	for i := range p.Rates {
		r := &p.Rates[i]
		common(RatesFile, &r.Row)
		if r.IsFactor && r.Measure == "" {
			found.fail(RatesFile, r.Line, "factor", "policy_factor_in_baseline")
		}
		if r.IsFactor && r.Factor > money.One {
			found.warn(RatesFile, r.Line, "factor", "policy_factor_raises", "value", r.Factor)
		}
	}
	for i := range p.Bases {
		common(BasesFile, &p.Bases[i].Row)
	}
	for i := range p.Deferrals {
		common(DeferralsFile, &p.Deferrals[i].Row)
	}
}

// checkMeasures finds measures that cannot change a figure, and those without a document.
func (p *Pack) checkMeasures(found *findings) {
	used := map[string]bool{}
	for i := range p.Rates {
		used[p.Rates[i].Measure] = true
	}
	for i := range p.Bases {
		used[p.Bases[i].Measure] = true
	}
	for i, m := range p.Measures {
		at := yamlLine(decodeText(p.Files[PackFile]), "$.measures["+digits(i)+"]")
		if !used[m.ID] {
			found.warn(PackFile, at, "", "policy_measure_without_row", "value", m.ID)
		}
		compared := slices.ContainsFunc(p.Comparisons, func(c Comparison) bool { return slices.Contains(c.New, m.ID) })
		if !compared {
			found.warn(PackFile, at, "", "policy_measure_not_compared", "value", m.ID)
		}
		if m.DocumentNo == "" {
			found.fail(PackFile, at, "document_no", "policy_document_missing")
		}
	}
}

// checkTies finds pairs of rows of one measure and area, of the same rank, that both hold for some unit in some month
// and that no row of a higher rank outdoes there. With the same keys they overlap, with different ones they tie.
func (p *Pack) checkTies(found *findings) {
	seen := map[[2]int]bool{}
	for ins := range p.rateIndex {
		for payer := range p.rateIndex[ins] {
			for g := range p.rateIndex[ins][payer] {
				group := &p.rateIndex[ins][payer][g]
				for prefix, rows := range group.byArea {
					for _, pair := range equalRank(rows, func(r *RateRow) *Row { return &r.Row }) {
						a, b := pair[0], pair[1]
						lines := [2]int{a.Line, b.Line}
						if !seen[lines] && rateTie(group, prefix, a, b) {
							seen[lines] = true
							reportTie(found, RatesFile, &a.Row, &b.Row, sameRateKeys(a, b))
						}
					}
				}
			}
		}
	}
	seen = map[[2]int]bool{}
	for ins := range p.baseIndex {
		for g := range p.baseIndex[ins] {
			group := &p.baseIndex[ins][g]
			for prefix, rows := range group.byArea {
				for _, pair := range equalRank(rows, func(r *BaseRow) *Row { return &r.Row }) {
					a, b := pair[0], pair[1]
					lines := [2]int{a.Line, b.Line}
					if !seen[lines] && baseTie(group, prefix, a, b) {
						seen[lines] = true
						reportTie(found, BasesFile, &a.Row, &b.Row, a.Insurance == b.Insurance && a.Kind == b.Kind)
					}
				}
			}
		}
	}
}

func reportTie(found *findings, file string, a, b *Row, sameKeys bool) {
	code := "policy_rows_tie"
	if sameKeys {
		code = "policy_rows_overlap"
	}
	both := overlap(a.Range(), b.Range())
	found.fail(file, b.Line, "", code, "other", a.Line, "area", b.Area, "measure", b.Measure,
		"from", both.From, "to", both.To)
}

func sameRateKeys(a, b *RateRow) bool {
	return a.Insurance == b.Insurance && a.Payer == b.Payer && a.Kind == b.Kind && a.Size == b.Size &&
		a.RiskClass == b.RiskClass
}

// equalRank lists the pairs of rows, the earlier line first, that name equally many keys and share a month.
func equalRank[R any](rows []*R, common func(*R) *Row) [][2]*R {
	var pairs [][2]*R
	for i, a := range rows {
		for _, b := range rows[i+1:] {
			ra, rb := common(a), common(b)
			if ra.keys != rb.keys || !ra.Range().Overlaps(rb.Range()) {
				continue
			}
			if ra.Line < rb.Line {
				pairs = append(pairs, [2]*R{a, b})
			} else {
				pairs = append(pairs, [2]*R{b, a})
			}
		}
	}
	slices.SortFunc(pairs, func(x, y [2]*R) int {
		return cmp.Or(cmp.Compare(common(x[0]).Line, common(y[0]).Line), cmp.Compare(common(x[1]).Line, common(y[1]).Line))
	})
	return pairs
}

// rateTie looks for a unit and a month in which both rows are of the winning rank.
func rateTie(group *rateGroup, prefix string, a, b *RateRow) bool {
	kinds, ok1 := both(a.Kind, b.Kind, contribution.UnitKinds)
	sizes, ok2 := both(a.Size, b.Size, contribution.Sizes)
	risks, ok3 := both(a.RiskClass, b.RiskClass, riskClasses)
	if !ok1 || !ok2 || !ok3 {
		return false
	}
	months := changes(overlap(a.Range(), b.Range()), group.byArea[prefix], func(r *RateRow) *Row { return &r.Row })
	elected := electing(&a.Row, &b.Row)
	for _, kind := range kinds {
		for _, size := range sizes {
			for _, risk := range risks {
				c := Class{RegionCode: sampleRegion(prefix), Kind: kind, Size: size, RiskClass: risk}
				for _, m := range months {
					if row, rival := group.find(&c, m, elected); rival != nil && row.keys == a.keys {
						return true
					}
				}
			}
		}
	}
	return false
}

// baseTie is rateTie for rows of limits.
func baseTie(group *baseGroup, prefix string, a, b *BaseRow) bool {
	kinds, ok := both(a.Kind, b.Kind, contribution.UnitKinds)
	if !ok {
		return false
	}
	months := changes(overlap(a.Range(), b.Range()), group.byArea[prefix], func(r *BaseRow) *Row { return &r.Row })
	for _, kind := range kinds {
		c := Class{RegionCode: sampleRegion(prefix), Kind: kind}
		for _, m := range months {
			if row, rival := group.find(&c, m, electing(&a.Row, &b.Row)); rival != nil && row.keys == a.keys {
				return true
			}
		}
	}
	return false
}

// riskClasses lists the work-injury risk classes and, as 0, an unknown one.
var riskClasses = []uint8{1, 2, 3, 4, 5, 6, 7, 8, 0}

// both lists the values that satisfy two keys at once; false where none does.
func both[T ~uint8](a, b T, all []T) ([]T, bool) {
	switch {
	case a != 0 && b != 0 && a != b:
		return nil, false
	case a != 0:
		return []T{a}, true
	case b != 0:
		return []T{b}, true
	}
	return all, true
}

// electing elects the measure of the rows if either of them asks for it.
func electing(a, b *Row) uint64 {
	if a.Elective || b.Elective {
		return 1 << a.measure
	}
	return 0
}

// sampleRegion is a region code whose longest prefix in practice is this one.
func sampleRegion(prefix string) string { return prefix + "999999"[len(prefix):] }

func overlap(a, b period.Range) period.Range {
	both := period.Range{From: max(a.From, b.From), To: a.To}
	if both.To == 0 || b.To != 0 && b.To < both.To {
		both.To = b.To
	}
	return both
}

// changes lists the first months of the stretches within a range in which the same rows hold.
func changes[R any](within period.Range, rows []*R, common func(*R) *Row) []period.Period {
	months := []period.Period{within.From}
	for _, r := range rows {
		row := common(r)
		months = append(months, row.From)
		if row.To != 0 {
			months = append(months, row.To.Next())
		}
	}
	months = slices.DeleteFunc(months, func(m period.Period) bool { return !within.Contains(m) })
	slices.Sort(months)
	return slices.Compact(months)
}

// digits writes a small index.
func digits(i int) string {
	if i >= 10 {
		return digits(i/10) + digits(i%10)
	}
	return string(rune('0' + i))
}

// scenarioText names a scenario for a message.
func scenarioText(scenario []string) string { return strings.Join(scenario, "+") }
