package etl_test

import (
	"fmt"
	"slices"
	"testing"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/contribution"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// held lists the runs that have rows of their own.
func held(t *testing.T, q *queries.Queries) string {
	t.Helper()
	rows, err := q.HeldByRuns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var runs []uint32
	for _, h := range rows {
		runs = append(runs, h.RunID)
	}
	return fmt.Sprint(slices.Compact(runs))
}

func drop(t *testing.T, q *queries.Queries, keep int) etl.Dropped {
	t.Helper()
	d, err := etl.DropRuns(t.Context(), q, access.CommandLine("test"), keep, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// readable tells what the figures of a run answer.
func readable(t *testing.T, q *queries.Queries, run uint32) string {
	t.Helper()
	if _, err := q.FiguresOf(t.Context(), run); err != nil {
		return problem.Code(err)
	}
	return "yes"
}

// TestOldRunsAreDroppedAndNothingThatIsNeeded makes five runs: 1 computes both months, 2 is killed, 3 computes May anew
// and shows April of 1, 4 computes May and 5 June, showing April of 1 and May of 4.
func TestOldRunsAreDroppedAndNothingThatIsNeeded(t *testing.T) {
	dir := enginetest.Dir(t)
	q, pack := fixture.OpenAt(t, dir), fixture.Pack(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	may := period.Range{From: 201905, To: 201905}
	recompute(t, q, pack, period.Range{})
	dies(t, doom{Data: dir, AtProgress: 1})
	recompute(t, q, pack, may)
	recompute(t, q, pack, may)
	fixture.Load(t, q, fixture.RecordsHeader+record("06-A1", fixture.A, "2019-06", "pension", "10000", "1600"))
	recompute(t, q, pack, period.Range{})
	want := totals(t, q)
	if got := held(t, q); got != "[1 2 3 4 5]" {
		t.Fatalf("before, runs hold %s", got)
	}

	if d := drop(t, q, 12); len(d.Runs) != 0 || fmt.Sprint(d.Freed) != "[2]" || fmt.Sprint(d.Kept) != "[5 4 3 1]" || d.Bytes == 0 {
		t.Errorf("with all of them kept, only the killed run goes: %+v", d)
	}

	// A crash between the note and the first drop.
	if err := q.GiveUpRuns(t.Context(), []uint32{3}, fixture.Now()); err != nil {
		t.Fatal(err)
	}
	enginetest.Kill(t, dir)
	q = fixture.OpenAt(t, dir)
	if got := readable(t, q, 3); got != "run_dropped" {
		t.Errorf("a run that is given up can be read after the crash: %s", got)
	}
	// And one after the first table.
	rows, err := q.HeldByRuns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := rows[slices.IndexFunc(rows, func(h queries.Held) bool { return h.RunID == 3 })]
	if err := q.DropHeld(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	enginetest.Kill(t, dir)
	q = fixture.OpenAt(t, dir)
	if d := drop(t, q, 1); fmt.Sprint(d.Runs) != "[4 1]" || fmt.Sprint(d.Freed) != "[3]" || fmt.Sprint(d.Kept) != "[5]" {
		t.Errorf("after two crashes, one run kept: %+v", d)
	}
	if got := held(t, q); got != "[1 4 5]" {
		t.Errorf("runs hold %s, and the current one shows April of 1 and May of 4", got)
	}
	for run, want := range map[uint32]string{1: "run_dropped", 2: "run_unknown", 3: "run_dropped", 4: "run_dropped", 5: "yes", 6: "run_unknown"} {
		if got := readable(t, q, run); got != want {
			t.Errorf("run %d: %s, want %s", run, got, want)
		}
	}
	if got := totals(t, q); got != want {
		t.Errorf("the current run shows\n%s, and before\n%s", got, want)
	}
	if d := drop(t, q, 1); len(d.Runs)+len(d.Freed) != 0 {
		t.Errorf("dropping twice drops more: %+v", d)
	}

	// Once the current run computed all of its months, nothing of the others is needed.
	recompute(t, q, pack, period.Range{From: 201901, To: 201912})
	if d := drop(t, q, 1); fmt.Sprint(d.Runs) != "[5]" || fmt.Sprint(d.Freed) != "[1 4 5]" {
		t.Errorf("nothing is needed any more: %+v", d)
	}
	if got := totals(t, q); got != want {
		t.Errorf("the current run shows\n%s, and before\n%s", got, want)
	}
}

func TestAnEmptyStoreHasNothingToDrop(t *testing.T) {
	if d := drop(t, fixture.Open(t), 1); len(d.Runs)+len(d.Kept)+len(d.Freed) != 0 {
		t.Errorf("%+v", d)
	}
}

func TestARunThatASavedScenarioIsComparedWithStays(t *testing.T) {
	q, pack := fixture.Open(t), fixture.Pack(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	year := period.Range{From: 201901, To: 201912}
	for range 3 {
		recompute(t, q, pack, year)
	}
	id, err := q.NextScenario(t.Context(), fixture.Now())
	if err != nil {
		t.Fatal(err)
	}
	scenario := queries.Scenario{ID: id, BaseRun: 1, Months: month(201905), Moves: []policy.Move{{Target: "rate", Way: "points", Insurance: contribution.Pension, Payer: contribution.Employer, Area: "320000"}}, PackHash: pack.Hash, ComputedAt: fixture.Now()}
	if err := q.InsertScenario(t.Context(), scenario, pack); err != nil {
		t.Fatal(err)
	}
	if err := q.SaveScenario(t.Context(), id, queries.Saved{Name: "再降一个点", Account: "a", Author: "b", At: fixture.Now()}); err != nil {
		t.Fatal(err)
	}
	if d := drop(t, q, 1); fmt.Sprint(d.Runs) != "[2]" || fmt.Sprint(d.Kept) != "[3 1]" || fmt.Sprint(d.Freed) != "[2]" {
		t.Errorf("%+v", d)
	}
	if got := readable(t, q, 1); got != "yes" {
		t.Errorf("the run that the scenario is compared with: %s", got)
	}
	if _, err := q.Scenario(t.Context(), id); err != nil {
		t.Errorf("the scenario itself: %v", err)
	}
}
