package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jianfu/internal/problem"
)

func TestTheSettingsOfTheBureau(t *testing.T) {
	for name, c := range map[string]struct {
		text, code string
		want       Bureau
	}{
		"all of them are read": {"bureau:\n  name: 国家税务总局江苏省税务局\n  telephone: 025-12366\n  address: 南京市  中山北路\n  refund: 办税服务厅退税窗口\n", "",
			Bureau{"国家税务总局江苏省税务局", "025-12366", "南京市 中山北路", "办税服务厅退税窗口"}},
		"what is not set is left out":            {"bureau: {name: 税务局}\n", "", Bureau{Name: "税务局"}},
		"a text of several lines becomes one":    {"bureau:\n  refund: |\n    一\n    二\n", "", Bureau{Refund: "一 二"}},
		"a setting that there is not is refused": {"bureau: {nam: 税务局}\n", "config_file", Bureau{}},
		"a text that fits no letter is refused":  {"bureau: {name: " + strings.Repeat("税", 201) + "}\n", "config_long", Bureau{}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "jianfu.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			settings, err := ReadSettings(path)
			if problem.Code(err) != c.code || settings.Bureau != c.want {
				t.Errorf("%+v, %v", settings, err)
			}
		})
	}
}
