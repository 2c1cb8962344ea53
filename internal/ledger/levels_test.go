package ledger

import (
	"slices"
	"testing"

	"jianfu/internal/filter"
)

var province = Actor{Account: "gu", Scope: filter.Regions("320000"), Write: true}

// TestACityDoesNotActForItsProvince: what was handed up is the province's until it hands it back or names who handles it.
func TestACityDoesNotActForItsProvince(t *testing.T) {
	l := begin(t, 0)
	l.must(chen, Accept, "", Data{})
	if code := l.do(chen, Escalate, "超出权限", Data{Bureau: "330000"}); code != "ledger_other_bureau" {
		t.Errorf("handed up to another province: %q", code)
	}
	if code := l.do(chen, Escalate, "超出权限", Data{Bureau: "320500"}); code != "ledger_other_bureau" {
		t.Errorf("handed up to itself: %q", code)
	}
	l.must(chen, Escalate, "超出权限", Data{Bureau: "320000"})
	if code := l.do(chen, Accept, "", Data{}); code != "ledger_not_you" {
		t.Errorf("the city accepts for the province: %q", code)
	}
	if got := l.issue.Actions(chen); !slices.Equal(got, []Action{Comment, Attach, Relate}) {
		t.Errorf("the city is offered %v", got)
	}
	l.must(province, Accept, "", Data{})
	for _, action := range []Action{Assign, Handle, Return, Escalate, Merge, Classify, AskExtension} {
		if code := l.do(chen, action, "理由", Data{Handler: "lu", Bureau: "320000", Days: 3, Into: "x", Category: "other"}); code != "ledger_not_you" {
			t.Errorf("the city does %s for the province: %q", action, code)
		}
	}
	l.must(province, Assign, "", Data{Handler: "chen"})
	l.must(chen, Handle, "", Data{})
	l.must(chen, Reply, "已退费", Data{})
	if code := l.do(lu, Verify, "", Data{}); code != "ledger_not_you" {
		t.Errorf("the city verifies for the province: %q", code)
	}
	l.must(province, Verify, "", Data{})
	if code := l.do(lu, Close, "", Data{}); code != "ledger_not_you" {
		t.Errorf("the city closes for the province: %q", code)
	}
	if code := l.do(lu, Reopen, "不同意", Data{}); code != "ledger_not_you" {
		t.Errorf("the city reopens for the province: %q", code)
	}
}

func TestWhatTheProvinceReturnsIsTheCitysAgain(t *testing.T) {
	l := begin(t, 0)
	l.must(chen, Accept, "", Data{})
	l.must(chen, Escalate, "超出权限", Data{Bureau: "320000"})
	l.must(province, Accept, "", Data{})
	l.must(province, Return, "属于市局职责", Data{})
	if l.issue.Bureau != "320500" {
		t.Errorf("it lies with %s", l.issue.Bureau)
	}
	l.must(chen, Resubmit, "已补正", Data{})
	l.must(lu, Accept, "", Data{})
}

func TestWhoApprovesForABureauHoldsIt(t *testing.T) {
	l := begin(t, 100_00)
	l.must(chen, Accept, "", Data{})
	l.must(chen, AskExtension, "需要核实", Data{Days: 3})
	l.must(chen, Escalate, "超出权限", Data{Bureau: "320000"})
	for _, action := range []Action{GrantExtension, RefuseExtension, Exempt} {
		if code := l.do(lin, action, "理由", Data{Exemption: "waived"}); code != "ledger_not_you" {
			t.Errorf("the city's leader does %s for the province: %q", action, code)
		}
	}
	above := Actor{Account: "wang", Scope: filter.Regions("320000"), Approve: true}
	l.must(above, GrantExtension, "", Data{})
}

func TestAnIssueIsRegisteredWithABureauOfItsRegion(t *testing.T) {
	e := registration(0)
	e.Data.Bureau = "330000"
	if _, _, err := Begin(chen, id, e); err == nil {
		t.Error("the bureau of another province got it")
	}
}
