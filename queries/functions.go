package queries

import (
	"context"
	"embed"
	_ "embed"
	"fmt"
	"strings"

	"jianfu/internal/store"
)

// A rule that several statements need is a function of the engine: what a reader's scope is, what a view is narrowed to, in
// which state a unit is. The engine puts its text into the statement before it plans it, so that partitions are left out and
// keys are used as if the rule stood there. Its functions belong to the engine as a whole and not to a database; of two
// programs of different versions that work on one server, the one that started last has defined them.

//go:embed functions/*.sql
var functionFiles embed.FS

//go:embed migrations/missing_functions.sql
var missingFunctionsSQL string

type functionRow struct {
	Definition string `ch:"definition"`
}

// DefineFunctions is the part of Migrate that a store needs before its tables are read back from a backup: views are made of functions.
func DefineFunctions(ctx context.Context, db *store.DB) error {
	_, err := define(ctx, db)
	return err
}

// define gives the engine the functions that it lacks or has otherwise, and returns how many.
func define(ctx context.Context, db *store.DB) (int, error) {
	files, err := functionFiles.ReadDir("functions")
	if err != nil {
		return 0, err
	}
	definitions := make([]string, len(files))
	for i, file := range files {
		text, err := functionFiles.ReadFile("functions/" + file.Name())
		if err != nil {
			return 0, err
		}
		definitions[i] = string(text)
	}
	missing, err := store.Select[functionRow](ctx, db, missingFunctionsSQL, store.Params{"definitions": definitions})
	if err != nil {
		return 0, fmt.Errorf("read the engine's functions: %w", err)
	}
	for _, m := range missing {
		if err := db.Exec(ctx, strings.Replace(m.Definition, "CREATE", "CREATE OR REPLACE", 1), nil); err != nil {
			return 0, fmt.Errorf("define a function: %w", err)
		}
	}
	return len(missing), nil
}
