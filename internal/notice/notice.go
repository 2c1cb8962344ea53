// Package notice tells people what they have to know about issues (提醒): what was given to them, where they are mentioned,
// what is due or overdue, and, some days after that, the upper bureau (督办). What is to be told is found in rounds from
// the issues' own steps and clocks, never announced by whoever made the step, so that nothing is lost when a server dies;
// each notice has an id that follows from what it is about, so that it is told once. Of several servers, and of `serve`
// and `jianfu remind`, one makes a round at a time. Pages show notices; mail and a webhook carry them out of the house.
package notice

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/alert"
	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Kind is why somebody is told something.
type Kind string

// The kinds. Those of the first group follow from a step that somebody made, those of the second from the clock, the last from a run.
const (
	Assigned         Kind = "assigned"          // given to the reader
	Mentioned        Kind = "mentioned"         // @reader
	Returned         Kind = "returned"          // what the reader registered came back
	Reopened         Kind = "reopened"          // what the reader had answered goes on
	Received         Kind = "received"          // a lower bureau has escalated it to the reader's
	ExtensionAsked   Kind = "extension_asked"   // waits for the reader's approval
	ExtensionDecided Kind = "extension_decided" // of an issue of the reader's

	DueSoon   Kind = "due_soon"  // one working day is left
	DueToday  Kind = "due_today" // it is the last day
	Overdue   Kind = "overdue"
	Supervise Kind = "supervise" // overdue for so long that the upper bureau is told

	ReportReady  Kind = "report_ready"  // a schedule has had a report prepared
	ReportFailed Kind = "report_failed" // none was prepared

	Alert Kind = "alert" // a figure that the reader watches went beyond its threshold

	Subscribed Kind = "subscribed" // a page that the reader subscribes to, written by package subscription, which has mails of its own
)

// Kinds lists the kinds, in that order.
var Kinds = []Kind{Assigned, Mentioned, Returned, Reopened, Received, ExtensionAsked, ExtensionDecided, DueSoon, DueToday, Overdue, Supervise, ReportReady, ReportFailed, Alert, Subscribed}

// MailKinds are those that a reader can be mailed about in a digest.
var MailKinds = Kinds[:len(Kinds)-1]

const (
	lookBack = 7 * 24 * time.Hour // steps older than that are told to nobody any more
	lease    = 10 * time.Minute   // after which a round that did not end is taken for dead
	opening  = 8 * time.Hour      // of the day: what is due is told from eight in the morning on, Beijing time
	keepOn   = 3 * 24 * time.Hour // for so long a batch is tried to be sent
)

// Notices looks for what people are to be told and sends it.
type Notices struct {
	q        *queries.Queries
	calendar *workday.Calendar
	limits   ledger.Limits
	now      func() time.Time
	log      *slog.Logger
	alerts   *alert.Watch
	channels []channel
}

// New gives the notices of a store. Channels carry them out of the house; without any they are shown on pages alone.
func New(q *queries.Queries, calendar *workday.Calendar, limits ledger.Limits, now func() time.Time, log *slog.Logger, o Options) (*Notices, error) {
	channels, err := o.channels()
	if err != nil {
		return nil, err
	}
	return &Notices{q: q, calendar: calendar, limits: limits, now: now, log: log, alerts: alert.New(q, now), channels: channels}, nil
}

// Result is what a round did.
type Result struct {
	Busy       bool `json:"busy"`      // another server makes a round; nothing was done here
	Told       int  `json:"told"`      // new notices
	Sent       int  `json:"sent"`      // batches that went out
	Failed     int  `json:"failed"`    // batches that will be tried again
	Refused    int  `json:"refused"`   // batches that no try will bring out
	NotCounted int  `json:"uncounted"` // issues whose clocks cannot be read: a year without a calendar
}

// Round finds what is to be told, writes it down, and sends what waits to be sent. It may be called at any time and from
// anywhere.
func (n *Notices) Round(ctx context.Context) (Result, error) {
	last, err := n.q.LastNoticeRound(ctx)
	if err != nil {
		return Result{}, err
	}
	now := n.moment()
	if last.Round > 0 && !last.Ended && now.Before(last.BegunAt.Add(lease)) {
		return Result{Busy: true}, nil
	}
	round, nonce := last.Round+1, identifier.New()
	won, err := n.q.BeginNoticeRound(ctx, round, nonce, now)
	if err != nil || !won {
		return Result{Busy: !won}, err
	}
	result, err := n.round(ctx, now)
	if endErr := n.q.EndNoticeRound(context.WithoutCancel(ctx), round, nonce, n.moment()); err == nil {
		err = endErr
	}
	return result, err
}

func (n *Notices) round(ctx context.Context, now time.Time) (Result, error) {
	var result Result
	people, err := n.people(ctx)
	if err != nil {
		return result, err
	}
	found, err := n.ofSteps(ctx, people, now)
	if err != nil {
		return result, err
	}
	ofClocks, uncounted, err := n.ofClocks(ctx, people, now)
	if err != nil {
		return result, err
	}
	result.NotCounted = uncounted
	ofFigures, settle, err := n.ofFigures(ctx, people)
	if err != nil {
		return result, err
	}
	ofReports, err := n.ofReports(ctx, people, now)
	if err != nil {
		return result, err
	}
	if result.Told, err = n.tell(ctx, slices.Concat(found, ofClocks, ofFigures, ofReports), now); err != nil {
		return result, err
	}
	if err := settle(ctx); err != nil {
		return result, err
	}
	return result, n.send(ctx, people, now, &result)
}

// moment is now, to the millisecond that the store keeps.
func (n *Notices) moment() time.Time { return n.now().UTC().Truncate(time.Millisecond) }

// tell writes down what nobody was told yet, a batch for each account, and returns how many notices it were.
func (n *Notices) tell(ctx context.Context, found []queries.Notice, now time.Time) (int, error) {
	ids := make([]string, len(found))
	for i, one := range found {
		ids[i] = one.Notice
	}
	told, err := n.q.ToldNotices(ctx, ids)
	if err != nil {
		return 0, err
	}
	byAccount, accounts := map[string][]queries.Notice{}, []string{}
	for _, one := range found {
		if told[one.Notice] {
			continue
		}
		told[one.Notice] = true
		if byAccount[one.Account] == nil {
			accounts = append(accounts, one.Account)
		}
		one.CreatedAt = now
		byAccount[one.Account] = append(byAccount[one.Account], one)
	}
	count := 0
	for _, account := range accounts {
		batch := byAccount[account]
		slices.SortFunc(batch, func(a, b queries.Notice) int { return strings.Compare(a.Notice, b.Notice) })
		words := []string{account}
		for _, one := range batch {
			words = append(words, one.Notice)
		}
		id := identifier.Of(words...)
		for i := range batch {
			batch[i].Batch = id
		}
		if err := n.q.PutNotices(ctx, batch); err != nil {
			return count, fmt.Errorf("tell %s: %w", account, err)
		}
		count += len(batch)
	}
	return count, nil
}

// people are those who can be told something: the accounts that are not disabled, with their rights and regions. To those that nobody
// has confirmed yet, who could not sign in to see it, no figure is told.
type people struct {
	all       []access.Principal
	of        map[string]access.Principal
	confirmed []access.Principal
}

func (n *Notices) people(ctx context.Context) (people, error) {
	accounts, err := n.q.Accounts(ctx)
	if err != nil {
		return people{}, err
	}
	p := people{of: map[string]access.Principal{}}
	for _, a := range accounts {
		if a.Disabled {
			continue
		}
		var roles []access.Role
		for _, role := range a.Roles {
			roles = append(roles, access.Role(role))
		}
		one := access.New(access.Grant{Account: a.Account, Name: a.Name, Roles: roles, Regions: a.Regions})
		p.all = append(p.all, one)
		p.of[a.Account] = one
		if a.GivenBy == "" {
			p.confirmed = append(p.confirmed, one)
		}
	}
	return p, nil
}

// sees tells whether an account may read issues of a region; nobody is told of one that he may not see.
func (p people) sees(account, region string) bool {
	one, ok := p.of[account]
	return ok && one.Scope(access.IssuesRead).Allows(region)
}

// shown tells whether an account may be shown a notice: one that names rights, to who still has them and still sees all regions that
// the account saw when it was made; any other by the region of its issue.
func (p people) shown(one queries.PendingNotice) bool {
	if len(one.Rights) == 0 {
		return p.sees(one.Account, one.Region)
	}
	i := slices.IndexFunc(p.confirmed, func(o access.Principal) bool { return o.Account() == one.Account })
	if i < 0 {
		return false
	}
	reader := p.confirmed[i]
	for _, right := range one.Rights {
		if !reader.Can(access.Right(right)) {
			return false
		}
	}
	scope := reader.Scope(access.Right(one.Rights[0]))
	return !slices.ContainsFunc(one.Regions, func(code string) bool { return !scope.Allows(code) })
}

// at are the accounts of a bureau that have a right; where it has none, those of the bureau above it, and so on.
func (p people) at(bureau string, right access.Right) []string {
	for {
		var found []string
		for _, one := range p.all {
			if one.Can(right) && slices.Contains(one.Regions(), bureau) {
				found = append(found, one.Account())
			}
		}
		if len(found) > 0 || bureau == nation {
			return found
		}
		bureau = above(bureau)
	}
}

// nation is the region code of the whole country.
const nation = "000000"

// above is the region code of the upper bureau: of a county its city, of a city its province, of a province the nation.
func above(bureau string) string {
	switch {
	case bureau[4:] != "00":
		return bureau[:4] + "00"
	case bureau[2:4] != "00":
		return bureau[:2] + "0000"
	}
	return nation
}
