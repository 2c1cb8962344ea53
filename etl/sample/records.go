package sample

import (
	"math"
	"strconv"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/policy"
)

// spread is the distribution of wages within a unit, in thousandths of its middle wage, by rank: lognormal with a
// standard deviation of 0.42, so that the mean is 9 % above the middle.
var spread = func() (table [1024]int64) {
	for i := range table {
		rank := (float64(i) + 0.5) / float64(len(table))
		table[i] = int64(math.Round(1000 * math.Exp(0.42*math.Sqrt2*math.Erfinv(2*rank-1))))
	}
	return table
}()

// person is who sits in a place of a unit in a month, and what is earned there. About a fifth of the places change
// hands within a year.
func (u *unit) person(m int, slot int64) (occupant int64, wage money.Fen) {
	draw := mix(u.seed + uint64(slot)) //nolint:gosec // not negative
	if change := int(draw >> 32 % 60); m >= change && change > 0 {
		occupant, draw = 1, mix(draw)
	}
	amount := u.wage * spread[draw%1024] / 1000
	if m >= u.raiseMonth {
		amount += amount * int64(draw>>10%uint64(u.raise)) / 1000 //nolint:gosec // u.raise is positive
	}
	return occupant, money.Fen(amount)
}

// due is what holds for a unit in a month, an insurance at a time.
type due struct {
	insurance contribution.Insurance
	terms     policy.Terms
	oldRate   money.Rate // the employer's, under the old policy, where the unit's flaw needs it
	oldCap    money.Fen  // likewise
	rounding  policy.AmountRounding
}

// dues resolves the terms of a month; insurances without a rate are left out.
func (w *world) dues(u *unit, m int, list []due) ([]due, error) {
	class := policy.ClassOf(*u.registration(w.months[m]))
	rounding := w.pack.RoundingFor(class.RegionCode).Amount
	list = list[:0]
	for _, ins := range insured {
		terms, err := w.pack.Terms(class, w.months[m], ins, w.comparison.New)
		if err != nil {
			return nil, err
		}
		if !terms.Covered {
			continue
		}
		d := due{insurance: ins, terms: terms, rounding: rounding}
		if u.plan.active(m) && u.plan.usesOldTerms() {
			old, err := w.pack.Terms(class, w.months[m], ins, w.comparison.Old)
			if err != nil {
				return nil, err
			}
			d.oldRate, d.oldCap = old.Share(contribution.Employer).Rate, old.Limit.Cap
		}
		list = append(list, d)
	}
	return list, nil
}

// block is a piece of a file: lines whose record ids are filled in when their turn has come.
type block struct {
	text  []byte
	lines []int // where each line begins
	dues  []due
	err   error
}

// appendUnitMonth writes what a unit's month brings in: its records, then what is put right of earlier months.
func (w *world) appendUnitMonth(b *block, u *unit, number, m int) error {
	heads := u.headcount(m)
	if heads > 0 {
		var err error
		if b.dues, err = w.dues(u, m, b.dues); err != nil {
			return err
		}
		rec := record{unit: u, number: number, period: m, received: m, entry: contribution.Normal}
		if u.summary {
			w.appendSummary(b, &rec, heads)
		} else {
			w.appendPersons(b, &rec, heads)
		}
	}
	if u.plan.fault == refunded && m == u.plan.settled {
		return w.appendRefunds(b, u, number, m)
	}
	if u.plan.fault == backPayment && m == u.plan.settled {
		return w.appendBackPayments(b, u, number, m)
	}
	return nil
}

func (w *world) appendPersons(b *block, rec *record, heads int64) {
	u, m := rec.unit, rec.period
	again := false
	for slot := range heads {
		if rec.entry == contribution.Normal && u.plan.leftOut(m, slot) {
			continue
		}
		w.appendPerson(b, rec, slot)
		again = again || u.plan.twice(m, slot)
	}
	if !again {
		return
	}
	for slot := range heads {
		if u.plan.twice(m, slot) {
			w.appendPerson(b, rec, slot)
		}
	}
}

// appendPerson writes a person's records of a month, one an insurance.
func (w *world) appendPerson(b *block, rec *record, slot int64) {
	u, m := rec.unit, rec.period
	occupant, wage := u.person(m, slot)
	rec.slot, rec.occupant, rec.headcount = slot, occupant, 1
	for i := range b.dues {
		d := &b.dues[i]
		rec.insurance = d.insurance
		rec.wage = u.plan.bentWage(m, slot, wage, &d.terms.Limit)
		rec.base = limited(rec.wage, 1, &d.terms.Limit)
		employer, employee := d.terms.Share(contribution.Employer), d.terms.Share(contribution.Employee)
		rec.employerRate, rec.employeeRate = employer.Rate, employee.Rate
		u.plan.bend(rec, d)
		rec.employerAmount = charge(rec.base, rec.employerRate, d.rounding)
		rec.employeeAmount = charge(rec.base, rec.employeeRate, d.rounding)
		u.plan.bendAmount(rec)
		w.appendRecord(b, rec)
	}
	if u.plan.fault == uncovered && u.plan.active(m) && slot == 0 {
		rec.insurance, rec.wage, rec.base = contribution.Medical, wage, wage
		rec.employerRate, rec.employeeRate = money.One*8/100, money.One*2/100
		rec.employerAmount = charge(wage, rec.employerRate, policy.AmountFen)
		rec.employeeAmount = charge(wage, rec.employeeRate, policy.AmountFen)
		w.appendRecord(b, rec)
	}
}

// bentWage gives the first person of a unit whose base is wrong a wage at which that shows.
func (p *plan) bentWage(m int, slot int64, wage money.Fen, l *policy.Limit) money.Fen {
	if slot != 0 || !p.active(m) {
		return wage
	}
	switch p.fault {
	case baseOverCap:
		return l.Cap + l.Cap*money.Fen(5+p.variant%50)/100
	case baseBelowFloor:
		return l.Floor * money.Fen(650+p.variant%300) / 1000
	case baseMismatch:
		if l.HasFloor && l.HasCap {
			return (l.Floor + l.Cap) / 2
		}
	}
	return wage
}

// bend puts the flaw of a unit into a record.
func (p *plan) bend(rec *record, d *due) {
	l := &d.terms.Limit
	if !p.active(rec.period) {
		return
	}
	switch p.fault {
	case rateNotApplied, refunded, refundPending:
		if rec.insurance == contribution.Pension {
			rec.employerRate = d.oldRate
		}
	case rateBelowPolicy:
		if rec.insurance == contribution.Pension {
			rec.employerRate -= pointTooLow
		}
	case baseOverCap:
		if l.HasCap && rec.wage > l.Cap {
			rec.base = rec.wage
			if p.variant%4 != 0 && d.oldCap > l.Cap { // most kept the old cap, few have none
				rec.base = min(rec.wage, d.oldCap)
			}
		}
	case baseBelowFloor:
		if l.HasFloor && rec.wage < l.Floor {
			rec.base = rec.wage
		}
	case baseMismatch: // last year's wage, or a round one
		rec.base = limited(rec.wage*money.Fen(880+p.variant%2*180)/1000, 1, l)
	}
}

// bendAmount makes an amount differ from base × rate: rounded up to the yuan all the time, or mistyped once.
func (p *plan) bendAmount(rec *record) {
	if p.fault != amountMismatch || !p.active(rec.period) || rec.insurance != contribution.Pension {
		return
	}
	if p.variant%2 == 0 {
		if rec.slot == 0 {
			rec.employerAmount += 100_00
		}
		return
	}
	rec.employerAmount = rec.employerAmount/100*100 + 100
}

// appendSummary writes a unit's month in one record an insurance.
func (w *world) appendSummary(b *block, rec *record, heads int64) {
	total := money.Fen(0)
	for slot := range heads {
		_, wage := rec.unit.person(rec.period, slot)
		total += wage
	}
	rec.slot, rec.headcount, rec.wage = noPerson, heads, total
	if heads == 1 {
		rec.slot = 0
	}
	for i := range b.dues {
		d := &b.dues[i]
		rec.insurance = d.insurance
		rec.base = limited(total, heads, &d.terms.Limit)
		rec.employerRate = d.terms.Share(contribution.Employer).Rate
		rec.employeeRate = d.terms.Share(contribution.Employee).Rate
		rec.employerAmount = charge(rec.base, rec.employerRate, d.rounding)
		rec.employeeAmount = charge(rec.base, rec.employeeRate, d.rounding)
		w.appendRecord(b, rec)
	}
}

// appendRefunds pays the difference to the old rate back, person by person.
func (w *world) appendRefunds(b *block, u *unit, number, m int) error {
	period := u.plan.from
	var err error
	if b.dues, err = w.dues(u, period, b.dues); err != nil {
		return err
	}
	rec := record{unit: u, number: number, period: period, received: m, late: true, entry: contribution.Refund, headcount: 1,
		insurance: contribution.Pension}
	for slot := range u.headcount(period) {
		occupant, wage := u.person(period, slot)
		rec.slot, rec.occupant = slot, occupant
		for i := range b.dues {
			d := &b.dues[i]
			if d.insurance != contribution.Pension {
				continue
			}
			base := limited(wage, 1, &d.terms.Limit)
			owed := charge(base, d.terms.Share(contribution.Employer).Rate, d.rounding)
			rec.employerRate = d.oldRate - d.terms.Share(contribution.Employer).Rate
			rec.employerAmount = owed - charge(base, d.oldRate, d.rounding)
			w.appendRecord(b, &rec)
		}
	}
	return nil
}

// appendBackPayments makes up for the people who were left out before the cut, by the rules of their own months.
func (w *world) appendBackPayments(b *block, u *unit, number, m int) error {
	for period := u.plan.from; period <= u.plan.to; period++ {
		var err error
		if b.dues, err = w.dues(u, period, b.dues); err != nil {
			return err
		}
		rec := record{unit: u, number: number, period: period, received: m, late: true, entry: contribution.BackPayment}
		for slot := range u.headcount(period) {
			if u.plan.leftOut(period, slot) {
				w.appendPerson(b, &rec, slot)
			}
		}
	}
	return nil
}

// noPerson is the place of a summary record.
const noPerson = -1

// record is one line of a contributions file; months are indices.
type record struct {
	unit                           *unit
	number                         int
	period, received               int
	late                           bool // received on the 20th, not on the unit's day
	entry                          contribution.EntryType
	insurance                      contribution.Insurance
	slot, occupant, headcount      int64
	wage, base                     money.Fen
	employerRate, employeeRate     money.Rate
	employerAmount, employeeAmount money.Fen
}

const recordHeader = "record_id,unit_id,period,insurance,entry_type,person_id,headcount,wage,base,employer_rate," +
	"employer_amount,employee_rate,employee_amount,received_on,received_amount,channel\n"

// blankID holds the place of a record id: R and nine digits.
const blankID = "R000000000"

func (w *world) appendRecord(b *block, r *record) {
	b.lines = append(b.lines, len(b.text))
	t := append(b.text, blankID...)
	t = append(t, ',')
	t = append(t, r.unit.registrations[0].ID...)
	t = append(t, ',')
	t = append(t, w.monthText[r.period]...)
	t = append(t, ',')
	t = append(t, r.insurance.String()...)
	t = append(t, ',')
	t = append(t, r.entry.String()...)
	t = append(t, ',')
	if r.slot != noPerson {
		t = append(t, 'P')
		t = appendDigits(t, int64(r.number), 7)
		t = appendDigits(t, r.slot*2+r.occupant, 5)
	}
	t = append(t, ',')
	t = strconv.AppendInt(t, r.headcount, 10)
	t = append(t, ',')
	t = r.wage.Append(t)
	t = append(t, ',')
	t = r.base.Append(t)
	t = append(t, ',')
	t = appendRate(t, r.employerRate)
	t = append(t, ',')
	t = r.employerAmount.Append(t)
	t = append(t, ',')
	t = appendRate(t, r.employeeRate)
	t = append(t, ',')
	t = r.employeeAmount.Append(t)
	t = append(t, ',')
	t = append(t, w.monthText[r.received]...)
	t = append(t, '-')
	day := int64(r.unit.payDay)
	if r.late {
		day = 20
	}
	t = appendDigits(t, day, 2)
	t = append(t, ',')
	t = (r.employerAmount + r.employeeAmount).Append(t)
	t = append(t, ',')
	t = append(t, r.unit.channel.String()...)
	b.text = append(t, '\n')
}

// appendDigits writes a number with leading zeros.
func appendDigits(t []byte, n int64, places int) []byte {
	for range places {
		t = append(t, '0')
	}
	for i := len(t) - 1; n > 0 && places > 0; i, places = i-1, places-1 {
		t[i] = byte('0' + n%10)
		n /= 10
	}
	return t
}

// appendRate writes the shortest exact fraction, as money.Rate does, without allocating.
func appendRate(t []byte, r money.Rate) []byte {
	t = strconv.AppendInt(t, int64(r/money.One), 10)
	rest := int64(r % money.One)
	if rest == 0 {
		return t
	}
	t = append(t, '.')
	t = appendDigits(t, rest, 6)
	for t[len(t)-1] == '0' {
		t = t[:len(t)-1]
	}
	return t
}
