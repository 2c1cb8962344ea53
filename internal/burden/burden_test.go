package burden

import (
	"strings"
	"testing"
	"testing/fstest"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
)

const manifestText = `id: test
title: 测试
measures:
  - {id: rate, title: 降费率, document_no: 文1}
  - {id: base, title: 调基数, document_no: 文2}
comparisons:
  - {id: all, title: 全部, old: [], new: [rate, base], default: true}
rounding:
  default: {level: person, amount: fen}
  areas:
    - {area: '510000', level: unit}
    - {area: '330000', amount: jiao_up}
`

// One small world: pension 19 % → 16 %, employee 8 %; base 3125..19935 → 3368..16842; injury 1.1 % in class 5.
const (
	ratesText = `area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective,document_no,checked_on
,pension,employer,,,,2018-05,,0.19,,,,文,2026-11-01
,pension,employer,,,,2019-05,,0.16,,rate,,文,2026-11-01
,pension,employee,,,,2018-05,,0.08,,,,文,2026-11-01
,work_injury,employer,,,5,2018-05,,0.011,,,,文,2026-11-01
,maternity,employer,,,,2019-05,,0.005,,rate,,文,2026-11-01
`
	basesText = `area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on
,,,2018-07,,3125,19935,,,,,文,2026-11-01
,,,2019-05,,3368,16842,,,base,,文,2026-11-01
`
)

func testPack(t testing.TB) *policy.Pack {
	t.Helper()
	pack, err := policy.Load(fstest.MapFS{
		policy.PackFile:  {Data: []byte(manifestText)},
		policy.RatesFile: {Data: []byte(ratesText)},
		policy.BasesFile: {Data: []byte(basesText)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

func testUnit(region string) contribution.Unit {
	return contribution.Unit{ID: "U", RegionCode: region, Kind: contribution.Enterprise, Size: contribution.Small, RiskClass: 5,
		FloatFactor: money.One}
}

// record is a normal pension record of May 2019 that follows the new policy for a wage of 10,000.
func record(id string, change func(*contribution.Record)) contribution.Record {
	r := contribution.Record{ID: id, UnitID: "U", Period: 201905, Insurance: contribution.Pension, EntryType: contribution.Normal,
		Person: uint64(id[0]), Headcount: 1, Wage: 1_000_000, Base: 1_000_000, EmployerRate: 160_000, EmployerAmount: 160_000,
		EmployeeRate: 80_000, EmployeeAmount: 80_000}
	if change != nil {
		change(&r)
	}
	return r
}

// employer writes the employer's line as old/new/charged, effects, reasons and counts.
func employer(t *testing.T, region string, records ...contribution.Record) string {
	t.Helper()
	pack := testPack(t)
	assessment, err := Assess(pack, pack.DefaultComparison(), []contribution.Unit{testUnit(region)}, records)
	if err != nil {
		t.Fatal(err)
	}
	if len(assessment.Lines) == 0 {
		return "no line"
	}
	return lineText(assessment.Lines[0])
}

func lineText(l Line) string {
	parts := []string{l.Old.String(), l.New.String(), l.Charged.String(), "effects"}
	for _, e := range l.Effects {
		parts = append(parts, e.String())
	}
	for _, r := range l.Reasons {
		parts = append(parts, r.Reason.String()+"="+r.Amount.String())
	}
	if l.Headcount != 1 {
		parts = append(parts, "heads", money.Fen(l.Headcount * 100).String()[:1])
	}
	return strings.Join(parts, " ")
}

func TestOneUnit(t *testing.T) {
	tests := []struct {
		name    string
		region  string
		records []contribution.Record
		want    string
	}{
		{"a record charged by the new policy leaves no shortfall", "320102",
			[]contribution.Record{record("a", nil)}, "1900.00 1600.00 1600.00 effects 300.00 0.00"},
		{"the old rate still applied is rate_not_applied", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.EmployerRate, r.EmployerAmount = 190_000, 190_000 })},
			"1900.00 1600.00 1900.00 effects 300.00 0.00 rate_not_applied=300.00"},
		{"a rate below policy is negative", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.EmployerRate, r.EmployerAmount = 140_000, 140_000 })},
			"1900.00 1600.00 1400.00 effects 300.00 0.00 rate_below_policy=-200.00"},
		{"rates above and below in one group are told apart, record by record", "320102",
			[]contribution.Record{
				record("a", func(r *contribution.Record) { r.EmployerRate, r.EmployerAmount = 190_000, 190_000 }),
				record("b", func(r *contribution.Record) { r.EmployerRate, r.EmployerAmount = 140_000, 140_000 })},
			"3800.00 3200.00 3300.00 effects 600.00 0.00 rate_not_applied=300.00 rate_below_policy=-200.00 heads 2"},
		{"a base above the new cap", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Wage, r.Base, r.EmployerAmount = 2_500_000, 1_993_500, 318_960 })},
			"3787.65 2694.72 3189.60 effects 598.05 494.88 base_over_cap=494.88"},
		{"a base below the new floor", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Wage, r.Base, r.EmployerAmount = 300_000, 312_500, 50_000 })},
			"593.75 538.88 500.00 effects 93.75 -38.88 base_below_floor=-38.88"},
		{"a base within the limits that is not the wage", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Base, r.EmployerAmount = 900_000, 144_000 })},
			"1900.00 1600.00 1440.00 effects 300.00 0.00 base_mismatch=-160.00"},
		{"an amount that is not base × rate", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.EmployerAmount = 160_001 })},
			"1900.00 1600.00 1600.01 effects 300.00 0.00 amount_mismatch=0.01"},
		{"three faults in one record telescope", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) {
				r.Wage, r.Base, r.EmployerRate, r.EmployerAmount = 2_500_000, 1_993_500, 190_000, 378_800
			})},
			"3787.65 2694.72 3788.00 effects 598.05 494.88 amount_mismatch=0.35 rate_not_applied=598.05 base_over_cap=494.88"},
		{"the second record of a person, by record id, is a duplicate", "320102",
			[]contribution.Record{record("b", func(r *contribution.Record) { r.Person, r.Wage = 7, 5_000_000 }),
				record("a", func(r *contribution.Record) { r.Person = 7 })},
			"1900.00 1600.00 3200.00 effects 300.00 0.00 duplicate_charge=1600.00"},
		{"records without a person are never duplicates", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Person = 0 }), record("b", func(r *contribution.Record) { r.Person = 0 })},
			"3800.00 3200.00 3200.00 effects 600.00 0.00 heads 2"},
		{"a back payment of a charged person is no duplicate and no head", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Person = 7 }),
				record("b", func(r *contribution.Record) { r.Person, r.EntryType = 7, contribution.BackPayment })},
			"3800.00 3200.00 3200.00 effects 600.00 0.00"},
		{"a refund changes the charge only", "320102",
			[]contribution.Record{record("a", nil), record("b", func(r *contribution.Record) {
				r.Person, r.EntryType, r.EmployerAmount = 'a', contribution.Refund, -30_000
			})},
			"1900.00 1600.00 1300.00 effects 300.00 0.00 refund=-300.00"},
		{"a refund alone has a line without burden", "320102",
			[]contribution.Record{record("b", func(r *contribution.Record) { r.EntryType, r.EmployerAmount = contribution.Refund, -30_000 })},
			"0.00 0.00 -300.00 effects 0.00 0.00 refund=-300.00 heads 0"},
		{"a summary limits the average wage of its heads", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) {
				r.Headcount, r.Wage, r.Base, r.EmployerAmount = 3, 3_000_001, 3_000_001, 480_000
			})}, // 30000.01 ÷ 3 = 10000.00333… → 10000.00 a head
			"5700.00 4800.00 4800.00 effects 900.00 0.00 heads 3"},
		{"a summary's base is held against the caps of all its heads", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) {
				r.Headcount, r.Wage, r.Base, r.EmployerAmount = 2, 5_000_000, 3_987_000, 637_920
			})},
			"7575.30 5389.44 6379.20 effects 1196.10 989.76 base_over_cap=989.76 heads 2"},
		{"half a fen goes up", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Wage, r.Base, r.EmployerAmount = 400_050, 400_050, 64_008 })},
			"760.10 640.08 640.08 effects 120.02 0.00"}, // 4000.50 × 0.19 = 760.095
		{"see jiao, go up a jiao", "330102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Wage, r.Base, r.EmployerAmount = 400_050, 400_050, 64_010 })},
			"760.10 640.10 640.10 effects 120.00 0.00"},
		{"a whole jiao stays", "330102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Wage, r.Base, r.EmployerAmount = 400_000, 400_000, 64_000 })},
			"760.00 640.00 640.00 effects 120.00 0.00"},
		{"rounding once a unit leaves a rounding reason", "510104",
			// Three times 4000.03 × 0.16 = 640.0048: 640.00 a person, 1920.0144 → 1920.01 for the unit.
			[]contribution.Record{small("a"), small("b"), small("c")},
			"2280.02 1920.01 1920.00 effects 360.01 0.00 rounding=-0.01 heads 3"},
		{"a payer without a rate owes nothing where the other has one", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) {
				r.Insurance, r.EmployerRate, r.EmployerAmount = contribution.WorkInjury, 11_000, 11_000
			})},
			"110.00 110.00 110.00 effects 0.00 0.00"},
		{"a record that the old policy does not cover is in no line, even where the new one does", "320102",
			[]contribution.Record{record("a", func(r *contribution.Record) { r.Insurance = contribution.Maternity })}, "no line"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := employer(t, test.region, test.records...); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func small(id string) contribution.Record {
	return record(id, func(r *contribution.Record) { r.Wage, r.Base, r.EmployerAmount = 400_003, 400_003, 64_000 })
}

func TestBothPayersAlwaysHaveALine(t *testing.T) {
	pack := testPack(t)
	a, err := Assess(pack, pack.DefaultComparison(), []contribution.Unit{testUnit("320102")}, []contribution.Record{
		record("a", func(r *contribution.Record) {
			r.Insurance, r.EmployerRate, r.EmployerAmount, r.EmployeeRate, r.EmployeeAmount = contribution.WorkInjury, 11_000, 11_000, 0, 0
		}),
		record("z", func(r *contribution.Record) { r.Insurance = contribution.Medical }),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Lines) != 2 || a.Lines[0].Payer != contribution.Employer || a.Lines[1].Payer != contribution.Employee {
		t.Fatalf("lines %+v", a.Lines)
	}
	if got := lineText(a.Lines[1]); got != "0.00 0.00 0.00 effects 0.00 0.00" {
		t.Errorf("employee's line %s", got)
	}
	if strings.Join(a.Uncovered, " ") != "z" {
		t.Errorf("uncovered %v", a.Uncovered)
	}
}

func TestTheRegistrationOfTheMonthDecides(t *testing.T) {
	v := func(from period.Period, name string) contribution.Unit {
		return contribution.Unit{ValidFrom: from, Name: name}
	}
	tests := []struct {
		name     string
		versions []contribution.Unit
		month    period.Period
		want     string
	}{
		{"none is none", nil, 201905, ""},
		{"one without a date holds always", []contribution.Unit{v(0, "a")}, 201905, "a"},
		{"the latest that has begun", []contribution.Unit{v(201907, "c"), v(0, "a"), v(201905, "b")}, 201906, "b"},
		{"from its own month on", []contribution.Unit{v(0, "a"), v(201905, "b")}, 201905, "b"},
		{"before all of them the earliest", []contribution.Unit{v(201908, "b"), v(201907, "a")}, 201905, "a"},
		{"one that has begun beats an earlier look ahead", []contribution.Unit{v(201908, "b"), v(201901, "a")}, 201905, "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _ := VersionFor(test.versions, test.month)
			if got.Name != test.want {
				t.Errorf("got %q, want %q", got.Name, test.want)
			}
		})
	}
}

func TestBaseRounding(t *testing.T) {
	both := policy.Limit{HasFloor: true, HasCap: true, Floor: 312_500, Cap: 1_993_500, Rounding: policy.RoundFen}
	with := func(r policy.BaseRounding) policy.Limit { return policy.Limit{Rounding: r} }
	tests := []struct {
		name  string
		wage  money.Fen
		heads uint32
		limit policy.Limit
		want  string
	}{
		{"a wage within stays", 500_000, 1, both, "5000.00"},
		{"below the floor it is raised", 312_499, 1, both, "3125.00"},
		{"above the cap it is lowered", 1_993_501, 1, both, "19935.00"},
		{"jiao, half up", 100_005, 1, with(policy.RoundJiao), "1000.10"},
		{"jiao, below half down", 100_004, 1, with(policy.RoundJiao), "1000.00"},
		{"yuan, half up", 100_050, 1, with(policy.RoundYuan), "1001.00"},
		{"yuan, below half down", 100_049, 1, with(policy.RoundYuan), "1000.00"},
		{"yuan up", 100_001, 1, with(policy.RoundYuanUp), "1001.00"},
		{"a whole yuan stays", 100_000, 1, with(policy.RoundYuanUp), "1000.00"},
		{"a summary whose average has half a fen is rounded as a whole", 3, 2, with(policy.RoundFen), "0.03"},
		{"a summary whose average has a third of a fen is rounded as a whole", 4, 3, with(policy.RoundFen), "0.04"},
		{"a summary of forty whose average has tenths of a fen keeps its wage", 18_088_016, 40, both, "180880.16"},
		{"a summary rounds its wage, not the average, to the jiao", 1_000_014, 3, with(policy.RoundJiao), "10000.10"},
		{"a summary rounds its wage, not the average, to the yuan", 1_000_149, 3, with(policy.RoundYuan), "10001.00"},
		{"a summary rounds its wage, not the average, up to the yuan", 100_001 * 3, 3, with(policy.RoundYuanUp), "3001.00"},
		{"a summary raised to the floor rounds the floors of all heads once", 1, 3, policy.Limit{HasFloor: true, Floor: 358_165, Rounding: policy.RoundYuan}, "10745.00"},
		{"a summary lowered to the cap rounds the caps of all heads once", 9_999_999, 3, policy.Limit{HasCap: true, Cap: 358_165, Rounding: policy.RoundYuanUp}, "10745.00"},
		{"a summary just below the floor of all heads", 624_999, 2, both, "6250.00"},
		{"a summary just above the cap of all heads", 3_987_001, 2, both, "39870.00"},
		{"no heads count as one", 500_000, 0, both, "5000.00"},
		{"a floor above the wage is itself rounded", 1, 1, policy.Limit{HasFloor: true, Floor: 358_165, Rounding: policy.RoundYuan}, "3582.00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := limit(test.wage, test.heads, test.limit).base.String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestStateOf(t *testing.T) {
	tests := []struct {
		name              string
		old, new, charged money.Fen
		want              State
	}{
		{"all of the reduction arrived", 190_000, 160_000, 160_000, Full},
		{"nothing arrived", 190_000, 160_000, 190_000, None},
		{"a part arrived", 190_000, 160_000, 175_000, Partial},
		{"charged more than before", 190_000, 160_000, 200_000, Increased},
		{"nothing was due", 190_000, 190_000, 190_000, NoDue},
		{"the burden rises by policy and was charged so", 59_375, 61_000, 61_000, Increased},
		{"nothing at all", 0, 0, 0, NoDue},
		// old 1000.00: the tolerance is 1.00 + 1.00 = 2.00 yuan.
		{"an increase of just the tolerance is none", 100_000, 100_000, 100_200, NoDue},
		{"one fen more is an increase", 100_000, 100_000, 100_201, Increased},
		{"a due of just the tolerance is no due", 100_000, 99_800, 100_000, NoDue},
		{"one fen more is due", 100_000, 99_799, 100_000, None},
		{"a reduction of just the tolerance has not arrived", 100_000, 90_000, 99_800, None},
		{"one fen more has arrived in part", 100_000, 90_000, 99_799, Partial},
		{"a shortfall of just the tolerance is full", 100_000, 90_000, 90_200, Full},
		{"one fen more is partial", 100_000, 90_000, 90_201, Partial},
		// old 1000.50: the tolerance is 2.0005 yuan, which no fen can equal.
		{"a tolerance with a broken fen is not rounded down", 100_050, 100_050, 100_250, NoDue},
		{"nor up", 100_050, 100_050, 100_251, Increased},
		{"charged less than nothing", 0, 0, -30_000, NoDue},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := StateOf(test.old, test.new, test.charged); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestATieStopsTheAssessment(t *testing.T) {
	pack, err := policy.Load(fstest.MapFS{
		policy.PackFile:  {Data: []byte(manifestText)},
		policy.RatesFile: {Data: []byte(ratesText + ",pension,employer,,,,2018-05,,0.2,,,,文,2026-11-01\n")},
		policy.BasesFile: {Data: []byte(basesText)},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Assess(pack, pack.DefaultComparison(), []contribution.Unit{testUnit("320102")}, []contribution.Record{record("a", nil)})
	if problem.Code(err) != "policy_tie" {
		t.Errorf("got %v", err)
	}
}

func TestIDsAreDistinct(t *testing.T) {
	seen := map[string]bool{"": true}
	for _, r := range Reasons {
		if seen[r.String()] {
			t.Errorf("reason %d has the id %q of another, or none", r, r)
		}
		seen[r.String()] = true
	}
	for _, s := range States {
		if seen[s.String()] {
			t.Errorf("state %d has the id %q of another, or none", s, s)
		}
		seen[s.String()] = true
	}
}
