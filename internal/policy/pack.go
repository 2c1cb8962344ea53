// Package policy reads policy packs: dated rates and limits, the measures that changed them, and the comparisons that
// a bureau wants to make. It answers one question, fast and without doubt: which rate and which limits held for this
// kind of unit, in this month, for this insurance, under this set of measures, and which row of which document says
// so. The burden rule, the recompute, the sample maker and the policy pages all ask it; it knows no records.
package policy

import (
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/detection"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// The files of a pack, in name order.
const (
	BasesFile     = "bases.csv"
	DeferralsFile = "deferrals.csv" // a pack need not have it
	PackFile      = "pack.yaml"
	RatesFile     = "rates.csv"
	RulesFile     = "rules.csv" // a pack need not have it; see package detection
)

// fileNames lists the files of a pack in the order in which the hash takes them.
var fileNames = []string{BasesFile, DeferralsFile, PackFile, RatesFile, RulesFile}

// optional tells whether a pack may do without a file.
func optional(name string) bool { return name == DeferralsFile || name == RulesFile }

// maxMeasures is how many measures a pack may have: a scenario is held in the bits of one word, bit 0 the baseline.
const maxMeasures = 62

// Pack is one policy pack as it was read. It does not change after Load, and may be used from many goroutines.
type Pack struct {
	ID          string            `json:"id"`
	Title       string            `json:"title"`
	Measures    []Measure         `json:"measures"` // in the order in which they stack
	Comparisons []Comparison      `json:"comparisons"`
	Rates       []RateRow         `json:"-"` // in file order
	Bases       []BaseRow         `json:"-"` // in file order
	Deferrals   []Deferral        `json:"-"` // in file order; no sum knows them
	Detection   detection.Rules   `json:"-"` // those that ship with the program, as the pack overrides them
	Files       map[string][]byte `json:"-"` // the files as read, kept whole with a run
	Hash        string            `json:"hash"`

	defaultRounding Rounding
	areaRoundings   []areaRounding // longest area first
	measureIndex    map[string]int // id to 1-based position in Measures
	rateIndex       [insuranceSlots][payerSlots][]rateGroup
	baseIndex       [insuranceSlots][]baseGroup
	warnings        []Finding // what reading tolerated
}

const (
	insuranceSlots = int(contribution.Maternity) + 1
	payerSlots     = int(contribution.Employee) + 1
)

// Measure is one change of law (政策措施).
type Measure struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	DocumentNo string `json:"document_no"`
}

// Comparison sets the measures of an old policy against those of a new one; New starts with all of Old.
type Comparison struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Old     []string `json:"old"`
	New     []string `json:"new"`
	Default bool     `json:"default"`
}

// Added lists the measures that New has beyond Old, in order; each has an effect of its own.
func (c Comparison) Added() []string { return c.New[len(c.Old):] }

// Steps lists the scenarios between Old and New: Old itself, then with one added measure more each, New last.
func (c Comparison) Steps() [][]string {
	var steps [][]string
	for n := len(c.Old); n <= len(c.New); n++ {
		steps = append(steps, c.New[:n:n])
	}
	return steps
}

// Level is where an amount is rounded: for each person, or once for a unit, period, insurance and payer.
type Level uint8

// The two levels.
const (
	LevelPerson Level = iota + 1
	LevelUnit
)

var levelIDs = []string{"", "person", "unit"}

func (l Level) String() string { return levelIDs[l] }

// MarshalText writes the word of the pack.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// AmountRounding is how base × rate becomes an amount.
type AmountRounding uint8

// The roundings that payroll programs have: half up, always up (AmountJiaoUp is 见分进角) and always down, to the fen, the jiao
// and the yuan.
const (
	AmountFen AmountRounding = iota + 1
	AmountJiaoUp
	AmountFenUp
	AmountFenDown
	AmountJiao
	AmountJiaoDown
	AmountYuan
	AmountYuanUp
	AmountYuanDown
)

var amountIDs = []string{"", "fen", "jiao_up", "fen_up", "fen_down", "jiao", "jiao_down", "yuan", "yuan_up", "yuan_down"}

func (a AmountRounding) String() string { return amountIDs[a] }

// Direction is which way an amount between two steps goes.
type Direction uint8

// The directions.
const (
	HalfUp Direction = iota
	Up
	Down
)

// Added is what to add to an amount that is not negative, so that dividing it by unit without a rest rounds it this way.
func (d Direction) Added(unit int64) int64 {
	return [...]int64{HalfUp: unit / 2, Up: unit - 1, Down: 0}[d]
}

// amountSteps are what amounts of each rounding are multiples of, and which way they are rounded to one.
var amountSteps = [...]struct {
	step money.Fen
	way  Direction
}{
	AmountFen: {1, HalfUp}, AmountFenUp: {1, Up}, AmountFenDown: {1, Down},
	AmountJiao: {10, HalfUp}, AmountJiaoUp: {10, Up}, AmountJiaoDown: {10, Down},
	AmountYuan: {100, HalfUp}, AmountYuanUp: {100, Up}, AmountYuanDown: {100, Down},
}

// Step is what amounts are multiples of, and which way they are rounded to one.
func (a AmountRounding) Step() (step money.Fen, way Direction) {
	return amountSteps[a].step, amountSteps[a].way
}

// MarshalText writes the word of the pack.
func (a AmountRounding) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Rounding is how amounts are rounded in an area.
type Rounding struct {
	Level  Level          `json:"level"`
	Amount AmountRounding `json:"amount"`
}

// areaRounding is the rounding of one area, with what the default gave filled in.
type areaRounding struct {
	area   string
	prefix string
	Rounding
}

// RoundingFor tells how amounts are rounded in a region; the longest area that matches decides.
func (p *Pack) RoundingFor(regionCode string) Rounding {
	for _, a := range p.areaRoundings {
		if strings.HasPrefix(regionCode, a.prefix) {
			return a.Rounding
		}
	}
	return p.defaultRounding
}

// Measure returns the measure with this id.
func (p *Pack) Measure(id string) (Measure, bool) {
	i, ok := p.measureIndex[id]
	if !ok {
		return Measure{}, false
	}
	return p.Measures[i-1], true
}

// Comparison returns the comparison with this id; "" asks for the default one.
func (p *Pack) Comparison(id string) (Comparison, error) {
	if id == "" {
		return p.DefaultComparison(), nil
	}
	for _, c := range p.Comparisons {
		if c.ID == id {
			return c, nil
		}
	}
	var known []string
	for _, c := range p.Comparisons {
		known = append(known, c.ID)
	}
	return Comparison{}, problem.New("policy_unknown_comparison", "id", id, "pack", p.ID, "known", strings.Join(known, ", "))
}

// DefaultComparison is the one marked default, or else the first.
func (p *Pack) DefaultComparison() Comparison {
	for _, c := range p.Comparisons {
		if c.Default {
			return c
		}
	}
	return p.Comparisons[0]
}

// FirstEffect is the earliest month from which a row of a measure holds, the start of the default window; zero where
// no row has a measure.
func (p *Pack) FirstEffect() period.Period {
	var first period.Period
	note := func(measure string, from period.Period) {
		if measure != "" && (first == 0 || from < first) {
			first = from
		}
	}
	for i := range p.Rates {
		note(p.Rates[i].Measure, p.Rates[i].From)
	}
	for i := range p.Bases {
		note(p.Bases[i].Measure, p.Bases[i].From)
	}
	return first
}

// Step is one step of a comparison: the scenario before a measure is added, and the one with it.
type Step struct {
	Before, After []string
}

// FloorPlace is where a run keeps what is owed without a step's measure but with its higher floor, counted from 1: behind its
// scenarios, in the order of FloorSteps. It is 0 where no floor can rise.
func (p *Pack) FloorPlace(scenarios int, s Step) uint8 {
	at := slices.IndexFunc(p.FloorSteps(), s.equal)
	if at < 0 {
		return 0
	}
	return uint8(scenarios + at + 1) //nolint:gosec // there are fewer steps than scenarios, of which there are at most 64
}

// FloorSteps lists the steps of all comparisons at which a floor may rise, each once: those whose measure has floors.
func (p *Pack) FloorSteps() []Step {
	var list []Step
	for _, comparison := range p.Comparisons {
		steps := comparison.Steps()
		for i, measure := range comparison.Added() {
			step := Step{steps[i], steps[i+1]}
			if p.hasFloors(measure) && !slices.ContainsFunc(list, step.equal) {
				list = append(list, step)
			}
		}
	}
	return list
}

func (s Step) equal(other Step) bool {
	return slices.Equal(s.Before, other.Before) && slices.Equal(s.After, other.After)
}

func (p *Pack) hasFloors(measure string) bool {
	return slices.ContainsFunc(p.Bases, func(row BaseRow) bool { return row.Measure == measure && row.HasFloor })
}

// RisesTo is this limit with the floor of another, which is higher; ok is false where it is not. All but the floor stays,
// so that the two differ by what the floor alone does.
func (l Limit) RisesTo(after Limit) (risen Limit, ok bool) {
	if !after.HasFloor || after.Floor <= l.Floor {
		return l, false
	}
	risen = l
	risen.HasFloor, risen.Floor = true, after.Floor
	return risen, true
}

// AreaPrefixes lists the distinct area prefixes that the pack's rows and roundings name, sorted. Two region codes with
// the same longest prefix in it, at every length, are told apart by no row.
func (p *Pack) AreaPrefixes() []string {
	seen := map[string]bool{}
	for i := range p.Rates {
		seen[p.Rates[i].prefix] = true
	}
	for i := range p.Bases {
		seen[p.Bases[i].prefix] = true
	}
	for _, a := range p.areaRoundings {
		seen[a.prefix] = true
	}
	prefixes := make([]string, 0, len(seen))
	for prefix := range seen {
		prefixes = append(prefixes, prefix)
	}
	slices.Sort(prefixes)
	return prefixes
}

// Class is what of a unit decides its parameters.
type Class struct {
	RegionCode  string                `json:"region_code"`
	Kind        contribution.UnitKind `json:"-"`
	Size        contribution.Size     `json:"-"`
	RiskClass   uint8                 `json:"risk_class"`
	FloatFactor money.Rate            `json:"float_factor"`
	Elections   []string              `json:"elections"`
}

// ClassOf takes the class out of a unit.
func ClassOf(unit contribution.Unit) Class {
	return Class{
		RegionCode:  unit.RegionCode,
		Kind:        unit.Kind,
		Size:        unit.Size,
		RiskClass:   unit.RiskClass,
		FloatFactor: unit.FloatFactor,
		Elections:   unit.Elections,
	}
}

// areaOK tells whether an area is empty or six digits.
func areaOK(area string) bool {
	if area == "" {
		return true
	}
	if len(area) != 6 {
		return false
	}
	for _, c := range area {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// areaPrefix is filter.AreaPrefix under the name that the rows use.
func areaPrefix(area string) string { return filter.AreaPrefix(area) }
