package policy

import (
	"slices"

	"jianfu/internal/money"
)

// Coarse tells whether a change is one of those that somebody may try out who is kept from what one person earns: rates in
// tenths of a percentage point, and limits of LimitGrid. What nearby changes differ by would tell it otherwise, since a limit
// moves with the wages that lie between two of them, and amounts are rounded person by person.
func (c Move) Coarse() bool {
	switch {
	case c.Target == MoveRate:
		return c.Rate%(money.One/1000) == 0
	case c.Way == SetTo:
		return slices.Contains(LimitGrid(), c.Amount)
	}
	return false // a share of something is what it is
}

// The steps of LimitGrid: how far apart limits are below a turn, from there on, and how far they go.
const (
	lowStep   money.Fen = 500_00
	gridTurn  money.Fen = 10_000_00
	highStep  money.Fen = 5_000_00
	gridLimit money.Fen = 100_000_00
)

// LimitGrid lists the limits that anybody may try out, in order. Whoever is shown what two of them do learns what the persons
// earn together whose wages lie between; how many those are is counted step by step of the grid (queries.Figures.Moved).
func LimitGrid() []money.Fen {
	var grid []money.Fen
	for limit := money.Fen(0); limit <= gridLimit; {
		grid = append(grid, limit)
		if limit < gridTurn {
			limit += lowStep
		} else {
			limit += highStep
		}
	}
	return grid
}
