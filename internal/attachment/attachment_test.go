package attachment

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// Contents that begin as their types do.
const (
	png  = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
	jpeg = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
	pdf  = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
	exe  = "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
	page = "<!DOCTYPE html><html><script>alert(1)</script></html>"
	ole  = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)

// sheet is the record by which an old workbook names a sheet of a kind: 0 of cells, 1 of macros.
func sheet(name string, kind byte) string {
	return string(append([]byte{0x85, 0x00, byte(8 + len(wide(name))), 0x00, 0x10, 0x02, 0x00, 0x00, 0x00, kind, byte(len(wide(name)) / 2), 0x01}, wide(name)...))
}

// deflated is a text as a PDF holds it compressed.
func deflated(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// archive is a zip with entries of these names.
func archive(t *testing.T, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range entries {
		entry, err := w.Create(name)
		if err == nil {
			_, err = entry.Write(bytes.Repeat([]byte("x"), 5000))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parts is a PDF with a part that holds others, packed as is said.
func parts(t *testing.T, filter, packed string) string {
	t.Helper()
	return pdf + "7 0 obj\n<< /Type /ObjStm /N 1 " + filter + " /Length " + strconv.Itoa(len(packed)) + " >>\nstream\r\n" + packed + "\nendstream\nendobj\n"
}

func gb18030(t *testing.T, text string) string {
	t.Helper()
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// TestAFewBytesThatUnpackToMuchTakeNoMemory: what a document holds is looked through a piece at a time.
func TestAFewBytesThatUnpackToMuchTakeNoMemory(t *testing.T) {
	document := pdf + "stream\n" + deflated(t, strings.Repeat("\x00", 150<<20)) + "endstream"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := typeOf("复函.pdf", []byte(document))
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; err != nil || taken > 2<<20 {
		t.Errorf("%d bytes take %d bytes of memory, %v", len(document), taken, err)
	}
}

// TestFewFilesAreLookedThroughAtOnce: more than that wait, and do not for longer than who sends them.
func TestFewFilesAreLookedThroughAtOnce(t *testing.T) {
	for range cap(looking) {
		looking <- struct{}{}
	}
	defer func() {
		for range cap(looking) {
			<-looking
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := looked(ctx, "复函.pdf", []byte(pdf)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one more is looked through: %v", err)
	}
}

func TestWhatAFileIsIsWhatItsContentsSay(t *testing.T) {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	for name, c := range map[string]struct{ file, contents, want string }{
		"a picture":                                   {"退费凭证.png", png, "image/png"},
		"a scan with a capital ending":                {"扫描件.JPG", jpeg, "image/jpeg"},
		"a document":                                  {"复函.pdf", pdf, "application/pdf"},
		"a table in UTF-8":                            {"更正.csv", "unit_id,period\n91320102000000001X,2019-05\n", "text/csv"},
		"a table in GB18030":                          {"更正.csv", gb18030(t, "统一社会信用代码,费款所属期\n91320102000000001X,2019-05\n"), "text/csv"},
		"a text in GB18030":                           {"说明.txt", gb18030(t, "该单位五月未按新费率征收，已于六月退费。"), "text/plain"},
		"a mail":                                      {"来信.eml", "From: a@example.cn\r\nTo: b@example.cn\r\nSubject: x\r\n\r\nx", "message/rfc822"},
		"a document of Office":                        {"函.docx", archive(t, "[Content_Types].xml", "customXml/item1.xml", "word/media/image1.png", "word/document.xml"), word},
		"an OFD":                                      {"票据.ofd", archive(t, "Doc_0/Document.xml", "OFD.xml"), "application/ofd"},
		"an archive":                                  {"证据包.zip", archive(t, "数字.csv", "依据/文件.txt"), "application/zip"},
		"an old document":                             {"旧函.wps", ole + strings.Repeat("\x00", 2000), "application/x-ole-storage"},
		"a program under the name of a picture":       {"退费凭证.png", exe, "attachment_disguised"},
		"a page under the name of a text":             {"说明.txt", page, "attachment_disguised"},
		"a page under the name of a picture":          {"图.jpg", page, "attachment_disguised"},
		"a picture under the name of a document":      {"复函.pdf", png, "attachment_disguised"},
		"a document of Office under another's name":   {"表.xlsx", archive(t, "[Content_Types].xml", "word/document.xml"), "attachment_disguised"},
		"an archive under the name of an OFD":         {"票据.ofd", archive(t, "a.xml"), "attachment_disguised"},
		"a package of programs":                       {"包.zip", archive(t, "META-INF/MANIFEST.MF", "a.class"), "attachment_disguised"},
		"a drawing that may hold script":              {"图.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "attachment_type"},
		"a program":                                   {"更新.exe", exe, "attachment_type"},
		"a program behind another ending":             {"复函.pdf.exe", exe, "attachment_type"},
		"no ending":                                   {"README", "x", "attachment_type"},
		"half an archive":                             {"包.zip", archive(t, "a.txt")[:60], "attachment_disguised"},
		"an archive that writes outside its folder":   {"包.zip", archive(t, "../../etc/cron.d/x"), "attachment_archive_entry"},
		"an archive that writes to another drive":     {"包.zip", archive(t, `C:\Windows\x.txt`), "attachment_archive_entry"},
		"an archive that brings a program":            {"包.zip", archive(t, "说明.txt", "安装.EXE"), "attachment_archive_entry"},
		"a document with macros":                      {"函.docx", archive(t, "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "attachment_macros"},
		"an old document with macros":                 {"旧函.doc", ole + string(wide("_VBA_PROJECT")) + strings.Repeat("\x00", 2000), "attachment_macros"},
		"an old workbook":                             {"旧表.xls", ole + sheet("表", 0) + strings.Repeat("\x00", 2000), "application/vnd.ms-excel"},
		"an old workbook with a sheet of macros":      {"旧表.xls", ole + sheet("表", 0) + sheet("宏", 1) + strings.Repeat("\x00", 2000), "attachment_macros"},
		"a document with a script":                    {"复函.pdf", pdf + "<< /S /JavaScript /JS (app.alert(1)) >>", "attachment_active"},
		"a document with a script under another name": {"复函.pdf", pdf + "<< /S /J#61va#53cript /JS (app.alert(1)) >>", "attachment_active"},
		"a document with a script that is compressed": {"复函.pdf", pdf + "stream\r\n" + deflated(t, "<< /S /JavaScript /JS 7 0 R >>") + "endstream", "attachment_active"},
		"a document that starts a program":            {"复函.pdf", pdf + "<< /S /Launch /F (a.exe) >>", "attachment_active"},
		"a document that brings a file along":         {"复函.pdf", pdf + "<< /Type /EmbeddedFile >>", "attachment_active"},
		"a document about launches":                   {"复函.pdf", pdf + "stream\n" + deflated(t, "(/LaunchTime JavaScript EmbeddedFiles) Tj") + "endstream", "application/pdf"},
		"a script at the edge of a piece":             {"复函.pdf", pdf + "stream\n" + deflated(t, strings.Repeat(" ", 64<<10-5)+"/JavaScript ") + "endstream", "attachment_active"},
		"a script behind much":                        {"复函.pdf", pdf + "stream\n" + deflated(t, strings.Repeat("x ", 9<<20)+"/JavaScript ") + "endstream", "attachment_active"},
		"parts packed as they mostly are":             {"复函.pdf", parts(t, "/Filter/FlateDecode/First 4", deflated(t, "5 0 << /S /URI >>")), "application/pdf"},
		"parts packed in a list of one":               {"复函.pdf", parts(t, "/Filter [ /FlateDecode ] /First 4", deflated(t, "5 0 << /S /URI >>")), "application/pdf"},
		"parts that are not packed":                   {"复函.pdf", parts(t, "", "5 0 << /S /URI >>"), "application/pdf"},
		"a script in parts packed twice":              {"复函.pdf", parts(t, "/Filter [/ASCIIHexDecode/FlateDecode]", hex.EncodeToString([]byte(deflated(t, "<< /S /JavaScript >>")))), "attachment_active"},
		"packed twice under another name":             {"复函.pdf", parts(t, "/Fi#6cter /ASCIIHexDecode % /Filter /FlateDecode >>\n", hex.EncodeToString([]byte("<< /S /JavaScript >>"))), "attachment_active"},
		"a script in parts that are turned over":      {"复函.pdf", parts(t, "/Filter/FlateDecode/DecodeParms<</Predictor 12>>", deflated(t, "\x02...")), "attachment_active"},
		"parts that a password locks":                 {"复函.pdf", parts(t, "/Filter/FlateDecode", "\x01\x02\x03\x04"), "attachment_locked"},
		"bytes that are nothing, named as a text":     {"说明.txt", "\x00\x01\x02\x03\x04\x05", "attachment_disguised"},
		"a table whose name turns the direction over": {"函\u202ecod.exe", exe, "attachment_type"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := typeOf(CleanName(c.file), []byte(c.contents))
			if err != nil {
				found = problem.Code(err)
			}
			if found != c.want {
				t.Errorf("%s is found to be %s (%v), want %s", c.file, found, err, c.want)
			}
		})
	}
}

func TestAnArchiveOfTooManyFilesIsRefused(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range mostEntries + 1 {
		if _, err := w.Create(fmt.Sprintf("%d.txt", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := typeOf("包.zip", b.Bytes()); problem.Code(err) != "attachment_archive_large" {
		t.Errorf("got %v", err)
	}
}

func TestNamesAreMadeSafe(t *testing.T) {
	for given, want := range map[string]string{
		"复函.pdf":                  "复函.pdf",
		"../../etc/passwd":        "passwd",
		`C:\Users\王\复函.pdf`:       "复函.pdf",
		"/":                       "_",
		"":                        "_",
		"...":                     "_",
		"..":                      "_",
		".htaccess":               "htaccess",
		"复函\u202efdp.exe":         "复函fdp.exe",
		"a\x00b\x1b[31m.txt":      "ab[31m.txt",
		"复函\r\nSet-Cookie: a.txt": "复函 Set-Cookie_ a.txt",
		"  复  函 .pdf ":            "复 函.pdf",
		"-rf.txt":                 "rf.txt",
		"CON.txt":                 "_CON.txt",
		"com1":                    "_com1",
		"a<b>|c?.txt":             "a_b__c_.txt",
		"e\u0301.txt":             "é.txt",
		"\xff\xfe.txt":            "_.txt",
		"a.pdf.":                  "a.pdf",
		".pdf":                    "pdf",
	} {
		if got := CleanName(given); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
	}
	long := CleanName(strings.Repeat("函", 300) + ".pdf")
	if len(long) > longestName || !strings.HasSuffix(long, "函.pdf") {
		t.Errorf("a long name becomes %q", long)
	}
}

func TestASafeNameIsSafeAndStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := CleanName(rapid.OneOf(rapid.String(), rapid.StringMatching(`[./\\ a:con1\x{202e}\x{0}-]{0,12}`)).Draw(t, "name"))
		switch {
		case name == "" || name[0] == '.' || name[0] == '-' || len(name) > longestName:
			t.Fatalf("%q", name)
		case strings.ContainsAny(name, `/\<>:"|?*`) || strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.C, r) }):
			t.Fatalf("%q", name)
		case CleanName(name) != name:
			t.Fatalf("%q becomes %q", name, CleanName(name))
		}
	})
}

func TestWhatIsSavedIsReadBack(t *testing.T) {
	q := fixture.Open(t)
	a := New(q, fixture.Now)
	random := rand.NewChaCha8([32]byte{1})
	large := make([]byte, Largest)
	_, _ = random.Read(large)
	copy(large, pdf)
	for name, contents := range map[string]string{"复函.pdf": pdf, "大.pdf": string(large), "一兆.txt": strings.Repeat("\xe5\x87\xbd\n", attachmentPart/4)} {
		file, err := a.Save(t.Context(), name, strings.NewReader(contents))
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.Sum256([]byte(contents))
		if file.Name != name || file.Size != int64(len(contents)) || file.SHA256 != hex.EncodeToString(hash[:]) {
			t.Errorf("got %+v", file)
		}
		reader, err := a.Open(t.Context(), file.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := io.ReadAll(reader); err != nil || string(read) != contents {
			t.Errorf("%s: %d bytes are read back as %d, %v", name, len(contents), len(read), err)
		}
	}
}

// attachmentPart is the size of a part of a row.
const attachmentPart = 1 << 20

func TestTheSameContentsAreKeptOnce(t *testing.T) {
	q := fixture.Open(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if _, err := New(q, fixture.Now).Save(t.Context(), fmt.Sprintf("复函%d.pdf", i), strings.NewReader(pdf)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	type count struct {
		Rows uint64 `ch:"rows"`
	}
	if kept, err := store.One[count](t.Context(), q.Store(), "SELECT count() AS rows FROM attachments", nil); err != nil || kept.Rows != 1 {
		t.Errorf("%d rows, %v", kept.Rows, err)
	}
}

func TestWhatCannotBeKeptIsSaid(t *testing.T) {
	a := New(fixture.Open(t), fixture.Now)
	for code, contents := range map[string]string{"attachment_empty": "", "attachment_too_large": pdf + strings.Repeat("x", Largest), "attachment_disguised": exe} {
		if _, err := a.Save(t.Context(), "复函.pdf", strings.NewReader(contents)); problem.Code(err) != code {
			t.Errorf("got %v, want %s", err, code)
		}
	}
	if _, err := a.Open(t.Context(), strings.Repeat("0", 64)); problem.Code(err) != "attachment_missing" {
		t.Errorf("got %v", err)
	}
}

func TestContentsThatWereChangedAreNotHandedOut(t *testing.T) {
	q := fixture.Open(t)
	sha := strings.Repeat("a", 64)
	if err := q.KeepAttachment(t.Context(), sha, "application/pdf", []byte(pdf), fixture.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := New(q, fixture.Now).Open(t.Context(), sha); problem.Code(err) != "attachment_damaged" {
		t.Errorf("got %v", err)
	}
}

func TestThereIsAnEndToWhatIsAttached(t *testing.T) {
	q := fixture.Open(t)
	a := New(q, fixture.Now)
	many := make([]ledger.File, filesOfIssue)
	large := []ledger.File{{Name: "a.pdf", Size: bytesOfIssue - 10}}
	for name, c := range map[string]struct {
		a     *Attachments
		files []ledger.File
		size  int64
		want  string
	}{
		"room":                       {a, large, 10, ""},
		"too many files of an issue": {a, many, 10, "attachment_issue_full"},
		"too much of an issue":       {a, large, 11, "attachment_issue_full"},
		"a full store":               {a.AtMost(5), nil, 10, "attachment_store_full"},
		"no other limit":             {a.AtMost(0), nil, 10, ""},
	} {
		if got := problem.Code(c.a.Room(t.Context(), "wang", c.files, c.size)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, err := a.Save(t.Context(), "a.txt", strings.NewReader(letter)); err != nil {
		t.Fatal(err)
	}
	if bytes, err := q.AttachmentsOnDisk(t.Context()); err != nil || bytes == 0 {
		t.Errorf("attachments take %d bytes on the disk, %v", bytes, err)
	}
}
