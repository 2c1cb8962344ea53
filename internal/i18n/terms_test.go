package i18n_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// termsFile is the style sheet of terms; its table names, for each term, the words that are not used in its place.
const termsFile = "docs/zh/terms.md"

// unusedWords are the words of the style sheet's second column, each with the term that is used instead.
func unusedWords(t *testing.T, top string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, termsFile))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || strings.Contains(line, "---") || strings.TrimSpace(cells[0]) == "用" {
			continue
		}
		for word := range strings.SplitSeq(cells[1], "、") {
			words[strings.TrimSpace(word)] = strings.TrimSpace(cells[0])
		}
	}
	if len(words) < 25 || words["装载"] == "" {
		t.Fatalf("%s names %d words that are not used", termsFile, len(words))
	}
	return words
}

// TestOneThingHasOneName holds the style sheet of terms over everything that people read in Chinese.
func TestOneThingHasOneName(t *testing.T) {
	top := filepath.Join("..", "..")
	words := unusedWords(t, top)
	files := 0
	for _, pattern := range []string{"internal/i18n/locales/zh/*.yaml", "internal/web/*/*.html", "internal/evidence/*.html", "internal/detection/rules.csv", "docs/zh/*.md", "README.md"} {
		found, err := filepath.Glob(filepath.Join(top, filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		for _, file := range found {
			if strings.HasSuffix(filepath.ToSlash(file), termsFile) {
				continue
			}
			files++
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			number := 0
			for line := range strings.Lines(string(text)) {
				number++
				for word, instead := range words {
					if strings.Contains(line, word) {
						t.Errorf("%s:%d: “%s” is not used; the term is “%s”: %s", filepath.ToSlash(file), number, word, instead, strings.TrimSpace(line))
					}
				}
			}
		}
	}
	if files < 80 {
		t.Errorf("only %d files were read", files)
	}
}
