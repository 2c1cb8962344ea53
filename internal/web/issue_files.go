package web

import (
	"context"
	"fmt"
	"io"
	"mime"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"jianfu/internal/access"
	"jianfu/internal/attachment"
	"jianfu/internal/audit"
	"jianfu/internal/evidence"
	"jianfu/internal/fault"
	"jianfu/internal/ledger"
)

// How large the body of a request may be: a form without files, a form with the longest words, each character of which a
// browser sends as nine, and a form with a file and its words.
const (
	largestForm   = 64 << 10
	largestWords  = 256 << 10
	largestUpload = attachment.Largest + largestWords
	uploadTime    = 2 * time.Minute
)

// issueForms are the addresses that take long words, and those of an issue a file besides.
var issueForms = regexp.MustCompile(`^/issues/(new|[0-9-]+/[a-z_]+)$`)

// bodyLimit says how much of a request is read, before anything of it is: only who comes with a session is asked for files.
func bodyLimit(header *fasthttp.RequestHeader) fasthttp.RequestConfig {
	path, _, _ := strings.Cut(string(header.RequestURI()), "?")
	if !header.IsPost() || !issueForms.MatchString(path) {
		return fasthttp.RequestConfig{}
	}
	kind, _, _ := mime.ParseMediaType(string(header.ContentType()))
	if kind == fiber.MIMEMultipartForm && (len(header.Cookie(sessionCookie)) > 0 || len(header.Cookie("__Host-"+sessionCookie)) > 0) {
		return fasthttp.RequestConfig{MaxRequestBodySize: largestUpload, ReadTimeout: uploadTime}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: largestWords}
}

// takeIn keeps the file that came with a form; nil where none did.
func (s *Server) takeIn(ctx context.Context, c *fiber.Ctx) (*ledger.File, error) {
	multipart, err := c.Context().MultipartForm()
	if err != nil { // a form without files
		return nil, nil
	}
	for _, header := range multipart.File["file"] {
		if header.Filename == "" {
			continue
		}
		contents, err := header.Open()
		if err != nil {
			return nil, fmt.Errorf("open an upload: %w", err)
		}
		file, err := s.config.Attachments.Save(ctx, header.Filename, contents)
		_ = contents.Close() // it was read
		if err != nil {
			return nil, err
		}
		return &file, nil
	}
	return nil, nil
}

// attached attaches the file that came with an action, as a step of its own before it, and tells at which step the issue is then.
// Nothing is kept of an action that could not be done anyway.
func (s *Server) attached(ctx context.Context, c *fiber.Ctx, a *issueAsked, t *typedAction, data ledger.Data) (uint32, error) {
	if !slices.Contains([]ledger.Action{ledger.Attach, ledger.Reply, ledger.Comment}, t.Action) { // forms without files
		return t.Seq, nil
	}
	if t.Action != ledger.Attach && t.Seq == a.shown.Seq { // else it is refused as out of date below
		if _, _, err := a.shown.Issue.Do(actor(c), ledger.Event{Action: t.Action, At: a.shown.ChangedAt, Words: t.Words, Data: data}); err != nil {
			return t.Seq, err
		}
	}
	file, err := s.takeIn(ctx, c)
	if err != nil || file == nil && t.Action != ledger.Attach {
		return t.Seq, err
	}
	words := ""
	if t.Action == ledger.Attach {
		words = t.Words
	}
	next, err := s.config.Desk.Act(ctx, askerOf(c).Principal, a.shown.ID, t.Seq, ledger.Attach, words, ledger.Data{File: file, Mentions: data.Mentions})
	if err != nil {
		return t.Seq, err
	}
	return next.Seq, s.changedIssue(c, next, ledger.Attach, "sha256", file.SHA256)
}

// changedIssue records a step of an issue in the audit log.
func (s *Server) changedIssue(c *fiber.Ctx, issue ledger.Issue, action ledger.Action, namesAndValues ...any) error {
	details := append([]any{"event", string(action), "seq", issue.Seq, "state", string(issue.State)}, namesAndValues...)
	return s.config.Audit.Append(c.UserContext(), audit.By(askerOf(c).Principal, audit.IssueChanged, issue.Number, details...))
}

// issueFile is /download/issues/:number/files/:hash: an attachment as it was uploaded.
func (s *Server) issueFile(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	a, err := s.askIssue(ctx, c)
	if err != nil {
		return err
	}
	for _, file := range a.shown.Files {
		if file.SHA256 != c.Params("hash") || s.config.Attachments == nil {
			continue
		}
		if asker := askerOf(c); file.Type == evidence.Type && !asker.Principal.Can(access.FiguresRecord) { // it holds records of persons
			return s.denied(c, asker, access.FiguresRecord)
		}
		contents, err := s.config.Attachments.Open(ctx, file.SHA256)
		if err != nil {
			return err
		}
		read, err := io.ReadAll(contents)
		if err != nil {
			return fmt.Errorf("read attachment %s: %w", file.SHA256, err)
		}
		return s.takeFile(c, taking{id: a.path()[1:] + "/files/" + file.SHA256, title: file.Name, raw: true}, file.Name, file.Type, read, 1)
	}
	return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
}
