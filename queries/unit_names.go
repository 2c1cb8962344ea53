package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/pinyin"
	"jianfu/internal/store"
)

//go:embed unit/nameless.sql
var namelessSQL string

// unitName is one row of unit_names.
type unitName struct {
	Name     string `ch:"name"`
	Folded   string `ch:"folded"`
	Reading  string `ch:"reading"`
	Initials string `ch:"initials"`
}

// nameBatch is how many names are worked out and written at a time.
const nameBatch = 50_000

// NameUnits works out in which forms the names are looked for that have come in since it was last done. It names no
// unit to anybody, so that it takes no scope.
func (q *Queries) NameUnits(ctx context.Context) error {
	var found []string
	type row struct {
		Name string `ch:"name"`
	}
	for r, err := range store.Each[row](ctx, q.db, namelessSQL, nil) {
		if err != nil {
			return err
		}
		found = append(found, r.Name)
	}
	for len(found) > 0 {
		n := min(len(found), nameBatch)
		rows := make([]unitName, n)
		for i, name := range found[:n] {
			forms := pinyin.Of(name)
			rows[i] = unitName{name, forms.Folded, forms.Reading, forms.Initials}
		}
		if err := store.Insert(ctx, q.db, "INSERT INTO unit_names (name, folded, reading, initials)", rows); err != nil {
			return err
		}
		found = found[n:]
	}
	return nil
}
