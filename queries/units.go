package queries

import (
	"context"
	_ "embed"
	"slices"

	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// UnitQuery is which units of a view a list holds, and in which order.
type UnitQuery struct {
	Search     UnitSearch
	State      string // id of a state, "" for any
	Band       string // one of Bands, "" for any
	Wrongly    string // one of Wrong, "" for any
	Reason     string // id of a reason, "" for any
	Sort       string // one of UnitSorts
	Descending bool
	Skip, Most uint64 // rows
}

// UnitSorts are what lists of units can be sorted by, besides the unit, by which equal ones are.
var UnitSorts = []string{"old", "new", "charged", "due", "real", "shortfall", "reason", "headcount", "state", "name", "unit_id"}

// Wrong is how a unit may have been charged otherwise than the new policy says: above it or below.
var Wrong = []string{"over", "under"}

// UnitRow is one unit of a list. A unit that has moved, or has come to another industry or size in the window, stands
// where it was in the last of the months that the view holds of it.
type UnitRow struct {
	UnitID       string `json:"unit_id"`
	Name         string `json:"name"` // by the latest registration in the reader's scope
	RegionCode   string `json:"region_code"`
	IndustryCode string `json:"industry_code"`
	dimension.Words
	State     string `json:"state"`
	Headcount uint64 `json:"headcount"` // person-months
	Fewest    uint64 `json:"-"`         // persons of the month that has the fewest
	Burden
	Explained money.Fen `json:"-"` // part of the shortfall that the list's reason explains
}

// UnitList is a page of units, and what all that were found come to.
type UnitList struct {
	Rows      []UnitRow
	Units     uint64
	Headcount uint64
	Total     Sums
	Explained money.Fen
}

//go:embed unit/list.sql
var unitListText string

var unitListSQL = Whole(unitListText)

//go:embed unit/names.sql
var unitNamesSQL string

type unitListRow struct {
	UnitID       string `ch:"unit_id"`
	RegionCode   string `ch:"region_code"`
	IndustryCode string `ch:"industry_code"`
	dimension.Words
	State        string    `ch:"state"`
	Headcount    uint64    `ch:"headcount"`
	Fewest       uint64    `ch:"fewest"`
	Old          money.Fen `ch:"old"`
	New          money.Fen `ch:"new"`
	Charged      money.Fen `ch:"charged"`
	Explained    money.Fen `ch:"explained"`
	AllUnits     uint64    `ch:"all_units"`
	AllHeadcount uint64    `ch:"all_headcount"`
	AllOld       money.Fen `ch:"all_old"`
	AllNew       money.Fen `ch:"all_new"`
	AllCharged   money.Fen `ch:"all_charged"`
	AllExplained money.Fen `ch:"all_explained"`
	Reach                  // of all
}

func (r *unitListRow) unit() UnitRow {
	return UnitRow{
		UnitID: r.UnitID, RegionCode: r.RegionCode, IndustryCode: r.IndustryCode, Words: r.Words,
		State: r.State, Headcount: r.Headcount, Fewest: r.Fewest, Burden: Burden{r.Old, r.New, r.Charged},
		Explained: r.Explained,
	}
}

// Units lists a page of the units of a view. Where the page lies behind the last unit there is no row and no total.
func (f *Figures) Units(ctx context.Context, scope filter.Scope, v View, query UnitQuery) (UnitList, error) {
	var list UnitList
	err := f.eachUnit(ctx, scope, v, query, func(r *unitListRow) error {
		list.Rows = append(list.Rows, r.unit())
		list.Units, list.Headcount, list.Explained = r.AllUnits, r.AllHeadcount, r.AllExplained
		list.Total = Sums{Burden{r.AllOld, r.AllNew, r.AllCharged}, r.Reach}
		return nil
	})
	if err != nil || len(list.Rows) == 0 {
		return list, err
	}
	ids := make([]string, len(list.Rows))
	for i := range list.Rows {
		ids[i] = list.Rows[i].UnitID
	}
	names, err := f.UnitNames(ctx, scope, ids)
	for i := range list.Rows {
		list.Rows[i].Name = names[list.Rows[i].UnitID]
	}
	return list, err
}

// EachUnit calls each for the units of a view, in order, with their names.
func (f *Figures) EachUnit(ctx context.Context, scope filter.Scope, v View, query UnitQuery, each func(*UnitRow) error) error {
	names, err := f.UnitNames(ctx, scope, nil)
	if err != nil {
		return err
	}
	return f.eachUnit(ctx, scope, v, query, func(r *unitListRow) error {
		unit := r.unit()
		unit.Name = names[unit.UnitID]
		return each(&unit)
	})
}

func (f *Figures) eachUnit(ctx context.Context, scope filter.Scope, v View, query UnitQuery, each func(*unitListRow) error) error {
	p, err := f.params(scope, v)
	if err != nil {
		return err
	}
	p["searched"] = query.Search.Code != "" || len(query.Search.Words) > 0
	p["code"], p["words"] = query.Search.Code, append([]string{}, query.Search.Words...)
	p["state"], p["band"], p["reason"], p["wrongly"] = query.State, query.Band, query.Reason, query.Wrongly
	p["by"], p["descending"] = "unit_id", query.Descending
	if slices.Contains(UnitSorts, query.Sort) {
		p["by"] = query.Sort
	}
	p["skip"], p["most"] = query.Skip, query.Most
	for row, err := range store.Each[unitListRow](ctx, f.q.db, unitListSQL, p) {
		if err == nil {
			err = each(row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// UnitNames are what units of a scope are called, the named ones or, when none is named, all.
func (f *Figures) UnitNames(ctx context.Context, scope filter.Scope, units []string) (map[string]string, error) {
	type row struct {
		UnitID string `ch:"unit_id"`
		Name   string `ch:"name"`
	}
	names := map[string]string{}
	p := store.Params{"loads": f.Run.Loads, "units": append([]string{}, units...), "scope": scope.Prefixes()}
	for r, err := range store.Each[row](ctx, f.q.db, unitNamesSQL, p) {
		if err != nil {
			return nil, err
		}
		names[r.UnitID] = r.Name
	}
	return names, nil
}
