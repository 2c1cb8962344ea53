package alert

import (
	"math/big"
	"slices"

	"jianfu/internal/money"
	"jianfu/queries"
)

// Unit is what a figure is counted in.
type Unit string

// The units. Their texts are "alert.unit.<id>".
const (
	Percent Unit = "percent"
	Yuan    Unit = "yuan"
	Units   Unit = "units"
)

// Direction is which way a figure has to move to be good news.
type Direction string

// The directions.
const (
	Higher  Direction = "higher"
	Lower   Direction = "lower"
	Neither Direction = "neither"
)

// Figure is something that can be watched, of every member of every dimension. Its name is "alert.figure.<id>".
type Figure struct {
	ID     string
	Unit   Unit
	Better Direction
	states bool // it counts units by their state, which they have none of by insurance
	of     func(m queries.MemberRow) *big.Rat
}

// Figures are all that can be watched, in the order of forms and documents.
var Figures = []Figure{
	{ID: "rate", Unit: Percent, Better: Higher, of: func(m queries.MemberRow) *big.Rat { return share(m.Delivered, m.Entitled) }},
	{ID: "overcharged", Unit: Yuan, Better: Lower, of: func(m queries.MemberRow) *big.Rat { return yuan(m.Overcharged) }},
	{ID: "undercharged", Unit: Yuan, Better: Lower, of: func(m queries.MemberRow) *big.Rat { return yuan(m.Undercharged) }},
	{ID: "shortfall", Unit: Yuan, Better: Lower, of: func(m queries.MemberRow) *big.Rat { return yuan(m.Shortfall()) }},
	{ID: "due", Unit: Yuan, Better: Neither, of: func(m queries.MemberRow) *big.Rat { return yuan(m.Due()) }},
	{ID: "real", Unit: Yuan, Better: Higher, of: func(m queries.MemberRow) *big.Rat { return yuan(m.Real()) }},
	{ID: "real_share", Unit: Percent, Better: Higher, of: func(m queries.MemberRow) *big.Rat { return share(m.Real(), m.Old) }},
	{ID: "delivered", Unit: Yuan, Better: Higher, of: func(m queries.MemberRow) *big.Rat { return yuan(m.Delivered) }},
	{ID: "old", Unit: Yuan, Better: Neither, of: func(m queries.MemberRow) *big.Rat { return yuan(m.Old) }},
	{ID: "new", Unit: Yuan, Better: Neither, of: func(m queries.MemberRow) *big.Rat { return yuan(m.New) }},
	{ID: "charged", Unit: Yuan, Better: Neither, of: func(m queries.MemberRow) *big.Rat { return yuan(m.Charged) }},
	{ID: "units", Unit: Units, Better: Neither, states: true, of: func(m queries.MemberRow) *big.Rat { return count(m.Units) }},
	{ID: "none", Unit: Units, Better: Lower, states: true, of: func(m queries.MemberRow) *big.Rat { return count(m.States.None) }},
	{ID: "increased", Unit: Units, Better: Lower, states: true, of: func(m queries.MemberRow) *big.Rat { return count(m.States.Increased) }},
	{ID: "not_fallen_share", Unit: Percent, Better: Lower, states: true, of: func(m queries.MemberRow) *big.Rat {
		return hundredfold(count(m.States.None+m.States.Increased), count(m.States.Total()))
	}},
}

// FigureOf finds a figure by its id.
func FigureOf(id string) (Figure, bool) {
	i := slices.IndexFunc(Figures, func(f Figure) bool { return f.ID == id })
	if i < 0 {
		return Figure{}, false
	}
	return Figures[i], true
}

func yuan(f money.Fen) *big.Rat { return big.NewRat(int64(f), 100) }

func count(n uint64) *big.Rat { return new(big.Rat).SetInt(new(big.Int).SetUint64(n)) }

// share is part ÷ whole in percent; nil of nothing or less, of which there is none.
func share(part, whole money.Fen) *big.Rat { return hundredfold(yuan(part), yuan(whole)) }

func hundredfold(part, whole *big.Rat) *big.Rat {
	if whole.Sign() <= 0 {
		return nil
	}
	quotient := new(big.Rat).Quo(part, whole)
	return quotient.Mul(quotient, big.NewRat(100, 1))
}
