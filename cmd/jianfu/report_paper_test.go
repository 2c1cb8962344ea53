package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReportsInWords writes the report and the brief of the small world, twice, and reads them.
func TestReportsInWords(t *testing.T) {
	s := computed(t)
	written := func(name string, args ...string) []byte {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		s.must(exitDone, append([]string{"report", args[0], "--month", "2019-05", "--least-persons", "1", "--out", file}, args[1:]...)...)
		contents, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return contents
	}
	docx := written("报告.docx", "narrative", "--sign", "江苏省税务局", "--date", "2020年1月16日", "--addressee", "国家税务总局：")
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"江苏省社会保险费降费政策落实情况报告", "国家税务总局：", "2019年5月，江苏省4户缴费单位应减1,600.00元，实减40.00元，落实率27.5%", "表1　分地区减负情况", "asvg:svgBlip", "问题台账没有登记问题。", "2020年1月16日"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report does not have %q", want)
		}
	}
	again := written("again.docx", "narrative", "--sign", "江苏省税务局", "--date", "2020年1月16日", "--addressee", "国家税务总局：")
	if !bytes.Equal(docx, again) {
		t.Error("the same report is other bytes")
	}
	brief := string(written("brief.html", "brief", "--lang", "en"))
	for _, want := range []string{"<html lang=\"en\">", "Main risks", "charged too much"} {
		if !strings.Contains(brief, want) {
			t.Errorf("the brief does not have %q", want)
		}
	}
	other := filepath.Join(t.TempDir(), "other.docx")
	for _, args := range [][]string{
		{"--month", "2019-07"}, {"--month", "2019-05", "--from", "2019-04"}, {"--from", "2019-05", "--to", "2019-04"}, {"--month", "2019-05", "--region", "999999"},
		{"--month", "2019-05", "--payer", "nobody"}, {"--month", "2019-05", "--region", "320300"}, {"--month", "2019-05", "--out", "report.pdf"},
	} {
		s.must(exitNotDone, append([]string{"report", "narrative", "--out", other}, args...)...)
		if _, err := os.Stat(other); err == nil {
			t.Errorf("%v wrote a file", args)
		}
	}
}
