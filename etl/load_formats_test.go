package etl_test

import (
	"encoding/csv"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/contribution"
	"jianfu/internal/fixture"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// workbookOf writes CSV as a workbook whose cells from one column on are numbers where they can be.
func workbookOf(t *testing.T, text string, numbersFrom int) string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	for i, line := range lines {
		row := make([]any, len(line))
		for j, cell := range line {
			row[j] = cell
			if n, err := strconv.ParseFloat(cell, 64); err == nil && j >= numbersFrom {
				row[j] = n
			}
		}
		if err := f.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "明细.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// toParquet is what the engine writes of the records, a column each as a database has it.
const toParquet = `INSERT INTO FUNCTION file({path:String}, 'Parquet')
	SELECT record_id, toString(unit_id) AS unit_id, toString(period) AS period, toString(insurance) AS insurance, toString(entry_type) AS entry_type,
		headcount, wage, toFloat64(base) AS base, employer_rate, employer_amount, employee_rate, employee_amount,
		nullIf(received_on, toDate(0)) AS received_on, received_amount
	FROM contributions ORDER BY line`

func TestTheSameRecordsInEveryFormatLoadToTheSame(t *testing.T) {
	random := fixture.NewRandom(3, 30)
	first := fixture.Open(t)
	loader := func(q *queries.Queries) *etl.Loader {
		return &etl.Loader{Queries: q, By: access.CommandLine("test"), Now: fixture.Now, Allow: etl.Doubts}
	}
	load := func(q *queries.Queries, paths ...string) []contribution.Record {
		loaded, err := loader(q).Load(t.Context(), paths)
		if err != nil {
			t.Fatal(err)
		}
		if last := loaded[len(loaded)-1]; last.Accepted == 0 || last.Rejected > 0 {
			t.Fatalf("%+v", last)
		}
		records := liveRecords(t, q, random.UnitIDs()...)
		for i := range records { // the engine's file has no persons
			records[i].Person, records[i].Channel = 0, 0
		}
		return records
	}
	units := fixture.File(t, "units.csv", random.UnitsFile())
	want := load(first, units, fixture.File(t, "records.csv", random.RecordsFile()))

	if got := load(fixture.Open(t), workbookOf(t, random.UnitsFile(), 6), workbookOf(t, random.RecordsFile(), 6)); cmp.Diff(want, got) != "" {
		t.Errorf("of a workbook: %s", cmp.Diff(want, got))
	}
	path := filepath.Join(t.TempDir(), "records.parquet")
	if err := first.Store().Exec(t.Context(), toParquet, map[string]any{"path": path}); err != nil {
		t.Fatal(err)
	}
	if got := load(fixture.Open(t), units, path); cmp.Diff(want, got) != "" {
		t.Errorf("of Parquet: %s", cmp.Diff(want, got))
	}
}

func TestWhoeverNamesAnEncodingLoadsTheFileAgain(t *testing.T) {
	q := fixture.Open(t)
	path := fixture.File(t, "units.csv", fixture.Units())
	load := func(encoding string) (etl.Loaded, error) {
		l := etl.Loader{Queries: q, By: access.CommandLine("test"), Now: fixture.Now, Encoding: encoding}
		loaded, err := l.Load(t.Context(), []string{path})
		if err != nil {
			return etl.Loaded{}, err
		}
		return loaded[0], nil
	}
	if l, err := load(""); err != nil || l.Found.Delimiter != "," || l.Found.HeaderLine != 1 || l.Format != "CSV" {
		t.Errorf("%+v %v", l, err)
	}
	if l, err := load("utf-8"); err != nil || !l.Already {
		t.Errorf("%+v %v", l, err)
	}
	if l, err := load("gb18030"); err != nil || l.Already || l.Encoding != "GB18030" {
		t.Errorf("%+v %v", l, err)
	}
	if _, err := load("big5"); problem.Code(err) != "reader_encoding_option" {
		t.Error(err)
	}
}
