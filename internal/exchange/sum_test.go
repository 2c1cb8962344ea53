package exchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/dashboards"
	"jianfu/etl"
	"jianfu/etl/sample"
	"jianfu/internal/fixture"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/report"
	"jianfu/queries"
)

// written is a report as its JSON has it.
func written(t *testing.T, r *report.Report) (w report.Written) {
	t.Helper()
	var content bytes.Buffer
	if err := r.WriteJSON(&content); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content.Bytes(), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// same wants the tables of a sum to be those of a report, to the last figure.
func same(t *testing.T, sum, whole report.Written, regionsAside bool) {
	t.Helper()
	figures := 0
	for i, table := range whole.Tables {
		got := sum.Tables[i]
		if table.By == "unit" { // the sum lists what each part has chosen
			if len(got.Rows) < len(table.Rows) {
				t.Errorf("%s: %d units chosen by the parts, %d by the whole", table.Number, len(got.Rows), len(table.Rows))
			}
			continue
		}
		if table.By == "region" && regionsAside { // that of the country lists cities; the sum provinces
			got.Rows, table.Rows = got.Rows[:1], table.Rows[:1]
		}
		if !reflect.DeepEqual(got.Columns, table.Columns) || len(got.Rows) != len(table.Rows) {
			t.Fatalf("%s: %d rows, want %d", table.Number, len(got.Rows), len(table.Rows))
		}
		for n, row := range table.Rows {
			if table.ID == "since-previous" { // it has a rate without the two figures that it is of
				row.NotSummed = []string{"previous:delivered_share", "delivered_share", "change:delivered_share"}
				for _, key := range row.NotSummed {
					delete(row.Figures, key)
				}
			}
			if !reflect.DeepEqual(got.Rows[n], row) {
				a, _ := json.Marshal(got.Rows[n])
				b, _ := json.Marshal(row)
				t.Errorf("%s:\n got %s\nwant %s", table.Number, a, b)
			}
			figures += len(row.Figures)
		}
	}
	if figures < 300 {
		t.Errorf("only %d figures", figures)
	}
}

// TestPackagesOfThreeProvincesAddUpToTheCountry makes three sample provinces in one store, sends the report of each to another, and
// compares the sum there with the report about all of the first.
func TestPackagesOfThreeProvincesAddUpToTheCountry(t *testing.T) {
	folder, err := policy.Find("2019-cut")
	if err != nil {
		t.Fatal(err)
	}
	pack, err := policy.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	q := fixture.Open(t)
	months := period.Range{From: 201904, To: 201905}
	for i, province := range []string{"320000", "330000", "440000"} {
		made, err := sample.Make(t.Context(), sample.Options{Dir: filepath.Join(t.TempDir(), "sample"), Province: province, Units: 60, Months: months, Seed: uint64(i + 1), Policy: folder}) //nolint:gosec // few
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range made.Files { // each province numbers its records from one
			text, err := os.ReadFile(name)
			if err == nil {
				err = os.WriteFile(name, []byte(strings.ReplaceAll(string(text), "\nR0", "\nR"+province)), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		loader := etl.Loader{Queries: q, Now: fixture.Now, Allow: etl.Doubts}
		if _, err := loader.Load(t.Context(), made.Files); err != nil {
			t.Fatal(err)
		}
	}
	fixture.Recompute(t, q, pack)
	set, below, above := shipped(t), newBureau(t, q, Nation), newBureau(t, fixture.Open(t), "")
	above.trusts(t, below)
	for _, province := range []string{"440000", "320000", "330000"} {
		above.takes(t, below.sends(t, set, asked(province, months)), set, Nation)
	}
	whole, err := report.Make(t.Context(), q, set, asked(Nation, months))
	if err != nil {
		t.Fatal(err)
	}
	ask := Ask{Set: set, Window: months, Region: Nation}
	sum, err := above.Add(t.Context(), root, ask)
	if err != nil {
		t.Fatal(err)
	}
	same(t, written(t, sum.Report), written(t, whole), true)
	testProvinces(t, below, set, months, written(t, sum.Report))
	if failed := sum.Report.Failed(); len(failed) > 0 {
		t.Errorf("%+v", failed)
	}
	if len(sum.Taken) != 3 || len(sum.Missing) != 28 || slices.Contains(sum.Missing, "320000") || slices.Contains(sum.Missing, "810000") {
		t.Errorf("%d taken, missing %v", len(sum.Taken), sum.Missing)
	}
	testSources(t, above, sum)
	testConcealedSum(t, below, above, set, ask)
}

// testProvinces wants the row of a province in the table by region to be what a report about it has as its total.
func testProvinces(t *testing.T, below bureau, set *report.Set, months period.Range, sum report.Written) {
	table := sum.Tables[2]
	if len(table.Rows) != 4 || table.Rows[2].Key != "330000" || table.Rows[2].Title != "浙江省" {
		t.Fatalf("%+v", table.Rows)
	}
	made, err := report.Make(t.Context(), below.q, set, asked("330000", months))
	if err != nil {
		t.Fatal(err)
	}
	total := written(t, made).Tables[2].Rows[0].Figures
	for key, figure := range table.Rows[2].Figures {
		if !strings.HasSuffix(key, "due_share") && (figure == nil || *figure != *total[key]) {
			t.Errorf("%s of the province is %v, its total %v", key, figure, total[key])
		}
	}
}

// TestPackagesOfCitiesAddUpToTheirProvince compares the sum of the two cities of the small world with its province, whose table by region
// lists them.
func TestPackagesOfCitiesAddUpToTheirProvince(t *testing.T) {
	set, below, above := shipped(t), newBureau(t, fixture.Computed(t), "320000"), newBureau(t, fixture.Open(t), "320000")
	above.trusts(t, below)
	for _, city := range []string{"320500", "320100"} {
		above.takes(t, below.sends(t, set, asked(city, may)), set, "320000")
	}
	whole, err := report.Make(t.Context(), below.q, set, asked("320000", may))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := above.Add(t.Context(), root, Ask{Set: set, Window: may, Region: "320000"})
	if err != nil {
		t.Fatal(err)
	}
	same(t, written(t, sum.Report), written(t, whole), false)
	other := own(t, "04-size.yaml", "definition: 按", "definition: 依")
	if sum, err = above.Add(t.Context(), root, Ask{Set: other, Window: may, Region: "320000"}); err != nil || sum.Report != nil || len(sum.Different) != 2 || sum.Different[0].Differences[0].What != "text" {
		t.Errorf("packages of other definitions: %+v, %v", sum, err)
	}
	if _, err := above.Add(t.Context(), leader, Ask{Set: set, Window: may, Region: Nation}); err == nil {
		t.Error("a leader of a province was shown the sum of the country")
	}
}

// testSources follows a row of the sum to the rows of the packages.
func testSources(t *testing.T, above bureau, sum *Sum) {
	files, err := sum.Files(i18n.For("zh"))
	if err != nil || files[len(files)-1].Name != "sources.csv" {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := sum.WriteSources(&text, i18n.For("zh")); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	followed := 0
	for _, line := range lines[1:] {
		if line[0] != "减负统4表" || line[2] != "small" {
			continue
		}
		_, content, err := above.Find(t.Context(), root, line[6])
		if err != nil {
			t.Fatal(err)
		}
		files, err := unzipped(content)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(files, func(f file) bool { return f.name == line[7] })
		if at < 0 || !strings.Contains(string(files[at].content), "\r\n"+line[8]+",member,small,") {
			t.Errorf("%v leads to no row", line)
		}
		followed++
	}
	if followed != 3 {
		t.Errorf("%d rows were followed", followed)
	}
}

// testConcealedSum sends a newer report that conceals: where it does, the sum conceals as well.
func testConcealedSum(t *testing.T, below, above bureau, set *report.Set, ask Ask) {
	below.at = below.at.Add(time.Hour)
	r := asked("330000", ask.Window)
	behind, err := below.q.PersonsBehind(t.Context(), r.Scope)
	if err != nil {
		t.Fatal(err)
	}
	r.Decisions, r.WholeScope = dashboards.NewRunDecisions(40, behind), true
	content := below.sends(t, set, r)
	if receipt := above.takes(t, content, set, Nation); receipt.Few || receipt.Older != 1 {
		t.Errorf("%+v", receipt)
	}
	sum, err := above.Add(t.Context(), root, ask)
	if err != nil {
		t.Fatal(err)
	}
	if len(sum.Replaced) != 1 || len(sum.Taken) != 3 {
		t.Errorf("%d replaced, %d taken", len(sum.Replaced), len(sum.Taken))
	}
	got, concealed := written(t, sum.Report), 0
	pack, err := open(content, func(string, []byte, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	for i, table := range pack.tables {
		if table.By == "region" {
			continue
		}
		for _, row := range table.Rows {
			at := slices.IndexFunc(got.Tables[i].Rows, func(o report.WrittenRow) bool { return o.Sort == row.Sort && o.Key == row.Key && o.Title == row.Title })
			for _, key := range row.Suppressed {
				if concealed++; at < 0 || !slices.Contains(got.Tables[i].Rows[at].Suppressed, key) {
					t.Errorf("%s %s %s is concealed in a package and shown in the sum", table.Number, row.Title, key)
				}
			}
		}
	}
	if concealed == 0 {
		t.Error("nothing was concealed")
	}
	if sum.Packs != 1 {
		t.Errorf("%d packs", sum.Packs)
	}
}

func TestNobodyCountsTwiceAndNobodyIsForgotten(t *testing.T) {
	of := func(regions ...string) (latest []queries.ReceivedPackage) {
		for _, code := range regions {
			latest = append(latest, queries.ReceivedPackage{Region: code})
		}
		return latest
	}
	for name, c := range map[string]struct {
		region                string
		sent                  []queries.ReceivedPackage
		rows, within, missing string
		lacks                 int
	}{
		"cities of a province":                   {"320000", of("320100", "320500"), "320100 320500", "", "320200", 11},
		"a province holds its cities":            {Nation, of("320000", "320100"), "320000", "320100", "110000", 30},
		"cities stand for their province":        {Nation, of("320100", "320500"), "320000 320000", "", "320200", 30 + 11},
		"districts lie right below municipality": {"110000", of("110101"), "110101", "", "110102", 15},
		"a county for its province":              {"320000", of("320102"), "320100", "", "320104", 12 + 10},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Sum{}
			s.take(c.sent, c.region)
			var rows, within []string
			for _, taken := range s.Taken {
				rows = append(rows, taken.Row)
			}
			for _, r := range s.Within {
				within = append(within, r.Region)
			}
			if strings.Join(rows, " ") != c.rows || strings.Join(within, " ") != c.within || !slices.Contains(s.Missing, c.missing) || len(s.Missing) != c.lacks {
				t.Errorf("rows %v, within %v, %d missing %v", rows, within, len(s.Missing), s.Missing)
			}
		})
	}
}
