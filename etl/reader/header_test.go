package reader

import (
	"fmt"
	"strings"
	"testing"

	"jianfu/internal/problem"
)

// lineEnds puts a text at the end of each line.
func lineEnds(text, end string) string { return strings.ReplaceAll(text, "\n", end+"\n") }

// TestWhatProgramsPutAroundATable: titles above it, and separators at the ends of its lines.
func TestWhatProgramsPutAroundATable(t *testing.T) {
	table := englishHeader + strings.Repeat(englishLine, 3)
	for name, c := range map[string]struct {
		content            string
		accepted, rejected int
		above              uint64
	}{
		"a title":                                 {"某市2019年5月社会保险费缴费明细表,,,,\n" + table, 3, 0, 1},
		"a title, who made it, and a blank line":  {"某市缴费明细表\n制表人：张三,日期：2019-06-01\n\n" + table, 3, 0, 2},
		"a title of two lines in quotes":          {"\"某市\n缴费明细表\"\n" + table, 3, 0, 1},
		"what the table is of, in cells":          {"单位名称,甲公司,费款所属期,2019-05\n" + table, 3, 0, 1},
		"merged cells above the names":            {",,,,,,,单位部分,,个人部分,,,\n" + table, 3, 0, 1},
		"a word on the separator":                 {"sep=,\n" + table, 3, 0, 0},
		"a word on the separator, in quotes":      {"\"sep=;\"\r\n" + strings.ReplaceAll(table, ",", ";"), 3, 0, 0},
		"more lines than a title has":             {strings.Repeat("说明\n", titleLines+1) + table, -1, 0, 0},
		"a separator at the end of each record":   {englishHeader + lineEnds(strings.Repeat(englishLine, 3), ","), 3, 0, 0},
		"two of them":                             {englishHeader + lineEnds(strings.Repeat(englishLine, 3), ",,"), 3, 0, 0},
		"tabs":                                    {strings.ReplaceAll(englishHeader+lineEnds(strings.Repeat(englishLine, 3), ","), ",", "\t"), 3, 0, 0},
		"a separator at the end of the header":    {lineEnds(englishHeader, ",") + strings.Repeat(englishLine, 3), 3, 0, 0},
		"one at the end of header and records":    {lineEnds(table, ","), 3, 0, 0},
		"one line of three has a cell too many":   {englishHeader + englishLine + lineEnds(englishLine, ",") + englishLine, 2, 1, 0},
		"one of three has something in that cell": {englishHeader + lineEnds(englishLine, ",") + lineEnds(englishLine, ",x") + lineEnds(englishLine, ","), 0, 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open(write(t, []byte(c.content)), Options{})
			if c.accepted < 0 {
				if err == nil {
					t.Error("it was opened")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			all, err := readAll(t, f, registered)
			if err != nil || len(all.Records) != c.accepted || len(all.Rejects) != c.rejected || f.LinesAbove != c.above {
				t.Errorf("%d records, %d rejects, %d lines above, %v", len(all.Records), len(all.Rejects), f.LinesAbove, err)
			}
		})
	}
}

// TestALineBehindTheFirstMegabyteKeepsToTheWidthOfTheFile: what was seen of the file's start holds for all of it.
func TestALineBehindTheFirstMegabyteKeepsToTheWidthOfTheFile(t *testing.T) {
	content := englishHeader + lineEnds(strings.Repeat(englishLine, 20_000), ",") + englishLine + lineEnds(englishLine, ",x")
	all := mustRead(t, content)
	if len(all.Records) != 20_000 || len(all.Rejects) != 2 || all.Rejects[0].Code != "columns_too_few" || all.Rejects[1].Code != "columns_too_many" {
		t.Errorf("%d records, %v", len(all.Records), all.Rejects)
	}
}

// TestTheFirstAndTheLastDayOfAMonthAreAMonth: exports give 费款所属期起 and 费款所属期止.
func TestTheFirstAndTheLastDayOfAMonthAreAMonth(t *testing.T) {
	header := strings.Replace(strings.Replace(chineseHeader, "费款所属期", "费款所属期起", 1), "\n", ",费款所属期止\n", 1)
	for name, c := range map[string]struct{ first, last, want string }{
		"a month":                   {"2019-05-01", "2019-05-31", "2019-05"},
		"a month, the end unsaid":   {"2019-05-01", "", "2019-05"},
		"a quarter":                 {"2019-04-01", "2019-06-30", "period_spans"},
		"a last day that is none":   {"2019-02-01", "2019-02-30", "period_invalid"},
		"both days in one cell":     {"2019-05-01至2019-05-31", "", "2019-05"},
		"both months in one cell":   {"2019-05~2019-05", "", "2019-05"},
		"a quarter in one cell":     {"2019年4月至2019年6月", "", "period_spans"},
		"half of a stretch in one":  {"2019-05-01至", "", "period_invalid"},
		"a time behind each":        {"2019-05-01 00:00:00", "2019-05-31 00:00:00", "2019-05"},
		"the end before the start":  {"2019-05-01", "2019-04-30", "period_spans"},
		"the end in another form":   {"201905", "2019/5/31", "2019-05"},
		"the last moment of May":    {"2019-05-01", "2019-05-31 23:59:59", "date_unsure_day"},
		"what spreadsheets make it": {"2019-05-01", "May-19", "date_month_name"},
	} {
		t.Run(name, func(t *testing.T) {
			line := strings.Replace(strings.Replace(chineseLine, "2019-05", c.first, 1), "\n", ","+c.last+"\n", 1)
			all := mustRead(t, header+line)
			got := ""
			for _, r := range all.Records {
				got += r.Period.String()
			}
			for _, r := range all.Rejects {
				got += r.Code
				checkText(t, r)
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestNotesHaveCodes(t *testing.T) {
	seen := map[string]bool{}
	for n := range noteCount {
		if code := fmt.Sprint(Note(n)); code == "" || seen[code] {
			t.Errorf("note %d has the code %q", n, code)
		} else {
			seen[code] = true
		}
	}
}

// TestATitleInAnotherUnitIsRefused: a title that says in which unit amounts are is no mere title.
func TestATitleInAnotherUnitIsRefused(t *testing.T) {
	for title, refused := range map[string]bool{
		"单位：千元": true, "某市社会保险费缴费明细（金额单位: 万元）": true, "计量单位：人民币百元": true, "单位：元": false, "填报单位：某市税务局": false, "单位：人": false,
	} {
		f, err := Open(write(t, []byte(title+"\n"+englishHeader+englishLine)), Options{})
		if err == nil {
			f.Close()
		}
		if got := problem.Code(err) == "reader_title_unit"; got != refused {
			t.Errorf("%s: %v", title, err)
		}
	}
}
