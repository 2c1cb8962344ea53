// Package burden is the rule: what a contribution record owes under the old and under the new policy, and why the
// charge differs. It is written to be read, in decimal arithmetic, one record at a time. It explains a record step by
// step on the unit page, is the oracle of the property tests, and recomputes a sample of units after every set-based
// recompute, which must agree with it to the fen.
package burden

import (
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Version is the version of the rule, higher by one with each change that moves a figure: a recompute computes months of
// another version again. 1: a summary record is rounded once, and a risen floor is added up person by person.
const Version = 1

// Reason is why a charge differs from what the new policy asks; the number is its Enum8 value in the store.
type Reason uint8

// The reasons, in the order of every table.
const (
	AmountMismatch  Reason = iota + 1 // 金额与基数费率不符: charged − round(b × r)
	RateNotApplied                    // 费率未调整: round(b × r) − round(b × r*), where positive
	RateBelowPolicy                   // 费率低于政策: the same, where negative
	BaseOverCap                       // 基数高于上限: round(b × r*) − round(b* × r*), where b is above the cap
	BaseBelowFloor                    // 基数低于下限: the same, where b is below the floor
	BaseMismatch                      // 基数不符: the same, otherwise
	DuplicateCharge                   // 重复征收: the whole charge of a second record
	RefundReason                      // 退费: the refunds, negative
	RoundingReason                    // 进位差: what rounding once a unit leaves
)

// Reasons lists them in order.
var Reasons = []Reason{AmountMismatch, RateNotApplied, RateBelowPolicy, BaseOverCap, BaseBelowFloor, BaseMismatch,
	DuplicateCharge, RefundReason, RoundingReason}

const reasonSlots = int(RoundingReason) + 1

var reasonIDs = []string{"", "amount_mismatch", "rate_not_applied", "rate_below_policy", "base_over_cap",
	"base_below_floor", "base_mismatch", "duplicate_charge", "refund", "rounding"}

func (r Reason) String() string { return reasonIDs[r] }

// MarshalText writes the id.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// ReasonAmount is the part of a shortfall that one reason explains.
type ReasonAmount struct {
	Reason Reason    `json:"reason"`
	Amount money.Fen `json:"amount"`
}

// reasonSums adds up amounts by reason.
type reasonSums [reasonSlots]money.Fen

// list returns the reasons that carry an amount, in table order.
func (s *reasonSums) list() []ReasonAmount {
	var list []ReasonAmount
	for _, r := range Reasons {
		if s[r] != 0 {
			list = append(list, ReasonAmount{r, s[r]})
		}
	}
	return list
}

func (s *reasonSums) total() money.Fen {
	var sum money.Fen
	for _, amount := range s {
		sum += amount
	}
	return sum
}

// Line is the burden of one unit, period, insurance and payer.
type Line struct {
	UnitID    string
	Period    period.Period
	Insurance contribution.Insurance
	Payer     contribution.Payer
	Headcount uint64         // of normal records without duplicates
	Wage      money.Fen      // of those and of back payments
	Old       money.Fen      // X0, under the old measures
	New       money.Fen      // Xk, under the new ones
	Charged   money.Fen      // the payable amounts of all records
	Effects   []money.Fen    // X(i−1) − Xi for each added measure; they add up to Due
	Floors    []money.Fen    // of each added measure: what its higher floor alone adds to what is owed without it
	Reasons   []ReasonAmount // those with an amount, in table order; they add up to Shortfall
	Estimates uint32         // summary records among those that the burden was computed from
}

// Due is what the policy takes off, old − new (应减).
func (l *Line) Due() money.Fen { return l.Old - l.New }

// Real is what was in fact taken off, old − charged (实减).
func (l *Line) Real() money.Fen { return l.Old - l.Charged }

// Shortfall is what was charged too much, charged − new (未减).
func (l *Line) Shortfall() money.Fen { return l.Charged - l.New }

// Same tells whether two lists of lines say the same, to the fen.
func Same(a, b []Line) bool {
	return slices.EqualFunc(a, b, func(x, y Line) bool {
		return x.UnitID == y.UnitID && x.Period == y.Period && x.Insurance == y.Insurance && x.Payer == y.Payer &&
			x.Headcount == y.Headcount && x.Wage == y.Wage && x.Old == y.Old && x.New == y.New && x.Charged == y.Charged &&
			x.Estimates == y.Estimates && slices.Equal(x.Effects, y.Effects) && slices.Equal(x.Reasons, y.Reasons)
	})
}

// State is what became of a unit's reduction over a window.
type State uint8

// The states, in the order in which they are tested.
const (
	Increased State = iota + 1 // charged more than the old policy asked
	None                       // 应降未降: a reduction was due, none arrived
	Partial                    // part of it arrived
	Full                       // all of it arrived
	NoDue                      // 无应减: none was due
)

// States lists them in order.
var States = []State{Increased, None, Partial, Full, NoDue}

var stateIDs = []string{"", "increased", "none", "partial", "full", "no_due"}

func (s State) String() string { return stateIDs[s] }

// MarshalText writes the id.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// StateOf tells the state of burdens that were added up over a window. The tolerance is one yuan and a thousandth of
// the old burden; everything is compared in thousandths of a fen, so that nothing is rounded.
func StateOf(old, new, charged money.Fen) State {
	const thousand = 1000
	tolerance := 100*thousand + old
	due, arrived, shortfall := (old-new)*thousand, (old-charged)*thousand, (charged-new)*thousand
	switch {
	case -arrived > tolerance:
		return Increased
	case due > tolerance && arrived <= tolerance:
		return None
	case arrived > tolerance && shortfall > tolerance:
		return Partial
	case due > tolerance:
		return Full
	}
	return NoDue
}
