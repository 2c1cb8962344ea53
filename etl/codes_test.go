package etl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jianfu/etl"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// packOfCase is the policy pack of one of the cases under testdata/cases.
func packOfCase(t *testing.T, folder string) *policy.Pack {
	t.Helper()
	pack, err := policy.Load(os.DirFS(filepath.Join("../testdata/cases", filepath.FromSlash(folder))))
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// recomputed computes a store with a pack.
func recomputed(t *testing.T, q *queries.Queries, pack *policy.Pack) etl.Recomputed {
	t.Helper()
	result, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, Sample: 10, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestACoalMineWhoseCodeLostItsZeroStaysOne: there is no group 610, and 0610 is coal.
func TestACoalMineWhoseCodeLostItsZeroStaysOne(t *testing.T) {
	const folder = "10-industry-lost-zero/"
	q := fixture.Open(t)
	loaded, err := brought(t, q, nil, folder+"units.csv", folder+"c.csv")
	if err != nil || fmt.Sprint(loaded[0].Notes) != "[{industries_restored 1}]" {
		t.Fatalf("%v, %v", loaded, err)
	}
	versions, err := q.UnitVersions(t.Context(), filter.Everything(), queries.LoadIDs([]queries.Load{loaded[0].Load}), nil)
	if err != nil || len(versions) != 2 {
		t.Fatalf("%v, %v", versions, err)
	}
	for _, v := range versions {
		if v.IndustryCode != "B0610" || v.Size.String() != "medium" {
			t.Errorf("%s: %s, %s", v.Name, v.IndustryCode, v.Size)
		}
	}
}

// unitsWith is a units file with these industry codes, registration types and elections.
func unitsWith(rows ...[3]string) string {
	ids := []string{fixture.A, fixture.B, fixture.C, fixture.D}
	var b strings.Builder
	b.WriteString("unit_id,name,region_code,industry_code,registration_type,unit_kind,employees,elections\n")
	for i, row := range rows {
		fmt.Fprintf(&b, "%s,甲,320102,%s,%s,enterprise,30,%s\n", ids[i], row[0], row[1], row[2])
	}
	return b.String()
}

func TestCodesOfUnitsThatNeedALookAreCounted(t *testing.T) {
	for name, test := range map[string]struct {
		rows  [][3]string
		notes string
	}{
		"codes as they should be":                           {[][3]string{{"0610", "173", ""}, {"111", "", ""}, {"6110", "", ""}}, "[]"},
		"three digits that lost their zero, and may have":   {[][3]string{{"620", "173", ""}, {"111", "", ""}, {"3311", "", ""}}, "[{industries_restored 1} {industries_short 1}]"},
		"three digits alone are groups":                     {[][3]string{{"111", "", ""}, {"331", "", ""}}, "[]"},
		"one digit is a division that lost its zero":        {[][3]string{{"6", "", ""}}, "[{industries_restored 1}]"},
		"a number with a point behind":                      {[][3]string{{"610.0", "", ""}}, "[{industries_restored 1}]"},
		"a letter, and digits that lost their zero":         {[][3]string{{"B610", "", ""}}, "[{industries_restored 1}]"},
		"a code of the edition of 2011":                     {[][3]string{{"3262", "", ""}}, "[{industries_unlisted 1}]"},
		"types as registers hold them":                      {[][3]string{{"", "有限责任公司(自然人投资或控股)", ""}, {"", "自然人独资", ""}, {"", "有限责任公司（台港澳法人独资）", ""}}, "[]"},
		"a type that nobody knows does not cost the unit":   {[][3]string{{"", "星际企业", ""}, {"", "173", ""}}, "[{registrations_other 1}]"},
		"elections are not looked at before the recompute":  {[][3]string{{"", "", "Rate;下限过渡"}}, "[]"},
		"a class of no group keeps its division, one of 00": {[][3]string{{"6100", "", ""}}, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			q := fixture.Open(t)
			loader := etl.Loader{Queries: q, Now: fixture.Now}
			loaded, err := loader.Load(t.Context(), []string{fixture.File(t, "units.csv", unitsWith(test.rows...))})
			if err != nil || int(loaded[0].Accepted) != len(test.rows) || fmt.Sprint(loaded[0].Notes) != test.notes {
				t.Errorf("%+v, %v", loaded, err)
			}
		})
	}
}

// TestElectionsThatNoMeasureHasAreTold: they have no effect, and small letters and capitals make no difference.
func TestElectionsThatNoMeasureHasAreTold(t *testing.T) {
	const folder = "15-election-unknown/"
	q := fixture.Open(t)
	if _, err := brought(t, q, nil, folder+"units.csv", folder+"c.csv"); err != nil {
		t.Fatal(err)
	}
	result := recomputed(t, q, packOfCase(t, folder+"pack"))
	if got := fmt.Sprint(result.Unknown); got != "[{bases 1} {下限过渡 1} {是 1}]" {
		t.Errorf("unknown elections %s", got)
	}
	// 3,103.00 × 16 % for the two that elected the floor, 3,639.00 × 16 % for the others.
	var owed []string
	f, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, unit := range []string{"91640104MA00020010", "91640104MA00020023", "91640104MA00020036", "91640104MA0002006F"} {
		cases, err := f.CasesOf(t.Context(), filter.Everything(), unit)
		if err != nil || len(cases) != 1 {
			t.Fatal(cases, err)
		}
		owed = append(owed, cases[0].New.String())
	}
	if got := strings.Join(owed, " "); got != "496.48 496.48 582.24 582.24" {
		t.Errorf("new burdens %s", got)
	}
}

// TestMonthsWithoutLimitsAreTold: their wages count as they are.
func TestMonthsWithoutLimitsAreTold(t *testing.T) {
	const folder = "09-pack-gap-in-limits/"
	q := fixture.Open(t)
	if _, err := brought(t, q, nil, folder+"units.csv", folder+"c.csv"); err != nil {
		t.Fatal(err)
	}
	if gaps := recomputed(t, q, packOfCase(t, folder+"gap")).Gaps; len(gaps) == 0 || gaps[0].Area != "320000" || gaps[0].From.String() != "2019-05" {
		t.Errorf("gaps %+v", gaps)
	}
	if gaps := recomputed(t, q, packOfCase(t, folder+"pack")).Gaps; len(gaps) > 0 {
		t.Errorf("the whole pack: %+v", gaps)
	}
}

// TestAMonthThatHardlyCanBeMeantIsAskedAbout: one line of 2091-05 would be the last month of every page.
func TestAMonthThatHardlyCanBeMeantIsAskedAbout(t *testing.T) {
	const folder = "14-month-far-ahead/"
	q := fixture.Open(t)
	if _, err := brought(t, q, nil, folder+"units.csv", folder+"c.csv"); problem.Code(err) != etl.MonthAhead || !strings.Contains(fmt.Sprint(err), "2091-05") {
		t.Fatalf("%v", err)
	}
	if loads, err := q.Loads(t.Context()); err != nil || len(loads) != 0 {
		t.Errorf("%d loads, %v: nothing is visible of what was stopped", len(loads), err)
	}
	if loaded, err := brought(t, q, []string{etl.MonthAhead}, folder+"units.csv", folder+"c.csv"); err != nil || loaded[1].Accepted != 9 {
		t.Errorf("told to go on: %+v, %v", loaded, err)
	}
}

func TestMonthsFarFromAllOthersAreAskedAbout(t *testing.T) {
	months := func(list ...string) string { // one line each, but 20 of the first
		text := bigFile("k", list[0], 20, 800)
		for i, m := range list[1:] {
			text += strings.TrimPrefix(bigFile(fmt.Sprint("m", i), m, 1, 800), fixture.RecordsHeader)
		}
		return text
	}
	for name, test := range map[string]struct{ text, code string }{
		"neighbours":                        {months("2019-05", "2019-04", "2018-12"), ""},
		"a wrong decade":                    {months("2019-05", "2009-05"), etl.MonthFar},
		"the next month":                    {months("2020-01", "2020-02"), etl.MonthAhead},
		"the month of the load":             {months("2020-01"), ""},
		"a back payment of long ago":        {strings.Replace(months("2019-05", "2009-05"), "2009-05,pension,normal", "2009-05,pension,back_payment", 1), ""},
		"a back payment of a month to come": {strings.Replace(months("2019-05", "2029-05"), "2029-05,pension,normal", "2029-05,pension,back_payment", 1), etl.MonthAhead},
		"one month alone":                   {months("2012-05"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			q := fixture.Open(t)
			fixture.Load(t, q, fixture.Units())
			loader := etl.Loader{Queries: q, Now: fixture.Now}
			_, err := loader.Load(t.Context(), []string{fixture.File(t, "c.csv", test.text)})
			if got := problem.Code(err); got != test.code || (err == nil) != (test.code == "") {
				t.Errorf("%v, want %q", err, test.code)
			}
		})
	}
	t.Run("a registration that holds from 2091 on", func(t *testing.T) {
		loader := etl.Loader{Queries: fixture.Open(t), Now: fixture.Now}
		text := strings.Replace(strings.Replace(unitsWith([3]string{}), "elections\n", "elections,valid_from\n", 1), ",30,\n", ",30,,2091-05\n", 1)
		if _, err := loader.Load(t.Context(), []string{fixture.File(t, "units.csv", text)}); problem.Code(err) != etl.MonthAhead {
			t.Error(err)
		}
	})
}

func TestWhatWasReceivedTooEarlyOrLaterThanTodayIsCounted(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units())
	text := bigFile("k", "2019-05", 4, 800)
	for i, day := range []string{"2019-04-01", "2019-03-31", "2020-01-16", "2020-01-17"} {
		text = strings.Replace(text, "2019-05-15,,etax\n", day+",,"+[]string{"etax", "hall", "bank", "app"}[i]+"\n", 1)
	}
	loader := etl.Loader{Queries: q, Now: fixture.Now}
	loaded, err := loader.Load(t.Context(), []string{fixture.File(t, "c.csv", text)})
	if err != nil || fmt.Sprint(loaded[0].Notes) != "[{received_early 1} {received_ahead 1}]" {
		t.Errorf("%+v, %v", loaded, err)
	}
}
