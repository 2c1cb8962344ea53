package handling

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/engine"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// writerVariable makes the test program another jianfu that writes to an issue.
const writerVariable = "JIANFU_DESK_TEST_WRITER"

// writer is what such a program does: it tries so many steps and prints what it was told to have written.
type writer struct {
	Data, Issue, Account string
	Steps                int
	Seed                 uint64
}

// TestMain lets this test program serve as the engine that its tests start, and as a writer or a registrar besides them.
func TestMain(m *testing.M) {
	engine.ChildMain()
	if text := os.Getenv(registrarVariable); text != "" {
		fmt.Fprintln(os.Stderr, register(text, os.Stdout)) // it ends only where it could not begin
		os.Exit(1)
	}
	if text := os.Getenv(writerVariable); text != "" {
		if err := write(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	enginetest.Main(m)
}

func write(text string) error {
	var w writer
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return err
	}
	db, err := store.Open(context.Background(), store.Options{Data: w.Data, Engine: enginetest.Limits})
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // everything is written by then
	d := New(queries.New(db), workday.Shipped(), ledger.ShippedLimits(), time.Now)
	written, err := d.writeAtRandom(context.Background(), w)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(written)
}

// writeAtRandom tries any steps, most of which the rules or other writers refuse, and returns the words of those that it
// was told to have written.
func (d *Issues) writeAtRandom(ctx context.Context, w writer) ([]string, error) {
	random := rand.New(rand.NewPCG(11, w.Seed))
	p := somebody(w.Account, access.Inspector, "320500")
	actions := []ledger.Action{ledger.Accept, ledger.Handle, ledger.Wait, ledger.Resume, ledger.Reply, ledger.Verify, ledger.Close, ledger.Reopen,
		ledger.Comment, ledger.Assign, ledger.Return, ledger.Resubmit, ledger.Classify, ledger.Relate}
	written := []string{}
	for n := range w.Steps {
		shown, err := d.Issue(ctx, filter.Regions("320500"), w.Issue)
		if err != nil {
			return nil, err
		}
		words := fmt.Sprintf("%s 第 %d 次", w.Account, n)
		data := ledger.Data{Handler: fmt.Sprintf("u%d", random.IntN(3)), Severity: "high", Link: &ledger.Link{To: "run", ID: fmt.Sprint(n)}}
		_, err = d.Act(ctx, p, w.Issue, shown.Seq, actions[random.IntN(len(actions))], words, data)
		switch {
		case err == nil:
			written = append(written, words)
		case problem.Code(err) == "":
			return nil, err
		}
	}
	return written, nil
}

// TestSeveralProcessesMakeOneHistory: three processes on one store, as several servers are on one cluster.
func TestSeveralProcessesMakeOneHistory(t *testing.T) {
	dir := enginetest.Dir(t)
	q := fixture.OpenAt(t, dir)
	d := issuesAt(q)
	issue, err := d.Open(t.Context(), somebody("u0", access.Inspector, "320500"), draft("几台服务器同时办理"))
	if err != nil {
		t.Fatal(err)
	}
	var commands []*exec.Cmd
	var outputs [3]struct{ out, errs writerOutput }
	for i := range outputs {
		text, err := json.Marshal(writer{Data: dir, Issue: issue.ID, Account: fmt.Sprintf("u%d", i), Steps: 30, Seed: uint64(i)})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0]) //nolint:gosec // this very program
		cmd.Env = append(os.Environ(), writerVariable+"="+string(text))
		cmd.Stdout, cmd.Stderr = &outputs[i].out, &outputs[i].errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		commands = append(commands, cmd)
	}
	told := map[string]int{}
	for i, cmd := range commands {
		var written []string
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, outputs[i].errs)
		}
		if err := json.Unmarshal(outputs[i].out, &written); err != nil {
			t.Fatal(err)
		}
		for _, words := range written {
			told[words]++
		}
	}
	shown, err := d.Issue(t.Context(), filter.Regions("320500"), issue.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range shown.Events {
		if e.Seq != uint32(i+1) { //nolint:gosec // few
			t.Errorf("step %d has number %d", i+1, e.Seq)
		}
		if told[e.Words]--; told[e.Words] < 0 && e.Words != "" {
			t.Errorf("%q is in the history, and nobody was told so", e.Words)
		}
	}
	for words, n := range told {
		if n > 0 {
			t.Errorf("%q was said to be written, and is not in the history", words)
		}
	}
	if len(shown.Events) < 10 {
		t.Errorf("only %d steps", len(shown.Events))
	}
	if err := q.MendIssues(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, found, err := d.List(t.Context(), filter.Regions("320500"), IssueFilter{}, IssueSort{}, Page{Most: 10})
	if err != nil || found.Issues != 1 || rows[0].Seq != shown.Seq || rows[0].State != shown.State {
		t.Errorf("the list shows %+v, %v; the history ends with step %d, %s", rows, err, shown.Seq, shown.State)
	}
}

// writerOutput collects what a process prints.
type writerOutput []byte

func (o *writerOutput) Write(p []byte) (int, error) { *o = append(*o, p...); return len(p), nil }

func (o writerOutput) String() string { return string(o) }
