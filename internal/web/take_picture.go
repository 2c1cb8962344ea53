package web

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/fault"
	"jianfu/internal/i18n"
)

// blockForm is what the id of a part of a page looks like.
var blockForm = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

// longestTitle is how much of a title the audit log takes, in characters.
const longestTitle = 120

// pictureMark is what a picture bears besides its figures.
type pictureMark struct {
	Watermark []string `json:"watermark"` // across it
	Lines     []string `json:"lines"`     // below it
}

// takePicture is POST /picture: somebody takes a chart away as a picture. The picture is made in the browser, of what it
// shows already, and is not sent here; but like any file it is not had without a reason, and it is in the audit log
// before it is made.
func (s *Server) takePicture(c *fiber.Ctx) error {
	p, a := i18n.For(s.here(c).lang), askerOf(c)
	reason, err := audit.Reason(reasonOf(c))
	if err != nil {
		return status(fiber.StatusBadRequest, err)
	}
	format, block, title, page := form(c, "format"), form(c, "block"), form(c, "title"), form(c, "page")
	switch {
	case !slices.Contains(pictureFormats, format):
		return status(fiber.StatusBadRequest, badChoice("format", format, pictureFormats))
	case !blockForm.MatchString(block):
		return status(fiber.StatusBadRequest, fault.New("web_bad_form", "name", "block", "value", shortened(block), "example", "regions"))
	case title == "" || utf8.RuneCountInString(title) > longestTitle:
		return status(fiber.StatusBadRequest, fault.New("web_bad_form", "name", "title", "value", shortened(title), "example", p.T("web.block.regions")))
	case page == "" || page != returnTo(page):
		return status(fiber.StatusBadRequest, fault.New("web_bad_form", "name", "page", "value", shortened(page), "example", "/?payer=both"))
	}
	if s.config.Audit == nil {
		return fault.New("access_denied", "right", access.Export)
	}
	entry := audit.By(a.Principal, audit.Exported, block, "format", format, "title", title, "page", page,
		"scope", strings.Join(a.Principal.Regions(), " ")).Because(reason)
	if err := s.config.Audit.Append(c.UserContext(), entry); err != nil {
		return err
	}
	now := dashboards.Moment(s.config.Now())
	return c.JSON(pictureMark{
		Watermark: []string{p.T("web.csv.watermark"), a.Account.Name + " " + a.Account.Account, now},
		Lines: []string{
			p.T("web.csv.watermark") + p.T("web.colon") + p.T("web.csv.watermark_value", "name", a.Account.Name, "account", a.Account.Account, "at", now),
			p.T("web.csv.reason") + p.T("web.colon") + reason,
		},
	})
}
