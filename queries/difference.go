package queries

import (
	"context"
	_ "embed"
	"slices"
	"sync"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// Difference reads what two runs give differently: the movements of units' months, which are worked out once for each
// comparison and insurance, when somebody first asks, and kept in the store. Months that both show of one and the same run
// have not moved; they are read only for the states of units that moved elsewhere.
type Difference struct {
	Before, After *Figures
	q             *Queries

	lock    sync.Mutex
	working map[movementsOf]*working
}

// Difference takes two runs whose figures are there.
func (q *Queries) Difference(ctx context.Context, run, against uint32) (*Difference, error) {
	if run == against {
		return nil, problem.New("difference_of_one", "run", run)
	}
	after, err := q.FiguresOf(ctx, run)
	if err != nil {
		return nil, err
	}
	before, err := q.FiguresOf(ctx, against)
	if err != nil {
		return nil, err
	}
	return &Difference{Before: before, After: after, q: q}, nil
}

// Alive returns a problem if one of the runs is given up: what was read meanwhile may be a part.
func (d *Difference) Alive(ctx context.Context) error {
	runs, err := d.q.Runs(ctx)
	for _, r := range runs {
		if r.Dropped && (r.ID == d.After.Run.ID || r.ID == d.Before.Run.ID) {
			return problem.New("run_dropped", "run", r.ID)
		}
	}
	return err
}

// Comparisons are those that both packs have, with the titles of the later one.
func (d *Difference) Comparisons() []Comparison {
	var both []Comparison
	for _, c := range d.After.comparisons() {
		if slices.ContainsFunc(d.Before.Pack.Comparisons, func(b policy.Comparison) bool { return b.ID == c.ID }) {
			both = append(both, c)
		}
	}
	return both
}

// Complete fills in what a view leaves open, as the later run does it; the comparison is one of both.
func (d *Difference) Complete(v View) (View, error) {
	both := d.Comparisons()
	if len(both) == 0 {
		return v, problem.New("difference_no_comparison", "run", d.After.Run.ID, "against", d.Before.Run.ID)
	}
	if v.Comparison == "" {
		v.Comparison = both[0].ID
		for _, c := range both {
			if c.Default {
				v.Comparison = c.ID
			}
		}
	}
	if !slices.ContainsFunc(both, func(c Comparison) bool { return c.ID == v.Comparison }) {
		return v, problem.New("difference_comparison", "comparison", v.Comparison, "run", d.After.Run.ID, "against", d.Before.Run.ID)
	}
	return d.After.Complete(v)
}

// params are those of the later run, with the number of the movements.
func (d *Difference) params(ctx context.Context, scope filter.Scope, v View) (store.Params, error) {
	p, err := d.After.params(scope, v)
	if err != nil {
		return nil, err
	}
	p["made"], err = d.movements(ctx, v)
	return p, err
}

// Side is what one of the runs gives.
type Side struct {
	Total      MemberRow
	ByPeriod   []PeriodRow
	ByRegion   []MemberRow
	ByIndustry []MemberRow
	BySize     []MemberRow
}

// Sides adds up a view in both runs. It is complete.
func (d *Difference) Sides(ctx context.Context, scope filter.Scope, v View) (before, after Side, err error) {
	if before, err = d.Before.side(ctx, scope, v); err != nil {
		return before, after, err
	}
	after, err = d.After.side(ctx, scope, v)
	return before, after, err
}

func (f *Figures) side(ctx context.Context, scope filter.Scope, v View) (Side, error) {
	var s Side
	var total []MemberRow
	members := func(into *[]MemberRow, by string) func(context.Context) error {
		return func(ctx context.Context) (err error) {
			*into, err = f.Members(ctx, scope, v, by)
			return err
		}
	}
	err := together(ctx,
		func(ctx context.Context) (err error) { s.ByPeriod, err = f.Months(ctx, scope, v); return err },
		members(&total, "total"),
		members(&s.ByRegion, levelOf(ByRegion, scope, v.Narrow)),
		members(&s.ByIndustry, levelOf(ByIndustry, scope, v.Narrow)),
		members(&s.BySize, levelOf(BySize, scope, v.Narrow)),
	)
	if len(total) > 0 {
		s.Total = total[0]
	}
	s.ByPeriod = slices.DeleteFunc(s.ByPeriod, func(r PeriodRow) bool { return !v.Window.Contains(r.Period) })
	return s, err
}

// MovedMonths lists the months of the window that the runs do not show of one and the same run; of a month that one of them
// does not have, that run's number is 0.
func (d *Difference) MovedMonths(ctx context.Context, window period.Range) ([]MovedMonth, error) {
	rows, err := d.q.PeriodsOfRuns(ctx, []uint32{d.Before.Run.ID, d.After.Run.ID})
	if err != nil {
		return nil, err
	}
	by := map[uint32]*MovedMonth{}
	for _, r := range rows {
		if !window.Contains(period.Period(r.Period)) {
			continue
		}
		if by[r.Period] == nil {
			by[r.Period] = &MovedMonth{Period: period.Period(r.Period)}
		}
		if r.RunID == d.After.Run.ID {
			by[r.Period].After = r.ComputedBy
		} else {
			by[r.Period].Before = r.ComputedBy
		}
	}
	var months []MovedMonth
	for _, m := range by {
		if m.Before != m.After {
			months = append(months, *m)
		}
	}
	slices.SortFunc(months, func(a, b MovedMonth) int { return int(a.Period) - int(b.Period) })
	return months, nil
}

// MovedMonth is a month with the runs that computed what each of two runs shows of it.
type MovedMonth struct {
	Period period.Period `json:"period"`
	Before uint32        `json:"before"`
	After  uint32        `json:"after"`
}

//go:embed difference/states.sql
var differenceStatesText string

var differenceStatesSQL = Whole(differenceStatesText)

// Transition is how many units went from which state to which; "" where a run has nothing of them.
type Transition struct {
	Then  string `ch:"state_then" json:"then"`
	Now   string `ch:"state_now" json:"now"`
	Units uint64 `ch:"units" json:"units"`
}

// Transitions counts the units that moved by their states in both runs.
func (d *Difference) Transitions(ctx context.Context, scope filter.Scope, v View) ([]Transition, error) {
	p, err := d.params(ctx, scope, v)
	if err != nil {
		return nil, err
	}
	return store.Select[Transition](ctx, d.q.db, differenceStatesSQL, p)
}

//go:embed difference/causes.sql
var differenceCausesText string

var differenceCausesSQL = Whole(differenceCausesText)

// Movement is by how much the sums of a view moved from one run to another.
type Movement struct {
	Old     money.Fen `ch:"old_moved" json:"old"`
	New     money.Fen `ch:"new_moved" json:"new"`
	Charged money.Fen `ch:"charged_moved" json:"charged"`
}

// CauseRow is the movement of units' months for one cause, or for several at once, joined by "+". The causes are month_added,
// month_removed, records, registration, policy, and program where none of them is to be found. The rows of a view add up to its movement exactly.
type CauseRow struct {
	Unit   string `ch:"unit" json:"unit,omitempty"`
	Cause  string `ch:"why" json:"cause"`
	Units  uint64 `ch:"units" json:"units"`
	Months uint64 `ch:"months" json:"unit_months"`
	Movement
}

// Burden is the movement as the sums that moved.
func (m Movement) Burden() Burden { return Burden(m) }

// Causes splits the movement of a view by its causes, the largest first.
func (d *Difference) Causes(ctx context.Context, scope filter.Scope, v View) ([]CauseRow, error) {
	return d.causes(ctx, scope, v, UnitPage{Most: 1000}, false, nil)
}

func (d *Difference) causes(ctx context.Context, scope filter.Scope, v View, page UnitPage, byUnit bool, units []string) ([]CauseRow, error) {
	p, err := d.params(ctx, scope, v)
	if err != nil {
		return nil, err
	}
	if units == nil {
		units = []string{}
	}
	p["by_unit"], p["units"], p["cause"], p["skip"], p["most"] = byUnit, units, page.Cause, page.Skip, page.Most
	return store.Select[CauseRow](ctx, d.q.db, differenceCausesSQL, p)
}

//go:embed difference/units.sql
var differenceUnitsText string

var differenceUnitsSQL = Whole(differenceUnitsText)

//go:embed difference/places.sql
var differencePlacesSQL string

// UnitPage is a part of the list of units that moved.
type UnitPage struct {
	Sort       string // old, new, charged, due, real, shortfall; "" for the largest movement of the first three
	Then, Now  string // states; AnyState for any
	Cause      string // only units that moved for it, sorted by how much they moved for it; "" for any. Not with states
	Skip, Most uint64
}

// AnyState is every state, and that of a run that has nothing of a unit.
const AnyState = "any"

// UnitMove is a unit that two runs give differently.
type UnitMove struct {
	UnitID       string    `ch:"unit_id" json:"unit_id"`
	Name         string    `ch:"-" json:"name"`
	RegionCode   string    `ch:"-" json:"region_code"`
	IndustryCode string    `ch:"-" json:"industry_code"`
	Size         string    `ch:"-" json:"size"`
	Then         string    `ch:"state_then" json:"state_before"` // "" where the run has nothing of the unit
	Now          string    `ch:"state_now" json:"state_after"`
	OldThen      money.Fen `ch:"old_then" json:"-"`
	NewThen      money.Fen `ch:"new_then" json:"-"`
	ChargedThen  money.Fen `ch:"charged_then" json:"-"`
	OldNow       money.Fen `ch:"old_now" json:"-"`
	NewNow       money.Fen `ch:"new_now" json:"-"`
	ChargedNow   money.Fen `ch:"charged_now" json:"-"`

	Causes []CauseRow `ch:"-" json:"causes"` // that add up to the movement
}

// Before is what the earlier run gives over the window.
func (u *UnitMove) Before() Burden { return Burden{u.OldThen, u.NewThen, u.ChargedThen} }

// After is what the later run gives over the window.
func (u *UnitMove) After() Burden { return Burden{u.OldNow, u.NewNow, u.ChargedNow} }

// Units lists units that moved, with their causes.
func (d *Difference) Units(ctx context.Context, scope filter.Scope, v View, page UnitPage) ([]UnitMove, error) {
	var order []string
	if page.Cause != "" {
		found, err := d.causes(ctx, scope, v, page, true, nil)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		for _, c := range found {
			order = append(order, c.Unit)
		}
		page = UnitPage{Then: AnyState, Now: AnyState, Most: uint64(len(order))}
	}
	moves, err := d.units(ctx, scope, v, page, order)
	if err != nil || len(moves) == 0 {
		return nil, err
	}
	if order != nil {
		slices.SortFunc(moves, func(a, b UnitMove) int { return slices.Index(order, a.UnitID) - slices.Index(order, b.UnitID) })
	}
	at := map[string]int{}
	var ids []string
	for i, m := range moves {
		at[m.UnitID] = i
		ids = append(ids, m.UnitID)
	}
	causes, err := d.causes(ctx, scope, v, UnitPage{Most: uint64(len(ids)) * mostCauses}, true, ids)
	for _, c := range causes {
		moves[at[c.Unit]].Causes = append(moves[at[c.Unit]].Causes, c)
	}
	return moves, err
}

// mostCauses is how many different causes the months of one unit can have: one month of it each of the seven sets of three, added, removed and program.
const mostCauses = 10

func (d *Difference) units(ctx context.Context, scope filter.Scope, v View, page UnitPage, units []string) ([]UnitMove, error) {
	p, err := d.params(ctx, scope, v)
	if err != nil {
		return nil, err
	}
	if units == nil {
		units = []string{}
	}
	p["units"], p["state_then"], p["state_now"] = units, page.Then, page.Now
	p["sort"], p["skip"], p["most"] = page.Sort, page.Skip, page.Most
	moves, err := store.Select[UnitMove](ctx, d.q.db, differenceUnitsSQL, p)
	if err != nil || len(moves) == 0 {
		return nil, err
	}
	ids := make([]string, len(moves))
	for i, m := range moves {
		ids[i] = m.UnitID
	}
	names, err := d.After.UnitNames(ctx, scope, ids)
	if err != nil {
		return nil, err
	}
	p["units"] = ids
	type place struct {
		UnitID       string `ch:"unit_id"`
		RegionCode   string `ch:"region_code"`
		IndustryCode string `ch:"industry_code"`
		Size         string `ch:"size"`
	}
	at := map[string]place{}
	for r, err := range store.Each[place](ctx, d.q.db, differencePlacesSQL, p) {
		if err != nil {
			return nil, err
		}
		at[r.UnitID] = *r
	}
	for i := range moves {
		m := &moves[i]
		stands := at[m.UnitID]
		m.Name, m.RegionCode, m.IndustryCode, m.Size = names[m.UnitID], stands.RegionCode, stands.IndustryCode, stands.Size
	}
	return moves, nil
}

//go:embed difference/persons.sql
var differencePersonsText string

var differencePersonsSQL = Whole(differencePersonsText)

// Persons counts the persons behind the movements of a view, for readers who must not see what is about too few: by total,
// region, section, size, month and cause, where anything moved.
func (d *Difference) Persons(ctx context.Context, scope filter.Scope, v View) (Persons, error) {
	p, err := d.params(ctx, scope, v)
	if err != nil {
		return Persons{}, err
	}
	bindDigits(p, scope, v.Narrow)
	type row struct {
		Dimension string `ch:"dimension"`
		Member    string `ch:"member"`
		Persons   uint64 `ch:"persons"`
	}
	rows, err := store.Select[row](ctx, d.q.db, differencePersonsSQL, p)
	persons := Persons{}
	for _, r := range rows {
		persons[[2]string{r.Dimension, r.Member}] = int64(r.Persons) //nolint:gosec // a count of persons
	}
	return persons, err
}

// Persons says how few persons stand behind the movements of members, by dimension and member: those of the month that
// had the fewest.
type Persons map[[2]string]int64
