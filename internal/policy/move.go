package policy

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// Move is one change of a rate or a limit that somebody wants to try out (推演), from a month on and for an area.
type Move struct {
	Target    Target
	Way       Way
	Insurance contribution.Insurance // of a limit 0: all of them
	Payer     contribution.Payer     // of a rate
	Area      string                 // region code; trailing pairs of zeros match anything
	From      period.Period
	Rate      money.Rate // of every way but an amount: 0.15, −0.01 for a point less, 0.6 of the average wage
	Amount    money.Fen  // of a limit that is set
}

// Target is what a change moves.
type Target string

// The targets: the rate of an insurance and payer, the floor, the cap.
const (
	MoveRate  Target = "rate"
	MoveFloor Target = "floor"
	MoveCap   Target = "cap"
)

// Targets lists the targets.
var Targets = []Target{MoveRate, MoveFloor, MoveCap}

// Way is how a change says the new value.
type Way string

// The ways: to a value, by percentage points (of a rate), by a percentage of what it is, to a share of the average wage that the limits
// were derived from (both of a limit).
const (
	SetTo     Way = "set"
	ByPoints  Way = "points"
	ByPercent Way = "percent"
	OfAverage Way = "average"
)

// Ways lists the ways.
var Ways = []Way{SetTo, ByPoints, ByPercent, OfAverage}

// Ways lists how a target may be moved.
func (t Target) Ways() []Way {
	if t == MoveRate {
		return []Way{SetTo, ByPoints}
	}
	return []Way{SetTo, ByPercent, OfAverage}
}

// rates are the rows that move a rate.
func (m *mover) rates() ([]RateRow, error) {
	c := m.change
	row := RateRow{Row: m.row(c.Area, c.Insurance, c.From, 0), Payer: c.Payer, Rate: c.Rate}
	if c.Way == SetTo {
		m.moved = true
		return []RateRow{row}, nil
	}
	groups := m.pack.rateIndex[c.Insurance][c.Payer]
	within, all := rowsOf(groups, func(g *rateGroup) map[string][]*RateRow { return g.byArea }, func(r *RateRow) *Row { return &r.Row }, m.prefix)
	if err := m.refuseElections(within); err != nil {
		return nil, err
	}
	var rows []RateRow
	for _, area := range m.areas(within) {
		for _, class := range rateClasses(groups) {
			class.RegionCode = sampleRegion(areaPrefix(area))
			for _, months := range stretchesFrom(c.From, all) {
				share, err := resolveShare(groups, &class, months.From, c.Insurance, m.active, 0)
				if err != nil {
					return nil, err
				}
				rate := share.Rate + c.Rate
				m.shares = append(m.shares, expectedShare{class, months.From, share.HasRate, rate})
				if !share.HasRate {
					continue
				}
				if rate < 0 || rate > money.One {
					return nil, problem.New("what_if_rate_range", "area", area, "rate", share.Rate.Percent(), "result", rate.Percent())
				}
				if m.moved = true; c.Rate == 0 {
					continue // a work-injury rate that is rounded before the float factor might differ in its sixth decimal
				}
				row := RateRow{Row: m.row(area, c.Insurance, months.From, months.To), Payer: c.Payer, Size: class.Size,
					RiskClass: class.RiskClass, Rate: rate}
				row.Kind = class.Kind
				rows = append(rows, row)
			}
		}
	}
	return rows, nil
}

// bases are the rows that move a limit, each with the other limit and the rounding as they are.
func (m *mover) bases() ([]BaseRow, error) {
	c := m.change
	insurances := contribution.Insurances
	if c.Insurance != 0 {
		insurances = []contribution.Insurance{c.Insurance}
	}
	var rows []BaseRow
	for _, ins := range insurances {
		groups := m.pack.baseIndex[ins]
		within, all := rowsOf(groups, func(g *baseGroup) map[string][]*BaseRow { return g.byArea }, func(r *BaseRow) *Row { return &r.Row }, m.prefix)
		if err := m.refuseElections(within); err != nil {
			return nil, err
		}
		for _, area := range m.areas(within) {
			for _, kind := range kindsOf(within) {
				class := Class{RegionCode: sampleRegion(areaPrefix(area)), Kind: kind}
				for _, months := range stretchesFrom(c.From, all) {
					limit, err := resolveLimit(groups, &class, months.From, ins, m.active, 0)
					if err != nil {
						return nil, err
					}
					if limit, err = m.limit(limit, area); err != nil {
						return nil, err
					}
					m.limits = append(m.limits, expectedLimit{class, months.From, ins, limit})
					if limit.Row == nil && !limit.HasFloor && !limit.HasCap {
						continue
					}
					row := BaseRow{Row: m.row(area, ins, months.From, months.To), HasFloor: limit.HasFloor, Floor: limit.Floor,
						HasCap: limit.HasCap, Cap: limit.Cap, Rounding: limit.Rounding}
					row.Kind = kind
					if limit.Row != nil {
						row.AverageWage = limit.Row.AverageWage
					}
					rows = append(rows, row)
				}
			}
		}
	}
	return rows, nil
}

// limit is a limit with the change made to it.
func (m *mover) limit(l Limit, area string) (Limit, error) {
	has, value := &l.HasFloor, &l.Floor
	if m.change.Target == MoveCap {
		has, value = &l.HasCap, &l.Cap
	}
	switch m.change.Way {
	case SetTo:
		*value = m.change.Amount
	case OfAverage:
		average, err := money.Fen(0), error(nil)
		if l.Row != nil {
			average, err = money.Parse(l.Row.AverageWage)
		}
		if l.Row == nil || err != nil {
			return l, problem.New("what_if_no_average", "area", area)
		}
		*value = share(average, m.change.Rate)
	default:
		if !*has {
			return l, nil
		}
		*value = share(*value, money.One+m.change.Rate)
	}
	*has, m.moved = true, true
	if l.HasFloor && l.HasCap && l.Floor > l.Cap {
		return l, problem.New("what_if_floor_above_cap", "area", area, "floor", l.Floor, "cap", l.Cap)
	}
	return l, nil
}

// share is an amount times a fraction, half up to the fen.
func share(amount money.Fen, rate money.Rate) money.Fen {
	return (amount*money.Fen(rate) + money.Fen(money.One)/2) / money.Fen(money.One)
}

// row is what the rows of the change have in common.
func (m *mover) row(area string, ins contribution.Insurance, from, to period.Period) Row {
	if areaPrefix(area) == "" {
		area = ""
	}
	return Row{Area: area, Insurance: ins, From: from, To: to, Measure: m.measure, DocumentNo: whatIfDocument}
}

// areas lists the area of the change and those within it that rows name.
func (m *mover) areas(rows []*Row) []string {
	areas := []string{m.change.Area}
	for _, r := range rows {
		if len(r.prefix) > len(m.prefix) && !slices.Contains(areas, r.Area) {
			areas = append(areas, r.Area)
		}
	}
	return areas
}

// refuseElections refuses a change relative to what holds where that depends on elections, which a row of another
// measure cannot tell.
func (m *mover) refuseElections(rows []*Row) error {
	for _, r := range rows {
		if r.Elective && m.active&(1<<r.measure) != 0 && (r.To == 0 || r.To >= m.change.From) {
			return problem.New("what_if_elective", "measure", r.Measure, "area", r.Area)
		}
	}
	return nil
}

// verify asks the changed pack for everything that the change was worked out for.
func (m *mover) verify(changed *Pack) error {
	scenario := changed.DefaultComparison().New
	differs := func(class Class, month period.Period) error {
		return problem.New("what_if_inexpressible", "area", class.RegionCode, "period", month)
	}
	for _, want := range m.shares {
		class := want.class
		class.FloatFactor = money.One
		terms, err := changed.Terms(class, want.month, m.change.Insurance, scenario)
		if err != nil {
			return err
		}
		if got := terms.Share(m.change.Payer); got.HasRate != want.has || want.has && got.Rate != want.rate {
			return differs(class, want.month)
		}
	}
	for _, want := range m.limits {
		terms, err := changed.Terms(want.class, want.month, want.insurance, scenario)
		if err != nil {
			return err
		}
		got, limit := terms.Limit, want.limit
		got.Row, limit.Row = nil, nil
		if got != limit {
			return differs(want.class, want.month)
		}
	}
	return nil
}

// rowsOf lists the rows that may decide within an area, those of broader areas among them, and all rows, each once.
func rowsOf[G, R any](groups []G, byArea func(*G) map[string][]*R, common func(*R) *Row, prefix string) (within, all []*Row) {
	seen := map[*Row]bool{}
	for i := range groups {
		for area, rows := range byArea(&groups[i]) {
			for _, r := range rows {
				row := common(r)
				if seen[row] {
					continue
				}
				seen[row] = true
				all = append(all, row)
				if strings.HasPrefix(area, prefix) || strings.HasPrefix(prefix, area) {
					within = append(within, row)
				}
			}
		}
	}
	byLine := func(a, b *Row) int { return cmp.Compare(a.Line, b.Line) }
	slices.SortFunc(within, byLine)
	slices.SortFunc(all, byLine)
	return within, all
}

// rateClasses lists the classes that rows tell apart, and with a zero for each key those that no row names.
func rateClasses(groups []rateGroup) []Class {
	kinds, sizes, risks := []contribution.UnitKind{0}, []contribution.Size{0}, []uint8{0}
	for i := range groups {
		for _, rows := range groups[i].byArea {
			for _, r := range rows {
				kinds, sizes, risks = append(kinds, r.Kind), append(sizes, r.Size), append(risks, r.RiskClass)
			}
		}
	}
	var classes []Class
	for _, kind := range distinct(kinds) {
		for _, size := range distinct(sizes) {
			for _, risk := range distinct(risks) {
				classes = append(classes, Class{Kind: kind, Size: size, RiskClass: risk, FloatFactor: money.One})
			}
		}
	}
	return classes
}

func kindsOf(rows []*Row) []contribution.UnitKind {
	kinds := []contribution.UnitKind{0}
	for _, r := range rows {
		kinds = append(kinds, r.Kind)
	}
	return distinct(kinds)
}

func distinct[T cmp.Ordered](values []T) []T {
	slices.Sort(values)
	return slices.Compact(values)
}

// stretchesFrom cuts the time from a month on where rows change; the last stretch is open.
func stretchesFrom(from period.Period, rows []*Row) []stretch {
	months := []period.Period{from}
	for _, r := range rows {
		months = append(months, r.From)
		if r.To != 0 {
			months = append(months, r.To.Next())
		}
	}
	months = distinct(slices.DeleteFunc(months, func(m period.Period) bool { return m < from }))
	list := make([]stretch, len(months))
	for i, m := range months {
		list[i].From = m
		if i+1 < len(months) {
			list[i].To = months[i+1].Add(-1)
		}
	}
	return list
}
