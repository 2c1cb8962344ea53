package etl_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/etl"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/queries"
)

// pensionTo is the move of the employers' pension rate to a value, from May 2019 on.
func pensionTo(rate money.Rate, area string) policy.Move {
	return policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Insurance: contribution.Pension, Payer: contribution.Employer, Area: area, From: 201905, Rate: rate}
}

// month is a window of one month.
func month(m period.Period) period.Range { return period.Range{From: m, To: m} }

// effects are those of a scenario on everything, for employers.
func effects(t *testing.T, q *queries.Queries, s queries.Scenario) queries.Effects {
	t.Helper()
	f, err := q.ScenarioFigures(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	v, err := f.Complete(queries.View{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.Effects(t.Context(), everything, v)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestAPointLessOfPension is worked out by hand: under the new policy the employers of May 2019 owe A 1,600 and 100 of
// unemployment, B 2,240, C 560 and D 1,600. With 15 % for 16 % it is A 1,500 and 100, B 2,100, C 525 and D 1,500.
func TestAPointLessOfPension(t *testing.T) {
	q := fixture.Computed(t)
	s, _, err := fixture.WhatIfs(q).Compute(t.Context(), month(201905), pensionTo(150_000, "320000"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Number() != 1 || s.BaseRun != 1 || s.Checked != 4 || s.Saved != nil {
		t.Errorf("the scenario: %+v", s)
	}
	got := effects(t, q, s)
	want := queries.Effects{
		Total: queries.Effect{Before: 610_000, After: 572_500, Falls: 37_500, Units: 4, Less: 4, Headcount: 5, Affected: 5},
		ByRegion: []queries.Effect{
			{Key: "320100", Before: 394_000, After: 370_000, Falls: 24_000, Units: 2, Less: 2, Headcount: 2, Affected: 2},
			{Key: "320500", Before: 216_000, After: 202_500, Falls: 13_500, Units: 2, Less: 2, Headcount: 3, Affected: 3},
		},
		ByIndustry: []queries.Effect{
			{Key: "C", Before: 170_000, After: 160_000, Falls: 10_000, Units: 1, Less: 1, Headcount: 1, Affected: 1},
			{Key: "F", Before: 224_000, After: 210_000, Falls: 14_000, Units: 1, Less: 1, Headcount: 1, Affected: 1},
			{Key: "H", Before: 160_000, After: 150_000, Falls: 10_000, Units: 1, Less: 1, Headcount: 2, Affected: 2},
			{Key: "I", Before: 56_000, After: 52_500, Falls: 3_500, Units: 1, Less: 1, Headcount: 1, Affected: 1},
		},
		BySize: []queries.Effect{
			{Key: "large", Before: 170_000, After: 160_000, Falls: 10_000, Units: 1, Less: 1, Headcount: 1, Affected: 1},
			{Key: "micro", Before: 56_000, After: 52_500, Falls: 3_500, Units: 1, Less: 1, Headcount: 1, Affected: 1},
			{Key: "small", Before: 384_000, After: 360_000, Falls: 24_000, Units: 2, Less: 2, Headcount: 3, Affected: 3},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("effects\n%+v, want\n%+v", got, want)
	}

	// The ordinary statements say the same of it.
	f, err := q.ScenarioFigures(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	v, err := f.Complete(queries.View{})
	if err != nil || v.Comparison != policy.WhatIfComparison || v.Window != (period.Range{From: 201905, To: 201905}) {
		t.Fatalf("the view of a scenario: %+v, %v", v, err)
	}
	rows, err := f.Members(t.Context(), everything, v, "insurance")
	if err != nil || len(rows) != 2 {
		t.Fatalf("by insurance: %+v, %v", rows, err)
	}
	for _, r := range rows {
		want := map[string][2]money.Fen{"pension": {600_000, 562_500}, "unemployment": {10_000, 10_000}}[r.Key]
		if r.Old != want[0] || r.New != want[1] {
			t.Errorf("%s: %v and %v, want %v", r.Key, r.Old, r.New, want)
		}
	}
}

// TestLessAndMoreStandApart: with 15 % for 16 % and a floor of 4,000 for 3,500, C owes 600 for 560, while A and D owe 100 less and B 140.
func TestLessAndMoreStandApart(t *testing.T) {
	q := fixture.Computed(t)
	floor := policy.Move{Target: policy.MoveFloor, Way: policy.SetTo, Area: "320000", From: 201905, Amount: 400_000}
	s, _, err := fixture.WhatIfs(q).Compute(t.Context(), month(201905), pensionTo(150_000, "320000"), floor)
	if err != nil {
		t.Fatal(err)
	}
	e := effects(t, q, s)
	want := queries.Effect{Before: 610_000, After: 580_000, Units: 4, Less: 3, More: 1, Falls: 34_000, Rises: 4_000, Headcount: 5, Affected: 5}
	if e.Total != want {
		t.Errorf("in all: %+v, want %+v", e.Total, want)
	}
	for _, members := range [][]queries.Effect{e.ByRegion, e.ByIndustry, e.BySize} {
		var falls, rises money.Fen
		for _, m := range members {
			if m.Rises-m.Falls != m.Change() {
				t.Errorf("%+v: what is paid less and more does not make the change", m)
			}
			falls, rises = falls+m.Falls, rises+m.Rises
		}
		if falls != want.Falls || rises != want.Rises {
			t.Errorf("the members make %v less and %v more", falls, rises)
		}
	}
}

// TestACapThatFalls: with a cap of 12,000 for 14,000 only B pays less, 1,920 for 2,240; with a floor of 4,000 for 3,500
// only C pays more, 640 for 560. In Suzhou alone, the cap changes nothing.
func TestACapThatFalls(t *testing.T) {
	q := fixture.Computed(t)
	for _, test := range []struct {
		target     policy.Target
		amount     money.Fen
		area       string
		change     money.Fen
		less, more uint64
	}{
		{policy.MoveCap, 1_200_000, "320000", -32_000, 1, 0},
		{policy.MoveCap, 1_200_000, "320500", 0, 0, 0},
		{policy.MoveFloor, 400_000, "000000", 8_000, 0, 1},
	} {
		move := policy.Move{Target: test.target, Way: policy.SetTo, Area: test.area, From: 201905, Amount: test.amount}
		s, _, err := fixture.WhatIfs(q).Compute(t.Context(), month(201905), move)
		if err != nil {
			t.Fatal(err)
		}
		if e := effects(t, q, s).Total; e.Change() != test.change || e.Less != test.less || e.More != test.more || e.Same != 4-test.less-test.more {
			t.Errorf("%+v: %+v", move, e)
		}
	}
}

func TestNoChangeGivesNothingAnywhere(t *testing.T) {
	q := fixture.Computed(t)
	for _, move := range []policy.Move{
		pensionTo(160_000, "320000"),
		{Target: policy.MoveRate, Way: policy.ByPoints, Insurance: contribution.Pension, Payer: contribution.Employee, Area: "000000", From: 201901},
		{Target: policy.MoveFloor, Way: policy.ByPercent, Area: "320000", From: 201905},
	} {
		s, _, err := fixture.WhatIfs(q).Compute(t.Context(), month(201905), move)
		if err != nil {
			t.Fatal(err)
		}
		e := effects(t, q, s)
		for _, members := range [][]queries.Effect{{e.Total}, e.ByRegion, e.ByIndustry, e.BySize} {
			for _, m := range members {
				if m.Change() != 0 || m.Same != m.Units || m.Less+m.More != 0 || m.Affected != 0 || m.Units == 0 {
					t.Errorf("%+v: %+v", move, m)
				}
			}
		}
	}
}

// official is everything that a reader could see of the official figures, and what the store keeps of runs.
func official(t *testing.T, q *queries.Queries) string {
	t.Helper()
	var all bytes.Buffer
	write := func(what string, value any, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %s\n", what, text)
	}
	f, err := q.Figures(t.Context())
	write("run", f.Run, err)
	for _, payers := range [][]contribution.Payer{{contribution.Employer}, contribution.Payers} {
		overview, err := q.Overview(t.Context(), everything, queries.View{Payers: payers})
		write("overview", overview, err)
		v, err := f.Complete(queries.View{Payers: payers})
		write("view", v, err)
		write("burdens", "", f.Burdens(t.Context(), everything, v, func(l *queries.BurdenLine) error { write("line", l, nil); return nil }))
		write("cases", "", f.CaseLines(t.Context(), everything, v, func(c *queries.CaseLine) error { write("case", c, nil); return nil }))
		write("uncovered", "", f.Uncovered(t.Context(), everything, v, func(l *queries.UncoveredLine) error { write("line", l, nil); return nil }))
		write("reasons", "", f.ReasonLines(t.Context(), everything, v, func(l *queries.ReasonLine) error { write("line", l, nil); return nil }))
		for _, by := range queries.SummaryDimensions {
			rows, err := f.Summary(t.Context(), everything, v, []string{by})
			write(by, rows, err)
		}
	}
	months, err := q.RunPeriods(t.Context(), f.Run.ID)
	write("months", months, err)
	totals, err := q.RunTotals(t.Context(), f.Run.ID)
	write("totals", totals, err)
	counts, err := q.RunCovers(t.Context(), f.Run.ID, len(f.Run.Scenarios))
	write("counts", counts, err)
	runs, err := store.Select[struct {
		ID    uint32 `ch:"run_id"`
		State string `ch:"state"`
	}](t.Context(), q.Store(), "SELECT run_id, toString(state) AS state FROM runs ORDER BY run_id", nil)
	write("runs", runs, err)
	packs, err := store.Select[struct {
		Hash string `ch:"pack_hash"`
	}](t.Context(), q.Store(), "SELECT DISTINCT pack_hash FROM packs ORDER BY pack_hash", nil)
	write("packs", packs, err)
	return all.String()
}

// TestScenariosAreNoOfficialFigures: everything official is byte for byte the same with scenarios as without, and so is
// what the next recompute makes of it.
func TestScenariosAreNoOfficialFigures(t *testing.T) {
	with, without := fixture.Computed(t), fixture.Computed(t)
	before := official(t, with)
	w := fixture.WhatIfs(with)
	for i, move := range []policy.Move{pensionTo(150_000, "320000"), pensionTo(10_000, "000000")} {
		s, _, err := w.Compute(t.Context(), month(201905), move)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			err = with.SaveScenario(t.Context(), s.ID, queries.Saved{Name: "十五", Account: "a", Author: "甲", At: fixture.Now()})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if after := official(t, with); after != before || after != official(t, without) {
		t.Errorf("official figures before\n%s\nafter\n%s", before, after)
	}
	for _, q := range []*queries.Queries{with, without} {
		fixture.Load(t, q, fixture.RecordsHeader+record("06-A1", fixture.A, "2019-06", "pension", "10000", "1600"))
		recompute(t, q, fixture.Pack(t), period.Range{})
	}
	if a, b := official(t, with), official(t, without); a != b {
		t.Errorf("after the next recompute, with scenarios\n%s\nwithout\n%s", a, b)
	}
	s, err := with.Scenario(t.Context(), queries.FirstScenario)
	if err != nil || s.Saved == nil || effects(t, with, s).Total.Change() != -37_500 {
		t.Errorf("the saved scenario afterwards: %+v, %v", s, err)
	}
}

// TestScenariosAreReusedKeptAndCleanedUp follows the life of scenarios.
func TestScenariosAreReusedKeptAndCleanedUp(t *testing.T) {
	q := fixture.Computed(t)
	now := fixture.Now()
	w := &etl.WhatIfs{Queries: q, Sample: 10, Now: func() time.Time { return now }}
	compute := func(rate money.Rate) uint32 {
		t.Helper()
		s, _, err := w.Compute(t.Context(), month(201905), pensionTo(rate, "320000"))
		if err != nil {
			t.Fatal(err)
		}
		return s.ID
	}
	numbers := func() (list []uint32) {
		t.Helper()
		all, err := q.Scenarios(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			list = append(list, s.Number())
		}
		return list
	}
	if _, found, err := w.Find(t.Context(), month(201905), pensionTo(150_000, "320000")); found || err != nil || len(numbers()) != 0 {
		t.Errorf("before it is computed, it is found: %v, %v; there are %v", found, err, numbers())
	}
	first := compute(150_000)
	if again, found, err := w.Find(t.Context(), month(201905), pensionTo(150_000, "320000")); again.ID != first || !found || err != nil {
		t.Errorf("scenario %d is found: %v, as %d, %v", first, found, again.ID, err)
	}
	if again, fresh, err := w.Compute(t.Context(), month(201905), pensionTo(150_000, "320000")); again.ID != first || fresh || err != nil {
		t.Errorf("the same question made scenario %d of %d, %v", again.ID, first, err)
	}
	if err := q.SaveScenario(t.Context(), first, queries.Saved{Name: "十五", Account: "a", At: now}); err != nil {
		t.Fatal(err)
	}
	for rate := range money.Rate(7) {
		compute(100_000 + rate)
	}
	if got := numbers(); !slices.Equal(got, []uint32{8, 7, 6, 5, 4, 1}) {
		t.Errorf("there are %v; the saved one and the last five should be", got)
	}
	if now = now.Add(25 * time.Hour); compute(130_000) == 0 || !slices.Equal(numbers(), []uint32{9, 1}) {
		t.Errorf("a day later there are %v", numbers())
	}
	if err := q.DropScenario(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Scenario(t.Context(), first); problem.Code(err) != "what_if_gone" {
		t.Errorf("a deleted scenario: %v", err)
	}
	if left := rowsOf(t, q, first); left != 0 {
		t.Errorf("%d rows of a deleted scenario are left", left)
	}
	if err := q.DropScenario(t.Context(), 1); err == nil {
		t.Error("a run was dropped as if it were a scenario")
	}
}

// rowsOf counts what the tables that are cut by run hold of one.
func rowsOf(t *testing.T, q *queries.Queries, id uint32) uint64 {
	t.Helper()
	type row struct {
		Rows uint64 `ch:"rows"`
	}
	found, err := store.One[row](t.Context(), q.Store(),
		"SELECT sum(rows) AS rows FROM system.parts WHERE active AND database = currentDatabase() AND partition_id = toString({id:UInt32})", store.Params{"id": id})
	if err != nil {
		t.Fatal(err)
	}
	return found.Rows
}

// TestWhatFailsLeavesNothing: a what-if that is cancelled on its way is neither in a list nor in a table, and the number
// of one that was killed is swept up by the next.
func TestWhatFailsLeavesNothing(t *testing.T) {
	q := fixture.Computed(t)
	w := fixture.WhatIfs(q)
	for code, ask := range map[string]func() error{
		"what_if_too_late": func() error {
			_, _, err := w.Compute(t.Context(), month(201904), pensionTo(150_000, "320000"))
			return err
		},
		"what_if_no_month": func() error {
			_, _, err := w.Compute(t.Context(), month(202001), pensionTo(150_000, "320000"))
			return err
		},
	} {
		if err := ask(); problem.Code(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
	// The clock is asked when the computing begins and when the rows are there: then it is given up.
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	w.Now = func() time.Time {
		if asked++; asked == 2 {
			cancel()
		}
		return fixture.Now()
	}
	if _, _, err := w.Compute(ctx, month(201905), pensionTo(150_000, "320000")); !errors.Is(err, context.Canceled) {
		t.Fatalf("a cancelled what-if: %v", err)
	}
	if list, err := q.Scenarios(t.Context()); err != nil || len(list) != 0 || rowsOf(t, q, queries.FirstScenario) != 0 {
		t.Errorf("left: %v, %d rows, %v", list, rowsOf(t, q, queries.FirstScenario), err)
	}

	killed := queries.FirstScenario + 7
	if _, err := q.RecomputeUnits(t.Context(), queries.Months{Run: killed, Periods: []uint32{201905}, Loads: []uint32{1, 2}}, queries.Distinctions{}); err != nil {
		t.Fatal(err)
	}
	if rowsOf(t, q, killed) == 0 {
		t.Fatal("the one that was killed has no rows")
	}
	if _, _, err := fixture.WhatIfs(q).Compute(t.Context(), month(201905), pensionTo(150_000, "320000")); err != nil || rowsOf(t, q, killed) != 0 {
		t.Errorf("%d rows of one that was killed are left, %v", rowsOf(t, q, killed), err)
	}
}

// TestOneIsComputedAtATime: while one waits for the store, the next is told so.
func TestOneIsComputedAtATime(t *testing.T) {
	q := fixture.Computed(t)
	w := fixture.WhatIfs(q)
	waiting, release := make(chan struct{}), make(chan struct{})
	w.Lock = func(context.Context) (func(), error) {
		close(waiting)
		<-release
		return func() {}, nil
	}
	done := make(chan error, 1)
	go func() {
		_, _, err := w.Compute(t.Context(), month(201905), pensionTo(150_000, "320000"))
		done <- err
	}()
	select {
	case <-waiting:
	case err := <-done:
		t.Fatalf("the first one did not come as far as the lock: %v", err)
	}
	if _, _, err := w.Compute(t.Context(), month(201905), pensionTo(150_000, "320000")); problem.Code(err) != "what_if_busy" {
		t.Errorf("the second one: %v", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestTheRuleInGoAgreesOnScenarios computes what-ifs on random populations under random packs, every unit once more in Go.
func TestTheRuleInGoAgreesOnScenarios(t *testing.T) {
	computed := 0
	for seed := range uint64(4) {
		q, pack, random := fixture.Open(t), fixture.RandomPack(t, seed), fixture.NewRandom(seed, 40)
		random.Obey(t, pack)
		fixture.Load(t, q, random.UnitsFile(), random.RecordsFile())
		fixture.Recompute(t, q, pack)
		w := fixture.WhatIfs(q)
		for i, ins := range contribution.Insurances {
			moves := []policy.Move{
				{Target: policy.MoveRate, Way: policy.SetTo, Insurance: ins, Payer: contribution.Employer, Area: "320000", From: 201904, Rate: 123_456},
				{Target: policy.MoveRate, Way: policy.ByPoints, Insurance: ins, Payer: contribution.Employee, Area: "000000", From: 201905, Rate: 7_001},
				{Target: policy.MoveFloor, Way: policy.ByPercent, Insurance: ins, Area: "440000", From: 201905, Rate: -33_333},
				{Target: policy.MoveCap, Way: policy.ByPercent, Area: "000000", From: 201905, Rate: 12_345},
			}
			for k := range 2 {
				move := moves[(i+2*k+int(seed))%len(moves)] //nolint:gosec // four seeds
				_, _, err := w.Compute(t.Context(), month(201905), move)
				switch problem.Code(err) {
				case "what_if_elective", "what_if_nothing", "what_if_inexpressible", "what_if_floor_above_cap":
				default:
					if err != nil {
						t.Errorf("seed %d: %+v: %v", seed, move, err)
					}
					computed++
				}
			}
		}
	}
	if computed < 12 {
		t.Errorf("only %d scenarios were computed", computed)
	}
}

// TestSeveralChangesOverSeveralMonths: a point less of pension from April on takes 380 of April's 7,700. With Suzhou's rate
// set to 10 % from May on, May's 6,100 become A 1,500 and 100, B 2,100, C 350 and D 1,000.
func TestSeveralChangesOverSeveralMonths(t *testing.T) {
	q := fixture.Computed(t)
	point := policy.Move{Target: policy.MoveRate, Way: policy.ByPoints, Insurance: contribution.Pension, Payer: contribution.Employer, Area: "320000", From: 201904, Rate: -10_000}
	moves := []policy.Move{point, pensionTo(100_000, "320500")}
	months := period.Range{From: 201904, To: 201905}
	s, fresh, err := fixture.WhatIfs(q).Compute(t.Context(), months, moves...)
	if err != nil || !fresh {
		t.Fatal(err)
	}
	if e := effects(t, q, s).Total; e.Before != 1_380_000 || e.After != 732_000+505_000 || e.Units != 4 || e.Less != 4 || e.Headcount != 5 {
		t.Errorf("effects: %+v", e)
	}
	kept, err := q.Scenario(t.Context(), s.ID)
	if err != nil || kept.Months != months || !slices.Equal(kept.Moves, moves) || kept.Checked != 4 {
		t.Errorf("kept as %+v, %v", kept, err)
	}
	if again, fresh, err := fixture.WhatIfs(q).Compute(t.Context(), months, moves...); again.ID != s.ID || fresh || err != nil {
		t.Errorf("the same question made scenario %d, %v", again.ID, err)
	}

	// A month that a later run computed again, with more loads than the other had, is computed by its own loads.
	fixture.Load(t, q, fixture.RecordsHeader+record("05-A4", fixture.A, "2019-05", "pension", "1000", "160"))
	recompute(t, q, fixture.Pack(t), period.Range{})
	s, fresh, err = fixture.WhatIfs(q).Compute(t.Context(), months, moves...)
	if err != nil || !fresh {
		t.Fatalf("after the next run: %v", err)
	}
	if e := effects(t, q, s).Total; e.Before != 1_380_000+56_000 { // 16 % of the floor
		t.Errorf("after the next run: %+v", e)
	}
}

// TestAWhatIfOfUnitsWithoutAnIndustry: units whose industry is not known are a member of their own, to which a view can be
// narrowed as to any other.
func TestAWhatIfOfUnitsWithoutAnIndustry(t *testing.T) {
	q := fixture.Open(t)
	units := strings.ReplaceAll(fixture.Units(), ",F5211,", ",,")
	if units == fixture.Units() {
		t.Fatal("no unit has lost its industry")
	}
	fixture.Load(t, q, units, fixture.Records())
	fixture.Recompute(t, q, fixture.Pack(t))
	s, _, err := fixture.WhatIfs(q).Compute(t.Context(), month(201905), pensionTo(150_000, "320000"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := q.ScenarioFigures(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	v, err := f.Complete(queries.View{Narrow: queries.Narrow{Industry: dimension.Nothing}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Effects(t.Context(), everything, v)
	if err != nil {
		t.Fatal(err)
	}
	if got.Total.Units != 1 || got.Total.Before != 224_000 || got.Total.After != 210_000 {
		t.Errorf("%+v", got.Total)
	}
}
