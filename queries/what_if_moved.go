package queries

import (
	"context"
	_ "embed"
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/policy"
	"jianfu/internal/store"
)

//go:embed what_if/moved.sql
var movedText string

var movedSQL = Whole(movedText)

//go:embed what_if/rated.sql
var ratedText string

var ratedSQL = Whole(ratedText)

// Moved is how many persons stand behind one step by which a scenario moves a limit, in one month: whose wage lies in the
// step, and whose base it moves. Where it moves rates, it is how many stand behind each rate in force, by insurance. Counts are by axes as those of Behind. What two scenarios differ by is made of whole steps,
// and what two windows differ by of whole months, so that decisions on each of them hold for all scenarios and windows.
type Moved struct {
	Month, Step uint32
	Counts      map[[2]string][]disclosure.Count
}

// Moved counts the persons behind what a scenario moves.
func (f *Figures) Moved(ctx context.Context, scope filter.Scope, s Scenario) ([]Moved, error) {
	var all []Moved
	for _, target := range []policy.Target{policy.MoveFloor, policy.MoveCap} {
		if !s.moves(target) {
			continue
		}
		p, err := f.params(scope, View{Window: s.Months, Comparison: policy.WhatIfComparison})
		if err != nil {
			return nil, err
		}
		grid := []int64{}
		for _, limit := range policy.LimitGrid() {
			grid = append(grid, int64(limit))
		}
		p["base"], p["cap"], p["grid"] = s.BaseRun, target == policy.MoveCap, grid
		steps, err := f.countMoved(ctx, movedSQL, p)
		if err != nil {
			return nil, err
		}
		all = append(all, steps...)
	}
	if !s.moves(policy.MoveRate) {
		return all, nil
	}
	rated, err := f.countRated(ctx, scope, s)
	return append(all, rated...), err
}

// countRated counts the persons behind each rate of the insurances whose rates a scenario moves.
func (f *Figures) countRated(ctx context.Context, scope filter.Scope, s Scenario) ([]Moved, error) {
	p, err := f.params(scope, View{Window: s.Months, Comparison: policy.WhatIfComparison})
	if err != nil {
		return nil, err
	}
	insurances := []string{}
	for _, insurance := range contribution.Insurances {
		moved := func(m policy.Move) bool {
			return m.Target == policy.MoveRate && (m.Insurance == 0 || m.Insurance == insurance)
		}
		if slices.ContainsFunc(s.Moves, moved) {
			insurances = append(insurances, insurance.String())
		}
	}
	p["insurances"] = insurances
	return f.countMoved(ctx, ratedSQL, p)
}

// moves tells whether a scenario moves something of a target.
func (s *Scenario) moves(target policy.Target) bool {
	return slices.ContainsFunc(s.Moves, func(m policy.Move) bool { return m.Target == target })
}

// countMoved reads what a statement counts, in its order.
func (f *Figures) countMoved(ctx context.Context, sql string, p store.Params) (all []Moved, err error) {
	rows, err := store.Select[struct {
		Period  uint32   `ch:"period"`
		Step    uint32   `ch:"step"`
		AxisX   string   `ch:"x_axis"`
		AxisY   string   `ch:"y_axis"`
		X       string   `ch:"x"`
		Y       string   `ch:"y"`
		Parts   []uint64 `ch:"parts"`
		Persons []uint64 `ch:"persons"`
	}](ctx, f.q.db, sql, p)
	for _, r := range rows {
		if n := len(all); n == 0 || all[n-1].Month != r.Period || all[n-1].Step != r.Step {
			all = append(all, Moved{Month: r.Period, Step: r.Step, Counts: map[[2]string][]disclosure.Count{}})
		}
		count := disclosure.Count{X: r.X, Y: r.Y, Persons: r.Persons}
		for _, part := range r.Parts {
			count.At = append(count.At, disclosure.Time{Month: r.Period, Part: part})
		}
		axes := [2]string{r.AxisX, r.AxisY}
		all[len(all)-1].Counts[axes] = append(all[len(all)-1].Counts[axes], count)
	}
	return all, err
}
