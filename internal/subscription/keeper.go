package subscription

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/i18n"
	"jianfu/internal/identifier"
	"jianfu/internal/ledger"
	"jianfu/internal/notice"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Bounds of trying.
const (
	lease        = 10 * time.Minute   // after which an attempt that did not end is taken for dead
	keepOn       = 3 * 24 * time.Hour // for so long something that was asked for is tried
	longestPause = time.Hour          // between two attempts
	mostAttempts = 24
	mostFailures = 3 // of the mail server in a row; then mail waits until the next round
	longestMake  = 2 * time.Minute
	largestMail  = 10 << 20 // bytes of all files
)

// The steps of an attempt.
const (
	begun   = "begun"
	sending = "sending"
	told    = "told"
	sent    = "sent"
	failed  = "failed"
	refused = "refused"
	givenUp = "given_up"
	unclear = "unclear"
	stopped = "stopped"
)

// Made is a page as it was made for a subscription.
type Made struct {
	Principal access.Principal // whom it was made for, with the rights of that moment
	Rights    []string         // that the page needs
	Heading   string           // of the page, with its months
	Files     []notice.File    // what goes with a mail
	Notes     []string         // why something does not go with it
}

// Stop is the problem of a page that its account cannot have any more: no further attempt will do.
type Stop struct{ Cause error }

func (s Stop) Error() string { return s.Cause.Error() }

func (s Stop) Unwrap() error { return s.Cause }

// Pages makes the page of a subscription as its account: the guard, the handler and what is concealed are those of the page itself.
type Pages func(ctx context.Context, s queries.Subscription) (Made, error)

// Post sends letters.
type Post interface {
	Send(ctx context.Context, l notice.Letter) error
}

// Keeper sends what is due.
type Keeper struct {
	q        *queries.Queries
	audit    *audit.Log
	calendar *workday.Calendar
	pages    Pages
	post     Post   // nil where there is no mail
	address  string // of the server as its users reach it
	now      func() time.Time
	log      *slog.Logger
}

// New is the keeper of a store's subscriptions.
func New(q *queries.Queries, auditLog *audit.Log, calendar *workday.Calendar, pages Pages, post Post, address string, now func() time.Time, log *slog.Logger) *Keeper {
	return &Keeper{q, auditLog, calendar, pages, post, strings.TrimSuffix(address, "/"), now, log}
}

// Result is what a round did.
type Result struct {
	Told    int // by the bell alone
	Sent    int // mails
	Failed  int // will be tried again
	Stopped int // because their accounts cannot see the page any more
}

// Keep makes rounds until ctx ends: one at once, then one each time, and one whenever somebody asks for something.
func (k *Keeper) Keep(ctx context.Context, each time.Duration, asked <-chan struct{}) {
	ticker := time.NewTicker(each)
	defer ticker.Stop()
	for {
		result, err := k.Round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			k.log.Error("subscriptions", "error", err)
		case result != Result{}:
			k.log.Info("subscriptions", "told", result.Told, "sent", result.Sent, "failed", result.Failed, "stopped", result.Stopped)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-asked:
		}
	}
}

// task is a subscription on an occasion that was not settled yet.
type task struct {
	queries.Subscription
	on      Occasion
	before  queries.SubscriptionOccasion // the attempts before
	printer *i18n.Printer
}

// Round sends what is due. It may be called at any time and from anywhere.
func (k *Keeper) Round(ctx context.Context) (result Result, err error) {
	tasks, err := k.due(ctx)
	if err != nil {
		return result, err
	}
	failures := 0
	for _, t := range tasks {
		before := result.Failed
		if t.Mail && failures >= mostFailures {
			continue
		}
		if err := k.try(ctx, t, &result); err != nil {
			return result, err
		}
		if failures++; result.Failed == before {
			failures = 0
		}
	}
	return result, nil
}

// due finds what is to be done now.
func (k *Keeper) due(ctx context.Context) (tasks []task, err error) {
	all, err := k.q.Subscriptions(ctx, "")
	if err != nil || len(all) == 0 {
		return nil, err
	}
	run, err := k.q.CurrentNumber(ctx)
	if err != nil && problem.Code(err) != "no_run" {
		return nil, err
	}
	now := k.moment()
	var keys []string
	for _, s := range all {
		if s.State != Active || Stopped(s) {
			continue
		}
		due, err := Due(s.Subscription, k.calendar, now, run)
		if err != nil { // a year without a calendar; the page says so
			k.log.Warn("a subscription has no time", "account", s.Account, "subscription", s.Subscription.Subscription, "error", err)
		}
		for _, on := range due {
			tasks = append(tasks, task{Subscription: s.Subscription, on: on, printer: i18n.For(s.Language)})
			keys = append(keys, key(s.Subscription, on))
		}
	}
	occasions, err := k.q.SubscriptionOccasions(ctx, keys)
	if err != nil {
		return nil, err
	}
	of := map[string]queries.SubscriptionOccasion{}
	for _, o := range occasions {
		of[o.Subscription+" "+o.Occasion] = o
	}
	for i := range tasks {
		tasks[i].before = of[keys[i]]
	}
	return slices.DeleteFunc(tasks, func(t task) bool { return !ripe(t.before, now) }), nil
}

// ripe tells whether an occasion may be tried now: one that was never tried, failed long enough ago, or died in an attempt.
func ripe(o queries.SubscriptionOccasion, now time.Time) bool {
	has := func(step string) bool { return slices.Contains(o.Steps, step) }
	switch {
	case o.Attempt == 0:
		return true
	case slices.ContainsFunc([]string{told, sent, refused, givenUp, unclear, stopped}, has):
		return false
	case has(failed):
		return !now.Before(o.TriedAt.Add(min(time.Minute<<min(o.Attempt-1, 10), longestPause)))
	}
	return !now.Before(o.TriedAt.Add(lease))
}

// try makes one attempt and writes down how it went. Where the attempt before died while it handed over a mail, that is said instead.
func (k *Keeper) try(ctx context.Context, t task, result *Result) error {
	attempt := t.before.Attempt + 1
	died := slices.Contains(t.before.Steps, sending) && !slices.Contains(t.before.Steps, failed)
	step := queries.SubscriptionStep{Subscription: t.Subscription.Subscription, Occasion: t.on.ID, Attempt: attempt, Step: begun, At: k.moment(), Account: t.Account, Nonce: identifier.New()}
	won, err := k.q.BeginSubscription(ctx, step)
	if err != nil || !won {
		return err
	}
	if died {
		if err := k.bell(ctx, t, Told{Name: t.Name, Event: Unsure}, nil, nil); err != nil {
			return err
		}
		return k.end(ctx, step, unclear, "")
	}
	making, cancel := context.WithTimeout(ctx, longestMake)
	defer cancel()
	made, err := k.pages(making, t.Subscription)
	if ctx.Err() != nil {
		return ctx.Err() // the server stops; the attempt counts as one that died
	}
	if stop, ok := errors.AsType[Stop](err); ok {
		result.Stopped++
		return k.stop(ctx, t, step, made.Principal, t.printer.Error(stop.Cause))
	}
	if err != nil {
		result.Failed++
		return k.fail(ctx, t, step, err)
	}
	return k.deliver(ctx, t, step, made, result)
}

// deliver tells and sends what was made.
func (k *Keeper) deliver(ctx context.Context, t task, step queries.SubscriptionStep, made Made, result *Result) error {
	to, why, err := k.recipient(ctx, t)
	if err != nil {
		return err
	}
	fit(&made, t.printer)
	var names []string
	for _, f := range made.Files {
		names = append(names, f.Name)
	}
	if to == "" {
		names = nil
	}
	entry := audit.By(made.Principal, audit.SubscriptionSent, t.Subscription.Subscription, "name", t.Name, "page", t.Address, "occasion", t.on.ID, "mail", to, "files", strings.Join(names, "; "))
	if err := k.audit.Append(ctx, entry); err != nil {
		return err
	}
	if err := k.bell(ctx, t, Told{Name: t.Name, Event: Arrived}, made.Rights, made.Principal.Regions()); err != nil {
		return err
	}
	if to == "" {
		result.Told++
		return k.end(ctx, step, told, why)
	}
	if err := k.end(ctx, step, sending, ""); err != nil {
		return err
	}
	err = k.post.Send(ctx, k.letter(t, to, made))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failure, _ := errors.AsType[notice.Failure](err)
	switch {
	case err == nil:
		result.Sent++
		return k.end(ctx, step, sent, to)
	case failure.For == notice.Unclear:
		if err := k.bell(ctx, t, Told{Name: t.Name, Event: Unsure}, nil, nil); err != nil {
			return err
		}
		return k.end(ctx, step, unclear, err.Error())
	case failure.For == notice.NoRecipient:
		return k.end(ctx, step, refused, err.Error())
	}
	result.Failed++
	return k.fail(ctx, t, step, err)
}

// recipient is where the mail of a subscription goes; "" for none, with the reason where there should be one.
func (k *Keeper) recipient(ctx context.Context, t task) (to, why string, err error) {
	if !t.Mail {
		return "", "", nil
	}
	if k.post == nil {
		return "", t.printer.T("subscription.no_server"), nil
	}
	counts, err := k.q.CountSubscriptions(ctx, t.Account, k.moment().Add(-24*time.Hour))
	if err != nil {
		return "", "", err
	}
	if counts.Mails >= MostMailsADay {
		return "", t.printer.T("subscription.too_many", "most", MostMailsADay), nil
	}
	settings, err := k.q.NoticeSettings(ctx, t.Account)
	if err != nil {
		return "", "", err
	}
	if len(settings) == 0 || settings[0].Mail == "" {
		return "", t.printer.T("subscription.no_address"), nil
	}
	return settings[0].Mail, "", nil
}

// fit leaves out the files that a mail server would refuse.
func fit(made *Made, p *i18n.Printer) {
	size := 0
	made.Files = slices.DeleteFunc(made.Files, func(f notice.File) bool {
		if size+len(f.Content) > largestMail {
			made.Notes = append(made.Notes, p.T("subscription.too_large", "file", f.Name, "most", largestMail>>20))
			return true
		}
		size += len(f.Content)
		return false
	})
}

// letter is a mail with what was made.
func (k *Keeper) letter(t task, to string, made Made) notice.Letter {
	p := t.printer
	lines := []string{p.T("subscription.mail.opening", "name", t.Name), "", made.Heading}
	if link := k.link(t.Subscription); link != "" {
		lines = append(lines, link)
	}
	lines = append(lines, "")
	for _, f := range made.Files {
		lines = append(lines, p.T("subscription.mail.file", "file", f.Name))
	}
	lines = append(lines, made.Notes...)
	lines = append(lines, "", p.T("subscription.mail.scope"), p.T("subscription.mail.closing", "when", Words(t.Subscription, p)), "")
	return notice.Letter{ID: identifier.Of(t.Subscription.Subscription, t.on.ID), To: to, At: k.moment(), Subject: p.T("subscription.mail.subject", "name", t.Name), Lines: lines, Files: made.Files}
}

// link is where the page is shown; "" where the server's address is not set.
func (k *Keeper) link(s queries.Subscription) string {
	if k.address == "" {
		return ""
	}
	return k.address + Localised(s)
}

// stop ends a subscription until its owner resumes it, and tells them once: by the bell, and by mail where they had mail. The mail
// names no figure.
func (k *Keeper) stop(ctx context.Context, t task, step queries.SubscriptionStep, p access.Principal, cause string) error {
	entry := audit.By(p, audit.SubscriptionStopped, t.Subscription.Subscription, "name", t.Name, "page", t.Address, "cause", cause)
	if err := k.audit.Append(ctx, entry); err != nil {
		return err
	}
	if err := k.bell(ctx, t, Told{Name: t.Name, Event: Ended, Cause: cause}, nil, nil); err != nil {
		return err
	}
	if err := k.end(ctx, step, stopped, cause); err != nil {
		return err
	}
	to, _, err := k.recipient(ctx, t)
	if err != nil || to == "" {
		return err
	}
	words := t.printer
	lines := []string{words.T("subscription.mail.stopped", "name", t.Name, "cause", cause), "", words.T("subscription.mail.resume"), ""}
	letter := notice.Letter{ID: identifier.Of(t.Subscription.Subscription, t.on.ID, stopped), To: to, At: k.moment(), Subject: words.T("subscription.mail.stopped_subject", "name", t.Name), Lines: lines}
	if err := k.post.Send(ctx, letter); err != nil {
		k.log.Warn("that a subscription has stopped was not sent", "account", t.Account, "subscription", t.Subscription.Subscription, "error", err)
	}
	return nil
}

// fail notes an attempt that another will follow, and the last as given up.
func (k *Keeper) fail(ctx context.Context, t task, step queries.SubscriptionStep, cause error) error {
	k.log.Warn("a subscription was not sent", "account", t.Account, "subscription", t.Subscription.Subscription, "attempt", step.Attempt, "error", cause)
	if step.Attempt < mostAttempts {
		return k.end(ctx, step, failed, cause.Error())
	}
	if err := k.bell(ctx, t, Told{Name: t.Name, Event: Lost, Cause: t.printer.Error(cause)}, nil, nil); err != nil {
		return err
	}
	return k.end(ctx, step, givenUp, cause.Error())
}

// end writes the next step of an attempt.
func (k *Keeper) end(ctx context.Context, step queries.SubscriptionStep, next, detail string) error {
	step.Step, step.Detail, step.At = next, detail, k.moment()
	return k.q.PutSubscriptionStep(ctx, step)
}

// bell tells something by the bell, once. rights and regions are those that the reader must still have to be shown it.
func (k *Keeper) bell(ctx context.Context, t task, what Told, rights, regions []string) error {
	facts, err := what.Facts()
	if err != nil {
		return err
	}
	if len(rights) == 0 {
		rights = []string{string(access.IssuesRead)}
	}
	id := identifier.Of(t.Account, string(notice.Subscribed), t.Subscription.Subscription, t.on.ID, what.Event)
	already, err := k.q.ToldNotices(ctx, []string{id})
	if err != nil || already[id] {
		return err
	}
	to := t.Address
	if what.Event != Arrived {
		to = "/subscriptions"
	}
	one := queries.Notice{Account: t.Account, Notice: id, Batch: id, Kind: string(notice.Subscribed), Issue: t.Subscription.Subscription, By: ledger.System, CreatedAt: k.moment(),
		Rights: rights, Regions: regions, Address: to, Facts: facts}
	if err := k.q.PutNotices(ctx, []queries.Notice{one}); err != nil {
		return fmt.Errorf("tell %s of subscription %s: %w", t.Account, t.Subscription.Subscription, err)
	}
	return nil
}

// moment is now, to the millisecond that the store keeps.
func (k *Keeper) moment() time.Time { return k.now().UTC().Truncate(time.Millisecond) }
