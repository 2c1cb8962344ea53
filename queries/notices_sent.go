package queries

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"time"

	"jianfu/internal/store"
)

// NoticeRound is a round in which notices are looked for and sent.
type NoticeRound struct {
	Round   uint64    `ch:"last"`
	BegunAt time.Time `ch:"begun_at"`
	Ended   bool      `ch:"ended"`
}

//go:embed notice/last_round.sql
var noticeLastRoundSQL string

// LastNoticeRound is the last round of whatever server; round 0 before the first.
func (q *Queries) LastNoticeRound(ctx context.Context) (NoticeRound, error) {
	return store.One[NoticeRound](ctx, q.db, noticeLastRoundSQL, nil)
}

type noticeRound struct {
	Round uint64    `ch:"round"`
	Step  string    `ch:"step"`
	Nonce string    `ch:"nonce"`
	At    time.Time `ch:"at"`
}

const insertNoticeRound = `INSERT INTO notice_rounds (round, step, nonce, at)`

//go:embed notice/round_owner.sql
var noticeRoundOwnerSQL string

// BeginNoticeRound takes a round; of several who try one gets it. The nonce is the taker's own.
func (q *Queries) BeginNoticeRound(ctx context.Context, round uint64, nonce string, now time.Time) (bool, error) {
	rows := []noticeRound{{round, "begun", nonce, now}}
	if err := store.InsertOnce(ctx, q.db, insertNoticeRound, strconv.FormatUint(round, 10)+":begun", rows); err != nil {
		return false, fmt.Errorf("begin round %d of notices: %w", round, err)
	}
	return q.won(ctx, noticeRoundOwnerSQL, store.Params{"round": round}, nonce)
}

// EndNoticeRound gives a round back.
func (q *Queries) EndNoticeRound(ctx context.Context, round uint64, nonce string, now time.Time) error {
	return store.InsertOnce(ctx, q.db, insertNoticeRound, strconv.FormatUint(round, 10)+":ended", []noticeRound{{round, "ended", nonce, now}})
}

// won tells whether the nonce that a statement finds is somebody's own.
func (q *Queries) won(ctx context.Context, sql string, p store.Params, nonce string) (bool, error) {
	type winner struct {
		Nonce string `ch:"nonce"`
	}
	w, err := store.One[winner](ctx, q.db, sql, p)
	return err == nil && w.Nonce == nonce, err
}

// PendingNotice is a notice that a channel has not sent yet.
type PendingNotice struct {
	Account   string    `ch:"account"`
	CreatedAt time.Time `ch:"created_at"`
	Notice    string    `ch:"notice"`
	Batch     string    `ch:"batch"`
	Kind      string    `ch:"kind"`
	Number    string    `ch:"number"`
	Region    string    `ch:"region"`
	Due       uint32    `ch:"due"`
	Rights    []string  `ch:"rights"`
	Regions   []string  `ch:"regions"`
	Address   string    `ch:"address"`
	Facts     string    `ch:"facts"`
	Attempt   uint16    `ch:"attempt"` // of its batch, the last; 0 for none
	TriedAt   time.Time `ch:"tried_at"`
	Open      bool      `ch:"open"` // the last try has neither succeeded nor failed: it goes on, or died
}

//go:embed notice/pending.sql
var noticePendingSQL string

// PendingNotices are the notices since a moment that a channel has neither sent nor been refused, by account and batch.
func (q *Queries) PendingNotices(ctx context.Context, channel string, since time.Time) ([]PendingNotice, error) {
	return store.Select[PendingNotice](ctx, q.db, noticePendingSQL, store.Params{"channel": channel, "since_at": milliseconds(since)})
}

// NoticeDelivery is a step of a try to send a batch: sending, and then sent, failed or refused.
type NoticeDelivery struct {
	Batch   string    `ch:"batch"`
	Channel string    `ch:"channel"`
	Attempt uint16    `ch:"attempt"`
	Step    string    `ch:"step"`
	At      time.Time `ch:"at"`
	Nonce   string    `ch:"nonce"`
	Detail  string    `ch:"detail"`
}

//go:embed notice/sender.sql
var noticeSenderSQL string

// BeginNoticeDelivery takes a try to send a batch; of several who try one gets it.
func (q *Queries) BeginNoticeDelivery(ctx context.Context, d NoticeDelivery) (bool, error) {
	if err := q.EndNoticeDelivery(ctx, d); err != nil {
		return false, err
	}
	return q.won(ctx, noticeSenderSQL, store.Params{"batch": d.Batch, "channel": d.Channel, "attempt": d.Attempt}, d.Nonce)
}

// EndNoticeDelivery writes a step of a try, once.
func (q *Queries) EndNoticeDelivery(ctx context.Context, d NoticeDelivery) error {
	token := fmt.Sprintf("%s:%s:%d:%s", d.Batch, d.Channel, d.Attempt, d.Step)
	err := store.InsertOnce(ctx, q.db, `INSERT INTO notice_deliveries (batch, channel, attempt, step, at, nonce, detail)`, token, []NoticeDelivery{d})
	if err != nil {
		return fmt.Errorf("note that batch %s is %s by %s: %w", d.Batch, d.Step, d.Channel, err)
	}
	return nil
}
