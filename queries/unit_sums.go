package queries

import (
	"cmp"
	"slices"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// UnitPeriod is one month of a unit. Of the headcounts of the insurances, which are of the same persons, the largest
// counts.
type UnitPeriod struct {
	Period    period.Period `json:"period"`
	Headcount uint64        `json:"headcount"`
	Burden
	Over  money.Fen `json:"overcharged"`  // in the insurances in which too much was charged
	Under money.Fen `json:"undercharged"` // in those in which too little was
}

// Sums are the month's for tables that show what several units come to as well.
func (m UnitPeriod) Sums() Sums { return sumsOfParts(m.Burden, m.Over, m.Under) }

// sumsOfParts are a unit's: the share that arrived is that of all of it, and what was charged too much and too little is
// added up by month and insurance.
func sumsOfParts(b Burden, over, under money.Fen) Sums {
	s := Sums{b, ReachOf(b)}
	s.Overcharged, s.Undercharged = over, under
	return s
}

// Held is the unit as it stood in the last month of the window that the reader may see, or in the last there is.
func (u *Unit) Held() (contribution.Unit, bool) {
	if len(u.Months) == 0 {
		return contribution.Unit{}, false
	}
	held := u.Months[len(u.Months)-1]
	for _, m := range u.Months {
		if u.View.Window.Contains(m.Period) {
			held = m
		}
	}
	return held.Unit, true
}

// Registered is the registration that gives the unit its name and its figures: the one that held in the last month of
// the window that the reader may see, or the last in his scope.
func (u *Unit) Registered() Registration {
	last := u.View.Window.To
	for _, m := range u.Months {
		if u.View.Window.Contains(m.Period) {
			last = m.Period
		}
	}
	var versions []contribution.Unit
	for _, r := range u.Registrations {
		versions = append(versions, r.Unit)
	}
	held, _ := burden.VersionFor(versions, last)
	for _, r := range u.Registrations {
		if r.ValidFrom == held.ValidFrom {
			return r
		}
	}
	return Registration{}
}

// ByMonth adds up the groups by month, those of the window alone or all.
func (u *Unit) ByMonth(windowed bool) []UnitPeriod {
	var months []UnitPeriod
	for i := range u.Groups {
		g := &u.Groups[i]
		if windowed && !u.View.Window.Contains(g.Period) {
			continue
		}
		if len(months) == 0 || months[len(months)-1].Period != g.Period {
			months = append(months, UnitPeriod{Period: g.Period})
		}
		m := &months[len(months)-1]
		m.Headcount = max(m.Headcount, g.Headcount)
		m.Burden = m.Burden.Add(g.Burden())
		m.Over, m.Under = m.Over+max(0, g.Burden().Shortfall()), m.Under+max(0, -g.Burden().Shortfall())
	}
	return months
}

// Total adds up the window.
func (u *Unit) Total() Burden {
	var total Burden
	for _, m := range u.ByMonth(true) {
		total = total.Add(m.Burden)
	}
	return total
}

// Sums is what the run stored of the window, with what was charged too much and too little by month and insurance.
func (u *Unit) Sums() Sums {
	var over, under money.Fen
	for _, m := range u.ByMonth(true) {
		over, under = over+m.Over, under+m.Under
	}
	return sumsOfParts(u.Stored, over, under)
}

// Headcount is the person-months of the window.
func (u *Unit) Headcount() uint64 {
	persons := uint64(0)
	for _, m := range u.ByMonth(true) {
		persons += m.Headcount
	}
	return persons
}

// Fewest is how many persons the month of the unit has that has the fewest, of all months.
func (u *Unit) Fewest() uint64 {
	fewest, seen := uint64(0), false
	for _, m := range u.ByMonth(false) {
		if !seen || m.Headcount < fewest {
			fewest, seen = m.Headcount, true
		}
	}
	return fewest
}

// State is the unit's state over the window.
func (u *Unit) State() burden.State {
	total := u.Total()
	return burden.StateOf(total.Old, total.New, total.Charged)
}

// ByInsurance adds up the window by insurance, in the order of the list.
func (u *Unit) ByInsurance() []MemberRow {
	sums := map[contribution.Insurance]*MemberRow{}
	for i := range u.Groups {
		g := &u.Groups[i]
		if !u.View.Window.Contains(g.Period) {
			continue
		}
		if sums[g.Insurance] == nil {
			sums[g.Insurance] = &MemberRow{Key: g.Insurance.String(), Units: 1}
		}
		row := sums[g.Insurance]
		row.Headcount += g.Headcount
		over, under := row.Overcharged+max(0, g.Burden().Shortfall()), row.Undercharged+max(0, -g.Burden().Shortfall())
		row.Sums = sumsOfParts(row.Burden.Add(g.Burden()), over, under)
	}
	var rows []MemberRow
	for _, insurance := range contribution.Insurances {
		if row := sums[insurance]; row != nil {
			rows = append(rows, *row)
		}
	}
	return rows
}

// Effects are what the added measures of the comparison, in order, take off over the window.
func (u *Unit) Effects() []MeasureRow {
	var measures []MeasureRow
	for _, c := range u.Stamp.Comparisons {
		if c.ID == u.View.Comparison {
			measures = slices.Clone(c.Measures)
		}
	}
	for i := range u.Groups {
		g := &u.Groups[i]
		if u.View.Window.Contains(g.Period) {
			for k := range measures {
				measures[k].Effect += g.Steps[k] - g.Steps[k+1]
			}
		}
	}
	return measures
}

// Reasons add up the reasons of the shortfall over the window, the largest first.
func (u *Unit) Reasons() []burden.ReasonAmount {
	sums := map[burden.Reason]money.Fen{}
	for i := range u.Groups {
		if u.View.Window.Contains(u.Groups[i].Period) {
			for _, r := range u.Groups[i].Reasons {
				sums[r.Reason] += r.Amount
			}
		}
	}
	var list []burden.ReasonAmount
	for _, reason := range burden.Reasons {
		if sums[reason] != 0 {
			list = append(list, burden.ReasonAmount{Reason: reason, Amount: sums[reason]})
		}
	}
	slices.SortStableFunc(list, func(a, b burden.ReasonAmount) int {
		return cmp.Compare(max(b.Amount, -b.Amount), max(a.Amount, -a.Amount))
	})
	return list
}

// UnitGrowth is why one month's bill differs from that of the reference month.
type UnitGrowth struct {
	Period period.Period `json:"period"`
	burden.Growth
}

// Growth compares the months of the window with the reference month: the last with a record before the first effective
// month of the pack. Without one there is no comparison.
func (u *Unit) Growth() (reference UnitPeriod, months []UnitGrowth, total burden.Growth) {
	bill := func(m UnitPeriod) burden.Bill {
		return burden.Bill{Headcount: m.Headcount, Old: m.Old, Charged: m.Charged}
	}
	for _, m := range u.ByMonth(false) {
		if m.Period < u.Stamp.FirstEffect && m.Headcount > 0 {
			reference = m
		}
	}
	for _, m := range u.ByMonth(true) {
		if m.Period <= reference.Period {
			continue
		}
		if growth, ok := burden.GrowthOf(bill(reference), bill(m)); ok {
			months, total = append(months, UnitGrowth{m.Period, growth}), total.Add(growth)
		}
	}
	return reference, months, total
}

// PerPerson is an amount divided by persons, half a fen up; ok is false without a person.
func PerPerson(amount money.Fen, persons uint64) (perPerson money.Fen, ok bool) {
	if persons == 0 {
		return 0, false
	}
	n := money.Fen(persons) //nolint:gosec // far below 2^62
	quotient, rest := amount/n, amount%n
	if 2*rest >= n {
		quotient++
	} else if -2*rest > n {
		quotient--
	}
	return quotient, true
}

// RecordCheck compares what records of a month and insurance add up to with what the run computed from them.
type RecordCheck struct {
	RecordSums
	Uncovered bool // they are in no burden of the comparison
	Equal     bool
}

// CompareRecords compares sums of records, of both payers, with the unit's figures of the same months and insurances:
// numbers of records and persons, wages, and what was charged to the payers of the view.
func CompareRecords(u *Unit, sums []RecordSums) []RecordCheck {
	employer, employee := slices.Contains(u.View.Payers, contribution.Employer), slices.Contains(u.View.Payers, contribution.Employee)
	checks := make([]RecordCheck, len(sums))
	for i, s := range sums {
		check := RecordCheck{RecordSums: s}
		var charged money.Fen
		if employer {
			charged += s.EmployerCharged
		}
		if employee {
			charged += s.EmployeeCharged
		}
		for k := range u.Groups {
			if g := &u.Groups[k]; g.Period == s.Period && g.Insurance == s.Insurance {
				check.Equal = g.Records == s.Records && g.Headcount == s.Headcount && g.Wage == s.Wage && g.Charged == charged
			}
		}
		for _, n := range u.Uncovered {
			if n.Period == s.Period && n.Insurance == s.Insurance {
				check.Uncovered, check.Equal = true, n.Records == s.Records && n.Charged == charged
			}
		}
		if s.Records == 0 { // none that counts, and so none that was computed
			check.Equal, check.Uncovered = true, true
		}
		checks[i] = check
	}
	return checks
}
