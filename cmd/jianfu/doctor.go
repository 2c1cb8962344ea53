package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"jianfu/internal/audit"
	"jianfu/internal/engine"
	"jianfu/internal/handling"
	"jianfu/internal/problem"
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
			checks := []check{a.checkVersion(), a.checkEngine(cmd.Context()), a.checkDataDirectory(), a.checkDisk(), a.checkAudit(cmd.Context()),
				a.checkIssues(cmd.Context()), a.checkBalance(cmd.Context()), a.checkUncovered(cmd.Context())}
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

// checkServer connects to the server that takes the engine's place, and asks what its account may do there.
func (a *app) checkServer(ctx context.Context) (c check) {
	server, missing, err := a.askServer(ctx)
	switch {
	case err != nil:
		return check{"server", checkBad, a.printer.Error(err)}
	case len(missing) > 0:
		return check{"server", checkBad, a.T("cli.doctor.server.rights", "user", server.User, "rights", strings.Join(missing, a.T("web.list_separator")))}
	}
	return check{"server", checkGood, a.T("cli.doctor.server.good", "version", server.Version, "hosts", strings.Join(server.Hosts, ", "),
		"protocol", server.Protocol, "secure", server.Secure, "user", server.User, "database", server.Database)}
}

func (a *app) askServer(ctx context.Context) (server store.Server, missing []string, err error) {
	db, err := store.Open(ctx, a.storeOptions())
	if err != nil {
		return server, nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if server, _, err = db.Server(); err != nil {
		return server, nil, err
	}
	missing, err = queries.New(db).MissingRights(ctx)
	return server, missing, err
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
	case older(err):
		c.Outcome, c.Detail = checkWarn, a.T("cli.doctor.older")
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

// older tells whether a statement failed because the store was made by an older program and none has brought it up to date since:
// a table, a column or a function is not there (ClickHouse's exceptions 60, 47 and 46).
func older(err error) bool { return slices.Contains([]int{60, 47, 46}, store.ErrorCode(err)) }

func (a *app) verifyAudit(ctx context.Context) (verdict audit.Verdict, err error) {
	err = a.withLog(ctx, func(log *audit.Log) error {
		verdict, err = log.Verify(ctx)
		return err
	})
	return verdict, err
}

// withLog lets act look at the audit log of the store as it is.
func (a *app) withLog(ctx context.Context, act func(log *audit.Log) error) (err error) {
	db, err := store.Open(ctx, a.storeOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return act(audit.New(queries.New(db), time.Now))
}

// checkIssues goes through all steps of issues and holds them against the audit log.
func (a *app) checkIssues(ctx context.Context) check {
	c := check{Name: "issues", Outcome: checkGood, Detail: a.T("cli.doctor.issues.none")}
	if a.clickhouse == "" && !engine.HasData(a.data) {
		return c
	}
	var v audit.IssueVerdict
	err := a.withLog(ctx, func(log *audit.Log) (err error) {
		v, err = log.VerifyIssues(ctx)
		return err
	})
	counts := []any{"issues", v.Issues, "steps", v.Steps, "sealed", v.Sealed, "left", v.Left}
	switch {
	case older(err):
		c.Outcome, c.Detail = checkWarn, a.T("cli.doctor.older")
	case err != nil:
		c.Outcome, c.Detail = checkBad, a.printer.Error(err)
	case v.Break != "":
		c.Outcome = checkBad
		c.Detail = a.T("cli.doctor.issues.bad", "number", v.Number, "step", v.Step, "text", a.T("audit.issue_break."+v.Break))
	case v.Left > 0:
		c.Outcome, c.Detail = checkWarn, a.T("cli.doctor.issues.left", counts...)
	case v.Unsealed && v.Sealed > 0:
		c.Outcome, c.Detail = checkWarn, a.T("cli.doctor.issues.unsealed", counts...)
	case v.Issues > 0:
		c.Detail = a.T("cli.doctor.issues.good", counts...)
	}
	return c
}

// checkBalance goes through the issue ledger: of all money that was ever found, found = corrected + exempted + outstanding +
// reassessed, and what is outstanding is what the records show. It changes nothing.
func (a *app) checkBalance(ctx context.Context) check {
	c := check{Name: "balance", Outcome: checkGood, Detail: a.T("cli.doctor.balance.none")}
	if a.clickhouse == "" && !engine.HasData(a.data) {
		return c
	}
	b, err := a.balance(ctx)
	switch {
	case older(err):
		c.Outcome, c.Detail = checkWarn, a.T("cli.doctor.older")
	case err != nil:
		c.Outcome, c.Detail = checkBad, a.printer.Error(err)
	case len(b.Wrong) > 0:
		c.Outcome = checkBad
		c.Detail = a.T("cli.doctor.balance.bad", "count", len(b.Wrong), "number", b.Wrong[0].Number, "text", a.T("cli.doctor.balance."+b.Wrong[0].What))
	case b.Issues > 0:
		c.Detail = a.T("cli.doctor.balance.good", "issues", b.Issues, "found", b.Found, "corrected", b.Corrected, "exempted", b.Exempted,
			"outstanding", b.Outstanding, "reassessed", b.Reassessed)
	}
	return c
}

func (a *app) balance(ctx context.Context) (b handling.Balance, err error) {
	db, err := store.Open(ctx, a.storeOptions())
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	d, err := a.handling(queries.New(db))
	if err != nil {
		return b, err
	}
	return d.Balance(ctx)
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

// checkUncovered counts the records of the current run that have no rate, under the old policy of each comparison. A record may
// have a rate under one and none under another, so that the counts do not add up to anything.
func (a *app) checkUncovered(ctx context.Context) check {
	c := check{Name: "uncovered", Outcome: checkGood, Detail: a.T("cli.doctor.uncovered.none")}
	if a.clickhouse == "" && !engine.HasData(a.data) {
		return c
	}
	run, titles, err := a.currentRun(ctx)
	switch {
	case problem.Code(err) == "no_run":
		return c
	case older(err):
		c.Outcome, c.Detail = checkWarn, a.T("cli.doctor.older")
		return c
	case err != nil:
		c.Outcome, c.Detail = checkBad, a.printer.Error(err)
		return c
	}
	var parts []string
	for _, id := range run.Comparisons {
		of := run.Counts(id)
		if of.Uncovered > 0 {
			c.Outcome = checkWarn
		}
		parts = append(parts, a.T("cli.doctor.uncovered.of", "title", titles[id], "comparison", id, "uncovered", of.Uncovered, "records", of.Records+of.Uncovered))
	}
	c.Detail = a.T("cli.doctor.uncovered.run", "run", run.ID, "parts", strings.Join(parts, a.T("web.list_separator")))
	if c.Outcome == checkWarn {
		c.Detail += a.T("cli.doctor.uncovered.see")
	}
	return c
}

// currentRun is the run that readers see, with the titles of its comparisons.
func (a *app) currentRun(ctx context.Context) (run queries.Run, titles map[string]string, err error) {
	db, err := store.Open(ctx, a.storeOptions())
	if err != nil {
		return run, nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	figures, err := queries.New(db).Figures(ctx)
	if err != nil {
		return run, nil, err
	}
	titles = map[string]string{}
	for _, comparison := range figures.Pack.Comparisons {
		titles[comparison.ID] = comparison.Title
	}
	return figures.Run, titles, nil
}
