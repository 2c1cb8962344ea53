package handling

import (
	"cmp"
	"slices"

	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// claim is an issue's claim to a part of what its unit was charged too much: what some reasons explain of it, each from a
// month on. What is exempted is claimed up to the month that it was exempted for, so that nobody else asks for it.
type claim struct {
	reasons  []claimed
	exempted period.Period // the last month; 0 where nothing is exempted
}

// claimed is a reason that a claim names, and from when.
type claimed struct {
	reason string
	from   period.Period
}

// has tells whether what a reason explains in a month belongs to the claim.
func (c claim) has(month uint32, reason string) bool {
	return (c.exempted == 0 || month <= uint32(c.exempted)) &&
		slices.ContainsFunc(c.reasons, func(r claimed) bool { return r.reason == reason && uint32(r.from) <= month })
}

// share is what the records show of a claim, by the policy of today.
type share struct {
	was, is    money.Fen       // what is left of it by the records that were measured last, and by those of today
	found      money.Fen       // of what is more, what is newly charged too much
	undone     money.Fen       // of what is more, what had been given back before
	corrected  money.Fen       // of what is less, what was refunded, offset or declared anew
	reassessed money.Fen       // of what is less, what is charged for another reason or person now; negative where it is more
	months     []string        // in which it comes to something now
	reasons    []ledger.Reason // what it consists of now, the largest first, what gave back of it last
}

// allot divides what one unit was charged too much among claims, the oldest first. What a reason explains in a month goes to
// the first claim that names it and has begun by then; what no claim names is nobody's. What gives back is each person's own:
// see pool.
func allot(claims []claim, charges []queries.Charge) []share {
	owners := make([][]int, len(charges))
	for k, c := range charges {
		for _, reason := range c.Reasons {
			of := slices.IndexFunc(claims, func(claim claim) bool { return claim.has(c.Period, reason) })
			if of < 0 {
				of = len(claims)
			}
			owners[k] = append(owners[k], of)
		}
	}
	then, now := leftOf(len(claims), charges, owners, before), leftOf(len(claims), charges, owners, today)
	shares := make([]share, len(claims))
	for k := range charges {
		less := max(0, then.sum(k)-now.sum(k))
		more := max(0, now.sum(k)-then.sum(k))
		for i := range claims {
			shares[i].add(&charges[k], then.parts[i][k], now.parts[i][k], &less, &more)
		}
	}
	for i := range shares {
		s := &shares[i]
		s.months = slices.Compact(s.months)
		s.reasons = now.reasons[i].list()
	}
	return shares
}

// add adds what a person's records of a month and insurance show. less and more are by how much all that the person was
// charged too much there has changed: what one claim has less and another more was called by another name, not given back.
// Records that are the person's no more give nothing back either.
func (s *share) add(c *queries.Charge, then, now part, less, more *money.Fen) {
	s.was += then.left
	s.is += now.left
	if now.gross > 0 {
		s.months = append(s.months, period.Period(c.Period).String())
	}
	if change := then.left - now.left; change > 0 {
		corrected := min(change, *less)
		if c.NowRecords < c.ThenRecords {
			corrected = 0
		}
		*less -= corrected
		s.corrected += corrected
		s.reassessed += change - corrected
	} else if change < 0 {
		rise := min(-change, *more)
		*more -= rise
		found := min(rise, max(0, now.gross-then.gross))
		s.found += found
		s.undone += rise - found
		s.reassessed -= -change - rise
	}
}

// part is what a claim has of a person's month and insurance: what it comes to, and what of it was not given back.
type part struct{ gross, left money.Fen }

// left is what each claim, and last nobody, has of each charge, and what that consists of.
type left struct {
	parts   [][]part // by claim and charge
	reasons []reasonSums
}

// reasonSums are amounts by reason.
type reasonSums map[string]money.Fen

// sum is what is left of a charge, whoever claims it.
func (l left) sum(k int) (sum money.Fen) {
	for _, parts := range l.parts {
		sum += parts[k].left
	}
	return sum
}

// leftOf works out what is left of charges, by the records of one side: the claims have first what is given back.
func leftOf(claims int, charges []queries.Charge, owners [][]int, at side) left {
	p := newPool(charges, at)
	l := left{make([][]part, claims+1), make([]reasonSums, claims+1)}
	for i := range l.parts {
		l.parts[i], l.reasons[i] = make([]part, len(charges)), reasonSums{}
		for k := range charges {
			one := &l.parts[i][k]
			for n, of := range owners[k] {
				if amount := at.amounts(&charges[k])[n]; of == i && amount > 0 {
					one.gross += money.Fen(amount)
					l.reasons[i][charges[k].Reasons[n]] += money.Fen(amount)
				}
			}
			refunded, offset := p.give(k, one.gross)
			one.left = one.gross - refunded - offset
			l.reasons[i]["refund"] -= refunded
			l.reasons[i][offsetReason] -= offset
		}
	}
	return l
}

// list is the amounts in order, without those that are nothing.
func (r reasonSums) list() []ledger.Reason {
	var list []ledger.Reason
	for reason, amount := range r {
		if amount != 0 {
			list = append(list, ledger.Reason{Reason: reason, Amount: amount})
		}
	}
	slices.SortFunc(list, func(a, b ledger.Reason) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}
