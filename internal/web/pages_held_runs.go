package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/fault"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// HeldRuns publishes runs that are held, and gives them up. The parts that compute know nothing of pages; who builds the
// server gives them.
type HeldRuns struct {
	Publish func(ctx context.Context, by access.Principal, run uint32) error
	Drop    func(ctx context.Context, by access.Principal, run uint32) error
}

// decideRuns is the right to publish a run that is held, and to see that there is one: nobody else is shown it.
var decideRuns = []access.Right{access.LoadsWrite}

func (s *Server) heldRoutes() []route {
	return []route{
		{writing, "/runs/:run/publish", rightly, decideRuns, s.publishRun, false},
		{writing, "/runs/:run/drop", rightly, decideRuns, s.dropRun, false},
	}
}

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

// publishRun is POST /runs/:run/publish.
func (s *Server) publishRun(c *fiber.Ctx) error {
	return s.decideRun(c, "run_published", func(ctx context.Context, run uint32) error {
		return s.config.HeldRuns.Publish(ctx, askerOf(c).Principal, run)
	})
}

// dropRun is POST /runs/:run/drop.
func (s *Server) dropRun(c *fiber.Ctx) error {
	return s.decideRun(c, "run_dropped", func(ctx context.Context, run uint32) error {
		return s.config.HeldRuns.Drop(ctx, askerOf(c).Principal, run)
	})
}

// decideRun does something with a run that is held, for somebody who sees the whole store.
func (s *Server) decideRun(c *fiber.Ctx, done string, act func(ctx context.Context, run uint32) error) error {
	number, err := numberOf(c, "run")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), computeTimeout)
	defer cancel()
	if s.config.HeldRuns == nil || !s.wholeStore(ctx, c) {
		return status(fiber.StatusNotFound, fault.New("run_not_held", "run", number))
	}
	if err := act(ctx, number); err != nil {
		if fault.Code(err) == "run_not_held" {
			return status(fiber.StatusNotFound, err)
		}
		if strings.HasPrefix(fault.Code(err), "run_") {
			return status(fiber.StatusUnprocessableEntity, err)
		}
		if fault.Code(err) == "what_if_store_busy" {
			return status(fiber.StatusServiceUnavailable, err)
		}
		return err
	}
	return s.back(c, "/runs", done)
}
