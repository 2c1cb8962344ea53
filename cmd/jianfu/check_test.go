package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
)

// TestADeclarationIsCheckedByTheCommand: B's base is 15,000 where the cap is 14,000, so that 1,000 × 16 % and × 8 % are too much.
func TestADeclarationIsCheckedByTheCommand(t *testing.T) {
	s := newSession(t)
	s.data = enginetest.Dir(t) // in which there is nothing at all
	s.pack = s.packOf(fixture.PackFiles())
	units := s.file("units.csv", fixture.Units())
	line := func(base, amount, own string) string {
		return fixture.RecordsHeader + "06-B1," + fixture.B + ",2019-06,pension,normal,b1,1,20000," + base + ",0.16," + amount + ",0.08," + own + ",,,\n"
	}
	right, wrong := s.file("right.csv", line("14000", "2240", "1120")), s.file("wrong.csv", line("15000", "2400", "1200"))
	with := []string{"--units", units, "--policy", s.pack}
	if text := s.must(exitDone, append([]string{"check", right}, with...)...); !strings.Contains(text, "1 行全部正确") || !strings.Contains(text, "降费减 840.00 元") { // 3,000 + 1,200 − 2,240 − 1,120
		t.Errorf("of a right line:\n%s", text)
	}
	for language, parts := range map[string][]string{
		"zh": {"第 2 行 06-B1", "基数高于上限：缴费基数 15,000.00，应为 14,000.00，差 +160.00 元（文2）", "秦淮百货 " + fixture.B + "：将缴 3,600.00 元，应缴 3,360.00 元，差 240.00 元"},
		"en": {"line 2 06-B1", "base 15,000.00, right is 14,000.00, +160.00 yuan (文2)", "will pay 3,600.00 yuan, right is 3,360.00 yuan"},
	} {
		text := s.must(exitDifferences, append([]string{"check", wrong, "--lang", language}, with...)...)
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %q is not in\n%s", language, part, text)
			}
		}
	}
	var result struct {
		Lines []struct {
			Shares []struct {
				Right map[string]string `json:"right"`
			} `json:"shares"`
		} `json:"lines"`
	}
	text := s.must(exitDifferences, append([]string{"check", wrong, "--json"}, with...)...)
	if err := json.Unmarshal([]byte(text), &result); err != nil || result.Lines[0].Shares[0].Right["amount"] != "2240.00" {
		t.Errorf("%v\n%s", err, text)
	}
	out := filepath.Join(t.TempDir(), "findings.csv")
	s.must(exitDifferences, append([]string{"check", wrong, "--out", out}, with...)...)
	file, err := os.ReadFile(out)
	want := strings.Join(findingColumns, ",") + "\n" + "line,2,06-B1," + fixture.B +
		",2019-06,pension,normal,employer,15000.00,14000.00,0.16,0.16,2400.00,2240.00,160.00,base_over_cap:160.00,文1,文2,,,,"
	if err != nil || !strings.HasPrefix(strings.ReplaceAll(string(file), "\r\n", "\n"), want) {
		t.Errorf("%v, %s\nexpected\n%s", err, file, want)
	}
	s.must(exitDifferences, append([]string{"check", wrong, "--out", out, "--format", "xlsx"}, with...)...)
	if rows := sheet(t, out); len(rows) != 2 || rows[1]["right_base"] != "14000" {
		t.Errorf("the workbook: %v", rows)
	}
	if files, err := os.ReadDir(s.data); err == nil && len(files) > 0 {
		t.Errorf("with a file of registrations the store was opened: %v", files)
	}
	for _, args := range [][]string{{"check", units, "--units", units}, {"check", wrong, "--units", wrong}, {"check", "nowhere.csv", "--units", units}, {"check", wrong, "--units", units, "--format", "pdf"}} {
		s.must(exitNotDone, append(args, "--policy", s.pack)...)
	}
}
