package view

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/audit"
	"jianfu/internal/web/kit"
)

// TakeFile is takeAway for a file that must stay as it is, because a program reads it again: it bears no mark. The reason
// is asked for and the audit log has it all the same.
func (s *Kit) TakeFile(c *fiber.Ctx, t Taking, name, contentType string, content []byte, rows int) error {
	reason, err := audit.Reason(ReasonOf(c))
	if err != nil {
		return s.askReason(c, t, err)
	}
	if err := s.recordExport(c, kit.AskerOf(c), t, reason, "file", rows); err != nil {
		return err
	}
	attach(c, "file", name)
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(content)
}
