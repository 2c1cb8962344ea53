package etl_test

import (
	"slices"
	"strings"
	"testing"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/fixture"
	"jianfu/internal/problem"
)

func TestAPreviewSaysWhatALoadWouldDoAndWritesNothing(t *testing.T) {
	q := fixture.Open(t)
	units := fixture.File(t, "units.csv", fixture.Units())
	line := func(id, month, wage string) string { return record(id, fixture.A, month, "pension", wage, "800") }
	loader := &etl.Loader{Queries: q, By: access.CommandLine("test"), Now: fixture.Now}
	if _, err := loader.Preview(t.Context(), []string{fixture.File(t, "alone.csv", totalsHeader+line("1", "2019-04", "5000"))}); problem.Code(err) != "load_no_units" {
		t.Errorf("%v", err)
	}
	april := fixture.File(t, "april.csv", totalsHeader+line("1", "2019-04", "5000")+line("2", "2019-04", "6000.50"))
	previews, err := loader.Preview(t.Context(), []string{april, units})
	if err != nil || len(previews) != 2 || previews[0].Kind != "units" || previews[0].Acceptable != 4 || previews[1].Acceptable != 2 || len(previews[1].Before) > 0 {
		t.Fatalf("%+v %v", previews, err)
	}
	if all, err := q.Loads(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("%v %v", all, err)
	}
	loads(t, q, []string{"4=4+0+0 []", "2=2+0+0 [201904]"}, fixture.Units(), totalsHeader+line("1", "2019-04", "5000")+line("2", "2019-04", "6000.50"))

	may := strings.Replace(totalsHeader, "wage", "月工资", 1) + line("3", "2019-05", "7000") + line("4", "2091-05", "5000") + line("5", "2019-05", "x") + line("6", "2019-05", "8000")
	loader.Columns = map[string]string{"月工资": "缴费工资"}
	previews, err = loader.Preview(t.Context(), []string{fixture.File(t, "may.csv", may)})
	if err != nil {
		t.Fatal(err)
	}
	p := previews[0]
	if p.Read != 4 || p.Acceptable != 3 || p.Rejected != 1 || p.Reasons["amount_not_number"] != 1 || len(p.Rejects) != 1 || p.Rejects[0].Column != "月工资" {
		t.Errorf("%+v", p)
	}
	if !slices.Equal(p.AskedCodes, []string{"month_ahead"}) || p.SameMonths {
		t.Errorf("asked %v", p.AskedCodes)
	}
	if first := p.First[0]; first.Line != 2 || first.Values["wage"] != "7000.00" || first.Values["person_id"] != "***" || first.Values["employer_rate"] != "0.16" {
		t.Errorf("%+v", first)
	}
	if len(p.Rates) != 2 || p.Rates[0].Records != 2 || p.Rates[0].Wage != 15_000_00 || len(p.Before) != 1 || p.Before[0].Records != 2 || p.Before[0].Wage != 11_000_50 {
		t.Errorf("%+v, before %+v", p.Rates, p.Before)
	}
	if all, err := q.Loads(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("%v %v", all, err)
	}
	if next, err := q.NextLoad(t.Context(), fixture.Now()); err != nil || next != 3 {
		t.Errorf("a preview has taken a number: %d %v", next, err)
	}
}

func TestAMappedFileLoadsAgainWithoutAChange(t *testing.T) {
	q := fixture.Open(t)
	records := fixture.File(t, "records.csv", strings.Replace(fixture.Records(), "wage", "月工资", 1))
	loader := &etl.Loader{Queries: q, By: access.CommandLine("test"), Now: fixture.Now}
	if _, err := loader.Load(t.Context(), []string{fixture.File(t, "units.csv", fixture.Units()), records}); problem.Code(err) != "reader_columns_missing" {
		t.Fatal(err)
	}
	loader.Columns = map[string]string{"月工资": "wage"}
	for _, want := range []string{"14=14+0+0 [201904 201905]", "14=0+0+14 []"} {
		loaded, err := loader.Load(t.Context(), []string{fixture.File(t, "units.csv", fixture.Units()), records})
		if err != nil || counts(loaded[1]) != want {
			t.Errorf("%s: %+v %v", want, loaded, err)
		}
	}
}
