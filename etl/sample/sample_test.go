package sample

import (
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/creditcode"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/region"
)

// province is a sample read back.
type province struct {
	Result
	pack    *policy.Pack
	units   map[string][]contribution.Unit
	records map[string][]contribution.Record
	truth   map[string]map[string]string
}

func makeProvince(t *testing.T, o Options) province {
	t.Helper()
	o.Dir = filepath.Join(t.TempDir(), "sample")
	result, err := Make(t.Context(), o)
	if err != nil {
		t.Fatalf("make the sample of %s: %v", o.Province, err)
	}
	p := province{Result: result, units: map[string][]contribution.Unit{}, records: map[string][]contribution.Record{},
		truth: map[string]map[string]string{}}
	if p.pack, err = policy.Load(os.DirFS(result.Policy)); err != nil {
		t.Fatal(err)
	}
	for _, row := range readCSV(t, filepath.Join(o.Dir, unitsFile)) {
		p.units[row["unit_id"]] = append(p.units[row["unit_id"]], readUnit(t, row))
	}
	for _, row := range readCSV(t, filepath.Join(o.Dir, truthFile)) {
		p.truth[row["unit_id"]] = row
	}
	serial := 0
	for _, file := range result.Files[1:] {
		for _, row := range readCSV(t, file) {
			record := readRecord(t, row)
			p.records[record.UnitID] = append(p.records[record.UnitID], record)
			if serial++; record.ID != "R"+strings.Repeat("0", 9-len(strconv.Itoa(serial)))+strconv.Itoa(serial) {
				t.Fatalf("record %d has the id %s", serial, record.ID)
			}
		}
	}
	if int64(serial) != result.Records {
		t.Errorf("%d records are written, the result says %d", serial, result.Records)
	}
	return p
}

func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var table []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		table = append(table, row)
	}
	return table
}

func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func readUnit(t *testing.T, row map[string]string) contribution.Unit {
	u := contribution.Unit{ID: row["unit_id"], RegionCode: row["region_code"], IndustryCode: row["industry_code"]}
	u.Kind, _ = contribution.ParseUnitKind(row["unit_kind"])
	u.Size, _ = contribution.ParseSize(row["size"])
	u.FloatFactor = must[money.Rate](t)(money.ParseRate(row["float_factor"]))
	u.RiskClass = uint8(must[int](t)(strconv.Atoi(row["risk_class"]))) //nolint:gosec // one digit
	if row["elections"] != "" {
		u.Elections = strings.Split(row["elections"], ";")
	}
	if row["valid_from"] != "" {
		u.ValidFrom = must[period.Period](t)(period.Parse(row["valid_from"]))
	}
	return u
}

func readRecord(t *testing.T, row map[string]string) contribution.Record {
	fen, rate := must[money.Fen](t), must[money.Rate](t)
	r := contribution.Record{
		ID: row["record_id"], UnitID: row["unit_id"], Period: must[period.Period](t)(period.Parse(row["period"])),
		Headcount: uint32(must[int](t)(strconv.Atoi(row["headcount"]))), //nolint:gosec // small
		Wage:      fen(money.Parse(row["wage"])), Base: fen(money.Parse(row["base"])),
		EmployerRate: rate(money.ParseRate(row["employer_rate"])), EmployerAmount: fen(money.Parse(row["employer_amount"])),
		EmployeeRate: rate(money.ParseRate(row["employee_rate"])), EmployeeAmount: fen(money.Parse(row["employee_amount"])),
		ReceivedAmount: fen(money.Parse(row["received_amount"])),
	}
	r.Insurance = named(t, contribution.Insurances, row["insurance"])
	r.EntryType = named(t, contribution.EntryTypes, row["entry_type"])
	r.Channel = named(t, append(contribution.Channels, contribution.ChannelUnknown), row["channel"])
	if r.EmployerAmount+r.EmployeeAmount != r.ReceivedAmount {
		t.Errorf("record %s receives %s of %s and %s", r.ID, r.ReceivedAmount, r.EmployerAmount, r.EmployeeAmount)
	}
	if row["person_id"] != "" {
		h := fnv.New64a()
		_, _ = h.Write([]byte(row["person_id"]))
		r.Person = h.Sum64()
	}
	return r
}

// TestReasonsStandExactlyAtTheFaultyUnits holds the sample against the rule: a unit without a fault is charged what the
// new policy asks, to the fen, and a unit with one shows that reason and no other.
func TestReasonsStandExactlyAtTheFaultyUnits(t *testing.T) {
	reasons := map[string][]string{
		"": nil, "back_payment": nil, "uncovered": nil,
		"refund": {"rate_not_applied", "refund"}, "refund_pending": {"rate_not_applied"},
	}
	for _, test := range []struct {
		province string
		units    int
	}{
		{"320000", 300}, {"110000", 40}, {"130000", 40}, {"310000", 40}, {"350000", 40}, {"440000", 40}, {"500000", 40},
		{"510000", 40}, {"640000", 40}, {"620000", 40},
	} {
		t.Run(region.Name(test.province), func(t *testing.T) {
			p := makeProvince(t, Options{Province: test.province, Units: test.units, Seed: 7, Months: period.Range{From: 201903, To: 201908}})
			comparison := p.pack.DefaultComparison()
			for id, truth := range p.truth {
				assessment, err := burden.Assess(p.pack, comparison, p.units[id], p.records[id])
				if err != nil {
					t.Fatal(err)
				}
				seen := map[string]bool{}
				for i := range assessment.Lines {
					for _, reason := range assessment.Lines[i].Reasons {
						seen[reason.Reason.String()] = true
					}
				}
				want, special := reasons[truth["fault"]]
				if !special {
					want = []string{truth["fault"]}
				}
				if got := sortedKeys(seen); !slices.Equal(got, want) {
					t.Errorf("unit %s with fault %q (%s to %s, %s) shows %v", id, truth["fault"], truth["from"], truth["to"], truth["traits"], got)
				}
				if uncovered := len(assessment.Uncovered) > 0; uncovered != (truth["fault"] == "uncovered") {
					t.Errorf("unit %s with fault %q has %d uncovered records", id, truth["fault"], len(assessment.Uncovered))
				}
				for _, r := range p.records[id] {
					if r.EntryType == contribution.BackPayment && truth["fault"] != "back_payment" {
						t.Errorf("unit %s with fault %q pays back", id, truth["fault"])
					}
				}
			}
		})
	}
}

func sortedKeys(set map[string]bool) []string {
	var keys []string
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func TestEveryKindOfFaultIsPlantedAndFewUnitsHaveOne(t *testing.T) {
	w := testWorld(t, Options{Units: 6000})
	count := map[flaw]int{}
	ids := map[string]bool{}
	for number := range 6000 {
		u := w.unit(number)
		count[u.plan.fault]++
		id := u.registrations[0].ID
		if !creditcode.Valid(id) || ids[id] {
			t.Fatalf("unit code %s is wrong or not the only one", id)
		}
		ids[id] = true
		if !region.Known(u.registrations[0].RegionCode) || region.ProvinceOf(u.registrations[0].RegionCode) != "320000" {
			t.Errorf("unit in %s", u.registrations[0].RegionCode)
		}
	}
	for f := rateNotApplied; f <= uncovered; f++ {
		if count[f] == 0 {
			t.Errorf("no unit has %s", f)
		}
	}
	if faulty := 6000 - count[healthy]; faulty < 300 || faulty > 540 {
		t.Errorf("%d of 6000 units have a fault, want 5 to 9 %%", faulty)
	}
}

func testWorld(t *testing.T, o Options) *world {
	t.Helper()
	o, err := complete(o)
	if err != nil {
		t.Fatal(err)
	}
	files, err := policyFiles(o)
	if err != nil {
		t.Fatal(err)
	}
	pack, err := policy.Parse(files)
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorld(o, pack)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	sum := func(o Options) [32]byte {
		o.Dir = filepath.Join(t.TempDir(), "sample")
		result, err := Make(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.New()
		for _, file := range append(result.Files, filepath.Join(o.Dir, truthFile)) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			hash.Write(data)
		}
		return [32]byte(hash.Sum(nil))
	}
	base := Options{Units: 700, Seed: 3, Months: period.Range{From: 201904, To: 201906}}
	other := base
	other.Seed = 4
	first := sum(base)
	processors := runtime.GOMAXPROCS(1)
	alone := sum(base)
	runtime.GOMAXPROCS(processors)
	if first != alone {
		t.Error("one processor gives other bytes than several")
	}
	if first == sum(other) {
		t.Error("another seed gives the same bytes")
	}
}

func TestAnEarlierSampleIsReplacedAndAnythingElseIsNot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sample")
	o := Options{Dir: dir, Units: 3}
	if _, err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	o.Months = period.Range{From: 201905, To: 201906}
	if _, err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "contributions-*")); len(left) != 2 {
		t.Errorf("the folder holds %v", left)
	}
	o.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(o.Dir, "units.csv"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Make(t.Context(), o)
	if problem.Code(err) != "sample_dir_not_empty" {
		t.Errorf("a folder with a stranger's file: %v", err)
	}
	if data, _ := os.ReadFile(filepath.Join(o.Dir, "units.csv")); string(data) != "mine" {
		t.Error("the stranger's file has changed")
	}
}

func TestWhatCannotBeMadeIsRefused(t *testing.T) {
	tests := []struct {
		name, code string
		options    Options
	}{
		{"a city is no province", "sample_province_unknown", Options{Province: "320100"}},
		{"a code that is none", "sample_province_unknown", Options{Province: "99"}},
		{"a province without rates", "sample_province_uncovered", Options{Province: "71"}},
		{"fewer than no units", "sample_units_out_of_range", Options{Units: -1}},
		{"months backwards", "sample_months_out_of_range", Options{Months: period.Range{From: 201905, To: 201904}}},
		{"ten years", "sample_months_out_of_range", Options{Months: period.Range{From: 201001, To: 201912}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.options.Dir = filepath.Join(t.TempDir(), "out")
			_, err := Make(t.Context(), test.options)
			if problem.Code(err) != test.code {
				t.Errorf("got %v, want %s", err, test.code)
			}
			if exists(test.options.Dir) {
				t.Error("a folder was made")
			}
		})
	}
}

// allConfirmed is Shanghai, of which nothing is unconfirmed.
const allConfirmed = "310000"

func TestThePackOfEachProvinceHasNoErrorsAndSaysThatItIsASample(t *testing.T) {
	for _, code := range region.Children("") {
		if code >= "710000" {
			continue
		}
		files, err := policyFiles(Options{Province: code})
		if err != nil {
			t.Fatal(err)
		}
		pack, err := policy.Parse(files)
		if err != nil {
			t.Errorf("%s: %v", region.Name(code), err)
			continue
		}
		if marked := strings.Contains(pack.Title, "样例，"+region.Name(code)+"含未核实参数"); marked == (code == allConfirmed) {
			t.Errorf("%s: the title is %s", region.Name(code), pack.Title)
		}
		for _, finding := range pack.Check() {
			if finding.Severity == policy.SeverityError {
				t.Errorf("%s: %+v", region.Name(code), finding)
			}
		}
	}
}

func TestDirtyFilesHoldTheRestOfTheProvinceAndKnownBadLines(t *testing.T) {
	clean := makeProvince(t, Options{Units: 90, Months: period.Range{From: 201904, To: 201905}})
	dirty := makeDirty(t, Options{Units: 90, Months: period.Range{From: 201904, To: 201905}, Dirty: true})
	bad := map[string]map[int]bool{}
	kinds := map[string]bool{}
	for _, row := range readCSV(t, filepath.Join(dirty.Dir, dirtyExpected)) {
		if bad[row["file"]] == nil {
			bad[row["file"]] = map[int]bool{}
		}
		line, _ := strconv.Atoi(row["line"])
		bad[row["file"]][line] = true
		kinds[row["kind"]] = true
	}
	for _, b := range blemishes {
		if !kinds[b.kind] {
			t.Errorf("no line shows %s", b.kind)
		}
	}
	data, err := os.ReadFile(filepath.Join(dirty.Dir, dirtyContributions))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	good := int64(len(lines) - 1 - len(bad[dirtyContributions]))
	last := readCSV(t, dirty.Files[len(dirty.Files)-1])
	cleanLast := readCSV(t, clean.Files[len(clean.Files)-1])
	if int64(len(last))+good != int64(len(cleanLast)) || dirty.Records != clean.Records {
		t.Errorf("%d lines and %d good ones beside them, want %d; %d records, want %d",
			len(last), good, len(cleanLast), dirty.Records, clean.Records)
	}
}

func makeDirty(t *testing.T, o Options) Result {
	t.Helper()
	o.Dir = filepath.Join(t.TempDir(), "sample")
	result, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestArithmetic holds the generator's integer arithmetic against cases worked by hand.
func TestArithmetic(t *testing.T) {
	limits := policy.Limit{HasFloor: true, HasCap: true, Floor: 3368_00, Cap: 16842_00, Rounding: policy.RoundFen}
	yuanUp := limits
	yuanUp.Rounding = policy.RoundYuanUp
	jiao := limits
	jiao.Rounding = policy.RoundJiao
	for _, test := range []struct {
		name  string
		wage  money.Fen
		heads int64
		limit *policy.Limit
		want  money.Fen
	}{
		{"below the floor", 3000_00, 1, &limits, 3368_00},
		{"above the cap", 20000_00, 1, &limits, 16842_00},
		{"between", 5000_01, 1, &limits, 5000_01},
		{"three people share thirty thousand yuan and a fen", 30000_01, 3, &limits, 30000_01},
		{"three people below the floor", 9000_00, 3, &limits, 10104_00},
		{"up to the next yuan", 5000_01, 1, &yuanUp, 5001_00},
		{"three people, up to the next yuan once", 15000_01, 3, &yuanUp, 15001_00},
		{"half a jiao goes up", 5000_05, 1, &jiao, 5000_10},
	} {
		if got := limited(test.wage, test.heads, test.limit); got != test.want {
			t.Errorf("%s: base %s, want %s", test.name, got, test.want)
		}
	}
	if got := charge(3368_00, 160_000, policy.AmountFen); got != 538_88 {
		t.Errorf("16 %% of 3368 is %s", got)
	}
	if got := charge(12_50, 2_000, policy.AmountFen); got != 3 { // 2.5 fen
		t.Errorf("half a fen gives %s", got)
	}
	if got := charge(3368_00, 160_000, policy.AmountJiaoUp); got != 538_90 {
		t.Errorf("up to the jiao gives %s", got)
	}
}

// named is the value of a list that an id names.
func named[T fmt.Stringer](t *testing.T, values []T, id string) T {
	t.Helper()
	i := slices.IndexFunc(values, func(v T) bool { return v.String() == id })
	if i < 0 {
		t.Fatalf("%q is none of %v", id, values)
	}
	return values[i]
}
