package web

import (
	"time"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// withdrawnJSON is the end of a load.
type withdrawnJSON struct {
	At     time.Time `json:"withdrawn_at"`
	By     string    `json:"withdrawn_by"`
	Reason string    `json:"withdrawn_because"`
}

func withdrawnOf(w *queries.Withdrawal, p *i18n.Printer) *withdrawnJSON {
	if w == nil {
		return nil
	}
	return &withdrawnJSON{w.At, dashboards.NewNames(p).Actor(w.Account), w.Reason}
}
