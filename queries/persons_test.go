package queries_test

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/queries"
)

// TestPersonsBehindMembers counts the persons of package world: A and B in Nanjing one each, C in Suzhou one and D two,
// in April and in May alike. C's base is the new floor, which the comparison of the rate alone does not know: by that, C was
// charged too much, as B and D were.
func TestPersonsBehindMembers(t *testing.T) {
	q := fixture.Computed(t)
	for name, c := range map[string]struct {
		x, y  string
		scope filter.Scope
		want  string
	}{
		"everything":           {"", "", everything, "+: 5 5"},
		"counties":             {"region", "", everything, "320102+: 1 1, 320104+: 1 1, 320505+: 1 1, 320506+: 2 2"},
		"counties of a city":   {"region", "", filter.Regions("320500"), "320505+: 1 1, 320506+: 2 2"},
		"nothing":              {"region", "", filter.Scope{}, ""},
		"counties and sizes":   {"region", "size", filter.Regions("320100"), "320102+large: 1 1, 320104+small: 1 1"},
		"insurances":           {"insurance", "", everything, "pension+: 5 5, unemployment+: 1 1"},
		"sizes and insurances": {"size", "insurance", everything, "large+pension: 1 1, large+unemployment: 1 1, micro+pension: 1 1, small+pension: 3 3"},
	} {
		behind, err := q.PersonsBehind(t.Context(), c.scope)
		var lines []string
		for _, count := range behind.Counts[[2]string{c.x, c.y}] {
			var persons []uint64
			for i, at := range count.At {
				if !queries.Astray(at) {
					persons = append(persons, count.Persons[i])
				}
			}
			slices.Sort(persons)
			lines = append(lines, strings.TrimSpace(fmt.Sprint(count.X, "+", count.Y, ": ", strings.Trim(fmt.Sprint(persons), "[]"))))
		}
		if got := strings.Join(lines, ", "); err != nil || got != c.want || behind.Run == 0 {
			t.Errorf("%s: %s, want %s; %v", name, got, c.want, err)
		}
	}
	behind, err := q.PersonsBehind(t.Context(), everything)
	units := map[string]uint64{}
	for _, count := range behind.Units[[2]string{"region", "size"}] {
		for i, among := range count.Among {
			if units[count.Y] += among.Units; count.Persons[i] != 0 {
				t.Errorf("%v counts persons", count)
			}
		}
	}
	if got := fmt.Sprint(units); got != "map[large:4 micro:4 small:8]" { // in two months by two comparisons
		t.Errorf("units by size: %s", got)
	}
	var astray []string
	for _, count := range behind.Counts[[2]string{"region", ""}] {
		for i, at := range count.At {
			if queries.Astray(at) {
				way := bits.Len64(at.Part) - 53
				astray = append(astray, fmt.Sprint(count.X, " ", at.Month, " ", []string{"employer", "employee"}[way/6], " ", []string{"over", "under", "rose", "uncut", "most", "cut"}[way%6], " ", count.Persons[i]))
			}
		}
	}
	slices.Sort(astray)
	want := []string{ // A alone got all of the cut; B was charged as before; C at a base that by the rate alone no policy asks for, and its own part rose; D twice
		"320102 201905 employer cut 1", "320104 201905 employee over 1", "320104 201905 employee uncut 1", "320104 201905 employer over 1", "320104 201905 employer uncut 1",
		"320505 201905 employee most 1", "320505 201905 employee over 1", "320505 201905 employee rose 1", "320505 201905 employer cut 1", "320505 201905 employer over 1", "320505 201905 employer uncut 1",
		"320506 201905 employee most 2", "320506 201905 employee over 2", "320506 201905 employer most 2", "320506 201905 employer over 2", "320506 201905 employer uncut 2"}
	if !slices.Equal(astray, want) {
		t.Errorf("persons of units of which some figures are about them alone: %q, want %q", astray, want)
	}
	var reasons []string
	for _, count := range behind.Counts[[2]string{"size", queries.AxisReason}] {
		reasons = append(reasons, fmt.Sprint(count.X, "+", count.Y, " ", slices.Max(count.Persons)))
	}
	if got, want := strings.Join(reasons, ", "), "micro+base_mismatch 1, small+base_over_cap 1, small+duplicate_charge 1, small+rate_not_applied 1"; err != nil || got != want {
		t.Errorf("units behind reasons: %s, want %s; %v", got, want, err)
	}
}
