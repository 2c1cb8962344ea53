package ledger

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/problem"
)

const (
	id   = "0123456789abcdef0123456789abcdef"
	unit = "91320585MA64JU2L12"
)

var (
	city = filter.Regions("320500")
	chen = Actor{Account: "chen", Scope: city, Write: true}
	lu   = Actor{Account: "lu", Scope: city, Write: true}
	lin  = Actor{Account: "lin", Scope: city, Approve: true}
	self = Actor{Account: System}
	nine = time.Date(2019, 6, 3, 1, 0, 0, 0, time.UTC)
)

// registration is that of an issue of so much money.
func registration(found money.Fen) Event {
	return Event{At: nine, Data: Data{
		Number: "320500-2019-000001", Source: "hall", Nature: "complaint", Category: "policy", Severity: "normal", Title: "费率没有下调",
		Unit: unit, Region: "320585", Bureau: "320500", RaisedOn: "2019-06-03", Run: 1, Found: found,
	}}
}

// life is an issue and the time at which it is.
type life struct {
	t      *testing.T
	issue  Issue
	events []Event
}

func begin(t *testing.T, found money.Fen) *life {
	t.Helper()
	e, issue, err := Begin(chen, id, registration(found))
	if err != nil {
		t.Fatal(err)
	}
	return &life{t, issue, []Event{e}}
}

// do acts an hour later than before and returns the code of the problem.
func (l *life) do(a Actor, action Action, words string, data Data) string {
	l.t.Helper()
	e, next, err := l.issue.Do(a, Event{Action: action, At: l.issue.ChangedAt.Add(time.Hour), Words: words, Data: data})
	if err == nil {
		l.issue, l.events = next, append(l.events, e)
	}
	return problem.Code(err)
}

func (l *life) must(a Actor, action Action, words string, data Data) {
	l.t.Helper()
	if code := l.do(a, action, words, data); code != "" {
		l.t.Fatalf("%s by %s: %s", action, a.Account, code)
	}
}

func TestALifeWithoutDetours(t *testing.T) {
	l := begin(t, 0)
	l.must(chen, Accept, "", Data{})
	l.must(chen, Assign, "", Data{Handler: "lu"})
	if l.issue.Owner != "chen" {
		t.Error("whoever was asked first answers for it until it is taken over")
	}
	l.must(lu, Handle, "", Data{})
	if l.issue.Owner != "lu" {
		t.Error("whoever took over answers for it")
	}
	l.must(lu, Wait, "等待单位补充材料", Data{})
	l.must(lu, Resume, "", Data{})
	l.must(lu, Reply, "已重新申报", Data{})
	if code := l.do(lu, Verify, "", Data{}); code != "ledger_not_you" {
		t.Errorf("whoever replied verifies the reply: %q", code)
	}
	l.must(chen, Verify, "", Data{})
	l.must(chen, Close, "", Data{})
	if l.issue.State != Closed || len(l.issue.Pauses) != 1 || l.issue.Pauses[0].To.Sub(l.issue.Pauses[0].From) != time.Hour {
		t.Errorf("%+v", l.issue)
	}
	again, err := Replay(l.events)
	if err != nil || !reflect.DeepEqual(again, l.issue) {
		t.Errorf("replayed: %+v, %v", again, err)
	}
}

func TestAShortfallIsVerifiedByData(t *testing.T) {
	l := begin(t, 100_00)
	l.must(chen, Accept, "", Data{})
	l.must(chen, Handle, "", Data{})
	l.must(chen, Reply, "已通知退费", Data{})
	if code := l.do(lu, Verify, "", Data{}); code != "ledger_not_cured" {
		t.Errorf("verified on somebody's word: %q", code)
	}
	l.must(self, Measure, "", Data{Run: 2, Outstanding: 40_00})
	if l.issue.Corrected != 60_00 || l.do(lu, Verify, "", Data{}) != "ledger_not_cured" {
		t.Errorf("%+v", l.issue)
	}
	if code := l.do(self, Measure, "", Data{Run: 2}); code != "ledger_old_run" {
		t.Errorf("one run measured twice: %q", code)
	}
	l.must(self, Cure, "", Data{Run: 3})
	l.must(lu, Close, "", Data{})
	l.must(self, Relapse, "", Data{Run: 4, Outstanding: 5_00})
	if l.issue.State != Handling || l.issue.Reopened != 1 || !l.issue.ClosedAt.IsZero() {
		t.Errorf("%+v", l.issue)
	}
	if code := l.do(chen, Exempt, "单位书面放弃", Data{Exemption: "waived"}); code != "ledger_not_you" {
		t.Errorf("exempted by who does not approve: %q", code)
	}
	l.must(lin, Exempt, "单位书面放弃", Data{Exemption: "waived"})
	l.must(chen, Reply, "已豁免", Data{})
	l.must(lu, Verify, "", Data{})
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		actor  Actor
		action Action
		words  string
		data   Data
		code   string
	}{
		"closing what was not accepted":            {chen, Close, "", Data{}, "ledger_not_now"},
		"returning without a reason":               {chen, Return, "", Data{}, "ledger_reason_missing"},
		"a reason of blanks":                       {chen, Return, " \t", Data{}, "ledger_reason_missing"},
		"acting without the right":                 {lin, Accept, "", Data{}, "ledger_not_you"},
		"granting what nobody asked for":           {lin, GrantExtension, "", Data{}, "ledger_no_extension"},
		"merging into itself":                      {chen, Merge, "重复", Data{Into: id}, "ledger_merge_itself"},
		"a word that is in no list":                {chen, Classify, "误分类", Data{Category: "tax"}, "ledger_unknown_word"},
		"measuring what is about no money":         {self, Measure, "", Data{Run: 2}, "ledger_not_by_data"},
		"exempting what is about no money":         {lin, Exempt, "无", Data{Exemption: "waived"}, "ledger_nothing_to_exempt"},
		"an attachment without a hash":             {chen, Attach, "", Data{File: &File{Name: "a.pdf"}}, "ledger_missing"},
		"a link to nothing that issues have to do": {chen, Relate, "", Data{Link: &Link{"planet", "1"}}, "ledger_missing"},
		"words that fill a book":                   {chen, Comment, strings.Repeat("字", LongestWords+1), Data{}, "ledger_too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			l := begin(t, 0)
			before := l.issue
			if code := l.do(c.actor, c.action, c.words, c.data); code != c.code {
				t.Errorf("got %q, want %q", code, c.code)
			}
			if !reflect.DeepEqual(before, l.issue) {
				t.Error("a refused action changed the issue")
			}
		})
	}
}

func TestAnExtensionIsApprovedBySomebodyElse(t *testing.T) {
	l := begin(t, 0)
	l.must(chen, Accept, "", Data{})
	l.must(chen, AskExtension, "需要外省核实", Data{Days: 5})
	both := Actor{Account: "chen", Scope: city, Write: true, Approve: true}
	if code := l.do(both, GrantExtension, "", Data{}); code != "ledger_not_you" {
		t.Errorf("granted to oneself: %q", code)
	}
	l.must(lin, GrantExtension, "", Data{})
	if l.issue.Extended != 5 || l.issue.Asked != nil {
		t.Errorf("%+v", l.issue)
	}
}

// TestWhoeverActsFromAnOldStateIsTold: of two who saw the same, the second is refused and nothing is lost.
func TestWhoeverActsFromAnOldStateIsTold(t *testing.T) {
	l := begin(t, 0)
	first, next, err := l.issue.Do(chen, Event{Action: Accept, At: nine.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := l.issue.Do(lu, Event{Action: Accept, At: nine.Add(time.Hour)})
	if err != nil || second.Seq != first.Seq {
		t.Fatalf("%+v, %v", second, err)
	}
	if _, err := next.Apply(second); problem.Code(err) != "ledger_changed" {
		t.Errorf("the second is not told: %v", err)
	}
}

// TestRandomLives: whatever people try, in whatever order, the history of what was let through replays to the issue, what
// is offered works, and what is not offered does not.
func TestRandomLives(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		l := begin(t, money.Fen(random.IntN(2)*100_00))
		actors := []Actor{chen, lu, lin, {Account: "wang", Scope: filter.Regions("320000"), Write: true, Approve: true}, self}
		var actions []Action
		for _, r := range rules {
			actions = append(actions, r.action)
		}
		for range 40 {
			a, action := actors[random.IntN(len(actors))], actions[random.IntN(len(actions))]
			offered := slices.Contains(l.issue.Actions(a), action)
			data := Data{
				Handler: []string{"chen", "lu", "wang"}[random.IntN(3)], Bureau: "320000", Days: 3, Exemption: "waived", Into: "other", Category: "other",
				File: &File{Name: "a.pdf", SHA256: "00"}, Link: &Link{"unit", unit}, Run: l.issue.MeasuredRun + 1, Outstanding: money.Fen(random.IntN(2) * 50_00),
			}
			code := l.do(a, action, "理由", data)
			if a.Account == System {
				continue
			}
			if offered && code != "" && code != "ledger_same_handler" {
				t.Fatalf("seed %d: %s was offered to %s in %s and refused: %s", seed, action, a.Account, l.issue.State, code)
			}
			if !offered && code == "" && action != Absorb {
				t.Fatalf("seed %d: %s was not offered to %s and done", seed, action, a.Account)
			}
		}
		again, err := Replay(l.events)
		if err != nil || !reflect.DeepEqual(again, l.issue) {
			t.Fatalf("seed %d: replayed: %+v, %v, want %+v", seed, again, err, l.issue)
		}
		for n := range l.events {
			if l.events[n].Seq != uint32(n+1) {
				t.Fatalf("seed %d: event %d has number %d", seed, n+1, l.events[n].Seq)
			}
		}
	}
}
