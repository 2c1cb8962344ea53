package queries_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/filter"
	"jianfu/internal/world"
	"jianfu/queries"
)

// TestPersonsBehindMembers counts the persons of package world: A and B in Nanjing one each, C in Suzhou one and D two,
// in April and in May alike. C's base is the new floor, which the comparison of the rate alone does not know.
func TestPersonsBehindMembers(t *testing.T) {
	q := world.Computed(t)
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
		behind, err := q.PersonsBehind(t.Context(), c.scope, c.x, c.y)
		var lines []string
		for _, count := range behind.Counts {
			slices.Sort(count.Persons)
			lines = append(lines, strings.TrimSpace(fmt.Sprint(count.X, "+", count.Y, ": ", strings.Trim(fmt.Sprint(count.Persons), "[]"))))
		}
		if got := strings.Join(lines, ", "); err != nil || got != c.want || behind.Run == 0 {
			t.Errorf("%s: %s, want %s; %v", name, got, c.want, err)
		}
	}
	behind, err := q.PersonsBehind(t.Context(), everything, "size", queries.AxisReason)
	var reasons []string
	for _, count := range behind.Counts {
		reasons = append(reasons, fmt.Sprint(count.X, "+", count.Y, " ", slices.Max(count.Persons)))
	}
	if got, want := strings.Join(reasons, ", "), "micro+base_mismatch 1, small+base_over_cap 1, small+duplicate_charge 1, small+rate_not_applied 1"; err != nil || got != want {
		t.Errorf("units behind reasons: %s, want %s; %v", got, want, err)
	}
}
