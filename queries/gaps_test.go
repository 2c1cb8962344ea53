package queries_test

import (
	"slices"
	"testing"

	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/queries"
)

func TestAMonthOfBackPaymentsAloneIsNoMonthWithData(t *testing.T) {
	q := fixture.Open(t)
	late := "03-A1," + fixture.A + ",2019-02,pension,back_payment,a1,1,10000,10000,0.2,2000,0.08,800,2019-05-15,,etax\n"
	fixture.Load(t, q, fixture.Units(), fixture.Records()+late)
	fixture.Recompute(t, q, fixture.Pack(t))
	stamp, err := q.Stamp(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	if stamp.DataFrom != 201902 || !slices.Equal(stamp.Gaps, []period.Period{201902, 201903}) {
		t.Errorf("the data begin in %v, and %v are without", stamp.DataFrom, stamp.Gaps)
	}
}

func TestMonthsWithoutDataAreNamed(t *testing.T) {
	stamp := queries.Stamp{DataFrom: 201901, DataTo: 201906, Gaps: []period.Period{201903}}
	for window, want := range map[period.Range][]period.Period{
		{From: 201904, To: 201906}: nil,
		{From: 201902, To: 201904}: {201903},
		{From: 201812, To: 201901}: {201812},
		{From: 201906, To: 201907}: {201907},
	} {
		if got := stamp.Missing(window); !slices.Equal(got, want) {
			t.Errorf("of %v %v are missing, want %v", window, got, want)
		}
	}
}
