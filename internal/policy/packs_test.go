package policy_test

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// packWith reads a pack that ships, and the rows kept beside it of the areas with one of the prefixes, as the packs'
// README tells a bureau to do.
func packWith(t *testing.T, id string, prefixes ...string) *policy.Pack {
	t.Helper()
	folder, err := policy.BuiltinFS(id)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range []string{policy.PackFile, policy.RatesFile, policy.BasesFile} {
		if files[name], err = fs.ReadFile(folder, name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{policy.RatesFile, policy.BasesFile} {
		kept, err := fs.ReadFile(folder, "unconfirmed-"+name)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(bytes.NewReader(kept)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cells := range lines[1:] {
			for _, prefix := range prefixes {
				if strings.HasPrefix(cells[0], prefix) {
					files[name] = append(files[name], strings.Join(cells[:len(cells)-1], ",")+"\n"...)
				}
			}
		}
	}
	pack, err := policy.Parse(files)
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// TestShippedPacksAreClean: what they leave out is named beside them.
func TestShippedPacksAreClean(t *testing.T) {
	for _, id := range policy.BuiltinIDs() {
		folder, err := policy.BuiltinFS(id)
		if err != nil {
			t.Fatal(err)
		}
		if pack, err := policy.Load(folder); err != nil || pack.ID != id {
			t.Errorf("folder %s holds the pack %v, %v", id, pack, err)
		}
		for _, finding := range policy.CheckFolder(folder) {
			t.Errorf("%s: %s:%d: %v", id, finding.File, finding.Line, finding.Fault())
		}
	}
}

// TestWhatIsKeptBesideAPackCanBeMovedIntoIt: each row is one that the pack's own files could hold.
func TestWhatIsKeptBesideAPackCanBeMovedIntoIt(t *testing.T) {
	for _, id := range policy.BuiltinIDs() {
		packWith(t, id, "")
	}
}

// TestTheRoundTrip holds baseline plus each measure against what was in force, as published: testdata/in-force.csv was
// drawn from the same sources independently of the packs. An empty limit is one that the sources do not confirm.
func TestTheRoundTrip(t *testing.T) {
	text, err := os.ReadFile("testdata/in-force.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range policy.BuiltinIDs() {
		pack := packWith(t, id)
		measures := []string{}
		for _, m := range pack.Measures {
			measures = append(measures, m.ID)
		}
		for _, cells := range lines[1:] {
			month, _ := period.Parse(cells[2])
			insurance, _ := contribution.ParseInsurance(cells[3])
			class := policy.Class{RegionCode: cells[1], Kind: contribution.Enterprise, Size: contribution.Small, FloatFactor: money.One}
			terms, err := pack.Terms(class, month, insurance, measures)
			if err != nil {
				t.Fatal(err)
			}
			for i, payer := range contribution.Payers {
				want, _ := money.ParseRate(cells[4+i])
				if got := terms.Share(payer).Rate; got != want {
					t.Errorf("%s: %s %s %s, %s pays %s, in force %s", id, cells[1], month, insurance, payer, got, want)
				}
			}
			if floor, err := money.Parse(cells[6]); err == nil && (!terms.Limit.HasFloor || terms.Limit.Floor != floor) {
				t.Errorf("%s: %s %s %s has the floor %s, in force %s", id, cells[1], month, insurance, terms.Limit.Floor, floor)
			}
			if limit, err := money.Parse(cells[7]); err == nil && (!terms.Limit.HasCap || terms.Limit.Cap != limit) {
				t.Errorf("%s: %s %s %s has the cap %s, in force %s", id, cells[1], month, insurance, terms.Limit.Cap, limit)
			}
		}
	}
}

// worked is one person's month, added up by hand.
type worked struct {
	name       string // with the source of its figures
	pack       string // default 2019-cut
	with       string // prefix of the areas whose unconfirmed rows are added
	comparison string // default the pack's
	region     string
	kind       contribution.UnitKind // default enterprise
	size       contribution.Size     // default small
	risk       uint8
	float      string
	month      period.Period
	insurance  contribution.Insurance // default pension
	payer      contribution.Payer     // default employer
	wage       string
	old, new   string
	effects    string // of the added measures, joined by a blank
}

var workedSums = []worked{
	{
		// 3581.65 × 20 % = 716.33; 3581.65 × 16 % = 573.064; 2836.20 × 16 % = 453.792
		name: "Hebei, wage below the floor: rate and floor both fall (石家庄税务 2019-07-03: 3581.65, 2836.2)", region: "130102",
		month: 201905, wage: "2000", old: "716.33", new: "453.79", effects: "143.27 119.27",
	},
	{
		// 17908.25 × 20 % = 3581.65; × 16 % = 2865.32; 14181 × 16 % = 2268.96
		name: "Hebei, wage above the cap: the cap falls too", region: "130102",
		month: 201905, wage: "30000", old: "3581.65", new: "2268.96", effects: "716.33 596.36",
	},
	{
		// 4699 × 20 % = 939.80; × 16 % = 751.84; 4927 × 16 % = 788.32
		name: "Shanghai, wage below the floor: the floor rises in May 2019 (4699 to 4927)", region: "310104",
		month: 201905, wage: "4000", old: "939.80", new: "788.32", effects: "187.96 -36.48",
	},
	{
		// 4699 × 8 % = 375.92; 4927 × 8 % = 394.16
		name: "Shanghai, the employee's share only feels the floor", region: "310104", payer: contribution.Employee,
		month: 201905, wage: "4000", old: "375.92", new: "394.16", effects: "0.00 -18.24",
	},
	{
		// 8000 × 18 % = 1440; × 16 % = 1280
		name: "Shandong: 18 to 16 % (sd.sina.com.cn 2019-05-05)", region: "370102",
		month: 201905, wage: "8000", old: "1440.00", new: "1280.00", effects: "160.00 0.00",
	},
	{
		// 8000 × 20 % = 1600; × 16 % = 1280
		name: "Shandong, institution: 20 to 16 %", region: "370102", kind: contribution.Institution,
		month: 201905, wage: "8000", old: "1600.00", new: "1280.00", effects: "320.00 0.00",
	},
	{
		// 3353 × 19 % = 637.07; × 16 % = 536.48; 2697 × 16 % = 431.52
		name: "Sichuan: the floor is 50 % of the full-calibre wage, 2697", region: "510104",
		month: 201905, wage: "2000", old: "637.07", new: "431.52", effects: "100.59 104.96",
	},
	{
		// 4023 × 20 % = 804.60; × 16 % = 643.68; 3236 × 16 % = 517.76
		name: "Sichuan, institution: its floor stays at 60 %, 3236", region: "510104", kind: contribution.Institution,
		month: 201905, wage: "2000", old: "804.60", new: "517.76", effects: "160.92 125.92",
	},
	{
		// 3676 × 19 % = 698.44; × 16 % = 588.16; 3107 × 16 % = 497.12
		name: "Yunnan: 3676 to 3107", region: "530102",
		month: 201905, wage: "3000", old: "698.44", new: "497.12", effects: "110.28 91.04",
	},
	{
		// 10000 × 14 %
		name: "Guangzhou, enterprise: no cut of the pension rate (粤人社规〔2019〕11号)", region: "440103",
		month: 201905, wage: "10000", old: "1400.00", new: "1400.00", effects: "0.00 0.00",
	},
	{
		// 20004 × 14 % = 2800.56; 19014 × 14 % = 2661.96
		name: "Guangzhou, above the cap: only the cap falls, from May", region: "440103",
		month: 201905, wage: "30000", old: "2800.56", new: "2661.96", effects: "0.00 138.60",
	},
	{
		// 3469 × 14 % = 485.66
		name: "Guangzhou, June: the floor has not risen yet", region: "440103",
		month: 201906, wage: "3000", old: "485.66", new: "485.66", effects: "0.00 0.00",
	},
	{
		// 3803 × 14 % = 532.42
		name: "Guangzhou, July: the floor rises from 3469 to 3803", region: "440103",
		month: 201907, wage: "3000", old: "485.66", new: "532.42", effects: "0.00 -46.76",
	},
	{
		// 10000 × 20 % = 2000; × 16 % = 1600
		name: "Guangzhou, institution: 20 to 16 %", region: "440103", kind: contribution.Institution,
		month: 201905, wage: "10000", old: "2000.00", new: "1600.00", effects: "400.00 0.00",
	},
	{
		// 10000 × 14 % = 1400; × 14 %; institution 20 to 16 % in the next one
		name: "Zhejiang, enterprise: 14 % before and after (浙人社发〔2019〕20号)", region: "330102",
		month: 201905, wage: "10000", old: "1400.00", new: "1400.00", effects: "0.00 0.00",
	},
	{
		name: "Zhejiang, institution: 20 to 16 %", region: "330102", kind: contribution.Institution,
		month: 201905, wage: "10000", old: "2000.00", new: "1600.00", effects: "400.00 0.00",
	},
	{
		// 3387 × 19 % = 643.53; × 16 % = 541.92; 3613 × 16 % = 578.08
		name: "Beijing, July: the floor rises from 40 to 46 % (京人社养发〔2019〕67号)", region: "110105",
		month: 201907, wage: "3000", old: "643.53", new: "578.08", effects: "101.61 -36.16",
	},
	{
		// 3125 × 19 % = 593.75; × 16 % = 500; 3368 × 16 % = 538.88
		name: "Jiangsu, wage below the floor (苏人社发〔2018〕171号: 3125)", region: "320102",
		month: 201907, wage: "3000", old: "593.75", new: "538.88", effects: "93.75 -38.88",
	},
	{
		// 3360 × 20 % = 672; × 16 % = 537.60; 3368 × 16 % = 538.88
		name: "Jiangsu, institution: its own floor of 2018 (3360)", region: "320102", kind: contribution.Institution,
		month: 201907, wage: "3000", old: "672.00", new: "538.88", effects: "134.40 -1.28",
	},
	{
		// 5000 × 1.1 % = 55.00; × 0.5 = 27.50: the cut of work injury is an extension, the same in April and May
		name: "Suzhou, work injury, class 5, × 0.5 against its lapse", with: "32", region: "320508", comparison: "vs-lapsed",
		insurance: contribution.WorkInjury, risk: 5, month: 201905, wage: "5000", old: "55.00", new: "27.50", effects: "27.50 0.00 0.00",
	},
	{
		// 1.9 % × 1.5 × 0.8 = 2.28 %; 5000 × 2.85 % = 142.50; × 2.28 % = 114.00
		name: "Nanjing, work injury, class 8 floated to 150 %, × 0.8", with: "32", region: "320102", comparison: "vs-lapsed",
		insurance: contribution.WorkInjury, risk: 8, float: "1.5", month: 201905, wage: "5000", old: "142.50", new: "114.00",
		effects: "28.50 0.00 0.00",
	},
	{
		// 10000 × 1.3 % = 130; × 0.8 = 104 (i-admin.com: 0.16 to 1.52 %)
		name: "Shanghai, work injury, class 6, × 0.8", region: "310104", comparison: "vs-lapsed",
		insurance: contribution.WorkInjury, risk: 6, month: 201905, wage: "10000", old: "130.00", new: "104.00", effects: "26.00 0.00 0.00",
	},
	{
		// 1.04 % of the April before, the phased rate of 2018
		name: "Shanghai, work injury, class 6, April: the phased rate is in force already", region: "310104",
		insurance: contribution.WorkInjury, risk: 6, month: 201904, wage: "10000", old: "104.00", new: "104.00", effects: "0.00 0.00",
	},
	{
		// 10000 × (0.6 + 0.5) % = 110; × 0.6 % = 60
		name: "Sichuan, unemployment: the half point that would have come back", region: "510104", comparison: "vs-lapsed",
		insurance: contribution.Unemployment, month: 201905, wage: "10000", old: "110.00", new: "60.00", effects: "50.00 0.00 0.00",
	},
	{
		name: "Sichuan, unemployment, against April: nothing changes", region: "510104",
		insurance: contribution.Unemployment, month: 201905, wage: "10000", old: "60.00", new: "60.00", effects: "0.00 0.00",
	},
	{
		// 10000 × 16 % = 1600
		name: "Relief: a small enterprise pays nothing (人社部发〔2020〕11号)", pack: "2020-relief", region: "510104",
		month: 202002, wage: "10000", old: "1600.00", new: "0.00", effects: "1600.00 0.00",
	},
	{
		name: "Relief: and so until December (人社部发〔2020〕49号)", pack: "2020-relief", region: "510104",
		month: 202012, wage: "10000", old: "1600.00", new: "0.00", effects: "1600.00 0.00",
	},
	{
		name: "Relief: over in 2021", pack: "2020-relief", region: "510104",
		month: 202101, wage: "10000", old: "1600.00", new: "1600.00", effects: "0.00 0.00",
	},
	{
		name: "Relief: not before February", pack: "2020-relief", region: "510104",
		month: 202001, wage: "10000", old: "1600.00", new: "1600.00", effects: "0.00 0.00",
	},
	{
		name: "Relief: a large enterprise pays half", pack: "2020-relief", region: "510104", size: contribution.Large,
		month: 202006, wage: "10000", old: "1600.00", new: "800.00", effects: "800.00 0.00",
	},
	{
		name: "Relief: a large enterprise pays all from July", pack: "2020-relief", region: "510104", size: contribution.Large,
		month: 202007, wage: "10000", old: "1600.00", new: "1600.00", effects: "0.00 0.00",
	},
	{
		name: "Relief: an organization pays half", pack: "2020-relief", region: "510104", kind: contribution.Organization,
		month: 202003, wage: "10000", old: "1600.00", new: "800.00", effects: "800.00 0.00",
	},
	{
		name: "Relief: an institution gets none", pack: "2020-relief", region: "510104", kind: contribution.Institution,
		month: 202003, wage: "10000", old: "1600.00", new: "1600.00", effects: "0.00 0.00",
	},
	{
		name: "Relief: 个体工商户 with employees are as small enterprises", pack: "2020-relief", region: "510104",
		kind: contribution.SelfEmployed, size: contribution.SizeUnknown, month: 202003, wage: "10000", old: "1600.00", new: "0.00", effects: "1600.00 0.00",
	},
	{
		name: "Relief: an enterprise of unknown size has to be sized first", pack: "2020-relief", region: "510104",
		size: contribution.SizeUnknown, month: 202003, wage: "10000", old: "1600.00", new: "1600.00", effects: "0.00 0.00",
	},
	{
		name: "Relief: the employee's share goes on", pack: "2020-relief", region: "510104", payer: contribution.Employee,
		month: 202003, wage: "10000", old: "800.00", new: "800.00", effects: "0.00 0.00",
	},
	{
		name: "Relief, Hubei: a large enterprise pays nothing", pack: "2020-relief", region: "420102",
		size: contribution.Large, month: 202006, wage: "10000", old: "1600.00", new: "0.00", effects: "1600.00 0.00",
	},
	{
		name: "Relief, Hubei: institutions get none there either", pack: "2020-relief", region: "420102",
		kind: contribution.Institution, month: 202006, wage: "10000", old: "1600.00", new: "1600.00", effects: "0.00 0.00",
	},
	{
		// 10000 × 0.2 % × 0.8 = 16
		name: "Relief on top of the phased cut: Shanghai, work injury, class 1, half", pack: "2020-relief", region: "310104",
		size: contribution.Large, insurance: contribution.WorkInjury, risk: 1, month: 202005, wage: "10000", old: "16.00", new: "8.00", effects: "8.00 0.00",
	},
	{
		// 3235 × 8 % = 258.80: the floor of 2019 stays; 17214 × 8 % = 1377.12: the cap is renewed
		name: "Frozen floor: Xinjiang 2020, the cap is renewed", pack: "2020-relief", region: "650102", payer: contribution.Employee,
		month: 202003, wage: "20000", old: "1377.12", new: "1377.12", effects: "0.00 0.00",
	},
	{
		name: "Frozen floor: Xinjiang 2020, the floor stays at 3235", pack: "2020-relief", region: "650102", payer: contribution.Employee,
		month: 202003, wage: "2000", old: "258.80", new: "258.80", effects: "0.00 0.00",
	},
}

func TestWorkedSums(t *testing.T) {
	for _, w := range workedSums {
		t.Run(w.name, func(t *testing.T) { checkWorked(t, w) })
	}
}

func checkWorked(t *testing.T, w worked) {
	if w.pack == "" {
		w.pack = "2019-cut"
	}
	prefixes := []string{}
	if w.with != "" {
		prefixes = append(prefixes, w.with)
	}
	checkSum(t, packWith(t, w.pack, prefixes...), w)
}

func checkSum(t *testing.T, pack *policy.Pack, w worked) {
	comparison, err := pack.Comparison(w.comparison)
	if err != nil {
		t.Fatal(err)
	}
	float := money.One
	if w.float != "" {
		float, _ = money.ParseRate(w.float)
	}
	unit := contribution.Unit{ID: "u", RegionCode: w.region, Kind: max(w.kind, contribution.Enterprise), Size: w.size,
		RiskClass: w.risk, FloatFactor: float}
	if unit.Size == 0 {
		unit.Size = contribution.Small
	}
	wage, err := money.Parse(w.wage)
	if err != nil {
		t.Fatal(err)
	}
	record := contribution.Record{ID: "r", UnitID: "u", Period: w.month, Insurance: max(w.insurance, contribution.Pension),
		EntryType: contribution.Normal, Headcount: 1, Wage: wage, Base: wage}
	assessment, err := burden.Assess(pack, comparison, []contribution.Unit{unit}, []contribution.Record{record})
	if err != nil {
		t.Fatal(err)
	}
	payer := max(w.payer, contribution.Employer)
	for i := range assessment.Lines {
		line := &assessment.Lines[i]
		if line.Payer != payer {
			continue
		}
		var effects []string
		for _, effect := range line.Effects {
			effects = append(effects, effect.String())
		}
		if line.Old.String() != w.old || line.New.String() != w.new || strings.Join(effects, " ") != w.effects {
			t.Errorf("old %s, new %s, effects %s; by hand %s, %s, %s",
				line.Old, line.New, strings.Join(effects, " "), w.old, w.new, w.effects)
		}
		return
	}
	t.Error("the record is uncovered")
}

// TestAreasThatAreHeldBackAreUncovered: nothing unconfirmed is ever taken for a figure.
func TestAreasThatAreHeldBackAreUncovered(t *testing.T) {
	pack := packWith(t, "2019-cut")
	for name, region := range map[string]string{
		"Zhengzhou": "410102", "Ningbo": "330203", "Xiamen": "350203", "Shenzhen": "440305", "Wuhu": "340202", "Hunan": "430102",
	} {
		class := policy.Class{RegionCode: region, Kind: contribution.Enterprise, RiskClass: 1, FloatFactor: money.One}
		for _, insurance := range contribution.Insurances {
			terms, err := pack.Terms(class, 201905, insurance, []string{"extension", "rate", "base"})
			if err != nil || terms.Covered {
				t.Errorf("%s, %s: covered %v, %v", name, insurance, terms.Covered, err)
			}
		}
	}
}

// TestEachAreaThatIsOnHasAWorkedSum adds up testdata/worked-sums.csv, whose figures, working and sources were drawn from the
// published notices independently of the packs. Each area that a pack names stands in it, or with an earlier pack.
func TestEachAreaThatIsOnHasAWorkedSum(t *testing.T) {
	text, err := os.ReadFile("testdata/worked-sums.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	packs, on := map[string]*policy.Pack{}, map[string]bool{}
	for _, cells := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = cells[i]
		}
		w := worked{pack: row["pack"], comparison: row["comparison"], region: row["region"], wage: row["wage"], old: row["old"], new: row["new"],
			effects: row["effects"]}
		w.kind, _ = contribution.ParseUnitKind(row["unit_kind"])
		w.size, _ = contribution.ParseSize(row["size"])
		w.insurance, _ = contribution.ParseInsurance(row["insurance"])
		w.payer, _ = contribution.ParsePayer(row["payer"])
		w.month, _ = period.Parse(row["period"])
		if row["risk_class"] != "" {
			w.risk = row["risk_class"][0] - '0'
		}
		if row["source"] == "" || row["working"] == "" {
			t.Errorf("%s %s has no source or working", row["pack"], row["area"])
		}
		on[row["area"]] = true
		t.Run(strings.Join([]string{row["pack"], row["area"], row["period"], row["insurance"], row["unit_kind"]}, " "), func(t *testing.T) {
			if packs[w.pack] == nil {
				packs[w.pack] = packWith(t, w.pack)
			}
			checkSum(t, packs[w.pack], w)
		})
	}
	for id, pack := range packs {
		for i := range pack.Rates {
			if r := &pack.Rates[i]; r.Measure != "relief" && !on[r.Area] {
				t.Errorf("%s has rates of %s and no worked sum", id, r.Area)
				on[r.Area] = true
			}
		}
	}
	if len(packs) != len(policy.BuiltinIDs()) {
		t.Errorf("worked sums of %d packs; %v ship", len(packs), policy.BuiltinIDs())
	}
}
