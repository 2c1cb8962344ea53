package dashboards

import (
	"strings"
	"testing"

	"jianfu/internal/declaration"
	"jianfu/internal/i18n"
)

// TestAVerdictSpeaksOfDoubts: that no line is wrong is not said alone where something is to be looked at.
func TestAVerdictSpeaksOfDoubts(t *testing.T) {
	for language, want := range map[string]string{"zh": "另有 1 项提示须核对", "en": "One note is to be looked at"} {
		p := i18n.For(language)
		r := &declaration.Result{Accepted: 36, Notes: []declaration.Note{{Code: "lines_above", Lines: 1}, {Code: "persons_blank", Lines: 36}}}
		if got := DeclarationVerdict(r, p); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
		r.Notes = r.Notes[:1]
		if got := DeclarationVerdict(r, p); strings.Contains(got, want) {
			t.Errorf("%q speaks of lines above the header", got)
		}
	}
}
