package dashboards

import (
	"slices"
	"strings"
	"testing"

	"jianfu/internal/dimension"
	"jianfu/internal/disclosure"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// of is a window.
func of(from, to period.Period) period.Range { return period.Range{From: from, To: to} }

// besideAnother is an overview of 2019-05 to 2019-06 with a region 320500 and one that only this window has, beside a window
// of which the run has data from 2019-01 on, without 2019-03.
func besideAnother(window period.Range) Reading {
	sums := func(due, real, entitled, delivered, over, under money.Fen) queries.Sums {
		return queries.Sums{Burden: queries.Burden{Old: 1_000_00, New: 1_000_00 - due, Charged: 1_000_00 - real},
			Reach: queries.Reach{Entitled: entitled, Delivered: delivered, Overcharged: over, Undercharged: under}}
	}
	stamp := queries.Stamp{DataFrom: 201901, DataTo: 201906, Gaps: []period.Period{201903}, FirstEffect: 201905}
	own := queries.Overview{View: queries.View{Window: of(201905, 201906)}, Stamp: stamp,
		Total: queries.MemberRow{Sums: sums(200_00, 150_01, 200_00, 150_01, 60_00, 10_01), Units: 20},
		By:    byRegion(queries.MemberRow{Key: "320500", Sums: sums(200_00, 150_01, 200_00, 150_01, 60_00, 10_01), Units: 19}, queries.MemberRow{Key: "320600", Units: 1})}
	r := Reading{Overview: own, Versus: NewVersus(VersusFree, own.View.Window, window, stamp)}
	r.Versus.Figures = queries.Overview{View: queries.View{Window: window}, Stamp: stamp,
		Total: queries.MemberRow{Sums: sums(100_00, 90_00, 100_00, 90_00, 10_00, 0), Units: 10},
		By:    byRegion(queries.MemberRow{Key: "320500", Sums: sums(100_00, 90_00, 100_00, 90_00, 10_00, 0), Units: 10})}
	return r
}

func byRegion(rows ...queries.MemberRow) dimension.By[[]queries.MemberRow] {
	return dimension.By[[]queries.MemberRow]{ByRegion: rows}
}

func TestTwoWindowsAreComparedByWhatIsLikeInBoth(t *testing.T) {
	for name, c := range map[string]struct {
		window period.Range
		change func(v *Versus)
		cards  string
		rows   string // the cells of 320500, then of 320600
		note   string
	}{
		"of the same length, sums are": {of(201901, 201902), nil,
			"rate ↓ 15.0 个百分点, due ↑ 100.00 元（100.0%）, real ↑ 60.01 元（66.7%）, overcharged ↑ 50.00 元（500.0%）, undercharged ↑ 10.01 元, units ↑ 10 户（100.0%）",
			"↓ 15.0 ↑ 100.00 ↑ 60.01 ↑ 50.00 ↑ 10.01; — — — — —", "2019年5月 以前的月份降费尚未开始"},
		"of different lengths, what a month has is": {of(201902, 201902), nil,
			"rate ↓ 15.0 个百分点, due 持平, real ↓ 14.99 元（16.7%）, overcharged — 月数不同，不可比, undercharged — 月数不同，不可比, units — 月数不同，不可比",
			"↓ 15.0 0.00 ↓ 14.99; — — —", "金额按每月平均比较"},
		"no data is not nought": {of(201811, 201812), nil,
			"rate — 自选时段没有数据, due — 自选时段没有数据, real — 自选时段没有数据, overcharged — 自选时段没有数据, undercharged — 自选时段没有数据, units — 自选时段没有数据",
			"; ", "自选时段没有数据（本批次的数据为 2019年1月—2019年6月"},
		"a month without data in between": {of(201902, 201903), nil,
			"rate — 自选时段数据不全, due — 自选时段数据不全, real — 自选时段数据不全, overcharged — 自选时段数据不全, undercharged — 自选时段数据不全, units — 自选时段数据不全",
			"; ", "缺少 2019年3月的数据"},
		"nobody paid": {of(201901, 201902), func(v *Versus) { v.Figures.Total = queries.MemberRow{} },
			"rate — 自选时段没有缴费记录, due — 自选时段没有缴费记录, real — 自选时段没有缴费记录, overcharged — 自选时段没有缴费记录, undercharged — 自选时段没有缴费记录, units — 自选时段没有缴费记录",
			"; ", "自选时段没有缴费记录，不作比较。"},
		"nothing was due before the cut": {of(201901, 201902), func(v *Versus) {
			v.Figures.Total.New, v.Figures.Total.Reach = v.Figures.Total.Old, queries.Reach{}
		},
			"rate — 2019年5月起降费, due ↑ 200.00 元 2019年5月起降费, real ↑ 60.01 元（66.7%）, overcharged ↑ 60.00 元, undercharged ↑ 10.01 元, units ↑ 10 户（100.0%）",
			"↓ 15.0 ↑ 100.00 ↑ 60.01 ↑ 50.00 ↑ 10.01; — — — — —", "变化反映的是政策起步"},
		"one of them is not shown": {of(201901, 201902), func(v *Versus) { v.Hidden.cells = map[string]disclosure.Cause{"region|320500": 0} },
			"rate ↓ 15.0 个百分点, due ↑ 100.00 元（100.0%）, real ↑ 60.01 元（66.7%）, overcharged ↑ 50.00 元（500.0%）, undercharged ↑ 10.01 元, units ↑ 10 户（100.0%）",
			"— — — — —; — — — — —", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := besideAnother(c.window)
			if c.change != nil {
				c.change(r.Versus)
			}
			page := NewRankedOverview(r, Rankings[0], i18n.For("zh"))
			var cards []string
			for _, k := range page.KPIs {
				cards = append(cards, strings.TrimSpace(k.ID+" "+k.Against.Text+" "+k.Against.Why))
			}
			if got := strings.Join(cards, ", "); got != c.cards {
				t.Errorf("the cards say\n%s\nwant\n%s", got, c.cards)
			}
			var rows []string
			table := page.Regions.Table
			slices.SortFunc(table.Rows, func(x, y []Cell) int { return strings.Compare(x[0].Text, y[0].Text) })
			for _, row := range table.Rows {
				var cells []string
				for i, column := range table.Columns {
					if strings.HasPrefix(column.Key, "moved_") {
						cells = append(cells, row[i].Text)
					}
				}
				rows = append(rows, strings.Join(cells, " "))
			}
			if got := strings.Join(rows, "; "); got != c.rows {
				t.Errorf("the rows say %q, want %q", got, c.rows)
			}
			if got := r.Versus.Note(i18n.For("zh")); !strings.Contains(got, c.note) {
				t.Errorf("the note is %q", got)
			}
		})
	}
}

func TestTheMonthBeforeSaysWhyItIsNotThere(t *testing.T) {
	row := func(m period.Period, due money.Fen) queries.PeriodRow {
		return queries.PeriodRow{Period: m, Units: 1, Sums: queries.Sums{Burden: queries.Burden{Old: 100_00, New: 100_00 - due, Charged: 100_00 - due}, Reach: queries.Reach{Entitled: due, Delivered: due}}}
	}
	stamp := queries.Stamp{DataFrom: 201903, DataTo: 201906, Gaps: []period.Period{201903}, FirstEffect: 201905}
	for name, c := range map[string]struct {
		to   period.Period
		rows []queries.PeriodRow
		want string // of the due reduction
	}{
		"the run has no data of it":             {201904, []queries.PeriodRow{row(201903, 0), row(201904, 0)}, "— 没有 2019年3月的数据"},
		"nobody of the view paid in it":         {201906, []queries.PeriodRow{row(201904, 0), row(201906, 10_00)}, "— 2019年5月没有缴费记录"},
		"it lies before the cut, and is nought": {201905, []queries.PeriodRow{row(201904, 0), row(201905, 10_00)}, "↑ 10.00 元 2019年5月起降费"},
		"it is there":                           {201906, []queries.PeriodRow{row(201905, 10_00), row(201906, 10_00)}, "持平"},
	} {
		t.Run(name, func(t *testing.T) {
			o := queries.Overview{View: queries.View{Window: of(c.to, c.to)}, Stamp: stamp, ByPeriod: c.rows, Total: queries.MemberRow{Units: 1}}
			for _, k := range NewOverview(o, Hidden{}, nil, i18n.For("zh")).KPIs {
				if got := strings.TrimSpace(k.Against.Text + " " + k.Against.Why); k.ID == "due" && got != c.want {
					t.Errorf("it says %q, want %q", got, c.want)
				}
			}
		})
	}
}
