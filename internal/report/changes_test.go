package report_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jianfu/dashboards"
	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/queries"
)

// The records that come after the first report: a person whom A had not declared, and B charged anew by the new policy.
const (
	aLateRecord = "05-Z1,%A,2019-05,pension,normal,z1,1,9000,9000,0.16,1440,0.08,720,2019-05-15,,etax\n"
	aCorrection = "05-B1,%B,2019-05,pension,normal,b1,1,20000,14000,0.16,2240,0.08,1120,2019-05-15,,etax\n"
)

func records(lines ...string) string {
	return fixture.RecordsHeader + strings.NewReplacer("%A", fixture.A, "%B", fixture.B).Replace(strings.Join(lines, ""))
}

// lowerCap is the pack with the new cap at 13,000 yuan instead of 14,000.
func lowerCap(t *testing.T) *policy.Pack {
	t.Helper()
	files := fixture.PackFiles()
	text := strings.Replace(string(files[policy.BasesFile].Data), "3500,14000", "3500,13000", 1)
	files[policy.BasesFile].Data = []byte(text)
	return fixture.PackOf(t, files)
}

// issuesFound is a ledger with one issue, of so much money.
func issuesFound(corrected int64) report.CountIssues {
	return func(_ context.Context, _ period.Range, dimensions ...string) (map[string][]queries.IssueCount, error) {
		all := map[string][]queries.IssueCount{}
		for _, d := range dimensions {
			key := map[string]string{"source": "hotline", "bureau": "320100"}[d]
			all[d] = []queries.IssueCount{{Key: key, Issues: 1, Open: 1, Found: 76000, Corrected: money.Fen(corrected), Outstanding: 76000 - money.Fen(corrected)}}
		}
		return all, nil
	}
}

// signed keeps a report of the small world and leads it to its signature.
func signed(t *testing.T, q *queries.Queries, r report.Request) report.Kept {
	t.Helper()
	kept, err := sign(t, q, r)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func sign(t *testing.T, q *queries.Queries, r report.Request) (report.Kept, error) {
	t.Helper()
	archive := report.NewArchive(q, fixture.Now)
	kept, err := archive.Keep(t.Context(), access.CommandLine("one"), made(t, q, shipped(t), r))
	for _, step := range []report.Step{report.Checked, report.Signed} {
		if err == nil {
			kept, err = archive.Take(t.Context(), access.CommandLine("another"), kept, step, "")
		}
	}
	return kept, err
}

// explained are the changed cells: table, row, figure; then before, after, and what each cause comes to.
func explained(t *testing.T, q *queries.Queries, kept report.Kept) map[string]string {
	t.Helper()
	changes, err := report.NewArchive(q, fixture.Now).Changes(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, c := range changes.Cells {
		key := c.Key
		if key == "" {
			key = c.Row
		}
		says := text(c.Then) + " → " + text(c.Now)
		for _, a := range c.Causes {
			says += " " + a.Cause + " " + a.Amount
		}
		all[c.Table+" "+key+" "+c.Figure] = says
	}
	return all
}

// TestARevisionExplainsEachChangedCell compares with figures worked out by hand, in 万元. After the late record: old 9,500, new 7,540,
// charged 9,100; of what units were to get, 1,960, 800 arrived. After the correction B has its 760: charged 8,340, 1,560 arrived, 800 too
// much. By the lower cap B is to get 160 more: new 7,380.
func TestARevisionExplainsEachChangedCell(t *testing.T) {
	t.Parallel()
	q := fixture.Computed(t)
	signed(t, q, request(201904, 201904))
	r := request(201905, 201905)
	r.Issues = issuesFound(0)
	first := signed(t, q, r)
	since := jsonTables(t, made(t, q, shipped(t), r))["since-previous"]["合计"]
	for figure, want := range map[string]string{"previous:due": "0", "due": "0.16", "change:due": "0.16", "previous:real": "0", "change:real": "0.004", "change:units": "0",
		"previous:delivered_share": "none", "change:delivered_share": "none", "change:overcharged": "0.156"} {
		if got := text(since[figure]); got != want {
			t.Errorf("since April, %s is %s, want %s", figure, got, want)
		}
	}
	if first.Version != 1 || first.Revises != "" {
		t.Errorf("the first is version %d of %q", first.Version, first.Revises)
	}
	fixture.Load(t, q, records(aLateRecord), records(aCorrection))
	fixture.Recompute(t, q, fixture.Pack(t))
	fixture.Recompute(t, q, lowerCap(t))
	r.Issues = issuesFound(50000)
	draft, err := report.NewArchive(q, fixture.Now).Keep(t.Context(), access.CommandLine("one"), made(t, q, shipped(t), r))
	if err != nil {
		t.Fatal(err)
	}
	second := signed(t, q, r)
	if second.Version != 2 || second.Revises != first.ID {
		t.Fatalf("the second is version %d of %q", second.Version, second.Revises)
	}
	says := explained(t, q, second)
	for cell, want := range map[string]string{
		"overall 合计 old":                      "0.77 → 0.95 new_data 0.18",
		"overall 合计 new":                      "0.61 → 0.738 new_data 0.144 parameters -0.016",
		"overall 合计 due":                      "0.16 → 0.212 new_data 0.036 parameters 0.016",
		"overall 合计 effect:rate":              "0.152 → 0.188 new_data 0.036",
		"overall 合计 effect:base":              "0.008 → 0.024 parameters 0.016",
		"overall 合计 charged":                  "0.766 → 0.834 new_data 0.144 corrected_data -0.076",
		"overall 合计 real":                     "0.004 → 0.116 new_data 0.036 corrected_data 0.076",
		"overall 合计 delivered":                "0.044 → 0.156 new_data 0.036 corrected_data 0.076",
		"overall 合计 overcharged":              "0.156 → 0.096 corrected_data -0.076 parameters 0.016",
		"overall 合计 units_reduced":            "2 → 3 corrected_data 1",
		"overall 合计 person_months":            "5 → 6 new_data 1",
		"overall 合计 delivered_share":          "27.50 → 73.58 new_data 13.32 corrected_data 38.77 parameters -6.01",
		"by-region 320100 real":               "0.04 → 0.152 new_data 0.036 corrected_data 0.076",
		"by-size small real":                  "-0.04 → 0.036 corrected_data 0.076",
		"counterfactual rate-only due":        "0.152 → 0.188 new_data 0.036",
		"reasons rate_not_applied reason_net": "0.06 → none corrected_data -0.06",
		"distribution unchanged band_units":   "1 → 0 corrected_data -1",
		"by-month 2019-05 charged":            "0.766 → 0.834 new_data 0.144 corrected_data -0.076",
		"issues hotline money_corrected":      "0 → 500 issues 500",
		"issues-bureau 合计 money_outstanding":  "760 → 260 issues -500",
	} {
		if says[cell] != want {
			t.Errorf("%s: %q, want %q", cell, says[cell], want)
		}
	}
	for _, same := range []string{"overall 合计 units", "reasons base_over_cap reason_net", "by-region 320500 real"} {
		if told, ok := says[same]; ok {
			t.Errorf("%s has not changed, and is told: %s", same, told)
		}
	}
	if _, err := report.NewArchive(q, fixture.Now).Take(t.Context(), access.CommandLine("another"), draft, report.Checked, ""); err != nil {
		t.Fatal(err)
	}
	draft.State = string(report.Checked)
	draft.Steps = append(draft.Steps, queries.ReportStep{})
	if _, err := report.NewArchive(q, fixture.Now).Take(t.Context(), access.CommandLine("another"), draft, report.Signed, ""); problem.Code(err) != "report_superseded" {
		t.Errorf("two second versions were signed: %v", err)
	}
	testFrozen(t, q, r, first, second)
	testWhatIsNotWhole(t, q)
}

// testWhatIsNotWhole: a month that was reported and has moved since is reported again first, and a load that does not hold what its source
// says is not reported as whole.
func testWhatIsNotWhole(t *testing.T, q *queries.Queries) {
	t.Helper()
	failed := func(from, to period.Period) (all []string) {
		t.Helper()
		m, err := report.Make(t.Context(), q, shipped(t), request(from, to))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range m.Failed() {
			all = append(all, o.Check+" "+o.Differences[0].Title+o.Differences[0].Says)
		}
		return all
	}
	if found := failed(201904, 201905); len(found) > 0 {
		t.Errorf("April is as it was reported: %v", found)
	}
	loaded := fixture.Load(t, q, records("04-B1,%B,2019-04,pension,normal,b1,1,20000,15000,0.2,2900,0.08,1200,2019-04-15,,etax\n"))
	fixture.Recompute(t, q, fixture.Pack(t))
	if found := failed(201904, 201905); !slices.Equal(found, []string{"by-month/previous 7600.00"}) {
		t.Errorf("April has moved by 100 yuan: %v", found)
	}
	declared := []queries.DeclaredTotal{{Line: 2, Measure: "employer_amount", Period: 201904, Declared: 300000, Found: 290000}}
	if err := q.InsertDeclaredTotals(t.Context(), loaded[0].ID, fixture.Now(), declared); err != nil {
		t.Fatal(err)
	}
	if found := failed(201904, 201904); !slices.Equal(found, []string{"loads declared"}) {
		t.Errorf("the source says more than was loaded: %v", found)
	}
	if found := failed(201905, 201905); len(found) > 0 {
		t.Errorf("May is whole: %v", found)
	}
}

// testFrozen reads two signed reports again after the data moved, the runs behind them were given up and the schema went on.
func testFrozen(t *testing.T, q *queries.Queries, r report.Request, kept ...report.Kept) {
	t.Helper()
	archive := report.NewArchive(q, fixture.Now)
	was := map[string][]report.File{}
	for _, k := range kept {
		files, err := archive.Files(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		was[k.ID] = files
	}
	fixture.Load(t, q, records(strings.Replace(aCorrection, "2240", "2500", 1)))
	fixture.Recompute(t, q, fixture.Pack(t))
	dropped, err := etl.DropRuns(t.Context(), q, access.CommandLine("root"), 1, fixture.Now)
	if err != nil || !slices.Contains(dropped.Runs, kept[0].Run) || !slices.Contains(dropped.Runs, kept[1].Run) {
		t.Fatalf("%+v, %v", dropped, err)
	}
	if err := q.Store().Exec(t.Context(), "ALTER TABLE reports ADD COLUMN later_program String DEFAULT 'x'", nil); err != nil {
		t.Fatal(err)
	}
	if ran, err := queries.Migrate(t.Context(), q.Store()); err != nil || len(ran) != 0 {
		t.Fatalf("%v, %v", ran, err)
	}
	for _, k := range kept {
		again, err := archive.Find(t.Context(), access.CommandLine("one"), k.ID)
		if err != nil || again.Hash() != k.Hash() {
			t.Fatalf("%+v, %v", again, err)
		}
		files, err := archive.Files(t.Context(), again)
		if err != nil || !slices.EqualFunc(files, was[k.ID], func(a, b report.File) bool {
			return a.Name == b.Name && a.SHA256 == b.SHA256 && string(a.Content()) == string(b.Content())
		}) {
			t.Errorf("version %d has changed, %v", k.Version, err)
		}
	}
	third := signed(t, q, r)
	if says := explained(t, q, third); third.Version != 3 || says["overall 合计 charged"] != "0.834 → 0.86 unknown 0.026" {
		t.Errorf("version %d: %q", third.Version, says["overall 合计 charged"])
	}
}

// TestWhatWasConcealedStaysConcealed has a first version in which A stands alone in its places, and a second one, by when A has two
// persons, as B and C have, and would be shown.
func TestWhatWasConcealedStaysConcealed(t *testing.T) {
	t.Parallel()
	q := fixture.Computed(t)
	concealed := func() report.Request {
		behind, err := q.PersonsBehind(t.Context(), filter.Everything())
		if err != nil {
			t.Fatal(err)
		}
		r := request(201905, 201905)
		r.Decisions, r.WholeScope = dashboards.NewRunDecisions(2, behind), true
		return r
	}
	first := signed(t, q, concealed())
	var late []string
	for _, unit := range []string{fixture.A, fixture.B, fixture.C} {
		for _, month := range []string{"04", "05"} {
			rate, amount := "0.16", "1440"
			if month == "04" {
				rate, amount = "0.2", "1800"
			}
			late = append(late, fmt.Sprintf("%s-%s-Z,%s,2019-%s,pension,normal,z%s,1,9000,9000,%s,%s,0.08,720,2019-05-15,,etax\n", month, unit, unit, month, unit, rate, amount))
		}
	}
	fixture.Load(t, q, records(late...))
	fixture.Recompute(t, q, fixture.Pack(t))
	set := shipped(t)
	set.ID = "another-set"
	fresh := hiddenCells(t, made(t, q, set, concealed()))
	second := made(t, q, shipped(t), concealed())
	now := hiddenCells(t, second)
	was := hiddenIn(t, jsonOf(t, q, first))
	shown := 0
	for cell := range was {
		if !now[cell] {
			t.Errorf("%s was concealed and is shown", cell)
		}
		if !fresh[cell] {
			shown++
		}
	}
	if len(was) < 20 || shown < 5 {
		t.Errorf("%d cells were concealed, %d of which would be shown now: this tests nothing", len(was), shown)
	}
	told := 0
	for _, c := range second.Changes.Cells {
		told++
		if cell := strings.Join([]string{c.Table, c.Sort, c.Key, c.Row, c.Figure}, "|"); was[cell] || now[cell] {
			t.Errorf("%s is concealed, and its change is told: %s → %s", cell, text(c.Then), text(c.Now))
		}
	}
	if told == 0 {
		t.Error("no change is told at all")
	}
}

func jsonOf(t *testing.T, q *queries.Queries, kept report.Kept) []byte {
	t.Helper()
	files, err := report.NewArchive(q, fixture.Now).Files(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(files, func(f report.File) bool { return strings.HasSuffix(f.Name, ".json") })
	return files[i].Content()
}

func hiddenCells(t *testing.T, m *report.Report) map[string]bool {
	t.Helper()
	files, err := m.Files()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(files, func(f report.File) bool { return strings.HasSuffix(f.Name, ".json") })
	return hiddenIn(t, files[i].Content())
}

// hiddenIn are the cells that a report conceals.
func hiddenIn(t *testing.T, content []byte) map[string]bool {
	t.Helper()
	var all struct {
		Tables []struct {
			ID   string
			Rows []struct {
				Sort, Key, Title string
				Suppressed       []string
			}
		}
	}
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	hidden := map[string]bool{}
	for _, table := range all.Tables {
		for _, row := range table.Rows {
			for _, figure := range row.Suppressed {
				hidden[strings.Join([]string{table.ID, row.Sort, row.Key, row.Title, figure}, "|")] = true
			}
		}
	}
	return hidden
}
