package queries

import (
	"context"
	"embed"
	"io/fs"
	"path"
	"strings"

	_ "embed"

	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/store"
)

// Queries runs the statements of this package on one store. It is safe for concurrent use.
type Queries struct {
	db    *store.DB
	least uint64 // persons that an issue must be about to be shown to who sees only sums
}

// New makes the callers of a store whose schema is up to date.
func New(db *store.DB) *Queries { return &Queries{db: db, least: disclosure.Least} }

// ConcealBelow sets from how many persons on issues are shown to who sees only sums, before anything is asked.
func (q *Queries) ConcealBelow(persons int64) { q.least = uint64(persons) } //nolint:gosec // a few

// leastFor is from how many persons on a scope's reader is shown an issue: any, for who may see records.
func (q *Queries) leastFor(scope filter.Scope) uint64 {
	if scope.ConcealsFew() {
		return q.least
	}
	return 0
}

// Store is the store that the statements run on.
func (q *Queries) Store() *store.DB { return q.db }

//go:embed schema/*.sql
var schema embed.FS

//go:embed migrations/create.sql
var ledgerCreate string

//go:embed migrations/applied.sql
var ledgerApplied string

// Migrate brings the schema, the functions and the views up to date and returns the names of the migrations that it ran; none the second
// time.
func Migrate(ctx context.Context, db *store.DB) ([]string, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	migrations := make([]store.Migration, len(names))
	for i, name := range names {
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil, err
		}
		migrations[i] = store.Migration{Name: strings.TrimSuffix(path.Base(name), ".sql"), Text: string(text)}
	}
	ledger := store.Ledger{
		Create:  ledgerCreate,
		Applied: ledgerApplied,
		Record:  "INSERT INTO schema_migrations (name, hash)",
	}
	ran, err := db.Migrate(ctx, ledger, migrations)
	if err != nil {
		return ran, err
	}
	if _, err = define(ctx, db); err != nil {
		return ran, err
	}
	_, err = makeViews(ctx, db)
	return ran, err
}
