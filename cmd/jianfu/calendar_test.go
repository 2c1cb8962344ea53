package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jianfu/internal/workday"
)

// files writes files into a folder of their own.
func files(t *testing.T, contents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range contents {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// presentYears is a folder of calendars for this year and the next, so that tests hold when those of the program have run out.
func presentYears(t *testing.T) string {
	t.Helper()
	own := map[string]string{}
	for year := time.Now().Year(); len(own) < 2; year++ {
		own[fmt.Sprintf("%d.csv", year)] = fmt.Sprintf("date,kind,name,source\n%d-05-01,off,劳动节,本局通知\n", year)
	}
	return files(t, own)
}

func TestTheCalendarOfAYearIsShown(t *testing.T) {
	code, stdout, stderr := jianfu(t, "calendar", "show", "2019", "--json")
	var years []shownYear
	if err := json.Unmarshal([]byte(stdout), &years); err != nil || code != exitDone || len(years) != 1 {
		t.Fatalf("exit %d, %v, %s%s", code, err, stdout, stderr)
	}
	if y := years[0]; y.WorkingDays != 250 || y.DaysOff != 17 || y.Worked != 6 || len(y.Days) < 23 {
		t.Errorf("%+v", y)
	}
	for _, text := range []string{"2019-05-05 星期日 上班 劳动节", "2019-05-01 星期三 放假 劳动节"} {
		if _, stdout, _ := jianfu(t, "calendar", "show", "2019"); !strings.Contains(stdout, text) {
			t.Errorf("%q is not in\n%s", text, stdout)
		}
	}
	if code, _, stderr := jianfu(t, "calendar", "show", "2038"); code != exitNotDone || !strings.Contains(stderr, "没有 2038 年的工作日历") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := jianfu(t, "calendar", "show", "May"); code != exitNotDone || !strings.Contains(stderr, "“May”不是年份") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

func TestABureausOwnCalendarAndLimitsAreChecked(t *testing.T) {
	const limits = "nature,category,severity,days,escalate_after,source,checked_on\n,,,10,3,本局规定,2026-01-01\n"
	good, bad := presentYears(t), files(t, map[string]string{"2019.csv": "date,kind,name,source\n2019-05-01,off,劳动节,\n2020-05-01,off,劳动节,x\n"})
	tables := files(t, map[string]string{"good.csv": limits, "bad.csv": limits + "consult,,,soon,,x,2026-01-01\n"})
	for name, c := range map[string]struct {
		args   []string
		code   int
		stdout []string
	}{
		"all is well":                {[]string{"--calendar", good, "--limits", filepath.Join(tables, "good.csv")}, exitDone, []string{"发现 0 处问题"}},
		"both are told, and in full": {[]string{"--calendar", bad, "--limits", filepath.Join(tables, "bad.csv")}, exitDifferences, []string{"2019.csv 第 2 行 source 列", "2019.csv 第 3 行 date 列", "时限表第 3 行 days 列", "发现 3 处问题"}},
		"a folder without years":     {[]string{"--calendar", t.TempDir()}, exitDifferences, []string{"没有年度文件"}},
		"a table that is not there":  {[]string{"--calendar", good, "--limits", filepath.Join(tables, "none.csv")}, exitDifferences, []string{"无法读取时限表"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := jianfu(t, append([]string{"calendar", "check"}, c.args...)...)
			if code != c.code || stderr != "" {
				t.Errorf("exit %d, %s", code, stderr)
			}
			for _, part := range c.stdout {
				if !strings.Contains(stdout, part) {
					t.Errorf("%q is not in\n%s", part, stdout)
				}
			}
		})
	}
}

func TestAYearThatWillSoonBeNeededIsMissed(t *testing.T) {
	c := workday.Shipped()
	for day, want := range map[string]int{"2019-06-10": 0, "2026-10-10": 0, "2026-11-10": 1, "2030-06-01": 1, "2030-12-01": 2} {
		at, err := time.Parse("2006-01-02", day)
		if err != nil {
			t.Fatal(err)
		}
		if missing := uncovered(c, at); len(missing) != want {
			t.Errorf("on %s: %v", day, missing)
		}
	}
}
