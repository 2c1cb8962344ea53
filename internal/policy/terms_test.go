package policy

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

const (
	rateHeader    = "area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective,document_no,checked_on\n"
	baseHeader    = "area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on\n"
	threeMeasures = `id: test
title: 测试
measures:
  - {id: m1, title: 一, document_no: 文1}
  - {id: m2, title: 二, document_no: 文2}
  - {id: m3, title: 三, document_no: 文3}
comparisons:
  - {id: all, title: 全部, old: [], new: [m1, m2, m3], default: true}
  - {id: late, title: 后二, old: [m1], new: [m1, m2, m3]}
`
)

// source is a pack in memory; rows are written without document and check date.
func source(yaml, rates, bases string) fstest.MapFS {
	rows := func(header, body string) *fstest.MapFile {
		text := header
		for _, line := range strings.Fields(body) {
			text += line + ",文,2026-11-01\n"
		}
		return &fstest.MapFile{Data: []byte(text)}
	}
	return fstest.MapFS{
		PackFile:  {Data: []byte(yaml)},
		RatesFile: rows(rateHeader, rates),
		BasesFile: rows(baseHeader, bases),
	}
}

func mustLoad(t testing.TB, fsys fstest.MapFS) *Pack {
	t.Helper()
	pack, err := Load(fsys)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return pack
}

func jiangsu(t testing.TB) *Pack {
	t.Helper()
	pack, err := Load(os.DirFS("../../testdata/jiangsu-mini/policy"))
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return pack
}

var nanjing = Class{RegionCode: "320102", Kind: contribution.Enterprise, Size: contribution.Small, RiskClass: 5,
	FloatFactor: money.One}

func TestRateRows(t *testing.T) {
	tests := []struct {
		name     string
		rates    string
		class    func(*Class)
		period   period.Period
		ins      contribution.Insurance
		payer    contribution.Payer
		scenario []string
		want     string // "" no rate
	}{
		{name: "a province's row covers its districts", rates: "320000,pension,employer,,,,2018-05,,0.19,,,", want: "0.19"},
		{name: "another province's row does not apply", rates: "330000,pension,employer,,,,2018-05,,0.19,,,"},
		{name: "an empty area covers the country", rates: ",pension,employer,,,,2018-05,,0.2,,,", want: "0.2"},
		{name: "the longest area wins over more keys",
			rates: "320000,pension,employer,enterprise,small,,2018-05,,0.19,,, 320100,pension,employer,,,,2018-05,,0.18,,,", want: "0.18"},
		{name: "a district's row wins over its city's",
			rates: "320102,,,,,,2018-05,,0.17,,, 320100,pension,employer,,,,2018-05,,0.18,,,", want: "0.17"},
		{name: "in one area the row with more keys wins",
			rates: "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,enterprise,,,2018-05,,0.2,,,", want: "0.2"},
		{name: "a key that does not match rules the row out",
			rates: "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,institution,,,2018-05,,0.2,,,", want: "0.19"},
		{name: "a row ends with its last month", rates: "320000,pension,employer,,,,2018-05,2019-04,0.19,,,"},
		{name: "the last month still counts", rates: "320000,pension,employer,,,,2018-05,2019-05,0.19,,,", want: "0.19"},
		{name: "the first month counts", rates: "320000,pension,employer,,,,2019-05,,0.19,,,", want: "0.19"},
		{name: "before the first month nothing holds", rates: "320000,pension,employer,,,,2019-06,,0.19,,,"},
		{name: "an inactive measure changes nothing",
			rates: "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,,,,2019-05,,0.16,,m1,", scenario: []string{"m2"}, want: "0.19"},
		{name: "an active measure replaces the rate",
			rates: "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,,,,2019-05,,0.16,,m1,", scenario: []string{"m1"}, want: "0.16"},
		{name: "the last active measure in pack order decides, whatever the order of the scenario",
			rates:    "320000,pension,employer,,,,2018-05,,0.19,,m2, 320000,pension,employer,,,,2018-05,,0.16,,m1,",
			scenario: []string{"m2", "m1"}, want: "0.19"},
		{name: "a measure with a wide area decides over a baseline with a narrow one",
			rates: "320102,pension,employer,enterprise,,,2018-05,,0.19,,, ,,,,,,2019-05,,0.16,,m1,", scenario: []string{"m1"}, want: "0.16"},
		{name: "factors multiply what the earlier measures gave",
			rates:    "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,,,,2018-05,,,0.8,m1, 320000,pension,employer,,,,2018-05,,,0.5,m2,",
			scenario: []string{"m1", "m2"}, want: "0.076"},
		{name: "a later rate wipes an earlier factor",
			rates:    "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,,,,2018-05,,,0.8,m1, 320000,pension,employer,,,,2018-05,,0.16,,m2,",
			scenario: []string{"m1", "m2"}, want: "0.16"},
		{name: "a factor of zero exempts, which is not the same as no rate",
			rates:    "320000,pension,employer,,,,2018-05,,0.16,,, 320000,pension,employer,,,,2018-05,,,0,m1,",
			scenario: []string{"m1"}, want: "0"},
		{name: "a factor without a rate gives no rate",
			rates: "320000,pension,employer,,,,2018-05,,,0.5,m1,", scenario: []string{"m1"}},
		{name: "work injury takes the class and the float factor",
			rates: "320000,work_injury,employer,,,5,2018-05,,0.011,,,", ins: contribution.WorkInjury,
			class: func(c *Class) { c.FloatFactor = 1_200_000 }, want: "0.0132"},
		{name: "the rate is rounded once, after float and factors, half up at six decimals",
			rates: "320000,work_injury,employer,,,5,2018-05,,0.000333,,, 320000,work_injury,employer,,,,2018-05,,,0.5,m1,",
			ins:   contribution.WorkInjury, class: func(c *Class) { c.FloatFactor = 1_500_000 }, scenario: []string{"m1"},
			want: "0.00025"}, // 0.000333 × 1.5 × 0.5 = 0.00024975; rounding twice would give 0.00025 as well
		{name: "rounding after each factor would give another rate",
			rates: "320000,work_injury,employer,,,5,2018-05,,0.000001,,, 320000,work_injury,employer,,,,2018-05,,,0.5,m1, 320000,work_injury,employer,,,,2018-05,,,0.5,m2,",
			ins:   contribution.WorkInjury, class: func(c *Class) { c.FloatFactor = 1_500_000 }, scenario: []string{"m1", "m2"},
			want: "0"}, // 0.000000375
		{name: "pension knows no float factor", rates: "320000,pension,employer,,,,2018-05,,0.19,,,",
			class: func(c *Class) { c.FloatFactor = 1_500_000 }, want: "0.19"},
		{name: "an elective row waits for the election",
			rates:    "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,,,,2018-05,,0.14,,m1,yes",
			scenario: []string{"m1"}, want: "0.19"},
		{name: "an elective row applies to a unit that elected its measure",
			rates:    "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,,,,2018-05,,0.14,,m1,yes",
			scenario: []string{"m1"}, class: func(c *Class) { c.Elections = []string{"m1"} }, want: "0.14"},
		{name: "an election of an inactive measure changes nothing",
			rates:    "320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,employer,,,,2018-05,,0.14,,m1,yes",
			scenario: []string{"m2"}, class: func(c *Class) { c.Elections = []string{"m1"} }, want: "0.19"},
		{name: "an elective row with more keys leaves the plain row of its measure to the others",
			rates:    "320000,pension,employer,,,,2018-05,,0.18,,m1, 320000,pension,employer,enterprise,,,2018-05,,0.14,,m1,yes",
			scenario: []string{"m1"}, want: "0.18"},
		{name: "an empty payer covers both", rates: "320000,pension,,,,,2018-05,,0.08,,,", payer: contribution.Employee, want: "0.08"},
		{name: "the employer's row says nothing of the employee", rates: "320000,pension,employer,,,,2018-05,,0.19,,,",
			payer: contribution.Employee},
		{name: "a size relief reaches its size only",
			rates:    "320000,pension,employer,,,,2018-05,,0.16,,, 320000,pension,employer,,small,,2018-05,,,0,m1, 320000,pension,employer,,large,,2018-05,,,0.5,m1,",
			scenario: []string{"m1"}, class: func(c *Class) { c.Size = contribution.Large }, want: "0.08"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pack := mustLoad(t, source(threeMeasures, test.rates, ""))
			class, ins, payer := nanjing, max(test.ins, contribution.Pension), max(test.payer, contribution.Employer)
			if test.class != nil {
				test.class(&class)
			}
			terms, err := pack.Terms(class, 201905, ins, test.scenario)
			if err != nil {
				t.Fatal(err)
			}
			share := terms.Share(payer)
			got := ""
			if share.HasRate {
				got = share.Rate.String()
			}
			if got != test.want {
				t.Errorf("rate %q, want %q (rows %v)", got, test.want, share.Rows)
			}
			if share.HasRate != (len(share.Rows) > 0) {
				t.Errorf("a rate comes with its rows: %v, %d rows", share.HasRate, len(share.Rows))
			}
		})
	}
}

func TestBaseRows(t *testing.T) {
	tests := []struct {
		name     string
		bases    string
		scenario []string
		want     string
	}{
		{name: "without a row there are no limits", want: "none..none fen"},
		{name: "floor, cap and rounding come from one row",
			bases: "320000,,,2018-07,,3125,19935,yuan,,,", want: "3125.00..19935.00 yuan"},
		{name: "a measure's row replaces all three, also where it has none",
			bases: "320000,,,2018-07,,3125,19935,yuan,,, 320000,,,2019-05,,3368,,,,m1,", scenario: []string{"m1"}, want: "3368.00..none fen"},
		{name: "the last active measure with a row decides",
			bases:    "320000,,,2018-07,,1,9,,,, 320000,,,2018-07,,2,8,,,m1, 320000,,,2018-07,,3,7,jiao,,m3,",
			scenario: []string{"m1", "m2"}, want: "2.00..8.00 fen"},
		{name: "unit kind beats no key", bases: "320000,,,2018-07,,1,9,,,, 320000,,enterprise,2018-07,,2,8,yuan_up,,,", want: "2.00..8.00 yuan_up"},
		{name: "area beats unit kind", bases: "320100,,,2018-07,,1,9,,,, 320000,pension,enterprise,2018-07,,2,8,,,,", want: "1.00..9.00 fen"},
		{name: "no floor but a cap", bases: "320000,pension,,2018-07,,,9.55,,,,", want: "none..9.55 fen"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pack := mustLoad(t, source(threeMeasures, "", test.bases))
			terms, err := pack.Terms(nanjing, 201905, contribution.Pension, test.scenario)
			if err != nil {
				t.Fatal(err)
			}
			l, floor, ceiling := terms.Limit, "none", "none"
			if l.HasFloor {
				floor = l.Floor.String()
			}
			if l.HasCap {
				ceiling = l.Cap.String()
			}
			if got := floor + ".." + ceiling + " " + l.Rounding.String(); got != test.want {
				t.Errorf("limits %s, want %s", got, test.want)
			}
			if terms.Covered {
				t.Error("limits alone do not cover a record")
			}
		})
	}
}

func TestATieIsAnErrorThatNamesBothRows(t *testing.T) {
	pack := mustLoad(t, source(threeMeasures,
		"320000,pension,employer,,,,2018-05,,0.19,,, 320000,pension,,enterprise,,,2018-05,,0.2,,,", ""))
	_, err := pack.Terms(nanjing, 201905, contribution.Pension, nil)
	if problem.Code(err) != "policy_tie" || !strings.Contains(err.Error(), "line=2 other=3") {
		t.Fatalf("got %v", err)
	}
	institution := nanjing
	institution.Kind = contribution.Institution
	if _, err := pack.Terms(institution, 201905, contribution.Pension, nil); err != nil {
		t.Fatalf("an institution meets only one of the rows: %v", err)
	}
}

func TestAScenarioWithAnUnknownMeasureIsRefused(t *testing.T) {
	_, err := jiangsu(t).Terms(nanjing, 201905, contribution.Pension, []string{"rates"})
	if problem.Code(err) != "policy_unknown_measure" {
		t.Fatalf("got %v", err)
	}
}

func TestRounding(t *testing.T) {
	pack := mustLoad(t, source(threeMeasures+`rounding:
  default: {level: person, amount: jiao_up}
  areas:
    - {area: '510000', level: unit}
    - {area: 510100, amount: fen}
`, "", ""))
	tests := map[string]Rounding{
		"320102": {LevelPerson, AmountJiaoUp},
		"510300": {LevelUnit, AmountJiaoUp},
		"510104": {LevelPerson, AmountFen}, // the longest area alone; what it leaves out is the default's
	}
	for region, want := range tests {
		if got := pack.RoundingFor(region); got != want {
			t.Errorf("%s: %v, want %v", region, got, want)
		}
	}
	if got := mustLoad(t, source(threeMeasures, "", "")).RoundingFor("320102"); got != (Rounding{LevelPerson, AmountFen}) {
		t.Errorf("without a rounding section: %v", got)
	}
}

func TestProductRoundsOnceHalfUpAtSixDecimals(t *testing.T) {
	tests := []struct {
		name  string
		parts []money.Rate
		want  money.Rate
	}{
		{"one rate stays", []money.Rate{160_000}, 160_000},
		{"half goes up", []money.Rate{1, 500_000}, 1},
		{"below half goes down", []money.Rate{1, 499_999}, 0},
		{"zero exempts", []money.Rate{160_000, 0, 1_200_000}, 0},
		{"many digits go the long way", []money.Rate{999_999, 999_999, 999_999, 999_999, 999_999}, 999_995},
		{"the long way rounds half up", []money.Rate{999_999, 999_999, 999_999, 500_000, 1}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := product(test.parts); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if got := bigProduct(test.parts); got != test.want {
				t.Errorf("the long way got %v, want %v", got, test.want)
			}
		})
	}
}

func TestWhatAPackSaysOfItself(t *testing.T) {
	pack := jiangsu(t)
	if got := pack.FirstEffect(); got != 201905 {
		t.Errorf("first effect %v", got)
	}
	if got := strings.Join(pack.AreaPrefixes(), " "); got != "32 3201 3202 3205" {
		t.Errorf("area prefixes %q", got)
	}
	c := pack.DefaultComparison()
	if got := scenarioText(c.Added()); c.ID != "vs-april" || got != "rate+base" {
		t.Errorf("%s adds %s", c.ID, got)
	}
	var steps []string
	for _, s := range c.Steps() {
		steps = append(steps, scenarioText(s))
	}
	if got := strings.Join(steps, " "); got != "extension extension+rate extension+rate+base" {
		t.Errorf("steps %q", got)
	}
	if _, err := pack.Comparison("vs-may"); problem.Code(err) != "policy_unknown_comparison" {
		t.Errorf("unknown comparison: %v", err)
	}
	again, err := Parse(pack.Files)
	if err != nil || again.Hash != pack.Hash {
		t.Errorf("the kept files give the pack back: %v", err)
	}
}

func BenchmarkTerms(b *testing.B) {
	pack := jiangsu(b)
	scenario := []string{"extension", "rate", "base"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pack.Terms(nanjing, 201907, contribution.WorkInjury, scenario); err != nil {
			b.Fatal(err)
		}
	}
}
