package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/tabular"
)

// newUserCommand keeps accounts and API tokens. It works beside a running server, which sees every change at once.
func newUserCommand(a *app) *cobra.Command {
	return group(&cobra.Command{
		Use:   "user",
		Short: a.T("user.short"),
		Long:  a.T("user.long"),
	}, newUserAddCommand(a), newUserListCommand(a), newUserChangeCommand(a), newUserDisableCommand(a), newUserEnableCommand(a),
		newUserPasswordCommand(a), newUserConfirmCommand(a), newUserSignOutCommand(a), newUserMatrixCommand(a), newUserTokenCommand(a))
}

// accounts opens the store and its accounts for the time of act, which acts as the command line of whoever runs it.
func (a *app) accounts(ctx context.Context, act func(s *auth.Service, log *audit.Log, by access.Principal) error) (err error) {
	db, q, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	log := audit.New(q, time.Now)
	return act(auth.New(q, log, time.Now, auth.Options{}), log, access.CommandLine(osUser()))
}

// osUser is who runs the command, for the audit log: behind sudo the person, too.
func osUser() string {
	name := "?"
	if current, err := user.Current(); err == nil {
		name = current.Username
	}
	if sudo := os.Getenv("SUDO_USER"); sudo != "" && sudo != name {
		name += "/" + sudo
	}
	return name
}

// grantFlags are the flags that say what an account is given.
type grantFlags struct{ name, roles, scope string }

func (g *grantFlags) bind(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&g.roles, "role", "", a.T("user.flag.role"))
	flags.StringVar(&g.scope, "scope", "", a.T("user.flag.scope"))
	flags.StringVar(&g.name, "name", "", a.T("user.flag.name"))
}

// readRoles reads roles with commas between; the store refuses those that there are not.
func readRoles(text string) []access.Role {
	roles := []access.Role{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '，' }) {
		roles = append(roles, access.Role(word))
	}
	return roles
}

func newUserAddCommand(a *app) *cobra.Command {
	var grant grantFlags
	var p passwordFlags
	cmd := &cobra.Command{
		Use:   "add " + a.T("user.argument.account"),
		Short: a.T("user.add.short"),
		Long:  a.T("user.add.long"),
		Example: "  jianfu user add wang.fang --role inspector --scope 320500,320600\n" +
			"  jianfu user add admin --role sysadmin --generate",
		Args: arguments(1, 1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		regions, err := access.ReadRegions(grant.scope)
		if err != nil {
			return err
		}
		return a.accounts(cmd.Context(), func(s *auth.Service, _ *audit.Log, by access.Principal) error {
			password, err := a.newPassword(args[0], &p)
			if err != nil {
				return err
			}
			created, err := s.Create(cmd.Context(), by, auth.NewAccount{Account: args[0], Name: grant.name, Roles: readRoles(grant.roles),
				Regions: regions, Password: password, MustChange: !p.keep})
			if err != nil {
				return err
			}
			return a.result(withPassword(created, password, p.generate), func(w io.Writer) {
				fmt.Fprintln(w, a.T("user.added", "account", created.Account, "roles", a.roles(created.Roles), "regions", a.regions(created.Regions)))
				a.printPassword(w, password, &p)
			})
		})
	}
	grant.bind(a, cmd)
	p.bind(a, cmd)
	require(cmd, "role")
	return cmd
}

// accountResult is what `user add --json` and `user passwd --json` print.
type accountResult struct {
	auth.Account
	Password string `json:"generated_password,omitempty"`
}

func withPassword(account auth.Account, password string, generated bool) accountResult {
	if !generated {
		password = ""
	}
	return accountResult{account, password}
}

func newUserListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: a.T("user.list.short"),
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.accounts(cmd.Context(), func(s *auth.Service, _ *audit.Log, by access.Principal) error {
				accounts, err := s.Accounts(cmd.Context(), by)
				if err != nil {
					return err
				}
				return a.result(accounts, func(w io.Writer) { a.printAccounts(w, accounts) })
			})
		},
	}
}

func (a *app) printAccounts(w io.Writer, accounts []auth.Account) {
	if len(accounts) == 0 {
		fmt.Fprintln(w, a.T("user.none"))
	}
	for _, one := range accounts {
		state := ""
		if one.Disabled {
			state += a.T("user.state.disabled")
		}
		if one.MustChange {
			state += a.T("user.state.must_change")
		}
		if one.Unconfirmed() {
			state += a.T("user.state.unconfirmed")
		}
		if one.HasIdentity {
			state += a.T("user.state.identity")
		}
		fmt.Fprintln(w, a.T("user.line", "account", one.Account, "name", one.Name, "roles", a.roles(one.Roles),
			"regions", a.regions(one.Regions), "state", state))
	}
}

// roles are roles in the user's language.
func (a *app) roles(roles []access.Role) string {
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = a.T("role." + string(role))
	}
	return strings.Join(words, ", ")
}

// regions are regions by code and name.
func (a *app) regions(codes []string) string {
	if len(codes) == 0 {
		return a.T("user.regions.none")
	}
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = strings.TrimSpace(code + " " + region.NameIn(a.printer.Language(), code))
		if code == "000000" {
			words[i] = a.T("user.regions.all")
		}
	}
	return strings.Join(words, ", ")
}

func newUserChangeCommand(a *app) *cobra.Command {
	var grant grantFlags
	cmd := &cobra.Command{
		Use:     "change " + a.T("user.argument.account"),
		Short:   a.T("user.change.short"),
		Example: "  jianfu user change wang.fang --scope 320500\n  jianfu user change wang.fang --role inspector,reporter",
		Args:    arguments(1, 1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var c auth.Change
		if cmd.Flags().Changed("name") {
			c.Name = &grant.name
		}
		if cmd.Flags().Changed("role") {
			c.Roles = readRoles(grant.roles)
		}
		if cmd.Flags().Changed("scope") {
			regions, err := access.ReadRegions(grant.scope)
			if err != nil {
				return err
			}
			c.Regions = regions
		}
		if c.Name == nil && c.Roles == nil && c.Regions == nil {
			return misused(cmd, "flags_missing", "flags", "--role --scope --name")
		}
		return a.changeAccount(cmd.Context(), args[0], c, "user.changed")
	}
	grant.bind(a, cmd)
	return cmd
}

// changeAccount changes an account and says so with the text of key.
func (a *app) changeAccount(ctx context.Context, account string, c auth.Change, key string) error {
	return a.accounts(ctx, func(s *auth.Service, _ *audit.Log, by access.Principal) error {
		changed, err := s.Change(ctx, by, account, c)
		if err != nil {
			return err
		}
		return a.result(changed, func(w io.Writer) {
			fmt.Fprintln(w, a.T(key, "account", changed.Account, "roles", a.roles(changed.Roles), "regions", a.regions(changed.Regions)))
		})
	})
}

func newUserDisableCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "disable " + a.T("user.argument.account"),
		Short: a.T("user.disable.short"),
		Args:  arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			yes := true
			return a.changeAccount(cmd.Context(), args[0], auth.Change{Disabled: &yes}, "user.disabled")
		},
	}
}

func newUserEnableCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "enable " + a.T("user.argument.account"),
		Short: a.T("user.enable.short"),
		Args:  arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			no := false
			return a.changeAccount(cmd.Context(), args[0], auth.Change{Disabled: &no}, "user.enabled")
		},
	}
}

func newUserPasswordCommand(a *app) *cobra.Command {
	var p passwordFlags
	cmd := &cobra.Command{
		Use:   "passwd " + a.T("user.argument.account"),
		Short: a.T("user.passwd.short"),
		Long:  a.T("user.add.long"),
		Args:  arguments(1, 1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.accounts(cmd.Context(), func(s *auth.Service, _ *audit.Log, by access.Principal) error {
			if _, err := s.Account(cmd.Context(), by, args[0]); err != nil { // before anybody types
				return err
			}
			password, err := a.newPassword(args[0], &p)
			if err != nil {
				return err
			}
			if err := s.ResetPassword(cmd.Context(), by, args[0], password, !p.keep); err != nil {
				return err
			}
			account, err := s.Account(cmd.Context(), by, args[0])
			if err != nil {
				return err
			}
			return a.result(withPassword(account, password, p.generate), func(w io.Writer) {
				fmt.Fprintln(w, a.T("user.passwd.done", "account", account.Account))
				a.printPassword(w, password, &p)
			})
		})
	}
	p.bind(a, cmd)
	return cmd
}

// newUserConfirmCommand is the second person where a bureau has one system administrator.
func newUserConfirmCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "confirm " + a.T("user.argument.account") + " " + a.T("user.argument.code"),
		Short:   a.T("user.confirm.short"),
		Example: "  jianfu user confirm wang.fang 493027",
		Args:    arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.accounts(cmd.Context(), func(s *auth.Service, _ *audit.Log, by access.Principal) error {
				if err := s.Confirm(cmd.Context(), by, args[0], args[1]); err != nil {
					return err
				}
				return a.result(map[string]string{"account": args[0]}, func(w io.Writer) {
					fmt.Fprintln(w, a.T("user.confirm.done", "account", args[0]))
				})
			})
		},
	}
}

func newUserSignOutCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "signout " + a.T("user.argument.account"),
		Short: a.T("user.signout.short"),
		Args:  arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.accounts(cmd.Context(), func(s *auth.Service, _ *audit.Log, by access.Principal) error {
				if err := s.SignOutEverywhere(cmd.Context(), by, args[0]); err != nil {
					return err
				}
				return a.result(map[string]string{"account": args[0]}, func(w io.Writer) {
					fmt.Fprintln(w, a.T("user.signout.done", "account", args[0]))
				})
			})
		},
	}
}

func newUserMatrixCommand(a *app) *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use:     "matrix",
		Short:   a.T("user.matrix.short"),
		Example: "  jianfu user matrix --format xlsx --out permissions.xlsx",
		Args:    arguments(0, 0),
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if !slices.Contains(tabular.Formats, format) {
			return misused(cmd, "export_format", "format", format, "known", strings.Join(tabular.Formats, ", "))
		}
		return a.accounts(cmd.Context(), func(s *auth.Service, log *audit.Log, by access.Principal) error {
			if err := log.Append(cmd.Context(), audit.By(by, audit.Exported, "permission matrix", "format", format)); err != nil {
				return err
			}
			rows := 0
			write := func(w io.Writer) error {
				table, err := tabular.NewTable(w, format, auth.MatrixColumns())
				if err != nil {
					return err
				}
				if rows, err = s.ExportMatrix(cmd.Context(), by, table); err != nil {
					return err
				}
				return table.Close()
			}
			if out == "-" {
				return write(a.out)
			}
			if err := tabular.File(out, write); err != nil {
				return err
			}
			return a.result(map[string]any{"rows": rows, "file": out}, func(w io.Writer) {
				fmt.Fprintln(w, a.T("user.matrix.done", "rows", rows, "file", out))
			})
		})
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&format, "format", "csv", a.T("user.flag.format"))
	flags.StringVar(&out, "out", "", a.T("user.flag.out"))
	require(cmd, "out")
	return cmd
}

// readRights reads rights with commas between.
func readRights(text string) ([]access.Right, error) {
	var rights []access.Right
	for _, role := range readRoles(text) { // written alike
		right, ok := access.ReadRight(string(role))
		if !ok {
			return nil, problem.New("token_right", "right", role)
		}
		rights = append(rights, right)
	}
	return rights, nil
}
