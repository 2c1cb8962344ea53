package period

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMonthsAreReadInTheFormsOfFiles(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Period
	}{
		"year and month with a dash":        {"2019-05", 201905},
		"six digits":                        {"201905", 201905},
		"a date stands for its month":       {"2019-05-01", 201905},
		"eight digits are a date":           {"20190531", 201905},
		"slashes, no leading zero":          {"2019/5", 201905},
		"a date with slashes":               {"2019/5/31", 201905},
		"points":                            {"2019.05", 201905},
		"Chinese marks":                     {"2019年5月", 201905},
		"Chinese marks, month without 月":    {"2019年05", 201905},
		"a Chinese date":                    {"2019年5月31日", 201905},
		"the first month that is read":      {"1990-01", 199001},
		"the last month that is read":       {"2099-12", 209912},
		"month 13":                          {"2019-13", 0},
		"month 0":                           {"2019-00", 0},
		"month 13 in six digits":            {"201913", 0},
		"day 32":                            {"2019-05-32", 0},
		"day 0":                             {"2019-05-00", 0},
		"day 0 in eight digits":             {"20190500", 0},
		"only a year":                       {"2019", 0},
		"only a year with 年":                {"2019年", 0},
		"five digits":                       {"20195", 0},
		"seven digits":                      {"2019051", 0},
		"month before year":                 {"05-2019", 0},
		"marks in the wrong order":          {"2019月05年", 0},
		"a quarter":                         {"2019Q2", 0},
		"an English month":                  {"May 2019", 0},
		"nothing":                           {"", 0},
		"a dash at the end":                 {"2019-", 0},
		"a dash at the end of a month":      {"2019-05-", 0},
		"four numbers":                      {"2019-05-01-02", 0},
		"a space inside":                    {"2019 05", 0},
		"a minus before it":                 {"-2019-05", 0},
		"digits that overflow":              {"99999999999999999999-05", 0},
		"a year before the range":           {"1989-12", 0},
		"a year behind the range":           {"2100-01", 0},
		"half of a Chinese mark at the end": {"2019年5\xe6\x9c", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(c.text)
			if (err == nil) != (c.want != 0) || got != c.want {
				t.Errorf("Parse(%q) = %d, %v", c.text, got, err)
			}
		})
	}
}

func TestArithmeticCrossesYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year, month := rapid.IntRange(1995, 2090).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month")
		n := rapid.IntRange(-60, 60).Draw(t, "n")
		p := Of(year, month)
		q := p.Add(n)
		want := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0)
		if q != Of(want.Year(), int(want.Month())) {
			t.Fatalf("%s + %d = %s", p, n, q)
		}
		if q.Since(p) != n {
			t.Fatalf("%s since %s = %d, want %d", q, p, q.Since(p), n)
		}
	})
}

func TestRanges(t *testing.T) {
	year := Range{From: 201905, To: 202004}
	for name, c := range map[string]struct{ got, want any }{
		"a range holds its first month":               {year.Contains(201905), true},
		"a range holds its last month":                {year.Contains(202004), true},
		"a range does not hold the month before":      {year.Contains(201904), false},
		"a range does not hold the month behind":      {year.Contains(202005), false},
		"an open end holds any later month":           {Range{From: 201905}.Contains(209912), true},
		"an open start holds any earlier month":       {Range{To: 201905}.Contains(199001), true},
		"ranges that share one month overlap":         {year.Overlaps(Range{From: 202004}), true},
		"ranges that only touch do not overlap":       {year.Overlaps(Range{From: 202005}), false},
		"open ranges overlap":                         {Range{From: 201905}.Overlaps(Range{From: 202005}), true},
		"a range lists its months across a new year":  {len(year.Months()), 12},
		"a range that ends before it starts is empty": {len(Range{From: 201906, To: 201905}.Months()), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v", name, c.got)
		}
	}
}

func TestJSONKeepsTheMonthAsText(t *testing.T) {
	written, err := json.Marshal(Range{From: 201905})
	if err != nil || string(written) != `{"from":"2019-05","to":""}` {
		t.Fatalf("%s, %v", written, err)
	}
	var read Range
	if err := json.Unmarshal(written, &read); err != nil || read != (Range{From: 201905}) {
		t.Errorf("%v, %v", read, err)
	}
	if err := json.Unmarshal([]byte(`{"from":"2019-13"}`), &read); err == nil {
		t.Error("2019-13 was read from JSON")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2019-05", "201905", "20190501", "2019年5月1日", "2019/5", "2019-13", "20190500", "日月年"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		if p.Year() < minYear || p.Year() > maxYear || p.Month() < 1 || p.Month() > 12 {
			t.Fatalf("Parse(%q) = %d", text, p)
		}
		for _, again := range []string{p.String(), p.Number(), p.String() + "-01"} {
			if q, err := Parse(again); err != nil || q != p {
				t.Errorf("%q is read back from %q as %d, %v", p, again, q, err)
			}
		}
	})
}

func BenchmarkParseBytes(b *testing.B) {
	text := []byte("2019-05")
	for b.Loop() {
		if _, ok := ParseBytes(text); !ok {
			b.Fatal()
		}
	}
}
