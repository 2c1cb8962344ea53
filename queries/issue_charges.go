package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
	"jianfu/internal/store"
)

// Charge is what a person's records of a month and insurance charge the employer too much, and what gives it back, by the
// records that another run saw (then) and by those of this run (now), both by the policy of this run. Amounts are fen.
type Charge struct {
	Unit         string   `ch:"unit"`
	Region       string   `ch:"region"`
	Period       uint32   `ch:"period"`
	Insurance    string   `ch:"insurance_of"`
	Person       uint64   `ch:"person"` // 0 where nobody is named
	Reasons      []string `ch:"reasons"`
	ThenFen      []int64  `ch:"then_fen"` // too much, by reason
	NowFen       []int64  `ch:"now_fen"`
	ThenRefunded int64    `ch:"then_refunded"`
	NowRefunded  int64    `ch:"now_refunded"`
	ThenOffset   int64    `ch:"then_offset"` // charged less than base × rate
	NowOffset    int64    `ch:"now_offset"`
	ThenRecords  uint64   `ch:"then_records"` // without refunds
	NowRecords   uint64   `ch:"now_records"`
}

//go:embed issue/charges.sql
var issueChargesText string

var issueChargesSQL = Whole(issueChargesText)

// Charges are what the records of units within a scope charge too much in a view's window, employer's part, then by the
// records that the run before saw, in order. The view is complete.
func (f *Figures) Charges(ctx context.Context, scope filter.Scope, v View, before uint32, units []string) (map[InCounty][]Charge, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["units"], p["before"] = append([]string{}, units...), before
	charges := map[InCounty][]Charge{}
	for c, err := range store.Each[Charge](ctx, f.q.db, issueChargesSQL, p) {
		if err != nil {
			return nil, err
		}
		of := InCounty{c.Unit, c.Region}
		charges[of] = append(charges[of], *c)
	}
	return charges, nil
}

//go:embed issue/burdened_months.sql
var issueBurdenedMonthsSQL string

// BurdenedMonths are the months of a view's window in which units within a scope have a burden, by unit and county. The view is
// complete.
func (f *Figures) BurdenedMonths(ctx context.Context, scope filter.Scope, v View, units []string) (map[InCounty][]uint32, error) {
	type row struct {
		Unit   string   `ch:"unit"`
		Region string   `ch:"region"`
		Months []uint32 `ch:"months"`
	}
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["units"] = append([]string{}, units...)
	months := map[InCounty][]uint32{}
	for r, err := range store.Each[row](ctx, f.q.db, issueBurdenedMonthsSQL, p) {
		if err != nil {
			return nil, err
		}
		months[InCounty{r.Unit, r.Region}] = r.Months
	}
	return months, nil
}
