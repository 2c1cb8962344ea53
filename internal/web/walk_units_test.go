package web

import (
	"maps"
	"reflect"
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// recordOf is a unit of each region and the place of a record of it.
var recordOf = map[string]struct{ unit, load, line string }{suzhou: {fixture.C, "2", "12"}, nanjing: {fixture.A, "2", "8"}}

// The pages of one unit: who sees units sees them, who sees records sees those too.
func init() {
	maps.Copy(letThrough, map[string]string{
		"GET /units/:id":                            "inspector",
		"GET /units/:id/answer":                     "inspector",
		"GET /units/:id/records":                    "inspector",
		"GET /units/:id/records/:load/:line":        "inspector",
		"GET /download/unit/:id/:table":             "inspector",
		"POST /download/unit/:id/:table":            "inspector",
		"GET /download/unit/:id/records/:table":     "inspector",
		"POST /download/unit/:id/records/:table":    "inspector",
		"GET /api/v1/units/:id":                     "inspector",
		"GET /api/v1/units/:id/answer":              "inspector",
		"GET /api/v1/units/:id/records":             "inspector",
		"GET /api/v1/units/:id/records/:load/:line": "inspector",
	})
	maps.Copy(apiSamples, map[string][]string{
		"month": {"2019-04", "2019-05"}, kit.ParamSearch: {"虎丘"}, "id": {fixture.C}, "load": {"2"}, "line": {"12", "5"}, // C's records of May and of April
	})
}

// asked tells whether a mark is the code of a unit that the walk asks everybody for.
func (w *walker) asked(mark string) bool {
	return slices.Contains([]string{recordOf[suzhou].unit, recordOf[nanjing].unit, "苏州", "Suzhou", "南京", "Nanjing"}, mark)
}

// unitFigures are the amounts of a region's units, of their records and of what explains those, as pages and files write
// them.
func (o *office) unitFigures(region string) map[string]bool {
	o.t.Helper()
	all := map[string]bool{}
	note := func(values ...any) {
		for _, value := range values {
			collect(reflect.ValueOf(value), func(f money.Fen) { all[f.String()], all[grouped(f)] = true, true })
		}
	}
	ids := map[string][]string{suzhou: {fixture.C, fixture.D}, nanjing: {fixture.A, fixture.B}}[region]
	scope := filter.Regions(region)
	f, err := o.q.Figures(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, comparison := range []string{"all", "rate-only"} {
		for _, payers := range [][]contribution.Payer{{contribution.Employer}, {contribution.Employee}, contribution.Payers} {
			for _, window := range []period.Range{{From: 201905, To: 201905}, {From: 201904, To: 201905}, {From: 201904, To: 201904}} {
				v := queries.View{Window: window, Comparison: comparison, Payers: payers}
				for _, id := range ids {
					u, found, err := f.Unit(o.t.Context(), scope, v, id)
					if err != nil || !found {
						o.t.Fatalf("unit %s: %v, %v", id, found, err)
					}
					reference, months, growth := u.Growth()
					note(u.Stored, u.ByMonth(false), u.ByInsurance(), u.Effects(), u.Reasons(), u.Uncovered, u.Peers, reference, months, growth)
					for _, c := range u.Causes {
						note(c.Amount, c.Floor[0], c.Floor[1])
					}
					records, err := f.Records(o.t.Context(), scope, id, u.Months, queries.RecordQuery{Most: 100})
					if err != nil {
						o.t.Fatal(err)
					}
					sums, err := f.RecordSums(o.t.Context(), scope, id, u.Months, queries.RecordQuery{Window: window})
					if err != nil {
						o.t.Fatal(err)
					}
					note(records, sums)
					var employer, employee money.Fen
					for _, s := range sums {
						employer, employee = employer+s.EmployerCharged, employee+s.EmployeeCharged
						note(employer, employee)
					}
					for _, r := range records {
						if window.From != window.To || len(payers) < 2 {
							break // explanations are the same for all windows, and of both payers
						}
						e, _, err := f.Explain(o.t.Context(), scope, v, id, r.Load, r.Line)
						if err != nil {
							o.t.Fatal(err)
						}
						for _, scenario := range e.Trace.Scenarios {
							note(scenario.Base.Wage, scenario.Base.Base, scenario.Base.Limit.Floor, scenario.Base.Limit.Cap)
							for _, share := range scenario.Shares {
								note(share.Amount)
							}
						}
						note(e.Trace.Charges)
						for _, line := range slices.Concat(e.Group.Rule, e.Group.Stored) {
							note(queries.Burden{Old: line.Old, New: line.New, Charged: line.Charged})
						}
					}
				}
			}
		}
	}
	return all
}
