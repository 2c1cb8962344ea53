package notice

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/handling"
	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/internal/workday"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// office is a store with people in it, and a clock that tests set.
type office struct {
	t      *testing.T
	q      *queries.Queries
	issues *handling.Issues
	now    time.Time
}

// The people: who handle issues in a county of Suzhou, and who approve there, in the city, and in the province.
const (
	county = "320506"
	city   = "320500"
)

var staff = []access.Grant{
	{Account: "li", Roles: []access.Role{access.Inspector}, Regions: []string{county}},
	{Account: "wu", Roles: []access.Role{access.Inspector}, Regions: []string{county}},
	{Account: "county-head", Roles: []access.Role{access.Leadership}, Regions: []string{county}},
	{Account: "city-head", Roles: []access.Role{access.Leadership}, Regions: []string{city}},
	{Account: "city-inspector", Roles: []access.Role{access.Inspector}, Regions: []string{city}},
	{Account: "province-head", Roles: []access.Role{access.Leadership}, Regions: []string{"320000"}},
	{Account: "nanjing", Roles: []access.Role{access.Inspector}, Regions: []string{"320100"}},
	{Account: "keeper", Roles: []access.Role{access.DataAdmin}, Regions: []string{county}},
}

func open(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, q: fixture.Open(t)}
	o.issues = handling.New(o.q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { return o.now })
	for _, g := range staff {
		o.put(g, false)
	}
	o.at("2019-06-10 10:00")
	return o
}

// put writes an account.
func (o *office) put(g access.Grant, disabled bool) {
	o.t.Helper()
	accounts, err := o.q.Accounts(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	a := queries.Account{Account: g.Account, Name: g.Account, Version: 1, Regions: g.Regions, Disabled: disabled, CreatedAt: fixture.Now(), ChangedAt: fixture.Now(),
		PasswordAt: fixture.Now(), SessionsFrom: fixture.Now()}
	for _, role := range g.Roles {
		a.Roles = append(a.Roles, string(role))
	}
	for _, before := range accounts {
		if before.Account == g.Account {
			a.Version = before.Version + 1
		}
	}
	if err := o.q.PutAccount(o.t.Context(), a); err != nil {
		o.t.Fatal(err)
	}
}

// at sets the clock to a time in Beijing.
func (o *office) at(text string) {
	o.t.Helper()
	now, err := time.Parse("2006-01-02 15:04 -0700", text+" +0800")
	if err != nil {
		o.t.Fatal(err)
	}
	o.now = now
}

func principal(account string) access.Principal {
	i := slices.IndexFunc(staff, func(g access.Grant) bool { return g.Account == account })
	return access.New(staff[i])
}

// opened registers an issue of the county by li, with three working days.
func (o *office) opened() ledger.Issue {
	o.t.Helper()
	issue, err := o.issues.Open(o.t.Context(), principal("li"), ledger.Data{Source: "letter", Nature: "complaint", Category: "policy", Severity: "normal",
		Title: "五月仍按原费率征收", Text: "来信。", Region: county, Bureau: county, RaisedOn: "2019-06-03"})
	if err != nil {
		o.t.Fatal(err)
	}
	return issue
}

// act lets somebody do something with an issue, a minute later.
func (o *office) act(account string, i ledger.Issue, action ledger.Action, words string, data ledger.Data) ledger.Issue {
	o.t.Helper()
	o.now = o.now.Add(time.Minute)
	next, err := o.issues.Act(o.t.Context(), principal(account), i.ID, i.Seq, action, words, data)
	if err != nil {
		o.t.Fatal(err)
	}
	return next
}

func (o *office) notices(options Options) *Notices {
	o.t.Helper()
	n, err := New(o.q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { return o.now }, slog.New(slog.DiscardHandler), options)
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// round makes a round, and fails where it goes wrong.
func (o *office) round(n *Notices) Result {
	o.t.Helper()
	result, err := n.Round(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return result
}

// reads are the rights of who is shown notices about issues.
var reads = []string{string(access.IssuesRead)}

// told lists what everybody was told, as "account kind".
func (o *office) told() string {
	o.t.Helper()
	var all []string
	for _, g := range staff {
		rows, err := o.q.Notices(o.t.Context(), queries.NoticeReader{Account: g.Account, Rights: reads, Scope: filter.Everything()}, false, 0, 100)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, r := range rows {
			all = append(all, g.Account+" "+r.Kind)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func (o *office) want(want string) {
	o.t.Helper()
	if got := o.told(); got != want {
		o.t.Errorf("at %s told: %s\nwant: %s", o.now.Format(time.RFC3339), got, want)
	}
}

func TestWhatIsDoneWithAnIssueIsToldOnceToWhomItConcerns(t *testing.T) {
	o := open(t)
	n := o.notices(Options{})
	i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
	i = o.act("li", i, ledger.Assign, "", ledger.Data{Handler: "wu"})
	i = o.act("li", i, ledger.Comment, "请先核对六月。", ledger.Data{Mentions: []string{"wu", "li", "nanjing", "keeper", "nobody"}})
	if result := o.round(n); result.Told != 2 {
		t.Errorf("%+v", result)
	}
	o.want("wu assigned, wu mentioned") // not who did it, who may not see it, who may not read issues, or who is not there
	if result := o.round(n); result.Told != 0 {
		t.Errorf("told again: %+v", result)
	}
	i = o.act("wu", i, ledger.AskExtension, "等待银行回单。", ledger.Data{Days: 3})
	o.round(n)
	o.want("county-head extension_asked, wu assigned, wu mentioned")
	i = o.act("county-head", i, ledger.GrantExtension, "", ledger.Data{})
	i = o.act("wu", i, ledger.Handle, "", ledger.Data{})
	i = o.act("wu", i, ledger.Escalate, "超出本局权限。", ledger.Data{Bureau: city})
	o.round(n)
	o.want("city-inspector received, county-head extension_asked, li extension_decided, wu assigned, wu extension_decided, wu mentioned")
	o.act("city-inspector", i, ledger.Accept, "", ledger.Data{})
	if result := o.round(n); result.Told != 0 {
		t.Errorf("an acceptance was told: %+v", result)
	}
}

func TestAStepOfLongAgoIsToldToNobody(t *testing.T) {
	o := open(t)
	i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
	o.act("li", i, ledger.Assign, "", ledger.Data{Handler: "wu"})
	o.now = o.now.Add(lookBack + time.Minute)
	o.round(o.notices(Options{}))
	if told := o.told(); strings.Contains(told, "assigned") {
		t.Errorf("told: %s", told)
	}
}

// The complaint of 10 June 2019 may take three working days: until Thursday the 13th. The next working days are the 14th, 17th
// and 18th; a complaint's upper bureau is told one working day after the last.
func TestTheClockIsToldAsItRunsDown(t *testing.T) {
	o := open(t)
	n := o.notices(Options{})
	i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
	i = o.act("li", i, ledger.Assign, "", ledger.Data{Handler: "wu"})
	for _, step := range []struct{ at, told string }{
		{"2019-06-10 11:00", "wu assigned"},
		{"2019-06-11 11:00", "wu assigned"},
		{"2019-06-12 07:59", "wu assigned"},
		{"2019-06-12 08:00", "li due_soon, wu assigned, wu due_soon"},
		{"2019-06-12 23:00", "li due_soon, wu assigned, wu due_soon"},
		{"2019-06-13 09:00", "li due_soon, li due_today, wu assigned, wu due_soon, wu due_today"},
		{"2019-06-14 07:00", "li due_soon, li due_today, wu assigned, wu due_soon, wu due_today"},
		{"2019-06-14 08:00", "city-head supervise, li due_soon, li due_today, li overdue, wu assigned, wu due_soon, wu due_today, wu overdue"},
		{"2019-06-24 08:00", "city-head supervise, li due_soon, li due_today, li overdue, wu assigned, wu due_soon, wu due_today, wu overdue"},
	} {
		o.at(step.at)
		o.round(n)
		o.want(step.told)
	}
	o.act("wu", i, ledger.Handle, "", ledger.Data{})
}

func TestAClockThatStandsStillOrIsAnsweredIsNotTold(t *testing.T) {
	o := open(t)
	n := o.notices(Options{})
	i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
	i = o.act("li", i, ledger.Handle, "", ledger.Data{})
	i = o.act("li", i, ledger.Wait, "等待单位补充材料。", ledger.Data{})
	o.at("2019-06-20 09:00")
	o.round(n)
	o.want("")
	i = o.act("li", i, ledger.Resume, "", ledger.Data{})
	o.act("li", i, ledger.Reply, "已退费。", ledger.Data{})
	o.at("2019-07-20 09:00")
	o.round(n)
	o.want("")
}

func TestAnExtensionIsADayAnew(t *testing.T) {
	o := open(t)
	n := o.notices(Options{})
	i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
	i = o.act("li", i, ledger.Handle, "", ledger.Data{})
	o.at("2019-06-13 09:00")
	o.round(n)
	o.want("li due_today")
	i = o.act("li", i, ledger.AskExtension, "等待银行回单。", ledger.Data{Days: 2})
	o.act("county-head", i, ledger.GrantExtension, "", ledger.Data{})
	o.at("2019-06-17 09:00")
	o.round(n)
	o.want("county-head extension_asked, li due_today, li due_today, li extension_decided")
}

func TestWhatNobodyIsInChargeOfIsToldToTheBureau(t *testing.T) {
	o := open(t)
	o.opened()
	o.put(staff[0], true) // li has left
	o.at("2019-06-13 09:00")
	o.round(o.notices(Options{}))
	o.want("wu due_today")
}

func TestAYearWithoutCalendarIsCountedAndToldToNobody(t *testing.T) {
	o := open(t)
	o.at("2026-12-29 10:00")
	o.opened()
	o.at("2026-12-31 10:00")
	if result := o.round(o.notices(Options{})); result.NotCounted != 1 || result.Told != 0 {
		t.Errorf("%+v", result)
	}
}

func TestSeveralServersTellOnce(t *testing.T) {
	o := open(t)
	var handlers []ledger.Issue
	for range 5 {
		i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
		handlers = append(handlers, o.act("li", i, ledger.Assign, "", ledger.Data{Handler: "wu"}))
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var total Result
	for range 6 {
		n := o.notices(Options{})
		wg.Go(func() {
			result, err := n.Round(t.Context())
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			total.Told += result.Told
		})
	}
	wg.Wait()
	if total.Told != len(handlers) {
		t.Errorf("%d notices were told of %d issues", total.Told, len(handlers))
	}
	o.want(strings.TrimSuffix(strings.Repeat("wu assigned, ", len(handlers)), ", "))
}

func TestARoundThatDiedIsTakenOverAfterItsLease(t *testing.T) {
	o := open(t)
	n := o.notices(Options{})
	if won, err := o.q.BeginNoticeRound(t.Context(), 1, identifier.New(), n.moment()); err != nil || !won {
		t.Fatal(won, err)
	}
	i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
	o.act("li", i, ledger.Assign, "", ledger.Data{Handler: "wu"})
	if result := o.round(n); !result.Busy || result.Told != 0 {
		t.Errorf("another's round was not respected: %+v", result)
	}
	o.now = o.now.Add(lease)
	if result := o.round(n); result.Busy || result.Told != 1 {
		t.Errorf("a dead round was not taken over: %+v", result)
	}
}

func TestWhatWasSeenIsNoLongerUnread(t *testing.T) {
	o := open(t)
	i := o.act("li", o.opened(), ledger.Accept, "", ledger.Data{})
	i = o.act("li", i, ledger.Assign, "", ledger.Data{Handler: "wu"})
	o.act("li", i, ledger.Comment, "请看。", ledger.Data{Mentions: []string{"wu"}})
	o.round(o.notices(Options{}))
	scope := principal("wu").Scope(access.IssuesRead)
	wu := queries.NoticeReader{Account: "wu", Rights: reads, Scope: scope}
	count := func(scope filter.Scope) string {
		counts, err := o.q.CountNotices(t.Context(), queries.NoticeReader{Account: "wu", Rights: reads, Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(counts.Told, counts.Unread)
	}
	if got := count(scope); got != "2 2" {
		t.Errorf("got %s", got)
	}
	rows, err := o.q.Notices(t.Context(), wu, true, 0, 1)
	if err != nil || len(rows) != 1 || rows[0].Title != "五月仍按原费率征收" {
		t.Fatalf("%+v, %v", rows, err)
	}
	for range 2 {
		if err := o.q.ReadNotices(t.Context(), "wu", []string{rows[0].Notice}, o.now); err != nil {
			t.Fatal(err)
		}
	}
	if got := count(scope); got != "2 1" {
		t.Errorf("got %s", got)
	}
	if left, err := o.q.Notices(t.Context(), wu, true, 0, 9); err != nil || len(left) != 1 || left[0].Notice == rows[0].Notice {
		t.Errorf("%+v, %v", left, err)
	}
	if all, err := o.q.Notices(t.Context(), wu, false, 0, 9); err != nil || len(all) != 2 {
		t.Errorf("%+v, %v", all, err)
	}
	if got := count(filter.Regions("320100")); got != "0 0" {
		t.Errorf("in another region: %s", got)
	}
}
