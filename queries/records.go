package queries

import (
	"context"
	_ "embed"
	"time"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/store"
)

// RecordQuery is which records of a unit a list holds.
type RecordQuery struct {
	Window     period.Range // of months
	Insurance  string       // "" for any
	Skip, Most uint64       // rows
	load, line uint32       // 0 for any
	live       bool         // only those that count
}

// UnitRecord is a record as its source declared it, and what became of it.
type UnitRecord struct {
	Load, Line uint32
	contribution.Record
	Dead      string // why it does not count: replaced, unchanged, repeated, or settled when a load was withdrawn; "" where it does
	ByLoad    uint32 // the load that took its place
	Duplicate bool   // charges a person a second time
}

type unitRecordRow struct {
	recordRow
	LoadID         uint32    `ch:"load_id"`
	Line           uint32    `ch:"line"`
	ReceivedOn     time.Time `ch:"received_on"`
	ReceivedAmount money.Fen `ch:"received_amount"`
	Channel        int8      `ch:"channel"`
	Cause          string    `ch:"cause"`
	ByLoad         uint32    `ch:"by_load"`
	Duplicate      bool      `ch:"duplicate"`
}

//go:embed unit/records.sql
var unitRecordsSQL string

// Records lists a page of a unit's records in the months that lie in the scope; months are those that UnitMonths gives.
func (f *Figures) Records(ctx context.Context, scope filter.Scope, id string, months []UnitMonth, query RecordQuery) ([]UnitRecord, error) {
	p := f.recordParams(scope, id, months, query)
	p["load"], p["line"], p["live"], p["skip"], p["most"] = query.load, query.line, query.live, query.Skip, query.Most
	var records []UnitRecord
	for r, err := range store.Each[unitRecordRow](ctx, f.q.db, unitRecordsSQL, p) {
		if err != nil {
			return nil, err
		}
		record := UnitRecord{Load: r.LoadID, Line: r.Line, Record: r.record(), Dead: r.Cause, ByLoad: r.ByLoad, Duplicate: r.Duplicate}
		if r.ByLoad >= firstWithdrawal {
			record.Dead, record.ByLoad = "settled", 0
		}
		record.UnitID, record.ReceivedAmount = id, r.ReceivedAmount
		record.ReceivedOn = uint16(r.ReceivedOn.Unix() / (24 * 60 * 60)) //nolint:gosec // a Date is 16 bits
		record.Channel = contribution.Channel(r.Channel)                 //nolint:gosec // Enum8 from 0
		records = append(records, record)
	}
	return records, nil
}

func (f *Figures) recordParams(scope filter.Scope, id string, months []UnitMonth, query RecordQuery) store.Params {
	periods := []uint32{}
	for _, m := range months {
		if query.Window.Contains(m.Period) {
			periods = append(periods, uint32(m.Period))
		}
	}
	return store.Params{"run": f.Run.ID, "unit": id, "scope": scope.Prefixes(), "periods": periods, "insurance": query.Insurance}
}

// RecordSums is what the records of a unit, a month and an insurance add up to.
type RecordSums struct {
	Period          period.Period
	Insurance       contribution.Insurance
	Records         uint64 // that count
	Dead            uint64 // that do not
	Duplicates      uint64 // of those that count
	Refunds         uint64
	BackPayments    uint64
	Headcount       uint64
	Wage            money.Fen
	EmployerCharged money.Fen
	EmployeeCharged money.Fen
	Received        money.Fen
}

//go:embed unit/record_sums.sql
var recordSumsSQL string

// RecordSums adds up a unit's records, by month and insurance.
func (f *Figures) RecordSums(ctx context.Context, scope filter.Scope, id string, months []UnitMonth, query RecordQuery) ([]RecordSums, error) {
	type row struct {
		Period          uint32    `ch:"period"`
		Insurance       int8      `ch:"insurance"`
		Records         uint64    `ch:"records"`
		Dead            uint64    `ch:"dead"`
		Duplicates      uint64    `ch:"duplicates"`
		Refunds         uint64    `ch:"refunds"`
		BackPayments    uint64    `ch:"back_payments"`
		Headcount       uint64    `ch:"headcount"`
		Wage            money.Fen `ch:"wage"`
		EmployerCharged money.Fen `ch:"employer_charged"`
		EmployeeCharged money.Fen `ch:"employee_charged"`
		Received        money.Fen `ch:"received"`
	}
	var sums []RecordSums
	rows, err := store.Select[row](ctx, f.q.db, recordSumsSQL, f.recordParams(scope, id, months, query))
	for _, r := range rows {
		sums = append(sums, RecordSums{period.Period(r.Period), contribution.Insurance(r.Insurance), r.Records, r.Dead, r.Duplicates, r.Refunds, //nolint:gosec // Enum8 from 1
			r.BackPayments, r.Headcount, r.Wage, r.EmployerCharged, r.EmployeeCharged, r.Received})
	}
	return sums, err
}

// ExplainAll explains each of a list of records by itself, by the registration that held in its month.
func (f *Figures) ExplainAll(v View, months []UnitMonth, records []UnitRecord) ([]burden.Trace, error) {
	comparison, err := f.Pack.Comparison(v.Comparison)
	if err != nil {
		return nil, err
	}
	held := map[period.Period]contribution.Unit{}
	for _, m := range months {
		held[m.Period] = m.Unit
	}
	traces := make([]burden.Trace, len(records))
	for i := range records {
		traces[i], err = burden.Explain(f.Pack, comparison, held[records[i].Period], records[i].Record, records[i].Duplicate)
		if err != nil {
			return nil, err
		}
	}
	return traces, nil
}

// Explained is a record with its explanation, and with that of all records of its month and insurance added up beside
// what the run stored of them.
type Explained struct {
	Month   UnitMonth // as the run took the unit
	Record  UnitRecord
	History []RecordVersion // of the record
	Trace   burden.Trace
	Group   GroupCheck
}

// GroupCheck compares what the rule in Go makes of the records of a unit, a month and an insurance, one by one, with what
// the run stored.
type GroupCheck struct {
	Records  uint64 // that count
	Checked  bool   // false where there are too many to go through while somebody waits
	Rule     []burden.Line
	Stored   []burden.Line // employer's, employee's; none where the comparison does not cover them
	AsStored bool          // the two are the same to the fen, reasons and effects included
}

// mostExplained is how many records of a group are gone through for one page.
const mostExplained = 5000

// Explain traces a record of a unit; it is not found where its month does not lie in the scope.
func (f *Figures) Explain(ctx context.Context, scope filter.Scope, v View, id string, load, line uint32) (e Explained, found bool, err error) {
	months, _, err := f.UnitMonths(ctx, scope, id)
	if err != nil || len(months) == 0 {
		return e, false, err
	}
	one, err := f.Records(ctx, scope, id, months, RecordQuery{load: load, line: line, Most: 1})
	if err != nil || len(one) == 0 {
		return e, false, err
	}
	e.Record = one[0]
	for _, m := range months {
		if m.Period == e.Record.Period {
			e.Month = m
		}
	}
	comparison, err := f.Pack.Comparison(v.Comparison)
	if err != nil {
		return e, false, err
	}
	if e.Trace, err = burden.Explain(f.Pack, comparison, e.Month.Unit, e.Record.Record, e.Record.Duplicate); err != nil {
		return e, false, err
	}
	if e.History, err = f.RecordHistory(ctx, scope, id, e.Record.ID, months); err != nil {
		return e, false, err
	}
	e.Group, err = f.checkGroup(ctx, scope, comparison, e.Month, e.Record.Insurance)
	return e, err == nil, err
}

// checkGroup goes through all records of a unit's month and insurance.
func (f *Figures) checkGroup(ctx context.Context, scope filter.Scope, comparison policy.Comparison, m UnitMonth, insurance contribution.Insurance) (GroupCheck, error) {
	var check GroupCheck
	view := View{Comparison: comparison.ID, Payers: contribution.Payers}
	for _, payer := range contribution.Payers {
		view.Payers = []contribution.Payer{payer}
		groups, err := f.UnitGroups(ctx, scope, view, m.Unit.ID)
		if err != nil {
			return check, err
		}
		for i := range groups {
			if g := &groups[i]; g.Period == m.Period && g.Insurance == insurance {
				check.Records = g.Records
				check.Stored = append(check.Stored, g.line(m.Unit.ID, payer))
			}
		}
	}
	if len(check.Stored) == 0 || check.Records > mostExplained {
		return check, nil
	}
	records, err := f.Records(ctx, scope, m.Unit.ID, []UnitMonth{m}, RecordQuery{Insurance: insurance.String(), Most: mostExplained + 1, live: true})
	if err != nil {
		return check, err
	}
	var plain []contribution.Record
	for _, r := range records {
		plain = append(plain, r.Record)
	}
	assessment, err := burden.Assess(f.Pack, comparison, []contribution.Unit{m.Unit}, plain)
	if err != nil {
		return check, err
	}
	check.Checked, check.Rule = true, assessment.Lines
	check.AsStored = uint64(len(records)) == check.Records && burden.Same(check.Rule, check.Stored)
	return check, nil
}

// line is a group of one payer as the rule in Go writes it.
func (g *UnitGroup) line(unit string, payer contribution.Payer) burden.Line {
	b := g.Burden()
	return burden.Line{UnitID: unit, Period: g.Period, Insurance: g.Insurance, Payer: payer, Headcount: g.Headcount, Wage: g.Wage, Old: b.Old, New: b.New,
		Charged: b.Charged, Effects: g.Effects[payer-1], Reasons: g.Reasons, Estimates: uint32(g.Estimates)} //nolint:gosec // it was one
}
