package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"jianfu/internal/audit"
	"jianfu/internal/engine"
	"jianfu/internal/store"
	"jianfu/queries"
)

// The outcomes of a check.
const (
	checkGood = "good"
	checkWarn = "warn"
	checkBad  = "bad"
)

// leastFree is the free space below which loading a province's month may not fit, in bytes.
const leastFree = 5 << 30

// check is one line of the doctor's findings; its name is the key of its title.
type check struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"`
}

func newDoctorCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: a.T("cli.doctor.short"),
		Long:  a.T("cli.doctor.long"),
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks := []check{a.checkVersion(), a.checkEngine(cmd.Context()), a.checkDataDirectory(), a.checkDisk(), a.checkAudit(cmd.Context())}
			if err := a.result(checks, func(w io.Writer) { a.printChecks(w, checks) }); err != nil {
				return err
			}
			for _, c := range checks {
				if c.Outcome == checkBad {
					return errDifferences
				}
			}
			return nil
		},
	}
}

func (a *app) printChecks(w io.Writer, checks []check) {
	for _, c := range checks {
		fmt.Fprintf(w, "%s %s%s\n", a.T("cli.doctor."+c.Outcome), a.T("cli.doctor.check."+c.Name), c.Detail)
	}
}

func (a *app) checkVersion() check {
	b := thisBuild()
	return check{"version", checkGood, fmt.Sprintf("jianfu %s, %s, %s", b.Version, b.Go, b.Platform)}
}

// checkEngine asks the engine that runs on the data directory, or starts one on a directory of its own, which shows
// that the library is there, fits this machine and loads.
func (a *app) checkEngine(ctx context.Context) check {
	c := check{Name: "engine", Outcome: checkGood}
	if a.clickhouse != "" {
		return a.checkServer(ctx)
	}
	info, err := engine.Status(a.data)
	if err == nil && !info.Running {
		info, err = a.tryEngine(ctx)
	}
	if err != nil {
		c.Outcome, c.Detail = checkBad, a.printer.Error(err)
		return c
	}
	c.Detail = a.T("cli.doctor.engine.good", "version", info.Version, "path", info.Library, "memory", info.MaxMemory>>20, "threads", info.Threads)
	return c
}

// checkServer connects to the server that takes the engine's place. It does not repeat its address, which may hold a
// password.
func (a *app) checkServer(ctx context.Context) check {
	db, err := store.Open(ctx, store.Options{Data: a.data, DSN: a.clickhouse})
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return check{"server", checkBad, a.printer.Error(err)}
	}
	return check{"server", checkGood, a.T("cli.doctor.server.good")}
}

func (a *app) tryEngine(ctx context.Context) (info engine.Info, err error) {
	directory, err := os.MkdirTemp("", "jianfu-doctor-*")
	if err != nil {
		return info, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(directory)) }()
	handle, err := engine.Open(ctx, directory, engine.Options{MaxMemory: uint64(a.memory), Threads: a.threads})
	if err != nil {
		return info, err
	}
	info, err = engine.Status(directory)
	return info, errors.Join(err, handle.Close(), engine.Stop(ctx, directory))
}

// checkDataDirectory writes a file into the data directory, or into the folder in which it would be made.
func (a *app) checkDataDirectory() check {
	c := check{Name: "data"}
	directory, err := nearestDirectory(a.data)
	if err == nil {
		var file *os.File
		if file, err = os.CreateTemp(directory, ".jianfu-doctor-*"); err == nil {
			_ = file.Close() // empty
			err = os.Remove(file.Name())
		}
	}
	switch {
	case err != nil:
		c.Outcome, c.Detail = checkBad, a.T("cli.doctor.data.bad", "dir", a.data, "detail", err.Error())
	case directory != filepath.Clean(a.data):
		c.Outcome, c.Detail = checkGood, a.T("cli.doctor.data.new", "dir", a.data)
	default:
		c.Outcome, c.Detail = checkGood, a.T("cli.doctor.data.good", "dir", a.data)
	}
	return c
}

func (a *app) checkDisk() check {
	c := check{Name: "disk"}
	directory, err := nearestDirectory(a.data)
	var disk unix.Statfs_t
	if err == nil {
		err = unix.Statfs(directory, &disk)
	}
	if err != nil {
		c.Outcome, c.Detail = checkBad, err.Error()
		return c
	}
	free := disk.Bavail * uint64(disk.Bsize) //nolint:gosec // a block size is positive
	c.Outcome, c.Detail = checkGood, a.T("cli.doctor.disk.free", "gigabytes", free>>30)
	if free < leastFree {
		c.Outcome = checkWarn
		c.Detail = a.T("cli.doctor.disk.low", "gigabytes", free>>30, "least", leastFree>>30)
	}
	return c
}

// checkAudit goes through the whole audit log, if there is a store with one. It brings no schema up to date: the doctor
// changes nothing.
func (a *app) checkAudit(ctx context.Context) check {
	c := check{Name: "audit", Outcome: checkGood, Detail: a.T("cli.doctor.audit.none")}
	if a.clickhouse == "" && !engine.HasData(a.data) {
		return c
	}
	verdict, err := a.verifyAudit(ctx)
	switch {
	case store.ErrorCode(err) == unknownTable:
	case err != nil:
		c.Outcome, c.Detail = checkBad, a.printer.Error(err)
	case verdict.Break != "":
		c.Outcome = checkBad
		c.Detail = a.T("cli.doctor.audit.bad", "at", verdict.At, "text", a.T("audit.break."+verdict.Break))
	case verdict.Entries > 0 && !verdict.Anchored:
		c.Outcome, c.Detail = checkWarn, a.T("cli.doctor.audit.unanchored", "entries", verdict.Entries)
	case verdict.Entries > 0:
		c.Detail = a.T("cli.doctor.audit.good", "entries", verdict.Entries, "hash", verdict.Hash)
	}
	return c
}

// unknownTable is ClickHouse's number of the exception that a table is not there: the store is older than the log.
const unknownTable = 60

func (a *app) verifyAudit(ctx context.Context) (verdict audit.Verdict, err error) {
	db, err := store.Open(ctx, store.Options{Data: a.data, DSN: a.clickhouse,
		Engine: engine.Options{MaxMemory: uint64(a.memory), Threads: a.threads}})
	if err != nil {
		return audit.Verdict{}, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return audit.New(queries.New(db), time.Now).Verify(ctx)
}

// nearestDirectory is the path itself or the nearest of its parents that is there.
func nearestDirectory(path string) (string, error) {
	path = filepath.Clean(path)
	for {
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			return path, nil
		case err == nil:
			return "", fmt.Errorf("%s is not a folder", path)
		case !os.IsNotExist(err) || filepath.Dir(path) == path:
			return "", err
		}
		path = filepath.Dir(path)
	}
}
