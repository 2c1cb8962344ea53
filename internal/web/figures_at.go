package web

import (
	"context"
	"fmt"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/fault"
	"jianfu/queries"

	"github.com/gofiber/fiber/v2"
)

// figuresAt are the figures of the run that a page is about.
func (s *Server) figuresAt(ctx context.Context, a asked) (*queries.Figures, error) {
	f, err := kept(ctx, s.kept, question{Kind: "figures", Run: a.stamp.Run}, func(ctx context.Context) (*queries.Figures, uint32, error) {
		f, err := s.config.Figures(ctx)
		if err != nil {
			return nil, 0, err
		}
		return f, f.Run.ID, nil
	})
	if err == nil && f.Run.ID != a.stamp.Run { // another run was published in between
		return nil, status(fiber.StatusServiceUnavailable, fault.New("web_run_changed"))
	}
	return f, err
}

// leastOf is from how many persons on a reader sees figures of a unit: all, where he may see records of persons.
func (s *Server) leastOf(c *fiber.Ctx) uint64 {
	if askerOf(c).Principal.Can(access.FiguresRecord) {
		return 0
	}
	return uint64(s.config.LeastPersons) //nolint:gosec // a few
}

func (s *Server) unitList(ctx context.Context, f *queries.Figures, a asked, query queries.UnitQuery) (queries.UnitList, error) {
	return kept(ctx, s.kept, a.question("units", fmt.Sprintf("%#v", query)), func(ctx context.Context) (queries.UnitList, uint32, error) {
		list, err := f.Units(ctx, a.scope, a.view, query)
		return list, f.Run.ID, err
	})
}

// viewed records that somebody looked at a unit or at records of its persons. What cannot be recorded is not shown.
func (s *Server) viewed(c *fiber.Ctx, action audit.Action, object string, namesAndValues ...any) error {
	if s.config.Audit == nil {
		return fault.New("access_denied", "right", access.FiguresUnit)
	}
	return s.config.Audit.Append(c.UserContext(), audit.By(askerOf(c).Principal, action, object, namesAndValues...))
}
