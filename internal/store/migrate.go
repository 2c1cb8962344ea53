package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"jianfu/internal/problem"
)

// Migration is one step of the schema. Its text is a template of one or more statements, separated by a line of "---",
// in which {{.On}} stands behind a table's name, {{.Engine "MergeTree"}} for its engine, with arguments behind it, and {{.Once}} at the end of a table
// that InsertOnce writes to, so that the same text makes the tables of one machine and of a cluster.
type Migration struct {
	Name string // "0001_loads"; migrations run in the order of their names
	Text string
}

// layout is what differs between one machine and a cluster, the only place that does.
type layout struct{}

// On is the clause that runs DDL on every node.
func (layout) On() string { return "" }

// Engine is the table engine, with its arguments.
func (layout) Engine(name string, arguments ...string) string {
	return name + "(" + strings.Join(arguments, ", ") + ")"
}

// Ledger holds the statements that remember which migrations have run; package queries gives them.
type Ledger struct {
	Create, Applied, Record string
}

// Once makes a table remember the tokens of its last inserts, so that of two with the same token one is kept.
func (layout) Once() string { return "SETTINGS non_replicated_deduplication_window = 10000" }

type appliedMigration struct {
	Name string `ch:"name"`
	Hash string `ch:"hash"`
}

// schemaLock is the file whose lock the one program holds that changes the schema: two that are started at the same time
// on a new store take turns.
const schemaLock = "schema.lock"

// codeUnknownTable is ClickHouse's UNKNOWN_TABLE.
const codeUnknownTable = 60

// codeTableExists is ClickHouse's TABLE_ALREADY_EXISTS.
const codeTableExists = 57

// Migrate runs the migrations that have not run yet, in order, and returns their names. A migration that has run is
// never run again; one whose text has changed since is a problem, as is one that this program does not know: then a newer
// program has written the data. One that was killed on its way is taken up again.
func (db *DB) Migrate(ctx context.Context, ledger Ledger, migrations []Migration) ([]string, error) {
	pending, err := db.pending(ctx, ledger, migrations)
	if ErrorCode(err) == codeUnknownTable { // a new store
		if err := db.ddl(ctx, ledger.Create); err != nil {
			return nil, fmt.Errorf("create the table of migrations: %w", err)
		}
		pending, err = db.pending(ctx, ledger, migrations)
	}
	if err != nil || len(pending) == 0 { // nothing is defined where nothing has to be: a full disk can still be read
		return nil, err
	}
	release, err := db.LockFile(ctx, schemaLock)
	if err != nil {
		return nil, err
	}
	defer release()
	if pending, err = db.pending(ctx, ledger, migrations); err != nil { // another program may have been faster
		return nil, err
	}
	var ran []string
	for _, m := range pending {
		if err := db.migrate(ctx, ledger, m); err != nil {
			return ran, fmt.Errorf("migration %s: %w", m.Name, err)
		}
		ran = append(ran, m.Name)
	}
	return ran, nil
}

// pending lists the migrations that have not run, and refuses a store that another version of the program has made.
func (db *DB) pending(ctx context.Context, ledger Ledger, migrations []Migration) ([]Migration, error) {
	rows, err := Select[appliedMigration](ctx, db, ledger.Applied, nil)
	if err != nil {
		return nil, fmt.Errorf("read the table of migrations: %w", err)
	}
	applied := map[string]string{}
	for _, row := range rows {
		applied[row.Name] = row.Hash
	}
	var pending []Migration
	for _, m := range migrations {
		hash, done := applied[m.Name]
		delete(applied, m.Name)
		switch {
		case !done:
			pending = append(pending, m)
		case hash != m.hash():
			return nil, problem.New("schema_changed", "migration", m.Name)
		}
	}
	if unknown := slices.Sorted(maps.Keys(applied)); len(unknown) > 0 {
		return nil, problem.New("schema_newer", "migration", unknown[len(unknown)-1])
	}
	return pending, nil
}

// migrate runs one migration and notes it. A table that is there already was made by a run that was killed before it
// could note it.
func (db *DB) migrate(ctx context.Context, ledger Ledger, m Migration) error {
	for statement := range strings.SplitSeq(m.Text, "\n---\n") {
		if err := db.ddl(ctx, statement); err != nil && ErrorCode(err) != codeTableExists {
			return err
		}
	}
	if err := Insert(ctx, db, ledger.Record, []appliedMigration{{Name: m.Name, Hash: m.hash()}}); err != nil {
		return fmt.Errorf("note it: %w", err)
	}
	return nil
}

func (m Migration) hash() string {
	sum := sha256.Sum256([]byte(m.Text))
	return hex.EncodeToString(sum[:])
}

// Define runs a statement that defines something and holds no data, with what a migration's text may have in it. Two programs that
// are started at the same time may both run it.
func (db *DB) Define(ctx context.Context, text string) error { return db.ddl(ctx, text) }

func (db *DB) ddl(ctx context.Context, text string) error {
	t, err := template.New("ddl").Parse(text)
	if err != nil {
		return err
	}
	var statement strings.Builder
	if err := t.Execute(&statement, db.layout); err != nil {
		return err
	}
	return db.explained(db.conn.Exec(ctx, statement.String()))
}
