// Package sample makes a realistic province: registrations and contribution records of invented units in the real
// cities and counties of a province, charged by the terms of a policy pack, with faults planted in some units and listed in
// truth.csv. It feeds the demonstration, the benchmarks and the tests; "jianfu sample" calls it. The same seed gives
// the same bytes, however many processors there are.
package sample

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/region"
)

// DefaultUnits is a province that a laptop loads in seconds.
const DefaultUnits = 3000

// mostUnits keeps the sequence numbers in unit codes and record ids within their places.
const mostUnits = 2_000_000

// Options says what to make. The zero value of a field asks for its default.
type Options struct {
	Dir      string       // the folder to write into, made if it is not there
	Province string       // region code of the province, default 320000
	Units    int          // default DefaultUnits
	Months   period.Range // default 2019-01 to 2019-12
	Seed     uint64
	Dirty    bool                    // also write files with everything that can be wrong with a file
	Policy   fs.FS                   // folder of a pack; default 2019-cut and what is unconfirmed of the province
	Progress func(done, total int64) // in unit-months; may be nil
}

// Result is what was made.
type Result struct {
	Dir      string        `json:"dir"`
	Province string        `json:"province"`
	Units    int           `json:"units"`
	Faulty   int           `json:"faulty_units"`
	Records  int64         `json:"records"`
	Bytes    int64         `json:"bytes"`
	From     period.Period `json:"from"`
	To       period.Period `json:"to"`
	Policy   string        `json:"policy"` // folder of the pack to recompute with
	Files    []string      `json:"files"`  // to load, in order
}

// Make writes the province. Files stand under temporary names until all are whole, so a run that fails leaves the
// folder as it was.
func Make(ctx context.Context, options Options) (Result, error) {
	options, err := complete(options)
	if err != nil {
		return Result{}, err
	}
	files, err := policyFiles(options)
	if err != nil {
		return Result{}, err
	}
	pack, err := policy.Parse(files)
	if err != nil {
		return Result{}, err
	}
	world, err := newWorld(options, pack)
	if err != nil {
		return Result{}, err
	}
	out, err := newFolder(options.Dir)
	if err != nil {
		return Result{}, err
	}
	defer out.discard()
	result, err := world.write(ctx, out, files)
	if err != nil {
		return Result{}, err
	}
	if err := out.publish(); err != nil {
		return Result{}, problem.Wrap(err, "sample_write", "dir", options.Dir)
	}
	return result, nil
}

// complete fills in the defaults and refuses what cannot be made.
func complete(o Options) (Options, error) {
	if o.Province == "" {
		o.Province = "320000"
	}
	if len(o.Province) == 2 {
		o.Province += "0000"
	}
	if region.Level(o.Province) != region.Province {
		return o, problem.New("sample_province_unknown", "province", o.Province)
	}
	if o.Units == 0 {
		o.Units = DefaultUnits
	}
	if o.Units < 1 || o.Units > mostUnits {
		return o, problem.New("sample_units_out_of_range", "units", o.Units, "most", mostUnits)
	}
	if o.Months == (period.Range{}) {
		o.Months = period.Range{From: period.Of(2019, 1), To: period.Of(2019, 12)}
	}
	if count := o.Months.To.Since(o.Months.From) + 1; o.Months.From == 0 || count < 1 || count > mostMonths {
		return o, problem.New("sample_months_out_of_range", "from", o.Months.From, "to", o.Months.To, "most", mostMonths)
	}
	if o.Progress == nil {
		o.Progress = func(int64, int64) {}
	}
	return o, nil
}

// mostMonths is five years.
const mostMonths = 60

// write makes all files.
func (w *world) write(ctx context.Context, out *folder, files map[string][]byte) (Result, error) {
	result := Result{
		Dir: w.options.Dir, Province: w.options.Province, Units: w.options.Units,
		From: w.months[0], To: w.months[len(w.months)-1], Policy: filepath.Join(w.options.Dir, policyFolder),
	}
	for name, data := range files {
		if err := out.put(filepath.Join(policyFolder, name), data); err != nil {
			return result, err
		}
	}
	faulty, err := w.writeUnits(ctx, out)
	if err != nil {
		return result, err
	}
	result.Faulty = faulty
	result.Files = append(result.Files, filepath.Join(w.options.Dir, unitsFile))
	serial := int64(0)
	for m := range w.months {
		name := contributionsFile(w.months[m])
		if serial, err = w.writeMonth(ctx, out, m, serial); err != nil {
			return result, err
		}
		result.Files = append(result.Files, filepath.Join(w.options.Dir, name))
	}
	if w.options.Dirty {
		if serial, err = w.writeDirty(out, serial); err != nil {
			return result, err
		}
	}
	result.Records, result.Bytes = serial, out.bytes
	return result, nil
}

// The names of what is written.
const (
	unitsFile    = "units.csv"
	truthFile    = "truth.csv"
	policyFolder = "policy"
	dirtyFolder  = "dirty"
)

func contributionsFile(m period.Period) string { return "contributions-" + m.String() + ".csv" }

// charge is what one payer owes for a base, as the pack rounds it.
func charge(base money.Fen, rate money.Rate, rounding policy.AmountRounding) money.Fen {
	step, way := rounding.Step()
	unit := int64(step) * int64(money.One)
	return money.Fen((int64(base)*int64(rate)+way.Added(unit))/unit) * step
}

// limited raises a wage to the floor and lowers it to the cap, per head, and rounds what that makes for all heads once, as
// the pack says.
func limited(wage money.Fen, headcount int64, l *policy.Limit) money.Fen {
	whole := int64(wage)
	if l.HasFloor {
		whole = max(whole, int64(l.Floor)*headcount)
	}
	if l.HasCap {
		whole = min(whole, int64(l.Cap)*headcount)
	}
	switch l.Rounding {
	case policy.RoundFen:
	case policy.RoundJiao:
		whole = (whole + 5) / 10 * 10
	case policy.RoundYuan:
		whole = (whole + 50) / 100 * 100
	case policy.RoundYuanUp:
		whole = (whole + 99) / 100 * 100
	}
	return money.Fen(whole)
}

// insured are the insurances that records are made for, as far as the pack has rates.
var insured = []contribution.Insurance{contribution.Pension, contribution.Unemployment, contribution.WorkInjury}

// exists tells whether a path is there.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
