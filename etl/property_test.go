package etl_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/store"
	"jianfu/queries"
)

// setting reads a number from the environment, for runs that go further than CI.
func setting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestSetsAndRuleAgreeToTheFen holds what the set-based recompute stores against the rule in Go, for all units of a
// random province under random packs: every figure of every line, reason, case and uncovered record of every comparison.
// JIANFU_PACKS and JIANFU_PROVINCES make it go further, JIANFU_SEED elsewhere.
func TestSetsAndRuleAgreeToTheFen(t *testing.T) {
	packs, seed := setting(t, "JIANFU_PACKS", 4), setting(t, "JIANFU_SEED", 1)
	for p := range setting(t, "JIANFU_PROVINCES", 1) {
		province := fixture.NewRandom(uint64(seed*1000+p), setting(t, "JIANFU_UNITS", 400)) //nolint:gosec // small
		packSeed := uint64(seed*1_000_000 + p*1000)                                         //nolint:gosec // small
		province.Obey(t, fixture.RandomPack(t, packSeed))
		q := fixture.Open(t)
		for i, l := range fixture.Load(t, q, province.UnitsFile(), fixture.RecordsFile(province.Before()), province.RecordsFile()) {
			if l.Rejected != 0 || l.Read != l.Accepted+l.Unchanged || (i == 2) != (l.Replaced > 0) {
				t.Fatalf("%s: %s", l.Kind, counts(l))
			}
		}
		for n := range packs {
			t.Run(fmt.Sprintf("province %d, pack %d", seed*1000+p, packSeed), func(t *testing.T) {
				pack := fixture.RandomPack(t, packSeed)
				fixture.Recompute(t, q, pack)
				figures, err := q.Figures(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 { // the pack that the province obeys
					if short, all := clean(t, q); short < all/10 {
						t.Errorf("%d of %d groups took the short way", short, all)
					}
				}
				for _, comparison := range pack.Comparisons {
					want := byTheRule(t, province, pack, comparison)
					same(t, comparison.ID, inTheStore(t, figures, comparison), want)
				}
				same(t, "causes", causesInTheStore(t, q), causesByTheRule(t, province, pack))
				if t.Failed() {
					t.Logf("%s\n%s\n%s", pack.Files[policy.PackFile], pack.Files[policy.RatesFile], pack.Files[policy.BasesFile])
				}
			})
			packSeed++
		}
	}
}

// clean counts the groups of the last run that took the short way, because they were charged just what they owe.
func clean(t *testing.T, q *queries.Queries) (short, all int64) {
	t.Helper()
	type row struct {
		All  int64 `ch:"all"`
		Open int64 `ch:"open"`
	}
	found, err := store.One[row](t.Context(), q.Store(), `
		WITH (SELECT max(run_id) FROM run_numbers) AS run
		SELECT
			toInt64((SELECT count() FROM burdens WHERE run_id = run)) AS all,
			toInt64((SELECT count() FROM run_open WHERE run_id = run)) AS open`, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found.All - found.Open, found.All
}

// assessed is every figure of one comparison as text, by what it is of.
type assessed map[string]string

// byTheRule applies the rule in Go to every unit.
func byTheRule(t *testing.T, province *fixture.Random, pack *policy.Pack, comparison policy.Comparison) assessed {
	t.Helper()
	all := assessed{}
	for unit, records := range province.RecordsOf() {
		assessment, err := burden.Assess(pack, comparison, province.VersionsOf(unit), records)
		if err != nil {
			t.Fatal(err)
		}
		sums, reasons := map[contribution.Payer]queries.Burden{}, map[burden.Reason]money.Fen{}
		for _, l := range assessment.Lines {
			key := lineKey(l.UnitID, uint32(l.Period), l.Insurance.String(), l.Payer.String())
			all["line "+key] = lineText(uint32(l.Headcount), l.Wage, l.Old, l.New, l.Charged, l.Effects) //nolint:gosec // small
			sum := sums[l.Payer]
			sum.Old, sum.New, sum.Charged = sum.Old+l.Old, sum.New+l.New, sum.Charged+l.Charged
			sums[l.Payer] = sum
			for _, r := range l.Reasons {
				all["reason "+key+" "+r.Reason.String()] = r.Amount.String()
				if l.Payer == contribution.Employer {
					reasons[r.Reason] += r.Amount
				}
			}
		}
		if s, ok := sums[contribution.Employer]; ok {
			all["case "+unit] = caseText(burden.StateOf(s.Old, s.New, s.Charged).String(), s, reasonsText(reasons))
		}
		uncovered := map[string]int{}
		for _, r := range records {
			if _, found := slices.BinarySearch(assessment.Uncovered, r.ID); found {
				uncovered[lineKey(unit, uint32(r.Period), r.Insurance.String(), "")]++
			}
		}
		for key, n := range uncovered {
			all["uncovered "+key] = strconv.Itoa(n)
		}
	}
	return all
}

// inTheStore reads what the recompute stored.
func inTheStore(t *testing.T, f *queries.Figures, comparison policy.Comparison) assessed {
	t.Helper()
	view := queries.View{Window: period.Range{From: 201801, To: 202512}, Comparison: comparison.ID, Payers: contribution.Payers}
	all := assessed{}
	err := f.Burdens(t.Context(), filter.Everything(), view, func(l *queries.BurdenLine) error {
		effects := make([]money.Fen, len(l.Effects))
		for i, e := range l.Effects {
			effects[i] = money.Fen(e)
		}
		all["line "+lineKey(l.UnitID, l.Period, l.Insurance, l.Payer)] = lineText(l.Headcount, l.Wage, l.Old, l.New, l.Charged, effects)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = f.ReasonLines(t.Context(), filter.Everything(), view, func(l *queries.ReasonLine) error {
		all["reason "+lineKey(l.UnitID, l.Period, l.Insurance, l.Payer)+" "+l.Reason] = l.Amount.String()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = f.Uncovered(t.Context(), filter.Everything(), view, func(l *queries.UncoveredLine) error {
		all["uncovered "+lineKey(l.UnitID, l.Period, l.Insurance, "")] = fmt.Sprint(l.Records)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	view.Payers = []contribution.Payer{contribution.Employer}
	err = f.CaseLines(t.Context(), filter.Everything(), view, func(c *queries.CaseLine) error {
		reasons := map[burden.Reason]money.Fen{}
		for i, id := range c.ReasonIDs {
			reason := burden.Reasons[slices.IndexFunc(burden.Reasons, func(r burden.Reason) bool { return r.String() == id })]
			reasons[reason] = money.Fen(c.ReasonAmounts[i])
		}
		all["case "+c.UnitID] = caseText(c.State, queries.Burden{Old: c.Old, New: c.New, Charged: c.Charged}, reasonsText(reasons))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// causesByTheRule says of every unit, month and insurance what keeps its due reduction small, by the default comparison and for
// the employer: what a higher floor adds, person by person, and of which part of what it owes the other causes speak.
func causesByTheRule(t *testing.T, province *fixture.Random, pack *policy.Pack) assessed {
	t.Helper()
	comparison, all := pack.DefaultComparison(), assessed{}
	sums := map[string]money.Fen{}
	for unit, records := range province.RecordsOf() {
		versions := province.VersionsOf(unit)
		assessment, err := burden.Assess(pack, comparison, versions, records)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range assessment.Lines {
			if l.Payer != contribution.Employer || l.Period < pack.FirstEffect() {
				continue
			}
			held, _ := burden.VersionFor(versions, l.Period)
			causes, err := burden.CausesOf(pack, comparison, held, l.Period, l.Insurance, l.Payer, burden.Owed{Old: l.Old, New: l.New, Floors: l.Floors})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range causes {
				if c.Speaks() {
					sums[lineKey(unit, uint32(l.Period), l.Insurance.String(), string(c.Cause))] += c.Amount
				}
			}
		}
	}
	for key, amount := range sums {
		all[key] = amount.String()
	}
	return all
}

// causesInTheStore reads the same from the marks of the last run.
func causesInTheStore(t *testing.T, q *queries.Queries) assessed {
	t.Helper()
	type row struct {
		UnitID    string    `ch:"unit"`
		Period    uint32    `ch:"period"`
		Insurance string    `ch:"of"`
		Mark      string    `ch:"cause"`
		Amount    money.Fen `ch:"total"`
	}
	rows, err := store.Select[row](t.Context(), q.Store(), `
		SELECT toString(unit_id) AS unit, period, toString(insurance) AS of, toString(mark) AS cause, sum(amount) AS total
		FROM marks
		WHERE run_id = (SELECT max(run_id) FROM run_numbers)
			AND mark IN ('floor_rise', 'already_low_rate', 'float_up', 'not_elected')
		GROUP BY unit, period, of, cause`, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := assessed{}
	for _, r := range rows {
		all[lineKey(r.UnitID, r.Period, r.Insurance, r.Mark)] = r.Amount.String()
	}
	return all
}

func lineKey(unit string, month uint32, insurance, payer string) string {
	return fmt.Sprint(unit, " ", month, " ", insurance, " ", payer)
}

func lineText(headcount uint32, wage, old, new, charged money.Fen, effects []money.Fen) string {
	return fmt.Sprint("heads ", headcount, " wage ", wage, " old ", old, " new ", new, " charged ", charged, " effects ", effects)
}

func caseText(state string, sum queries.Burden, reasons string) string {
	return fmt.Sprint(state, " old ", sum.Old, " new ", sum.New, " charged ", sum.Charged, " ", reasons)
}

func reasonsText(reasons map[burden.Reason]money.Fen) string {
	var parts []string
	for _, r := range burden.Reasons {
		if reasons[r] != 0 {
			parts = append(parts, r.String()+":"+reasons[r].String())
		}
	}
	return strings.Join(parts, ";")
}

// same compares everything and names the first few differences.
func same(t *testing.T, comparison string, got, want assessed) {
	t.Helper()
	if len(want) == 0 {
		t.Logf("%s: nothing to compare", comparison)
	}
	keys := map[string]bool{}
	for k := range got {
		keys[k] = true
	}
	for k := range want {
		keys[k] = true
	}
	wrong := 0
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if got[k] != want[k] {
			if wrong++; wrong <= 5 {
				t.Errorf("%s: %s\nin sets %q\nin Go   %q", comparison, k, got[k], want[k])
			}
		}
	}
	if wrong > 5 {
		t.Errorf("%s: %d of %d figures differ", comparison, wrong, len(keys))
	}
}
