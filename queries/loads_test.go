package queries_test

import (
	"fmt"
	"strings"
	"testing"

	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/queries"
)

// faulty are records of the small world that cannot be loaded: one of a unit in Nanjing, one of a unit in Suzhou, one of a unit
// that nobody knows, and one that names a unit of each city.
func faulty() string {
	line := func(id, unit, wage string) string {
		return id + "," + unit + ",2019-05,pension,normal,p9,1," + wage + ",5000,0.16,800,0.08,400,2019-05-15,,etax\n"
	}
	return fixture.RecordsHeader + line("07-1", fixture.A, "x") + line("07-2", fixture.D, "y") + line("07-3", fixture.UnitID(77), "5000") +
		line("07-4", fixture.A, fixture.D) + line("07-5", fixture.D, "5000")
}

func TestALoadIsShownAsFarAsItsUnitsLieInTheScope(t *testing.T) {
	q := fixture.Computed(t)
	fixture.Load(t, q, faulty())
	for _, c := range []struct {
		name  string
		scope filter.Scope
		want  string
	}{
		{"everything", filter.Everything(), "3: contributions 5=1+4+0 [201905] 1200.00, 2: contributions 14=14+0+0 [201904 201905] 23080.00 used, 1: units 4=4+0+0 [] 0.00 used"},
		{"the province, which has all units", filter.Regions("320000"), "3: contributions 5=1+4+0 [201905] 1200.00, 2: contributions 14=14+0+0 [201904 201905] 23080.00 used, 1: units 4=4+0+0 [] 0.00 used"},
		{"Suzhou", filter.Regions("320500"), "3: contributions part 1+1 [201905] 1200.00, 2: contributions part 7+0 [201904 201905] 8080.00 used, 1: units part 2+0 [0] 0.00 used"},
		{"Nanjing", filter.Regions("320100"), "3: contributions part 0+1 [] 0.00, 2: contributions part 7+0 [201904 201905] 15000.00 used, 1: units part 2+0 [0] 0.00 used"},
		{"another province", filter.Regions("330000"), ""},
		{"no region", filter.Scope{}, ""},
	} {
		list, err := q.LoadsFor(t.Context(), c.scope)
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, l := range list.Entries {
			counts := fmt.Sprintf("%d=%d+%d+%d", l.Read, l.Accepted, l.Rejected, l.Unchanged)
			if l.Part {
				counts = fmt.Sprintf("part %d+%d", l.Accepted, l.Rejected)
			}
			used := ""
			if l.Used {
				used = " used"
			}
			parts = append(parts, fmt.Sprintf("%d: %s %s %v %s%s", l.ID, l.Kind, counts, l.Periods, l.Payable, used))
		}
		if got := strings.Join(parts, ", "); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

func TestRejectedLinesAreShownAsFarAsTheyNameUnitsInTheScope(t *testing.T) {
	q := fixture.Computed(t)
	fixture.Load(t, q, faulty())
	for _, c := range []struct {
		name   string
		scope  filter.Scope
		want   string
		amount string
	}{
		{"everything", filter.Everything(), "[2 3 4 5]", "[{amount_not_number 3} {unit_not_registered 1}]"},
		{"the province", filter.Regions("320000"), "[2 3 4 5]", "[{amount_not_number 3} {unit_not_registered 1}]"},
		{"Suzhou", filter.Regions("320500"), "[3]", "[{amount_not_number 1}]"},
		{"Nanjing", filter.Regions("320100"), "[2]", "[{amount_not_number 1}]"},
		{"no region", filter.Scope{}, "[]", "[]"},
	} {
		list, err := q.LoadsFor(t.Context(), c.scope)
		if err != nil {
			t.Fatal(err)
		}
		lines := []uint64{}
		each := func(r *queries.Reject) error { lines = append(lines, r.Line); return nil }
		if err := q.RejectsFor(t.Context(), c.scope, &list, 3, "", 0, queries.AllRejects, each); err != nil || fmt.Sprint(lines) != c.want {
			t.Errorf("%s: lines %v, %v, want %s", c.name, lines, err, c.want)
		}
		reasons, err := q.RejectReasonsFor(t.Context(), c.scope, &list, 3)
		if got := fmt.Sprint(reasons); err != nil || got != c.amount {
			t.Errorf("%s: reasons %s, %v, want %s", c.name, got, err, c.amount)
		}
	}
	list, err := q.LoadsFor(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	lines := []uint64{}
	each := func(r *queries.Reject) error { lines = append(lines, r.Line); return nil }
	if err := q.RejectsFor(t.Context(), everything, &list, 3, "amount_not_number", 1, 1, each); err != nil || fmt.Sprint(lines) != "[3]" {
		t.Errorf("the second page of one reason: %v, %v", lines, err)
	}
	header, err := q.Header(t.Context(), 3)
	if err != nil || strings.Join(header.Columns, header.Delimiter)+"\n" != fixture.RecordsHeader {
		t.Errorf("the header is kept as %+v, %v", header, err)
	}
}

func TestAStoreWithoutUnitsIsNobodysWhole(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, "unit_id,name,region_code,industry_code,registration_type,unit_kind\n"+fixture.A+",玄武机械厂,990102,C3411,110,enterprise\n")
	for scope, want := range map[string]int{"000000": 1, "320000": 0, "320100": 0} {
		list, err := q.LoadsFor(t.Context(), filter.Regions(scope))
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		each := func(*queries.Reject) error { lines++; return nil }
		if err := q.RejectsFor(t.Context(), filter.Regions(scope), &list, 1, "", 0, queries.AllRejects, each); err != nil || lines != want || len(list.Entries) != want {
			t.Errorf("%s: %d loads, %d rejected lines, %v, want %d of each", scope, len(list.Entries), lines, err, want)
		}
	}
}
