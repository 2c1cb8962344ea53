package official

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// sample has a block of every kind, and texts that try to be markup.
func sample() Document {
	return Document{
		Language: "zh", Title: "江苏省社会保险费降费政策落实情况报告", Subtitle: "（2019年5月—12月）", To: "国家税务总局：",
		Blocks: []Block{
			Heading{1, "总体情况"}, Heading{2, "分地区"}, Heading{3, "苏南"}, Heading{4, "南京市"}, Heading{4, "苏州市"}, Heading{3, "苏北"}, Heading{2, "分行业"},
			Paragraph{Text: "单位 <script>alert(1)</script> & “减负”。"}, Paragraph{Lead: "一是", Text: "费率未调整。"},
			Table{
				Title: "减负情况", Left: "填报单位：某局", Right: "单位：万元",
				Columns: []Column{{Weight: 2}, {Figure: true}, {Figure: true}, {Figure: true}},
				Header:  [][]Head{{{Text: "地区", Rows: 2}, {Text: "应减", Columns: 2}, {Text: "落实率", Rows: 2}}, {{Text: "单位"}, {Text: "个人"}}},
				Rows:    []Row{{Cells: []string{"合计", "3.00", "0.00", "98.8%"}, Total: true}, {Cells: []string{"南京市", "3.00", "—", "*"}, Total: false}},
				Notes:   []string{"注：示例。"}, Foot: []string{"单位负责人：", "填表人：", "报出日期："},
			},
			Turn{Landscape: true},
			Table{Title: "第1号表", Form: []string{"表    号：降费1表"}, Columns: []Column{{Title: "项目"}}, Rows: []Row{{Cells: []string{"甲"}, Total: false}}},
			Turn{},
			Picture{Title: "各月", Alternative: "折线图", Note: "（万元）", SVG: []byte("<svg/>"), PNG: []byte("png"), Width: 1180, Height: 300},
		},
		Attachments: []string{"附表一", "附表二"}, Signature: "国家税务总局江苏省税务局", Date: "2020年1月16日",
		Author: "某局", Made: time.Date(2020, 1, 16, 2, 0, 0, 0, time.UTC),
	}
}

// open writes a document and reads its parts.
func open(t *testing.T, d Document) map[string][]byte {
	t.Helper()
	file, err := DOCX(d)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if z.File[0].Name != "[Content_Types].xml" {
		t.Errorf("the first part is %s", z.File[0].Name)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

// elements are all of a part, by a parser of the standard library.
func elements(t *testing.T, part []byte) (all []xml.StartElement) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(part))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			all = append(all, e.Copy())
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestThePartsOfADocumentHoldTogether(t *testing.T) {
	parts := open(t, sample())
	types := map[string]bool{}
	for _, e := range elements(t, parts["[Content_Types].xml"]) {
		types[attribute(e, "PartName")], types["."+attribute(e, "Extension")] = true, true
	}
	for name, part := range parts {
		if !types["/"+name] && !types[path.Ext(name)] {
			t.Errorf("%s has no type", name)
		}
		if path.Ext(name) == ".xml" || path.Ext(name) == ".rels" {
			elements(t, part)
		}
	}
	targets := map[string]string{}
	for _, list := range []struct{ name, dir string }{{"_rels/.rels", ""}, {"word/_rels/document.xml.rels", "word"}} {
		for _, e := range elements(t, parts[list.name]) {
			if e.Name.Local != "Relationship" {
				continue
			}
			target := path.Join(list.dir, attribute(e, "Target"))
			if parts[target] == nil {
				t.Errorf("%s leads to %s, which is not there", list.name, target)
			}
			if list.dir != "" {
				targets[attribute(e, "Id")] = target
			}
		}
	}
	used := 0
	for _, m := range regexp.MustCompile(`r:(?:id|embed)="([^"]+)"`).FindAllStringSubmatch(string(parts["word/document.xml"]), -1) {
		used++
		if targets[m[1]] == "" {
			t.Errorf("relation %s is used and not declared", m[1])
		}
	}
	if used != 2*3+2 { // two footers in each of three sections, and a picture twice
		t.Errorf("%d relations are used", used)
	}
	if string(parts[targets["svg1"]]) != "<svg/>" || string(parts[targets["png1"]]) != "png" {
		t.Error("the picture is another one")
	}
	styles := string(parts["word/styles.xml"])
	for _, e := range elements(t, parts["word/document.xml"]) {
		if id := attribute(e, "val"); e.Name.Local == "pStyle" && !strings.Contains(styles, `w:styleId="`+id+`"`) {
			t.Errorf("there is no style %s", id)
		}
	}
}

func TestTheSameDocumentIsTheSameBytes(t *testing.T) {
	for name, write := range map[string]func(Document) ([]byte, error){"docx": DOCX, "html": HTML} {
		one, err := write(sample())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
		two, err := write(sample())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one, two) {
			t.Errorf("two files of %s differ", name)
		}
	}
}

// paragraphsOf are the texts of a document's paragraphs and cells, as a reader of the DOCX finds them.
func paragraphsOf(t *testing.T, part []byte) (texts []string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(part))
	text, inText := "", false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "t"
			if e.Name.Local == "p" {
				text = ""
			}
		case xml.CharData:
			if inText {
				text += string(e)
			}
		case xml.EndElement:
			if inText = false; e.Name.Local == "p" && strings.TrimSpace(text) != "" {
				texts = append(texts, text)
			}
		}
	}
}

func TestBothWritersSayTheSame(t *testing.T) {
	docx := paragraphsOf(t, open(t, sample())["word/document.xml"])
	for _, want := range []string{"一、总体情况", "（一）分地区", "1.苏南", "（1）南京市", "（2）苏州市", "2.苏北", "（二）分行业", "一是费率未调整。", "表1　减负情况", "第1号表",
		"图1　各月　（万元）", "附件：1.附表一", "　　　2.附表二", "单位 <script>alert(1)</script> & “减负”。"} {
		if !slices.Contains(docx, want) {
			t.Errorf("the DOCX does not say %q", want)
		}
	}
	html, err := HTML(sample())
	if err != nil {
		t.Fatal(err)
	}
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	page.Find(".official p, .official h1, .official h2, .official h3, .official h4, .official h5, .official th, .official td").Each(func(_ int, s *goquery.Selection) {
		if text := s.Text(); strings.TrimSpace(text) != "" {
			texts = append(texts, text)
		}
	})
	// Cells that a merged one covers are empty in DOCX and not there in HTML, so that the texts are the same ones.
	if strings.Join(texts, "\n") != strings.Join(docx, "\n") {
		t.Errorf("the DOCX says\n%s\nand the HTML\n%s", strings.Join(docx, "\n"), strings.Join(texts, "\n"))
	}
	if n := page.Find("script, [style], link, iframe").Length(); n > 0 {
		t.Errorf("%d elements that a page may forbid", n)
	}
	if n := page.Find("section.o-wide table").Length(); n != 1 {
		t.Errorf("%d tables on a sheet on its side", n)
	}
}

func TestEveryRowOfATableHasAllColumns(t *testing.T) {
	var row, rows, merges int
	for _, e := range elements(t, open(t, sample())["word/document.xml"]) {
		switch e.Name.Local {
		case "tr":
			if rows++; rows > 1 && rows <= 4 && row != 4 {
				t.Errorf("row %d has %d columns", rows-1, row)
			}
			row = 0
		case "tc":
			row++
		case "gridSpan":
			n, err := strconv.Atoi(attribute(e, "val"))
			if err != nil {
				t.Fatal(err)
			}
			row += n - 1
		case "vMerge":
			merges++
		}
	}
	if rows != 6 || merges != 4 {
		t.Errorf("%d rows, %d merged cells", rows, merges)
	}
}

// TestASheetIsThatOfTheStandard has the lengths of GB/T 9704 in twips: 1 mm is 56.69.
func TestASheetIsThatOfTheStandard(t *testing.T) {
	text := string(open(t, sample())["word/document.xml"])
	for _, want := range []string{`<w:pgSz w:w="11906" w:h="16838"/>`, `w:top="2098" w:right="1474" w:bottom="1984" w:left="1587"`, `w:orient="landscape"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not there", want)
		}
	}
	// 28 letters of 16 points, two hundredths narrower, fit 156 mm, and 29 do not; 22 lines fit 225 mm, and 23 do not.
	if wide := letter * narrow / 100; wide*perLine > textWidth/25.4*72 || wide*(perLine+1) < textWidth/25.4*72 {
		t.Errorf("letters are %g wide", wide)
	}
	if pitch*lines > textHeight/25.4*72 || pitch*(lines+1) < textHeight/25.4*72 {
		t.Errorf("lines are %g high", pitch)
	}
}

func TestOnePageTakesTheLargestLettersThatFit(t *testing.T) {
	page := func(sentences int) Document {
		d := Document{Language: "zh", Title: "简报", OnePage: true}
		for range sentences {
			d.Blocks = append(d.Blocks, Paragraph{Text: strings.Repeat("减", 60)})
		}
		return d
	}
	for sentences, want := range map[int]float64{2: 16, 6: 16, 8: 14, 13: 12, 15: 10.5, 100: 9} {
		if got := page(sentences).size(); got != want {
			t.Errorf("%d sentences: size %g, want %g", sentences, got, want)
		}
	}
	if footer := string(open(t, page(2))["word/footer1.xml"]); strings.Contains(footer, "PAGE") {
		t.Error("a single page bears a number")
	}
}

func TestNumerals(t *testing.T) {
	for n, want := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 21: "二十一", 99: "九十九", 100: "100"} {
		if got := Numeral(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func TestSetLeavesNoSpaceBesideChinese(t *testing.T) {
	for text, want := range map[string]string{
		"减负 12.22 亿元，落实率 96.8%。": "减负12.22亿元，落实率96.8%。",
		"CNY 12 million":          "CNY 12 million",
		"第 4 批（2020-01-16 10:00）": "第4批（2020-01-16 10:00）",
		" 前后 ":                    " 前后 ",
	} {
		if got := Set(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
