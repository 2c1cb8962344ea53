package sample

import (
	"math/rand/v2"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/policy"
)

// flaw is what is wrong with a unit; the words are those of truth.csv, and of the reason of its shortfall where it
// has one.
type flaw uint8

const (
	healthy         flaw = iota
	rateNotApplied       // the old rate goes on
	rateBelowPolicy      // a rate that no policy gives, too low
	baseOverCap          // a high wage is not lowered to the cap
	baseBelowFloor       // a low wage is not raised to the floor
	baseMismatch         // a base within the limits that is not the wage's
	amountMismatch       // the amount is not base × rate
	duplicateCharge      // some people are charged twice for a month
	refunded             // a month at the old rate, the difference paid back later
	refundPending        // a month at the old rate, nothing paid back
	backPayment          // people left out before the cut are made up for after it
	uncovered            // an insurance that the pack has no rate for
)

var flawWords = []string{"", "rate_not_applied", "rate_below_policy", "base_over_cap", "base_below_floor",
	"base_mismatch", "amount_mismatch", "duplicate_charge", "refund", "refund_pending", "back_payment", "uncovered"}

func (f flaw) String() string { return flawWords[f] }

// flawShares are the shares of units with a flaw of their own, in ten-thousandths: some 6 % in all. The two troubled
// counties come on top.
var flawShares = []struct {
	flaw  flaw
	share int
}{
	{rateNotApplied, 80}, {rateBelowPolicy, 30}, {baseOverCap, 90}, {baseBelowFloor, 90}, {baseMismatch, 60},
	{amountMismatch, 50}, {duplicateCharge, 55}, {refunded, 60}, {refundPending, 40}, {backPayment, 50}, {uncovered, 20},
}

// plan is a flaw and when it shows.
type plan struct {
	fault    flaw
	from, to int   // months by index, both included
	variant  int64 // a choice within the flaw
	settled  int   // month of the refunds or of the back payments
}

// lateSwitch is how many months the unswitched county took.
const lateSwitch = 2

// pickPlan draws what is wrong with a unit. A flaw that could not show in this unit (no cut of its rate, no cap, no
// months before the cut) is none, so that truth.csv names only what the figures can find.
func (w *world) pickPlan(draw *rand.Rand, u *unit, place county) plan {
	last := len(w.months) - 1
	p := plan{from: w.effect, to: last, variant: draw.Int64N(1 << 30)}
	at := draw.IntN(10_000)
	for _, s := range flawShares {
		if at -= s.share; at < 0 {
			p.fault = s.flaw
			break
		}
	}
	late, clearing := draw.IntN(100) < 60, draw.IntN(100) < 25
	switch {
	case place.code == w.unswitched && late:
		p.fault, p.to = rateNotApplied, min(last, w.effect+lateSwitch-1)
	case place.code == w.clearing && clearing:
		p.fault = backPayment
	case p.fault == rateNotApplied && p.variant%2 == 0:
		p.to = min(last, w.effect+2)
	}
	switch p.fault {
	case refunded, refundPending:
		p.to = p.from
		p.settled = p.from + 2
	case backPayment:
		p.from, p.to = 0, w.effect-1
		p.settled = w.effect + 2
	case duplicateCharge:
		p.from = min(last, w.effect+int(p.variant%3))
		p.to = p.from
	case amountMismatch:
		if p.variant%2 == 0 {
			p.from = min(last, w.effect+int(p.variant%5))
			p.to = p.from
		}
	}
	if p.fault == healthy || !w.shows(&p, &u.registrations[0]) {
		return plan{}
	}
	return p
}

// shows tells whether a flaw can show in a unit.
func (w *world) shows(p *plan, r *contribution.Unit) bool {
	if w.effect >= len(w.months) || p.settled >= len(w.months) {
		return false
	}
	terms, err := w.pack.Terms(policy.ClassOf(*r), w.months[w.effect], contribution.Pension, w.comparison.New)
	if err != nil || !terms.Covered {
		return false
	}
	share := terms.Share(contribution.Employer)
	switch p.fault {
	case rateNotApplied, refunded, refundPending:
		old, err := w.pack.Terms(policy.ClassOf(*r), w.months[w.effect], contribution.Pension, w.comparison.Old)
		return err == nil && old.Share(contribution.Employer).Rate > share.Rate
	case rateBelowPolicy:
		return share.Rate > pointTooLow
	case baseOverCap:
		return terms.Limit.HasCap
	case baseBelowFloor:
		return terms.Limit.HasFloor
	case amountMismatch, duplicateCharge:
		return share.Rate > 0
	case backPayment:
		return w.effect > 0
	case uncovered:
		medical, err := w.pack.Terms(policy.ClassOf(*r), w.months[w.effect], contribution.Medical, w.comparison.New)
		return err == nil && !medical.Covered
	}
	return true
}

// pointTooLow is how far below the policy the rate of rate_below_policy lies.
const pointTooLow = money.One / 100

// active tells whether the flaw shows in a month.
func (p *plan) active(m int) bool { return p.fault != healthy && m >= p.from && m <= p.to }

// usesOldTerms tells whether the flaw is that something of the old policy goes on.
func (p *plan) usesOldTerms() bool {
	return p.fault == rateNotApplied || p.fault == refunded || p.fault == refundPending || p.fault == baseOverCap
}

// leftOut tells whether a person is among those who were not declared before the cut.
func (p *plan) leftOut(m int, slot int64) bool {
	return p.fault == backPayment && p.active(m) && slot%3 == 0
}

// twice tells whether a person is charged twice in a month.
func (p *plan) twice(m int, slot int64) bool {
	return p.fault == duplicateCharge && p.active(m) && (slot == 0 || mix(uint64(p.variant)^uint64(slot))%10 < 6) //nolint:gosec // not negative
}
