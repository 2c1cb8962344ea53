package dashboards

import (
	"strings"
	"testing"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// moved is a difference of two runs: Suzhou moved by 300 yuan of many persons, Wuxi by 20 of one, Nanjing not at all.
func moved() queries.DifferenceOverview {
	member := func(key string, charged int64) queries.MemberRow {
		return queries.MemberRow{Key: key, Burden: queries.Burden{Old: 100_000, New: 80_000, Charged: 80_000 + 100*money.Fen(charged)}, Units: 10, Headcount: 100}
	}
	side := func(suzhou, wuxi int64) queries.Side {
		total := member("", suzhou+wuxi)
		total.Old, total.New, total.Charged = 300_000, 240_000, 240_000+100*money.Fen(suzhou+wuxi)
		return queries.Side{Total: total, ByRegion: []queries.MemberRow{member("320500", suzhou), member("320200", wuxi), member("320100", 0)},
			ByPeriod: []queries.PeriodRow{{Period: period.Period(201905), Burden: total.Burden, Units: 30, Headcount: 300}}}
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
