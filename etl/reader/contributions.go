package reader

import (
	"bytes"
	"context"
	"encoding/binary"
	"time"

	"github.com/dchest/siphash"

	"jianfu/internal/contribution"
	"jianfu/internal/creditcode"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

func reset(b *contribution.Block) {
	*b = contribution.Block{
		Line: b.Line[:0], RecordID: b.RecordID[:0], UnitID: b.UnitID[:0], Period: b.Period[:0], Insurance: b.Insurance[:0],
		EntryType: b.EntryType[:0], Person: b.Person[:0], Headcount: b.Headcount[:0], Wage: b.Wage[:0], Base: b.Base[:0],
		EmployerRate: b.EmployerRate[:0], EmployerAmount: b.EmployerAmount[:0], EmployeeRate: b.EmployeeRate[:0],
		EmployeeAmount: b.EmployeeAmount[:0], ReceivedOn: b.ReceivedOn[:0], ReceivedAmount: b.ReceivedAmount[:0],
		Channel: b.Channel[:0],
	}
}

// parsedRecords is what a chunk of contributions gives.
type parsedRecords struct {
	block   contribution.Block
	rejects []Reject
	counts  Counts
	periods [periodSlots]periodLines
}

// periodLines counts the accepted lines of a month, and those of them that are no back payment and no refund.
type periodLines struct{ all, normal uint64 }

// periodSlots has a counter for every month that period.Parse reads.
const (
	firstSlotYear = 1990
	periodSlots   = (2100 - firstSlotYear) * 12
)

// Contributions reads the file. It calls block for runs of accepted records and reject for every line that is not
// accepted, both in the order of the file, from one goroutine; an error of either ends the reading. A block is the
// callback's only until it returns, but for the keys in it. registered tells
// whether a unit is known (its 18 characters, letters as capitals); it is called from several goroutines at once and
// must not keep the bytes. A file that turns out to be damaged gives an error after blocks were handed on.
func (f *File) Contributions(
	ctx context.Context, registered func(unitID []byte) bool, block func(*contribution.Block) error, reject func(Reject) error,
) (Counts, error) {
	total := Counts{RecordIDsAscending: true}
	var periods [periodSlots]periodLines
	err := run(ctx, f, func() func(*chunk[parsedRecords]) {
		return newRecordParser(f, registered).parse
	}, func(r *parsedRecords) error {
		if r.block.Len() > 0 {
			if err := block(&r.block); err != nil {
				return err
			}
		}
		for _, rejected := range r.rejects {
			if err := reject(rejected); err != nil {
				return err
			}
		}
		total.add(r.counts)
		for i, n := range r.periods {
			periods[i].all += n.all
			periods[i].normal += n.normal
		}
		return nil
	})
	for i, n := range periods {
		if n.all > 0 {
			total.Periods = append(total.Periods, PeriodCount{period.Of(firstSlotYear+i/12, i%12+1), n.all, n.normal})
		}
	}
	return total, err
}

// add counts a chunk that follows in the file.
func (c *Counts) add(next Counts) {
	c.Read += next.Read
	c.Accepted += next.Accepted
	c.Rejected += next.Rejected
	c.Blank += next.Blank
	c.Notes.add(&next.Notes)
	if next.Accepted == 0 {
		return
	}
	if c.Accepted == next.Accepted { // the first that has any
		c.RecordIDsAscending = next.RecordIDsAscending
		c.MinRecordID, c.MaxRecordID = next.MinRecordID, next.MaxRecordID
		return
	}
	// Where all of both ascends, the smallest of the next must lie behind the largest so far.
	c.RecordIDsAscending = c.RecordIDsAscending && next.RecordIDsAscending && c.MaxRecordID < next.MinRecordID
	c.MinRecordID = min(c.MinRecordID, next.MinRecordID)
	c.MaxRecordID = max(c.MaxRecordID, next.MaxRecordID)
}

// recordParser turns lines into records; each worker has one.
type recordParser struct {
	line
	registered func([]byte) bool
	key0, key1 uint64
	ids        []byte // of the block's records, one after another
	idEnds     []uint32

	// Neighbouring lines mostly share these, so the last of each is kept.
	lastUnit   [creditcode.Length]byte
	unitKnown  bool
	lastPerson []byte
	personHash uint64
	lastDate   []byte
	days       uint16
	lastPeriod period.Period
	earliest   uint16 // day on which lastPeriod can have been paid
}

func newRecordParser(f *File, registered func([]byte) bool) *recordParser {
	key := f.options.PersonKey
	return &recordParser{
		line:       newLine(f),
		registered: registered,
		key0:       binary.LittleEndian.Uint64(key[:8]),
		key1:       binary.LittleEndian.Uint64(key[8:]),
	}
}

func (p *recordParser) parse(c *chunk[parsedRecords]) {
	r := &c.result
	reset(&r.block)
	r.periods = [periodSlots]periodLines{}
	p.ids, p.idEnds = p.ids[:0], p.idEnds[:0]
	p.rejects = r.rejects
	p.eachLine(c.data, c.line, &r.counts, func() bool {
		var record contribution.Record
		id, ok := p.read(&record)
		if !ok {
			return false
		}
		p.ids = append(p.ids, id...)
		p.idEnds = append(p.idEnds, uint32(len(p.ids))) //nolint:gosec // less than a chunk
		add(&r.block, &record, &p.lastUnit, p.number)
		lines := &r.periods[(record.Period.Year()-firstSlotYear)*12+record.Period.Month()-1]
		lines.all++
		if record.EntryType == contribution.Normal {
			lines.normal++
		}
		return true
	})
	r.rejects = p.rejects
	p.recordIDs(r)
}

// recordIDs makes the block's keys, all parts of one string, and sees whether they ascend.
func (p *recordParser) recordIDs(r *parsedRecords) {
	all, start := string(p.ids), uint32(0)
	counts := &r.counts
	counts.RecordIDsAscending = true
	for i, end := range p.idEnds {
		id := all[start:end]
		start = end
		r.block.RecordID = append(r.block.RecordID, id)
		if i == 0 {
			counts.MinRecordID, counts.MaxRecordID = id, id
			continue
		}
		if id > counts.MaxRecordID {
			counts.MaxRecordID = id
			continue
		}
		counts.RecordIDsAscending = false
		counts.MinRecordID = min(counts.MinRecordID, id)
	}
}

func add(b *contribution.Block, r *contribution.Record, unit *[creditcode.Length]byte, number uint64) {
	b.UnitID = append(b.UnitID, *unit)
	b.Period = append(b.Period, uint32(r.Period))
	b.Insurance = append(b.Insurance, int8(r.Insurance)) //nolint:gosec // Enum8
	b.EntryType = append(b.EntryType, int8(r.EntryType)) //nolint:gosec // Enum8
	b.Person = append(b.Person, r.Person)
	b.Headcount = append(b.Headcount, r.Headcount)
	b.Wage = append(b.Wage, int64(r.Wage))
	b.Base = append(b.Base, int64(r.Base))
	b.EmployerRate = append(b.EmployerRate, int32(r.EmployerRate)) //nolint:gosec // at most a million
	b.EmployerAmount = append(b.EmployerAmount, int64(r.EmployerAmount))
	b.EmployeeRate = append(b.EmployeeRate, int32(r.EmployeeRate)) //nolint:gosec // at most a million
	b.EmployeeAmount = append(b.EmployeeAmount, int64(r.EmployeeAmount))
	b.ReceivedOn = append(b.ReceivedOn, r.ReceivedOn)
	b.ReceivedAmount = append(b.ReceivedAmount, int64(r.ReceivedAmount))
	b.Channel = append(b.Channel, int8(r.Channel)) //nolint:gosec // Enum8
	b.Line = append(b.Line, uint32(number))        //nolint:gosec // no file has four billion lines
}

// longestRecordID is more than any source's key and less than a cell that swallowed its neighbours.
const longestRecordID = 128

// read reads the line into r, all but its key, which it returns, and its unit, which is then p.lastUnit.
func (p *recordParser) read(r *contribution.Record) (id []byte, ok bool) {
	if p.inNumber(recordID) {
		return nil, false
	}
	if id, ok = p.required(recordID); !ok {
		return nil, false
	}
	if bytes.IndexByte(id, '+') > 0 && scientific.Match(id) {
		return nil, p.reject(recordID, "record_id_spreadsheet")
	}
	if len(id) > longestRecordID {
		return nil, p.reject(recordID, "record_id_long", "limit", longestRecordID)
	}
	if !p.readUnit() {
		return nil, false
	}
	if r.Period, ok = p.readPeriod(); !ok {
		return nil, false
	}
	if r.Insurance, ok = word(&p.line, recordInsurance, insuranceWords, "insurance_unknown"); !ok {
		return nil, false
	}
	if r.EntryType, ok = wordOr(&p.line, recordEntryType, entryTypeWords, "entry_type_unknown", contribution.Normal); !ok {
		return nil, false
	}
	if r.Person, ok = p.readPerson(); !ok {
		return nil, false
	}
	if r.Headcount, ok = p.readHeadcount(); !ok {
		return nil, false
	}
	if !p.readMoney(r) {
		return nil, false
	}
	if r.ReceivedOn, ok = p.readReceivedOn(); !ok {
		return nil, false
	}
	p.noteReceived(r)
	if r.Channel, ok = wordOr(&p.line, recordChannel, channelWords, "channel_unknown", contribution.ChannelUnknown); !ok {
		return nil, false
	}
	return id, true
}

// readPeriod reads the month that is owed for. Sources that give its first and its last day must mean one month with them.
func (p *recordParser) readPeriod() (period.Period, bool) {
	month, ok := p.period(recordPeriod)
	if !ok || p.missing(recordPeriodEnd) {
		return month, ok
	}
	last, ok := p.period(recordPeriodEnd)
	if ok && last != month {
		return 0, p.reject(recordPeriodEnd, "period_spans", "first", month, "last", last)
	}
	return month, ok
}

// readUnit reads the credit code. That a registered unit's code is right was seen when the unit was loaded, so the check
// character is only computed to say why a unit is not found.
func (p *recordParser) readUnit() bool {
	if p.unitKnown && string(p.cell(recordUnit)) == string(p.lastUnit[:]) {
		return true
	}
	id, ok := p.unit(recordUnit)
	if !ok {
		return false
	}
	p.lastUnit, p.unitKnown = id, p.registered(id[:])
	return p.unitKnown || p.checked(recordUnit, id) && p.reject(recordUnit, "unit_not_registered")
}

// readPerson hashes the person's number. A final x of an identity number is a capital, so that one person stays one.
func (p *recordParser) readPerson() (uint64, bool) {
	if !p.layout.has(recordPerson) {
		return 0, true
	}
	if p.inNumber(recordPerson) {
		return 0, false
	}
	number, ok := p.code(recordPerson)
	if !ok || len(number) == 0 {
		return 0, ok
	}
	if bytes.Equal(number, p.lastPerson) {
		return p.personHash, true
	}
	if string(number) == maskedPerson {
		return 0, p.reject(recordPerson, "person_masked")
	}
	if why, anonymous := anonymity(number); anonymous {
		p.notes[why]++
		return 0, true
	}
	p.lastPerson = append(p.lastPerson[:0], number...)
	if n := len(number); n == 18 && number[n-1] == 'x' {
		number = append(bytes.Clone(number[:n-1]), 'X')
	}
	p.personHash = max(siphash.Hash(p.key0, p.key1, number), 1) // 0 says that there is no person
	return p.personHash, true
}

// mostHeads is more than any unit has, and few enough that money.Max of each is a number of 63 bits, which the set-based
// recompute relies on.
const mostHeads = 1_000_000

func (p *recordParser) readHeadcount() (uint32, bool) {
	cell := p.cell(recordHeadcount)
	if len(cell) == 1 && cell[0] == '1' || p.missing(recordHeadcount) {
		return 1, true
	}
	n, ok := p.count(recordHeadcount, "headcount_invalid")
	if !ok {
		return 0, false
	}
	if n < 1 || n > mostHeads {
		return 0, p.reject(recordHeadcount, "headcount_invalid")
	}
	return uint32(n), true
}

// readMoney reads wage, base, rates and amounts. Sources write a refund's figures with a minus or without; here its
// amounts are negative, as the sums want them, and its wage and base are not.
func (p *recordParser) readMoney(r *contribution.Record) (ok bool) {
	if r.Wage, ok = p.amount(recordWage, false); !ok {
		return false
	}
	if r.Base, ok = p.amount(recordBase, false); !ok {
		return false
	}
	if r.EmployerRate, ok = p.rate(recordEmployerRate, false); !ok {
		return false
	}
	if r.EmployerAmount, ok = p.amount(recordEmployerAmount, false); !ok {
		return false
	}
	if r.EmployeeRate, ok = p.rate(recordEmployeeRate, true); !ok {
		return false
	}
	if r.EmployeeAmount, ok = p.amount(recordEmployeeAmount, true); !ok {
		return false
	}
	if r.ReceivedAmount, ok = p.amount(recordReceivedAmount, true); !ok {
		return false
	}
	if r.EntryType == contribution.Refund {
		r.Wage, r.Base = absolute(r.Wage), absolute(r.Base)
		r.EmployerAmount, r.EmployeeAmount = -absolute(r.EmployerAmount), -absolute(r.EmployeeAmount)
		r.ReceivedAmount = -absolute(r.ReceivedAmount)
		return true
	}
	switch {
	case r.Wage < 0:
		return p.reject(recordWage, "wage_negative")
	case r.Base < 0:
		return p.reject(recordBase, "base_negative")
	case r.EmployerAmount < 0:
		return p.reject(recordEmployerAmount, "amount_negative")
	case r.EmployeeAmount < 0:
		return p.reject(recordEmployeeAmount, "amount_negative")
	case r.ReceivedAmount < 0:
		return p.reject(recordReceivedAmount, "amount_negative")
	case percentMeant(r.Base, r.EmployerRate, r.EmployerAmount):
		return p.rejectPercent(recordEmployerRate, r.EmployerRate)
	case percentMeant(r.Base, r.EmployeeRate, r.EmployeeAmount):
		return p.rejectPercent(recordEmployeeRate, r.EmployeeRate)
	}
	return true
}

// percentMeant tells whether the line itself says that its rate is in percent without the sign: the amount is not base × rate
// but, to the fen, a hundredth of it. 0.5 with 40.00 on 8,000.00 is 0.5 %. Amounts of a yuan and less prove nothing.
func percentMeant(base money.Fen, rate money.Rate, amount money.Fen) bool {
	if amount <= 100 || rate <= 0 {
		return false
	}
	hundredth := int64(base) * int64(rate) / 100 // in millionths of a fen
	return abs(int64(amount)*int64(money.One)-hundredth) <= int64(money.One)
}

func abs(n int64) int64 { return max(n, -n) }

func absolute(f money.Fen) money.Fen { return max(f, -f) }

// noteReceived counts what was received before it can have been due, or on a day that has not come.
func (p *recordParser) noteReceived(r *contribution.Record) {
	if r.ReceivedOn == 0 {
		return
	}
	if r.Period != p.lastPeriod {
		before := r.Period.Add(-1)
		p.lastPeriod, p.earliest = r.Period, dayNumber(time.Date(before.Year(), time.Month(before.Month()), 1, 0, 0, 0, 0, time.UTC))
	}
	switch {
	case r.ReceivedOn < p.earliest:
		p.notes[ReceivedEarly]++
	case p.today > 0 && r.ReceivedOn > p.today:
		p.notes[ReceivedAhead]++
	}
}

func (p *recordParser) readReceivedOn() (uint16, bool) {
	if !p.layout.has(recordReceivedOn) {
		return 0, true
	}
	cell := p.cell(recordReceivedOn)
	if len(cell) > 0 && bytes.Equal(cell, p.lastDate) {
		return p.days, true
	}
	days, ok := p.day(recordReceivedOn)
	if ok {
		p.lastDate = append(p.lastDate[:0], cell...)
		p.days = days
	}
	return days, ok
}
