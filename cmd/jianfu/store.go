package main

import (
	"context"

	"jianfu/internal/engine"
	"jianfu/internal/policy"
	"jianfu/internal/store"
	"jianfu/queries"
)

// open opens the store that the flags name, with its schema up to date. The caller closes it.
func (a *app) open(ctx context.Context) (*store.DB, *queries.Queries, error) {
	db, err := store.Open(ctx, store.Options{
		Data:   a.data,
		DSN:    a.clickhouse,
		Engine: engine.Options{MaxMemory: uint64(a.memory), Threads: a.threads},
		Trace:  a.trace,
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := queries.Migrate(ctx, db); err != nil {
		_ = db.Close() // the fault is what counts
		return nil, nil, err
	}
	return db, queries.New(db), nil
}

// pack reads the policy pack that the flags name.
func (a *app) pack() (*policy.Pack, error) {
	name := a.policy
	if name == "" {
		name = policy.DefaultID
	}
	folder, err := policy.Find(name)
	if err != nil {
		return nil, err
	}
	return policy.Load(folder)
}
