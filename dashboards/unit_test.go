package dashboards

import (
	"strings"
	"testing"
	"time"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// aUnit is a unit of two persons in April and three in May, whose third person was charged by the old rate. Under the old
// policy it owes 100 yuan a person, under the new one 80.
func aUnit() *queries.Unit {
	group := func(m period.Period, persons uint64, steps []money.Fen, charged money.Fen, reasons ...burden.ReasonAmount) queries.UnitGroup {
		return queries.UnitGroup{Period: m, Insurance: contribution.Pension, Records: persons, Headcount: persons, Steps: steps, Charged: charged, Reasons: reasons}
	}
	registered := contribution.Unit{ID: "91320000000000001A", Name: "</script>机械厂", RegionCode: "320102", IndustryCode: "C3411", RegistrationType: "110",
		EconomicType: contribution.State, Kind: contribution.Enterprise, Size: contribution.Small, Employees: -1, Revenue: -1, Assets: 100, FloatFactor: money.One}
	cause := burden.CauseFound{Cause: burden.FloorRise, Period: 201905, Insurance: contribution.Pension, Payer: contribution.Employer, Amount: 100, Measure: "base",
		Document: "文2", Floor: [2]money.Fen{300_000, 350_000}}
	later := cause
	later.Period, later.Amount = 201906, 50
	return &queries.Unit{
		ID:            registered.ID,
		View:          queries.View{Window: period.Range{From: 201905, To: 201905}, Comparison: "all", Payers: []contribution.Payer{contribution.Employer}},
		Stamp:         queries.Stamp{Run: 7, FirstEffect: 201905, DataFrom: 201904, DataTo: 201905, Comparisons: []queries.Comparison{{ID: "all", Measures: []queries.MeasureRow{{Measure: "rate", Title: "降费率"}, {Measure: "base", Title: "调基数"}}}}},
		Registrations: []queries.Registration{{Load: 1, Line: 2, Unit: registered}},
		Months:        []queries.UnitMonth{{Period: 201904, Unit: registered}, {Period: 201905, Unit: registered}},
		Elsewhere:     3,
		Groups: []queries.UnitGroup{group(201904, 2, []money.Fen{200_00, 200_00, 200_00}, 200_00),
			group(201905, 3, []money.Fen{300_00, 230_00, 240_00}, 260_00, burden.ReasonAmount{Reason: burden.RateNotApplied, Amount: 20_00})},
		Stored: queries.Burden{Old: 300_00, New: 240_00, Charged: 260_00},
		Causes: []burden.CauseFound{cause, later},
	}
}

func TestAUnitsPageSaysWhatItsFiguresAre(t *testing.T) {
	page := NewUnitPage(aUnit(), nil, nil, i18n.For("zh"))
	if page.State != "partial" || !strings.Contains(Plain(page.Sentence), "应减 60.00 元，实减 40.00 元，还有 20.00 元没有落实") {
		t.Errorf("%s: %s", page.State, Plain(page.Sentence))
	}
	for _, table := range []Table{page.Months.Table, page.Measures.Table, page.Insurances.Table, page.Reasons.Table, page.Growth.Table} {
		if table.Sums != CheckEqual {
			t.Errorf("table %s: %q", table.ID, table.Sums)
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("table %s has %d columns and a row of %d cells", table.ID, len(table.Columns), len(row))
			}
		}
	}
	if got := page.Growth.Lead; got != "合计比 2019年4月 多缴 60.00 元：人数 +100.00，工资 0.00，政策 −40.00" {
		t.Errorf("the bill changed: %s", got)
	}
	if len(page.Causes) != 1 || !strings.Contains(page.Causes[0], "3,000.00 元变为 3,500.00 元") || !strings.Contains(page.Causes[0], "2019年5月—6月") || !strings.Contains(page.Causes[0], "多 1.50 元") {
		t.Errorf("the causes are %q", page.Causes)
	}
	if !strings.Contains(page.Elsewhere, "3") || page.Peers.Note == "" || len(page.Uncovered.Rows) != 0 {
		t.Errorf("elsewhere %q, peers %q", page.Elsewhere, page.Peers.Note)
	}
	facts := map[string]string{}
	for _, f := range page.Facts {
		facts[f.Name] = f.Value
	}
	if facts["地区"] != "江苏省 南京市 玄武区 320102" || facts["从业人员（人）"] != "未登记" || facts["资产总额（元）"] != "1.00" || !strings.HasPrefix(facts["行业"], "C3411") || strings.Count(facts["行业"], "C3411") != 1 {
		t.Errorf("the facts are %v", facts)
	}
}

// TestAUnitsPageWritesItsAmountsInOneUnit: its cards, charts and tables, whatever is the largest amount of each.
func TestAUnitsPageWritesItsAmountsInOneUnit(t *testing.T) {
	for _, times := range []money.Fen{1, 150, 700} { // of a due reduction of 60 yuan
		u := aUnit()
		for i := range u.Groups {
			for k := range u.Groups[i].Steps {
				u.Groups[i].Steps[k] *= times
			}
			u.Groups[i].Charged *= times
			for k := range u.Groups[i].Reasons {
				u.Groups[i].Reasons[k].Amount *= times
			}
		}
		u.Stored = queries.Burden{Old: u.Stored.Old * times, New: u.Stored.New * times, Charged: u.Stored.Charged * times}
		page := NewUnitPage(u, nil, nil, i18n.For("zh"))
		for _, block := range []Block{page.Months, page.Measures, page.Reasons, page.Insurances} {
			if unit := page.KPIs[0].Unit; block.Chart == nil || block.Chart.Unit.Name != unit || block.Table.Unit.Name != unit {
				t.Errorf("%d times: %s is in %+v and %+v, and the cards in %s", times, block.ID, block.Chart.Unit, block.Table.Unit, unit)
			}
		}
	}
}

// TestFiguresThatDoNotAgreeAreShownAsSuch: the checks can fail.
func TestFiguresThatDoNotAgreeAreShownAsSuch(t *testing.T) {
	u := aUnit()
	u.Stored.Charged++
	u.Stored.Old += 2
	page := NewUnitPage(u, nil, nil, i18n.For("zh"))
	for _, table := range []Table{page.Months.Table, page.Measures.Table, page.Insurances.Table, page.Reasons.Table} {
		if table.Sums != CheckWrong {
			t.Errorf("table %s does not say that it is wrong: %q", table.ID, table.Sums)
		}
	}
	checks := []queries.RecordCheck{{RecordSums: queries.RecordSums{Period: 201905, Insurance: contribution.Pension, Records: 1}, Equal: true}, {RecordSums: queries.RecordSums{Period: 201906, Insurance: contribution.Pension}}}
	if table := RecordSumsTable(checks, nil, i18n.For("zh")); table.Sums != CheckWrong {
		t.Errorf("records that do not come to the figures: %q", table.Sums)
	}
	if table := RecordSumsTable(checks[:1], nil, i18n.For("zh")); table.Sums != CheckEqual {
		t.Errorf("records that do: %q", table.Sums)
	}
}

func TestTheLetterIsAnOfficialReply(t *testing.T) {
	pack := &policy.Pack{}
	bureau := Bureau{Name: "国家税务总局江苏省税务局", Telephone: "025-12366", Address: "南京市某路1号", Refund: "办税服务厅2号窗口"}
	answer := NewAnswer(aUnit(), pack, "employer", bureau, time.Date(2020, 1, 15, 20, 0, 0, 0, time.UTC), i18n.For("zh"))
	all := answer.Title + answer.Opening + Plain(answer.Sentence) + strings.Join(answer.Why, "") + strings.Join(answer.Refund, "") + strings.Join(answer.Contact, "") + answer.Source + answer.Date
	for _, want := range []string{"关于2019年5月社会保险费降费情况的答复", "应减 60.00 元，实际减少 40.00 元", "仍按降低前的费率征收，多征 20.00 元。（依据：国办发〔2019〕13号第一条、第二条）", "由 2 人变为",
		"增加 100.00 元", "多征的社会保险费 20.00 元，贵单位可以凭本答复向国家税务总局江苏省税务局申请退费", "办税服务厅2号窗口", "联系电话：025-12366", "第7批", "2020年1月16日"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in the answer: %s", want, all)
		}
	}
	if plain := NewAnswer(aUnit(), pack, "employer", Bureau{}, time.Time{}, i18n.For("zh")); len(plain.Contact) != 0 || len(plain.Refund) != 1 || !strings.Contains(plain.Refund[0], "主管税务机关") {
		t.Errorf("a bureau without settings: %q, %q", plain.Contact, plain.Refund)
	}
	for _, jargon := range []string{"口径", "下限", "基准月", "电文"} {
		if strings.Contains(all, jargon) {
			t.Errorf("%q is no word for everybody: %s", jargon, all)
		}
	}
}

func TestAPersonIsShownByACodeThatTellsNothing(t *testing.T) {
	if a, b := RecordPerson(0x123456789abcdef0), RecordPerson(0xff3456789abcdef0); len(a) != 8 || a != b { // the upper bits stay here
		t.Errorf("%q and %q", a, b)
	}
	if RecordPerson(0) != "" || RecordPerson(1) == RecordPerson(2) {
		t.Error("nobody has a code, or two persons have the same")
	}
	if Day(0) != "" || Day(18031) != "2019-05-15" {
		t.Errorf("a day is %q", Day(18031))
	}
}

func TestUnitsWithFewPersonsAreNamedAndNoMore(t *testing.T) {
	row := queries.UnitRow{UnitID: "91320000000000001A", Name: "甲", State: "none", Headcount: 8, Fewest: 2, Burden: queries.Burden{Old: 100, New: 80, Charged: 100}}
	table := NewUnitTable(UnitColumns, "refund", 3, i18n.For("zh"))
	for i, cell := range table.Row(row, "/x") {
		key := table.Columns()[i].Key
		_, named := dimension.Named(key)
		named = named || key == "name" || key == "unit_id"
		if named == (cell.Text == Concealed) {
			t.Errorf("%s is %q", key, cell.Text)
		}
	}
	row.Fewest = 3
	if table.Conceals(row) || table.Row(row, "")[7].Text != "应降未降" {
		t.Error("a unit of enough persons is concealed")
	}
}
