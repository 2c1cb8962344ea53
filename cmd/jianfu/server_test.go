package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jianfu/internal/engine/enginetest"
)

// exports are the tables whose figures must be the same wherever the rows are kept.
var exports = []string{"burdens --payer both", "summary", "summary --by county,size", "summary --by measure", "cases", "reasons --payer both", "uncovered", "rejects"}

// ran runs a command with these flags behind it, which ends well.
func ran(t *testing.T, flags []string, args ...string) string {
	t.Helper()
	code, stdout, stderr := jianfu(t, append(args, flags...)...)
	if code != exitDone {
		t.Fatalf("jianfu %v: exit %d\n%s%s", args, code, stdout, stderr)
	}
	return stdout
}

// exported are the bytes of every export.
func exported(t *testing.T, flags []string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, export := range exports {
		out := filepath.Join(t.TempDir(), "out.csv")
		ran(t, flags, append(append([]string{"export"}, strings.Fields(export)...), "--out", out)...)
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		found[export] = string(text)
	}
	return found
}

// TestAServerGivesTheFiguresOfTheEmbeddedEngine, to the byte: loaded and computed over its native protocol, read over this one and
// over HTTP.
func TestAServerGivesTheFiguresOfTheEmbeddedEngine(t *testing.T) {
	server := enginetest.StartServer(t)
	server.Exec(t, "CREATE DATABASE jianfu")
	t.Setenv("JIANFU_CLICKHOUSE_PASSWORD", enginetest.AdminPassword)
	dir := t.TempDir()
	embedded := []string{"--data", enginetest.Dir(t), "--memory", "2G"}
	native := []string{"--data", dir, "--clickhouse", "clickhouse://jianfu@" + server.TCP + "/jianfu"}
	http := []string{"--data", dir, "--clickhouse", "http://jianfu@" + server.HTTP + "/jianfu"}
	for _, flags := range [][]string{embedded, native} {
		ran(t, flags, "load", mini+"units.csv", mini+"contributions.csv")
		ran(t, flags, "recompute", "--policy", mini+"policy")
	}
	want := exported(t, embedded)
	for protocol, flags := range map[string][]string{"native": native, "http": http} {
		for export, got := range exported(t, flags) {
			if got != want[export] || len(got) < 20 {
				t.Errorf("%s over %s:\n%s\nembedded:\n%s", export, protocol, got, want[export])
			}
		}
	}
	// The server writes a backup; the built-in engine can read it.
	backups := filepath.Join(server.Dir, "backups")
	ran(t, native, "backup", "--to", backups)
	made, err := os.ReadDir(backups)
	if err != nil || len(made) != 1 {
		t.Fatalf("%v, %v", made, err)
	}
	if said := ran(t, native, "backup", "verify", filepath.Join(backups, made[0].Name())); !strings.Contains(said, "全部相符") {
		t.Errorf("the drill says\n%s", said)
	}
	if said := ran(t, native, "doctor"); !strings.Contains(said, "ClickHouse 服务器：ClickHouse 2") || !strings.Contains(said, "（native）") {
		t.Errorf("the doctor says\n%s", said)
	}
}

func TestTheDoctorNamesTheRightsThatAreMissing(t *testing.T) {
	server := enginetest.StartServer(t)
	code, stdout, stderr := jianfu(t, "doctor", "--data", t.TempDir(), "--clickhouse", "clickhouse://reader@"+server.TCP+"/default", "--lang", "en")
	for _, right := range []string{"INSERT ON *", "CREATE TABLE ON *", "DROP FUNCTION ON *.*"} {
		if !strings.Contains(stdout, right) {
			t.Errorf("%s is not named", right)
		}
	}
	if code != exitDifferences || strings.Contains(stdout, "lacks rights: SELECT") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}
