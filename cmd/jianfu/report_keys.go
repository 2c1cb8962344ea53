package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/exchange"
	"jianfu/internal/region"
	"jianfu/queries"
)

// newReportKeysCommand keeps the keys that packages are signed with.
func newReportKeysCommand(a *app) *cobra.Command {
	return group(&cobra.Command{
		Use:   "keys",
		Short: a.T("exchange.keys.short"),
		Long:  a.T("exchange.keys.long"),
	}, newReportKeysNewCommand(a), newReportKeysShowCommand(a), newReportKeysTrustCommand(a), newReportKeysListCommand(a), newReportKeysRevokeCommand(a))
}

func newReportKeysNewCommand(a *app) *cobra.Command {
	var card exchange.Card
	var replace bool
	cmd := &cobra.Command{
		Use:     "new",
		Short:   a.T("exchange.keys.new.short"),
		Long:    a.T("exchange.keys.new.long"),
		Example: "  jianfu report keys new --region 320000 --organisation 江苏省税务局 --name 2019",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.exchanged(cmd.Context(), func(office *exchange.Office, _ *queries.Queries, p access.Principal) error {
				made, err := office.NewKey(cmd.Context(), p, card, replace)
				if err != nil {
					return err
				}
				return a.result(made, func(w io.Writer) {
					fmt.Fprintln(w, a.T("exchange.keys.made", "fingerprint", exchange.Grouped(made.Fingerprint)))
				})
			})
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&card.Region, "region", "", a.T("exchange.flag.key_region"))
	flags.StringVar(&card.Organisation, "organisation", "", a.T("exchange.flag.organisation"))
	flags.StringVar(&card.Name, "name", "", a.T("exchange.flag.key_name"))
	flags.BoolVar(&replace, "replace", false, a.T("exchange.flag.replace"))
	require(cmd, "region", "organisation", "name")
	return cmd
}

func newReportKeysShowCommand(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "show",
		Short:   a.T("exchange.keys.show.short"),
		Example: "  jianfu report keys show --out jiangsu.pem",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.exchanged(cmd.Context(), func(office *exchange.Office, _ *queries.Queries, _ access.Principal) error {
				card, err := office.OwnCard()
				if err != nil {
					return err
				}
				if out != "" {
					if err := writeWhole(out, card.Text()); err != nil {
						return err
					}
				}
				return a.result(card, func(w io.Writer) { fmt.Fprint(w, string(card.Text())) })
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", a.T("exchange.flag.card"))
	return cmd
}

func newReportKeysTrustCommand(a *app) *cobra.Command {
	var fingerprint string
	cmd := &cobra.Command{
		Use:     "trust " + a.T("exchange.argument.card"),
		Short:   a.T("exchange.keys.trust.short"),
		Long:    a.T("exchange.keys.trust.long"),
		Example: "  jianfu report keys trust jiangsu.pem --fingerprint '1f0c 9a3e 5b77 20c4 8d11 6e0a 93f2 4bd8'",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := exchange.ReadFile(args[0])
			if err != nil {
				return err
			}
			card, err := exchange.ReadCard(text)
			if err != nil {
				return err
			}
			return a.exchanged(cmd.Context(), func(office *exchange.Office, _ *queries.Queries, p access.Principal) error {
				key, err := office.Trust(cmd.Context(), p, card, fingerprint)
				if err != nil {
					return err
				}
				return a.result(key, func(w io.Writer) {
					fmt.Fprintln(w, a.T("exchange.keys.trusted", "organisation", key.Organisation, "region", region.Name(key.Region), "name", key.Name))
				})
			})
		},
	}
	cmd.Flags().StringVar(&fingerprint, "fingerprint", "", a.T("exchange.flag.fingerprint"))
	require(cmd, "fingerprint")
	return cmd
}

func newReportKeysListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   a.T("exchange.keys.list.short"),
		Example: "  jianfu report keys list",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.exchanged(cmd.Context(), func(office *exchange.Office, _ *queries.Queries, p access.Principal) error {
				keys, err := office.Keys(cmd.Context(), p)
				if err != nil {
					return err
				}
				if keys == nil {
					keys = []queries.ExchangeKey{}
				}
				return a.result(keys, func(w io.Writer) { a.printKeys(w, keys) })
			})
		},
	}
}

func (a *app) printKeys(w io.Writer, keys []queries.ExchangeKey) {
	names := dashboards.NewNames(a.printer)
	for _, k := range keys {
		fmt.Fprintln(w, a.T("exchange.keys.row", "fingerprint", exchange.Grouped(k.Fingerprint), "state", a.T("exchange.key."+k.Step), "organisation", k.Organisation,
			"region", region.Name(k.Region), "name", k.Name, "at", dashboards.Moment(k.At), "by", names.Actor(k.Account), "note", k.Note))
	}
	if len(keys) == 0 {
		fmt.Fprintln(w, a.T("exchange.keys.none"))
	}
}

func newReportKeysRevokeCommand(a *app) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:     "revoke " + a.T("exchange.argument.fingerprint"),
		Short:   a.T("exchange.keys.revoke.short"),
		Long:    a.T("exchange.keys.revoke.long"),
		Example: "  jianfu report keys revoke 1f0c9a3e --reason lost",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.exchanged(cmd.Context(), func(office *exchange.Office, _ *queries.Queries, p access.Principal) error {
				key, err := office.Revoke(cmd.Context(), p, args[0], reason)
				if err != nil {
					return err
				}
				return a.result(key, func(w io.Writer) {
					fmt.Fprintln(w, a.T("exchange.keys.revoked", "organisation", key.Organisation, "name", key.Name))
				})
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", a.T("exchange.flag.reason"))
	require(cmd, "reason")
	return cmd
}
