package burden

import (
	"strings"
	"testing"

	"jianfu/internal/contribution"
)

func TestARecordIsExplainedStepByStep(t *testing.T) {
	pack := testPack(t)
	r := record("a", func(r *contribution.Record) {
		r.Wage, r.Base, r.EmployerRate, r.EmployerAmount = 2_500_000, 1_993_500, 190_000, 378_800
	})
	trace, err := Explain(pack, pack.DefaultComparison(), testUnit("320102"), r, false)
	if err != nil {
		t.Fatal(err)
	}
	if trace.Treatment != Computed || len(trace.Scenarios) != 3 {
		t.Fatalf("%s with %d scenarios", trace.Treatment, len(trace.Scenarios))
	}
	var steps []string
	for _, c := range trace.Scenarios {
		share := c.Shares[0]
		steps = append(steps, strings.Join([]string{c.Added, c.Base.Limited, c.Base.Base.String(), share.Rate.String(), share.Product,
			share.Amount.String()}, " "))
	}
	want := " 19935 19935.00 0.19 3787.65 3787.65 | rate 19935 19935.00 0.16 3189.6 3189.60 | base 16842 16842.00 0.16 2694.72 2694.72"
	if got := strings.Join(steps, " | "); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	old, new := trace.Old(), trace.New()
	if old.Base.Limit.Row.Line != 2 || new.Base.Limit.Row.Line != 3 || !new.Base.Lowered || new.Base.Raised {
		t.Errorf("limit rows %d and %d", old.Base.Limit.Row.Line, new.Base.Limit.Row.Line)
	}
	if old.Shares[0].Rows[0].Line != 2 || new.Shares[0].Rows[0].Line != 3 || new.Shares[0].Rows[0].DocumentNo != "文" {
		t.Error("a rate names the row and the document that decided it")
	}
	var reasons []string
	for _, step := range trace.Charges[0].Reasons {
		reasons = append(reasons, step.Reason.String()+"="+step.Amount.String())
	}
	if got := strings.Join(reasons, " "); got != "amount_mismatch=0.35 rate_not_applied=598.05 base_over_cap=494.88" {
		t.Errorf("reasons %s", got)
	}
}

func TestHowARecordIsTreated(t *testing.T) {
	pack := testPack(t)
	tests := []struct {
		name      string
		change    func(*contribution.Record)
		duplicate bool
		want      Treatment
		shortfall string
	}{
		{"a normal record is computed", nil, false, Computed, "0.00"},
		{"a duplicate is charged whole", nil, true, Duplicate, "1600.00"},
		{"a refund is its own reason", func(r *contribution.Record) { r.EntryType, r.EmployerAmount = contribution.Refund, -100 }, false, Refunded, "-1.00"},
		{"a record without rates explains nothing", func(r *contribution.Record) { r.Insurance = contribution.Medical }, false, Uncovered, "0.00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			trace, err := Explain(pack, pack.DefaultComparison(), testUnit("320102"), record("a", test.change), test.duplicate)
			if err != nil {
				t.Fatal(err)
			}
			if trace.Treatment != test.want || trace.Charges[0].Shortfall.String() != test.shortfall {
				t.Errorf("%s with shortfall %s, want %s with %s", trace.Treatment, trace.Charges[0].Shortfall, test.want, test.shortfall)
			}
		})
	}
}
