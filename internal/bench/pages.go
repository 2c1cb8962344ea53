package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/engine"
	"jianfu/internal/store"
	"jianfu/queries"
)

// The people of the load: inspectors, who see records, and leaders, from whom figures are kept, in turn.
const (
	people   = 50
	password = "one of fifty people 2019"
	loadTime = 10 * time.Second
)

// statement is what one statement of the pages took, its slowest parameters and the middle of all.
type statement struct {
	Name        string
	Runs        int
	Median, Max time.Duration
}

// pageTime is what one page took, asked for the first time in a server and an engine that were just started.
type pageTime struct {
	Path  string
	Took  time.Duration
	Bytes int
}

// pages measures the pages: each statement alone, each page cold, and fifty people at once.
func (b *bench) pages(ctx context.Context, f *figures) error {
	if err := b.employ(ctx); err != nil {
		return err
	}
	traced := filepath.Join(filepath.Dir(b.data), filepath.Base(b.data)+".trace")
	defer func() { _ = os.Remove(traced) }()
	s, err := b.serve(ctx, traced)
	if err != nil {
		return err
	}
	if err := func() error {
		defer s.stop()
		return b.warm(ctx, s, f)
	}(); err != nil {
		return err
	}
	for i := range f.Pages {
		if err := b.coldPage(ctx, &f.Pages[i]); err != nil {
			return err
		}
	}
	slices.SortFunc(f.Pages, func(x, y pageTime) int { return strings.Compare(x.Path, y.Path) })
	f.Statements, err = b.statements(ctx, traced)
	return err
}

// employ makes the people's accounts.
func (b *bench) employ(ctx context.Context) error {
	db, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // written already
	q := queries.New(db)
	accounts := auth.New(q, audit.New(q, time.Now), time.Now, auth.Options{})
	by := access.CommandLine("bench")
	for i := range people {
		role := access.Inspector
		if i%2 == 1 {
			role = access.Leadership
		}
		n := auth.NewAccount{Account: person(i), Name: person(i), Roles: []access.Role{role}, Regions: []string{"000000"}, Password: password}
		if _, err := accounts.Account(ctx, by, n.Account); err == nil {
			continue
		}
		if _, err := accounts.Create(ctx, by, n); err != nil {
			return err
		}
	}
	return nil
}

func person(i int) string { return fmt.Sprintf("bench%02d", i) }

// warm finds the pages, asks for each once as either kind of reader, and then lets everybody ask for all of them at once.
func (b *bench) warm(ctx context.Context, s *server, f *figures) error {
	all := make([]*client, people)
	for i := range all {
		all[i] = newClient(s.address)
		if err := all[i].signIn(ctx, person(i)); err != nil {
			return err
		}
	}
	paths, err := all[0].crawl(ctx)
	if err != nil {
		return err
	}
	if f.FirstPage, err = all[0].weight(ctx); err != nil {
		return err
	}
	shown := map[*client][]string{}
	for i, one := range all {
		shown[one] = paths
		if i%2 == 1 {
			shown[one] = shown[all[1]]
		}
		if i > 1 {
			continue
		}
		shown[one] = nil
		for _, path := range paths {
			if a, err := one.get(ctx, path); err != nil {
				return err
			} else if a.status == 200 {
				shown[one] = append(shown[one], path)
			}
		}
	}
	for _, path := range shown[all[0]] {
		f.Pages = append(f.Pages, pageTime{Path: path})
	}
	f.AtOnce, err = atOnce(ctx, shown, loadTime)
	return err
}

// coldPage asks for a page in a server and an engine that were just started; signing in is done by then.
func (b *bench) coldPage(ctx context.Context, p *pageTime) error {
	s, err := b.serve(ctx, "")
	if err != nil {
		return err
	}
	defer s.stop()
	one := newClient(s.address)
	if err := one.signIn(ctx, person(0)); err != nil {
		return err
	}
	a, err := one.get(ctx, p.Path)
	p.Took, p.Bytes = a.took, a.bytes
	return err
}

// statements runs each statement that pages ran once more, alone, in an engine that was just started.
func (b *bench) statements(ctx context.Context, traced string) (all []statement, err error) {
	names, err := statementNames()
	if err != nil {
		return nil, err
	}
	file, err := os.Open(traced) //nolint:gosec // written by the server above
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	times, seen := map[string][]time.Duration{}, map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var one store.Traced
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return nil, err
		}
		name := names[one.SQL]
		if seen[lines.Text()] || name == "" || notOfPages(name) {
			continue
		}
		seen[lines.Text()] = true
		took, err := b.alone(ctx, one)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		times[name] = append(times[name], took)
	}
	for name, took := range times {
		all = append(all, statement{name, len(took), median(took), slices.Max(took)})
	}
	slices.SortFunc(all, func(x, y statement) int {
		if x.Max != y.Max {
			return int(y.Max - x.Max)
		}
		return strings.Compare(x.Name, y.Name)
	})
	return all, lines.Err()
}

// notOfPages tells the statements that a server runs besides those of pages of figures.
func notOfPages(name string) bool {
	return strings.HasPrefix(name, "auth/") || strings.HasPrefix(name, "audit/") || strings.HasPrefix(name, "ledger/")
}

// alone runs a statement in an engine that was just started, with nothing beside it. Its rows are thrown away.
func (b *bench) alone(ctx context.Context, one store.Traced) (took time.Duration, err error) {
	if err := engine.Stop(ctx, b.data); err != nil {
		return 0, err
	}
	db, err := store.Open(ctx, store.Options{Data: b.data})
	if err != nil {
		return 0, err
	}
	p := store.Params{}
	for name, value := range one.Params {
		p[name] = value
	}
	start := time.Now()
	err = db.Exec(ctx, one.SQL+"\nFORMAT Null", p)
	took = time.Since(start)
	return took, errors.Join(err, db.Close())
}

// statementNames are the files of the statements by their text; make runs this in the top folder.
func statementNames() (map[string]string, error) {
	files, err := filepath.Glob("queries/*/*.sql")
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, errors.New("no statements below queries; run this in the top folder"))
	}
	names := map[string]string{}
	for _, path := range files {
		text, err := os.ReadFile(path) //nolint:gosec // of this repository
		if err != nil {
			return nil, err
		}
		names[queries.Whole(string(text))] = strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), "queries/"), ".sql")
	}
	return names, nil
}
