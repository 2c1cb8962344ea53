package notice

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"os"
	"strings"

	"jianfu/internal/problem"
	"jianfu/queries"
)

// Options say how notices leave the house. Without mail and webhook they do not.
type Options struct {
	Address string   // of the server as its users reach it, https://jianfu.example; links in mails lead there
	Mail    *Mail    // nil for no mail
	Webhook *Webhook // nil for no webhook
}

// Mail is the bureau's mail server.
type Mail struct {
	Server       string
	Port         int
	Security     string   // starttls (the default), tls, or none for a server in the same house that speaks neither
	User         string   // "" for a server that asks for none
	PasswordFile string   // holds the password and nothing else
	From         string   // address of the sender
	Domains      []string // to which mail may go; empty for all
	CAFile       string   // certificates of the bureau's own authority, PEM; "" for the system's
	LinksOnly    bool     // whether mail of subscriptions has no files: figures stay in the house
}

// Webhook is the address of another system of the bureau that notices are handed to.
type Webhook struct {
	URL        string
	SecretFile string // holds the secret that calls are signed with
	CAFile     string // as with Mail
}

// channels are the ways out that are set.
func (o Options) channels() ([]channel, error) {
	var all []channel
	if o.Mail != nil {
		m, err := newMailer(*o.Mail, o.Address)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if o.Webhook != nil {
		w, err := newHook(*o.Webhook, o.Address)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// badSetting is the problem of a setting that cannot be.
func badSetting(name, value string) error {
	return problem.New("notice_setting", "name", name, "value", value)
}

func badAddress(address string) error { return problem.New("notice_bad_address", "value", address) }

func foreignAddress(address string, domains []string) error {
	return problem.New("notice_foreign_address", "value", address, "domains", strings.Join(domains, ", "))
}

// secretIn reads a file that holds a secret.
func secretIn(name, file string) (string, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return "", problem.Wrap(err, "notice_setting", "name", name, "value", file)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", badSetting(name, file)
	}
	return secret, nil
}

// tlsFor is how a server is proved to be the one that is meant.
func tlsFor(server, caFile string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: server}
	if caFile == "" {
		return config, nil
	}
	text, err := os.ReadFile(caFile) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, problem.Wrap(err, "notice_setting", "name", "ca_file", "value", caFile)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return nil, badSetting("ca_file", caFile)
	}
	return config, nil
}

// linkTo is where what a notice is about is shown; "" where the server's address is not set.
func linkTo(address string, one queries.PendingNotice) string {
	switch {
	case address == "":
		return ""
	case one.Address != "":
		return strings.TrimSuffix(address, "/") + one.Address
	}
	return strings.TrimSuffix(address, "/") + "/issues/" + url.PathEscape(one.Number)
}
