package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// TestTheBaselineAndEachMeasureInOrderGiveWhatWasInForce is the round trip over the packs that ship: the published rates
// of April 2019, and what each measure of 国办发〔2019〕13号 made of them in May, up to the published rates and limits.
func TestTheBaselineAndEachMeasureInOrderGiveWhatWasInForce(t *testing.T) {
	tests := []struct {
		area      string
		april     string // pension and unemployment, employer + employee, and the limits of pension
		lapsed    string // May 2019 under the baseline alone
		extension string
		rate      string
		base      string // the last one is what was in force
		source    string
	}{
		{"130100", "20%+8% 0.7%+0.3% 3581.65..17908.25", "20%+8% 1.2%+0.3% 3581.65..17908.25", "20%+8% 0.7%+0.3% 3581.65..17908.25",
			"16%+8% 0.7%+0.3% 3581.65..17908.25", "16%+8% 0.7%+0.3% 2836.20..14181.00", "石家庄市税务局通知 2019-07-03"},
		{"310101", "20%+8% 0.5%+0.5% 4699.00..23496.00", "20%+8% 1%+0.5% 4699.00..23496.00", "20%+8% 0.5%+0.5% 4699.00..23496.00",
			"16%+8% 0.5%+0.5% 4699.00..23496.00", "16%+8% 0.5%+0.5% 4927.00..24633.00", "i-admin.com Shanghai 2019-05"},
		{"510300", "19%+8% 0.6%+0.4% 3353.00..20116.00", "19%+8% 1.1%+0.4% 3353.00..20116.00", "19%+8% 0.6%+0.4% 3353.00..20116.00",
			"16%+8% 0.6%+0.4% 3353.00..20116.00", "16%+8% 0.6%+0.4% 2697.00..16179.00", "四川 2019 年缴费基数通知"},
		{"530100", "19%+8% 0.7%+0.3% 3676.00..18378.00", "19%+8% 1.2%+0.3% 3676.00..18378.00", "19%+8% 0.7%+0.3% 3676.00..18378.00",
			"16%+8% 0.7%+0.3% 3676.00..18378.00", "16%+8% 0.7%+0.3% 3107.00..15537.00", "云南 2019 年缴费基数通知"},
	}
	for _, id := range BuiltinIDs() {
		pack, err := Builtin(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range tests {
			t.Run(id+" "+test.area, func(t *testing.T) {
				class := Class{RegionCode: test.area, Kind: contribution.Enterprise, Size: contribution.Large, FloatFactor: money.One}
				check := func(when string, m period.Period, scenario []string, want string) {
					t.Helper()
					if got := inForce(t, pack, class, m, scenario); got != want {
						t.Errorf("%s: %s, want %s (%s)", when, got, want, test.source)
					}
				}
				check("April", 201904, nil, test.april)
				check("April under all measures", 201904, allMeasures(pack), test.april)
				check("May, lapsed", 201905, nil, test.lapsed)
				check("May, extension", 201905, []string{"extension"}, test.extension)
				check("May, rate", 201905, []string{"extension", "rate"}, test.rate)
				check("May, base", 201905, []string{"extension", "rate", "base"}, test.base)
				check("May, all measures", 201905, allMeasures(pack), test.base)
			})
		}
	}
}

func allMeasures(p *Pack) []string {
	var ids []string
	for _, m := range p.Measures {
		ids = append(ids, m.ID)
	}
	return ids
}

func inForce(t *testing.T, pack *Pack, class Class, m period.Period, scenario []string) string {
	t.Helper()
	var parts []string
	for _, ins := range []contribution.Insurance{contribution.Pension, contribution.Unemployment} {
		terms, err := pack.Terms(class, m, ins, scenario)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, terms.Share(contribution.Employer).Rate.Percent()+"+"+terms.Share(contribution.Employee).Rate.Percent())
	}
	terms, err := pack.Terms(class, m, contribution.Pension, scenario)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(append(parts, terms.Limit.Floor.String()+".."+terms.Limit.Cap.String()), " ")
}

// The relief of 2020 (人社部发〔2020〕11号、49号) takes the whole employer's share of small firms, half of that of large ones,
// nothing from institutions, and leaves the employee's share alone.
func TestTheReliefOf2020(t *testing.T) {
	pack, err := Builtin("2020-relief")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		region string
		kind   contribution.UnitKind
		size   contribution.Size
		month  period.Period
		want   string
	}{
		{"a small firm pays nothing", "310101", contribution.Enterprise, contribution.Small, 202003, "0%+8%"},
		{"until December", "310101", contribution.Enterprise, contribution.Micro, 202012, "0%+8%"},
		{"and all of it again in January", "310101", contribution.Enterprise, contribution.Micro, 202101, "16%+8%"},
		{"and all of it before February", "310101", contribution.Enterprise, contribution.Micro, 202001, "16%+8%"},
		{"a large firm pays half", "310101", contribution.Enterprise, contribution.Large, 202006, "8%+8%"},
		{"until June", "310101", contribution.Enterprise, contribution.Large, 202007, "16%+8%"},
		{"an institution pays all", "310101", contribution.Institution, contribution.Small, 202003, "16%+8%"},
		{"a self-employed with staff pays nothing", "310101", contribution.SelfEmployed, contribution.SizeUnknown, 202003, "0%+8%"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			class := Class{RegionCode: test.region, Kind: test.kind, Size: test.size, FloatFactor: money.One}
			got := inForce(t, pack, class, test.month, allMeasures(pack))
			if !strings.HasPrefix(got, test.want+" ") {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// TestTermsAgreesWithTheWordsOfTheRule resolves random packs a second time, row by row as design §5 says it, without
// index, bits or exact digits.
func TestTermsAgreesWithTheWordsOfTheRule(t *testing.T) {
	areas := []string{"", "320000", "320100", "320102", "330000"}
	words := func(list ...string) *rapid.Generator[string] { return rapid.SampledFrom(list) }
	rapid.Check(t, func(t *rapid.T) {
		var rates, bases []string
		for range rapid.IntRange(0, 14).Draw(t, "rates") {
			value := fmt.Sprintf("%s,", money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate")))
			if rapid.Bool().Draw(t, "factor") {
				value = "," + value[:len(value)-1]
			}
			rates = append(rates, strings.Join([]string{rapid.SampledFrom(areas).Draw(t, "area"), words("", "pension", "work_injury").Draw(t, "insurance"),
				words("", "employer", "employee").Draw(t, "payer"), words("", "enterprise", "institution").Draw(t, "kind"),
				words("", "small", "large").Draw(t, "size"), words("", "3", "5").Draw(t, "risk"), words("2018-05", "2019-05").Draw(t, "from"),
				words("", "2019-05", "2019-06").Draw(t, "to"), value, words("", "m1", "m2", "m3").Draw(t, "measure"), words("", "yes").Draw(t, "elective")}, ","))
		}
		for range rapid.IntRange(0, 8).Draw(t, "bases") {
			bases = append(bases, strings.Join([]string{rapid.SampledFrom(areas).Draw(t, "area"), words("", "pension", "work_injury").Draw(t, "insurance"),
				words("", "enterprise", "institution").Draw(t, "kind"), words("2018-05", "2019-05").Draw(t, "from"), words("", "2019-06").Draw(t, "to"),
				words("", "10", "20").Draw(t, "floor"), words("", "30", "40").Draw(t, "cap"), words("", "yuan").Draw(t, "rounding"), "",
				words("", "m1", "m2").Draw(t, "measure"), words("", "yes").Draw(t, "elective")}, ","))
		}
		pack, err := Load(source(threeMeasures, strings.Join(rates, " "), strings.Join(bases, " ")))
		if err != nil {
			t.Fatal(err)
		}
		class := Class{RegionCode: words("320102", "320100", "320583", "330102").Draw(t, "region"), Kind: contribution.Enterprise,
			Size: contribution.Small, RiskClass: 5, FloatFactor: 1_200_000,
			Elections: rapid.SliceOfDistinct(words("m1", "m2", "m3"), rapid.ID[string]).Draw(t, "elections")}
		scenario := rapid.SliceOfDistinct(words("m1", "m2", "m3"), rapid.ID[string]).Draw(t, "scenario")
		month := rapid.SampledFrom([]period.Period{201904, 201905, 201906, 201907}).Draw(t, "month")
		for _, ins := range []contribution.Insurance{contribution.Pension, contribution.WorkInjury} {
			got, err := pack.Terms(class, month, ins, scenario)
			want, tied := slowTerms(pack, class, month, ins, scenario)
			if tied != (err != nil) {
				t.Fatalf("tie %v, error %v", tied, err)
			}
			if !tied && termsText(got) != want {
				t.Fatalf("%s: %s, want %s", ins, termsText(got), want)
			}
			if tied && !slices.ContainsFunc(pack.Check(), func(f Finding) bool {
				return f.Code == "policy_rows_tie" || f.Code == "policy_rows_overlap"
			}) {
				t.Fatal("a tie that check does not find")
			}
		}
	})
}

func termsText(t Terms) string {
	text := ""
	for _, payer := range contribution.Payers {
		if share := t.Share(payer); share.HasRate {
			text += share.Rate.String()
		}
		text += " "
	}
	line := 0
	if t.Limit.Row != nil {
		line = t.Limit.Row.Line
	}
	return fmt.Sprintf("%s%d %v", text, line, t.Covered)
}

// slowTerms is the rule read aloud.
func slowTerms(p *Pack, c Class, m period.Period, ins contribution.Insurance, scenario []string) (text string, tied bool) {
	measures := []string{""}
	for _, measure := range p.Measures {
		if slices.Contains(scenario, measure.ID) {
			measures = append(measures, measure.ID)
		}
	}
	inForce := func(r *Row) bool {
		if r.Elective && !slices.Contains(c.Elections, r.Measure) {
			return false
		}
		return strings.HasPrefix(c.RegionCode, areaPrefix(r.Area)) && (r.Insurance == 0 || r.Insurance == ins) &&
			(r.Kind == 0 || r.Kind == c.Kind) && r.Range().Contains(m)
	}
	covered := false
	for _, payer := range contribution.Payers {
		var parts []money.Rate
		for _, measure := range measures {
			var best *RateRow
			count := 0
			for i := range p.Rates {
				r := &p.Rates[i]
				if r.Measure != measure || !inForce(&r.Row) || r.Payer != 0 && r.Payer != payer || r.Size != 0 && r.Size != c.Size ||
					r.RiskClass != 0 && r.RiskClass != c.RiskClass {
					continue
				}
				rank := len(areaPrefix(r.Area))*10 + r.keys
				switch {
				case best == nil || rank > len(areaPrefix(best.Area))*10+best.keys:
					best, count = r, 1
				case rank == len(areaPrefix(best.Area))*10+best.keys:
					count++
				}
			}
			if count > 1 {
				return "", true
			}
			if best != nil && !best.IsFactor {
				parts = []money.Rate{best.Rate}
				if ins == contribution.WorkInjury {
					parts = append(parts, c.FloatFactor)
				}
			} else if best != nil && parts != nil {
				parts = append(parts, best.Factor)
			}
		}
		if parts != nil {
			covered = true
			text += bigProduct(parts).String()
		}
		text += " "
	}
	line := 0
	for _, measure := range measures {
		best, count, bestRank := 0, 0, -1
		for i := range p.Bases {
			r := &p.Bases[i]
			if r.Measure != measure || !inForce(&r.Row) {
				continue
			}
			rank := len(areaPrefix(r.Area))*10 + r.keys
			if rank > bestRank {
				best, count, bestRank = r.Line, 1, rank
			} else if rank == bestRank {
				count++
			}
		}
		if count > 1 {
			return "", true
		}
		if count == 1 {
			line = best
		}
	}
	return fmt.Sprintf("%s%d %v", text, line, covered), false
}
