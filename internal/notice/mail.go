package notice

import (
	"context"
	"errors"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"jianfu/internal/alert"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// mostInMail is how many notices a mail lists; the page lists them all.
const mostInMail = 50

// mailer sends mail. It names issues by number and day alone: what a mail says, leaves the house. Of figures it says what somebody watches.
type mailer struct {
	settings Mail
	address  string
	client   *mail.Client
}

func newMailer(m Mail, address string) (*mailer, error) {
	if m.Server == "" {
		return nil, badSetting("server", m.Server)
	}
	if _, err := netmail.ParseAddress(m.From); err != nil {
		return nil, badSetting("from", m.From)
	}
	proof, err := tlsFor(m.Server, m.CAFile)
	if err != nil {
		return nil, err
	}
	options := []mail.Option{mail.WithTimeout(longestTry / 2), mail.WithTLSConfig(proof)}
	switch m.Security {
	case "", "starttls":
		options = append(options, mail.WithTLSPortPolicy(mail.TLSMandatory))
	case "tls":
		options = append(options, mail.WithSSLPort(false))
	case "none":
		options = append(options, mail.WithTLSPortPolicy(mail.NoTLS))
	default:
		return nil, badSetting("security", m.Security)
	}
	if m.Port != 0 {
		options = append(options, mail.WithPort(m.Port))
	}
	if m.User != "" {
		password, err := secretIn("password_file", m.PasswordFile)
		if err != nil {
			return nil, err
		}
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.User), mail.WithPassword(password))
	}
	client, err := mail.NewClient(m.Server, options...)
	if err != nil {
		return nil, badSetting("mail", err.Error())
	}
	return &mailer{m, address, client}, nil
}

func (m *mailer) name() string { return "mail" }

// wants what the account has asked to be mailed, from when it asked on.
func (m *mailer) wants(s queries.NoticeSettings, one queries.PendingNotice) bool {
	return s.Mail != "" && slices.Contains(MailKinds, Kind(one.Kind)) && slices.Contains(s.Kinds, one.Kind) && !one.CreatedAt.Before(s.ChangedAt) && permitted(m.settings.Domains, s.Mail)
}

// permitted tells whether mail may go to an address.
func permitted(domains []string, address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	return len(domains) == 0 || slices.ContainsFunc(domains, func(d string) bool { return strings.EqualFold(d, domain) })
}

// send sends a batch as one mail. Its Message-ID follows from the batch, so that the same mail sent twice, by a server that
// died before it could note the first, is known for the same.
func (m *mailer) send(ctx context.Context, b batch) error {
	err := m.post(ctx, m.letter(b))
	if failure, ok := errors.AsType[Failure](err); ok && failure.For == NoRecipient {
		return refused{err}
	}
	return err
}

// letter is a batch in words.
func (m *mailer) letter(b batch) Letter {
	p := i18n.For(b.Settings.Language)
	lines := []string{p.T("notice.mail.opening"), ""}
	for _, one := range b.Notices[:min(len(b.Notices), mostInMail)] {
		lines = append(lines, line(one, p))
		if link := linkTo(m.address, one); link != "" {
			lines = append(lines, "  "+link)
		}
	}
	if rest := len(b.Notices) - mostInMail; rest > 0 {
		lines = append(lines, p.N("notice.mail.rest", rest))
	}
	lines = append(lines, "", p.T("notice.mail.closing"), "")
	return Letter{ID: b.ID, To: b.Settings.Mail, At: b.At, Subject: p.N("notice.mail.subject", len(b.Notices)), Lines: lines}
}

// line is what a mail says of a notice: of an issue number and day alone, of an alert the figures that the reader watches.
func line(one queries.PendingNotice, p *i18n.Printer) string {
	what := one.Number
	if told, err := alert.ReadTold(one.Facts); Kind(one.Kind) == Alert && err == nil {
		what = told.Text(p)
	} else if text := ReportText(one.Kind, one.Facts, p); text != "" {
		what = text
	}
	return p.T("notice.mail.line", "kind", p.T("notice.kind."+one.Kind), "number", what, "due", dateOf(one.Due))
}

// MailAddress reads the address that somebody wants mail at: one address without a name, to one of the permitted domains.
func (o Options) MailAddress(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	parsed, err := netmail.ParseAddress(text)
	if err != nil || parsed.Name != "" || parsed.Address != text || len(text) > 254 {
		return "", badAddress(text)
	}
	if o.Mail != nil && !permitted(o.Mail.Domains, text) {
		return "", foreignAddress(text, o.Mail.Domains)
	}
	return text, nil
}

// stamped is a time as mails and calls have it.
func stamped(t time.Time) string { return t.UTC().Format(time.RFC3339) }
