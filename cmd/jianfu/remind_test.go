package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/handling"
	"jianfu/internal/ledger"
	"jianfu/internal/notice"
	"jianfu/internal/workday"
)

func TestRemindTellsOnceAndSaysWhatDidNotGoOut(t *testing.T) {
	dir := enginetest.Dir(t)
	q := fixture.OpenAt(t, dir)
	answer := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(answer) }))
	defer server.Close()
	settings := files(t, map[string]string{"secret": "s", "bad.yaml": "mail: {password: x}\n"})
	reminders := filepath.Join(files(t, map[string]string{"reminders.yaml": "webhook: {url: " + server.URL + ", secret_file: " + filepath.Join(settings, "secret") + "}\n"}), "reminders.yaml")

	calendars := presentYears(t)
	add := func(account string) {
		t.Helper()
		if code, _, stderr := jianfu(t, "--data", dir, "user", "add", account, "--role", "inspector", "--scope", "320500", "--generate"); code != exitDone {
			t.Fatalf("exit %d, %s", code, stderr)
		}
	}
	add("li.na")
	add("wu.gang")
	now := time.Now()
	d := handling.New(q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { now = now.Add(time.Millisecond); return now })
	li := access.New(access.Grant{Account: "li.na", Roles: []access.Role{access.Inspector}, Regions: []string{"320500"}})
	issue, err := d.Open(t.Context(), li, ledger.Data{Source: "letter", Nature: "complaint", Category: "policy", Severity: "normal", Title: "来信",
		Region: "320506", Bureau: "320506", RaisedOn: "2019-06-03"})
	if err == nil {
		issue, err = d.Act(t.Context(), li, issue.ID, issue.Seq, ledger.Accept, "", ledger.Data{})
	}
	if err == nil {
		_, err = d.Act(t.Context(), li, issue.ID, issue.Seq, ledger.Assign, "", ledger.Data{Handler: "wu.gang"})
	}
	if err != nil {
		t.Fatal(err)
	}

	remind := func(args ...string) (int, notice.Result) {
		t.Helper()
		code, stdout, stderr := jianfu(t, append([]string{"--data", dir, "--calendar", calendars, "remind", "--json"}, args...)...)
		var result notice.Result
		if err := json.Unmarshal([]byte(stdout), &result); err != nil {
			t.Fatalf("exit %d, %v, %s%s", code, err, stdout, stderr)
		}
		return code, result
	}
	if code, r := remind("--reminders", reminders); code != exitDifferences || r.Told != 1 || r.Failed != 1 {
		t.Errorf("exit %d, %+v", code, r)
	}
	if code, r := remind("--reminders", reminders); code != exitDone || r.Told != 0 || r.Sent+r.Failed != 0 {
		t.Errorf("again: exit %d, %+v", code, r)
	}
	if code, stdout, _ := jianfu(t, "--data", dir, "--calendar", calendars, "remind"); code != exitDone || !strings.Contains(stdout, "新提醒 0 条") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	for _, command := range []string{"remind", "serve"} {
		if code, _, stderr := jianfu(t, "--data", dir, command, "--reminders", filepath.Join(settings, "bad.yaml")); code != exitNotDone || !strings.Contains(stderr, "bad.yaml") {
			t.Errorf("%s: exit %d, %s", command, code, stderr)
		}
	}
}
