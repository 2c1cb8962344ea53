package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestThePackMayBeNamedBeforeAndBehindTheCommand(t *testing.T) {
	s := newSession(t)
	s.load(exitDone, mini+"units.csv", mini+"contributions.csv")
	var before, behind struct {
		Run struct {
			Run      int    `json:"run"`
			PackHash string `json:"pack_hash"`
			Records  int    `json:"records"`
			Sample   int    `json:"sample"`
		} `json:"run"`
		Months    []string `json:"months"`
		Unchanged bool     `json:"unchanged"`
	}
	for _, c := range []struct {
		args []string
		into any
	}{
		{[]string{"--policy", mini + "policy", "recompute", "--json"}, &before},
		{[]string{"recompute", "--json", "--policy=" + filepath.Clean(mini+"policy")}, &behind},
	} {
		if err := json.Unmarshal([]byte(s.must(exitDone, c.args...)), c.into); err != nil {
			t.Fatal(err)
		}
	}
	if before.Unchanged || strings.Join(before.Months, " ") != "2019-03 2019-04 2019-05 2019-06 2019-07 2019-08" ||
		before.Run.Records != 11174 || before.Run.Sample != 60 {
		t.Errorf("the first time: %+v", before)
	}
	if !behind.Unchanged || behind.Run.Run != before.Run.Run || behind.Run.PackHash != before.Run.PackHash {
		t.Errorf("the second time: %+v", behind)
	}
}

func TestARecomputeSaysWhatItDid(t *testing.T) {
	s := computed(t)
	for language, parts := range map[string][]string{
		"zh": {"批测算已发布", "2019-05", "小世界", "抽样复核 4 户", "有 1 条明细没有适用的费率"},
		"en": {"is published", "2019-05", "小世界", "4 units were computed once more", "1 record has no applicable rate"},
	} {
		text := s.must(exitDone, "recompute", "--from", "2019-05", "--to", "2019-05", "--lang", language, "--policy", s.pack)
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not in what is printed:\n%s", part, text)
			}
		}
	}
}

func TestARecomputeThatCannotBeDoneSaysWhy(t *testing.T) {
	s := newSession(t)
	if code, _, stderr := s.run("recompute"); code != exitNotDone || !strings.Contains(stderr, "jianfu load") {
		t.Errorf("an empty store: exit %d, %s", code, stderr)
	}
	s = computed(t)
	for language, part := range map[string]string{"zh": "现有数据为 2019-04 至 2019-05", "en": "there are from 2019-04 to 2019-05"} {
		for _, window := range [][]string{{"--from", "2020-01"}, {"--to", "2018-12"}, {"--from", "2020-01", "--to", "2020-12"}} {
			code, stdout, stderr := s.run(append([]string{"recompute", "--policy", s.pack, "--lang", language}, window...)...)
			if code != exitNotDone || stdout != "" || !strings.Contains(stderr, part) {
				t.Errorf("%v: exit %d\n%s%s", window, code, stdout, stderr)
			}
		}
	}
}
