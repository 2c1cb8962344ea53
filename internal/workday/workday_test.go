package workday

import (
	"testing"
	"testing/fstest"
	"time"

	"jianfu/internal/problem"
)

func day(t *testing.T, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Worked out by hand from the notices: 国办发明电〔2018〕15号 and its change of March 2019 (May: off 1–4, work 28 April and 5 May),
// 国办发明电〔2019〕16号 and 〔2020〕1号 (Spring Festival 2020 prolonged to 2 February), October 2019 off 1–7, work 29 September and 12 October.
func TestTheNthWorkingDayAfter(t *testing.T) {
	c := Shipped()
	for name, step := range map[string]struct {
		from string
		n    int
		want string
	}{
		"an ordinary week":                            {"2019-06-10", 4, "2019-06-14"},
		"over a weekend":                              {"2019-06-14", 1, "2019-06-17"},
		"the Sunday before May Day 2019 is worked":    {"2019-04-26", 1, "2019-04-28"},
		"May Day 2019 lasts four days":                {"2019-04-30", 1, "2019-05-05"},
		"and the Sunday after it is worked":           {"2019-04-30", 2, "2019-05-06"},
		"five days from the eve of May Day":           {"2019-04-29", 5, "2019-05-08"},
		"Spring Festival 2020 as it was prolonged":    {"2020-01-23", 1, "2020-02-03"},
		"the Sunday before it is worked":              {"2020-01-17", 1, "2020-01-19"},
		"five days over Spring Festival 2020":         {"2020-01-21", 5, "2020-02-05"},
		"October 2019":                                {"2019-09-30", 1, "2019-10-08"},
		"October 2019 with the Saturday after it":     {"2019-09-30", 5, "2019-10-12"},
		"the Sunday before October 2019 is worked":    {"2019-09-27", 1, "2019-09-29"},
		"October 2020 with Mid-Autumn":                {"2020-09-30", 1, "2020-10-09"},
		"from a Saturday off":                         {"2019-06-15", 1, "2019-06-17"},
		"no days from a working day is the day":       {"2019-06-14", 0, "2019-06-14"},
		"no days from a day off is the next":          {"2019-10-01", 0, "2019-10-08"},
		"over New Year, with the Saturday of 2018-12": {"2018-12-28", 2, "2019-01-02"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.Add(day(t, step.from), step.n)
			if err != nil || got != day(t, step.want) {
				t.Errorf("got %v, %v, want %s", got, err, step.want)
			}
		})
	}
}

func TestBetweenCountsWhatAddAdds(t *testing.T) {
	c := Shipped()
	for from := day(t, "2019-01-01"); from < day(t, "2020-03-01"); from = from.Next() {
		for _, n := range []int{1, 3, 15} {
			to, err := c.Add(from, n)
			if err != nil {
				t.Fatal(err)
			}
			if counted, err := c.Between(from, to); err != nil || counted != n {
				t.Fatalf("from %v to %v: %d working days, %v, want %d", from, to, counted, err, n)
			}
			if back, _ := c.Between(to, from); back != -n {
				t.Fatalf("from %v back to %v: %d", to, from, back)
			}
		}
	}
}

func TestAYearHasAsManyWorkingDaysAsItsNoticesLeave(t *testing.T) {
	// 261 weekdays in 2019, less 17 of them off, and 6 weekend days worked: 250, as the Ministry counts them.
	n, err := Shipped().Between(day(t, "2018-12-31"), day(t, "2019-12-31"))
	if err != nil || n != 250 {
		t.Errorf("2019 has %d working days, %v", n, err)
	}
	if got, want := Shipped().Count(2019), (Count{Working: 250, Off: 17, Worked: 6}); got != want {
		t.Errorf("2019 has %+v, want %+v", got, want)
	}
}

func TestAYearWithoutAFileIsRefused(t *testing.T) {
	c := Shipped()
	if _, err := c.Add(day(t, "2026-12-31"), 1); problem.Code(err) != "workday_no_year" {
		t.Errorf("got %v", err)
	}
	if _, err := c.Working(day(t, "2017-12-31")); problem.Code(err) != "workday_no_year" {
		t.Errorf("got %v", err)
	}
}

func TestABureausOwnFilesComeFirst(t *testing.T) {
	own, err := Read(fstest.MapFS{"2019.csv": {Data: []byte("\ufeffdate,kind,name,source\n2019-06-10,off,本市放假,本市通知\n")}})
	if err != nil {
		t.Fatal(err)
	}
	c := Shipped().With(own)
	for date, want := range map[string]bool{"2019-06-10": false, "2019-10-01": true, "2020-10-01": false} {
		if working, err := c.Working(day(t, date)); err != nil || working != want {
			t.Errorf("%s: %v, %v", date, working, err)
		}
	}
}

func TestFilesAreChecked(t *testing.T) {
	const header = "date,kind,name,source\n"
	for name, c := range map[string]struct{ file, contents, code string }{
		"another year's day":    {"2019.csv", header + "2020-05-01,off,劳动节,x\n", "workday_bad_row"},
		"a day that is none":    {"2019.csv", header + "2019-02-30,off,春节,x\n", "workday_bad_row"},
		"a kind that is none":   {"2019.csv", header + "2019-05-01,holiday,劳动节,x\n", "workday_bad_row"},
		"a day without source":  {"2019.csv", header + "2019-05-01,off,劳动节, \n", "workday_bad_row"},
		"a day twice":           {"2019.csv", header + "2019-05-01,off,劳动节,x\n2019-05-01,work,劳动节,x\n", "workday_twice"},
		"no header":             {"2019.csv", "2019-05-01,off,劳动节,x\n2019-05-02,off,劳动节,x\n", "workday_bad_header"},
		"too few columns":       {"2019.csv", header + "2019-05-01,off\n", "workday_unreadable"},
		"a name without a year": {"holidays.csv", header + "2019-05-01,off,劳动节,x\n", "workday_bad_file_name"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read(fstest.MapFS{c.file: {Data: []byte(c.contents)}}); problem.Code(err) != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
	if _, err := Read(fstest.MapFS{}); problem.Code(err) != "workday_no_files" {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestADayIsOneInBeijing(t *testing.T) {
	if d := DateOf(time.Date(2019, 4, 30, 17, 0, 0, 0, time.UTC)); d != day(t, "2019-05-01") {
		t.Errorf("got %v", d)
	}
}

func TestADayFarAwayIsASlip(t *testing.T) {
	for text, ok := range map[string]bool{"0001-01-01": false, "1989-12-31": false, "1990-01-01": true, "2199-12-31": true, "2200-01-01": false, "9999-12-31": false} {
		if _, err := ParseDate(text); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
