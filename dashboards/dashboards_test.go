package dashboards

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// halfJiangsu is the overview of a made-up half of Jiangsu, May to December 2019.
func halfJiangsu(t *testing.T) queries.Overview {
	t.Helper()
	contents, err := os.ReadFile("testdata/overview.json")
	if err != nil {
		t.Fatal(err)
	}
	var o queries.Overview
	if err := json.Unmarshal(contents, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestChartOptionsAreAsAgreed(t *testing.T) {
	page := NewOverview(halfJiangsu(t), Hidden{}, nil, i18n.For("zh"))
	for _, chart := range page.Charts() {
		t.Run(chart.ID, func(t *testing.T) {
			got, err := json.MarshalIndent(chart, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", "golden", chart.ID+".json")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
				t.Errorf("the option changed; if that is meant, run go test ./dashboards -update (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChartsHaveATextAlternativeAndNoCode(t *testing.T) {
	for _, lang := range i18n.Languages {
		charts := NewOverview(halfJiangsu(t), Hidden{}, nil, i18n.For(lang)).Charts()
		if len(charts) != 12 {
			t.Errorf("%s: %d charts, want 12", lang, len(charts))
		}
		for _, chart := range charts {
			if chart.Description == "" || strings.Contains(chart.Description, "web.") {
				t.Errorf("%s %s: description %q", lang, chart.ID, chart.Description)
			}
			text, err := json.Marshal(chart)
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range []string{"__f__", "function", "<", "=>"} {
				if strings.Contains(string(text), code) {
					t.Errorf("%s %s: the option contains %q", lang, chart.ID, code)
				}
			}
		}
	}
}

func TestEveryTextOfThePageIsInTheCatalogue(t *testing.T) {
	for _, lang := range i18n.Languages {
		page := NewOverview(halfJiangsu(t), Hidden{}, nil, i18n.For(lang))
		text, err := json.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(` "\,:`, r) }) {
			if strings.HasPrefix(word, "web.") {
				t.Errorf("%s: %q is not in the catalogue", lang, word)
			}
		}
	}
}

func TestEveryWordOfTheCodeListsHasAName(t *testing.T) {
	lists := map[string][]string{
		"reason": {"amount_mismatch", "rate_not_applied", "rate_below_policy", "base_over_cap", "base_below_floor", "base_mismatch", "duplicate_charge", "refund", "rounding"},
		"state":  {"full", "partial", "none", "increased", "no_due"},
	}
	for _, d := range dimension.Lists() {
		lists[d.ID] = d.Words
	}
	for _, lang := range i18n.Languages {
		for list, keys := range lists {
			for _, key := range keys {
				if name := NewNames(i18n.For(lang)).Word(list)(key); name == key {
					t.Errorf("%s: %s %q has no name", lang, list, key)
				}
			}
		}
	}
}

func TestFigures(t *testing.T) {
	zh, en := i18n.For("zh"), i18n.For("en")
	for name, c := range map[string]struct{ got, want string }{
		"a number of three digits has no comma":        {Grouped("-123"), "-123"},
		"decimals are not grouped":                     {Grouped("-1234567.891234"), "-1,234,567.891234"},
		"an amount is rounded half away from zero":     {Unit{Divisor: 10_000_00, Decimals: 2}.Text(12_345_678_50), "1,234.57"},
		"a negative amount bears a true minus":         {Unit{Divisor: 100, Decimals: 2}.Text(-5), "−0.05"},
		"an amount that rounds to nothing has no sign": {Unit{Divisor: 10_000_00, Decimals: 2}.Text(-1), "0.00"},
		"a half of the last digit goes up":             {Unit{Divisor: 10_000_00, Decimals: 2}.Text(50_00), "0.01"},
		"the largest amount does not overflow":         {Unit{Divisor: 100, Decimals: 2}.Text(9_223_372_036_854_775_807), "92,233,720,368,547,758.07"},
		"a chart of a hundred million counts in 亿":     {chartUnit(zh, 100_000_000_00).Name, "亿元"},
		"a chart just below it counts in 万":            {chartUnit(zh, 99_999_999_99).Name, "万元"},
		"a table wants a hundred of its unit":          {tableUnit(zh, 9_999_999_999_99).Name, "万元"},
		"a table of ten thousand million counts in 亿":  {tableUnit(zh, 10_000_000_000_00).Name, "亿元"},
		"a small chart counts in yuan":                 {chartUnit(zh, 9_999_99).Name, "元"},
		"English counts in millions":                   {chartUnit(en, 1_000_000_00).WithName(1_234_567_00), "CNY 1.23 million"},
		"Chinese puts the unit behind":                 {chartUnit(zh, 100_000_000_00).WithName(123_456_789_00), "1.23 亿元"},
		"a share has one decimal":                      {percent(zh, 962, 1000), "96.2%"},
		"a share of nothing is not applicable":         {percent(zh, 5, 0), "—"},
		"a tiny share is not written as nothing":       {percent(zh, 1, 10_000), "不足0.1%"},
		"a share just below all is not written as all": {percent(zh, 99_999, 100_000), ">99.9%"},
		"all is all":                                {percent(zh, 7, 7), "100.0%"},
		"none is none":                              {percent(zh, 0, 7), "0.0%"},
		"a negative share bears a minus":            {percent(zh, -5, 100), "−5.0%"},
		"a lower burden points down":                {change(zh, 100, 87), "↓ 13.0%"},
		"a higher burden points up":                 {change(zh, 100, 113), "↑ 13.0%"},
		"a month in Chinese":                        {Month(zh, 201905), "2019年5月"},
		"a month in English":                        {Month(en, 201905), "May 2019"},
		"a window within a year names it once":      {Window(zh, period.Range{From: 201905, To: 201912}), "2019年5月—12月"},
		"a window over two years names both":        {Window(zh, period.Range{From: 201811, To: 201904}), "2018年11月—2019年4月"},
		"a window of one month is the month":        {Window(zh, period.Range{From: 201905, To: 201905}), "2019年5月"},
		"a month that is not there yet":             {Month(zh, 0), "…"},
		"an unknown region stands for itself":       {NewNames(zh).Region("999999"), "999999"},
		"a member without a code is named as such":  {NewNames(zh).Region(""), "未登记"},
		"a share in a download has no words":        {plainPercent(1, 10_000), "0.0%"},
		"a share of nothing is empty in a download": {plainPercent(1, 0), ""},
		"a region's name in English":                {NewNames(en).Region("320100"), "Nanjing"},
		"a map leaves 市 away":                       {shortNames(map[string]string{"a": "南京市"})["a"], "南京"},
		"a map keeps the names of districts":        {shortNames(map[string]string{"a": "玄武区"})["a"], "玄武区"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}

func TestTablesAddUpToTheFen(t *testing.T) {
	page := NewOverview(halfJiangsu(t), Hidden{}, nil, i18n.For("zh"))
	for _, b := range page.Blocks() {
		if b.Table.Sums != CheckEqual {
			t.Errorf("%s: the rows do not add up to the total", b.ID)
		}
		for _, row := range append(b.Table.Rows, b.Table.Total) {
			if len(row) != len(b.Table.Columns) {
				t.Errorf("%s: a row has %d cells for %d columns", b.ID, len(row), len(b.Table.Columns))
			}
		}
	}
	o := halfJiangsu(t)
	o.ByRegion[0].Charged++
	if table, _ := NewOverview(o, Hidden{}, nil, i18n.For("zh")).Table("regions"); table.Sums != CheckWrong {
		t.Error("a fen too much was not noticed")
	}
}

func TestAPageOfNothingIsEmptyAndDoesNotFail(t *testing.T) {
	page := NewOverview(queries.Overview{View: queries.View{Window: period.Range{From: 201905, To: 201912}}}, Hidden{}, nil, i18n.For("zh"))
	if !page.Empty {
		t.Error("the page is not empty")
	}
	if n := len(page.Charts()); n != 0 {
		t.Errorf("%d charts of nothing", n)
	}
	if got := page.KPIs[0].Value; got != NotApplicable {
		t.Errorf("the share of nothing is %q", got)
	}
}

func TestPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		regions []string
		code    string
	}{
		"cities of one province are the province":                {[]string{"320100", "320500"}, "320000"},
		"counties of one city are the city":                      {[]string{"320102", "320104"}, "320100"},
		"districts of a municipality are the municipality":       {[]string{"110101", "110105"}, "110000"},
		"provinces are the nation, which has no code of its own": {[]string{"320000", "330000"}, ""},
		"a unit without a region does not hide the province":     {[]string{"", "320100", "320500"}, "320000"},
		"counties of two cities are no region of their own":      {[]string{"320102", "320505", "320104"}, ""},
		"unknown codes are no region":                            {[]string{"999999"}, ""},
		"nothing is no region":                                   {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := queries.Overview{}
			for _, key := range c.regions {
				o.ByRegion = append(o.ByRegion, queries.MemberRow{Key: key})
			}
			code, place := builder{i18n.For("zh"), NewNames(i18n.For("zh")), o, Hidden{}, nil, "", nil}.place()
			if code != c.code || place == "" {
				t.Errorf("got %q (%s), want %q", code, place, c.code)
			}
		})
	}
}

func TestAReaderOfSomeCitiesIsToldWhich(t *testing.T) {
	for want, regions := range map[string][]string{
		"南京市、虎丘区": {"320102", "320505", "320104"}, "4 个地区": {"320102", "320505", "320205", "321003"},
	} {
		o := queries.Overview{}
		for _, key := range regions {
			o.ByRegion = append(o.ByRegion, queries.MemberRow{Key: key})
		}
		if _, place := (builder{i18n.For("zh"), NewNames(i18n.For("zh")), o, Hidden{}, nil, "", nil}).place(); place != want {
			t.Errorf("%v is %q, want %q", regions, place, want)
		}
	}
}

func TestTheWaterfallStartsBelowItsSmallestTotal(t *testing.T) {
	o := halfJiangsu(t)
	b := builder{i18n.For("zh"), NewNames(i18n.For("zh")), o, Hidden{}, nil, "", nil}
	floor := b.floor(b.steps(chartUnit(b.p, o.Total.Old)))
	if floor <= 0 || floor >= min(o.Total.New, o.Total.Charged) {
		t.Errorf("the axis starts at %s, the new burden is %s", floor, o.Total.New)
	}
	o.Total.New, o.Total.Charged = o.Total.Old/10, o.Total.Old/10
	o.ByMeasure = nil
	b.o = o
	if floor := b.floor(b.steps(chartUnit(b.p, o.Total.Old))); floor != 0 {
		t.Errorf("a large effect needs no cut axis, but it starts at %s", floor)
	}
}

func TestAMeasureThatRaisesTheBurdenPointsUp(t *testing.T) {
	o := halfJiangsu(t)
	o.ByMeasure[0].Effect = -money.Fen(1_000_000_00)
	block := builder{i18n.For("zh"), NewNames(i18n.For("zh")), o, Hidden{}, nil, "", nil}.measures()
	text, err := json.Marshal(block.Chart)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "↑ 0.01") {
		t.Error("no arrow up for the measure that raises the burden")
	}
}
