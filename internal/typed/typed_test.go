package typed

import "testing"

func TestALineHoldsWhatIsSeen(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"plain words":                        {"某公司反映费率没有下调", "某公司反映费率没有下调"},
		"spaces and lines are joined":        {"  某公司 \t 反映\r\n费率 ", "某公司 反映 费率"},
		"wide spaces too":                    {"某公司　反映", "某公司 反映"},
		"characters without width":           {"某\u200b公\u2060司\ufeff", "某公司"},
		"nothing but those":                  {"\u200b\u200d\u2060", ""},
		"fillers that are letters":           {"\u3164\u115f", ""},
		"a blank of Braille":                 {"\u2800\u2800", ""},
		"marks on nothing":                   {"\u0301\ufe0f", ""},
		"control characters":                 {"a\x00b\x1b[31mc\x7f", "ab[31mc"},
		"the direction of reading":           {"invoice\u202efdp.exe", "invoicefdp.exe"},
		"a tag":                              {"x\U000e0041y", "xy"},
		"separators of lines and paragraphs": {"a\u2028b\u2029c", "abc"},
		"a name of private use":              {"王\ue863", "王\ue863"},
		"a variant of a character":           {"葛\U000e0100城", "葛\U000e0100城"},
		"composed":                           {"e\u0301", "é"},
		"bytes that are no text":             {"a\xffb", "a\ufffdb"},
	} {
		if got := Line(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if Clean(c.text) != (cleaned(c.text) == c.text || name == "composed" || name == "bytes that are no text") {
			t.Errorf("%s: clean is %v", name, Clean(c.text))
		}
	}
	if got := Words(" 第一行\r\n  第二\u200b行\n"); got != "第一行\n  第二行" {
		t.Errorf("words: %q", got)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("某公司\u200b")
	f.Fuzz(func(t *testing.T, text string) {
		if line := Line(text); !Clean(line) || Line(line) != line {
			t.Errorf("%q becomes %q, and that %q", text, line, Line(line))
		}
		if words := Words(text); !Clean(words) || Words(words) != words {
			t.Errorf("%q becomes %q, and that %q", text, words, Words(words))
		}
	})
}
