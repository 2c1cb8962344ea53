package tabular_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jianfu/internal/money"
	"jianfu/internal/tabular"
)

// workbook is a small table taken away, with a total and definitions, opened again.
func workbook(t *testing.T, name string) *excelize.File {
	t.Helper()
	book := tabular.Book{Name: name, Mark: []tabular.Line{{Name: "水印", Value: "陈明 inspector"}, {Name: "标题", Value: "各市 & 各县"}},
		Notes: "统计口径", Definitions: []tabular.Line{{Name: "应减", Value: "按新政策比按旧政策少缴的金额"}, {Name: "=危险", Value: "=1+1"}}}
	var b bytes.Buffer
	table, err := tabular.NewMarkedTable(&b, "xlsx", book, []string{"单位名称", "统一社会信用代码", "应减(元)", "落实率", "户数", "落实率变化（百分点）"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{
		{"苏州第一机械厂", "91320100MA1XXXXX0E", money.Fen(123456), tabular.Percent("98.6%"), int64(3), tabular.Number("-3.2")},
		{"无锡万远制造有限公司", "913201006666666666", money.Fen(-100), tabular.Percent("-0.35%"), int64(1), tabular.Number("")},
		{"只有一户", "12320100MA1XXXXX0E", money.Fen(0), tabular.Percent(""), int64(0), tabular.Number("0.0")},
	} {
		if err := table.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Total("合计", "", money.Fen(123356), tabular.Percent("100%"), int64(4), tabular.Number("1.5")); err != nil {
		t.Fatal(err)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	opened, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	return opened
}

func TestAWorkbookIsNamedAndItsSecondSheetHoldsTheDefinitions(t *testing.T) {
	book := workbook(t, "各市[应减/实减]: 很长很长很长很长很长很长很长很长很长的名称")
	sheets := book.GetSheetList()
	if len(sheets) != 2 || sheets[1] != "统计口径" || len([]rune(sheets[0])) > 31 || !strings.HasPrefix(sheets[0], "各市 应减 实减") {
		t.Fatalf("the sheets are %q", sheets)
	}
	for cell, want := range map[string]string{"A1": "应减", "B1": "按新政策比按旧政策少缴的金额", "A2": "'=危险", "B2": "'=1+1"} {
		if got, err := book.GetCellValue(sheets[1], cell); err != nil || got != want {
			t.Errorf("%s of the definitions is %q, want %q; %v", cell, got, want, err)
		}
	}
	if got := workbook(t, " ").GetSheetList()[0]; got != "Sheet1" {
		t.Errorf("a sheet without a name is called %q", got)
	}
}

func TestASheetIsPrintedAcrossAndOnePageWideWithItsHeadOnEachPage(t *testing.T) {
	book := workbook(t, "各市")
	for _, sheet := range book.GetSheetList() {
		layout, err := book.GetPageLayout(sheet)
		if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
			t.Errorf("%s: %+v, %v", sheet, layout, err)
		}
		if props, err := book.GetSheetProps(sheet); err != nil || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s does not fit to a page: %v", sheet, err)
		}
	}
	titles := book.GetDefinedName()
	if !slices.ContainsFunc(titles, func(n excelize.DefinedName) bool {
		return n.Name == "_xlnm.Print_Titles" && n.RefersTo == "'各市'!$4:$4" && n.Scope == "各市"
	}) {
		t.Errorf("the names are %+v", titles)
	}
}

func TestColumnsAreAsWideAsWhatTheyHold(t *testing.T) {
	book := workbook(t, "各市")
	width := func(column string) float64 {
		w, err := book.GetColWidth("各市", column)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if name, code, units := width("A"), width("B"), width("E"); name < 20 || code < 18 || units > 10 || name > 30 {
		t.Errorf("the widths are %v, %v and %v", name, code, units)
	}
}

func TestPercentagesAreNumbersAndCodesAreText(t *testing.T) {
	book := workbook(t, "各市")
	raw := func(cell string) string {
		text, err := book.GetCellValue("各市", cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for cell, want := range map[string]string{"D5": "0.986", "D6": "-0.0035", "D7": "", "D8": "1", "C8": "1233.56", "A8": "合计", "B6": "913201006666666666", "F5": "-3.2", "F6": "", "F8": "1.5"} {
		if got := raw(cell); got != want {
			t.Errorf("%s holds %q, want %q", cell, got, want)
		}
	}
	for cell, want := range map[string]string{"D5": "98.6%", "D6": "-0.35%", "C5": "1,234.56"} {
		if got, err := book.GetCellValue("各市", cell); err != nil || got != want {
			t.Errorf("%s shows %q, want %q; %v", cell, got, want, err)
		}
	}
	if kind, err := book.GetCellType("各市", "B6"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("a code is of type %v, %v", kind, err)
	}
	style, err := book.GetCellStyle("各市", "C8")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := book.GetStyle(style); err != nil || s.Font == nil || !s.Font.Bold {
		t.Errorf("the total is not bold: %+v, %v", s, err)
	}
}
