package runs

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
)

// decideRuns is the right to publish a run that is held, and to see that there is one: nobody else is shown it.
var decideRuns = []access.Right{access.LoadsWrite}

func (s pages) heldRoutes() []kit.Route {
	return []kit.Route{
		kit.Writing("/runs/:run/publish", decideRuns, s.publishRun),
		kit.Writing("/runs/:run/drop", decideRuns, s.dropRun),
	}
}

// publishRun is POST /runs/:run/publish.
func (s pages) publishRun(c *fiber.Ctx) error {
	return s.decideRun(c, "run_published", func(ctx context.Context, run uint32) error {
		return s.Config.HeldRuns.Publish(ctx, kit.AskerOf(c).Principal, run)
	})
}

// dropRun is POST /runs/:run/drop.
func (s pages) dropRun(c *fiber.Ctx) error {
	return s.decideRun(c, "run_dropped", func(ctx context.Context, run uint32) error {
		return s.Config.HeldRuns.Drop(ctx, kit.AskerOf(c).Principal, run)
	})
}

// decideRun does something with a run that is held, for somebody who sees the whole store.
func (s pages) decideRun(c *fiber.Ctx, done string, act func(ctx context.Context, run uint32) error) error {
	number, err := kit.NumberOf(c, "run")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), kit.ComputeTimeout)
	defer cancel()
	if s.Config.HeldRuns == nil || !s.WholeStore(ctx, c) {
		return kit.Status(fiber.StatusNotFound, problem.New("run_not_held", "run", number))
	}
	if err := act(ctx, number); err != nil {
		if problem.Code(err) == "run_not_held" {
			return kit.Status(fiber.StatusNotFound, err)
		}
		if strings.HasPrefix(problem.Code(err), "run_") {
			return kit.Status(fiber.StatusUnprocessableEntity, err)
		}
		if problem.Code(err) == "what_if_store_busy" {
			return kit.Status(fiber.StatusServiceUnavailable, err)
		}
		return err
	}
	return s.Back(c, "/runs", done)
}
