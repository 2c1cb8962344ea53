package queries

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/store"
)

//go:embed overview/months.sql
var monthsText string

var monthsSQL = Whole(monthsText)

type monthRow struct {
	Period    uint32    `ch:"period"`
	Old       money.Fen `ch:"old"`
	New       money.Fen `ch:"new"`
	Charged   money.Fen `ch:"charged"`
	Units     uint64    `ch:"units"`
	Headcount uint64    `ch:"headcount"`
	Reach
}

// Months lists the burdens of all months that the run has, in order.
func (f *Figures) Months(ctx context.Context, scope filter.Scope, v View) ([]PeriodRow, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	months, err := store.Select[monthRow](ctx, f.q.db, monthsSQL, p)
	rows := make([]PeriodRow, len(months))
	for i, m := range months {
		rows[i] = PeriodRow{period.Period(m.Period), Sums{Burden{m.Old, m.New, m.Charged}, m.Reach}, m.Units, m.Headcount}
	}
	return rows, err
}

//go:embed overview/scenarios.sql
var scenariosText string

var scenariosSQL = Whole(scenariosText)

// Measures splits the due reduction of a view into the effects of the comparison's added measures, in order.
func (f *Figures) Measures(ctx context.Context, scope filter.Scope, v View) ([]MeasureRow, error) {
	comparison, err := f.Pack.Comparison(v.Comparison)
	if err != nil {
		return nil, err
	}
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	type row struct {
		Owed []int64 `ch:"owed_fen"`
	}
	sums, err := store.One[row](ctx, f.q.db, scenariosSQL, p)
	if err != nil {
		return nil, err
	}
	steps, _ := p["steps"].([]uint8)
	var rows []MeasureRow
	for i, id := range comparison.Added() {
		m, _ := f.Pack.Measure(id)
		effect := MeasureRow{Measure: id, Title: m.Title}
		if len(sums.Owed) > 0 { // empty where the view has no rows
			effect.Effect = money.Fen(sums.Owed[steps[i]-1] - sums.Owed[steps[i+1]-1])
		}
		rows = append(rows, effect)
	}
	return rows, nil
}

//go:embed overview/reasons.sql
var reasonsText string

var reasonsSQL = Whole(reasonsText)

// Reasons splits the shortfall of a view into its reasons, in the order of every table, each with where it is.
func (f *Figures) Reasons(ctx context.Context, scope filter.Scope, v View) ([]ReasonRow, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	bindDigits(p, scope, v.Narrow)
	type row struct {
		Reason    string   `ch:"reason"`
		Units     uint64   `ch:"units"`
		Amount    int64    `ch:"amount_fen"`
		More      int64    `ch:"more_fen"`
		Less      int64    `ch:"less_fen"`
		Areas     []string `ch:"areas"`
		AreaUnits []uint64 `ch:"area_units"`
		AreaFen   []int64  `ch:"area_fen"`
		AreaMore  []int64  `ch:"area_more"`
		AreaLess  []int64  `ch:"area_less"`
	}
	found, err := store.Select[row](ctx, f.q.db, reasonsSQL, p)
	rows := make([]ReasonRow, len(found))
	for i, r := range found {
		rows[i] = ReasonRow{Reason: r.Reason, Units: r.Units, Amount: money.Fen(r.Amount), More: money.Fen(r.More), Less: money.Fen(r.Less)}
		for n, area := range r.Areas {
			rows[i].ByRegion = append(rows[i].ByRegion, ReasonPlace{area, r.AreaUnits[n], money.Fen(r.AreaFen[n]), money.Fen(r.AreaMore[n]), money.Fen(r.AreaLess[n])})
		}
	}
	return rows, err
}

//go:embed overview/uncovered_in.sql
var uncoveredInSQL string

// UncoveredIn counts the records of a view that are in no burden. Nil where the view is narrowed to what is not known of
// them.
func (f *Figures) UncoveredIn(ctx context.Context, scope filter.Scope, v View) (*UncoveredCount, error) {
	if known := (Narrow{Region: v.Narrow.Region, Insurance: v.Narrow.Insurance}); v.Narrow != known {
		return nil, nil
	}
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	type row struct {
		Records uint64 `ch:"all_records"`
		Units   uint64 `ch:"units"`
	}
	found, err := store.One[row](ctx, f.q.db, uncoveredInSQL, p)
	return &UncoveredCount{found.Records, found.Units}, err
}

//go:embed overview/nothing_covered.sql
var nothingCoveredSQL string

// NothingCovered lists the parts of a view with most records, by city and insurance, where the pack has no rate for any of its
// records; none where some figure can be shown. Only the region and the insurance of the view are looked at.
func (f *Figures) NothingCovered(ctx context.Context, scope filter.Scope, v View, rows int) ([]UncoveredPart, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["rows"] = rows
	return store.Select[UncoveredPart](ctx, f.q.db, nothingCoveredSQL, p)
}

// Stamp says which figures these are, to who sees the scope.
func (f *Figures) Stamp(ctx context.Context, scope filter.Scope) (Stamp, error) {
	visible, err := f.q.Visible(ctx)
	if err != nil {
		return Stamp{}, err
	}
	whole, err := f.Whole(ctx, scope)
	if err != nil {
		return Stamp{}, err
	}
	s := Stamp{
		Run:           f.Run.ID,
		Pack:          f.Run.PackID,
		PackTitle:     f.Run.PackTitle,
		PackHash:      f.Run.PackHash,
		ComputedAt:    f.Run.FinishedAt,
		DataFrom:      period.Period(f.Run.DataFrom),
		DataTo:        period.Period(f.Run.DataTo),
		FirstEffect:   period.Period(f.Run.FirstEffect),
		Records:       f.Run.Records,
		Uncovered:     f.Run.Uncovered,
		Estimates:     f.Run.Estimates,
		SampleChecked: f.Run.SampleChecked,
	}
	if s.Gaps, err = f.gaps(ctx); err != nil {
		return Stamp{}, err
	}
	for _, l := range visible.Loads {
		s.Rejected += l.Rejected
		s.LoadedAt = later(s.LoadedAt, l.FinishedAt)
	}
	if s.Waiting, err = f.waiting(ctx, visible); err != nil {
		return Stamp{}, err
	}
	s.Comparisons = f.comparisons()
	for i := range s.Comparisons {
		if c := &s.Comparisons[i]; whole {
			c.RunCounts = f.Run.Counts(c.ID)
		}
	}
	if !whole {
		s.Records, s.Rejected, s.Uncovered, s.Estimates, s.SampleChecked = 0, 0, 0, 0, 0
		if s.Waiting != nil {
			s.Waiting = &Waiting{LoadedAt: s.Waiting.LoadedAt, Part: true}
		}
	}
	return s, nil
}

//go:embed run/insured_months.sql
var insuredMonthsSQL string

// gaps are the months from the run's first to its last of which there are no figures that another month's can be compared
// with: nothing was loaded of them, or no more than what was paid back or paid later, for them.
func (f *Figures) gaps(ctx context.Context) (gaps []period.Period, err error) {
	type row struct {
		Period uint32 `ch:"period"`
	}
	rows, err := store.Select[row](ctx, f.q.db, insuredMonthsSQL, store.Params{"run": f.Run.ID})
	if err != nil {
		return nil, err
	}
	for _, m := range (period.Range{From: period.Period(f.Run.DataFrom), To: period.Period(f.Run.DataTo)}).Months() {
		if !slices.ContainsFunc(rows, func(r row) bool { return period.Period(r.Period) == m }) {
			gaps = append(gaps, m)
		}
	}
	return gaps, nil
}

// comparisons are those of the run's pack.
func (f *Figures) comparisons() []Comparison {
	var all []Comparison
	for _, c := range f.Pack.Comparisons {
		comparison := Comparison{ID: c.ID, Title: c.Title, Default: c.ID == f.Pack.DefaultComparison().ID}
		for _, id := range c.Added() {
			m, _ := f.Pack.Measure(id)
			comparison.Measures = append(comparison.Measures, MeasureRow{Measure: id, Title: m.Title})
		}
		all = append(all, comparison)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Stamp says which figures the current run gives to who sees the scope; the problem no_run that there are none yet. The
// counts of the whole store are for who sees the whole of it.
func (q *Queries) Stamp(ctx context.Context, scope filter.Scope) (Stamp, error) {
	f, err := q.Figures(ctx)
	if err != nil {
		return Stamp{}, err
	}
	return f.Stamp(ctx, scope)
}

// Overview reads everything that the first page shows, all of it of one run. Of the view, what is left open is filled in.
func (q *Queries) Overview(ctx context.Context, scope filter.Scope, v View) (Overview, error) {
	f, err := q.Figures(ctx)
	if err != nil {
		return Overview{}, err
	}
	return f.Overview(ctx, scope, v)
}

// Overview is Queries.Overview of one run, current or not.
func (f *Figures) Overview(ctx context.Context, scope filter.Scope, v View) (Overview, error) {
	v, err := f.Complete(v)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{View: v, Region: cmp.Or(v.Narrow.Region, regionOf(scope))}
	levels := levelsBelow(scope, v.Narrow)
	var members Divided
	err = together(ctx,
		func(ctx context.Context) (err error) {
			o.Stamp, err = f.Stamp(ctx, scope)
			o.Stamp = o.Stamp.For(v.Comparison)
			return err
		},
		func(ctx context.Context) (err error) { o.ByPeriod, err = f.Months(ctx, scope, v); return err },
		func(ctx context.Context) (err error) { o.ByReason, err = f.Reasons(ctx, scope, v); return err },
		func(ctx context.Context) (err error) { o.ByMeasure, err = f.Measures(ctx, scope, v); return err },
		func(ctx context.Context) (err error) { o.Uncovered, err = f.UncoveredIn(ctx, scope, v); return err },
		func(ctx context.Context) (err error) {
			members, err = f.Divide(ctx, scope, v, slices.Concat([]string{"total"}, levels, []string{increasedUnits})...)
			return err
		},
	)
	if total := members.Members["total"]; len(total) > 0 {
		o.Total = total[0]
	}
	for i, d := range dimension.All {
		*o.Of(d) = members.Members[levels[i]]
	}
	o.ByBand, o.Increased, o.Insured = members.Bands, members.Increased, members.Insured
	if err == nil {
		o.Events, err = f.events(scope, v)
	}
	return o, err
}

// events are what of the policy began under the new policy of a view, in the months with data, wherever the view is.
func (f *Figures) events(scope filter.Scope, v View) ([]policy.Event, error) {
	comparison, err := f.Pack.Comparison(v.Comparison)
	if err != nil {
		return nil, err
	}
	months := period.Range{From: period.Period(f.Run.DataFrom), To: period.Period(f.Run.DataTo)}
	all, err := f.Pack.Events(cmp.Or(v.Narrow.Region, regionOf(scope)), months, comparison.New)
	events := []policy.Event{}
	for _, e := range all {
		insured := v.Narrow.Insurance == "" || e.Insurance == "" || e.Insurance == v.Narrow.Insurance
		paid := e.Limits() || slices.ContainsFunc(v.Payers, func(p contribution.Payer) bool { return p.String() == e.Payer })
		if insured && paid {
			events = append(events, e)
		}
	}
	return events, err
}

// together asks several questions at once; the first that fails ends the others.
func together(ctx context.Context, questions ...func(context.Context) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, ask := range questions {
		group.Go(func() error { return ask(ctx) })
	}
	return group.Wait()
}

// atOnce is how many statements of one page run side by side; a statement itself uses several cores.
const atOnce = 4

// LevelBelow is the level of a dimension right below a view: the counties of cities, else cities; the divisions of a section; the
// words of a list.
func LevelBelow(d *dimension.Dimension, scope filter.Scope, narrow Narrow) dimension.Level {
	if d.ID == dimension.Region && narrow.Region == "" {
		return d.StepBelow(widest(scope))
	}
	return d.StepBelow(len(d.Bound(narrow.Value(d))))
}

// levelOf is the level of a dimension right below a view; months, which are none, stay what they are.
func levelOf(id string, scope filter.Scope, narrow Narrow) string {
	if d, ok := dimension.Named(id); ok {
		return LevelBelow(d, scope, narrow).ID
	}
	return id
}

// levelsBelow are those of all dimensions, in their order.
func levelsBelow(scope filter.Scope, narrow Narrow) []string {
	levels := make([]string, len(dimension.All))
	for i, d := range dimension.All {
		levels[i] = LevelBelow(d, scope, narrow).ID
	}
	return levels
}

// bindDigits adds how many characters of a code name a member one level below a view.
func bindDigits(p store.Params, scope filter.Scope, narrow Narrow) {
	for _, d := range dimension.All {
		if d.Codes != nil {
			p[d.ID+"_digits"] = LevelBelow(d, scope, narrow).Digits
		}
	}
}

// widest is how many digits the code of the widest region of a scope has.
func widest(scope filter.Scope) int {
	digits := 6
	for _, prefix := range scope.Prefixes() {
		digits = min(digits, len(prefix))
	}
	return digits
}

// regionOf is the code of a scope that is one region.
func regionOf(scope filter.Scope) string {
	prefixes := scope.Prefixes()
	if len(prefixes) != 1 || prefixes[0] == "" || len(prefixes[0]) > 6 {
		return ""
	}
	return (prefixes[0] + "0000")[:6]
}

//go:embed overview/outside.sql
var outsideSQL string

// whole tells whether nothing of the run lies outside of the scope.
func (f *Figures) Whole(ctx context.Context, scope filter.Scope) (bool, error) {
	type row struct {
		Cells uint64 `ch:"cells"`
	}
	found, err := store.One[row](ctx, f.q.db, outsideSQL, store.Params{"run": f.Run.ID, "scope": scope.Prefixes()})
	return found.Cells == 0, err
}
