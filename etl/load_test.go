package etl_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/etl"
	"jianfu/internal/contribution"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// counts writes what became of a file as read=accepted+rejected+unchanged, then what it replaced and the months that it
// touched.
func counts(l etl.Loaded) string {
	text := fmt.Sprintf("%d=%d+%d+%d", l.Read, l.Accepted, l.Rejected, l.Unchanged)
	if l.Replaced > 0 {
		text += fmt.Sprintf(" replaced %d", l.Replaced)
	}
	if l.Already {
		text += " already"
	}
	return fmt.Sprint(text, " ", l.Periods)
}

// loads loads texts, each as a file, and checks what became of them.
func loads(t *testing.T, q *queries.Queries, want []string, texts ...string) []etl.Loaded {
	t.Helper()
	loaded := fixture.Load(t, q, texts...)
	for i, l := range loaded {
		if got := counts(l); got != want[i] {
			t.Errorf("file %d: %s, want %s", i+1, got, want[i])
		}
		if l.Read != l.Accepted+l.Rejected+l.Unchanged {
			t.Errorf("file %d: the lines do not add up", i+1)
		}
	}
	return loaded
}

// liveRecords reads the records that count, as the recompute would.
func liveRecords(t *testing.T, q *queries.Queries, units ...string) []contribution.Record {
	t.Helper()
	all, err := q.Loads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	months, err := q.RecordPeriods(t.Context(), queries.LoadIDs(all))
	if err != nil {
		t.Fatal(err)
	}
	var wanted []uint32
	for _, m := range months {
		wanted = append(wanted, m.Period)
	}
	records, err := q.SampleRecords(t.Context(), queries.LoadIDs(all), units, wanted)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// ids are the keys of records.
func ids(records []contribution.Record) string {
	var list []string
	for _, r := range records {
		list = append(list, r.ID)
	}
	return strings.Join(list, " ")
}

func rejectsOf(t *testing.T, q *queries.Queries, load uint32) []queries.Reject {
	t.Helper()
	var list []queries.Reject
	if err := q.Rejects(t.Context(), []uint32{load}, queries.AllRejects, func(r *queries.Reject) error { list = append(list, *r); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

// record writes one line of a records file.
func record(id, unit, month, insurance, wage, amount string) string {
	return fmt.Sprintf("%s,%s,%s,%s,,p1,1,%s,%s,0.16,%s,0.08,0,,10,\n", id, unit, month, insurance, wage, wage, amount)
}

func TestLinesAndAmountsAddUp(t *testing.T) {
	q := fixture.Open(t)
	loaded := loads(t, q, []string{"4=4+0+0 []", "14=14+0+0 [201904 201905]"}, fixture.Units(), fixture.Records())
	// 7,700 + 3,090 of April, 7,660 + 3,530 of May, 1,100 of the medical record.
	if l := loaded[1]; l.Payable != 23_080_00 || l.Received != 0 || l.Kind != "contributions" || l.Encoding != "UTF-8" || l.Compression != "none" {
		t.Errorf("the load is %+v", l.Load)
	}
	all, err := q.Loads(t.Context())
	if err != nil || len(all) != 2 || all[1].Payable != loaded[1].Payable || !all[1].FinishedAt.Equal(fixture.Now()) {
		t.Errorf("the store says %+v, %v", all, err)
	}
}

func TestTheSameRecordsChangeNothing(t *testing.T) {
	q := fixture.Open(t)
	records := fixture.Records()
	loads(t, q, []string{"4=4+0+0 []", "14=14+0+0 [201904 201905]"}, fixture.Units(), records)
	loads(t, q, []string{"4=4+0+0 already []", "14=14+0+0 already [201904 201905]"}, fixture.Units(), records)

	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte(records)) // into memory
	_ = w.Close()
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Replace(fixture.Units(), "unit_id,name", "统一社会信用代码,单位名称", 1))
	if err != nil {
		t.Fatal(err)
	}
	loads(t, q, []string{"4=0+0+4 []"}, gb)
	for _, other := range []string{
		zipped.String(),
		string(encoder.EncodeAll([]byte(records), nil)),
		strings.ReplaceAll(records, "\n", "\r\n"),
		"\ufeff" + records,
	} {
		loaded := loads(t, q, []string{"14=0+0+14 []"}, other)
		if l := loaded[0]; l.Payable != 0 || l.Received != 0 {
			t.Errorf("nothing was accepted, and it adds up to %v and %v", l.Payable, l.Received)
		}
	}
	if records := liveRecords(t, q, fixture.A, fixture.B, fixture.C, fixture.D); len(records) != 14 {
		t.Errorf("%d records count", len(records))
	}
}

func TestALaterLoadReplacesByKey(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units(), fixture.RecordsHeader+
		record("1", fixture.A, "2019-05", "pension", "100", "16")+
		record("2", fixture.A, "2019-05", "pension", "200", "32")+
		record("3", fixture.A, "2019-05", "pension", "300", "48"))

	// 1 says the same; 2 moves to another month and unit; 3 to another insurance; 4 is new.
	loaded := loads(t, q, []string{"4=3+0+1 replaced 2 [201905 201906]"}, fixture.RecordsHeader+
		record("4", fixture.A, "2019-05", "pension", "400", "64")+
		record("3", fixture.A, "2019-05", "medical", "300", "48")+
		record("2", fixture.B, "2019-06", "pension", "200", "32")+
		record("1", fixture.A, "2019-05", "pension", "100", "16"))
	if l := loaded[0]; l.Payable != 144_00 || l.Received != 30_00 {
		t.Errorf("the accepted lines add up to %v and %v", l.Payable, l.Received)
	}
	if got := ids(liveRecords(t, q, fixture.A, fixture.B)); got != "1 4 3 2" {
		t.Errorf("the records that count are %s", got)
	}

	// Back again, and forth once more: the newest holds, whatever an older one said.
	back := fixture.RecordsHeader + record("2", fixture.A, "2019-05", "pension", "200", "32")
	forth := fixture.RecordsHeader + "\n" + record("2", fixture.B, "2019-06", "pension", "200", "32")
	loads(t, q, []string{"1=1+0+0 replaced 1 [201905 201906]"}, back)
	loads(t, q, []string{"1=1+0+0 replaced 1 [201905 201906]"}, forth)
	if got := ids(liveRecords(t, q, fixture.A)) + "/" + ids(liveRecords(t, q, fixture.B)); got != "1 4 3/2" {
		t.Errorf("the records that count are %s", got)
	}
}

func TestRepeatedKeysOfOneFile(t *testing.T) {
	q := fixture.Open(t)
	first := record("K", fixture.A, "2019-05", "pension", "100", "16")
	differs := record("K", fixture.A, "2019-05", "pension", "100", "17")
	fixture.Load(t, q, fixture.Units())
	loaded := loads(t, q, []string{"5=2+1+2 [201904 201905]"}, fixture.RecordsHeader+first+
		record("L", fixture.A, "2019-04", "pension", "100", "16")+first+differs+first)
	if l := loaded[0]; l.Payable != 32_00 {
		t.Errorf("the accepted lines add up to %v", l.Payable)
	}
	rejects := rejectsOf(t, q, loaded[0].ID)
	if len(rejects) != 1 || rejects[0].Line != 5 || rejects[0].Code != "record_repeated" || rejects[0].Value != "K" || rejects[0].Column != "record_id" {
		t.Errorf("the rejects are %+v", rejects)
	}
	// Against an earlier load too the first line of the file decides.
	loads(t, q, []string{"2=0+1+1 []"}, fixture.RecordsHeader+first+differs)
	loads(t, q, []string{"2=1+1+0 replaced 1 [201905]"}, fixture.RecordsHeader+differs+first)
	if records := liveRecords(t, q, fixture.A); ids(records) != "L K" || records[1].EmployerAmount != 17_00 {
		t.Errorf("the records that count are %+v", records)
	}
}

// TestKeysMeanTheirBytes: keys are the source's own, with whatever stands in them.
func TestKeysMeanTheirBytes(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units())
	keys := []string{"a", "A", `a\`, "a'", `a\'b`, "号1", "%61", "{load:UInt32}", strings.Repeat("k", 128), "🀄", "1'; DROP TABLE contributions; --"}
	text := func(amount string) string {
		var b strings.Builder
		b.WriteString(fixture.RecordsHeader)
		for _, key := range keys {
			b.WriteString(record(key, fixture.A, "2019-05", "pension", "100", amount))
		}
		return b.String()
	}
	n := len(keys)
	loads(t, q, []string{fmt.Sprintf("%d=%d+0+0 [201905]", n, n)}, text("16"))
	loads(t, q, []string{fmt.Sprintf("%d=0+0+%d []", n, n)}, "\ufeff"+text("16"))
	loads(t, q, []string{fmt.Sprintf("%d=%d+0+0 replaced %d [201905]", n, n, n)}, text("17"))
	var got []string
	for _, r := range liveRecords(t, q, fixture.A) {
		got = append(got, r.ID)
	}
	slices.Sort(got)
	slices.Sort(keys)
	if !slices.Equal(got, keys) {
		t.Errorf("the keys are %q", got)
	}
}

func TestRegistrationsAreKeptByTheMonthFromWhichTheyHold(t *testing.T) {
	q := fixture.Open(t)
	header := "unit_id,name,region_code,unit_kind,valid_from\n"
	a := fixture.A + ",甲,320102,enterprise,\n"
	loads(t, q, []string{"1=1+0+0 []"}, header+a)
	fixture.Load(t, q, fixture.RecordsHeader+record("1", fixture.A, "2019-03", "pension", "100", "16")+record("2", fixture.A, "2019-05", "pension", "100", "16"))

	superseding := fixture.A + ",甲,320505,enterprise,2019-05\n"
	loads(t, q, []string{"3=1+0+2 [201905]"}, header+a+superseding+superseding)
	loads(t, q, []string{"2=0+0+2 []"}, header+superseding+a)
	replacing := fixture.A + ",甲厂,320505,enterprise,2019-05\n"
	loaded := loads(t, q, []string{"2=1+1+0 replaced 1 [201905]"}, header+replacing+superseding)
	if rejects := rejectsOf(t, q, loaded[0].ID); len(rejects) != 1 || rejects[0].Code != "unit_repeated" || rejects[0].Line != 3 {
		t.Errorf("the rejects are %+v", rejects)
	}
	loads(t, q, []string{"1=1+0+0 replaced 1 [0]"}, header+fixture.A+",甲厂,320102,enterprise,\n")

	all, err := q.Loads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	versions, err := q.UnitVersions(t.Context(), filter.Everything(), queries.LoadIDs(all), []string{fixture.A})
	if err != nil || len(versions) != 2 || versions[0].ValidFrom != 0 || versions[0].Name != "甲厂" ||
		versions[1].ValidFrom != 201905 || versions[1].RegionCode != "320505" || versions[1].Name != "甲厂" {
		t.Errorf("the registrations are %+v, %v", versions, err)
	}
}

func TestARegistrationThatIsReadBackIsTheOneInTheFile(t *testing.T) {
	province := fixture.NewRandom(3, 200)
	q := fixture.Open(t)
	fixture.Load(t, q, province.UnitsFile())
	versions, err := q.UnitVersions(t.Context(), filter.Everything(), []uint32{1}, nil)
	if err != nil || len(versions) != len(province.Units) {
		t.Fatalf("%d registrations, want %d; %v", len(versions), len(province.Units), err)
	}
	want := map[string]contribution.Unit{}
	for _, u := range province.Units {
		want[fmt.Sprint(u.ID, u.ValidFrom)] = u
	}
	for _, got := range versions {
		u := want[fmt.Sprint(got.ID, got.ValidFrom)]
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", u) {
			t.Fatalf("read %+v\nwant %+v", got, u)
		}
	}
}

func TestARecordThatIsReadBackIsTheOneInTheFile(t *testing.T) {
	province := fixture.NewRandom(4, 200)
	q := fixture.Open(t)
	fixture.Load(t, q, province.UnitsFile(), province.RecordsFile())
	want := map[string]contribution.Record{}
	for _, r := range province.Records {
		want[r.ID] = r
	}
	persons := map[uint64]uint64{}
	records := liveRecords(t, q, province.UnitIDs()...)
	if len(records) != len(province.Records) {
		t.Fatalf("%d records, want %d", len(records), len(province.Records))
	}
	for _, got := range records {
		r := want[got.ID]
		if number, known := persons[got.Person]; known && number != r.Person || (got.Person == 0) != (r.Person == 0) {
			t.Fatalf("person %d is %d and %d", got.Person, number, r.Person)
		}
		persons[got.Person] = r.Person
		got.Person, r.ReceivedAmount = r.Person, 0 // the recompute needs no received amount
		if got != r {
			t.Fatalf("read %+v\nwant %+v", got, r)
		}
	}
	if len(persons) != 4 {
		t.Errorf("%d persons, want three and the unnamed", len(persons)-1)
	}
}

func TestUnitsOfTheSameCommandAreKnownToItsRecords(t *testing.T) {
	q := fixture.Open(t)
	loaded := loads(t, q, []string{"4=4+0+0 []", "6=6+0+0 [201904]", "8=8+0+0 [201905]"}, // the registrations go first
		part(fixture.Records(), "04-"), fixture.Units(), part(fixture.Records(), "05-"))
	if loaded[0].Kind != "units" || loaded[1].File != "file-1.csv" || loaded[2].File != "file-3.csv" {
		t.Errorf("the order is %s, %s, %s", loaded[0].File, loaded[1].File, loaded[2].File)
	}
}

// part is the lines of a records file whose keys begin with this.
func part(text, key string) string {
	var b strings.Builder
	for i, line := range strings.SplitAfter(text, "\n") {
		if i == 0 || strings.HasPrefix(line, key) {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestAFileWithRecordsOfUnregisteredUnitsIsTakenUpOnceTheyAreRegistered(t *testing.T) {
	q := fixture.Open(t)
	units, records := fixture.Units(), fixture.Records()
	withoutD := units[:strings.Index(units, fixture.D)]
	loaded := loads(t, q, []string{"3=3+0+0 []", "14=9+5+0 [201904 201905]"}, withoutD, records)
	for _, r := range rejectsOf(t, q, loaded[1].ID) {
		if r.Code != "unit_not_registered" || r.Value != fixture.D || r.Column != "unit_id" || r.Line == 0 || !strings.Contains(r.Raw, fixture.D) {
			t.Errorf("rejected: %+v", r)
		}
	}
	loads(t, q, []string{"14=9+5+0 already [201904 201905]"}, records)
	loads(t, q, []string{"4=1+0+3 []"}, units)
	loads(t, q, []string{"14=5+0+9 [201904 201905]"}, records)
	loads(t, q, []string{"14=5+0+9 already [201904 201905]"}, records)
	if n := len(liveRecords(t, q, fixture.A, fixture.B, fixture.C, fixture.D)); n != 14 {
		t.Errorf("%d records count", n)
	}
}

func TestNothingIsLoadedWhenAnyFileIsUnfit(t *testing.T) {
	q := fixture.Open(t)
	units := fixture.File(t, "units.csv", fixture.Units())
	loader := etl.Loader{Queries: q, Now: fixture.Now}
	for code, path := range map[string]string{
		"reader_empty":        fixture.File(t, "empty.csv", ""),
		"reader_not_found":    filepath.Join(t.TempDir(), "none.csv"),
		"reader_is_directory": t.TempDir(),
		"reader_no_header":    fixture.File(t, "prose.csv", "这不是一张表\n"),
	} {
		loaded, err := loader.Load(t.Context(), []string{units, path})
		if problem.Code(err) != code || len(loaded) != 0 {
			t.Errorf("%s: %v, loaded %v", code, err, loaded)
		}
	}
	if all, err := q.Loads(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("loaded %v, %v", all, err)
	}
	records := fixture.File(t, "records.csv", fixture.Records())
	if _, err := loader.Load(t.Context(), []string{records}); problem.Code(err) != "load_no_units" {
		t.Errorf("records before any unit: %v", err)
	}
}

func TestADamagedFileKeepsTheOthersOfItsCommandOut(t *testing.T) {
	q := fixture.Open(t)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte(many(200_000))) // into memory; more than the head that is looked at beforehand
	_ = w.Close()
	damaged := fixture.File(t, "damaged.csv.gz", zipped.String()[:zipped.Len()*3/4])
	loader := etl.Loader{Queries: q, Now: fixture.Now}
	loaded, err := loader.Load(t.Context(), []string{damaged, fixture.File(t, "units.csv", fixture.Units())})
	if problem.Code(err) != "reader_damaged" || len(loaded) != 0 {
		t.Errorf("loaded %v, %v", loaded, err)
	}
	if all, err := q.Loads(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("visible %v, %v", all, err)
	}
	loads(t, q, []string{"4=4+0+0 []", "14=14+0+0 [201904 201905]"}, fixture.Units(), fixture.Records())
	if n := len(liveRecords(t, q, fixture.A, fixture.B, fixture.C, fixture.D)); n != 14 {
		t.Errorf("%d records count", n)
	}
}

// many writes a file of so many records of one unit and month.
func many(n int) string {
	var b strings.Builder
	b.WriteString(fixture.RecordsHeader)
	for i := range n {
		b.WriteString(record(fmt.Sprintf("%08d", i), fixture.A, "2019-05", "pension", fmt.Sprint(i), "1"))
	}
	return b.String()
}

func TestAFileThatChangesWhileItIsReadIsNotLoaded(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units())
	path := fixture.File(t, "growing.csv", many(20_000)) // more than what is read when a file is opened
	grow := sync.OnceFunc(func() {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = file.WriteString(record("new", fixture.A, "2019-05", "pension", "100", "16"))
			_ = file.Close()
		}
		if err != nil {
			t.Error(err)
		}
	})
	// The hour is first asked for when the file has been opened.
	loader := etl.Loader{Queries: q, Now: func() time.Time { grow(); return fixture.Now() }}
	if _, err := loader.Load(t.Context(), []string{path}); problem.Code(err) != "load_file_changed" {
		t.Errorf("it was loaded: %v", err)
	}
	if all, err := q.Loads(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("the loads are %v, %v", all, err)
	}
	loader.Now = fixture.Now
	loaded, err := loader.Load(t.Context(), []string{path})
	if err != nil || loaded[0].Read != 20_001 || loaded[0].Accepted != 20_001 {
		t.Errorf("once it is whole: %v, %v", loaded, err)
	}
}

func TestTwoLoadsAtATimeTakeTurns(t *testing.T) {
	dir := enginetest.Dir(t)
	texts := []string{part(fixture.Records(), "04-"), part(fixture.Records(), "05-"), part(fixture.Records(), "04-")}
	units := fixture.File(t, "units.csv", fixture.Units())
	var group sync.WaitGroup
	results := make([][]etl.Loaded, len(texts))
	for i, text := range texts {
		q, path := fixture.OpenAt(t, dir), fixture.File(t, fmt.Sprintf("%d.csv", i), text)
		group.Go(func() {
			loader := etl.Loader{Queries: q, Now: fixture.Now}
			var err error
			if results[i], err = loader.Load(t.Context(), []string{units, path}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	numbers, again := map[uint32]int{}, 0
	for _, loaded := range results {
		for _, l := range loaded {
			if l.Already {
				again++
			} else {
				numbers[l.ID]++
			}
		}
	}
	if len(numbers) != 3 || again != 3 {
		t.Errorf("%d loads and %d that were there already", len(numbers), again)
	}
	q := fixture.OpenAt(t, dir)
	records := liveRecords(t, q, fixture.A, fixture.B, fixture.C, fixture.D)
	persons := map[uint64]bool{}
	for _, r := range records {
		persons[r.Person] = true
	}
	if len(records) != 14 || len(persons) != 5 {
		t.Errorf("%d records of %d persons, want 14 of 5: the loads must hash with one key", len(records), len(persons))
	}
}

func TestTheKeyOfPersonsIsMadeOnceAndNeverAnew(t *testing.T) {
	q := fixture.Open(t)
	path := filepath.Join(q.Store().Data(), "person.key")
	fixture.Load(t, q, fixture.Units())
	if err := os.Remove(path); err != nil { // nothing has been hashed yet
		t.Fatal(err)
	}
	fixture.Load(t, q, part(fixture.Records(), "04-"))
	info, err := os.Stat(path)
	if err != nil || info.Size() != 16 || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is %+v, %v", info, err)
	}
	key, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	loader := etl.Loader{Queries: q, Now: fixture.Now}
	more := fixture.File(t, "more.csv", part(fixture.Records(), "05-"))
	for code, change := range map[string]func() error{
		"person_key_damaged": func() error { return os.WriteFile(path, key[:15], 0o600) },
		"person_key_missing": func() error { return os.Remove(path) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if _, err := loader.Load(t.Context(), []string{more}); problem.Code(err) != code {
			t.Errorf("%s: %v", code, err)
		}
		if err := os.WriteFile(path, key, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := loader.Load(t.Context(), []string{more}); err != nil {
		t.Error(err)
	}
}

// TestKeysAreComparedWhereverTheyMayMeet: keys of several loads that overlap, touch and lie apart, in files that ascend
// and that do not.
func TestKeysAreComparedWhereverTheyMayMeet(t *testing.T) {
	q := fixture.Open(t)
	lines := func(month string, keys ...string) string {
		var b strings.Builder
		b.WriteString(fixture.RecordsHeader)
		for _, key := range keys {
			b.WriteString(record(key, fixture.A, month, "pension", "100", "16"))
		}
		return b.String()
	}
	fixture.Load(t, q, fixture.Units())
	loads(t, q, []string{"2=2+0+0 [201901]", "2=2+0+0 [201902]", "3=3+0+0 [201903]"},
		lines("2019-01", "b", "d"), lines("2019-02", "f", "e"), lines("2019-03", "a", "c", "g"))
	loads(t, q, []string{"1=1+0+0 replaced 1 [201902 201904]"}, lines("2019-04", "f"))                   // touches the last of one
	loads(t, q, []string{"2=2+0+0 replaced 1 [201904 201905]"}, lines("2019-05", "ea", "f"))             // and of the newest
	loads(t, q, []string{"2=1+0+1 [201906]"}, lines("2019-06", "z", "z"))                                // with itself
	loads(t, q, []string{"3=3+0+0 replaced 2 [201901 201906 201907]"}, lines("2019-07", "z", "b", "bb")) // with both ends
	if got := ids(liveRecords(t, q, fixture.A)); got != "d e a c g ea f b bb z" {
		t.Errorf("the records that count are %s", got)
	}
}

func TestAFileWithoutLinesIsALoadOfNothing(t *testing.T) {
	q := fixture.Open(t)
	loads(t, q, []string{"4=4+0+0 []", "0=0+0+0 []"}, fixture.Units(), fixture.RecordsHeader)
}

// TestEverythingAtItsLargest: amounts at the limit of what is read keep their fen through store, rule and sums.
func TestEverythingAtItsLargest(t *testing.T) {
	q := fixture.Open(t)
	fixture.Load(t, q, fixture.Units(), fixture.RecordsHeader+
		fmt.Sprintf("max,%s,2019-05,unemployment,,p1,1,%s,%s,1,%s,1,%s,,%s,\n", fixture.A, money.Max, money.Max, money.Max, money.Max, money.Max))
	result := fixture.Recompute(t, q, fixture.Pack(t))
	if result.Run.Records != 1 || result.Run.SampleChecked != 1 {
		t.Errorf("the run is %+v", result.Run)
	}
	figures, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	view := queries.View{Window: period.Range{From: 201905, To: 201905}, Comparison: "all", Payers: contribution.Payers}
	rows, err := figures.Summary(t.Context(), filter.Everything(), view, []string{"insurance"})
	if err != nil || len(rows) != 1 || rows[0].Charged != 2*money.Max || rows[0].New != 14_000_00*15/1000 {
		t.Errorf("the sums are %+v, %v", rows, err)
	}
}
