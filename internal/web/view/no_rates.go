package view

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
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
func (s *Kit) withoutRates(ctx context.Context, c *fiber.Ctx, a *Asked) error {
	if s.Config.Figures == nil {
		return nil
	}
	parts, err := cache.Kept(ctx, s.Kept, a.Question("no rates"), func(ctx context.Context) ([]queries.UncoveredPart, uint32, error) {
		figures, err := s.Config.Figures(ctx)
		if err != nil || figures.Run.Uncovered == 0 {
			return nil, a.Stamp.Run, err
		}
		parts, err := figures.NothingCovered(ctx, a.Scope, a.View, mostParts)
		return parts, figures.Run.ID, err
	})
	if err != nil || len(parts) == 0 {
		return err
	}
	a.bare = &noRates{Pack: a.Stamp.PackTitle, Parts: dashboards.PartsWithoutRates(a.Printer, parts), Commands: kit.AskerOf(c).Principal.Can(access.LoadsWrite)}
	if a.policy {
		at := kit.State{Lang: a.St.Lang, Theme: a.St.Theme, Narrow: queries.Narrow{Region: a.View.Narrow.Region}}
		a.bare.Coverage = at.URL("/policy") + "#coverage-title"
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
func (s *Kit) heldRun(ctx context.Context, c *fiber.Ctx, a Asked) (*heldFirst, error) {
	if s.Config.Queries == nil {
		return nil, nil
	}
	waiting, err := s.Config.Queries.WaitingRuns(ctx)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	held := &heldFirst{Run: strconv.FormatUint(uint64(waiting[0].ID), 10)}
	if slices.ContainsFunc(waiting[0].Reasons, func(r queries.HoldReason) bool { return r.Code == "uncovered_part" }) {
		// The policy page shows the pack of a published run.
		held.NoRates = &noRates{Pack: waiting[0].PackTitle, Commands: kit.AskerOf(c).Principal.Can(access.LoadsWrite)}
	}
	views, err := s.HeldViews(ctx, c, a.Printer)
	for _, view := range views {
		if view.Number == held.Run {
			held.Reasons, held.Runs = view.Reasons, kit.State{Lang: a.St.Lang, Theme: a.St.Theme}.URL("/runs")
		}
	}
	return held, err
}
