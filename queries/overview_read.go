package queries

import (
	"cmp"
	"context"
	_ "embed"
	"time"

	"golang.org/x/sync/errgroup"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/store"
)

//go:embed overview/members.sql
var membersSQL string

//go:embed overview/member_states.sql
var memberStatesSQL string

type memberRow struct {
	Key       string    `ch:"key"`
	Old       money.Fen `ch:"old"`
	New       money.Fen `ch:"new"`
	Charged   money.Fen `ch:"charged"`
	Headcount uint64    `ch:"headcount"`
}

type memberStatesRow struct {
	Key       string `ch:"key"`
	Units     uint64 `ch:"units"`
	Headcount uint64 `ch:"headcount"`
	Full      uint64 `ch:"full"`
	Partial   uint64 `ch:"partial"`
	None      uint64 `ch:"none"`
	Increased uint64 `ch:"increased"`
	NoDue     uint64 `ch:"no_due"`
}

// Members adds up a view by one dimension: total, province, city, county, section, division, industry, size,
// economic_type, unit_kind or insurance. By insurance, units have no state of their own and are not counted.
func (f *Figures) Members(ctx context.Context, scope filter.Scope, v View, by string) ([]MemberRow, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["by"] = by
	sums, err := store.Select[memberRow](ctx, f.q.db, membersSQL, p)
	if err != nil {
		return nil, err
	}
	counts := map[string]memberStatesRow{}
	if by != "insurance" {
		states, err := store.Select[memberStatesRow](ctx, f.q.db, memberStatesSQL, p)
		if err != nil {
			return nil, err
		}
		for _, s := range states {
			counts[s.Key] = s
		}
	}
	rows := make([]MemberRow, len(sums))
	for i, m := range sums {
		s, counted := counts[m.Key]
		rows[i] = MemberRow{
			Key:       m.Key,
			Burden:    Burden{m.Old, m.New, m.Charged},
			Units:     s.Units,
			Headcount: s.Headcount,
			States:    States{s.Full, s.Partial, s.None, s.Increased, s.NoDue},
		}
		if !counted {
			rows[i].Headcount = m.Headcount
		}
	}
	return rows, nil
}

//go:embed overview/months.sql
var monthsSQL string

type monthRow struct {
	Period    uint32    `ch:"period"`
	Old       money.Fen `ch:"old"`
	New       money.Fen `ch:"new"`
	Charged   money.Fen `ch:"charged"`
	Units     uint64    `ch:"units"`
	Headcount uint64    `ch:"headcount"`
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
		rows[i] = PeriodRow{period.Period(m.Period), Burden{m.Old, m.New, m.Charged}, m.Units, m.Headcount}
	}
	return rows, err
}

//go:embed overview/scenarios.sql
var scenariosSQL string

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
var reasonsSQL string

// Reasons splits the shortfall of a view into its reasons, in the order of every table.
func (f *Figures) Reasons(ctx context.Context, scope filter.Scope, v View) ([]ReasonRow, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return nil, err
	}
	type row struct {
		Reason string    `ch:"reason"`
		Units  uint64    `ch:"units"`
		Amount money.Fen `ch:"amount"`
	}
	found, err := store.Select[row](ctx, f.q.db, reasonsSQL, p)
	rows := make([]ReasonRow, len(found))
	for i, r := range found {
		rows[i] = ReasonRow(r)
	}
	return rows, err
}

// Stamp says which figures these are, to who sees the scope.
func (f *Figures) Stamp(ctx context.Context, scope filter.Scope) (Stamp, error) {
	loads, err := f.q.Loads(ctx)
	if err != nil {
		return Stamp{}, err
	}
	whole, err := f.whole(ctx, scope)
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
	used := map[uint32]bool{}
	for _, id := range f.Run.Loads {
		used[id] = true
	}
	for _, l := range loads {
		if !used[l.ID] {
			continue
		}
		s.Rejected += l.Rejected
		s.LoadedAt = later(s.LoadedAt, l.FinishedAt)
	}
	s.Comparisons = f.comparisons()
	if !whole {
		s.Records, s.Rejected, s.Uncovered, s.Estimates, s.SampleChecked = 0, 0, 0, 0, 0
	}
	return s, nil
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

// Stamp says which figures the current run gives to who sees the scope; the fault no_run that there are none yet. The
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
	if v, err = f.Complete(v); err != nil {
		return Overview{}, err
	}
	o := Overview{View: v, Region: cmp.Or(v.Narrow.Region, regionOf(scope))}
	members := func(into *[]MemberRow, by string) func(context.Context) error {
		return func(ctx context.Context) (err error) {
			*into, err = f.Members(ctx, scope, v, by)
			return err
		}
	}
	var total []MemberRow
	err = together(ctx,
		func(ctx context.Context) (err error) { o.Stamp, err = f.Stamp(ctx, scope); return err },
		func(ctx context.Context) (err error) { o.ByPeriod, err = f.Months(ctx, scope, v); return err },
		func(ctx context.Context) (err error) { o.ByReason, err = f.Reasons(ctx, scope, v); return err },
		func(ctx context.Context) (err error) { o.ByMeasure, err = f.Measures(ctx, scope, v); return err },
		members(&total, "total"),
		members(&o.ByRegion, regionsBelow(scope, v.Narrow)),
		members(&o.ByIndustry, industriesBelow(v.Narrow)),
		members(&o.BySize, "size"),
		members(&o.ByEconomicType, "economic_type"),
		members(&o.ByUnitKind, "unit_kind"),
		members(&o.ByInsurance, "insurance"),
	)
	if len(total) > 0 {
		o.Total = total[0]
	}
	return o, err
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

// regionsBelow is the dimension one level below a region: the counties of cities, else cities.
func regionsBelow(scope filter.Scope, narrow Narrow) string {
	prefixes := scope.Prefixes()
	if narrow.Region != "" {
		prefixes = []string{filter.AreaPrefix(narrow.Region)}
	}
	for _, prefix := range prefixes {
		if len(prefix) < 4 {
			return "city"
		}
	}
	return "county"
}

// industriesBelow is the dimension one level below an industry: the divisions of a section, the codes of a division.
func industriesBelow(narrow Narrow) string {
	switch len(narrow.Industry) {
	case 0:
		return "section"
	case 1:
		return "division"
	}
	return "industry"
}

// Below names the dimensions one level below a view's region and industry.
func Below(scope filter.Scope, narrow Narrow) (regions, industries string) {
	return regionsBelow(scope, narrow), industriesBelow(narrow)
}

// digits are how many characters of a region's or an industry's code name a member of a dimension.
var digits = map[string]uint8{"province": 2, "city": 4, "county": 6, "section": 1, "division": 3, "industry": 5}

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
func (f *Figures) whole(ctx context.Context, scope filter.Scope) (bool, error) {
	type row struct {
		Cells uint64 `ch:"cells"`
	}
	found, err := store.One[row](ctx, f.q.db, outsideSQL, store.Params{"run": f.Run.ID, "scope": scope.Prefixes()})
	return found.Cells == 0, err
}
