// Package world is the small world that the tests of the store share: four units in two cities, two months, a pack of
// two measures, few enough to add up by hand. Tests of queries, etl, report and the commands load it into an engine of
// their own and compare with the sums worked out below.
//
// The pack: employers owe 20 % of the base for pension, from 2019-05 16 % (measure rate); the base lies between 3,000 and
// 15,000 yuan, from 2019-05 between 3,500 and 14,000 (measure base); employees owe 8 %. Unemployment is 1 % and 0.5 %
// throughout. Medical has no rate row. The comparison "all" adds rate and base, "rate-only" stops after rate.
//
// May 2019, employer's part in yuan:
//
//	                              base old>rate>base    old   rate    new charged   due  real short  state
//	A 南京玄武 large, wage 10,000    10,000 10,000      2,000  1,600  1,600  1,600   400   400     0
//	A          unemployment          10,000 10,000        100    100    100    100     0     0     0
//	A          both                                     2,100  1,700  1,700  1,700   400   400     0  full
//	B 南京秦淮 small, wage 20,000    15,000 14,000      3,000  2,400  2,240  3,000   760     0   760  none
//	C 苏州虎丘 micro, wage 2,000      3,000  3,500        600    480    560    560    40    40     0  full
//	D 苏州吴中 small, 2 × 5,000       5,000  5,000      2,000  1,600  1,600  2,400   400  -400   800  increased
//	all                                                 7,700  6,180  6,100  7,660 1,600    40 1,560
//
// B was charged by the old rate on the old cap: 15,000 × 4 % = 600 is rate_not_applied, 1,000 × 16 % = 160 is
// base_over_cap. D's second person was charged twice: 800 is duplicate_charge. Effects: rate 1,520, base 80.
//
// May 2019, employee's part: A 800 + 50 of each, B old 1,200, new 1,120, charged 1,200, C old 240, new 280, charged 280,
// D old and new 800, charged 1,200 (400 of it duplicate). All: old 3,090, new 3,050, charged 3,530.
//
// April 2019, before the cut: old, new and charged are the same, for employers A 2,100, B 3,000, C 600, D 2,000, all 7,700;
// for employees A 850, B 1,200, C 240, D 800, all 3,090.
//
// A has one medical record of 2019-05, wage 10,000, charged 900 and 200, which nothing covers.
package world

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jianfu/etl"
	"jianfu/internal/creditcode"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/policy"
	"jianfu/internal/store"
	"jianfu/queries"
)

// UnitID is the credit code of the n-th made-up unit, with the right check character.
func UnitID(n int) string {
	code := [creditcode.Length]byte([]byte(fmt.Sprintf("91320000%09d0", n)))
	code[creditcode.Length-1] = creditcode.CheckCharacter(code)
	return string(code[:])
}

// The four units.
var (
	A = UnitID(1)
	B = UnitID(2)
	C = UnitID(3)
	D = UnitID(4)
)

// Units is the file of registrations.
func Units() string {
	return "unit_id,name,region_code,industry_code,registration_type,unit_kind,size,risk_class,float_factor,elections,valid_from\n" +
		A + ",玄武机械厂,320102,C3411,110,enterprise,large,4,1,,\n" +
		B + ",秦淮百货,320104,F5211,173,enterprise,small,1,1,,\n" +
		C + ",虎丘软件,320505,I6513,173,enterprise,micro,1,1,,\n" +
		D + ",吴中餐馆,320506,H6210,,self_employed,small,2,1,,\n"
}

// RecordsHeader is the first line of a file of records, and the order of its cells.
const RecordsHeader = "record_id,unit_id,period,insurance,entry_type,person_id,headcount,wage,base,employer_rate," +
	"employer_amount,employee_rate,employee_amount,received_on,received_amount,channel\n"

// Records is the file of records.
func Records() string {
	var b strings.Builder
	b.WriteString(RecordsHeader)
	line := func(id, unit, month, insurance, person, wage, base, rate, amount, ownRate, ownAmount string) {
		fmt.Fprintf(&b, "%s,%s,%s,%s,normal,%s,1,%s,%s,%s,%s,%s,%s,%s-15,,etax\n",
			id, unit, month, insurance, person, wage, base, rate, amount, ownRate, ownAmount, month)
	}
	line("04-A1", A, "2019-04", "pension", "a1", "10000", "10000", "0.2", "2000", "0.08", "800")
	line("04-A2", A, "2019-04", "unemployment", "a1", "10000", "10000", "0.01", "100", "0.005", "50")
	line("04-B1", B, "2019-04", "pension", "b1", "20000", "15000", "0.2", "3000", "0.08", "1200")
	line("04-C1", C, "2019-04", "pension", "c1", "2000", "3000", "0.2", "600", "0.08", "240")
	line("04-D1", D, "2019-04", "pension", "d1", "5000", "5000", "0.2", "1000", "0.08", "400")
	line("04-D2", D, "2019-04", "pension", "d2", "5000", "5000", "0.2", "1000", "0.08", "400")
	line("05-A1", A, "2019-05", "pension", "a1", "10000", "10000", "0.16", "1600", "0.08", "800")
	line("05-A2", A, "2019-05", "unemployment", "a1", "10000", "10000", "0.01", "100", "0.005", "50")
	line("05-A3", A, "2019-05", "medical", "a1", "10000", "10000", "0.09", "900", "0.02", "200")
	line("05-B1", B, "2019-05", "pension", "b1", "20000", "15000", "0.2", "3000", "0.08", "1200")
	line("05-C1", C, "2019-05", "pension", "c1", "2000", "3500", "0.16", "560", "0.08", "280")
	line("05-D1", D, "2019-05", "pension", "d1", "5000", "5000", "0.16", "800", "0.08", "400")
	line("05-D2", D, "2019-05", "pension", "d2", "5000", "5000", "0.16", "800", "0.08", "400")
	line("05-D3", D, "2019-05", "pension", "d2", "5000", "5000", "0.16", "800", "0.08", "400")
	return b.String()
}

// Pack is the policy pack.
func Pack(t testing.TB) *policy.Pack {
	t.Helper()
	return PackOf(t, PackFiles())
}

// PackOf is the policy pack of a test's own files.
func PackOf(t testing.TB, files fstest.MapFS) *policy.Pack {
	t.Helper()
	pack, err := policy.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// PackFiles are the files of the policy pack.
func PackFiles() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		policy.PackFile: file(`id: small-world
title: 小世界
measures:
  - {id: rate, title: 降费率, document_no: 文1}
  - {id: base, title: 调基数, document_no: 文2}
comparisons:
  - {id: all, title: 全部措施, old: [], new: [rate, base], default: true}
  - {id: rate-only, title: 只降费率, old: [], new: [rate]}
rounding:
  default: {level: person, amount: fen}
`),
		policy.RatesFile: file(`area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective,document_no,checked_on
,pension,employer,,,,2018-01,,0.2,,,,文0,2026-11-01
,pension,employer,,,,2019-05,,0.16,,rate,,文1,2026-11-01
,pension,employee,,,,2018-01,,0.08,,,,文0,2026-11-01
,unemployment,employer,,,,2018-01,,0.01,,,,文0,2026-11-01
,unemployment,employee,,,,2018-01,,0.005,,,,文0,2026-11-01
`),
		policy.BasesFile: file(`area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on
,,,2018-01,,3000,15000,,,,,文0,2026-11-01
,,,2019-05,,3500,14000,,,base,,文2,2026-11-01
`),
	}
}

// Now is the hour at which everything happens in tests.
func Now() time.Time { return time.Date(2020, 1, 16, 2, 0, 0, 0, time.UTC) }

// OpenAt opens the store of a data directory, its schema up to date, until the end of the test.
func OpenAt(t testing.TB, dir string) *queries.Queries {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := store.Open(ctx, store.Options{Data: dir, Engine: enginetest.Limits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	if _, err := queries.Migrate(ctx, db); err != nil {
		t.Fatal(err)
	}
	return queries.New(db)
}

// Open opens an empty store of its own.
func Open(t testing.TB) *queries.Queries {
	t.Helper()
	return Copied(t, "empty", func(testing.TB, *queries.Queries) {})
}

// File writes a file of the test's own and returns its path.
func File(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Load loads texts as files into a store; each must go in without an error. What they replace they are meant to.
func Load(t testing.TB, q *queries.Queries, texts ...string) []etl.Loaded {
	t.Helper()
	var paths []string
	for i, text := range texts {
		paths = append(paths, File(t, fmt.Sprintf("file-%d.csv", i+1), text))
	}
	loader := etl.Loader{Queries: q, Now: Now, Allow: etl.Doubts}
	loaded, err := loader.Load(t.Context(), paths)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// Recompute recomputes what there is to recompute, with every unit in the sample.
func Recompute(t testing.TB, q *queries.Queries, pack *policy.Pack) etl.Recomputed {
	t.Helper()
	result, err := etl.Recompute(t.Context(), q, etl.RecomputeOptions{Pack: pack, Program: "test", Sample: 1_000_000, Now: Now})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// WhatIfs computes scenarios in a store, every unit once more in Go.
func WhatIfs(q *queries.Queries) *etl.WhatIfs {
	return &etl.WhatIfs{Queries: q, Sample: 1_000_000, Now: Now}
}

// Computed opens a store of its own with the world in it, loaded and computed.
func Computed(t testing.TB) *queries.Queries {
	t.Helper()
	return Copied(t, "world", func(t testing.TB, q *queries.Queries) {
		Load(t, q, Units(), Records())
		Recompute(t, q, Pack(t))
	})
}

// Copied opens a store of the test's own with the contents that fill gives it; see enginetest.Copied.
func Copied(t testing.TB, name string, fill func(t testing.TB, q *queries.Queries)) *queries.Queries {
	t.Helper()
	return OpenAt(t, enginetest.Copied(t, name, func(t testing.TB, dir string) { fill(t, OpenAt(t, dir)) }))
}

// CaseFile is the path of a file of one of the cases under testdata/cases.
func CaseFile(t testing.TB, name, file string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "testdata", "cases", name, file)
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("there is no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// CasePack is the policy pack of one of the cases.
func CasePack(t testing.TB, name string) *policy.Pack {
	t.Helper()
	pack, err := policy.Load(os.DirFS(CaseFile(t, name, "pack")))
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// ComputedCase opens a store of its own with the units and contributions of one of the cases, loaded and computed.
func ComputedCase(t testing.TB, name string) *queries.Queries {
	t.Helper()
	q := Open(t)
	loader := etl.Loader{Queries: q, Now: Now}
	for _, file := range []string{"units.csv", "contributions.csv"} {
		if _, err := loader.Load(t.Context(), []string{CaseFile(t, name, file)}); err != nil {
			t.Fatal(err)
		}
	}
	Recompute(t, q, CasePack(t, name))
	return q
}
