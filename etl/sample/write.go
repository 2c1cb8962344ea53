package sample

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/problem"
)

// shardUnits is how many units a worker writes at a time, some megabyte.
const shardUnits = 256

// writeMonth writes the file of one month: workers fill blocks of units side by side, and one goroutine numbers them and
// writes them in order. No more blocks are under way than there are workers, so memory does not grow with the file.
func (w *world) writeMonth(ctx context.Context, out *folder, m int, serial int64) (int64, error) {
	file, err := out.create(contributionsFile(w.months[m]))
	if err != nil {
		return serial, err
	}
	defer file.close()
	file.write([]byte(recordHeader))

	count := w.options.Units
	if w.options.Dirty && m == len(w.months)-1 {
		count = w.cleanUnits()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	turns := make(chan chan *block, workers)
	go w.fillBlocks(ctx, m, count, turns)
	steps := int64(len(w.months)) * int64(w.options.Units)
	done := int64(m) * int64(w.options.Units)
	for turn := range turns {
		b := <-turn
		if b.err != nil {
			return serial, b.err
		}
		serial = b.number(serial)
		file.write(b.text)
		b.text, b.lines = b.text[:0], b.lines[:0]
		blocks.Put(b)
		done += shardUnits
		w.options.Progress(min(done, steps), steps)
	}
	if err := ctx.Err(); err != nil {
		return serial, err
	}
	return serial, file.finish()
}

var blocks = sync.Pool{New: func() any { return &block{} }}

// fillBlocks starts a worker for each shard, in order; the buffer of turns bounds how many run.
func (w *world) fillBlocks(ctx context.Context, m, count int, turns chan<- chan *block) {
	defer close(turns)
	for first := 0; first < count; first += shardUnits {
		turn := make(chan *block, 1)
		select {
		case turns <- turn:
		case <-ctx.Done():
			return
		}
		go func() { turn <- w.fill(ctx, m, first, min(count, first+shardUnits)) }()
	}
}

func (w *world) fill(ctx context.Context, m, first, end int) *block {
	b, _ := blocks.Get().(*block)
	for number := first; number < end && ctx.Err() == nil; number++ {
		u := w.unit(number)
		if err := w.appendUnitMonth(b, &u, number, m); err != nil {
			b.err = err
			return b
		}
	}
	b.err = ctx.Err()
	return b
}

// number fills in the record ids that follow serial, and returns the last one.
func (b *block) number(serial int64) int64 {
	for _, start := range b.lines {
		serial++
		n := serial
		for i := start + len(blankID) - 1; i > start; i-- {
			b.text[i] = byte('0' + n%10)
			n /= 10
		}
	}
	return serial
}

const unitsHeader = "unit_id,name,region_code,industry_code,registration_type,unit_kind,employees,revenue,assets,size," +
	"risk_class,float_factor,elections,valid_from\n"

const truthHeader = "unit_id,fault,from,to,insurance,traits\n"

// writeUnits writes the registrations and, beside them, what is wrong with whom.
func (w *world) writeUnits(ctx context.Context, out *folder) (faulty int, err error) {
	units, err := out.create(unitsFile)
	if err != nil {
		return 0, err
	}
	defer units.close()
	truth, err := out.create(truthFile)
	if err != nil {
		return 0, err
	}
	defer truth.close()
	units.write([]byte(unitsHeader))
	truth.write([]byte(truthHeader))
	var text []byte
	for number := range w.options.Units {
		u := w.unit(number)
		for i := range u.registrations {
			text = appendRegistration(text[:0], &u.registrations[i])
			units.write(text)
		}
		if u.plan.fault != healthy {
			faulty++
		}
		truth.write([]byte(w.truthLine(&u)))
		if number%shardUnits == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	return faulty, errors.Join(units.finish(), truth.finish())
}

func appendRegistration(t []byte, r *contribution.Unit) []byte {
	wan := func(f money.Fen) string {
		if f < 0 {
			return ""
		}
		return strconv.FormatInt(int64(f)/1_000_000, 10)
	}
	size := ""
	if r.SizeDeclared {
		size = r.Size.String()
	}
	cells := []string{r.ID, r.Name, r.RegionCode, r.IndustryCode, r.RegistrationType, r.Kind.String(),
		strconv.FormatInt(r.Employees, 10), wan(r.Revenue), wan(r.Assets), size,
		strconv.Itoa(int(r.RiskClass)), r.FloatFactor.String(), strings.Join(r.Elections, ";"), r.ValidFrom.String()}
	return appendCells(t, cells)
}

// truthLine says what is wrong with a unit, when and in which insurance, and what else is remarkable about it.
func (w *world) truthLine(u *unit) string {
	p := &u.plan
	from, to, insurance := "", "", ""
	if p.fault != healthy {
		from, to = w.months[p.from].String(), w.months[p.to].String()
		switch p.fault {
		case baseOverCap, baseBelowFloor, baseMismatch, duplicateCharge, backPayment:
			insurance = "all"
		case uncovered:
			insurance = contribution.Medical.String()
		default:
			insurance = contribution.Pension.String()
		}
	}
	var traits []string
	for trait, is := range map[string]bool{
		"summary": u.summary && u.heads > 1, "float_up": len(u.registrations) > 1, "elected": len(u.registrations[0].Elections) > 0,
		"growth": u.growth > 0, "shrinking": u.growth < 0, "opened": u.start > 0, "closed": u.end < len(w.months)-1,
	} {
		if is {
			traits = append(traits, trait)
		}
	}
	slices.Sort(traits)
	return string(appendCells(nil, []string{u.registrations[0].ID, p.fault.String(), from, to, insurance, strings.Join(traits, ";")}))
}

// appendCells writes one line of CSV.
func appendCells(t []byte, cells []string) []byte {
	var out bytes.Buffer
	writer := csv.NewWriter(&out)
	_ = writer.Write(cells) // a buffer takes everything
	writer.Flush()
	return append(t, out.Bytes()...)
}

// folder is the output folder. Files are written under temporary names and get their own when all are whole.
type folder struct {
	dir   string
	names []string
	bytes int64
	done  bool
}

// temporary marks a file that is not whole yet.
const temporary = ".part"

// newFolder makes the folder; one that holds anything but an earlier sample is refused.
func newFolder(dir string) (*folder, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, problem.Wrap(err, "sample_write", "dir", dir)
	}
	if len(entries) > 0 && !exists(filepath.Join(dir, truthFile)) && !onlyParts(entries) {
		return nil, problem.New("sample_dir_not_empty", "dir", dir)
	}
	for _, name := range []string{"", policyFolder} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return nil, problem.Wrap(err, "sample_write", "dir", dir)
		}
	}
	return &folder{dir: dir}, nil
}

// onlyParts tells whether a folder holds no more than what a broken-off run may have left.
func onlyParts(entries []os.DirEntry) bool {
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), temporary) && !(entry.IsDir() && (entry.Name() == policyFolder || entry.Name() == dirtyFolder)) {
			return false
		}
	}
	return true
}

// output is one file on its way.
type output struct {
	folder *folder
	file   *os.File
	buffer *bufio.Writer
	err    error
}

func (f *folder) create(name string) (*output, error) {
	file, err := os.Create(filepath.Join(f.dir, name) + temporary)
	if err != nil {
		return nil, problem.Wrap(err, "sample_write", "dir", f.dir)
	}
	f.names = append(f.names, name)
	return &output{folder: f, file: file, buffer: bufio.NewWriterSize(file, 1<<20)}, nil
}

func (o *output) write(text []byte) {
	if o.err == nil {
		_, o.err = o.buffer.Write(text)
		o.folder.bytes += int64(len(text))
	}
}

// finish flushes and closes; the first error of all the writing is returned here.
func (o *output) finish() error {
	if o.err == nil {
		o.err = o.buffer.Flush()
	}
	if err := o.file.Close(); o.err == nil {
		o.err = err
	}
	if o.err != nil {
		return problem.Wrap(o.err, "sample_write", "dir", o.folder.dir)
	}
	return nil
}

// close ends a file that may not have been finished.
func (o *output) close() { _ = o.file.Close() } // after finish it is closed already

func (f *folder) put(name string, data []byte) error {
	file, err := f.create(name)
	if err != nil {
		return err
	}
	file.write(data)
	return file.finish()
}

// publish gives the files their names, after those of an earlier sample are gone.
func (f *folder) publish() error {
	old, err := filepath.Glob(filepath.Join(f.dir, "contributions-*.csv"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	for _, name := range f.names {
		path := filepath.Join(f.dir, name)
		if err := os.Rename(path+temporary, path); err != nil {
			return err
		}
	}
	f.done = true
	return nil
}

// discard removes what was not published.
func (f *folder) discard() {
	if f.done {
		return
	}
	for _, name := range f.names {
		_ = os.Remove(filepath.Join(f.dir, name) + temporary)
	}
	for _, name := range []string{policyFolder, dirtyFolder, ""} {
		_ = os.Remove(filepath.Join(f.dir, name)) // fails where it is not empty, and should
	}
}
