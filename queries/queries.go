package queries

import (
	"context"
	"embed"
	"io/fs"
	"path"
	"strings"

	_ "embed"

	"jianfu/internal/store"
)

// Queries runs the statements of this package on one store. It holds no state besides and is safe for concurrent use.
type Queries struct{ db *store.DB }

// New makes the callers of a store whose schema is up to date.
func New(db *store.DB) *Queries { return &Queries{db: db} }

// Store is the store that the statements run on.
func (q *Queries) Store() *store.DB { return q.db }

//go:embed schema/*.sql
var schema embed.FS

//go:embed ledger/create.sql
var ledgerCreate string

//go:embed ledger/applied.sql
var ledgerApplied string

// Migrate brings the schema up to date and returns the names of the migrations that it ran; none the second time.
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
	return db.Migrate(ctx, ledger, migrations)
}
