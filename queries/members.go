package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// The dimensions that can be crossed. Of regions and industries, the members are those one level below the view's own.
const (
	ByRegion   = "region"
	ByIndustry = "industry"
	BySize     = "size"
	ByMonth    = "month"
)

// Cross is a view added up by two dimensions at once.
type Cross struct {
	Run     uint32
	Rows    string // the first dimension
	Columns string // the second
	Cells   []CrossCell
}

// CrossCell is a member of one dimension within a member of another. Where one of the dimensions is the month, units have
// no state and are not counted.
type CrossCell struct {
	Row    string
	Column string
	Sums
	Units     uint64
	Headcount uint64 // person-months
	States    States
}

//go:embed members/cross.sql
var crossText string

var crossSQL = Whole(crossText)

//go:embed members/cross_states.sql
var crossStatesText string

var crossStatesSQL = Whole(crossStatesText)

type crossRow struct {
	Row     string    `ch:"row"`
	Column  string    `ch:"column"`
	Old     money.Fen `ch:"old"`
	New     money.Fen `ch:"new"`
	Charged money.Fen `ch:"charged"`
}

type crossStatesRow struct {
	Row       string `ch:"row"`
	Column    string `ch:"column"`
	Units     uint64 `ch:"units"`
	Headcount uint64 `ch:"headcount"`
	Full      uint64 `ch:"full"`
	Partial   uint64 `ch:"partial"`
	None      uint64 `ch:"none"`
	Increased uint64 `ch:"increased"`
	NoDue     uint64 `ch:"no_due"`
	Reach
}

// Cross adds up a view by two dimensions of ByRegion, ByIndustry, BySize and ByMonth, in the order of their keys. The
// cells add up to what Overview says of each member, and of the whole.
func (f *Figures) Cross(ctx context.Context, scope filter.Scope, v View, rows, columns string) ([]CrossCell, error) {
	p, err := f.crossParams(scope, v, rows, columns)
	if err != nil {
		return nil, err
	}
	sums, err := store.Select[crossRow](ctx, f.q.db, crossSQL, p)
	if err != nil {
		return nil, err
	}
	counts := map[[2]string]crossStatesRow{}
	states, err := store.Select[crossStatesRow](ctx, f.q.db, crossStatesSQL, p)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		if rows == ByMonth || columns == ByMonth {
			s = crossStatesRow{Row: s.Row, Column: s.Column, Reach: s.Reach}
		}
		counts[[2]string{s.Row, s.Column}] = s
	}
	cells := make([]CrossCell, len(sums))
	for i, c := range sums {
		s := counts[[2]string{c.Row, c.Column}]
		cells[i] = CrossCell{
			Row: c.Row, Column: c.Column, Sums: Sums{Burden{c.Old, c.New, c.Charged}, s.Reach}, Units: s.Units, Headcount: s.Headcount,
			States: States{s.Full, s.Partial, s.None, s.Increased, s.NoDue},
		}
	}
	return cells, nil
}

func (f *Figures) crossParams(scope filter.Scope, v View, rows, columns string) (store.Params, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["rows"], p["columns"] = levelOf(rows, scope, v.Narrow), levelOf(columns, scope, v.Narrow)
	return p, nil
}

// Cross is Figures.Cross of the current run. Of the view, what is left open is filled in.
func (q *Queries) Cross(ctx context.Context, scope filter.Scope, v View, rows, columns string) (Cross, error) {
	f, err := q.Figures(ctx)
	if err != nil {
		return Cross{}, err
	}
	if v, err = f.Complete(v); err != nil {
		return Cross{}, err
	}
	cells, err := f.Cross(ctx, scope, v, rows, columns)
	return Cross{Run: f.Run.ID, Rows: rows, Columns: columns, Cells: cells}, err
}
