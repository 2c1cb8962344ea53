package queries

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// Figures reads what one run computed. It is taken once per page or export, so that all of it is of the same run.
type Figures struct {
	q    *Queries
	Run  Run
	Pack *policy.Pack
}

// Figures takes the current run with its own policy pack; the problem no_run says that there is none yet.
func (q *Queries) Figures(ctx context.Context) (*Figures, error) {
	run, ok, err := q.CurrentRun(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem.New("no_run")
	}
	return q.figuresOf(ctx, run)
}

// figuresOf takes a run with its own policy pack.
func (q *Queries) figuresOf(ctx context.Context, run Run) (*Figures, error) {
	rows, err := q.Pack(ctx, run.PackHash)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, f := range rows {
		files[f.File] = []byte(f.Content)
	}
	pack, err := policy.Parse(files)
	if err != nil {
		return nil, err
	}
	return &Figures{q: q, Run: run, Pack: pack}, nil
}

// Complete fills in what a view leaves open: the window from the pack's first effective month to the last with data,
// the pack's default comparison, and the employer's part.
func (f *Figures) Complete(v View) (View, error) {
	asked := v.Window
	if asked.To == 0 {
		v.Window.To = max(asked.From, period.Period(f.Run.DataTo))
	}
	if asked.From == 0 {
		v.Window.From = max(f.Pack.FirstEffect(), period.Period(f.Run.DataFrom))
		if v.Window.From > v.Window.To { // a window before the policy took effect
			v.Window.From = min(v.Window.To, period.Period(f.Run.DataFrom))
		}
	}
	if v.Window.From > v.Window.To {
		return v, problem.New("window_reversed", "from", v.Window.From, "to", v.Window.To)
	}
	comparison, err := f.Pack.Comparison(v.Comparison)
	if err != nil {
		return v, err
	}
	v.Comparison = comparison.ID
	if len(v.Payers) == 0 {
		v.Payers = []contribution.Payer{contribution.Employer}
	}
	return v, nil
}

// steps are the places of a comparison's scenarios in the run, from 1: the old one, then with one measure more each.
func (f *Figures) steps(comparison string) ([]uint8, error) {
	c, err := f.Pack.Comparison(comparison)
	if err != nil {
		return nil, err
	}
	var steps []uint8
	for _, scenario := range c.Steps() {
		at := slices.IndexFunc(f.Run.Scenarios, func(s []string) bool { return slices.Equal(s, scenario) })
		if at < 0 {
			return nil, problem.New("run_lacks_scenario", "run", f.Run.ID, "scenario", strings.Join(scenario, "+"))
		}
		steps = append(steps, uint8(at+1)) //nolint:gosec // at most 64
	}
	return steps, nil
}

// params are the parameters that every statement over a view takes. The view is complete.
func (f *Figures) params(scope filter.Scope, v View) (store.Params, error) {
	steps, err := f.steps(v.Comparison)
	if err != nil {
		return nil, err
	}
	payers := make([]string, len(v.Payers))
	for i, p := range v.Payers {
		payers[i] = p.String()
	}
	p := store.Params{
		"run":      f.Run.ID,
		"loads":    f.Run.Loads,
		"scope":    scope.Prefixes(),
		"from":     uint32(v.Window.From),
		"to":       uint32(v.Window.To),
		"employer": slices.Contains(v.Payers, contribution.Employer),
		"employee": slices.Contains(v.Payers, contribution.Employee),
		"payers":   payers,
		"steps":    steps,
		"old":      steps[0],
		"new":      steps[len(steps)-1],
	}
	bind(p, v.Narrow)
	return p, nil
}

// bind adds what a view is narrowed to, a parameter a dimension.
func bind(p store.Params, n Narrow) {
	for _, d := range dimension.All {
		p[d.ID] = d.Bound(n.Value(d))
	}
}

//go:embed export/burdens.sql
var exportBurdensSQL string

// BurdenLine is one unit, month, insurance and payer under a comparison.
type BurdenLine struct {
	UnitID    string    `ch:"unit_id"`
	Period    uint32    `ch:"period"`
	Insurance string    `ch:"insurance"`
	Payer     string    `ch:"payer"`
	Headcount uint32    `ch:"headcount"`
	Wage      money.Fen `ch:"wage"`
	Old       money.Fen `ch:"old"`
	New       money.Fen `ch:"new"`
	Charged   money.Fen `ch:"charged"`
	Effects   []int64   `ch:"effects_fen"` // of the comparison's added measures, in order
}

// Burdens calls each for every line of a view, by unit, month, insurance and payer.
func (f *Figures) Burdens(ctx context.Context, scope filter.Scope, v View, each func(*BurdenLine) error) error {
	return stream(ctx, f, exportBurdensSQL, scope, v, each)
}

//go:embed export/cases.sql
var exportCasesText string

var exportCasesSQL = Whole(exportCasesText)

// CaseLine is a unit with its state over a window and the reasons of its shortfall, the largest first.
type CaseLine struct {
	UnitID        string    `ch:"unit_id"`
	Name          string    `ch:"name"`
	RegionCode    string    `ch:"region_code"`
	IndustryCode  string    `ch:"industry_code"`
	Size          string    `ch:"size"`
	State         string    `ch:"state"`
	Old           money.Fen `ch:"old"`
	New           money.Fen `ch:"new"`
	Charged       money.Fen `ch:"charged"`
	ReasonIDs     []string  `ch:"reason_ids"`
	ReasonAmounts []int64   `ch:"reason_fen"`
}

// Reasons writes the reasons as "id:amount;…".
func (c *CaseLine) Reasons() string {
	parts := make([]string, len(c.ReasonIDs))
	for i, id := range c.ReasonIDs {
		parts[i] = id + ":" + money.Fen(c.ReasonAmounts[i]).String()
	}
	return strings.Join(parts, ";")
}

// CaseLines calls each for every unit of a view, in order.
func (f *Figures) CaseLines(ctx context.Context, scope filter.Scope, v View, each func(*CaseLine) error) error {
	return stream(ctx, f, exportCasesSQL, scope, v, each)
}

// stream runs a statement over a view and calls each for its rows.
func stream[T any](ctx context.Context, f *Figures, sql string, scope filter.Scope, v View, each func(*T) error) error {
	p, err := f.params(scope, v)
	if err != nil {
		return err
	}
	for row, err := range store.Each[T](ctx, f.q.db, sql, p) {
		if err == nil {
			err = each(row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

//go:embed export/summary.sql
var exportSummaryText string

var exportSummarySQL = Whole(exportSummaryText)

// SummaryRow is a member of one dimension, or a pair of members of two.
type SummaryRow struct {
	Keys           []string  `ch:"keys"`
	Units          uint64    `ch:"units"`
	Headcount      uint64    `ch:"headcount"` // person-months
	Old            money.Fen `ch:"old"`
	New            money.Fen `ch:"new"`
	Charged        money.Fen `ch:"charged"`
	UnitsReduced   uint64    `ch:"units_reduced"` // states full and partial
	UnitsNone      uint64    `ch:"units_none"`
	UnitsIncreased uint64    `ch:"units_increased"`
	Delivered      money.Fen `ch:"delivered"` // as in Reach
	Overcharged    money.Fen `ch:"overcharged"`
	Undercharged   money.Fen `ch:"undercharged"`
	Steps          []int64   `ch:"steps_fen"` // owed under each step of the comparison, the old policy first
}

// SummaryDimensions are what Summary can add up by.
var SummaryDimensions = slices.Concat([]string{"region", "city", "county", "industry"}, dimension.IDs(dimension.Lists()), []string{"period", "state"})

// Summary adds up a view by one or two dimensions, in the order of their keys; by none it is one row.
func (f *Figures) Summary(ctx context.Context, scope filter.Scope, v View, by []string) ([]SummaryRow, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["by"] = by
	return store.Select[SummaryRow](ctx, f.q.db, exportSummarySQL, p)
}

//go:embed export/reasons.sql
var exportReasonsSQL string

// ReasonLine is a part of a shortfall that one reason explains.
type ReasonLine struct {
	UnitID    string    `ch:"unit_id"`
	Period    uint32    `ch:"period"`
	Insurance string    `ch:"insurance"`
	Payer     string    `ch:"payer"`
	Reason    string    `ch:"reason"`
	Amount    money.Fen `ch:"amount"`
}

// ReasonLines calls each for every reason of a view, by unit, month, insurance and payer.
func (f *Figures) ReasonLines(ctx context.Context, scope filter.Scope, v View, each func(*ReasonLine) error) error {
	return stream(ctx, f, exportReasonsSQL, scope, v, each)
}

//go:embed export/uncovered.sql
var exportUncoveredSQL string

// UncoveredLine is a unit's records of a month and insurance that no rate row covers.
type UncoveredLine struct {
	UnitID          string    `ch:"unit_id"`
	Period          uint32    `ch:"period"`
	Insurance       string    `ch:"insurance"`
	RegionCode      string    `ch:"region_code"`
	Records         uint32    `ch:"records"`
	Wage            money.Fen `ch:"wage"`
	EmployerCharged money.Fen `ch:"employer_charged"`
	EmployeeCharged money.Fen `ch:"employee_charged"`
}

// Uncovered calls each for the records of a view that are in no burden, by unit, month and insurance.
func (f *Figures) Uncovered(ctx context.Context, scope filter.Scope, v View, each func(*UncoveredLine) error) error {
	return stream(ctx, f, exportUncoveredSQL, scope, v, each)
}
