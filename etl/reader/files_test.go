package reader

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
)

func TestAFileThatCannotBeReadSaysWhyAndWhatToDo(t *testing.T) {
	whole := gzipped(chineseHeader + strings.Repeat(chineseLine, 1000))
	for name, c := range map[string]struct{ content, code string }{
		"an empty file":                            {"", "reader_empty"},
		"only a mark":                              {"\ufeff", "reader_empty"},
		"only blank lines":                         {"\n \r\n\n", "reader_empty"},
		"only empty cells":                         {",,,\n,,,\n", "reader_empty"},
		"an empty file, compressed":                {gzipped(""), "reader_empty"},
		"an old Excel workbook":                    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "reader_xls"},
		"an Excel workbook with a password":        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", "reader_workbook_locked"},
		"an Excel workbook that is cut off":        {"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", "reader_xlsx"},
		"a zip of two files":                       {zipped("a.csv", "b.csv"), "reader_zip"},
		"a zip of nothing but folders":             {zipped("a/"), "reader_zip"},
		"a zip with a password":                    {strings.Replace(strings.Replace(zipped("a.csv"), "PK\x03\x04\x14\x00\x08", "PK\x03\x04\x14\x00\x09", 1), "PK\x01\x02\x14\x00\x14\x00\x08", "PK\x01\x02\x14\x00\x14\x00\x09", 1), "reader_zip_locked"},
		"a zip with bytes turned":                  {zipped("a.csv")[:60] + "xxxx" + zipped("a.csv")[64:], "reader_damaged"},
		"a zip archive":                            {"PK\x03\x04\x14\x00\x06\x00contributions.csv", "reader_zip"},
		"a PNG":                                    {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "reader_image"},
		"a JPEG":                                   {"\xff\xd8\xff\xe0\x00\x10JFIF", "reader_image"},
		"a PDF":                                    {"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "reader_pdf"},
		"a Parquet file":                           {"PAR1\x15\x04\x15\x00", "reader_damaged"},
		"a 7z archive":                             {"7z\xbc\xaf\x27\x1c\x00\x04", "reader_archive"},
		"a tar archive in gzip":                    {gzipped("units.csv" + strings.Repeat("\x00", 248) + "ustar\x0000" + strings.Repeat("\x00", 300)), "reader_archive"},
		"a web page":                               {"<html><table><tr><td>record_id</td></tr></table></html>", "reader_html"},
		"JSON":                                     {`{"record_id": 1}`, "reader_json"},
		"random bytes":                             {random(t, 4096), "reader_binary"},
		"carriage returns only":                    {strings.ReplaceAll(englishHeader+englishLine, "\n", "\r"), "reader_return_only"},
		"prose":                                    {"这不是表格。\n只是文字。\n", "reader_no_header"},
		"a table of something else":                {"姓名,电话\n张三,1\n", "reader_no_header"},
		"data without a header":                    {englishLine + englishLine, "reader_no_header"},
		"a header with quotes gone wrong":          {`"record_id,unit_id` + "\n1,2\n", "reader_no_header"},
		"contributions without wage and base":      {"record_id,unit_id,period,insurance,employer_rate,employer_amount\n", "reader_columns_missing"},
		"an employee rate without its amount":      {strings.Replace(englishHeader, "employee_amount", "x", 1), "reader_columns_missing"},
		"a rate column in percent":                 {strings.Replace(chineseHeader, "单位费率", "单位费率(%)", 1), "reader_columns_missing"},
		"units without their kind":                 {"unit_id,name,region_code\n", "reader_columns_missing"},
		"revenue in yuan is not taken for 万元":      {"unit_id,name,region_code,unit_kind,营业收入（元）,revenue,营业收入（万元）\n", "reader_duplicate_column"},
		"one column twice":                         {strings.Replace(englishHeader, "base", "wage", 1), "reader_duplicate_column"},
		"one column in two languages":              {strings.Replace(englishHeader, "channel", "险种", 1), "reader_duplicate_column"},
		"a header that never ends":                 {strings.Repeat("x", 3<<20), "reader_line_too_long"},
		"gzip that is cut off within its head":     {whole[:8], "reader_damaged"},
		"gzip that is cut off within the first MB": {whole[:len(whole)-20], "reader_damaged"},
		"gzip with bytes turned":                   {whole[:len(whole)/2] + "xxxx" + whole[len(whole)/2+4:], "reader_damaged"},
		"zstd that is cut off":                     {zstandard(chineseHeader + chineseLine)[:20], "reader_damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open(write(t, []byte(c.content)), Options{})
			if err == nil {
				f.Close()
			}
			if problem.Code(err) != c.code {
				t.Fatalf("got %v", err)
			}
			checkFault(t, err)
		})
	}
}

func checkFault(t *testing.T, err error) {
	t.Helper()
	for _, lang := range i18n.Languages {
		text := i18n.For(lang).Error(err)
		if !i18n.For(lang).Has("problem."+problem.Code(err)) || strings.Contains(text, "no value") {
			t.Errorf("%s: %s", lang, text)
		}
	}
}

func TestEveryFaultIsInTheCatalogue(t *testing.T) {
	names := regexp.MustCompile(`"(reader_[a-z0-9_]+)"`)
	for _, file := range []string{"reader.go", "detect.go", "header.go", "pipeline.go", "tables.go", "parquet.go", "mapping.go", "control.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range names.FindAllStringSubmatch(string(source), -1) {
			for _, lang := range i18n.Languages {
				if !i18n.For(lang).Has("problem." + match[1]) {
					t.Errorf("%s has no text for %s", lang, match[1])
				}
			}
		}
	}
}

func TestAMissingHeaderNamesWhatWasFoundAndWhatIsNeeded(t *testing.T) {
	_, err := Open(write(t, []byte("姓名,电话\n张三,1\n")), Options{})
	text := i18n.For("zh").Error(err)
	for _, part := range []string{"姓名、电话", "统一社会信用代码 (unit_id)", "缴费工资 (wage)", "单位类型 (unit_kind)"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in: %s", part, text)
		}
	}
	_, err = Open(write(t, []byte("record_id,单位名称,unit_id,险种,period,employer_rate,employer_amount,wage\n")), Options{})
	text = i18n.For("zh").Error(err)
	if !strings.Contains(text, "缺少必需的列：缴费基数 (base)。") {
		t.Error(text)
	}
}

func TestPathsThatAreNoFiles(t *testing.T) {
	for code, path := range map[string]string{"reader_not_found": filepath.Join(t.TempDir(), "none.csv"), "reader_is_directory": t.TempDir()} {
		_, err := Open(path, Options{})
		if problem.Code(err) != code {
			t.Errorf("%s: %v", code, err)
		}
		checkFault(t, err)
	}
	if _, err := ContentHash("none.csv"); problem.Code(err) != "reader_not_readable" {
		t.Error(err)
	}
}

func TestKindsAreToldByTheHeader(t *testing.T) {
	for header, want := range map[string]Kind{
		unitHeader:    KindUnits,
		englishHeader: KindContributions,
		chineseHeader: KindContributions,
		"来源,标题,统一社会信用代码,行政区划代码,类别,提出日期,联系方式,内容\n": KindIssues,
		"source,title,region_code\n":      KindIssues,
		"unit_id,region_code,unit_kind\n": KindUnits,
	} {
		f := open(t, header, Options{})
		if f.Kind != want {
			t.Errorf("%q is %s, want %s", header, f.Kind, want)
		}
	}
}

func TestAHeaderAloneIsAFileWithoutRows(t *testing.T) {
	for name, content := range map[string]string{
		"with a line end": englishHeader, "without": strings.TrimSpace(englishHeader), "units": unitHeader, "with blank lines": englishHeader + "\n\n",
	} {
		all := mustRead(t, content)
		if all.Counts.Read != 0 || len(all.Rejects) != 0 {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

func TestUnknownColumnsAreReportedAndLeftOut(t *testing.T) {
	f := open(t, strings.Replace(chineseHeader, "明细序号", "备注 ,明细序号,营业税", 1)+"x,"+strings.Replace(chineseLine, ",", ",y,", 1), Options{})
	if d := cmp.Diff([]string{"备注", "营业税"}, f.UnknownColumns); d != "" {
		t.Error(d)
	}
	if f.ColumnName("record_id") != "明细序号" || f.ColumnName("no_such") != "no_such" {
		t.Errorf("columns are called %q and %q", f.ColumnName("record_id"), f.ColumnName("no_such"))
	}
	all, err := readAll(t, f, registered)
	if err != nil || len(all.Records) != 1 {
		t.Fatalf("%v, %+v", err, all)
	}
}

func TestTheEncodingCanBeNamedWhereTheGuessIsWrong(t *testing.T) {
	gb, utf := gb18030(chineseHeader+chineseLine), chineseHeader+chineseLine
	for name, c := range map[string]struct {
		content, encoding, code string
	}{
		"GB18030 named":             {gb, "gb18030", ""},
		"UTF-8 named":               {utf, "utf-8", ""},
		"GB18030 taken for UTF-8":   {gb, "UTF-8", "reader_no_header"},
		"UTF-8 taken for GB18030":   {utf, "GB18030", "reader_no_header"},
		"an encoding nobody offers": {utf, "Big5", "reader_encoding_option"},
	} {
		f, err := Open(write(t, []byte(c.content)), Options{Encoding: c.encoding})
		if problem.Code(err) != c.code || (err == nil) != (c.code == "") {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			f.Close()
		} else {
			checkFault(t, err)
		}
	}
}

func TestTheGuessOfTheEncodingHoldsAgainstDamage(t *testing.T) {
	line := strings.ReplaceAll(chineseLine, "R1", "序1")
	damaged := strings.ReplaceAll(chineseLine, "R1", "R\xff\xfe1")
	far := strings.Repeat(englishLine, 15_000) // more than the first megabyte
	for name, c := range map[string]struct {
		content, encoding string
		accepted          int
		rejected          int
	}{
		"one damaged line among UTF-8":                   {englishHeader + damaged + line + line, "UTF-8", 2, 1},
		"one damaged line among GB18030":                 {gb18030(chineseHeader) + damaged + gb18030(line+line), "GB18030", 2, 1},
		"one damaged line in UTF-8 with a mark":          {"\ufeff" + englishHeader + damaged, "UTF-8", 0, 1},
		"GB18030 that first shows far behind":            {englishHeader + far + gb18030(line), "UTF-8", 15_001, 0},
		"UTF-8 that first shows far behind":              {englishHeader + far + line, "UTF-8", 15_001, 0},
		"Chinese cut by the end of the first megabyte":   {englishHeader + far[:1<<20-len(englishHeader)-len(englishLine)] + strings.Repeat("\n", 400) + strings.Repeat(line, 300), "UTF-8", 8000, 0},
		"GB18030 whose characters look like Greek UTF-8": {"unit_id,name,region_code,unit_kind\n" + unitA + "," + gb18030("台") + ",320602,enterprise\n", "GB18030", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, c.content, Options{})
			if f.Encoding != c.encoding {
				t.Errorf("taken for %s", f.Encoding)
			}
			all, err := readAll(t, f, registered)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(name, "Chinese cut") {
				if all.Counts.Rejected > 1 { // the far part is cut within a line
					t.Errorf("%+v", all.Rejects[:2])
				}
				return
			}
			if all.Counts.Accepted != uint64(c.accepted) || all.Counts.Rejected != uint64(c.rejected) {
				t.Errorf("%+v", all.Counts)
			}
			for _, r := range all.Records {
				if r.ID != "R1" && r.ID != "序1" {
					t.Errorf("a key is read as %q", r.ID)
				}
			}
		})
	}
}

func TestDamageBehindTheFirstMegabyteIsAFault(t *testing.T) {
	content := gzipped(string(manyLines(50_000)))
	f := open(t, content[:len(content)-len(content)/5], Options{})
	_, err := f.Contributions(context.Background(), registered, func(*contribution.Block) error { return nil }, func(Reject) error { return nil })
	if problem.Code(err) != "reader_damaged" {
		t.Errorf("got %v", err)
	}
	checkFault(t, err)
	f = open(t, englishHeader+strings.Repeat("x", 3<<20)+"\n"+englishLine, Options{ChunkBytes: 1 << 20})
	_, err = f.Contributions(context.Background(), registered, func(*contribution.Block) error { return nil }, func(Reject) error { return nil })
	if problem.Code(err) != "reader_line_too_long" {
		t.Errorf("got %v", err)
	}
	checkFault(t, err)
}

// TestChunksAndWorkersChangeNothing reads one file with every kind of line in chunks of many sizes.
func TestChunksAndWorkersChangeNothing(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(englishHeader)
	odd := []string{
		change("insurance", "失业保险"), change("period", "2019-13"), "\n", change("record_id", "\"a\r\nb\""), change("channel", `"x`),
		change("person_id", `"P""7"`), "合计,,\n", change("wage", `"5,000.00"`), `"` + strings.Repeat("never closed,\n", 3), change("wage", "x"),
	}
	for i := range 4000 {
		if i%7 == 3 {
			b.WriteString(odd[i/7%len(odd)])
		}
		b.WriteString(change("record_id", "R"+string(rune('a'+i%26))+strings.Repeat("0", i%5)))
	}
	var first read
	for i, o := range []Options{{Workers: 1}, {Workers: 1, ChunkBytes: 1}, {Workers: 3, ChunkBytes: 1}, {Workers: 2, ChunkBytes: smallestChunk + 7919}} {
		all, err := readAll(t, open(t, b.String(), o), registered)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = all
			if len(all.Rejects) < 300 || len(all.Records) < 4000 || all.Counts.Blank < 40 {
				t.Errorf("%+v", all.Counts)
			}
		} else if d := cmp.Diff(first, all); d != "" {
			t.Errorf("%+v:\n%s", o, d)
		}
	}
}

// TestAQuoteThatIsNeverClosedCostsOneLine puts one at the start, in the middle and right before the end of chunks.
func TestAQuoteThatIsNeverClosedCostsOneLine(t *testing.T) {
	good := strings.Repeat(englishLine, 1500) // far more than maxRecord
	unclosed := change("person_id", `"P1`)
	content := englishHeader + unclosed + good + unclosed + good + good + unclosed
	for _, chunk := range []int{1, smallestChunk + 7919, 0} {
		all, err := readAll(t, open(t, content, Options{ChunkBytes: chunk}), registered)
		if err != nil {
			t.Fatal(err)
		}
		var lines []uint64
		for _, r := range all.Rejects {
			lines = append(lines, r.Line)
			if r.Code != "quotes" {
				t.Errorf("%+v", r)
			}
		}
		if d := cmp.Diff([]uint64{2, 1503, 4504}, lines); d != "" || all.Counts.Accepted != 4500 {
			t.Errorf("chunks of %d: %+v\n%s", chunk, all.Counts, d)
		}
	}
}

func TestProgressMayBeAskedForWhileReading(t *testing.T) {
	f := open(t, string(manyLines(20_000)), Options{ChunkBytes: 1})
	stop, stopped := make(chan struct{}), make(chan error)
	go func() {
		last := int64(0)
		for {
			done, size := f.Progress()
			if done < last || done > size {
				stopped <- errors.New("progress goes back or too far")
				return
			}
			last = done
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
		}
	}()
	if _, err := readAll(t, f, registered); err != nil {
		t.Fatal(err)
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func random(t *testing.T, n int) string {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	b[0], b[1] = 1, 0
	return string(b)
}
