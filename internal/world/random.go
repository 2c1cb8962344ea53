package world

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// Months are those of random records; packs change at their boundaries.
var Months = []period.Period{201903, 201904, 201905}

// Random is a made-up province for property tests: units with several registrations, and records near enough to each
// other, and to the edges of limits and roundings, to hit every case of the rule.
type Random struct {
	Units   []contribution.Unit   // registrations, in the order of the file
	Records []contribution.Record // in the order of the file; Person is the number that the file writes
	rng     *rand.Rand
	units   map[string][]contribution.Unit // registrations by unit
}

// regions are counties of five cities in three provinces, and one code that is a city itself.
var regions = []string{"320102", "320104", "320505", "320506", "321302", "440103", "440305", "440300", "110101"}

var industries = []string{"", "C1391", "C3411", "F5211", "H6210", "I6513", "E47"}

// measureIDs are those that random packs have and random units elect.
var measureIDs = []string{"m1", "m2", "m3", "m4"}

// NewRandom draws a province of units from a seed.
func NewRandom(seed uint64, units int) *Random {
	r := &Random{
		rng:   rand.New(rand.NewPCG(seed, 1)), //nolint:gosec // tests want the same draw each time
		units: map[string][]contribution.Unit{},
	}
	for n := range units {
		id := UnitID(1_000_000 + n)
		for _, from := range r.validity() {
			u := r.unit(id, n, from)
			r.Units = append(r.Units, u)
			r.units[id] = append(r.units[id], u)
		}
		for range r.rng.IntN(16) {
			r.Records = append(r.Records, r.record(id))
		}
	}
	r.shuffleKeys()
	return r
}

func pick[T any](rng *rand.Rand, values ...T) T { return values[rng.IntN(len(values))] }

// validity draws from when the registrations of a unit hold; 0 is without a date.
func (r *Random) validity() []period.Period {
	switch r.rng.IntN(6) {
	case 0:
		return []period.Period{0, 201904}
	case 1:
		return []period.Period{201904}
	case 2:
		return []period.Period{201905, 201801, 201904}
	case 3:
		return []period.Period{201907, 202001}
	}
	return []period.Period{0}
}

func (r *Random) unit(id string, n int, from period.Period) contribution.Unit {
	var elections []string
	for _, m := range measureIDs {
		if r.rng.IntN(3) == 0 {
			elections = append(elections, m)
		}
	}
	u := contribution.Unit{
		ID:           id,
		Name:         fmt.Sprintf("第%d户", n),
		RegionCode:   pick(r.rng, regions...),
		IndustryCode: pick(r.rng, industries...),
		EconomicType: contribution.OtherType,
		Kind:         pick(r.rng, contribution.UnitKinds...),
		Employees:    -1,
		Revenue:      -1,
		Assets:       -1,
		Size:         pick(r.rng, contribution.Sizes...),
		RiskClass:    uint8(r.rng.IntN(9)), //nolint:gosec // 0 to 8
		FloatFactor:  pick[money.Rate](r.rng, money.One, money.One, 500_000, 800_000, 1_200_000, 1_500_000, 3_000_000),
		Elections:    elections,
		ValidFrom:    from,
	}
	u.SizeDeclared = u.Size != contribution.SizeUnknown
	return u
}

// edges are wages, floors and caps in fen; all others lie around them.
var edges = []money.Fen{0, 150_000, 202_000, 300_000, 312_500, 336_800, 350_000, 500_050, 999_995, 1_400_000, 1_684_200, 1_993_500}

// around draws an amount for n heads on or next to an edge, on or next to a rounding edge, or anywhere.
func (r *Random) around(n money.Fen) money.Fen {
	switch r.rng.IntN(8) {
	case 0, 1, 2:
		return max(0, pick(r.rng, edges...)*n+money.Fen(r.rng.IntN(5)-2))
	case 3:
		return max(0, (money.Fen(r.rng.IntN(20_000))*100+50)*n+money.Fen(r.rng.IntN(3)-1)) // x.50 yuan
	case 4:
		return max(0, (money.Fen(r.rng.IntN(200_000))*10+5)*n+money.Fen(r.rng.IntN(3)-1)) // x.x5 yuan
	case 5:
		if r.rng.IntN(10) == 0 {
			return money.Max - money.Fen(r.rng.IntN(100))
		}
	}
	return money.Fen(r.rng.Int64N(3_000_000)) * n
}

func (r *Random) record(unit string) contribution.Record {
	heads := money.Fen(1)
	if r.rng.IntN(4) == 0 {
		heads = pick[money.Fen](r.rng, 2, 3, 7, 13, 1_000, 1_000_000)
	}
	x := contribution.Record{
		UnitID:         unit,
		Period:         pick(r.rng, Months...),
		Insurance:      pick(r.rng, contribution.Insurances...),
		EntryType:      pick(r.rng, contribution.Normal, contribution.Normal, contribution.Normal, contribution.BackPayment, contribution.Refund),
		Person:         uint64(r.rng.IntN(4)),
		Headcount:      uint32(heads),
		Wage:           min(money.Max, r.around(heads)),
		EmployerRate:   r.rate(),
		EmployeeRate:   r.rate() / 2,
		ReceivedAmount: money.Fen(r.rng.IntN(100_000)),
	}
	x.Base = x.Wage
	if r.rng.IntN(2) == 0 {
		x.Base = min(money.Max, r.around(heads))
	}
	x.EmployerAmount, x.EmployeeAmount = r.charge(x.Base, x.EmployerRate), r.charge(x.Base, x.EmployeeRate)
	if x.EntryType == contribution.Refund {
		x.EmployerAmount, x.EmployeeAmount, x.ReceivedAmount = -x.EmployerAmount, -x.EmployeeAmount, -x.ReceivedAmount
	}
	return x
}

func (r *Random) rate() money.Rate {
	if r.rng.IntN(3) == 0 {
		return money.Rate(r.rng.IntN(300_000))
	}
	return pick[money.Rate](r.rng, 0, 5_000, 10_000, 80_000, 160_000, 190_000, 200_000)
}

// charge is what is charged: mostly base × rate to the fen, else somewhat or quite off.
func (r *Random) charge(base money.Fen, rate money.Rate) money.Fen {
	exact := (base*money.Fen(rate) + 500_000) / 1_000_000
	switch r.rng.IntN(6) {
	case 0:
		return max(0, exact+money.Fen(r.rng.IntN(21)-10))
	case 1:
		return money.Fen(r.rng.Int64N(500_000))
	}
	return exact
}

// shuffleKeys gives the records their keys in an order that is not that of the file, so that of two records that charge
// a person twice either may come first.
func (r *Random) shuffleKeys() {
	numbers := r.rng.Perm(len(r.Records))
	for i := range r.Records {
		r.Records[i].ID = fmt.Sprintf("R'\\%06d", numbers[i])
	}
}

// Obey lets half of the groups of a unit, month and insurance be charged just what a pack's new policy asks, person by
// person, as most are in life, and a tenth of the records in them all but that.
func (r *Random) Obey(t testing.TB, pack *policy.Pack) {
	t.Helper()
	type group struct {
		unit      string
		month     period.Period
		insurance contribution.Insurance
	}
	good := map[group]bool{}
	scenario := pack.DefaultComparison().New
	for i := range r.Records {
		x := &r.Records[i]
		key := group{x.UnitID, x.Period, x.Insurance}
		if _, drawn := good[key]; !drawn {
			good[key] = r.rng.IntN(2) == 0
		}
		if !good[key] {
			continue
		}
		unit, _ := burden.VersionFor(r.VersionsOf(x.UnitID), x.Period)
		terms, err := pack.Terms(policy.ClassOf(unit), x.Period, x.Insurance, scenario)
		if err != nil {
			t.Fatal(err)
		}
		x.EntryType, x.Headcount, x.Person = contribution.Normal, 1, uint64(i)+10 //nolint:gosec // an index
		x.Wage = r.around(1)
		x.Base = x.Wage
		if terms.Limit.HasFloor {
			x.Base = max(x.Base, terms.Limit.Floor)
		}
		if terms.Limit.HasCap {
			x.Base = min(x.Base, terms.Limit.Cap)
		}
		x.EmployerRate = min(money.One, terms.Share(contribution.Employer).Rate)
		x.EmployeeRate = min(money.One, terms.Share(contribution.Employee).Rate)
		x.ReceivedAmount = 0
		r.slip(x)
		x.EmployerAmount = (x.Base*money.Fen(x.EmployerRate) + 500_000) / 1_000_000
		x.EmployeeAmount = (x.Base*money.Fen(x.EmployeeRate) + 500_000) / 1_000_000
		if r.rng.IntN(30) == 0 {
			x.EmployerAmount++
		}
	}
}

// slip lets few records be charged on another base or rate, or charge a person of the group again.
func (r *Random) slip(x *contribution.Record) {
	switch r.rng.IntN(40) {
	case 0:
		x.Base++
	case 1:
		x.Base = max(0, x.Base-1)
	case 2:
		x.EmployerRate++
	case 3:
		x.EmployeeRate = x.EmployerRate
	case 4:
		x.Person = 0
	case 5, 6:
		x.Person = 1
	case 7:
		x.EntryType = contribution.BackPayment
	case 8:
		x.Headcount = 2
	}
}

// Before makes records that these have replaced since, by key, every one that stands at the tenth place: of other amounts,
// months, insurances and units.
func (r *Random) Before() []contribution.Record {
	var list []contribution.Record
	for i := 0; i < len(r.Records); i += 10 {
		x := r.Records[i]
		other := r.Records[r.rng.IntN(len(r.Records))]
		switch r.rng.IntN(5) {
		case 0:
			x.UnitID = other.UnitID
		case 1:
			x.Period = other.Period
		case 2:
			x.Insurance = other.Insurance
		case 3:
			x.Person = other.Person
		default:
			id := x.ID
			x = other
			x.ID = id
		}
		list = append(list, x)
	}
	return list
}

// UnitsFile writes the registrations as a file.
func (r *Random) UnitsFile() string {
	var b strings.Builder
	b.WriteString("unit_id,name,region_code,industry_code,unit_kind,size,risk_class,float_factor,elections,valid_from\n")
	for _, u := range r.Units {
		size, risk, from := u.Size.String(), fmt.Sprint(u.RiskClass), ""
		if u.Size == contribution.SizeUnknown {
			size = ""
		}
		if u.RiskClass == 0 {
			risk = ""
		}
		if u.ValidFrom != 0 {
			from = u.ValidFrom.String()
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", u.ID, u.Name, u.RegionCode, u.IndustryCode, u.Kind, size, risk,
			u.FloatFactor, strings.Join(u.Elections, ";"), from)
	}
	return b.String()
}

// RecordsFile writes the records as a file.
func (r *Random) RecordsFile() string { return RecordsFile(r.Records) }

// RecordsFile writes records as a file.
func RecordsFile(records []contribution.Record) string {
	var b strings.Builder
	b.WriteString(RecordsHeader)
	for _, x := range records {
		person := ""
		if x.Person != 0 {
			person = fmt.Sprintf("p%d", x.Person)
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%d,%s,%s,%s,%s,%s,%s,%s,%s,\n", x.ID, x.UnitID, x.Period, x.Insurance, x.EntryType,
			person, x.Headcount, x.Wage, x.Base, x.EmployerRate, x.EmployerAmount, x.EmployeeRate, x.EmployeeAmount, "",
			x.ReceivedAmount)
	}
	return b.String()
}

// UnitIDs lists the units, each once, sorted.
func (r *Random) UnitIDs() []string {
	var ids []string
	for _, u := range r.Units {
		ids = append(ids, u.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// VersionsOf are the registrations of a unit.
func (r *Random) VersionsOf(unit string) []contribution.Unit { return r.units[unit] }

// RecordsOf are the records by unit.
func (r *Random) RecordsOf() map[string][]contribution.Record {
	of := map[string][]contribution.Record{}
	for _, x := range r.Records {
		of[x.UnitID] = append(of[x.UnitID], x)
	}
	return of
}
