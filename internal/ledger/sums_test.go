package ledger

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/problem"
)

// shown is what a run shows of an issue, written as package handling writes it.
func (l *life) shown(run uint32, reassessed, found, corrected money.Fen) {
	l.t.Helper()
	if reassessed != 0 {
		sums := l.issue.Sums.Reassess(reassessed)
		l.must(self, Reassess, "", Data{Run: run, Sums: &sums})
	}
	if found == 0 && corrected == 0 {
		return
	}
	sums, action := l.issue.Measure(found, corrected), Measure
	switch {
	case !l.issue.State.Open() && sums.Outstanding > 0:
		action = Relapse
	case l.issue.State.Open() && sums.Outstanding == 0 && l.issue.Outstanding > 0:
		action = Cure
	}
	l.must(self, action, "", Data{Run: run, Sums: &sums})
}

func TestMoneyIsAccountedForAtEveryStep(t *testing.T) {
	l := begin(t, 100_00)
	is := func(when string, state State, want Sums) {
		t.Helper()
		if l.issue.Sums != want || l.issue.State != state || !l.issue.Balanced() {
			t.Errorf("%s: %s, %+v, want %s, %+v", when, l.issue.State, l.issue.Sums, state, want)
		}
	}
	l.shown(2, 30_00, 0, 0)
	is("another pack finds less", Registered, Sums{Found: 100_00, Outstanding: 70_00, Reassessed: 30_00})
	l.shown(3, 0, 10_00, 20_00)
	is("a part came back, and there is something new", Registered, Sums{Found: 110_00, Corrected: 20_00, Outstanding: 60_00, Reassessed: 30_00})
	l.shown(4, 0, 0, 60_00)
	is("all came back", Proven, Sums{Found: 110_00, Corrected: 80_00, Reassessed: 30_00})
	l.must(lu, Close, "", Data{})
	l.shown(5, -30_00, 0, 0)
	is("the pack of before is in force again", Handling, Sums{Found: 110_00, Corrected: 80_00, Outstanding: 30_00})
	l.must(lin, Exempt, "单位书面放弃", Data{Exemption: "waived"})
	is("exempted", Handling, Sums{Found: 110_00, Corrected: 80_00, Exempted: 30_00})
	l.shown(6, 0, 0, 10_00)
	is("and given back in part all the same", Handling, Sums{Found: 110_00, Corrected: 90_00, Exempted: 20_00})
	l.shown(7, 0, 5_00, 0)
	is("what comes later is not exempted", Handling, Sums{Found: 115_00, Corrected: 90_00, Exempted: 20_00, Outstanding: 5_00})
	if code := l.do(chen, Verify, "", Data{}); code == "" {
		t.Error("verified while something is outstanding")
	}
	again, err := Replay(l.events)
	if err != nil || !reflect.DeepEqual(again, l.issue) {
		t.Errorf("replayed: %+v, %v", again, err)
	}
}

func TestWhatAnotherPackShowsIsNoCorrection(t *testing.T) {
	l := begin(t, 100_00)
	l.must(self, Reassess, "", Data{Run: 2, Sums: &Sums{Found: 100_00, Reassessed: 100_00}})
	if l.issue.State != Registered || l.issue.Corrected != 0 || !l.issue.Cured() {
		t.Errorf("%+v", l.issue)
	}
	for name, sums := range map[string]Sums{
		"as a correction":         {Found: 100_00, Corrected: 100_00},
		"what does not add up":    {Found: 100_00, Reassessed: 90_00},
		"with something found":    {Found: 120_00, Outstanding: 20_00, Reassessed: 100_00},
		"with less than nothing":  {Found: 100_00, Outstanding: -20_00, Reassessed: 120_00},
		"as what nobody exempted": {Found: 100_00, Exempted: -1, Outstanding: 1, Reassessed: 100_00},
	} {
		if code := l.do(self, Reassess, "", Data{Run: 3, Sums: &sums}); code == "" {
			t.Errorf("%s: %+v", name, l.issue.Sums)
		}
	}
	if code := l.do(self, Measure, "", Data{Run: 3, Sums: &Sums{Found: 100_00}}); code != "ledger_unbalanced" {
		t.Errorf("an amount was lost: %q", code)
	}
}

// TestAMergedIssueHandsItsMoneyOver: what was found once is outstanding until data, a ground or another pack says otherwise,
// whatever issue it lies in.
func TestAMergedIssueHandsItsMoneyOver(t *testing.T) {
	one, other := begin(t, 100_00), begin(t, 50_00)
	other.issue.ID = "fedcba9876543210fedcba9876543210"
	one.issue.From, one.issue.Reasons = "2019-05", []Reason{{Reason: "rate_not_applied", Amount: 100_00}}
	other.issue.From, other.issue.Reasons = "2019-06", []Reason{{Reason: "duplicate_charge", Amount: 50_00}}
	sums := one.issue.Sums
	one.must(chen, Merge, "同一问题", Data{Into: other.issue.ID, Sums: &sums})
	if one.issue.State != Merged || one.issue.Sums != (Sums{}) || *one.issue.Moved != sums || one.issue.ByData() {
		t.Errorf("%+v", one.issue)
	}
	hand := one.issue.Handover()
	hand.Run = 1
	other.must(chen, Absorb, "", hand)
	want := []Reason{{"duplicate_charge", 50_00, "2019-06"}, {"rate_not_applied", 100_00, "2019-05"}}
	if other.issue.Found != 150_00 || other.issue.Outstanding != 150_00 || !reflect.DeepEqual(other.issue.Reasons, want) || other.issue.From != "2019-05" {
		t.Errorf("%+v", other.issue)
	}
	if code := other.do(chen, Absorb, "", hand); code != "ledger_merge_itself" {
		t.Errorf("taken over twice: %q", code)
	}
}

func TestAnEndedIssueThatTakesMoneyOverBeginsAnew(t *testing.T) {
	l := begin(t, 100_00)
	l.shown(2, 0, 0, 100_00)
	l.must(lu, Close, "", Data{})
	l.must(self, Absorb, "", Data{Into: "other", Run: 2, Sums: &Sums{Found: 40_00, Outstanding: 40_00}})
	if l.issue.State != Handling || l.issue.Reopened != 1 || l.issue.Outstanding != 40_00 || !l.issue.ClosedAt.IsZero() {
		t.Errorf("%+v", l.issue)
	}
}

func TestWhatCanBeMerged(t *testing.T) {
	money := Issue{ID: "1", Unit: unit, Region: "320585", Comparison: "all", Sums: Sums{Found: 100, Outstanding: 100}}
	change := func(with func(*Issue)) Issue {
		other := money
		other.ID = "2"
		with(&other)
		return other
	}
	for name, c := range map[string]struct {
		issue, into Issue
		code        string
	}{
		"into one of the same unit and comparison": {money, change(func(*Issue) {}), ""},
		"into one without money":                   {money, change(func(i *Issue) { i.Sums = Sums{} }), "ledger_merge_other"},
		"into one of another unit":                 {money, change(func(i *Issue) { i.Unit = "91320585MA64JU2L13" }), "ledger_merge_other"},
		"into one of another county":               {money, change(func(i *Issue) { i.Region = "320505" }), "ledger_merge_other"},
		"into one under another comparison":        {money, change(func(i *Issue) { i.Comparison = "rate-only" }), "ledger_merge_other"},
		"into an exempted one":                     {money, change(func(i *Issue) { i.Exemption = "waived" }), "ledger_merge_exempted"},
		"into itself":                              {money, money, "ledger_merge_itself"},
		"a complaint into one with money":          {change(func(i *Issue) { i.Sums = Sums{} }), money, ""},
		"a complaint into that of another unit":    {change(func(i *Issue) { i.Sums, i.Unit = Sums{}, "" }), change(func(i *Issue) { i.ID = "3" }), ""},
	} {
		if err := c.issue.Mergeable(c.into); problem.Code(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}

// TestNoMoneyIsLostInRandomLives: several issues, whatever people and runs do with them, merges among them; all that was
// found is corrected, exempted, outstanding or reassessed at every step.
func TestNoMoneyIsLostInRandomLives(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 2))
		lives := []*life{begin(t, 100_00), begin(t, 70_00), begin(t, 30_00)}
		for n, l := range lives {
			l.issue.ID = id[:31] + string(rune('a'+n))
		}
		found := money.Fen(200_00)
		people := []Actor{chen, lu, lin, {Account: "wang", Scope: filter.Regions("320000"), Write: true, Approve: true}}
		for run := uint32(2); run < 40; run++ {
			l := lives[random.IntN(len(lives))]
			switch random.IntN(4) {
			case 0:
				other := lives[random.IntN(len(lives))]
				if l.issue.Mergeable(other.issue) != nil || !l.issue.State.Open() || other.issue.State == Merged {
					continue
				}
				sums := l.issue.Sums
				l.must(self, Merge, "同一问题", Data{Into: other.issue.ID, Sums: &sums})
				other.must(self, Absorb, "", l.issue.Handover())
			case 1:
				if l.issue.ByData() {
					back := money.Fen(random.Int64N(int64(l.issue.Held()) + 1))
					more, less := money.Fen(random.IntN(2)*20_00), money.Fen(random.Int64N(int64(back)+1))
					l.shown(run, less, more, back-less)
					found += more
				}
			default:
				a := people[random.IntN(len(people))]
				if actions := l.issue.Actions(a); len(actions) > 0 {
					if action := actions[random.IntN(len(actions))]; action != Merge {
						l.do(a, action, "理由", Data{Handler: "lu", Bureau: "320000", Days: 3, Exemption: "waived", Category: "other", Link: &Link{"unit", unit},
							File: &File{Name: "a.pdf", SHA256: "00"}})
					}
				}
			}
			var all Sums
			for _, l := range lives {
				if !l.issue.Balanced() {
					t.Fatalf("seed %d: %s holds %+v", seed, l.issue.State, l.issue.Sums)
				}
				if l.issue.Outstanding > 0 && !l.issue.State.Open() {
					t.Fatalf("seed %d: %s with %s outstanding", seed, l.issue.State, l.issue.Outstanding)
				}
				all = all.Add(l.issue.Sums)
			}
			if all.Found != found || !all.Balanced() {
				t.Fatalf("seed %d: found %s, and the issues hold %+v", seed, found, all)
			}
		}
	}
}

func TestIssuesOfOlderProgramsAreSettled(t *testing.T) {
	for name, c := range map[string]struct{ issue, want Issue }{
		"a part came back": {Issue{Sums: Sums{Found: 100, Outstanding: 40}}, Issue{Sums: Sums{Found: 100, Corrected: 60, Outstanding: 40}}},
		"the rest is exempted": {Issue{Sums: Sums{Found: 100, Outstanding: 40}, Exemption: "waived"},
			Issue{Sums: Sums{Found: 100, Corrected: 60, Exempted: 40}, Exemption: "waived"}},
		"what adds up stays": {Issue{Sums: Sums{Found: 100, Outstanding: 90, Reassessed: 10}}, Issue{Sums: Sums{Found: 100, Outstanding: 90, Reassessed: 10}}},
	} {
		c.issue.Settle()
		if !reflect.DeepEqual(c.issue, c.want) {
			t.Errorf("%s: %+v", name, c.issue)
		}
	}
}
