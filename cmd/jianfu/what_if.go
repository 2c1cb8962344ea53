package main

import (
	"context"
	"errors"
	"time"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/handling"
	"jianfu/internal/problem"
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

// whatIfBusy says that a load or a recompute is in the way.
const whatIfBusy = "what_if_store_busy"

// whatIfs gives the web server what computes and keeps scenarios.
func whatIfs(db *store.DB, q *queries.Queries) *web.WhatIfs {
	computing := &etl.WhatIfs{Queries: q, Sample: whatIfSample, Now: time.Now, Lock: lockSoon(db, whatIfBusy)}
	return &web.WhatIfs{
		Compute:   computing.Compute,
		Find:      computing.Find,
		Scenarios: q.Scenarios,
		Scenario:  q.Scenario,
		Save:      q.SaveScenario,
		Drop:      q.DropScenario,
		InForce:   q.InForce,
		Moved: func(ctx context.Context, s queries.Scenario, scope filter.Scope) ([]queries.Moved, error) {
			figures, err := q.ScenarioFigures(ctx, s)
			if err != nil {
				return nil, err
			}
			return figures.Moved(ctx, scope, s)
		},
		Effects: func(ctx context.Context, s queries.Scenario, scope filter.Scope, view queries.View) (queries.Effects, error) {
			figures, err := q.ScenarioFigures(ctx, s)
			if err != nil {
				return queries.Effects{}, err
			}
			return figures.Effects(ctx, scope, view)
		},
	}
}

// lockSoon takes the store's lock for a page, which does not wait for long; the fault busy says that it would have to.
func lockSoon(db *store.DB, busy string) func(ctx context.Context) (release func(), err error) {
	return func(ctx context.Context) (func(), error) {
		waiting, cancel := context.WithTimeout(ctx, whatIfPatience)
		defer cancel()
		release, err := db.Lock(waiting, nil)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return nil, problem.Wrap(err, busy)
		}
		return release, err
	}
}

// withdrawing gives the web server what takes loads back.
func withdrawing(db *store.DB, q *queries.Queries) web.Withdraw {
	return func(ctx context.Context, by access.Principal, load uint32, reason string) error {
		release, err := lockSoon(db, whatIfBusy)(ctx)
		if err != nil {
			return err
		}
		defer release()
		_, err = etl.Withdraw(ctx, q, by, load, reason, time.Now)
		return err
	}
}

// heldRuns gives the web server what publishes runs that are held, and what gives them up.
func heldRuns(db *store.DB, q *queries.Queries, issues *handling.Issues) *web.HeldRuns {
	locked := func(act func(ctx context.Context, by access.Principal, run uint32) error) func(context.Context, access.Principal, uint32) error {
		return func(ctx context.Context, by access.Principal, run uint32) error {
			release, err := lockSoon(db, whatIfBusy)(ctx)
			if err != nil {
				return err
			}
			defer release()
			return act(ctx, by, run)
		}
	}
	return &web.HeldRuns{
		Publish: locked(func(ctx context.Context, by access.Principal, run uint32) error {
			if _, err := etl.PublishHeld(ctx, q, by, run); err != nil {
				return err
			}
			_, err := measure(ctx, issues, run) // what is broken off, the next start goes on with
			return err
		}),
		Drop: locked(func(ctx context.Context, by access.Principal, run uint32) error {
			return etl.DropHeld(ctx, q, by, run, time.Now)
		}),
	}
}
