package auth

import (
	"context"
	"slices"
	"strings"

	"jianfu/internal/access"
	"jianfu/internal/tabular"
)

// MatrixRow is one line of the permission matrix: an account with everything that it may do, and where.
type MatrixRow struct {
	Account
	Rights []access.Right `json:"rights"` // none while the account is disabled
}

// Matrix is the permission matrix of the accounts that the principal may know of, in the order of their names.
func (s *Service) Matrix(ctx context.Context, by access.Principal) ([]MatrixRow, error) {
	accounts, err := s.Accounts(ctx, by)
	if err != nil {
		return nil, err
	}
	rows := make([]MatrixRow, len(accounts))
	for i, a := range accounts {
		rows[i] = MatrixRow{a, []access.Right{}}
		if !a.Disabled {
			rows[i].Rights = access.RightsOf(a.Roles...)
		}
	}
	return rows, nil
}

// MatrixColumns are the columns of the exported matrix: the account, then each right with "x" or nothing.
func MatrixColumns() []string {
	return append([]string{"account", "name", "state", "roles", "regions", "changed_at", "changed_by"}, wordsOf(access.Rights)...)
}

// ExportMatrix writes the permission matrix into a table and returns how many rows. The caller has recorded the export
// with its reason.
func (s *Service) ExportMatrix(ctx context.Context, by access.Principal, table tabular.Table) (int, error) {
	if err := by.Require(access.Export); err != nil {
		return 0, err
	}
	rows, err := s.Matrix(ctx, by)
	if err != nil {
		return 0, err
	}
	for i, row := range rows {
		state := "active"
		if row.Disabled {
			state = "disabled"
		}
		cells := []any{row.Account.Account, row.Name, state, strings.Join(wordsOf(row.Roles), " "), strings.Join(row.Regions, " "),
			row.ChangedAt.Format("2006-01-02T15:04:05Z"), row.ChangedBy}
		for _, right := range access.Rights {
			mark := ""
			if slices.Contains(row.Rights, right) {
				mark = "x"
			}
			cells = append(cells, mark)
		}
		if err := table.Row(cells...); err != nil {
			return i, err
		}
	}
	return len(rows), nil
}
