package issues

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/attachment"
	"jianfu/internal/evidence"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// paramFileName tells which of several names of the same contents is meant.
const paramFileName = "name"

// takeIn keeps the file that came with a form for an issue; nil where none did.
func (s pages) takeIn(ctx context.Context, c *fiber.Ctx, issue *ledger.Issue) (*ledger.File, error) {
	multipart, err := c.Context().MultipartForm()
	if err != nil { // a form without files
		return nil, nil
	}
	for _, header := range multipart.File["file"] {
		if header.Filename == "" {
			continue
		}
		if err := s.Config.Attachments.Room(ctx, kit.AskerOf(c).Principal.Actor(), issue.Files, header.Size); err != nil {
			return nil, err
		}
		contents, err := header.Open()
		if err != nil {
			return nil, fmt.Errorf("open an upload: %w", err)
		}
		file, err := s.Config.Attachments.Save(ctx, header.Filename, contents)
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
func (s pages) attached(ctx context.Context, c *fiber.Ctx, a *issueAsked, t *typedAction, data ledger.Data) (uint32, error) {
	if !slices.Contains([]ledger.Action{ledger.Attach, ledger.Reply, ledger.Comment}, t.Action) { // forms without files
		return t.Seq, nil
	}
	if t.Action != ledger.Attach && t.Seq == a.shown.Seq { // else it is refused as out of date below
		if _, _, err := a.shown.Issue.Do(actor(c), ledger.Event{Action: t.Action, At: a.shown.ChangedAt, Words: t.Words, Data: data}); err != nil {
			return t.Seq, err
		}
	}
	file, err := s.takeIn(ctx, c, &a.shown.Issue)
	if err != nil || file == nil && t.Action != ledger.Attach {
		return t.Seq, err
	}
	words := ""
	if t.Action == ledger.Attach {
		words = t.Words
	}
	next, err := s.Config.Issues.Act(ctx, kit.AskerOf(c).Principal, a.shown.ID, t.Seq, ledger.Attach, words, ledger.Data{File: file, Mentions: data.Mentions})
	if err != nil {
		return t.Seq, err
	}
	return next.Seq, nil
}

// issueFile is /download/issues/:number/files/:hash: an attachment as it was uploaded. The same contents may have been
// attached under several names, of which the address says one.
func (s pages) issueFile(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askIssue(ctx, c)
	if err != nil {
		return err
	}
	for _, file := range a.shown.Files {
		if name := c.Query(paramFileName); file.SHA256 != c.Params("hash") || name != "" && file.Name != name || s.Config.Attachments == nil {
			continue
		}
		if asker := kit.AskerOf(c); file.Type == evidence.Type && !asker.Principal.Can(access.FiguresRecord) { // it holds records of persons
			return s.Denied(c, asker, access.FiguresRecord)
		}
		contents, err := s.Config.Attachments.Open(ctx, file.SHA256)
		if err != nil {
			return err
		}
		read, err := io.ReadAll(contents)
		if err != nil {
			return fmt.Errorf("read attachment %s: %w", file.SHA256, err)
		}
		if asker := kit.AskerOf(c); attachment.IsEvidence(read) && !asker.Principal.Can(access.FiguresRecord) { // from before packs were known
			return s.Denied(c, asker, access.FiguresRecord)
		}
		return s.TakeFile(c, view.Taking{ID: a.path()[1:] + "/files/" + file.SHA256, Title: file.Name, Raw: true}, file.Name, file.Type, read, 1)
	}
	return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
}
