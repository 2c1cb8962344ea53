package queries

import (
	"slices"
	"time"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// View is what a page shows: the months, the comparison, whose share, and the part of the units or insurances that it is
// about. All of it is in the page's URL.
type View struct {
	Window     period.Range         `json:"window"`
	Comparison string               `json:"comparison"` // id of a comparison of the run's pack
	Payers     []contribution.Payer `json:"payers"`
	Narrow     Narrow               `json:"narrow"`
}

// Narrow is the part of a reader's scope that a page is about; "" in a field is all of it. It never widens a scope.
type Narrow = dimension.Narrow

// Burden adds up one set of burdens, in fen.
type Burden struct {
	Old     money.Fen `json:"old"`
	New     money.Fen `json:"new"`
	Charged money.Fen `json:"charged"`
}

// Due is the reduction that the policy gives, old − new (应减).
func (b Burden) Due() money.Fen { return b.Old - b.New }

// Real is the reduction that arrived, old − charged (实减).
func (b Burden) Real() money.Fen { return b.Old - b.Charged }

// Shortfall is what was charged too much, charged − new (未减); negative where too little was charged.
func (b Burden) Shortfall() money.Fen { return b.Charged - b.New }

// Add adds up two sets.
func (b Burden) Add(c Burden) Burden {
	return Burden{b.Old + c.Old, b.New + c.New, b.Charged + c.Charged}
}

// Reach says unit by unit how far a cut came (design §5), so that what one unit was charged too much does not pay for what
// another was charged too little. overcharged − undercharged is the net shortfall. Of a member, an insurance or a month,
// the burden counts that a unit has there; so parts need not add up to the whole.
type Reach struct {
	Entitled          money.Fen `json:"entitled" ch:"entitled"`              // the due reductions above nought
	Delivered         money.Fen `json:"delivered" ch:"delivered"`            // of these what arrived, never more than a unit's due
	Overcharged       money.Fen `json:"overcharged" ch:"overcharged"`        // charged above the new policy (多征)
	Undercharged      money.Fen `json:"undercharged" ch:"undercharged"`      // charged below it (少征)
	UnitsOvercharged  uint64    `json:"units_overcharged" ch:"units_over"`   // units behind them
	UnitsUndercharged uint64    `json:"units_undercharged" ch:"units_under"` //
}

// ReachOf is that of one unit's burden.
func ReachOf(b Burden) Reach {
	r := Reach{
		Entitled:     max(0, b.Due()),
		Delivered:    max(0, min(b.Real(), b.Due())),
		Overcharged:  max(0, b.Shortfall()),
		Undercharged: max(0, -b.Shortfall()),
	}
	if r.Overcharged > 0 {
		r.UnitsOvercharged = 1
	}
	if r.Undercharged > 0 {
		r.UnitsUndercharged = 1
	}
	return r
}

// Plus adds up what is of different units.
func (r Reach) Plus(s Reach) Reach {
	return Reach{r.Entitled + s.Entitled, r.Delivered + s.Delivered, r.Overcharged + s.Overcharged, r.Undercharged + s.Undercharged,
		r.UnitsOvercharged + s.UnitsOvercharged, r.UnitsUndercharged + s.UnitsUndercharged}
}

// Sums are burdens with how far the cut came to the units behind them.
type Sums struct {
	Burden
	Reach
}

// States counts units by their state over the window.
type States struct {
	Full      uint64 `json:"full"`
	Partial   uint64 `json:"partial"`
	None      uint64 `json:"none"`
	Increased uint64 `json:"increased"`
	NoDue     uint64 `json:"no_due"`
}

// Total is the number of units that the states count.
func (s States) Total() uint64 { return s.Full + s.Partial + s.None + s.Increased + s.NoDue }

// MemberRow is one member of a dimension: a region, an industry section, a size, an insurance and so on.
type MemberRow struct {
	Key string `json:"key"` // region code, section letter or the word of the code list
	Sums
	Units     uint64 `json:"units"`
	Headcount uint64 `json:"headcount"` // person-months
	States    States `json:"states"`    // empty by insurance, where a unit has no state of its own

	Effects []money.Fen `json:"-"` // of the comparison's added measures, in order; they add up to the due reduction exactly
}

// PeriodRow is one month.
type PeriodRow struct {
	Period period.Period `json:"period"`
	Sums
	Units     uint64 `json:"units"`
	Headcount uint64 `json:"headcount"` // persons with a normal record, once an insurance: the largest insurance counts
}

// MeasureRow is the effect of one measure of the comparison, in the pack's order; the effects add up to the due
// reduction exactly.
type MeasureRow struct {
	Measure string    `json:"measure"`
	Title   string    `json:"title"`
	Effect  money.Fen `json:"effect"`
}

// ReasonRow is one reason of the shortfall over all units that it has something to say of; the amounts of the reasons add
// up to the net shortfall exactly. Of a unit for which other reasons go the other way, More is not what it was charged too
// much in the end.
type ReasonRow struct {
	Reason   string        `json:"reason"`
	Units    uint64        `json:"units"`
	Amount   money.Fen     `json:"amount"`    // more − less
	More     money.Fen     `json:"more"`      // of the units that it makes pay more
	Less     money.Fen     `json:"less"`      // of those that it makes pay less
	ByRegion []ReasonPlace `json:"by_region"` // one level below the region, by code; adds up to the amount
}

// ReasonPlace is what a reason comes to in a region.
type ReasonPlace struct {
	Region string    `json:"region"`
	Units  uint64    `json:"units"`
	Amount money.Fen `json:"amount"`
	More   money.Fen `json:"more"`
	Less   money.Fen `json:"less"`
}

// BandRow counts the units of a size, or of all sizes (""), whose burden changed within a band over the window.
type BandRow struct {
	Size    string `json:"size"`
	Band    string `json:"band"` // one of Bands
	Units   uint64 `json:"units"`
	Persons uint64 `json:"persons"` // of each unit, those of the month that has the most
	Fewest  uint64 `json:"fewest"`  // of each unit, those of the month that has the fewest
}

// IncreasedRow counts the units of a county and industry section whose burden rose.
type IncreasedRow struct {
	Region  string `json:"region"`
	Section string `json:"section"` // "" for units without an industry
	Units   uint64 `json:"units"`
	Fewest  uint64 `json:"fewest"` // persons, as in BandRow
}

// UncoveredCount counts records that are in no burden.
type UncoveredCount struct {
	Records uint64 `json:"records"`
	Units   uint64 `json:"units"`
}

// Stamp says which figures a page shows; every page and export prints it.
type Stamp struct {
	Run           uint32          `json:"run"`
	Pack          string          `json:"pack"`
	PackTitle     string          `json:"pack_title"`
	PackHash      string          `json:"pack_hash"`
	ComputedAt    time.Time       `json:"computed_at"`
	LoadedAt      time.Time       `json:"loaded_at"`
	DataFrom      period.Period   `json:"data_from"`
	DataTo        period.Period   `json:"data_to"`
	Gaps          []period.Period `json:"gaps,omitempty"` // months from the first to the last without a normal record
	FirstEffect   period.Period   `json:"first_effect"`   // the pack's first effective month; a window starts there by default
	Records       uint64          `json:"records"`
	Rejected      uint64          `json:"rejected"`  // lines rejected by all loads, those that wait too
	Uncovered     uint64          `json:"uncovered"` // records for which the old policy of the comparison shown has no rate
	Estimates     uint64          `json:"estimates"` // summary records among Records, which are those in the burdens of that comparison
	Comparisons   []Comparison    `json:"comparisons"`
	Waiting       *Waiting        `json:"waiting,omitempty"` // loaded and not computed yet; nil for nothing
	SampleChecked uint64          `json:"sample_checked"`    // units recomputed in Go and found equal to the fen
}

// Missing lists the months of a window that the run has no data of, or no more than back payments and refunds.
func (s Stamp) Missing(w period.Range) (missing []period.Period) {
	data := period.Range{From: s.DataFrom, To: s.DataTo}
	for _, m := range w.Months() {
		if !data.Contains(m) || slices.Contains(s.Gaps, m) {
			missing = append(missing, m)
		}
	}
	return missing
}

// Comparison is one comparison of the run's pack.
type Comparison struct {
	ID       string       `json:"id"`
	Title    string       `json:"title"`
	Default  bool         `json:"default"`
	Measures []MeasureRow `json:"measures"` // the added measures; effects are zero here
	RunCounts
}

// For is the stamp with the counts of a comparison. They are zero for who sees a part of the store, and stay as they are
// where the comparison is not one of the run's.
func (s Stamp) For(comparison string) Stamp {
	if i := slices.IndexFunc(s.Comparisons, func(c Comparison) bool { return c.ID == comparison }); i >= 0 {
		counts := s.Comparisons[i].RunCounts
		s.Records, s.Uncovered, s.Estimates = counts.Records, counts.Uncovered, counts.Estimates
	}
	return s
}

// Overview is everything that the first page shows.
type Overview struct {
	View     View        `json:"view"`
	Region   string      `json:"region"` // the region that the view or else the scope is; "" where it is everything or several
	Stamp    Stamp       `json:"stamp"`
	Total    MemberRow   `json:"total"`
	ByPeriod []PeriodRow `json:"by_period"` // all months with data, not only the window's
	dimension.By[[]MemberRow]
	Insured   map[string]States `json:"-"` // by insurance, of the burdens that units have there
	ByMeasure []MeasureRow      `json:"by_measure"`
	ByReason  []ReasonRow       `json:"by_reason"`
	ByBand    []BandRow         `json:"by_band"`   // all units, then by size; bands with no unit are left out
	Increased []IncreasedRow    `json:"increased"` // the most units first
	Uncovered *UncoveredCount   `json:"uncovered"` // nil where it is not known of the view
	Events    []policy.Event    `json:"events"`    // what of the policy began in a month with data, in order
}
