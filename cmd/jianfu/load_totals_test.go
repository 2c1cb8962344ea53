package main

import (
	"strings"
	"testing"

	"jianfu/internal/fixture"
)

func TestALoadSaysWhatItsLinesAddUpToAndWhatThatWasComparedWith(t *testing.T) {
	s := newSession(t)
	units, records := s.file("units.csv", fixture.Units()), s.file("records.csv", fixture.Records())
	right, wrong := s.file("right.csv", "行数,应缴合计\n14,23080\n"), s.file("wrong.csv", "险种,费款所属期,行数\n医疗保险,2019-05,2\n")
	for _, c := range []struct {
		arguments []string
		code      int
		parts     []string
	}{
		{[]string{"load", units, records, "--control", right}, exitDone, []string{"CSV、UTF-8、逗号分隔；读取 14 行", "医疗保险 2019-05：1 行，", "合计：14 行，", "与来源给出的 2 项合计全部一致"}},
		{[]string{"load", records, "--control", wrong}, exitDifferences, []string{"1 项合计中的 1 项不一致", "核对文件第 2 行（医疗保险 2019年5月）行数：来源 2，导入 1，相差 −1"}},
		{[]string{"load", records, "--control", wrong, "--lang", "en"}, exitDifferences, []string{"One total that the source gave is not equal (compared: 1)"}},
		{[]string{"load", s.file("more.csv", strings.ReplaceAll(fixture.Records(), "5000", "5001")), "--allow", "most_replaced"}, exitDone, []string{"与读入的文件一致；来源没有给出合计，未与来源核对"}},
	} {
		code, stdout, stderr := s.run(c.arguments...)
		if code != c.code {
			t.Errorf("exit %d, not %d: %s", code, c.code, stderr)
		}
		for _, part := range c.parts {
			if !strings.Contains(stdout, part) {
				t.Errorf("%q is not in what is printed:\n%s", part, stdout)
			}
		}
	}
}

func TestADryRunPrintsWhatALoadWouldDo(t *testing.T) {
	s := newSession(t)
	units, records := s.file("units.csv", fixture.Units()), s.file("records.csv", strings.Replace(fixture.Records(), "wage", "月工资", 1)+"合计\n")
	mapping := s.file("source.yaml", "columns:\n  月工资: 缴费工资\n")
	code, stdout, stderr := s.run("load", "--dry-run", "--mapping", mapping, units, records)
	for _, part := range []string{"units.csv：缴费单位登记，CSV、UTF-8、逗号分隔", "月工资 → 缴费工资 (wage)", "第 2 行读成：", "上月 2019-03 库中没有数据", "单位费率：", "读取 15 行，可以接收 14 行，会拒绝 1 行", "没有导入任何数据"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("%q is not in what is printed:\n%s", part, stdout)
		}
	}
	if code != exitDifferences {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if _, stdout, _ := s.run("load", "--dry-run", "--json", "--mapping", mapping, units); !strings.Contains(stdout, `"acceptable": 4`) && !strings.Contains(stdout, `"acceptable":4`) {
		t.Error(stdout)
	}
	s.must(exitDone, "load", units) // nothing of it was there
	if code, _, stderr := s.run("load", "--dry-run", "--mapping", s.file("wrong.yaml", "columns:\n  月工资: 工资总额\n"), records); code != exitNotDone || !strings.Contains(stderr, "没有这样的列") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
