package queries_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// TestMain lets this test program serve as the engine that its tests start.
func TestMain(m *testing.M) { enginetest.Main(m) }

var everything = filter.Everything()

func figures(t *testing.T, q *queries.Queries) *queries.Figures {
	t.Helper()
	f, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// may is May 2019 under the comparison of all measures.
func may(payers ...contribution.Payer) queries.View {
	return queries.View{Window: period.Range{From: 201905, To: 201905}, Comparison: "all", Payers: payers}
}

func summary(t *testing.T, f *queries.Figures, scope filter.Scope, v queries.View, by ...string) []queries.SummaryRow {
	t.Helper()
	rows, err := f.Summary(t.Context(), scope, v, by)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// text writes a row of a summary: keys, units, person-months, burdens, and units by state.
func text(rows []queries.SummaryRow) string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, fmt.Sprint(strings.Join(r.Keys, "+"), ": ", r.Units, " ", r.Headcount, " ", r.Old, " ", r.New, " ",
			r.Charged, " ", r.UnitsReduced, "/", r.UnitsNone, "/", r.UnitsIncreased))
	}
	return strings.Join(lines, "\n")
}

// TestTheSmallWorldAddsUpAsByHand compares with the sums in the comment of package world.
func TestTheSmallWorldAddsUpAsByHand(t *testing.T) {
	f := figures(t, fixture.Computed(t))
	employer, both := may(contribution.Employer), may(contribution.Payers...)
	for _, c := range []struct {
		by   string
		view queries.View
		want string
	}{
		{"region", employer, "320000: 4 5 7700.00 6100.00 7660.00 2/1/1"},
		{"city", employer, "320100: 2 2 5100.00 3940.00 4700.00 1/1/0\n320500: 2 3 2600.00 2160.00 2960.00 1/0/1"},
		{"county", employer, "320102: 1 1 2100.00 1700.00 1700.00 1/0/0\n320104: 1 1 3000.00 2240.00 3000.00 0/1/0\n" +
			"320505: 1 1 600.00 560.00 560.00 1/0/0\n320506: 1 2 2000.00 1600.00 2400.00 0/0/1"},
		{"industry", employer, "C: 1 1 2100.00 1700.00 1700.00 1/0/0\nF: 1 1 3000.00 2240.00 3000.00 0/1/0\n" +
			"H: 1 2 2000.00 1600.00 2400.00 0/0/1\nI: 1 1 600.00 560.00 560.00 1/0/0"},
		{"size", employer, "large: 1 1 2100.00 1700.00 1700.00 1/0/0\nmicro: 1 1 600.00 560.00 560.00 1/0/0\n" +
			"small: 2 3 5000.00 3840.00 5400.00 0/1/1"},
		{dimension.EconomicType, employer, "other: 1 2 2000.00 1600.00 2400.00 0/0/1\nprivate: 2 2 3600.00 2800.00 3560.00 1/1/0\n" +
			"state: 1 1 2100.00 1700.00 1700.00 1/0/0"},
		{dimension.UnitKind, employer, "enterprise: 3 3 5700.00 4500.00 5260.00 2/1/0\nself_employed: 1 2 2000.00 1600.00 2400.00 0/0/1"},
		{"insurance", employer, "pension: 4 5 7600.00 6000.00 7560.00 2/1/1\nunemployment: 1 1 100.00 100.00 100.00 0/0/0"},
		{"state", employer, "full: 2 2 2700.00 2260.00 2260.00 2/0/0\nincreased: 1 2 2000.00 1600.00 2400.00 0/0/1\n" +
			"none: 1 1 3000.00 2240.00 3000.00 0/1/0"},
		{"region", may(contribution.Employee), "320000: 4 5 3090.00 3050.00 3530.00 0/1/2"},
		{"region", both, "320000: 4 5 10790.00 9150.00 11190.00 1/1/1"},
		{"period", queries.View{Window: period.Range{From: 201904, To: 201905}, Comparison: "all", Payers: employer.Payers},
			"2019-04: 4 5 7700.00 7700.00 7700.00 0/0/0\n2019-05: 4 5 7700.00 6100.00 7660.00 2/1/1"},
		{"region", queries.View{Window: employer.Window, Comparison: "rate-only", Payers: employer.Payers},
			"320000: 4 5 7700.00 6180.00 7660.00 2/1/1"},
		{"city,size", employer, "320100+large: 1 1 2100.00 1700.00 1700.00 1/0/0\n320100+small: 1 1 3000.00 2240.00 3000.00 0/1/0\n" +
			"320500+micro: 1 1 600.00 560.00 560.00 1/0/0\n320500+small: 1 2 2000.00 1600.00 2400.00 0/0/1"},
	} {
		if got := text(summary(t, f, everything, c.view, strings.Split(c.by, ",")...)); got != c.want {
			t.Errorf("by %s of %v under %s:\n%s\nwant\n%s", c.by, c.view.Payers, c.view.Comparison, got, c.want)
		}
	}

	measures, err := f.Measures(t.Context(), everything, employer)
	if err != nil || len(measures) != 2 || measures[0].Effect != 1520_00 || measures[1].Effect != 80_00 || measures[1].Title != "调基数" {
		t.Errorf("the measures are %+v, %v", measures, err)
	}
	reasons, err := f.Reasons(t.Context(), everything, employer)
	if want := "[{rate_not_applied 1 600.00 600.00 0.00 [{320100 1 600.00 600.00 0.00}]} {base_over_cap 1 160.00 160.00 0.00 [{320100 1 160.00 160.00 0.00}]} {duplicate_charge 1 800.00 800.00 0.00 [{320500 1 800.00 800.00 0.00}]}]"; err != nil || fmt.Sprint(reasons) != want {
		t.Errorf("the reasons are %v, want %s; %v", reasons, want, err)
	}
	total, err := f.Members(t.Context(), everything, employer, "total")
	if err != nil || len(total) != 1 || total[0].States != (queries.States{Full: 2, None: 1, Increased: 1}) || total[0].Units != 4 ||
		total[0].Headcount != 5 || total[0].Burden != (queries.Burden{Old: 7700_00, New: 6100_00, Charged: 7660_00}) ||
		total[0].Reach != (queries.Reach{Entitled: 1600_00, Delivered: 440_00, Overcharged: 1560_00, UnitsOvercharged: 2}) {
		t.Errorf("the total is %+v, %v", total, err)
	}

	var cases []string
	err = f.CaseLines(t.Context(), everything, employer, func(c *queries.CaseLine) error {
		cases = append(cases, fmt.Sprint(c.Name, " ", c.State, " ", c.Reasons()))
		return nil
	})
	if got, want := strings.Join(cases, ", "), "玄武机械厂 full , 秦淮百货 none rate_not_applied:600.00;base_over_cap:160.00, "+
		"虎丘软件 full , 吴中餐馆 increased duplicate_charge:800.00"; err != nil || got != want {
		t.Errorf("the cases are %s, want %s; %v", got, want, err)
	}
	var uncovered []string
	err = f.Uncovered(t.Context(), everything, employer, func(l *queries.UncoveredLine) error {
		uncovered = append(uncovered, fmt.Sprint(*l))
		return nil
	})
	if want := fmt.Sprintf("[{%s 201905 medical 320102 1 10000.00 900.00 200.00}]", fixture.A); err != nil || fmt.Sprint(uncovered) != want {
		t.Errorf("uncovered are %v, want %s; %v", uncovered, want, err)
	}
}

func TestAViewIsCompletedFromThePackAndTheData(t *testing.T) {
	q := fixture.Computed(t)
	f := figures(t, q)
	for name, c := range map[string]struct {
		view queries.View
		want string // from, to, comparison, payers; or the code of the problem
	}{
		"nothing given":              {queries.View{}, "2019-05 2019-05 all [employer]"},
		"a start before the data":    {queries.View{Window: period.Range{From: 201801}}, "2018-01 2019-05 all [employer]"},
		"an end before the measures": {queries.View{Window: period.Range{To: 201904}}, "2019-04 2019-04 all [employer]"},
		"a start behind the data":    {queries.View{Window: period.Range{From: 202001}}, "2020-01 2020-01 all [employer]"},
		"another comparison": {queries.View{Comparison: "rate-only", Payers: contribution.Payers},
			"2019-05 2019-05 rate-only [employer employee]"},
		"an unknown comparison": {queries.View{Comparison: "none"}, "policy_unknown_comparison"},
		"a reversed window":     {queries.View{Window: period.Range{From: 201905, To: 201904}}, "window_reversed"},
	} {
		v, err := f.Complete(c.view)
		got := fmt.Sprint(v.Window.From, " ", v.Window.To, " ", v.Comparison, " ", v.Payers)
		if err != nil {
			got = problem.Code(err)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if _, err := fixture.Open(t).Figures(t.Context()); problem.Code(err) != "no_run" {
		t.Errorf("figures of an empty store: %v", err)
	}
}

func TestAnEmptyWindowHasNoFigures(t *testing.T) {
	f := figures(t, fixture.Computed(t))
	v := queries.View{Window: period.Range{From: 202001, To: 202012}, Comparison: "all", Payers: contribution.Payers}
	if rows := summary(t, f, everything, v, "city"); len(rows) != 0 {
		t.Errorf("a summary of %v", rows)
	}
	measures, err := f.Measures(t.Context(), everything, v)
	if err != nil || len(measures) != 2 || measures[0].Effect != 0 {
		t.Errorf("measures of %v, %v", measures, err)
	}
	if total, err := f.Members(t.Context(), everything, v, "total"); err != nil || len(total) > 1 || len(total) == 1 && total[0].Old != 0 {
		t.Errorf("a total of %v, %v", total, err)
	}
}

// province is a random province, computed, with figures whose window holds all months.
func province(t *testing.T, seed uint64) (*fixture.Random, *queries.Queries, *queries.Figures) {
	t.Helper()
	r := fixture.NewRandom(seed, 300)
	pack := fixture.RandomPack(t, seed)
	r.Obey(t, pack)
	q := fixture.Open(t)
	fixture.Load(t, q, r.UnitsFile(), r.RecordsFile())
	fixture.Recompute(t, q, pack)
	return r, q, figures(t, q)
}

// views are all comparisons, with either payer and both in turn.
func views(f *queries.Figures) []queries.View {
	payers := [][]contribution.Payer{{contribution.Employer}, contribution.Payers, {contribution.Employee}}
	var list []queries.View
	for i, c := range f.Pack.Comparisons {
		list = append(list, queries.View{Window: period.Range{From: 201801, To: 202512}, Comparison: c.ID, Payers: payers[i%len(payers)]})
	}
	return list
}

func add(rows []queries.SummaryRow) (sum queries.Burden, headcount uint64) {
	for _, r := range rows {
		sum.Old, sum.New, sum.Charged = sum.Old+r.Old, sum.New+r.New, sum.Charged+r.Charged
		headcount += r.Headcount
	}
	return sum, headcount
}

// TestEveryWayOfAddingUpGivesTheSameSums: by region, industry, size and so on, by unit, by month, by line, by measure.
func TestEveryWayOfAddingUpGivesTheSameSums(t *testing.T) {
	for seed, name := range map[uint64]string{4: "one comparison", 5: "several comparisons"} {
		t.Run(name, func(t *testing.T) { everyWayOfAddingUp(t, seed) })
	}
}

func everyWayOfAddingUp(t *testing.T, seed uint64) {
	_, _, f := province(t, seed)
	// Of a unit and month in which one insurance is covered under other comparisons than another, the overview counts the
	// persons of both.
	countsTwice := len(f.Pack.Comparisons) > 1
	for _, v := range views(f) {
		name := fmt.Sprint(v.Comparison, " of ", v.Payers)
		total, persons := add(summary(t, f, everything, v, "region"))
		for _, by := range queries.SummaryDimensions {
			sum, heads := add(summary(t, f, everything, v, by))
			if sum != total || heads != persons && by != "insurance" {
				t.Errorf("%s by %s: %v and %d persons, want %v and %d", name, by, sum, heads, total, persons)
			}
		}
		for _, pair := range [][]string{{"city", "size"}, {"industry", "state"}, {"period", "insurance"}} {
			if sum, _ := add(summary(t, f, everything, v, pair...)); sum != total {
				t.Errorf("%s by %v: %v, want %v", name, pair, sum, total)
			}
		}
		for _, by := range append([]string{"total", "province", "industry"}, dimension.CommonLevels()...) {
			rows, err := f.Members(t.Context(), everything, v, by)
			if err != nil {
				t.Fatal(err)
			}
			var sum queries.Burden
			var heads uint64
			for _, m := range rows {
				sum.Old, sum.New, sum.Charged = sum.Old+m.Old, sum.New+m.New, sum.Charged+m.Charged
				heads += m.Headcount
				if by != "insurance" && m.Units != m.States.Total() {
					t.Errorf("%s of %s %q: %d units in the states %+v", name, by, m.Key, m.Units, m.States)
				}
			}
			if sum != total || heads != persons && by != "insurance" && !countsTwice {
				t.Errorf("%s by %s on the overview: %v and %d persons, want %v and %d", name, by, sum, heads, total, persons)
			}
		}
		months, err := f.Months(t.Context(), everything, v)
		if err != nil {
			t.Fatal(err)
		}
		var sum queries.Burden
		var heads uint64
		for _, m := range months {
			sum.Old, sum.New, sum.Charged = sum.Old+m.Old, sum.New+m.New, sum.Charged+m.Charged
			heads += m.Headcount
		}
		if sum != total || heads != persons && !countsTwice {
			t.Errorf("%s by month: %v and %d persons, want %v and %d", name, sum, heads, total, persons)
		}
		linesAddUp(t, f, v, name, total)
		casesAddUp(t, f, v, name, total)
	}
}

// linesAddUp compares burdens, effects and reasons with the total.
func linesAddUp(t *testing.T, f *queries.Figures, v queries.View, name string, total queries.Burden) {
	t.Helper()
	var sum queries.Burden
	shortfalls := map[string]money.Fen{}
	effects := make([]money.Fen, 4)
	last := ""
	err := f.Burdens(t.Context(), everything, v, func(l *queries.BurdenLine) error {
		line := queries.Burden{Old: l.Old, New: l.New, Charged: l.Charged}
		sum.Old, sum.New, sum.Charged = sum.Old+l.Old, sum.New+l.New, sum.Charged+l.Charged
		var due money.Fen
		for i, e := range l.Effects {
			due += money.Fen(e)
			effects[i] += money.Fen(e)
		}
		key := fmt.Sprint(l.UnitID, l.Period, l.Insurance, l.Payer)
		if due != line.Due() {
			t.Errorf("%s, %s: the effects %v add up to %v, not to %v", name, key, l.Effects, due, line.Due())
		}
		if key <= last {
			t.Errorf("%s: %s stands behind %s", name, key, last)
		}
		last = key
		shortfalls[key] = line.Shortfall()
		return nil
	})
	if err != nil || sum != total {
		t.Errorf("%s by line: %v, want %v; %v", name, sum, total, err)
	}
	err = f.ReasonLines(t.Context(), everything, v, func(l *queries.ReasonLine) error {
		shortfalls[fmt.Sprint(l.UnitID, l.Period, l.Insurance, l.Payer)] -= l.Amount
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, left := range shortfalls {
		if left != 0 {
			t.Errorf("%s, %s: %v of the shortfall is not explained", name, key, left)
		}
	}
	measures, err := f.Measures(t.Context(), everything, v)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range measures {
		if m.Effect != effects[i] {
			t.Errorf("%s: %s has the effect %v, by line %v", name, m.Measure, m.Effect, effects[i])
		}
	}
}

// casesAddUp compares the units' sums and reasons with the total.
func casesAddUp(t *testing.T, f *queries.Figures, v queries.View, name string, total queries.Burden) {
	t.Helper()
	var sum queries.Burden
	var explained money.Fen
	err := f.CaseLines(t.Context(), everything, v, func(c *queries.CaseLine) error {
		sum.Old, sum.New, sum.Charged = sum.Old+c.Old, sum.New+c.New, sum.Charged+c.Charged
		var ofCase money.Fen
		for i, fen := range c.ReasonAmounts {
			ofCase += money.Fen(fen)
			if i > 0 && absolute(fen) > absolute(c.ReasonAmounts[i-1]) {
				t.Errorf("%s, %s: the reasons are not in order: %s", name, c.UnitID, c.Reasons())
			}
		}
		if ofCase != c.Charged-c.New {
			t.Errorf("%s, %s: %s does not add up to %v", name, c.UnitID, c.Reasons(), c.Charged-c.New)
		}
		explained += ofCase
		return nil
	})
	if err != nil || sum != total || explained != total.Shortfall() {
		t.Errorf("%s by unit: %v, want %v; %v", name, sum, total, err)
	}
	reasons, err := f.Reasons(t.Context(), everything, v)
	for _, r := range reasons {
		explained -= r.Amount
	}
	if err != nil || explained != 0 {
		t.Errorf("%s: the reasons %v leave %v, %v", name, reasons, explained, err)
	}
}

func absolute(n int64) int64 { return max(n, -n) }

// TestAScopeShowsItsRegionsAndNothingElse asks every question for one city after the other: the answers name no other
// region's units, and together they are the whole.
func TestAScopeShowsItsRegionsAndNothingElse(t *testing.T) {
	r, q, f := province(t, 6)
	regionOf := map[string]map[string]bool{} // cities by unit
	for _, u := range r.Units {
		if regionOf[u.ID] == nil {
			regionOf[u.ID] = map[string]bool{}
		}
		regionOf[u.ID][u.RegionCode[:4]+"00"] = true
	}
	v := queries.View{Window: period.Range{From: 201801, To: 202512}, Comparison: f.Pack.DefaultComparison().ID, Payers: contribution.Payers}
	whole := answers(t, f, everything, v, nil)
	parts := map[string]uint64{}
	for _, row := range summary(t, f, everything, v, "city") {
		city := row.Keys[0]
		scope := filter.Regions(city)
		inside := func(unit string) {
			if !regionOf[unit][city] {
				t.Errorf("the scope %s shows unit %s", city, unit)
			}
		}
		for name, n := range answers(t, f, scope, v, inside) {
			parts[name] += n
		}
		if rows := summary(t, f, scope, v, "city"); len(rows) != 1 || fmt.Sprint(rows[0]) != fmt.Sprint(row) {
			t.Errorf("%s in its own scope: %v, from above: %v", city, rows, row)
		}
		members, err := f.Members(t.Context(), scope, v, "city")
		if err != nil || len(members) != 1 || members[0].Key != city {
			t.Errorf("the overview of %s: %v, %v", city, members, err)
		}
	}
	for name, n := range whole {
		if parts[name] != n {
			t.Errorf("%s: %d in the whole, %d in the cities", name, n, parts[name])
		}
	}
	for name, scope := range map[string]filter.Scope{"no scope at all": {}, "another province": filter.Regions("130000"), "a region that is no code": filter.Regions("'; --")} {
		for question, n := range answers(t, f, scope, v, func(unit string) { t.Errorf("%s shows %s", name, unit) }) {
			if n != 0 {
				t.Errorf("%s: %s gives %d", name, question, n)
			}
		}
	}
	all, err := q.Loads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	versions, err := q.UnitVersions(t.Context(), filter.Regions("440300"), queries.LoadIDs(all), nil)
	if err != nil || len(versions) == 0 || slices.ContainsFunc(versions, func(u contribution.Unit) bool { return !strings.HasPrefix(u.RegionCode, "4403") }) {
		t.Errorf("%d registrations in Shenzhen, %v", len(versions), err)
	}
}

// answers asks every question of a scope, and returns what adds up over scopes that do not overlap: fen and lines.
func answers(t *testing.T, f *queries.Figures, scope filter.Scope, v queries.View, unit func(string)) map[string]uint64 {
	t.Helper()
	sums := map[string]uint64{}
	see := func(id string) {
		if unit != nil {
			unit(id)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.Burdens(t.Context(), scope, v, func(l *queries.BurdenLine) error {
		see(l.UnitID)
		sums["lines"]++
		sums["fen of lines"] += uint64(l.Old + l.New + l.Charged) //nolint:gosec // wraps alike on both sides
		return nil
	}))
	must(f.ReasonLines(t.Context(), scope, v, func(l *queries.ReasonLine) error {
		see(l.UnitID)
		sums["reasons"] += uint64(l.Amount) //nolint:gosec // wraps alike on both sides
		return nil
	}))
	must(f.Uncovered(t.Context(), scope, v, func(l *queries.UncoveredLine) error {
		see(l.UnitID)
		sums["uncovered"] += uint64(l.Records)
		return nil
	}))
	must(f.CaseLines(t.Context(), scope, v, func(c *queries.CaseLine) error {
		see(c.UnitID)
		sums["fen of cases"] += uint64(c.Charged) //nolint:gosec // wraps alike on both sides
		return nil
	}))
	for _, row := range summary(t, f, scope, v, "industry", "size") {
		sums["summary"] += uint64(row.Charged) //nolint:gosec // wraps alike on both sides
		sums["persons"] += row.Headcount
	}
	total, err := f.Members(t.Context(), scope, v, "total")
	must(err)
	for _, m := range total {
		sums["members"] += uint64(m.Charged) //nolint:gosec // wraps alike on both sides
	}
	months, err := f.Months(t.Context(), scope, v)
	must(err)
	for _, m := range months {
		sums["months"] += uint64(m.Charged) //nolint:gosec // wraps alike on both sides
	}
	measures, err := f.Measures(t.Context(), scope, v)
	must(err)
	for _, m := range measures {
		sums["measures"] += uint64(m.Effect) //nolint:gosec // wraps alike on both sides
	}
	reasons, err := f.Reasons(t.Context(), scope, v)
	must(err)
	for _, r := range reasons {
		sums["reasons of all"] += uint64(r.Amount) //nolint:gosec // wraps alike on both sides
	}
	return sums
}
