package desk

import (
	"slices"

	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// rounding is the reason that no issue is about unless it names it: fen that rounding leaves are nobody's to give back.
const rounding = "rounding"

// claim is an issue's claim to a part of a unit's shortfall: what some reasons explain of it from a month on. What is
// exempted is claimed up to the month that it was exempted for, so that nobody else asks for it; nothing is measured of it.
type claim struct {
	from     period.Period
	exempted period.Period // the last month; 0 where nothing is exempted
	reasons  []string
}

// has tells whether a month's reason belongs to the claim.
func (c claim) has(line queries.UnitReason) bool {
	return uint32(c.from) <= line.Period && (c.exempted == 0 || line.Period <= uint32(c.exempted)) && slices.Contains(c.reasons, line.Reason)
}

// share is what a run shows of a claim.
type share struct {
	gross       money.Fen       // what its reasons come to
	returned    money.Fen       // what refunds and the like take from it
	months      []string        // in which its reasons come to something
	reasons     []ledger.Reason // what it consists of, the largest first, what took from it last
	outstanding money.Fen       // gross less returned, and never less than nothing
}

// allot divides the shortfall of one unit among claims, the oldest first. What a reason explains in a month goes to the
// first claim that names the reason and has begun by then. What no claim names and lowers the shortfall, refunds above all,
// goes to the oldest claim of whose time it is, as far as there is something to lower, and then to the next.
func allot(claims []claim, lines []queries.UnitReason) []share {
	shares := make([]share, len(claims))
	gross := make([]map[string]money.Fen, len(claims))
	for i := range gross {
		gross[i] = map[string]money.Fen{}
	}
	var rest []queries.UnitReason
	for _, line := range lines {
		of := slices.IndexFunc(claims, func(c claim) bool { return c.has(line) })
		switch {
		case of >= 0:
			gross[of][line.Reason] += line.Amount
			shares[of].gross += line.Amount
			if line.Amount > 0 {
				shares[of].months = append(shares[of].months, period.Period(line.Period).String())
			}
		case line.Reason != "" && line.Reason != rounding:
			rest = append(rest, line)
		}
	}
	taken := map[string]money.Fen{}
	for i, c := range claims {
		s := &shares[i]
		for reason, amount := range gross[i] {
			s.reasons = append(s.reasons, ledger.Reason{Reason: reason, Amount: amount})
		}
		if c.exempted == 0 {
			s.returned = take(c.from, rest, taken, s)
		}
		s.outstanding = max(0, s.gross-s.returned)
		slices.Sort(s.months)
		s.months = slices.Compact(s.months)
		slices.SortFunc(s.reasons, largestFirst)
	}
	return shares
}

// take takes what lowers the shortfall from a month on and nobody has taken yet, as far as a share has something to lower.
func take(from period.Period, rest []queries.UnitReason, taken map[string]money.Fen, s *share) money.Fen {
	sums := map[string]money.Fen{}
	var reasons []string
	for _, line := range rest {
		if line.Period >= uint32(from) {
			sums[line.Reason] += line.Amount
			reasons = append(reasons, line.Reason)
		}
	}
	slices.Sort(reasons)
	var returned money.Fen
	for _, reason := range slices.Compact(reasons) {
		amount := min(-sums[reason]-taken[reason], s.gross-returned)
		if amount <= 0 {
			continue
		}
		taken[reason] += amount
		returned += amount
		s.reasons = append(s.reasons, ledger.Reason{Reason: reason, Amount: -amount})
	}
	return returned
}

func largestFirst(a, b ledger.Reason) int {
	switch {
	case a.Amount != b.Amount:
		if a.Amount > b.Amount {
			return -1
		}
		return 1
	case a.Reason < b.Reason:
		return -1
	case a.Reason > b.Reason:
		return 1
	}
	return 0
}
