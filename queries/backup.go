package queries

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// Table is a table or a view of a store.
type Table struct {
	Name      string `ch:"name" json:"name"`
	HoldsRows bool   `ch:"holds_rows" json:"holds_rows"` // a view does not
}

//go:embed backup/tables.sql
var tablesSQL string

// Tables lists what the store consists of.
func (q *Queries) Tables(ctx context.Context) ([]Table, error) {
	return store.Select[Table](ctx, q.db, tablesSQL, nil)
}

//go:embed backup/database.sql
var databaseSQL string

type databaseRow struct {
	Database string `ch:"database"`
}

// Database is the name of the store's database.
func (q *Queries) Database(ctx context.Context) (string, error) {
	row, err := store.One[databaseRow](ctx, q.db, databaseSQL, nil)
	return row.Database, err
}

// Total is what a table is compared by: its rows, and the sum of the hashes of all of them.
type Total struct {
	Rows uint64 `ch:"rows" json:"rows"`
	Hash uint64 `ch:"hash" json:"hash,string"`
}

//go:embed backup/total.sql
var totalSQL string

// Total counts a table of the database and sums the hashes of its rows.
func (q *Queries) Total(ctx context.Context, database, name string) (Total, error) {
	return store.One[Total](ctx, q.db, totalSQL, store.Params{"database": database, "name": name})
}

// sessions is the table whose rows are in no backup: who had signed in before signs in again.
const sessions = "sessions"

// Snapshot is the tables as they are at one moment, in a database of their own: their rows are not copied, the files with them
// are held.
type Snapshot struct {
	Database string // of the snapshot
	Of       string
	Tables   []Table
}

// snapshotOf is the database of the snapshot of another.
func snapshotOf(database string) string { return "jianfu_snapshot_of_" + database }

// TakeSnapshot holds the tables as they are now. The caller sees to it that nobody writes meanwhile, for a second or two, and
// drops the snapshot, as the next one does with what a killed one has left.
func (q *Queries) TakeSnapshot(ctx context.Context) (s Snapshot, err error) {
	if s.Tables, err = q.Tables(ctx); err != nil || len(s.Tables) == 0 {
		return s, err
	}
	if s.Of, err = q.Database(ctx); err != nil {
		return s, err
	}
	s.Database = snapshotOf(s.Of)
	if err := q.DropSnapshot(ctx, s); err != nil {
		return s, err
	}
	if err := q.db.Exec(ctx, "CREATE DATABASE "+name(s.Database), nil); err != nil {
		return s, err
	}
	for _, t := range s.Tables {
		way := " CLONE AS "
		switch {
		case !t.HoldsRows:
			continue
		case t.Name == sessions:
			way = " AS "
		}
		if err := q.db.Exec(ctx, "CREATE TABLE "+name(s.Database, t.Name)+way+name(s.Of, t.Name), nil); err != nil {
			return s, fmt.Errorf("hold table %s: %w", t.Name, err)
		}
	}
	return s, nil
}

// DropSnapshot lets the files go.
func (q *Queries) DropSnapshot(ctx context.Context, s Snapshot) error {
	return q.db.Exec(ctx, "DROP DATABASE IF EXISTS "+name(s.Database)+" SYNC", nil)
}

// BackUp has the engine write the snapshot into a folder of the engine's machine, without what the base holds already; without a
// base it is "".
func (q *Queries) BackUp(ctx context.Context, s Snapshot, folder, base string) error {
	var what []string
	for _, t := range s.Tables {
		if t.HoldsRows {
			what = append(what, "TABLE "+name(s.Database, t.Name)+" AS "+name(kept, t.Name))
		} else {
			what = append(what, "TABLE "+name(s.Of, t.Name)+" AS "+name(kept, t.Name))
		}
	}
	return q.begin(ctx, "BACKUP "+strings.Join(what, ", ")+" TO File({folder:String})", folder, base)
}

// kept is what the database is called in a backup.
const kept = "jianfu"

// Restore has the engine read the tables back from a backup.
func (q *Queries) Restore(ctx context.Context, database string, tables []Table, folder, base string) error {
	var what []string
	for _, t := range tables {
		what = append(what, "TABLE "+name(kept, t.Name)+" AS "+name(database, t.Name))
	}
	return q.begin(ctx, "RESTORE "+strings.Join(what, ", ")+" FROM File({folder:String})", folder, base)
}

//go:embed backup/state.sql
var backupStateSQL string

type backupState struct {
	State string `ch:"state"`
	Error string `ch:"error"`
}

// lookEach is how often a backup that goes on is looked at.
const lookEach = 50 * time.Millisecond

// begin starts what may take hours, and waits for its end. When ctx ends before, the engine goes on, and what it writes is not
// taken for a backup.
func (q *Queries) begin(ctx context.Context, statement, folder, base string) error {
	p := store.Params{"folder": folder, "base": base}
	id := "jianfu-" + rand.Text()
	statement += " SETTINGS id = " + text(id)
	if base != "" {
		statement += ", base_backup = File(" + text(base) + ")"
	}
	if err := q.db.Exec(ctx, statement+" ASYNC", p); err != nil {
		return backupFault(err, err.Error(), folder)
	}
	for {
		states, err := store.Select[backupState](ctx, q.db, backupStateSQL, store.Params{"id": id})
		switch {
		case err != nil:
			return err
		case len(states) == 0: // the engine was started anew meanwhile
			return problem.New("backup_engine", "folder", folder, "detail", "the engine ended before it was done")
		case states[0].State == "BACKUP_CREATED", states[0].State == "RESTORED":
			return nil
		case states[0].State != "CREATING_BACKUP" && states[0].State != "RESTORING":
			return backupFault(nil, states[0].Error, folder)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookEach):
		}
	}
}

// backupFault says why the engine could not do it, in its first line.
func backupFault(cause error, detail, folder string) error {
	detail, _, _ = strings.Cut(detail, ", Stack trace")
	if strings.Contains(detail, "is not allowed for backups") {
		return problem.Wrap(cause, "backup_not_allowed", "folder", folder)
	}
	return problem.Wrap(cause, "backup_engine", "folder", folder, "detail", detail)
}

// name quotes the parts of a table's name.
func name(parts ...string) string {
	for i, part := range parts {
		parts[i] = "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(part) + "`"
	}
	return strings.Join(parts, ".")
}

// text quotes a text. Where the engine takes a parameter, that is used.
func text(value string) string {
	return "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(value) + "'"
}
