package dashboards

import (
	"strings"
	"testing"

	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// wellOff is an overview in which everything went as it should: 1,000 units in two cities, two industries and two sizes,
// May and June 2019, of 20,000 yuan due all arrived.
func wellOff() queries.Overview {
	burden := func(old, due, short money.Fen) queries.Burden {
		return queries.Burden{Old: old * 100, New: (old - due) * 100, Charged: (old - due + short) * 100}
	}
	member := func(key string, old, due money.Fen, units uint64) queries.MemberRow {
		return queries.MemberRow{Key: key, Sums: alone(burden(old, due, 0)), Units: units, Headcount: units * 20, States: queries.States{Full: units}}
	}
	return queries.Overview{
		View:     queries.View{Window: period.Range{From: 201905, To: 201906}},
		Total:    member("", 120_000, 20_000, 1000),
		ByPeriod: []queries.PeriodRow{{Period: 201905, Sums: alone(burden(60_000, 10_000, 0)), Units: 1000}, {Period: 201906, Sums: alone(burden(60_000, 10_000, 0)), Units: 1000}},
		By: dimension.By[[]queries.MemberRow]{
			ByRegion:   []queries.MemberRow{member("320100", 72_000, 12_000, 600), member("320500", 48_000, 8_000, 400)},
			ByIndustry: []queries.MemberRow{member("C", 90_000, 15_000, 700), member("F", 30_000, 5_000, 300)},
			BySize:     []queries.MemberRow{member("small", 80_000, 13_000, 300), member("micro", 40_000, 7_000, 700)},
		},
		ByMeasure: []queries.MeasureRow{{Measure: "rate", Title: "降费率", Effect: 21_000_00}, {Measure: "base", Title: "调基数", Effect: -1_000_00}},
		ByBand:    []queries.BandRow{{Band: "fell_over_10", Units: 1000, Persons: 20_000, Fewest: 20_000}},
	}
}

// short lets a city charge too much, for a reason.
func fallsShort(o *queries.Overview, region, reason string, yuan money.Fen) {
	for i := range o.ByRegion {
		if o.ByRegion[i].Key == region {
			o.ByRegion[i].Charged += yuan * 100
		}
	}
	o.Total.Charged += yuan * 100
	o.ByReason = append(o.ByReason, queries.ReasonRow{Reason: reason, Units: 10, Amount: yuan * 100, ByRegion: []queries.ReasonPlace{
		{Region: "320100", Units: 3, Amount: yuan * 30}, {Region: "320500", Units: 7, Amount: yuan * 70}}})
}

func TestFindingsAreTrueAndMatter(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(o *queries.Overview)
		good, risks string // ids, the strongest first
		says        string // part of a sentence
	}{
		"all is well": {func(*queries.Overview) {}, "measure small_micro full", "", "降费率减负 21,000.00 元，相当于旧政策负担的 17.5%"},
		"nothing is due, as before the policy": {func(o *queries.Overview) {
			*o = queries.Overview{Total: queries.MemberRow{Units: 10, States: queries.States{NoDue: 10}}}
		}, "", "", ""},
		"nothing at all": {func(o *queries.Overview) { *o = queries.Overview{} }, "", "", ""},
		"a reason and where it lies": {func(o *queries.Overview) { fallsShort(o, "320500", "rate_not_applied", 1_000) },
			"measure small_micro full", "reason region_lowest", "苏州市最多，占其中 70.0%"},
		"a reason below a fifth is none": {func(o *queries.Overview) {
			for _, r := range []string{"rate_not_applied", "base_over_cap", "base_mismatch", "refund", "rounding", "amount_mismatch"} {
				fallsShort(o, "320500", r, 100)
			}
		}, "measure small_micro full", "region_lowest", "低于总体"},
		"a shortfall below a thousandth is none": {func(o *queries.Overview) { fallsShort(o, "320500", "rate_not_applied", 9) }, "measure small_micro full", "", ""},
		"one city alone is no lowest": {func(o *queries.Overview) {
			fallsShort(o, "320500", "rate_not_applied", 1_000)
			o.ByRegion = o.ByRegion[1:]
		}, "measure small_micro full", "reason", ""},
		"the share fell in June":             {func(o *queries.Overview) { o.ByPeriod[1].Charged += 200_00 }, "measure small_micro full", "month_fell", "下降 2.0 个百分点"},
		"nine tenths of a point are no fall": {func(o *queries.Overview) { o.ByPeriod[1].Charged += 90_00 }, "measure small_micro full", "", ""},
		"the share rose":                     {func(o *queries.Overview) { o.ByPeriod[0].Charged += 6_000_00 }, "measure small_micro rate_rose", "", "提高 60.0 个百分点"},
		"units whose burden rose, in one place": {func(o *queries.Overview) {
			o.Total.States = queries.States{Full: 990, Increased: 10}
			o.Increased = []queries.IncreasedRow{{Region: "320583", Section: "C", Units: 8, Fewest: 90}, {Region: "320102", Section: "F", Units: 2, Fewest: 9}}
		}, "measure small_micro fell_most", "cluster", "8 户（80.0%）集中在昆山市的制造业"},
		"units whose burden rose, all over": {func(o *queries.Overview) {
			o.Total.States = queries.States{Full: 990, Increased: 10}
			o.Increased = []queries.IncreasedRow{{Region: "320583", Section: "C", Units: 1, Fewest: 90}, {Region: "320102", Section: "F", Units: 1, Fewest: 9}}
		}, "measure small_micro fell_most", "increased", "10 户的实际负担高于旧政策，占全部单位 1.0%"},
		"units that got nothing": {func(o *queries.Overview) { o.Total.States = queries.States{Full: 999, None: 1} }, "measure small_micro full", "none", "1 户有应减金额而没有下降"},
		"records without a rate": {func(o *queries.Overview) { o.Uncovered = &queries.UncoveredCount{Records: 40, Units: 3} }, "measure small_micro full", "uncovered", "3 户的 40 条明细"},
		"charged twice": {func(o *queries.Overview) {
			fallsShort(o, "320500", "rate_not_applied", 700)
			fallsShort(o, "320100", "duplicate_charge", 300)
		}, "measure small_micro full", "reason region_lowest duplicates", "重复征收"},
		"never more than three": {func(o *queries.Overview) {
			fallsShort(o, "320500", "rate_not_applied", 1_000)
			fallsShort(o, "320500", "duplicate_charge", 300)
			o.ByPeriod[1].Charged += 900_00
			o.Total.States = queries.States{Full: 900, Increased: 50, None: 50}
			o.Uncovered = &queries.UncoveredCount{Records: 40, Units: 3}
		}, "measure small_micro fell_most", "region_lowest month_fell increased", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := wellOff()
			c.change(&o)
			settle(&o)
			b := builder{i18n.For("zh"), NewNames(i18n.For("zh")), o, Hidden{}, nil, "", nil}
			f := b.findings()
			ids := func(list []Finding) string {
				var all []string
				for _, one := range list {
					all = append(all, one.ID)
				}
				return strings.Join(all, " ")
			}
			if ids(f.Good) != c.good || ids(f.Risks) != c.risks {
				t.Errorf("%q and %q, want %q and %q", ids(f.Good), ids(f.Risks), c.good, c.risks)
			}
			var text strings.Builder
			for _, one := range append(f.Good, f.Risks...) {
				text.WriteString(strings.NewReplacer(StrongStart, "", StrongEnd, "").Replace(one.Text) + "\n")
				if !strings.HasPrefix(one.Link, "#") || strings.Contains(one.Text, "{{") || strings.Contains(one.Text, "<no value>") {
					t.Errorf("%s: link %q, text %q", one.ID, one.Link, one.Text)
				}
			}
			if !strings.Contains(text.String(), c.says) {
				t.Errorf("no sentence says %q:\n%s", c.says, text.String())
			}
		})
	}
}

func TestFindingsAreNeverAboutHiddenMembers(t *testing.T) {
	o := wellOff()
	fallsShort(&o, "320500", "rate_not_applied", 1_000)
	settle(&o)
	h := decided(o, map[string]uint64{"region|320500": 1, "reason|rate_not_applied": 1})
	concealed, hidden := Conceal(o, h)
	b := builder{i18n.For("zh"), NewNames(i18n.For("zh")), concealed, hidden, nil, "", nil}
	f := b.findings()
	for _, one := range append(f.Good, f.Risks...) {
		if strings.Contains(one.Text, "苏州") || strings.Contains(one.Text, "费率未调整") {
			t.Errorf("%s: %q", one.ID, one.Text)
		}
	}
}

func TestFindingsLeadToTheirCells(t *testing.T) {
	o := wellOff()
	fallsShort(&o, "320500", "rate_not_applied", 1_000)
	settle(&o)
	link := func(marks ...string) string { return "/" + strings.Join(marks, "/") }
	f := builder{i18n.For("en"), NewNames(i18n.For("en")), o, Hidden{}, link, "", nil}.findings()
	if len(f.Risks) < 2 || f.Risks[0].Link != "/region/320500/reason/rate_not_applied" || f.Risks[1].Link != "/region/320500" {
		t.Errorf("risks lead to %+v", f.Risks)
	}
}

func TestKeyFiguresStandBesideTheMonthBefore(t *testing.T) {
	o := wellOff()
	o.ByPeriod[1].Charged += 500_00
	o.ByPeriod[1].Units = 990
	for name, c := range map[string]struct {
		change func(o *queries.Overview)
		want   string
	}{
		"June beside May": {func(*queries.Overview) {},
			"rate ↓ 5.0 个百分点 increase, due 持平 , real ↓ 500.00 元（5.0%） increase, overcharged ↑ 500.00 元 increase, undercharged 持平 , units ↓ 10 户（1.0%） "},
		"the first month has none before":    {func(o *queries.Overview) { o.View.Window = period.Range{From: 201905, To: 201905} }, "rate — , due — , real — , overcharged — , undercharged — , units — "},
		"a month that is missing in between": {func(o *queries.Overview) { o.ByPeriod[0].Period = 201904 }, "rate — , due — , real — , overcharged — , undercharged — , units — "},
		"no data":                            {func(o *queries.Overview) { o.ByPeriod = nil }, "rate — , due — , real — , overcharged — , undercharged — , units — "},
	} {
		t.Run(name, func(t *testing.T) {
			one := o
			one.ByPeriod = append([]queries.PeriodRow(nil), o.ByPeriod...)
			c.change(&one)
			settle(&one)
			var got []string
			for _, k := range NewOverview(one, Hidden{}, nil, i18n.For("zh")).KPIs {
				got = append(got, k.ID+" "+k.Against.Text+" "+string(k.Against.Tone))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, ", "), c.want)
			}
		})
	}
	if months := NewOverview(o, Hidden{}, nil, i18n.For("zh")).KPIs[0].Against.Months; months != "2019年6月较5月" {
		t.Errorf("the months are %q", months)
	}
}

func TestSpotlightsSayHowTheyStandBesideAll(t *testing.T) {
	o := wellOff()
	o.ByIndustry[0].Charged += 300_00
	settle(&o)
	cards := NewOverview(o, Hidden{}, nil, i18n.For("zh")).Spotlights
	if len(cards) != 2 || cards[0].Against != "与总体（100.0%）持平" || cards[1].Against != "低于总体（100.0%）2.0 个百分点" || cards[1].Rate != "98.0%" {
		t.Errorf("cards %+v", cards)
	}
	o.View.Narrow = queries.Narrow{Size: "small", Industry: "C"}
	if cards := NewOverview(o, Hidden{}, nil, i18n.For("zh")).Spotlights; len(cards) != 0 {
		t.Errorf("cards of a narrowed view: %+v", cards)
	}
}
