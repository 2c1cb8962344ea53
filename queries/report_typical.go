package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// UnitChoice is a rule that chooses units of a view: the first ones by a figure, of those that it is about; "" is any.
type UnitChoice struct {
	Sort           string // one of ChoiceSorts, the largest first
	Most           uint8  // at most MostChosen
	State, Section string
	dimension.Words
}

// MostChosen is how many units a rule can choose.
const MostChosen = 50

// ChoiceSorts are the figures by which rules choose.
var ChoiceSorts = []string{"old", "new", "charged", "due", "real", "shortfall", "headcount"}

// ChosenUnit is a unit that a rule chose.
type ChosenUnit struct {
	Rule         uint32    `ch:"rule"` // from 1
	UnitID       string    `ch:"unit_id"`
	Name         string    `ch:"-"`
	RegionCode   string    `ch:"region_code"`
	IndustryCode string    `ch:"industry_code"`
	Size         string    `ch:"size"`
	Old          money.Fen `ch:"old"`
	New          money.Fen `ch:"new"`
	Charged      money.Fen `ch:"charged"`
	Headcount    uint64    `ch:"headcount"` // person-months
}

//go:embed report/typical.sql
var reportTypicalSQL string

// Choose lists the units that rules choose, rule by rule.
func (f *Figures) Choose(ctx context.Context, scope filter.Scope, v View, rules []UnitChoice) ([]ChosenUnit, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	column := func(of func(c UnitChoice) string) []string {
		all := make([]string, len(rules))
		for i, c := range rules {
			all[i] = of(c)
		}
		return all
	}
	most := make([]uint8, len(rules))
	for i, c := range rules {
		most[i] = c.Most
	}
	p["most"], p["sorts"], p["states"] = most, column(func(c UnitChoice) string { return c.Sort }), column(func(c UnitChoice) string { return c.State })
	p["sections"] = column(func(c UnitChoice) string { return c.Section })
	for _, d := range dimension.OfUnits() {
		p[d.ID+"s"] = column(func(c UnitChoice) string { return c.Of(d) })
	}
	units, err := store.Select[ChosenUnit](ctx, f.q.db, reportTypicalSQL, p)
	if err != nil || len(units) == 0 {
		return nil, err
	}
	ids := make([]string, len(units))
	for i, u := range units {
		ids[i] = u.UnitID
	}
	names, err := f.UnitNames(ctx, scope, ids)
	for i := range units {
		units[i].Name = names[units[i].UnitID]
	}
	return units, err
}
