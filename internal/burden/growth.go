package burden

import (
	"math/big"

	"jianfu/internal/money"
)

// Bill is what a unit was charged in a month, and from how many persons.
type Bill struct {
	Headcount uint64
	Old       money.Fen // what the old policy would have asked
	Charged   money.Fen
}

// Growth says why a bill differs from that of a reference month: Change = Headcount + Wage + Policy, to the fen.
type Growth struct {
	Change    money.Fen `json:"change"`    // charged now − charged in the reference month
	Headcount money.Fen `json:"headcount"` // more or fewer persons, each at the reference month's average under the old policy
	Wage      money.Fen `json:"wage"`      // the rest of what the old policy would ask more: wages, and limits that follow them
	Policy    money.Fen `json:"policy"`    // what the reduction took off more than in the reference month, negative
}

// Add adds up growth over months.
func (g Growth) Add(h Growth) Growth {
	return Growth{g.Change + h.Change, g.Headcount + h.Headcount, g.Wage + h.Wage, g.Policy + h.Policy}
}

// GrowthOf splits the change of a bill since a reference month. Without a person in the reference month there is no
// average, and ok is false.
func GrowthOf(reference, now Bill) (growth Growth, ok bool) {
	if reference.Headcount == 0 {
		return Growth{}, false
	}
	more := new(big.Int).SetUint64(now.Headcount)
	more.Sub(more, new(big.Int).SetUint64(reference.Headcount))
	growth.Change = now.Charged - reference.Charged
	growth.Headcount = shareOf(reference.Old, more, reference.Headcount)
	growth.Wage = now.Old - reference.Old - growth.Headcount
	growth.Policy = (reference.Old - reference.Charged) - (now.Old - now.Charged)
	return growth, true
}

// shareOf is amount × times ÷ by, rounded half away from zero.
func shareOf(amount money.Fen, times *big.Int, by uint64) money.Fen {
	divisor := new(big.Int).SetUint64(by)
	product := new(big.Int).Mul(big.NewInt(int64(amount)), times)
	negative := product.Sign() < 0
	product.Abs(product).Lsh(product, 1).Add(product, divisor)
	product.Quo(product, divisor.Lsh(divisor, 1))
	if negative {
		product.Neg(product)
	}
	return money.Fen(product.Int64())
}
