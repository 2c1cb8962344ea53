package notice

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Letter is a mail to one reader.
type Letter struct {
	ID      string // its Message-ID follows from it
	To      string
	At      time.Time
	Subject string
	Lines   []string
	Files   []File
}

// File is what goes with a letter.
type File struct {
	Name, Type string
	Content    []byte
}

// Cause is why a letter may not have arrived.
type Cause int

// The causes.
const (
	Later       Cause = iota // the mail server does not have it; another try may help
	NoRecipient              // the mail server says that there is no such recipient
	Unclear                  // it was handed over whole, and no answer came: it may have arrived
)

// Failure is a letter that may not have arrived.
type Failure struct {
	For Cause
	Err error
}

func (f Failure) Error() string { return f.Err.Error() }

func (f Failure) Unwrap() error { return f.Err }

// Post sends letters by the bureau's mail server.
type Post struct{ mailer *mailer }

// Post is the way for letters, where there is mail.
func (o Options) Post() (*Post, error) {
	m, err := newMailer(*o.Mail, o.Address)
	if err != nil {
		return nil, err
	}
	return &Post{m}, nil
}

// Send sends a letter. What goes wrong is a Failure. A recipient outside of the domains that mail may go to is none.
func (p *Post) Send(ctx context.Context, l Letter) error {
	if !permitted(p.mailer.settings.Domains, l.To) {
		return Failure{NoRecipient, foreignAddress(l.To, p.mailer.settings.Domains)}
	}
	ctx, cancel := context.WithTimeout(ctx, longestTry)
	defer cancel()
	return p.mailer.post(ctx, l)
}

// post hands a letter to the mail server.
func (m *mailer) post(ctx context.Context, l Letter) error {
	message, err := m.message(l)
	if err != nil {
		return Failure{NoRecipient, err}
	}
	connection, err := m.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return Failure{Later, err}
	}
	err = m.client.SendWithSMTPClient(connection, message)
	_ = m.client.CloseWithSMTPClient(connection) // the server has answered for the mail already
	if err == nil {
		return nil
	}
	failure, ok := errors.AsType[*mail.SendError](err)
	switch {
	case ok && failure.Reason == mail.ErrSMTPRcptTo && !failure.IsTemp():
		return Failure{NoRecipient, err}
	case ok && failure.Reason == mail.ErrSMTPDataClose && failure.ErrorCode() == 0: // no answer of the server, neither yes nor no
		return Failure{Unclear, err}
	}
	return Failure{Later, err}
}

func (m *mailer) message(l Letter) (*mail.Msg, error) {
	message := mail.NewMsg()
	if err := message.From(m.settings.From); err != nil {
		return nil, err
	}
	if err := message.To(l.To); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(message.GetFromString()[0], "@")
	message.SetMessageIDWithValue(l.ID + "@" + strings.TrimRight(domain, ">"))
	message.SetDateWithValue(l.At)
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetUserAgent("jianfu")
	message.Subject(l.Subject)
	message.SetBodyString(mail.TypeTextPlain, strings.Join(l.Lines, "\r\n"))
	for _, f := range l.Files {
		if err := message.AttachReader(f.Name, bytes.NewReader(f.Content), mail.WithFileContentType(mail.ContentType(f.Type))); err != nil {
			return nil, err
		}
	}
	return message, nil
}
