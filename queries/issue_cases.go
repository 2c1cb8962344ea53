package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
	"jianfu/internal/ledger"
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

//go:embed issue/merged.sql
var issueMergedSQL string

// MergedIssues are those that were about what a unit was charged too much. They are for handing their money over, not for
// readers.
func (q *Queries) MergedIssues(ctx context.Context) ([]ledger.Issue, error) {
	return readIssues(ctx, q, issueMergedSQL, nil)
}
