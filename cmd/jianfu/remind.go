package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"jianfu/internal/config"
	"jianfu/internal/disclosure"
	"jianfu/internal/notice"
	"jianfu/queries"
)

// newRemindCommand makes one round of notices, for cron.
func newRemindCommand(a *app) *cobra.Command {
	var reminders string
	var leastPersons int64
	cmd := &cobra.Command{
		Use:     "remind",
		Short:   a.T("remind.short"),
		Long:    a.T("remind.long"),
		Example: "  jianfu remind\n  jianfu remind --reminders reminders.yaml",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			options, err := remindersIn(reminders)
			if err != nil {
				return err
			}
			db, q, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			q.ConcealBelow(leastPersons)
			notices, err := a.notices(q, options, slog.New(a.logHandler()))
			if err != nil {
				return err
			}
			result, err := notices.Round(cmd.Context())
			if err != nil {
				return err
			}
			if err := a.result(result, func(w io.Writer) { a.printRound(w, result) }); err != nil {
				return err
			}
			return differences(nil, result.Failed+result.Refused+result.NotCounted)
		},
	}
	cmd.Flags().StringVar(&reminders, "reminders", "", a.T("remind.flag.reminders"))
	cmd.Flags().Int64Var(&leastPersons, "least-persons", disclosure.Least, a.T("web.flag.least_persons"))
	return cmd
}

// notices are those of a store, with the working days and limits that the flags name.
func (a *app) notices(q *queries.Queries, o notice.Options, log *slog.Logger) (*notice.Notices, error) {
	calendar, limits, err := a.deadlines()
	if err != nil {
		return nil, err
	}
	return notice.New(q, calendar, limits, time.Now, log, o)
}

// remindersIn reads how notices leave the house; without a file they do not.
func remindersIn(file string) (notice.Options, error) {
	if file == "" {
		return notice.Options{}, nil
	}
	settings, err := config.ReadReminders(file)
	if err != nil {
		return notice.Options{}, err
	}
	o := notice.Options{Address: settings.Address}
	if m := settings.Mail; m != nil {
		o.Mail = (*notice.Mail)(m)
	}
	if w := settings.Webhook; w != nil {
		o.Webhook = (*notice.Webhook)(w)
	}
	return o, nil
}

func (a *app) printRound(w io.Writer, r notice.Result) {
	if r.Busy {
		fmt.Fprintln(w, a.T("remind.busy"))
		return
	}
	fmt.Fprintln(w, a.T("remind.done", "told", r.Told, "sent", r.Sent, "failed", r.Failed, "refused", r.Refused))
	if r.NotCounted > 0 {
		fmt.Fprintln(w, a.printer.N("remind.uncounted", r.NotCounted))
	}
}
