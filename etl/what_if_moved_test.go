package etl_test

import (
	"fmt"
	"slices"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// TestWhoseBaseALimitMovesIsCounted: in May the floor is 3,500 and the cap 14,000. A floor of 4,000 moves C, who earns
// 2,000; a cap of 10,000 moves B, who earns 20,000, and not A, who earns 10,000. A cap of 25,000 moves B by two steps, from 14,000 to
// 15,000 and then to 20,000 and 25,000: in the second one B's wage lies, and it counts there once more.
func TestWhoseBaseALimitMovesIsCounted(t *testing.T) {
	q := fixture.Computed(t)
	for name, c := range map[string]struct {
		target policy.Target
		amount money.Fen
		want   string
	}{
		"a floor that is raised":      {policy.MoveFloor, 400_000, "17 320505 [3:1];"},
		"a cap that is lowered":       {policy.MoveCap, 1_000_000, "42 320104 [3:1];"},
		"a cap that is raised":        {policy.MoveCap, 1_500_000, "43 320104 [3:1];"},
		"a cap that is raised by far": {policy.MoveCap, 2_500_000, "43 320104 [3:1];45 320104 [2:1 3:1];"},
	} {
		move := policy.Move{Target: c.target, Way: policy.SetTo, Area: "000000", From: 201905, Amount: c.amount}
		s, _, err := fixture.WhatIfs(q).Compute(t.Context(), period.Range{From: 201905, To: 201905}, move)
		if err != nil {
			t.Fatal(name, err)
		}
		figures, err := q.ScenarioFigures(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		var moved []queries.Moved
		if moved, err = figures.Moved(t.Context(), filter.Everything(), s); err != nil {
			t.Fatal(name, err)
		}
		got := ""
		for _, m := range moved {
			for _, count := range m.Counts[[2]string{"region", ""}] {
				var parts []string
				for i, at := range count.At {
					parts = append(parts, fmt.Sprint(at.Part, ":", count.Persons[i]))
				}
				slices.Sort(parts)
				got += fmt.Sprint(m.Step, " ", count.X, " ", parts, ";")
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestWhoIsBehindARateIsCounted: in May the five persons of package fixture have one rate of pension, whatever it is set to; A alone
// has unemployment, whose rate is not moved.
func TestWhoIsBehindARateIsCounted(t *testing.T) {
	q := fixture.Computed(t)
	move := policy.Move{Target: policy.MoveRate, Way: policy.SetTo, Insurance: contribution.Pension, Payer: contribution.Employer, Area: "320100", From: 201905, Rate: 150_000}
	s, _, err := fixture.WhatIfs(q).Compute(t.Context(), period.Range{From: 201905, To: 201905}, move)
	if err != nil {
		t.Fatal(err)
	}
	figures, err := q.ScenarioFigures(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	rated, err := figures.Moved(t.Context(), filter.Everything(), s)
	if err != nil || len(rated) != 1 || rated[0].Step != uint32(contribution.Pension) {
		t.Fatalf("counted are %+v; %v", rated, err)
	}
	persons, rates := "", map[uint64]bool{}
	for _, count := range rated[0].Counts[[2]string{"region", "size"}] {
		persons += fmt.Sprint(count.X, " ", count.Y, " ", count.Persons, ";")
		for _, at := range count.At {
			rates[at.Part] = true
		}
	}
	if persons != "320102 large [1];320104 small [1];320505 micro [1];320506 small [2];" || len(rates) != 1 {
		t.Errorf("counted are %s of %d rates", persons, len(rates))
	}
}
