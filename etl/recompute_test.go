package etl_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/etl"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/queries"
)

// recompute recomputes with a window, and returns the months that were computed.
func recompute(t *testing.T, q *queries.Queries, pack *policy.Pack, window period.Range) string {
	t.Helper()
	result, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, Window: window, Sample: 1_000_000, Now: fixture.Now})
	if err != nil {
		t.Fatal(err)
	}
	if result.Unchanged {
		return "unchanged"
	}
	return strings.Join(result.Months, " ")
}

// totals writes the old, new and charged burdens of employers by month.
func totals(t *testing.T, q *queries.Queries) string {
	t.Helper()
	figures, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	view := queries.View{Comparison: figures.Pack.DefaultComparison().ID, Payers: []contribution.Payer{contribution.Employer}}
	months, err := figures.Months(t.Context(), everything, view)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, m := range months {
		parts = append(parts, fmt.Sprint(m.Period, " ", m.Old, "/", m.New, "/", m.Charged))
	}
	return strings.Join(parts, ", ")
}

// everything is the scope of these tests.
var everything = filter.Everything()

const smallTotals = "2019-04 7700.00/7700.00/7700.00, 2019-05 7700.00/6100.00/7660.00"

func TestOnlyMonthsThatWereTouchedAreComputed(t *testing.T) {
	q, pack := fixture.Open(t), fixture.Pack(t)
	if _, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, Now: fixture.Now}); problem.Code(err) != "nothing_loaded" {
		t.Errorf("an empty store: %v", err)
	}
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	step := func(wantMonths, wantTotals string, window period.Range) {
		t.Helper()
		if got := recompute(t, q, pack, window); got != wantMonths {
			t.Errorf("computed %s, want %s", got, wantMonths)
		}
		if got := totals(t, q); got != wantTotals {
			t.Errorf("totals\n%s, want\n%s", got, wantTotals)
		}
	}
	step("2019-04 2019-05", smallTotals, period.Range{})
	step("unchanged", smallTotals, period.Range{})

	fixture.Load(t, q, "\ufeff"+fixture.Records()) // the same records again in another file
	step("unchanged", smallTotals, period.Range{})

	fixture.Load(t, q, fixture.RecordsHeader+record("06-A1", fixture.A, "2019-06", "pension", "10000", "1600"))
	june := ", 2019-06 2000.00/1600.00/1600.00"
	step("2019-06", smallTotals+june, period.Range{})

	// May's record moves to June; April stays as it was computed first.
	fixture.Load(t, q, fixture.RecordsHeader+record("05-B1", fixture.B, "2019-06", "pension", "10000", "1600"))
	moved := "2019-04 7700.00/7700.00/7700.00, 2019-05 4700.00/3860.00/4660.00, 2019-06 4000.00/3200.00/3200.00"
	step("2019-05 2019-06", moved, period.Range{})

	// A registration from May on touches May and what follows; one without a date, all.
	header := "unit_id,name,region_code,unit_kind,size,valid_from\n"
	fixture.Load(t, q, header+fixture.C+",虎丘软件,320505,enterprise,small,2019-05\n")
	step("2019-05 2019-06", moved, period.Range{})
	fixture.Load(t, q, header+fixture.C+",虎丘软件公司,320505,enterprise,micro,\n")
	step("2019-04 2019-05 2019-06", moved, period.Range{})
	fixture.Load(t, q, header+fixture.UnitID(5)+",新户,320505,enterprise,micro,\n") // has no records yet
	step("unchanged", moved, period.Range{})

	current, _, err := q.CurrentRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	months, err := q.RunPeriods(t.Context(), current.ID)
	if err != nil || len(months) != 3 || months[0].ComputedBy != current.ID {
		t.Errorf("run %d shows %v, %v", current.ID, months, err)
	}
}

func TestAWindowComputesWhatItNamesAndForgetsNothing(t *testing.T) {
	q, pack := fixture.Open(t), fixture.Pack(t)
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	recompute(t, q, pack, period.Range{})
	if got := recompute(t, q, pack, period.Range{From: 201905, To: 201905}); got != "2019-05" {
		t.Errorf("computed %s", got)
	}
	if got := totals(t, q); got != smallTotals {
		t.Errorf("totals %s", got)
	}
	// Both months are touched, one is named; the other has to follow later.
	fixture.Load(t, q, fixture.RecordsHeader+
		record("04-A1", fixture.A, "2019-04", "pension", "5000", "1000")+record("05-A1", fixture.A, "2019-05", "pension", "5000", "800"))
	if got := recompute(t, q, pack, period.Range{From: 201905}); got != "2019-05" {
		t.Errorf("computed %s", got)
	}
	if got := recompute(t, q, pack, period.Range{}); got != "2019-04" {
		t.Errorf("the month that was not named: computed %s", got)
	}
	if got, want := totals(t, q), "2019-04 6700.00/6700.00/6700.00, 2019-05 6700.00/5300.00/6860.00"; got != want {
		t.Errorf("totals %s, want %s", got, want)
	}
	_, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, Window: period.Range{From: 202001, To: 202012}, Now: fixture.Now})
	if problem.Code(err) != "recompute_empty_window" {
		t.Errorf("a window without records: %v", err)
	}
	// A month that has never been computed is computed whatever the window names, for a run shows all months.
	fixture.Load(t, q, fixture.RecordsHeader+record("07-A1", fixture.A, "2019-07", "pension", "5000", "800"))
	if got := recompute(t, q, pack, period.Range{From: 201904, To: 201904}); got != "2019-04 2019-07" {
		t.Errorf("computed %s", got)
	}
}

func TestAnotherPackComputesEverything(t *testing.T) {
	q := fixture.Computed(t)
	files := fixture.PackFiles()
	files[policy.RatesFile].Data = []byte(strings.ReplaceAll(string(files[policy.RatesFile].Data), ",0.16,,rate", ",0.18,,rate"))
	other, err := policy.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if got := recompute(t, q, other, period.Range{From: 201905, To: 201905}); got != "2019-04 2019-05" {
		t.Errorf("computed %s", got)
	}
	// 18 % of 10,000 + 14,000 + 3,500 + 10,000, and 100 of unemployment.
	if got, want := totals(t, q), "2019-04 7700.00/7700.00/7700.00, 2019-05 7700.00/6850.00/7660.00"; got != want {
		t.Errorf("totals %s, want %s", got, want)
	}
	if got := recompute(t, q, fixture.Pack(t), period.Range{}); got != "2019-04 2019-05" {
		t.Errorf("back to the first pack: computed %s", got)
	}
	if got := totals(t, q); got != smallTotals {
		t.Errorf("totals %s", got)
	}
	figures, err := q.Figures(t.Context())
	if err != nil || figures.Pack.Hash != fixture.Pack(t).Hash || string(figures.Pack.Files[policy.BasesFile]) != string(fixture.PackFiles()[policy.BasesFile].Data) {
		t.Errorf("the run does not keep its pack: %v", err)
	}
}

// TestADifferenceFailsTheRun plants wrong figures between the sums and the check, which every run makes.
func TestADifferenceFailsTheRun(t *testing.T) {
	q, pack := fixture.Computed(t), fixture.Pack(t)
	change := func(what string) string {
		return "ALTER TABLE burdens UPDATE " + what + " WHERE run_id = {run:UInt32} AND period = 201905 AND insurance = 'pension' " +
			"AND unit_id = {unit:String} SETTINGS mutations_sync = 2"
	}
	words := map[string]string{
		"a fen in the old burden":  fixture.B + " 2019-05 pension employer old: 3000.01 ≠ 3000.00",
		"a fen in a step":          fixture.B + " 2019-05 pension employee effects",
		"a head":                   "headcount: 2 ≠ 1",
		"a reason that is missing": "reasons: [] ≠ [{base_over_cap 80.00}]",
		"a line too many":          "maternity",
		"a cell that is lost":      "charged in cells: ",
		"records that are lost":    "records of all files: 8 ≠ 14",
	}
	for name, statement := range map[string]string{
		"a fen in the old burden":  change("employer = arrayMap((x, i) -> if(i = 1, x + toDecimal64('0.01', 2), x), employer, arrayEnumerate(employer))"),
		"a fen in a step":          change("employee = arrayMap((x, i) -> if(i = 2, x - toDecimal64('0.01', 2), x), employee, arrayEnumerate(employee))"),
		"a head":                   change("headcount = headcount + 1"),
		"a reason that is missing": change("reasons = arrayPopBack(reasons)"),
		"a cell that is lost":      "ALTER TABLE cells DELETE WHERE run_id = {run:UInt32} AND region_code = '320104' SETTINGS mutations_sync = 2",
		"records that are lost":    "ALTER TABLE burdens DELETE WHERE run_id = {run:UInt32} AND unit_id != {unit:String} SETTINGS mutations_sync = 2",
		"a line too many": `INSERT INTO burdens SELECT * REPLACE('maternity' AS insurance)
			FROM (SELECT * FROM burdens WHERE run_id = {run:UInt32} AND period = 201905 AND unit_id = {unit:String})`,
	} {
		t.Run(name, func(t *testing.T) {
			last, _, err := q.CurrentRun(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			plant := func(int64, int64) { // called when the sums have been written
				p := store.Params{"run": lastRunNumber(t, q), "unit": fixture.B}
				if err := q.Store().Exec(t.Context(), statement, p); err != nil {
					t.Error(err)
				}
			}
			result, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{
				Pack: pack, Window: period.Range{From: 201905, To: 201905}, Sample: 1_000_000, Now: fixture.Now, Progress: plant,
			})
			if problem.Code(err) != "recompute_differs" || len(result.Differences) == 0 || result.Run.State != "failed" ||
				!strings.Contains(result.Run.Failure, words[name]) {
				t.Errorf("%v, differences %v, run %+v", err, result.Differences, result.Run)
			}
			current, _, err := q.CurrentRun(t.Context())
			if err != nil || current.ID != last.ID || totals(t, q) != smallTotals {
				t.Errorf("the current run is %d, was %d, totals %s; %v", current.ID, last.ID, totals(t, q), err)
			}
		})
	}
	if got := recompute(t, q, pack, period.Range{From: 201905, To: 201905}); got != "2019-05" {
		t.Errorf("afterwards: computed %s", got)
	}
	if got := totals(t, q); got != smallTotals {
		t.Errorf("totals %s", got)
	}
}

// lastRunNumber is the number of the run that is on its way.
func lastRunNumber(t *testing.T, q *queries.Queries) uint32 {
	t.Helper()
	type row struct {
		Number uint32 `ch:"number"`
	}
	last, err := store.One[row](t.Context(), q.Store(), "SELECT max(run_id) AS number FROM run_numbers", nil)
	if err != nil {
		t.Error(err)
	}
	return last.Number
}

// TestReadersNeverSeeAMix reads all the while runs with two packs take turns: every answer is that of one of them.
func TestReadersNeverSeeAMix(t *testing.T) {
	q := fixture.Computed(t)
	files := fixture.PackFiles()
	files[policy.RatesFile].Data = []byte(strings.ReplaceAll(string(files[policy.RatesFile].Data), ",0.2,,", ",0.1,,"))
	other, err := policy.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{smallTotals, "2019-04 3900.00/3900.00/7700.00, 2019-05 3900.00/6100.00/7660.00"}
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		seen := map[string]bool{}
		for {
			select {
			case <-stop:
				done <- len(seen)
				return
			case <-time.After(10 * time.Millisecond):
			}
			if got := totals(t, q); !slices.Contains(allowed, got) {
				t.Errorf("read %s", got)
			} else {
				seen[got] = true
			}
		}
	}()
	for _, pack := range []*policy.Pack{other, fixture.Pack(t)} {
		recompute(t, q, pack, period.Range{})
	}
	close(stop)
	if n := <-done; n != 2 {
		t.Errorf("%d of the two runs were seen", n)
	}
}

func TestRecordsThatNothingCoversAreCountedApart(t *testing.T) {
	q := fixture.Computed(t)
	run, ok, err := q.CurrentRun(t.Context())
	if err != nil || !ok || run.Records != 13 || run.Uncovered != 1 || run.Estimates != 0 || run.SampleChecked != 4 {
		t.Errorf("the run is %+v, %v", run, err)
	}
}
