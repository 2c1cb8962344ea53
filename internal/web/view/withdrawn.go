package view

import (
	"time"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// WithdrawnJSON is the end of a load.
type WithdrawnJSON struct {
	At     time.Time `json:"withdrawn_at"`
	By     string    `json:"withdrawn_by"`
	Reason string    `json:"withdrawn_because"`
}

// WithdrawnOf is the end of a load, nil of one that counts.
func WithdrawnOf(w *queries.Withdrawal, p *i18n.Printer) *WithdrawnJSON {
	if w == nil {
		return nil
	}
	return &WithdrawnJSON{w.At, dashboards.NewNames(p).Actor(w.Account), w.Reason}
}
