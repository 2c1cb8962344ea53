package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// UnitPlace is a county in which a unit has a case, with what an issue about it takes from there.
type UnitPlace struct {
	UnitID       string `ch:"unit"`
	Name         string `ch:"name"`
	RegionCode   string `ch:"region"`
	IndustryCode string `ch:"industry"`
	Size         string `ch:"unit_size"`
	Level        string `ch:"level"` // "" where nothing was found
}

//go:embed issue/places.sql
var issuePlacesSQL string

// UnitPlaces finds the counties within a scope in which the named units have cases: of each unit that with the most months
// first.
func (f *Figures) UnitPlaces(ctx context.Context, scope filter.Scope, units []string) (map[string][]UnitPlace, error) {
	p := store.Params{"run": f.Run.ID, "scope": scope.Prefixes(), "units": units}
	places := map[string][]UnitPlace{}
	for place, err := range store.Each[UnitPlace](ctx, f.q.db, issuePlacesSQL, p) {
		if err != nil {
			return nil, err
		}
		places[place.UnitID] = append(places[place.UnitID], *place)
	}
	return places, nil
}

// InCounty is a unit as far as it lies in a county: of one that has moved, each county has its part.
type InCounty struct{ Unit, Region string }

// UnitReason is what one reason adds in a month to the difference between a unit's charged and new burdens in a county, the
// employer's part; a month with figures in which nothing differs has one without a reason.
type UnitReason struct {
	Unit   string    `ch:"unit"`
	Region string    `ch:"region"`
	Period uint32    `ch:"period"`
	Reason string    `ch:"reason"`
	Amount money.Fen `ch:"amount"`
}

//go:embed issue/reasons.sql
var issueReasonsSQL string

// UnitReasons are the reasons of units within a scope, in order. The view is complete.
func (f *Figures) UnitReasons(ctx context.Context, scope filter.Scope, v View, units []string) (map[InCounty][]UnitReason, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["units"] = append([]string{}, units...)
	reasons := map[InCounty][]UnitReason{}
	for r, err := range store.Each[UnitReason](ctx, f.q.db, issueReasonsSQL, p) {
		if err != nil {
			return nil, err
		}
		of := InCounty{r.Unit, r.Region}
		reasons[of] = append(reasons[of], *r)
	}
	return reasons, nil
}

//go:embed issue/comparisons.sql
var issueComparisonsSQL string

// IssueComparison is a comparison under which issues about units' shortfalls were found, and the first month of one.
type IssueComparison struct {
	ID   string `ch:"comparison"`
	From uint32 `ch:"since"`
}

// IssueComparisons lists them.
func (q *Queries) IssueComparisons(ctx context.Context) ([]IssueComparison, error) {
	return store.Select[IssueComparison](ctx, q.db, issueComparisonsSQL, nil)
}

//go:embed issue/with_money.sql
var issueWithMoneySQL string

// IssuesWithMoney are the issues about the shortfalls of so many units behind one, by unit and county, and then as they were
// registered. They are for measuring, not for readers.
func (q *Queries) IssuesWithMoney(ctx context.Context, comparison, behind string, units uint64) ([]ledger.Issue, error) {
	return readIssues(ctx, q, issueWithMoneySQL, store.Params{"comparison": comparison, "behind": behind, "most": units})
}
