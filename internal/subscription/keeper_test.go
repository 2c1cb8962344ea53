package subscription_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/notice"
	"jianfu/internal/problem"
	"jianfu/internal/subscription"
	"jianfu/internal/workday"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// desk is a store, a clock that tests set, a page that is made, and a mail server that answers as it is told.
type desk struct {
	t      *testing.T
	q      *queries.Queries
	mu     sync.Mutex
	now    time.Time
	page   error
	mail   error
	mails  []notice.Letter
	during func() // called while a mail is handed over
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, q: fixture.Open(t)}
	d.at("2019-06-10 09:00")
	if err := d.q.PutNoticeSettings(t.Context(), queries.NoticeSettings{Account: "wu", ChangedAt: d.now, Mail: "wu@tax.example", Kinds: []string{}, Language: "zh"}); err != nil {
		t.Fatal(err)
	}
	return d
}

// at sets the clock, in Beijing.
func (d *desk) at(text string) {
	d.t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("CST", 8*3600))
	if err != nil {
		d.t.Fatal(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = moment
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(time.Millisecond)
	return d.now
}

func (d *desk) Send(_ context.Context, l notice.Letter) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.during != nil {
		d.during()
	}
	if d.mail == nil {
		d.mails = append(d.mails, l)
	}
	return d.mail
}

// round makes a round of one of several servers.
func (d *desk) round(ctx context.Context) (subscription.Result, error) {
	made := func(context.Context, queries.Subscription) (subscription.Made, error) {
		p := access.New(access.Grant{Account: "wu", Roles: []access.Role{access.Inspector}, Regions: []string{"320500"}})
		return subscription.Made{Principal: p, Rights: []string{string(access.FiguresAggregate)}, Heading: "总览 2019年5月", Files: []notice.File{{Name: "总览.html", Type: "text/html", Content: []byte("<p>")}}}, d.page
	}
	return subscription.New(d.q, audit.New(d.q, d.clock), workday.Shipped(), made, d, "https://jianfu.example/", d.clock, slog.New(slog.DiscardHandler)).Round(ctx)
}

// want makes a round and compares what it did.
func (d *desk) want(what string, want subscription.Result) {
	d.t.Helper()
	got, err := d.round(d.t.Context())
	if err != nil || got != want {
		d.t.Errorf("%s: %+v, want %+v; %v", what, got, want, err)
	}
}

// put writes a subscription of wu's, due on working days at eight.
func (d *desk) put(change func(*queries.Subscription)) queries.Subscription {
	d.t.Helper()
	s := queries.Subscription{Account: "wu", Subscription: strings.Repeat("a", 32), State: subscription.Active, Name: "每日总览", List: "overview", Address: "/?size=small", Every: subscription.Workdays,
		Hour: 8, Mail: true, Printed: true, Language: "zh", Since: d.clock().Truncate(time.Millisecond), AskedAt: time.Unix(0, 0)}
	if change != nil {
		change(&s)
	}
	if err := d.q.PutSubscription(d.t.Context(), s, d.clock()); err != nil {
		d.t.Fatal(err)
	}
	return s
}

// told are the events that the bell has told, with their addresses.
func (d *desk) told() string {
	d.t.Helper()
	rows, err := d.q.Notices(d.t.Context(), queries.NoticeReader{Account: "wu", Rights: []string{"issues.read", "figures.aggregate"}, Scope: filter.Everything()}, false, 0, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	var events []string
	for _, r := range slices.Backward(rows) {
		told, err := subscription.ReadTold(r.Facts)
		if err != nil {
			d.t.Fatal(err)
		}
		events = append(events, told.Event+" "+r.Address)
	}
	slices.Sort(events)
	return strings.Join(events, ", ")
}

// kept is wu's subscription as the page has it.
func (d *desk) kept() queries.KeptSubscription {
	d.t.Helper()
	all, err := d.q.Subscriptions(d.t.Context(), "wu")
	if err != nil || len(all) != 1 {
		d.t.Fatal(all, err)
	}
	return all[0]
}

var (
	nothing = subscription.Result{}
	one     = subscription.Result{Sent: 1}
)

func TestWhatIsDueIsSentOnceAndWhatWasMissedOnceToo(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.put(nil)
	d.want("before it is due", nothing)
	d.at("2019-06-11 08:00")
	var group sync.WaitGroup
	for range 4 { // servers
		group.Go(func() {
			if _, err := d.round(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	d.want("again", nothing)
	if len(d.mails) != 1 || d.told() != "arrived /?size=small" {
		t.Fatalf("%d mails, told %s", len(d.mails), d.told())
	}
	if l := d.mails[0]; l.To != "wu@tax.example" || len(l.Files) != 1 || !strings.Contains(strings.Join(l.Lines, "\n"), "https://jianfu.example/?size=small") || l.Subject != "减负订阅：每日总览" {
		t.Errorf("%+v", l)
	}
	d.at("2019-06-14 12:00") // Wednesday, Thursday and this morning were missed
	d.want("what was missed", one)
	d.want("and once", nothing)
	if d.kept().Step != "sent" || d.kept().Detail != "wu@tax.example" {
		t.Errorf("%+v", d.kept())
	}
	d.put(func(s *queries.Subscription) { s.State = subscription.Paused })
	d.at("2019-06-17 12:00")
	d.want("while it is paused", nothing)
	d.put(func(s *queries.Subscription) { s.Mail, s.AskedAt = false, d.now })
	d.want("by the bell, asked for", subscription.Result{Told: 1})
	if entries, err := d.q.CountSubscriptions(t.Context(), "wu", d.now.Add(-24*time.Hour)); err != nil || entries.Asked != 1 || entries.Mails != 0 {
		t.Errorf("%+v, %v", entries, err)
	}
}

func TestAMailThatDiedWhileItWasHandedOverIsNotRepeated(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.put(nil)
	d.at("2019-06-11 08:00")
	ctx, cancel := context.WithCancel(t.Context())
	d.during = cancel // the server dies; the mail has arrived
	if _, err := d.round(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	d.during = nil
	d.want("while it may still go on", nothing)
	d.at("2019-06-11 08:11")
	d.want("after its lease", nothing)
	d.want("and then", nothing)
	if len(d.mails) != 1 || d.kept().Step != "unclear" || d.told() != "arrived /?size=small, unclear /subscriptions" {
		t.Errorf("%d mails, %s, told %s", len(d.mails), d.kept().Step, d.told())
	}
	d.at("2019-06-12 08:00")
	d.page, d.mail = nil, notice.Failure{For: notice.Unclear, Err: errors.New("no")}
	if _, err := d.round(t.Context()); err != nil || d.kept().Step != "unclear" {
		t.Errorf("%+v, %v", d.kept(), err)
	}
}

func TestWhatTheMailServerDoesNotHaveIsTriedAgain(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.put(nil)
	d.at("2019-06-11 08:00")
	d.mail = notice.Failure{For: notice.Later, Err: errors.New("no")}
	d.want("not reached", subscription.Result{Failed: 1})
	d.want("at once", nothing)
	d.at("2019-06-11 08:02")
	d.want("after a minute", subscription.Result{Failed: 1})
	d.at("2019-06-11 08:05")
	d.mail, d.page = nil, errors.New("the engine is away")
	d.want("a page that could not be made", subscription.Result{Failed: 1})
	d.at("2019-06-11 08:20")
	d.page = nil
	d.want("at last", one)
	if got := d.told(); got != "arrived /?size=small" {
		t.Errorf("told %s", got)
	}
	d.at("2019-06-12 08:00")
	d.mail = notice.Failure{For: notice.NoRecipient, Err: errors.New("no")}
	d.want("no such recipient", nothing)
	d.at("2019-06-12 12:00")
	d.want("is not tried again", nothing)
	if d.kept().Step != "refused" {
		t.Errorf("%+v", d.kept())
	}
}

func TestASubscriptionStopsAndSaysWhyOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.put(nil)
	d.page = subscription.Stop{Cause: problem.New("account_disabled")}
	d.at("2019-06-11 08:00")
	d.want("stops", subscription.Result{Stopped: 1})
	d.at("2019-06-12 08:00")
	d.want("stays stopped", nothing)
	kept := d.kept()
	if !subscription.Stopped(kept) || d.told() != "stopped /subscriptions" || len(d.mails) != 1 || len(d.mails[0].Files) != 0 || !strings.Contains(d.mails[0].Subject, "已停止") {
		t.Errorf("%+v, told %s, %d mails", kept, d.told(), len(d.mails))
	}
	d.page = nil
	d.put(nil) // resumed
	d.at("2019-06-13 08:00")
	d.want("resumed", one)
}

func TestAnAccountHasSoManyMailsADay(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.at("2019-06-11 07:00")
	for i := range subscription.MostMailsADay {
		step := queries.SubscriptionStep{Subscription: strings.Repeat("b", 32), Occasion: fmt.Sprint(i), Attempt: 1, Step: "sending", At: d.now, Account: "wu", Nonce: strings.Repeat("c", 32)}
		if err := d.q.PutSubscriptionStep(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
	d.put(nil)
	d.at("2019-06-11 08:00")
	d.want("too many mails", subscription.Result{Told: 1})
	d.at("2019-06-12 08:00")
	d.want("the day after", one)
}
