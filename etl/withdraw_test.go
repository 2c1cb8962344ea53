package etl_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// withdraw takes a load back.
func withdraw(t *testing.T, q *queries.Queries, load uint32) etl.Withdrawn {
	t.Helper()
	w, err := etl.Withdraw(t.Context(), q, access.CommandLine("test"), load, "the wrong file", fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// standing are the wages of the records that count, by key.
func standing(t *testing.T, q *queries.Queries) map[string]string {
	t.Helper()
	visible, err := q.Visible(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	records, err := q.SampleRecords(t.Context(), visible.IDs(), []string{fixture.A, fixture.B, fixture.C, fixture.D}, []uint32{201904, 201905, 201906})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, r := range records {
		if before, twice := found[r.ID]; twice {
			t.Errorf("record %s counts twice, as %s and %s", r.ID, before, r.Wage)
		}
		found[r.ID] = fmt.Sprint(r.Period, " ", r.Wage)
	}
	return found
}

func view(t *testing.T, figures *queries.Figures) queries.View {
	t.Helper()
	complete, err := figures.Complete(queries.View{})
	if err != nil {
		t.Fatal(err)
	}
	return complete
}

func file(records ...string) string { return fixture.RecordsHeader + strings.Join(records, "") }

// TestAWithdrawnLoadCountsNoMore: the version beneath is the one in force again, what a later file had said once more stands by that
// file, the next recompute touches the months of the load alone, and its figures are those of a store without the load.
func TestAWithdrawnLoadCountsNoMore(t *testing.T) {
	q, pack := fixture.Open(t), fixture.Pack(t)
	first := file(record("1", fixture.A, "2019-04", "pension", "4000", "800"), record("2", fixture.A, "2019-05", "pension", "4000", "640"))
	fixture.Load(t, q, fixture.Units(), first)
	recompute(t, q, pack, period.Range{})
	before := totals(t, q)
	wrong := fixture.Load(t, q, file(record("2", fixture.A, "2019-05", "pension", "9000", "1440"), record("3", fixture.B, "2019-05", "pension", "5000", "800")))[0].ID
	fixture.Load(t, q, file(record("3", fixture.B, "2019-05", "pension", "5000", "800"))+"\n")
	recompute(t, q, pack, period.Range{})

	w := withdraw(t, q, wrong)
	if w.Gone != 2 || w.Back != 2 || !w.Shown || len(w.Later) != 0 || w.Account == "" || w.Reason != "the wrong file" || !slices.Equal(w.Periods, []uint32{201905}) {
		t.Errorf("withdrawn %+v", w)
	}
	if got := fmt.Sprint(standing(t, q)); got != "map[1:2019-04 4000.00 2:2019-05 4000.00 3:2019-05 5000.00]" {
		t.Errorf("now counts %s", got)
	}
	figures, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if stamp, err := figures.Stamp(t.Context(), everything); err != nil || stamp.Waiting == nil || stamp.Waiting.Withdrawn != 1 || stamp.Waiting.Loads != 0 {
		t.Errorf("what waits is %+v, %v", stamp.Waiting, err)
	}
	if r, err := q.Reconcile(t.Context()); err != nil || !r.Good() || !slices.Equal(r.Withdrawn, []uint32{wrong}) {
		t.Errorf("the figures that still have the load do not add up: %+v, %v", r, err)
	}
	if got := recompute(t, q, pack, period.Range{}); got != "2019-05" {
		t.Errorf("computed %s", got)
	}
	if got := recompute(t, q, pack, period.Range{}); got != "unchanged" {
		t.Errorf("computed %s once more", got)
	}
	if r, err := q.Reconcile(t.Context()); err != nil || !r.Good() || r.Back != 1 || len(r.Withdrawn) != 0 {
		t.Errorf("the figures do not add up: %+v, %v", r, err)
	}
	if got := totals(t, q); got == before || !strings.HasPrefix(got, before[:strings.Index(before, ",")]) {
		t.Errorf("figures %s, before %s", got, before)
	}
	run, _, err := q.CurrentRun(t.Context())
	if err != nil || !slices.Equal(run.Files(), []uint32{1, 2, 4}) {
		t.Errorf("the run has the files %v, %v", run.Files(), err)
	}

	explained, found, err := figures.Explain(t.Context(), everything, view(t, figures), fixture.A, 2, 3)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	var history []string
	for _, v := range explained.History {
		history = append(history, fmt.Sprint(v.Load, " ", v.Wage, " ", v.State, " ", v.Withdrawn != nil))
	}
	if got := strings.Join(history, ", "); got != "2 4000.00 counts false, 3 9000.00 withdrawn true" {
		t.Errorf("the history of record 2 is %s", got)
	}

	for load, code := range map[uint32]string{wrong: "load_withdrawn", 99: "load_unknown"} {
		if _, err := etl.Withdraw(t.Context(), q, access.CommandLine("test"), load, "once more", fixture.Now); problem.Code(err) != code {
			t.Errorf("load %d: %v", load, err)
		}
	}
	if _, err := etl.Withdraw(t.Context(), q, access.CommandLine("test"), 2, " ", fixture.Now); problem.Code(err) != "reason_length" {
		t.Errorf("without a reason: %v", err)
	}
	again := fixture.Load(t, q, file(record("2", fixture.A, "2019-05", "pension", "9000", "1440"), record("3", fixture.B, "2019-05", "pension", "5000", "800")))[0]
	if again.Already || again.Accepted != 1 || again.Unchanged != 1 || again.Replaced != 1 {
		t.Errorf("the same file afterwards: %+v", again.Load)
	}
}

// TestLoadsWithdrawnInAnyOrder holds stores against the rule: of the files that were not withdrawn the first line of the latest stands.
// Every recompute compares its records with the totals of the files.
func TestLoadsWithdrawnInAnyOrder(t *testing.T) {
	q, pack := fixture.Open(t), fixture.Pack(t)
	fixture.Load(t, q, fixture.Units())
	rng := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // the same draw each time
	files := map[uint32]map[string]string{}
	for step := range 14 {
		if n := len(files); n > 0 && (n > 5 || rng.IntN(3) == 0) {
			ids := slices.Sorted(func(yield func(uint32) bool) {
				for id := range files {
					if !yield(id) {
						return
					}
				}
			})
			id := ids[rng.IntN(n)]
			withdraw(t, q, id)
			delete(files, id)
		} else {
			said, lines := map[string]string{}, []string{}
			for range 1 + rng.IntN(6) {
				key, month, wage := fmt.Sprint(1+rng.IntN(5)), []string{"2019-04", "2019-05"}[rng.IntN(2)], fmt.Sprint(4000+1000*rng.IntN(2))
				if said[key] == "" {
					said[key] = month + " " + wage + ".00"
				}
				lines = append(lines, record(key, fixture.A, month, "pension", wage, "640"))
			}
			lines = append(lines, strings.Repeat("\n", step)) // no two files are the same
			files[fixture.Load(t, q, file(lines...))[0].ID] = said
		}
		want := map[string]string{}
		latest := map[string]uint32{}
		for id, said := range files {
			for key, contents := range said {
				if id > latest[key] {
					latest[key], want[key] = id, contents
				}
			}
		}
		if got := standing(t, q); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("step %d: %v counts, not %v", step, got, want)
		}
		if len(want) > 0 && step%6 == 5 {
			recompute(t, q, pack, period.Range{})
		}
	}
}

// TestRegistrationsAreWithdrawnOnlyWhereNoRecordNeedsThem: a record never stands without a registration of its unit.
func TestRegistrationsAreWithdrawnOnlyWhereNoRecordNeedsThem(t *testing.T) {
	q, pack := fixture.Open(t), fixture.Pack(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	recompute(t, q, pack, period.Range{})
	refused := func(load uint32, code string) {
		t.Helper()
		if _, err := etl.Withdraw(t.Context(), q, access.CommandLine("test"), load, "the wrong file", fixture.Now); problem.Code(err) != code {
			t.Errorf("load %d: %v", load, err)
		}
	}
	refused(1, "load_withdraw_orphans")
	moved := fixture.Load(t, q, strings.Replace(fixture.Units(), "320102", "320104", 1))[0]
	refused(1, "load_withdraw_confirmed")
	recompute(t, q, pack, period.Range{})
	if w := withdraw(t, q, moved.ID); w.Gone != 1 {
		t.Errorf("withdrawn %+v", w)
	}
	if got := recompute(t, q, pack, period.Range{}); got != "2019-04 2019-05" {
		t.Errorf("computed %s", got)
	}
	figures, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if unit, _, err := figures.Unit(t.Context(), everything, queries.View{}, fixture.A); err != nil || unit.Registered().RegionCode != "320102" {
		t.Errorf("the unit is in %s, %v", unit.Registered().RegionCode, err)
	}
	withdraw(t, q, 2)
	withdraw(t, q, 1)
	if _, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, Now: fixture.Now}); problem.Code(err) != "nothing_loaded" {
		t.Errorf("nothing is left, and a recompute says %v", err)
	}
}

// TestAWithdrawalThatIsKilledChangesNothingAndRunsAgain kills the program before the end of the load is written.
func TestAWithdrawalThatIsKilledChangesNothingAndRunsAgain(t *testing.T) {
	dir := enginetest.Dir(t)
	q := fixture.OpenAt(t, dir)
	first := file(record("1", fixture.A, "2019-05", "pension", "4000", "640"))
	fixture.Load(t, q, fixture.Units(), first)
	wrong := fixture.Load(t, q, file(record("1", fixture.A, "2019-05", "pension", "9000", "1440"), record("2", fixture.A, "2019-05", "pension", "5000", "800")))[0].ID
	fixture.Load(t, q, file(record("2", fixture.A, "2019-05", "pension", "5000", "800"))+"\n")
	for hour := 1; hour <= 2; hour++ {
		dies(t, doom{Data: dir, Withdraw: wrong, AtHour: hour})
		if got := fmt.Sprint(standing(t, q)); got != "map[1:2019-05 9000.00 2:2019-05 5000.00]" {
			t.Errorf("killed at hour %d: %s counts", hour, got)
		}
	}
	withdraw(t, q, wrong)
	if got := fmt.Sprint(standing(t, q)); got != "map[1:2019-05 4000.00 2:2019-05 5000.00]" {
		t.Errorf("withdrawn: %s counts", got)
	}
}
