package handling

import (
	"math/rand/v2"
	"testing"

	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// of is what a person is charged too much in a month for a reason, then and now.
func of(person uint64, month uint32, reason string, then, now int64) queries.Charge {
	return queries.Charge{Period: month, Insurance: "pension", Person: person, Reasons: []string{reason}, ThenFen: []int64{then}, NowFen: []int64{now},
		ThenRecords: 1, NowRecords: 1}
}

// and changes a charge.
func and(c queries.Charge, change func(*queries.Charge)) queries.Charge {
	change(&c)
	return c
}

// only is a charge of nothing, for what gives back.
func only(person uint64, month uint32, records uint64, change func(*queries.Charge)) queries.Charge {
	return and(queries.Charge{Period: month, Insurance: "pension", Person: person, ThenRecords: records, NowRecords: records}, change)
}

func named(from period.Period, reasons ...string) claim {
	var c claim
	for _, reason := range reasons {
		c.reasons = append(c.reasons, claimed{reason, from})
	}
	return c
}

// TestWhatCuresAnIssue: persons 1 and 2, the unit itself 0; only what gives back of what the issue was opened for corrects it.
func TestWhatCuresAnIssue(t *testing.T) {
	const may, june = 201905, 201906
	double, rate := named(may, "duplicate_charge"), named(may, "rate_not_applied")
	refund := func(fen int64) func(*queries.Charge) { return func(c *queries.Charge) { c.NowRefunded = fen } }
	offset := func(fen int64) func(*queries.Charge) { return func(c *queries.Charge) { c.NowOffset = fen } }
	for name, c := range map[string]struct {
		claim   claim
		charges []queries.Charge
		want    share // was, is, found, undone, corrected, reassessed
	}{
		"nothing has happened": {double, []queries.Charge{of(1, may, "duplicate_charge", 800, 800)}, share{was: 800, is: 800}},
		"his refund":           {double, []queries.Charge{and(of(1, may, "duplicate_charge", 800, 800), refund(800))}, share{was: 800, corrected: 800}},
		"half a refund":        {double, []queries.Charge{and(of(1, may, "duplicate_charge", 800, 800), refund(400))}, share{was: 800, is: 400, corrected: 400}},
		"too large a refund":   {double, []queries.Charge{and(of(1, may, "duplicate_charge", 800, 800), refund(900))}, share{was: 800, corrected: 800}},
		"somebody else's refund": {double, []queries.Charge{of(1, may, "duplicate_charge", 800, 800), only(2, may, 1, refund(800))},
			share{was: 800, is: 800}},
		"a refund of somebody who has no record there": {double, []queries.Charge{of(1, may, "duplicate_charge", 800, 800), only(2, may, 0, refund(800))},
			share{was: 800, is: 800}},
		"a refund of another month": {double, []queries.Charge{of(1, may, "duplicate_charge", 800, 800), only(1, june, 1, refund(800))},
			share{was: 800, is: 800}},
		"a refund of another insurance": {double, []queries.Charge{of(1, may, "duplicate_charge", 800, 800),
			and(only(1, may, 1, refund(800)), func(c *queries.Charge) { c.Insurance = "unemployment" })}, share{was: 800, is: 800}},
		"a refund to the unit": {double, []queries.Charge{only(0, may, 0, refund(500)), of(1, may, "duplicate_charge", 800, 800)},
			share{was: 800, is: 300, corrected: 500}},
		"a refund of a person for a row of many": {rate, []queries.Charge{of(0, may, "rate_not_applied", 900, 900), only(1, may, 0, refund(500))},
			share{was: 900, is: 400, corrected: 500}},
		"an offset in the same month":    {rate, []queries.Charge{and(of(1, may, "rate_not_applied", 150, 150), offset(950))}, share{was: 150, corrected: 150}},
		"an offset in a later month":     {double, []queries.Charge{of(1, may, "duplicate_charge", 800, 800), only(1, june, 1, offset(800))}, share{was: 800, corrected: 800}},
		"an offset in an earlier month":  {named(may, "duplicate_charge"), []queries.Charge{only(1, may, 1, offset(800)), of(1, june, "duplicate_charge", 800, 800)}, share{was: 800, is: 800}},
		"another person comes in at 0":   {double, []queries.Charge{of(1, may, "duplicate_charge", 800, 800), only(2, may, 1, offset(800))}, share{was: 800, is: 800}},
		"a row of many comes in too low": {double, []queries.Charge{only(0, may, 1, offset(800)), of(1, may, "duplicate_charge", 800, 800)}, share{was: 800, is: 800}},
		"declared anew":                  {rate, []queries.Charge{of(1, may, "rate_not_applied", 150, 0)}, share{was: 150, corrected: 150}},
		"declared anew, and charged for another reason": {rate, []queries.Charge{
			{Period: may, Insurance: "pension", Person: 1, Reasons: []string{"duplicate_charge", "rate_not_applied"}, ThenFen: []int64{0, 150}, NowFen: []int64{950, 0},
				ThenRecords: 1, NowRecords: 2}}, share{was: 150, reassessed: 150}},
		"declared anew under another key, and the first given back": {rate, []queries.Charge{
			{Period: may, Insurance: "pension", Person: 1, Reasons: []string{"duplicate_charge", "rate_not_applied"}, ThenFen: []int64{0, 150}, NowFen: []int64{950, 0},
				ThenRecords: 1, NowRecords: 2, NowRefunded: 950}}, share{was: 150, corrected: 150}},
		"the record is another person's now": {double, []queries.Charge{and(of(1, may, "duplicate_charge", 800, 0), func(c *queries.Charge) { c.ThenRecords = 2 })},
			share{was: 800, reassessed: 800}},
		"a later month": {rate, []queries.Charge{of(1, may, "rate_not_applied", 150, 150), of(1, june, "rate_not_applied", 0, 50)},
			share{was: 150, is: 200, found: 50}},
		"a month before it": {named(june, "rate_not_applied"), []queries.Charge{of(1, may, "rate_not_applied", 150, 150), of(1, june, "rate_not_applied", 50, 50)},
			share{was: 50, is: 50}},
		"a refund that was a mistake": {double, []queries.Charge{and(of(1, may, "duplicate_charge", 800, 800), func(c *queries.Charge) { c.ThenRefunded = 300 })},
			share{was: 500, is: 800, undone: 300}},
		"one is cured while another is found": {rate, []queries.Charge{of(1, may, "rate_not_applied", 150, 0), of(2, may, "rate_not_applied", 0, 150)},
			share{was: 150, is: 150, found: 150, corrected: 150}},
		"another reason is nobody's": {rate, []queries.Charge{of(1, may, "duplicate_charge", 0, 800)}, share{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := allot([]claim{c.claim}, c.charges)[0]
			got.months, got.reasons = nil, nil
			if got.was != c.want.was || got.is != c.want.is || got.found != c.want.found || got.undone != c.want.undone || got.corrected != c.want.corrected ||
				got.reassessed != c.want.reassessed {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestChargesAreDividedAmongIssues(t *testing.T) {
	const may, june = 201905, 201906
	rate, capped := named(may, "rate_not_applied"), named(may, "base_over_cap")
	both := queries.Charge{Period: may, Insurance: "pension", Person: 1, Reasons: []string{"base_over_cap", "rate_not_applied"}, ThenFen: []int64{160, 600},
		NowFen: []int64{160, 600}, ThenRecords: 1, NowRecords: 1}
	months := []queries.Charge{of(1, may, "rate_not_applied", 600, 600), of(1, june, "rate_not_applied", 50, 50)}
	exempted := claim{reasons: rate.reasons, exempted: may}
	for name, c := range map[string]struct {
		claims  []claim
		charges []queries.Charge
		want    []money.Fen // left, of each
	}{
		"each has its own":                      {[]claim{rate, capped}, []queries.Charge{both}, []money.Fen{600, 160}},
		"a refund goes to the oldest first":     {[]claim{rate, capped}, []queries.Charge{and(both, func(c *queries.Charge) { c.NowRefunded = 700 })}, []money.Fen{0, 60}},
		"two of one reason: the older has it":   {[]claim{rate, rate}, months, []money.Fen{650, 0}},
		"the younger has what is before it":     {[]claim{named(june, "rate_not_applied"), rate}, months, []money.Fen{50, 600}},
		"what is exempted is asked for no more": {[]claim{exempted, rate}, months, []money.Fen{600, 50}},
		"a claim that took another over":        {[]claim{{reasons: []claimed{{"base_over_cap", june}, {"rate_not_applied", may}}}}, []queries.Charge{both}, []money.Fen{600}},
	} {
		t.Run(name, func(t *testing.T) {
			for i, s := range allot(c.claims, c.charges) {
				if s.is != c.want[i] {
					t.Errorf("%d: got %+v, want %s", i+1, s, c.want[i])
				}
				var sum money.Fen
				for _, r := range s.reasons {
					sum += r.Amount
				}
				if sum != s.is {
					t.Errorf("%d: its reasons %+v do not come to %s", i+1, s.reasons, s.is)
				}
			}
		})
	}
}

// TestNothingIsLostBetweenTwoRuns: of random records, whatever claims there are, what a claim has after a run is what it had
// before, and what the run found, was given back, undone or called otherwise; and nobody's money is given back for another.
func TestNothingIsLostBetweenTwoRuns(t *testing.T) {
	reasons := []string{"base_over_cap", "duplicate_charge", "rate_not_applied"}
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 5))
		amount := func() int64 { return int64(random.IntN(2) * random.IntN(900)) }
		var charges []queries.Charge
		for month := uint32(201905); month <= 201907; month++ {
			for person := range uint64(3) {
				c := queries.Charge{Period: month, Insurance: "pension", Person: person, Reasons: reasons, ThenRecords: uint64(random.IntN(3)), NowRecords: uint64(random.IntN(3)),
					ThenRefunded: amount(), NowRefunded: amount(), ThenOffset: amount(), NowOffset: amount()}
				for range reasons {
					c.ThenFen, c.NowFen = append(c.ThenFen, amount()), append(c.NowFen, amount())
				}
				charges = append(charges, c)
			}
		}
		claims := []claim{named(201905, reasons[0], reasons[2]), {reasons: []claimed{{reasons[1], 201905}}, exempted: 201906}, named(201906, reasons[1])}
		var then, now, back money.Fen
		for _, s := range allot(claims, charges) {
			if s.is != s.was+s.found+s.undone-s.corrected-s.reassessed || min(s.was, s.is, s.found, s.undone, s.corrected) < 0 {
				t.Fatalf("seed %d: %+v", seed, s)
			}
			then, now, back = then+s.was, now+s.is, back+s.corrected
			issue := ledger.Issue{Sums: ledger.Sums{Found: s.was, Outstanding: s.was}, Run: 1, MeasuredRun: 1, State: ledger.Handling}
			for _, step := range (shown{issue: issue, share: s}).steps(2) {
				if action, data := step(issue); action != "" {
					if !data.Sums.Balanced() {
						t.Fatalf("seed %d: %s, %+v of %+v", seed, action, *data.Sums, s)
					}
					issue.Sums = *data.Sums
				}
			}
			if issue.Held() != s.is {
				t.Fatalf("seed %d: %+v, and the records show %s", seed, issue.Sums, s.is)
			}
		}
		var gross money.Fen
		for k := range charges {
			for _, fen := range charges[k].NowFen {
				gross += money.Fen(fen)
			}
		}
		if now > gross || back > then {
			t.Fatalf("seed %d: %s of %s left, %s of %s given back", seed, now, gross, back, then)
		}
	}
}
