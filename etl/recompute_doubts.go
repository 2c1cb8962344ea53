package etl

import (
	"context"
	"fmt"
	"slices"

	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// doubts are what a run did as it was told and hardly as it was meant: months of the pack without a floor and a cap, and
// elections that no measure has.
func (r *recompute) doubts(ctx context.Context) ([]policy.LimitGap, []queries.ElectionUnits, error) {
	elections, err := r.q.RunElections(ctx, r.run.ID)
	if err != nil {
		return nil, nil, fmt.Errorf("list what the units of run %d elected: %w", r.run.ID, err)
	}
	unknown := slices.DeleteFunc(elections, func(e queries.ElectionUnits) bool {
		_, known := r.o.Pack.Measure(e.Election)
		return known
	})
	gaps := r.o.Pack.LimitGaps()
	if len(gaps) == 0 {
		return nil, unknown, nil
	}
	regions, err := r.q.RunRegions(ctx, r.run.ID)
	if err != nil {
		return nil, nil, fmt.Errorf("list the regions of run %d: %w", r.run.ID, err)
	}
	gaps = slices.DeleteFunc(gaps, func(g policy.LimitGap) bool {
		return !slices.ContainsFunc(regions, func(at queries.RegionMonth) bool { return g.Touches(at.Region, period.Period(at.Period)) })
	})
	return gaps, unknown, nil
}
