package queries

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"

	"jianfu/internal/store"
)

// What several statements read by its name alone is a view. Views hold no data, so they stand outside of the migrations: one whose
// text has changed is made again when a program opens the store. Its comment holds the hash of the text that it was made from.
// What they ask for with parameters is in parts.

//go:embed views/*.sql
var viewFiles embed.FS

// views are their names, each behind those that it reads.
var views = []string{"issues"}

//go:embed migrations/views.sql
var viewsSQL string

type viewRow struct {
	Name    string `ch:"name"`
	Comment string `ch:"comment"`
}

// makeViews makes the views that the store lacks or has otherwise, and returns how many. Behind one that is made, all are, because
// they may read it.
func makeViews(ctx context.Context, db *store.DB) (int, error) {
	rows, err := store.Select[viewRow](ctx, db, viewsSQL, nil)
	if err != nil {
		return 0, fmt.Errorf("read the views: %w", err)
	}
	there := map[string]string{}
	for _, row := range rows {
		there[row.Name] = row.Comment
	}
	made := 0
	for _, name := range views {
		text, err := viewFiles.ReadFile("views/" + name + ".sql")
		if err != nil {
			return made, err
		}
		sum := sha256.Sum256(text)
		hash := hex.EncodeToString(sum[:])
		if there[name] == hash && made == 0 {
			continue
		}
		if err := db.Define(ctx, string(text)+"COMMENT '"+hash+"'"); err != nil {
			return made, fmt.Errorf("make the view %s: %w", name, err)
		}
		made++
	}
	return made, nil
}
