package queries

import (
	"context"
	_ "embed"
	"strings"

	"jianfu/internal/store"
)

//go:embed server/rights.sql
var rightsSQL string

type grantedRow struct {
	Granted bool `ch:"result"`
}

// MissingRights lists what a server's account is not allowed to do and the product needs, as the server writes it:
// CREATE FUNCTION ON *.*.
func (q *Queries) MissingRights(ctx context.Context) (missing []string, err error) {
	_, statements, _ := strings.Cut(rightsSQL, "\n") // without what they are for
	for statement := range strings.SplitSeq(strings.TrimSpace(statements), "\n---\n") {
		row, err := store.One[grantedRow](ctx, q.db, statement, nil)
		if err != nil {
			return nil, err
		}
		if !row.Granted {
			missing = append(missing, strings.TrimPrefix(statement, "CHECK GRANT "))
		}
	}
	return missing, nil
}
