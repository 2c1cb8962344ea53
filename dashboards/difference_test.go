package dashboards

import (
	"strings"
	"testing"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// moved is a difference of two runs: Suzhou moved by 300 yuan of many persons, Wuxi by 20 of one, Nanjing not at all.
func moved() queries.DifferenceOverview {
	member := func(key string, charged int64) queries.MemberRow {
		return queries.MemberRow{Key: key, Sums: alone(queries.Burden{Old: 100_000, New: 80_000, Charged: 80_000 + 100*money.Fen(charged)}), Units: 10, Headcount: 100}
	}
	side := func(suzhou, wuxi int64) queries.Side {
		total := member("", suzhou+wuxi)
		total.Old, total.New, total.Charged = 300_000, 240_000, 240_000+100*money.Fen(suzhou+wuxi)
		return queries.Side{Total: total, ByRegion: []queries.MemberRow{member("320500", suzhou), member("320200", wuxi), member("320100", 0)},
			ByPeriod: []queries.PeriodRow{{Period: period.Period(201905), Sums: alone(total.Burden), Units: 30, Headcount: 300}}}
	}
	return queries.DifferenceOverview{Run: 2, Against: 1, Before: side(0, 0), After: side(300, 20), Months: []queries.MovedMonth{{Period: 201905, Before: 1, After: 2}},
		Causes:      []queries.CauseRow{{Cause: "records+policy", Units: 30, Months: 30, Movement: queries.Movement{Charged: 30_000}}, {Cause: "records", Units: 1, Months: 1, Movement: queries.Movement{Charged: 2_000}}},
		Transitions: []queries.Transition{{Then: "full", Now: "partial", Units: 30}, {Then: "", Now: "full", Units: 1}},
		Persons:     queries.Persons{{"total", ""}: 31, {"region", "320500"}: 30, {"region", "320200"}: 1, {"month", "201905"}: 31}}
}

func texts(t Table) string {
	var all []string
	for _, row := range append(t.Rows, t.Total) {
		for _, c := range row {
			all = append(all, c.Text)
		}
	}
	return strings.Join(all, " ")
}

func TestADifferenceIsPutIntoWordsAndAddsUp(t *testing.T) {
	p := i18n.For(i18n.Chinese)
	d := NewDifference(moved(), Hidden{}, nil, p)
	for _, table := range []Table{d.Causes.Table, d.Regions.Table, d.Months.Table, d.States.Table} {
		if table.Sums != CheckEqual {
			t.Errorf("%s: %q", table.ID, table.Sums)
		}
	}
	if got := strings.Join(d.Sentences, "\n"); !strings.Contains(got, "31"+StrongEnd+" 户的数字有变化") || !strings.Contains(got, "户因明细补报或更正、政策包变动：") {
		t.Errorf("%s", got)
	}
	if got := texts(d.Regions.Table); !strings.Contains(got, "苏州市") || !strings.Contains(got, "+300.00") {
		t.Errorf("%s", got)
	}
	if got := texts(d.States.Table); !strings.Contains(got, "无数据 足额下降 1") {
		t.Errorf("%s", got)
	}
	if d.Causes.Note == "" {
		t.Error("it is not said that causes came together")
	}
	wrong := moved()
	wrong.Causes[1].Charged++
	if got := NewDifference(wrong, Hidden{}, nil, p).Causes.Table.Sums; got != CheckWrong {
		t.Errorf("a fen too much is %q", got)
	}
}

func TestAMovementOfFewPersonsIsNotShown(t *testing.T) {
	o, hidden, err := ConcealDifference(moved(), Hidden{}, Hidden{}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if !hidden.Of("region", "320200") || !hidden.Of("region", "320500") || hidden.Of("region", "320100") {
		t.Error("Wuxi's one person is shown, or follows from the total and Suzhou; Nanjing gives nothing away")
	}
	if hidden.All() {
		t.Error("31 persons are enough for the total")
	}
	if !hidden.Of("cause", "records") || !hidden.Of("cause", "records+policy") {
		t.Error("one of two causes is about one unit, and the other gives it away")
	}
	d := NewDifference(o, hidden, nil, i18n.For(i18n.English))
	for _, table := range []Table{d.Regions.Table, d.Causes.Table} {
		if got := texts(table); strings.Contains(got, "+20.00") {
			t.Errorf("%s shows the movement of one person: %s", table.ID, got)
		}
	}
	few := moved()
	few.Persons[[2]string{"total", ""}] = 2
	if _, hidden, err = ConcealDifference(few, Hidden{}, Hidden{}, 3); err != nil || !hidden.All() {
		t.Errorf("two persons in all: hidden %v, %v", hidden.All(), err)
	}
	same := moved()
	same.After, same.Causes, same.Transitions, same.Persons = same.Before, nil, nil, queries.Persons{}
	if _, hidden, err = ConcealDifference(same, Hidden{}, Hidden{}, 3); err != nil || hidden.Any() {
		t.Errorf("nothing moved, and something is hidden: %+v, %v", hidden, err)
	}
}

// TestADifferenceStartsWithWhatChanged: the pack's changes and the data's in words, before any amount.
func TestADifferenceStartsWithWhatChanged(t *testing.T) {
	o := moved()
	change := func(file, row, column, left, right string) queries.PolicyChange {
		return queries.PolicyChange{Change: policy.Change{File: file, Row: row, Column: column, Left: left, Right: right, LineL: 7, LineR: 7}, DocumentNo: "国办发〔2019〕13号", Measure: "降低单位费率"}
	}
	o.Policy = []queries.PolicyChange{
		change(policy.RatesFile, "area=320000 insurance=pension payer=employer from=2019-05 measure=rate", "rate", "0.20", "0.16"),
		change(policy.BasesFile, "area=320500 insurance=pension from=2019-07", "floor", "", "3368.00"),
		change(policy.RatesFile, "insurance=work_injury payer=employer risk_class=3 from=2019-05", "", "", "to=2020-04 rate=0.007 document_no=人社发 1号"),
		change(policy.RatesFile, "area=320000 insurance=medical payer=employer from=2019-05", "checked_on", "", "2019-06-01"),
		change(policy.RulesFile, "id=county", "thresholds", "1", "2"),
	}
	d := NewDifference(o, Hidden{}, nil, i18n.For(i18n.Chinese))
	for i, want := range []string{"江苏省 养老保险 单位 自 2019-05 起 措施“降低单位费率”，费率由 20% 改为 16%", "苏州市 养老保险 自 2019-07 起，基数下限由 — 改为 3,368.00 元",
		"新增 全国 工伤保险 单位 3 类风险 自 2019-05 起，执行至 2020-04、费率 0.7%、文号 人社发 1号", "数据：明细补报或更正，涉及 31 个单位月份"} {
		if i >= len(d.Changed) || !strings.Contains(d.Changed[i], want) {
			t.Errorf("%d: %q, want %q", i, d.Changed, want)
		}
	}
	if len(d.Changed) != 4 {
		t.Errorf("%d sentences: %q", len(d.Changed), d.Changed)
	}
	if got := texts(d.Policy.Table); strings.Contains(got, "area=") || strings.Contains(got, ".csv") || d.Policy.Table.Rows[0][0].Raw != "rates.csv:7" {
		t.Errorf("the table is raw: %s", got)
	}
	o.Policy = nil
	if d := NewDifference(o, Hidden{}, nil, i18n.For(i18n.Chinese)); d.Changed[0] != "政策参数：没有变化。" {
		t.Errorf("without a change of the pack: %q", d.Changed)
	}
}

// TestASwingIsColouredByWhatItMeans, not by its sign.
func TestASwingIsColouredByWhatItMeans(t *testing.T) {
	for name, c := range map[string]struct {
		before, after money.Fen
		want          Tone
	}{
		"less overcharged":                    {500, 200, ToneReduction},
		"more overcharged":                    {200, 500, ToneIncrease},
		"less undercharged":                   {-500, -200, ToneReduction},
		"more undercharged":                   {-200, -500, ToneUnder},
		"from too much to as much too little": {300, -300, ToneUnder},
		"from too much to far too little":     {300, -900, ToneUnder},
		"from too little to too much":         {-100, 400, ToneIncrease},
		"all in order now":                    {-100, 0, ToneReduction},
		"nothing moved":                       {100, 100, ToneNone},
	} {
		if got := swing(c.before, c.after); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	d := NewDifference(moved(), Hidden{}, nil, i18n.For(i18n.Chinese))
	for _, k := range d.KPIs {
		if want := map[string]Tone{"overcharged": ToneIncrease}[k.ID]; k.Tone != want || (k.Word == "") != (want == ToneNone) {
			t.Errorf("%s: tone %q, word %q", k.ID, k.Tone, k.Word)
		}
	}
}
