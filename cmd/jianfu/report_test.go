package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jianfu/queries"
)

// TestTheReportCommand prepares a report, is refused one that is not whole, and is stopped by a check that fails.
func TestTheReportCommand(t *testing.T) {
	s := computed(t)
	folder := filepath.Join(t.TempDir(), "out")
	out := s.must(exitDone, "report", "prepare", "--month", "2019-05", "--region", "320100", "--out", folder, "--json")
	var made reportPrepared
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Tables != 14 || len(made.Files) != 22 || made.From != 201905 {
		t.Fatalf("%v\n%s", err, out)
	}
	if files, err := filepath.Glob(filepath.Join(folder, "南京市税务局_*_2019年5月_批次1.xlsx")); err != nil || len(files) != 1 {
		t.Errorf("files %v, %v", files, err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "csv", "03_by-region.csv"))
	if err != nil || !strings.Contains(string(text), "320102,玄武区,1,1,0,0.21,") {
		t.Errorf("%v\n%s", err, text)
	}
	s.ends(exitNotDone, []string{"report", "prepare", "--month", "2019-05", "--out", folder}, "不是空的")
	s.must(exitDone, "report", "prepare", "--month", "2019-05", "--keep")
	var list []queries.KeptReport
	if err := json.Unmarshal([]byte(s.must(exitDone, "report", "list", "--json")), &list); err != nil || len(list) != 1 {
		t.Fatalf("%d reports, %v", len(list), err)
	}
	number := list[0].ID[:8]
	s.ends(exitDone, []string{"report", "show", number}, "已编制", "命令行", list[0].FileHashes[0])
	s.ends(exitNotDone, []string{"report", "review", number}, "由他人办理")
	s.ends(exitNotDone, []string{"report", "sign", number}, "不能改为")
	s.ends(exitDone, []string{"report", "files", number, "--out", filepath.Join(t.TempDir(), "again")}, "22 个文件")
	s.ends(exitDone, []string{"report", "changes", number}, "第 1 版")
	s.ends(exitDone, []string{"report", "withdraw", number, "--note", "重新编制"}, "已作废")
	for _, args := range [][]string{
		{"--month", "2019-07"}, {"--month", "2019-05", "--from", "2019-04"}, {}, {"--from", "2019-05", "--to", "2019-04"}, {"--month", "2019-05", "--region", "999999"},
		{"--month", "2019-05", "--definitions", t.TempDir()},
	} {
		other := filepath.Join(t.TempDir(), "other")
		s.must(exitNotDone, append([]string{"report", "prepare", "--out", other}, args...)...)
		if _, err := os.Stat(other); err == nil {
			t.Errorf("%v wrote a folder", args)
		}
	}
}

// wrongForms is a folder of one form whose check does not hold.
func wrongForms(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"report.yaml": "id: own\ntitle: 本局报表\nlanguage: zh\n",
		"1.yaml": "id: sizes\nnumber: 表1\ntitle: 分规模\nrows: {by: size, total: 合计}\ncolumns:\n  - {figure: due, title: 应减, unit: 元}\n  - {figure: real, title: 实减, unit: 元}\n" +
			"definition: 单位部分\ncounterfactual: 旧政策\nchecks:\n  - {id: all, title: 全部落实, relation: due = real}\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestAFailedCheckIsListedAndCanBeWaived(t *testing.T) {
	s := computed(t)
	forms, folder := wrongForms(t), filepath.Join(t.TempDir(), "out")
	own := filepath.Join(t.TempDir(), "own")
	s.must(exitDone, "report", "definitions", "--out", own)
	s.must(exitDone, "report", "check", own)
	s.must(exitDone, "report", "check", forms)
	prepare := []string{"report", "prepare", "--month", "2019-05", "--definitions", forms, "--out", folder}
	s.ends(exitNotDone, prepare, "sizes/all", "C8 合计·应减：1600.00，应为 40.00", "没有写出任何文件")
	if _, err := os.Stat(folder); err == nil {
		t.Error("a folder was written")
	}
	s.ends(exitNotDone, append(prepare, "--waive", "sizes/all"), "--reason")
	s.ends(exitDone, append(prepare, "--waive", "sizes/all", "--reason", "尚在退费"), "1 项不相符")
	if err := os.WriteFile(filepath.Join(forms, "1.yaml"), []byte("id: sizes\nnumber: 表1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.ends(exitDifferences, []string{"report", "check", forms}, "1.yaml", "缺少 title")
}

// ends wants a command to end with an exit code and to print some words.
func (s *session) ends(code int, args []string, words ...string) {
	s.t.Helper()
	got, stdout, stderr := s.run(args...)
	if got != code {
		s.t.Errorf("jianfu %v: exit %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	for _, word := range words {
		if !strings.Contains(stdout+stderr, word) {
			s.t.Errorf("jianfu %v does not say %q:\n%s%s", args, word, stdout, stderr)
		}
	}
}
