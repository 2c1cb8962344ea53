package burden

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/policy"

	"pgregory.net/rapid"
)

// causesRates: the pension rate falls to 16 % in Jiangsu and stays 14 % in Zhejiang; who asks for it pays 12 % there.
const causesRates = `area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective,document_no,checked_on
320000,pension,employer,,,,2018-05,,0.19,,,,文0,2026-11-01
330000,pension,employer,,,,2018-05,,0.14,,,,文0,2026-11-01
320000,pension,employer,,,,2019-05,,0.16,,rate,,文1,2026-11-01
330000,pension,employer,,,,2019-05,,0.12,,rate,yes,文3,2026-11-01
,work_injury,employer,,,5,2018-05,,0.011,,,,文4,2026-11-01
`

func TestWhyADueReductionIsSmall(t *testing.T) {
	pack, err := policy.Load(fstest.MapFS{policy.PackFile: {Data: []byte(manifestText)}, policy.RatesFile: {Data: []byte(causesRates)},
		policy.BasesFile: {Data: []byte(basesText)}})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		region    string
		change    func(*contribution.Unit)
		insurance contribution.Insurance
		floors    []money.Fen
		want      string
	}{
		"nothing stands in the way":       {"320102", nil, contribution.Pension, []money.Fen{0, 0}, ""},
		"the floor rises":                 {"320102", nil, contribution.Pension, []money.Fen{0, 3888}, "floor_rise 38.88 base 文 3125.00>3368.00"},
		"nobody is below the risen floor": {"320102", nil, contribution.Pension, []money.Fen{0, 0}, ""},
		"the rate was low, and more could be had": {"330102", nil, contribution.Pension, []money.Fen{0, 0},
			"already_low_rate 1000.00 rate 文1 0.14>0.16, not_elected 100.00 rate 文3 0.12>0.14"},
		"asked for": {"330102", func(u *contribution.Unit) { u.Elections = []string{"rate"} }, contribution.Pension, []money.Fen{0, 0}, ""},
		"the factor is above one": {"320102", func(u *contribution.Unit) { u.FloatFactor = 1_500_000 }, contribution.WorkInjury, []money.Fen{0, 0},
			"float_up 233.33  文4 0.011>0.0165"},
		"the factor is below one": {"320102", func(u *contribution.Unit) { u.FloatFactor = 500_000 }, contribution.WorkInjury, []money.Fen{0, 0}, ""},
		"not covered":             {"320102", nil, contribution.Medical, []money.Fen{0, 0}, ""},
	} {
		unit := testUnit(c.region)
		if c.change != nil {
			c.change(&unit)
		}
		found, err := CausesOf(pack, pack.DefaultComparison(), unit, 201905, c.insurance, contribution.Employer, Owed{Old: 1000_00, New: 700_00, Floors: c.floors})
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, f := range found {
			word := fmt.Sprint(f.Cause, " ", f.Amount, " ", f.Measure, " ", f.Document)
			if f.Floor[1] != 0 {
				word += fmt.Sprint(" ", f.Floor[0], ">", f.Floor[1])
			}
			if f.Rate[1] != 0 {
				word += fmt.Sprint(" ", f.Rate[0], ">", f.Rate[1])
			}
			words = append(words, word)
		}
		if got := strings.Join(words, ", "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestWhyABillGrew(t *testing.T) {
	reference := Bill{Headcount: 3, Old: 1000_00, Charged: 1000_00}
	for name, c := range map[string]struct {
		now  Bill
		want string
	}{
		"nothing changed":                      {reference, "{0.00 0.00 0.00 0.00}"},
		"one more, at the reference's average": {Bill{4, 1333_33, 1333_33}, "{333.33 333.33 0.00 0.00}"},
		"one more, who earns more":             {Bill{4, 1500_00, 1200_00}, "{200.00 333.33 166.67 -300.00}"},
		"half of a fen goes away from zero":    {Bill{2, 666_67, 666_67}, "{-333.33 -333.33 0.00 0.00}"},
		"everybody has left":                   {Bill{0, 0, 0}, "{-1000.00 -1000.00 0.00 0.00}"},
		"charged more than the old policy":     {Bill{3, 1000_00, 1100_00}, "{100.00 0.00 0.00 100.00}"},
	} {
		growth, ok := GrowthOf(reference, c.now)
		if got := fmt.Sprint(growth); !ok || got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if _, ok := GrowthOf(Bill{}, reference); ok {
		t.Error("a month without persons was taken for a reference")
	}
}

func TestGrowthAlwaysAddsUp(t *testing.T) {
	amounts := rapid.Int64Range(-1e14, 1e14)
	bills := rapid.Custom(func(t *rapid.T) Bill {
		return Bill{rapid.Uint64Range(0, 1e7).Draw(t, "headcount"), money.Fen(amounts.Draw(t, "old")), money.Fen(amounts.Draw(t, "charged"))}
	})
	rapid.Check(t, func(t *rapid.T) {
		reference, now := bills.Draw(t, "reference"), bills.Draw(t, "now")
		growth, ok := GrowthOf(reference, now)
		if ok != (reference.Headcount > 0) || ok && growth.Headcount+growth.Wage+growth.Policy != now.Charged-reference.Charged {
			t.Fatalf("%+v, %v", growth, ok)
		}
	})
}
