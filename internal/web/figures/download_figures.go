package figures

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// overviewDownload is /download/overview/<table>.csv and .xlsx.
func (s pages) overviewDownload(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return err
	}
	contents := a.contents()
	id, _ := view.FormatOf(c)
	table, found := contents.Table(id)
	if !found {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	if contents.Withheld {
		return kit.Status(fiber.StatusForbidden, problem.New("web_withheld", "least", a.hidden.Least))
	}
	return s.TakeTable(c, a.Asked, contents.Title, contents.Place, contents.Note, table)
}
