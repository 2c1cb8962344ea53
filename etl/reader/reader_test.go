package reader

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// The small world of these tests: two registered units, and one line for each that is right in every column.
const (
	unitA = "91320602Y7LLJY1JJJ"
	unitB = "91320602HTM53JJL68"

	englishHeader = "record_id,unit_id,period,insurance,entry_type,person_id,headcount,wage,base,employer_rate,employer_amount,employee_rate,employee_amount,received_on,received_amount,channel\n"
	chineseHeader = "明细序号,统一社会信用代码,费款所属期,险种,征缴类型,个人编号,人数,缴费工资,缴费基数,单位费率,单位应缴额,个人费率,个人应缴额,入库日期,实缴金额,缴费渠道\n"
	englishLine   = "R1,91320602Y7LLJY1JJJ,2019-05,pension,normal,P1,1,5000.00,5000.00,0.16,800.00,0.08,400.00,2019-05-15,1200.00,etax\n"
	chineseLine   = "R1,91320602Y7LLJY1JJJ,2019-05,企业职工基本养老保险,正常,P1,1,5000.00,5000.00,16%,800.00,8%,400.00,2019-05-15,1200.00,电子税务局\n"
)

func registered(unitID []byte) bool { return string(unitID) == unitA || string(unitID) == unitB }

// read is all that reading gives, in a form that can be compared.
type read struct {
	Records []contribution.Record
	Lines   []uint64
	Units   []contribution.Unit
	Issues  []Issue
	Rejects []Reject
	Counts  Counts
}

func write(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.csv")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, content string, o Options) *File {
	t.Helper()
	f, err := Open(write(t, []byte(content)), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// readAll reads contributions or units and sees that nothing was lost.
func readAll(t testing.TB, f *File, known func([]byte) bool) (all read, err error) {
	t.Helper()
	reject := func(r Reject) error {
		all.Rejects = append(all.Rejects, r)
		return nil
	}
	switch f.Kind {
	case KindUnits:
		all.Counts, err = f.Units(context.Background(), func(u contribution.Unit, line uint64) error {
			all.Units = append(all.Units, u)
			all.Lines = append(all.Lines, line)
			return nil
		}, reject)
	case KindContributions:
		all.Counts, err = f.Contributions(context.Background(), known, func(b *contribution.Block) error {
			all.Records = append(all.Records, records(b)...)
			for _, line := range b.Line {
				all.Lines = append(all.Lines, uint64(line))
			}
			return nil
		}, reject)
	case KindIssues:
		all.Counts, err = f.Issues(context.Background(), func(i Issue, line uint64) error {
			all.Issues = append(all.Issues, i)
			all.Lines = append(all.Lines, line)
			return nil
		}, reject)
	}
	if err == nil {
		accepted := len(all.Records) + len(all.Units) + len(all.Issues)
		if c := all.Counts; c.Read != c.Accepted+c.Rejected || c.Accepted != uint64(accepted) || c.Rejected != uint64(len(all.Rejects)) {
			t.Errorf("lines were lost: %+v, %d accepted, %d rejected", c, accepted, len(all.Rejects))
		}
	}
	return all, err
}

func records(b *contribution.Block) []contribution.Record {
	var all []contribution.Record
	for i := range b.Len() {
		all = append(all, contribution.Record{
			ID: b.RecordID[i], UnitID: string(b.UnitID[i][:]), Period: period.Period(b.Period[i]),
			Insurance: contribution.Insurance(b.Insurance[i]), EntryType: contribution.EntryType(b.EntryType[i]),
			Person: b.Person[i], Headcount: b.Headcount[i], Wage: money.Fen(b.Wage[i]), Base: money.Fen(b.Base[i]),
			EmployerRate: money.Rate(b.EmployerRate[i]), EmployerAmount: money.Fen(b.EmployerAmount[i]),
			EmployeeRate: money.Rate(b.EmployeeRate[i]), EmployeeAmount: money.Fen(b.EmployeeAmount[i]),
			ReceivedOn: b.ReceivedOn[i], ReceivedAmount: money.Fen(b.ReceivedAmount[i]), Channel: contribution.Channel(b.Channel[i]),
		})
	}
	return all
}

// mustRead reads a text that is no problem.
func mustRead(t testing.TB, content string) read {
	t.Helper()
	all, err := readAll(t, open(t, content, Options{}), registered)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func gb18030(text string) string {
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return encoded
}

// zipped is an archive of these files, in order; one whose name ends in a slash is a folder.
func zipped(names ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		entry, err := w.Create(name)
		if err == nil && !strings.HasSuffix(name, "/") {
			_, err = entry.Write([]byte(chineseHeader + chineseLine))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// utf16 is text in UTF-16, with a mark in front or without.
func utf16(text string, order unicode.Endianness, mark unicode.BOMPolicy) string {
	encoded, err := unicode.UTF16(order, mark).NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return encoded
}

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func zstandard(text string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(text), nil))
}

// sampleRecord is what the one line above means.
var sampleRecord = contribution.Record{
	ID: "R1", UnitID: unitA, Period: 201905, Insurance: contribution.Pension, EntryType: contribution.Normal, Headcount: 1,
	Wage: 500000, Base: 500000, EmployerRate: 160000, EmployerAmount: 80000, EmployeeRate: 80000, EmployeeAmount: 40000,
	ReceivedOn: 18031, ReceivedAmount: 120000, Channel: contribution.ETax,
}

func TestOneRecordReadsTheSameInEveryForm(t *testing.T) {
	tabs := strings.NewReplacer(",", "\t")
	semicolons := strings.NewReplacer(",", ";")
	quoted := func(text string) string {
		return `"` + strings.NewReplacer(",", `","`, "\n", "\"\n\"").Replace(strings.TrimSuffix(text, "\n")) + "\"\n"
	}
	for name, c := range map[string]struct{ content, encoding, compression string }{
		"English":                                 {englishHeader + englishLine, "UTF-8", "none"},
		"Chinese in UTF-8":                        {chineseHeader + chineseLine, "UTF-8", "none"},
		"Chinese in UTF-8 with a mark":            {"\ufeff" + chineseHeader + chineseLine, "UTF-8", "none"},
		"Chinese in GB18030":                      {gb18030(chineseHeader + chineseLine), "GB18030", "none"},
		"an English header over GB18030":          {englishHeader + gb18030(chineseLine), "GB18030", "none"},
		"an English header over UTF-8":            {englishHeader + chineseLine, "UTF-8", "none"},
		"UTF-16, little end first":                {utf16(chineseHeader+chineseLine, unicode.LittleEndian, unicode.UseBOM), "UTF-16", "none"},
		"UTF-16, big end first":                   {utf16(chineseHeader+chineseLine, unicode.BigEndian, unicode.UseBOM), "UTF-16", "none"},
		"UTF-16 without a mark":                   {utf16(englishHeader+englishLine, unicode.LittleEndian, unicode.IgnoreBOM), "UTF-16", "none"},
		"UTF-16, big end first, without a mark":   {utf16(englishHeader+englishLine, unicode.BigEndian, unicode.IgnoreBOM), "UTF-16", "none"},
		"UTF-16 with tabs, as spreadsheets save":  {utf16(strings.ReplaceAll(tabs.Replace(chineseHeader+chineseLine), "\n", "\r\n"), unicode.LittleEndian, unicode.UseBOM), "UTF-16", "none"},
		"Chinese UTF-16 without a mark":           {utf16(chineseHeader+chineseLine, unicode.LittleEndian, unicode.IgnoreBOM), "UTF-16", "none"},
		"Chinese UTF-16, big end, without a mark": {utf16(chineseHeader+chineseLine, unicode.BigEndian, unicode.IgnoreBOM), "UTF-16", "none"},
		"gzip of UTF-16":                          {gzipped(utf16(chineseHeader+chineseLine, unicode.LittleEndian, unicode.UseBOM)), "UTF-16", "gzip"},
		"gzip":                                    {gzipped(chineseHeader + chineseLine), "UTF-8", "gzip"},
		"gzip of GB18030":                         {gzipped(gb18030(chineseHeader + chineseLine)), "GB18030", "gzip"},
		"zip of one file":                         {zipped("五月.csv"), "UTF-8", "zip"},
		"zip of a folder with one file":           {zipped("五月/", "五月/明细.csv", "__MACOSX/._明细.csv"), "UTF-8", "zip"},
		"two gzip members":                        {gzipped(chineseHeader) + gzipped(chineseLine), "UTF-8", "gzip"},
		"zstd":                                    {zstandard(chineseHeader + chineseLine), "UTF-8", "zstd"},
		"Windows line ends":                       {strings.ReplaceAll(englishHeader+englishLine, "\n", "\r\n"), "UTF-8", "none"},
		"no line end at the end":                  {strings.TrimSpace(englishHeader + englishLine), "UTF-8", "none"},
		"tabs":                                    {tabs.Replace(chineseHeader + chineseLine), "UTF-8", "none"},
		"semicolons":                              {semicolons.Replace(chineseHeader + chineseLine), "UTF-8", "none"},
		"every cell in quotes":                    {quoted(chineseHeader + chineseLine), "UTF-8", "none"},
		"every cell in quotes, GB18030":           {gb18030(quoted(chineseHeader + chineseLine)), "GB18030", "none"},
		"blank lines around":                      {"\n\n" + chineseHeader + "\n,,,,,,,,,,,,,,,\n" + chineseLine + "\n \n", "UTF-8", "none"},
		"names in capitals, spaced and starred":   {strings.NewReplacer("unit_id", " Unit ID* ", "wage", "WAGE").Replace(englishHeader) + englishLine, "UTF-8", "none"},
		"other common names":                      {strings.NewReplacer("统一社会信用代码", "社会信用代码", "费款所属期", "所属期", "缴费工资", "缴费工资（元）").Replace(chineseHeader) + chineseLine, "UTF-8", "none"},
		"full-width digits, letters and percent":  {chineseHeader + strings.NewReplacer("2019-05,", "２０１９０５,", "5000.00", "５０００．００", "16%", "１６％", "9132", "９１３２").Replace(chineseLine), "UTF-8", "none"},
		"full-width digits in GB18030":            {gb18030(chineseHeader + strings.NewReplacer("2019-05,", "２０１９年５月,", "5000.00", "５０００．００").Replace(chineseLine)), "GB18030", "none"},
		"spaces around the cells":                 {strings.ReplaceAll(chineseHeader+chineseLine, ",", "\u3000, "), "UTF-8", "none"},
		"tabs that keep codes as text":            {chineseHeader + strings.ReplaceAll(chineseLine, unitA, "\t"+unitA), "UTF-8", "none"},
		"formulas that keep codes as text":        {chineseHeader + strings.ReplaceAll(chineseLine, unitA, `"=""`+unitA+`"""`), "UTF-8", "none"},
		"a unit code in small letters":            {chineseHeader + strings.ReplaceAll(chineseLine, unitA, strings.ToLower(unitA)), "UTF-8", "none"},
		"amounts with commas in quotes":           {chineseHeader + strings.ReplaceAll(chineseLine, "5000.00", `"5,000.00"`), "UTF-8", "none"},
		"dates and months as databases give":      {chineseHeader + strings.NewReplacer("2019-05,", "2019-05-01 00:00:00,", "2019-05-15", "2019-05-15T10:11:12").Replace(chineseLine), "UTF-8", "none"},
		"dates as eight digits":                   {chineseHeader + strings.ReplaceAll(chineseLine, "2019-05-15", "20190515"), "UTF-8", "none"},
		"Chinese dates":                           {chineseHeader + strings.ReplaceAll(chineseLine, "2019-05-15", "2019年5月15日"), "UTF-8", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, c.content, Options{})
			if f.Kind != KindContributions || f.Encoding != c.encoding || f.Compression != c.compression || f.UnknownColumns != nil {
				t.Errorf("recognised as %s, %s, %s, unknown %q", f.Kind, f.Encoding, f.Compression, f.UnknownColumns)
			}
			all, err := readAll(t, f, registered)
			if err != nil || len(all.Rejects) > 0 || len(all.Records) != 1 {
				t.Fatalf("%v, %+v", err, all)
			}
			if all.Records[0].Person == 0 {
				t.Error("the person has no hash")
			}
			all.Records[0].Person = 0
			if d := cmp.Diff(sampleRecord, all.Records[0]); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestWhatIsNoTextInUTF16IsARejectAndNoName: half of a character, and a file that is cut off within one.
func TestWhatIsNoTextInUTF16IsARejectAndNoName(t *testing.T) {
	const header, line = "unit_id,name,region_code,unit_kind\n", unitA + ",甲公司,320602,enterprise\n"
	whole := utf16(header+line+line, unicode.LittleEndian, unicode.UseBOM)
	broken := strings.Replace(whole, "\x32\x75", "\x00\xd8", 1) // the first half of a pair in place of 甲
	if broken == whole {
		t.Fatal("nothing was broken")
	}
	all := mustRead(t, broken)
	if len(all.Units) != 1 || len(all.Rejects) != 1 || all.Rejects[0].Code != "encoding" {
		t.Errorf("%+v", all)
	}
	if _, err := Open(write(t, []byte("\xff\xfe{\x00\"\x00")), Options{}); problem.Code(err) != "reader_json" {
		t.Errorf("JSON in UTF-16: %v", err)
	}
	long := mustRead(t, utf16(header+strings.Repeat(line, 60_000), unicode.BigEndian, unicode.UseBOM))
	if len(long.Units) != 60_000 || len(long.Rejects) > 0 {
		t.Errorf("%d units, %d rejects", len(long.Units), len(long.Rejects))
	}
}

const sample = "../../testdata/jiangsu-mini/"

func TestTheSampleIsReadWithoutARejectWhateverTheWorkers(t *testing.T) {
	key := [16]byte{1, 2, 3}
	f, err := Open(sample+"units.csv", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	units, err := readAll(t, f, nil)
	if err != nil || len(units.Units) != 60 || len(units.Rejects) != 0 || f.Encoding != EncodingGB18030 {
		t.Fatalf("%d units, %v, %v, %s", len(units.Units), units.Rejects, err, f.Encoding)
	}
	want := contribution.Unit{
		ID: "91320602Y7LLJY1JJJ", Name: "02号示例单位0001", RegionCode: "320602", IndustryCode: "C1391", RegistrationType: "171",
		EconomicType: contribution.Private, Kind: contribution.Institution, Employees: 1, Revenue: 26_000_000, Assets: 38_000_000,
		Size: contribution.Large, SizeDeclared: true, RiskClass: 3, FloatFactor: 1_200_000,
	}
	if d := cmp.Diff(want, units.Units[1]); d != "" {
		t.Error(d)
	}
	known := map[string]bool{}
	for _, u := range units.Units {
		known[u.ID] = true
	}
	var first read
	for _, workers := range []int{1, 2, 5} {
		f, err := Open(sample+"contributions.csv", Options{PersonKey: key, Workers: workers, ChunkBytes: 1, Hash: true})
		if err != nil {
			t.Fatal(err)
		}
		all, err := readAll(t, f, func(id []byte) bool { return known[string(id)] })
		f.Close()
		if err != nil || len(all.Records) != 11174 || len(all.Rejects) != 0 {
			t.Fatalf("%d records, %v, %v", len(all.Records), all.Rejects, err)
		}
		if hash, err := ContentHash(sample + "contributions.csv"); err != nil || hash != f.ContentHash() {
			t.Errorf("hashes differ: %s, %s, %v", hash, f.ContentHash(), err)
		}
		if done, size := f.Progress(); done != size || size != 1400638 {
			t.Errorf("progress ends at %d of %d", done, size)
		}
		if workers == 1 {
			first = all
		} else if d := cmp.Diff(first, all); d != "" {
			t.Errorf("%d workers read something else:\n%s", workers, d)
		}
	}
	// Counted and added up with awk over the same file.
	var wages, payable money.Fen
	entries := map[contribution.EntryType]int{}
	for _, r := range first.Records {
		wages += r.Wage
		payable += r.EmployerAmount + r.EmployeeAmount
		entries[r.EntryType]++
	}
	if wages != 15533405245 || payable != 1277540095 {
		t.Errorf("wages %s, payable %s", wages, payable)
	}
	if d := cmp.Diff(map[contribution.EntryType]int{contribution.Normal: 11039, contribution.BackPayment: 86, contribution.Refund: 49}, entries); d != "" {
		t.Error(d)
	}
	wantCounts := Counts{
		Read: 11174, Accepted: 11174, MinRecordID: "R0700000001", MaxRecordID: "R0700011174",
		Periods: []PeriodCount{{201903, 1871, 0}, {201904, 1869, 0}, {201905, 1856, 0}, {201906, 1856, 0}, {201907, 1860, 0}, {201908, 1862, 0}},
	}
	var normal uint64
	for i := range first.Counts.Periods {
		normal += first.Counts.Periods[i].Normal
		first.Counts.Periods[i].Normal = 0
	}
	if normal != 11039 {
		t.Errorf("%d normal records by month", normal)
	}
	if d := cmp.Diff(wantCounts, first.Counts); d != "" {
		t.Error(d)
	}
}
