package queries

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"jianfu/internal/store"
)

// Subscription is a page that an account has sent to itself again and again; internal/subscription gives its words their meaning.
type Subscription struct {
	Account      string    `ch:"account"`
	Subscription string    `ch:"subscription"` // 32 hexadecimal digits
	State        string    `ch:"state"`
	Name         string    `ch:"name"`
	List         string    `ch:"list"`    // which pages it is one of, as with saved filters
	Address      string    `ch:"address"` // of the page, without language and colours
	Every        string    `ch:"every"`
	Weekday      uint8     `ch:"weekday"` // 1 is Monday
	Day          uint8     `ch:"day"`     // of the month
	Hour         uint8     `ch:"hour"`    // in Beijing
	Mail         bool      `ch:"mail"`
	Printed      bool      `ch:"printed"` // whether the page itself goes with the mail
	Files        string    `ch:"files"`   // the format of the tables that go with it, "" for none
	Language     string    `ch:"language"`
	Since        time.Time `ch:"since"`     // what fell due before is not made up for
	SinceRun     uint32    `ch:"since_run"` // likewise of runs
	AskedAt      time.Time `ch:"asked_at"`  // 1970 for never
}

// KeptSubscription is a subscription with what became of it last.
type KeptSubscription struct {
	Subscription
	CreatedAt time.Time `ch:"created_at"`
	SettledAt time.Time `ch:"settled_at"` // 1970 before anything was due
	Step      string    `ch:"step"`
	Detail    string    `ch:"detail"`
	StoppedAt time.Time `ch:"stopped_at"` // 1970 for never
	SentAt    time.Time `ch:"sent_at"`    // likewise
}

//go:embed subscription/subscriptions.sql
var subscriptionsSQL string

// Subscriptions lists the subscriptions of an account that are not dropped, the latest first; those of all accounts where none is named.
func (q *Queries) Subscriptions(ctx context.Context, account string) ([]KeptSubscription, error) {
	return store.Select[KeptSubscription](ctx, q.db, subscriptionsSQL, store.Params{"account": account})
}

// PutSubscription writes a subscription anew.
func (q *Queries) PutSubscription(ctx context.Context, s Subscription, now time.Time) error {
	type row struct {
		Subscription
		ChangedAt time.Time `ch:"changed_at"`
	}
	err := store.Insert(ctx, q.db, `INSERT INTO subscriptions (account, subscription, changed_at, state, name, list, address, every, weekday, day, hour, mail,
		printed, files, language, since, since_run, asked_at)`, []row{{s, now}})
	if err != nil {
		return fmt.Errorf("write subscription %s of %s: %w", s.Subscription, s.Account, err)
	}
	return nil
}

// SubscriptionOccasion is what became of an occasion on which a subscription was due.
type SubscriptionOccasion struct {
	Subscription string    `ch:"subscription"`
	Occasion     string    `ch:"occasion"`
	Attempt      uint16    `ch:"last"`  // the last
	Steps        []string  `ch:"steps"` // of that attempt
	TriedAt      time.Time `ch:"tried_at"`
}

//go:embed subscription/occasions.sql
var subscriptionOccasionsSQL string

// SubscriptionOccasions finds what became of occasions, each given as the subscription, a space and the occasion. Of one that nobody has
// begun there is none.
func (q *Queries) SubscriptionOccasions(ctx context.Context, keys []string) ([]SubscriptionOccasion, error) {
	return store.Select[SubscriptionOccasion](ctx, q.db, subscriptionOccasionsSQL, store.Params{"keys": append([]string{}, keys...)})
}

// SubscriptionStep is a step of an attempt to send a subscription.
type SubscriptionStep struct {
	Subscription string    `ch:"subscription"`
	Occasion     string    `ch:"occasion"`
	Attempt      uint16    `ch:"attempt"`
	Step         string    `ch:"step"`
	At           time.Time `ch:"at"`
	Account      string    `ch:"account"`
	Nonce        string    `ch:"nonce"`
	Detail       string    `ch:"detail"`
}

//go:embed subscription/owner.sql
var subscriptionOwnerSQL string

// BeginSubscription takes an attempt; of several who try one gets it. The nonce is the taker's own.
func (q *Queries) BeginSubscription(ctx context.Context, s SubscriptionStep) (bool, error) {
	if err := q.PutSubscriptionStep(ctx, s); err != nil {
		return false, err
	}
	return q.won(ctx, subscriptionOwnerSQL, store.Params{"subscription": s.Subscription, "occasion": s.Occasion, "attempt": s.Attempt}, s.Nonce)
}

// PutSubscriptionStep writes a step of an attempt, once.
func (q *Queries) PutSubscriptionStep(ctx context.Context, s SubscriptionStep) error {
	token := fmt.Sprintf("%s:%s:%d:%s", s.Subscription, s.Occasion, s.Attempt, s.Step)
	err := store.InsertOnce(ctx, q.db, `INSERT INTO subscription_steps (subscription, occasion, attempt, step, at, account, nonce, detail)`, token, []SubscriptionStep{s})
	if err != nil {
		return fmt.Errorf("note that subscription %s is %s: %w", s.Subscription, s.Step, err)
	}
	return nil
}

// SubscriptionCounts is how much an account had of its subscriptions since a moment.
type SubscriptionCounts struct {
	Mails uint64 `ch:"mails"` // that were handed to the mail server
	Asked uint64 `ch:"asked"` // occasions that were asked for besides the times
}

//go:embed subscription/counted.sql
var subscriptionCountedSQL string

// CountSubscriptions counts what an account had since a moment.
func (q *Queries) CountSubscriptions(ctx context.Context, account string, since time.Time) (SubscriptionCounts, error) {
	return store.One[SubscriptionCounts](ctx, q.db, subscriptionCountedSQL, store.Params{"account": account, "since_at": milliseconds(since)})
}
