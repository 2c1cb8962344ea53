package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// UnitPlace is where a unit stood in the last month that a window holds of it, and what it is called.
type UnitPlace struct {
	UnitID       string `ch:"unit_id"`
	Name         string `ch:"name"`
	RegionCode   string `ch:"region_code"`
	IndustryCode string `ch:"industry_code"`
	Size         string `ch:"size"`
}

//go:embed issue/places.sql
var issuePlacesSQL string

// UnitPlaces finds the named units that have figures in a view and within a scope, by unit. The view is complete.
func (f *Figures) UnitPlaces(ctx context.Context, scope filter.Scope, v View, units []string) ([]UnitPlace, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["units"] = units
	return store.Select[UnitPlace](ctx, f.q.db, issuePlacesSQL, p)
}

// UnitReason is what one reason adds in a month to the difference between a unit's charged and new burdens, the employer's
// part; a month with figures in which nothing differs has one without a reason.
type UnitReason struct {
	Unit   string    `ch:"unit"`
	Period uint32    `ch:"period"`
	Reason string    `ch:"reason"`
	Amount money.Fen `ch:"amount"`
}

//go:embed issue/reasons.sql
var issueReasonsSQL string

// UnitReasons are the reasons of units within a scope, in order. The view is complete.
func (f *Figures) UnitReasons(ctx context.Context, scope filter.Scope, v View, units []string) (map[string][]UnitReason, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["units"] = append([]string{}, units...)
	reasons := map[string][]UnitReason{}
	for r, err := range store.Each[UnitReason](ctx, f.q.db, issueReasonsSQL, p) {
		if err != nil {
			return nil, err
		}
		reasons[r.Unit] = append(reasons[r.Unit], *r)
	}
	return reasons, nil
}

//go:embed issue/comparisons.sql
var issueComparisonsSQL string

// IssueComparison is a comparison under which issues about units' shortfalls were found, and the first month of one.
type IssueComparison struct {
	ID   string `ch:"comparison"`
	From uint32 `ch:"period_from"`
}

// IssueComparisons lists them.
func (q *Queries) IssueComparisons(ctx context.Context) ([]IssueComparison, error) {
	return store.Select[IssueComparison](ctx, q.db, issueComparisonsSQL, nil)
}

//go:embed issue/with_money.sql
var issueWithMoneySQL string

// IssuesWithMoney are the issues about the shortfalls of so many units behind one, by unit and then as they were registered.
// They are for measuring, not for readers.
func (q *Queries) IssuesWithMoney(ctx context.Context, comparison, behind string, units uint64) ([]ledger.Issue, error) {
	return readIssues(ctx, q, issueWithMoneySQL, store.Params{"comparison": comparison, "behind": behind, "most": units})
}
