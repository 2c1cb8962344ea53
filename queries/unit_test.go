package queries_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

func unit(t *testing.T, f *queries.Figures, scope filter.Scope, v queries.View, id string) queries.Unit {
	t.Helper()
	u, found, err := f.Unit(t.Context(), scope, v, id)
	if err != nil || !found {
		t.Fatalf("unit %s: found %v, %v", id, found, err)
	}
	return u
}

func TestTheUnitsOfTheSmallWorldAsByHand(t *testing.T) {
	f := figures(t, fixture.Computed(t))
	for name, c := range map[string]struct {
		id, want string
	}{
		"A": {fixture.A, "full 2100.00 1700.00 1700.00, 1 person-months, 2 insurances, effects [400.00 0.00], reasons [], 1 uncovered; 2019-04: -400.00 = 0.00 + 0.00 + -400.00; causes []; peers 1 of <nil> 1700.00, 0 lower; 玄武机械厂"},
		"B": {fixture.B, "none 3000.00 2240.00 3000.00, 1 person-months, 1 insurances, effects [600.00 160.00], reasons [{rate_not_applied 600.00} {base_over_cap 160.00}], 0 uncovered; 2019-04: 0.00 = 0.00 + 0.00 + 0.00; causes []; peers 1 of <nil> 3000.00, 0 lower; 秦淮百货"},
		"C": {fixture.C, "full 600.00 560.00 560.00, 1 person-months, 1 insurances, effects [120.00 -80.00], reasons [], 0 uncovered; 2019-04: -40.00 = 0.00 + 0.00 + -40.00; causes [floor_rise 80.00 3000.00→3500.00]; peers 1 of <nil> 560.00, 0 lower; 虎丘软件"},
		"D": {fixture.D, "increased 2000.00 1600.00 2400.00, 2 person-months, 1 insurances, effects [400.00 0.00], reasons [{duplicate_charge 800.00}], 0 uncovered; 2019-04: 400.00 = 0.00 + 0.00 + 400.00; causes []; peers 1 of <nil> 1200.00, 0 lower; 吴中餐馆"},
	} {
		u := unit(t, f, everything, may(contribution.Employer), c.id)
		total, growth, effects := u.Total(), burden.Growth{}, []money.Fen{}
		for _, m := range u.Effects() {
			effects = append(effects, m.Effect)
		}
		reference, months, growth := u.Growth()
		if len(months) != 1 || growth != months[0].Growth {
			t.Errorf("%s: the growth of %v is %+v", name, months, growth)
		}
		causes := []string{}
		for _, cause := range u.Causes {
			causes = append(causes, fmt.Sprint(cause.Cause, " ", cause.Amount, " ", cause.Floor[0], "→", cause.Floor[1]))
		}
		got := fmt.Sprint(u.State(), " ", total.Old, " ", total.New, " ", total.Charged, ", ", u.Headcount(), " person-months, ", len(u.ByInsurance()),
			" insurances, effects ", effects, ", reasons ", u.Reasons(), ", ", len(u.Uncovered), " uncovered; ", reference.Period, ": ", growth.Change, " = ", growth.Headcount, " + ",
			growth.Wage, " + ", growth.Policy, "; causes ", causes, "; peers ", u.Peers.Units, " of ", u.Peers.Median, " ", u.Peers.Own, ", ", u.Peers.Lower, " lower; ", u.Registered().Name)
		if got != c.want {
			t.Errorf("%s is\n%s\nwant\n%s", name, got, c.want)
		}
		if len(u.Loads) != 1 || u.Loads[0].Load != 2 || u.Loads[0].First != 201904 || u.Loads[0].Last != 201905 {
			t.Errorf("%s came with the loads %+v", name, u.Loads)
		}
	}
}

func TestAUnitOutsideOfTheScopeIsNotThere(t *testing.T) {
	f := figures(t, fixture.Computed(t))
	for name, c := range map[string]struct {
		scope filter.Scope
		id    string
	}{
		"of another city":          {filter.Regions("320100"), fixture.C},
		"that nobody has heard of": {everything, fixture.UnitID(99)},
		"for a scope of nothing":   {filter.Scope{}, fixture.A},
	} {
		if u, found, err := f.Unit(t.Context(), c.scope, may(contribution.Employer), c.id); err != nil || found {
			t.Errorf("a unit %s: %+v, %v", name, u, err)
		}
		if e, found, err := f.Explain(t.Context(), c.scope, may(contribution.Employer), c.id, 2, 7); err != nil || found {
			t.Errorf("a record of a unit %s: %+v, %v", name, e, err)
		}
	}
}

// TestAUnitThatMovedIsShownWhereTheReaderIs: C is in Huqiu in April and in Xuanwu from May on.
func TestAUnitThatMovedIsShownWhereTheReaderIs(t *testing.T) {
	q := fixture.Open(t)
	moved := strings.Replace(strings.Split(fixture.Units(), "\n")[3], "320505", "320102", 1) + "201905\n"
	moved = strings.Replace(moved, "虎丘软件", "玄武软件", 1)
	fixture.Load(t, q, fixture.Units()+moved, fixture.Records())
	fixture.Recompute(t, q, fixture.Pack(t))
	f := figures(t, q)
	both := queries.View{Window: period.Range{From: 201904, To: 201905}, Comparison: "all", Payers: []contribution.Payer{contribution.Employer}}
	for region, want := range map[string]string{
		"320500": "[2019-04] 1 虎丘软件 600.00 1 1",
		"320100": "[2019-05] 1 玄武软件 560.00 1 1",
		"320000": "[2019-04 2019-05] 0 玄武软件 1160.00 2 2",
	} {
		u := unit(t, f, filter.Regions(region), both, fixture.C)
		var months []period.Period
		for _, m := range u.Months {
			months = append(months, m.Period)
		}
		records, err := f.Records(t.Context(), filter.Regions(region), fixture.C, u.Months, queries.RecordQuery{Most: 50})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(months, " ", u.Elsewhere, " ", u.Registered().Name, " ", u.Total().Charged, " ", len(u.Registrations), " ", len(records)); got != want {
			t.Errorf("%s sees %s, want %s", region, got, want)
		}
	}
	april, _, err := f.UnitMonths(t.Context(), everything, fixture.C)
	if err != nil {
		t.Fatal(err)
	}
	if records, err := f.Records(t.Context(), filter.Regions("320100"), fixture.C, april, queries.RecordQuery{Most: 50}); err != nil || len(records) != 1 {
		t.Errorf("with the months of another reader there are %d records, %v", len(records), err)
	}
}

func TestRecordsThatDoNotCountAreMarked(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	line := func(id, wage string) string {
		return id + "," + fixture.D + ",2019-05,pension,normal,d1,1," + wage + "," + wage + ",0.16,800,0.08,400,2019-05-15,,etax\n"
	}
	fixture.Load(t, q, fixture.RecordsHeader+line("05-D1", "5001")+line("05-D9", "5000"))
	fixture.Recompute(t, q, fixture.Pack(t))
	f := figures(t, q)
	months, _, err := f.UnitMonths(t.Context(), everything, fixture.D)
	if err != nil {
		t.Fatal(err)
	}
	query := queries.RecordQuery{Window: period.Range{From: 201905, To: 201905}, Most: 50}
	records, err := f.Records(t.Context(), everything, fixture.D, months, query)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range records {
		got = append(got, fmt.Sprint(r.Load, "/", r.Line, " ", r.ID, " ", r.Wage, " ", r.Dead, r.ByLoad, " ", r.Duplicate))
	}
	slices.Sort(got)
	want := "2/13 05-D1 5000.00 replaced3 false, 2/14 05-D2 5000.00 0 false, 2/15 05-D3 5000.00 0 true, 3/2 05-D1 5001.00 0 false, 3/3 05-D9 5000.00 0 true"
	if strings.Join(got, ", ") != want {
		t.Errorf("the records are\n%s\nwant\n%s", strings.Join(got, ", "), want)
	}
	sums, err := f.RecordSums(t.Context(), everything, fixture.D, months, query)
	if err != nil || len(sums) != 1 || fmt.Sprint(sums[0]) != "{2019-05 pension 4 1 2 0 0 2 10001.00 3200.00 1600.00 0.00}" {
		t.Errorf("the sums are %+v, %v", sums, err)
	}
	for _, r := range records {
		e, found, err := f.Explain(t.Context(), everything, may(contribution.Employer), fixture.D, r.Load, r.Line)
		if err != nil || !found || !e.Group.AsStored || e.Group.Records != 4 {
			t.Errorf("%d/%d: %+v, %v", r.Load, r.Line, e.Group, err)
		}
		if r.Duplicate != (e.Trace.Treatment == burden.Duplicate) {
			t.Errorf("%d/%d is %s", r.Load, r.Line, e.Trace.Treatment)
		}
	}
}

// TestUnitsListsAndRecordsAgree: for each unit of a random province, its page comes to its row of the list, its records
// to its months, and what explains a record to what the run stored.
func TestUnitsListsAndRecordsAgree(t *testing.T) {
	_, _, f := province(t, 5)
	for i, v := range views(f) {
		for k, row := range units(t, f, everything, v, queries.UnitQuery{Most: 1000}).Rows {
			if (i*7+k)%40 == 0 {
				unitAgrees(t, f, v, row)
			}
		}
	}
}

func unitAgrees(t *testing.T, f *queries.Figures, v queries.View, row queries.UnitRow) {
	t.Helper()
	name := fmt.Sprint(v.Comparison, " ", row.UnitID)
	u := unit(t, f, everything, v, row.UnitID)
	if u.Total() != row.Burden || u.Stored != row.Burden || u.State().String() != row.State {
		t.Errorf("%s: the page has %+v %s, the list %+v", name, u.Total(), u.State(), row)
	}
	var due, shortfall money.Fen
	for _, m := range u.Effects() {
		due += m.Effect
	}
	for _, r := range u.Reasons() {
		shortfall += r.Amount
	}
	var insurances queries.Burden
	for _, r := range u.ByInsurance() {
		insurances = insurances.Add(r.Burden)
	}
	if due != row.Due() || shortfall != row.Shortfall() || insurances != row.Burden {
		t.Errorf("%s: effects of %v, reasons of %v, insurances of %+v, and the unit has %+v", name, due, shortfall, insurances, row)
	}
	view := v
	view.Narrow = queries.Narrow{Region: u.Peers.RegionCode, Industry: u.Peers.Section, Size: u.Peers.Size}
	peers, err := f.Members(t.Context(), everything, view, "total")
	if err != nil || peers[0].Burden != u.Peers.Burden || peers[0].Units != u.Peers.Units || u.Peers.Lower >= u.Peers.Units {
		t.Errorf("%s: the peers are %+v, the cell has %+v; %v", name, u.Peers, peers, err)
	}
	recordsAgree(t, f, v, &u, name)
}

func recordsAgree(t *testing.T, f *queries.Figures, v queries.View, u *queries.Unit, name string) {
	t.Helper()
	records, err := f.Records(t.Context(), everything, u.ID, u.Months, queries.RecordQuery{Most: 1000})
	if err != nil {
		t.Fatal(err)
	}
	sums, err := f.RecordSums(t.Context(), everything, u.ID, u.Months, queries.RecordQuery{})
	if err != nil {
		t.Fatal(err)
	}
	checks := queries.CompareRecords(u, sums)
	covered := 0
	for _, c := range checks {
		if !c.Equal {
			t.Errorf("%s: the records of %v and %v do not come to its figures: %+v", name, c.Period, c.Insurance, c)
		}
		if !c.Uncovered {
			covered++
		}
	}
	if covered != len(u.Groups) {
		t.Errorf("%s: %d groups of records, %d of figures", name, covered, len(u.Groups))
	}
	for i, r := range records {
		if i%4 != 0 {
			continue
		}
		e, found, err := f.Explain(t.Context(), everything, v, u.ID, r.Load, r.Line)
		if err != nil || !found || e.Record.ID != r.ID {
			t.Fatalf("%s: record %s: %+v, %v", name, r.ID, e, err)
		}
		if uncovered := len(e.Group.Stored) == 0; uncovered != (e.Trace.Treatment == burden.Uncovered) || !uncovered && !e.Group.AsStored {
			t.Errorf("%s: record %s is %s; by the rule\n%+v, stored\n%+v", name, r.ID, e.Trace.Treatment, e.Group.Rule, e.Group.Stored)
		}
	}
}
