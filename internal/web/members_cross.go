package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/fault"
	"jianfu/queries"
)

// crossMember adds to a member's page its crossing of two dimensions, and the months of its parts; of one that has no
// parts, those of its like.
func (s *Server) crossMember(ctx context.Context, c *fiber.Ctx, m *memberAnswer) error {
	own, f := &m.figures.Own, &m.figures
	if m.cross != "" {
		cross, err := s.crossing(ctx, c, m.asked, *own, crossSides[m.cross])
		if err != nil {
			return err
		}
		f.Cross = &cross
	}
	a, of := m.asked, own
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
func (s *Server) crossing(ctx context.Context, c *fiber.Ctx, a asked, shown dashboards.Reading, sides [2]string) (dashboards.Crossing, error) {
	cross, err := kept(ctx, s.kept, a.question("cross", sides[:]...), func(ctx context.Context) (queries.Cross, uint32, error) {
		cross, err := s.config.Cross(ctx, a.scope, a.view, sides[0], sides[1])
		return cross, cross.Run, err
	})
	if err != nil {
		return dashboards.Crossing{}, err
	}
	if cross.Run != shown.Overview.Stamp.Run { // another run was published in between
		return dashboards.Crossing{}, status(fiber.StatusServiceUnavailable, fault.New("web_run_changed"))
	}
	hidden, err := s.hiddenFrom(ctx, c, a)
	return dashboards.ConcealCrossing(shown.Overview, hidden, cross), err
}
