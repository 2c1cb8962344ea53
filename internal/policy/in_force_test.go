package policy_test

import (
	"slices"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
)

func TestWhatIsInForceWhereAChangeWouldMoveIt(t *testing.T) {
	pension := policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Insurance: contribution.Pension, Payer: contribution.Employer, Area: "320100", From: 201905}
	province := pension
	province.Area, province.From = "320000", 201907
	floor := policy.Move{Target: policy.MoveFloor, Way: policy.SetTo, Insurance: contribution.Pension, Area: "320500", From: 201907}
	medical := pension
	medical.Insurance = contribution.Medical
	for name, c := range map[string]struct {
		move   policy.Move
		rates  []money.Rate
		limits []money.Fen
	}{
		"one rate in Nanjing":                              {pension, []money.Rate{160_000}, nil},
		"in the province the micro units of Suzhou's, too": {province, []money.Rate{80_000, 160_000}, nil},
		"a floor of a city":                                {floor, nil, []money.Fen{330_000}},
		"nothing where there is no rate":                   {medical, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := layered(t).InForce(c.move)
			if err != nil || !slices.Equal(f.Rates, c.rates) || !slices.Equal(f.Limits, c.limits) {
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
}

func TestAnImplausibleValueIsTold(t *testing.T) {
	rate := policy.InForce{Rates: []money.Rate{160_000}}
	limit := policy.InForce{Limits: []money.Fen{300_000, 350_000}}
	for name, c := range map[string]struct {
		force policy.InForce
		move  policy.Move
		want  bool
	}{
		"15 for 16 %":                     {rate, policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Rate: 150_000}, false},
		"half is allowed":                 {rate, policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Rate: 80_000}, false},
		"double is allowed":               {rate, policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Rate: 320_000}, false},
		"33 for 16 %":                     {rate, policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Rate: 330_000}, true},
		"17 points more of 16 %":          {rate, policy.Move{Target: policy.MoveRate, Way: policy.ByPoints, Rate: 170_000}, true},
		"a point less":                    {rate, policy.Move{Target: policy.MoveRate, Way: policy.ByPoints, Rate: -10_000}, false},
		"0.16 per cent for 16 %":          {rate, policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Rate: 1600}, true},
		"a rate where there is none":      {policy.InForce{}, policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Rate: 10_000}, true},
		"a floor of 4,000":                {limit, policy.Move{Target: policy.MoveFloor, Way: policy.SetTo, Amount: 400_000}, false},
		"a floor of 40,000":               {limit, policy.Move{Target: policy.MoveFloor, Way: policy.SetTo, Amount: 4_000_000}, true},
		"a floor of 40":                   {limit, policy.Move{Target: policy.MoveFloor, Way: policy.SetTo, Amount: 4_000}, true},
		"60 per cent less of a floor":     {limit, policy.Move{Target: policy.MoveFloor, Way: policy.ByPercent, Rate: -600_000}, true},
		"a floor of 60 % of the average":  {limit, policy.Move{Target: policy.MoveFloor, Way: policy.OfAverage, Rate: 600_000}, false},
		"a floor of 300 % of the average": {limit, policy.Move{Target: policy.MoveFloor, Way: policy.OfAverage, Rate: 3_000_000}, true},
		"a cap of 60 % of the average":    {limit, policy.Move{Target: policy.MoveCap, Way: policy.OfAverage, Rate: 600_000}, true},
	} {
		if got := c.force.Implausible(c.move); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAChangeIsReadAsItIsWritten(t *testing.T) {
	for _, text := range []string{
		"rate:set:pension:employer:320000:2019-05:15", "rate:points:work_injury:employer:320500:2019-06:-0.25",
		"floor:set:::000000:2019-05:4000", "cap:set:medical::320500:2019-07:16500.5", "floor:average:pension::320000:2019-05:60",
	} {
		if move, err := policy.ParseMove(text); err != nil || move.String() != map[bool]string{true: text, false: move.String()}[text != "cap:set:medical::320500:2019-07:16500.5"] {
			t.Errorf("%s: %s, %v", text, move, err)
		} else if again, err := policy.ParseMove(move.String()); err != nil || again != move {
			t.Errorf("%s read twice: %+v, %v", text, again, err)
		}
	}
	for text, code := range map[string]string{
		"": "what_if_bad_line", "rate:set:pension": "what_if_bad_line", "rate:set:dental:employer:320000:2019-05:15": "what_if_bad_line",
		"rate:set:pension:boss:320000:2019-05:15": "what_if_bad_line", "rate:set:pension:employer:320000:May:15": "what_if_bad_line",
		"rate:set:pension:employer:320000:2019-05:x": "what_if_bad_value", "rate:set:pension:employer:320000:2019-05:170": "what_if_rate_bounds",
		"rate:points:pension:employer:320000:2019-05:-170": "what_if_change_bounds", "rate:set::employer:320000:2019-05:15": "what_if_one_insurance",
		"rate:set:pension::320000:2019-05:15": "what_if_one_payer", "base:set:pension::320000:2019-05:15": "what_if_bad_target",
		"floor:points:::320000:2019-05:1": "what_if_bad_way", "floor:average:::320000:2019-05:600": "what_if_average_bounds",
		"floor:set:::320000:2019-05:-4": "what_if_amount_bounds", "rate:set:pension:employer:3200:2019-05:15": "what_if_bad_area",
	} {
		if _, err := policy.ParseMove(text); problem.Code(err) != code {
			t.Errorf("%s: %v, want %s", text, err, code)
		}
	}
}

// TestChangesFollowEachOther: each starts from what those before it left, in its own area and months.
func TestChangesFollowEachOther(t *testing.T) {
	moves := func(texts ...string) (list []policy.Move) {
		for _, text := range texts {
			move, err := policy.ParseMove(text)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, move)
		}
		return list
	}
	changed, err := layered(t).WhatIf(moves("rate:set:pension:employer:320000:2019-05:15", "rate:points:pension:employer:320500:2019-08:-2", "floor:set:pension::320000:2019-08:4000")...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		area  string
		month int
		want  string
	}{
		{"320102", 201905, "15% 3000.00 15000.00 yuan"}, {"320505", 201907, "15% 3300.00 16500.00 yuan"},
		{"320505", 201908, "13% 4000.00 16500.00 yuan"}, {"320102", 201908, "15% 4000.00 15000.00 yuan"},
	} {
		if got := held(t, changed, c.area, contribution.Enterprise, contribution.Large, 0, period.Period(c.month), contribution.Pension); got != c.want {
			t.Errorf("%s %d: %s, want %s", c.area, c.month, got, c.want)
		}
	}
	if comparison := changed.DefaultComparison(); len(changed.Comparisons) != 1 || len(comparison.New) != len(comparison.Old)+3 {
		t.Errorf("it compares %+v", changed.Comparisons)
	}
	if _, err := layered(t).WhatIf(); problem.Code(err) != "what_if_moves" {
		t.Errorf("no change: %v", err)
	}
	if area := policy.CommonArea(moves("floor:set:::320505:2019-05:1", "floor:set:::320102:2019-05:1")); area != "320000" {
		t.Errorf("the common area is %s", area)
	}
}
