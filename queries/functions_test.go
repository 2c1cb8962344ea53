package queries_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/store"
	"jianfu/queries"
)

func TestFunctionsAreDefinedWhereTheyDiffer(t *testing.T) {
	db := fixture.Open(t).Store()
	defined := func() int {
		t.Helper()
		n, err := queries.Define(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := defined(); n != 0 {
		t.Errorf("a store that is up to date: %d functions were defined again", n)
	}
	for _, sql := range []string{"CREATE OR REPLACE FUNCTION jianfu_is AS (value, wanted) -> 1", "DROP FUNCTION jianfu_band"} {
		if err := db.Exec(t.Context(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := defined(); n != 2 {
		t.Errorf("one that another program wrote and one that was missing: %d were defined", n)
	}
	if n := defined(); n != 0 {
		t.Errorf("after that: %d were defined again", n)
	}
}

func TestViewsAreMadeWhereTheyDiffer(t *testing.T) {
	db := fixture.Open(t).Store()
	made := func() int {
		t.Helper()
		n, err := queries.MakeViews(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := made(); n != 0 {
		t.Errorf("a store that is up to date: %d views were made again", n)
	}
	for _, sql := range []string{
		"CREATE OR REPLACE VIEW issues AS SELECT issue_id FROM issue_heads",
		"DROP VIEW issues",
	} {
		if err := db.Exec(t.Context(), sql, nil); err != nil {
			t.Fatal(err)
		}
		if n := made(); n != 1 {
			t.Errorf("%s: %d were made", sql, n)
		}
		if n := made(); n != 0 {
			t.Errorf("%s: after that, %d were made again", sql, n)
		}
	}
}

// TestTheFunctionsAreTheRule: the state of a unit is what the rule in Go says, in yuan and in fen, at the edges of the tolerance
// as well, and whoever has another state has another band or a reduction due.
func TestTheFunctionsAreTheRule(t *testing.T) {
	db := fixture.Open(t).Store()
	rng := rand.New(rand.NewPCG(7, 7))
	var old, charged, due, want []string
	for range 3000 {
		o := rng.Int64N(5_000_000) - 1000
		edge := func() int64 { return (100_000+o)/1000 + rng.Int64N(3) - 1 } // the tolerance, and a fen on either side
		pick := func() int64 {
			return []int64{0, edge(), -edge(), o / 20, o / 10, rng.Int64N(200_000) - 100_000}[rng.IntN(6)]
		}
		n := o - pick()
		c := []int64{o - pick(), n, n + pick()}[rng.IntN(3)]
		old, due, charged = append(old, fmt.Sprint(o)), append(due, fmt.Sprint(n)), append(charged, fmt.Sprint(c))
		want = append(want, burden.StateOf(money.Fen(o), money.Fen(n), money.Fen(c)).String())
	}
	type row struct {
		Fen  string `ch:"fen"`
		Yuan string `ch:"yuan"`
		Band string `ch:"band"`
		Same bool   `ch:"same"`
	}
	list := func(all []string) string { return "[" + strings.Join(all, ",") + "]" }
	rows, err := store.Select[row](t.Context(), db, `
		WITH fen -> reinterpret(toInt64(fen), 'Decimal(18, 2)') AS yuan_of
		SELECT jianfu_state(x.1, x.2, x.3, 100) AS fen, jianfu_state(yuan_of(x.1), yuan_of(x.2), yuan_of(x.3), 1) AS yuan,
			jianfu_band(x.1, x.3, 100) AS band, band = jianfu_band(yuan_of(x.1), yuan_of(x.3), 1) AS same
		FROM (SELECT arrayJoin(arrayZip(`+list(old)+`, `+list(due)+`, `+list(charged)+`)) AS x)`, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows", len(rows))
	}
	seen := map[string]int{}
	for i, r := range rows {
		rose := strings.HasPrefix(r.Band, "rose")
		if r.Fen != want[i] || r.Yuan != want[i] || !r.Same || rose != (want[i] == burden.Increased.String()) {
			t.Errorf("old %s, new %s, charged %s: %+v, want %s", old[i], due[i], charged[i], r, want[i])
		}
		seen[r.Fen]++
		seen[r.Band]++
	}
	if len(seen) != len(burden.States)+len(queries.Bands) {
		t.Errorf("not every state and band was tried: %v", seen)
	}
}

// TestFunctionsLeaveKeysAndPartitionsInUse: the engine reads no more for a condition in a function than for the same written
// out.
func TestFunctionsLeaveKeysAndPartitionsInUse(t *testing.T) {
	db := fixture.Computed(t).Store()
	type line struct {
		Text string `ch:"explain"`
	}
	indexes := func(condition string) string {
		t.Helper()
		rows, err := store.Select[line](t.Context(), db, `EXPLAIN indexes = 1 SELECT count() FROM unit_months
			WHERE run_id = {run:UInt32} AND period = {period:UInt32} AND `+condition,
			store.Params{"run": uint32(1), "period": uint32(201905), "scope": []string{"3205", "32"}, "size": ""})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, r := range rows {
			b.WriteString(r.Text + "\n")
		}
		_, found, ok := strings.Cut(b.String(), "Indexes:")
		if !ok || !strings.Contains(found, "Partition") || !strings.Contains(found, "PrimaryKey") {
			t.Fatalf("no partition and key in %s", b.String())
		}
		return found
	}
	inside := indexes("jianfu_in_scope(region_code, {scope:Array(String)}) AND jianfu_is(size, {size:String})")
	outside := indexes("arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)}) AND ({size:String} = '' OR toString(size) = {size:String})")
	if inside != outside {
		t.Errorf("with functions:\n%s\nwritten out:\n%s", inside, outside)
	}
}

// TestViewsLeaveKeysAndPartitionsInUse: the engine reads no more through a view with parameters, one of them a list, and through
// another that reads it, than where the same is written out. What speaks against such views is the time that planning them takes.
func TestViewsLeaveKeysAndPartitionsInUse(t *testing.T) {
	db := fixture.Computed(t).Store()
	for _, view := range []string{
		`CREATE VIEW of_months AS SELECT period, unit_id, insurance, load_id FROM contributions WHERE period IN {periods:Array(UInt32)}`,
		`CREATE VIEW of_units AS SELECT period, load_id FROM of_months(periods = {periods:Array(UInt32)}) WHERE unit_id IN {units:Array(String)}`,
	} {
		if err := db.Exec(t.Context(), view, nil); err != nil {
			t.Fatal(err)
		}
	}
	type line struct {
		Text string `ch:"explain"`
	}
	indexes := func(from string) string {
		t.Helper()
		rows, err := store.Select[line](t.Context(), db, `EXPLAIN indexes = 1 SELECT count() FROM `+from+` AND load_id = 2`,
			store.Params{"periods": []uint32{201905}, "units": []string{fixture.A, fixture.B}})
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, r := range rows {
			if text := strings.TrimSpace(r.Text); len(found) > 0 || text == "Indexes:" {
				found = append(found, text)
			}
		}
		text := strings.Join(found, "\n")
		if !strings.Contains(text, "Partition") || !strings.Contains(text, "PrimaryKey") || !strings.Contains(text, "unit_id in 2-element set") {
			t.Fatalf("no partition and key in %s", text)
		}
		return text
	}
	through := indexes("of_units(periods = {periods:Array(UInt32)}, units = {units:Array(String)}) WHERE 1")
	written := indexes("contributions WHERE period IN {periods:Array(UInt32)} AND unit_id IN {units:Array(String)}")
	if through != written {
		t.Errorf("through views:\n%s\nwritten out:\n%s", through, written)
	}
}
