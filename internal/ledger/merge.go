package ledger

import (
	"slices"

	"jianfu/internal/problem"
)

// Mergeable is why an issue cannot be merged into another; nil where it can. One about money goes into one about money of
// the same unit, county and comparison alone, which takes the amount over: in any other nobody would ask for it again.
func (i Issue) Mergeable(into Issue) error {
	switch {
	case i.ID == into.ID:
		return problem.New("ledger_merge_itself")
	case !i.ByData():
		return nil
	case !into.ByData() || i.Unit != into.Unit || i.Region != into.Region || i.Comparison != into.Comparison:
		return problem.New("ledger_merge_other", "number", into.Number)
	case i.Exemption != "" || into.Exemption != "":
		return problem.New("ledger_merge_exempted")
	}
	return nil
}

// Handover is what a merged issue hands over to the one that it was merged into.
func (i Issue) Handover() Data {
	d := Data{Into: i.ID}
	if i.Moved == nil {
		return d
	}
	sums := *i.Moved
	d.Sums, d.Months, d.From, d.To = &sums, slices.Clone(i.Months), i.From, i.To
	for _, r := range i.Reasons {
		if r.From == "" {
			r.From = i.From
		}
		d.Reasons = append(d.Reasons, r)
	}
	return d
}

// merge ends an issue in another, which has its money from now on.
func (i *Issue) merge(d Data) error {
	if d.Into == i.ID {
		return problem.New("ledger_merge_itself")
	}
	i.Into = d.Into
	if !i.ByData() {
		return nil
	}
	if d.Sums != nil && *d.Sums != i.Sums {
		return unbalanced(*d.Sums)
	}
	moved := i.Sums
	i.Moved, i.Sums = &moved, Sums{}
	return nil
}

// absorb takes over what a merged issue hands over.
func (i *Issue) absorb(d Data) error {
	if d.Into == i.ID || slices.Contains(i.Absorbed, d.Into) {
		return problem.New("ledger_merge_itself")
	}
	i.Absorbed = append(i.Absorbed, d.Into)
	if d.Sums == nil {
		return nil
	}
	if !i.ByData() || !d.Sums.Balanced() {
		return problem.New("ledger_not_by_data")
	}
	i.Sums = i.Add(*d.Sums)
	i.MeasuredRun = max(i.MeasuredRun, d.Run)
	i.Months, i.To = months(i.Months, d.Months), max(i.To, d.To)
	for n := range i.Reasons { // those of each count from when they counted before
		if i.Reasons[n].From == "" {
			i.Reasons[n].From = i.From
		}
	}
	i.Reasons = append(i.Reasons, slices.Clone(d.Reasons)...)
	if d.From != "" {
		i.From = min(i.From, d.From)
	}
	return nil
}
