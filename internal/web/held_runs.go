package web

import (
	"context"
	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/queries"
	"strconv"

	"github.com/gofiber/fiber/v2"
)

// heldView is a run that waits to be confirmed, as the page shows it to who may.
type heldView struct {
	Number, Title, Pack, Made string
	Reasons                   []string
}

// heldViews are the runs that wait. What they differ by is of the whole store, so that only who is given all of it sees them.
func (s *Server) heldViews(ctx context.Context, c *fiber.Ctx, p *i18n.Printer) ([]heldView, error) {
	reader := askerOf(c).Principal
	if s.config.HeldRuns == nil || !reader.Can(access.LoadsWrite) || !reader.Scope(access.LoadsWrite).Allows("000000") && !s.wholeStore(ctx, c) {
		return nil, nil
	}
	waiting, err := s.config.Queries.WaitingRuns(ctx)
	if err != nil {
		return nil, err
	}
	var views []heldView
	for _, h := range waiting {
		views = append(views, heldView{Number: strconv.FormatUint(uint64(h.ID), 10), Title: p.T("web.run.no", "run", h.ID), Pack: h.PackTitle + " · " + h.PackID,
			Made: dashboards.Moment(h.HeldAt), Reasons: dashboards.HoldReasons(p, h.Reasons)})
	}
	return views, nil
}

// wholeStore tells whether the reader sees all that was loaded.
func (s *Server) wholeStore(ctx context.Context, c *fiber.Ctx) bool {
	loads, err := s.config.Queries.Loads(ctx)
	if err != nil {
		return false
	}
	whole, err := s.config.Queries.Whole(ctx, askerOf(c).Principal.Scope(access.LoadsWrite), queries.LoadIDs(loads))
	return err == nil && whole
}
