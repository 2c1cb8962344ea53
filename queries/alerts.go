package queries

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"jianfu/internal/store"
)

// Alert is a threshold that an account watches a figure for; internal/alert gives its words their meaning.
type Alert struct {
	Account  string `ch:"account"`
	Alert    string `ch:"alert"` // 32 hexadecimal digits
	State    string `ch:"state"`
	Figure   string `ch:"figure"`
	Level    string `ch:"level"`
	Compare  string `ch:"compare"`
	Months   string `ch:"months"`
	Number   string `ch:"number"`
	Region   string `ch:"region"`
	Industry string `ch:"industry"`
	Size     string `ch:"size"`
	Payer    string `ch:"payer"`
}

// KeptAlert is an alert with what its last check found.
type KeptAlert struct {
	Alert
	CreatedAt time.Time `ch:"created_at"`
	CheckedAt time.Time `ch:"checked_at"` // 1970 before the first
	Run       uint32    `ch:"run_id"`
	Crossed   []string  `ch:"crossed"` // keys of the members beyond the threshold
	Rights    []string  `ch:"rights"`  // which the account had by then, and must have to be shown them
	Regions   []string  `ch:"regions"` // likewise
}

//go:embed alert/alerts.sql
var alertsSQL string

// Alerts lists the alerts of an account that are not dropped, the latest first; those of all accounts where none is named.
func (q *Queries) Alerts(ctx context.Context, account string) ([]KeptAlert, error) {
	return store.Select[KeptAlert](ctx, q.db, alertsSQL, store.Params{"account": account})
}

// PutAlert writes an alert anew.
func (q *Queries) PutAlert(ctx context.Context, a Alert, now time.Time) error {
	type row struct {
		Alert
		ChangedAt time.Time `ch:"changed_at"`
	}
	err := store.Insert(ctx, q.db, `INSERT INTO alerts (account, alert, changed_at, state, figure, level, compare, months, number, region, industry, size, payer)`,
		[]row{{a, now}})
	if err != nil {
		return fmt.Errorf("write alert %s of %s: %w", a.Alert, a.Account, err)
	}
	return nil
}

// AlertCheck is what a check of an alert against a run found.
type AlertCheck struct {
	Alert   string    `ch:"alert"`
	At      time.Time `ch:"at"`
	Run     uint32    `ch:"run_id"`
	Crossed []string  `ch:"crossed"`
	Rights  []string  `ch:"rights"`
	Regions []string  `ch:"regions"`
}

// PutAlertChecks writes what checks found.
func (q *Queries) PutAlertChecks(ctx context.Context, checks []AlertCheck) error {
	if len(checks) == 0 {
		return nil
	}
	return store.Insert(ctx, q.db, `INSERT INTO alert_checks (alert, at, run_id, crossed, rights, regions)`, checks)
}

// LeastPersons is from how many persons on figures are shown to who sees only sums.
func (q *Queries) LeastPersons() int64 { return int64(q.least) } //nolint:gosec // a few
