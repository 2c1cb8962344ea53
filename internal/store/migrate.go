package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"text/template"

	"jianfu/internal/fault"
)

// Migration is one step of the schema. Its text is a template of one or more statements, separated by a line of "---",
// in which {{.On}} stands behind a table's name and {{.Engine "MergeTree"}} for its engine, so that the same text makes
// the tables of one machine and of a cluster.
type Migration struct {
	Name string // "0001_loads"; migrations run in the order of their names
	Text string
}

// layout is what differs between one machine and a cluster, the only place that does.
type layout struct{}

// On is the clause that runs DDL on every node.
func (layout) On() string { return "" }

// Engine is the table engine.
func (layout) Engine(name string) string { return name + "()" }

// Ledger holds the statements that remember which migrations have run; package queries gives them.
type Ledger struct {
	Create, Applied, Record string
}

type appliedMigration struct {
	Name string `ch:"name"`
	Hash string `ch:"hash"`
}

// Migrate runs the migrations that have not run yet, in order, and returns their names. A migration that has run is
// never run again; one whose text has changed since is a fault, as is one that this program does not know: then a newer
// program has written the data.
func (db *DB) Migrate(ctx context.Context, ledger Ledger, migrations []Migration) ([]string, error) {
	if err := db.ddl(ctx, ledger.Create); err != nil {
		return nil, fmt.Errorf("create the ledger of migrations: %w", err)
	}
	rows, err := Select[appliedMigration](ctx, db, ledger.Applied, nil)
	if err != nil {
		return nil, fmt.Errorf("read the ledger of migrations: %w", err)
	}
	applied := map[string]string{}
	for _, row := range rows {
		applied[row.Name] = row.Hash
	}
	var ran []string
	for _, m := range migrations {
		sum := sha256.Sum256([]byte(m.Text))
		hash := hex.EncodeToString(sum[:])
		known, done := applied[m.Name]
		delete(applied, m.Name)
		if done {
			if known != hash {
				return ran, fault.New("schema_changed", "migration", m.Name)
			}
			continue
		}
		for statement := range strings.SplitSeq(m.Text, "\n---\n") {
			if err := db.ddl(ctx, statement); err != nil {
				return ran, fmt.Errorf("migration %s: %w", m.Name, err)
			}
		}
		if err := Insert(ctx, db, ledger.Record, []appliedMigration{{Name: m.Name, Hash: hash}}); err != nil {
			return ran, fmt.Errorf("record migration %s: %w", m.Name, err)
		}
		ran = append(ran, m.Name)
	}
	for name := range applied {
		return ran, fault.New("schema_newer", "migration", name)
	}
	return ran, nil
}

func (db *DB) ddl(ctx context.Context, text string) error {
	t, err := template.New("ddl").Parse(text)
	if err != nil {
		return err
	}
	var statement strings.Builder
	if err := t.Execute(&statement, db.layout); err != nil {
		return err
	}
	return db.conn.Exec(ctx, statement.String())
}
