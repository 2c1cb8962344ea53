package policy

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhatDiffersBetweenTwoPacks(t *testing.T) {
	base := func() [3]string { return [3]string{oneMeasure, goodRate + " " + ratesOfM1, goodBase} }
	tests := []struct {
		name   string
		change func(*[3]string)
		want   string // file, column, left and right of each change
	}{
		{"nothing", func(*[3]string) {}, ""},
		{"the order of rows", func(p *[3]string) { p[1] = ratesOfM1 + " " + goodRate }, ""},
		{"a rate", func(p *[3]string) { p[1] = strings.Replace(p[1], "0.19", "0.2", 1) }, "rates.csv rate 0.19>0.2"},
		{"a rate that becomes a factor", func(p *[3]string) { p[1] = strings.Replace(p[1], "0.16,,m1", ",0.8,m1", 1) },
			"rates.csv rate 0.16>; rates.csv factor >0.8"},
		{"a cap", func(p *[3]string) { p[2] = strings.Replace(p[2], "19935", "", 1) }, "bases.csv cap 19935.00>"},
		{"the end of a row", func(p *[3]string) { p[1] = strings.Replace(p[1], "2018-05,,", "2018-05,2019-04,", 1) }, "rates.csv to >2019-04"},
		{"a row more", func(p *[3]string) { p[1] += " 320100,pension,employer,,,,2018-05,,0.18,,," },
			"rates.csv  >rate=0.18 document_no=文 checked_on=2026-11-01"},
		{"a row less", func(p *[3]string) { p[2] = "" },
			"bases.csv  floor=3125.00 cap=19935.00 rounding=fen document_no=文 checked_on=2026-11-01>"},
		{"another first month is another row", func(p *[3]string) { p[2] = strings.Replace(p[2], "2018-07", "2018-08", 1) },
			"bases.csv  floor=3125.00 cap=19935.00 rounding=fen document_no=文 checked_on=2026-11-01>; bases.csv  >floor=3125.00 cap=19935.00 rounding=fen document_no=文 checked_on=2026-11-01"},
		{"the rounding of an area", func(p *[3]string) { p[0] += "rounding: {areas: [{area: '510000', level: unit}]}\n" },
			"pack.yaml  >level=unit amount=fen"},
		{"the measures of a comparison", func(p *[3]string) { p[0] = strings.Replace(p[0], "new: [m1]", "new: []", 1) }, "pack.yaml new m1>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			left, right := base(), base()
			test.change(&right)
			changes := Diff(mustLoad(t, source(left[0], left[1], left[2])), mustLoad(t, source(right[0], right[1], right[2])))
			var texts []string
			for _, c := range changes {
				texts = append(texts, fmt.Sprintf("%s %s %s>%s", c.File, c.Column, c.Left, c.Right))
			}
			if got := strings.Join(texts, "; "); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestRulesOfABureauAreADifference(t *testing.T) {
	left, right := source(oneMeasure, goodRate+" "+ratesOfM1, goodBase), source(oneMeasure, goodRate+" "+ratesOfM1, goodBase)
	right[RulesFile] = &fstest.MapFile{Data: []byte("id,thresholds,weight\namount,50;500,\nuncovered,-,\nmonths,,15\n")}
	var texts []string
	for _, c := range Diff(mustLoad(t, left), mustLoad(t, right)) {
		texts = append(texts, fmt.Sprintf("%s %s %s %s>%s", c.File, c.Row, c.Column, c.Left, c.Right))
	}
	want := "rules.csv id=amount thresholds 100;1000;10000;100000>50;500, rules.csv id=months weight 20>15, rules.csv id=uncovered thresholds 1>"
	if got := strings.Join(texts, ", "); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

func TestWhatDiffersBetweenTwoScenarios(t *testing.T) {
	pack := jiangsu(t)
	tests := []struct {
		name        string
		left, right []string
		want        []string
	}{
		{"a scenario does not differ from itself", []string{"rate"}, []string{"rate"}, nil},
		{"a measure of one rate, told apart by unit kind", nil, []string{"rate"}, []string{
			"320000 pension employer unit_kind=institution 2019-05.. 0.2>0.16",
			"320000 pension employer * 2019-05.. 0.19>0.16",
		}},
		{"limits that all insurances with a rate share, whatever the payer", []string{"rate"}, []string{"rate", "base"}, []string{
			"320000 pension floor unit_kind=institution 2019-05.. 3360.00>3368.00",
			"320000 pension cap  2019-05.. 19935.00>16842.00",
			"320000 pension floor * 2019-05.. 3125.00>3368.00",
			"320000 unemployment floor  2019-05.. 3125.00>3368.00",
			"320000 unemployment cap  2019-05.. 19935.00>16842.00",
			"320000 work_injury floor  2019-05.. 3125.00>3368.00",
			"320000 work_injury cap  2019-05.. 19935.00>16842.00",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			changes, err := pack.DiffScenarios(test.left, test.right, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range changes {
				got = append(got, fmt.Sprintf("%s %s %s %s %s..%s %s>%s", c.Area, c.Insurance, c.What, c.Classes, c.Months.From, c.Months.To, c.Left, c.Right))
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
			}
		})
	}
}
