package issues

import (
	"regexp"
	"strings"
	"testing"

	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
)

// TestRefusalsOfTheLedgerAreInWords: what an issue lacks, which value it cannot have and what it can, and what cannot be done
// now are named as the pages name them.
func TestRefusalsOfTheLedgerAreInWords(t *testing.T) {
	p := i18n.For(i18n.Chinese)
	id := regexp.MustCompile(`[A-Za-z_]{3,}`)
	for want, err := range map[string]error{
		"“x”不是类别的可选值，可选：政策落实、":  ledger.UnknownWord("category", ledger.Categories, "x"),
		"“x”不是来源的可选值，可选：":       ledger.UnknownWord("source", ledger.Sources, "x"),
		"“x”不是性质的可选值，可选：":       ledger.UnknownWord("nature", ledger.Natures, "x"),
		"“x”不是程度的可选值，可选：":       ledger.UnknownWord("severity", ledger.Severities, "x"),
		"“x”不是豁免理由的可选值，可选：":     ledger.UnknownWord("exemption", ledger.Exemptions, "x"),
		"“x”不是受理机关的可选值，可选：":     ledger.UnknownWord("level", bureauLevels, "x"),
		"进行“登记”缺少必填内容：来源。":      ledger.Missing(ledger.Register, "source"),
		"进行“附件”缺少必填内容：文件。":      ledger.Missing(ledger.Attach, "file"),
		"进行“并案”缺少必填内容：并入的问题编号。": ledger.Missing(ledger.Merge, "into"),
		"问题当前为“已销号”状态，不能进行“受理”": problem.New("ledger_not_now", "action", ledger.Accept, "state", ledger.Closed),
	} {
		got := p.Error(err)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if raw := id.FindString(got); raw != "" && raw != "jianfu" {
			t.Errorf("%q names %q", got, raw)
		}
	}
}
