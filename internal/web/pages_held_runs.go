package web

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/fault"
)

// decideRuns is the right to publish a run that is held, and to see that there is one: nobody else is shown it.
var decideRuns = []access.Right{access.LoadsWrite}

func (s *Server) heldRoutes() []route {
	return []route{
		writing("/runs/:run/publish", decideRuns, s.publishRun),
		writing("/runs/:run/drop", decideRuns, s.dropRun),
	}
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
