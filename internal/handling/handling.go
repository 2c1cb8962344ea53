// Package handling is where issues are dealt with (问题办理): it reads an issue's events, asks internal/ledger what may be done,
// and writes the next event. Pages, the JSON interface, imports and what a recompute shows all go through it, so that
// there is one way in which an issue changes. It decides nothing that the ledger decides, and knows no page.
package handling

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"sync"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Issues deals with the issues of a store.
type Issues struct {
	q        *queries.Queries
	log      *audit.Log
	calendar *workday.Calendar
	limits   ledger.Limits
	now      func() time.Time

	basis func() uint64 // a hash of the calendar and the limits
}

// New deals with issues; it counts working days by a calendar and limits by a table.
func New(q *queries.Queries, calendar *workday.Calendar, limits ledger.Limits, now func() time.Time) *Issues {
	basis := sync.OnceValue(func() uint64 { return basisOf(calendar, limits) })
	return &Issues{q: q, log: audit.New(q, now), calendar: calendar, limits: limits, now: now, basis: basis}
}

// Shown is an issue with its history and its clock as of now.
type Shown struct {
	Row
	Events []ledger.Event `json:"events"`
}

// actor is a principal in the ledger's eyes.
func actor(p access.Principal) ledger.Actor {
	return ledger.Actor{Account: p.Account(), Scope: p.Scope(access.IssuesRead), Write: p.Can(access.IssuesWrite), Approve: p.Can(access.IssuesApprove)}
}

// clocked is the time of an event: now, to the millisecond that the store keeps, and not before the event before it, should
// two servers' clocks differ.
func (d *Issues) clocked(after time.Time) time.Time {
	now := d.now().UTC().Truncate(time.Millisecond)
	if now.Before(after) {
		return after
	}
	return now
}

// Open registers an issue for somebody. The region must lie in the scope in which he may write.
func (d *Issues) Open(ctx context.Context, p access.Principal, draft ledger.Data) (ledger.Issue, error) {
	if !p.Scope(access.IssuesWrite).Allows(draft.Region) {
		return ledger.Issue{}, problem.New("desk_region_hidden", "region", draft.Region)
	}
	return d.open(ctx, p, identifier.New(), draft)
}

// OpenOnce is Open under a key of the principal's own, so that a program that does not know whether it was heard can ask
// again: the second time it is given the issue of the first, and again is true. Under a key that was used for something
// else nothing is registered.
func (d *Issues) OpenOnce(ctx context.Context, p access.Principal, key string, draft ledger.Data) (issue ledger.Issue, again bool, err error) {
	if !p.Scope(access.IssuesWrite).Allows(draft.Region) {
		return ledger.Issue{}, false, problem.New("desk_region_hidden", "region", draft.Region)
	}
	sum := sha256.Sum256([]byte("once\x00" + p.Account() + "\x00" + key))
	id := hex.EncodeToString(sum[:16])
	for range attempts {
		issue, events, err := d.replayed(ctx, filter.Everything(), id)
		switch {
		case problem.Code(err) == "desk_no_issue":
			if issue, err = d.open(ctx, p, id, draft); problem.Code(err) != "ledger_changed" {
				return issue, false, err
			}
		case err != nil:
			return issue, false, err
		default:
			first := events[0].Data
			first.Number = ""
			if !reflect.DeepEqual(first, draft) {
				return ledger.Issue{}, true, problem.New("desk_key_used", "key", key)
			}
			return issue, true, nil
		}
	}
	return ledger.Issue{}, false, problem.New("ledger_changed", "seq", 1, "last", 1)
}

// open registers an issue with an id that is nobody else's; where it is, the problem ledger_changed says so.
func (d *Issues) open(ctx context.Context, p access.Principal, id string, draft ledger.Data) (ledger.Issue, error) {
	a := actor(p)
	now := d.clocked(time.Time{})
	event := ledger.Event{At: now, Data: draft}
	event.Data.Number = "-" // one is taken once nothing else stands in the way
	if _, _, err := ledger.Begin(a, id, event); err != nil {
		return ledger.Issue{}, err
	}
	year := workday.DateOf(now).Year()
	number, err := d.q.TakeIssueNumbers(ctx, draft.Bureau, year, []string{id}, now)
	if err != nil {
		return ledger.Issue{}, err
	}
	event.Data.Number = ledger.Number(draft.Bureau, year, number)
	event, issue, err := ledger.Begin(a, id, event)
	if err != nil {
		return ledger.Issue{}, err
	}
	return issue, d.write(ctx, audit.By(p, audit.IssueChanged, issue.Number), event, issue)
}

// Act does something with an issue as it was at step seq. Whoever saw an older step than the last is told so by the problem
// ledger_changed and has changed nothing. What concerns two issues goes by Merge.
func (d *Issues) Act(ctx context.Context, p access.Principal, id string, seq uint32, action ledger.Action, words string, data ledger.Data) (ledger.Issue, error) {
	if action == ledger.Merge || action == ledger.Absorb {
		return ledger.Issue{}, problem.New("ledger_not_you", "action", action)
	}
	return d.act(ctx, p, id, seq, action, words, data)
}

func (d *Issues) act(ctx context.Context, p access.Principal, id string, seq uint32, action ledger.Action, words string, data ledger.Data) (ledger.Issue, error) {
	issue, _, err := d.replayed(ctx, p.Scope(access.IssuesRead), id)
	if err != nil {
		return issue, err
	}
	if seq != issue.Seq {
		return issue, problem.New("ledger_changed", "seq", seq, "last", issue.Seq)
	}
	event, next, err := issue.Do(actor(p), ledger.Event{Action: action, At: d.clocked(issue.ChangedAt), Words: words, Data: data})
	if err != nil {
		return issue, err
	}
	if err := d.write(ctx, audit.By(p, audit.IssueChanged, next.Number), event, next); err != nil {
		return issue, err
	}
	return next, nil
}

// write writes a step of an issue, after the entry in the audit log that names its hash.
func (d *Issues) write(ctx context.Context, entry audit.Entry, event ledger.Event, after ledger.Issue) error {
	step, err := d.q.LedgerStep(ctx, event, after, identifier.New())
	if err != nil {
		return err
	}
	return d.log.Do(ctx, entry.OfIssue(step), func(ctx context.Context) error { return d.q.AppendIssueStep(ctx, step) })
}

// Issue shows an issue within a scope, as its reader may see it; the problem desk_no_issue says that there is none.
func (d *Issues) Issue(ctx context.Context, scope filter.Scope, id string) (Shown, error) {
	issue, events, err := d.replayed(ctx, scope, id)
	if err != nil {
		return Shown{}, err
	}
	if scope.ConcealsFew() {
		seen, err := d.q.LastIssues(ctx, scope, []string{id})
		if err != nil {
			return Shown{}, err
		}
		if len(seen) == 0 || seen[0].Concealed { // lists may not know it yet, and then nobody knows whom it is about
			issue = issue.Conceal()
			for i, e := range events {
				events[i] = e.Conceal()
			}
		}
	}
	row, err := d.row(issue)
	return Shown{Row: row, Events: events}, err
}

// Numbered is Issue by the issue's number.
func (d *Issues) Numbered(ctx context.Context, scope filter.Scope, number string) (Shown, error) {
	id, err := d.find(ctx, scope, number)
	if err != nil {
		return Shown{}, err
	}
	return d.Issue(ctx, scope, id)
}

// find is the id of the issue that bears a number.
func (d *Issues) find(ctx context.Context, scope filter.Scope, number string) (string, error) {
	id, err := d.q.FindIssue(ctx, scope, number)
	if err == nil && id == "" {
		err = problem.New("desk_no_issue", "number", number)
	}
	return id, err
}

func (d *Issues) replayed(ctx context.Context, scope filter.Scope, id string) (ledger.Issue, []ledger.Event, error) {
	events, err := d.q.IssueEvents(ctx, scope, id)
	if err != nil {
		return ledger.Issue{}, nil, err
	}
	if len(events) == 0 {
		return ledger.Issue{}, nil, problem.New("desk_no_issue", "number", id)
	}
	issue, err := ledger.Replay(events)
	return issue, events, err
}
