package etl_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/problem"
	"jianfu/queries"
)

func totalsText(totals []queries.LoadTotal) []string {
	var list []string
	for _, t := range totals {
		text := fmt.Sprintf("%s %d: %d of %d, %s on %s, %s and %s, %s", t.Insurance, t.Period, t.Records, t.Headcount, t.Wage, t.Base, t.EmployerAmount, t.EmployeeAmount, t.ReceivedAmount)
		if t.Unchanged {
			text += ", unchanged"
		}
		list = append(list, text)
	}
	return list
}

const totalsHeader = "record_id,unit_id,period,insurance,entry_type,person_id,headcount,wage,base,employer_rate,employer_amount,employee_rate,employee_amount,received_on,received_amount,channel\n"

func TestTotalsAreOfTheLinesThatCountByInsuranceAndMonth(t *testing.T) {
	q := fixture.Open(t)
	line := func(id, month, insurance, wage, amount string) string {
		return record(id, fixture.A, month, insurance, wage, amount)
	}
	first := totalsHeader + line("1", "2019-05", "pension", "5000", "800") + line("2", "2019-05", "pension", "1000.50", "160.08") +
		line("3", "2019-04", "medical", "5000", "400") + line("4", "2019-13", "pension", "5000", "800") + // no month
		line("2", "2019-05", "pension", "9999", "1") + // its key again with other contents
		line("1", "2019-05", "pension", "5000", "800") // the same once more
	loaded := loads(t, q, []string{"4=4+0+0 []", "6=3+2+1 [201904 201905]"}, fixture.Units(), first)[1]
	want := []string{
		"pension 201905: 2 of 2, 6000.50 on 6000.50, 960.08 and 0.00, 20.00",
		"pension 201905: 1 of 1, 5000.00 on 5000.00, 800.00 and 0.00, 10.00, unchanged",
		"medical 201904: 1 of 1, 5000.00 on 5000.00, 400.00 and 0.00, 10.00",
	}
	if diff := cmp.Diff(want, totalsText(loaded.Totals)); diff != "" {
		t.Error(diff)
	}
	kept, err := q.LoadTotals(t.Context(), loaded.ID)
	if err != nil || cmp.Diff(loaded.Totals, kept) != "" {
		t.Errorf("kept otherwise: %s %v", cmp.Diff(loaded.Totals, kept), err)
	}
	if loaded.Payable != 1360_08 || loaded.Received != 30_00 {
		t.Errorf("%s and %s", loaded.Payable, loaded.Received)
	}
	var raw []string
	for _, r := range rejectsOf(t, q, loaded.ID) {
		raw = append(raw, fmt.Sprint(r.Line, " ", r.Code, " ", r.Raw))
	}
	if diff := cmp.Diff([]string{
		"5 period_invalid " + strings.Replace(strings.TrimSuffix(line("4", "2019-13", "pension", "5000", "800"), "\n"), "p1", "***", 1),
		"6 record_repeated " + strings.Replace(strings.TrimSuffix(line("2", "2019-05", "pension", "9999", "1"), "\n"), "p1", "***", 1),
	}, raw); diff != "" {
		t.Errorf("rejected lines are not whole: %s", diff)
	}
}

func TestRegistrationsThatRepeatAreRejectedAsWholeLines(t *testing.T) {
	q := fixture.Open(t)
	lines := strings.SplitAfter(fixture.Units(), "\n")
	again := strings.Replace(lines[1], "enterprise", "organization", 1)
	if again == lines[1] {
		again = strings.Replace(lines[1], "企业", "社会组织", 1)
	}
	loaded := loads(t, q, []string{"5=4+1+0 []"}, fixture.Units()+again)[0]
	if r := rejectsOf(t, q, loaded.ID); len(r) != 1 || r[0].Code != "unit_repeated" || r[0].Raw != strings.TrimSuffix(again, "\n") {
		t.Errorf("%+v", r)
	}
}

func TestWhatTheSourceSaysIsComparedAndKept(t *testing.T) {
	q := fixture.Open(t)
	units, records := fixture.File(t, "units.csv", fixture.Units()), fixture.File(t, "records.csv", fixture.Records())
	load := func(control string, paths ...string) ([]etl.Loaded, error) {
		l := etl.Loader{Queries: q, By: access.CommandLine("test"), Now: fixture.Now, Control: fixture.File(t, "control.csv", control)}
		return l.Load(t.Context(), paths)
	}
	for name, c := range map[string]struct{ control, code string }{
		"no file of it":        {"文件名,行数\n六月.csv,14\n", "load_control_file"},
		"amounts of units":     {"文件名,缴费工资\nunits.csv,14\n", "load_control_kind"},
		"a line of words":      {"险种,行数\n养老保险,十四\n", "reader_control_line"},
		"half a line":          {"行数\n1.5\n", "reader_control_line"},
		"an insurance of cars": {"险种,行数\n车险,1\n", "reader_control_line"},
		"a month 13":           {"费款所属期,行数\n2019-13,1\n", "reader_control_line"},
		"no figures":           {"险种,费款所属期\n养老保险,2019-05\n", "reader_control_header"},
		"no lines":             {"险种,行数\n", "reader_empty"},
	} {
		if _, err := load(c.control, units, records); problem.Code(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := load("行数\n4\n", units, records, fixture.File(t, "more.csv", fixture.Records())); problem.Code(err) != "load_control_which" {
		t.Error(err)
	}
	if all, err := q.Loads(t.Context()); err != nil || len(all) > 0 {
		t.Fatalf("something was loaded: %v %v", all, err)
	}

	loaded, err := load("文件名,险种,费款所属期,行数,应缴合计\nunits.csv,,,4,\n,合计,,14,\"23,080.00\"\n,,2019-04,,10790\n,医疗保险,2019-05,1,1100.01\n", units, records)
	if err != nil {
		t.Fatal(err)
	}
	check := func(declared []queries.DeclaredTotal, want ...string) {
		t.Helper()
		var got []string
		for _, d := range declared {
			got = append(got, fmt.Sprintf("%d %s %s %d: %s %s %v", d.Line, d.Measure, d.Insurance, d.Period, d.Figure(d.Declared), d.Figure(d.Found), d.Equal()))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	}
	check(loaded[0].Declared, "2 records  0: 4 4 true")
	want := []string{"3 records  0: 14 14 true", "3 payable  0: 23080.00 23080.00 true", "4 payable  201904: 10790.00 10790.00 true",
		"5 records medical 201905: 1 1 true", "5 payable medical 201905: 1100.01 1100.00 false"}
	check(loaded[1].Declared, want...)
	kept, err := q.DeclaredTotals(t.Context(), loaded[1].ID)
	if err != nil || len(kept) != len(want) || !kept[0].Equal() {
		t.Errorf("%+v %v", kept, err)
	}
	// Loaded already, the source can still be heard.
	if loaded, err = load("行数,缴费工资\n13,0\n", records); err != nil || !loaded[0].Already {
		t.Fatalf("%+v %v", loaded, err)
	}
	var wages money.Fen
	for _, total := range loaded[0].Totals {
		wages += total.Wage
	}
	check(loaded[0].Declared, "2 records  0: 13 14 false", "2 wage  0: 0.00 "+wages.String()+" false")
}
