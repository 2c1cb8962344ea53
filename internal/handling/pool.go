package handling

import (
	"jianfu/internal/money"
	"jianfu/queries"
)

// offsetReason is the reason by which an offset (抵缴) shows: less was charged than base × rate.
const offsetReason = "amount_mismatch"

// side is which records of a unit are meant.
type side int

const (
	before side = iota // those that were measured last
	today              // those of the run that measures
)

func (s side) amounts(c *queries.Charge) []int64 {
	if s == before {
		return c.ThenFen
	}
	return c.NowFen
}

func (s side) refunded(c *queries.Charge) money.Fen {
	if s == before {
		return money.Fen(c.ThenRefunded)
	}
	return money.Fen(c.NowRefunded)
}

func (s side) offset(c *queries.Charge) money.Fen {
	if s == before {
		return money.Fen(c.ThenOffset)
	}
	return money.Fen(c.NowOffset)
}

func (s side) records(c *queries.Charge) uint64 {
	if s == before {
		return c.ThenRecords
	}
	return c.NowRecords
}

// pool is what gives back of what a unit was charged too much, and has not been given yet. A refund is for the person,
// month and insurance that it names; an offset for the person's same insurance, in its month or one before it. A refund that
// names nobody is for whoever was charged too much in its month and insurance. One that names a person who has no record of
// his own there is for the rows that stand for many.
type pool struct {
	charges          []queries.Charge
	at               side
	refunded, offset []money.Fen
	ofPerson         map[personIn][]int // charges of a person and insurance, by month
	ofMonth          map[monthOf][]int  // charges of a month and insurance
}

type personIn struct {
	person    uint64
	insurance string
}

type monthOf struct {
	month     uint32
	insurance string
}

func newPool(charges []queries.Charge, at side) *pool {
	p := &pool{charges: charges, at: at, refunded: make([]money.Fen, len(charges)), offset: make([]money.Fen, len(charges)),
		ofPerson: map[personIn][]int{}, ofMonth: map[monthOf][]int{}}
	for k := range charges {
		c := &charges[k]
		p.refunded[k], p.offset[k] = at.refunded(c), at.offset(c)
		p.ofPerson[personIn{c.Person, c.Insurance}] = append(p.ofPerson[personIn{c.Person, c.Insurance}], k)
		p.ofMonth[monthOf{c.Period, c.Insurance}] = append(p.ofMonth[monthOf{c.Period, c.Insurance}], k)
	}
	return p
}

// give gives back of an amount of a charge what there is for it, the person's own first.
func (p *pool) give(k int, amount money.Fen) (refunded, offset money.Fen) {
	if amount <= 0 {
		return 0, 0
	}
	take := func(from *money.Fen, into *money.Fen) {
		part := max(0, min(*from, amount))
		*from -= part
		*into += part
		amount -= part
	}
	c := &p.charges[k]
	take(&p.refunded[k], &refunded)
	for _, j := range p.ofPerson[personIn{c.Person, c.Insurance}] {
		if p.charges[j].Period >= c.Period {
			take(&p.offset[j], &offset)
		}
	}
	for _, j := range p.ofMonth[monthOf{c.Period, c.Insurance}] {
		other := &p.charges[j]
		if c.Person != 0 && other.Person == 0 || c.Person == 0 && other.Person != 0 && p.at.records(other) == 0 {
			take(&p.refunded[j], &refunded)
		}
	}
	return refunded, offset
}
