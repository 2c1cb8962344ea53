package etl_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/etl"
	"jianfu/internal/fixture"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// brought loads files of testdata/cases.
func brought(t *testing.T, q *queries.Queries, allow []string, files ...string) ([]etl.Loaded, error) {
	t.Helper()
	var paths []string
	for _, file := range files {
		paths = append(paths, filepath.Join("../testdata/cases", filepath.FromSlash(file)))
	}
	loader := etl.Loader{Queries: q, Now: func() time.Time { return time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC) }, Allow: allow}
	return loader.Load(t.Context(), paths)
}

// TestManyPersonsUnderANumberThatNamesNobodyAreNotOnePerson loads what a spreadsheet made of person numbers.
func TestManyPersonsUnderANumberThatNamesNobodyAreNotOnePerson(t *testing.T) {
	const folder = "01-person-number-spreadsheet/"
	for file, notes := range map[string]string{"sci.csv": "[{persons_scientific 6}]", "zeros.csv": "[{persons_cut 6}]", "right.csv": "[]"} {
		t.Run(file, func(t *testing.T) {
			q := fixture.Open(t)
			loaded, err := brought(t, q, nil, folder+"units.csv", folder+file)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(loaded[1].Notes); got != notes {
				t.Errorf("notes %s, want %s", got, notes)
			}
			kept, err := q.LoadNotes(t.Context(), loaded[1].ID)
			if got := fmt.Sprint(kept); err != nil || got != notes {
				t.Errorf("kept %s, %v", got, err)
			}
			known := 0
			for _, r := range liveRecords(t, q, "91320102MA00000119") {
				if r.Person != 0 {
					known++
				}
			}
			if want := map[string]int{"right.csv": 6}[file]; known != want {
				t.Errorf("%d records have a person, want %d", known, want)
			}
		})
	}
}

// TestAKeyThatCountsTheLinesOfAFileReplacesNothing: 序号 starts at 1 in each file.
func TestAKeyThatCountsTheLinesOfAFileReplacesNothing(t *testing.T) {
	const folder = "03-row-number-as-key/"
	q := fixture.Open(t)
	if _, err := brought(t, q, nil, folder+"units.csv", folder+"2019-05.csv"); err != nil {
		t.Fatal(err)
	}
	_, err := brought(t, q, nil, folder+"2019-06.csv")
	if problem.Code(err) != etl.KeyReused || !strings.Contains(fmt.Sprint(err), "4") {
		t.Fatalf("the second month: %v", err)
	}
	if loads, err := q.Loads(t.Context()); err != nil || len(loads) != 2 {
		t.Errorf("%d loads, %v: nothing is visible of what was stopped", len(loads), err)
	}
	if n := len(liveRecords(t, q, "91320102MA0000021A", "91320102MA0000022D")); n != 4 {
		t.Errorf("%d records, want the 4 of May", n)
	}
	loaded, err := brought(t, q, []string{etl.KeyReused}, folder+"2019-06.csv")
	if err != nil || loaded[0].Replaced != 4 {
		t.Errorf("told to go on: %+v, %v", loaded, err)
	}
}

// bigFile is n records of unit A in a month, with keys from a prefix on.
func bigFile(prefix, month string, n, amount int) string {
	var b strings.Builder
	b.WriteString(fixture.RecordsHeader)
	for i := range n {
		fmt.Fprintf(&b, "%s%04d,%s,%s,pension,normal,q%d,1,5000,5000,0.16,%d,0.08,400,2019-05-15,,etax\n", prefix, i, fixture.A, month, i, amount)
	}
	return b.String()
}

func TestWhatReplacesOrRepeatsMostOfAFileIsAskedAbout(t *testing.T) {
	type file struct{ text, code string }
	for name, files := range map[string][]file{
		"a file whose amounts are all others":          {{bigFile("k", "2019-05", 12, 800), ""}, {bigFile("k", "2019-05", 12, 950), etl.MostReplaced}},
		"a correction of less than half":               {{bigFile("k", "2019-05", 30, 800), ""}, {bigFile("k", "2019-05", 12, 950), ""}},
		"a correction of few records":                  {{bigFile("k", "2019-05", 9, 800), ""}, {bigFile("k", "2019-05", 9, 950), ""}},
		"the same records under new keys":              {{bigFile("k", "2019-05", 12, 800), ""}, {bigFile("m", "2019-05", 12, 800), etl.SameButKey}},
		"the same persons in another month":            {{bigFile("k", "2019-05", 12, 800), ""}, {bigFile("m", "2019-06", 12, 800), ""}},
		"a few persons charged twice":                  {{bigFile("k", "2019-05", 12, 800), ""}, {bigFile("m", "2019-05", 3, 800), ""}},
		"the same keys for another month":              {{bigFile("k", "2019-05", 3, 800), ""}, {bigFile("k", "2019-06", 3, 800), etl.KeyReused}},
		"the same keys for another unit":               {{bigFile("k", "2019-05", 3, 800), ""}, {strings.ReplaceAll(bigFile("k", "2019-05", 3, 800), fixture.A, fixture.B), etl.KeyReused}},
		"the same keys for another insurance":          {{bigFile("k", "2019-05", 3, 800), ""}, {strings.ReplaceAll(bigFile("k", "2019-05", 3, 800), "pension", "medical"), etl.KeyReused}},
		"the same file again with a line of its own":   {{bigFile("k", "2019-05", 12, 800), ""}, {bigFile("k", "2019-05", 13, 800), ""}},
		"one key among many that means something else": {{bigFile("k", "2019-05", 12, 800), ""}, {bigFile("k", "2019-05", 12, 800) + strings.Replace(strings.TrimPrefix(bigFile("k", "2019-06", 1, 800), fixture.RecordsHeader), "k0000", "k0000", 1), ""}},
	} {
		t.Run(name, func(t *testing.T) {
			q := fixture.Open(t)
			fixture.Load(t, q, fixture.Units())
			for i, f := range files {
				loader := etl.Loader{Queries: q, Now: fixture.Now}
				path := fixture.File(t, fmt.Sprintf("%d.csv", i), f.text)
				_, err := loader.Load(t.Context(), []string{path})
				if got := problem.Code(err); got != f.code || (err == nil) != (f.code == "") {
					t.Fatalf("file %d: %v, want %q", i+1, err, f.code)
				}
				if f.code == "" {
					continue
				}
				loader.Allow = slices.Clone(etl.Doubts)
				if _, err := loader.Load(t.Context(), []string{path}); err != nil {
					t.Errorf("told to go on: %v", err)
				}
			}
		})
	}
}

// TestARateInPercentWithoutItsSignIsRejectedByItsOwnAmount: 0.5 with 40.00 on 8,000.00 is 0.5 %.
func TestARateInPercentWithoutItsSignIsRejectedByItsOwnAmount(t *testing.T) {
	const folder = "07-rate-as-percent-number/"
	q := fixture.Open(t)
	loaded, err := brought(t, q, nil, folder+"units.csv", folder+"c.csv")
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := q.RejectReasons(t.Context(), loaded[1].ID)
	if err != nil || loaded[1].Accepted != 0 || reasons["rate_percent_forgotten"] != loaded[1].Read {
		t.Errorf("%+v, %v, %v", loaded[1], reasons, err)
	}
}
