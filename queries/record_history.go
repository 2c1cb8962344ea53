package queries

import (
	"context"
	_ "embed"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/store"
)

// RecordVersion is what one line of a load says of a record, and what is of it today: the figures of a run may be from before.
type RecordVersion struct {
	Load           uint32     `ch:"load_id"`
	Line           uint32     `ch:"line"`
	File           string     `ch:"file"`
	LoadedAt       time.Time  `ch:"finished_at"`
	Period         uint32     `ch:"period"`
	Insurance      string     `ch:"insurance"`
	Headcount      uint32     `ch:"headcount"`
	Wage           money.Fen  `ch:"wage"`
	Base           money.Fen  `ch:"base"`
	EmployerRate   money.Rate `ch:"employer_rate"`
	EmployerAmount money.Fen  `ch:"employer_amount"`
	EmployeeRate   money.Rate `ch:"employee_rate"`
	EmployeeAmount money.Fen  `ch:"employee_amount"`
	ReceivedAmount money.Fen  `ch:"received_amount"`
	State          string     `ch:"state"` // counts, replaced, unchanged, repeated, withdrawn
	Withdrawn      *Withdrawal
}

//go:embed unit/record_history.sql
var recordHistorySQL string

// RecordHistory lists the versions of a record of a unit, in the months that lie in the scope, oldest first.
func (f *Figures) RecordHistory(ctx context.Context, scope filter.Scope, unit, record string, months []UnitMonth) ([]RecordVersion, error) {
	visible, err := f.q.Visible(ctx)
	if err != nil {
		return nil, err
	}
	all := period.Range{From: 1, To: 999912}
	p := f.recordParams(scope, unit, months, RecordQuery{Window: all})
	delete(p, "insurance")
	p["record"], p["loads"] = record, visible.IDs()
	versions, err := store.Select[RecordVersion](ctx, f.q.db, recordHistorySQL, p)
	for i := range versions {
		versions[i].Withdrawn = visible.Find(versions[i].Load)
	}
	return versions, err
}
