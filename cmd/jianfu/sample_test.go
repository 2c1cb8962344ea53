package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestSampleOnTheCommandLine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sample")
	for name, c := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"a folder has to be named":        {nil, 1, "", "--out"},
		"a city is no province":           {[]string{"--out", dir, "--province", "320100"}, 1, "", "320100 不是省级行政区划代码"},
		"a month that is none":            {[]string{"--out", dir, "--months", "2019-13"}, 1, "", "2019-01..2019-12"},
		"months in the wrong order":       {[]string{"--out", dir, "--months", "2019-05..2019-04", "--lang", "en"}, 1, "", "the first must not be after the last"},
		"a province that no pack has":     {[]string{"--out", dir, "--province", "71"}, 1, "", "没有台湾省的费率"},
		"a pack that there is not":        {[]string{"--out", dir, "--policy", filepath.Join(dir, "none")}, 1, "", "none"},
		"what was made, and what is next": {[]string{"--out", filepath.Join(dir, "a"), "--units", "5", "--months", "2019-05"}, 0, "jianfu recompute --policy", ""},
		"the result for programs":         {[]string{"--out", filepath.Join(dir, "b"), "--units", "5", "--months", "2019-05", "--json"}, 0, `"units": 5,`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("JIANFU_LANG", "")
			code, stdout, stderr := jianfu(t, append([]string{"sample"}, c.args...)...)
			if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
				t.Errorf("exit code %d, want %d; printed\n%s\n%s\nwant %q and %q", code, c.code, stdout, stderr, c.stdout, c.stderr)
			}
		})
	}
}
