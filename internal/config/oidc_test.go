package config

import (
	"os"
	"path/filepath"
	"testing"

	"jianfu/internal/problem"
)

func TestTheSettingsOfTheSignOn(t *testing.T) {
	for name, c := range map[string]struct {
		text, code string
		want       func(OIDC) bool
	}{
		"all of them are read": {"issuer: https://sso\nclient_id: jianfu\nsecret_file: s\nredirect_url: https://j/login/oidc/callback\nscopes: [profile, groups]\n" +
			"claims: {account: uid, roles: realm_access.roles}\nroles: {dc: inspector}\nregions: {sz: '320500'}\n", "", func(o OIDC) bool {
			return o.Issuer == "https://sso" && o.Claims.Roles == "realm_access.roles" && o.Roles["dc"] == "inspector" && o.Regions["sz"] == "320500" && len(o.Scopes) == 2
		}},
		"a setting that there is not is refused": {"isuer: https://sso\n", "config_file", nil},
		"a file that is no YAML is refused":      {"{", "config_file", nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "oidc.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			o, err := ReadOIDC(path)
			if problem.Code(err) != c.code || c.want != nil && !c.want(o) {
				t.Errorf("%+v, %v", o, err)
			}
		})
	}
	if _, err := ReadOIDC(filepath.Join(t.TempDir(), "none")); problem.Code(err) != "config_file" {
		t.Errorf("a file that is not there: %v", err)
	}
}
