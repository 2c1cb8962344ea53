package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/store"
	"jianfu/queries"
)

// typing runs the command line with text on standard input.
func typing(t *testing.T, text string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = run(args, strings.NewReader(text), &out, &errOut)
	return code, out.String(), errOut.String()
}

func TestAccountsOnTheCommandLine(t *testing.T) {
	dir := enginetest.Dir(t)
	at := func(args ...string) []string { return append(args, "--data", dir, "--memory", "1G", "--threads", "1") }
	for _, step := range []struct {
		name, typed    string
		args           []string
		code           int
		stdout, stderr string
	}{
		{"the list is empty at first", "", []string{"user", "list"}, 0, "尚无账号", ""},
		{"the doctor finds a log without entries", "", []string{"doctor"}, 0, "[通过] 审计日志：尚无", ""},
		{"no role", "x\n", []string{"user", "add", "admin"}, 1, "", "--role"},
		{"no password", "", []string{"user", "add", "admin", "--role", "sysadmin"}, 1, "", "没有读到密码"},
		{"a short password", "short\n", []string{"user", "add", "admin", "--role", "sysadmin"}, 1, "", "密码至少 10 个字符"},
		{"a password is no argument", "", []string{"user", "add", "admin", "correct horse", "--role", "sysadmin"}, 1, "", "多余的参数"},
		{"an administrator", "correct horse battery\r\n", []string{"user", "add", "admin", "--role", "sysadmin"}, 0, "已新建账号 admin（系统管理；无地区范围）", ""},
		{"once more", "correct horse battery\n", []string{"user", "add", "Admin", "--role", "sysadmin"}, 1, "", "账号“admin”已被使用"},
		{"a scope that is none", "correct horse battery\n", []string{"user", "add", "wang", "--role", "inspector", "--scope", "江苏"}, 1, "", "“江苏”不是行政区划代码"},
		{"no scope", "correct horse battery\n", []string{"user", "add", "wang", "--role", "inspector"}, 1, "", "必须指定地区范围"},
		{"a role that there is not", "correct horse battery\n", []string{"user", "add", "wang", "--role", "boss", "--scope", "32"}, 1, "", "没有“boss”这个角色，可选：leadership"},
		{"an inspector with a password that is made", "", []string{"user", "add", "wang", "--role", "inspector", "--scope", "320500,3206", "--name", "王芳", "--generate"}, 0, "320500 苏州市, 320600 南通市）\n密码：", ""},
		{"everybody is listed", "", []string{"user", "list"}, 0, "wang  王芳  督察内审  320500 苏州市, 320600 南通市  待改密码", ""},
		{"in English too", "", []string{"user", "list", "--lang", "en"}, 0, "must change the password", ""},
		{"other roles and regions", "", []string{"user", "change", "wang", "--role", "inspector,reporter", "--scope", "all"}, 0, "账号 wang：督察内审, 报表岗；全部地区", ""},
		{"nothing to change", "", []string{"user", "change", "wang"}, 1, "", "--role --scope --name"},
		{"a new password", "battery horse correct\n", []string{"user", "passwd", "wang", "--keep-password"}, 0, "已重设账号 wang 的密码", ""},
		{"a new password for nobody", "battery horse correct\n", []string{"user", "passwd", "nobody"}, 1, "", "没有“nobody”这个账号"},
		{"a token", "", []string{"user", "token", "add", "wang", "--label", "nightly", "--rights", "figures.aggregate,export"}, 0, "\njf_", ""},
		{"a token with a right that there is not", "", []string{"user", "token", "add", "wang", "--label", "x", "--rights", "all"}, 1, "", "令牌不能给予“all”"},
		{"tokens are listed", "", []string{"user", "token", "list", "wang"}, 0, "wang  nightly  figures.aggregate,export", ""},
		{"a token that there is not", "", []string{"user", "token", "revoke", "0123456789"}, 1, "", "没有“0123456789”这个令牌"},
		{"disabled", "", []string{"user", "disable", "wang"}, 0, "已停用账号 wang", ""},
		{"it shows", "", []string{"user", "list"}, 0, "已停用", ""},
		{"the last administrator stays", "", []string{"user", "disable", "admin"}, 1, "", "最后一个可用的系统管理账号"},
		{"enabled", "", []string{"user", "enable", "wang"}, 0, "已启用账号 wang", ""},
		{"signed out", "", []string{"user", "signout", "wang"}, 0, "会话和接口令牌已全部结束", ""},
		{"the doctor finds the log whole", "", []string{"doctor"}, 0, "[通过] 审计日志：8 条，首尾相接", ""},
	} {
		t.Run(step.name, func(t *testing.T) {
			t.Setenv("JIANFU_LANG", "")
			code, stdout, stderr := typing(t, step.typed, at(step.args...)...)
			if code != step.code || !strings.Contains(stdout, step.stdout) || !strings.Contains(stderr, step.stderr) || step.stderr == "" && stderr != "" {
				t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
			}
		})
	}

	t.Run("a generated password is in the JSON, a typed one is not", func(t *testing.T) {
		var result accountResult
		code, stdout, _ := typing(t, "", at("user", "passwd", "wang", "--generate", "--json")...)
		if err := json.Unmarshal([]byte(stdout), &result); err != nil || code != 0 || len(result.Password) != 19 || !result.MustChange {
			t.Errorf("exit %d, %v: %s", code, err, stdout)
		}
		if _, stdout, _ = typing(t, "battery horse correct\n", at("user", "passwd", "wang", "--json")...); strings.Contains(stdout, "battery") {
			t.Errorf("%s", stdout)
		}
	})
	t.Run("the permission matrix", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "matrix.csv")
		if code, stdout, stderr := typing(t, "", at("user", "matrix", "--out", file)...); code != 0 {
			t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 3 || len(rows[0]) != 7+len(access.Rights) {
			t.Fatalf("%v, %v", rows, err)
		}
		right := slices.Index(rows[0], string(access.FiguresRecord))
		if rows[1][0] != "admin" || rows[1][right] != "" || rows[2][0] != "wang" || rows[2][right] != "x" || rows[2][4] != "000000" {
			t.Errorf("%v", rows)
		}
	})
	t.Run("who did it stands in the log", func(t *testing.T) {
		for _, e := range logged(t, dir) {
			if !strings.HasPrefix(e.Actor, "cli:") || e.Actor == "cli:" {
				t.Errorf("%s %s by %q", e.Action, e.Object, e.Actor)
			}
		}
	})
	t.Run("a log that was tampered with fails the doctor", func(t *testing.T) {
		tamper(t, dir)
		code, stdout, _ := typing(t, "", at("doctor")...)
		if code != exitDifferences || !strings.Contains(stdout, "[不通过] 审计日志：第 2 条处：日志内容被改动") {
			t.Errorf("exit %d\n%s", code, stdout)
		}
	})
}

func withStore(t *testing.T, dir string, use func(ctx context.Context, db *store.DB)) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Data: dir, Engine: enginetest.Limits})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	use(t.Context(), db)
}

// logged is the audit log of a store.
func logged(t *testing.T, dir string) (entries []queries.AuditEntry) {
	t.Helper()
	withStore(t, dir, func(ctx context.Context, db *store.DB) {
		for e, err := range queries.New(db).AuditChain(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, *e)
		}
	})
	return entries
}

// tamper changes the second entry of the audit log.
func tamper(t *testing.T, dir string) {
	t.Helper()
	withStore(t, dir, func(ctx context.Context, db *store.DB) {
		if err := db.Exec(ctx, "ALTER TABLE audit UPDATE object = 'x' WHERE seq = 2 SETTINGS mutations_sync = 2", nil); err != nil {
			t.Fatal(err)
		}
	})
}
