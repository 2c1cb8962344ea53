package policy

import (
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Row is what the rows of rates.csv and bases.csv have in common: when and for whom they hold, and who says so.
type Row struct {
	Line       int                    `json:"line"` // in its file, the header being line 1
	Area       string                 `json:"area"` // as written; "" any
	Insurance  contribution.Insurance `json:"-"`    // 0 any
	Kind       contribution.UnitKind  `json:"-"`    // 0 any
	From       period.Period          `json:"from"`
	To         period.Period          `json:"to"`      // 0 open
	Measure    string                 `json:"measure"` // "" the baseline
	Elective   bool                   `json:"elective"`
	DocumentNo string                 `json:"document_no"`
	CheckedOn  string                 `json:"checked_on"`

	prefix  string // of Area
	measure int    // 0 the baseline, else the 1-based position of Measure in the pack
	keys    int    // how many keys beside the area are named
}

// applies tests what both kinds of rows have: month, unit kind and election. The area has been matched by the index.
func (r *Row) applies(kind contribution.UnitKind, m period.Period, elected uint64) bool {
	return m >= r.From && (r.To == 0 || m <= r.To) &&
		(r.Kind == 0 || r.Kind == kind) &&
		(!r.Elective || r.measure > 0 && elected&(1<<r.measure) != 0)
}

// Range is the months of the row.
func (r *Row) Range() period.Range { return period.Range{From: r.From, To: r.To} }

// RateRow is one row of rates.csv. It has either a rate or a factor.
type RateRow struct {
	Row
	Payer     contribution.Payer `json:"-"`          // 0 any
	Size      contribution.Size  `json:"-"`          // 0 any
	RiskClass uint8              `json:"risk_class"` // 0 any
	IsFactor  bool               `json:"is_factor"`
	Rate      money.Rate         `json:"rate"`   // where not IsFactor
	Factor    money.Rate         `json:"factor"` // where IsFactor: multiplies what the earlier measures gave
}

func (r *RateRow) matches(c *Class, m period.Period, elected uint64) bool {
	return r.applies(c.Kind, m, elected) &&
		(r.Size == 0 || r.Size == c.Size) &&
		(r.RiskClass == 0 || r.RiskClass == c.RiskClass)
}

// BaseRounding is how a base is rounded after the limits.
type BaseRounding uint8

// The roundings of a base: half up to fen, jiao or yuan, or up to the next yuan.
const (
	RoundFen BaseRounding = iota + 1
	RoundJiao
	RoundYuan
	RoundYuanUp
)

var baseRoundingIDs = []string{"", "fen", "jiao", "yuan", "yuan_up"}

func (b BaseRounding) String() string { return baseRoundingIDs[b] }

// MarshalText writes the word of the pack.
func (b BaseRounding) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// BaseRow is one row of bases.csv.
type BaseRow struct {
	Row
	HasFloor    bool         `json:"has_floor"`
	HasCap      bool         `json:"has_cap"`
	Floor       money.Fen    `json:"floor"`
	Cap         money.Fen    `json:"cap"`
	Rounding    BaseRounding `json:"rounding"`
	AverageWage string       `json:"average_wage"` // as written: the wage that the limits were derived from
}

// rateGroup is the rows of one measure for one insurance and payer, by area prefix, most keys first.
type rateGroup struct {
	measure int
	byArea  map[string][]*RateRow
}

// find returns the row that wins for a class in a month, and a second row where the two tie.
func (g *rateGroup) find(c *Class, m period.Period, elected uint64) (row, rival *RateRow) {
	for n := prefixLength(c.RegionCode); n >= 0; n -= 2 {
		for _, r := range g.byArea[c.RegionCode[:n]] {
			if row != nil && r.keys < row.keys {
				break
			}
			if !r.matches(c, m, elected) {
				continue
			}
			if row != nil {
				return row, r
			}
			row = r
		}
		if row != nil {
			return row, nil
		}
	}
	return nil, nil
}

// baseGroup is the rows of one measure for one insurance, by area prefix, most keys first.
type baseGroup struct {
	measure int
	byArea  map[string][]*BaseRow
}

func (g *baseGroup) find(c *Class, m period.Period, elected uint64) (row, rival *BaseRow) {
	for n := prefixLength(c.RegionCode); n >= 0; n -= 2 {
		for _, r := range g.byArea[c.RegionCode[:n]] {
			if row != nil && r.keys < row.keys {
				break
			}
			if !r.applies(c.Kind, m, elected) {
				continue
			}
			if row != nil {
				return row, r
			}
			row = r
		}
		if row != nil {
			return row, nil
		}
	}
	return nil, nil
}

// prefixLength is the length of the longest area prefix that a region code can have; prefixes are whole pairs.
func prefixLength(regionCode string) int { return min(len(regionCode), 6) &^ 1 }
