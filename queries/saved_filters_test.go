package queries_test

import (
	"testing"
	"time"

	"jianfu/internal/fixture"
	"jianfu/queries"
)

func TestFiltersAreKeptForTheirAccountAndList(t *testing.T) {
	q := fixture.Open(t)
	at := time.Date(2019, 6, 3, 4, 0, 0, 0, time.UTC)
	save := func(account, list, name, address string) {
		t.Helper()
		at = at.Add(time.Millisecond)
		if err := q.SaveFilter(t.Context(), account, list, queries.SavedFilter{Name: name, Address: address, SavedAt: at}); err != nil {
			t.Fatal(err)
		}
	}
	save("chen", "cases", "小微未降", "size=micro&state=none")
	save("chen", "cases", "全部", "")
	save("chen", "issues", "小微未降", "size=small")
	save("lu", "cases", "小微未降", "size=small")
	save("chen", "cases", "小微未降", "size=micro&state=increased")
	check := func(account, list string, want ...string) {
		t.Helper()
		got, err := q.SavedFilters(t.Context(), account, list)
		if err != nil || len(got) != len(want)/2 {
			t.Fatalf("%s keeps %+v, %v", account, got, err)
		}
		for i, f := range got {
			if f.Name != want[2*i] || f.Address != want[2*i+1] {
				t.Errorf("%s keeps %+v, want %s", account, f, want[2*i:2*i+2])
			}
		}
	}
	check("chen", "cases", "全部", "", "小微未降", "size=micro&state=increased")
	check("chen", "issues", "小微未降", "size=small")
	check("lu", "cases", "小微未降", "size=small")
	if err := q.DropFilter(t.Context(), "chen", "cases", "小微未降", at.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	check("chen", "cases", "全部", "")
	check("lu", "cases", "小微未降", "size=small")
	if err := q.RenameFilter(t.Context(), "lu", "cases", queries.SavedFilter{Name: "小微未降", Address: "size=small"}, "小型", at.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	check("lu", "cases", "小型", "size=small")
	at = at.Add(time.Minute)
	save("chen", "cases", "小微未降", "size=micro")
	check("chen", "cases", "全部", "", "小微未降", "size=micro")
}
