package etl

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jianfu/etl/reader"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/contribution"
	"jianfu/internal/intake"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Loader loads files, one after the other.
type Loader struct {
	Queries  *queries.Queries
	By       access.Principal // in whose name the audit log has it
	Now      func() time.Time
	Progress func(file string, done, total int64) // bytes of the file; may be nil
	Waiting  func()                               // another load or recompute is at work; may be nil
	Allow    []string                             // which of Doubts are meant, so that they do not stop the load
	Encoding string                               // of the files that are text; "" to find out
	Columns  map[string]string                    // what columns of the files are that are called otherwise; see reader.Options
	Control  string                               // path of the file with what the source says that they add up to; "" for none
}

// Loaded is what became of one file.
type Loaded struct {
	queries.Load
	Already bool               `json:"already_loaded"` // the same content was loaded before, as this load; nothing was done
	Notes   []queries.LoadNote `json:"notes"`          // what was taken in and should be looked at
	Found   intake.Found       `json:"found"`          // how the file was read

	Totals   []queries.LoadTotal     `json:"totals"`   // of records
	Declared []queries.DeclaredTotal `json:"declared"` // what the source says
}

func foundIn(f *reader.File) intake.Found {
	found := intake.Found{OtherSheets: append([]string{}, f.OtherSheets...), HeaderLine: f.HeaderLine}
	if f.Format == reader.FormatCSV {
		found.Delimiter = f.Delimiter()
	}
	return found
}

// ahead is how files are ordered: units first, so that the records of the same command find them.
var ahead = map[reader.Kind]int{reader.KindUnits: 1, reader.KindContributions: 2, reader.KindIssues: 3}

// opened is a file whose kind is known.
type opened struct {
	path string
	kind reader.Kind
}

// Load loads the files, units before contributions, issues last, and otherwise as given. They become visible together: the first that
// cannot be loaded ends the work, and nothing has changed. The caller holds no lock.
func (l *Loader) Load(ctx context.Context, paths []string) ([]Loaded, error) {
	files, err := l.look(paths)
	if err != nil {
		return nil, err
	}
	control, err := l.readControl(ctx, files)
	if err != nil {
		return nil, err
	}
	release, err := l.Queries.Store().Lock(ctx, l.Waiting)
	if err != nil {
		return nil, err
	}
	defer release()
	key, err := personKey(ctx, l.Queries)
	if err != nil {
		return nil, err
	}
	visible, err := l.Queries.Visible(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the loads: %w", err)
	}
	var results []Loaded
	var rows []queries.Load
	issues := newIssues()
	for _, f := range files {
		result, err := l.loadFile(ctx, f.path, visible, issues, reader.Options{PersonKey: key, Hash: true, Encoding: l.Encoding, Columns: l.Columns})
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", filepath.Base(f.path), err)
		}
		if result.Declared, err = l.keepDeclared(ctx, control[filepath.Base(f.path)], result.Load, result.Totals); err != nil {
			return nil, err
		}
		results = append(results, result)
		if !result.Already {
			rows = append(rows, result.Load)
			visible.Loads = append(visible.Loads, result.Load) // to the files behind it
		}
	}
	if err := l.Queries.NameUnits(ctx); err != nil {
		return nil, fmt.Errorf("work out how names of units are looked for: %w", err)
	}
	return results, l.publish(ctx, issues, visible.Loads, rows)
}

// look finds out what files hold, and puts them into the order of loading.
func (l *Loader) look(paths []string) ([]opened, error) {
	var files []opened
	for _, path := range paths { // all of them are looked at before the first is loaded
		file, err := reader.Open(path, reader.Options{Encoding: l.Encoding, Columns: l.Columns})
		if err != nil {
			return nil, err
		}
		kind := file.Kind
		file.Close()
		files = append(files, opened{path, kind})
	}
	slices.SortStableFunc(files, func(a, b opened) int { return ahead[a.kind] - ahead[b.kind] })

	return files, nil
}

// publish registers the issues and makes the loads visible, after the audit log has it.
func (l *Loader) publish(ctx context.Context, issues *issues, visible, rows []queries.Load) error {
	steps, err := issues.steps(ctx, l.Queries, queries.LoadIDs(visible), l.Now())
	if err != nil {
		return err
	}
	var entries []audit.Entry
	for _, row := range rows {
		entries = append(entries, audit.By(l.By, audit.FileLoaded, fmt.Sprint(row.ID), "file", row.File, "hash", row.Hash,
			"accepted", row.Accepted, "rejected", row.Rejected))
	}
	for _, step := range steps {
		entries = append(entries, audit.Program(audit.IssueChanged, "", step.After.Region).OfIssue(step))
	}
	return audit.New(l.Queries, time.Now).DoAll(ctx, entries, func(ctx context.Context) error {
		if err := issues.register(ctx, l.Queries, steps); err != nil {
			return err
		}
		if err := l.Queries.PublishLoads(ctx, rows); err != nil {
			return fmt.Errorf("publish the loads: %w", err)
		}
		return nil
	})
}

// newest is the latest of the loads with this content.
func newest(loads []queries.Load, hash string) (queries.Load, bool) {
	for _, l := range slices.Backward(loads) {
		if l.Hash == hash {
			return l, true
		}
	}
	return queries.Load{}, false
}

// loadFile loads one file, unless a visible load has its content already: then there is only something to do where it
// has lines that were rejected because their unit was not registered, and now it is.
func (l *Loader) loadFile(ctx context.Context, path string, visible queries.Visible, issues *issues, options reader.Options) (Loaded, error) {
	hash, err := reader.ContentHash(path)
	if err != nil {
		return Loaded{}, err
	}
	// Whoever names another encoding than the one that was found says that it was found wrong, and whoever says what columns are may
	// say so otherwise than before.
	if before, loaded := newest(visible.Loads, hash); loaded && l.Columns == nil && (l.Encoding == "" || strings.EqualFold(l.Encoding, before.Encoding)) {
		more, err := l.Queries.Acceptable(ctx, before, queries.LoadIDs(visible.Loads))
		if err != nil {
			return Loaded{}, fmt.Errorf("look at the rejects of load %d: %w", before.ID, err)
		}
		if more == 0 {
			return l.already(ctx, before)
		}
	}
	file, err := reader.Open(path, options)
	if err != nil {
		return Loaded{}, err
	}
	defer file.Close()
	id, err := l.Queries.NextLoad(ctx, l.Now())
	if err != nil {
		return Loaded{}, fmt.Errorf("take a load number: %w", err)
	}
	header := queries.Header{Load: id, Columns: file.Columns, Delimiter: file.Delimiter()}
	if err := l.Queries.KeepHeader(ctx, header); err != nil {
		return Loaded{}, fmt.Errorf("keep the header: %w", err)
	}
	load := &load{
		loader:  l,
		path:    path,
		options: options,
		file:    file,
		visible: queries.LoadIDs(visible.Loads),
		records: withRecords(visible.Loads),
		undone:  visible.WithdrawalIDs(),
		rejects: rejects{load: id, queries: l.Queries},
		waiting: issues,
		row: queries.Load{
			ID:             id,
			Kind:           file.Kind.String(),
			File:           filepath.Base(path),
			Hash:           hash,
			Format:         file.Format,
			Sheet:          file.Sheet,
			Encoding:       file.Encoding,
			Compression:    file.Compression,
			Bytes:          uint64(file.Size), //nolint:gosec // a size
			StartedAt:      l.Now(),
			Periods:        []uint32{},
			UnknownColumns: append([]string{}, file.UnknownColumns...),
		},
	}
	file.Today = load.row.StartedAt
	return load.run(ctx)
}

// already is what is known of a file that was loaded before.
func (l *Loader) already(ctx context.Context, before queries.Load) (Loaded, error) {
	loaded := Loaded{Load: before, Already: true, Notes: []queries.LoadNote{}, Found: intake.Found{OtherSheets: []string{}}, Totals: []queries.LoadTotal{}}
	notes, err := l.Queries.LoadNotes(ctx, before.ID)
	if err != nil {
		return loaded, fmt.Errorf("read the notes of load %d: %w", before.ID, err)
	}
	totals, err := l.Queries.LoadTotals(ctx, before.ID)
	if err != nil {
		return loaded, fmt.Errorf("read the totals of load %d: %w", before.ID, err)
	}
	if l.Control != "" && len(totals) == 0 && before.Kind == reader.KindContributions.String() && before.Accepted+before.Unchanged > 0 {
		return loaded, problem.New("load_control_old", "file", before.File, "load", before.ID)
	}
	loaded.Notes, loaded.Totals = append(loaded.Notes, notes...), append(loaded.Totals, totals...)
	return loaded, nil
}

// withRecords picks the loads that hold records.
func withRecords(loads []queries.Load) []queries.Load {
	var list []queries.Load
	for _, l := range loads {
		if l.Kind == reader.KindContributions.String() {
			list = append(list, l)
		}
	}
	return list
}

// load is one file on its way in.
type load struct {
	loader  *Loader
	path    string
	options reader.Options
	file    *reader.File
	visible []uint32
	records []queries.Load // those of them that hold records
	undone  []uint32       // withdrawals, without which it cannot be told which records stand
	rejects rejects
	notes   []queries.LoadNote
	totals  []queries.LoadTotal
	waiting *issues // of this file and those before it, to be registered with the others
	row     queries.Load
}

// run writes the rows and settles them against what is there; nothing is visible yet.
func (l *load) run(ctx context.Context) (Loaded, error) {
	take := map[reader.Kind]func(context.Context) error{
		reader.KindUnits: l.units, reader.KindContributions: l.contributions, reader.KindIssues: l.issues,
	}[l.file.Kind]
	if err := take(ctx); err != nil {
		return Loaded{}, err
	}
	if err := l.addWholeLines(ctx); err != nil {
		return Loaded{}, err
	}
	if err := l.rejects.flush(ctx); err != nil {
		return Loaded{}, err
	}
	if sum := l.file.ContentHash(); sum != l.row.Hash {
		return Loaded{}, problem.New("load_file_changed", "file", l.row.File)
	}
	if l.row.Read != l.row.Accepted+l.row.Rejected+l.row.Unchanged {
		return Loaded{}, fmt.Errorf("lines do not add up: %d read, %d accepted, %d rejected, %d unchanged",
			l.row.Read, l.row.Accepted, l.row.Rejected, l.row.Unchanged)
	}
	l.row.FinishedAt = l.loader.Now()
	return Loaded{Load: l.row, Notes: append([]queries.LoadNote{}, l.notes...), Found: foundIn(l.file), Totals: append([]queries.LoadTotal{}, l.totals...)}, nil
}

func (l *load) progress() {
	if report := l.loader.Progress; report != nil {
		done, total := l.file.Progress()
		report(l.row.File, done, total)
	}
}

// knownUnits are the units that loads register.
func (l *Loader) knownUnits(ctx context.Context, loads []uint32) (map[[18]byte]struct{}, error) {
	units, err := l.Queries.KnownUnits(ctx, loads)
	if err != nil {
		return nil, fmt.Errorf("list the registered units: %w", err)
	}
	known := make(map[[18]byte]struct{}, len(units))
	for _, id := range units {
		known[[18]byte([]byte(id))] = struct{}{}
	}
	return known, nil
}

// contributions takes the records in and finds those whose keys are there more than once.
func (l *load) contributions(ctx context.Context) error {
	q := l.loader.Queries
	known, err := l.loader.knownUnits(ctx, l.visible)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return problem.New("load_no_units", "file", l.row.File)
	}
	registered := func(id []byte) bool {
		_, ok := known[[18]byte(id)]
		return ok
	}
	stream := q.InsertRecords(ctx, l.row.ID)
	read := newTotals()
	counts, err := l.file.Contributions(ctx, registered, func(b *contribution.Block) error {
		l.progress()
		read.add(b)
		return stream.Write(b)
	}, l.rejects.add(ctx))
	if err != nil {
		stream.Abort(err)
		return err
	}
	if err := stream.Close(); err != nil {
		return fmt.Errorf("store the records: %w", err)
	}
	l.row.Read, l.row.Accepted, l.row.Rejected = counts.Read, counts.Accepted, counts.Rejected
	live := map[uint32]uint64{} // rows that count, by month
	for _, p := range counts.Periods {
		live[uint32(p.Period)] = p.Records
	}
	if err := l.settle(ctx, counts, live); err != nil {
		return err
	}
	if err := l.keepTotals(ctx, read); err != nil {
		return err
	}
	months := slices.Sorted(maps.Keys(live))
	if err := l.doubtMonths(counts); err != nil {
		return err
	}
	if err := l.doubt(ctx, months); err != nil {
		return err
	}
	if err := l.note(ctx, counts); err != nil {
		return err
	}
	if err := q.MarkRepeats(ctx, l.row.ID, months); err != nil {
		return fmt.Errorf("look for repeated persons: %w", err)
	}
	for month, rows := range live {
		if rows > 0 {
			l.row.Periods = append(l.row.Periods, month)
		}
	}
	slices.Sort(l.row.Periods)
	return nil
}

// sharingKeys lists the loads that a key of another could stand in: sources number their records, so that most loads
// lie apart. A load that has replaced such a key has it too.
func sharingKeys(records []queries.Load, row queries.Load) []uint32 {
	var list []queries.Load
	for _, other := range records {
		if other.FirstKey <= row.LastKey && other.LastKey >= row.FirstKey {
			list = append(list, other)
		}
	}
	return queries.LoadIDs(list)
}

// settle takes the rows out of the count that say what is there already or repeat a key, and counts those of earlier
// loads that are replaced: their months are touched too.
func (l *load) settle(ctx context.Context, counts reader.Counts, live map[uint32]uint64) error {
	l.row.FirstKey, l.row.LastKey = counts.MinRecordID, counts.MaxRecordID
	others := sharingKeys(l.records, l.row)
	if counts.Accepted == 0 || counts.RecordIDsAscending && len(others) == 0 {
		return nil
	}
	q := l.loader.Queries
	found, err := q.Settle(ctx, l.row.ID, append(others, l.undone...), l.row.FirstKey, l.row.LastKey)
	if err != nil {
		return fmt.Errorf("look for keys that are there already: %w", err)
	}
	for _, s := range found {
		switch s.Cause {
		case "unchanged":
			l.row.Accepted -= s.Rows
			l.row.Unchanged += s.Rows
			live[s.Period] -= s.Rows
		case "repeated":
			l.row.Accepted -= s.Rows
			l.row.Rejected += s.Rows
			live[s.Period] -= s.Rows
		case "replaced":
			l.row.Replaced += s.Rows
			live[s.Period] += s.Rows
		}
	}
	repeated, err := q.Repeated(ctx, l.row.ID)
	if err != nil {
		return fmt.Errorf("list the repeated keys: %w", err)
	}
	for _, r := range repeated {
		reject := reader.Reject{Line: uint64(r.Line), Column: l.file.ColumnName("record_id"), Value: r.RecordID, Code: "record_repeated"}
		if err := l.rejects.addLater(reject); err != nil {
			return err
		}
	}
	return nil
}
