package etl_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jianfu/etl"
	"jianfu/etl/sample"
	"jianfu/internal/contribution"
	"jianfu/internal/detection"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/queries"
)

// province is a sample province, loaded and recomputed.
type province struct {
	q     *queries.Queries
	f     *queries.Figures
	truth map[string]string // by unit; "" without a fault
	cases []queries.Case    // of all units
}

func openProvince(t *testing.T, o sample.Options) *province {
	t.Helper()
	o.Dir = filepath.Join(t.TempDir(), "sample")
	made, err := sample.Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	p := &province{q: fixture.Open(t), truth: map[string]string{}}
	loader := etl.Loader{Queries: p.q, Now: fixture.Now}
	if _, err := loader.Load(t.Context(), made.Files); err != nil {
		t.Fatal(err)
	}
	pack, err := policy.Load(os.DirFS(made.Policy))
	if err != nil {
		t.Fatal(err)
	}
	recompute(t, p.q, pack, period.Range{})
	if p.f, err = p.q.Figures(t.Context()); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(o.Dir, "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		p.truth[row[0]] = row[1]
	}
	p.cases, err = p.f.Cases(t.Context(), filter.Everything(), queries.CaseFilter{All: true}, queries.CaseSort{}, queries.CasePage{Most: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func idsOf(amounts []queries.CaseAmount) []string {
	var list []string
	for _, a := range amounts {
		list = append(list, a.ID)
	}
	slices.Sort(list)
	return list
}

// TestCasesFindExactlyWhatWasPlanted holds the cases of sample provinces against what was planted there: every unit with a
// fault shows its reasons and risks, and no other unit shows any.
func TestCasesFindExactlyWhatWasPlanted(t *testing.T) {
	reasons := map[string][]string{
		"": nil, "back_payment": nil, "uncovered": nil,
		"refund": {"rate_not_applied", "refund"}, "refund_pending": {"rate_not_applied"},
	}
	for i, province := range []string{"320000", "510000", "640000", "320000"} {
		seed := uint64(i) + 1 //nolint:gosec // an index
		t.Run(fmt.Sprint(province, " seed ", seed), func(t *testing.T) {
			p := openProvince(t, sample.Options{Province: province, Units: 400, Seed: seed, Months: period.Range{From: 201903, To: 201908}})
			counted, planted := 0, 0
			for _, c := range p.cases {
				fault := p.truth[c.UnitID]
				want, special := reasons[fault]
				if !special {
					want = []string{fault}
				}
				if got := idsOf(c.Reasons); !slices.Equal(got, want) {
					t.Errorf("unit %s with fault %q shows %v", c.UnitID, fault, got)
				}
				risks := idsOf(c.Risks)
				for risk, want := range map[string]bool{"back_payment_after_cut": fault == "back_payment", "uncovered": fault == "uncovered"} {
					if slices.Contains(risks, risk) != want {
						t.Errorf("unit %s with fault %q has the risks %v", c.UnitID, fault, risks)
					}
				}
				if pending := slices.Contains(risks, "refund_pending"); pending != (c.Shortfall() > 0) {
					t.Errorf("unit %s with fault %q and shortfall %s has the risks %v", c.UnitID, fault, c.Shortfall(), risks)
				}
				if wanted := fault != "" && fault != "refund"; c.Found != wanted { // what was paid back whole is no case any more
					t.Errorf("unit %s with fault %q and state %s is a case: %v", c.UnitID, fault, c.State, c.Found)
				}
				counted++
				if fault != "" {
					planted++
				}
			}
			if planted < 20 || counted < 390 {
				t.Errorf("%d units, %d with a fault", counted, planted)
			}
		})
	}
}

// TestCasesAgreeWithTheUnitsThemselves holds each case against what the unit's own page computes, and its score against the
// same arithmetic in Go.
func TestCasesAgreeWithTheUnitsThemselves(t *testing.T) {
	seen := map[string]int{}
	for _, province := range []string{"320000", "640000"} {
		checkUnits(t, openProvince(t, sample.Options{Province: province, Units: 120, Seed: 11, Months: period.Range{From: 201902, To: 201909}}), seen)
	}
	for _, id := range []string{"rate_not_applied", "float_up", "floor_rise", "not_elected"} {
		if seen[id] == 0 {
			t.Errorf("no unit has %s; %v", id, seen)
		}
	}
}

// checkUnits compares the cases of a province with its units, and counts the reasons and causes that it has seen.
func checkUnits(t *testing.T, p *province, seen map[string]int) {
	t.Helper()
	view, err := p.f.Complete(queries.View{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.cases {
		u, found, err := p.f.Unit(t.Context(), filter.Everything(), view, c.UnitID)
		if err != nil || !found {
			t.Fatal(c.UnitID, found, err)
		}
		held, _ := u.Held()
		if total := u.Total(); c.Burden != total || c.State != u.State().String() || c.RegionCode != held.RegionCode || c.Size != held.Size.String() {
			t.Errorf("unit %s: %+v, state %s; the case %+v, %s", c.UnitID, total, u.State(), c.Burden, c.State)
		}
		var reasons []queries.CaseAmount
		for _, r := range u.Reasons() {
			reasons = append(reasons, queries.CaseAmount{ID: r.Reason.String(), Amount: r.Amount})
		}
		var got []queries.CaseAmount
		for _, r := range c.Reasons {
			got = append(got, queries.CaseAmount{ID: r.ID, Amount: r.Amount})
			seen[r.ID]++
		}
		if !slices.Equal(got, reasons) {
			t.Errorf("unit %s: the reasons are %v, of the case %v", c.UnitID, reasons, got)
		}
		checkCauses(t, &u, &c, seen)
		reference, _, growth := u.Growth()
		if g := c.Growth; g.Reference != reference.Period || g.Headcount != growth.Headcount || g.Wage != growth.Wage || g.Policy != growth.Policy || g.Change() != growth.Change {
			t.Errorf("unit %s: grew %+v since %s, the case %+v", c.UnitID, growth, reference.Period, g)
		}
		score, level, _ := p.f.Pack.Detection.Score(detection.Facts{
			Amount: c.Stake(), Months: int(c.MonthsShort), Persons: int(c.Persons), Small: c.Small(), Repeated: int(c.Repeated),
		})
		if c.Found && (int(c.Score) != score || c.Level != string(level)) || !c.Found && (c.Score != 0 || c.Level != "") {
			t.Errorf("unit %s: score %d %s, by the rule %d %s", c.UnitID, c.Score, c.Level, score, level)
		}
	}
}

// checkCauses compares the causes of a case with those of the unit, to the fen.
func checkCauses(t *testing.T, u *queries.Unit, c *queries.Case, seen map[string]int) {
	t.Helper()
	want := map[string]money.Fen{}
	for _, cause := range u.Causes {
		if cause.Payer == contribution.Employer {
			want[string(cause.Cause)] += cause.Amount
		}
	}
	for _, cause := range c.Causes {
		if amount, known := want[cause.ID]; !known || cause.Amount != amount {
			t.Errorf("unit %s: cause %+v, of the unit %v", c.UnitID, cause, want)
		}
		delete(want, cause.ID)
		seen[cause.ID]++
	}
	if len(want) > 0 {
		t.Errorf("unit %s: causes %v are missing", c.UnitID, want)
	}
}

// TestTheTroubledCountiesAreFound: the sample province has a county that switched its rates late and one that cleared old
// months; each is a finding, and no other county is.
func TestTheTroubledCountiesAreFound(t *testing.T) {
	p := openProvince(t, sample.Options{Province: "640000", Units: 1000, Seed: 3, Months: period.Range{From: 201903, To: 201908}})
	most := func(fault string) (county string, units int) {
		counted := map[string]int{}
		for _, c := range p.cases {
			if p.truth[c.UnitID] == fault {
				if counted[c.RegionCode]++; counted[c.RegionCode] > units {
					county, units = c.RegionCode, counted[c.RegionCode]
				}
			}
		}
		return county, units
	}
	findings, err := p.f.Findings(t.Context(), filter.Everything(), queries.Narrow{}, "")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, f := range findings {
		if f.Rule == "county" {
			found[f.Reason+" "+f.RegionCode]++
		}
	}
	late, units := most("rate_not_applied")
	clearing, cleared := most("back_payment")
	if units < 10 || cleared < 10 {
		t.Fatalf("the province has no trouble: %d and %d units", units, cleared)
	}
	for _, want := range []string{"rate_not_applied " + late, "back_payment_after_cut " + clearing} {
		if found[want] != 1 {
			t.Errorf("%d findings %s: %+v", found[want], want, findings)
		}
		delete(found, want)
	}
	if len(found) > 0 {
		t.Errorf("findings that nobody planted: %v", found)
	}
}

// TestARunOfAProgramWithoutCasesIsComputedAnew: what such a program computed has no marks, from which cases could be made.
func TestARunOfAProgramWithoutCasesIsComputedAnew(t *testing.T) {
	q, pack := fixture.Computed(t), fixture.Pack(t)
	if got := recompute(t, q, pack, period.Range{}); got != "unchanged" {
		t.Errorf("computed %s", got)
	}
	if err := q.Store().Exec(t.Context(), "ALTER TABLE detections DELETE WHERE run_id = 1 SETTINGS mutations_sync = 2", nil); err != nil {
		t.Fatal(err)
	}
	if got := recompute(t, q, pack, period.Range{}); got != "2019-04 2019-05" {
		t.Errorf("computed %s", got)
	}
	if got := totals(t, q); got != smallTotals {
		t.Errorf("totals %s", got)
	}
}

// TestCasesThatDoNotAddUpFailTheRun takes a reason out on its way.
func TestCasesThatDoNotAddUpFailTheRun(t *testing.T) {
	q, pack := fixture.Computed(t), fixture.Pack(t)
	plant := func(int64, int64) { // called when the marks have been written
		statement := "ALTER TABLE marks DELETE WHERE run_id = {run:UInt32} AND mark = 'base_over_cap' SETTINGS mutations_sync = 2"
		if err := q.Store().Exec(t.Context(), statement, store.Params{"run": lastRunNumber(t, q)}); err != nil {
			t.Error(err)
		}
	}
	result, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, Window: period.Range{From: 201905, To: 201905}, Now: fixture.Now, Progress: plant})
	if problem.Code(err) != "recompute_differs" || !strings.Contains(result.Run.Failure, "cases whose reasons do not add up: 1 ≠ 0") {
		t.Errorf("%v, %s", err, result.Run.Failure)
	}
	if current, _, err := q.CurrentRun(t.Context()); err != nil || current.ID != 1 {
		t.Errorf("run %d is current, %v", current.ID, err)
	}
}
