package main

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

func TestWhatTheCommandLineDoesIsInTheAuditLog(t *testing.T) {
	data := enginetest.Dir(t)
	out := filepath.Join(t.TempDir(), "cases.csv")
	for _, args := range [][]string{
		{"load", mini + "units.csv", mini + "contributions.csv"},
		{"load", mini + "units.csv"}, // is there already: nothing to record
		{"recompute", "--policy", mini + "policy"},
		{"recompute", "--policy", mini + "policy"}, // nothing to do
		{"export", "cases", "--out", out, "--reason", "复核第三季度"},
	} {
		if code, _, stderr := jianfu(t, append([]string{"--data", data}, args...)...); code != exitDone {
			t.Fatalf("%v: exit %d\n%s", args, code, stderr)
		}
	}
	a := &app{printer: i18n.For("zh"), data: data}
	db, q, err := a.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // only read
	entries, _, err := audit.New(q, time.Now).Search(t.Context(), access.CommandLine("test"), queries.AuditSearch{Rows: 10})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action+" "+e.Object)
		if e.Actor != "cli:"+osUser() {
			t.Errorf("%s: in the name of %q", e.Action, e.Actor)
		}
	}
	want := []string{"exported cases", "recomputed 1", "file_loaded 2", "file_loaded 1"}
	if !slices.Equal(actions, want) {
		t.Errorf("recorded %v, want %v", actions, want)
	}
	if e := entries[0]; e.Reason != "复核第三季度" || e.Details["rows"] != "60" || e.Details["from"] != "2019-05" {
		t.Errorf("the export: reason %q, details %v", e.Reason, e.Details)
	}
}
