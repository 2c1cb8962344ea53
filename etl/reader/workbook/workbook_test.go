package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// The parts of a workbook as LibreOffice writes them: names with a namespace, absolute targets, styles for everything.
var (
	rels = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="/xl/workbook.xml"/></Relationships>`
	bookRels = `<Relationships><Relationship Id="rId2" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId9" Type="x/chartsheet" Target="charts/1.xml"/>` +
		`<Relationship Id="rId3" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId4" Type="x/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId5" Type="x/hyperlink" Target="http://example.invalid/" TargetMode="External"/></Relationships>`
	book = `<x:workbook xmlns:x="m" xmlns:r="r"><x:workbookPr date1904="%s"/><x:sheets><x:sheet name="图" sheetId="2" r:id="rId9"/><x:sheet name="明细" sheetId="1" r:id="rId2"/></x:sheets></x:workbook>`
	sst  = `<sst count="-5" uniqueCount="999999999999"><si><t xml:space="preserve"> 甲 </t></si><si><r><t>乙</t></r><r><rPr><b/></rPr><t>丙</t></r><rPh sb="0" eb="1"><t>いち</t></rPh></si><si/><si><t>a_x000A_b_xZZZZ_</t></si></sst>`
	styl = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="165" formatCode="[Red]0.00"/><numFmt numFmtId="14" formatCode="0.0"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="22"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="14"/><xf numFmtId="57"/><xf numFmtId="20"/></cellXfs></styleSheet>`
)

func open(t testing.TB, from1904, rows string, limits Limits) (*Rows, error) {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range map[string]string{"_rels/.rels": rels, "xl/_rels/workbook.xml.rels": bookRels, "xl/workbook.xml": fmt.Sprintf(book, from1904),
		"xl/sharedStrings.xml": sst, "xl/styles.xml": styl, "xl/worksheets/sheet1.xml": "<worksheet><dimension ref=\"A1\"/>" + rows} {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := Open(archive, limits)
	if err != nil {
		return nil, err
	}
	if len(opened.Sheets) != 1 || opened.Sheets[0].Name != "明细" {
		t.Errorf("%+v", opened.Sheets)
	}
	r, err := opened.Rows(opened.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r, nil
}

func all(r *Rows) string {
	var b strings.Builder
	for r.Next() {
		fmt.Fprintf(&b, "%d:", r.Number)
		for _, c := range r.Cells {
			fmt.Fprintf(&b, " %s(%s)", [...]string{"empty", "text", "number", "date", "formula"}[c.Kind], c.Value)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestCellsAreWhatTheyShow(t *testing.T) {
	for name, c := range map[string]struct{ from1904, rows, want string }{
		"shared texts":                  {"0", `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>`, "2: text( 甲 ) empty() text(乙丙) empty() text(a\nb_xZZZZ_)\n"},
		"texts in the cells":            {"0", `<row><c t="inlineStr"><is><t>甲</t></is></c><c t="str"><f>A1</f><v>乙</v></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c></row>`, "1: text(甲) text(乙) text(#N/A) text(TRUE)\n"},
		"numbers":                       {"0", `<row><c><v>0.30000000000000004</v></c><c s="2"><v>1E3</v></c><c s="3"><v>43586</v></c><c s="99"><v>-5</v></c><c t="n"><v>913206027777777777</v></c></row>`, "1: number(0.3) number(1000) number(43586) number(-5) number(913206027777778000)\n"},
		"dates":                         {"0", `<row><c s="1"><v>43586</v></c><c s="4"><v>43586.5</v></c><c t="d"><v>2019-05-01</v></c><c s="1"><v>60</v></c></row>`, "1: date(2019-05-01) date(2019-05-01 12:00:00) date(2019-05-01) number(60)\n"},
		"a time of day is a number":     {"0", `<row><c s="5"><v>43586</v></c></row>`, "1: number(43586)\n"},
		"days since 1904":               {"1", `<row><c s="1"><v>42124</v></c></row>`, "1: date(2019-05-01)\n"},
		"a formula without a result":    {"0", `<row><c><f>A1*B1</f></c><c><f t="shared" si="0"/><v/></c><c t="str"><f>""</f><v></v></c><c><f>1+1</f><v>2</v></c></row>`, "1: formula(=A1*B1) formula(=) empty() number(2)\n"},
		"rows that are left out":        {"0", `<row r="1"><c><v>1</v></c></row><row r="4" spans="1:2"/><row><c r="B5"><v>2</v></c></row>`, "1: number(1)\n4:\n5: empty() number(2)\n"},
		"what stands behind the rows":   {"0", `<row><c><v>1</v></c></row></sheetData><extLst><row><c><v>9</v></c></row></extLst><sheetData>`, "1: number(1)\n"},
		"names with a namespace":        {"0", `<x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row>`, "1: number(7)\n"},
		"a number that is none is text": {"0", `<row><c><v>12x</v></c></row>`, "1: text(12x)\n"},
	} {
		r, err := open(t, c.from1904, "<sheetData>"+c.rows+"</sheetData></worksheet>", Usual)
		if err != nil {
			t.Fatal(err)
		}
		if got := all(r); got != c.want || r.Err() != nil {
			t.Errorf("%s: %q, %v", name, got, r.Err())
		}
	}
}

func TestFormatsThatShowDates(t *testing.T) {
	for format, want := range map[string]bool{
		"yyyy-mm-dd": true, "yyyy/m": true, `m"月"d"日"`: true, "mmm-yy": true, "[$-804]yyyy\"年\"m\"月\";@": true, "mm": true, "m/d h:mm": true,
		"General": false, "0.00": false, "[Red]0.00": false, `#,##0.00"yd"`: false, "h:mm:ss": false, "[h]:mm": false, "mm:ss.0": false, "@": false, `_-"¥"* #,##0.00_-`: false,
		"0.00E+00": false, "G/General": false, `0\d`: false, "0%;[Red]-0%;\"yyyy\"": false,
	} {
		if showsDate(format) != want {
			t.Errorf("%s: %v", format, !want)
		}
	}
}

func TestLimitsHoldWhereASmallFileUnfolds(t *testing.T) {
	limits := Limits{Unzipped: 1 << 20, Strings: 1 << 16, Element: 1 << 14, Rows: 100, Columns: 20, Time: time.Minute}
	for name, c := range map[string]struct {
		rows   string
		limits Limits
		want   error
	}{
		"many rows":       {strings.Repeat("<row/>", 101), limits, ErrTooLarge},
		"a far row":       {`<row r="1048577"/>`, limits, ErrTooLarge},
		"a far column":    {`<row><c r="XFD1"/></row>`, limits, ErrTooLarge},
		"a long text":     {`<row><c><v>` + strings.Repeat("1", 1<<15), limits, ErrTooLarge},
		"much altogether": {strings.Repeat(`<row><c><v>`+strings.Repeat("1", 1<<13)+`</v></c></row>`, 99), Limits{1 << 19, 1 << 16, 1 << 14, 100, 20, time.Minute}, ErrTooLarge},
		"a long time":     {`<row/>`, Limits{1 << 20, 1 << 16, 1 << 14, 100, 20, -1}, ErrTooLong},
	} {
		r, err := open(t, "0", "<sheetData>"+c.rows+"</sheetData></worksheet>", c.limits)
		if err == nil {
			all(r)
			err = r.Err()
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzSheet sees that a sheet is read to its end, in order, or is an error.
func FuzzSheet(f *testing.F) {
	for _, seed := range []string{`<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><r><t>x</t></r></is></c></row></sheetData>`, `<row><c s="1"><v>43586.5</v></c>`,
		`<row><c><f>1</f></c></row><row r="1"/>`, `</sheetData><row/>`, `<row><c r="ZZZZ9"/>`, `<row r="-1"/>`, `<row><c t="s"><v>-1</v></c></row>`, `<row><c s="1"><v>NaN</v></c><c s="1"><v>1e999</v></c></row></sheetData>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		r, err := open(t, "0", "<sheetData>"+rows, Limits{1 << 20, 1 << 16, 1 << 16, 1000, 50, time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		last := 0
		for r.Next() {
			if r.Number <= last || len(r.Cells) > 50 {
				t.Fatalf("row %d of %d cells follows row %d", r.Number, len(r.Cells), last)
			}
			last = r.Number
			for _, c := range r.Cells {
				if (c.Kind == Empty) != (len(c.Value) == 0) && c.Kind != Text {
					t.Errorf("%+v", c)
				}
			}
		}
		if r.Err() == nil && !strings.Contains(rows, "sheetData") {
			t.Error("the end was not seen")
		}
	})
}
