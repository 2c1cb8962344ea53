package issues

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/problem"
	"jianfu/internal/typed"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/internal/workday"
)

// newIssueJSON is the body of POST /api/v1/issues; the words are those of the form.
type newIssueJSON struct {
	Source   string `json:"source" choice:"issue_source"`
	Nature   string `json:"nature" choice:"issue_nature"`
	Category string `json:"category" choice:"issue_category"`
	Severity string `json:"severity" choice:"issue_severity"`
	Title    string `json:"title"`
	Text     string `json:"text,omitempty"`
	UnitID   string `json:"unit_id,omitempty"`
	Region   string `json:"region,omitempty"` // of an issue without a unit; else that of the unit
	Contact  string `json:"contact,omitempty"`
	RaisedOn string `json:"raised_on,omitempty"` // today where it is left out
	Level    string `json:"level,omitempty"`     // of the bureau that it goes to: own, city, province
}

// RegisteredIssueJSON is the answer.
type RegisteredIssueJSON struct {
	Number  string `json:"number"`
	Issue   string `json:"issue"`              // address
	Already bool   `json:"already_registered"` // by an earlier request with the same key
}

// registerIssue is POST /api/v1/issues: a program registers an issue. Under one key it is registered once, so that a program
// that got no answer can ask again.
func (s pages) registerIssue(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	key := c.Get(kit.IdempotencyHeader)
	if !kit.IdempotencyKey.MatchString(key) {
		return kit.Status(fiber.StatusBadRequest, problem.New("web_idempotency_key"))
	}
	body, err := readNewIssue(c)
	if err != nil {
		return err
	}
	t := typedIssue{Source: body.Source, Nature: body.Nature, Category: body.Category, Severity: body.Severity, Title: typed.Line(body.Title),
		Text: typed.Words(body.Text), Contact: typed.Line(body.Contact), RaisedOn: cmp.Or(body.RaisedOn, workday.DateOf(s.Config.Now()).String()),
		Unit: strings.ToUpper(strings.TrimSpace(body.UnitID)), Region: body.Region, Level: body.Level}
	data, err := s.draft(ctx, c, &t)
	if err != nil {
		return refusedIssue(err)
	}
	issue, again, err := s.Config.Issues.OpenOnce(ctx, kit.AskerOf(c).Principal, key, data)
	if err != nil {
		return refusedIssue(err)
	}
	if !again {
		c.Status(fiber.StatusCreated)
	}
	c.Location(kit.APIRoot + view.IssuePath(issue.Number))
	return c.JSON(RegisteredIssueJSON{issue.Number, kit.APIRoot + view.IssuePath(issue.Number), again})
}

// readNewIssue reads the body. A field that is not known is a slip of the pen, and refused.
func readNewIssue(c *fiber.Ctx) (body newIssueJSON, err error) {
	kind, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), fiber.MIMEApplicationJSON) {
		return body, kit.Status(fiber.StatusUnsupportedMediaType, problem.New("web_json_type"))
	}
	decoder := json.NewDecoder(bytes.NewReader(c.Body()))
	decoder.DisallowUnknownFields()
	if err = decoder.Decode(&body); err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more than one value")
		}
	}
	if err != nil {
		return body, kit.Status(fiber.StatusBadRequest, problem.New("web_json_body", "detail", kit.Shortened(err.Error())))
	}
	return body, nil
}

// refusedIssue is the status of an issue that cannot be registered as it is.
func refusedIssue(err error) error {
	switch {
	case problem.Code(err) == "desk_key_used":
		return kit.Status(fiber.StatusConflict, err)
	case problem.Code(err) == "desk_region_hidden":
		return kit.Status(fiber.StatusForbidden, err)
	case kit.ForUser(err):
		return kit.Status(fiber.StatusUnprocessableEntity, err)
	}
	return err
}
