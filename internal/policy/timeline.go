package policy

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
)

// Track is the rows of one table that hold for the same area and units under the same measure, one after the other in
// time: a rate and what it became, or limits and what they became. Its rows are Rates or Bases.
type Track struct {
	Area      string // as written; "" any
	Insurance contribution.Insurance
	Payer     contribution.Payer
	Kind      contribution.UnitKind
	Size      contribution.Size
	RiskClass uint8
	Measure   string // "" the baseline
	Rates     []*RateRow
	Bases     []*BaseRow

	prefix  string
	measure int // its place in the pack
}

// Asked is which tracks somebody wants to see; a zero field is any.
type Asked struct {
	Area      string // those that hold for it or for a part of it
	Insurance contribution.Insurance
	Payers    []contribution.Payer
}

// touches tells whether the area of a row and the one that was asked for have a place in common.
func (a Asked) touches(prefix string) bool {
	asked := areaPrefix(a.Area)
	return strings.HasPrefix(asked, prefix) || strings.HasPrefix(prefix, asked)
}

// RateTracks lists the tracks of rates.csv by insurance, payer, area and class, the baseline before the measures.
func (p *Pack) RateTracks(a Asked) []Track {
	var list []Track
	for i := range p.Rates {
		r := &p.Rates[i]
		if !a.touches(r.prefix) || !any0(a.Insurance, r.Insurance) || len(a.Payers) > 0 && r.Payer != 0 && !slices.Contains(a.Payers, r.Payer) {
			continue
		}
		t := track(&list, Track{Area: r.Area, Insurance: r.Insurance, Payer: r.Payer, Kind: r.Kind, Size: r.Size, RiskClass: r.RiskClass,
			Measure: r.Measure, prefix: r.prefix, measure: r.measure})
		t.Rates = append(t.Rates, r)
	}
	for i := range list {
		slices.SortStableFunc(list[i].Rates, func(x, y *RateRow) int { return cmp.Compare(x.From, y.From) })
	}
	slices.SortStableFunc(list, compareTracks)
	return list
}

// BaseTracks lists the tracks of bases.csv in the same order.
func (p *Pack) BaseTracks(a Asked) []Track {
	var list []Track
	for i := range p.Bases {
		r := &p.Bases[i]
		if !a.touches(r.prefix) || !any0(a.Insurance, r.Insurance) {
			continue
		}
		t := track(&list, Track{Area: r.Area, Insurance: r.Insurance, Kind: r.Kind, Measure: r.Measure, prefix: r.prefix, measure: r.measure})
		t.Bases = append(t.Bases, r)
	}
	for i := range list {
		slices.SortStableFunc(list[i].Bases, func(x, y *BaseRow) int { return cmp.Compare(x.From, y.From) })
	}
	slices.SortStableFunc(list, compareTracks)
	return list
}

// any0 tells whether two keys agree, of which 0 agrees with all.
func any0[T ~uint8](a, b T) bool { return a == 0 || b == 0 || a == b }

// track finds the track with these keys, or begins it.
func track(list *[]Track, keys Track) *Track {
	at := slices.IndexFunc(*list, func(t Track) bool { return compareTracks(t, keys) == 0 })
	if at < 0 {
		at = len(*list)
		*list = append(*list, keys)
	}
	return &(*list)[at]
}

func compareTracks(a, b Track) int {
	return cmp.Or(cmp.Compare(a.Insurance, b.Insurance), cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.prefix, b.prefix),
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Size, b.Size), cmp.Compare(a.RiskClass, b.RiskClass), cmp.Compare(a.measure, b.measure))
}

// Doubt is a gap between rows, or rows that overlap or tie, as Check sees them, with the months that it is about.
type Doubt struct {
	Finding
	Area      string
	Insurance contribution.Insurance // of a gap
	Payer     contribution.Payer     // of a gap
	Months    period.Range
}

// doubtful are the findings about months.
var doubtful = []string{"policy_gap", "policy_rows_tie", "policy_rows_overlap"}

// Doubts lists what Check finds about the months of the rows that were asked for, in its order.
func (p *Pack) Doubts(a Asked) []Doubt {
	var list []Doubt
	for _, f := range p.Check() {
		if !slices.Contains(doubtful, f.Code) {
			continue
		}
		d := Doubt{Finding: f}
		for i := 0; i+1 < len(f.Values); i += 2 {
			switch value := f.Values[i+1].(type) {
			case string:
				if f.Values[i] == "area" {
					d.Area = value
				}
			case contribution.Insurance:
				d.Insurance = value
			case contribution.Payer:
				d.Payer = value
			case period.Period:
				if f.Values[i] == "from" {
					d.Months.From = value
				} else {
					d.Months.To = value
				}
			}
		}
		if a.touches(areaPrefix(d.Area)) && any0(a.Insurance, d.Insurance) && (len(a.Payers) == 0 || d.Payer == 0 || slices.Contains(a.Payers, d.Payer)) {
			list = append(list, d)
		}
	}
	return list
}
