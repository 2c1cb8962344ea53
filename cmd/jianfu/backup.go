package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/backup"
)

// newBackupCommand makes backups of a store that is in use, and tries them out.
func newBackupCommand(a *app) *cobra.Command {
	o := backup.Options{Files: []string{etl.KeyName}, Version: version, Now: time.Now, Waiting: a.sayWaiting}
	cmd := &cobra.Command{
		Use:     "backup",
		Short:   a.T("backup.short"),
		Long:    a.T("backup.long"),
		Example: "  jianfu backup --to /backup/jianfu --keep 14\n  jianfu backup --to /backup/jianfu --base latest\n  jianfu backup verify /backup/jianfu/20261130T010000Z",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			db, q, err := a.openToChange(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			if err := a.record(cmd.Context(), q, did(audit.BackupBegun, o.To, "base", o.Base)); err != nil {
				return err
			}
			made, err := backup.Make(cmd.Context(), q, audit.New(q, time.Now), o)
			if err != nil {
				return err
			}
			return a.result(made, func(w io.Writer) { a.printBackup(w, made) })
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.To, "to", "", a.T("backup.flag.to"))
	flags.StringVar(&o.Base, "base", "", a.T("backup.flag.base"))
	flags.IntVar(&o.Keep, "keep", 0, a.T("backup.flag.keep"))
	flags.StringSliceVar(&o.Also, "also", nil, a.T("backup.flag.also"))
	require(cmd, "to")
	cmd.AddCommand(newBackupVerifyCommand(a))
	return cmd
}

func (a *app) printBackup(w io.Writer, made backup.Made) {
	fmt.Fprintln(w, a.T("backup.made", "folder", made.Folder, "at", made.MadeAt.Local().Format(time.DateTime), "rows", a.number(made.Rows), "size", megabytes(made.Bytes),
		"seconds", fmt.Sprintf("%.1f", made.Stood.Seconds())))
	if made.Base != "" {
		fmt.Fprintln(w, a.T("backup.based", "base", made.Base))
	}
	for _, folder := range made.Removed {
		fmt.Fprintln(w, a.T("backup.removed", "folder", folder))
	}
}

func newBackupVerifyCommand(a *app) *cobra.Command {
	var temporary string
	cmd := &cobra.Command{
		Use:     "verify " + a.T("backup.argument.folder"),
		Short:   a.T("backup.verify.short"),
		Long:    a.T("backup.verify.long"),
		Example: "  jianfu backup verify /backup/jianfu/20261130T010000Z",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			restored, err := backup.Verify(cmd.Context(), args[0], temporary, a.storeOptions(), access.CommandLine(osUser()), time.Now)
			if err != nil {
				return err
			}
			return a.result(restored, func(w io.Writer) { a.printRestored(w, "backup.verified", restored) })
		},
	}
	cmd.Flags().StringVar(&temporary, "temporary", "", a.T("backup.flag.temporary"))
	return cmd
}

// newRestoreCommand reads a backup back into an empty data directory.
func newRestoreCommand(a *app) *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:     "restore",
		Short:   a.T("restore.short"),
		Long:    a.T("restore.long"),
		Example: "  jianfu restore --from /backup/jianfu/20261130T010000Z --data /var/lib/jianfu",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			restored, err := backup.Restore(cmd.Context(), from, a.storeOptions(), access.CommandLine(osUser()), time.Now)
			if err != nil {
				return err
			}
			return a.result(restored, func(w io.Writer) {
				a.printRestored(w, "restore.done", restored)
				if len(restored.Also) > 0 {
					fmt.Fprintln(w, a.T("restore.also", "folder", filepath.Join(restored.From, "also")))
				}
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", a.T("restore.flag.from"))
	require(cmd, "from")
	return cmd
}

func (a *app) printRestored(w io.Writer, key string, r backup.Restored) {
	fmt.Fprintln(w, a.T(key, "from", r.From, "at", r.MadeAt.Local().Format(time.DateTime), "tables", r.Tables, "rows", a.number(r.Rows), "entries", r.Entries, "issues", r.Issues))
}
