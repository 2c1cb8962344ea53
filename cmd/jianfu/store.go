package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"jianfu/internal/audit"
	"jianfu/internal/engine"
	"jianfu/internal/policy"
	"jianfu/internal/store"
	"jianfu/queries"
)

// storeOptions say which store the flags and the environment name. The password of a server comes from the environment or from a
// file: everybody on the machine can read the command line.
func (a *app) storeOptions() store.Options {
	return store.Options{
		Data:     a.data,
		DSN:      a.clickhouse,
		User:     os.Getenv("JIANFU_CLICKHOUSE_USER"),
		Password: os.Getenv("JIANFU_CLICKHOUSE_PASSWORD"),
		Engine:   engine.Options{MaxMemory: uint64(a.memory), Threads: a.threads},
		Trace:    a.trace,
	}
}

// open opens the store that the flags name, with its schema up to date. The caller closes it.
func (a *app) open(ctx context.Context) (*store.DB, *queries.Queries, error) {
	db, err := store.Open(ctx, a.storeOptions())
	if err != nil {
		return nil, nil, err
	}
	if _, err := queries.Migrate(ctx, db); err != nil {
		_ = db.Close() // the problem is what counts
		return nil, nil, err
	}
	return db, queries.New(db), nil
}

// openToChange is open for a command that changes something: what an earlier one was killed at is noted in the audit log
// first, and lists show of issues what their last steps say.
func (a *app) openToChange(ctx context.Context) (*store.DB, *queries.Queries, error) {
	db, q, err := a.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := start(ctx, q); err != nil {
		_ = db.Close() // the problem is what counts
		return nil, nil, err
	}
	return db, q, nil
}

// start settles what earlier programs left.
func start(ctx context.Context, q *queries.Queries) error {
	if err := q.MendIssues(ctx); err != nil {
		return fmt.Errorf("mend what lists show of issues: %w", err)
	}
	_, err := audit.New(q, time.Now).Start(ctx)
	return err
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
