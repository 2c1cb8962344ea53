package config

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"jianfu/internal/problem"
)

func TestTheMappingOfColumns(t *testing.T) {
	for name, c := range map[string]struct {
		text, code string
		want       map[string]string
	}{
		"columns by their names":             {"columns:\n  月工资: 缴费工资\n  备注: \"\"\n", "", map[string]string{"月工资": "缴费工资", "备注": ""}},
		"a file without columns is refused":  {"columns:\n", "config_no_columns", nil},
		"a setting that there is not, too":   {"column:\n  a: b\n", "config_file", nil},
		"as is one column under two meaning": {"columns:\n  a: wage\n  a: base\n", "config_file", nil},
	} {
		path := filepath.Join(t.TempDir(), "columns.yaml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadColumns(path); problem.Code(err) != c.code || !maps.Equal(got, c.want) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}
