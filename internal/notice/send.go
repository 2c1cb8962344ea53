package notice

import (
	"context"
	"errors"
	"slices"
	"time"

	"jianfu/internal/identifier"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// channel is a way out of the house.
type channel interface {
	name() string
	// wants tells whether a notice goes by this channel to the account of the settings.
	wants(s queries.NoticeSettings, one queries.PendingNotice) bool
	// send sends a batch. What no further try will bring out is refused.
	send(ctx context.Context, b batch) error
}

// refused marks a failure that another try would only repeat: there is no such recipient.
type refused struct{ cause error }

func (r refused) Error() string { return r.cause.Error() }

func (r refused) Unwrap() error { return r.cause }

// batch is what is sent at once: the notices that were found together for an account.
type batch struct {
	ID       string
	Settings queries.NoticeSettings // of the account
	At       time.Time              // when they were found
	Notices  []queries.PendingNotice
}

// Bounds of trying.
const (
	longestPause = time.Hour // between two tries
	longestTry   = 30 * time.Second
	mostFailures = 3 // in a row; then the channel is left alone until the next round
)

// pause is how long after so many tries the next one waits: a minute, two, four, up to an hour.
func pause(tries uint16) time.Duration {
	return min(time.Minute<<min(max(tries, 1)-1, 10), longestPause)
}

// send sends by each channel what waits for it. A try is written down before it is made, so that what died in the middle is
// tried again after the lease, as the same message: a mail bears the same Message-ID, a call of the webhook the same id.
func (n *Notices) send(ctx context.Context, p people, now time.Time, result *Result) error {
	if len(n.channels) == 0 {
		return nil
	}
	settings, err := n.q.NoticeSettings(ctx)
	if err != nil {
		return err
	}
	of := map[string]queries.NoticeSettings{}
	for _, s := range settings {
		of[s.Account] = s
	}
	for _, c := range n.channels {
		pending, err := n.q.PendingNotices(ctx, c.name(), now.Add(-keepOn))
		if err != nil {
			return err
		}
		failures := 0
		for _, group := range batches(pending) {
			b := n.wanted(c, p, of[group[0].Account], group)
			if len(b.Notices) == 0 || !ripe(group[0], now) || failures == mostFailures || n.moment().Sub(now) > lease/2 {
				continue
			}
			before := result.Failed
			if err := n.try(ctx, c, b, group[0].Attempt+1, result); err != nil {
				return err
			}
			if failures++; result.Failed == before {
				failures = 0
			}
		}
	}
	return nil
}

// batches takes notices, which come by account and batch, apart.
func batches(pending []queries.PendingNotice) [][]queries.PendingNotice {
	var groups [][]queries.PendingNotice
	for i, one := range pending {
		if i == 0 || one.Batch != pending[i-1].Batch {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], one)
	}
	return groups
}

// wanted are the notices of a batch that its account wants by a channel and may still read.
func (n *Notices) wanted(c channel, p people, s queries.NoticeSettings, group []queries.PendingNotice) batch {
	s.Account = group[0].Account
	b := batch{ID: group[0].Batch, Settings: s, At: group[0].CreatedAt}
	for _, one := range group {
		if c.wants(s, one) && p.shown(one) {
			b.Notices = append(b.Notices, one)
		}
	}
	slices.SortStableFunc(b.Notices, func(x, y queries.PendingNotice) int {
		return slices.Index(Kinds, Kind(y.Kind)) - slices.Index(Kinds, Kind(x.Kind)) // what is overdue first
	})
	return b
}

// ripe tells whether a batch may be tried now: one that was never tried, failed long enough ago, or died in a try.
func ripe(one queries.PendingNotice, now time.Time) bool {
	switch {
	case one.Attempt == 0:
		return true
	case one.Open:
		return !now.Before(one.TriedAt.Add(lease))
	}
	return !now.Before(one.TriedAt.Add(pause(one.Attempt)))
}

// try sends a batch by a channel and writes down how it went.
func (n *Notices) try(ctx context.Context, c channel, b batch, attempt uint16, result *Result) error {
	d := queries.NoticeDelivery{Batch: b.ID, Channel: c.name(), Attempt: attempt, Step: "sending", At: n.moment(), Nonce: identifier.New()}
	won, err := n.q.BeginNoticeDelivery(ctx, d)
	if err != nil || !won {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, longestTry)
	defer cancel()
	failure := c.send(limited, b)
	if ctx.Err() != nil {
		return ctx.Err() // the server stops; the try counts as one that died
	}
	_, isRefused := errors.AsType[refused](failure)
	switch {
	case failure == nil:
		d.Step = "sent"
		result.Sent++
	case isRefused:
		d.Step, d.Detail = "refused", failure.Error()
		result.Refused++
	default:
		d.Step, d.Detail = "failed", failure.Error()
		result.Failed++
	}
	if failure != nil {
		n.log.Warn("notices were not sent", "channel", c.name(), "account", b.Settings.Account, "batch", b.ID, "attempt", attempt, "step", d.Step, "error", failure)
	}
	d.At = n.moment()
	return n.q.EndNoticeDelivery(ctx, d)
}

// Keep makes rounds until ctx ends: one at once, then one each time. What goes wrong is logged and tried again.
func (n *Notices) Keep(ctx context.Context, each time.Duration) {
	ticker := time.NewTicker(each)
	defer ticker.Stop()
	for {
		result, err := n.Round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			n.log.Error("notices", "error", err)
		case result.Told+result.Sent+result.Failed+result.Refused > 0:
			n.log.Info("notices", "told", result.Told, "sent", result.Sent, "failed", result.Failed, "refused", result.Refused)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// dateOf reads a day that is stored as a number; "" for none.
func dateOf(due uint32) string {
	if due == 0 {
		return ""
	}
	return workday.Date(due).String() //nolint:gosec // eight digits
}
