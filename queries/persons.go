package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/store"
)

// Behind is how many persons stand behind the members of one or two axes of a run, at all times that it has.
type Behind struct {
	Run    uint32
	Counts []disclosure.Count
}

// AxisReason is the axis of reasons, which only ever stands second; the others are named as the fields of Narrow.
const AxisReason = "reason"

//go:embed persons/behind.sql
var personsBehindSQL string

//go:embed persons/reasons.sql
var personsReasonsSQL string

// PersonsBehind counts the persons behind the members of two axes at once, of one where the second is "", or of all where
// both are. No window, payer or comparison narrows it: what is decided from it must hold for all of them.
func (q *Queries) PersonsBehind(ctx context.Context, scope filter.Scope, x, y string) (Behind, error) {
	f, err := q.Figures(ctx)
	if err != nil {
		return Behind{}, err
	}
	return f.PersonsBehind(ctx, scope, x, y)
}

// PersonsBehind is that of one run, current or not.
func (f *Figures) PersonsBehind(ctx context.Context, scope filter.Scope, x, y string) (Behind, error) {
	p := store.Params{"run": f.Run.ID, "scope": scope.Prefixes(), "x": x}
	sql := personsReasonsSQL
	if y != AxisReason {
		olds := []uint8{}
		for _, c := range f.Pack.Comparisons {
			steps, err := f.steps(c.ID)
			if err != nil {
				return Behind{}, err
			}
			olds = append(olds, steps[0])
		}
		sql, p["y"], p["olds"] = personsBehindSQL, y, olds
	}
	type row struct {
		X       string   `ch:"x"`
		Y       string   `ch:"y"`
		Months  []uint32 `ch:"months"`
		Parts   []uint64 `ch:"parts"`
		Persons []uint64 `ch:"persons"`
	}
	rows, err := store.Select[row](ctx, f.q.db, sql, p)
	behind := Behind{Run: f.Run.ID, Counts: make([]disclosure.Count, len(rows))}
	for i, r := range rows {
		count := disclosure.Count{X: r.X, Y: r.Y, At: make([]disclosure.Time, len(r.Months)), Persons: r.Persons}
		for at, month := range r.Months {
			count.At[at] = disclosure.Time{Month: month, Part: r.Parts[at]}
		}
		behind.Counts[i] = count
	}
	return behind, err
}
