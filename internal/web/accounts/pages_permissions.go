package accounts

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/i18n"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// permissionsContents is the contents of the permission matrix: what each role may do, and what each account may.
type permissionsContents struct {
	kit.Frame
	Roles    []string
	Rights   []permissionRow // by role
	Accounts []permissionRow
	Heads    []string // the rights, as heads of the accounts' table
	Download string
}

// permissionRow is a line of a matrix; Marks are in the order of its columns.
type permissionRow struct {
	Name, Account, Roles, Regions, State string
	Disabled                             bool
	Marks                                []bool
}

// permissionsPage is GET /admin/permissions.
func (s pages) permissionsPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	p := i18n.For(st.Lang)
	rows, err := s.Config.Accounts.Matrix(ctx, kit.AskerOf(c).Principal)
	if err != nil {
		return err
	}
	page := permissionsContents{Frame: s.Frame(c, "permissions", "/admin/permissions", st, p, p.T("web.permissions")), Download: st.URL("/download/permissions/permissions.csv")}
	for _, role := range access.Roles {
		page.Roles = append(page.Roles, p.T("role."+string(role)))
	}
	for _, right := range access.Rights {
		page.Heads = append(page.Heads, p.T("right."+string(right)))
		row := permissionRow{Name: p.T("right." + string(right))}
		for _, role := range access.Roles {
			row.Marks = append(row.Marks, slices.Contains(access.RightsOf(role), right))
		}
		page.Rights = append(page.Rights, row)
	}
	for _, one := range rows {
		row := permissionRow{Name: one.Name, Account: one.Account.Account, Roles: kit.RoleNames(p, one.Roles), Regions: kit.RegionNames(p, one.Regions), State: userState(p, one.Account), Disabled: one.Disabled}
		for _, right := range access.Rights {
			row.Marks = append(row.Marks, slices.Contains(one.Rights, right))
		}
		page.Accounts = append(page.Accounts, row)
	}
	return s.Pages.Send(c, st.Lang, "permissions", page)
}

// permissionsDownload is /download/permissions/permissions.csv and .xlsx.
func (s pages) permissionsDownload(c *fiber.Ctx) error {
	p := i18n.For(s.Here(c).Lang)
	var columns []string
	for _, column := range auth.MatrixColumns() {
		if _, isRight := access.ReadRight(column); isRight {
			columns = append(columns, p.T("right."+column))
		} else {
			columns = append(columns, p.T("web.matrix."+column))
		}
	}
	t := view.Taking{ID: "permissions", Title: p.T("web.permissions"), Columns: columns}
	t.Write = func(table tabular.Table) (int, error) {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		return s.Config.Accounts.ExportMatrix(ctx, kit.AskerOf(c).Principal, table)
	}
	return s.TakeAway(c, t)
}
