package kit

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
)

// Recorded lets act change something after the audit log has it; see audit.Log.Do.
func (s *Kit) Recorded(c *fiber.Ctx, act func(ctx context.Context) error, action audit.Action, object string, namesAndValues ...any) error {
	if s.Config.Audit == nil {
		return problem.New("access_denied", "right", access.AuditRead)
	}
	return s.Config.Audit.Do(c.UserContext(), audit.By(AskerOf(c).Principal, action, object, namesAndValues...), act)
}

// Listed notes in the audit log that a program was given a page of units, cases or issues, with names and amounts. What
// cannot be recorded is not given.
func (s *Kit) Listed(c *fiber.Ctx, what string, rows int) error {
	if rows == 0 || s.Config.Audit == nil {
		return nil
	}
	entry := audit.By(AskerOf(c).Principal, audit.Listed, what, "rows", rows, "filters", string(c.Request().URI().QueryString()))
	return s.Config.Audit.Append(c.UserContext(), entry)
}

// refusals are the problems of whoever asks for something that lies outside of his regions or rights, or is not there at all: the
// answer is the same. Those that the guard refuses are recorded by it.
var refusals = []string{"unit_not_found", "desk_no_issue", "desk_no_case", "desk_region_hidden", "ledger_not_you", "record_not_found", "web_withheld"}

// RecordRefusal notes in the audit log that somebody asked for an object that he is not given, or did what he may not.
func (s *Kit) RecordRefusal(c *fiber.Ctx, err error) {
	a := AskerOf(c)
	code := problem.Code(err)
	if !a.SignedIn() || !slices.Contains(refusals, code) {
		return
	}
	if err := s.recordDenied(c, a, "cause", code); err != nil {
		s.Config.Log.Error("a refusal was not recorded", "id", requestID(c), "error", err)
	}
}
