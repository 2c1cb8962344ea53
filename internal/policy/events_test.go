package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// eventful is a pack in which things begin, carry on and end.
func eventful(t *testing.T) *policy.Pack {
	t.Helper()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	pack, err := policy.Load(fstest.MapFS{
		policy.PackFile: file(`id: eventful
title: 有变化
measures:
  - {id: extension, title: 延续, document_no: 文1}
  - {id: cut, title: 降费率, document_no: 文2}
comparisons:
  - {id: c, title: 比较, old: [extension], new: [extension, cut]}
`),
		policy.RatesFile: file(`area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective,document_no,checked_on
320000,pension,employer,,,,2018-01,,0.19,,,,文0,2026-11-01
320000,pension,employer,institution,,,2018-01,,0.2,,,,文0,2026-11-01
320000,pension,employer,,,,2019-05,,0.16,,cut,,文2,2026-11-01
320000,pension,employee,,,,2018-01,,0.08,,,,文0,2026-11-01
320000,unemployment,employer,,,,2018-01,2019-04,0.005,,,,文0,2026-11-01
320000,unemployment,employer,,,,2019-05,,0.01,,,,文0,2026-11-01
320000,unemployment,employer,,,,2019-05,2020-04,0.005,,extension,,文1,2026-11-01
320500,unemployment,employer,,,,2019-07,2019-09,0.004,,extension,,文3,2026-11-01
`),
		policy.BasesFile: file(`area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on
320000,,,2018-01,2019-06,3000,15000,,,,,文0,2026-11-01
320000,,,2019-07,,3300,16500,,,,,文4,2026-11-01
320100,,,2019-08,,,17000,,,,,文5,2026-11-01
`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

func TestEventsAreWhatAnEmployerSeesChange(t *testing.T) {
	pack := eventful(t)
	all := period.Range{From: 201901, To: 202012}
	value := func(v fmt.Stringer) string {
		if text := fmt.Sprint(v); text != "<nil>" {
			return text
		}
		return "-"
	}
	for name, c := range map[string]struct {
		region   string
		months   period.Range
		scenario []string
		want     string
	}{
		"a cut, once for all kinds of units; an extension that carries on is none": {"320100", period.Range{From: 201901, To: 201906}, []string{"extension", "cut"},
			"2019-05 pension employer 0.19→0.16 0.2→0.16 [文2]"},
		"without the measure the rate runs out": {"320100", period.Range{From: 201901, To: 201906}, nil,
			"2019-05 unemployment employer 0.005→0.01 [文0]"},
		"limits, and a district that loses its floor": {"320102", period.Range{From: 201906, To: 201912}, []string{"extension", "cut"},
			"2019-07   3000.00~15000.00→3300.00~16500.00 [文4]; 2019-08   3300.00~16500.00→~17000.00 [文5]"},
		"a province sees what happens in its cities": {"320000", period.Range{From: 201906, To: 201912}, []string{"extension", "cut"},
			"2019-07 unemployment employer 0.005→0.004 [文3]; 2019-07   3000.00~15000.00→3300.00~16500.00 [文4]; " +
				"2019-08   3300.00~16500.00→~17000.00 [文5]; 2019-10 unemployment employer 0.004→0.005 [文3]"},
		"an extension that ends":        {"320000", period.Range{From: 202001, To: 202012}, []string{"extension", "cut"}, "2020-05 unemployment employer 0.005→0.01 [文1]"},
		"the first month has no before": {"320000", period.Range{From: 201905, To: 201906}, []string{"extension", "cut"}, ""},
		"another province":              {"330000", all, []string{"extension", "cut"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			events, err := pack.Events(c.region, c.months, c.scenario)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, e := range events {
				line := fmt.Sprint(e.Period, " ", e.Insurance, " ", e.Payer)
				for _, change := range e.Changes {
					if e.Limits() {
						line += fmt.Sprintf(" %s~%s→%s~%s", text(change.OldFloor), text(change.OldCap), text(change.NewFloor), text(change.NewCap))
					} else {
						line += " " + value(change.OldRate) + "→" + value(change.NewRate)
					}
				}
				lines = append(lines, line+" "+fmt.Sprint(e.Documents))
			}
			if got := strings.Join(lines, "; "); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	if _, err := pack.Events("320000", all, []string{"nothing"}); err == nil {
		t.Error("a measure that the pack does not have is no problem")
	}
}

// text writes an amount, or nothing where there is none.
func text[T fmt.Stringer](v *T) string {
	if v == nil {
		return ""
	}
	return (*v).String()
}
