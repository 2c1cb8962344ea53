package config

import (
	"os"
	"path/filepath"
	"testing"

	"jianfu/internal/problem"
)

func TestTheSettingsOfReminders(t *testing.T) {
	for name, c := range map[string]struct {
		text, code string
		want       func(Reminders) bool
	}{
		"all of them are read": {"address: https://j\nmail: {server: mail, port: 25, security: none, user: u, password_file: p, from: j@b, domains: [b], ca_file: c}\n" +
			"webhook: {url: https://h, secret_file: s, ca_file: c}\n", "", func(r Reminders) bool {
			return r.Address == "https://j" && r.Mail.Server == "mail" && r.Mail.Port == 25 && r.Mail.Domains[0] == "b" && r.Webhook.URL == "https://h"
		}},
		"what is not set is left out":            {"address: https://j\n", "", func(r Reminders) bool { return r.Mail == nil && r.Webhook == nil }},
		"a setting that there is not is refused": {"mail: {password: secret}\n", "config_file", nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "reminders.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := ReadReminders(path)
			if problem.Code(err) != c.code || c.want != nil && !c.want(r) {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}
