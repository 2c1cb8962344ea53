package queries_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/queries"
)

// TestTheCrossingOfTheSmallWorldIsAsByHand compares with the sums in the comment of package world.
func TestTheCrossingOfTheSmallWorldIsAsByHand(t *testing.T) {
	q := fixture.Computed(t)
	f := figures(t, q)
	write := func(cells []queries.CrossCell) string {
		var lines []string
		for _, c := range cells {
			lines = append(lines, fmt.Sprint(c.Row, "+", c.Column, ": ", c.Old, " ", c.New, " ", c.Charged, " ", c.Units, " ", c.Headcount, " ", c.States))
		}
		return strings.Join(lines, "\n")
	}
	narrow := func(n queries.Narrow) queries.View { v := may(contribution.Employer); v.Narrow = n; return v }
	for _, c := range []struct {
		name, rows, columns string
		scope               filter.Scope
		view                queries.View
		want                string
	}{
		{"cities and sizes", queries.ByRegion, queries.BySize, everything, may(contribution.Employer),
			"320100+large: 2100.00 1700.00 1700.00 1 1 {1 0 0 0 0}\n320100+small: 3000.00 2240.00 3000.00 1 1 {0 0 1 0 0}\n" +
				"320500+micro: 600.00 560.00 560.00 1 1 {1 0 0 0 0}\n320500+small: 2000.00 1600.00 2400.00 1 2 {0 0 0 1 0}"},
		{"sizes and sections of one city", queries.BySize, queries.ByIndustry, everything, narrow(queries.Narrow{Region: "320100"}),
			"large+C: 2100.00 1700.00 1700.00 1 1 {1 0 0 0 0}\nsmall+F: 3000.00 2240.00 3000.00 1 1 {0 0 1 0 0}"},
		{"counties of a city's reader, by month", queries.ByRegion, queries.ByMonth, filter.Regions("320500"), may(contribution.Employer),
			"320505+201905: 600.00 560.00 560.00 0 0 {0 0 0 0 0}\n320506+201905: 2000.00 1600.00 2400.00 0 0 {0 0 0 0 0}"},
		{"nothing outside of a scope", queries.ByRegion, queries.BySize, filter.Regions("110000"), may(contribution.Employer), ""},
		{"nothing of a region outside of a scope", queries.ByRegion, queries.BySize, filter.Regions("320500"), narrow(queries.Narrow{Region: "320100"}), ""},
	} {
		cells, err := f.Cross(t.Context(), c.scope, c.view, c.rows, c.columns)
		if got := write(cells); err != nil || got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s\n%v", c.name, got, c.want, err)
		}
	}
}

// TestCrossingsAddUpToTheirMembers compares the sums of rows and columns with what Members says, on random provinces and
// in narrowed views, and the cells with what the page of the crossing says.
func TestCrossingsAddUpToTheirMembers(t *testing.T) {
	_, _, f := province(t, 21)
	levels := func(n queries.Narrow) map[string]string {
		below := map[string]string{queries.ByRegion: "city", queries.ByIndustry: "section", queries.BySize: "size"}
		if n.Region != "" {
			below[queries.ByRegion] = map[bool]string{true: "county", false: "city"}[n.Region[2:4] != "00"]
		}
		if n.Industry != "" {
			below[queries.ByIndustry] = "division"
		}
		return below
	}
	for _, base := range views(f) {
		for _, n := range []queries.Narrow{{}, {Region: "320000"}, {Region: "320500"}, {Industry: "C"}, {Size: "small"}, {Insurance: "pension", UnitKind: "enterprise"}} {
			v := base
			v.Narrow = n
			by := levels(n)
			for _, pair := range [][2]string{{queries.ByRegion, queries.ByIndustry}, {queries.ByRegion, queries.BySize}, {queries.ByIndustry, queries.BySize}} {
				name := fmt.Sprint(v.Comparison, v.Payers, n, pair)
				cells, err := f.Cross(t.Context(), everything, v, pair[0], pair[1])
				if err != nil || len(cells) == 0 {
					t.Fatalf("%s: %d cells, %v", name, len(cells), err)
				}
				for side, key := range map[int]func(queries.CrossCell) string{0: func(c queries.CrossCell) string { return c.Row }, 1: func(c queries.CrossCell) string { return c.Column }} {
					sums := map[string]queries.Burden{}
					for _, c := range cells {
						b := sums[key(c)]
						sums[key(c)] = queries.Burden{Old: b.Old + c.Old, New: b.New + c.New, Charged: b.Charged + c.Charged}
					}
					rows, err := f.Members(t.Context(), everything, v, by[pair[side]])
					if err != nil || len(rows) != len(sums) {
						t.Fatalf("%s: %d members, the cells have %d; %v", name, len(rows), len(sums), err)
					}
					for _, r := range rows {
						if sums[r.Key] != r.Burden {
							t.Errorf("%s: the cells of %s add up to %v, want %v", name, r.Key, sums[r.Key], r.Burden)
						}
					}
				}
				c := cells[len(cells)/2]
				below := narrowed(narrowed(v, by[pair[0]], c.Row), by[pair[1]], c.Column)
				total, err := f.Members(t.Context(), everything, below, "total")
				if err != nil || len(total) != 1 {
					t.Fatalf("%s: %d totals, %v", name, len(total), err)
				}
				want := queries.MemberRow{Sums: c.Sums, Units: c.Units, Headcount: c.Headcount, States: c.States, Effects: total[0].Effects}
				if !reflect.DeepEqual(total[0], want) {
					t.Errorf("%s: the page of %s and %s says %+v, the cell said %+v", name, c.Row, c.Column, total[0], want)
				}
			}
			months, err := f.Months(t.Context(), everything, v)
			if err != nil {
				t.Fatal(err)
			}
			cells, err := f.Cross(t.Context(), everything, v, queries.ByRegion, queries.ByMonth)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range months {
				var sum queries.Burden
				for _, c := range cells {
					if c.Column == m.Period.Number() {
						sum = queries.Burden{Old: sum.Old + c.Old, New: sum.New + c.New, Charged: sum.Charged + c.Charged}
					}
				}
				if sum != m.Burden {
					t.Errorf("%s %v: the members of %s add up to %v, want %v", v.Comparison, n, m.Period, sum, m.Burden)
				}
			}
		}
	}
}
