package attachment

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"

	"jianfu/internal/problem"
)

// mail looks at what a mail brings along: it may hold what may be attached by itself, and its own words.
func (in *inspection) mail(contents []byte, depth int) error {
	message, err := mail.ReadMessage(bytes.NewReader(contents))
	if err != nil { // a text that is called a mail
		return nil
	}
	return in.part(textproto.MIMEHeader(message.Header), message.Body, depth)
}

// part is one part of a mail, or several in one.
func (in *inspection) part(header textproto.MIMEHeader, body io.Reader, depth int) error {
	if depth >= deepest {
		return in.holds(".eml")
	}
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, parameters["boundary"])
		for range mostEntries {
			part, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return problem.Wrap(err, "attachment_disguised", "name", in.file, "type", kind)
			}
			if err := in.part(part.Header, part, depth+1); err != nil {
				return err
			}
		}
		return problem.New("attachment_archive_large", "name", in.file, "most", mostEntries)
	}
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	most := min(in.left, Largest)
	contents, err := io.ReadAll(io.LimitReader(body, most+1))
	if int64(len(contents)) > most {
		return problem.New("attachment_bomb", "name", in.file, "most", largestUnpacked>>20)
	}
	in.left -= int64(len(contents))
	name := partName(header, parameters)
	switch {
	case err != nil:
		return problem.Wrap(err, "attachment_disguised", "name", in.file, "type", kind)
	case kind == "message/rfc822":
		return in.mail(contents, depth+1)
	case name == "" && (kind == "text/plain" || kind == "text/html") || len(contents) == 0:
		return nil
	}
	if _, err = in.typeOf(CleanName(name), contents, depth+1); problem.Code(err) == "attachment_type" || problem.Code(err) == "attachment_disguised" {
		return in.holds(name)
	}
	return err
}

// partName is what a part of a mail is called, in whatever way it says so.
func partName(header textproto.MIMEHeader, parameters map[string]string) string {
	name := parameters["name"]
	if _, disposition, err := mime.ParseMediaType(header.Get("Content-Disposition")); err == nil && disposition["filename"] != "" {
		name = disposition["filename"]
	}
	decoder := mime.WordDecoder{CharsetReader: func(string, io.Reader) (io.Reader, error) { return nil, errors.New("as it is") }}
	if decoded, err := decoder.DecodeHeader(name); err == nil {
		return decoded
	}
	return name
}
