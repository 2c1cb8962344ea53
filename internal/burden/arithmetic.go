package burden

import (
	"github.com/shopspring/decimal"

	"jianfu/internal/money"
	"jianfu/internal/policy"
)

// yuan turns fen into the decimal in which the rule is written.
func yuan(f money.Fen) decimal.Decimal { return decimal.New(int64(f), -2) }

// fraction turns millionths into a decimal.
func fraction(r money.Rate) decimal.Decimal { return decimal.New(int64(r), -6) }

// fen turns yuan that have been rounded to the fen back into a whole number of them.
func fen(d decimal.Decimal) money.Fen { return money.Fen(d.Shift(2).IntPart()) }

// limited is a wage on its way to a base.
type limited struct {
	perHead decimal.Decimal // wage ÷ headcount, to eight decimals
	raised  bool            // to the floor
	lowered bool            // to the cap
	between decimal.Decimal // per head, after floor and cap, to eight decimals
	whole   decimal.Decimal // headcount × that, exact, before rounding
	base    money.Fen
}

// limit raises a wage to the floor and lowers it to the cap, per head: a summary record of n persons gives n times the
// limit of a n-th of its wage, and only that product is rounded. Everything is asked of the whole wage, n floors and n
// caps, so that nothing is divided on the way.
func limit(wage money.Fen, headcount uint32, l policy.Limit) limited {
	n := decimal.NewFromInt(int64(max(headcount, 1)))
	result := limited{perHead: yuan(wage).DivRound(n, 8), whole: yuan(wage)}
	if floor := yuan(l.Floor).Mul(n); l.HasFloor && result.whole.LessThan(floor) {
		result.raised, result.whole = true, floor
	}
	if top := yuan(l.Cap).Mul(n); l.HasCap && result.whole.GreaterThan(top) {
		result.lowered, result.whole = true, top
	}
	result.between = result.whole.DivRound(n, 8)
	result.base = fen(roundBase(result.whole, l.Rounding))
	return result
}

// roundBase rounds as the pack says; half goes up.
func roundBase(whole decimal.Decimal, rounding policy.BaseRounding) decimal.Decimal {
	switch rounding {
	case policy.RoundJiao:
		return whole.Round(1)
	case policy.RoundYuan:
		return whole.Round(0)
	case policy.RoundYuanUp:
		return whole.RoundCeil(0)
	}
	return whole.Round(2)
}

// amountOf multiplies a base by a rate and rounds as the area does.
func amountOf(base money.Fen, rate money.Rate, rounding policy.AmountRounding) money.Fen {
	product := yuan(base).Mul(fraction(rate))
	step, way := rounding.Step()
	places := int32(2)
	for ; step > 1; step /= 10 {
		places--
	}
	switch way {
	case policy.Up:
		return fen(product.RoundCeil(places))
	case policy.Down:
		return fen(product.RoundFloor(places))
	}
	return fen(product.Round(places))
}
