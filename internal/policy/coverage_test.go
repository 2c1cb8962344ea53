package policy_test

import (
	"slices"
	"strings"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

func coverageOf(t *testing.T, id string) (*policy.Pack, []policy.CoverageRow) {
	t.Helper()
	folder, err := policy.BuiltinFS(id)
	if err != nil {
		t.Fatal(err)
	}
	pack, err := policy.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	unconfirmed, err := pack.ReadUnconfirmed(folder)
	if err != nil {
		t.Fatal(err)
	}
	return pack, pack.Coverage(pack.DefaultComparison(), unconfirmed, []string{"350000", "410000"})
}

// saysCovered looks a class and month up as a reader of the table does: the narrowest area that any row of the insurance names.
func saysCovered(rows []policy.CoverageRow, region string, ins contribution.Insurance, kind contribution.UnitKind, m period.Period) bool {
	longest, covered := -1, false
	for _, r := range rows {
		if r.State != policy.CoverageOn || r.Insurance != ins {
			continue
		}
		for _, area := range r.Areas {
			prefix := filter.AreaPrefix(area)
			if !strings.HasPrefix(region, prefix) || len(prefix) < longest {
				continue
			}
			holds := (r.Kinds == nil || slices.Contains(r.Kinds, kind)) && period.Range{From: r.From, To: r.To}.Contains(m)
			if len(prefix) > longest {
				longest, covered = len(prefix), holds
			} else {
				covered = covered || holds
			}
		}
	}
	return covered
}

// TestTheCoverageTableEqualsThePacks asks each pack itself for every area, insurance and kind of unit in the months in which
// its rows begin and end, and in those beside them.
func TestTheCoverageTableEqualsThePacks(t *testing.T) {
	for _, id := range policy.BuiltinIDs() {
		pack, rows := coverageOf(t, id)
		old := pack.DefaultComparison().Old
		seen := map[period.Period]bool{}
		for i := range pack.Rates {
			for _, m := range []period.Period{pack.Rates[i].From, pack.Rates[i].To} {
				if m != 0 {
					seen[m.Add(-1)], seen[m], seen[m.Next()] = true, true, true
				}
			}
		}
		regions := []string{"410102", "350203", "440305", "330203", "710000"}
		for _, prefix := range pack.AreaPrefixes() {
			regions = append(regions, prefix+"999999"[len(prefix):])
		}
		wrong := 0
		for _, region := range regions {
			for _, ins := range contribution.Insurances {
				for _, kind := range contribution.UnitKinds {
					for m := range seen {
						terms, err := pack.Terms(policy.Class{RegionCode: region, Kind: kind, Size: contribution.Small, RiskClass: 8, FloatFactor: money.One}, m, ins, old)
						if err != nil {
							t.Fatal(err)
						}
						if said := saysCovered(rows, region, ins, kind, m); said != terms.Covered && wrong < 10 {
							wrong++
							t.Errorf("%s: %s %s %s %s is covered: %v, by the table %v", id, region, ins, kind, m, terms.Covered, said)
						}
					}
				}
			}
		}
	}
}

func TestCoverageTellsWhatIsKeptBesideAndWhatIsMissing(t *testing.T) {
	_, rows := coverageOf(t, "2019-cut")
	has := func(province, area string, ins contribution.Insurance, state policy.CoverageState) bool {
		return slices.ContainsFunc(rows, func(r policy.CoverageRow) bool {
			return r.Province == province && slices.Contains(r.Areas, area) && r.Insurance == ins && r.State == state
		})
	}
	for name, c := range map[string]struct {
		area  string
		ins   contribution.Insurance
		state policy.CoverageState
	}{
		"Luoyang is on":                           {"410300", contribution.Pension, policy.CoverageOn},
		"Zhengzhou is kept beside the pack":       {"410100", contribution.Pension, policy.CoverageUnconfirmed},
		"Henan has no medical insurance anywhere": {"410000", contribution.Medical, policy.CoverageMissing},
		"nor has Fujian":                          {"350000", contribution.Maternity, policy.CoverageMissing},
	} {
		if province := c.area[:2] + "0000"; !has(province, c.area, c.ins, c.state) {
			t.Errorf("%s: no row says so", name)
		}
	}
	if has("410000", "410100", contribution.Pension, policy.CoverageOn) {
		t.Error("Zhengzhou is on, and 登封 with it")
	}
	for _, r := range rows {
		if r.State == policy.CoverageUnconfirmed && r.Status == "" {
			t.Errorf("%v %s is kept beside the pack without a reason", r.Areas, r.Insurance)
		}
	}
}

// TestADeferralIsADateOfPaymentAndNoReduction: what is owed is the same with the file and without it.
func TestADeferralIsADateOfPaymentAndNoReduction(t *testing.T) {
	pack, _ := coverageOf(t, "2026-phased")
	held := pack.DeferralsOf("320102", 202205, []contribution.Insurance{contribution.Pension})
	if len(held) != 2 || held[0].DocumentNo != "人社厅发〔2022〕16号" || held[0].Payer != contribution.Employer {
		t.Errorf("May 2022: %+v", held)
	}
	if held := pack.DeferralsOf("320102", 202304, contribution.Insurances); held != nil {
		t.Errorf("April 2023: %+v", held)
	}
	bare := map[string][]byte{}
	for name, data := range pack.Files {
		if name != policy.DeferralsFile {
			bare[name] = data
		}
	}
	without, err := policy.Parse(bare)
	if err != nil {
		t.Fatal(err)
	}
	class := policy.Class{RegionCode: "320102", Kind: contribution.Enterprise, Size: contribution.Small, FloatFactor: money.One}
	for _, comparison := range pack.Comparisons {
		for _, step := range comparison.Steps() {
			a, err1 := pack.Terms(class, 202205, contribution.Pension, step)
			b, err2 := without.Terms(class, 202205, contribution.Pension, step)
			if err1 != nil || err2 != nil || a.Shares[contribution.Employer].Rate != b.Shares[contribution.Employer].Rate || a.Limit.Floor != b.Limit.Floor {
				t.Errorf("%s %v: %v %v, without deferrals %v %v", comparison.ID, step, a, err1, b, err2)
			}
		}
	}
}
