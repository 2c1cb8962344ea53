package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/fault"
)

// overviewDownload is /download/overview/<table>.csv and .xlsx.
func (s *Server) overviewDownload(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return err
	}
	contents := a.contents()
	id, _ := formatOf(c)
	table, found := contents.Table(id)
	if !found {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	if contents.Withheld {
		return status(fiber.StatusForbidden, fault.New("web_withheld", "least", a.hidden.Least))
	}
	return s.takeTable(c, a.asked, contents.Title, contents.Place, contents.Note, table)
}
