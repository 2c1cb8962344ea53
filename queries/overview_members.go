package queries

import (
	"cmp"
	"context"
	_ "embed"
	"slices"

	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

//go:embed overview/members.sql
var membersText string

var membersSQL = Whole(membersText)

//go:embed overview/member_states.sql
var memberStatesText string

var memberStatesSQL = Whole(memberStatesText)

//go:embed overview/insurances.sql
var insurancesText string

var insurancesSQL = Whole(insurancesText)

type memberRow struct {
	Dimension string    `ch:"dimension"`
	Key       string    `ch:"key"`
	Old       money.Fen `ch:"old"`
	New       money.Fen `ch:"new"`
	Charged   money.Fen `ch:"charged"`
	Headcount uint64    `ch:"headcount"`
	Effects   []int64   `ch:"effects_fen"`
}

type memberStatesRow struct {
	Dimension string `ch:"dimension"`
	Member    string `ch:"member"`
	State     string `ch:"state"`
	Band      string `ch:"band"`
	Units     uint64 `ch:"units"`
	Headcount uint64 `ch:"headcount"`
	Persons   uint64 `ch:"persons"`
	Fewest    uint64 `ch:"fewest"`
	Reach
}

type insuranceRow struct {
	Key       string `ch:"key"`
	Full      uint64 `ch:"full"`
	Partial   uint64 `ch:"partial"`
	None      uint64 `ch:"none"`
	Increased uint64 `ch:"increased"`
	NoDue     uint64 `ch:"no_due"`
	Reach
}

// Divided is a view added up by several dimensions.
type Divided struct {
	Members   map[string][]MemberRow // by dimension; the largest old burden first
	Bands     []BandRow              // where the total or sizes were asked for
	Increased []IncreasedRow         // where they were asked for
	Insured   map[string]States      // by insurance, of the units' burdens there, where insurances were asked for
}

// increasedUnits asks Divide for where the units are whose burden rose.
const increasedUnits = "increased"

// Bands are the bands of the change of a unit's burden, the largest fall first. Unchanged is what stays within the
// tolerance of the states; the others are parted at 5 and 10 per cent of the old burden.
var Bands = []string{"fell_over_10", "fell_to_10", "fell_to_5", "unchanged", "rose_to_5", "rose_over_5"}

// Members adds up a view by total or one level of a dimension. By insurance, units have no state of their own and are not counted.
func (f *Figures) Members(ctx context.Context, scope filter.Scope, v View, by string) ([]MemberRow, error) {
	divided, err := f.Divide(ctx, scope, v, by)
	return divided.Members[by], err
}

// Divide adds up a view by several dimensions of Members at once, of which at most one is of regions and at most one of
// industries.
func (f *Figures) Divide(ctx context.Context, scope filter.Scope, v View, by ...string) (Divided, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return Divided{}, err
	}
	named := map[string]string{} // as the statements name dimensions → as they were asked for
	p["region_digits"], p["industry_digits"] = uint8(0), uint8(0)
	var asked []string
	for _, level := range by {
		name := level
		if d, l, ok := dimension.At(level); ok && d.Codes != nil {
			name, p[d.ID+"_digits"] = d.Below, l.Digits
		}
		named[name] = level
		asked = append(asked, name)
	}
	p["by"] = asked
	var sums []memberRow
	var states []memberStatesRow
	var insurances []insuranceRow
	err = together(ctx,
		func(ctx context.Context) (err error) {
			sums, err = store.Select[memberRow](ctx, f.q.db, membersSQL, p)
			return err
		},
		func(ctx context.Context) (err error) {
			if slices.Equal(by, []string{"insurance"}) {
				return nil
			}
			states, err = store.Select[memberStatesRow](ctx, f.q.db, memberStatesSQL, p)
			return err
		},
		func(ctx context.Context) (err error) {
			if slices.Contains(by, "insurance") {
				insurances, err = store.Select[insuranceRow](ctx, f.q.db, insurancesSQL, p)
			}
			return err
		},
	)
	if err != nil {
		return Divided{}, err
	}
	return divided(named, sums, states, insurances), nil
}

// divided puts the rows of the statements together.
func divided(named map[string]string, sums []memberRow, states []memberStatesRow, insurances []insuranceRow) Divided {
	d := Divided{Members: map[string][]MemberRow{}, Insured: map[string]States{}}
	for _, i := range insurances {
		d.Insured[i.Key] = States{i.Full, i.Partial, i.None, i.Increased, i.NoDue}
	}
	counted := map[[2]string]MemberRow{}
	bands := map[[2]string]BandRow{}
	for _, s := range states {
		if s.Dimension == increasedUnits {
			d.add(s)
			continue
		}
		at := [2]string{s.Dimension, s.Member}
		row := counted[at]
		row.Units += s.Units
		row.Headcount += s.Headcount
		row.States.add(s.State, s.Units)
		row.Reach = row.Plus(s.Reach)
		counted[at] = row
		if s.Dimension == "total" || s.Dimension == "size" {
			at := [2]string{s.Member, s.Band}
			band := bands[at]
			bands[at] = BandRow{Size: s.Member, Band: s.Band, Units: band.Units + s.Units, Persons: band.Persons + s.Persons, Fewest: band.Fewest + s.Fewest}
		}
	}
	for _, m := range sums {
		row, found := counted[[2]string{m.Dimension, m.Key}]
		if m.Dimension == "insurance" {
			row.Reach = reachIn(insurances, m.Key)
		}
		row.Key, row.Burden = m.Key, Burden{m.Old, m.New, m.Charged}
		for _, effect := range m.Effects {
			row.Effects = append(row.Effects, money.Fen(effect))
		}
		if !found {
			row.Headcount = m.Headcount
		}
		d.Members[named[m.Dimension]] = append(d.Members[named[m.Dimension]], row)
	}
	for _, band := range bands {
		d.Bands = append(d.Bands, band)
	}
	slices.SortFunc(d.Bands, func(a, b BandRow) int {
		return cmp.Or(cmp.Compare(a.Size, b.Size), cmp.Compare(slices.Index(Bands, a.Band), slices.Index(Bands, b.Band)))
	})
	slices.SortFunc(d.Increased, func(a, b IncreasedRow) int {
		return cmp.Or(cmp.Compare(b.Units, a.Units), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Section, b.Section))
	})
	return d
}

// reachIn is what a list says of an insurance.
func reachIn(insurances []insuranceRow, key string) Reach {
	for _, i := range insurances {
		if i.Key == key {
			return i.Reach
		}
	}
	return Reach{}
}

// add takes units whose burden rose into the row of their county and section, whose codes are the member: the section is
// empty for units without an industry.
func (d *Divided) add(s memberStatesRow) {
	const county = 6
	region, section := s.Member[:county], s.Member[county:]
	for i, row := range d.Increased {
		if row.Region == region && row.Section == section {
			d.Increased[i].Units, d.Increased[i].Fewest = row.Units+s.Units, row.Fewest+s.Fewest
			return
		}
	}
	d.Increased = append(d.Increased, IncreasedRow{Region: region, Section: section, Units: s.Units, Fewest: s.Fewest})
}

// add counts units of a state.
func (s *States) add(state string, units uint64) {
	switch state {
	case "full":
		s.Full += units
	case "partial":
		s.Partial += units
	case "none":
		s.None += units
	case "increased":
		s.Increased += units
	default:
		s.NoDue += units
	}
}
