package kit

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
)

// waiting says on every page what was loaded and is not in its figures yet, to who may see figures; nil where nothing waits. It
// leads to the loads, where the reader may see them.
func (s *Kit) waiting(c *fiber.Ctx, p *i18n.Printer, f Frame) *Link {
	asker := AskerOf(c)
	if !asker.Principal.Can(access.FiguresAggregate) || asker.MustChange || c.Response().StatusCode() >= fiber.StatusBadRequest {
		return nil
	}
	ctx, cancel := Asking(c)
	defer cancel()
	stamp, err := s.Stamp(ctx, asker.Principal.Scope(access.FiguresAggregate))
	if err != nil || stamp.Waiting == nil { // a page that needs figures says itself why there are none
		return nil
	}
	found := &Link{Text: dashboards.Waiting(p, stamp)}
	if asker.Principal.Can(access.LoadsRead) {
		found.Address = f.At("/loads")
	}
	return found
}
