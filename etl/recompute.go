package etl

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// RecomputeOptions say what to recompute.
type RecomputeOptions struct {
	Pack     *policy.Pack
	Window   period.Range     // months to recompute; zero: those touched since the last run
	Program  string           // version of jianfu, kept with the run
	By       access.Principal // in whose name the audit log has it
	Hold     *Hold            // by how much the run may differ and be published at once; nil: by whatever
	Sample   int              // units that are recomputed in Go and compared
	Now      func() time.Time
	Progress func(done, total int64) // records; may be nil
}

// Recomputed is what a recompute did.
type Recomputed struct {
	Run         queries.Run             `json:"run"`
	Months      []string                `json:"months"` // that it computed
	Comparisons []Counted               `json:"comparisons"`
	Unchanged   bool                    `json:"unchanged"` // nothing was touched since the last run, and nothing was done
	Differences []Difference            `json:"differences,omitempty"`
	Held        []queries.HoldReason    `json:"held,omitempty"`              // why the run waits to be confirmed; nobody is shown it until then
	Gaps        []policy.LimitGap       `json:"limit_gaps,omitempty"`        // of the pack, in which records of this run were computed without a floor and a cap
	Unknown     []queries.ElectionUnits `json:"unknown_elections,omitempty"` // that no measure of the pack has, so that they have no effect
	Took        time.Duration           `json:"-"`
}

// Counted is how many records of a run a comparison has.
type Counted struct {
	Comparison string `json:"comparison"`
	Title      string `json:"title"`
	queries.RunCounts
}

// counted lists the comparisons of a pack with what a run has of them.
func counted(run *queries.Run, pack *policy.Pack) []Counted {
	var list []Counted
	for _, c := range pack.Comparisons {
		list = append(list, Counted{c.ID, c.Title, run.Counts(c.ID)})
	}
	return list
}

// Recompute computes the burdens of the months that were touched since the last run, or of those named, and publishes
// them whole. Readers see the figures of the last run until it has ended well. A difference between the set-based sums
// and the rule in Go fails the run, which is then recorded as failed and not shown.
func Recompute(ctx context.Context, q *queries.Queries, o RecomputeOptions) (Recomputed, error) {
	r := &recompute{q: q, o: o, started: o.Now()}
	result := Recomputed{}
	if err := r.prepare(ctx); err != nil {
		return result, err
	}
	if err := q.NameUnits(ctx); err != nil { // those that an earlier program loaded
		return result, fmt.Errorf("work out how names of units are looked for: %w", err)
	}
	if len(r.months) == 0 && r.hasLast && r.last.PackHash == o.Pack.Hash && !r.periodsGone() {
		return Recomputed{Run: r.last, Comparisons: counted(&r.last, o.Pack), Unchanged: true}, nil
	}
	if err := r.compute(ctx); err != nil {
		return result, err
	}
	differences, err := r.check(ctx)
	if err != nil {
		return result, err
	}
	if differences, err = r.publish(ctx, differences); err != nil {
		return result, err
	}
	result.Run, result.Differences, result.Held, result.Took = r.run, differences, r.held, o.Now().Sub(r.started)
	result.Comparisons = counted(&r.run, o.Pack)
	if result.Gaps, result.Unknown, err = r.doubts(ctx); err != nil {
		return result, err
	}
	for _, m := range r.run.Computed {
		result.Months = append(result.Months, period.Period(m).String())
	}
	if len(differences) > 0 {
		return result, problem.New("recompute_differs", "run", r.run.ID, "count", len(differences),
			"first", differences[0].String())
	}
	return result, nil
}

// recompute is one run on its way.
type recompute struct {
	q        *queries.Queries
	o        RecomputeOptions
	started  time.Time
	plan     *plan
	visible  queries.Visible
	loads    []uint32 // the ids of what is visible
	last     queries.Run
	hasLast  bool
	detected bool                       // the last run has its cases; one of an earlier program has not, nor have its months marks
	kept     []queries.RunPeriod        // of the last run
	known    map[uint32]map[uint32]bool // by month: the loads that were there when the last run's figures were computed
	months   []queries.PeriodRecords
	all      []queries.PeriodRecords
	run      queries.Run
	held     []queries.HoldReason // why the run is not published yet
}

// prepare finds out what there is to do.
func (r *recompute) prepare(ctx context.Context) error {
	var err error
	if r.plan, err = newPlan(r.o.Pack); err != nil {
		return err
	}
	if r.visible, err = r.q.Visible(ctx); err != nil {
		return fmt.Errorf("list the loads: %w", err)
	}
	r.loads = r.visible.IDs()
	if r.last, r.hasLast, err = r.q.CurrentRun(ctx); err != nil {
		return fmt.Errorf("read the current run: %w", err)
	}
	if r.hasLast {
		if r.kept, err = r.q.RunPeriods(ctx, r.last.ID); err != nil {
			return fmt.Errorf("read the months of run %d: %w", r.last.ID, err)
		}
		if r.known, err = r.knownLoads(ctx); err != nil {
			return err
		}
		if r.detected, err = r.q.Detected(ctx, r.last.ID); err != nil {
			return fmt.Errorf("look for the cases of run %d: %w", r.last.ID, err)
		}
	}
	if r.all, err = r.q.RecordPeriods(ctx, r.loads); err != nil {
		return fmt.Errorf("list the months with records: %w", err)
	}
	if len(r.all) == 0 {
		return problem.New("nothing_loaded")
	}
	touched := r.touched()
	for _, m := range r.all {
		if touched(period.Period(m.Period)) {
			r.months = append(r.months, m)
		}
	}
	if len(r.months) == 0 && r.o.Window != (period.Range{}) {
		return problem.New("recompute_empty_window", "from", r.o.Window.From, "to", r.o.Window.To,
			"first", period.Period(r.all[0].Period), "last", period.Period(r.all[len(r.all)-1].Period))
	}
	return nil
}

// knownLoads says of each month that the last run shows which loads were there when it was computed. A run over a window
// leaves the other months as they are, so that what is known differs from month to month.
func (r *recompute) knownLoads(ctx context.Context) (map[uint32]map[uint32]bool, error) {
	by := map[uint32][]uint32{}
	for _, k := range r.kept {
		by[k.ComputedBy] = append(by[k.ComputedBy], k.Period)
	}
	runs, err := r.q.RunLoads(ctx, slices.Sorted(maps.Keys(by)))
	if err != nil {
		return nil, fmt.Errorf("read the loads of earlier runs: %w", err)
	}
	known := map[uint32]map[uint32]bool{}
	for _, run := range runs {
		loads := map[uint32]bool{}
		for _, id := range run.Loads {
			loads[id] = true
		}
		for _, month := range by[run.RunID] {
			known[month] = loads
		}
	}
	return known, nil
}

// touched tells which months to compute: those named, or those whose records or registrations came with loads that were
// not there when the month was computed; all of them when the pack or the rule is not that of the last run, since a run never
// mixes two of them, and when that run has no cases.
func (r *recompute) touched() func(period.Period) bool {
	if !r.hasLast || r.last.PackHash != r.o.Pack.Hash || r.last.Rule != burden.Version || !r.detected {
		return func(period.Period) bool { return true }
	}
	if r.o.Window != (period.Range{}) {
		return func(m period.Period) bool { return r.o.Window.Contains(m) || r.known[uint32(m)] == nil }
	}
	return r.stale
}

// stale tells whether a month has something that the last run did not know when its figures were computed.
func (r *recompute) stale(m period.Period) bool {
	known := r.known[uint32(m)]
	return known == nil || slices.ContainsFunc(r.visible.Loads, func(l queries.Load) bool { return !known[l.ID] && l.Touches(m) }) ||
		slices.ContainsFunc(r.visible.Withdrawals, func(w queries.Withdrawal) bool { return !known[w.ID] && w.Touches(m) })
}

// behind tells whether the run shows a month that is stale and that it did not compute.
func (r *recompute) behind() bool {
	return slices.ContainsFunc(r.all, func(m queries.PeriodRecords) bool {
		return !slices.Contains(r.run.Computed, m.Period) && r.stale(period.Period(m.Period))
	})
}

// periodsGone tells whether the last run shows a month that has no records any more.
func (r *recompute) periodsGone() bool { return len(r.kept) != len(r.all) }

// compute writes the run's rows, month by month, invisible yet.
func (r *recompute) compute(ctx context.Context) error {
	id, err := r.q.NextRun(ctx, r.started)
	if err != nil {
		return fmt.Errorf("take a run number: %w", err)
	}
	r.run = queries.Run{
		ID:          id,
		State:       "published",
		StartedAt:   r.started,
		Program:     r.o.Program,
		Rule:        burden.Version,
		PackID:      r.o.Pack.ID,
		PackTitle:   r.o.Pack.Title,
		PackHash:    r.o.Pack.Hash,
		FirstEffect: uint32(r.o.Pack.FirstEffect()),
		Scenarios:   r.plan.scenarios,
		Loads:       r.loads,
		Computed:    []uint32{},
		DataFrom:    r.all[0].Period,
		DataTo:      r.all[len(r.all)-1].Period,
	}
	var total, done int64
	for _, m := range r.months {
		total += int64(m.Records) //nolint:gosec // far below 2^63
	}
	for len(r.months) > 0 {
		batch := queries.Months{Run: id, Loads: r.loads}
		records := uint64(0)
		for len(r.months) > 0 && (len(batch.Periods) == 0 || records+r.months[0].Records <= batchRecords) {
			batch.Periods = append(batch.Periods, r.months[0].Period)
			records += r.months[0].Records
			r.months = r.months[1:]
		}
		if err := r.computeMonths(ctx, batch); err != nil {
			return fmt.Errorf("recompute %s to %s: %w", period.Period(batch.Periods[0]),
				period.Period(batch.Periods[len(batch.Periods)-1]), err)
		}
		r.run.Computed = append(r.run.Computed, batch.Periods...)
		done += int64(records) //nolint:gosec // far below 2^63
		if r.o.Progress != nil {
			r.o.Progress(done, total)
		}
	}
	return nil
}

// batchRecords is how many records are computed with one statement, a month at least: enough that a statement's own
// cost does not count, few enough for the memory of a small machine.
const batchRecords = 12_000_000

func (r *recompute) computeMonths(ctx context.Context, m queries.Months) error {
	classes, err := r.q.RecomputeUnits(ctx, m, r.plan.distinctions())
	if err != nil {
		return fmt.Errorf("settle the units: %w", err)
	}
	var terms []queries.Terms
	for _, c := range classes {
		for _, insurance := range contribution.Insurances {
			t, err := r.plan.compile(r.run.ID, c, insurance)
			if err != nil {
				return err
			}
			terms = append(terms, t)
		}
	}
	if err := r.q.InsertTerms(ctx, terms); err != nil {
		return fmt.Errorf("write the terms: %w", err)
	}
	if err := r.q.RecomputeMonths(ctx, m, r.plan.targets, r.plan.needed); err != nil || r.plan.explainsOld {
		return err
	}
	return r.markMonths(ctx, m, classes)
}

// publish keeps the pack, names the months that the run shows, compares their totals and writes the run's row last. It
// returns all that differs.
func (r *recompute) publish(ctx context.Context, differences []Difference) ([]Difference, error) {
	kept, err := r.q.Pack(ctx, r.o.Pack.Hash)
	if err != nil {
		return nil, fmt.Errorf("look for the pack: %w", err)
	}
	if len(kept) == 0 {
		var files []queries.PackFile
		for name, content := range r.o.Pack.Files {
			files = append(files, queries.PackFile{Hash: r.o.Pack.Hash, File: name, Content: string(content)})
		}
		if err := r.q.InsertPack(ctx, files); err != nil {
			return nil, fmt.Errorf("keep the pack: %w", err)
		}
	}
	if err := r.q.InsertRunPeriods(ctx, r.shown()); err != nil {
		return nil, fmt.Errorf("write the months of run %d: %w", r.run.ID, err)
	}
	if err := r.count(ctx); err != nil {
		return nil, fmt.Errorf("count the records of run %d: %w", r.run.ID, err)
	}
	totals, err := r.checkTotals(ctx)
	if err != nil {
		return nil, err
	}
	if differences = append(differences, totals...); len(differences) == 0 {
		if differences, err = r.detect(ctx); err != nil {
			return nil, err
		}
	}
	if len(differences) > 0 {
		texts := make([]string, len(differences))
		for i, d := range differences {
			texts[i] = d.String()
		}
		r.run.State, r.run.Failure = "failed", strings.Join(texts, "\n")
		r.run.SampleDiffers = uint64(len(differences))
	}
	if r.o.Hold != nil && len(differences) == 0 {
		if r.held, err = r.weigh(ctx, *r.o.Hold); err != nil {
			return nil, err
		}
	}
	if err := r.record(ctx); err != nil {
		return nil, fmt.Errorf("record run %d: %w", r.run.ID, err)
	}
	return differences, r.replaceHeld(ctx)
}

// record writes the run's row, after the audit log has it: with it the run is published, has failed, or is held.
func (r *recompute) record(ctx context.Context) error {
	r.run.FinishedAt = r.o.Now()
	action, state := audit.Recomputed, r.run.State
	if len(r.held) > 0 {
		action, r.run.State = audit.RunHeld, queries.HeldWaiting
		state = codesOf(r.held)
	}
	months := append([]uint32{r.run.DataFrom, r.run.DataTo}, r.run.Computed...) // none where months are only gone
	if len(months) > 2 {
		months = months[2:]
	}
	entry := audit.By(r.o.By, action, fmt.Sprint(r.run.ID), "from", period.Period(months[0]), "to", period.Period(months[len(months)-1]), "pack", r.run.PackID+"@"+r.run.PackHash, "state", state)
	return audit.New(r.q, time.Now).Do(ctx, entry, func(ctx context.Context) error {
		if len(r.held) > 0 {
			return r.q.HoldRun(ctx, queries.HeldRun{Run: r.run, HeldAt: r.run.FinishedAt, Reasons: r.held})
		}
		return r.q.RecordRun(ctx, r.run)
	})
}

// count notes how many records each comparison has in its burdens and how many its old policy has no rate for.
func (r *recompute) count(ctx context.Context) error {
	covers, err := r.q.RunCovers(ctx, r.run.ID, len(r.plan.scenarios))
	if err != nil {
		return err
	}
	for _, c := range r.o.Pack.Comparisons {
		old := place(r.plan.scenarios, c.Old) - 1
		r.run.Comparisons = append(r.run.Comparisons, c.ID)
		r.run.RecordsOf = append(r.run.RecordsOf, covers.Covered[old])
		r.run.UncoveredOf = append(r.run.UncoveredOf, covers.Uncovered[old])
		r.run.EstimatesOf = append(r.run.EstimatesOf, covers.Estimates[old])
	}
	r.run.RunCounts = r.run.Counts(r.o.Pack.DefaultComparison().ID)
	return nil
}

// shown lists the months of the run: those that it computed, and of the last run those that it did not and that still
// have records.
func (r *recompute) shown() []queries.RunPeriod {
	by := map[uint32]uint32{}
	for _, k := range r.kept {
		by[k.Period] = k.ComputedBy
	}
	for _, m := range r.run.Computed {
		by[m] = r.run.ID
	}
	var rows []queries.RunPeriod
	for _, m := range r.all {
		rows = append(rows, queries.RunPeriod{RunID: r.run.ID, Period: m.Period, ComputedBy: by[m.Period]})
	}
	return rows
}
