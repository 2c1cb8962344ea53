// Command bench measures what jianfu promises about speed and size (the targets of the design) on a sample province and
// writes docs/benchmarks.md: loading against the engine's own INSERT of the same files, a recompute against the engine's
// plain sum of the same rows, bytes on disk a record, and the statements of the overview. All of it in one run on one
// machine, so that the ratios mean something. `make bench` calls it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"text/template"
	"time"

	"jianfu/internal/engine"
	"jianfu/internal/filter"
	"jianfu/internal/store"
	"jianfu/queries"
)

const (
	rowsPerUnit = 407 // that the sample province gives a unit in twelve months
	rounds      = 3   // of each measurement that can be repeated; the median counts
)

func main() {
	engine.ChildMain()
	rows := flag.Int("rows", 10_000_000, "contribution records to make")
	binary := flag.String("jianfu", "bin/jianfu", "the program to measure")
	out := flag.String("out", "docs/benchmarks.md", "the file to write")
	data := flag.String("data", "", "measure only the pages, on the store of this data directory, which gets fifty accounts; print and write nothing")
	issues := flag.Bool("issues", false, "measure only the issue ledger; print and write nothing")
	cases := flag.Bool("cases", false, "measure only the cases; print and write nothing")
	flag.Parse()
	var err error
	switch {
	case *cases:
		err = onlyCases(context.Background())
	case *issues:
		err = onlyIssues(context.Background())
	case *data != "":
		err = onlyPages(context.Background(), *data, *binary)
	default:
		err = run(context.Background(), *rows, *binary, *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// figures is what a run measured.
type figures struct {
	Date      string
	Cores     int
	MemoryGiB int
	Go        string
	Rows      uint64
	Units     int
	Generate  time.Duration

	Load       time.Duration
	BareLoad   time.Duration
	SmallRows  uint64
	SmallMiB   int64
	WholeMiB   int64
	Recomputes []time.Duration
	BareSums   []time.Duration
	Bytes      uint64
	Overview   []time.Duration

	Issues          int
	IssueStatements []statement

	Cases          int
	CaseStatements []statement

	Statements []statement
	Pages      []pageTime
	AtOnce     load
	FirstPage  int
}

func run(ctx context.Context, rows int, binary, out string) (err error) {
	binary, err = filepath.Abs(binary)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "jianfu-bench-")
	if err != nil {
		return err
	}
	b := &bench{binary: binary, sample: filepath.Join(dir, "sample"), data: filepath.Join(dir, "data")}
	defer func() { // once nobody writes there any more
		err = errors.Join(err, engine.Stop(context.WithoutCancel(ctx), b.data), os.RemoveAll(dir))
	}()
	f := &figures{
		Date: time.Now().Format("2006-01-02"), Cores: runtime.NumCPU(), MemoryGiB: memoryGiB(), Go: runtime.Version(),
		Units: max(rows/rowsPerUnit, 1),
	}
	for _, step := range []func(context.Context, *figures) error{
		b.generate, b.load, b.bareLoad, b.recompute, b.overview, b.pages, b.issues, b.cases,
	} {
		if err := step(ctx, f); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	if err := page.Execute(&text, f); err != nil {
		return err
	}
	fmt.Print(text.String())
	return os.WriteFile(out, text.Bytes(), 0o644) //nolint:gosec // a document
}

// onlyPages measures the pages of a store that is there.
func onlyPages(ctx context.Context, data, binary string) (err error) {
	binary, err = filepath.Abs(binary)
	if err != nil {
		return err
	}
	f := &figures{Cores: runtime.NumCPU(), MemoryGiB: memoryGiB(), Go: runtime.Version()}
	b := &bench{binary: binary, data: data}
	if err := errors.Join(b.pages(ctx, f), engine.Stop(ctx, data)); err != nil {
		return err
	}
	return pagesPart.Execute(os.Stdout, f)
}

type bench struct {
	binary, sample, data string
	months               []string
}

// jianfu runs the program and returns how long it took and the most memory it held.
func (b *bench) jianfu(ctx context.Context, result any, args ...string) (time.Duration, int64, error) {
	cmd := exec.CommandContext(ctx, b.binary, append([]string{"--data", b.data, "--json"}, args...)...) //nolint:gosec // the program under test
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 2 {
		return 0, 0, fmt.Errorf("jianfu %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	took := time.Since(start)
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if result != nil {
		if err := json.Unmarshal(stdout.Bytes(), result); err != nil {
			return 0, 0, fmt.Errorf("read the result of jianfu %s: %w", args[0], err)
		}
	}
	return took, usage.Maxrss >> 10, nil
}

func (b *bench) generate(ctx context.Context, f *figures) (err error) {
	f.Generate, _, err = b.jianfu(ctx, nil, "sample", "--out", b.sample, "--units", fmt.Sprint(f.Units))
	if err != nil {
		return err
	}
	b.months, err = filepath.Glob(filepath.Join(b.sample, "contributions-*.csv"))
	slices.Sort(b.months)
	return err
}

// open keeps the engine running between the processes that are timed, as a server would.
func (b *bench) open(ctx context.Context) (*store.DB, error) {
	db, err := store.Open(ctx, store.Options{Data: b.data})
	if err != nil {
		return nil, err
	}
	_, err = queries.Migrate(ctx, db)
	return db, err
}

func (b *bench) load(ctx context.Context, f *figures) error {
	db, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // measured already
	if _, _, err := b.jianfu(ctx, nil, "load", filepath.Join(b.sample, "units.csv")); err != nil {
		return err
	}
	type loaded []struct{ Read uint64 }
	var first, rest loaded
	one, memory, err := b.jianfu(ctx, &first, "load", b.months[0])
	if err != nil {
		return err
	}
	f.SmallRows, f.SmallMiB = first[0].Read, memory
	others, memory, err := b.jianfu(ctx, &rest, append([]string{"load"}, b.months[1:]...)...)
	if err != nil {
		return err
	}
	f.WholeMiB, f.Load = memory, one+others
	for _, l := range append(first, rest...) {
		f.Rows += l.Read
	}
	return nil
}

func (b *bench) bareLoad(ctx context.Context, f *figures) error {
	db, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // measured already
	bare := queries.NewBench(db)
	if err := bare.Prepare(ctx); err != nil {
		return err
	}
	start := time.Now()
	for _, path := range b.months {
		file, err := os.Open(path) //nolint:gosec // made above
		if err != nil {
			return err
		}
		err = bare.BareLoad(ctx, file)
		_ = file.Close() // only read
		if err != nil {
			return err
		}
	}
	f.BareLoad = time.Since(start)
	if err := bare.Drop(ctx); err != nil {
		return err
	}
	size, err := bare.Size(ctx)
	f.Bytes = size.Bytes
	return err
}

func (b *bench) recompute(ctx context.Context, f *figures) error {
	db, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // measured already
	bare := queries.NewBench(db)
	args := []string{"recompute", "--policy", filepath.Join(b.sample, "policy"), "--from", "2000-01"}
	for range rounds {
		start := time.Now()
		if err := bare.BareSum(ctx); err != nil {
			return err
		}
		f.BareSums = append(f.BareSums, time.Since(start))
		took, _, err := b.jianfu(ctx, nil, args...)
		if err != nil {
			return err
		}
		f.Recomputes = append(f.Recomputes, took)
	}
	return nil
}

func (b *bench) overview(ctx context.Context, f *figures) error {
	for range rounds { // each in an engine that was just started: nothing is cached in it
		db, err := b.open(ctx)
		if err != nil {
			return err
		}
		start := time.Now()
		_, err = queries.New(db).Overview(ctx, filter.Everything(), queries.View{})
		f.Overview = append(f.Overview, time.Since(start))
		if err := errors.Join(err, db.Close(), engine.Stop(ctx, b.data)); err != nil {
			return err
		}
	}
	return nil
}

func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}

func memoryGiB() int {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return 0
	}
	return int(info.Totalram * uint64(info.Unit) >> 30) //nolint:gosec // gibibytes
}

var page = template.Must(template.New("page").Funcs(words).Parse(pageText + pagesText + issuesText + casesText))

var pagesPart = template.Must(template.New("pages").Funcs(words).Parse(pagesText))

var words = template.FuncMap{
	"median":  median,
	"seconds": func(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) },
	"ms":      func(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) },
	"kB":      func(bytes int) string { return fmt.Sprintf("%.1f kB", float64(bytes)/1000) },
	"ratio":   func(a, b time.Duration) string { return fmt.Sprintf("%.2f", a.Seconds()/b.Seconds()) },
	"bytes":   func(bytes, rows uint64) string { return fmt.Sprintf("%.1f", float64(bytes)/float64(rows)) },
	"rate": func(rows uint64, d time.Duration) string {
		return fmt.Sprintf("%.0f", float64(rows)/d.Seconds())
	},
}
