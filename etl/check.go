package etl

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// Difference is where the set-based sums do not agree with the rule in Go, or, without a unit, with a control total.
type Difference struct {
	UnitID     string `json:"unit_id"`
	Period     string `json:"period"`
	Insurance  string `json:"insurance"`
	Payer      string `json:"payer"`
	Comparison string `json:"comparison"`
	What       string `json:"what"` // column of the burdens
	InSets     string `json:"in_sets"`
	InGo       string `json:"in_go"`
}

func (d Difference) String() string {
	if d.UnitID == "" {
		return fmt.Sprintf("%s: %s ≠ %s", d.What, d.InSets, d.InGo)
	}
	return fmt.Sprintf("%s %s %s %s %s %s: %s ≠ %s",
		d.Comparison, d.UnitID, d.Period, d.Insurance, d.Payer, d.What, d.InSets, d.InGo)
}

// line is one unit, month, insurance and payer of one comparison, as either side computed it.
type line struct {
	headcount         uint64
	wage              money.Fen
	old, new, charged money.Fen
	effects, floors   []money.Fen
	reasons           []burden.ReasonAmount
}

type lineKey struct {
	unit      string
	month     period.Period
	insurance contribution.Insurance
	payer     contribution.Payer
}

// sampleRecords bounds the sample where units are large, so that the check stays a small part of a recompute.
const sampleRecords = 20_000

// check recomputes a sample of the run's units in Go, record by record, and compares every figure to the fen, in all
// comparisons.
func (r *recompute) check(ctx context.Context) ([]Difference, error) {
	if len(r.run.Computed) == 0 {
		return nil, nil
	}
	units, err := r.q.SampleUnits(ctx, r.run.ID, uint64(r.started.UnixNano()), r.o.Sample, sampleRecords) //nolint:gosec // a seed
	if err != nil {
		return nil, fmt.Errorf("draw the sample: %w", err)
	}
	if len(units) == 0 {
		return nil, nil
	}
	versions, err := r.q.UnitVersions(ctx, filter.Everything(), r.loads, units)
	if err != nil {
		return nil, fmt.Errorf("read the units of the sample: %w", err)
	}
	records, err := r.q.SampleRecords(ctx, r.loads, units, r.run.Computed)
	if err != nil {
		return nil, fmt.Errorf("read the records of the sample: %w", err)
	}
	lines, err := r.q.SampleLines(ctx, r.run.ID, units)
	if err != nil {
		return nil, fmt.Errorf("read the burdens of the sample: %w", err)
	}
	lines = slices.DeleteFunc(lines, func(l queries.SampleLine) bool { return !slices.Contains(r.run.Computed, l.Period) }) // of another stretch of a scenario
	r.run.SampleChecked = uint64(len(units))
	var differences []Difference
	for _, comparison := range r.o.Pack.Comparisons {
		inGo, err := assessAll(r.o.Pack, comparison, versions, records)
		if err != nil {
			return nil, err
		}
		if r.plan.explainsOld { // the rule in Go explains the new one
			for key, l := range inGo {
				l.reasons = nil
				inGo[key] = l
			}
		}
		differences = append(differences, compare(comparison.ID, r.plan.inSets(comparison, lines), inGo)...)
	}
	return differences, nil
}

// checkTotals compares what the run adds up to with the control totals that loads counted while they read the files, and
// its tables with each other: nothing is lost on the way from a file to a figure, and nothing counts twice. A run over a
// window may leave months behind that loads have touched since; its figures then cannot be those of all files.
func (r *recompute) checkTotals(ctx context.Context) ([]Difference, error) {
	totals, err := r.q.RunTotals(ctx, r.run.ID)
	if err != nil {
		return nil, fmt.Errorf("add up run %d: %w", r.run.ID, err)
	}
	burdens := totals["burdens"]
	var differences []Difference
	differ := func(what string, inSets, expected any) {
		if a, b := fmt.Sprint(inSets), fmt.Sprint(expected); a != b {
			differences = append(differences, Difference{What: what, InSets: a, InGo: b})
		}
	}
	for _, part := range []string{"cells", "unit_months"} {
		differ("charged in "+part, totals[part].Charged, burdens.Charged)
		differ("owed in "+part, totals[part].Owed, burdens.Owed)
	}
	if r.behind() {
		return differences, nil
	}
	var records, replaced uint64
	var payable money.Fen
	for _, l := range withRecords(r.visible.Loads) {
		records += l.Accepted
		replaced += l.Replaced
		payable += l.Payable
	}
	if replaced > 0 || len(r.visible.Withdrawals) > 0 {
		since, err := r.q.Balance(ctx, r.loads)
		if err != nil {
			return nil, fmt.Errorf("add up the records that were replaced: %w", err)
		}
		records, payable = records-since.Out+since.Back, payable-since.Less.Payable
	}
	differ("records of all files", burdens.Records+totals["uncovered"].Records, records)
	differ("charged in all files", burdens.Charged+totals["uncovered"].Charged, payable)
	return differences, nil
}

// assessAll applies the rule in Go to the records of several units.
func assessAll(pack *policy.Pack, comparison policy.Comparison, versions []contribution.Unit, records []contribution.Record) (map[lineKey]line, error) {
	versionsOf, recordsOf := map[string][]contribution.Unit{}, map[string][]contribution.Record{}
	for _, v := range versions {
		versionsOf[v.ID] = append(versionsOf[v.ID], v)
	}
	for _, record := range records {
		recordsOf[record.UnitID] = append(recordsOf[record.UnitID], record)
	}
	result := map[lineKey]line{}
	for unit, ofUnit := range recordsOf {
		assessment, err := burden.Assess(pack, comparison, versionsOf[unit], ofUnit)
		if err != nil {
			return nil, fmt.Errorf("recompute unit %s in Go: %w", unit, err)
		}
		for _, l := range assessment.Lines {
			result[lineKey{l.UnitID, l.Period, l.Insurance, l.Payer}] = line{
				l.Headcount, l.Wage, l.Old, l.New, l.Charged, l.Effects, l.Floors, l.Reasons,
			}
		}
	}
	return result, nil
}

// inSets picks a comparison's lines out of what the run computed.
func (p *plan) inSets(comparison policy.Comparison, rows []queries.SampleLine) map[lineKey]line {
	var steps []int
	for _, scenario := range comparison.Steps() {
		steps = append(steps, int(place(p.scenarios, scenario))-1)
	}
	target := int64(steps[len(steps)-1] + 1)
	scenarios := comparison.Steps()
	result := map[lineKey]line{}
	for _, row := range rows {
		if row.Covered&(1<<steps[0]) == 0 {
			continue
		}
		for _, payer := range contribution.Payers {
			owed, charged := row.Employer, row.EmployerCharged
			if payer == contribution.Employee {
				owed, charged = row.Employee, row.EmployeeCharged
			}
			l := line{headcount: uint64(row.Headcount), wage: row.Wage, charged: charged,
				old: money.Fen(owed[steps[0]]), new: money.Fen(owed[target-1])}
			for i := 1; i < len(steps); i++ {
				l.effects = append(l.effects, money.Fen(owed[steps[i-1]]-owed[steps[i]]))
				floor := money.Fen(0)
				if at := p.pack.FloorPlace(len(p.scenarios), policy.Step{Before: scenarios[i-1], After: scenarios[i]}); at > 0 {
					floor = money.Fen(owed[at-1] - owed[steps[i-1]])
				}
				l.floors = append(l.floors, floor)
			}
			for i, id := range row.ReasonIDs {
				if row.ReasonPayers[i] == int64(payer) && row.ReasonScenarios[i] == target {
					l.reasons = append(l.reasons, burden.ReasonAmount{
						Reason: burden.Reason(id), Amount: money.Fen(row.ReasonAmounts[i]), //nolint:gosec // Enum8 from 1
					})
				}
			}
			key := lineKey{row.UnitID, period.Period(row.Period), contribution.Insurance(row.Insurance), payer} //nolint:gosec // Enum8 from 1
			result[key] = l
		}
	}
	return result
}

// mostDifferences is how many differences a failed run keeps; one is enough to fail it.
const mostDifferences = 50

// compare lists where the two sides differ, in a fixed order.
func compare(comparison string, inSets, inGo map[lineKey]line) []Difference {
	keys := map[lineKey]bool{}
	for k := range inSets {
		keys[k] = true
	}
	for k := range inGo {
		keys[k] = true
	}
	var differences []Difference
	for k := range keys {
		a, hasA := inSets[k]
		b, hasB := inGo[k]
		for _, figure := range []struct {
			name string
			a, b any
		}{
			{"line", hasA, hasB},
			{"headcount", a.headcount, b.headcount},
			{"wage", a.wage, b.wage},
			{"old", a.old, b.old},
			{"new", a.new, b.new},
			{"charged", a.charged, b.charged},
			{"effects", a.effects, b.effects},
			{"floors", a.floors, b.floors},
			{"reasons", a.reasons, b.reasons},
		} {
			if x, y := fmt.Sprint(figure.a), fmt.Sprint(figure.b); x != y {
				differences = append(differences, Difference{
					UnitID: k.unit, Period: k.month.String(), Insurance: k.insurance.String(), Payer: k.payer.String(),
					Comparison: comparison, What: figure.name, InSets: x, InGo: y,
				})
			}
		}
	}
	slices.SortFunc(differences, func(a, b Difference) int { return cmp.Compare(a.String(), b.String()) })
	return differences[:min(len(differences), mostDifferences)]
}
