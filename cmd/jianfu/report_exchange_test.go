package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTheCommandsOfPackages makes and trusts a key, and is refused what is no package.
func TestTheCommandsOfPackages(t *testing.T) {
	s := computed(t)
	card := filepath.Join(t.TempDir(), "nanjing.pem")
	s.ends(exitNotDone, []string{"report", "keys", "show"}, "jianfu report keys new")
	s.ends(exitDone, []string{"report", "keys", "new", "--region", "320100", "--organisation", "南京市税务局", "--name", "2019"}, "公钥校验值")
	s.ends(exitDone, []string{"report", "keys", "show", "--out", card}, "-----BEGIN PUBLIC KEY-----", "南京市税务局")
	s.ends(exitNotDone, []string{"report", "keys", "trust", card, "--fingerprint", "0000"}, "公钥校验值不同")
	s.ends(exitDone, []string{"report", "keys", "list"}, "没有登记公钥")
	s.must(exitDone, "report", "prepare", "--month", "2019-05", "--region", "320100", "--keep")
	number := s.must(exitDone, "report", "list")[:8]
	out := filepath.Join(t.TempDir(), "nanjing.zip")
	s.ends(exitNotDone, []string{"report", "export", number, "--out", out}, "签发以后")
	if _, err := os.Stat(out); err == nil {
		t.Error("a package was written")
	}
	s.ends(exitNotDone, []string{"report", "import", card}, "没有接收", "nanjing.pem", "不是 ZIP 文件")
	s.ends(exitDone, []string{"report", "received"}, "没有接收到数据包")
	s.ends(exitDone, []string{"report", "sum", "--month", "2019-05"}, "没有可以汇总的数据包", "尚未报送（11 个地区）", "玄武区")
	s.ends(exitNotDone, []string{"report", "sum", "--month", "2019-05", "--from", "2019-05"}, "--month")
	s.ends(exitNotDone, []string{"report", "received", "0123456789ab"}, "--out")
	s.ends(exitNotDone, []string{"report", "received", "0123456789ab", "--out", out}, "没有接收过")
}
