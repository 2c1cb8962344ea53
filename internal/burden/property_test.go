package burden

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// drawPack draws a pack of two measures with random rates, factors, limits and roundings.
func drawPack(t *rapid.T) *policy.Pack {
	level := rapid.SampledFrom([]string{"person", "unit"}).Draw(t, "level")
	amount := rapid.SampledFrom([]string{"fen", "fen_up", "fen_down", "jiao", "jiao_up", "jiao_down", "yuan", "yuan_up", "yuan_down"}).Draw(t, "amount")
	manifest := "id: p\ntitle: p\nmeasures: [{id: m1, title: 1, document_no: d}, {id: m2, title: 2, document_no: d}]\n" +
		"comparisons: [{id: c, title: c, old: [], new: [m1, m2]}]\n" +
		"rounding: {default: {level: " + level + ", amount: " + amount + "}}\n"
	rates := "area,insurance,payer,from,to,rate,factor,measure\n"
	bases := "area,insurance,from,to,floor,cap,rounding,measure\n"
	rate := rapid.Int64Range(0, 300_000)
	for _, measure := range []string{"", "m1", "m2"} {
		for _, payer := range []string{"employer", "employee"} {
			switch kind := rapid.SampledFrom([]string{"rate", "rate", "factor", "none"}).Draw(t, "row"); {
			case kind == "factor" && measure != "":
				rates += fmt.Sprintf(",,%s,2019-01,,,%s,%s\n", payer, money.Rate(rate.Draw(t, "factor")*3), measure)
			case kind != "none":
				rates += fmt.Sprintf(",,%s,2019-01,,%s,,%s\n", payer, money.Rate(rate.Draw(t, "rate")), measure)
			}
		}
		if rapid.Bool().Draw(t, "limits") {
			floor := rapid.Int64Range(0, 500_000).Draw(t, "floor")
			span := rapid.Int64Range(0, 2_000_000).Draw(t, "span")
			rounding := rapid.SampledFrom([]string{"", "fen", "jiao", "yuan", "yuan_up"}).Draw(t, "rounding")
			bases += fmt.Sprintf(",,2019-01,,%s,%s,%s,%s\n", money.Fen(floor), money.Fen(floor+span), rounding, measure)
		}
	}
	pack, err := policy.Load(fstest.MapFS{
		policy.PackFile: {Data: []byte(manifest)}, policy.RatesFile: {Data: []byte(rates)}, policy.BasesFile: {Data: []byte(bases)},
	})
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, rates, bases)
	}
	return pack
}

// drawRecords draws records of one unit, near enough to each other to collide.
func drawRecords(t *rapid.T) []contribution.Record {
	amount := rapid.Int64Range(0, 3_000_000)
	count := rapid.IntRange(0, 12).Draw(t, "records")
	var records []contribution.Record
	for i := range count {
		r := contribution.Record{
			ID: fmt.Sprintf("R%02d", i), UnitID: "U",
			Period:         rapid.SampledFrom([]period.Period{201904, 201905}).Draw(t, "period"),
			Insurance:      rapid.SampledFrom([]contribution.Insurance{contribution.Pension, contribution.WorkInjury}).Draw(t, "insurance"),
			EntryType:      rapid.SampledFrom(contribution.EntryTypes).Draw(t, "entry"),
			Person:         rapid.Uint64Range(0, 3).Draw(t, "person"),
			Headcount:      rapid.Uint32Range(1, 4).Draw(t, "headcount"),
			Wage:           money.Fen(amount.Draw(t, "wage")),
			Base:           money.Fen(amount.Draw(t, "base")),
			EmployerRate:   money.Rate(rapid.Int64Range(0, 300_000).Draw(t, "employer rate")),
			EmployeeRate:   money.Rate(rapid.Int64Range(0, 100_000).Draw(t, "employee rate")),
			EmployerAmount: money.Fen(amount.Draw(t, "employer amount") / 5),
			EmployeeAmount: money.Fen(amount.Draw(t, "employee amount") / 10),
		}
		if r.EntryType == contribution.Refund {
			r.EmployerAmount, r.EmployeeAmount = -r.EmployerAmount, -r.EmployeeAmount
		}
		records = append(records, r)
	}
	return records
}

func TestEveryLineAddsUpAndOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pack, records := drawPack(t), drawRecords(t)
		unit := testUnit("320102")
		unit.FloatFactor = money.Rate(rapid.SampledFrom([]int64{500_000, 800_000, 1_000_000, 1_200_000, 1_500_000}).Draw(t, "float"))
		units := []contribution.Unit{unit}
		got, err := Assess(pack, pack.DefaultComparison(), units, records)
		if err != nil {
			t.Fatal(err)
		}
		var charged money.Fen
		for _, l := range got.Lines {
			var effects, reasons money.Fen
			for _, e := range l.Effects {
				effects += e
			}
			for _, r := range l.Reasons {
				reasons += r.Amount
			}
			if effects != l.Due() {
				t.Fatalf("effects %v add up to %v, due is %v", l.Effects, effects, l.Due())
			}
			if reasons != l.Shortfall() || l.Due()-l.Real() != l.Shortfall() {
				t.Fatalf("reasons %v add up to %v, shortfall is %v", l.Reasons, reasons, l.Shortfall())
			}
			charged += l.Charged
		}
		left := slices.Clone(got.Uncovered)
		for _, r := range records {
			if len(left) > 0 && left[0] == r.ID { // both are in order of the id
				left = left[1:]
				continue
			}
			charged -= r.EmployerAmount + r.EmployeeAmount
		}
		if charged != 0 || len(left) != 0 {
			t.Fatalf("charged amounts are off by %v, uncovered left over: %v", charged, left)
		}
		shuffled := rapid.Permutation(records).Draw(t, "shuffled")
		again, err := Assess(pack, pack.DefaultComparison(), units, shuffled)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again); diff != "" {
			t.Fatalf("another order of records, other lines:\n%s", diff)
		}
	})
}

// The explanation of single records, added up, is the line of the unit, apart from what rounding once a unit leaves.
func TestExplanationsAddUpToTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pack, records := drawPack(t), drawRecords(t)
		unit, comparison := testUnit("320102"), pack.DefaultComparison()
		assessment, err := Assess(pack, comparison, []contribution.Unit{unit}, records)
		if err != nil {
			t.Fatal(err)
		}
		byPerson := pack.RoundingFor(unit.RegionCode).Level == policy.LevelPerson
		duplicates := Duplicates(records)
		for _, line := range assessment.Lines {
			var old, new, charged money.Fen
			var reasons reasonSums
			for _, r := range records {
				if r.Period != line.Period || r.Insurance != line.Insurance {
					continue
				}
				trace, err := Explain(pack, comparison, unit, r, duplicates[r.ID])
				if err != nil {
					t.Fatal(err)
				}
				charge := trace.Charges[line.Payer-1]
				charged += charge.Charged
				for _, step := range charge.Reasons {
					reasons[step.Reason] += step.Amount
					charge.Shortfall -= step.Amount
				}
				if charge.Shortfall != 0 {
					t.Fatalf("record %s: reasons miss the shortfall by %v", r.ID, charge.Shortfall)
				}
				if trace.Treatment == Computed {
					old += trace.Old().Shares[line.Payer-1].Amount
					new += trace.New().Shares[line.Payer-1].Amount
				}
			}
			if charged != line.Charged || byPerson && (old != line.Old || new != line.New) {
				t.Fatalf("traces %v %v %v, line %v %v %v", old, new, charged, line.Old, line.New, line.Charged)
			}
			reasons[RoundingReason] = line.Shortfall() - reasons.total()
			if byPerson && reasons[RoundingReason] != 0 {
				t.Fatalf("rounding %v where each person is rounded", reasons[RoundingReason])
			}
			if diff := cmp.Diff(line.Reasons, reasons.list()); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// The state of a window is one of the five for any amounts, and follows the words of its definition.
func TestStatesFollowTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, 1_000_000)
		old, new, charged := money.Fen(amount.Draw(t, "old")), money.Fen(amount.Draw(t, "new")), money.Fen(amount.Draw(t, "charged"))
		tolerance := yuan(100).Add(yuan(old).Shift(-3))
		over := func(f money.Fen) bool { return yuan(f).GreaterThan(tolerance) }
		want := NoDue
		switch {
		case over(charged - old):
			want = Increased
		case over(old-new) && !over(old-charged):
			want = None
		case over(old-charged) && over(charged-new):
			want = Partial
		case over(old - new):
			want = Full
		}
		if got := StateOf(old, new, charged); got != want {
			t.Fatalf("old %v new %v charged %v: %v, want %v", old, new, charged, got, want)
		}
	})
}
