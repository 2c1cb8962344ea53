package units

import (
	"time"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// recordVersionJSON is what one line of a load says of a record, and what is of it today.
type recordVersionJSON struct {
	Load           uint32              `json:"load"`
	Line           uint32              `json:"line"`
	LoadedAt       time.Time           `json:"loaded_at"`
	Period         period.Period       `json:"period"`
	Insurance      string              `json:"insurance" choice:"insurance"`
	Headcount      uint32              `json:"headcount"`
	Wage           money.Fen           `json:"wage"`
	Base           money.Fen           `json:"base"`
	EmployerRate   money.Rate          `json:"employer_rate"`
	EmployerAmount money.Fen           `json:"employer_amount"`
	EmployeeRate   money.Rate          `json:"employee_rate"`
	EmployeeAmount money.Fen           `json:"employee_amount"`
	ReceivedAmount money.Fen           `json:"received_amount"`
	State          string              `json:"version_state"`
	Withdrawn      *view.WithdrawnJSON `json:"withdrawn,omitempty"`
}

func historyOf(versions []queries.RecordVersion, p *i18n.Printer) []recordVersionJSON {
	history := make([]recordVersionJSON, len(versions))
	for i, v := range versions {
		history[i] = recordVersionJSON{v.Load, v.Line, v.LoadedAt, period.Period(v.Period), v.Insurance, v.Headcount, v.Wage, v.Base, v.EmployerRate, v.EmployerAmount,
			v.EmployeeRate, v.EmployeeAmount, v.ReceivedAmount, v.State, view.WithdrawnOf(v.Withdrawn, p)}
	}
	return history
}
