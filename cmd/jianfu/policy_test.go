package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jianfu/internal/i18n"
)

const samplePack = "../../testdata/jiangsu-mini/policy"

// copyPack copies the sample's pack and lets the caller change the text of one file.
func copyPack(t *testing.T, file string, change func(string) string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(samplePack)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(change(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func add16(text string) string { return strings.Replace(text, ",0.16,", ",16,", 1) }

func TestPolicyCommands(t *testing.T) {
	wrong := copyPack(t, "rates.csv", add16)
	for name, c := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"a pack without faults passes":        {[]string{"policy", "check", samplePack}, exitDone, "没有发现问题", ""},
		"the global flag names the pack":      {[]string{"--policy", samplePack, "policy", "check"}, exitDone, "没有发现问题", ""},
		"a percent sign forgotten is found":   {[]string{"policy", "check", wrong}, exitDifferences, "[错误] rates.csv 第 3 行 rate 列：“16”应在 0 至 1 之间", ""},
		"and in English":                      {[]string{"policy", "check", wrong, "--lang", "en"}, exitDifferences, "[error] rates.csv line 3 column rate: \"16\" must be within", ""},
		"a pack that is not there":            {[]string{"policy", "check", "nowhere"}, exitNotDone, "", "找不到政策包“nowhere”"},
		"a pack with a problem shows nothing": {[]string{"policy", "show", "--area", "320102", "--period", "2019-06", "--policy", wrong}, exitNotDone, "", "不能使用。第一处在 rates.csv 第 3 行 rate 列"},
		"what held, and by which document":    {[]string{"policy", "show", "--area", "320102", "--period", "2019-06", "--insurance", "pension", "--policy", samplePack}, exitDone, "养老保险 单位 16%　国办发〔2019〕13号，rates.csv 第 3 行，核对日期 2026-11-01", ""},
		"the float factor and the factors":    {[]string{"policy", "show", "--area", "320102", "--period", "2019-06", "--insurance", "work_injury", "--risk-class", "5", "--float-factor", "1.2", "--policy", samplePack}, exitDone, "× 工伤浮动系数 1.2\n      × 0.8（extension）", ""},
		"an insurance without rates":          {[]string{"policy", "show", "--area", "320102", "--period", "2019-06", "--insurance", "medical", "--policy", samplePack}, exitDone, "医疗保险：没有适用的费率", ""},
		"an area that is no code":             {[]string{"policy", "show", "--area", "32", "--period", "2019-06"}, exitNotDone, "", "不是六位行政区划代码"},
		"a size that is none":                 {[]string{"policy", "show", "--area", "320102", "--period", "2019-06", "--size", "tiny"}, exitNotDone, "", "large, medium, small, micro, unknown"},
		"the area must be given":              {[]string{"policy", "show", "--period", "2019-06"}, exitNotDone, "", "--area"},
		"a pack does not differ from itself":  {[]string{"policy", "diff", samplePack, samplePack}, exitDone, "共 0 处差别", ""},
		"old against new of a comparison":     {[]string{"policy", "diff", "--comparison", "vs-april", "--policy", samplePack}, exitDifferences, "江苏省 养老保险 单位费率（其他单位） 2019-05 起：0.19 → 0.16　国办发〔2019〕13号", ""},
		"two scenarios of a pack":             {[]string{"policy", "diff", samplePack + "@", samplePack + "@extension"}, exitDifferences, "江苏省 失业保险 单位费率 2019-05 至 2020-04：0.01 → 0.005", ""},
		"a scenario against a pack":           {[]string{"policy", "diff", samplePack, samplePack + "@extension"}, exitNotDone, "", "无法比较"},
		"an unknown measure":                  {[]string{"policy", "diff", samplePack + "@", samplePack + "@cut"}, exitNotDone, "", "没有措施“cut”"},
		"an unknown comparison":               {[]string{"policy", "diff", "--comparison", "vs-may", "--policy", samplePack}, exitNotDone, "", "vs-april, vs-lapsed"},
		"differences count in English as one": {[]string{"policy", "diff", samplePack, copyPack(t, "pack.yaml", func(s string) string { return strings.Replace(s, "title: 降低社会", "title: 减轻社会", 1) }), "--lang", "en"}, exitDifferences, "1 difference.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("JIANFU_LANG", "")
			code, stdout, stderr := jianfu(t, c.args...)
			if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
				t.Errorf("exit %d, want %d\n%s\n%s\nwant %q %q", code, c.code, stdout, stderr, c.stdout, c.stderr)
			}
		})
	}
}

func TestPolicyResultsAreJSONOnDemand(t *testing.T) {
	wrong := copyPack(t, "rates.csv", add16)
	_, stdout, _ := jianfu(t, "policy", "check", wrong, "--json")
	var check checkResult
	if err := json.Unmarshal([]byte(stdout), &check); err != nil || check.Errors != 1 || len(check.Findings) != 1 ||
		check.Findings[0].Code != "policy_rate_out_of_range" || check.Findings[0].Line != 3 {
		t.Errorf("check: %v %s", err, stdout)
	}
	_, stdout, _ = jianfu(t, "policy", "show", "--area", "320102", "--period", "2019-06", "--json", "--policy", samplePack)
	var shown struct {
		Comparisons []struct {
			Steps []struct {
				Terms []struct {
					Insurance, Floor string
					Shares           []struct{ Payer, Rate string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &shown); err != nil || len(shown.Comparisons) != 2 {
		t.Fatalf("show: %v %s", err, stdout)
	}
	if term := shown.Comparisons[0].Steps[2].Terms[0]; term.Floor != "3368.00" || term.Shares[0].Rate != "0.16" {
		t.Errorf("show: the new terms of pension are %+v", term)
	}
	_, stdout, _ = jianfu(t, "policy", "diff", samplePack, samplePack, "--json")
	if strings.TrimSpace(stdout) != "[]" {
		t.Errorf("diff: %s", stdout)
	}
}

// The codes of findings are put together in internal/policy, out of sight of the test that looks for literal keys.
func TestEveryFindingHasWordsInBothLanguages(t *testing.T) {
	files, err := filepath.Glob("../../internal/policy/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(policy_[a-z_]+)"`).FindAllSubmatch(text, -1) {
			found++
			for _, language := range i18n.Languages {
				if key := "problem." + string(m[1]); !i18n.For(language).Has(key) {
					t.Errorf("%s: %s has no text in %s", file, key, language)
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d codes found; has their spelling changed?", found)
	}
}
