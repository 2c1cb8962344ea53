package handling

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// openedAt registers an issue from the case of each unit.
func openedAt(t *testing.T, d *Issues, p access.Principal, run uint32, units ...string) []ledger.Issue {
	t.Helper()
	issues := make([]ledger.Issue, len(units))
	for i, unit := range units {
		var err error
		if issues[i], err = d.OpenFromCase(t.Context(), p, run, queries.InCounty{Unit: unit}); err != nil {
			t.Fatal(err)
		}
	}
	return issues
}

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

func fen(yuan int64) int64 { return yuan * 100 }

// In the small world B was charged 600 yuan by the old rate and 160 on the old cap, and D 800 twice.
func TestAnIssueIsOpenedFromACase(t *testing.T) {
	q := fixture.Computed(t)
	d := issuesAt(q)
	chen, wu := somebody("chen", access.Inspector, "320000"), somebody("wu", access.Inspector, "320500")
	issue, err := d.OpenFromCase(t.Context(), chen, 1, queries.InCounty{Unit: fixture.B})
	if err != nil {
		t.Fatal(err)
	}
	want := ledger.Issue{
		ID: issue.ID, Number: "320104-2019-000001", Seq: 1, State: ledger.Registered, Source: ledger.FromSystem, Nature: "found", Category: "policy",
		Severity: "normal", Title: "秦淮百货", Unit: fixture.B, Region: "320104", Industry: "F5211", Size: "small", RaisedOn: "2019-06-03", Bureau: "320104",
		RegisteredBy: "chen", Owner: "chen", RegisteredAt: issue.RegisteredAt, ClockFrom: issue.RegisteredAt, ChangedAt: issue.RegisteredAt,
		Run: 1, Comparison: "all", From: "2019-05", To: "2019-05", Months: []string{"2019-05"}, MeasuredRun: 1,
		Sums: ledger.Sums{Found: 76000, Outstanding: 76000}, Home: "320104",
		Reasons: []ledger.Reason{{Reason: "rate_not_applied", Amount: 60000}, {Reason: "base_over_cap", Amount: 16000}},
		Links:   []ledger.Link{{To: "case", ID: fixture.B}},
	}
	if !reflect.DeepEqual(issue, want) {
		t.Errorf("got  %+v\nwant %+v", issue, want)
	}
	for name, c := range map[string]struct {
		principal access.Principal
		run       uint32
		unit      string
		reasons   []string
		code      string
	}{
		"the same again":                    {chen, 1, fixture.B, nil, "desk_case_open"},
		"one of its reasons":                {chen, 1, fixture.B, []string{"base_over_cap"}, "desk_case_open"},
		"a run that is not the current one": {chen, 2, fixture.D, nil, "desk_other_run"},
		"a unit of another city":            {wu, 1, fixture.B, nil, "desk_no_case"},
		"a unit that has its cut":           {chen, 1, fixture.A, nil, "desk_no_shortfall"},
		"a reason that is not there":        {chen, 1, fixture.D, []string{"rate_not_applied"}, "desk_no_shortfall"},
		"what is no unit":                   {chen, 1, "x' OR 1=1 --" + strings.Repeat("y", 40), nil, "desk_no_case"},
		"by leadership":                     {somebody("lin", access.Leadership, "320000"), 1, fixture.D, nil, "desk_no_case"},
	} {
		if _, err := d.OpenFromCase(t.Context(), c.principal, c.run, queries.InCounty{Unit: c.unit}, c.reasons...); problem.Code(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	other, err := d.OpenFromCase(t.Context(), chen, 1, queries.InCounty{Unit: fixture.D})
	if err != nil || other.Number != "320506-2019-000001" || int64(other.Found) != fen(800) {
		t.Errorf("%+v, %v", other, err)
	}
	if _, err := d.OpenFromCase(t.Context(), chen, 1, queries.InCounty{Unit: fixture.B}); err == nil || !strings.Contains(err.Error(), issue.Number) {
		t.Errorf("the open issue is not named: %v", err)
	}
	rows, err := d.OfUnit(t.Context(), filter.Regions("320000"), []string{fixture.B, fixture.A})
	if err != nil || len(rows) != 1 || rows[0].ID != issue.ID {
		t.Errorf("%+v, %v", rows, err)
	}
	if rows, err = d.OfUnit(t.Context(), filter.Regions("320500"), []string{fixture.B}); err != nil || len(rows) != 0 {
		t.Errorf("another city sees %+v, %v", rows, err)
	}
}

func TestOfManyWhoOpenTheSameCaseOneDoes(t *testing.T) {
	q := fixture.Computed(t)
	var mu sync.Mutex
	var wait sync.WaitGroup
	opened := 0
	for range 5 {
		d := issuesAt(q)
		wait.Go(func() {
			_, err := d.OpenFromCase(t.Context(), somebody("chen", access.Inspector, "320000"), 1, queries.InCounty{Unit: fixture.B})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				opened++
			case problem.Code(err) != "desk_case_open":
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if opened != 1 {
		t.Errorf("%d were opened", opened)
	}
	d := issuesAt(q)
	for _, reason := range []string{"rate_not_applied", "base_over_cap"} { // of another unit they are two
		if _, err := d.OpenFromCase(t.Context(), somebody("chen", access.Inspector, "320000"), 1, queries.InCounty{Unit: fixture.B}, reason); problem.Code(err) != "desk_case_open" {
			t.Error(err)
		}
	}
}

// One issue a reason: each is about its part, and together they are about the whole.
func TestCasesAreCountedByWhatTheyAreAbout(t *testing.T) {
	q := fixture.Computed(t)
	d := issuesAt(q)
	chen := somebody("chen", access.Inspector, "320000")
	for unit, reasons := range map[string][]string{fixture.B: {"rate_not_applied", "base_over_cap"}, fixture.D: {"duplicate_charge"}} {
		for _, reason := range reasons {
			if _, err := d.OpenFromCase(t.Context(), chen, 1, queries.InCounty{Unit: unit}, reason); err != nil {
				t.Fatal(err)
			}
		}
	}
	scope := filter.Regions("320000")
	for by, want := range map[string]string{
		"": ":3:156000", "region": "320100:2:76000 320500:1:80000", "reason": "base_over_cap:1:16000 duplicate_charge:1:80000 rate_not_applied:1:60000",
		"industry": "F:2:76000 H:1:80000", "bureau": "320104:2:76000 320506:1:80000", "state": "registered:3:156000", "age": "to_7:3:156000",
	} {
		counts, err := d.Counts(t.Context(), scope, IssueFilter{}, by)
		var got []string
		for _, c := range counts {
			got = append(got, strings.Join([]string{c.Key, itoa(c.Issues), itoa(uint64(c.Found))}, ":")) //nolint:gosec // not negative
			if c.Found != c.Corrected+c.Exempted+c.Outstanding+c.Reassessed {
				t.Errorf("%s: %+v does not add up", by, c)
			}
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("by %s: got %s, want %s, %v", by, strings.Join(got, " "), want, err)
		}
	}
	for name, c := range map[string]struct {
		filter IssueFilter
		scope  filter.Scope
		want   int
	}{
		"all":                        {IssueFilter{}, scope, 3},
		"those of a city":            {IssueFilter{}, filter.Regions("320500"), 1},
		"nothing without a scope":    {IssueFilter{}, filter.Scope{}, 0},
		"of a county":                {IssueFilter{Region: "320104"}, scope, 2},
		"of an industry":             {IssueFilter{Industry: "H"}, scope, 1},
		"of a size":                  {IssueFilter{Size: "small"}, scope, 3},
		"of a reason":                {IssueFilter{Reason: "base_over_cap"}, scope, 1},
		"of the main reason":         {IssueFilter{MainReason: "rate_not_applied"}, scope, 1},
		"of a unit":                  {IssueFilter{Unit: fixture.D}, scope, 1},
		"by a part of the title":     {IssueFilter{Text: "百货"}, scope, 2},
		"by a part of the number":    {IssueFilter{Text: "320506-2019"}, scope, 1},
		"open":                       {IssueFilter{State: "open"}, scope, 3},
		"done":                       {IssueFilter{State: "done"}, scope, 0},
		"in one of two states":       {IssueFilter{State: "closed,registered"}, scope, 3},
		"whose owner":                {IssueFilter{Account: "chen"}, scope, 3},
		"of nobody":                  {IssueFilter{Handler: "lu"}, scope, 0},
		"with money outstanding":     {IssueFilter{Money: "outstanding"}, scope, 3},
		"with money that came back":  {IssueFilter{Money: "corrected"}, scope, 0},
		"registered on a day":        {IssueFilter{From: 20190603, To: 20190603}, scope, 3},
		"registered later":           {IssueFilter{From: 20190604}, scope, 0},
		"that wait for an extension": {IssueFilter{Asked: true}, scope, 0},
	} {
		rows, found, err := d.List(t.Context(), c.scope, c.filter, IssueSort{By: "found"}, Page{Most: 10})
		if err != nil || len(rows) != c.want || found.Issues != uint64(c.want) { //nolint:gosec // few
			t.Errorf("%s: %d rows, %+v, %v", name, len(rows), found, err)
		}
	}
	rows, found, err := d.List(t.Context(), scope, IssueFilter{}, IssueSort{By: "found", Descending: true}, Page{Skip: 1, Most: 1})
	if err != nil || len(rows) != 1 || int64(rows[0].Found) != fen(600) || found.Issues != 3 || int64(found.Found) != fen(1560) {
		t.Errorf("the second of the largest: %+v, %+v, %v", rows, found, err)
	}
	if _, err := d.Counts(t.Context(), scope, IssueFilter{}, "colour"); problem.Code(err) != "desk_no_dimension" {
		t.Error(err)
	}
	counts, err := d.Counts(t.Context(), scope, IssueFilter{}, "state")
	if steps := FunnelOf(counts); err != nil || len(steps) != 6 || steps[0].Issues != 3 || steps[1].Issues != 0 {
		t.Errorf("%+v, %v", steps, err)
	}
	mine, err := d.Mine(t.Context(), chen)
	if err != nil || mine.Open.Issues != 3 || mine.Overdue != 0 {
		t.Errorf("%+v, %v", mine, err)
	}
}
