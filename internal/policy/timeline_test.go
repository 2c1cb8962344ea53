package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"jianfu/internal/contribution"
	"jianfu/internal/policy"
)

func TestTracksAreWhatHoldsForAnArea(t *testing.T) {
	pack := layered(t)
	written := func(list []policy.Track) (lines []string) {
		for _, k := range list {
			line := fmt.Sprintf("%s %s %s %s %s %d %s:", k.Area, k.Insurance, k.Payer, k.Kind, k.Size, k.RiskClass, k.Measure)
			for _, r := range k.Rates {
				line += fmt.Sprintf(" %s–%s %s%s", r.From, r.To, r.Rate, r.Factor)
			}
			for _, r := range k.Bases {
				line += fmt.Sprintf(" %s–%s %s..%s", r.From, r.To, r.Floor, r.Cap)
			}
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
		return lines
	}
	employer := policy.Asked{Area: "320000", Insurance: contribution.Pension, Payers: []contribution.Payer{contribution.Employer}}
	if got, want := written(pack.RateTracks(employer)), []string{
		"320000 pension employer 0 : 2018-01– 0.20",
		"320000 pension employer 0 cut: 2019-05– 0.160",
		"320000 pension employer institution 0 : 2018-01– 0.190",
		"320500 pension employer micro 0 half: 2019-07–2019-12 00.5",
	}; !slices.Equal(got, want) {
		t.Errorf("rates\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	nanjing := employer
	nanjing.Area = "320102"
	if got := written(pack.RateTracks(nanjing)); len(got) != 3 {
		t.Errorf("rates of a district: %q", got)
	}
	if got := pack.RateTracks(policy.Asked{Area: "330000"}); got != nil {
		t.Errorf("rates of another province: %+v", got)
	}
	if got, want := written(pack.BaseTracks(policy.Asked{Area: "320505"})), []string{
		"320000 0 : 2018-01– 3000.00..15000.00",
		"320500 0 cut: 2019-07– 3300.00..16500.00",
		"320000 work_injury 0 : 2018-01– 3000.00..0.00",
	}; !slices.Equal(got, want) {
		t.Errorf("limits\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestDoubtsAreWhatCheckFindsOfMonths(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	pack, err := policy.Load(fstest.MapFS{
		policy.PackFile: file("id: gappy\ntitle: 有缺口\nmeasures: []\ncomparisons:\n  - {id: c, title: 比较, old: [], new: []}\n"),
		policy.RatesFile: file(`area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective,document_no,checked_on
320000,pension,employer,,,,2018-01,2018-12,0.2,,,,文0,2026-11-01
320000,pension,employer,,,,2019-03,,0.2,,,,文0,2026-11-01
320000,pension,employee,,,,2018-01,,0.08,,,,文0,2026-11-01
320000,pension,employee,,,,2019-06,2019-07,0.07,,,,文0,2026-11-01
`),
		policy.BasesFile: file("area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range pack.Doubts(policy.Asked{Area: "320102"}) {
		got = append(got, fmt.Sprint(d.Code, " ", d.Area, " ", d.Insurance, " ", d.Payer, " ", d.Months.From, "–", d.Months.To))
	}
	want := []string{"policy_gap 320000 pension employer 2019-01–2019-02", "policy_rows_overlap 320000   2019-06–2019-07"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if elsewhere := pack.Doubts(policy.Asked{Area: "330000"}); elsewhere != nil {
		t.Errorf("of another province: %+v", elsewhere)
	}
}
