package main

import (
	"encoding/csv"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/engine/enginetest"
)

// mini is 60 units of Jiangsu whose figures were computed by an independent program.
const mini = "../../testdata/jiangsu-mini/"

// table reads a CSV file as rows by column name.
func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// sameCells compares the columns that the expected table has.
func sameCells(t *testing.T, what string, got, want []map[string]string) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	wrong := 0
	for i, row := range want {
		for _, column := range slices.Sorted(maps.Keys(row)) {
			if cell, ok := got[i][column]; !ok || cell != row[column] {
				if wrong++; wrong <= 10 {
					t.Errorf("%s row %d (%s %s) %s: %q, want %q", what, i+1, row["unit_id"], row["period"], column, cell, row[column])
				}
			}
		}
	}
	if wrong > 10 {
		t.Errorf("%s: %d cells differ", what, wrong)
	}
}

// TestTheMainJob goes the whole way with real files and the real engine: load, recompute, export; and what happens to
// files that are not as they should be.
func TestTheMainJob(t *testing.T) {
	data, out := enginetest.Dir(t), t.TempDir()
	// The flags of the store stand before the command here and behind it below; both must do.
	run := func(args ...string) (int, string, string) {
		return jianfu(t, append([]string{"--data", data, "--memory", "2G"}, args...)...)
	}
	must := func(code int, args ...string) string {
		t.Helper()
		got, stdout, stderr := run(args...)
		if got != code {
			t.Fatalf("jianfu %v: exit %d, want %d\n%s%s", args, got, code, stdout, stderr)
		}
		return stdout
	}

	if code, stdout, stderr := run("export", "cases", "--out", out+"/none.csv"); code != exitNotDone || stdout != "" || !strings.Contains(stderr, "jianfu recompute") {
		t.Errorf("an export before there are figures: exit %d, %s%s", code, stdout, stderr)
	}
	must(exitDone, "load", mini+"contributions.csv", mini+"units.csv")
	must(exitDone, "recompute", "--policy", mini+"policy")
	must(exitDone, "export", "burdens", "--from", "2019-05", "--to", "2019-08", "--payer", "both", "--out", out+"/burdens.csv")
	sameCells(t, "burdens", table(t, out+"/burdens.csv"), table(t, mini+"expected/burdens.csv"))
	must(exitDone, "export", "cases", "--from", "2019-05", "--to", "2019-08", "--out", out+"/cases.csv")
	byUnit := func(rows []map[string]string) []map[string]string {
		slices.SortFunc(rows, func(a, b map[string]string) int { return strings.Compare(a["unit_id"], b["unit_id"]) })
		return rows
	}
	sameCells(t, "cases", byUnit(table(t, out+"/cases.csv")), byUnit(table(t, mini+"expected/cases.csv")))

	t.Run("the same files again change nothing", func(t *testing.T) {
		var loads []struct {
			Already bool `json:"already_loaded"`
		}
		text := must(exitDone, "load", mini+"units.csv", mini+"contributions.csv", "--json")
		if err := json.Unmarshal([]byte(text), &loads); err != nil || len(loads) != 2 || !loads[0].Already || !loads[1].Already {
			t.Errorf("%v: %s", err, text)
		}
		var again struct {
			Unchanged bool `json:"unchanged"`
		}
		text = must(exitDone, "recompute", "--policy", mini+"policy", "--json")
		if err := json.Unmarshal([]byte(text), &again); err != nil || !again.Unchanged {
			t.Errorf("%v: %s", err, text)
		}
	})
	t.Run("a bad line is rejected with its place and reason, and the good one is loaded", func(t *testing.T) {
		rejectsOneOfTwo(t, out, must)
	})
	t.Run("a file that is no table is refused whole", func(t *testing.T) {
		for name, content := range map[string]string{"empty.csv": "", "prose.csv": "这不是一张表\n", "picture.csv": "\x89PNG\r\n\x1a\n\x00\x00"} {
			path := filepath.Join(out, name)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := run("load", path)
			if code != exitNotDone || stdout != "" || !strings.Contains(stderr, name) {
				t.Errorf("%s: exit %d, %s%s", name, code, stdout, stderr)
			}
		}
	})
	t.Run("flags that cannot be meant are refused before anything is done", func(t *testing.T) {
		for _, args := range [][]string{
			{"export", "everything", "--out", out + "/x"},
			{"export", "cases"},
			{"export", "cases", "--out", out + "/x", "--from", "2019-08", "--to", "2019-05"},
			{"export", "cases", "--out", out + "/x", "--payer", "nobody"},
			{"export", "cases", "--out", out + "/x", "--comparison", "vs-nothing"},
			{"export", "summary", "--out", out + "/x", "--by", "weather"},
			{"recompute", "--from", "2019-13"},
			{"recompute", "--policy", out + "/no-such-pack"},
			{"load", out + "/no-such-file.csv"},
		} {
			code, stdout, stderr := run(args...)
			if code != exitNotDone || stdout != "" || !strings.HasPrefix(stderr, "错误：") || strings.Contains(stderr, "problem.") {
				t.Errorf("jianfu %v: exit %d, %s%s", args, code, stdout, stderr)
			}
		}
		if _, err := os.Stat(out + "/x"); !os.IsNotExist(err) {
			t.Errorf("a refused export left a file: %v", err)
		}
	})
	t.Run("the figures are as before", func(t *testing.T) {
		must(exitDone, "export", "cases", "--from", "2019-05", "--to", "2019-08", "--out", out+"/after.csv")
		sameCells(t, "cases", table(t, out+"/after.csv"), table(t, out+"/cases.csv"))
	})
}

// rejectsOneOfTwo loads a file with a good and a bad line.
func rejectsOneOfTwo(t *testing.T, out string, must func(int, ...string) string) {
	t.Helper()
	unit := table(t, mini+"expected/cases.csv")[0]["unit_id"]
	path := filepath.Join(out, "two.csv")
	lines := "record_id,unit_id,period,insurance,wage,base,employer_rate,employer_amount\n" +
		"T1," + unit + ",2019-02,pension,5000,5000,0.19,950\n" +
		"T2," + unit + ",2019-02,pension,5000,5000,16,800\n"
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	var loads []struct {
		Read     uint64            `json:"read"`
		Accepted uint64            `json:"accepted"`
		Rejected uint64            `json:"rejected"`
		Reasons  map[string]uint64 `json:"reject_reasons"`
	}
	text := must(exitDifferences, "load", path, "--json")
	if err := json.Unmarshal([]byte(text), &loads); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if l := loads[0]; l.Read != 2 || l.Accepted != 1 || l.Rejected != 1 || l.Reasons["rate_percent_forgotten"] != 1 {
		t.Errorf("the load says %s", text)
	}
	must(exitDone, "export", "rejects", "--out", out+"/rejects.csv")
	rejects := table(t, out+"/rejects.csv")
	if len(rejects) != 1 || rejects[0]["line"] != "3" || rejects[0]["column"] != "employer_rate" || rejects[0]["value"] != "16" {
		t.Errorf("the rejects are %v", rejects)
	}
}
