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

// limited is a wage on its way to a base, per head.
type limited struct {
	perHead decimal.Decimal // wage ÷ headcount, exact where the headcount is 1
	raised  bool            // to the floor
	lowered bool            // to the cap
	between decimal.Decimal // after floor and cap, before rounding
	head    decimal.Decimal // after rounding
	base    money.Fen       // head × headcount
}

// limit raises a wage to the floor, lowers it to the cap and rounds, per head; a summary record of n persons gives n
// times the limit of a n-th of its wage. Whether a n-th is above a limit is asked of the whole wage, and the quotient
// is rounded once from its exact value, so that no digit that a division drops can tip a fen.
func limit(wage money.Fen, headcount uint32, l policy.Limit) limited {
	n := decimal.NewFromInt(int64(max(headcount, 1)))
	total := yuan(wage)
	result := limited{perHead: total.DivRound(n, 8)}
	divided, by := total, n
	if l.HasFloor && divided.LessThan(yuan(l.Floor).Mul(by)) {
		result.raised = true
		divided, by = yuan(l.Floor), decimal.NewFromInt(1)
	}
	if l.HasCap && divided.GreaterThan(yuan(l.Cap).Mul(by)) {
		result.lowered = true
		divided, by = yuan(l.Cap), decimal.NewFromInt(1)
	}
	result.between = divided.DivRound(by, 8)
	result.head = roundBase(divided, by, l.Rounding)
	result.base = fen(result.head.Mul(n))
	return result
}

// roundBase rounds dividend ÷ by as the pack says; half goes up.
func roundBase(dividend, by decimal.Decimal, rounding policy.BaseRounding) decimal.Decimal {
	switch rounding {
	case policy.RoundJiao:
		return dividend.DivRound(by, 1)
	case policy.RoundYuan:
		return dividend.DivRound(by, 0)
	case policy.RoundYuanUp:
		whole, rest := dividend.QuoRem(by, 0)
		if rest.IsPositive() {
			whole = whole.Add(decimal.NewFromInt(1))
		}
		return whole
	}
	return dividend.DivRound(by, 2)
}

// amountOf multiplies a base by a rate and rounds as the area does.
func amountOf(base money.Fen, rate money.Rate, rounding policy.AmountRounding) money.Fen {
	product := yuan(base).Mul(fraction(rate))
	if rounding == policy.AmountJiaoUp {
		return fen(product.RoundCeil(1))
	}
	return fen(product.Round(2))
}
