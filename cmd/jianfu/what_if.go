package main

import (
	"context"
	"errors"
	"time"

	"jianfu/etl"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/store"
	"jianfu/internal/web"
	"jianfu/queries"
)

// What a what-if on a page asks for: how many units are computed once more in Go, and how long the store's lock, which a
// load or a recompute may hold for minutes, is waited for.
const (
	whatIfSample   = 50
	whatIfPatience = 2 * time.Second
)

// whatIfs gives the web server what computes and keeps scenarios.
func whatIfs(db *store.DB, q *queries.Queries) *web.WhatIfs {
	computing := &etl.WhatIfs{Queries: q, Sample: whatIfSample, Now: time.Now, Lock: func(ctx context.Context) (func(), error) {
		waiting, cancel := context.WithTimeout(ctx, whatIfPatience)
		defer cancel()
		release, err := db.Lock(waiting, nil)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return nil, fault.Wrap(err, "what_if_store_busy")
		}
		return release, err
	}}
	return &web.WhatIfs{
		Compute:   computing.Compute,
		Scenarios: q.Scenarios,
		Scenario:  q.Scenario,
		Save:      q.SaveScenario,
		Drop:      q.DropScenario,
		Effects: func(ctx context.Context, s queries.Scenario, scope filter.Scope, view queries.View) (queries.Effects, error) {
			figures, err := q.ScenarioFigures(ctx, s)
			if err != nil {
				return queries.Effects{}, err
			}
			return figures.Effects(ctx, scope, view)
		},
	}
}
