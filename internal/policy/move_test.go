package policy_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"jianfu/internal/contribution"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
)

// layered is a pack in which rates and limits depend on area, kind, size, risk class and month.
func layered(t *testing.T) *policy.Pack {
	t.Helper()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	pack, err := policy.Load(fstest.MapFS{
		policy.PackFile: file(`id: layered
title: 分层
measures:
  - {id: cut, title: 降费率, document_no: 文1}
  - {id: half, title: 减半, document_no: 文2}
comparisons:
  - {id: c, title: 比较, old: [], new: [cut, half]}
rounding:
  default: {level: person, amount: fen}
  areas:
    - {area: '320500', level: unit}
`),
		policy.RatesFile: file(`area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective,document_no,checked_on
320000,pension,employer,,,,2018-01,,0.2,,,,文0,2026-11-01
320000,pension,employer,institution,,,2018-01,,0.19,,,,文0,2026-11-01
320000,pension,employer,,,,2019-05,,0.16,,cut,,文1,2026-11-01
320500,pension,employer,,micro,,2019-07,2019-12,,0.5,half,,文2,2026-11-01
320000,pension,employee,,,,2018-01,,0.08,,,,文0,2026-11-01
320000,work_injury,employer,,,1,2018-01,,0.002,,,,文0,2026-11-01
320000,work_injury,employer,,,2,2018-01,,0.004,,,,文0,2026-11-01
320000,unemployment,employer,,,,2018-01,,0.01,,,,文0,2026-11-01
320000,unemployment,employer,,micro,,2018-01,,0.005,,cut,yes,文1,2026-11-01
`),
		policy.BasesFile: file(`area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on
320000,,,2018-01,,3000,15000,yuan,5000,,,文0,2026-11-01
320500,,,2019-07,,3300,16500,yuan,5500,cut,,文1,2026-11-01
320000,work_injury,,2018-01,,3000,,,,,,文0,2026-11-01
`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// held is what holds for a class under the new policy of a pack's comparison, "rate floor cap".
func held(t *testing.T, p *policy.Pack, area string, kind contribution.UnitKind, size contribution.Size, risk uint8, m period.Period, ins contribution.Insurance) string {
	t.Helper()
	class := policy.Class{RegionCode: area, Kind: kind, Size: size, RiskClass: risk, FloatFactor: money.One}
	terms, err := p.Terms(class, m, ins, p.DefaultComparison().New)
	if err != nil {
		t.Fatal(err)
	}
	rate := "none"
	if s := terms.Share(contribution.Employer); s.HasRate {
		rate = s.Rate.Percent()
	}
	l := terms.Limit
	parts := []string{rate, "-", "-", l.Rounding.String()}
	if l.HasFloor {
		parts[1] = l.Floor.String()
	}
	if l.HasCap {
		parts[2] = l.Cap.String()
	}
	return strings.Join(parts, " ")
}

func TestAMoveChangesWhatItNamesAndNothingElse(t *testing.T) {
	const suzhou, nanjing, elsewhere = "320505", "320102", "330100"
	pension := policy.Move{Target: policy.MoveRate, Insurance: contribution.Pension, Payer: contribution.Employer, Area: "320000", From: 201905}
	point := pension
	point.Way, point.Rate = policy.ByPoints, -10_000
	set := pension
	set.Way, set.Rate, set.Area = policy.SetTo, 140_000, "320500"
	floor := policy.Move{Target: policy.MoveFloor, Way: policy.SetTo, Insurance: contribution.Pension, Area: "320000", From: 201908, Amount: 400_000}
	lower := policy.Move{Target: policy.MoveCap, Way: policy.ByPercent, Area: "320500", From: 201905, Rate: -100_000}
	average := policy.Move{Target: policy.MoveFloor, Way: policy.OfAverage, Insurance: contribution.Pension, Area: "320000", From: 201905, Rate: 500_000}
	injury := policy.Move{Target: policy.MoveRate, Way: policy.ByPoints, Insurance: contribution.WorkInjury, Payer: contribution.Employer, Area: "320000", From: 201905, Rate: 1000}
	for _, test := range []struct {
		name  string
		move  policy.Move
		area  string
		size  contribution.Size
		risk  uint8
		month period.Period
		ins   contribution.Insurance
		want  string
	}{
		{"a point less", point, nanjing, contribution.Large, 0, 201905, contribution.Pension, "15% 3000.00 15000.00 yuan"},
		{"a point less than the half that the micro units of Suzhou pay", point, suzhou, contribution.Micro, 0, 201907, contribution.Pension, "7% 3300.00 16500.00 yuan"},
		{"after the half has ended", point, suzhou, contribution.Micro, 0, 202001, contribution.Pension, "15% 3300.00 16500.00 yuan"},
		{"before the move", point, nanjing, contribution.Large, 0, 201904, contribution.Pension, "20% 3000.00 15000.00 yuan"},
		{"another insurance", point, nanjing, contribution.Large, 1, 201905, contribution.WorkInjury, "0.2% 3000.00 - fen"},
		{"another province", point, elsewhere, contribution.Large, 0, 201905, contribution.Pension, "none - - fen"},
		{"set in Suzhou, the half too", set, suzhou, contribution.Micro, 0, 201907, contribution.Pension, "14% 3300.00 16500.00 yuan"},
		{"set in Suzhou, seen from Nanjing", set, nanjing, contribution.Micro, 0, 201907, contribution.Pension, "16% 3000.00 15000.00 yuan"},
		{"by risk class", injury, nanjing, contribution.Large, 2, 201905, contribution.WorkInjury, "0.5% 3000.00 - fen"},
		{"a risk class without a rate", injury, nanjing, contribution.Large, 8, 201905, contribution.WorkInjury, "none 3000.00 - fen"},
		{"a floor for the province, the city's cap stays", floor, suzhou, contribution.Large, 0, 201908, contribution.Pension, "16% 4000.00 16500.00 yuan"},
		{"a floor, another insurance", floor, suzhou, contribution.Large, 0, 201908, contribution.Unemployment, "1% 3300.00 16500.00 yuan"},
		{"a cap in per cent", lower, suzhou, contribution.Large, 0, 201906, contribution.Pension, "16% 3000.00 13500.00 yuan"},
		{"a cap in per cent of the later one", lower, suzhou, contribution.Large, 0, 201907, contribution.Pension, "16% 3300.00 14850.00 yuan"},
		{"where there is no cap", lower, suzhou, contribution.Large, 1, 201906, contribution.WorkInjury, "0.2% 3000.00 - fen"},
		{"a share of the average wage", average, suzhou, contribution.Large, 0, 201907, contribution.Pension, "16% 2750.00 16500.00 yuan"},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed, err := layered(t).WhatIf(test.move)
			if err != nil {
				t.Fatal(err)
			}
			if got := held(t, changed, test.area, contribution.Enterprise, test.size, test.risk, test.month, test.ins); got != test.want {
				t.Errorf("%s, want %s\n%s\n%s", got, test.want, changed.Files[policy.RatesFile], changed.Files[policy.BasesFile])
			}
		})
	}
}

func TestAMoveThatCannotBeSaidExactlyIsRefused(t *testing.T) {
	rate := policy.Move{Target: policy.MoveRate, Way: policy.ByPoints, Insurance: contribution.Pension, Payer: contribution.Employer, Area: "320000", From: 201905, Rate: -10_000}
	with := func(edit func(m *policy.Move)) policy.Move {
		m := rate
		edit(&m)
		return m
	}
	for code, move := range map[string]policy.Move{
		"what_if_elective":        with(func(m *policy.Move) { m.Insurance, m.Rate = contribution.Unemployment, 1000 }),
		"what_if_rate_range":      with(func(m *policy.Move) { m.Rate = -90_000 }), // the micro units of Suzhou pay 8 %
		"what_if_nothing":         with(func(m *policy.Move) { m.Insurance = contribution.Medical }),
		"what_if_no_average":      {Target: policy.MoveCap, Way: policy.OfAverage, Area: "320000", From: 201905, Rate: 3_000_000},
		"what_if_floor_above_cap": {Target: policy.MoveFloor, Way: policy.SetTo, Area: "320000", From: 201905, Amount: 1_600_000},
		"what_if_bad_way":         with(func(m *policy.Move) { m.Way = policy.OfAverage }),
	} {
		if _, err := layered(t).WhatIf(move); problem.Code(err) != code {
			t.Errorf("%+v: %v, want %s", move, err, code)
		}
	}
	changed, err := layered(t).WhatIf(rate)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := changed.WhatIf(rate); problem.Code(err) != "what_if_taken" {
		t.Errorf("a what-if of a what-if: %v", err)
	}
}

// TestNoChangeChangesNothing: a move by nothing leaves every rate and limit of the packs that ship and of random packs as
// they were, for every class, in every month; where it is refused, it says why.
func TestNoChangeChangesNothing(t *testing.T) {
	var packs []*policy.Pack
	for _, id := range policy.BuiltinIDs() {
		pack, err := policy.Builtin(id)
		if err != nil {
			t.Fatal(err)
		}
		packs = append(packs, pack)
	}
	for seed := range uint64(60) {
		packs = append(packs, fixture.RandomPack(t, seed))
	}
	refusals := []string{"what_if_elective", "what_if_nothing", "what_if_inexpressible", "policy_tie"}
	done := 0
	for _, pack := range packs {
		for _, ins := range contribution.Insurances {
			for _, move := range []policy.Move{
				{Target: policy.MoveRate, Way: policy.ByPoints, Insurance: ins, Payer: contribution.Employer, Area: "320000", From: 201904},
				{Target: policy.MoveRate, Way: policy.ByPoints, Insurance: ins, Payer: contribution.Employee, Area: "000000", From: 201904},
				{Target: policy.MoveFloor, Way: policy.ByPercent, Insurance: ins, Area: "320500", From: 201904},
				{Target: policy.MoveCap, Way: policy.ByPercent, Area: "000000", From: 201904},
			} {
				changed, err := pack.WhatIf(move)
				if err != nil {
					if !slices.Contains(refusals, problem.Code(err)) {
						t.Fatalf("%s: %+v: %v", pack.ID, move, err)
					}
					continue
				}
				done++
				sameTerms(t, pack, changed, ins)
			}
		}
	}
	if done < 200 {
		t.Errorf("only %d moves were possible", done)
	}
}

// sameTerms compares what two packs' new policies give an insurance.
func sameTerms(t *testing.T, pack, changed *policy.Pack, ins contribution.Insurance) {
	t.Helper()
	for _, area := range []string{"320102", "320505", "440305", "110101", "310101"} {
		for _, kind := range []contribution.UnitKind{contribution.Enterprise, contribution.Institution} {
			for _, size := range []contribution.Size{contribution.Large, contribution.Micro} {
				for _, risk := range []uint8{0, 3} {
					for _, m := range []period.Period{201903, 201904, 201907, 202003} {
						class := policy.Class{RegionCode: area, Kind: kind, Size: size, RiskClass: risk, FloatFactor: 1_200_000, Elections: []string{"m1", "m2"}}
						a, errA := pack.Terms(class, m, ins, pack.DefaultComparison().New)
						b, errB := changed.Terms(class, m, ins, changed.DefaultComparison().New)
						if errA != nil || errB != nil {
							if problem.Code(errA) != problem.Code(errB) {
								t.Fatalf("%s: %v and %v", pack.ID, errA, errB)
							}
							continue
						}
						for _, payer := range contribution.Payers {
							x, y := a.Share(payer), b.Share(payer)
							if x.HasRate != y.HasRate || x.Rate != y.Rate {
								t.Fatalf("%s %s %s %s %s %s: %v and %v", pack.ID, area, kind, size, m, ins, x.Rate, y.Rate)
							}
						}
						a.Limit.Row, b.Limit.Row = nil, nil
						if a.Limit != b.Limit {
							t.Fatalf("%s %s %s %s %s: %+v and %+v", pack.ID, area, kind, m, ins, a.Limit, b.Limit)
						}
					}
				}
			}
		}
	}
}
