// Package backup writes a store into a folder while it is used, reads it back into an empty one, and tries that out. A backup is
// the state of one moment: the tables, and the files of the data directory that belong to them (the key of persons' numbers, the
// head of the audit log). The engine writes and reads the rows itself. Commands `jianfu backup` and `jianfu restore` call it.
package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jianfu/internal/audit"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// What a backup consists of, below its folder.
const (
	rowsName     = "rows"        // what the engine wrote
	filesName    = "files"       // from the data directory
	alsoName     = "also"        // files that the caller named, such as settings
	manifestName = "backup.json" // what it is
	sumsName     = "SHA256SUMS"  // of all files, as sha256sum reads it
)

// partial is behind the name of a backup that is not whole.
const partial = ".partial"

// nameFormat is the name of a backup: the moment that it shows, so that names sort by age.
const nameFormat = "20060102T150405Z"

// Manifest says what a backup is.
type Manifest struct {
	Format  int       `json:"format"`
	MadeAt  time.Time `json:"made_at"`        // the moment that it shows
	Version string    `json:"version"`        // of jianfu
	Base    string    `json:"base,omitempty"` // folder of the backup that holds what did not change since, from this one's folder
	Run     uint32    `json:"run"`            // the run that was shown; 0 for none
	Tables  []Table   `json:"tables"`
	Also    []string  `json:"also,omitempty"` // where the files below "also" came from
}

// Table is a table or a view of the backup. Of a view there is no total.
type Table struct {
	queries.Table
	queries.Total
}

// format is the number of the form that this program writes and reads.
const format = 1

// Latest for a base means the newest whole backup without a base of its own.
const Latest = "latest"

// Options say what backup to make.
type Options struct {
	To      string   // folder of backups, in which one is made
	Base    string   // folder of a backup without a base, or Latest; empty: everything is written
	Keep    int      // how many are kept, besides the bases of those; 0: all
	Also    []string // further files that go with it
	Files   []string // files of the data directory that go with it where they are there, besides those of the audit log
	Version string   // of jianfu
	Now     func() time.Time
	Waiting func() // called when it has to wait for a load or a recompute
}

// Made is what a backup turned out to be.
type Made struct {
	Folder  string        `json:"folder"`
	MadeAt  time.Time     `json:"made_at"`
	Base    string        `json:"base,omitempty"`
	Run     uint32        `json:"run"`
	Rows    uint64        `json:"rows"`
	Bytes   uint64        `json:"bytes"`
	Stood   time.Duration `json:"stood_ns"` // how long those who write had to wait
	Removed []string      `json:"removed"`  // older backups that went
}

// Make makes a backup. Those who write wait while the tables are held, for a second or two; what is read goes on. A backup has its
// name only when it is whole.
func Make(ctx context.Context, q *queries.Queries, log *audit.Log, o Options) (made Made, err error) {
	release, err := q.Store().LockFile(ctx, "backup.lock")
	if err != nil {
		return made, err
	}
	defer release()
	if o.To, err = prepare(o.To); err != nil {
		return made, err
	}
	base, err := o.base()
	if err != nil {
		return made, err
	}
	w := &writer{q: q, log: log, o: o, base: base}
	defer func() {
		if w.snapshot.Database != "" {
			err = errors.Join(err, q.DropSnapshot(context.WithoutCancel(ctx), w.snapshot))
		}
	}()
	if err := w.hold(ctx); err != nil {
		return made, err
	}
	if err := w.write(ctx); err != nil {
		return made, err
	}
	made = Made{Folder: w.folder, MadeAt: w.manifest.MadeAt, Base: base, Run: w.manifest.Run, Bytes: w.bytes, Stood: w.stood}
	for _, t := range w.manifest.Tables {
		made.Rows += t.Rows
	}
	made.Removed, err = retain(o.To, o.Keep)
	return made, err
}

// prepare makes the folder of backups, and removes what is left of those that were broken off.
func prepare(to string) (string, error) {
	to, err := filepath.Abs(to)
	if err == nil {
		err = os.MkdirAll(to, 0o700)
	}
	if err != nil {
		return "", problem.Wrap(err, "backup_folder", "folder", to)
	}
	entries, err := os.ReadDir(to)
	if err != nil {
		return "", problem.Wrap(err, "backup_folder", "folder", to)
	}
	for _, e := range entries {
		if name, broken := strings.CutSuffix(e.Name(), partial); broken && named(name) {
			if err := os.RemoveAll(filepath.Join(to, e.Name())); err != nil {
				return "", problem.Wrap(err, "backup_folder", "folder", to)
			}
		}
	}
	return to, nil
}

func named(name string) bool {
	_, err := time.Parse(nameFormat, name)
	return err == nil
}

// base is the folder of the backup that this one builds on, "" for none.
func (o *Options) base() (string, error) {
	switch o.Base {
	case "":
		return "", nil
	case Latest:
		all, err := whole(o.To)
		if err != nil {
			return "", err
		}
		for _, b := range slices.Backward(all) {
			if b.manifest.Base == "" {
				return b.folder, nil
			}
		}
		return "", nil // the first is whole of itself
	}
	folder, err := filepath.Abs(o.Base)
	if err != nil {
		return "", err
	}
	m, err := read(folder)
	if err == nil && m.Base != "" {
		err = problem.New("backup_base", "folder", folder)
	}
	return folder, err
}

// writer is a backup on its way.
type writer struct {
	q        *queries.Queries
	log      *audit.Log
	o        Options
	base     string
	folder   string // its name when it is whole
	snapshot queries.Snapshot
	manifest Manifest
	bytes    uint64
	stood    time.Duration
}

func (w *writer) path(parts ...string) string {
	return filepath.Join(append([]string{w.folder + partial}, parts...)...)
}

// hold takes the moment: the tables and files as they are while nobody writes.
func (w *writer) hold(ctx context.Context) error {
	release, err := w.q.Store().Lock(ctx, w.o.Waiting)
	if err != nil {
		return err
	}
	defer release()
	return w.log.Still(ctx, func(ctx context.Context) error {
		begun := time.Now()
		defer func() { w.stood = time.Since(begun) }()
		w.manifest = Manifest{Format: format, MadeAt: w.o.Now().UTC().Truncate(time.Second), Version: w.o.Version}
		w.folder = filepath.Join(w.o.To, w.manifest.MadeAt.Format(nameFormat))
		if _, err := os.Stat(w.folder); err == nil {
			return problem.New("backup_there", "folder", w.folder)
		}
		if err := os.MkdirAll(w.path(filesName), 0o700); err != nil {
			return problem.Wrap(err, "backup_folder", "folder", w.o.To)
		}
		run, found, err := w.q.CurrentRun(ctx)
		if err != nil {
			return err
		}
		if found {
			w.manifest.Run = run.ID
		}
		if w.snapshot, err = w.q.TakeSnapshot(ctx); err != nil {
			return err
		}
		return w.copyFiles()
	})
}

// copyFiles copies what belongs to the tables and is no table.
func (w *writer) copyFiles() error {
	files, err := w.log.KeptFiles()
	if err != nil {
		return err
	}
	for _, file := range append(files, w.o.Files...) {
		from := filepath.Join(w.q.Store().Data(), file)
		if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := copyFile(from, w.path(filesName, file)); err != nil {
			return problem.Wrap(err, "backup_file", "file", from)
		}
	}
	return nil
}

// write writes what was held, and gives the backup its name.
func (w *writer) write(ctx context.Context) error {
	for _, t := range w.snapshot.Tables {
		table := Table{Table: t}
		if t.HoldsRows {
			total, err := w.q.Total(ctx, w.snapshot.Database, t.Name)
			if err != nil {
				return fmt.Errorf("count table %s: %w", t.Name, err)
			}
			table.Total = total
		}
		w.manifest.Tables = append(w.manifest.Tables, table)
	}
	base := ""
	if w.base != "" {
		base = filepath.Join(w.base, rowsName)
		relative, err := filepath.Rel(w.folder, w.base)
		if err != nil {
			return err
		}
		w.manifest.Base = filepath.ToSlash(relative)
	}
	if err := w.q.BackUp(ctx, w.snapshot, w.path(rowsName), base); err != nil {
		return err
	}
	if _, err := os.Stat(w.path(rowsName)); err != nil { // written on another machine, or in another file system
		return problem.Wrap(err, "backup_elsewhere", "folder", w.path(rowsName))
	}
	for i, file := range w.o.Also {
		from, err := filepath.Abs(file)
		if err == nil {
			err = copyFile(from, w.path(alsoName, fmt.Sprintf("%d-%s", i+1, filepath.Base(from))))
		}
		if err != nil {
			return problem.Wrap(err, "backup_file", "file", file)
		}
		w.manifest.Also = append(w.manifest.Also, from)
	}
	text, err := json.MarshalIndent(w.manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(w.path(manifestName), append(text, '\n'), 0o600); err != nil {
		return problem.Wrap(err, "backup_folder", "folder", w.o.To)
	}
	if w.bytes, err = writeSums(w.path()); err != nil {
		return problem.Wrap(err, "backup_folder", "folder", w.o.To)
	}
	return errors.Join(os.Rename(w.path(), w.folder), syncFile(w.o.To))
}

// one is a whole backup in a folder of them.
type one struct {
	folder   string
	manifest Manifest
}

// whole lists the whole backups of a folder, the oldest first.
func whole(to string) (all []one, err error) {
	entries, err := os.ReadDir(to)
	if err != nil {
		return nil, problem.Wrap(err, "backup_folder", "folder", to)
	}
	for _, e := range entries {
		if !e.IsDir() || !named(e.Name()) {
			continue
		}
		folder := filepath.Join(to, e.Name())
		m, err := read(folder)
		if err != nil {
			return nil, err
		}
		all = append(all, one{folder, m})
	}
	return all, nil
}

// retain removes the oldest backups but for so many, and the bases of those.
func retain(to string, keep int) (removed []string, err error) {
	if keep <= 0 {
		return nil, nil
	}
	all, err := whole(to)
	if err != nil {
		return nil, err
	}
	stays := map[string]bool{}
	for _, b := range all[max(0, len(all)-keep):] {
		stays[b.folder] = true
		if b.manifest.Base != "" {
			stays[filepath.Join(b.folder, filepath.FromSlash(b.manifest.Base))] = true
		}
	}
	for _, b := range all {
		if stays[b.folder] {
			continue
		}
		// Renamed first, so that one whose removal is broken off is not taken for whole.
		if err := errors.Join(os.Rename(b.folder, b.folder+partial), os.RemoveAll(b.folder+partial)); err != nil {
			return removed, problem.Wrap(err, "backup_folder", "folder", to)
		}
		removed = append(removed, b.folder)
	}
	return removed, nil
}
