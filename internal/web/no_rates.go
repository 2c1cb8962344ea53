package web

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/queries"
)

// mostParts is how many cities and insurances without a rate a page names.
const mostParts = 20

// noRates says, where a page can show no figure for want of rates, for which areas, insurances and months the pack has none,
// and how to bring them.
type noRates struct {
	Pack     string
	Parts    []string
	Coverage string // address of what the pack covers, "" for who may not see it
	Commands bool   // the reader keeps the data, and can recompute
}

// withoutRates asks whether the view has any figure. A pack that has a rate for every record, as most have, is not asked about.
func (s *Server) withoutRates(ctx context.Context, c *fiber.Ctx, a *asked) error {
	if s.config.Figures == nil {
		return nil
	}
	parts, err := kept(ctx, s.kept, a.question("no rates"), func(ctx context.Context) ([]queries.UncoveredPart, uint32, error) {
		figures, err := s.config.Figures(ctx)
		if err != nil || figures.Run.Uncovered == 0 {
			return nil, a.stamp.Run, err
		}
		parts, err := figures.NothingCovered(ctx, a.scope, a.view, mostParts)
		return parts, figures.Run.ID, err
	})
	if err != nil || len(parts) == 0 {
		return err
	}
	a.bare = &noRates{Pack: a.stamp.PackTitle, Parts: dashboards.PartsWithoutRates(a.printer, parts), Commands: askerOf(c).Principal.Can(access.LoadsWrite)}
	if a.policy {
		at := state{lang: a.st.lang, theme: a.st.theme, narrow: queries.Narrow{Region: a.view.Narrow.Region}}
		a.bare.Coverage = at.url("/policy") + "#coverage-title"
	}
	return nil
}

// heldFirst is what a page says while the first run waits to be confirmed; nil where none does. What a run is held for is of the
// whole store, so that only who is given all of it reads the reasons.
type heldFirst struct {
	Run     string
	Reasons []string // nil for who may not see them
	Runs    string   // address, "" for who may not
	NoRates *noRates // where it is for want of rates
}

// heldRun looks for a run that waits while none has been published.
func (s *Server) heldRun(ctx context.Context, c *fiber.Ctx, a asked) (*heldFirst, error) {
	if s.config.Queries == nil {
		return nil, nil
	}
	waiting, err := s.config.Queries.WaitingRuns(ctx)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	held := &heldFirst{Run: strconv.FormatUint(uint64(waiting[0].ID), 10)}
	if slices.ContainsFunc(waiting[0].Reasons, func(r queries.HoldReason) bool { return r.Code == "uncovered_part" }) {
		// The policy page shows the pack of a published run.
		held.NoRates = &noRates{Pack: waiting[0].PackTitle, Commands: askerOf(c).Principal.Can(access.LoadsWrite)}
	}
	views, err := s.heldViews(ctx, c, a.printer)
	for _, view := range views {
		if view.Number == held.Run {
			held.Reasons, held.Runs = view.Reasons, state{lang: a.st.lang, theme: a.st.theme}.url("/runs")
		}
	}
	return held, err
}
