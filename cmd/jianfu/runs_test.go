package main

import (
	"encoding/json"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/queries"
)

func TestOldRunsAreListedAndDropped(t *testing.T) {
	data := enginetest.Dir(t)
	q := fixture.OpenAt(t, data)
	if code, stdout, _ := jianfu(t, "runs", "list", "--data", data); code != exitDone || !strings.Contains(stdout, "尚无测算结果") {
		t.Errorf("an empty store: exit %d, %s", code, stdout)
	}
	fixture.Load(t, q, fixture.Units(), fixture.Records())
	fixture.Recompute(t, q, fixture.Pack(t))
	pack := fixture.PackFiles()
	pack["rates.csv"].Data = []byte(strings.Replace(string(pack["rates.csv"].Data), "0.005", "0.006", 1))
	fixture.Recompute(t, q, fixture.PackOf(t, pack))

	code, stdout, stderr := jianfu(t, "runs", "list", "--data", data)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if code != exitDone || len(lines) != 2 || !strings.Contains(lines[0], "第 2 批  当前") || !strings.Contains(lines[1], "第 1 批  已发布") {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := jianfu(t, "runs", "drop", "--keep", "0", "--data", data); code != exitNotDone || !strings.Contains(stderr, "至少要保留一批") {
		t.Errorf("no run kept: exit %d, %s", code, stderr)
	}
	code, stdout, stderr = jianfu(t, "runs", "drop", "--keep", "1", "--data", data)
	if code != exitDone || !strings.Contains(stdout, "不再提供的批次：1；保留：2；释放 ") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	_, stdout, _ = jianfu(t, "runs", "list", "--data", data, "--json")
	var list []struct {
		Run              uint32
		Current, Dropped bool
		Bytes            uint64
	}
	if err := json.Unmarshal([]byte(stdout), &list); err != nil || len(list) != 2 || !list[0].Current || list[0].Bytes == 0 || !list[1].Dropped || list[1].Bytes != 0 {
		t.Errorf("%v\n%s", err, stdout)
	}
	entries, _, err := audit.New(q, fixture.Now).Search(t.Context(), access.CommandLine("test"), queries.AuditSearch{Rows: 1})
	if err != nil || len(entries) != 1 || entries[0].Action != string(audit.RunsDropped) || entries[0].Object != "1" || entries[0].Details["kept"] != "2" {
		t.Errorf("the audit log ends with %+v, %v", entries, err)
	}
}
