package etl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/store"
	"jianfu/queries"
)

// doomVariable makes the test program another jianfu that dies at its work.
const doomVariable = "JIANFU_ETL_TEST_DOOM"

// doom is what such a program does until it dies.
type doom struct {
	Data     string
	Files    []string // to load; none: to recompute
	Publish  uint32   // a held run that is recorded as published, and then not
	Withdraw uint32   // a load
	// The moment: the so-many-th report of progress, or the so-many-th question for the hour.
	AtProgress, AtHour int
}

// meet does what a doom says; it does not return.
func meet(text string) {
	var d doom
	die := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		die(err)
	}
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{Data: d.Data, Engine: enginetest.Limits})
	if err != nil {
		die(err)
	}
	countdown := func(n *int) {
		if *n--; *n == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	now := func() time.Time { countdown(&d.AtHour); return fixture.Now() }
	q := queries.New(db)
	if d.Publish > 0 {
		entry := audit.By(access.CommandLine("test"), audit.RunPublished, fmt.Sprint(d.Publish))
		err = audit.New(q, now).Do(ctx, entry, func(context.Context) error {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		})
	} else if d.Withdraw > 0 {
		_, err = etl.Withdraw(ctx, q, access.CommandLine("test"), d.Withdraw, "the wrong file", now)
	} else if len(d.Files) > 0 {
		loader := etl.Loader{Queries: q, Now: now, Progress: func(string, int64, int64) { countdown(&d.AtProgress) }}
		_, err = loader.Load(ctx, d.Files)
	} else {
		var pack *policy.Pack
		if pack, err = policy.Load(fixture.PackFiles()); err != nil {
			die(err)
		}
		_, err = etl.Recompute(ctx, q, etl.RecomputeOptions{Pack: pack, Sample: 10, Now: now,
			Window: period.Range{From: 201801}, Progress: func(int64, int64) { countdown(&d.AtProgress) }})
	}
	die(fmt.Errorf("it lived on: %v", err))
}

// dies starts such a program and waits until it was killed.
func dies(t *testing.T, d doom) {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), doomVariable+"="+string(text))
	output, err := cmd.CombinedOutput()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		t.Fatalf("%+v: %v\n%s", d, err, output)
	}
}

const manyRecords = 150_000 // three blocks

// TestALoadThatIsKilledLeavesNothingAndRunsAgain kills the program, and then the engine, at every stage of a load.
func TestALoadThatIsKilledLeavesNothingAndRunsAgain(t *testing.T) {
	dir := enginetest.Dir(t)
	q := fixture.OpenAt(t, dir)
	fixture.Load(t, q, fixture.Units())
	path := fixture.File(t, "many.csv", many(manyRecords))
	visible := func(want int, when string) {
		t.Helper()
		if all, err := q.Loads(t.Context()); err != nil || len(all) != want {
			t.Errorf("%s: %d loads are visible, want %d; %v", when, len(all), want, err)
		}
	}
	for _, d := range []doom{{AtHour: 1}, {AtProgress: 1}, {AtProgress: 3}, {AtHour: 3}} {
		d.Data, d.Files = dir, []string{path}
		dies(t, d)
		visible(1, fmt.Sprintf("%+v", d))
	}

	for block := 1; block <= 3; block++ {
		reports := 0
		loader := etl.Loader{Queries: q, Now: fixture.Now, Progress: func(string, int64, int64) {
			if reports++; reports == block {
				enginetest.Kill(t, dir)
			}
		}}
		if loaded, err := loader.Load(t.Context(), []string{path}); err == nil {
			t.Errorf("the engine was killed at block %d, and the load says %v", block, loaded)
		}
		visible(1, fmt.Sprintf("the engine was killed at block %d", block))
	}

	loaded := fixture.Load(t, q, many(manyRecords))
	visible(2, "the load that was left alone")
	if l := loaded[0]; l.Read != manyRecords || l.Accepted != manyRecords || l.Payable != manyRecords*100 {
		t.Errorf("loaded %+v", l.Load)
	}
	recompute(t, q, fixture.Pack(t), period.Range{})
	run, _, err := q.CurrentRun(t.Context())
	if err != nil || run.Records != manyRecords {
		t.Errorf("the run counts %d records, want %d; %v", run.Records, manyRecords, err)
	}
	// Every charge was one yuan, of each person once.
	figures, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	view, err := figures.Complete(queries.View{})
	if err != nil {
		t.Fatal(err)
	}
	total, err := figures.Members(t.Context(), everything, view, "total")
	if err != nil || len(total) != 1 || total[0].Charged != manyRecords*100 {
		t.Errorf("the total is %+v, %v", total, err)
	}
}

// TestARecomputeThatIsKilledLeavesTheOldFigures kills the program at its stages, and the engine at any moment.
func TestARecomputeThatIsKilledLeavesTheOldFigures(t *testing.T) {
	dir := enginetest.Dir(t)
	q := fixture.OpenAt(t, dir)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	recompute(t, q, fixture.Pack(t), period.Range{})
	unchanged := func(when string) {
		t.Helper()
		run, ok, err := q.CurrentRun(t.Context())
		if err != nil || !ok || run.ID != 1 || totals(t, q) != smallTotals {
			t.Errorf("%s: run %d, %v", when, run.ID, err)
		}
	}
	for _, d := range []doom{{AtHour: 1}, {AtProgress: 1}, {AtHour: 2}} {
		d.Data = dir
		dies(t, d)
		unchanged(fmt.Sprintf("%+v", d))
	}
	done := false
	for wait := 20 * time.Millisecond; wait < 5*time.Second && !done; wait *= 3 {
		killed := make(chan struct{})
		timer := time.AfterFunc(wait, func() { defer close(killed); enginetest.Kill(t, dir) })
		_, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: fixture.Pack(t), Window: period.Range{From: 201801}, Sample: 10, Now: fixture.Now})
		stopped := timer.Stop()
		if !stopped {
			<-killed
		}
		if stopped || err == nil { // it was faster
			done = true
			continue
		}
		unchanged(fmt.Sprintf("the engine was killed after %v", wait))
	}
	if got := recompute(t, q, fixture.Pack(t), period.Range{From: 201801}); got != "2019-04 2019-05" {
		t.Errorf("afterwards: computed %s", got)
	}
	if got := totals(t, q); got != smallTotals {
		t.Errorf("totals %s", got)
	}
}
