package queries

import (
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// recordRow is a contribution record as statements return it.
type recordRow struct {
	RecordID       string     `ch:"record_id"`
	UnitID         string     `ch:"unit_id"`
	Period         uint32     `ch:"period"`
	Insurance      int8       `ch:"insurance"`
	EntryType      int8       `ch:"entry_type"`
	Person         uint64     `ch:"person"`
	Headcount      uint32     `ch:"headcount"`
	Wage           money.Fen  `ch:"wage"`
	Base           money.Fen  `ch:"base"`
	EmployerRate   money.Rate `ch:"employer_rate"`
	EmployerAmount money.Fen  `ch:"employer_amount"`
	EmployeeRate   money.Rate `ch:"employee_rate"`
	EmployeeAmount money.Fen  `ch:"employee_amount"`
}

func (r *recordRow) record() contribution.Record {
	return contribution.Record{
		ID:             r.RecordID,
		UnitID:         r.UnitID,
		Period:         period.Period(r.Period),
		Insurance:      contribution.Insurance(r.Insurance), //nolint:gosec // Enum8 from 1
		EntryType:      contribution.EntryType(r.EntryType), //nolint:gosec // Enum8 from 1
		Person:         r.Person,
		Headcount:      r.Headcount,
		Wage:           r.Wage,
		Base:           r.Base,
		EmployerRate:   r.EmployerRate,
		EmployerAmount: r.EmployerAmount,
		EmployeeRate:   r.EmployeeRate,
		EmployeeAmount: r.EmployeeAmount,
	}
}
