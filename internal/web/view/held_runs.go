package view

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// HeldView is a run that waits to be confirmed, as the page shows it to who may.
type HeldView struct {
	Number, Title, Pack, Made string
	Reasons                   []string
}

// HeldViews are the runs that wait. What they differ by is of the whole store, so that only who is given all of it sees them.
func (s *Kit) HeldViews(ctx context.Context, c *fiber.Ctx, p *i18n.Printer) ([]HeldView, error) {
	reader := kit.AskerOf(c).Principal
	if s.Config.HeldRuns == nil || !reader.Can(access.LoadsWrite) || !reader.Scope(access.LoadsWrite).Allows("000000") && !s.WholeStore(ctx, c) {
		return nil, nil
	}
	waiting, err := s.Config.Queries.WaitingRuns(ctx)
	if err != nil {
		return nil, err
	}
	var views []HeldView
	for _, h := range waiting {
		views = append(views, HeldView{Number: strconv.FormatUint(uint64(h.ID), 10), Title: p.T("web.run.no", "run", h.ID), Pack: h.PackTitle + " · " + h.PackID,
			Made: dashboards.Moment(h.HeldAt), Reasons: dashboards.HoldReasons(p, h.Reasons)})
	}
	return views, nil
}

// WholeStore tells whether the reader sees all that was loaded.
func (s *Kit) WholeStore(ctx context.Context, c *fiber.Ctx) bool {
	loads, err := s.Config.Queries.Loads(ctx)
	if err != nil {
		return false
	}
	whole, err := s.Config.Queries.Whole(ctx, kit.AskerOf(c).Principal.Scope(access.LoadsWrite), queries.LoadIDs(loads))
	return err == nil && whole
}
