package queries

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"jianfu/internal/detection"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/policy"
	"jianfu/internal/store"
)

// ClassCause is a cause that holds for a class of units; see the table run_causes.
type ClassCause struct {
	RunID     uint32 `ch:"run_id"`
	Period    uint32 `ch:"period"`
	Insurance int8   `ch:"insurance"`
	Class     uint64 `ch:"class"`
	Cause     string `ch:"cause"`
	Before    uint8  `ch:"before"`
	After     uint8  `ch:"after"`
	Part      uint32 `ch:"part"`
	Whole     uint32 `ch:"whole"`
}

// InsertCauses writes the causes of a month of a run.
func (q *Queries) InsertCauses(ctx context.Context, causes []ClassCause) error {
	return store.Insert(ctx, q.db, "INSERT INTO run_causes (run_id, period, insurance, class, cause, before, after, part, whole)", causes)
}

//go:embed detect/deviations.sql
var deviationsText string

var deviationsSQL = Whole(deviationsText)

//go:embed detect/of_groups.sql
var groupMarksSQL string

//go:embed detect/uncovered.sql
var uncoveredMarksSQL string

//go:embed detect/back_payments.sql
var backPaymentsText string

var backPaymentsSQL = Whole(backPaymentsText)

//go:embed detect/causes.sql
var causeMarksSQL string

// MarkMonths writes what is remarkable about some months of a run: their burdens and causes must be there.
func (q *Queries) MarkMonths(ctx context.Context, m Months, run Run, pack *policy.Pack) error {
	p := m.params()
	f := &Figures{q: q, Run: run, Pack: pack}
	steps, err := f.steps("")
	if err != nil {
		return err
	}
	p["old"], p["new"] = steps[0], steps[len(steps)-1]
	first := pack.FirstEffect()
	p["first_effect"] = uint32(first)
	p["effect_day"] = first.String() + "-01"
	for _, step := range []struct {
		name, sql string
		when      bool
	}{
		{"deviations", deviationsSQL, true},
		{"group marks", groupMarksSQL, true},
		{"uncovered records", uncoveredMarksSQL, true},
		{"back payments", backPaymentsSQL, first != 0},
		{"causes", causeMarksSQL, true},
	} {
		if !step.when {
			continue
		}
		if err := q.db.Exec(ctx, step.sql, p); err != nil {
			return fmt.Errorf("mark the %s: %w", step.name, err)
		}
	}
	return nil
}

//go:embed detect/cases.sql
var detectCasesText string

var detectCasesSQL = Whole(detectCasesText)

//go:embed detect/findings.sql
var detectFindingsSQL string

//go:embed detect/finding_units.sql
var detectFindingUnitsSQL string

// Detect writes the cases and findings of a run that is not published yet, from the burdens and marks of its months.
// before is the run that readers see until then, 0 for none.
func (q *Queries) Detect(ctx context.Context, run Run, pack *policy.Pack, before uint32) error {
	f := &Figures{q: q, Run: run, Pack: pack}
	view, err := f.Complete(View{})
	if err != nil {
		return err
	}
	p, err := f.params(filter.Everything(), view)
	if err != nil {
		return err
	}
	rules := pack.Detection
	p["first_effect"], p["before"] = run.FirstEffect, before
	p["reasons"], p["causes"], p["risks"] = rules.IDs(detection.Reason), rules.IDs(detection.Cause), rules.IDs(detection.Risk)
	var ids, marks []string
	var leasts []int64
	for _, rule := range rules.All(detection.Reason, detection.Cause, detection.Risk) {
		least := int64(math.MaxInt64)
		if len(rule.Thresholds) > 0 {
			least = int64(rule.Thresholds[0])
			if rule.Kind != detection.Cause && rule.ID != "refund_pending" { // which only repeats a reason
				marks = append(marks, rule.ID)
			}
		}
		ids, leasts = append(ids, rule.ID), append(leasts, least)
	}
	p["rules"], p["leasts"] = ids, leasts
	scoreParams(p, rules)
	if err := q.db.Exec(ctx, detectCasesSQL, p); err != nil {
		return fmt.Errorf("write the cases: %w", err)
	}
	var names []string
	var units, shares []uint32
	for _, rule := range rules.All(detection.Finding) {
		names = append(names, rule.ID)
		units = append(units, uint32(rule.Thresholds[0]/100)) //nolint:gosec // checked when it was read
		shares = append(shares, uint32(rule.Thresholds[1]))   //nolint:gosec // at most 100
	}
	p["rules"], p["least_units"], p["least_shares"], p["marks"] = names, units, shares, marks
	if err := q.db.Exec(ctx, detectFindingsSQL, p); err != nil {
		return fmt.Errorf("write the findings: %w", err)
	}
	if err := q.db.Exec(ctx, detectFindingUnitsSQL, p); err != nil {
		return fmt.Errorf("write the units of the findings: %w", err)
	}
	return q.db.Exec(ctx, recordDetectionSQL, p)
}

// scoreParams are the parameters by which detect/cases.sql scores and compares with peers.
func scoreParams(p store.Params, rules detection.Rules) {
	steps := func(id string) []int64 {
		rule, _ := rules.Rule(id)
		list := make([]int64, len(rule.Thresholds))
		for i, t := range rule.Thresholds {
			list[i] = int64(t)
		}
		return list
	}
	var weights []int64
	for _, id := range []string{"amount", "months", "persons", "small", "repeated"} {
		rule, _ := rules.Rule(id)
		weights = append(weights, int64(rule.Weight))
	}
	p["amount_steps"], p["month_steps"], p["person_steps"], p["repeated_steps"] = steps("amount"), steps("months"), steps("persons"), steps("repeated")
	p["weights"], p["level_steps"] = weights, steps("level")
	levels := make([]string, len(ledger.Severities))
	for i, s := range ledger.Severities {
		levels[i] = string(s)
	}
	p["levels"] = levels
	p["least_peers"], p["share_below"] = uint32(rules.LeastPeers()), steps("below_peers")[1]*10_000 //nolint:gosec // checked when it was read
}

// detected is what the cases of a run add up to.
type detected struct {
	Charged  money.Fen `ch:"charged"`
	Owed     money.Fen `ch:"owed"`
	Unequal  uint64    `ch:"unequal"`
	Expected money.Fen `ch:"expected"`
}

//go:embed detect/check.sql
var detectCheckSQL string

// CheckCases compares the cases of a run with its burdens: what the cases of which the reasons do not add up to the
// shortfall are, what all cases were charged more than they owed, and the same of the burdens.
func (q *Queries) CheckCases(ctx context.Context, run Run, pack *policy.Pack) (unequal uint64, cases, burdens money.Fen, err error) {
	f := &Figures{q: q, Run: run, Pack: pack}
	view, err := f.Complete(View{})
	if err != nil {
		return 0, 0, 0, err
	}
	p, err := f.params(filter.Everything(), view)
	if err != nil {
		return 0, 0, 0, err
	}
	d, err := store.One[detected](ctx, q.db, detectCheckSQL, p)
	return d.Unequal, d.Charged - d.Owed, d.Expected, err
}

//go:embed detect/record.sql
var recordDetectionSQL string

//go:embed detect/detected.sql
var detectedSQL string

// Detected tells whether a run has its cases. A run of a program that made none has not.
func (q *Queries) Detected(ctx context.Context, run uint32) (bool, error) {
	type row struct {
		Cases    uint64 `ch:"cases"`
		Findings uint64 `ch:"findings"`
	}
	rows, err := store.Select[row](ctx, q.db, detectedSQL, store.Params{"run": run})
	return len(rows) > 0, err
}
