package dashboards

import (
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
)

func TestNobodyIsCalledByARawName(t *testing.T) {
	names := NewNames(i18n.For("zh"))
	if got := names.Actor(access.CommandLine("root").Account()); got != "命令行（root）" {
		t.Errorf("the command line is called %q", got)
	}
	if got := names.Actor("chenming"); got != "chenming" {
		t.Errorf("an account is called %q", got)
	}
}

func TestABureauIsCalledAsPeopleCallIt(t *testing.T) {
	for code, want := range map[string]string{"320116": "六合区税务局", "320100": "南京市税务局", "320000": "江苏省税务局", "000000": "国家税务总局", "329999": "329999", "": "未登记"} {
		if got := NewNames(i18n.For("zh")).Bureau(code); got != want {
			t.Errorf("the bureau of %q is called %q, want %q", code, got, want)
		}
	}
	if got := NewNames(i18n.For("en")).Bureau("320100"); got != "tax bureau of Nanjing" {
		t.Errorf("in English: %q", got)
	}
}

func TestBodiesThatAreNoEnterprisesAreNotClassed(t *testing.T) {
	names := NewNames(i18n.For("zh"))
	for _, c := range []struct{ size, kind, want string }{
		{"unknown", "institution", "不划型"}, {"unknown", "organization", "不划型"}, {"unknown", "enterprise", "未划型"},
		{"unknown", "self_employed", "未划型"}, {"small", "enterprise", "小型"}, {"micro", "organization", "微型"},
	} {
		if got := names.UnitSize(c.size, c.kind); got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.size, c.kind, got, c.want)
		}
	}
}
