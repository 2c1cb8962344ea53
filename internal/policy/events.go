package policy

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Event is a month from which a rate or the limits of the base are others than the month before, in a region or a part of
// it, under one scenario. What only carries on is no event: a rate that runs out and is extended, or a measure that sets
// what held anyway.
type Event struct {
	Period    period.Period `json:"period"`
	Insurance string        `json:"insurance"` // "" for limits of all that have none of their own
	Payer     string        `json:"payer"`     // "" for limits
	Documents []string      `json:"documents"` // that say so, each once
	Changes   []EventChange `json:"changes"`   // what holds for most first; each once
}

// Limits tells whether the event is one of the limits of the base, and not of a rate.
func (e Event) Limits() bool { return e.Payer == "" }

// EventChange is what became other for a class of units; nil where there was or is nothing.
type EventChange struct {
	Area      string      `json:"area"`      // as the row has it; "" any
	UnitKind  string      `json:"unit_kind"` // as the row has it
	Size      string      `json:"size"`
	RiskClass uint8       `json:"risk_class"`
	OldRate   *money.Rate `json:"old_rate"`
	NewRate   *money.Rate `json:"new_rate"`
	OldFloor  *money.Fen  `json:"old_floor"`
	NewFloor  *money.Fen  `json:"new_floor"`
	OldCap    *money.Fen  `json:"old_cap"`
	NewCap    *money.Fen  `json:"new_cap"`
}

// same tells whether two changes are to and from the same.
func (c *EventChange) same(d *EventChange) bool {
	return equal(c.OldRate, d.OldRate) && equal(c.NewRate, d.NewRate) && equal(c.OldFloor, d.OldFloor) &&
		equal(c.NewFloor, d.NewFloor) && equal(c.OldCap, d.OldCap) && equal(c.NewCap, d.NewCap)
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// Events lists the events of a region, "" for all, within some months and behind the first of them, under a scenario. In
// every month in which a row begins, or has ended, it is resolved for each class of units that some row names what held the
// month before and what holds, so that an event says what an employer sees. In order of month, limits last, then
// insurance and payer.
func (p *Pack) Events(regionCode string, months period.Range, scenario []string) ([]Event, error) {
	f := finder{pack: p, region: areaPrefix(regionCode), months: months, scenario: scenario}
	for _, ins := range contribution.Insurances {
		var rows []keyed
		for i := range p.Rates {
			if r := &p.Rates[i]; r.Insurance == 0 || r.Insurance == ins {
				rows = append(rows, keyed{&r.Row, r.Size, r.RiskClass})
			}
		}
		if err := f.look(rows, ins, f.rates); err != nil {
			return nil, err
		}
	}
	limited := map[contribution.Insurance][]keyed{}
	for i := range p.Bases {
		limited[p.Bases[i].Insurance] = append(limited[p.Bases[i].Insurance], keyed{row: &p.Bases[i].Row})
	}
	for ins, rows := range limited {
		if err := f.look(rows, ins, f.limits); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(f.events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(boolean(a.Limits()), boolean(b.Limits())),
			cmp.Compare(insuranceOf(a.Insurance), insuranceOf(b.Insurance)), strings.Compare(b.Payer, a.Payer))
	})
	return f.events, nil
}

// insuranceOf is an insurance by its word; 0 for all.
func insuranceOf(word string) contribution.Insurance {
	ins, _ := contribution.ParseInsurance(word)
	return ins
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// finder collects events.
type finder struct {
	pack     *Pack
	region   string // prefix
	months   period.Range
	scenario []string
	events   []Event
}

// keyed is a row with the keys that only rates have.
type keyed struct {
	row       *Row
	size      contribution.Size
	riskClass uint8
}

// look asks for every class that the rows name, the widest first, in every month in which one of them begins or has ended.
func (f *finder) look(rows []keyed, ins contribution.Insurance, ask func(k keyed, m period.Period, ins contribution.Insurance) error) error {
	rows = slices.DeleteFunc(rows, func(k keyed) bool {
		return !strings.HasPrefix(k.row.prefix, f.region) && !strings.HasPrefix(f.region, k.row.prefix)
	})
	slices.SortStableFunc(rows, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(len(a.row.prefix), len(b.row.prefix)), cmp.Compare(a.row.keys, b.row.keys))
	})
	months := map[period.Period]bool{}
	for _, k := range rows {
		months[k.row.From] = true
		if k.row.To != 0 {
			months[k.row.To.Next()] = true
		}
	}
	for _, m := range slices.Sorted(maps.Keys(months)) {
		if m <= f.months.From || m > f.months.To {
			continue
		}
		for _, k := range rows {
			if err := ask(k, m, ins); err != nil {
				return err
			}
		}
	}
	return nil
}

// class is a unit for which a row would decide, in the region that was asked for or the row's part of it.
func (f *finder) class(k keyed) Class {
	c := Class{RegionCode: (max(k.row.prefix, f.region) + "000000")[:6], Kind: contribution.Enterprise, Size: contribution.SizeUnknown, RiskClass: 1, FloatFactor: money.One}
	if k.row.Kind != 0 {
		c.Kind = k.row.Kind
	}
	if k.size != 0 {
		c.Size = k.size
	}
	if k.riskClass != 0 {
		c.RiskClass = k.riskClass
	}
	if k.row.Elective {
		c.Elections = []string{k.row.Measure}
	}
	return c
}

func (f *finder) rates(k keyed, m period.Period, ins contribution.Insurance) error {
	before, after, err := f.terms(f.class(k), m, ins)
	if err != nil {
		return err
	}
	for _, payer := range contribution.Payers {
		old, now := before.Share(payer), after.Share(payer)
		change := EventChange{Size: word0(k.size), RiskClass: k.riskClass}
		var by []*Row
		if old.HasRate {
			change.OldRate = &old.Rate
		}
		if now.HasRate {
			change.NewRate = &now.Rate
		}
		for _, r := range slices.Concat(now.Rows, old.Rows) {
			by = append(by, &r.Row)
		}
		f.add(Event{Period: m, Insurance: ins.String(), Payer: payer.String()}, k.row, change, by)
	}
	return nil
}

// limits looks at the limits of an insurance; those of all are looked at as pension has them.
func (f *finder) limits(k keyed, m period.Period, ins contribution.Insurance) error {
	of := ins
	if of == 0 {
		of = contribution.Pension
	}
	before, after, err := f.terms(f.class(k), m, of)
	if err != nil {
		return err
	}
	change := EventChange{
		OldFloor: amountOf(before.Limit.HasFloor, before.Limit.Floor), NewFloor: amountOf(after.Limit.HasFloor, after.Limit.Floor),
		OldCap: amountOf(before.Limit.HasCap, before.Limit.Cap), NewCap: amountOf(after.Limit.HasCap, after.Limit.Cap),
	}
	var by []*Row
	for _, row := range []*BaseRow{after.Limit.Row, before.Limit.Row} {
		if row != nil {
			by = append(by, &row.Row)
		}
	}
	f.add(Event{Period: m, Insurance: word0(ins)}, k.row, change, by)
	return nil
}

func amountOf(has bool, amount money.Fen) *money.Fen {
	if !has {
		return nil
	}
	return &amount
}

// terms are what held for a class the month before, and what holds.
func (f *finder) terms(c Class, m period.Period, ins contribution.Insurance) (before, after Terms, err error) {
	if before, err = f.pack.Terms(c, m.Add(-1), ins, f.scenario); err == nil {
		after, err = f.pack.Terms(c, m, ins, f.scenario)
	}
	return before, after, err
}

// add puts a change into its event, once, with the documents of those of the deciding rows that begin, or
// else have ended.
func (f *finder) add(e Event, r *Row, c EventChange, by []*Row) {
	if equal(c.OldRate, c.NewRate) && equal(c.OldFloor, c.NewFloor) && equal(c.OldCap, c.NewCap) {
		return
	}
	at := slices.IndexFunc(f.events, func(x Event) bool {
		return x.Period == e.Period && x.Insurance == e.Insurance && x.Payer == e.Payer
	})
	if at < 0 {
		at = len(f.events)
		e.Documents = []string{}
		f.events = append(f.events, e)
	}
	into := &f.events[at]
	begins := func(row *Row) bool { return row.From == e.Period }
	ended := func(row *Row) bool { return row.To != 0 && row.To.Next() == e.Period }
	turns := begins
	if !slices.ContainsFunc(by, begins) {
		turns = ended
	}
	for _, row := range by {
		if turns(row) && row.DocumentNo != "" && !slices.Contains(into.Documents, row.DocumentNo) {
			into.Documents = append(into.Documents, row.DocumentNo)
		}
	}
	c.Area, c.UnitKind = r.Area, word0(r.Kind)
	if !slices.ContainsFunc(into.Changes, func(x EventChange) bool { return x.same(&c) }) {
		into.Changes = append(into.Changes, c)
	}
}

// word0 is the word of a key, "" where it is not named.
func word0[T interface {
	~uint8
	String() string
}](key T) string {
	if key == 0 {
		return ""
	}
	return key.String()
}
