package figures

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// crossMember adds to a member's page its crossing of two dimensions, and the months of its parts; of one that has no
// parts, those of its like.
func (s pages) crossMember(ctx context.Context, c *fiber.Ctx, m *memberAnswer) error {
	own, f := &m.figures.Own, &m.figures
	if m.cross != "" {
		cross, err := s.crossing(ctx, c, m.Asked, *own, crossSides[m.cross])
		if err != nil {
			return err
		}
		f.Cross = &cross
	}
	a, of := m.Asked, own
	if !dashboards.HasParts(own.Overview, f.By, f.Key) {
		if f.Parent == nil || f.Parent.Hidden.All() {
			return nil
		}
		a, of = *m.parent, f.Parent
	}
	months, err := s.crossing(ctx, c, a, *of, [2]string{f.By, queries.ByMonth})
	f.Months, f.MonthsBy, f.MonthsOf = &months, f.By, of
	return err
}

// crossing is a view added up by two dimensions, as the reader may see it beside what the page shows of the view.
func (s pages) crossing(ctx context.Context, c *fiber.Ctx, a view.Asked, shown dashboards.Reading, sides [2]string) (dashboards.Crossing, error) {
	cross, err := cache.Kept(ctx, s.Kept, a.Question("cross", sides[:]...), func(ctx context.Context) (queries.Cross, uint32, error) {
		cross, err := s.Config.Cross(ctx, a.Scope, a.View, sides[0], sides[1])
		return cross, cross.Run, err
	})
	if err != nil {
		return dashboards.Crossing{}, err
	}
	if cross.Run != shown.Overview.Stamp.Run { // another run was published in between
		return dashboards.Crossing{}, kit.Status(fiber.StatusServiceUnavailable, problem.New("web_run_changed"))
	}
	hidden, err := s.HiddenFrom(ctx, c, a)
	return dashboards.ConcealCrossing(shown.Overview, hidden, cross), err
}
