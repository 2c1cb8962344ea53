package queries

import (
	"context"
	_ "embed"
	"time"

	"jianfu/internal/store"
)

// SavedFilter is what somebody looks for in a list or on a page of figures again and again, under a name of his own. Pages call
// it a view.
type SavedFilter struct {
	Name    string    `ch:"name"`
	Address string    `ch:"address"` // parameters of the page's address, without the question mark; before them its path, where that is part of what is looked for
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
	return q.insertFilters(ctx, savedFilterRow{account, list, f, false})
}

// DropFilter takes the filter of that name away.
func (q *Queries) DropFilter(ctx context.Context, account, list, name string, now time.Time) error {
	return q.insertFilters(ctx, savedFilterRow{account, list, SavedFilter{Name: name, SavedAt: now}, true})
}

// RenameFilter gives a filter another name, all at once.
func (q *Queries) RenameFilter(ctx context.Context, account, list string, f SavedFilter, name string, now time.Time) error {
	return q.insertFilters(ctx, savedFilterRow{account, list, SavedFilter{Name: f.Name, SavedAt: now}, true},
		savedFilterRow{account, list, SavedFilter{Name: name, Address: f.Address, SavedAt: now}, false})
}

type savedFilterRow struct {
	Account string `ch:"account"`
	List    string `ch:"list"`
	SavedFilter
	Dropped bool `ch:"dropped"`
}

func (q *Queries) insertFilters(ctx context.Context, rows ...savedFilterRow) error {
	return store.Insert(ctx, q.db, "INSERT INTO saved_filters (account, list, name, address, saved_at, dropped)", rows)
}
