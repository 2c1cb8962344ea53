package handling

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

var noon = time.Date(2019, 6, 3, 4, 0, 0, 0, time.UTC)

// somebody is a principal of a role for regions.
func somebody(account string, role access.Role, regions ...string) access.Principal {
	return access.New(access.Grant{Account: account, Name: account, Roles: []access.Role{role}, Regions: regions})
}

// issuesAt deals with the issues of a store whose clock goes on by a minute whenever it is read.
func issuesAt(q *queries.Queries) *Issues {
	var mu sync.Mutex
	now := noon
	return New(q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Minute)
		return now
	})
}

func draft(title string) ledger.Data {
	return ledger.Data{Source: "hall", Nature: "complaint", Category: "policy", Severity: "normal", Title: title, Region: "320505",
		Bureau: "320500", RaisedOn: "2019-06-03"}
}

func TestAnIssueIsOpenedAndDealtWith(t *testing.T) {
	d := issuesAt(fixture.Open(t))
	chen, lu := somebody("chen", access.Inspector, "320500"), somebody("lu", access.Inspector, "320000")
	issue, err := d.Open(t.Context(), chen, draft("费率没有下调"))
	if err != nil || issue.Number != "320500-2019-000001" {
		t.Fatalf("%+v, %v", issue, err)
	}
	if issue, err = d.Act(t.Context(), chen, issue.ID, issue.Seq, ledger.Accept, "", ledger.Data{}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Act(t.Context(), lu, issue.ID, issue.Seq-1, ledger.Comment, "我也看到了", ledger.Data{}); problem.Code(err) != "ledger_changed" {
		t.Errorf("who saw an older step is not told: %v", err)
	}
	shown, err := d.Numbered(t.Context(), filter.Regions("320500"), issue.Number)
	if err != nil || len(shown.Events) != 2 || !reflect.DeepEqual(shown.Issue, issue) || shown.Clock == nil || shown.Clock.Due.String() != "2019-06-06" {
		t.Errorf("%+v, %v", shown, err)
	}
	if _, err := d.Numbered(t.Context(), filter.Regions("320100"), issue.Number); problem.Code(err) != "desk_no_issue" {
		t.Errorf("another city sees it: %v", err)
	}
	if _, err := d.Act(t.Context(), somebody("wu", access.Inspector, "320100"), issue.ID, issue.Seq, ledger.Comment, "路过", ledger.Data{}); problem.Code(err) != "desk_no_issue" {
		t.Errorf("another city acts on it: %v", err)
	}
	if _, err := d.Open(t.Context(), somebody("wu", access.Inspector, "320100"), draft("别的市")); problem.Code(err) != "desk_region_hidden" {
		t.Errorf("another city registers here: %v", err)
	}
	if _, err := d.Open(t.Context(), somebody("lin", access.Leadership, "320000"), draft("局长")); problem.Code(err) == "" {
		t.Error("who does not write registers")
	}
}

// TestTheVersionOfAllIssuesChangesWithEveryStep: what is kept of issues is kept under it.
func TestTheVersionOfAllIssuesChangesWithEveryStep(t *testing.T) {
	q := fixture.Open(t)
	d, chen := issuesAt(q), somebody("chen", access.Inspector, "320500")
	seen := map[string]string{}
	look := func(after string) {
		t.Helper()
		for range 2 {
			version, err := q.IssuesVersion(t.Context())
			if before, known := seen[version]; err != nil || known && before != after {
				t.Fatalf("after %s the version is that after %s: %q, %v", after, before, version, err)
			}
			seen[version] = after
		}
	}
	look("nothing")
	one, err := d.Open(t.Context(), chen, draft("一"))
	if err != nil {
		t.Fatal(err)
	}
	look("one issue")
	other, err := d.Open(t.Context(), chen, draft("二"))
	if err != nil {
		t.Fatal(err)
	}
	look("another")
	for i, issue := range []ledger.Issue{one, other, one} {
		if i == 2 {
			issue.Seq++
		}
		if _, err := d.Act(t.Context(), chen, issue.ID, issue.Seq, ledger.Comment, "看过", ledger.Data{}); err != nil {
			t.Fatal(err)
		}
		look(fmt.Sprintf("comment %d", i))
	}
	if len(seen) < 6 { // merging rows in the store may give a state another version
		t.Errorf("%d versions of 6 states", len(seen))
	}
}

func TestNumbersOfABureauHaveNoTwins(t *testing.T) {
	q := fixture.Open(t)
	chen := somebody("chen", access.Inspector, "320500")
	seen := map[string]bool{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range 4 {
		d := issuesAt(q)
		wait.Go(func() {
			for range 5 {
				issue, err := d.Open(t.Context(), chen, draft("同时登记"))
				mu.Lock()
				if err != nil || seen[issue.Number] {
					t.Errorf("%s, %v", issue.Number, err)
				}
				seen[issue.Number] = true
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	for n := range 20 {
		if number := fmt.Sprintf("320500-2019-%06d", n+1); !seen[number] {
			t.Errorf("%s was given to nobody", number)
		}
	}
}

// TestSeveralWritersMakeOneHistory: whoever is told that he was written is in the history, whoever is told that somebody
// was faster is not, and the history is one.
func TestSeveralWritersMakeOneHistory(t *testing.T) {
	q := fixture.Open(t)
	scope := filter.Regions("320500")
	first := issuesAt(q)
	issue, err := first.Open(t.Context(), somebody("u0", access.Inspector, "320500"), draft("多人同时办理"))
	if err != nil {
		t.Fatal(err)
	}
	actions := []ledger.Action{ledger.Accept, ledger.Handle, ledger.Wait, ledger.Resume, ledger.Reply, ledger.Verify, ledger.Close, ledger.Reopen,
		ledger.Comment, ledger.Assign, ledger.Return, ledger.Resubmit}
	written := map[string]int{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for writer := range 6 {
		d, p := issuesAt(q), somebody(fmt.Sprintf("u%d", writer), access.Inspector, "320500")
		random := rand.New(rand.NewPCG(7, uint64(writer)))
		wait.Go(func() {
			for n := range 400 {
				shown, err := d.Issue(t.Context(), scope, issue.ID)
				if err != nil {
					t.Error(err)
					return
				}
				if n >= 24 && len(shown.Events) >= 10 { // which steps win is chance; a few have to
					return
				}
				words := fmt.Sprintf("%s 第 %d 次", p.Account(), n)
				data := ledger.Data{Handler: fmt.Sprintf("u%d", random.IntN(6))}
				_, err = d.Act(t.Context(), p, issue.ID, shown.Seq, actions[random.IntN(len(actions))], words, data)
				switch {
				case err == nil:
					mu.Lock()
					written[words]++
					mu.Unlock()
				case problem.Code(err) == "":
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	shown, err := first.Issue(t.Context(), scope, issue.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range shown.Events {
		if e.Seq != uint32(i+1) { //nolint:gosec // few
			t.Errorf("step %d has number %d", i+1, e.Seq)
		}
		written[e.Words]--
	}
	delete(written, "")
	for words, n := range written {
		if n != 0 {
			t.Errorf("%s was told to be written and is %d times too few in the history", words, n)
		}
	}
	if len(shown.Events) < 10 {
		t.Errorf("only %d steps", len(shown.Events))
	}
}
