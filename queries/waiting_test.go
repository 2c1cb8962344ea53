package queries_test

import (
	"fmt"
	"testing"

	"jianfu/etl"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/queries"
)

// TestWhatIsLoadedAndNotComputedIsSaid: a load with rejects waits for a recompute, and after one over another month it waits
// still; who sees a part of the store is told that there is something, and no counts.
func TestWhatIsLoadedAndNotComputedIsSaid(t *testing.T) {
	q, pack := fixture.Open(t), fixture.Pack(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	fixture.Recompute(t, q, pack)
	stamp := func(scope filter.Scope) queries.Stamp {
		t.Helper()
		s, err := q.Stamp(t.Context(), scope)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := stamp(everything); s.Waiting != nil || s.Rejected != 0 {
		t.Errorf("everything is computed, and the stamp says %+v and %d rejects", s.Waiting, s.Rejected)
	}
	lines := fixture.RecordsHeader
	for i, month := range []string{"2019-05", "2019-06", "2019-13", "", "x"} {
		lines += fmt.Sprintf("new-%d,%s,%s,pension,normal,p%d,1,10000,10000,0.16,1600,0.08,800,,,\n", i, fixture.A, month, i)
	}
	loads := fixture.Load(t, q, lines)
	if loads[0].Accepted != 2 || loads[0].Rejected != 3 {
		t.Fatalf("the file was read as %d + %d", loads[0].Accepted, loads[0].Rejected)
	}
	want := "1 2 3 false"
	text := func(w *queries.Waiting) string {
		if w == nil {
			return "nothing"
		}
		return fmt.Sprint(w.Loads, " ", w.Records, " ", w.Rejected, " ", w.Part)
	}
	s := stamp(everything)
	if got := text(s.Waiting); got != want || s.Rejected != 3 || !s.LoadedAt.Equal(loads[0].FinishedAt) {
		t.Errorf("waiting are %s, want %s; %d rejects, loaded at %v", got, want, s.Rejected, s.LoadedAt)
	}
	if got := text(stamp(filter.Regions("320500")).Waiting); got != "0 0 0 true" {
		t.Errorf("a city is told %s", got)
	}
	june := etl.RecomputeOptions{Pack: pack, Program: "test", Window: period.Range{From: 201906, To: 201906}, Now: fixture.Now}
	if _, err := etl.Recompute(t.Context(), q, june); err != nil {
		t.Fatal(err)
	}
	if got := text(stamp(everything).Waiting); got != want {
		t.Errorf("after a recompute of June alone waiting are %s, want %s", got, want)
	}
	fixture.Recompute(t, q, pack)
	if s := stamp(everything); s.Waiting != nil || s.Rejected != 3 {
		t.Errorf("after a recompute waiting are %s, %d rejects", text(s.Waiting), s.Rejected)
	}
}
