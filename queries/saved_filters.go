package queries

import (
	"context"
	_ "embed"
	"time"

	"jianfu/internal/store"
)

// SavedFilter is what somebody looks for in a list again and again, under a name of his own.
type SavedFilter struct {
	Name    string    `ch:"name"`
	Address string    `ch:"address"` // parameters of the list's address, without the question mark
	SavedAt time.Time `ch:"saved_at"`
}

//go:embed saved_filter/saved_filters.sql
var savedFiltersSQL string

// SavedFilters lists the filters that an account keeps for a list, by name.
func (q *Queries) SavedFilters(ctx context.Context, account, list string) ([]SavedFilter, error) {
	return store.Select[SavedFilter](ctx, q.db, savedFiltersSQL, store.Params{"account": account, "list": list})
}

// SaveFilter keeps a filter; one of the same name gives way to it.
func (q *Queries) SaveFilter(ctx context.Context, account, list string, f SavedFilter) error {
	return q.insertFilter(ctx, account, list, f, false)
}

// DropFilter takes the filter of that name away.
func (q *Queries) DropFilter(ctx context.Context, account, list, name string, now time.Time) error {
	return q.insertFilter(ctx, account, list, SavedFilter{Name: name, SavedAt: now}, true)
}

func (q *Queries) insertFilter(ctx context.Context, account, list string, f SavedFilter, dropped bool) error {
	type row struct {
		Account string `ch:"account"`
		List    string `ch:"list"`
		SavedFilter
		Dropped bool `ch:"dropped"`
	}
	return store.Insert(ctx, q.db, "INSERT INTO saved_filters (account, list, name, address, saved_at, dropped)", []row{{account, list, f, dropped}})
}
