package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/engine"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/queries"
)

// Restored is what a restore brought back, each total of it compared.
type Restored struct {
	From    string    `json:"from"`
	MadeAt  time.Time `json:"made_at"`
	Run     uint32    `json:"run"`
	Tables  int       `json:"tables"`
	Rows    uint64    `json:"rows"`
	Entries uint64    `json:"audit_entries"` // of the audit log, whose chain was gone through
	Issues  int       `json:"issues"`        // whose steps were gone through
	Also    []string  `json:"also,omitempty"`
}

// Restore reads a backup back into an empty data directory, compares every total and goes through the audit log. A restore that was
// broken off or has found a difference leaves a directory that no command opens; the next one begins anew.
func Restore(ctx context.Context, from string, o store.Options, by access.Principal, now func() time.Time) (r Restored, err error) {
	if from, err = filepath.Abs(from); err != nil {
		return r, err
	}
	m, base, err := Check(from)
	if err != nil {
		return r, err
	}
	if err := clear(ctx, o.Data); err != nil {
		return r, err
	}
	finish, err := store.BeginRestore(o.Data)
	if err != nil {
		return r, err
	}
	o.Restoring = true
	db, err := store.Open(ctx, o)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	r = Restored{From: from, MadeAt: m.MadeAt, Run: m.Run, Also: m.Also}
	q := queries.New(db)
	if err := readBack(ctx, q, m, from, base, &r); err != nil {
		return r, err
	}
	for _, file := range filesOf(from) {
		if err := copyFile(filepath.Join(from, filesName, file), filepath.Join(o.Data, file)); err != nil {
			return r, problem.Wrap(err, "data_not_writable", "dir", o.Data)
		}
	}
	if _, err := queries.Migrate(ctx, db); err != nil { // of a backup of an older program
		return r, err
	}
	log := audit.New(q, now)
	if err := proven(ctx, log, m, &r); err != nil {
		return r, err
	}
	entry := audit.By(by, audit.Restored, filepath.Base(from), "made", m.MadeAt.Format(time.RFC3339))
	if err := log.Append(ctx, entry); err != nil {
		return r, err
	}
	return r, finish()
}

// clear makes sure that the directory is empty; what a restore that was broken off has left goes.
func clear(ctx context.Context, dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return problem.Wrap(err, "data_not_writable", "dir", dir)
	}
	if unfinished, err := store.Unfinished(dir); err != nil || !unfinished {
		return problem.Wrap(err, "restore_not_empty", "dir", dir)
	}
	if err := engine.Stop(ctx, dir); err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return problem.Wrap(err, "data_not_writable", "dir", dir)
		}
	}
	return nil
}

// readBack has the engine read the tables, and compares the total of each.
func readBack(ctx context.Context, q *queries.Queries, m Manifest, from, base string, r *Restored) error {
	database, err := q.Database(ctx)
	if err != nil {
		return err
	}
	there, err := q.Tables(ctx)
	if err != nil {
		return err
	}
	if len(there) > 0 { // of a server
		return problem.New("restore_not_empty", "dir", database)
	}
	if err := queries.DefineFunctions(ctx, q.Store()); err != nil {
		return err
	}
	var tables []queries.Table
	for _, t := range m.Tables {
		tables = append(tables, t.Table)
	}
	if base != "" {
		base = filepath.Join(base, rowsName)
	}
	if err := q.Restore(ctx, database, tables, filepath.Join(from, rowsName), base); err != nil {
		return err
	}
	for _, t := range m.Tables {
		if !t.HoldsRows {
			continue
		}
		total, err := q.Total(ctx, database, t.Name)
		if err != nil {
			return fmt.Errorf("count table %s: %w", t.Name, err)
		}
		if total != t.Total {
			return problem.New("restore_differs", "table", t.Name, "was", t.Rows, "is", total.Rows)
		}
		r.Tables++
		r.Rows += total.Rows
	}
	return nil
}

// proven goes through the audit log, the steps of issues, and the run that is shown.
func proven(ctx context.Context, log *audit.Log, m Manifest, r *Restored) error {
	verdict, err := log.Verify(ctx)
	if err != nil {
		return err
	}
	if verdict.Break != "" {
		return problem.New("restore_audit", "at", verdict.At)
	}
	issues, err := log.VerifyIssues(ctx)
	if err != nil {
		return err
	}
	if issues.Break != "" {
		return problem.New("restore_issues", "number", issues.Number)
	}
	r.Entries, r.Issues = verdict.Entries, int(issues.Issues) //nolint:gosec // not that many
	return nil
}

// filesOf are the files of a backup that belong into the data directory.
func filesOf(from string) (files []string) {
	top := filepath.Join(from, filesName)
	_ = filepath.WalkDir(top, func(path string, d os.DirEntry, err error) error { // checked by its sums before
		if err == nil && !d.IsDir() {
			file, _ := filepath.Rel(top, path)
			files = append(files, file)
		}
		return err
	})
	return files
}

// Verify restores a backup into a folder of its own, with all comparisons, and removes that again.
func Verify(ctx context.Context, from, temporary string, o store.Options, by access.Principal, now func() time.Time) (r Restored, err error) {
	dir, err := os.MkdirTemp(temporary, "jianfu-drill-*")
	if err != nil {
		return r, problem.Wrap(err, "data_not_writable", "dir", temporary)
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err = errors.Join(err, engine.Stop(end, dir), os.RemoveAll(dir))
	}()
	return Restore(ctx, from, store.Options{Data: dir, Engine: o.Engine}, by, now)
}
