package policy

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
)

// CoverageState is what a pack has to say of months of an area.
type CoverageState string

// The states.
const (
	CoverageOn          CoverageState = "covered"     // the pack decides what is owed
	CoverageUnconfirmed CoverageState = "unconfirmed" // rows are kept beside the pack, with what is missing
	CoverageMissing     CoverageState = "missing"     // there is nothing at all
)

// CoverageRow is months of areas of one province in the same state. An area stands for all of it that no other row names.
type CoverageRow struct {
	Province  string                  `json:"province"` // region code; "" the country
	Areas     []string                `json:"areas"`    // as the rows name them; "" the country
	Insurance contribution.Insurance  `json:"-"`        // 0 any
	Kinds     []contribution.UnitKind `json:"-"`        // nil all
	From      period.Period           `json:"from"`     // 0 any
	To        period.Period           `json:"to"`       // 0 open
	State     CoverageState           `json:"state"`
	File      string                  `json:"file"`   // where an unconfirmed row would be moved to
	Status    string                  `json:"status"` // of an unconfirmed row, as its file has it
}

// Coverage lists for which areas, insurances and months the pack decides what is owed under the old policy of a comparison,
// what is kept beside it, and for which of the provinces it has nothing. Areas with the same months stand together.
func (p *Pack) Coverage(comparison Comparison, unconfirmed []Unconfirmed, provinces []string) []CoverageRow {
	c := coverage{pack: p, active: p.activeMask(comparison.Old)}
	for _, ins := range contribution.Insurances {
		c.covered(ins)
	}
	c.kept(unconfirmed)
	for _, province := range provinces {
		for _, ins := range contribution.Insurances {
			if !slices.ContainsFunc(c.rows, func(r CoverageRow) bool {
				return (r.Province == province || r.Province == "") && r.File != BasesFile && (r.Insurance == ins || r.Insurance == 0)
			}) {
				c.add(CoverageRow{Insurance: ins, State: CoverageMissing}, province)
			}
		}
	}
	slices.SortStableFunc(c.rows, func(a, b CoverageRow) int {
		return cmp.Or(strings.Compare(a.Province, b.Province), cmp.Compare(a.Insurance, b.Insurance), cmp.Compare(a.State, b.State),
			cmp.Compare(a.From, b.From), strings.Compare(a.Areas[0], b.Areas[0]))
	})
	return c.rows
}

// coverage collects the rows.
type coverage struct {
	pack   *Pack
	active uint64
	rows   []CoverageRow
}

// add puts an area into the row that says the same of its province, or into one of its own.
func (c *coverage) add(row CoverageRow, area string) {
	row.Province = area
	if len(area) == 6 {
		row.Province = area[:2] + "0000"
	}
	at := slices.IndexFunc(c.rows, func(r CoverageRow) bool {
		return r.Province == row.Province && r.Insurance == row.Insurance && slices.Equal(r.Kinds, row.Kinds) && r.From == row.From && r.To == row.To &&
			r.State == row.State && r.File == row.File && r.Status == row.Status
	})
	if at < 0 {
		row.Areas = []string{area}
		c.rows = append(c.rows, row)
	} else if !slices.Contains(c.rows[at].Areas, area) {
		c.rows[at].Areas = append(c.rows[at].Areas, area)
	}
}

// covered adds the months of an insurance, area by area. What an area has in common with the one around it is said there.
func (c *coverage) covered(ins contribution.Insurance) {
	areas := rateAreas(slices.Concat(c.pack.rateIndex[ins][contribution.Employer], c.pack.rateIndex[ins][contribution.Employee]))
	slices.SortFunc(areas, func(a, b rateArea) int { return strings.Compare(a.prefix, b.prefix) })
	said := map[string][][]stretch{}
	for _, area := range areas {
		months := make([][]stretch, len(contribution.UnitKinds))
		for i, kind := range contribution.UnitKinds {
			months[i] = c.months(area.prefix, ins, kind)
		}
		said[area.prefix] = months
		if around, ok := nearest(said, area.prefix); ok && slices.EqualFunc(months, around, slices.Equal) {
			continue
		}
		var done []stretch
		for i := range contribution.UnitKinds {
			for _, m := range months[i] {
				if slices.Contains(done, m) {
					continue
				}
				done = append(done, m)
				var kinds []contribution.UnitKind
				for j, kind := range contribution.UnitKinds {
					if slices.Contains(months[j], m) {
						kinds = append(kinds, kind)
					}
				}
				if len(kinds) == len(contribution.UnitKinds) {
					kinds = nil
				}
				c.add(CoverageRow{Insurance: ins, Kinds: kinds, From: m.From, To: m.To, State: CoverageOn}, areaText(area.prefix))
			}
		}
	}
}

// nearest is what has been said of the nearest area around one.
func nearest(said map[string][][]stretch, prefix string) ([][]stretch, bool) {
	for n := len(prefix) - 2; n >= 0; n -= 2 {
		if months, ok := said[prefix[:n]]; ok {
			return months, true
		}
	}
	return nil, false
}

// months are the longest runs of months in which units of a kind owe something, whatever their size and risk class.
func (c *coverage) months(prefix string, ins contribution.Insurance, kind contribution.UnitKind) []stretch {
	var runs []stretch
	open := false
	for _, s := range c.stretches(prefix, ins) {
		if !c.owed(prefix, ins, kind, s.From) {
			open = false
			continue
		}
		if open {
			runs[len(runs)-1].To = s.To
		} else {
			runs = append(runs, s)
		}
		open = true
	}
	return runs
}

// stretches cut the span of the pack where rows change that hold in an area.
func (c *coverage) stretches(prefix string, ins contribution.Insurance) []stretch {
	var rows []*Row
	for i := range c.pack.Rates {
		if r := &c.pack.Rates[i]; strings.HasPrefix(prefix, r.prefix) && any0(r.Insurance, ins) {
			rows = append(rows, &r.Row)
		}
	}
	return cutMonths(rows)
}

// owed tells whether either payer has a rate in a month, for each size and risk class of a kind; a tie is reported elsewhere.
func (c *coverage) owed(prefix string, ins contribution.Insurance, kind contribution.UnitKind, m period.Period) bool {
	risks := []uint8{0}
	if ins == contribution.WorkInjury {
		risks = riskClasses[:8]
	}
	for _, size := range contribution.Sizes {
		for _, risk := range risks {
			class := Class{RegionCode: sampleRegion(prefix), Kind: kind, Size: size, RiskClass: risk, FloatFactor: 1}
			if !slices.ContainsFunc(contribution.Payers, func(payer contribution.Payer) bool {
				share, err := resolveShare(c.pack.rateIndex[ins][payer], &class, m, ins, c.active, 0)
				return err != nil || share.HasRate
			}) {
				return false
			}
		}
	}
	return true
}

// kept adds the rows beside the pack, except those of months for which it has rows by now. Rows of an area with the same note
// stand as one where their months touch.
func (c *coverage) kept(unconfirmed []Unconfirmed) {
	type key struct {
		area, file, status string
		ins                contribution.Insurance
		kind               contribution.UnitKind
	}
	months, order := map[key][]stretch{}, []key{}
	for i := range unconfirmed {
		r := &unconfirmed[i]
		if c.decided(r) {
			continue
		}
		k := key{areaText(r.prefix), r.File, r.Status, r.Insurance, r.Kind}
		if months[k] == nil {
			order = append(order, k)
		}
		months[k] = append(months[k], r.Range())
	}
	for _, k := range order {
		row := CoverageRow{Insurance: k.ins, State: CoverageUnconfirmed, File: k.file, Status: k.status}
		all := k
		all.kind = 0
		if k.kind != 0 {
			if months[all] != nil && slices.Equal(joined(months[all]), joined(months[k])) {
				continue // said of all kinds
			}
			row.Kinds = []contribution.UnitKind{k.kind}
		}
		for _, m := range joined(months[k]) {
			row.From, row.To = m.From, m.To
			c.add(row, k.area)
		}
	}
}

// joined puts runs of months together that overlap or follow each other.
func joined(list []stretch) []stretch {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b stretch) int { return cmp.Compare(a.From, b.From) })
	var runs []stretch
	for _, m := range list {
		last := len(runs) - 1
		switch {
		case last < 0 || runs[last].To != 0 && m.From > runs[last].To.Next():
			runs = append(runs, m)
		case m.To == 0 || runs[last].To != 0 && m.To > runs[last].To:
			runs[last].To = m.To
		}
	}
	return runs
}

// decided tells whether the pack has rates at both ends of the months of a row that is kept beside it.
func (c *coverage) decided(r *Unconfirmed) bool {
	ins, kind := r.Insurance, r.Kind
	if ins == 0 {
		ins = contribution.Pension
	}
	if kind == 0 {
		kind = contribution.Enterprise
	}
	last := r.To
	if last == 0 {
		last = max(r.From, c.pack.lastMonth())
	}
	return c.owed(r.prefix, ins, kind, r.From) && c.owed(r.prefix, ins, kind, last)
}

// lastMonth is the last month that a row of rates names.
func (p *Pack) lastMonth() period.Period {
	last := period.Period(0)
	for i := range p.Rates {
		last = max(last, p.Rates[i].From, p.Rates[i].To)
	}
	return last
}
