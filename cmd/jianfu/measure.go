package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"jianfu/etl"
	"jianfu/internal/handling"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// recomputed is a recompute with what it showed of the issues.
type recomputed struct {
	etl.Recomputed
	Issues handling.Measured `json:"issues"`
}

// handling is where the issues of a store are dealt with, with the working days and limits that the flags name.
func (a *app) handling(q *queries.Queries) (*handling.Issues, error) {
	calendar, limits, err := a.deadlines()
	if err != nil {
		return nil, err
	}
	return handling.New(q, calendar, limits, time.Now), nil
}

// measure writes into issues what a run shows of them. The run is published by then, whatever comes of it.
func measure(ctx context.Context, d *handling.Issues, run uint32) (handling.Measured, error) {
	measured, err := d.Measure(ctx, run)
	if err != nil {
		return measured, problem.Wrap(err, "desk_not_measured", "run", run)
	}
	return measured, nil
}

// catchUp measures issues by the current run, should a recompute have been killed after it was published. It does so beside
// whatever else goes on; the channel is closed when it has ended.
func catchUp(ctx context.Context, d *handling.Issues, q *queries.Queries, log *slog.Logger) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		run, ok, err := q.CurrentRun(ctx)
		if err != nil || !ok {
			return // pages say so
		}
		measured, err := measure(ctx, d, run.ID)
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("issues were not measured", "run", run.ID, "error", err)
		case err == nil && measured.Changed > 0:
			log.Info("issues were measured", "run", run.ID, "changed", measured.Changed, "cured", measured.Cured, "relapsed", measured.Relapsed, "reassessed", measured.Reassessed)
		}
	}()
	return ended
}

func (a *app) printMeasured(w io.Writer, m handling.Measured) {
	if m.Issues == 0 && m.Untouched == 0 {
		return
	}
	fmt.Fprintln(w, a.T("handling.measured", "issues", m.Issues, "changed", m.Changed, "cured", m.Cured, "relapsed", m.Relapsed, "reassessed", m.Reassessed, "untouched", m.Untouched))
}
