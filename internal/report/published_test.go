package report

import (
	"bytes"
	"cmp"
	"strings"
	"testing"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// TestPublishedTotalsFitTheForms lays out in 减负统1表 what two provinces published. Fujian, January to October 2020, by insurance:
// 24.409 bn yuan, of it pension 19.755, medical 3.062, work injury 0.936, unemployment 0.656 (hk.fjsen.com, 2020-11-17). Beijing, May to
// December 2019, by measure: pension rate 19.8 bn, extension of unemployment 1.2 bn, base 4.0 bn (jinghuawang.net, 2019-05-06).
func TestPublishedTotalsFitTheForms(t *testing.T) {
	const yi = money.Fen(10_000_000_000) // 1 亿元
	row := func(key string, amount money.Fen, effects ...money.Fen) queries.MemberRow {
		return queries.MemberRow{Key: key, Sums: queries.Sums{Burden: queries.Burden{Old: amount}}, Effects: effects}
	}
	for _, one := range []struct {
		place    string
		overview queries.Overview
		lines    []string
	}{
		{"福建", queries.Overview{Total: row("", 24409*yi/100, 0, 24409*yi/100, 0), By: insured(
			row("pension", 19755*yi/100, 0, 19755*yi/100, 0), row("medical", 3062*yi/100, 0, 3062*yi/100, 0),
			row("work_injury", 936*yi/100, 0, 936*yi/100, 0), row("unemployment", 656*yi/100, 0, 656*yi/100, 0))},
			[]string{"total real 2440900", "pension real 1975500", "unemployment real 65600", "work_injury real 93600", "medical real 306200"}},
		{"北京", queries.Overview{Total: row("", 250*yi, 12*yi, 198*yi, 40*yi), By: insured(
			row("pension", 238*yi, 0, 198*yi, 40*yi), row("unemployment", 12*yi, 12*yi, 0, 0))},
			[]string{"total effect:extension 120000", "total effect:rate 1980000", "total effect:base 400000", "total due 2500000"}},
	} {
		set, err := Load(Shipped())
		if err != nil {
			t.Fatal(err)
		}
		pack, err := policy.Builtin(policy.DefaultID)
		if err != nil {
			t.Fatal(err)
		}
		s := &sources{p: i18n.For(set.Language), figures: &queries.Figures{Pack: pack}, full: one.overview}
		s.names = dashboards.NewNames(s.p)
		if s.comparison, err = pack.Comparison("vs-lapsed"); err != nil {
			t.Fatal(err)
		}
		form := s.table(set.Tables[0], s.full, hiddenNothing, nil)
		r := &Report{Set: set, Tables: []*Table{form}, p: s.p, Head: Head{Organisation: one.place, Window: period.Range{From: 202001, To: 202010}, At: time.Unix(0, 0)}}
		var content bytes.Buffer
		if err := r.WriteCSV(&content, form); err != nil {
			t.Fatal(err)
		}
		if err := r.WriteXLSX(&content); err != nil {
			t.Error(err)
		}
		for _, line := range one.lines {
			want := strings.Fields(line)
			found := false
			for _, row := range form.Rows {
				for i, c := range form.Shown {
					if cmp.Or(row.Key, row.Sort) == want[0] && c.Key == want[1] {
						got, _ := c.exact(row.Cells[i])
						if found = true; got != want[2] {
							t.Errorf("%s %s: %s", one.place, line, got)
						}
					}
				}
			}
			if !found {
				t.Errorf("%s %s stands nowhere", one.place, line)
			}
		}
		for _, o := range [][]Difference{form.sums([]string{"due", "real", effects}), form.relate("due = effects")} {
			if len(o) > 0 {
				t.Errorf("%s does not add up: %+v", one.place, o)
			}
		}
	}
}

func insured(rows ...queries.MemberRow) (by dimension.By[[]queries.MemberRow]) {
	by.ByInsurance = rows
	return by
}
