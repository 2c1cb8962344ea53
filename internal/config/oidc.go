// Package config reads the settings that are too many for flags from files that an operator writes: the bureau's name and
// address, its own sign-on, and how notices leave the house. cmd/jianfu reads them and hands them to the part that they are for; this package knows none of those parts.
package config

import (
	"bytes"
	"os"

	"github.com/goccy/go-yaml"

	"jianfu/internal/problem"
)

// OIDC says how the bureau's own sign-on (OpenID Connect) is reached and what its claims mean here.
type OIDC struct {
	Issuer      string   `yaml:"issuer"`       // https://…
	ClientID    string   `yaml:"client_id"`    // as the issuer knows us
	SecretFile  string   `yaml:"secret_file"`  // file that holds the client's secret; empty for a public client
	RedirectURL string   `yaml:"redirect_url"` // https://our-host/login/oidc/callback
	Scopes      []string `yaml:"scopes"`       // besides openid; default profile

	// Names of claims; a path such as realm_access.roles is taken too.
	Claims struct {
		Account string `yaml:"account"` // default preferred_username
		Name    string `yaml:"name"`    // default name
		Roles   string `yaml:"roles"`   // default roles
		Regions string `yaml:"regions"` // default regions
	} `yaml:"claims"`

	Roles   map[string]string `yaml:"roles"`   // value of the claim to a role of ours
	Regions map[string]string `yaml:"regions"` // value of the claim to a region code; empty: the values are codes
}

// ReadOIDC reads the settings of the sign-on.
func ReadOIDC(path string) (OIDC, error) { return read[OIDC](path) }

// read reads a file of settings. A setting that there is not is a problem: a slip would open or close doors.
func read[T any](path string) (T, error) {
	var settings, none T
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return none, problem.Wrap(err, "config_file", "file", path)
	}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.DisallowUnknownField()).Decode(&settings); err != nil {
		return none, problem.Wrap(err, "config_file", "file", path)
	}
	return settings, nil
}
