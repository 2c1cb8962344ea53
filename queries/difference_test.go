package queries_test

import (
	"fmt"
	"strings"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// spring are the months of the small world and the one behind it.
func spring(payers ...contribution.Payer) queries.View {
	return queries.View{Window: period.Range{From: 201904, To: 201906}, Comparison: "all", Payers: payers}
}

// differing makes three runs of the small world. Before the second, B is charged by the new rate after all (−760), C gets
// a second person of 4,000 (old 800, new and charged 640), A moves from 玄武 to 秦淮, and A has a first record of June (old 2,000,
// new and charged 1,600). Before the third, D's double charge is corrected to a charge of 0 (−800), and the pack's new
// pension rate becomes 15 %: new falls by 100 for A in May and June, by 140 for B, by 35 + 40 for C and by 100 for D.
func differing(t *testing.T) *queries.Queries {
	t.Helper()
	q := fixture.Computed(t)
	line := func(id, unit, month, person, wage, base, rate, amount, ownAmount string) string {
		return strings.Join([]string{id, unit, month, "pension", "normal", person, "1", wage, base, rate, amount, "0.08", ownAmount, month + "-15", "", "etax"}, ",") + "\n"
	}
	fixture.Load(t, q,
		strings.Split(fixture.Units(), "\n")[0]+"\n"+fixture.A+",玄武机械厂,320104,C3411,110,enterprise,large,4,1,,\n",
		fixture.RecordsHeader+line("05-B1", fixture.B, "2019-05", "b1", "20000", "14000", "0.16", "2240", "1120")+
			line("05-C2", fixture.C, "2019-05", "c2", "4000", "4000", "0.16", "640", "320")+
			line("06-A1", fixture.A, "2019-06", "a1", "10000", "10000", "0.16", "1600", "800"))
	fixture.Recompute(t, q, fixture.Pack(t))
	fixture.Load(t, q, fixture.RecordsHeader+line("05-D3", fixture.D, "2019-05", "d2", "5000", "5000", "0.16", "0", "0"))
	fixture.Recompute(t, q, cheaper(t))
	return q
}

// cheaper is the pack of the small world with a new pension rate of 15 %.
func cheaper(t *testing.T) *policy.Pack {
	t.Helper()
	files := fixture.PackFiles()
	rates := files[policy.RatesFile]
	rates.Data = []byte(strings.Replace(string(rates.Data), ",0.16,", ",0.15,", 1))
	return fixture.PackOf(t, files)
}

func difference(t *testing.T, q *queries.Queries, run, against uint32) *queries.Difference {
	t.Helper()
	d, err := q.Difference(t.Context(), run, against)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func causesText(rows []queries.CauseRow) string {
	var lines []string
	for _, c := range rows {
		lines = append(lines, fmt.Sprint(strings.TrimSpace(names[c.Unit]+" "+c.Cause), " ", c.Units, "/", c.Months, " ", c.Old, " ", c.New, " ", c.Charged))
	}
	return strings.Join(lines, "\n")
}

var names = map[string]string{fixture.A: "A", fixture.B: "B", fixture.C: "C", fixture.D: "D"}

func TestTheDifferenceOfTwoRunsIsAsWorkedOutByHand(t *testing.T) {
	q := differing(t)
	for _, c := range []struct {
		name         string
		run, against uint32
		view         queries.View
		scope        filter.Scope
		months       string
		causes       string
		units        string
		transitions  string
	}{
		{"the second and the first", 2, 1, spring(contribution.Employer), everything, "[{2019-04 1 2} {2019-05 1 2} {2019-06 0 2}]",
			"month_added 1/1 2000.00 1600.00 1600.00\nrecords 2/2 800.00 640.00 -120.00\nregistration 1/2 0.00 0.00 0.00",
			"A 320104 full>full 4200.00/3800.00/3800.00 > 6200.00/5400.00/5400.00 [month_added 2000.00, registration 0.00]\n" +
				"C 320505 full>full 1200.00/1160.00/1160.00 > 2000.00/1800.00/1800.00 [records 800.00]\n" +
				"B 320104 none>full 6000.00/5240.00/6000.00 > 6000.00/5240.00/5240.00 [records 0.00]",
			"[{full full 2} {none full 1}]"},
		{"the same, backwards", 1, 2, spring(contribution.Employer), everything, "[{2019-04 2 1} {2019-05 2 1} {2019-06 2 0}]",
			"month_removed 1/1 -2000.00 -1600.00 -1600.00\nrecords 2/2 -800.00 -640.00 120.00\nregistration 1/2 0.00 0.00 0.00",
			"A 320102 full>full 6200.00/5400.00/5400.00 > 4200.00/3800.00/3800.00 [month_removed -2000.00, registration 0.00]\n" +
				"C 320505 full>full 2000.00/1800.00/1800.00 > 1200.00/1160.00/1160.00 [records -800.00]\n" +
				"B 320104 full>none 6000.00/5240.00/5240.00 > 6000.00/5240.00/6000.00 [records 0.00]",
			"[{full full 2} {full none 1}]"},
		{"Suzhou alone", 2, 1, spring(contribution.Employer), filter.Regions("320500"), "[{2019-04 1 2} {2019-05 1 2} {2019-06 0 2}]",
			"records 1/1 800.00 640.00 640.00",
			"C 320505 full>full 1200.00/1160.00/1160.00 > 2000.00/1800.00/1800.00 [records 800.00]", "[{full full 1}]"},
		{"the county that A has left", 2, 1, spring(contribution.Employer), filter.Regions("320102"), "[{2019-04 1 2} {2019-05 1 2} {2019-06 0 2}]",
			"registration 1/2 -4200.00 -3800.00 -3800.00",
			"A 320102 full> 4200.00/3800.00/3800.00 > 0.00/0.00/0.00 [registration -4200.00]", "[{full  1}]"},
		{"another policy and other records", 3, 2, spring(contribution.Employer), everything, "[{2019-04 2 3} {2019-05 2 3} {2019-06 2 3}]",
			"records+policy 1/1 0.00 -100.00 -800.00\npolicy 3/4 0.00 -415.00 0.00",
			"D 320506 increased>partial 4000.00/3600.00/4400.00 > 4000.00/3500.00/3600.00 [records+policy 0.00]\n" +
				"A 320104 full>partial 6200.00/5400.00/5400.00 > 6200.00/5200.00/5400.00 [policy 0.00]\n" +
				"B 320104 full>partial 6000.00/5240.00/5240.00 > 6000.00/5100.00/5240.00 [policy 0.00]\n" +
				"C 320505 full>partial 2000.00/1800.00/1800.00 > 2000.00/1725.00/1800.00 [policy 0.00]",
			"[{full partial 3} {increased partial 1}]"},
		{"one insurance that did not move", 3, 2, unemployment(spring(contribution.Employer)), everything,
			"[{2019-04 2 3} {2019-05 2 3} {2019-06 2 3}]", "", "", "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := difference(t, q, c.run, c.against)
			months, err := d.MovedMonths(t.Context(), c.view.Window)
			if got := fmt.Sprint(months); err != nil || got != c.months {
				t.Errorf("months %s, %v, want %s", got, err, c.months)
			}
			causes, err := d.Causes(t.Context(), c.scope, c.view)
			if got := causesText(causes); err != nil || got != c.causes {
				t.Errorf("causes\n%s\n%v, want\n%s", got, err, c.causes)
			}
			units, err := d.Units(t.Context(), c.scope, c.view, queries.UnitPage{Then: queries.AnyState, Now: queries.AnyState, Most: 100})
			if got := movesText(units); err != nil || got != c.units {
				t.Errorf("units\n%s\n%v, want\n%s", got, err, c.units)
			}
			transitions, err := d.Transitions(t.Context(), c.scope, c.view)
			if got := fmt.Sprint(transitions); err != nil || got != c.transitions {
				t.Errorf("states %s, %v, want %s", got, err, c.transitions)
			}
		})
	}
}

func unemployment(v queries.View) queries.View {
	v.Narrow.Insurance = "unemployment"
	return v
}

func movesText(units []queries.UnitMove) string {
	var lines []string
	for _, u := range units {
		var causes []string
		for _, c := range u.Causes {
			causes = append(causes, fmt.Sprint(c.Cause, " ", c.Old))
		}
		b, a := u.Before(), u.After()
		lines = append(lines, fmt.Sprint(names[u.UnitID], " ", u.RegionCode, " ", u.Then, ">", u.Now, " ", b.Old, "/", b.New, "/", b.Charged, " > ",
			a.Old, "/", a.New, "/", a.Charged, " [", strings.Join(causes, ", "), "]"))
	}
	return strings.Join(lines, "\n")
}

func TestTheListOfUnitsIsSortedNarrowedAndPaged(t *testing.T) {
	d := difference(t, differing(t), 3, 2)
	view := spring(contribution.Employer)
	anyPage := queries.UnitPage{Then: queries.AnyState, Now: queries.AnyState, Most: 100}
	for _, c := range []struct {
		name   string
		change func(*queries.UnitPage)
		want   string
	}{
		{"by the shortfall", func(p *queries.UnitPage) { p.Sort = "shortfall" }, "D A B C"},
		{"by the new burden", func(p *queries.UnitPage) { p.Sort = "new" }, "A B D C"},
		{"the second page", func(p *queries.UnitPage) { p.Sort, p.Skip, p.Most = "new", 2, 2 }, "D C"},
		{"those that fell out of full", func(p *queries.UnitPage) { p.Then, p.Now = "full", "partial" }, "A B C"},
		{"those that moved for the policy alone", func(p *queries.UnitPage) { p.Cause = "policy" }, "A B C"},
		{"of these the second", func(p *queries.UnitPage) { p.Cause, p.Skip, p.Most = "policy", 1, 1 }, "B"},
		{"for no such cause", func(p *queries.UnitPage) { p.Cause = "program" }, ""},
	} {
		page := anyPage
		c.change(&page)
		units, err := d.Units(t.Context(), everything, view, page)
		var got []string
		for _, u := range units {
			got = append(got, names[u.UnitID])
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, %v, want %s", c.name, got, err, c.want)
		}
	}
}

// TestAUnitsMovementIsSplitToTheFen: D's month has other records and another policy at once, which only the rule in Go tells apart.
func TestAUnitsMovementIsSplitToTheFen(t *testing.T) {
	q := differing(t)
	view := spring(contribution.Employer)
	for _, c := range []struct {
		name         string
		run, against uint32
		unit         string
		want         string
	}{
		{"records and policy", 3, 2, fixture.D, "2019-05: records 0.00/0.00/-800.00, registration 0.00/0.00/0.00, policy 0.00/-100.00/0.00, program 0.00/0.00/0.00\n" +
			"replaced pension 2019-05 load 5: 1 record, wage 0.00, charged -1200.00\n" +
			"rates.csv rate 0.16 > 0.15 文1"},
		{"a correction", 2, 1, fixture.B, "2019-05: records 0.00/0.00/-760.00, registration 0.00/0.00/0.00, policy 0.00/0.00/0.00, program 0.00/0.00/0.00\n" +
			"replaced pension 2019-05 load 4: 1 record, wage 0.00, charged -840.00"},
		{"one person more", 2, 1, fixture.C, "2019-05: records 800.00/640.00/640.00, registration 0.00/0.00/0.00, policy 0.00/0.00/0.00, program 0.00/0.00/0.00\n" +
			"added pension 2019-05 load 4: 1 record, wage 4000.00, charged 960.00"},
		{"another county and another month", 2, 1, fixture.A, "2019-04: records 0.00/0.00/0.00, registration 0.00/0.00/0.00, policy 0.00/0.00/0.00, program 0.00/0.00/0.00\n" +
			"2019-05: records 0.00/0.00/0.00, registration 0.00/0.00/0.00, policy 0.00/0.00/0.00, program 0.00/0.00/0.00\n" +
			"2019-06: added 2000.00/1600.00/1600.00\n" +
			"added pension 2019-06 load 4: 1 record, wage 10000.00, charged 2400.00\n" +
			"region_code 320102 > 320104 [2019-04 2019-05]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			u, err := difference(t, q, c.run, c.against).Unit(t.Context(), everything, view, c.unit)
			if err != nil {
				t.Fatal(err)
			}
			if got := unitText(u); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	d := difference(t, q, 2, 1)
	if u, err := d.Unit(t.Context(), filter.Regions("320102"), view, fixture.A); err != nil || !u.Outside || len(u.Months) != 2 || u.Records != nil || u.Registrations != nil {
		t.Errorf("a reader of the county that A left sees %+v, %v", u, err)
	}
	if u, err := d.Unit(t.Context(), filter.Regions("320500"), view, fixture.A); err != nil || len(u.Months) != 0 || u.Name != "" {
		t.Errorf("a reader of another city sees %+v, %v", u, err)
	}
}

func unitText(u queries.UnitDifference) string {
	sums := func(b queries.Burden) string { return fmt.Sprint(b.Old, "/", b.New, "/", b.Charged) }
	var lines []string
	for _, m := range u.Months {
		if m.Split {
			lines = append(lines, fmt.Sprint(m.Period, ": records ", sums(m.ByRecords), ", registration ", sums(m.ByRegister), ", policy ", sums(m.ByPolicy), ", program ", sums(m.ByProgram)))
		} else {
			lines = append(lines, fmt.Sprint(m.Period, ": added ", sums(m.Moved())))
		}
	}
	for _, r := range u.Records {
		lines = append(lines, fmt.Sprintf("%s %s %s load %d: %d record, wage %s, charged %s", r.Kind, r.Insurance, r.Period, r.Load, r.Records, r.Wage, r.Charged))
	}
	for _, r := range u.Registrations {
		lines = append(lines, fmt.Sprint(r.Field, " ", r.Then, " > ", r.Now, " ", r.Months))
	}
	for _, p := range u.Policy {
		lines = append(lines, fmt.Sprint(p.File, " ", p.Column, " ", p.Left, " > ", p.Right, " ", p.DocumentNo))
	}
	return strings.Join(lines, "\n")
}

func TestRunsThatShareAllMonthsDoNotDiffer(t *testing.T) {
	q := differing(t)
	fixture.Load(t, q, fixture.Units()[:strings.Index(fixture.Units(), "\n")+1]+fixture.UnitID(9)+",新户,320104,C3411,110,enterprise,large,4,1,,2019-09\n")
	run, err := q.NextRun(t.Context(), fixture.Now())
	if err != nil {
		t.Fatal(err)
	}
	shared, _, err := q.CurrentRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	periods, err := q.RunPeriods(t.Context(), shared.ID)
	if err != nil {
		t.Fatal(err)
	}
	shared.ID, shared.Computed = run, []uint32{}
	for i := range periods {
		periods[i].RunID = run
	}
	if err := q.InsertRunPeriods(t.Context(), periods); err != nil {
		t.Fatal(err)
	}
	if err := q.RecordRun(t.Context(), shared); err != nil {
		t.Fatal(err)
	}
	d := difference(t, q, run, run-1)
	view := spring(contribution.Payers...)
	months, err := d.MovedMonths(t.Context(), view.Window)
	if err != nil || len(months) != 0 {
		t.Errorf("months %v, %v", months, err)
	}
	causes, err := d.Causes(t.Context(), everything, view)
	if err != nil || len(causes) != 0 {
		t.Errorf("causes %v, %v", causes, err)
	}
	if _, err := q.Difference(t.Context(), run, run); problem.Code(err) != "difference_of_one" {
		t.Errorf("a run and itself: %v", err)
	}
	if _, err := q.Difference(t.Context(), run, 99); problem.Code(err) != "run_unknown" {
		t.Errorf("a run that there is not: %v", err)
	}
}

// TestMovementsAddUp holds over a random province, after its records were corrected and after its pack was changed, that the movements of units
// add up to those of causes, of regions, industries, sizes and months, and to the total, and that twice the same is nothing.
func TestMovementsAddUp(t *testing.T) {
	province := fixture.NewRandom(5, 150)
	pack, other := fixture.RandomPack(t, 11), fixture.RandomPack(t, 12)
	province.Obey(t, pack)
	q := fixture.Open(t)
	fixture.Load(t, q, province.UnitsFile(), fixture.RecordsFile(province.Before()))
	fixture.Recompute(t, q, pack)
	fixture.Load(t, q, province.RecordsFile())
	fixture.Recompute(t, q, pack)
	fixture.Recompute(t, q, other)
	for _, pair := range [][2]uint32{{2, 1}, {3, 2}, {3, 1}, {1, 3}} {
		d := difference(t, q, pair[0], pair[1])
		for _, scope := range []filter.Scope{everything, filter.Regions("320100", "320506")} {
			view, err := d.Complete(queries.View{Window: period.Range{From: 201801, To: 202012}, Payers: contribution.Payers})
			if problem.Code(err) == "difference_no_comparison" {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			addsUp(t, fmt.Sprint(pair, " ", scope.Prefixes()), d, scope, view)
			if pair != [2]uint32{2, 1} {
				continue
			}
			for _, narrow := range []queries.Narrow{{Size: "small"}, {Industry: "C"}, {Region: "320100"}, {Insurance: "pension"}} {
				view.Narrow = narrow
				addsUp(t, fmt.Sprintf("%v %v %+v", pair, scope.Prefixes(), narrow), d, scope, view)
			}
		}
	}
}

func addsUp(t *testing.T, name string, d *queries.Difference, scope filter.Scope, view queries.View) {
	t.Helper()
	before, after, err := d.Sides(t.Context(), scope, view)
	if err != nil {
		t.Fatal(err)
	}
	type sums struct{ old, new, charged int64 }
	minus := func(total *sums, sign int64, b queries.Burden) {
		total.old += sign * int64(b.Old)
		total.new += sign * int64(b.New)
		total.charged += sign * int64(b.Charged)
	}
	var want sums
	minus(&want, 1, after.Total.Burden)
	minus(&want, -1, before.Total.Burden)
	got := map[string]*sums{}
	at := func(what string) *sums {
		if got[what] == nil {
			got[what] = &sums{}
		}
		return got[what]
	}
	for sign, side := range map[int64]queries.Side{1: after, -1: before} {
		for what, rows := range map[string][]queries.MemberRow{"regions": side.ByRegion, "industries": side.ByIndustry, "sizes": side.BySize} {
			for _, r := range rows {
				minus(at(what), sign, r.Burden)
			}
		}
		for _, r := range side.ByPeriod {
			minus(at("months"), sign, r.Burden)
		}
	}
	units, err := d.Units(t.Context(), scope, view, queries.UnitPage{Then: queries.AnyState, Now: queries.AnyState, Most: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	for i := range units {
		u := &units[i]
		minus(at("units"), 1, u.After())
		minus(at("units"), -1, u.Before())
		for _, c := range u.Causes {
			minus(at("causes of units"), 1, queries.Burden{Old: c.Old, New: c.New, Charged: c.Charged})
		}
	}
	causes, err := d.Causes(t.Context(), scope, view)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range causes {
		minus(at("causes"), 1, queries.Burden{Old: c.Old, New: c.New, Charged: c.Charged})
		if c.Cause == "program" {
			t.Errorf("%s: %d units moved without a cause", name, c.Units)
		}
	}
	if len(units) == 0 || want == (sums{}) {
		t.Errorf("%s: nothing moved", name)
	}
	for what, sum := range got {
		if *sum != want {
			t.Errorf("%s: %s move by %v, the total by %v", name, what, *sum, want)
		}
	}
	for _, u := range units[:min(len(units), 25)] { // the rule in Go splits every one without a rest
		one, err := d.Unit(t.Context(), scope, view, u.UnitID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range one.Months {
			if m.Split && m.ByProgram != (queries.Burden{}) {
				t.Errorf("%s: %s, %s: %+v is left", name, u.UnitID, m.Period, m.ByProgram)
			}
		}
	}
}

// TestBehindAMovementStandThePersonsWhoseRecordsChanged: B's one person was charged otherwise and C's one was added, in units of
// one and two; A's one person moved with the registration, in April and May, and is all of June.
func TestBehindAMovementStandThePersonsWhoseRecordsChanged(t *testing.T) {
	persons, err := difference(t, differing(t), 2, 1).Persons(t.Context(), everything, spring(contribution.Employer))
	if err != nil {
		t.Fatal(err)
	}
	for member, want := range map[[2]string]int64{{"total", ""}: 1, {"month", "201904"}: 1, {"month", "201905"}: 3, {"month", "201906"}: 1,
		{"region", "320100"}: 1, {"region", "320500"}: 1, {"size", "small"}: 1, {"size", "micro"}: 1, {"size", "large"}: 1, {"section", "F"}: 1} {
		if got := persons[member]; got != want {
			t.Errorf("%v: %d persons, want %d", member, got, want)
		}
	}
	if _, moved := persons[[2]string{"section", "H"}]; moved {
		t.Error("D did not move")
	}
}

// TestAPackThatMovesOnePersonIsAboutOnePerson: of D's four persons one earns 20,000. A pack with a cap of 15,000 for 14,000
// moves that one alone, and behind what the runs give differently stands one person, not the unit's four.
func TestAPackThatMovesOnePersonIsAboutOnePerson(t *testing.T) {
	q := fixture.Computed(t)
	records := fixture.RecordsHeader
	for i, wage := range []string{"6000", "7000", "20000"} {
		records += fmt.Sprintf("05-D9%d,%s,2019-05,pension,normal,d9%d,1,%s,%s,0.16,%d,0.08,0,2019-05-15,,etax\n", i, fixture.D, i, wage, wage, i)
	}
	fixture.Load(t, q, records)
	fixture.Recompute(t, q, fixture.Pack(t))
	files := fixture.PackFiles()
	bases := files[policy.BasesFile]
	bases.Data = []byte(strings.Replace(string(bases.Data), ",3500,14000,", ",3500,15000,", 1))
	fixture.Recompute(t, q, fixture.PackOf(t, files))
	view := spring(contribution.Employer)
	view.Narrow.Region = "320500"
	persons, err := difference(t, q, 3, 2).Persons(t.Context(), everything, view)
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range [][2]string{{"total", ""}, {"region", "320506"}, {"size", "small"}, {"cause", "policy"}} {
		if n, ok := persons[member]; !ok || n != 1 {
			t.Errorf("behind %v stand %d persons, moved %v, want 1", member, n, ok)
		}
	}
}
