package view

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// FiguresAt are the figures of the run that a page is about.
func (s *Kit) FiguresAt(ctx context.Context, a Asked) (*queries.Figures, error) {
	f, err := cache.Kept(ctx, s.Kept, cache.Question{Kind: "figures", Run: a.Stamp.Run}, func(ctx context.Context) (*queries.Figures, uint32, error) {
		f, err := s.Config.Figures(ctx)
		if err != nil {
			return nil, 0, err
		}
		return f, f.Run.ID, nil
	})
	if err == nil && f.Run.ID != a.Stamp.Run { // another run was published in between
		return nil, kit.Status(fiber.StatusServiceUnavailable, problem.New("web_run_changed"))
	}
	return f, err
}

// LeastOf is from how many persons on a reader sees figures of a unit: all, where he may see records of persons.
func (s *Kit) LeastOf(c *fiber.Ctx) uint64 {
	if kit.AskerOf(c).Principal.Can(access.FiguresRecord) {
		return 0
	}
	return uint64(s.Config.LeastPersons) //nolint:gosec // a few
}

// UnitList asks for a page of units, kept.
func (s *Kit) UnitList(ctx context.Context, f *queries.Figures, a Asked, query queries.UnitQuery) (queries.UnitList, error) {
	return cache.Kept(ctx, s.Kept, a.Question("units", fmt.Sprintf("%#v", query)), func(ctx context.Context) (queries.UnitList, uint32, error) {
		list, err := f.Units(ctx, a.Scope, a.View, query)
		return list, f.Run.ID, err
	})
}

// Viewed records that somebody looked at a unit or at records of its persons. What cannot be recorded is not shown.
func (s *Kit) Viewed(c *fiber.Ctx, action audit.Action, object string, namesAndValues ...any) error {
	if s.Config.Audit == nil {
		return problem.New("access_denied", "right", access.FiguresUnit)
	}
	return s.Config.Audit.Append(c.UserContext(), audit.By(kit.AskerOf(c).Principal, action, object, namesAndValues...))
}
