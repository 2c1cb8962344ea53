package pinyin

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFormsOfNames(t *testing.T) {
	for name, want := range map[string]Name{
		"江苏化工（集团）有限公司":     {"江苏化工集团有限公司", "jiangsuhuagongjituanyouxiangongsi", "jshgjtyxgs"},
		"江苏 ＢＭＷ-4Ｓ 店":      {"江苏bmw4s店", "jiangsubmw4sdian", "jsbmw4sd"},
		"重庆长安":             {"重庆长安", "zhongqingchangan", "zqca cqca zqza cqza"},
		"吕氏":               {"吕氏", "lvshi", "ls"},
		"Société Générale": {"sociétégénérale", "soci?t?g?n?rale", "soci?t?g?n?rale"},
		"（）":               {"", "", ""},
	} {
		if got := Of(name); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestThereAreNeverTooManyInitials(t *testing.T) {
	name := Of(strings.Repeat("重长行厦会乐单朝", 8))
	if n := len(strings.Fields(name.Initials)); n != mostInitials {
		t.Errorf("%d ways to read a name", n)
	}
}

func FuzzOf(f *testing.F) {
	for _, name := range []string{"江苏化工", "重庆（集团）", "ＡＢ\xff", "𠮷野家", "İ"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		n := Of(name)
		if Fold(n.Folded) != n.Folded && utf8.ValidString(name) {
			t.Errorf("%q is folded to %q and that to %q", name, n.Folded, Fold(n.Folded))
		}
		for _, way := range strings.Fields(n.Initials) {
			if len(way) != utf8.RuneCountInString(n.Folded) {
				t.Errorf("%q of %d characters has the initials %q", n.Folded, utf8.RuneCountInString(n.Folded), way)
			}
		}
	})
}
