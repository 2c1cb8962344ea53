package burden

import (
	"testing"

	"jianfu/internal/money"
	"jianfu/internal/policy"
)

// 5,002.50 × 16 % = 800.40, 5,001.60 × 16 % = 800.256, 5,000.35 × 16 % = 800.056, 5,003.44 × 16 % = 800.5504.
func TestAmountsAreRoundedAsPayrollProgramsDo(t *testing.T) {
	for rounding, want := range map[policy.AmountRounding][4]money.Fen{
		policy.AmountFen: {80040, 80026, 80006, 80055}, policy.AmountFenUp: {80040, 80026, 80006, 80056}, policy.AmountFenDown: {80040, 80025, 80005, 80055},
		policy.AmountJiao: {80040, 80030, 80010, 80060}, policy.AmountJiaoUp: {80040, 80030, 80010, 80060}, policy.AmountJiaoDown: {80040, 80020, 80000, 80050},
		policy.AmountYuan: {80000, 80000, 80000, 80100}, policy.AmountYuanUp: {80100, 80100, 80100, 80100}, policy.AmountYuanDown: {80000, 80000, 80000, 80000},
	} {
		for i, base := range []money.Fen{500250, 500160, 500035, 500344} {
			if got := amountOf(base, 160_000, rounding); got != want[i] {
				t.Errorf("%s: %s × 16 %% is %s, want %s", rounding, base, got, want[i])
			}
			step, way := rounding.Step()
			unit := int64(step) * int64(money.One)
			if got := money.Fen((int64(base)*160_000+way.Added(unit))/unit) * step; got != want[i] {
				t.Errorf("%s: %s × 16 %% is %s in whole numbers, want %s", rounding, base, got, want[i])
			}
		}
	}
}
