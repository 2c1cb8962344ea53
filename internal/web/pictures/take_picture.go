package pictures

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// blockForm is what the id of a part of a page looks like.
var blockForm = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

// LongestTitle is how much of a title the audit log takes, in characters.
const LongestTitle = 120

// PictureMark is what a picture bears besides its figures.
type PictureMark struct {
	Watermark []string `json:"watermark"` // across it
	Lines     []string `json:"lines"`     // below it
}

// takePicture is POST /picture: somebody takes a chart away as a picture. The picture is made in the browser, of what it
// shows already, and is not sent here; but like any file it is not had without a reason, and it is in the audit log
// before it is made.
func (s pages) takePicture(c *fiber.Ctx) error {
	p, a := i18n.For(s.Here(c).Lang), kit.AskerOf(c)
	reason, err := audit.Reason(view.ReasonOf(c))
	if err != nil {
		return kit.Status(fiber.StatusBadRequest, err)
	}
	format, block, title, page := kit.Form(c, "format"), kit.Form(c, "block"), kit.Form(c, "title"), kit.Form(c, "page")
	switch {
	case !slices.Contains(kit.PictureFormats, format):
		return kit.Status(fiber.StatusBadRequest, kit.BadChoice("format", format, kit.PictureFormats))
	case !blockForm.MatchString(block):
		return kit.Status(fiber.StatusBadRequest, problem.New("web_bad_form", "name", "block", "value", kit.Shortened(block), "example", "regions"))
	case title == "" || utf8.RuneCountInString(title) > LongestTitle:
		return kit.Status(fiber.StatusBadRequest, problem.New("web_bad_form", "name", "title", "value", kit.Shortened(title), "example", p.T("web.block.regions")))
	case page == "" || page != kit.ReturnTo(page):
		return kit.Status(fiber.StatusBadRequest, problem.New("web_bad_form", "name", "page", "value", kit.Shortened(page), "example", "/?payer=both"))
	}
	if s.Config.Audit == nil {
		return problem.New("access_denied", "right", access.Export)
	}
	entry := audit.By(a.Principal, audit.Exported, block, "format", format, "title", title, "page", page,
		"scope", strings.Join(a.Principal.Regions(), " ")).Because(reason)
	if err := s.Config.Audit.Append(c.UserContext(), entry); err != nil {
		return err
	}
	now := dashboards.Moment(s.Config.Now())
	return c.JSON(PictureMark{
		Watermark: []string{p.T("web.csv.watermark"), a.Account.Name + " " + a.Account.Account, now},
		Lines: []string{
			p.T("web.csv.watermark") + p.T("web.colon") + p.T("web.csv.watermark_value", "name", a.Account.Name, "account", a.Account.Account, "at", now),
			p.T("web.csv.reason") + p.T("web.colon") + reason,
		},
	})
}
