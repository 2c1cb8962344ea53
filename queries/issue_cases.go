package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
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

// UnitReasons calls each for the reasons of named units, or of all that an issue with money of the view's comparison is
// about, by unit, month and reason. The view is complete.
func (f *Figures) UnitReasons(ctx context.Context, scope filter.Scope, v View, units []string, each func(*UnitReason) error) error {
	p, err := f.params(scope, v)
	if err != nil {
		return err
	}
	p["units"], p["comparison"] = append([]string{}, units...), v.Comparison
	for r, err := range store.Each[UnitReason](ctx, f.q.db, issueReasonsSQL, p) {
		if err == nil {
			err = each(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
