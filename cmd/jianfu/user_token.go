package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
)

// newUserTokenCommand keeps API tokens.
func newUserTokenCommand(a *app) *cobra.Command {
	return group(&cobra.Command{
		Use:   "token",
		Short: a.T("user.token.short"),
	}, newUserTokenAddCommand(a), newUserTokenListCommand(a), newUserTokenRevokeCommand(a))
}

// tokenResult is what `user token add --json` prints.
type tokenResult struct {
	auth.Token
	Text string `json:"text"`
}

func newUserTokenAddCommand(a *app) *cobra.Command {
	var n auth.NewToken
	var rights, scope string
	cmd := &cobra.Command{
		Use:     "add " + a.T("user.argument.account"),
		Short:   a.T("user.token.add.short"),
		Example: "  jianfu user token add wang.fang --label nightly --rights figures.aggregate,export --days 90",
		Args:    arguments(1, 1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if n.Rights, err = readRights(rights); err != nil {
			return err
		}
		if n.Regions, err = access.ReadRegions(scope); err != nil {
			return err
		}
		return a.accounts(cmd.Context(), func(s *auth.Service, _ *audit.Log, by access.Principal) error {
			text, token, err := s.CreateToken(cmd.Context(), by, args[0], n)
			if err != nil {
				return err
			}
			return a.result(tokenResult{token, text}, func(w io.Writer) {
				fmt.Fprintln(w, a.T("user.token.added", "token", token.ID, "expires", token.ExpiresAt.Format(time.DateOnly)))
				fmt.Fprintln(w, text)
			})
		})
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&n.Label, "label", "", a.T("user.flag.label"))
	flags.StringVar(&rights, "rights", "", a.T("user.flag.rights"))
	flags.StringVar(&scope, "scope", "", a.T("user.flag.scope"))
	flags.IntVar(&n.Days, "days", 90, a.T("user.flag.days"))
	require(cmd, "label")
	return cmd
}

func newUserTokenListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list [" + a.T("user.argument.account") + "]",
		Short: a.T("user.token.list.short"),
		Args:  arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			account := strings.Join(args, "")
			return a.accounts(cmd.Context(), func(s *auth.Service, _ *audit.Log, by access.Principal) error {
				tokens, err := s.Tokens(cmd.Context(), by, account)
				if err != nil {
					return err
				}
				return a.result(tokens, func(w io.Writer) { a.printTokens(w, tokens) })
			})
		},
	}
}

func (a *app) printTokens(w io.Writer, tokens []auth.Token) {
	if len(tokens) == 0 {
		fmt.Fprintln(w, a.T("user.token.none"))
	}
	for _, t := range tokens {
		state := ""
		switch {
		case t.Revoked:
			state = a.T("user.token.state.revoked")
		case !time.Now().Before(t.ExpiresAt):
			state = a.T("user.token.state.expired")
		}
		rights := make([]string, len(t.Rights))
		for i, right := range t.Rights {
			rights[i] = string(right)
		}
		fmt.Fprintln(w, a.T("user.token.line", "token", t.ID, "account", t.Account, "label", t.Label, "rights", strings.Join(rights, ","),
			"expires", t.ExpiresAt.Format(time.DateOnly), "state", state))
	}
}

func newUserTokenRevokeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "revoke " + a.T("user.argument.token"),
		Short: a.T("user.token.revoke.short"),
		Args:  arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.accounts(cmd.Context(), func(s *auth.Service, _ *audit.Log, by access.Principal) error {
				if err := s.RevokeToken(cmd.Context(), by, args[0]); err != nil {
					return err
				}
				return a.result(map[string]string{"token": args[0]}, func(w io.Writer) {
					fmt.Fprintln(w, a.T("user.token.revoked", "token", args[0]))
				})
			})
		},
	}
}
