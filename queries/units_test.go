package queries_test

import (
	"fmt"
	"strings"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// unitsText writes a list: names with state and what the reason explains; then the totals.
func unitsText(l queries.UnitList) string {
	var parts []string
	for _, r := range l.Rows {
		part := fmt.Sprint(r.Name, " ", r.State)
		if l.Explained != 0 {
			part += fmt.Sprint(" ", r.Explained)
		}
		parts = append(parts, part)
	}
	return fmt.Sprint(strings.Join(parts, ", "), "; ", l.Units, " ", l.Headcount, " ", l.Total.Old, " ", l.Total.New, " ", l.Total.Charged)
}

func units(t *testing.T, f *queries.Figures, scope filter.Scope, v queries.View, query queries.UnitQuery) queries.UnitList {
	t.Helper()
	if query.Most == 0 {
		query.Most = 50
	}
	list, err := f.Units(t.Context(), scope, v, query)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func search(t *testing.T, text string) queries.UnitSearch {
	t.Helper()
	s, err := queries.ReadUnitSearch(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestUnitsAreListedAsByHand(t *testing.T) {
	f := figures(t, fixture.Computed(t))
	employer := may(contribution.Employer)
	narrowed := func(n queries.Narrow) queries.View { v := employer; v.Narrow = n; return v }
	all := "; 4 5 7700.00 6100.00 7660.00"
	for name, c := range map[string]struct {
		view  queries.View
		scope filter.Scope
		query queries.UnitQuery
		want  string
	}{
		"by unit": {employer, everything, queries.UnitQuery{Sort: "unit_id"}, "玄武机械厂 full, 秦淮百货 none, 虎丘软件 full, 吴中餐馆 increased" + all},
		"by shortfall, the largest first": {employer, everything, queries.UnitQuery{Sort: "shortfall", Descending: true},
			"吴中餐馆 increased, 秦淮百货 none, 玄武机械厂 full, 虎丘软件 full" + all},
		"by reading": {employer, everything, queries.UnitQuery{Sort: "name"}, "虎丘软件 full, 秦淮百货 none, 吴中餐馆 increased, 玄武机械厂 full" + all},
		"by reading, the last first": {employer, everything, queries.UnitQuery{Sort: "name", Descending: true},
			"玄武机械厂 full, 吴中餐馆 increased, 秦淮百货 none, 虎丘软件 full" + all},
		"by state":     {employer, everything, queries.UnitQuery{Sort: "state"}, "吴中餐馆 increased, 秦淮百货 none, 玄武机械厂 full, 虎丘软件 full" + all},
		"by headcount": {employer, everything, queries.UnitQuery{Sort: "headcount", Descending: true}, "吴中餐馆 increased, 玄武机械厂 full, 秦淮百货 none, 虎丘软件 full" + all},
		"a page":       {employer, everything, queries.UnitQuery{Sort: "unit_id", Skip: 1, Most: 2}, "秦淮百货 none, 虎丘软件 full" + all},
		"a state":      {employer, everything, queries.UnitQuery{Sort: "unit_id", State: "full"}, "玄武机械厂 full, 虎丘软件 full; 2 2 2700.00 2260.00 2260.00"},
		"a reason": {employer, everything, queries.UnitQuery{Sort: "reason", Reason: "base_over_cap"},
			"秦淮百货 none 160.00; 1 1 3000.00 2240.00 3000.00"},
		"a reason of nobody":   {employer, everything, queries.UnitQuery{Reason: "refund"}, "; 0 0 0.00 0.00 0.00"},
		"a scope":              {employer, filter.Regions("320500"), queries.UnitQuery{Sort: "unit_id"}, "虎丘软件 full, 吴中餐馆 increased; 2 3 2600.00 2160.00 2960.00"},
		"nothing of a scope":   {employer, filter.Scope{}, queries.UnitQuery{}, "; 0 0 0.00 0.00 0.00"},
		"a county":             {narrowed(queries.Narrow{Region: "320506"}), everything, queries.UnitQuery{}, "吴中餐馆 increased; 1 2 2000.00 1600.00 2400.00"},
		"an insurance":         {narrowed(queries.Narrow{Insurance: "unemployment"}), everything, queries.UnitQuery{}, "玄武机械厂 no_due; 1 1 100.00 100.00 100.00"},
		"a size":               {narrowed(queries.Narrow{Size: "small"}), everything, queries.UnitQuery{Sort: "unit_id"}, "秦淮百货 none, 吴中餐馆 increased; 2 3 5000.00 3840.00 5400.00"},
		"a word":               {employer, everything, queries.UnitQuery{Search: search(t, "机械")}, "玄武机械厂 full; 1 1 2100.00 1700.00 1700.00"},
		"words in any order":   {employer, everything, queries.UnitQuery{Search: search(t, "软件　虎")}, "虎丘软件 full; 1 1 600.00 560.00 560.00"},
		"initials":             {employer, everything, queries.UnitQuery{Search: search(t, "WZC")}, "吴中餐馆 increased; 1 2 2000.00 1600.00 2400.00"},
		"initials in the name": {employer, everything, queries.UnitQuery{Search: search(t, "ｒｊ")}, "虎丘软件 full; 1 1 600.00 560.00 560.00"},
		"a reading":            {employer, everything, queries.UnitQuery{Search: search(t, "qinhuai")}, "秦淮百货 none; 1 1 3000.00 2240.00 3000.00"},
		"a code":               {employer, everything, queries.UnitQuery{Search: search(t, strings.ToLower(fixture.B))}, "秦淮百货 none; 1 1 3000.00 2240.00 3000.00"},
		"the beginning of one": {employer, everything, queries.UnitQuery{Search: search(t, fixture.B[:16]), Sort: "unit_id"}, unitsText(units(t, f, everything, employer, queries.UnitQuery{Sort: "unit_id"}))},
		"a code of elsewhere":  {employer, filter.Regions("320500"), queries.UnitQuery{Search: search(t, fixture.B)}, "; 0 0 0.00 0.00 0.00"},
	} {
		if got := unitsText(units(t, f, c.scope, c.view, c.query)); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestWhatIsTypedIsReadAsACodeOrAsWords(t *testing.T) {
	wrongCheck := fixture.A[:17] + "0"
	if fixture.A[17] == '0' {
		wrongCheck = fixture.A[:17] + "1"
	}
	for typed, want := range map[string]string{
		"":                         "{ []}",
		" \t":                      "{ []}",
		"江苏　化工（集团）":                "{ [江苏 化工集团]}",
		"JSHG":                     "{ [jshg]}",
		"ma5":                      "{MA5 [ma5]}",
		fixture.A:                  "{" + fixture.A + " []}",
		strings.ToLower(fixture.A): "{" + fixture.A + " []}",
		"９１３２ ００-００":               "{91320000 []}",
		"9132000O":                 "unit_search_code_character",
		"9132o":                    "{ [9132o]}",
		wrongCheck:                 "unit_search_code_check",
		fixture.A + "1":            "unit_search_code_long",
		"（）":                       "unit_search_empty",
		"ABCDEFGHJKLMNPQRT9":       "unit_search_code_check",
		"abcdefghijklmnopqr":       "{ [abcdefghijklmnopqr]}",
		"91320000000000001\x00":    "{ [91320000000000001]}",
		strings.Repeat("长", 1000):  "{ [" + strings.Repeat("长", 1000) + "]}",
	} {
		s, err := queries.ReadUnitSearch(typed)
		got := fmt.Sprint(s)
		if err != nil {
			got = problem.Code(err)
		}
		if got != want {
			t.Errorf("%q is read as %s, want %s", typed, got, want)
		}
	}
}

// TestListsAgreeWithTheCells: for every narrowing, list, states and reasons come to what the dashboards show.
func TestListsAgreeWithTheCells(t *testing.T) {
	for _, seed := range []uint64{4, 5} {
		_, _, f := province(t, seed)
		for _, v := range views(f) {
			for _, narrow := range []queries.Narrow{{}, {Region: "320500"}, {Industry: "C"}, {Size: "small"}, {UnitKind: "institution"}, {Insurance: "pension"}, {Insurance: "work_injury", Region: "440000"}} {
				v.Narrow = narrow
				listsAgree(t, f, v)
			}
		}
	}
}

func listsAgree(t *testing.T, f *queries.Figures, v queries.View) {
	t.Helper()
	name := fmt.Sprint(v.Comparison, v.Payers, v.Narrow)
	members, err := f.Members(t.Context(), everything, v, "total")
	if err != nil {
		t.Fatal(err)
	}
	total := queries.MemberRow{}
	if len(members) > 0 {
		total = members[0]
	}
	list := units(t, f, everything, v, queries.UnitQuery{Sort: "old", Most: 1000})
	if list.Units != total.Units || list.Total != total.Sums || uint64(len(list.Rows)) != list.Units {
		t.Errorf("%s: the list has %d units and %+v, the cell %d and %+v", name, list.Units, list.Total, total.Units, total.Burden)
	}
	var pages []queries.UnitRow
	for skip := uint64(0); skip < list.Units; skip += 37 {
		pages = append(pages, units(t, f, everything, v, queries.UnitQuery{Sort: "old", Skip: skip, Most: 37}).Rows...)
	}
	if fmt.Sprint(pages) != fmt.Sprint(list.Rows) {
		t.Errorf("%s: page by page there are other units than at once", name)
	}
	for state, count := range map[string]uint64{"full": total.States.Full, "partial": total.States.Partial, "none": total.States.None,
		"increased": total.States.Increased, "no_due": total.States.NoDue} {
		if n := units(t, f, everything, v, queries.UnitQuery{State: state}).Units; n != count {
			t.Errorf("%s: %d units are %s, the cell has %d", name, n, state, count)
		}
	}
	reasons, err := f.Reasons(t.Context(), everything, v)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reasons {
		list := units(t, f, everything, v, queries.UnitQuery{Reason: r.Reason, Sort: "reason", Most: 1000})
		var sum money.Fen
		for _, row := range list.Rows {
			sum += row.Explained
		}
		if list.Units != r.Units || list.Explained != r.Amount || sum != r.Amount {
			t.Errorf("%s: %s explains %v of %d units, the cell says %v of %d", name, r.Reason, list.Explained, list.Units, r.Amount, r.Units)
		}
	}
}

// TestNamesOfEarlierProgramsAreFilledIn: registrations that a program before this one wrote are found after the next pass.
func TestNamesOfEarlierProgramsAreFilledIn(t *testing.T) {
	q := fixture.Open(t)
	unit := contribution.Unit{ID: fixture.A, Name: "玄武机械厂", RegionCode: "320102", EconomicType: contribution.OtherType,
		Kind: contribution.Enterprise, Size: contribution.Small, FloatFactor: money.One}
	if err := q.InsertUnits(t.Context(), 1, []queries.UnitLine{{Line: 1, Unit: unit}}); err != nil {
		t.Fatal(err)
	}
	if err := q.PublishLoads(t.Context(), []queries.Load{{ID: 1, Kind: "units", Periods: []uint32{0}, UnknownColumns: []string{}}}); err != nil {
		t.Fatal(err)
	}
	fixture.Load(t, q, strings.Replace(fixture.Units(), fixture.A+",玄武机械厂", fixture.UnitID(9)+",别的厂", 1), fixture.Records())
	fixture.Recompute(t, q, fixture.Pack(t))
	f := figures(t, q)
	if got := units(t, f, everything, may(contribution.Employer), queries.UnitQuery{Search: search(t, "xwjx")}); len(got.Rows) != 1 || got.Rows[0].UnitID != fixture.A {
		t.Errorf("found %+v", got)
	}
}
