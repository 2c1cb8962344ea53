package etl_test

import (
	"fmt"
	"strings"
	"testing"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// packWith is the small world's pack with its rates changed.
func packWith(t *testing.T, old, new string) *policy.Pack {
	t.Helper()
	files := fixture.PackFiles()
	text := string(files[policy.RatesFile].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("the pack has no %q", old)
	}
	files[policy.RatesFile].Data = []byte(strings.ReplaceAll(text, old, new))
	return fixture.PackOf(t, files)
}

// holding recomputes as the command does, and returns the run's number and the codes of why it is held.
func holding(t *testing.T, q *queries.Queries, pack *policy.Pack) (uint32, string) {
	t.Helper()
	hold := etl.StandardHold
	hold.First = 50
	r, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, Hold: &hold, By: access.CommandLine("test"), Sample: 1_000_000, Now: fixture.Now})
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, h := range r.Held {
		codes = append(codes, h.Code)
	}
	return r.Run.ID, strings.Join(codes, " ")
}

func current(t *testing.T, q *queries.Queries) string {
	t.Helper()
	run, ok, err := q.CurrentRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "none"
	}
	return fmt.Sprint(run.ID)
}

// nowhere is a pack for another province alone.
func nowhere(t *testing.T) *policy.Pack {
	return packWith(t, "\n,", "\n330000,")
}

func TestARunThatDiffersTooMuchIsHeld(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())

	if run, why := holding(t, q, nowhere(t)); why != "nothing uncovered_part uncovered_part uncovered_part uncovered_part" || current(t, q) != "none" {
		t.Errorf("a first run %d with a pack for elsewhere is held for %q, current is %s", run, why, current(t, q))
	}
	if _, why := holding(t, q, fixture.Pack(t)); why != "" || current(t, q) != "2" {
		t.Fatalf("a first run with the right pack is held for %q", why)
	}
	for _, c := range []struct {
		name string
		pack *policy.Pack
		why  string
	}{
		{"the pack has no rate at all", nowhere(t), "pack nothing fewer uncovered_part uncovered_part uncovered_part uncovered_part"},
		{"unemployment has no rate any more", packWith(t, ",unemployment,", ",maternity,"), "pack uncovered fewer uncovered_part uncovered_part"},
		{"the old rate is another", packWith(t, ",pension,employer,,,,2018-01,,0.2,", ",pension,employer,,,,2018-01,,0.26,"), "pack old new due"},
		{"the cut is smaller by a quarter", packWith(t, ",0.16,", ",0.17,"), "pack due"},
	} {
		before := current(t, q)
		run, why := holding(t, q, c.pack)
		if why != c.why {
			t.Errorf("%s: run %d is held for %q, want %q", c.name, run, why, c.why)
		}
		if current(t, q) != before || totals(t, q) != smallTotals {
			t.Errorf("%s: readers see run %s, %s", c.name, current(t, q), totals(t, q))
		}
		if _, err := q.FiguresOf(t.Context(), run); problem.Code(err) != "run_unknown" {
			t.Errorf("%s: the figures of the held run can be read: %v", c.name, err)
		}
	}
	// A small change is published at once, and the same pack after it is no change.
	if _, why := holding(t, q, packWith(t, ",0.005,", ",0.0051,")); why != "" {
		t.Errorf("a change of a hundredth is held for %q", why)
	}
}

func TestAHeldRunIsPublishedOnceOrDropped(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	holding(t, q, fixture.Pack(t))
	by := access.CommandLine("test")
	states := func() string {
		held, err := q.HeldRuns(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, h := range held {
			parts = append(parts, fmt.Sprint(h.ID, " ", h.State))
		}
		return strings.Join(parts, ", ")
	}
	other := packWith(t, ",0.16,", ",0.17,")
	first, _ := holding(t, q, other)
	second, _ := holding(t, q, other) // nobody decided about the first
	if got, want := states(), "3 held, 2 dropped"; got != want || first != 2 || second != 3 {
		t.Errorf("after a second recompute: %s, want %s", got, want)
	}
	if got := held(t, q); got != "[1 3]" {
		t.Errorf("rows are there of %s", got)
	}
	if _, err := etl.PublishHeld(t.Context(), q, by, first); problem.Code(err) != "run_held_dropped" {
		t.Errorf("the replaced run is published: %v", err)
	}
	for range 2 {
		if run, err := etl.PublishHeld(t.Context(), q, by, second); err != nil || run.ID != second {
			t.Fatalf("publish: %+v, %v", run, err)
		}
	}
	if err := etl.DropHeld(t.Context(), q, by, second, fixture.Now); problem.Code(err) != "run_held_published" {
		t.Errorf("a published run is dropped: %v", err)
	}
	runs, err := q.Runs(t.Context())
	if err != nil || len(runs) != 2 || runs[0].ID != second || !runs[0].Current {
		t.Errorf("the runs are %+v, %v", runs, err)
	}
	if _, why := holding(t, q, other); why != "" { // confirmed once, it is the measure from then on
		t.Errorf("the pack that was confirmed is held again for %q", why)
	}
	third, why := holding(t, q, fixture.Pack(t))
	if why != "pack due" {
		t.Errorf("back to the first pack: held for %q", why)
	}
	for range 2 {
		if err := etl.DropHeld(t.Context(), q, by, third, fixture.Now); err != nil {
			t.Fatal(err)
		}
	}
	if got := held(t, q); current(t, q) != "3" || got != "[1 3]" {
		t.Errorf("after dropping: current %s, rows of %s", current(t, q), got)
	}
	if _, err := etl.PublishHeld(t.Context(), q, by, 99); problem.Code(err) != "run_not_held" {
		t.Errorf("a run that there is not: %v", err)
	}
	held4, _ := holding(t, q, fixture.Pack(t))
	recomputeAnyway(t, q, packWith(t, ",0.16,", ",0.18,"))
	if _, err := etl.PublishHeld(t.Context(), q, by, held4); problem.Code(err) != "run_held_dropped" {
		t.Errorf("a later run was published, and the held one too: %v", err)
	}
	entries, _, err := audit.New(q, fixture.Now).Search(t.Context(), access.CommandLine("test"), queries.AuditSearch{Rows: 50, Actions: []string{"run_held", "run_published", "run_dropped", "recomputed"}})
	if err != nil {
		t.Fatal(err)
	}
	var log []string
	for _, e := range entries {
		log = append(log, e.Action+" "+e.Object)
	}
	want := "run_dropped 5, recomputed 6, run_held 5, run_dropped 4, run_held 4, run_published 3, run_dropped 2, run_held 3, run_held 2, recomputed 1"
	if got := strings.Join(log, ", "); got != want {
		t.Errorf("recorded %s,\nwant %s", got, want)
	}
}

// recomputeAnyway publishes whatever comes.
func recomputeAnyway(t *testing.T, q *queries.Queries, pack *policy.Pack) {
	t.Helper()
	if _, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, By: access.CommandLine("test"), Sample: 1_000_000, Now: fixture.Now}); err != nil {
		t.Fatal(err)
	}
}

// TestAProgramThatIsKilledBetweenMakingAndPublishingPublishesNothing kills it between the entry and the run's row.
func TestAProgramThatIsKilledBetweenMakingAndPublishingPublishesNothing(t *testing.T) {
	dir := enginetest.Dir(t)
	q := fixture.OpenAt(t, dir)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	holding(t, q, fixture.Pack(t))
	number, _ := holding(t, q, packWith(t, ",0.16,", ",0.17,"))
	dies(t, doom{Data: dir, Publish: number})
	if current(t, q) != "1" {
		t.Errorf("readers see run %s", current(t, q))
	}
	log := audit.New(q, fixture.Now)
	if noted, err := log.Start(t.Context()); err != nil || noted != 1 {
		t.Errorf("%d acts were noted as broken off, %v", noted, err)
	}
	entries, _, err := log.Search(t.Context(), access.CommandLine("test"), queries.AuditSearch{Rows: 2})
	if err != nil || entries[0].Action != "not_done" || entries[0].Details["action"] != "run_published" || entries[0].Details["entry"] != fmt.Sprint(entries[1].Seq) {
		t.Errorf("noted is %+v, %v", entries, err)
	}
	if _, err := etl.PublishHeld(t.Context(), q, access.CommandLine("test"), number); err != nil || current(t, q) != fmt.Sprint(number) {
		t.Errorf("afterwards readers see run %s, %v", current(t, q), err)
	}
	if noted, err := log.Start(t.Context()); err != nil || noted != 0 {
		t.Errorf("%d acts were noted as broken off, %v", noted, err)
	}
}
