package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/internal/fixture"
)

// session is a user at a data directory of his own.
type session struct {
	t    *testing.T
	data string
	pack string // folder of the policy pack
}

func newSession(t *testing.T) *session {
	t.Helper()
	if testing.Short() {
		t.Skip("runs one command after another; what goroutines share in them, TestTheMainJob shows the race detector")
	}
	return &session{t: t, data: fixture.Dir(t)}
}

// run runs a command on the directory.
func (s *session) run(args ...string) (code int, stdout, stderr string) {
	s.t.Helper()
	return jianfu(s.t, append(args, "--data", s.data, "--memory", "2G")...)
}

// must runs a command that ends with this exit code, and returns what it printed.
func (s *session) must(code int, args ...string) string {
	s.t.Helper()
	got, stdout, stderr := s.run(args...)
	if got != code {
		s.t.Fatalf("jianfu %v: exit %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	return stdout
}

// file writes a file of the test's own.
func (s *session) file(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// loadedFile is an element of what `load --json` prints.
type loadedFile struct {
	Load      uint32            `json:"load"`
	Kind      string            `json:"kind"`
	File      string            `json:"file"`
	Encoding  string            `json:"encoding"`
	Read      uint64            `json:"read"`
	Accepted  uint64            `json:"accepted"`
	Rejected  uint64            `json:"rejected"`
	Unchanged uint64            `json:"unchanged"`
	Already   bool              `json:"already_loaded"`
	Payable   string            `json:"payable"`
	Reasons   map[string]uint64 `json:"reject_reasons"`
}

// load loads files with --json.
func (s *session) load(code int, paths ...string) []loadedFile {
	s.t.Helper()
	var files []loadedFile
	text := s.must(code, append([]string{"load", "--json"}, paths...)...)
	if err := json.Unmarshal([]byte(text), &files); err != nil {
		s.t.Fatalf("%v\n%s", err, text)
	}
	for _, f := range files {
		if f.Read != f.Accepted+f.Rejected+f.Unchanged {
			s.t.Errorf("%s: the lines do not add up: %+v", f.File, f)
		}
	}
	return files
}

// TestBadInput is every kind of bad line that there is in life, each between good ones, in a file of Chinese headers:
// every one has its own message with line and column, and the good ones go in.
func TestBadInput(t *testing.T) {
	s := newSession(t)
	s.load(exitDone, s.file("units.csv", fixture.Units()))
	wrongCheck := fixture.A[:17] + string("0123456789X"[(strings.IndexByte("0123456789", fixture.A[17])+1)%10])
	const header = "明细序号,统一社会信用代码,费款所属期,险种,征缴类型,缴费工资,缴费基数,单位费率,单位应缴额\n"
	cases := []struct {
		column, value, code string
		line                string // in place of the good line
		zh, en              string // in the message
	}{
		{"统一社会信用代码", wrongCheck, "unit_id_check", "%s," + wrongCheck + ",2019-05,养老保险,正常,5000,5000,0.16,800", "校验位不正确", "check character"},
		{"统一社会信用代码", fixture.UnitID(99), "unit_not_registered", "%s," + fixture.UnitID(99) + ",2019-05,养老保险,正常,5000,5000,0.16,800", "没有登记", "not registered"},
		{"费款所属期", "2019-13", "period_invalid", "%s," + fixture.A + ",2019-13,养老保险,正常,5000,5000,0.16,800", "不是能确定的月份", "month"},
		{"险种", "车辆保险", "insurance_unknown", "%s," + fixture.A + ",2019-05,车辆保险,正常,5000,5000,0.16,800", "不认识的险种", "insurance"},
		{"缴费工资", "五千", "amount_not_number", "%s," + fixture.A + ",2019-05,养老保险,正常,五千,5000,0.16,800", "不是金额", "amount"},
		{"单位应缴额", "8OO", "amount_not_number", "%s," + fixture.A + ",2019-05,养老保险,正常,5000,5000,0.16,8OO", "不是金额", "amount"},
		{"缴费基数", "-5000", "base_negative", "%s," + fixture.A + ",2019-05,养老保险,正常,5000,-5000,0.16,800", "缴费基数不能是负数", "base"},
		{"单位费率", "16", "rate_percent_forgotten", "%s," + fixture.A + ",2019-05,养老保险,正常,5000,5000,16,800", "漏了百分号", "percent"},
		{"征缴类型", "", "columns_too_few", "%s," + fixture.A + ",2019-05,养老保险", "列数不足", "columns"},
	}
	var b strings.Builder
	b.WriteString(header)
	good := 0
	putGood := func() {
		good++
		fmt.Fprintf(&b, "G%d,%s,2019-05,养老保险,正常,5000,5000,16%%,800\n", good, fixture.A)
	}
	putGood()
	for i, c := range cases {
		fmt.Fprintf(&b, c.line+"\n", fmt.Sprintf("B%d", i))
		putGood()
	}
	for encoding, encode := range map[string]func(string) string{
		"UTF-8": func(text string) string { return text },
		"GB18030": func(text string) string {
			encoded, err := simplifiedchinese.GB18030.NewEncoder().String(strings.NewReplacer("G", "H", "B", "C").Replace(text))
			if err != nil {
				t.Fatal(err)
			}
			return encoded
		},
	} {
		t.Run(encoding, func(t *testing.T) {
			path := s.file("bad-"+encoding+".csv", encode(b.String()))
			loaded := s.load(exitDifferences, path)[0]
			if loaded.Encoding != encoding || loaded.Accepted != uint64(good) || loaded.Rejected != uint64(len(cases)) {
				t.Errorf("loaded %+v", loaded)
			}
			for _, c := range cases {
				if loaded.Reasons[c.code] == 0 {
					t.Errorf("no line was rejected with %s", c.code)
				}
			}
			out := filepath.Join(t.TempDir(), "rejects.csv")
			for _, language := range []string{"zh", "en"} {
				s.must(exitDone, "export", "rejects", "--out", out, "--lang", language)
				rejects := slices.DeleteFunc(table(t, out), func(row map[string]string) bool { return row["file"] != filepath.Base(path) })
				if len(rejects) != len(cases) {
					t.Fatalf("%d rejects are written, want %d", len(rejects), len(cases))
				}
				for i, c := range cases {
					row := rejects[i]
					message := c.zh
					if language == "en" {
						message = c.en
					}
					if row["line"] != fmt.Sprint(3+2*i) || row["column"] != c.column || c.value != "" && row["value"] != c.value ||
						row["code"] != c.code || !strings.Contains(row["reason"], message) || !strings.Contains(row["raw"], fmt.Sprint(i)) {
						t.Errorf("in %s: %v, want line %d, %q, %q, %s with %q", language, row, 3+2*i, c.column, c.value, c.code, message)
					}
				}
			}
			code, stdout, _ := s.run("load", path)
			if code != exitDifferences || !strings.Contains(stdout, "未做任何改动") || !strings.Contains(stdout, "9 行当时被拒绝") {
				t.Errorf("again: exit %d, %s", code, stdout)
			}
		})
	}
}

func TestRejectsArePrintedWithTheirPlaceAndReason(t *testing.T) {
	s := newSession(t)
	s.load(exitDone, s.file("units.csv", fixture.Units()))
	var b strings.Builder
	b.WriteString("record_id,unit_id,period,insurance,wage,base,employer_rate,employer_amount,备注\n")
	for i := range 15 {
		fmt.Fprintf(&b, "R%d,%s,2019-05,pension,5000,5000,16,800,x\n", i, fixture.A)
	}
	code, stdout, stderr := s.run("load", s.file("many.csv", b.String()))
	for _, part := range []string{"many.csv：第 2 批", "缴费明细", "读取 15 行 = 接收 0 + 拒绝 15 + 未变 0", "“备注”", "第 2 行 employer_rate“16”",
		"16%", "另有 5 行被拒绝", "jianfu export rejects"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("%q is not in what is printed:\n%s", part, stdout)
		}
	}
	if code != exitDifferences || strings.Contains(stdout, "第 12 行") || strings.Contains(stderr, "错误") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	b.WriteString("\n")
	_, stdout, _ = s.run("load", s.file("many.csv", b.String()), "--lang", "en")
	for _, part := range []string{"many.csv: load 3, contribution records, CSV, UTF-8, separated by commas; read 15 = accepted 0 + rejected 15 + unchanged 0", "line 2, employer_rate \"16\"", "5 more"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("%q is not in what is printed:\n%s", part, stdout)
		}
	}
}

func TestFilesThatAreNoTablesAreRefusedWhole(t *testing.T) {
	s := newSession(t)
	s.load(exitDone, s.file("units.csv", fixture.Units()))
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("明细序号,统一社会信用代码,费款所属期,险种,缴费工资,缴费基数,单位费率,单位应缴额\n" +
		"1," + fixture.A + ",2019-05,养老保险,5000,5000,16%,800\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ content, zh, en string }{
		"empty.csv":    {"", "是空的", "empty"},
		"blank.csv":    {"\n\n  \n", "是空的", "empty"},
		"prose.csv":    {"这不是一张表\n", "无法识别", "header"},
		"picture.csv":  {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "图片", "picture"},
		"book.csv":     {"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml xl/workbook.xml", "Excel", "Excel"},
		"old-book.csv": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "Excel", "Excel"},
		"binary.csv":   {"a,b\n\x00\x01\x02\x03\x04\x05,\x00\n", "不是文本", "text"},
		"lacking.csv":  {"record_id,unit_id,period,wage,base\n1," + fixture.A + ",2019-05,1,1\n", "缺少必需的列", "lacks"},
		"twice.csv":    {"unit_id,name,region_code,unit_kind,unit_id\n", "都是", "both"},
	} {
		path := s.file(name, c.content)
		for language, part := range map[string]string{"zh": c.zh, "en": c.en} {
			code, stdout, stderr := s.run("load", path, "--lang", language)
			if code != exitNotDone || stdout != "" || !strings.Contains(stderr, name) || !strings.Contains(stderr, part) {
				t.Errorf("%s in %s: exit %d, want %q\n%s%s", name, language, code, part, stdout, stderr)
			}
		}
	}
	// A mark of UTF-8 before text that is GB18030: the cells that are no UTF-8 are named, line by line.
	name, err := simplifiedchinese.GB18030.NewEncoder().String("苏州机械厂")
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := s.run("load", s.file("marked.csv", "\ufeffunit_id,name,region_code,unit_kind\n"+
		fixture.UnitID(5)+",good,320102,enterprise\n"+fixture.UnitID(6)+","+name+",320102,enterprise\n"))
	if code != exitDifferences || !strings.Contains(stdout, "接收 1 + 拒绝 1") || !strings.Contains(stdout, "第 3 行 name") || !strings.Contains(stdout, "不属于 UTF-8 编码") {
		t.Errorf("GB18030 behind a mark of UTF-8: exit %d\n%s", code, stdout)
	}
	if loaded := s.load(exitDone, s.file("gb.csv", gb)); loaded[0].Encoding != "GB18030" || loaded[0].Accepted != 1 {
		t.Errorf("a table in GB18030: %+v", loaded)
	}
}

func TestAFaultIsAnObjectAndNothingWasLoaded(t *testing.T) {
	s := newSession(t)
	var b strings.Builder
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(fixture.RecordsHeader)) // into memory
	for i := range 200_000 {
		fmt.Fprintf(w, "%d,%s,2019-05,pension,normal,,1,%d,1,0.1,1,0,0,,1,\n", i, fixture.A, i)
	}
	_ = w.Close()
	damaged := s.file("damaged.csv.gz", b.String()[:b.Len()/2])
	code, stdout, stderr := s.run("load", "--json", damaged, s.file("units.csv", fixture.Units()))
	if stdout != "" {
		t.Errorf("standard output:\n%s", stdout)
	}
	var answer struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal([]byte(stderr), &answer); err != nil || code != exitNotDone || answer.Error.Code != "reader_damaged" ||
		!strings.Contains(answer.Error.Message, "damaged.csv.gz") {
		t.Errorf("exit %d, standard error: %v\n%s", code, err, stderr)
	}
	if files := s.load(exitDone, s.file("units.csv", fixture.Units())); files[0].Accepted != 4 {
		t.Errorf("the units of the broken command: %+v", files)
	}
}

func TestALoadAsJSON(t *testing.T) {
	s := newSession(t)
	files := s.load(exitDone, s.file("records.csv", fixture.Records()), s.file("units.csv", fixture.Units()))
	if len(files) != 2 || files[0].Kind != "units" || files[1].Accepted != 14 || files[1].Payable != "23080.00" || files[1].Load != 2 || len(files[1].Reasons) != 0 {
		t.Errorf("%+v", files)
	}
	text := s.must(exitDone, "load", "--json", s.file("records.csv", "\n"+fixture.Records()))
	var fields []map[string]any
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"load", "kind", "file", "hash", "encoding", "compression", "bytes", "started_at", "finished_at", "read", "accepted",
		"rejected", "unchanged", "replaced", "periods", "unknown_columns", "payable", "received", "already_loaded", "reject_reasons"} {
		if _, ok := fields[0][name]; !ok {
			t.Errorf("there is no %q in %s", name, text)
		}
	}
}
