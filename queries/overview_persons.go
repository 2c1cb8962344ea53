package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
	"jianfu/internal/store"
)

// Persons says how few persons stand behind each figure of an overview: dimension (total, region, section, size,
// economic_type, unit_kind, insurance, month) to member to the persons of the month that had the fewest.
type Persons struct {
	Run    uint32
	counts map[string]map[string]int64
}

// Of is the count of a member; 0 for one that is not there.
func (p Persons) Of(dimension, member string) int64 { return p.counts[dimension][member] }

// Has tells whether a member was counted at all.
func (p Persons) Has(dimension, member string) bool {
	_, ok := p.counts[dimension][member]
	return ok
}

// Put sets the count of a member.
func (p *Persons) Put(dimension, member string, persons int64) {
	if p.counts == nil {
		p.counts = map[string]map[string]int64{}
	}
	if p.counts[dimension] == nil {
		p.counts[dimension] = map[string]int64{}
	}
	p.counts[dimension][member] = persons
}

//go:embed overview/persons.sql
var personsSQL string

// persons counts the persons behind the figures of a view, which is complete.
func (f *Figures) persons(ctx context.Context, scope filter.Scope, v View) (Persons, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return Persons{}, err
	}
	p["region_digits"], p["industry_digits"] = digits[regionsBelow(scope, v.Narrow)], digits[industriesBelow(v.Narrow)]
	return f.countPersons(ctx, personsSQL, p)
}

// countPersons runs a statement that counts persons by dimension and member.
func (f *Figures) countPersons(ctx context.Context, sql string, p store.Params) (Persons, error) {
	type row struct {
		Dimension string `ch:"dimension"`
		Member    string `ch:"member"`
		Persons   uint64 `ch:"persons"`
	}
	rows, err := store.Select[row](ctx, f.q.db, sql, p)
	persons := Persons{Run: f.Run.ID}
	for _, r := range rows {
		persons.Put(r.Dimension, r.Member, int64(r.Persons)) //nolint:gosec // a count of persons
	}
	return persons, err
}
