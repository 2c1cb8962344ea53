package queries_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// caseText writes what matters of a case.
func caseText(c *queries.Case) string {
	amounts := func(list []queries.CaseAmount) string {
		parts := make([]string, len(list))
		for i, a := range list {
			parts[i] = fmt.Sprint(a.ID, " ", a.Amount)
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(c.State, " ", c.Old, "/", c.New, "/", c.Charged, " [", amounts(c.Reasons), "] [", amounts(c.Causes), "] [", amounts(c.Risks), "] persons ",
		c.Persons, " short ", c.MonthsShort, "/", c.Months, " found ", c.Found, " ", c.Score, " ", c.Level, " repeated ", c.Repeated, " ", c.Channel)
}

// caseTexts lists the cases of a filter, by unit.
func caseTexts(t *testing.T, f *queries.Figures, scope filter.Scope, c queries.CaseFilter) map[string]string {
	t.Helper()
	list, err := f.Cases(t.Context(), scope, c, queries.CaseSort{}, queries.CasePage{Most: 1000})
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for i := range list {
		key := list[i].UnitID
		if texts[key] != "" {
			key += " " + list[i].RegionCode
		}
		texts[key] = caseText(&list[i])
	}
	return texts
}

func figuresOf(t *testing.T, q *queries.Queries) *queries.Figures {
	t.Helper()
	f, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func expectCases(t *testing.T, when string, got, want map[string]string) {
	t.Helper()
	for unit, text := range want {
		if got[unit] != text {
			t.Errorf("%s, unit %s:\n%s, want\n%s", when, unit, got[unit], text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d cases, want %d", when, len(got), len(want))
	}
}

// smallCases are the cases of the small world, worked out from the table in its package comment. B: 760 yuan reach the
// first of four steps of 40 points, one month the first of three of 20, a small firm has 15.
var smallCases = map[string]string{
	fixture.A: "full 2100.00/1700.00/1700.00 [] [] [uncovered 900.00] persons 1 short 0/1 found true 0 low repeated 0 ",
	fixture.B: "none 3000.00/2240.00/3000.00 [rate_not_applied 600.00, base_over_cap 160.00] [] [] persons 1 short 1/1 found true 31 normal repeated 0 etax",
	fixture.C: "full 600.00/560.00/560.00 [] [floor_rise 80.00] [] persons 1 short 0/1 found false 0  repeated 0 ",
	fixture.D: "increased 2000.00/1600.00/2400.00 [duplicate_charge 800.00] [] [] persons 2 short 1/1 found true 31 normal repeated 0 etax",
}

func TestTheCasesOfTheSmallWorld(t *testing.T) {
	q := fixture.Computed(t)
	f := figuresOf(t, q)
	expectCases(t, "all", caseTexts(t, f, everything, queries.CaseFilter{All: true}), smallCases)
	only := func(units ...string) map[string]string {
		want := map[string]string{}
		for _, u := range units {
			want[u] = smallCases[u]
		}
		return want
	}
	narrow := func(n queries.Narrow) queries.CaseFilter { return queries.CaseFilter{Narrow: n} }
	for name, c := range map[string]struct {
		filter queries.CaseFilter
		units  []string
	}{
		"found":            {queries.CaseFilter{}, []string{fixture.A, fixture.B, fixture.D}},
		"region":           {narrow(queries.Narrow{Region: "320500"}), []string{fixture.D}},
		"industry":         {narrow(queries.Narrow{Industry: "F52"}), []string{fixture.B}},
		"size":             {narrow(queries.Narrow{Size: "small"}), []string{fixture.B, fixture.D}},
		"unit kind":        {narrow(queries.Narrow{UnitKind: "self_employed"}), []string{fixture.D}},
		"insurance":        {narrow(queries.Narrow{Insurance: "pension"}), []string{fixture.B, fixture.D}},
		"no insurance":     {narrow(queries.Narrow{Insurance: "unemployment"}), nil},
		"state":            {queries.CaseFilter{State: "increased"}, []string{fixture.D}},
		"reason":           {queries.CaseFilter{Reason: "base_over_cap"}, []string{fixture.B}},
		"cause":            {queries.CaseFilter{Cause: "floor_rise", All: true}, []string{fixture.C}},
		"risk":             {queries.CaseFilter{Risk: "uncovered"}, []string{fixture.A}},
		"level":            {queries.CaseFilter{Level: "normal"}, []string{fixture.B, fixture.D}},
		"channel":          {queries.CaseFilter{Channel: "bank"}, nil},
		"repeated":         {queries.CaseFilter{Repeated: true}, nil},
		"name":             {queries.CaseFilter{Unit: "秦淮"}, []string{fixture.B}},
		"initials":         {queries.CaseFilter{Unit: "wzcg"}, []string{fixture.D}},
		"code":             {queries.CaseFilter{Unit: fixture.A}, []string{fixture.A}},
		"finding":          {queries.CaseFilter{Finding: "0123456789abcdef"}, nil},
		"no issue":         {queries.CaseFilter{Issue: "none"}, []string{fixture.A, fixture.B, fixture.D}},
		"an open issue":    {queries.CaseFilter{Issue: "open"}, nil},
		"state and reason": {queries.CaseFilter{State: "none", Reason: "duplicate_charge"}, nil},
	} {
		expectCases(t, name, caseTexts(t, f, everything, c.filter), only(c.units...))
		ids, whole, err := f.CaseIDs(t.Context(), everything, c.filter, 10)
		if err != nil || !whole || len(ids) != len(c.units) {
			t.Errorf("%s: ids %v, %v, %v", name, ids, whole, err)
		}
		totals, err := f.CaseTotals(t.Context(), everything, c.filter)
		if err != nil || int(totals.Cases) != len(c.units) {
			t.Errorf("%s: the totals are %+v, %v", name, totals, err)
		}
	}
	expectCases(t, "another city's", caseTexts(t, f, filter.Regions("320100"), queries.CaseFilter{All: true}), only(fixture.A, fixture.B))
	if _, found, err := f.CaseOf(t.Context(), filter.Regions("320100"), fixture.D, ""); found || err != nil {
		t.Errorf("another city's unit is found: %v, %v", found, err)
	}
	d, found, err := f.CaseOf(t.Context(), filter.Regions("320506"), fixture.D, "")
	if err != nil || !found || caseText(&d) != smallCases[fixture.D] || d.Name != "吴中餐馆" || d.Growth.Reference != 201904 || d.Growth.Change() != 400_00 ||
		d.Growth.Policy != 400_00 || d.Peers != (queries.CasePeers{Units: 1, Own: -1_000_000}) {
		t.Errorf("%+v, %v, %v", d, found, err)
	}
	if ids, whole, err := f.CaseIDs(t.Context(), everything, queries.CaseFilter{}, 2); err != nil || whole || len(ids) != 2 {
		t.Errorf("cut off: %v, %v, %v", ids, whole, err)
	}
}

func TestCasesAreSortedAndAddedUp(t *testing.T) {
	f := figuresOf(t, fixture.Computed(t))
	for by, want := range map[string][]string{
		"score": {fixture.D, fixture.B, fixture.A}, "shortfall": {fixture.D, fixture.B, fixture.A}, "due": {fixture.B, fixture.A, fixture.D}, "unit_id": {fixture.A, fixture.B, fixture.D},
		"persons": {fixture.D, fixture.A, fixture.B},
	} {
		var units []string
		page := queries.CasePage{Most: 2}
		for len(units) < 3 {
			list, err := f.Cases(t.Context(), everything, queries.CaseFilter{}, queries.CaseSort{By: by, Descending: true}, page)
			if err != nil || len(list) == 0 {
				t.Fatal(by, list, err)
			}
			for i := range list {
				units = append(units, list[i].UnitID)
			}
			page.Skip += 2
		}
		if !slices.Equal(units, want) {
			t.Errorf("by %s: %v, want %v", by, units, want)
		}
	}
	sums, err := f.CasesBy(t.Context(), everything, queries.CaseFilter{All: true}, "city", "section", "size", "reason", "insurance")
	var words []string
	for _, s := range sums {
		words = append(words, fmt.Sprint(s.Dimension, " ", s.Key, " ", s.Cases, " ", s.Amount))
	}
	want := "city 320100 2 760.00, city 320500 2 800.00, insurance pension 2 1560.00, reason base_over_cap 1 160.00, reason duplicate_charge 1 800.00, " +
		"reason rate_not_applied 1 600.00, section C 1 0.00, section F 1 760.00, section H 1 800.00, section I 1 0.00, size large 1 0.00, size micro 1 0.00, size small 2 1560.00"
	if got := strings.Join(words, ", "); err != nil || got != want {
		t.Errorf("%s, %v, want\n%s", got, err, want)
	}
	totals, err := f.CaseTotals(t.Context(), everything, queries.CaseFilter{All: true})
	if err != nil || totals.Cases != 4 || totals.Persons != 5 || totals.Burden != (queries.Burden{Old: 7_700_00, New: 6_100_00, Charged: 7_660_00}) ||
		len(totals.ByState) != 3 || len(totals.ByLevel) != 3 || len(totals.ByReason) != 3 || len(totals.ByCause) != 1 || len(totals.ByRisk) != 1 {
		t.Errorf("%+v, %v", totals, err)
	}
}

// line is a record of 1,000 yuan of pension, base 10,000.
func line(id, unit, month, entry, rate, amount, received, receivedOn, channel string) string {
	return fmt.Sprintf("%s,%s,%s,pension,%s,p-%s,1,10000,10000,%s,%s,0.08,800,%s,%s,%s\n", id, unit, month, entry, id, rate, amount, receivedOn, received, channel)
}

// TestWhatLaterRunsMakeOfACase pays B's shortfall back, lets D stand, and adds a unit that moves, one that makes up for old
// months, and one that has paid too much.
func TestWhatLaterRunsMakeOfACase(t *testing.T) {
	q := fixture.Computed(t)
	e, g, h := fixture.UnitID(5), fixture.UnitID(6), fixture.UnitID(7)
	header := "unit_id,name,region_code,industry_code,unit_kind,size,valid_from\n"
	fixture.Load(t, q,
		header+e+",迁移公司,320505,C3411,enterprise,medium,2019-01\n"+e+",迁移公司新址,320506,C3411,enterprise,medium,2019-06\n"+
			g+",补缴公司,320505,C3411,enterprise,large,\n"+h+",多缴公司,320102,C3411,enterprise,large,\n",
		fixture.RecordsHeader+
			"05-B2,"+fixture.B+",2019-05,pension,refund,b1,1,0,0,0.04,-760,0,0,2019-07-20,-760,etax\n"+
			line("05-E1", e, "2019-05", "normal", "0.2", "2000", "0", "2019-05-15", "bank")+
			line("06-E1", e, "2019-06", "normal", "0.16", "1600", "0", "2019-06-15", "bank")+
			line("03-G1", g, "2019-03", "back_payment", "0.2", "2000", "2800", "2019-06-15", "hall")+
			line("02-G1", g, "2019-02", "back_payment", "0.2", "2000", "2800", "2019-04-30", "hall")+
			line("05-H1", h, "2019-05", "normal", "0.2", "2000", "2800", "2019-05-15", "app")+
			line("06-H1", h, "2019-06", "normal", "0.2", "2000", "2500", "2019-06-15", "app"))
	fixture.Recompute(t, q, fixture.Pack(t))
	f := figuresOf(t, q)
	want := map[string]string{
		fixture.A: smallCases[fixture.A], fixture.C: smallCases[fixture.C],
		fixture.B:     "full 3000.00/2240.00/2240.00 [refund -760.00, rate_not_applied 600.00, base_over_cap 160.00] [] [] persons 1 short 0/1 found false 0  repeated 1 etax",
		fixture.D:     "increased 2000.00/1600.00/2400.00 [duplicate_charge 800.00] [] [] persons 2 short 1/1 found true 31 normal repeated 0 etax",
		e:             "none 2000.00/1600.00/2000.00 [rate_not_applied 400.00] [] [] persons 1 short 1/1 found true 16 low repeated 0 bank",
		e + " 320506": "full 2000.00/1600.00/1600.00 [] [] [] persons 1 short 0/1 found false 0  repeated 0 ",
		// What was made up for before the cut, in April, is none of it.
		g: "no_due 0.00/0.00/0.00 [] [] [back_payment_after_cut 2000.00] persons 0 short 0/0 found true 20 low repeated 0 ",
		// In June 2,500 were received: 800 are the employee's, 1,600 were owed.
		h: "none 4000.00/3200.00/4000.00 [rate_not_applied 800.00] [] [refund_pending 500.00] persons 1 short 2/2 found true 16 low repeated 0 app",
	}
	expectCases(t, "after the second run", caseTexts(t, f, everything, queries.CaseFilter{All: true}), want)
	mine := map[string]string{fixture.D: want[fixture.D], e: want[e+" 320506"]}
	expectCases(t, "the county that it moved to", caseTexts(t, f, filter.Regions("320506"), queries.CaseFilter{All: true}), mine)
	moved, err := f.CasesOf(t.Context(), everything, e)
	if err != nil || len(moved) != 2 || moved[0].Name != "迁移公司" || moved[1].Name != "迁移公司新址" {
		t.Errorf("the unit that moved: %+v, %v", moved, err)
	}
	fixture.Load(t, q, fixture.RecordsHeader+line("07-E1", e, "2019-07", "normal", "0.16", "1600", "0", "2019-07-15", "bank"))
	fixture.Recompute(t, q, fixture.Pack(t))
	for unit, want := range map[string]uint32{fixture.D: 0, fixture.B: 1} { // D's is the same as before; B's was given back
		if one, found, err := figuresOf(t, q).CaseOf(t.Context(), everything, unit, ""); err != nil || !found || one.Repeated != want {
			t.Errorf("in the third run %s is repeated %d times, want %d, %v, %v", unit, one.Repeated, want, found, err)
		}
	}
	for range 3 { // the same data with another pack and back again, which computes all months anew
		fixture.Recompute(t, q, fixture.PackOf(t, anotherPack()))
		fixture.Recompute(t, q, fixture.Pack(t))
	}
	same, _, err := figuresOf(t, q).CaseOf(t.Context(), everything, fixture.D, "")
	if err != nil || same.Repeated != 0 || same.Score != 31 {
		t.Errorf("after recomputes of the same data: repeated %d, score %d, %v", same.Repeated, same.Score, err)
	}
	fixture.Load(t, q, fixture.RecordsHeader+line("07-D1", fixture.D, "2019-07", "normal", "0.2", "2000", "0", "2019-07-15", "bank"))
	fixture.Recompute(t, q, fixture.Pack(t))
	again, _, err := figuresOf(t, q).CaseOf(t.Context(), everything, fixture.D, "")
	if err != nil || again.Repeated != 1 {
		t.Errorf("found in another month: repeated %d, %v", again.Repeated, err)
	}
}

// anotherPack is the small world's with another title: the same figures by another pack.
func anotherPack() fstest.MapFS {
	files := fixture.PackFiles()
	files[policy.PackFile].Data = bytes.ReplaceAll(files[policy.PackFile].Data, []byte("小世界"), []byte("小世界二"))
	return files

}

// TestManyUnitsOneReasonIsOneFinding plants the old rate at all units of a city that declare through the bank, over two
// counties, and old months made up for in one county, and finds these two and nothing else.
func TestManyUnitsOneReasonIsOneFinding(t *testing.T) {
	q := fixture.Open(t)
	units := "unit_id,name,region_code,unit_kind,size\n"
	records := fixture.RecordsHeader
	for n := range 100 {
		id := fixture.UnitID(100 + n)
		region, channel, rate, amount := []string{"320505", "320506", "320102"}[n%3], "client", "0.16", "1600"
		if n < 36 && region != "320102" {
			channel = "bank"
			if n < 18 {
				rate, amount = "0.2", "2000" // 12 of the 24 that declare through the bank
			}
		}
		units += fmt.Sprintf("%s,第%d户,%s,enterprise,small\n", id, n, region)
		records += line(fmt.Sprint("a", n), id, "2019-04", "normal", "0.2", "2000", "0", "2019-04-15", channel) +
			line(fmt.Sprint("b", n), id, "2019-05", "normal", rate, amount, "0", "2019-05-15", channel)
		if region == "320102" && n < 36 {
			records += line(fmt.Sprint("c", n), id, "2019-03", "back_payment", "0.2", "2000", "0", "2019-06-10", channel)
		}
	}
	fixture.Load(t, q, units, records)
	fixture.Recompute(t, q, fixture.Pack(t))
	f := figuresOf(t, q)
	text := func(scope filter.Scope) string {
		list, err := f.Findings(t.Context(), scope, queries.Narrow{}, "")
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, x := range list {
			under, err := f.FindingUnits(t.Context(), scope, x.ID, queries.CasePage{Most: 100})
			if err != nil || len(under) != int(x.Units) {
				t.Errorf("%d units under %+v, %v", len(under), x, err)
			}
			cases := caseTexts(t, f, scope, queries.CaseFilter{Finding: x.ID})
			if again, found, err := f.FindingOf(t.Context(), scope, x.ID); err != nil || !found || again != x || len(cases) != int(x.Units) {
				t.Errorf("%+v, %v, %v, %d cases", again, found, err, len(cases))
			}
			words = append(words, fmt.Sprint(x.Rule, " ", x.Reason, " ", x.RegionCode, " ", x.Insurance, " ", x.Channel, " ", x.From, "–", x.To, " ", x.Units, "/", x.Of, " ", x.Amount))
		}
		return strings.Join(words, ", ")
	}
	bank := "channel rate_not_applied 320500 pension bank 2019-05–2019-05 12/24 4800.00"
	clearing := "county back_payment_after_cut 320102   2019-03–2019-03 12/33 24000.00"
	byHall := "channel back_payment_after_cut 320100  client 2019-03–2019-03 12/33 24000.00"
	if got, want := text(everything), byHall+", "+clearing+", "+bank; got != want && got != clearing+", "+byHall+", "+bank {
		t.Errorf("%s, want\n%s", got, want)
	}
	if got := text(filter.Regions("320500")); got != bank {
		t.Errorf("of one city: %s", got)
	}
	if got := text(filter.Regions("320505")); got != "" {
		t.Errorf("a county sees %s", got)
	}
	before, err := f.Findings(t.Context(), everything, queries.Narrow{Region: "320505", Insurance: "pension"}, "rate_not_applied")
	if err != nil || len(before) != 1 {
		t.Fatal(before, err)
	}
	fixture.Load(t, q, fixture.RecordsHeader+line("x", fixture.UnitID(198), "2019-06", "normal", "0.16", "1600", "0", "2019-06-15", "client"))
	fixture.Recompute(t, q, fixture.Pack(t))
	if again, found, err := figuresOf(t, q).FindingOf(t.Context(), everything, before[0].ID); err != nil || !found || again.Units != 12 {
		t.Errorf("in the next run: %+v, %v, %v", again, found, err)
	}
}

// TestABureausRulesDecide: thresholds of the pack's rules.csv hold for its run.
func TestABureausRulesDecide(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	files := fixture.PackFiles()
	files[policy.RulesFile] = &fstest.MapFile{Data: []byte("id,thresholds,weight\nduplicate_charge,800.01,\nuncovered,-,\namount,700;800,50\nlevel,20;56;80,\n")}
	fixture.Recompute(t, q, fixture.PackOf(t, files))
	got := caseTexts(t, figuresOf(t, q), everything, queries.CaseFilter{})
	expectCases(t, "by the bureau's rules", got, map[string]string{
		fixture.B: strings.Replace(smallCases[fixture.B], "31 normal", "46 normal", 1), // 25 + 6 + 15
		fixture.D: strings.Replace(smallCases[fixture.D], "31 normal", "71 high", 1),   // 50 + 6 + 15; its state makes it a case
	})
	if list, err := figuresOf(t, q).Cases(t.Context(), everything, queries.CaseFilter{All: true}, queries.CaseSort{}, queries.CasePage{Most: 9}); err != nil || len(list) != 4 {
		t.Errorf("%d units, %v", len(list), err)
	}
}
