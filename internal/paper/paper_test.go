package paper_test

import (
	"strings"
	"testing"

	"jianfu/dashboards"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/i18n"
	"jianfu/internal/official"
	"jianfu/internal/paper"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// textsOf are the paragraphs, titles and cells of a document.
func textsOf(d official.Document) string {
	var all []string
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case official.Heading:
			all = append(all, b.Text)
		case official.Paragraph:
			all = append(all, b.Lead+b.Text)
		case official.Table:
			all = append(all, b.Title, b.Right)
			for _, r := range b.Rows {
				all = append(all, strings.Join(r.Cells, "|"))
			}
			all = append(all, b.Notes...)
		}
	}
	return strings.Join(all, "\n")
}

func TestATableHasItsNoteAndExplainsItsMarks(t *testing.T) {
	block := &dashboards.Block{Table: dashboards.Table{
		Unit:    dashboards.Unit{Name: "万元"},
		Columns: []dashboards.Column{{Key: "key", Kind: dashboards.KindCode}, {Key: "region", Title: "地区", Kind: dashboards.KindText}, {Key: "due", Title: "应减", Kind: dashboards.KindMoney}},
		Rows:    [][]dashboards.Cell{{{Text: "320100"}, {Text: "南京市"}, {Text: "1.00"}}, {{Text: "320500"}, {Text: "苏州市"}, {Text: dashboards.Concealed}}},
		Total:   []dashboards.Cell{{}, {Text: "合计"}, {Text: "3.00"}},
	}}
	n := &dashboards.Narrative{Title: "报告", Sections: []dashboards.Section{{ID: "regions", Title: "分地区情况", Lines: []dashboards.Line{{Text: "共 2 个地区。"}}, Block: block}}, Note: "注：第 1 批。", Hidden: "标“*”的不列示。"}
	report := func() string {
		d, err := paper.Report(n, paper.Frame{}, nil, i18n.For(i18n.Chinese))
		if err != nil {
			t.Fatal(err)
		}
		return textsOf(d)
	}
	if got, want := report(), "分地区情况\n共2个地区。\n分地区减负情况\n单位：万元\n合计|3.00\n南京市|1.00\n苏州市|*\n注：第1批。\n标“*”的不列示。"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	block.Table.Rows = block.Table.Rows[:1]
	if got := report(); strings.Contains(got, "不列示") {
		t.Errorf("a mark that is not there is explained:\n%s", got)
	}
}

func TestABriefSaysWhereItsRisksStand(t *testing.T) {
	b := &dashboards.Brief{Title: "简报", Headline: "落实率 27.5%。", Findings: []string{"甲。"}, Risks: []dashboards.Line{{Lead: "（见“分地区”）", Text: "乙。"}, {Text: "丙。"}}, Asks: []string{"丁。"}}
	d := paper.Brief(b, paper.Frame{}, i18n.For(i18n.Chinese))
	if want := "总体情况\n落实率27.5%。\n主要成效\n甲。\n主要风险\n一是乙。（见“分地区”）\n二是丙。\n请示和建议\n丁。"; textsOf(d) != want || !d.OnePage {
		t.Errorf("%s\nwant\n%s", textsOf(d), want)
	}
}
