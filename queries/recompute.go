package queries

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// Run is one recompute. It becomes the current one with its publication.
type Run struct {
	ID          uint32     `ch:"run_id" json:"run"`
	State       string     `ch:"state" json:"state"` // published, failed
	StartedAt   time.Time  `ch:"started_at" json:"started_at"`
	FinishedAt  time.Time  `ch:"finished_at" json:"finished_at"`
	Program     string     `ch:"program" json:"program"` // version of jianfu
	PackID      string     `ch:"pack_id" json:"pack"`
	PackTitle   string     `ch:"pack_title" json:"pack_title"`
	PackHash    string     `ch:"pack_hash" json:"pack_hash"`
	FirstEffect uint32     `ch:"first_effect" json:"-"`      // yyyymm
	Scenarios   [][]string `ch:"scenarios" json:"scenarios"` // measures of each scenario that was computed
	Loads       []uint32   `ch:"loads" json:"loads"`         // visible when the run began
	Computed    []uint32   `ch:"computed" json:"-"`          // months that this run computed, yyyymm
	DataFrom    uint32     `ch:"data_from" json:"-"`         // first and last month with records, yyyymm
	DataTo      uint32     `ch:"data_to" json:"-"`           //
	RunCounts
	Rule          uint32   `ch:"rule" json:"-"`        // version of the rule; see burden.Version
	Comparisons   []string `ch:"comparisons" json:"-"` // ids, with the counts of each; see Counts
	RecordsOf     []uint64 `ch:"comparison_records" json:"-"`
	UncoveredOf   []uint64 `ch:"comparison_uncovered" json:"-"`
	EstimatesOf   []uint64 `ch:"comparison_estimates" json:"-"`
	SampleChecked uint64   `ch:"sample_checked" json:"sample"` // units recomputed in Go
	SampleDiffers uint64   `ch:"sample_differs" json:"sample_differs"`
	Failure       string   `ch:"failure" json:"failure,omitempty"`
}

//go:embed run/current.sql
var currentRunSQL string

// RunCounts are how many records a comparison has; of a run, its default one.
type RunCounts struct {
	Records   uint64 `ch:"records" json:"records"`     // in burdens
	Uncovered uint64 `ch:"uncovered" json:"uncovered"` // in none: the old policy has no rate for them
	Estimates uint64 `ch:"estimates" json:"estimates"` // summary records among those in burdens
}

// Counts are those of a comparison of the run. A run of a program that did not tell comparisons apart has the same for all.
func (r *Run) Counts(comparison string) RunCounts {
	i := slices.Index(r.Comparisons, comparison)
	if i < 0 {
		return r.RunCounts
	}
	return RunCounts{r.RecordsOf[i], r.UncoveredOf[i], r.EstimatesOf[i]}
}

// CurrentRun is the run that readers see; ok is false before the first.
func (q *Queries) CurrentRun(ctx context.Context) (run Run, ok bool, err error) {
	runs, err := store.Select[Run](ctx, q.db, currentRunSQL, nil)
	if err != nil || len(runs) == 0 {
		return Run{}, false, err
	}
	return runs[0], true, nil
}

// CurrentNumber is the number of the run that readers see; the problem no_run says that there is none yet.
func (q *Queries) CurrentNumber(ctx context.Context) (uint32, error) {
	run, ok, err := q.CurrentRun(ctx)
	if err == nil && !ok {
		err = problem.New("no_run")
	}
	return run.ID, err
}

// RecordRun writes a run's row, its last; a published run is current from then on.
func (q *Queries) RecordRun(ctx context.Context, r Run) error {
	return store.Insert(ctx, q.db, `INSERT INTO runs (run_id, state, started_at, finished_at, program, pack_id, pack_title,
		pack_hash, first_effect, scenarios, loads, computed, data_from, data_to, records, uncovered, estimates,
		rule, comparisons, comparison_records, comparison_uncovered, comparison_estimates, sample_checked, sample_differs, failure)`, []Run{r})
}

//go:embed run/last_number.sql
var lastRunNumberSQL string

// NextRun takes a run id that no run has taken before. The caller holds the store's lock.
func (q *Queries) NextRun(ctx context.Context, now time.Time) (uint32, error) {
	last, err := store.One[number](ctx, q.db, lastRunNumberSQL, nil)
	if err != nil {
		return 0, err
	}
	next := number{RunID: last.Number + 1, TakenAt: now}
	return next.RunID, store.Insert(ctx, q.db, "INSERT INTO run_numbers (run_id, taken_at)", []number{next})
}

// RunPeriod is a month that a run shows and the run that computed it.
type RunPeriod struct {
	RunID      uint32 `ch:"run_id"`
	Period     uint32 `ch:"period"`
	ComputedBy uint32 `ch:"computed_by"`
}

//go:embed run/periods.sql
var runPeriodsSQL string

// RunPeriods lists the months that a run shows, in order.
func (q *Queries) RunPeriods(ctx context.Context, run uint32) ([]RunPeriod, error) {
	return store.Select[RunPeriod](ctx, q.db, runPeriodsSQL, store.Params{"run": run})
}

// InsertRunPeriods writes the months that a run will show once it is published.
func (q *Queries) InsertRunPeriods(ctx context.Context, rows []RunPeriod) error {
	return store.Insert(ctx, q.db, "INSERT INTO run_periods (run_id, period, computed_by)", rows)
}

//go:embed run/loads.sql
var runLoadsSQL string

// RunLoads is what was visible when a run began.
type RunLoads struct {
	RunID uint32   `ch:"run_id"`
	Loads []uint32 `ch:"loads"`
}

// RunLoads lists the loads that runs began with, by run.
func (q *Queries) RunLoads(ctx context.Context, runs []uint32) ([]RunLoads, error) {
	return store.Select[RunLoads](ctx, q.db, runLoadsSQL, store.Params{"runs": runs})
}

//go:embed run/record_periods.sql
var recordPeriodsSQL string

// PeriodRecords is how many records a month has, those included that do not count.
type PeriodRecords struct {
	Period  uint32 `ch:"period"`
	Records uint64 `ch:"records"`
}

// RecordPeriods lists the months that the loads have records for, in order.
func (q *Queries) RecordPeriods(ctx context.Context, loads []uint32) ([]PeriodRecords, error) {
	return store.Select[PeriodRecords](ctx, q.db, recordPeriodsSQL, store.Params{"loads": loads})
}

// PackFile is one file of a policy pack that was used.
type PackFile struct {
	Hash    string `ch:"pack_hash"`
	File    string `ch:"file"`
	Content string `ch:"content"`
}

//go:embed run/pack.sql
var packSQL string

// Pack returns the files of a pack by its hash; none when no run used it.
func (q *Queries) Pack(ctx context.Context, hash string) ([]PackFile, error) {
	return store.Select[PackFile](ctx, q.db, packSQL, store.Params{"hash": hash})
}

// InsertPack keeps the files of a pack for ever.
func (q *Queries) InsertPack(ctx context.Context, files []PackFile) error {
	return store.Insert(ctx, q.db, "INSERT INTO packs (pack_hash, file, content)", files)
}

//go:embed recompute/units.sql
var recomputeUnitsSQL string

//go:embed recompute/classes.sql
var classesSQL string

// Class is a class of units: all of them have the same terms.
type Class struct {
	Period      uint32     `ch:"period"`
	Class       uint64     `ch:"class"`
	Area        string     `ch:"area"` // the longest area prefix of the pack that covers them
	UnitKind    int8       `ch:"unit_kind"`
	Size        int8       `ch:"size"`
	RiskClass   uint8      `ch:"risk_class"`
	FloatFactor money.Rate `ch:"float_factor"`
	Elections   []string   `ch:"elections"`
}

// Distinctions are what of a unit the rows of a pack tell apart.
type Distinctions struct {
	Areas                []string // prefixes of region codes
	Size, Risk, Election bool
}

// Months says which months of a run to compute, from the records of which loads.
type Months struct {
	Run     uint32
	Periods []uint32
	Loads   []uint32
}

func (m Months) params() store.Params {
	return store.Params{"run": m.Run, "periods": m.Periods, "loads": m.Loads}
}

// RecomputeUnits settles which registration holds for each unit in some months of a run, and returns the classes that
// they fall into.
func (q *Queries) RecomputeUnits(ctx context.Context, m Months, d Distinctions) ([]Class, error) {
	longestFirst := slices.Clone(d.Areas)
	slices.SortFunc(longestFirst, func(a, b string) int { return len(b) - len(a) })
	p := m.params()
	p["areas"], p["by_size"], p["by_risk"], p["by_election"] = longestFirst, d.Size, d.Risk, d.Election
	if err := q.db.Exec(ctx, recomputeUnitsSQL, p); err != nil {
		return nil, err
	}
	return store.Select[Class](ctx, q.db, classesSQL, m.params())
}

// Terms are the terms of a class for a month and an insurance, as the recompute takes them; see the table run_terms.
type Terms struct {
	RunID       uint32  `ch:"run_id"`
	Period      uint32  `ch:"period"`
	Insurance   int8    `ch:"insurance"`
	Class       uint64  `ch:"class"`
	Covered     uint64  `ch:"covered"`
	Simple      bool    `ch:"simple"`
	Pattern     uint64  `ch:"pattern"`
	Lowest      int64   `ch:"lowest"`
	Highest     int64   `ch:"highest"`
	UnitLevel   bool    `ch:"unit_level"`
	AmountAdd   int64   `ch:"amount_add"`
	AmountDiv   int64   `ch:"amount_div"`
	AmountTimes int64   `ch:"amount_times"`
	Floor       []int64 `ch:"floor"`
	Cap         []int64 `ch:"cap"`
	Low         []int64 `ch:"low"`
	High        []int64 `ch:"high"`
	BaseStep    []int64 `ch:"base_step"`
	BaseUp      []uint8 `ch:"base_up"`
	Rate        []int64 `ch:"rate"`
	Employer    []uint8 `ch:"employer"`
	Employee    []uint8 `ch:"employee"`
	Limits      []uint8 `ch:"limits"`
}

// InsertTerms writes the terms of a month of a run.
func (q *Queries) InsertTerms(ctx context.Context, terms []Terms) error {
	return store.Insert(ctx, q.db, `INSERT INTO run_terms (run_id, period, insurance, class, covered, simple, pattern, lowest, highest, unit_level, amount_add,
		amount_div, amount_times, floor, cap, low, high, base_step, base_up, rate, employer, employee, limits)`, terms)
}

// Target is a payer and a scenario, counted from 1, against which the charged burden is to be explained.
type Target struct {
	Payer    contribution.Payer
	Scenario uint8
}

//go:embed recompute/groups.sql
var groupsText string

var groupsSQL = Whole(groupsText)

//go:embed recompute/open.sql
var openSQL string

//go:embed recompute/duplicates.sql
var duplicatesSQL string

//go:embed recompute/burdens.sql
var burdensText string

var burdensSQL = Whole(burdensText)

//go:embed recompute/uncovered.sql
var uncoveredText string

var uncoveredSQL = Whole(uncoveredText)

//go:embed recompute/unit_months.sql
var unitMonthsSQL string

//go:embed recompute/cells.sql
var cellsSQL string

// RecomputeMonths writes the burdens of some months of a run: those of clean groups at once, those of the others record
// by record. Their units and terms must be there. needed are the bits of the old scenarios of all comparisons.
func (q *Queries) RecomputeMonths(ctx context.Context, m Months, targets []Target, needed uint64) error {
	payers, scenarios := make([]uint8, len(targets)), make([]uint8, len(targets))
	for i, t := range targets {
		payers[i], scenarios[i] = uint8(t.Payer), t.Scenario
	}
	p := m.params()
	p["step_payers"], p["step_scenarios"], p["needed"] = payers, scenarios, needed
	for _, step := range []struct{ name, sql string }{
		{"groups", groupsSQL},
		{"open groups", openSQL},
		{"duplicates", duplicatesSQL},
		{"burdens", burdensSQL},
		{"uncovered", uncoveredSQL},
		{"unit_months", unitMonthsSQL},
		{"cells", cellsSQL},
	} {
		if err := q.db.Exec(ctx, step.sql, p); err != nil {
			return fmt.Errorf("compute the %s: %w", step.name, err)
		}
	}
	return nil
}

//go:embed run/counts.sql
var runCountsSQL string

//go:embed recompute/elections.sql
var runElectionsSQL string

// ElectionUnits is how many units have elected a measure.
type ElectionUnits struct {
	Election string `ch:"election" json:"election"`
	Units    uint64 `ch:"units" json:"units"`
}

// RunElections lists what the units of a run have elected, in the months that it computed.
func (q *Queries) RunElections(ctx context.Context, run uint32) ([]ElectionUnits, error) {
	return store.Select[ElectionUnits](ctx, q.db, runElectionsSQL, store.Params{"run": run})
}

//go:embed recompute/regions.sql
var runRegionsSQL string

// RegionMonth is a month in which a region has units.
type RegionMonth struct {
	Region string `ch:"region"`
	Period uint32 `ch:"period"`
}

// RunRegions lists the regions of the units of a run, in the months that it computed.
func (q *Queries) RunRegions(ctx context.Context, run uint32) ([]RegionMonth, error) {
	return store.Select[RegionMonth](ctx, q.db, runRegionsSQL, store.Params{"run": run})
}

// RunCovers is how many records each scenario of a run covers, and how many not.
type RunCovers struct {
	Covered   []uint64 `ch:"covered"`
	Estimates []uint64 `ch:"estimates"`
	Uncovered []uint64 `ch:"uncovered"`
}

// RunCovers counts the records of all months that a run shows.
func (q *Queries) RunCovers(ctx context.Context, run uint32, scenarios int) (RunCovers, error) {
	return store.One[RunCovers](ctx, q.db, runCountsSQL, store.Params{"run": run, "scenarios": uint8(scenarios)}) //nolint:gosec // at most 64
}

//go:embed run/totals.sql
var runTotalsSQL string

// RunTotal is what one table of a run's months adds up to.
type RunTotal struct {
	Part    string    `ch:"part"`    // burdens, cells, uncovered, unit_months
	Records uint64    `ch:"records"` // of burdens and uncovered
	Charged money.Fen `ch:"charged"` // both payers
	Owed    money.Fen `ch:"owed"`    // both payers, all scenarios
}

// RunTotals adds up what a run's months hold, by table.
func (q *Queries) RunTotals(ctx context.Context, run uint32) (map[string]RunTotal, error) {
	rows, err := store.Select[RunTotal](ctx, q.db, runTotalsSQL, store.Params{"run": run})
	totals := map[string]RunTotal{}
	for _, row := range rows {
		totals[row.Part] = row
	}
	return totals, err
}

//go:embed recompute/sample_units.sql
var sampleUnitsSQL string

//go:embed recompute/sample_records.sql
var sampleRecordsSQL string

//go:embed recompute/sample_lines.sql
var sampleLinesSQL string

// SampleUnits draws at most size units that a run computed, the same ones for the same seed, and no more of them than
// have that many records together; one at least.
func (q *Queries) SampleUnits(ctx context.Context, run uint32, seed uint64, size int, records uint64) ([]string, error) {
	type row struct {
		UnitID  string `ch:"unit_id"`
		Records uint64 `ch:"records"`
	}
	rows, err := store.Select[row](ctx, q.db, sampleUnitsSQL, store.Params{"run": run, "seed": seed, "size": size})
	var ids []string
	total := uint64(0)
	for _, r := range rows {
		if total += r.Records; len(ids) > 0 && total > records {
			break
		}
		ids = append(ids, r.UnitID)
	}
	return ids, err
}

// SampleRecords lists the live records of some units in some months.
func (q *Queries) SampleRecords(ctx context.Context, loads []uint32, units []string, months []uint32) ([]contribution.Record, error) {
	rows, err := store.Select[recordRow](ctx, q.db, sampleRecordsSQL,
		store.Params{"loads": loads, "units": units, "periods": months})
	records := make([]contribution.Record, len(rows))
	for i := range rows {
		records[i] = rows[i].record()
	}
	return records, err
}

// SampleLine is what a run computed for a unit, month and insurance; the scenarios are the run's.
type SampleLine struct {
	UnitID          string    `ch:"unit_id"`
	Period          uint32    `ch:"period"`
	Insurance       int8      `ch:"insurance"`
	Covered         uint64    `ch:"covered"` // bit i: scenario i + 1 has a rate
	Headcount       uint32    `ch:"headcount"`
	Wage            money.Fen `ch:"wage"`
	Employer        []int64   `ch:"employer_fen"`
	Employee        []int64   `ch:"employee_fen"`
	EmployerCharged money.Fen `ch:"employer_charged"`
	EmployeeCharged money.Fen `ch:"employee_charged"`
	ReasonPayers    []int64   `ch:"reason_payers"`
	ReasonScenarios []int64   `ch:"reason_scenarios"`
	ReasonIDs       []int64   `ch:"reason_ids"`
	ReasonAmounts   []int64   `ch:"reason_fen"`
}

// SampleLines lists what a run itself computed for some units.
func (q *Queries) SampleLines(ctx context.Context, run uint32, units []string) ([]SampleLine, error) {
	return store.Select[SampleLine](ctx, q.db, sampleLinesSQL, store.Params{"run": run, "units": units})
}
