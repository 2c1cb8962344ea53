package handling

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/store"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// registrarVariable makes the test program another jianfu that registers issues until it is killed.
const registrarVariable = "JIANFU_DESK_TEST_REGISTRAR"

// killsVariable is how often TestKilledAtAnyMomentNoStepIsWithoutItsEntry kills, where somebody wants more than the usual.
const (
	killsVariable = "JIANFU_DESK_KILLS"
	usualKills    = 10
)

// registrar is what such a program does.
type registrar struct {
	Data string
	Seed uint64
}

// step is a step that a registrar was told stands, and what its issue is after it.
type step struct {
	Issue string
	Seq   uint32
	State ledger.State
}

// register registers issues and takes them on, and says of each step on a line of its own that it stands. An error is that
// the engine was killed: the program stays, and waits to be killed as well.
func register(text string, out io.Writer) error {
	var r registrar
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return err
	}
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{Data: r.Data, Engine: enginetest.Limits})
	if err != nil {
		return err
	}
	d := New(queries.New(db), workday.Shipped(), ledger.ShippedLimits(), time.Now)
	p := somebody("chen", access.Inspector, "320500")
	for n := 0; ; n++ {
		issue, _, err := d.OpenOnce(ctx, p, fmt.Sprintf("kill-%d-%d", r.Seed, n), draft(fmt.Sprintf("第 %d 次，第 %d 件", r.Seed, n)))
		for _, action := range []ledger.Action{"", ledger.Accept, ledger.Comment} {
			if action != "" {
				issue, err = d.Act(ctx, p, issue.ID, issue.Seq, action, "看过", ledger.Data{})
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				select {}
			}
			if err := json.NewEncoder(out).Encode(step{issue.ID, issue.Seq, issue.State}); err != nil {
				return err
			}
		}
	}
}

// TestKilledAtAnyMomentNoStepIsWithoutItsEntry kills a program that registers issues, at moments that a seed decides: every
// third time its engine besides, and every third time the engine first. When it is started again, as the command line
// starts, every step that stands has its entry, every step that was said to stand does, and all hashes hold.
func TestKilledAtAnyMomentNoStepIsWithoutItsEntry(t *testing.T) {
	kills := usualKills
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s=%q: %v", killsVariable, text, err)
		}
	}
	dir := enginetest.Dir(t)
	var told []step
	for seed := range kills {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			fixture.OpenAt(t, dir)
			told = append(told, killed(t, dir, uint64(seed))...) //nolint:gosec // few
		})
		t.Run(strconv.Itoa(seed)+" started again", func(t *testing.T) { whole(t, fixture.OpenAt(t, dir), told) })
	}
	if len(told) < kills {
		t.Errorf("only %d steps were taken in %d lives", len(told), kills)
	}
}

// killed runs a registrar and kills it; it returns what that said before.
func killed(t *testing.T, dir string, seed uint64) []step {
	t.Helper()
	text, err := json.Marshal(registrar{Data: dir, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0]) //nolint:gosec // this very program
	cmd.Env = append(os.Environ(), registrarVariable+"="+string(text))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("it did nothing: %v", cmd.Wait())
	}
	said := [][]byte{append([]byte{}, lines.Bytes()...)}
	random := rand.New(rand.NewPCG(18, seed))
	moment := time.Duration(random.Int64N(int64(250 * time.Millisecond)))
	var dead sync.WaitGroup
	dead.Go(func() {
		time.Sleep(moment)
		if seed%3 == 2 {
			enginetest.Kill(t, dir)
			time.Sleep(moment / 2)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		if seed%3 == 1 {
			enginetest.Kill(t, dir)
		}
	})
	for lines.Scan() {
		said = append(said, append([]byte{}, lines.Bytes()...))
	}
	dead.Wait()
	_ = cmd.Wait() // it was killed
	var steps []step
	for _, line := range said {
		var s step
		if err := json.Unmarshal(line, &s); err != nil { // the last may be cut short
			break
		}
		steps = append(steps, s)
	}
	return steps
}

// whole starts as the command line does and holds the ledger against the log and against what was said to stand.
func whole(t *testing.T, q *queries.Queries, told []step) {
	t.Helper()
	log, d := audit.New(q, time.Now), New(q, workday.Shipped(), ledger.ShippedLimits(), time.Now)
	if v := checked(t, q); v.Break != "" {
		t.Errorf("before it is started again: %+v", v)
	}
	if err := q.MendIssues(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := checked(t, q)
	if v.Break != "" || v.Left != 0 || v.Steps < uint64(len(told)) {
		t.Errorf("%d steps were said to stand, and found is %+v", len(told), v)
	}
	if chain, err := log.Verify(t.Context()); err != nil || chain.Break != "" || !chain.Anchored {
		t.Errorf("the log is %+v, %v", chain, err)
	}
	last := map[string]step{}
	for _, s := range told {
		last[s.Issue] = s
	}
	for id, s := range last {
		shown, err := d.Issue(t.Context(), filter.Regions("320500"), id)
		if err != nil || shown.Seq < s.Seq || shown.Events[s.Seq-1].Seq != s.Seq {
			t.Errorf("step %d of %s was said to stand, and the issue is %+v, %v", s.Seq, id, shown.Issue, err)
		}
	}
}
