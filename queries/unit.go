package queries

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/creditcode"
	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/store"
)

// Unit is everything that the page of one unit shows. Of a unit that has moved, a reader sees the months and the
// registrations that lie in his scope, and that there are others.
type Unit struct {
	ID            string
	View          View
	Stamp         Stamp
	Registrations []Registration // in the scope, by valid_from
	Months        []UnitMonth    // of the run, in the scope, in order
	Elsewhere     int            // months of the run in which it was registered outside of the scope
	Stored        Burden         // of the window, as lists show it; the groups come to it
	Groups        []UnitGroup    // of all months, by month and insurance
	Uncovered     []UnitUncovered
	Loads         []UnitLoad
	Peers         Peers
	Causes        []burden.CauseFound // of the window's months
}

// Registration is a row of a file of units.
type Registration struct {
	Load, Line uint32
	contribution.Unit
}

// UnitMonth is a unit as a run took it in one month, and where the month's figures came from.
type UnitMonth struct {
	Period     period.Period
	ComputedBy uint32   // run
	Loads      []uint32 // that were visible when it began
	Unit       contribution.Unit
}

// UnitGroup is the burden of a unit's records of one month and insurance, of the payers of a view.
type UnitGroup struct {
	Period    period.Period
	Insurance contribution.Insurance
	Records   uint64
	Headcount uint64
	Estimates uint64
	Wage      money.Fen
	Steps     []money.Fen // owed under the old policy, then with one added measure more each
	Charged   money.Fen
	Reasons   []burden.ReasonAmount // in table order
	Effects   [2][]money.Fen        // of the added measures, by payer - 1, whatever the view's payers
	owed      [2][2]money.Fen       // old and new, by payer - 1, of the view's payers
	floors    [2][]money.Fen        // of the same: what a higher floor alone adds; see burden.Line
}

// Burden is what the group adds to sums.
func (g *UnitGroup) Burden() Burden {
	return Burden{Old: g.Steps[0], New: g.Steps[len(g.Steps)-1], Charged: g.Charged}
}

// UnitUncovered are records of a month and insurance that are in no burden of the comparison.
type UnitUncovered struct {
	Period    period.Period
	Insurance contribution.Insurance
	Records   uint64
	Wage      money.Fen
	Charged   money.Fen // of the view's payers
}

// UnitLoad is a load that records of a unit came with.
type UnitLoad struct {
	Load       uint32    `ch:"load_id"`
	File       string    `ch:"file"`
	FinishedAt time.Time `ch:"finished_at"`
	Records    uint64    `ch:"records"`
	First      uint32    `ch:"first_period"`
	Last       uint32    `ch:"last_period"`
}

// Peers are the units of the same county, industry section and size, the unit itself among them.
type Peers struct {
	RegionCode string
	Section    string
	Size       string
	Units      uint64
	Headcount  uint64 // person-months
	Sums
	Median *money.Fen // of what was charged for a person and month; nil where there are fewer than the rule below_peers asks for
	Own    money.Fen  // the same of the unit, as one of them
	Lower  uint64     // how many are charged less for a person than the unit
}

// UnitID reads a code as somebody writes it in an address; ok is false where it can be no unit's.
func UnitID(text string) (id string, ok bool) {
	code, ok := creditcode.Normalise([]byte(text))
	return string(code[:]), ok
}

// Unit reads what there is about one unit. It is not found where nothing of it lies in the scope, whether there is such
// a unit or not.
func (f *Figures) Unit(ctx context.Context, scope filter.Scope, v View, id string) (u Unit, found bool, err error) {
	u.ID, u.View = id, v
	if u.Months, u.Elsewhere, err = f.UnitMonths(ctx, scope, id); err != nil {
		return u, false, err
	}
	err = together(ctx,
		func(ctx context.Context) (err error) {
			u.Registrations, err = f.registrations(ctx, scope, id)
			return err
		},
		func(ctx context.Context) (err error) { u.Stored, err = f.unitTotal(ctx, scope, v, id); return err },
		func(ctx context.Context) (err error) { u.Groups, err = f.UnitGroups(ctx, scope, v, id); return err },
		func(ctx context.Context) (err error) {
			u.Uncovered, err = f.unitUncovered(ctx, scope, v, id)
			return err
		},
		func(ctx context.Context) (err error) {
			u.Loads, err = f.unitLoads(ctx, scope, u.Months, id)
			return err
		},
		func(ctx context.Context) (err error) {
			u.Stamp, err = f.Stamp(ctx, scope)
			u.Stamp = u.Stamp.For(v.Comparison)
			return err
		},
	)
	if err != nil || len(u.Months) == 0 && len(u.Registrations) == 0 {
		return u, false, err
	}
	if u.Causes, err = f.causes(&u); err != nil {
		return u, false, err
	}
	u.Peers, err = f.peers(ctx, scope, &u)
	return u, true, err
}

//go:embed unit/months.sql
var unitMonthsOfOneSQL string

// UnitMonths lists the months of the run in which a unit stood in the scope, in order, and counts those in which it stood
// elsewhere.
func (f *Figures) UnitMonths(ctx context.Context, scope filter.Scope, id string) (inside []UnitMonth, elsewhere int, err error) {
	type row struct {
		Period       uint32     `ch:"period"`
		ComputedBy   uint32     `ch:"computed_by"`
		Loads        []uint32   `ch:"loads"`
		Inside       bool       `ch:"inside"`
		RegionCode   string     `ch:"region_code"`
		IndustryCode string     `ch:"industry_code"`
		Size         int8       `ch:"size"`
		EconomicType int8       `ch:"economic_type"`
		UnitKind     int8       `ch:"unit_kind"`
		RiskClass    uint8      `ch:"risk_class"`
		FloatFactor  money.Rate `ch:"float_factor"`
		Elections    []string   `ch:"elections"`
	}
	p := store.Params{"run": f.Run.ID, "unit": id, "scope": scope.Prefixes()}
	rows, err := store.Select[row](ctx, f.q.db, unitMonthsOfOneSQL, p)
	for _, r := range rows {
		if !r.Inside {
			elsewhere++
			continue
		}
		inside = append(inside, UnitMonth{Period: period.Period(r.Period), ComputedBy: r.ComputedBy, Loads: r.Loads, Unit: contribution.Unit{
			ID: id, RegionCode: r.RegionCode, IndustryCode: r.IndustryCode, RiskClass: r.RiskClass, FloatFactor: r.FloatFactor, Elections: r.Elections,
			Size:         contribution.Size(r.Size),                 //nolint:gosec // Enum8 from 1
			EconomicType: contribution.EconomicType(r.EconomicType), //nolint:gosec // Enum8 from 1
			Kind:         contribution.UnitKind(r.UnitKind),         //nolint:gosec // Enum8 from 1
		}})
	}
	return inside, elsewhere, err
}

//go:embed unit/registrations.sql
var registrationsSQL string

func (f *Figures) registrations(ctx context.Context, scope filter.Scope, id string) ([]Registration, error) {
	p := store.Params{"loads": f.Run.Loads, "unit": id, "scope": scope.Prefixes()}
	var list []Registration
	for r, err := range store.Each[unitRow](ctx, f.q.db, registrationsSQL, p) {
		if err != nil {
			return nil, err
		}
		list = append(list, Registration{Load: r.LoadID, Line: r.Line, Unit: r.unit()})
	}
	return list, nil
}

//go:embed unit/total.sql
var unitTotalSQL string

func (f *Figures) unitTotal(ctx context.Context, scope filter.Scope, v View, id string) (Burden, error) {
	type row struct {
		Old     money.Fen `ch:"old"`
		New     money.Fen `ch:"new"`
		Charged money.Fen `ch:"charged"`
	}
	p, err := f.params(scope, v)
	if err != nil {
		return Burden{}, err
	}
	p["unit"] = id
	r, err := store.One[row](ctx, f.q.db, unitTotalSQL, p)
	return Burden(r), err
}

//go:embed unit/lines.sql
var unitLinesSQL string

type unitLineRow struct {
	Period          uint32    `ch:"period"`
	Insurance       int8      `ch:"insurance"`
	Covered         uint64    `ch:"covered"`
	Records         uint32    `ch:"records"`
	Headcount       uint32    `ch:"headcount"`
	Estimates       uint32    `ch:"estimates"`
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

// UnitGroups lists what the run computed for a unit under the view's comparison and payers, in all months.
func (f *Figures) UnitGroups(ctx context.Context, scope filter.Scope, v View, id string) ([]UnitGroup, error) {
	steps, err := f.steps(v.Comparison)
	if err != nil {
		return nil, err
	}
	floors, err := f.floors(v.Comparison)
	if err != nil {
		return nil, err
	}
	rows, err := store.Select[unitLineRow](ctx, f.q.db, unitLinesSQL, store.Params{"run": f.Run.ID, "unit": id, "scope": scope.Prefixes()})
	var groups []UnitGroup
	for i := range rows {
		if rows[i].Covered&(1<<(steps[0]-1)) != 0 {
			groups = append(groups, rows[i].group(steps, floors, v.Payers))
		}
	}
	return groups, err
}

// floors are the places of what is owed with a higher floor alone, for each added measure of a comparison; 0 where none can
// rise.
func (f *Figures) floors(comparison string) ([]uint8, error) {
	c, err := f.Pack.Comparison(comparison)
	if err != nil {
		return nil, err
	}
	steps := c.Steps()
	places := make([]uint8, len(steps)-1)
	for i := range places {
		places[i] = f.Pack.FloorPlace(len(f.Run.Scenarios), policy.Step{Before: steps[i], After: steps[i+1]})
	}
	return places, nil
}

// floorAdds is what a higher floor adds by what was stored. A run of a program that did not work it out person by person has
// what the measure adds in all.
func floorAdds(owed []int64, floor, before, after uint8) money.Fen {
	switch {
	case floor == 0:
		return 0
	case int(floor) > len(owed):
		return money.Fen(max(0, owed[after-1]-owed[before-1]))
	}
	return money.Fen(owed[floor-1] - owed[before-1])
}

// group picks the steps and reasons of a comparison and adds up the payers.
func (r *unitLineRow) group(steps, floors []uint8, payers []contribution.Payer) UnitGroup {
	g := UnitGroup{
		Period: period.Period(r.Period), Insurance: contribution.Insurance(r.Insurance), //nolint:gosec // Enum8 from 1
		Records: uint64(r.Records), Headcount: uint64(r.Headcount), Estimates: uint64(r.Estimates), Wage: r.Wage,
		Steps: make([]money.Fen, len(steps)),
	}
	sums := map[burden.Reason]money.Fen{}
	for _, payer := range contribution.Payers {
		owed, charged := r.Employer, r.EmployerCharged
		if payer == contribution.Employee {
			owed, charged = r.Employee, r.EmployeeCharged
		}
		for i := 1; i < len(steps); i++ {
			g.Effects[payer-1] = append(g.Effects[payer-1], money.Fen(owed[steps[i-1]-1]-owed[steps[i]-1]))
			g.floors[payer-1] = append(g.floors[payer-1], floorAdds(owed, floors[i-1], steps[i-1], steps[i]))
		}
		if !slices.Contains(payers, payer) {
			continue
		}
		g.Charged += charged
		g.owed[payer-1] = [2]money.Fen{money.Fen(owed[steps[0]-1]), money.Fen(owed[steps[len(steps)-1]-1])}
		for i, step := range steps {
			g.Steps[i] += money.Fen(owed[step-1])
		}
		for i, id := range r.ReasonIDs {
			if r.ReasonPayers[i] == int64(payer) && r.ReasonScenarios[i] == int64(steps[len(steps)-1]) {
				sums[burden.Reason(id)] += money.Fen(r.ReasonAmounts[i]) //nolint:gosec // Enum8 from 1
			}
		}
	}
	for _, reason := range burden.Reasons {
		if sums[reason] != 0 {
			g.Reasons = append(g.Reasons, burden.ReasonAmount{Reason: reason, Amount: sums[reason]})
		}
	}
	return g
}

//go:embed unit/uncovered.sql
var unitUncoveredSQL string

func (f *Figures) unitUncovered(ctx context.Context, scope filter.Scope, v View, id string) ([]UnitUncovered, error) {
	steps, err := f.steps(v.Comparison)
	if err != nil {
		return nil, err
	}
	rows, err := store.Select[unitLineRow](ctx, f.q.db, unitUncoveredSQL, store.Params{"run": f.Run.ID, "unit": id, "scope": scope.Prefixes()})
	var list []UnitUncovered
	for _, r := range rows {
		if r.Covered&(1<<(steps[0]-1)) != 0 {
			continue
		}
		line := UnitUncovered{Period: period.Period(r.Period), Insurance: contribution.Insurance(r.Insurance), Records: uint64(r.Records), Wage: r.Wage} //nolint:gosec // Enum8 from 1
		if slices.Contains(v.Payers, contribution.Employer) {
			line.Charged += r.EmployerCharged
		}
		if slices.Contains(v.Payers, contribution.Employee) {
			line.Charged += r.EmployeeCharged
		}
		list = append(list, line)
	}
	return list, err
}

//go:embed unit/record_loads.sql
var unitLoadsSQL string

func (f *Figures) unitLoads(ctx context.Context, scope filter.Scope, months []UnitMonth, id string) ([]UnitLoad, error) {
	if len(months) == 0 {
		return nil, nil
	}
	return store.Select[UnitLoad](ctx, f.q.db, unitLoadsSQL,
		store.Params{"run": f.Run.ID, "unit": id, "scope": scope.Prefixes(), "periods": periodsOf(months)})
}

func periodsOf(months []UnitMonth) []uint32 {
	periods := make([]uint32, len(months))
	for i, m := range months {
		periods[i] = uint32(m.Period)
	}
	return periods
}

//go:embed unit/peers.sql
var peersText string

var peersSQL = Whole(peersText)

// peers compares a unit with those of the county, section and size that it had in the last month of the window for which
// it has a burden.
func (f *Figures) peers(ctx context.Context, scope filter.Scope, u *Unit) (Peers, error) {
	months := u.ByMonth(true)
	if len(months) == 0 {
		return Peers{}, nil
	}
	var held contribution.Unit
	for _, m := range u.Months {
		if m.Period == months[len(months)-1].Period {
			held = m.Unit
		}
	}
	peers := Peers{RegionCode: held.RegionCode, Section: dimension.Nothing, Size: held.Size.String()}
	if held.IndustryCode != "" {
		peers.Section = held.IndustryCode[:1]
	}
	view := u.View
	view.Narrow = Narrow{Region: peers.RegionCode, Industry: peers.Section, Size: peers.Size}
	p, err := f.params(scope, view)
	if err != nil {
		return peers, err
	}
	p["unit"] = u.ID
	type row struct {
		Units     uint64    `ch:"units"`
		Headcount uint64    `ch:"headcount"`
		Old       money.Fen `ch:"old"`
		New       money.Fen `ch:"new"`
		Charged   money.Fen `ch:"charged"`
		Median    int64     `ch:"median_fen"`
		Compared  uint64    `ch:"compared"`
		Own       int64     `ch:"own_fen"`
		Lower     uint32    `ch:"lower"`
		Reach
	}
	r, err := store.One[row](ctx, f.q.db, peersSQL, p)
	peers.Units, peers.Headcount, peers.Own, peers.Lower = r.Units, r.Headcount, money.Fen(r.Own), uint64(r.Lower)
	if median := money.Fen(r.Median); r.Compared >= f.Pack.Detection.LeastPeers() {
		peers.Median = &median
	}
	peers.Sums = Sums{Burden{r.Old, r.New, r.Charged}, r.Reach}
	return peers, err
}

// causes looks through the window for what makes the unit's due reduction small.
func (f *Figures) causes(u *Unit) ([]burden.CauseFound, error) {
	comparison, err := f.Pack.Comparison(u.View.Comparison)
	if err != nil {
		return nil, err
	}
	held := map[period.Period]contribution.Unit{}
	for _, m := range u.Months {
		held[m.Period] = m.Unit
	}
	var all []burden.CauseFound
	for i := range u.Groups {
		g := &u.Groups[i]
		if !u.View.Window.Contains(g.Period) {
			continue
		}
		for _, payer := range u.View.Payers {
			owed := burden.Owed{Old: g.owed[payer-1][0], New: g.owed[payer-1][1], Floors: g.floors[payer-1]}
			found, err := burden.CausesOf(f.Pack, comparison, held[g.Period], g.Period, g.Insurance, payer, owed)
			if err != nil {
				return nil, err
			}
			for _, c := range found {
				if c.Speaks() {
					all = append(all, c)
				}
			}
		}
	}
	return all, nil
}
